/* SPDX-License-Identifier: MIT */
/* The formats for machines and browsers: whatever stands in a file, the frame stays what it is.
 * A page of hostile text has the lines, elements and members of a page of harmless text. */
#include "poison.h"
#include "report/formats.h"
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <expat.h>
#include <jansson.h>

static const struct sx_style plain = { .fail_on = SX_SEVERITY_ERROR, .verbose = true };

/* What a format's output consists of, counted; it may not depend on text. */

static size_t lines_of(struct sx_str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == '\n';
    return n;
}

static size_t occurrences(struct sx_str text, const char *part)
{
    size_t n = 0;
    struct sx_str needle = sx_str_of(part);
    for (size_t at = sx_str_find(text, needle); at < text.len; n++) {
        text = sx_str_sub(text, at + needle.len, text.len);
        at = sx_str_find(text, needle);
    }
    return n;
}

static size_t commands_of(struct sx_str text)
{
    static const struct sx_str commands[] = { { "::error ", 8 },
                                              { "::warning ", 10 },
                                              { "::notice ", 9 } };
    size_t n = 0;
    for (size_t at = 0; at < text.len; n++) {
        struct sx_str rest = sx_str_sub(text, at, text.len);
        bool is_ours = false;
        for (size_t i = 0; i < SX_LEN(commands); i++)
            is_ours |= sx_str_starts(rest, commands[i]);
        if (!is_ours)
            fail_msg("no command of ours: %.*s", SX_STR_ARG(sx_str_sub(rest, 0, 60)));
        at += sx_str_find(rest, SX_STR("\n")) + 1;
    }
    return n;
}

static void count_element(void *count, const XML_Char *name, const XML_Char **attributes)
{
    (void)name;
    (void)attributes;
    ++*(size_t *)count;
}

static size_t elements_of(struct sx_str text)
{
    size_t n = 0;
    XML_Parser parser = XML_ParserCreate(NULL);
    XML_SetUserData(parser, &n);
    XML_SetElementHandler(parser, count_element, NULL);
    if (XML_Parse(parser, text.ptr, (int)text.len, 1) != XML_STATUS_OK)
        fail_msg("line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(parser),
                 XML_ErrorString(XML_GetErrorCode(parser)));
    XML_ParserFree(parser);
    return n;
}

/* Words that look like keys are set as code, paths get places to break at, lines have numbers. */
static bool depends_on_text(struct sx_str tag)
{
    static const char *const names[] = {
        "bdi>", "code>", "wbr>", "br>", "mark>", "span class=\"n\""
    };
    for (size_t i = 0; i < SX_LEN(names); i++)
        if (sx_str_starts(tag, sx_str_of(names[i])))
            return true;
    return false;
}

static void refuse_any(struct sx_str text, const char *const *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sx_str_find(text, sx_str_of(parts[i])) < text.len)
            fail_msg("%s", parts[i]);
}

/* Opening tags; ours are well-formed. */
static size_t tags_of(struct sx_str text)
{
    static const char *const never[] = { "<script", "<img", "<!--", "href=\"javascript" };
    size_t n = 0;
    refuse_any(text, never, SX_LEN(never));
    for (size_t i = 0; i + 1 < text.len; i++)
        n += text.ptr[i] == '<' && text.ptr[i + 1] != '/' &&
             !depends_on_text(sx_str_sub(text, i + 1, 16));
    return n;
}

/* A value of several lines ends in no column of its first. */
static size_t count_json(const json_t *value)
{
    size_t n = 1, i;
    const char *key;
    json_t *member;
    json_array_foreach(value, i, member)
    {
        n += count_json(member);
    }
    json_object_foreach((json_t *)value, key, member)
    {
        n += strcmp(key, "endColumn") == 0 ? 0 : count_json(member);
    }
    return n;
}

static size_t values_of(struct sx_str text)
{
    json_error_t error;
    json_t *document =
        json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (document == NULL)
        fail_msg("%d:%d: %s", error.line, error.column, error.text);
    size_t n = count_json(document);
    json_decref(document);
    return n;
}

static size_t values_of_lines(struct sx_str text)
{
    size_t n = 0;
    while (text.len > 0) {
        size_t end = sx_str_find(text, SX_STR("\n"));
        n += values_of(sx_str_sub(text, 0, end));
        text = sx_str_sub(text, end + 1, text.len);
    }
    return n;
}

/* Commands stand indented, where nothing is markup, and take as many lines as they need. On a line
 * of HTML nothing is Markdown. */
static size_t lines_of_markdown(struct sx_str text)
{
    static const char *const elements[] = { "<script", "<img", "<!--" };
    static const char *const marks[] = { "[x]", "https://", "www.", "@everyone", "`c`", "```" };
    size_t n = 0;
    while (text.len > 0) {
        size_t end = sx_str_find(text, SX_STR("\n"));
        struct sx_str line = sx_str_sub(text, 0, end);
        text = sx_str_sub(text, end + 1, text.len);
        if (sx_str_starts(line, SX_STR("    ")))
            continue;
        refuse_any(line, elements, SX_LEN(elements));
        if (!sx_str_starts(line, SX_STR("<details>")))
            refuse_any(line, marks, SX_LEN(marks));
        n++;
    }
    return n;
}

static const struct form {
    const char *name;
    size_t (*count)(struct sx_str text);
} forms[] = {
    { "json", values_of },
    { "jsonl", values_of_lines },
    { "sarif", values_of },
    { "junit", elements_of },
    { "xcode", lines_of },
    { "github", commands_of },
    { "markdown", lines_of_markdown },
    { "gitlab", values_of },
    { "checkstyle", elements_of },
    { "html", tags_of },
    { "notary-log", values_of },
};

static const struct sx_format *format_of(const char *name)
{
    for (size_t i = 0; i < sx_n_formats; i++)
        if (strcmp(sx_formats[i].name, name) == 0)
            return &sx_formats[i];
    fail_msg("no format %s", name);
    return NULL;
}

static size_t count_of(const struct form *form, struct sx_str text)
{
    struct waffle w;
    struct written out = { 0 };
    waffle_broken(&w);
    waffle_poison(&w, text);
    assert_true(format_of(form->name)->write(&w.judgements, &plain, written_to(&out)));
    size_t n = form->count(sx_buf_view(&out.buf));
    sx_buf_release(&out.buf);
    waffle_free(&w);
    return n;
}

static void keeps_its_frame(void **state)
{
    const struct form *form = *state;
    size_t wanted = count_of(form, SX_STR("harmless"));
    assert_true(wanted > 0);
    for (size_t i = 0; i < n_hostiles; i++) {
        size_t found = count_of(form, hostiles[i].text);
        bool is_empty = hostiles[i].text.len == 0; /* then there is other to tell */
        if (found != wanted && !is_empty)
            fail_msg("%s: %zu, not %zu", hostiles[i].name, found, wanted);
    }
}

/* A full disk, a closed pipe: the writer says so, wherever it happens. */
static void stops_when_told(void **state)
{
    const struct form *form = *state;
    struct waffle w;
    struct written whole = { 0 };
    waffle_broken(&w);
    assert_true(format_of(form->name)->write(&w.judgements, &plain, written_to(&whole)));
    size_t end = whole.buf.len < 2000 ? whole.buf.len : 2000;
    sx_buf_release(&whole.buf);
    for (size_t at = 1; at < end; at += 499) {
        struct written out = { .stop_at = at };
        assert_false(format_of(form->name)->write(&w.judgements, &plain, written_to(&out)));
        sx_buf_release(&out.buf);
    }
    waffle_free(&w);
}

static void is_the_same_twice(void **state)
{
    const struct form *form = *state;
    struct waffle w;
    struct written one = { 0 }, two = { 0 };
    waffle_broken(&w);
    format_of(form->name)->write(&w.judgements, &plain, written_to(&one));
    format_of(form->name)->write(&w.judgements, &plain, written_to(&two));
    assert_true(sx_str_eq(sx_buf_view(&one.buf), sx_buf_view(&two.buf)));
    sx_buf_release(&one.buf);
    sx_buf_release(&two.buf);
    waffle_free(&w);
}

static void every_format_is_here(void **state)
{
    (void)state;
    assert_int_equal(sx_n_formats, SX_LEN(forms) + 1); /* and text */
    for (size_t i = 0; i < sx_n_formats; i++)
        assert_string_equal(sx_format_names[i], sx_formats[i].name);
    assert_null(sx_format_names[sx_n_formats]);
}

/* What each format says of a waived finding, and of many. */

static struct sx_str written_as(const char *format, struct waffle *w, struct written *out)
{
    assert_true(format_of(format)->write(&w->judgements, &plain, written_to(out)));
    return sx_buf_view(&out->buf);
}

static void make_waived(struct waffle *w)
{
    waffle_broken(w);
    ((struct sx_finding *)w->at[0].findings[0])->status = SX_WAIVED;
    ((struct sx_finding *)w->at[0].findings[1])->status = SX_BASELINE;
}

static void make_excused(struct waffle *w)
{
    static const struct sx_Waiver waiver = {
        .reason = { "until\n<2.0>", 11 }, .expires = { .t = { .seconds = 1798675200 }, .has = true }
    };
    make_waived(w);
    ((struct sx_finding *)w->at[0].findings[0])->waiver = &waiver;
}

static void make_one_slice(struct waffle *w)
{
    waffle_broken(w);
    ((struct sx_finding *)w->at[0].findings[0])->slices = waffle_keep(w, STRS(S("arm64")));
}

static void make_unread(struct waffle *w)
{
    static const struct sx_not_checked entries[] = {
        { .path = { "Waffle.app/a.7z", 15 },
          .reason = { "sxlint has no reader for it", 27 },
          .state = SX_UNREAD_NOT_EXAMINED },
        { .path = { "Waffle.app", 10 },
          .what = { "log", 3 },
          .reason = { "no notary log was given", 23 },
          .state = SX_UNREAD_OUT_OF_REACH },
    };
    waffle_broken(w);
    w->at[0].not_checked = entries;
    w->at[0].n_not_checked = SX_LEN(entries);
    w->at[0].is_incomplete = w->judgements.whole.is_incomplete = true;
}

/* Two members are missing of what could not be read, for one reason. */
static void make_unreadable(struct waffle *w)
{
    static const struct sx_not_checked entries[] = {
        { .path = { "build/Waffle.app", 16 }, .what = { "code", 4 }, .reason = { "cut", 3 } },
        { .path = { "build/Waffle.app", 16 }, .what = { "jobs", 4 }, .reason = { "cut", 3 } },
    };
    waffle_broken(w);
    w->at[0].n_findings = 0;
    w->at[0].is_unreadable = true;
    w->at[0].not_checked = entries;
    w->at[0].n_not_checked = SX_LEN(entries);
    w->judgements.whole.is_incomplete = true;
}

static void make_passes(struct waffle *w)
{
    static struct sx_pass passes[3];
    waffle_broken(w);
    const struct sx_finding *first = w->at[0].findings[0];
    passes[0] = (struct sx_pass){ first->rule, first->owner }; /* failed elsewhere in it */
    passes[1] = (struct sx_pass){ first->rule, &w->code[BATTER]->head };
    passes[2] = (struct sx_pass){ first->consequences[0]->rule, first->consequences[0]->owner };
    w->at[0].passes = passes;
    w->at[0].n_passes = SX_LEN(passes);
}

/* Of each file something else is found as well. */
static void make_many_twice(struct waffle *w)
{
    static const struct sx_rule other = { .id = { "NT103", 5 }, .name = { "not-trusted", 11 } };
    waffle_many(w);
    for (size_t i = 0, n = w->at[0].n_findings; i < n; i++) {
        const struct sx_finding *f = w->at[0].findings[i];
        struct sx_finding *more = waffle_finding(w, 0, &other, f->owner, f->path);
        more->severity = SX_SEVERITY_ERROR;
        more->message = S("is signed by nobody");
        more->repair.resign = true;
    }
    w->judgements.whole = w->at[0];
}

/* One of them is a tool. */
static void make_many_and_a_tool(struct waffle *w)
{
    waffle_many(w);
    ((struct sx_Code *)w->at[0].findings[7]->owner)->kind = SX_CODE_KIND_EXECUTABLE;
}

static void make_many_that_claim(struct waffle *w)
{
    static struct sx_Claim claim = { .head = { .type = &sx_type_Claim },
                                     .key = { "com.apple.security.app-sandbox", 30 },
                                     .authorisation = SX_AUTHORISATION_NOT_NEEDED };
    waffle_many(w);
    for (size_t i = 0; i < w->at[0].n_findings; i++) {
        struct sx_Code *code = (struct sx_Code *)w->at[0].findings[i]->owner;
        waffle_add(w, &code->claims, &claim);
        waffle_add(w, &w->app->code, code);
    }
}

static void make_in_image(struct waffle *w)
{
    waffle_good(w);
    w->code[APP]->path = S("Waffle-1.4.1.dmg/Waffle.app");
}

static const struct saying {
    const char *name, *format;
    void (*make)(struct waffle *w);
    const char *part;
    size_t n;
} sayings[] = {
    { "sarif suppresses what is waived", "sarif", make_waived, "\"suppressions\"", 2 },
    { "junit skips what is waived", "junit", make_waived, "<skipped message=\"waived\"/>", 1 },
    { "junit says why it is waived", "junit", make_excused,
      "\"waived until 2026-12-31: &quot;until\\n&lt;2.0&gt;&quot;\"", 1 },
    { "sarif says why it is waived", "sarif", make_excused,
      "\"justification\": \"waived until 2026-12-31: \\\"until\\\\n<2.0>\\\"\"", 1 },
    { "html says why it is waived", "html", make_excused,
      "waived until 2026-12-31: \"until\\n&lt;2.0&gt;\"", 1 },
    { "junit skips the baseline", "junit", make_waived, "message=\"in the baseline\"", 1 },
    { "xcode leaves out what is waived", "xcode", make_waived, "[CS501]", 0 },
    { "github leaves out what is waived", "github", make_waived, "CS501", 0 },
    { "gitlab leaves out what is waived", "gitlab", make_waived, "CS501", 0 },
    { "checkstyle leaves out what is waived", "checkstyle", make_waived, "CS501", 0 },
    { "html closes what is waived", "html", make_waived,
      "<details class=\"finding error\" id=", 2 },
    { "json says what is waived", "json", make_waived, "\"status\": \"waived\"", 1 },
    { "jsonl has a line an artifact", "jsonl", waffle_broken, "\"verdicts\":", 2 },
    { "github shows nine errors", "github", waffle_many, "::error ", 10 },
    { "github says how many are left", "github", waffle_many,
      "::error title=sxlint::and 205 more, see the job summary\n", 1 },
    { "markdown folds", "markdown", waffle_many, "214 files are not signed", 1 },
    { "markdown signs the same files once", "markdown", make_many_twice, "    find \"$app", 1 },
    { "markdown hardens tools among them", "markdown", make_many_and_a_tool,
      "--timestamp -o runtime {} +", 1 },
    { "html gives alike claims a column", "html", make_many_that_claim, " and 213 more</bdi></th>",
      1 },
    { "html shows what is in a disk image below it", "html", make_in_image, "<tr style=\"--d:1\">",
      1 },
    { "html folds", "html", waffle_many, "and 211 more files", 1 },
    { "gitlab has all", "gitlab", waffle_many, "\"check_name\"", 214 },
    { "sarif has all", "sarif", waffle_many, "\"ruleIndex\": 0", 214 },
    { "sarif has a rule once", "sarif", waffle_many, "\"shortDescription\"", 1 },
    { "sarif names the slice", "sarif", make_one_slice, "\"kind\": \"slice\"", 1 },
    { "sarif says the slice", "sarif", make_one_slice, ", arm64 only\\n", 1 },
    { "html says the slice", "html", make_one_slice, ", arm64 only", 1 },
    { "checkstyle says the slice", "checkstyle", make_one_slice, ", arm64 only\"", 1 },
    { "sarif notifies of what was not examined", "sarif", make_unread,
      "\"executionSuccessful\": false", 1 },
    { "sarif notifies of what nobody knows", "sarif", make_unread, "\"level\": \"note\",\n", 2 },
    { "github warns of what was not examined", "github", make_unread,
      "::warning file=build/Waffle.app,title=not examined::Waffle.app/a.7z: sxlint has no reader",
      1 },
    { "github does not of what nobody knows", "github", make_unread, "no notary log", 0 },
    { "gitlab tells what was not examined", "gitlab", make_unread,
      "\"check_name\": \"not examined\"", 1 },
    { "checkstyle tells what was not examined", "checkstyle", make_unread,
      "source=\"sxlint.not-examined\"", 1 },
    { "xcode warns of what was not examined", "xcode", make_unread,
      "build/Waffle.app: warning: not examined: Waffle.app/a.7z: ", 1 },
    { "markdown tells what was not examined", "markdown", make_unread,
      "- not examined: Waffle.app/a.7z: ", 1 },
    { "junit has a case for what could not be read", "junit", make_unreadable,
      "<testcase classname=\"build/Waffle.app\" name=\"contents\">", 1 },
    { "sarif has a notification for it", "sarif", make_unreadable, "\"text\": \"not checked: ", 1 },
    { "junit calls an error what was not examined", "junit", make_unread,
      "<error message=\"sxlint has no reader for it\"/>", 1 },
    { "junit skips what nobody knows", "junit", make_unread,
      "<skipped message=\"no notary log was given\"/>", 1 },
    { "junit counts them", "junit", make_unread, "errors=\"1\" skipped=\"1\"", 1 },
    { "html says what was not examined", "html", make_unread, "sxlint has no reader for it", 1 },
    { "junit has a case for what held", "junit", make_passes, "name=\"CS501 resource-added\"/>\n",
      1 },
    { "junit has none for what failed as well", "junit", make_passes, "\"NT101 ", 0 },
    { "junit counts what fails the run", "junit", waffle_broken, "failures=\"7\"", 1 },
};

static void says(void **state)
{
    const struct saying *saying = *state;
    struct waffle w;
    struct written out = { 0 };
    saying->make(&w);
    size_t n = occurrences(written_as(saying->format, &w, &out), saying->part);
    if (n != saying->n)
        fail_msg("%s: %zu times, not %zu, in\n%.*s", saying->part, n, saying->n,
                 SX_STR_ARG(sx_str_sub(sx_buf_view(&out.buf), 0, 3000)));
    sx_buf_release(&out.buf);
    waffle_free(&w);
}

/* Where tools that show sources show a finding. */

static void is_shown_at(void **state)
{
    (void)state;
    struct waffle w;
    struct written out = { 0 };
    struct sx_style style = { .show_at = SX_STR("app/Waffle.pbxproj"), .folder = SX_STR("/src") };
    waffle_broken(&w);
    assert_true(sx_write_xcode(&w.judgements, &style, written_to(&out)));
    struct sx_str text = sx_buf_view(&out.buf);
    assert_true(occurrences(text, "/src/app/Waffle.pbxproj: error: Waffle.app: ") > 0);
    assert_int_equal(occurrences(text, "/src/mdm/filter.mobileconfig:31:13: error: "), 1);
    sx_buf_release(&out.buf);
    waffle_free(&w);
}

#define ROWS_OF(table, function)                                                                   \
    for (size_t i = 0; i < SX_LEN(table); i++)                                                     \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            (table)[i].name, function, NULL, NULL, (void *)&(table)[i]                             \
        }

int main(void)
{
    struct CMUnitTest tests[3 * SX_LEN(forms) + SX_LEN(sayings) + 2];
    size_t n = 0;
    ROWS_OF(forms, keeps_its_frame);
    ROWS_OF(forms, stops_when_told);
    ROWS_OF(forms, is_the_same_twice);
    ROWS_OF(sayings, says);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_format_is_here);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(is_shown_at);
    return _cmocka_run_group_tests("report-formats", tests, n, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Whatever stands in a file, every output is harmless: each name and value of the sample becomes
 * a hostile one, and no output may hold a control character, a bidirectional control, invalid
 * UTF-8, or a blank at the end of a line. */
#include "poison.h"
#include "report/formats.h"
#include "waffle.h"
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

/* The outputs. */

static void write_text(struct waffle *w, const char *how, struct sx_out out)
{
    struct sx_style style = { .verbose = strcmp(how, "verbose") == 0,
                              .quiet = strcmp(how, "quiet") == 0,
                              .ascii = strcmp(how, "ascii") == 0 };
    assert_true(sx_write_text(&w->judgements, &style, out));
}

static void write_unreadable(struct waffle *w, const char *how, struct sx_out out)
{
    w->at[0].is_unreadable = true;
    w->judgements.n = 1;
    w->judgements.whole = w->at[0];
    write_text(w, how, out);
}

static void write_clean(struct waffle *w, const char *how, struct sx_out out)
{
    w->at[0].n_findings = w->at[1].n_findings = 0;
    memset(w->judgements.whole.count, 0, sizeof(w->judgements.whole.count));
    write_text(w, how, out);
}

static void write_json(struct waffle *w, const char *how, struct sx_out out)
{
    (void)how;
    assert_true(sx_write_json(&w->judgements, &(struct sx_style){ 0 }, out));
}

/* What no person reads in a terminal, where a blank at the end of a line may be. */
static void write_format(struct waffle *w, const char *how, struct sx_out out)
{
    for (size_t i = 0; i < sx_n_formats; i++)
        if (strcmp(sx_formats[i].name, how) == 0)
            assert_true(sx_formats[i].write(&w->judgements, &(struct sx_style){ 0 }, out));
}

static void write_facts(struct waffle *w, const char *how, struct sx_out out)
{
    (void)how;
    assert_true(sx_write_facts(&w->run, (struct sx_str){ 0 }, out));
}

static void write_show(struct waffle *w, const char *section, struct sx_out out)
{
    struct sx_err err = { 0 };
    assert_true(sx_write_show(&w->run, sx_str_of(section), (struct sx_str){ 0 },
                              &(struct sx_style){ 0 }, out, &err));
}

static void write_object(struct waffle *w, const char *how, struct sx_out out)
{
    const struct sx_object *filter = &w->code[FILTER]->head;
    (void)how;
    w->app->code = (struct sx_objs){ &filter, 1 };
    write_show(w, NULL, out);
}

static const struct output {
    const char *name;
    void (*write)(struct waffle *w, const char *how, struct sx_out out);
    const char *how;
} outputs[] = {
    { "text", write_text, "" },
    { "text --verbose", write_text, "verbose" },
    { "text --quiet", write_text, "quiet" },
    { "text in ASCII", write_text, "ascii" },
    { "text of an unreadable artifact", write_unreadable, "" },
    { "text of a clean artifact", write_clean, "verbose" },
    { "json", write_json, "" },
    { "jsonl", write_format, "jsonl" },
    { "sarif", write_format, "sarif" },
    { "junit", write_format, "junit" },
    { "xcode", write_format, "xcode" },
    { "github", write_format, "github" },
    { "markdown", write_format, "markdown" },
    { "gitlab", write_format, "gitlab" },
    { "checkstyle", write_format, "checkstyle" },
    { "html", write_format, "html" },
    { "facts", write_facts, "" },
    { "show", write_show, NULL },
    { "show of one object", write_object, NULL },
    { "show signature", write_show, "signature" },
    { "show certificates", write_show, "certificates" },
    { "show requirements", write_show, "requirements" },
    { "show entitlements", write_show, "entitlements" },
    { "show profile", write_show, "profile" },
    { "show seal", write_show, "seal" },
    { "show info", write_show, "info" },
    { "show launchd", write_show, "launchd" },
    { "show constraints", write_show, "constraints" },
    { "show ticket", write_show, "ticket" },
};

static void assert_harmless(const struct written *out, const char *name, bool is_prose)
{
    struct sx_str text = sx_buf_view(&out->buf);
    int32_t before = 0;
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        int32_t c = sx_utf8_next(text, &at);
        if (c < 0 || (c != '\n' && sx_is_hostile(c)))
            fail_msg("%s: U+%04x at byte %zu", name, (unsigned)c, from);
        if (is_prose && c == '\n' && before == ' ')
            fail_msg("%s: a line ends in a blank before byte %zu", name, from);
        before = c;
    }
}

static void is_harmless(void **state)
{
    const struct hostile *hostile = *state;
    for (size_t i = 0; i < SX_LEN(outputs); i++) {
        struct waffle w;
        struct written out = { 0 };
        waffle_broken(&w);
        waffle_poison(&w, hostile->text);
        outputs[i].write(&w, outputs[i].how, written_to(&out));
        assert_harmless(&out, outputs[i].name, outputs[i].write != write_format);
        sx_buf_release(&out.buf);
        waffle_free(&w);
    }
}

int main(void)
{
    struct CMUnitTest tests[MOST_HOSTILES];
    assert_true(n_hostiles <= MOST_HOSTILES);
    for (size_t i = 0; i < n_hostiles; i++)
        tests[i] =
            (struct CMUnitTest){ hostiles[i].name, is_harmless, NULL, NULL, (void *)&hostiles[i] };
    return _cmocka_run_group_tests("hostile", tests, n_hostiles, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Whatever stands in a file, every output is harmless: each name and value of the sample becomes
 * a hostile one, and no output may hold a control character, a bidirectional control, invalid
 * UTF-8, or a blank at the end of a line. */
#include "report/formats.h"
#include "rules/ruleset.h"
#include "waffle.h"
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define LONG16 "aaaaaaaaaaaaaaaa"
#define LONG64 LONG16 LONG16 LONG16 LONG16

static const struct hostile {
    const char *name;
    struct sx_str text;
} hostiles[] = {
#define ROW(name, text)                                                                            \
    {                                                                                              \
        name,                                                                                      \
        {                                                                                          \
            text, sizeof(text) - 1                                                                 \
        }                                                                                          \
    }
    ROW("a line break", "a\nb"),
    ROW("line breaks only", "\n\n\n"),
    ROW("an escape code", "\x1b[2J\x1b]0;title\x07"),
    ROW("a C1 control", "\xc2\x9b"
                        "31m"),
    ROW("invalid UTF-8", "\xff\xfe\x80"),
    ROW("a cut character", "a\xe2\x82"),
    ROW("an override", "\xe2\x80\xae"
                       "fdp.exe"),
    ROW("an isolate", "\xe2\x81\xa6x"),
    ROW("right-to-left letters", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"),
    ROW("a zero-width space", "a\xe2\x80\x8b"
                              "b"),
    ROW("a NUL", "a\0b"),
    ROW("role bytes", "\1\2\3\4\5"),
    ROW("blanks", "  "),
    ROW("blanks around", " a "),
    ROW("nothing", ""),
    ROW("quotes", "\"'\\`$(x)"),
    ROW("a slash", "/"),
    ROW("slashes", "a//b/"),
    ROW("percent signs", "%s%n%1000000d"),
    ROW("long", LONG64 LONG64 LONG64 LONG64),
#undef ROW
};

/* Every text of an object and of what it holds. */

struct poison {
    struct sx_arena *arena;
    struct sx_str text;
    struct sx_table seen;
};

static void poison_object(struct poison *p, const struct sx_object *object);

static void poison_strs(struct poison *p, struct sx_strs *strs)
{
    struct sx_str *at = SX_NEW_N(p->arena, struct sx_str, strs->n);
    for (size_t i = 0; i < strs->n; i++)
        at[i] = p->text;
    strs->at = at;
}

static void poison_map(struct poison *p, const struct sx_map **map)
{
    if (*map == NULL)
        return;
    struct sx_entry *at = SX_NEW(p->arena, struct sx_entry); /* keys differ, so there is one */
    at[0] = (struct sx_entry){ sx_string(p->text), sx_string(p->text) };
    *map = sx_map_new(p->arena, at, 1);
}

static void poison_list(struct poison *p, const struct sx_objs *objects)
{
    for (size_t i = 0; i < objects->n; i++)
        poison_object(p, objects->at[i]);
}

static void poison_member(struct poison *p, const struct sx_object *object,
                          const struct sx_member *member)
{
    void *at = (char *)(uintptr_t)object + member->offset;
    switch (member->repr) {
    case SX_R_STR:
        *(struct sx_str *)at = p->text;
        break;
    case SX_R_STRS:
        if (member->spec.elem->enumeration == NULL)
            poison_strs(p, at);
        break;
    case SX_R_MAP:
        poison_map(p, at);
        break;
    case SX_R_DYN:
        *(struct sx_value *)at = sx_string(p->text);
        break;
    case SX_R_REF:
        if (*(const struct sx_object **)at != NULL)
            poison_object(p, *(const struct sx_object **)at);
        break;
    case SX_R_REFS:
        poison_list(p, at);
        break;
    case SX_R_ENUM:
    case SX_R_BOOL:
    case SX_R_TRI:
    case SX_R_INT:
    case SX_R_OPTINT:
    case SX_R_TIME:
    case SX_R_VALUES:
        break;
    }
}

static void poison_object(struct poison *p, const struct sx_object *object)
{
    struct sx_str key = { (const char *)&object, sizeof(object) };
    if (!sx_table_put(&p->seen, sx_str_dup(p->arena, key), p))
        return;
    for (size_t i = 0; i < object->type->n_members; i++)
        poison_member(p, object, &object->type->members[i]);
}

/* A finding's texts come escaped, but for those that someone forgot. */
static void poison_finding(struct poison *p, struct sx_finding *f)
{
    struct sx_rule *rule = (struct sx_rule *)f->rule;
    struct sx_document *document = (struct sx_document *)f->place.document;
    rule->id = rule->name = p->text;
    f->path = f->symbol = f->message = f->found = f->wanted = f->profile = f->why = p->text;
    f->repair.instruction = f->repair.run = f->repair.file = p->text;
    poison_strs(p, &f->seen_as);
    poison_strs(p, &f->files);
    poison_strs(p, &f->repair.minus);
    poison_strs(p, &f->repair.plus);
    for (size_t i = 0; i < f->n_consequences; i++)
        poison_finding(p, (struct sx_finding *)f->consequences[i]);
    if (document == NULL)
        return;
    struct sx_str doubled =
        sx_str_printf(p->arena, "x%.*s<key>%.*s", SX_STR_ARG(p->text), SX_STR_ARG(p->text));
    document->title = document->path = p->text;
    document->text = doubled;
    f->place.at = 1;
    f->place.len = p->text.len;
    sx_line_of(doubled, 1, &f->place.line, &f->place.column);
}

static void make_poisoned(struct waffle *w, struct sx_str text)
{
    struct poison p = { .arena = w->arena, .text = text };
    static struct sx_not_checked entry;
    sx_table_init(&p.seen, w->arena);
    sx_fact_unread(&w->app->head, w->arena, "log", SX_UNREAD_NOT_EXAMINED, text, 12);
    poison_object(&p, &w->app->head);
    poison_object(&p, &w->configuration->head);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < w->at[i].n_findings; k++)
            poison_finding(&p, (struct sx_finding *)w->at[i].findings[k]);
    entry = (struct sx_not_checked){
        .path = text, .what = text, .reason = text, .state = SX_UNREAD_NOT_EXAMINED
    };
    w->at[0].not_checked = &entry;
    w->at[0].n_not_checked = 1;
    w->at[0].is_incomplete = w->judgements.whole.is_incomplete = true;
}

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

static void assert_harmless(const struct written *out, const char *name)
{
    struct sx_str text = sx_buf_view(&out->buf);
    int32_t before = 0;
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        int32_t c = sx_utf8_next(text, &at);
        if (c < 0 || (c != '\n' && sx_is_hostile(c)))
            fail_msg("%s: U+%04x at byte %zu", name, (unsigned)c, from);
        if (c == '\n' && before == ' ')
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
        make_poisoned(&w, hostile->text);
        outputs[i].write(&w, outputs[i].how, written_to(&out));
        assert_harmless(&out, outputs[i].name);
        sx_buf_release(&out.buf);
        waffle_free(&w);
    }
}

int main(void)
{
    struct CMUnitTest tests[SX_LEN(hostiles)];
    for (size_t i = 0; i < SX_LEN(hostiles); i++)
        tests[i] =
            (struct CMUnitTest){ hostiles[i].name, is_harmless, NULL, NULL, (void *)&hostiles[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

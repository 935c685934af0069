/* SPDX-License-Identifier: MIT */
#include "poison.h"

#include "rules/ruleset.h"

#define LONG16 "aaaaaaaaaaaaaaaa"
#define LONG64 LONG16 LONG16 LONG16 LONG16

const struct hostile hostiles[] = {
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
    ROW("a line separator", "a\xe2\x80\xa8"
                            "b"),
    ROW("a surrogate", "a\xed\xa0\x80"),
    ROW("a variation selector", "a\xef\xb8\x8f"),
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
    ROW("an element", "<script>alert(1)</script>"),
    ROW("the end of an attribute", "\"'><img src=x onerror=alert(1)>"),
    ROW("the end of CDATA", "]]>"),
    ROW("the end of a comment", "--><b>"),
    ROW("an entity", "&lt;script&gt;&#0;&x;"),
    ROW("a workflow command", "::error::x"),
    ROW("a workflow command on a line", "x\n::error file=a,line=1::b\r\n::set-env name=A::b"),
    ROW("an encoded line break", "%0A::error::x%0D"),
    ROW("a link", "[x](javascript:alert(1)) https://example.com www.example.com"),
    ROW("a table", "| a | b |\n|---|---|\n\n# x\n\n<!-- x -->\n```\n"),
    ROW("a mention", "@everyone #1 $x$ *b* _i_ ~~s~~ `c` !x"),
    ROW("a compiler's line", "/a/b.c:1:2: error: x\n/a/b.c:3:4: error: y"),
#undef ROW
};
const size_t n_hostiles = SX_LEN(hostiles);

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

void waffle_poison(struct waffle *w, struct sx_str text)
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

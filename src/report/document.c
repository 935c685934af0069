/* SPDX-License-Identifier: MIT */
/* The folder docs/rules: a page a rule, their index, and an index of what people see. */
#include "report/page.h"

#include <stdlib.h>

/* What the first letters of an id stand for. Others are headings as they are. */
static const struct family {
    const char *letters, *title;
} families[] = {
    { "AS", "App Store" },
    { "CM", "Camera extensions" },
    { "CS", "Code signatures" },
    { "DK", "Driver extensions" },
    { "EN", "Entitlements" },
    { "ES", "Endpoint Security" },
    { "HR", "Hardened runtime, and extensions within the seal of their app" },
    { "ID", "Identifiers and teams" },
    { "KX", "Kernel extensions" },
    { "LD", "Daemons, agents, helpers and login items" },
    { "LV", "Launching and loading" },
    { "LY", "Layout of bundles" },
    { "MD", "Configuration profiles" },
    { "NE", "Network Extension" },
    { "NT", "Notarization" },
    { "PK", "Packaging" },
    { "PP", "Provisioning profiles" },
    { "SB", "Sandbox and app groups" },
    { "SX", "Where system extensions lie" },
    { "TK", "Tickets" },
    { "UD", "Texts and values in Info.plist" },
    { "VR", "Versions" },
    { "WV", "Waivers" },
};

/* Prose, of which no character is markup. */
static void put_prose(struct sx_buf *out, struct sx_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("\\*_<|[`", text.ptr[i]) != NULL)
            sx_buf_char(out, '\\');
        sx_buf_char(out, text.ptr[i]);
    }
}

static void put_code(struct sx_buf *out, struct sx_str text)
{
    const char *fence = sx_str_find(text, SX_STR("`")) < text.len ? "``" : "`";
    sx_buf_printf(out, "%s%.*s%s", fence, SX_STR_ARG(text), fence);
}

static void put_heading(struct sx_buf *out, const char *title)
{
    sx_buf_printf(out, "\n## %s\n\n", title);
}

static void put_paragraph(struct sx_buf *out, struct sx_str text)
{
    if (text.len == 0)
        return;
    put_prose(out, text);
    sx_buf_char(out, '\n');
}

/* Each line behind a sign: an edit, or nothing. */
static void put_lines(struct sx_buf *out, const char *sign, struct sx_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at + sx_str_find(sx_str_sub(text, at, text.len), SX_STR("\n"));
        sx_buf_printf(out, "%s%.*s\n", sign, SX_STR_ARG(sx_str_sub(text, at, end - at)));
        at = end + 1;
    }
}

static void put_block(struct sx_buf *out, const char *language, struct sx_str text)
{
    sx_buf_printf(out, "```%s\n", language);
    put_lines(out, "", text);
    sx_buf_cstr(out, "```\n");
}

static void put_mending(struct sx_buf *out, const struct sx_rule *rule, struct sx_arena *arena)
{
    struct sx_mending_words words = sx_mending_words(arena, rule);
    if (words.sentence.len + words.minus.len + words.plus.len + words.run.len == 0)
        return; /* a user's own rule may have nothing to say */
    put_heading(out, "How to mend");
    put_paragraph(out, words.sentence);
    if (words.minus.len + words.plus.len > 0) {
        sx_buf_printf(out, "%s%s:\n\n```diff\n", words.sentence.len > 0 ? "\n" : "",
                      words.file != NULL ? words.file : "there");
        put_lines(out, "- ", words.minus);
        put_lines(out, "+ ", words.plus);
        sx_buf_cstr(out, "```\n");
    }
    if (words.run.len > 0)
        put_block(out, "sh", words.run);
}

static void put_symptoms(struct sx_buf *out, struct sx_strs seen_as)
{
    if (seen_as.n == 0)
        return;
    put_heading(out, "What you see");
    for (size_t i = 0; i < seen_as.n; i++) {
        sx_buf_cstr(out, "- ");
        put_code(out, seen_as.at[i]);
        sx_buf_char(out, '\n');
    }
}

/* A value that the rule names is text; examples are YAML. */
static void put_values(struct sx_buf *out, const struct sx_ruleset *rules,
                       const struct sx_rule *rule)
{
    static const struct {
        const char *title;
        bool fails;
    } sides[] = { { "Fails on", true }, { "Passes on", false } };
    for (size_t i = 0; i < SX_LEN(sides); i++) {
        bool fails = sides[i].fails;
        bool is_named = (fails ? rule->page.fails : rule->page.passes).len > 0;
        struct sx_str value = sx_rule_value(rules, rule, fails);
        if (value.len == 0)
            continue;
        put_heading(out, sides[i].title);
        put_block(out, is_named ? "" : "yaml", value);
    }
}

/* The condition in the language of rule files, for whom words are not exact enough. A check that is
 * false fails on whatever it is asked of. */
static void put_condition(struct sx_buf *out, const struct sx_rule *rule)
{
    struct sx_str when = sx_rule_source(rule, "when"), check = sx_rule_source(rule, "check");
    bool never_holds = sx_str_is(check, "false");
    put_heading(out, "Exactly");
    sx_buf_printf(out, "%s each `%s`%s\n\n", never_holds ? "Fails on" : "Asked of",
                  sx_scope_name(rule->scope), when.len > 0 ? " where" : "; it has to hold that");
    if (when.len > 0)
        put_block(out, "", when);
    if (when.len > 0 && !never_holds)
        sx_buf_cstr(out, "\nit has to hold that\n\n");
    if (!never_holds)
        put_block(out, "", check);
    sx_buf_cstr(out, "\n[Facts](../facts.md) explains the names, [Writing rules]"
                     "(../writing-rules.md#expressions) the language.\n");
}

static void put_link(struct sx_buf *out, const struct sx_rule *rule)
{
    sx_buf_printf(out, "[%.*s](%.*s.md)", SX_STR_ARG(rule->id), SX_STR_ARG(rule->id));
}

/* Advice has no page, and a rule that is named may be in no set yet. */
static const struct sx_rule *with_page(const struct sx_ruleset *rules, struct sx_str id)
{
    const struct sx_rule *rule = sx_ruleset_find(rules, id);
    return rule != NULL && !rule->is_advice ? rule : NULL;
}

static void put_related(struct sx_buf *out, const struct sx_ruleset *rules,
                        const struct sx_rule *rule, struct sx_arena *arena)
{
    struct sx_strs ids = sx_related_rules(arena, rules, rule);
    const char *before = "\n## See also\n\n";
    for (size_t i = 0; i < ids.n; i++) {
        const struct sx_rule *other = with_page(rules, ids.at[i]);
        if (other == NULL)
            continue;
        sx_buf_printf(out, "%s- ", before);
        put_link(out, other);
        sx_buf_printf(out, " %.*s\n", SX_STR_ARG(other->name));
        before = "";
    }
}

static void put_sources(struct sx_buf *out, struct sx_strs references)
{
    if (references.n > 0)
        put_heading(out, "Sources");
    for (size_t i = 0; i < references.n; i++) {
        struct sx_reference r = sx_reference_of(references.at[i]);
        sx_buf_cstr(out, "- ");
        put_prose(out, r.title);
        if (r.address.len > 0)
            sx_buf_printf(out, "%s<%.*s>", r.title.len > 0 ? ": " : "", SX_STR_ARG(r.address));
        sx_buf_char(out, '\n');
    }
}

static void put_page(struct sx_buf *out, const struct sx_ruleset *rules, const struct sx_rule *rule,
                     struct sx_arena *arena)
{
    sx_buf_printf(out, "# %.*s %.*s\n\n%s%s\n\n", SX_STR_ARG(rule->id), SX_STR_ARG(rule->name),
                  sx_severity_name(rule->severity), sx_rule_effect(arena, rule).ptr);
    put_paragraph(out, sx_rule_summary(arena, rule));
    put_heading(out, "Why");
    put_paragraph(out, rule->page.why);
    put_symptoms(out, rule->seen_as);
    put_mending(out, rule, arena);
    put_values(out, rules, rule);
    put_condition(out, rule);
    put_related(out, rules, rule, arena);
    put_sources(out, rule->references);
}

/* The index. */

static struct sx_str letters_of(struct sx_str id)
{
    size_t n = 0;
    while (n < id.len && id.ptr[n] >= 'A' && id.ptr[n] <= 'Z')
        n++;
    return sx_str_sub(id, 0, n);
}

static void put_family(struct sx_buf *out, struct sx_str letters)
{
    const char *title = NULL;
    for (size_t i = 0; i < SX_LEN(families); i++)
        if (sx_str_is(letters, families[i].letters))
            title = families[i].title;
    sx_buf_printf(out, "\n## %.*s%s%s\n\n| rule | severity | gates | finds |\n|---|---|---|---|\n",
                  SX_STR_ARG(letters), title != NULL ? ": " : "", title != NULL ? title : "");
}

static void put_row(struct sx_buf *out, const struct sx_rule *rule, struct sx_arena *arena)
{
    struct sx_strs gates = sx_gate_words(arena, rule->gates);
    sx_buf_cstr(out, "| ");
    put_link(out, rule);
    sx_buf_printf(out, " %.*s | %s | %s | ", SX_STR_ARG(rule->name),
                  sx_severity_name(rule->severity),
                  gates.n > 0 ? sx_join(arena, gates, ", ").ptr : "");
    put_prose(out, sx_rule_summary(arena, rule));
    sx_buf_cstr(out, " |\n");
}

static void put_index(struct sx_buf *out, const struct sx_ruleset *rules, struct sx_arena *arena)
{
    struct sx_str last = { "", 0 };
    sx_buf_cstr(out,
                "# The rules\n\n"
                "Each with its severity, the gates that it stops or puts at risk, and what it "
                "finds; a page each tells why,\nwhat one sees on a Mac, and how to mend it. "
                "[Seen on a Mac](symptoms.md) goes the other way: from a line of a log\nto "
                "the rules behind it.\n\n"
                "These pages are what `sxlint rules document docs/rules` writes; edit the rule "
                "files, not them.\n");
    for (size_t i = 0; i < sx_ruleset_count(rules); i++) {
        const struct sx_rule *rule = sx_ruleset_at(rules, i);
        if (rule->is_advice)
            continue;
        if (!sx_str_eq(letters_of(rule->id), last))
            put_family(out, letters_of(rule->id));
        last = letters_of(rule->id);
        put_row(out, rule, arena);
    }
}

/* What people see, and what is to be said of it. */

struct symptom {
    struct sx_str text;
    const struct sx_rule *rule;
};

static int by_text(const void *a, const void *b)
{
    const struct symptom *x = a, *y = b;
    int order = sx_str_cmp(x->text, y->text);
    return order != 0 ? order : sx_str_cmp(x->rule->id, y->rule->id);
}

/* The rules of a symptom, each once. */
struct answer {
    struct sx_arena *arena;
    const struct sx_ruleset *rules;
    struct sx_str sentence; /* of an advice */
    SX_VEC(struct sx_str) ids;
};

static void add_id(struct answer *answer, struct sx_str id)
{
    if (with_page(answer->rules, id) != NULL &&
        !sx_strs_has((struct sx_strs){ answer->ids.at, answer->ids.n }, id))
        SX_PUSH(answer->arena, &answer->ids, id);
}

/* An advice has a sentence, or names rules, or both. */
static void add_rule(struct answer *answer, const struct sx_rule *rule)
{
    if (rule->summary.len > 0 && rule->is_advice)
        answer->sentence = rule->summary;
    for (size_t i = 0; i < rule->follows.n && rule->is_advice; i++)
        add_id(answer, rule->follows.at[i]);
    add_id(answer, rule->id);
}

static void put_answer(struct sx_buf *out, struct sx_str symptom, const struct answer *answer)
{
    sx_buf_cstr(out, "- ");
    put_code(out, symptom);
    sx_buf_char(out, ':');
    sx_buf_cstr(out, answer->sentence.len > 0 ? " " : "");
    put_prose(out, answer->sentence);
    for (size_t i = 0; i < answer->ids.n; i++) {
        sx_buf_cstr(out, i > 0 ? ", " : " ");
        put_link(out, with_page(answer->rules, answer->ids.at[i]));
    }
    sx_buf_char(out, '\n');
}

static void put_seen(struct sx_buf *out, const struct sx_ruleset *rules, struct sx_arena *arena)
{
    SX_VEC(struct symptom) all = { 0 };
    for (size_t i = 0; i < sx_ruleset_count(rules); i++) {
        const struct sx_rule *rule = sx_ruleset_at(rules, i);
        for (size_t k = 0; k < rule->seen_as.n; k++)
            SX_PUSH(arena, &all, ((struct symptom){ rule->seen_as.at[k], rule }));
    }
    if (all.n > 0)
        qsort(all.at, all.n, sizeof(*all.at), by_text);
    sx_buf_cstr(out, "# Seen on a Mac\n\n"
                     "What macOS and Apple's tools say when something is wrong, or seems to be, in "
                     "order of the text, and the\n[rules](README.md) to look at. "
                     "`sxlint explain --symptom LINE` searches here.\n\n");
    for (size_t i = 0; i < all.n;) {
        struct answer answer = { .arena = arena, .rules = rules };
        size_t from = i;
        for (; i < all.n && sx_str_eq(all.at[i].text, all.at[from].text); i++)
            add_rule(&answer, all.at[i].rule);
        put_answer(out, all.at[from].text, &answer);
    }
}

bool sx_write_pages(const struct sx_ruleset *rules, struct sx_pages out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf page = { 0 };
    put_index(&page, rules, arena);
    SX_TRY(out.take(out.context, "README.md", sx_buf_view(&page)));
    page.len = 0;
    put_seen(&page, rules, arena);
    SX_TRY(out.take(out.context, "symptoms.md", sx_buf_view(&page)));
    for (size_t i = 0; i < sx_ruleset_count(rules); i++) {
        const struct sx_rule *rule = sx_ruleset_at(rules, i);
        if (rule->is_advice)
            continue;
        page.len = 0;
        put_page(&page, rules, rule, arena);
        const char *name = sx_str_printf(arena, "%.*s.md", SX_STR_ARG(rule->id)).ptr;
        SX_TRY(out.take(out.context, name, sx_buf_view(&page)));
    }
    return true;
}

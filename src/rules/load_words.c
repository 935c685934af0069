/* SPDX-License-Identifier: MIT */
/* What a rule says: to whoever meets its finding, and on its page. */
#include "rules/load.h"

#define TEXT SX_YAML_SCALAR
#define LIST SX_YAML_LIST
#define MAP  SX_YAML_MAP

/* Texts */

/* Findings on problems and claims gather several, which are their offending elements. */
static bool has_offending(const struct sx_rule *rule)
{
    return rule->offending != NULL || rule->scope == SX_SCOPE_CLAIM ||
           rule->scope == SX_SCOPE_PROBLEM;
}

static bool take_template(struct sx_loader *l, uint32_t node, const char *what,
                          const struct sx_template **out)
{
    struct sx_str text;
    struct sx_err err = { 0 };
    if (node == 0)
        return true;
    SX_TRY(sx_text_take(l->yaml, node, what, &text, l->err));
    struct sx_template_names names = sx_template_names_of(l->rule->scope, has_offending(l->rule));
    if (l->is_built_in) {
        *out = sx_template_later(text, names, l->set->arena);
        return true;
    }
    if (sx_template_compile(text, names, l->set->arena, out, &err))
        return true;
    return sx_load_fail(l, node, (size_t)err.off, err.what);
}

/* `why` may agree with `count` and name nothing else, so that the rule's page can print it. */
static bool take_why(struct sx_loader *l)
{
    struct sx_str text;
    struct sx_err err = { 0 };
    if (l->at[SX_KEY_WHY] == 0)
        return true;
    SX_TRY(sx_text_take(l->yaml, l->at[SX_KEY_WHY], "why", &text, l->err));
    if (!sx_template_compile(text, sx_template_count(), l->set->arena, &l->entry->why, &err))
        return sx_load_fail(l, l->at[SX_KEY_WHY], (size_t)err.off, err.what);
    struct sx_value several = sx_int(2);
    struct sx_cel_run run = { .arena = l->set->arena };
    l->rule->why =
        sx_template_render(l->entry->why, SX_FOR_PEOPLE, NULL, &several, &run, l->set->arena).text;
    return true;
}

/* What only the rule's page says. */
static bool take_page(struct sx_loader *l)
{
    enum { WHY_AT_LENGTH, MEND, FAILS, PASSES, SYMPTOMS, SEE, N };
    static const struct sx_key keys[N] = {
        [WHY_AT_LENGTH] = { "why", TEXT }, [MEND] = { "mend", TEXT },
        [FAILS] = { "fails", TEXT },       [PASSES] = { "passes", TEXT },
        [SYMPTOMS] = { "symptoms", LIST }, [SEE] = { "see", LIST }
    };
    struct sx_page *page = &l->rule->page;
    struct sx_str *const texts[SYMPTOMS] = { &page->why, &page->mend, &page->fails, &page->passes };
    uint32_t at[N] = { 0 };
    if (l->at[SX_KEY_EXPLAIN] != 0)
        SX_TRY(sx_keys_take(l->yaml, l->at[SX_KEY_EXPLAIN], "explain", keys, N, at, l->err));
    for (int i = 0; i < SYMPTOMS; i++)
        if (at[i] != 0)
            SX_TRY(sx_text_take(l->yaml, at[i], keys[i].name, texts[i], l->err));
    if (at[SYMPTOMS] != 0)
        SX_TRY(sx_texts_take(l->yaml, at[SYMPTOMS], "symptoms", l->set->arena, &l->rule->seen_as,
                             l->err));
    if (at[SEE] != 0)
        SX_TRY(sx_texts_take(l->yaml, at[SEE], "see", l->set->arena, &page->see, l->err));
    if (page->why.ptr == NULL)
        page->why = l->rule->why;
    return page->why.ptr != NULL ||
           sx_yaml_fail(l->yaml, l->node, l->err, "the rule has no \"why\"");
}

static bool take_optional(struct sx_loader *l, enum sx_rule_key key, struct sx_str *out)
{
    return l->at[key] == 0 ||
           sx_text_take(l->yaml, l->at[key], sx_rule_keys[key].name, out, l->err);
}

static bool take_texts(struct sx_loader *l)
{
    struct sx_rule *r = l->rule;
    const struct {
        enum sx_rule_key key;
        const struct sx_template **out;
    } templates[] = {
        { SX_KEY_MESSAGE, &r->message },
        { SX_KEY_FOUND, &r->found },
        { SX_KEY_WANTED, &r->wanted },
        { SX_KEY_PROFILE, &r->profile },
    };
    for (size_t i = 0; i < SX_LEN(templates); i++)
        SX_TRY(take_template(l, l->at[templates[i].key], sx_rule_keys[templates[i].key].name,
                             templates[i].out));
    SX_TRY(take_optional(l, SX_KEY_SUMMARY, &r->summary));
    SX_TRY(take_why(l));
    return take_page(l);
}

static bool take_lists(struct sx_loader *l)
{
    struct sx_rule *r = l->rule;
    const struct {
        enum sx_rule_key key;
        struct sx_strs *out;
    } lists[] = {
        { SX_KEY_FOLLOWS, &r->follows },
        { SX_KEY_REFERENCES, &r->references },
    };
    for (size_t i = 0; i < SX_LEN(lists); i++) {
        enum sx_rule_key key = lists[i].key;
        if (l->at[key] != 0)
            SX_TRY(sx_texts_take(l->yaml, l->at[key], sx_rule_keys[key].name, l->set->arena,
                                 lists[i].out, l->err));
    }
    return true;
}

/* A symptom without what its expressions would add: that is what --symptom searches. */
static struct sx_str constant_part(struct sx_loader *l, struct sx_str text)
{
    size_t end = sx_str_find(text, SX_STR("{"));
    while (end < text.len && end > 0 && text.ptr[end - 1] == ' ')
        end--;
    return sx_str_dup(l->set->arena, sx_str_sub(text, 0, end));
}

/* Those that a finding names come first; the page and --symptom know the others too. */
static bool take_symptoms(struct sx_loader *l)
{
    struct sx_arena *arena = l->set->arena;
    SX_VEC(const struct sx_template *) templates = { 0 };
    SX_VEC(struct sx_str) texts = { 0 };
    uint32_t list = l->at[SX_KEY_SEEN_AS];
    for (uint32_t n = list != 0 ? sx_yaml_at(l->yaml, list)->child : 0; n != 0;) {
        const struct sx_template *template = NULL;
        SX_TRY(take_template(l, n, "seen-as", &template));
        SX_PUSH(arena, &templates, template);
        SX_PUSH(arena, &texts, constant_part(l, sx_template_text(template)));
        n = sx_yaml_at(l->yaml, n)->next;
    }
    l->entry->symptoms = templates.at;
    l->entry->n_symptoms = templates.n;
    for (size_t i = 0; i < l->rule->seen_as.n; i++)
        SX_PUSH(arena, &texts, l->rule->seen_as.at[i]);
    l->rule->seen_as = (struct sx_strs){ texts.at, texts.n };
    return true;
}

static bool take_nearness(struct sx_loader *l)
{
    static const char *const words[] = { "code" };
    unsigned word;
    l->rule->is_near = l->at[SX_KEY_NEAR] != 0;
    return !l->rule->is_near || sx_word_take(l->yaml, l->at[SX_KEY_NEAR], "nearness", words,
                                             SX_LEN(words), &word, l->err);
}

static bool take_files(struct sx_loader *l)
{
    static const char *const labels[] = { "modified", "added", "missing" };
    unsigned label;
    if (l->at[SX_KEY_FILES] == 0)
        return true;
    SX_TRY(sx_word_take(l->yaml, l->at[SX_KEY_FILES], "label", labels, SX_LEN(labels), &label,
                        l->err));
    l->rule->files = sx_str_of(labels[label]);
    return l->rule->scope == SX_SCOPE_PROBLEM ||
           sx_yaml_fail(l->yaml, l->at[SX_KEY_FILES], l->err,
                        "files: only a rule for problem lists files");
}

static bool take_place(struct sx_loader *l)
{
    enum { DOCUMENT, VALUE, N };
    static const struct sx_key keys[N] = { [DOCUMENT] = { "document", TEXT, SX_NEEDED_ALWAYS },
                                           [VALUE] = { "value", TEXT, SX_NEEDED_ALWAYS } };
    uint32_t at[N];
    enum sx_stage stage = has_offending(l->rule) ? SX_STAGE_OFFENDING : SX_STAGE_TEXT;
    if (l->at[SX_KEY_AT] == 0)
        return true;
    SX_TRY(sx_keys_take(l->yaml, l->at[SX_KEY_AT], "at", keys, N, at, l->err));
    SX_TRY(sx_keys_need(l->yaml, l->at[SX_KEY_AT], "at", keys, N, at, SX_NEEDED_ALWAYS, l->err));
    SX_TRY(sx_load_compile(l, at[DOCUMENT], "document", stage, &l->rule->at_document));
    SX_TRY(sx_load_type(l, at[DOCUMENT], "document", l->rule->at_document, SX_T_OBJECT));
    return sx_load_compile(l, at[VALUE], "value", stage, &l->rule->at);
}

/* Repair */

static bool take_edit(struct sx_loader *l, uint32_t map)
{
    enum { FILE_OF, MINUS, PLUS, N };
    static const char *const files[] = { "entitlements", "info", "policy", "profile" };
    static const struct sx_key keys[N] = { [FILE_OF] = { "file", TEXT, SX_NEEDED_ALWAYS },
                                           [MINUS] = { "minus", TEXT },
                                           [PLUS] = { "plus", TEXT } };
    uint32_t at[N];
    unsigned file;
    SX_TRY(sx_keys_take(l->yaml, map, "edit", keys, N, at, l->err));
    SX_TRY(sx_keys_need(l->yaml, map, "edit", keys, N, at, SX_NEEDED_ALWAYS, l->err));
    SX_TRY(sx_word_take(l->yaml, at[FILE_OF], "file", files, SX_LEN(files), &file, l->err));
    l->rule->fix.edit_file = files[file];
    SX_TRY(take_template(l, at[MINUS], "minus", &l->rule->fix.minus));
    return take_template(l, at[PLUS], "plus", &l->rule->fix.plus);
}

static bool take_fix(struct sx_loader *l)
{
    enum { DO, RUN, EDIT, RESIGN, N };
    static const struct sx_key keys[N] = { [DO] = { "do", TEXT },
                                           [RUN] = { "run", TEXT },
                                           [EDIT] = { "edit", MAP },
                                           [RESIGN] = { "resign", TEXT } };
    uint32_t at[N];
    if (l->at[SX_KEY_FIX] == 0)
        return true;
    SX_TRY(sx_keys_take(l->yaml, l->at[SX_KEY_FIX], "fix", keys, N, at, l->err));
    SX_TRY(take_template(l, at[DO], "do", &l->rule->fix.instruction));
    SX_TRY(take_template(l, at[RUN], "run", &l->rule->fix.run));
    if (at[RESIGN] != 0)
        SX_TRY(sx_bool_take(l->yaml, at[RESIGN], "resign", &l->rule->fix.resign, l->err));
    return at[EDIT] == 0 || take_edit(l, at[EDIT]);
}

/* A built-in rule that finds fault says what to do about it, there or on its page. */
static bool check_mending(struct sx_loader *l)
{
    bool says = l->at[SX_KEY_FIX] != 0 || l->rule->page.mend.ptr != NULL;
    return says || !l->is_built_in || l->rule->is_advice ||
           sx_yaml_fail(l->yaml, l->node, l->err, "the rule has no \"fix\"");
}

bool sx_load_words(struct sx_loader *l)
{
    SX_TRY(take_texts(l));
    SX_TRY(take_lists(l));
    SX_TRY(take_nearness(l));
    SX_TRY(take_symptoms(l));
    SX_TRY(take_files(l));
    SX_TRY(take_place(l));
    SX_TRY(take_fix(l));
    return check_mending(l);
}

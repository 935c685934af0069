/* SPDX-License-Identifier: MIT */
/* From the YAML entry of a rule to struct sx_rule. What is wrong is refused at the character that
 * is wrong; docs/writing-rules.md explains each key. */
#include "rules/keys.h"
#include "rules/names.h"
#include "rules/ruleset.h"

enum key {
    ID,
    NAME,
    SEVERITY,
    BASIS,
    GATES,
    FOR,
    WHEN,
    CHECK,
    OFFENDING,
    MESSAGE,
    FOUND,
    WANTED,
    PROFILE,
    AT,
    FILES,
    SUMMARY,
    WHY,
    EXPLAIN,
    FOLLOWS,
    ALIASES,
    SEEN_AS,
    FIX,
    REFERENCES,
    EXAMPLES,
    N_KEYS
};

#define TEXT SX_YAML_SCALAR
#define LIST SX_YAML_LIST
#define MAP  SX_YAML_MAP

static const struct sx_key rule_keys[N_KEYS] = {
    [ID] = { "id", TEXT, SX_KEY_ALWAYS },
    [NAME] = { "name", TEXT, SX_KEY_ALWAYS },
    [SEVERITY] = { "severity", TEXT, SX_KEY_ASKED },
    [BASIS] = { "basis", TEXT, SX_KEY_BUILT_IN },
    [GATES] = { "gates", LIST },
    [FOR] = { "for", TEXT, SX_KEY_ASKED },
    [WHEN] = { "when", TEXT },
    [CHECK] = { "check", TEXT, SX_KEY_ASKED },
    [OFFENDING] = { "offending", TEXT },
    [MESSAGE] = { "message", TEXT, SX_KEY_ALWAYS },
    [FOUND] = { "found", TEXT },
    [WANTED] = { "wanted", TEXT },
    [PROFILE] = { "profile", TEXT },
    [AT] = { "at", MAP },
    [FILES] = { "files", TEXT },
    [SUMMARY] = { "summary", TEXT },
    [WHY] = { "why", TEXT },
    [EXPLAIN] = { "explain", MAP },
    [FOLLOWS] = { "follows", LIST },
    [ALIASES] = { "aliases", LIST },
    [SEEN_AS] = { "seen-as", LIST },
    [FIX] = { "fix", MAP },
    [REFERENCES] = { "references", LIST, SX_KEY_BUILT_IN },
    [EXAMPLES] = { "examples", MAP },
};

/* What the steps of loading one rule share. */
struct loader {
    struct sx_ruleset *set;
    const struct sx_yaml *yaml;
    bool is_built_in;
    struct sx_rule_entry *entry;
    struct sx_rule *rule;
    uint32_t node, at[N_KEYS];
    struct sx_err *err;
};

static bool fail_in(struct loader *l, uint32_t node, size_t off, const char *what)
{
    uint32_t line, column;
    sx_yaml_place(l->yaml, node, off, &line, &column);
    return sx_fail_at(l->err, SX_E_USAGE, 0, line, column, "%s", what);
}

/* Identity */

/* [A-Z]{2,}[0-9]{3,} */
static bool is_id(struct sx_str s)
{
    size_t letters = 0, digits = 0;
    while (letters < s.len && s.ptr[letters] >= 'A' && s.ptr[letters] <= 'Z')
        letters++;
    while (letters + digits < s.len && s.ptr[letters + digits] >= '0' &&
           s.ptr[letters + digits] <= '9')
        digits++;
    return letters >= 2 && digits >= 3 && letters + digits == s.len;
}

static bool is_name(struct sx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i], lower = (char)(c | 32);
        if (c != '-' && !(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z'))
            return false;
    }
    return s.len > 0;
}

static bool reserve(struct loader *l, uint32_t node, struct sx_str word)
{
    if (sx_table_put(&l->set->words, word, l->entry))
        return true;
    const struct sx_rule_entry *other = sx_table_get(&l->set->words, word);
    return sx_yaml_fail(l->yaml, node, l->err, "%.*s is taken by the rule at %.*s:%u",
                        SX_STR_ARG(word), SX_STR_ARG(other->rule.file), (unsigned)other->rule.line);
}

static bool take_aliases(struct loader *l)
{
    if (l->at[ALIASES] == 0)
        return true;
    SX_TRY(sx_texts_take(l->yaml, l->at[ALIASES], "aliases", l->set->arena, &l->rule->aliases,
                         l->err));
    uint32_t node = sx_yaml_at(l->yaml, l->at[ALIASES])->child;
    for (size_t i = 0; i < l->rule->aliases.n; i++, node = sx_yaml_at(l->yaml, node)->next)
        SX_TRY(reserve(l, node, l->rule->aliases.at[i]));
    return true;
}

static bool take_identity(struct loader *l)
{
    SX_TRY(sx_text_take(l->yaml, l->at[ID], "id", &l->rule->id, l->err));
    SX_TRY(sx_text_take(l->yaml, l->at[NAME], "name", &l->rule->name, l->err));
    if (!is_id(l->rule->id))
        return sx_yaml_fail(l->yaml, l->at[ID], l->err,
                            "id: want two or more capitals and three or more digits, like TEAM001");
    if (!is_name(l->rule->name))
        return sx_yaml_fail(l->yaml, l->at[NAME], l->err,
                            "name: want letters, digits and hyphens, like team-is-ours");
    SX_TRY(reserve(l, l->at[ID], l->rule->id));
    SX_TRY(reserve(l, l->at[NAME], l->rule->name));
    return take_aliases(l);
}

/* Severity, basis, gates */

static bool take_gates(struct loader *l)
{
    uint32_t list = l->at[GATES];
    if (list == 0) { /* a rule of one's own speaks for one's own gate */
        l->rule->gates = l->is_built_in ? 0 : 1u << SX_GATE_POLICY;
        return true;
    }
    for (uint32_t n = sx_yaml_at(l->yaml, list)->child; n != 0; n = sx_yaml_at(l->yaml, n)->next) {
        unsigned gate;
        SX_TRY(sx_word_take(l->yaml, n, "gate", sx_gate_names, SX_N_GATES, &gate, l->err));
        l->rule->gates |= 1u << gate;
    }
    return true;
}

static bool take_weight(struct loader *l)
{
    unsigned severity = SX_SEVERITY_NOTE, basis = SX_DOCUMENTED;
    if (l->at[SEVERITY] != 0)
        SX_TRY(sx_word_take(l->yaml, l->at[SEVERITY], "severity", sx_severity_names,
                            SX_N_SEVERITIES, &severity, l->err));
    if (l->at[BASIS] != 0)
        SX_TRY(sx_word_take(l->yaml, l->at[BASIS], "basis", sx_basis_names, SX_N_BASES, &basis,
                            l->err));
    if (severity == SX_SEVERITY_ERROR && basis == SX_UNVERIFIED)
        return sx_yaml_fail(l->yaml, l->at[SEVERITY], l->err,
                            "an unverified rule is a warning at most");
    l->rule->severity = (enum sx_severity)severity;
    l->rule->basis = (enum sx_basis)basis;
    return take_gates(l);
}

/* Conditions */

static bool compile(struct loader *l, uint32_t node, const char *what, enum sx_stage stage,
                    const struct sx_cel_program **out)
{
    struct sx_str text;
    struct sx_err err = { 0 };
    SX_TRY(sx_text_take(l->yaml, node, what, &text, l->err));
    if (sx_cel_compile(sx_scope_env_at(l->rule->scope, stage), text, l->set->arena, out, &err))
        return true;
    return fail_in(l, node, sx_text_byte(text, err.line, err.column), err.what);
}

static bool want_type(struct loader *l, uint32_t node, const char *what,
                      const struct sx_cel_program *program, enum sx_spec_kind kind)
{
    const struct sx_spec *spec = sx_cel_type(program);
    if (spec->kind == kind || spec->kind == SX_T_DYN)
        return true;
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    const char *const wanted = kind == SX_T_BOOL ? "bool" : kind == SX_T_LIST ? "list" : "object";
    sx_spec_text(&found, spec);
    return sx_yaml_fail(l->yaml, node, l->err, "%s: want %s, found %.*s", what, wanted,
                        SX_STR_ARG(sx_buf_view(&found)));
}

static bool take_condition(struct loader *l, enum key key, const struct sx_cel_program **out)
{
    if (l->at[key] == 0)
        return true;
    SX_TRY(compile(l, l->at[key], rule_keys[key].name, SX_STAGE_CONDITION, out));
    return want_type(l, l->at[key], rule_keys[key].name, *out, SX_T_BOOL);
}

static bool take_question(struct loader *l)
{
    unsigned scope;
    if (l->rule->is_advice)
        return true;
    SX_TRY(sx_word_take(l->yaml, l->at[FOR], "scope", sx_scope_names, SX_N_SCOPES, &scope, l->err));
    l->rule->scope = (enum sx_scope)scope;
    SX_TRY(take_condition(l, WHEN, &l->rule->when));
    SX_TRY(take_condition(l, CHECK, &l->rule->check));
    if (l->at[OFFENDING] == 0) {
        l->rule->offending = sx_cel_offending(l->rule->check, l->set->arena);
        return true;
    }
    SX_TRY(compile(l, l->at[OFFENDING], "offending", SX_STAGE_CONDITION, &l->rule->offending));
    return want_type(l, l->at[OFFENDING], "offending", l->rule->offending, SX_T_LIST);
}

/* Texts */

/* Findings on problems and claims gather several, which are their offending elements. */
static bool has_offending(const struct sx_rule *rule)
{
    return rule->offending != NULL || rule->scope == SX_SCOPE_CLAIM ||
           rule->scope == SX_SCOPE_PROBLEM;
}

static bool take_template(struct loader *l, uint32_t node, const char *what,
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
    return fail_in(l, node, (size_t)err.off, err.what);
}

/* `why` may agree with `count` and name nothing else, so that the rule's page can print it. */
static bool take_why(struct loader *l)
{
    struct sx_str text;
    struct sx_err err = { 0 };
    if (l->at[WHY] == 0)
        return true;
    SX_TRY(sx_text_take(l->yaml, l->at[WHY], "why", &text, l->err));
    if (!sx_template_compile(text, sx_template_count(), l->set->arena, &l->entry->why, &err))
        return fail_in(l, l->at[WHY], (size_t)err.off, err.what);
    struct sx_value several = sx_int(2);
    struct sx_cel_run run = { .arena = l->set->arena };
    l->rule->why =
        sx_template_render(l->entry->why, SX_FOR_PEOPLE, &several, &run, l->set->arena).text;
    return true;
}

/* What only the rule's page says. */
static bool take_page(struct loader *l)
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
    if (l->at[EXPLAIN] != 0)
        SX_TRY(sx_keys_take(l->yaml, l->at[EXPLAIN], "explain", keys, N, at, l->err));
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

static bool take_optional(struct loader *l, enum key key, struct sx_str *out)
{
    return l->at[key] == 0 || sx_text_take(l->yaml, l->at[key], rule_keys[key].name, out, l->err);
}

static bool take_texts(struct loader *l)
{
    struct sx_rule *r = l->rule;
    const struct {
        enum key key;
        const struct sx_template **out;
    } templates[] = {
        { MESSAGE, &r->message },
        { FOUND, &r->found },
        { WANTED, &r->wanted },
        { PROFILE, &r->profile },
    };
    for (size_t i = 0; i < SX_LEN(templates); i++)
        SX_TRY(take_template(l, l->at[templates[i].key], rule_keys[templates[i].key].name,
                             templates[i].out));
    SX_TRY(take_optional(l, SUMMARY, &r->summary));
    SX_TRY(take_why(l));
    return take_page(l);
}

static bool take_lists(struct loader *l)
{
    struct sx_rule *r = l->rule;
    const struct {
        enum key key;
        struct sx_strs *out;
    } lists[] = {
        { FOLLOWS, &r->follows },
        { REFERENCES, &r->references },
    };
    for (size_t i = 0; i < SX_LEN(lists); i++) {
        enum key key = lists[i].key;
        if (l->at[key] != 0)
            SX_TRY(sx_texts_take(l->yaml, l->at[key], rule_keys[key].name, l->set->arena,
                                 lists[i].out, l->err));
    }
    return true;
}

/* A symptom without what its expressions would add: that is what --symptom searches. */
static struct sx_str constant_part(struct loader *l, struct sx_str text)
{
    size_t end = sx_str_find(text, SX_STR("{"));
    while (end < text.len && end > 0 && text.ptr[end - 1] == ' ')
        end--;
    return sx_str_dup(l->set->arena, sx_str_sub(text, 0, end));
}

/* Those that a finding names come first; the page and --symptom know the others too. */
static bool take_symptoms(struct loader *l)
{
    struct sx_arena *arena = l->set->arena;
    SX_VEC(const struct sx_template *) templates = { 0 };
    SX_VEC(struct sx_str) texts = { 0 };
    uint32_t list = l->at[SEEN_AS];
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

static bool take_files(struct loader *l)
{
    static const char *const labels[] = { "modified", "added", "missing" };
    unsigned label;
    if (l->at[FILES] == 0)
        return true;
    SX_TRY(sx_word_take(l->yaml, l->at[FILES], "label", labels, SX_LEN(labels), &label, l->err));
    l->rule->files = sx_str_of(labels[label]);
    return l->rule->scope == SX_SCOPE_PROBLEM ||
           sx_yaml_fail(l->yaml, l->at[FILES], l->err,
                        "files: only a rule for problem lists files");
}

static bool take_place(struct loader *l)
{
    enum { DOCUMENT, VALUE, N };
    static const struct sx_key keys[N] = {
        [DOCUMENT] = { "document", TEXT, SX_KEY_ALWAYS }, [VALUE] = { "value", TEXT, SX_KEY_ALWAYS }
    };
    uint32_t at[N];
    enum sx_stage stage = has_offending(l->rule) ? SX_STAGE_OFFENDING : SX_STAGE_TEXT;
    if (l->at[AT] == 0)
        return true;
    SX_TRY(sx_keys_take(l->yaml, l->at[AT], "at", keys, N, at, l->err));
    SX_TRY(sx_keys_need(l->yaml, l->at[AT], "at", keys, N, at, SX_KEY_ALWAYS, l->err));
    SX_TRY(compile(l, at[DOCUMENT], "document", stage, &l->rule->at_document));
    SX_TRY(want_type(l, at[DOCUMENT], "document", l->rule->at_document, SX_T_OBJECT));
    return compile(l, at[VALUE], "value", stage, &l->rule->at);
}

/* Repair */

static bool take_edit(struct loader *l, uint32_t map)
{
    enum { FILE_OF, MINUS, PLUS, N };
    static const char *const files[] = { "entitlements", "info", "policy", "profile" };
    static const struct sx_key keys[N] = { [FILE_OF] = { "file", TEXT, SX_KEY_ALWAYS },
                                           [MINUS] = { "minus", TEXT },
                                           [PLUS] = { "plus", TEXT } };
    uint32_t at[N];
    unsigned file;
    SX_TRY(sx_keys_take(l->yaml, map, "edit", keys, N, at, l->err));
    SX_TRY(sx_keys_need(l->yaml, map, "edit", keys, N, at, SX_KEY_ALWAYS, l->err));
    SX_TRY(sx_word_take(l->yaml, at[FILE_OF], "file", files, SX_LEN(files), &file, l->err));
    l->rule->fix.edit_file = files[file];
    SX_TRY(take_template(l, at[MINUS], "minus", &l->rule->fix.minus));
    return take_template(l, at[PLUS], "plus", &l->rule->fix.plus);
}

static bool take_fix(struct loader *l)
{
    enum { DO, RUN, EDIT, RESIGN, N };
    static const struct sx_key keys[N] = { [DO] = { "do", TEXT },
                                           [RUN] = { "run", TEXT },
                                           [EDIT] = { "edit", MAP },
                                           [RESIGN] = { "resign", TEXT } };
    uint32_t at[N];
    if (l->at[FIX] == 0)
        return true;
    SX_TRY(sx_keys_take(l->yaml, l->at[FIX], "fix", keys, N, at, l->err));
    SX_TRY(take_template(l, at[DO], "do", &l->rule->fix.instruction));
    SX_TRY(take_template(l, at[RUN], "run", &l->rule->fix.run));
    if (at[RESIGN] != 0)
        SX_TRY(sx_bool_take(l->yaml, at[RESIGN], "resign", &l->rule->fix.resign, l->err));
    return at[EDIT] == 0 || take_edit(l, at[EDIT]);
}

/* A built-in rule that finds fault says what to do about it, there or on its page. */
static bool check_mending(struct loader *l)
{
    bool says = l->at[FIX] != 0 || l->rule->page.mend.ptr != NULL;
    return says || !l->is_built_in || l->rule->is_advice ||
           sx_yaml_fail(l->yaml, l->node, l->err, "the rule has no \"fix\"");
}

/* Examples are looked at by `rules test` only (rules/examples.c). */
static bool take_examples(struct loader *l)
{
    enum { PASS, FAIL, N };
    static const struct sx_key keys[N] = {
        [PASS] = { "pass", LIST, SX_KEY_BUILT_IN }, [FAIL] = { "fail", LIST, SX_KEY_BUILT_IN }
    };
    uint32_t at[N] = { 0 };
    if (l->at[EXAMPLES] != 0)
        SX_TRY(sx_keys_take(l->yaml, l->at[EXAMPLES], "examples", keys, N, at, l->err));
    if (l->is_built_in && !l->rule->is_advice)
        SX_TRY(sx_keys_need(l->yaml, l->node, "the rule's examples", keys, N, at, SX_KEY_BUILT_IN,
                            l->err));
    l->entry->pass = at[PASS];
    l->entry->fail = at[FAIL];
    return true;
}

static bool check_needed(struct loader *l)
{
    unsigned needed = SX_KEY_ALWAYS;
    if (!l->rule->is_advice)
        needed |= SX_KEY_ASKED | (l->is_built_in ? SX_KEY_BUILT_IN : 0);
    return sx_keys_need(l->yaml, l->node, "the rule", rule_keys, N_KEYS, l->at, needed, l->err);
}

static bool load_rule(struct loader *l)
{
    l->entry = SX_NEW(l->set->arena, struct sx_rule_entry);
    l->rule = &l->entry->rule;
    l->entry->yaml = l->yaml;
    l->entry->node = l->node;
    l->entry->is_built_in = l->is_built_in;
    l->rule->file = sx_str_of(l->yaml->file);
    l->rule->line = sx_yaml_at(l->yaml, l->node)->line;
    SX_TRY(sx_keys_take(l->yaml, l->node, "rule", rule_keys, N_KEYS, l->at, l->err));
    l->rule->is_advice = l->at[FOR] == 0 && l->at[CHECK] == 0;
    SX_TRY(check_needed(l));
    SX_TRY(take_identity(l));
    SX_TRY(take_weight(l));
    SX_TRY(take_question(l));
    SX_TRY(take_texts(l));
    SX_TRY(take_lists(l));
    SX_TRY(take_symptoms(l));
    SX_TRY(take_files(l));
    SX_TRY(take_place(l));
    SX_TRY(take_fix(l));
    SX_TRY(check_mending(l));
    SX_TRY(take_examples(l));
    SX_PUSH(l->set->arena, &l->set->rules, l->entry);
    return true;
}

bool sx_rules_load(struct sx_ruleset *set, const struct sx_yaml *yaml, bool is_built_in,
                   struct sx_err *err)
{
    const struct sx_yaml_node *root = sx_yaml_at(yaml, yaml->root);
    if (root->kind == SX_YAML_SCALAR && root->len == 0)
        return true; /* nothing but comments */
    if (root->kind != SX_YAML_LIST)
        return sx_yaml_fail(yaml, yaml->root, err, "want a list of rules");
    struct loader l = { .set = set, .yaml = yaml, .is_built_in = is_built_in, .err = err };
    for (l.node = root->child; l.node != 0; l.node = sx_yaml_at(yaml, l.node)->next)
        SX_TRY(load_rule(&l));
    return true;
}

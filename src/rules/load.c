/* SPDX-License-Identifier: MIT */
/* From the YAML entry of a rule to struct sx_rule. What is wrong is refused at the character that
 * is wrong; docs/writing-rules.md explains each key. */
#include "rules/load.h"

#include "rules/names.h"

#define TEXT SX_YAML_SCALAR
#define LIST SX_YAML_LIST
#define MAP  SX_YAML_MAP

const struct sx_key sx_rule_keys[SX_N_KEYS] = {
    [SX_KEY_ID] = { "id", TEXT, SX_NEEDED_ALWAYS },
    [SX_KEY_NAME] = { "name", TEXT, SX_NEEDED_ALWAYS },
    [SX_KEY_SEVERITY] = { "severity", TEXT, SX_NEEDED_ASKED },
    [SX_KEY_BASIS] = { "basis", TEXT, SX_NEEDED_BUILT_IN },
    [SX_KEY_GATES] = { "gates", LIST },
    [SX_KEY_FOR] = { "for", TEXT, SX_NEEDED_ASKED },
    [SX_KEY_WHEN] = { "when", TEXT },
    [SX_KEY_CHECK] = { "check", TEXT, SX_NEEDED_ASKED },
    [SX_KEY_OFFENDING] = { "offending", TEXT },
    [SX_KEY_MESSAGE] = { "message", TEXT, SX_NEEDED_ALWAYS },
    [SX_KEY_FOUND] = { "found", TEXT },
    [SX_KEY_WANTED] = { "wanted", TEXT },
    [SX_KEY_PROFILE] = { "profile", TEXT },
    [SX_KEY_AT] = { "at", MAP },
    [SX_KEY_FILES] = { "files", TEXT },
    [SX_KEY_SUMMARY] = { "summary", TEXT },
    [SX_KEY_WHY] = { "why", TEXT },
    [SX_KEY_EXPLAIN] = { "explain", MAP },
    [SX_KEY_FOLLOWS] = { "follows", LIST },
    [SX_KEY_NEAR] = { "near", TEXT },
    [SX_KEY_ALIASES] = { "aliases", LIST },
    [SX_KEY_SEEN_AS] = { "seen-as", LIST },
    [SX_KEY_FIX] = { "fix", MAP },
    [SX_KEY_REFERENCES] = { "references", LIST, SX_NEEDED_BUILT_IN },
    [SX_KEY_EXAMPLES] = { "examples", MAP },
};

bool sx_load_fail(struct sx_loader *l, uint32_t node, size_t off, const char *what)
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

static bool reserve(struct sx_loader *l, uint32_t node, struct sx_str word)
{
    if (sx_table_put(&l->set->words, word, l->entry))
        return true;
    const struct sx_rule_entry *other = sx_table_get(&l->set->words, word);
    return sx_yaml_fail(l->yaml, node, l->err, "%.*s is taken by the rule at %.*s:%u",
                        SX_STR_ARG(word), SX_STR_ARG(other->rule.file), (unsigned)other->rule.line);
}

static bool take_aliases(struct sx_loader *l)
{
    if (l->at[SX_KEY_ALIASES] == 0)
        return true;
    SX_TRY(sx_texts_take(l->yaml, l->at[SX_KEY_ALIASES], "aliases", l->set->arena,
                         &l->rule->aliases, l->err));
    uint32_t node = sx_yaml_at(l->yaml, l->at[SX_KEY_ALIASES])->child;
    for (size_t i = 0; i < l->rule->aliases.n; i++, node = sx_yaml_at(l->yaml, node)->next)
        SX_TRY(reserve(l, node, l->rule->aliases.at[i]));
    return true;
}

static bool take_identity(struct sx_loader *l)
{
    SX_TRY(sx_text_take(l->yaml, l->at[SX_KEY_ID], "id", &l->rule->id, l->err));
    SX_TRY(sx_text_take(l->yaml, l->at[SX_KEY_NAME], "name", &l->rule->name, l->err));
    if (!is_id(l->rule->id))
        return sx_yaml_fail(l->yaml, l->at[SX_KEY_ID], l->err,
                            "id: want two or more capitals and three or more digits, like TEAM001");
    if (!is_name(l->rule->name))
        return sx_yaml_fail(l->yaml, l->at[SX_KEY_NAME], l->err,
                            "name: want letters, digits and hyphens, like team-is-ours");
    SX_TRY(reserve(l, l->at[SX_KEY_ID], l->rule->id));
    SX_TRY(reserve(l, l->at[SX_KEY_NAME], l->rule->name));
    return take_aliases(l);
}

/* Severity, basis, gates */

static bool take_gates(struct sx_loader *l)
{
    uint32_t list = l->at[SX_KEY_GATES];
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

static bool take_weight(struct sx_loader *l)
{
    unsigned severity = SX_SEVERITY_NOTE, basis = SX_DOCUMENTED;
    if (l->at[SX_KEY_SEVERITY] != 0)
        SX_TRY(sx_word_take(l->yaml, l->at[SX_KEY_SEVERITY], "severity", sx_severity_names,
                            SX_N_SEVERITIES, &severity, l->err));
    if (l->at[SX_KEY_BASIS] != 0)
        SX_TRY(sx_word_take(l->yaml, l->at[SX_KEY_BASIS], "basis", sx_basis_names, SX_N_BASES,
                            &basis, l->err));
    if (severity == SX_SEVERITY_ERROR && basis == SX_UNVERIFIED)
        return sx_yaml_fail(l->yaml, l->at[SX_KEY_SEVERITY], l->err,
                            "an unverified rule is a warning at most");
    l->rule->severity = (enum sx_severity)severity;
    l->rule->basis = (enum sx_basis)basis;
    return take_gates(l);
}

/* Conditions */

bool sx_load_compile(struct sx_loader *l, uint32_t node, const char *what, enum sx_stage stage,
                     const struct sx_cel_program **out)
{
    struct sx_str text;
    struct sx_err err = { 0 };
    SX_TRY(sx_text_take(l->yaml, node, what, &text, l->err));
    if (sx_cel_compile(sx_scope_env_at(l->rule->scope, stage), text, l->set->arena, out, &err))
        return true;
    return sx_load_fail(l, node, sx_text_byte(text, err.line, err.column), err.what);
}

bool sx_load_type(struct sx_loader *l, uint32_t node, const char *what,
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

static bool take_condition(struct sx_loader *l, enum sx_rule_key key,
                           const struct sx_cel_program **out)
{
    if (l->at[key] == 0)
        return true;
    SX_TRY(sx_load_compile(l, l->at[key], sx_rule_keys[key].name, SX_STAGE_CONDITION, out));
    return sx_load_type(l, l->at[key], sx_rule_keys[key].name, *out, SX_T_BOOL);
}

static bool take_question(struct sx_loader *l)
{
    unsigned scope;
    if (l->rule->is_advice)
        return true;
    SX_TRY(sx_word_take(l->yaml, l->at[SX_KEY_FOR], "scope", sx_scope_names, SX_N_SCOPES, &scope,
                        l->err));
    l->rule->scope = (enum sx_scope)scope;
    SX_TRY(take_condition(l, SX_KEY_WHEN, &l->rule->when));
    SX_TRY(take_condition(l, SX_KEY_CHECK, &l->rule->check));
    if (l->at[SX_KEY_OFFENDING] == 0) {
        l->rule->offending = sx_cel_offending(l->rule->check, l->set->arena);
        return true;
    }
    SX_TRY(sx_load_compile(l, l->at[SX_KEY_OFFENDING], "offending", SX_STAGE_CONDITION,
                           &l->rule->offending));
    return sx_load_type(l, l->at[SX_KEY_OFFENDING], "offending", l->rule->offending, SX_T_LIST);
}

/* Examples are looked at by `rules test` only (rules/examples.c). */
static bool take_examples(struct sx_loader *l)
{
    enum { PASS, FAIL, N };
    static const struct sx_key keys[N] = {
        [PASS] = { "pass", LIST, SX_NEEDED_BUILT_IN }, [FAIL] = { "fail", LIST, SX_NEEDED_BUILT_IN }
    };
    uint32_t at[N] = { 0 };
    if (l->at[SX_KEY_EXAMPLES] != 0)
        SX_TRY(sx_keys_take(l->yaml, l->at[SX_KEY_EXAMPLES], "examples", keys, N, at, l->err));
    if (l->is_built_in && !l->rule->is_advice)
        SX_TRY(sx_keys_need(l->yaml, l->node, "the rule's examples", keys, N, at,
                            SX_NEEDED_BUILT_IN, l->err));
    l->entry->pass = at[PASS];
    l->entry->fail = at[FAIL];
    return true;
}

static bool check_needed(struct sx_loader *l)
{
    unsigned needed = SX_NEEDED_ALWAYS;
    if (!l->rule->is_advice)
        needed |= SX_NEEDED_ASKED | (l->is_built_in ? SX_NEEDED_BUILT_IN : 0);
    return sx_keys_need(l->yaml, l->node, "the rule", sx_rule_keys, SX_N_KEYS, l->at, needed,
                        l->err);
}

static bool load_rule(struct sx_loader *l)
{
    l->entry = SX_NEW(l->set->arena, struct sx_rule_entry);
    l->rule = &l->entry->rule;
    l->entry->yaml = l->yaml;
    l->entry->node = l->node;
    l->entry->is_built_in = l->is_built_in;
    l->rule->file = sx_str_of(l->yaml->file);
    l->rule->line = sx_yaml_at(l->yaml, l->node)->line;
    SX_TRY(sx_keys_take(l->yaml, l->node, "rule", sx_rule_keys, SX_N_KEYS, l->at, l->err));
    l->rule->is_advice = l->at[SX_KEY_FOR] == 0 && l->at[SX_KEY_CHECK] == 0;
    SX_TRY(check_needed(l));
    SX_TRY(take_identity(l));
    SX_TRY(take_weight(l));
    SX_TRY(take_question(l));
    SX_TRY(sx_load_words(l));
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
    struct sx_loader l = { .set = set, .yaml = yaml, .is_built_in = is_built_in, .err = err };
    for (l.node = root->child; l.node != 0; l.node = sx_yaml_at(yaml, l.node)->next)
        SX_TRY(load_rule(&l));
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include "rules/ruleset.h"

struct sx_strs sx_gate_words(struct sx_arena *arena, unsigned gates)
{
    SX_VEC(struct sx_str) names = { 0 };
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        if ((gates >> gate & 1) != 0)
            SX_PUSH(arena, &names, sx_str_of(sx_gate_name((enum sx_gate)gate)));
    return (struct sx_strs){ names.at, names.n };
}

struct sx_str sx_rule_effect(struct sx_arena *arena, const struct sx_rule *rule)
{
    const char *verb = rule->severity == SX_SEVERITY_ERROR ? "stops" : "risks";
    const char *basis = sx_basis_name(rule->basis);
    struct sx_strs gates = sx_gate_words(arena, rule->is_advice ? 0 : rule->gates);
    if (gates.n == 0)
        return sx_str_printf(arena, "; basis: %s", basis);
    return sx_str_printf(arena, ", %s %s; basis: %s", verb, sx_join_and(arena, gates).ptr, basis);
}

struct sx_str sx_rule_summary(struct sx_arena *arena, const struct sx_rule *rule)
{
    return rule->summary.len > 0 ? rule->summary : sx_template_outline(rule->message, arena);
}

struct sx_str sx_rule_value(const struct sx_ruleset *rules, const struct sx_rule *rule, bool fails)
{
    struct sx_str value = fails ? rule->page.fails : rule->page.passes;
    return value.len > 0 ? value : sx_rule_example(rules, rule, fails);
}

static bool follows(const struct sx_rule *rule, const struct sx_rule *cause)
{
    for (size_t i = 0; i < rule->follows.n; i++)
        if (sx_rule_matches(cause, rule->follows.at[i]))
            return true;
    return false;
}

struct sx_strs sx_related_rules(struct sx_arena *arena, const struct sx_ruleset *rules,
                                const struct sx_rule *rule)
{
    SX_VEC(struct sx_str) ids = { 0 };
    if (rule->page.see.n > 0)
        return rule->page.see;
    for (size_t i = 0; i < sx_ruleset_count(rules); i++) {
        const struct sx_rule *other = sx_ruleset_at(rules, i);
        if (other != rule && (follows(rule, other) || follows(other, rule)))
            SX_PUSH(arena, &ids, other->id);
    }
    return (struct sx_strs){ ids.at, ids.n };
}

static const char *file_words(const char *edit_file)
{
    static const struct {
        const char *file, *words;
    } table[] = {
        { "entitlements", "in the file of entitlements" },
        { "info", "in Info.plist" },
        { "policy", "in the configuration profile" },
        { "profile", "in the provisioning profile" },
    };
    for (size_t i = 0; edit_file != NULL && i < SX_LEN(table); i++)
        if (strcmp(edit_file, table[i].file) == 0)
            return table[i].words;
    return NULL;
}

struct sx_mending_words sx_mending_words(struct sx_arena *arena, const struct sx_rule *rule)
{
    const struct sx_fix *fix = &rule->fix;
    if (rule->page.mend.len > 0)
        return (struct sx_mending_words){ .sentence = rule->page.mend };
    struct sx_mending_words words = {
        .sentence = sx_template_outline(fix->instruction, arena),
        .file = file_words(fix->edit_file),
        .minus = sx_template_outline(fix->minus, arena),
        .plus = sx_template_outline(fix->plus, arena),
        .run = sx_template_outline(fix->run, arena),
    };
    if (words.sentence.len + words.minus.len + words.plus.len + words.run.len == 0 && fix->resign)
        words.sentence = SX_STR("sign it again");
    return words;
}

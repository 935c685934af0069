/* SPDX-License-Identifier: MIT */
/* Which rules are in force for one artifact. */
#include "base/limits.h"
#include "rules/case.h"

/* Gates that exist in a channel. */
static unsigned gates_of(enum sx_Channel channel)
{
    enum {
        SIGNATURE = 1 << SX_GATE_SIGNATURE,
        NOTARIZATION = 1 << SX_GATE_NOTARIZATION,
        GATEKEEPER = 1 << SX_GATE_GATEKEEPER,
        LAUNCH = 1 << SX_GATE_LAUNCH,
        ACTIVATION = 1 << SX_GATE_ACTIVATION,
        STORE = 1 << SX_GATE_STORE,
        POLICY = 1 << SX_GATE_POLICY,
        DOWNLOADED = SIGNATURE | NOTARIZATION | GATEKEEPER | LAUNCH | ACTIVATION | POLICY
    };
    switch (channel) {
    case SX_CHANNEL_APP_STORE:
        return SIGNATURE | LAUNCH | ACTIVATION | STORE | POLICY;
    case SX_CHANNEL_DEVELOPMENT:
        return SIGNATURE | LAUNCH | ACTIVATION | POLICY;
    case SX_CHANNEL_AD_HOC:
        return SIGNATURE | LAUNCH | POLICY;
    case SX_CHANNEL_DEVELOPER_ID:
    case SX_CHANNEL_ENTERPRISE_MDM:
    case SX_CHANNEL_ABSENT:
    case SX_Channel_END:
        break;
    }
    return DOWNLOADED;
}

static bool matches_any(const struct sx_rule *rule, struct sx_strs words)
{
    for (size_t i = 0; i < words.n; i++)
        if (sx_rule_matches(rule, words.at[i]))
            return true;
    return false;
}

static bool is_selected(const struct sx_rule *rule, const struct sx_selection *s)
{
    return (s->select.n == 0 || matches_any(rule, s->select)) && !matches_any(rule, s->ignore);
}

static enum sx_severity severity_of(const struct sx_rule *rule, const struct sx_selection *s)
{
    enum sx_severity severity = rule->severity;
    for (size_t i = 0; i < s->n_changes; i++) /* the last word counts */
        if (sx_rule_matches(rule, s->changes[i].rule))
            severity = s->changes[i].severity;
    return severity;
}

/* A rule is asked when it has no gate, or one that is in force. */
static void press_charges(struct sx_case *c, const struct sx_ruleset *rules,
                          const struct sx_selection *selection)
{
    size_t n = sx_ruleset_count(rules);
    c->charges = SX_NEW_N(c->arena, struct sx_charge, n);
    for (size_t i = 0; i < n; i++) {
        const struct sx_rule *rule = sx_ruleset_at(rules, i);
        bool is_in_force = rule->gates == 0 || (rule->gates & c->gates) != 0;
        bool compares = rule->scope == SX_SCOPE_RELEASE || rule->scope == SX_SCOPE_REMOVAL;
        if (compares == (selection->before != NULL) && !rule->is_advice && is_in_force &&
            is_selected(rule, selection))
            c->charges[c->n_charges++] =
                (struct sx_charge){ .rule = rule,
                                    .severity = severity_of(rule, selection),
                                    .gates = rule->gates & c->gates };
    }
}

static void bind_run(struct sx_case *c)
{
    const struct sx_run *run = c->run;
    struct sx_value *of = c->bound.of;
    of[SX_NAME_NOW] = sx_timestamp(run->question.now);
    of[SX_NAME_CHANNEL] = sx_string(sx_Channel_name(c->channel));
    of[SX_NAME_OLDEST_MACOS] = sx_string(run->question.oldest_macos);
    of[SX_NAME_SHIPPED] = sx_map_value(run->shipped);
    of[SX_NAME_PAYLOADS] = sx_list_objects(run->payloads.at, run->payloads.n);
}

void sx_case_open(struct sx_case *c, const struct sx_ruleset *rules,
                  const struct sx_selection *selection)
{
    c->channel = sx_channel_of(c->run, c->artifact);
    c->gates = gates_of(c->channel);
    c->steps = SX_MAX_ARTIFACT_STEPS;
    sx_table_init(&c->doubt_of, c->arena);
    sx_table_init(&c->texts, c->arena);
    sx_requirement_asker_init(&c->asker, c->arena, c->run);
    press_charges(c, rules, selection);
    c->dispatch = sx_dispatch_new(c->arena, c->charges, c->n_charges);
    bind_run(c);
}

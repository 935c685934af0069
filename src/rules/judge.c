/* SPDX-License-Identifier: MIT */
#include "rules/judge.h"

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

/* Selection */

static bool is_known(const struct sx_ruleset *rules, struct sx_str word)
{
    for (size_t i = 0; i < sx_ruleset_count(rules); i++)
        if (sx_rule_matches(sx_ruleset_at(rules, i), word))
            return true;
    return false;
}

static bool check_word(const struct sx_ruleset *rules, struct sx_str word, struct sx_err *err)
{
    if (is_known(rules, word))
        return true;
    SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
    sx_escape_buf(&said, word);
    struct sx_str near = sx_ruleset_nearest(rules, word);
    if (near.ptr == NULL)
        return sx_fail(err, SX_E_USAGE, 0, "no rule %.*s", SX_STR_ARG(sx_buf_view(&said)));
    return sx_fail(err, SX_E_USAGE, 0, "no rule %.*s; the nearest is %.*s",
                   SX_STR_ARG(sx_buf_view(&said)), SX_STR_ARG(near));
}

static bool check_selection(const struct sx_ruleset *rules, const struct sx_selection *s,
                            struct sx_err *err)
{
    for (size_t i = 0; i < s->select.n; i++)
        SX_TRY(check_word(rules, s->select.at[i], err));
    for (size_t i = 0; i < s->ignore.n; i++)
        SX_TRY(check_word(rules, s->ignore.at[i], err));
    for (size_t i = 0; i < s->n_changes; i++)
        SX_TRY(check_word(rules, s->changes[i].rule, err));
    return true;
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

/* One case */

/* A rule is asked when it has no gate, or one that is in force. */
static void press_charges(struct sx_case *c, const struct sx_ruleset *rules,
                          const struct sx_selection *selection)
{
    size_t n = sx_ruleset_count(rules);
    c->charges = SX_NEW_N(c->arena, struct sx_charge, n);
    for (size_t i = 0; i < n; i++) {
        const struct sx_rule *rule = sx_ruleset_at(rules, i);
        bool is_in_force = rule->gates == 0 || (rule->gates & c->gates) != 0;
        if (!rule->is_advice && is_in_force && is_selected(rule, selection))
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

/* An artifact whose code could not be looked for has not been read, whatever else is known. */
static bool is_unreadable(const struct sx_Artifact *artifact)
{
    const struct sx_member *code = sx_type_member(&sx_type_Artifact, SX_STR("code"));
    struct sx_value v = sx_object_get(&artifact->head, code);
    return artifact->kind == SX_ARTIFACT_KIND_ABSENT ||
           (v.kind == SX_UNKNOWN && v.unread != NULL && v.unread->state != SX_UNREAD_OUT_OF_REACH);
}

static void hear(struct sx_case *c, const struct sx_ruleset *rules,
                 const struct sx_selection *selection)
{
    c->channel = sx_channel_of(c->run, c->artifact);
    c->gates = gates_of(c->channel);
    c->steps = SX_MAX_ARTIFACT_STEPS;
    sx_table_init(&c->doubt_of, c->arena);
    sx_table_init(&c->texts, c->arena);
    press_charges(c, rules, selection);
    c->dispatch = sx_dispatch_new(c->arena, c->charges, c->n_charges);
    bind_run(c);
    c->judgement->artifact = c->artifact;
    c->judgement->channel = c->channel;
    c->judgement->n_rules = c->n_charges;
    c->judgement->is_unreadable = is_unreadable(c->artifact);
    sx_case_walk(c);
    sx_case_fold(c);
    sx_case_findings(c);
    sx_doubts_close(c);
}

/* All cases together */

static void join_findings(struct sx_arena *arena, struct sx_case *const *cases, size_t n,
                          struct sx_judgement *whole)
{
    SX_VEC(const struct sx_finding *) findings = { 0 };
    SX_VEC(struct sx_not_checked) entries = { 0 };
    for (size_t i = 0; i < n; i++) {
        const struct sx_judgement *j = cases[i]->judgement;
        for (size_t k = 0; k < j->n_findings; k++)
            SX_PUSH(arena, &findings, j->findings[k]);
        for (size_t k = 0; k < j->n_not_checked; k++)
            SX_PUSH(arena, &entries, j->not_checked[k]);
        for (int s = 0; s < SX_N_SEVERITIES; s++)
            whole->count[s] += j->count[s];
        whole->n_rules = j->n_rules > whole->n_rules ? j->n_rules : whole->n_rules;
        whole->is_unreadable |= j->is_unreadable;
    }
    whole->findings = findings.at;
    whole->n_findings = findings.n;
    whole->not_checked = entries.at;
    whole->n_not_checked = entries.n;
}

static void conclude(struct sx_judgements *all, struct sx_case *const *cases)
{
    for (size_t i = 0; i < all->n; i++)
        sx_conclude(&cases[i], 1, cases[i]->judgement);
    if (all->n == 0)
        return;
    join_findings(all->arena, cases, all->n, &all->whole);
    all->whole.channel = cases[0]->channel;
    all->whole.artifact = all->n == 1 ? cases[0]->artifact : NULL;
    sx_conclude(cases, all->n, &all->whole);
}

bool sx_judge(const struct sx_run *run, const struct sx_ruleset *rules,
              const struct sx_selection *selection, struct sx_judgements **out, struct sx_err *err)
{
    SX_TRY(check_selection(rules, selection, err));
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct sx_crypto *crypto = NULL;
    struct sx_hasher *hasher = NULL;
    struct sx_arena *arena = sx_arena_new();
    struct sx_judgements *all = SX_NEW(arena, struct sx_judgements);
    size_t n = run->artifacts.n;
    struct sx_judgement *at = SX_NEW_N(arena, struct sx_judgement, n);
    struct sx_case **cases = SX_NEW_N(arena, struct sx_case *, n);
    for (size_t i = 0; i < n; i++) {
        cases[i] = SX_NEW(arena, struct sx_case);
        *cases[i] = (struct sx_case){ .arena = arena,
                                      .scratch = scratch,
                                      .run = run,
                                      .artifact = SX_AT(Artifact, run->artifacts, i),
                                      .crypto = &crypto,
                                      .hasher = &hasher,
                                      .judgement = &at[i] };
        hear(cases[i], rules, selection);
    }
    *all = (struct sx_judgements){ .arena = arena, .run = run, .rules = rules, .at = at, .n = n };
    conclude(all, cases);
    sx_hasher_free(hasher);
    sx_crypto_free(crypto);
    *out = all;
    return true;
}

void sx_judgements_free(struct sx_judgements *judgements)
{
    if (judgements != NULL)
        sx_arena_free(judgements->arena);
}

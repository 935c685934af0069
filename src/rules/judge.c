/* SPDX-License-Identifier: MIT */
#include "rules/judge.h"

#include "rules/case.h"

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

/* A waiver is for one rule: beginnings of ids would waive what nobody has looked at. */
static bool check_waivers(const struct sx_ruleset *rules, struct sx_objs waivers,
                          struct sx_err *err)
{
    for (size_t i = 0; i < waivers.n; i++) {
        const struct sx_Waiver *waiver = SX_AT(Waiver, waivers, i);
        if (sx_ruleset_find(rules, waiver->rule) != NULL)
            continue;
        SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
        struct sx_str near = sx_ruleset_nearest(rules, waiver->rule);
        const struct sx_value *rule = sx_map_get(waiver->entry, SX_STR("rule"));
        uint32_t line = 0, column = 0;
        if (rule != NULL && waiver->head.document != NULL)
            sx_line_of(waiver->head.document->text, rule->pos - 1, &line, &column);
        sx_escape_buf(&said, waiver->rule);
        sx_fail_at(err, SX_E_USAGE, 0, line, column, "no rule %.*s%s%.*s",
                   SX_STR_ARG(sx_buf_view(&said)), near.ptr != NULL ? "; the nearest is " : "",
                   SX_STR_ARG(near));
        err->file = waiver->file.ptr;
        return false;
    }
    return true;
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
    return s->exceptions == NULL || check_waivers(rules, s->exceptions->waivers, err);
}

/* One case */

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
    sx_case_open(c, rules, selection);
    c->judgement->artifact = c->artifact;
    c->judgement->channel = c->channel;
    c->judgement->n_rules = c->n_charges;
    c->judgement->is_unreadable = is_unreadable(c->artifact) ||
                                  (selection->before != NULL && is_unreadable(selection->before));
    if (selection->before == NULL)
        sx_case_walk(c);
    else if (!c->judgement->is_unreadable) /* what was not read is not gone */
        sx_case_compare(c, selection->before);
    c->judgement->passes = c->passes.at;
    c->judgement->n_passes = c->passes.n;
    sx_case_fold(c);
    sx_case_findings(c);
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
        whole->n_waived += j->n_waived;
        whole->n_baseline += j->n_baseline;
        if (j->n_waived > 0 &&
            (!whole->waived_until.has || sx_time_cmp(j->waived_until.t, whole->waived_until.t) < 0))
            whole->waived_until = j->waived_until;
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
    size_t n = 0;
    struct sx_judgement *at = SX_NEW_N(arena, struct sx_judgement, run->artifacts.n);
    struct sx_case **cases = SX_NEW_N(arena, struct sx_case *, run->artifacts.n);
    for (size_t i = 0; i < run->artifacts.n; i++) {
        const struct sx_Artifact *artifact = SX_AT(Artifact, run->artifacts, i);
        if (artifact == selection->before)
            continue;
        cases[n] = SX_NEW(arena, struct sx_case);
        *cases[n] = (struct sx_case){ .arena = arena,
                                      .scratch = scratch,
                                      .run = run,
                                      .artifact = artifact,
                                      .crypto = &crypto,
                                      .hasher = &hasher,
                                      .judgement = &at[n] };
        hear(cases[n++], rules, selection);
    }
    if (selection->exceptions != NULL && n > 0)
        sx_waive(cases, n, selection->exceptions);
    for (size_t i = 0; i < n; i++)
        sx_case_close(cases[i]);
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

/* SPDX-License-Identifier: MIT */
/* What a project has decided about single findings: waivers, which end, and a baseline of what was
 * there before. A finding that either is about is told and counted apart; that an exception has
 * ended, or is about nothing any more, is for rules to say (rules/waivers.yaml). */
#include "base/glob.h"
#include "rules/case.h"

struct waiving {
    struct sx_case *const *cases;
    size_t n_cases;
    struct sx_Waiver **waivers; /* copies that count */
    size_t n_waivers;
    struct sx_Accepted **accepted;
    size_t n_accepted;
    struct sx_table by_fingerprint; /* of `accepted` */
};

static bool names(const struct sx_Waiver *waiver, const struct sx_rule *rule)
{
    return sx_str_eq(waiver->rule, rule->id) || sx_str_eq(waiver->rule, rule->name) ||
           sx_strs_has(rule->aliases, waiver->rule);
}

/* Paths as the report prints them: below the artifact's name or, for the artifact itself, as it
 * was given. */
static bool is_about(const struct sx_Waiver *waiver, const struct sx_case *c,
                     const struct sx_finding *f)
{
    struct sx_str path = sx_object_identity(f->owner), given = c->artifact->path;
    if (!names(waiver, f->rule))
        return false;
    return sx_glob(waiver->path, path) ||
           (sx_str_eq(path, sx_str_base(given)) && sx_glob(waiver->path, given));
}

/* The waiver in force that ends last, if there is one. */
static const struct sx_Waiver *find_waiver(struct waiving *w, const struct sx_case *c,
                                           const struct sx_finding *f)
{
    const struct sx_Waiver *found = NULL;
    for (size_t i = 0; i < w->n_waivers; i++) {
        struct sx_Waiver *waiver = w->waivers[i];
        if (!is_about(waiver, c, f))
            continue;
        waiver->matches++;
        if (waiver->daysLeft >= 0 && (found == NULL || waiver->daysLeft > found->daysLeft))
            found = waiver;
    }
    return found;
}

static void settle(struct waiving *w, const struct sx_case *c, struct sx_finding *f)
{
    struct sx_Accepted *accepted = sx_table_get(&w->by_fingerprint, f->fingerprint);
    f->waiver = find_waiver(w, c, f);
    if (accepted != NULL)
        accepted->matches++;
    f->status = f->waiver != NULL ? SX_WAIVED : accepted != NULL ? SX_BASELINE : SX_OPEN;
}

static struct sx_finding *consequence(const struct sx_finding *f, size_t i)
{
    union {
        const struct sx_finding *in;
        struct sx_finding *out;
    } at = { .in = f->consequences[i] }; /* made here, and nobody has seen it yet */
    return at.out;
}

/* What is decided of a cause holds for what follows from it. */
static void settle_all(struct waiving *w, const struct sx_case *c, struct sx_finding *f)
{
    settle(w, c, f);
    for (size_t i = 0; i < f->n_consequences; i++) {
        struct sx_finding *follows = consequence(f, i);
        settle(w, c, follows);
        if (f->status != SX_OPEN) {
            follows->status = f->status;
            follows->waiver = f->waiver;
        }
    }
}

static const struct sx_rule *rule_asked(const struct waiving *w,
                                        bool (*is_it)(const void *exception,
                                                      const struct sx_rule *rule),
                                        const void *exception)
{
    for (size_t i = 0; i < w->n_cases; i++)
        for (size_t k = 0; k < w->cases[i]->n_charges; k++)
            if (is_it(exception, w->cases[i]->charges[k].rule))
                return w->cases[i]->charges[k].rule;
    return NULL;
}

static bool is_waived_rule(const void *waiver, const struct sx_rule *rule)
{
    return names(waiver, rule);
}

static bool is_accepted_rule(const void *accepted, const struct sx_rule *rule)
{
    return sx_str_eq(((const struct sx_Accepted *)accepted)->rule, rule->id);
}

static void copy_waivers(struct waiving *w, struct sx_objs waivers)
{
    struct sx_arena *arena = w->cases[0]->arena;
    w->waivers = SX_NEW_N(arena, struct sx_Waiver *, waivers.n);
    w->n_waivers = waivers.n;
    for (size_t i = 0; i < waivers.n; i++) {
        w->waivers[i] = SX_FACT(arena, Waiver);
        *w->waivers[i] = *SX_AT(Waiver, waivers, i);
        w->waivers[i]->asked = rule_asked(w, is_waived_rule, w->waivers[i]) != NULL;
    }
}

static void copy_accepted(struct waiving *w, const struct sx_exceptions *exceptions)
{
    struct sx_arena *arena = w->cases[0]->arena;
    struct sx_objs accepted = exceptions->accepted;
    w->accepted = SX_NEW_N(arena, struct sx_Accepted *, accepted.n);
    sx_table_init(&w->by_fingerprint, arena);
    for (size_t i = 0; i < accepted.n; i++) {
        struct sx_Accepted *at = SX_FACT(arena, Accepted);
        *at = *SX_AT(Accepted, accepted, i);
        at->strict = exceptions->may_only_shrink;
        at->asked = rule_asked(w, is_accepted_rule, at) != NULL;
        if (sx_table_put(&w->by_fingerprint, at->fingerprint, at))
            w->accepted[w->n_accepted++] = at;
    }
}

static void ask_about(struct sx_case *c, enum sx_name name, enum sx_scope scope,
                      const struct sx_object *exception)
{
    for (size_t i = 0; i < SX_N_SUBJECTS; i++)
        c->bound.of[i] = sx_null();
    c->bound.of[name] = sx_object_value(exception);
    sx_case_ask(c, scope, exception);
}

void sx_waive(struct sx_case *const *cases, size_t n, const struct sx_exceptions *exceptions)
{
    struct waiving w = { .cases = cases, .n_cases = n };
    copy_waivers(&w, exceptions->waivers);
    copy_accepted(&w, exceptions);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < cases[i]->findings.n; k++)
            settle_all(&w, cases[i], cases[i]->findings.at[k]);
    cases[0]->hits.n = 0; /* those have been told */
    for (size_t i = 0; i < w.n_waivers; i++)
        ask_about(cases[0], SX_NAME_WAIVER, SX_SCOPE_WAIVER, &w.waivers[i]->head);
    for (size_t i = 0; i < w.n_accepted; i++)
        ask_about(cases[0], SX_NAME_ACCEPTED, SX_SCOPE_BASELINE, &w.accepted[i]->head);
    sx_case_findings(cases[0]);
}

/* SPDX-License-Identifier: MIT */
/* One rule, one subject, one of three outcomes: pass, fail, not checked. */
#include "base/limits.h"
#include "rules/case.h"

struct sx_value sx_case_eval(struct sx_case *c, const struct sx_cel_program *program,
                             const struct sx_value *variables)
{
    struct sx_cel_run run = { .arena = c->scratch, .context = &c->asker };
    uint64_t granted = c->steps < SX_MAX_STEPS ? c->steps : SX_MAX_STEPS;
    run.steps = granted;
    struct sx_value v = sx_cel_eval(program, &run, variables);
    c->steps -= granted - run.steps;
    if (v.kind != SX_BOOL && v.kind != SX_UNKNOWN && v.kind != SX_ERROR)
        return sx_cel_error(&run, "the condition gave %s, not bool", sx_kind_name(v.kind));
    return v;
}

struct sx_value sx_case_value(struct sx_case *c, const struct sx_cel_program *program,
                              const struct sx_value *variables)
{
    struct sx_cel_run run = { .arena = c->scratch, .steps = SX_MAX_STEPS, .context = &c->asker };
    return sx_cel_eval(program, &run, variables);
}

static void doubt(struct sx_case *c, const struct sx_charge *charge, struct sx_value v)
{
    if (c->steps == 0)
        sx_doubt_spent(c);
    else if (v.kind == SX_UNKNOWN)
        sx_doubt_unread(c, v.unread, charge->rule->id, charge->gates);
    else
        sx_doubt_error(c, charge->rule, v.str, charge->gates);
}

/* Problems and claims of one owner are gathered: a finding is one rule on one object. */
static bool gathers(enum sx_scope scope)
{
    return scope == SX_SCOPE_PROBLEM || scope == SX_SCOPE_CLAIM;
}

static const struct sx_object *subject(const struct sx_case *c, enum sx_scope scope)
{
    return c->bound.of[sx_scope_subject(scope)].object;
}

/* What a finding is about: the object whose path leads there. */
static const struct sx_object *owner(const struct sx_case *c, const struct sx_object *holder)
{
    static const uint8_t order[] = { SX_NAME_WAIVER,  SX_NAME_ACCEPTED, SX_NAME_CONFIGURATION,
                                     SX_NAME_JOB,     SX_NAME_PROFILE,  SX_NAME_MEMBER,
                                     SX_NAME_NEW,     SX_NAME_OLD,      SX_NAME_CODE,
                                     SX_NAME_ARTIFACT };
    if (holder->type == &sx_type_Container)
        return holder;
    for (size_t i = 0; i < SX_LEN(order); i++)
        if (c->bound.of[order[i]].kind == SX_OBJECT)
            return c->bound.of[order[i]].object;
    return NULL;
}

static struct sx_hit *new_hit(struct sx_case *c, struct sx_charge *charge,
                              const struct sx_object *holder)
{
    struct sx_hit *hit = SX_NEW(c->arena, struct sx_hit);
    hit->charge = charge;
    hit->holder = holder;
    for (size_t i = 0; i < SX_N_SUBJECTS; i++)
        hit->subject[i] = c->bound.of[i].kind == SX_OBJECT ? c->bound.of[i].object : NULL;
    hit->owner = owner(c, holder);
    SX_PUSH(c->arena, &c->hits, hit);
    charge->last = hit;
    return hit;
}

static void hit(struct sx_case *c, struct sx_charge *charge, const struct sx_object *holder)
{
    enum sx_scope scope = charge->rule->scope;
    bool joins = gathers(scope) && charge->last != NULL && charge->last->holder == holder;
    struct sx_hit *at = joins ? charge->last : new_hit(c, charge, holder);
    if (gathers(scope))
        SX_PUSH(c->arena, &at->gathered, subject(c, scope));
}

/* A walk comes to all slices and claims of an object before it goes on. */
static void pass(struct sx_case *c, struct sx_charge *charge, const struct sx_object *holder)
{
    const struct sx_object *of = owner(c, holder);
    if (of == NULL || of == charge->passed)
        return;
    charge->passed = of;
    SX_PUSH(c->arena, &c->passes, (struct sx_pass){ charge->rule, of });
}

static void ask(struct sx_case *c, struct sx_charge *charge, const struct sx_value *variables,
                const struct sx_object *holder)
{
    struct sx_value v = sx_bool(true);
    if (charge->rule->when != NULL)
        v = sx_case_eval(c, charge->rule->when, variables);
    bool applies = v.kind == SX_BOOL && v.b;
    if (applies) {
        charge->has_applied = true;
        v = sx_case_eval(c, charge->rule->check, variables);
    }
    if (v.kind != SX_BOOL)
        doubt(c, charge, v);
    else if (applies && !v.b)
        hit(c, charge, holder);
    else if (applies)
        pass(c, charge, holder);
}

void sx_case_ask(struct sx_case *c, enum sx_scope scope, const struct sx_object *holder)
{
    struct sx_value variables[SX_MAX_VARIABLES];
    struct sx_charges charges;
    sx_scope_bind(scope, &c->bound, variables);
    for (size_t i = 0; sx_dispatch_pick(c->dispatch, scope, &c->bound, i, &charges); i++)
        for (size_t k = 0; k < charges.n && c->steps > 0; k++) {
            struct sx_arena_mark mark = sx_arena_mark(c->scratch);
            ask(c, charges.at[k], variables, holder);
            sx_arena_rewind(c->scratch, mark);
        }
    if (c->steps == 0)
        sx_doubt_spent(c);
}

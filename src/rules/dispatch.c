/* SPDX-License-Identifier: MIT */
#include "rules/case.h"

/* Members that conditions ask first. */
static const struct dimension {
    enum sx_scope scope;
    enum sx_name name;
    const char *path, *member;
} dimensions[] = {
    { SX_SCOPE_CODE, SX_NAME_CODE, "code.kind", "kind" },
    { SX_SCOPE_EXTENSION, SX_NAME_CODE, "code.kind", "kind" },
    { SX_SCOPE_SLICE, SX_NAME_SLICE, "slice.fileType", "fileType" },
    { SX_SCOPE_SLICE, SX_NAME_CODE, "code.kind", "kind" },
    { SX_SCOPE_CLAIM, SX_NAME_CLAIM, "claim.key", "key" },
    { SX_SCOPE_PROBLEM, SX_NAME_PROBLEM, "problem.what", "what" },
    { SX_SCOPE_PAYLOAD, SX_NAME_PAYLOAD, "payload.type", "type" },
    { SX_SCOPE_JOB, SX_NAME_JOB, "job.origin", "origin" },
};
enum { N_DIMENSIONS = SX_LEN(dimensions), OF_PROBLEMS = 5 };

struct bucket {
    SX_VEC(struct sx_charge *) charges;
};

struct sx_dispatch {
    struct bucket always[SX_N_SCOPES];
    struct {
        struct sx_table buckets; /* value of the member to struct bucket */
        struct bucket all;       /* for a member whose value nobody knows */
    } by[N_DIMENSIONS];
};

/* Which type of object lists the problems of a kind (facts/problems.def). */
#define OWNER_SIGNATURE     &sx_type_Signature
#define OWNER_CODE          &sx_type_Code
#define OWNER_TICKET        &sx_type_Ticket
#define OWNER_PROFILE       &sx_type_Profile
#define OWNER_JOB           &sx_type_Job
#define OWNER_CONFIGURATION &sx_type_Configuration
#define OWNER_CONTAINER     &sx_type_Container
static const struct sx_type *owner_of(struct sx_str kind)
{
    static const struct {
        const char *name;
        const struct sx_type *owner;
    } kinds[] = {
#define P(C_NAME, name, symbol, owner, by, found) { name, OWNER_##owner },
#include "facts/problems.def"
#undef P
    };
    for (size_t i = 0; i < SX_LEN(kinds); i++)
        if (sx_str_is(kind, kinds[i].name))
            return kinds[i].owner;
    return NULL;
}

static void put(struct sx_arena *arena, struct sx_table *buckets, struct sx_str value,
                struct sx_charge *charge)
{
    struct bucket *bucket = sx_table_get(buckets, value);
    if (bucket == NULL) {
        bucket = SX_NEW(arena, struct bucket);
        if (!sx_table_put(buckets, value, bucket))
            return; /* it was not there a moment ago */
    }
    SX_PUSH(arena, &bucket->charges, charge);
}

static bool put_by_dimension(struct sx_dispatch *d, struct sx_arena *arena,
                             struct sx_charge *charge)
{
    for (size_t i = 0; i < N_DIMENSIONS && charge->rule->when != NULL; i++) {
        if (dimensions[i].scope != charge->rule->scope)
            continue;
        struct sx_strs values = sx_cel_literals(charge->rule->when, dimensions[i].path, arena);
        for (size_t v = 0; v < values.n; v++)
            put(arena, &d->by[i].buckets, values.at[v], charge);
        if (values.n > 0) {
            SX_PUSH(arena, &d->by[i].all.charges, charge);
            return true;
        }
    }
    return false;
}

struct sx_dispatch *sx_dispatch_new(struct sx_arena *arena, struct sx_charge *charges, size_t n)
{
    struct sx_dispatch *d = SX_NEW(arena, struct sx_dispatch);
    for (size_t i = 0; i < N_DIMENSIONS; i++)
        sx_table_init(&d->by[i].buckets, arena);
    for (size_t i = 0; i < n; i++)
        if (!put_by_dimension(d, arena, &charges[i]))
            SX_PUSH(arena, &d->always[charges[i].rule->scope].charges, &charges[i]);
    return d;
}

static struct sx_charges charges_of(const struct bucket *bucket)
{
    if (bucket == NULL)
        return (struct sx_charges){ 0 };
    return (struct sx_charges){ bucket->charges.at, bucket->charges.n };
}

static struct sx_charges pick(const struct sx_dispatch *d, size_t dimension,
                              const struct sx_bound *bound)
{
    const struct dimension *dim = &dimensions[dimension];
    struct sx_value object = bound->of[dim->name];
    const struct sx_member *member = sx_type_member(object.object->type, sx_str_of(dim->member));
    struct sx_value value = sx_object_get(object.object, member);
    if (value.kind == SX_UNKNOWN)
        return charges_of(&d->by[dimension].all);
    if (value.kind != SX_STRING)
        return (struct sx_charges){ 0 };
    return charges_of(sx_table_get(&d->by[dimension].buckets, value.str));
}

bool sx_dispatch_pick(const struct sx_dispatch *dispatch, enum sx_scope scope,
                      const struct sx_bound *bound, size_t i, struct sx_charges *out)
{
    if (i == 0) {
        *out = charges_of(&dispatch->always[scope]);
        return true;
    }
    for (size_t d = 0; d < N_DIMENSIONS; d++)
        if (dimensions[d].scope == scope && --i == 0) {
            *out = pick(dispatch, d, bound);
            return true;
        }
    return false;
}

static unsigned gates_of(struct sx_charges charges)
{
    unsigned gates = 0;
    for (size_t i = 0; i < charges.n; i++)
        gates |= charges.at[i]->gates;
    return gates;
}

static unsigned problem_gates(const struct sx_dispatch *d, const struct sx_type *owner)
{
    unsigned gates = gates_of(charges_of(&d->always[SX_SCOPE_PROBLEM]));
    for (size_t i = 0; i < SX_ProblemKind_END - 1; i++) {
        struct sx_str kind = sx_str_of(sx_problem_kind((enum sx_ProblemKind)(i + 1))->name);
        if (owner_of(kind) == owner)
            gates |= gates_of(charges_of(sx_table_get(&d->by[OF_PROBLEMS].buckets, kind)));
    }
    return gates;
}

unsigned sx_dispatch_gates(const struct sx_dispatch *dispatch, enum sx_scope scope,
                           const struct sx_type *owner)
{
    if (scope == SX_SCOPE_PROBLEM)
        return problem_gates(dispatch, owner);
    unsigned gates = gates_of(charges_of(&dispatch->always[scope]));
    for (size_t d = 0; d < N_DIMENSIONS; d++)
        if (dimensions[d].scope == scope)
            gates |= gates_of(charges_of(&dispatch->by[d].all));
    return gates;
}

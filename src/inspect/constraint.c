/* SPDX-License-Identifier: MIT */
/* Launch and library constraints: what they demand, and which of it the shipped code contradicts
 * whatever happens at run time. */
#include "base/limits.h"
#include "codesign/signature.h"
#include "entitlements/constraint.h"
#include "inspect/inspector.h"

static const uint16_t kinds[] = { SX_CONSTRAINT_KIND_SELF, SX_CONSTRAINT_KIND_PARENT,
                                  SX_CONSTRAINT_KIND_RESPONSIBLE, SX_CONSTRAINT_KIND_LIBRARY };

static void malformed(struct sx_problems *problems, uint32_t slot, uint64_t off,
                      struct sx_str detail)
{
    struct sx_Problem *problem = sx_problem_add(problems, SX_PROBLEM_CONSTRAINT_MALFORMED,
                                                (struct sx_str){ 0 }, off, detail);
    problem->slot = (struct sx_opt_int){ slot != 0, slot };
}

/* Remembers a constraint until all code of the artifact stands; see sx_link_constraints. */
static struct sx_Constraint *constraint_new(struct sx_subject *s, uint16_t kind,
                                            const struct sx_map *requirement,
                                            const struct sx_Slice *slice, const struct sx_Job *job)
{
    struct sx_Constraint *facts = SX_FACT(s->in->arena, Constraint);
    facts->kind = kind;
    facts->requirement = requirement;
    SX_PUSH(s->in->arena, &s->constraints,
            (struct sx_subject_constraint){ .facts = facts, .slice = slice, .job = job });
    return facts;
}

void sx_inspect_constraints(struct sx_subject *s, const struct sx_signature *read,
                            const struct sx_Slice *slice, struct sx_Signature *out,
                            struct sx_problems *problems)
{
    struct sx_arena *arena = s->in->arena;
    SX_VEC(const struct sx_object *) all = { 0 };
    for (uint32_t i = 0; i < SX_LEN(read->constraints); i++) {
        const struct sx_map *requirement;
        struct sx_str why;
        struct sx_err err = { 0 };
        uint32_t slot = SX_SLOT_CONSTRAINT_SELF + i;
        struct sx_span der = read->constraints[i].bytes;
        if (!read->constraints[i].has)
            continue;
        if (!sx_constraint_parse(der, arena, &requirement, &err)) {
            malformed(problems, slot, err.off, sx_reason_of(arena, &err));
            continue;
        }
        if (!sx_constraint_check(requirement, arena, &why))
            malformed(problems, slot, der.off, why);
        SX_PUSH(arena, &all, &constraint_new(s, kinds[i], requirement, slice, NULL)->head);
    }
    out->constraints = (struct sx_objs){ all.at, all.n };
}

const struct sx_Constraint *sx_inspect_spawn_constraint(struct sx_subject *s,
                                                        const struct sx_Job *job,
                                                        struct sx_problems *problems)
{
    const struct sx_value *value = sx_map_get(job->plist, SX_STR("SpawnConstraint"));
    struct sx_str why;
    if (value == NULL)
        return NULL;
    if (value->kind != SX_MAP) {
        malformed(problems, 0, value->pos - 1, SX_STR("SpawnConstraint is no dictionary"));
        return NULL;
    }
    if (!sx_constraint_check(value->map, s->in->arena, &why))
        malformed(problems, 0, value->pos - 1, why);
    return constraint_new(s, SX_CONSTRAINT_KIND_SPAWN, value->map, NULL, job);
}

/* Linking */

/* The validation categories that code of a signer has (Apple's constraint documentation). Code
 * without an identity of Apple's is 10, or 7 once the system has signed it; what is meant for the
 * store will be signed anew, so nobody knows. */
static struct sx_values categories_of(enum sx_Signer signer)
{
    static const struct {
        enum sx_Signer signer;
        struct sx_value at[2];
        size_t n;
    } table[] = {
        { SX_SIGNER_APPLE, { { .kind = SX_INT, .i = 1 } }, 1 },
        { SX_SIGNER_TESTFLIGHT, { { .kind = SX_INT, .i = 2 } }, 1 },
        { SX_SIGNER_DEVELOPMENT, { { .kind = SX_INT, .i = 3 } }, 1 },
        { SX_SIGNER_APP_STORE, { { .kind = SX_INT, .i = 4 } }, 1 },
        { SX_SIGNER_DEVELOPER_ID, { { .kind = SX_INT, .i = 6 } }, 1 },
        { SX_SIGNER_AD_HOC, { { .kind = SX_INT, .i = 10 }, { .kind = SX_INT, .i = 7 } }, 2 },
        { SX_SIGNER_SELF_SIGNED, { { .kind = SX_INT, .i = 10 }, { .kind = SX_INT, .i = 7 } }, 2 },
    };
    for (size_t i = 0; i < SX_LEN(table); i++)
        if (table[i].signer == signer)
            return (struct sx_values){ table[i].at, table[i].n };
    return (struct sx_values){ 0 };
}

static bool is_known(const struct sx_object *object, const char *member)
{
    return sx_object_get(object, sx_type_member(object->type, sx_str_of(member))).kind !=
           SX_UNKNOWN;
}

/* Everything below is computed in scratch memory; only the names that remain are kept. */

/* The bytes of hex digits that a fact holds. */
static struct sx_str unhex(struct sx_arena *arena, struct sx_str hex)
{
    static const char digits[] = "0123456789abcdef";
    char *bytes = sx_arena_alloc(arena, hex.len / 2);
    for (size_t i = 0; i + 1 < hex.len; i += 2)
        bytes[i / 2] = (char)((strchr(digits, hex.ptr[i]) - digits) << 4 |
                              (strchr(digits, hex.ptr[i + 1]) - digits));
    return (struct sx_str){ bytes, hex.len / 2 };
}

static struct sx_strs unmet_by(struct sx_subject *s, const struct sx_Constraint *c,
                               const struct sx_Slice *slice)
{
    struct sx_arena *arena = s->in->scratch;
    const struct sx_Signature *signature = slice->signature;
    if (!is_known(&signature->head, "identifier"))
        return (struct sx_strs){ 0 };
    size_t n = signature->codeDirectories.n;
    struct sx_str *cdhashes = SX_NEW_N(arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        cdhashes[i] = unhex(arena, SX_AT(CodeDirectory, signature->codeDirectories, i)->cdhash);
    struct sx_constrained code = {
        .identifier = signature->identifier,
        .team = signature->teamIdentifier,
        .cdhashes = { cdhashes, n },
        .categories = categories_of((enum sx_Signer)signature->signer),
        .entitlements = slice->entitlements,
        .has_entitlements = is_known(&slice->head, "entitlements"),
    };
    return sx_constraint_unmet(c->requirement, &code, arena);
}

static bool names_identifier(struct sx_subject *s, const struct sx_Constraint *c)
{
    struct sx_constrained nobody = { 0 };
    return sx_strs_has(sx_constraint_unmet(c->requirement, &nobody, s->in->scratch),
                       SX_STR("signing-identifier"));
}

/* The slices of one code object that run where `slice` does and have an identifier that the
 * constraint takes: false as soon as one of them may satisfy it, else what the first contradicts
 * stands in `*unmet`. */
static bool all_contradict(struct sx_subject *s, const struct sx_Constraint *c,
                           const struct sx_Slice *slice, const struct sx_Code *code,
                           struct sx_strs *unmet)
{
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Slice *other = SX_AT(Slice, code->slices, i);
        struct sx_arena_mark mark = sx_arena_mark(s->in->scratch);
        if (!sx_str_eq(other->arch, slice->arch))
            continue;
        struct sx_strs now = unmet_by(s, c, other);
        bool is_meant = !sx_strs_has(now, SX_STR("signing-identifier"));
        if (is_meant && now.n == 0)
            return false;
        if (is_meant && unmet->n == 0)
            *unmet = now;
        else
            sx_arena_rewind(s->in->scratch, mark);
    }
    return true;
}

/* Who starts the code, or is responsible for it, may be anybody's; but when the constraint names
 * an identifier, and all shipped code of that identifier contradicts the rest, it is not met. */
static struct sx_strs unmet_by_named(struct sx_subject *s, const struct sx_Constraint *c,
                                     const struct sx_Slice *slice)
{
    struct sx_strs unmet = { 0 };
    if (!names_identifier(s, c))
        return unmet;
    for (size_t i = 0; i < s->n_code; i++)
        if (!all_contradict(s, c, slice, s->code[i].facts, &unmet))
            return (struct sx_strs){ 0 };
    return unmet;
}

/* Every library that is loaded must satisfy a library constraint; those of the system are not
 * asked. */
static struct sx_strs unmet_by_libraries(struct sx_subject *s, const struct sx_Constraint *c,
                                         const struct sx_Slice *slice)
{
    for (size_t i = 0; i < slice->dylibs.n; i++) {
        const struct sx_Dylib *dylib = SX_AT(Dylib, slice->dylibs, i);
        struct sx_objs slices = dylib->code != NULL ? dylib->code->slices : (struct sx_objs){ 0 };
        for (size_t k = 0; k < slices.n; k++) {
            const struct sx_Slice *other = SX_AT(Slice, slices, k);
            struct sx_strs unmet = unmet_by(s, c, other);
            if (sx_str_eq(other->arch, slice->arch) && unmet.n > 0)
                return unmet;
        }
    }
    return (struct sx_strs){ 0 };
}

static struct sx_strs unmet_of(struct sx_subject *s, const struct sx_subject_constraint *c)
{
    const struct sx_Slice *target = c->slice;
    if (c->job != NULL)
        target = c->job->code != NULL ? sx_primary_slice(c->job->code) : NULL;
    if (target == NULL)
        return (struct sx_strs){ 0 };
    if (c->facts->kind == SX_CONSTRAINT_KIND_LIBRARY)
        return unmet_by_libraries(s, c->facts, target);
    if (c->facts->kind == SX_CONSTRAINT_KIND_SELF || c->facts->kind == SX_CONSTRAINT_KIND_SPAWN)
        return unmet_by(s, c->facts, target);
    return unmet_by_named(s, c->facts, target);
}

static void link(struct sx_subject *s, const struct sx_subject_constraint *c)
{
    struct sx_arena_mark mark = sx_arena_mark(s->in->scratch);
    struct sx_strs unmet = unmet_of(s, c);
    struct sx_str *kept = SX_NEW_N(s->in->arena, struct sx_str, unmet.n);
    for (size_t i = 0; i < unmet.n; i++)
        kept[i] = unmet.at[i];
    c->facts->unmet = (struct sx_strs){ kept, unmet.n };
    sx_arena_rewind(s->in->scratch, mark);
}

void sx_link_constraints(struct sx_subject *s)
{
    uint64_t pairs = (uint64_t)s->constraints.n * s->n_code;
    for (size_t i = 0; i < s->constraints.n; i++) {
        if (pairs <= SX_MAX_CONSTRAINED)
            link(s, &s->constraints.at[i]);
        else
            sx_fact_unread(&s->constraints.at[i].facts->head, s->in->arena, "unmet",
                           SX_UNREAD_NOT_EXAMINED, SX_STR("too many constraints for so much code"),
                           -1);
    }
}

/* SPDX-License-Identifier: MIT */
/* A code object as a whole: what its slices say against each other, and what all that is wrong
 * makes of the state of its signature. */
#include "inspect/inspector.h"

struct sx_subject_slice *sx_primary_subject_slice(const struct sx_subject_code *code)
{
    const struct sx_Slice *primary = sx_primary_slice(code->facts);
    for (size_t i = 0; i < code->n_slices; i++)
        if (code->slices[i].signature == primary->signature)
            return &code->slices[i];
    return NULL;
}

static struct sx_str arch_of(const struct sx_subject_code *code, size_t i)
{
    return SX_AT(Slice, code->facts->slices, i)->arch;
}

bool sx_has_problem(struct sx_objs problems, enum sx_ProblemKind what)
{
    for (size_t i = 0; i < problems.n; i++)
        if (SX_AT(Problem, problems, i)->what == what)
            return true;
    return false;
}

/* Takes problems of a kind away from a slice, since they are told of the code object. */
static bool take_away(struct sx_subject_slice *slice, enum sx_ProblemKind what,
                      struct sx_arena *arena)
{
    struct sx_objs old = slice->signature->problems;
    const struct sx_object **kept = SX_NEW_N(arena, const struct sx_object *, old.n);
    size_t n = 0;
    for (size_t i = 0; i < old.n; i++)
        if (SX_AT(Problem, old, i)->what != what)
            kept[n++] = old.at[i];
    if (n == old.n)
        return false;
    slice->signature->problems = (struct sx_objs){ kept, n };
    sx_settle_signature(slice);
    return true;
}

/* Each slice but the native one has to have its team (Security, StaticCode.cpp, staticValidate).
 * An unsigned or unreadable one has none to compare. */
static void check_teams(struct sx_subject *s, struct sx_subject_code *code,
                        const struct sx_subject_slice *primary)
{
    for (size_t i = 0; primary->has_directory && i < code->n_slices; i++) {
        struct sx_str team = code->slices[i].signature->teamIdentifier;
        struct sx_str native = primary->signature->teamIdentifier;
        if (!code->slices[i].has_directory || sx_str_eq(team, native))
            continue;
        sx_problem_add(&code->problems, SX_PROBLEM_SLICES_OF_DIFFERENT_TEAMS, (struct sx_str){ 0 },
                       SX_NOWHERE,
                       sx_str_printf(s->in->arena, "%.*s: team %.*s, the native slice: %.*s",
                                     SX_STR_ARG(arch_of(code, i)),
                                     SX_STR_ARG(team.len > 0 ? team : SX_STR("none")),
                                     SX_STR_ARG(native.len > 0 ? native : SX_STR("none"))));
    }
}

/* Security compares slot -3 of the native slice only. */
static void check_seals_alike(struct sx_subject *s, struct sx_subject_code *code,
                              const struct sx_subject_slice *primary)
{
    if (!primary->seals_resources ||
        sx_has_problem(primary->signature->problems, SX_PROBLEM_SEAL_ALTERED))
        return;
    for (size_t i = 0; i < code->n_slices; i++) {
        struct sx_subject_slice *slice = &code->slices[i];
        bool differs = take_away(slice, SX_PROBLEM_SEAL_ALTERED, s->in->arena);
        if (!differs && (!slice->has_directory || slice->seals_resources))
            continue;
        sx_problem_add(&code->problems, SX_PROBLEM_SLICES_SEAL_DIFFERENTLY, (struct sx_str){ 0 },
                       SX_NOWHERE,
                       sx_str_printf(s->in->arena, "%.*s: slot -3 is not the hash of CodeResources",
                                     SX_STR_ARG(arch_of(code, i))));
    }
}

static void check_seal_of_bundle(struct sx_subject *s, struct sx_subject_code *code,
                                 const struct sx_subject_slice *primary)
{
    check_seals_alike(s, code, primary);
    if (primary->has_directory && !primary->seals_resources)
        sx_problem_add(&code->problems, SX_PROBLEM_SEAL_MISSING, (struct sx_str){ 0 }, SX_NOWHERE,
                       SX_STR("the signature seals no resources: slot -3 is empty"));
}

/* A file has no resources, whatever its signature says. */
static void check_seal_of_file(struct sx_subject *s, struct sx_subject_code *code,
                               const struct sx_subject_slice *primary)
{
    for (size_t i = 0; i < code->n_slices; i++)
        take_away(&code->slices[i], SX_PROBLEM_SEAL_ALTERED, s->in->arena);
    if (primary->seals_resources)
        sx_problem_add(&code->problems, SX_PROBLEM_SEAL_WITHOUT_BUNDLE, (struct sx_str){ 0 },
                       SX_NOWHERE,
                       SX_STR("the signature seals resources, slot -3, and a file has none"));
}

void sx_settle_code(struct sx_subject *s, struct sx_subject_code *code)
{
    const struct sx_subject_slice *primary = sx_primary_subject_slice(code);
    if (primary != NULL) {
        check_teams(s, code, primary);
        if (code->found->bundle != NULL)
            check_seal_of_bundle(s, code, primary);
        else
            check_seal_of_file(s, code, primary);
    }
    code->facts->problems = sx_problems_list(&code->problems);
    if (!sx_is_refused(code->facts->problems))
        return;
    for (size_t i = 0; i < code->n_slices; i++)
        if (code->slices[i].has_directory)
            code->slices[i].signature->state = SX_SIGNATURE_STATE_INVALID;
}

/* SPDX-License-Identifier: MIT */
/* Flaws in the shape of a bundle, as problems of its code object. */
#include "bundle/shape.h"
#include "inspect/inspector.h"

static bool has_parts(const struct sx_subject_code *code)
{
    for (size_t i = 0; i < code->n_slices; i++)
        if (code->slices[i].is_in_parts)
            return true;
    return false;
}

void sx_inspect_shape(struct sx_subject *s, const struct sx_walk *walk,
                      struct sx_subject_code *code)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_shape_flaws flaws = { .arena = arena };
    if (code->found->bundle == NULL)
        return;
    sx_shape_check(s->tree, walk, code->found, has_parts(code), &flaws);
    for (size_t i = 0; i < flaws.n; i++) {
        const struct sx_shape_flaw *flaw = &flaws.at[i];
        uint16_t kind = sx_enum_number(&sx_enumeration_ProblemKind, sx_shape_problem(flaw->fault));
        bool is_whole = flaw->path.ptr == NULL;
        sx_problem_add(&code->problems, (enum sx_ProblemKind)kind,
                       is_whole ? flaw->path : sx_subject_path(s, flaw->path), SX_NOWHERE,
                       flaw->detail);
    }
    if (flaws.more > 0)
        sx_fact_unread(&code->facts->head, arena, "problems", SX_UNREAD_NOT_EXAMINED,
                       sx_str_printf(arena, "%llu problems more than are listed",
                                     (unsigned long long)flaws.more),
                       -1);
}

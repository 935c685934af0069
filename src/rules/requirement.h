/* SPDX-License-Identifier: MIT */
/* Code requirements in conditions: requirementError(text), code.satisfies(text) and
 * slice.satisfies(text). */
#pragma once
#include "cel/cel.h"
#include "facts/run.h"

/* What these functions need, as the context of a struct sx_cel_run: the run whose facts are asked,
 * NULL when they belong to none, and texts that were compiled once. */
struct sx_requirement_asker {
    struct sx_arena *arena; /* outlives every evaluation */
    const struct sx_run *run;
    struct sx_table compiled; /* struct compiled by text */
    struct sx_table reasons;  /* struct sx_unread by reason: one for all that ask alike */
};

void sx_requirement_asker_init(struct sx_requirement_asker *asker, struct sx_arena *arena,
                               const struct sx_run *run);

/* The functions, as struct sx_cel_function has them. */
struct sx_value sx_rule_requirement_error(struct sx_cel_run *run, const struct sx_value *args);
struct sx_value sx_rule_code_satisfies(struct sx_cel_run *run, const struct sx_value *args);
struct sx_value sx_rule_slice_satisfies(struct sx_cel_run *run, const struct sx_value *args);

/* SPDX-License-Identifier: MIT */
/* Where in a tree of values one stands: "keychain-access-groups[1]", "x.n". A walk keeps one step
 * a level on its own stack and writes them down only when there is something to say. */
#pragma once
#include "value/value.h"

struct sx_step {
    const struct sx_step *up; /* NULL for a step from the root */
    struct sx_str key;        /* absent in a list */
    size_t index;             /* from 0, in a list */
};

/* sx_step_text writes the way to a step, escaped; `step` may be NULL, which is the root. */
struct sx_str sx_step_text(const struct sx_step *step, struct sx_arena *arena);

/* sx_value_phrase says in a few words what a value is, escaped: "true", "\"abc\"", "an array of
 * 2", "nothing" for NULL. */
struct sx_str sx_value_phrase(const struct sx_value *value, struct sx_arena *arena);

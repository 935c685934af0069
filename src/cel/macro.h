/* SPDX-License-Identifier: MIT */
/* Macros: calls that bind names of their own. They become nodes while the text is parsed. */
#pragma once
#include "cel/compile.h"

struct sx_cel_macro_call {
    struct sx_str name;
    size_t at;
    struct sx_cel_node *target; /* NULL of a global call */
    struct sx_cel_node **args;
    size_t n_args;
};

/* sx_cel_macro makes a node of a call that is a macro's, and leaves `*out` NULL when it is not.
 * Fails when a macro's arguments are not what it wants. */
SX_MUST_USE bool sx_cel_macro(struct sx_cel_compiler *c, const struct sx_cel_macro_call *call,
                              struct sx_cel_node **out);

/* SPDX-License-Identifier: MIT */
/* Names of the environment: looking them up in their container, and saying which was meant when
 * one is unknown. */
#pragma once
#include "cel/function.h"

/* A dotted name as the tree has it: parts[0] is a NAME, the others are the SELECTs over it. */
struct sx_cel_chain {
    struct sx_cel_node *parts[SX_MAX_CEL_DEPTH];
    size_t n;
};

/* sx_cel_chain_of tells whether a node is such a chain, and takes it apart. */
bool sx_cel_chain_of(struct sx_cel_node *node, struct sx_cel_chain *out);
/* sx_cel_chain_text writes its parts with dots between them. */
struct sx_str sx_cel_chain_text(struct sx_arena *arena, const struct sx_cel_chain *chain);

/* sx_cel_resolve finds the longest beginning of the chain that is a variable or a type, makes
 * its last node that, and returns its length; 0 for none. */
size_t sx_cel_resolve(struct sx_cel_compiler *c, const struct sx_cel_chain *chain);

/* sx_cel_functions_of collects the overloads of a name; a global name is looked up in the
 * container unless `rooted`. */
struct sx_cel_overloads {
    const struct sx_cel_overload **at;
    size_t n, cap;
};
void sx_cel_functions_of(struct sx_cel_compiler *c, struct sx_str name, bool is_member, bool rooted,
                         struct sx_cel_overloads *out);

/* Each gives the nearest known name, or absent text. */
struct sx_str sx_cel_nearest_member(struct sx_cel_compiler *c, const struct sx_type *type,
                                    struct sx_str name);
struct sx_str sx_cel_nearest_value(struct sx_cel_compiler *c,
                                   const struct sx_enumeration *enumeration, struct sx_str name);
struct sx_str sx_cel_nearest_function(struct sx_cel_compiler *c, struct sx_str name);

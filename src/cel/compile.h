/* SPDX-License-Identifier: MIT */
/* What the stages of compilation share. */
#pragma once
#include "cel/ast.h"

struct sx_cel_compiler {
    const struct sx_cel_env *env;
    struct sx_str text;
    struct sx_arena *arena;
    struct sx_err *err;
    size_t n_nodes;
};

/* sx_cel_refuse fails with the line and column of the offset `at`. */
bool sx_cel_refuse(struct sx_cel_compiler *c, enum sx_errc code, size_t at, const char *fmt, ...)
    SX_PRINTF(4, 5);

/* sx_cel_node_new makes a node with room for `n` arguments; NULL, with the error filled, when
 * the expression has too many nodes. */
struct sx_cel_node *sx_cel_node_new(struct sx_cel_compiler *c, enum sx_cel_op op, size_t at,
                                    size_t n);
/* sx_cel_node_done is called once the arguments are set: it computes the depth and returns the
 * node, or NULL when it is too deep. */
struct sx_cel_node *sx_cel_node_done(struct sx_cel_compiler *c, struct sx_cel_node *node);

/* The stages, in order. */
struct sx_cel_node *sx_cel_parse(struct sx_cel_compiler *c);
SX_MUST_USE bool sx_cel_check(struct sx_cel_compiler *c, struct sx_cel_node *root);

/* SPDX-License-Identifier: MIT */
/* What the files of the evaluator share. */
#pragma once
#include "cel/ast.h"
#include "cel/function.h"

struct sx_eval {
    struct sx_cel_run *run;
    const struct sx_value *variables;
    struct sx_value locals[SX_CEL_MAX_LOCALS];
};

struct sx_value sx_eval_node(struct sx_eval *e, const struct sx_cel_node *node);
/* By kind of node: fold.c, construct.c. */
struct sx_value sx_eval_fold(struct sx_eval *e, const struct sx_cel_node *node);
struct sx_value sx_eval_list(struct sx_eval *e, const struct sx_cel_node *node);
struct sx_value sx_eval_map(struct sx_eval *e, const struct sx_cel_node *node);

/* Neither errors nor unknown values are anything that a function computes with. */
static inline bool sx_eval_is_bad(struct sx_value v)
{
    return v.kind == SX_ERROR || v.kind == SX_UNKNOWN;
}

/* sx_eval_note keeps the worst of several outcomes: the first unknown, else the first error.
 * `*worst` begins as null, which is none. */
static inline void sx_eval_note(struct sx_value *worst, struct sx_value v)
{
    if (worst->kind == SX_NULL || (worst->kind == SX_ERROR && v.kind == SX_UNKNOWN))
        *worst = v;
}

/* sx_eval_at gives an error the position of the node where it came up, unless it has one. */
static inline struct sx_value sx_eval_at(const struct sx_cel_node *node, struct sx_value v)
{
    if (v.kind == SX_ERROR && v.pos == 0)
        v.pos = node->at + 1;
    return v;
}

/* A map under construction, whose keys must differ. */
struct sx_map_builder {
    struct sx_cel_run *run;
    struct sx_entry *at;
    size_t n, cap;
    struct sx_table strings; /* the string keys, once there are many */
};
/* sx_map_builder_put returns null, or an error: a key of a wrong type, or there already. */
struct sx_value sx_map_builder_put(struct sx_map_builder *b, struct sx_value key,
                                   struct sx_value value);
struct sx_value sx_map_builder_done(const struct sx_map_builder *b);

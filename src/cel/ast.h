/* SPDX-License-Identifier: MIT */
/* A program: the tree that the parser builds, the checker resolves and the evaluator walks.
 * Names become slots, members become pointers to their descriptions and calls become lists
 * of overloads before anything runs. */
#pragma once
#include "base/limits.h"
#include "cel/cel.h"

enum {
    SX_CEL_MAX_ARGS = 4, /* of a function, its target included */
    SX_CEL_MAX_LOCALS = 2 * SX_MAX_CEL_MACROS,
};

enum sx_cel_op {
    SX_CEL_LITERAL,  /* value */
    SX_CEL_NAME,     /* as written; the checker makes a variable, a local or a type of it */
    SX_CEL_VARIABLE, /* slot: its place in the environment */
    SX_CEL_LOCAL,    /* slot: its place among the variables of macros */
    SX_CEL_SELECT,   /* arg[0].member */
    SX_CEL_HAS,      /* has(arg[0].member) */
    SX_CEL_INDEX,    /* arg[0][arg[1]] */
    SX_CEL_CALL,     /* the target, if any, is arg[0] */
    SX_CEL_NOT,
    SX_CEL_AND, /* of two or more */
    SX_CEL_OR,
    SX_CEL_CONDITIONAL,
    SX_CEL_EQ,
    SX_CEL_NE,
    SX_CEL_LT,
    SX_CEL_LE,
    SX_CEL_GT,
    SX_CEL_GE,
    SX_CEL_IN,
    SX_CEL_LIST, /* `constant` when all elements are literals */
    SX_CEL_MAP,  /* key, value, key, value, ... */
    SX_CEL_FOLD, /* a macro over a list or map: arg[0] is the range */
    SX_CEL_FAIL, /* unchecked programs: what evaluates to an error, with its text */
    SX_CEL_N_OPS
};

struct sx_cel_node {
    uint8_t op;    /* enum sx_cel_op */
    uint8_t depth; /* 1 for a leaf */
    bool rooted;   /* of a name or call: written with a leading dot */
    uint32_t at;   /* offset in the text of what a message points to */
    uint32_t n;
    struct sx_cel_node **arg;
    const struct sx_spec *type; /* set by the checker */
    union {
        struct sx_value value;
        struct sx_str name;
        size_t slot;
        struct sx_cel_select *select;
        struct sx_cel_call *call;
        struct sx_cel_fold *fold;
        const struct sx_value *constant;
    };
};

struct sx_cel_select {
    struct sx_str name;
    /* Of an operand whose type is known to be an object; else NULL. */
    const struct sx_type *object;
    const struct sx_member *member;
};

struct sx_cel_call {
    struct sx_str name;
    bool is_member;
    const struct sx_cel_overload *const *overloads; /* those whose types may fit */
    size_t n_overloads;
    const struct sx_cel_regex *regex; /* of matches() with a constant pattern */
};

enum sx_cel_fold_kind {
    SX_CEL_FOLD_ALL,
    SX_CEL_FOLD_EXISTS,
    SX_CEL_FOLD_ONE,
    SX_CEL_FOLD_FILTER,
    SX_CEL_FOLD_LIST,    /* map, transformList */
    SX_CEL_FOLD_MAP,     /* transformMap */
    SX_CEL_FOLD_ENTRIES, /* transformMapEntry */
};

struct sx_cel_fold {
    uint8_t kind;   /* enum sx_cel_fold_kind */
    uint8_t n_vars; /* 1: element, or key; 2: index and element, or key and value */
    struct sx_str var[2];
    size_t slot; /* of var[0]; var[1] follows */
    /* These are among the node's arguments too; NULL when the macro has none. */
    struct sx_cel_node *predicate, *transform;
};

struct sx_cel_program {
    const struct sx_cel_env *env;
    struct sx_str text;
    const struct sx_cel_node *root;
};

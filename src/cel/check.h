/* SPDX-License-Identifier: MIT */
/* What the files of the checker share. Each check fills in the type of a node. */
#pragma once
#include "cel/name.h"

struct sx_checker {
    struct sx_cel_compiler *c;
    /* The variables of the macros around the node, outermost first. */
    struct sx_cel_local {
        struct sx_str name;
        const struct sx_spec *type;
    } locals[SX_CEL_MAX_LOCALS];
    size_t n_locals, n_macros;
};

SX_MUST_USE bool sx_check_node(struct sx_checker *k, struct sx_cel_node *node);
/* By kind of node: check_name.c, check_call.c. */
SX_MUST_USE bool sx_check_name(struct sx_checker *k, struct sx_cel_node *node);
SX_MUST_USE bool sx_check_select(struct sx_checker *k, struct sx_cel_node *node);
SX_MUST_USE bool sx_check_has(struct sx_checker *k, struct sx_cel_node *node);
SX_MUST_USE bool sx_check_call(struct sx_checker *k, struct sx_cel_node *node);

/* sx_check_resolve resolves a chain of names, unless it begins with a local variable: then it
 * is left alone, and 0 returned, as for an unknown name. */
size_t sx_check_resolve(struct sx_checker *k, const struct sx_cel_chain *chain, bool *is_local);
/* sx_check_unknown complains of a name that is none. */
bool sx_check_unknown(struct sx_checker *k, struct sx_cel_node *name);

/* sx_check_problem refuses the program; of an unchecked one the node becomes one that evaluates
 * to an error, and all is well. Text goes to `fmt` as SX_STR_ARG. */
bool sx_check_problem(struct sx_checker *k, struct sx_cel_node *node, const char *fmt, ...)
    SX_PRINTF(3, 4);

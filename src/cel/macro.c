/* SPDX-License-Identifier: MIT */
#include "cel/macro.h"

enum { PREDICATE = 1, TRANSFORM = 2, BOTH = 3 };

/* The variables come first among the arguments, then the predicate, then the transform. */
static const struct macro {
    const char *name;
    uint8_t n_vars, parts;
    enum sx_cel_fold_kind kind;
} macros[] = {
    { "all", 1, PREDICATE, SX_CEL_FOLD_ALL },
    { "all", 2, PREDICATE, SX_CEL_FOLD_ALL },
    { "exists", 1, PREDICATE, SX_CEL_FOLD_EXISTS },
    { "exists", 2, PREDICATE, SX_CEL_FOLD_EXISTS },
    { "exists_one", 1, PREDICATE, SX_CEL_FOLD_ONE },
    { "exists_one", 2, PREDICATE, SX_CEL_FOLD_ONE },
    { "existsOne", 1, PREDICATE, SX_CEL_FOLD_ONE },
    { "existsOne", 2, PREDICATE, SX_CEL_FOLD_ONE },
    { "filter", 1, PREDICATE, SX_CEL_FOLD_FILTER },
    { "map", 1, TRANSFORM, SX_CEL_FOLD_LIST },
    { "map", 1, BOTH, SX_CEL_FOLD_LIST },
    { "transformList", 2, TRANSFORM, SX_CEL_FOLD_LIST },
    { "transformList", 2, BOTH, SX_CEL_FOLD_LIST },
    { "transformMap", 2, TRANSFORM, SX_CEL_FOLD_MAP },
    { "transformMap", 2, BOTH, SX_CEL_FOLD_MAP },
    { "transformMapEntry", 2, TRANSFORM, SX_CEL_FOLD_ENTRIES },
    { "transformMapEntry", 2, BOTH, SX_CEL_FOLD_ENTRIES },
};

static const struct macro *find_macro(const struct sx_cel_macro_call *call)
{
    for (size_t i = 0; i < SX_LEN(macros); i++) {
        const struct macro *m = &macros[i];
        size_t n_args = m->n_vars + (m->parts == BOTH ? 2u : 1u);
        if (n_args == call->n_args && sx_str_is(call->name, m->name))
            return m;
    }
    return NULL;
}

/* A macro's variable is a simple name. */
static bool take_variable(struct sx_cel_compiler *c, const struct sx_cel_node *arg,
                          struct sx_str *out)
{
    if (arg->op != SX_CEL_NAME || arg->rooted)
        return sx_cel_refuse(c, SX_E_FORMAT, arg->at, "a macro's variable must be a simple name");
    *out = arg->name;
    return true;
}

static bool make_fold(struct sx_cel_compiler *c, const struct sx_cel_macro_call *call,
                      const struct macro *m, struct sx_cel_node **out)
{
    struct sx_cel_fold *fold = SX_NEW(c->arena, struct sx_cel_fold);
    *fold = (struct sx_cel_fold){ .kind = (uint8_t)m->kind, .n_vars = m->n_vars };
    for (size_t i = 0; i < m->n_vars; i++)
        SX_TRY(take_variable(c, call->args[i], &fold->var[i]));
    if (m->n_vars == 2 && sx_str_eq(fold->var[0], fold->var[1]))
        return sx_cel_refuse(c, SX_E_FORMAT, call->args[1]->at,
                             "a macro's two variables need two names");

    struct sx_cel_node *node =
        sx_cel_node_new(c, SX_CEL_FOLD, call->at, 1 + call->n_args - m->n_vars);
    if (node == NULL)
        return false;
    node->fold = fold;
    node->arg[0] = call->target;
    for (size_t i = m->n_vars; i < call->n_args; i++)
        node->arg[1 + i - m->n_vars] = call->args[i];
    if (m->parts & PREDICATE)
        fold->predicate = node->arg[1];
    if (m->parts & TRANSFORM)
        fold->transform = node->arg[node->n - 1];
    *out = sx_cel_node_done(c, node);
    return *out != NULL;
}

/* has(e.f) asks whether the member that its argument selects is there. */
static bool make_has(struct sx_cel_compiler *c, const struct sx_cel_macro_call *call,
                     struct sx_cel_node **out)
{
    struct sx_cel_node *arg = call->args[0];
    if (arg->op != SX_CEL_SELECT)
        return sx_cel_refuse(c, SX_E_FORMAT, arg->at, "has() asks for a member: has(x.member)");
    arg->op = SX_CEL_HAS;
    *out = arg;
    return true;
}

bool sx_cel_macro(struct sx_cel_compiler *c, const struct sx_cel_macro_call *call,
                  struct sx_cel_node **out)
{
    *out = NULL;
    if (call->target == NULL && call->n_args == 1 && sx_str_is(call->name, "has"))
        return make_has(c, call, out);
    const struct macro *m = call->target != NULL ? find_macro(call) : NULL;
    return m == NULL || make_fold(c, call, m, out);
}

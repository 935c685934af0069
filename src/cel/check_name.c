/* SPDX-License-Identifier: MIT */
/* Names and members. */
#include "cel/check.h"

/* The innermost variable of that name; n_locals when there is none. */
static size_t find_local(const struct sx_checker *k, struct sx_str name)
{
    for (size_t i = k->n_locals; i-- > 0;)
        if (sx_str_eq(k->locals[i].name, name))
            return i;
    return k->n_locals;
}

size_t sx_check_resolve(struct sx_checker *k, const struct sx_cel_chain *chain, bool *is_local)
{
    const struct sx_cel_node *first = chain->parts[0];
    *is_local = !first->rooted && find_local(k, first->name) < k->n_locals;
    return *is_local ? 0 : sx_cel_resolve(k->c, chain);
}

/* The nearest variable, of the environment or of a macro; absent text for none. */
static struct sx_str nearest_variable(const struct sx_checker *k, struct sx_str name)
{
    const struct sx_cel_env *env = k->c->env;
    size_t n = env->n_variables + k->n_locals;
    struct sx_str *names = SX_NEW_N(k->c->arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        names[i] =
            i < k->n_locals ? k->locals[i].name : sx_str_of(env->variables[i - k->n_locals].name);
    size_t at = sx_str_nearest(name, names, n);
    return at < n ? names[at] : (struct sx_str){ 0 };
}

bool sx_check_unknown(struct sx_checker *k, struct sx_cel_node *name)
{
    struct sx_str near = nearest_variable(k, name->name);
    if (near.ptr == NULL)
        return sx_check_problem(k, name, "no fact %.*s", SX_STR_ARG(name->name));
    return sx_check_problem(k, name, "no fact %.*s; the nearest is %.*s", SX_STR_ARG(name->name),
                            SX_STR_ARG(near));
}

bool sx_check_name(struct sx_checker *k, struct sx_cel_node *node)
{
    size_t local = find_local(k, node->name);
    if (local < k->n_locals && !node->rooted) {
        node->op = SX_CEL_LOCAL;
        node->type = k->locals[local].type;
        node->slot = local;
        return true;
    }
    struct sx_cel_chain chain;
    return (sx_cel_chain_of(node, &chain) && sx_cel_resolve(k->c, &chain) > 0) ||
           sx_check_unknown(k, node);
}

/* Writes "slice.signature" when the operand is such a path, else the name of its type. */
static void put_path(struct sx_checker *k, struct sx_buf *out, const struct sx_cel_node *node)
{
    switch (node->op) {
    case SX_CEL_VARIABLE:
        sx_buf_cstr(out, k->c->env->variables[node->slot].name);
        break;
    case SX_CEL_LOCAL:
        sx_buf_str(out, k->locals[node->slot].name);
        break;
    case SX_CEL_SELECT:
        put_path(k, out, node->arg[0]);
        sx_buf_char(out, '.');
        sx_buf_str(out, node->select->name);
        break;
    default:
        sx_spec_text(out, node->type);
    }
}

static bool unknown_member(struct sx_checker *k, struct sx_cel_node *node)
{
    const struct sx_cel_node *operand = node->arg[0];
    struct sx_str name = node->select->name;
    struct sx_str near = sx_cel_nearest_member(k->c, operand->type->object, name);
    SX_AUTO(sx_buf_release) struct sx_buf path = { 0 };
    put_path(k, &path, operand);
    struct sx_str at = sx_buf_view(&path);
    if (near.ptr == NULL)
        return sx_check_problem(k, node, "no fact %.*s.%.*s", SX_STR_ARG(at), SX_STR_ARG(name));
    return sx_check_problem(k, node, "no fact %.*s.%.*s; the nearest is %.*s.%.*s", SX_STR_ARG(at),
                            SX_STR_ARG(name), SX_STR_ARG(at), SX_STR_ARG(near));
}

/* Finds what the node selects from its operand, and its type. */
static bool check_member(struct sx_checker *k, struct sx_cel_node *node)
{
    const struct sx_spec *from = node->arg[0]->type;
    struct sx_cel_select *select = node->select;
    node->type = SX_CEL_T(DYN);
    if (from->kind == SX_T_OBJECT && from->object != NULL) {
        select->member = sx_type_member(from->object, select->name);
        if (select->member == NULL)
            return unknown_member(k, node);
        select->object = from->object;
        node->type = &select->member->spec;
    } else if (from->kind == SX_T_MAP) {
        if (!sx_cel_comparable(sx_cel_key_of(from), SX_CEL_T(STRING)))
            return sx_check_problem(k, node, "the keys of this map are no names");
        node->type = sx_cel_elem_of(from);
    } else if (from->kind != SX_T_DYN) {
        struct sx_str type = sx_cel_type_text(k->c->arena, from);
        return sx_check_problem(k, node, "a value of type %.*s has no members, and so no '%.*s'",
                                SX_STR_ARG(type), SX_STR_ARG(select->name));
    }
    return true;
}

bool sx_check_select(struct sx_checker *k, struct sx_cel_node *node)
{
    struct sx_cel_chain chain;
    bool is_local = false;
    if (sx_cel_chain_of(node, &chain)) {
        size_t resolved = sx_check_resolve(k, &chain, &is_local);
        if (resolved == chain.n)
            return true;
        if (resolved == 0 && !is_local)
            SX_TRY(sx_check_unknown(k, chain.parts[0]));
    }
    return sx_check_node(k, node->arg[0]) && check_member(k, node);
}

bool sx_check_has(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(sx_check_node(k, node->arg[0]) && check_member(k, node));
    node->type = SX_CEL_T(BOOL);
    return true;
}

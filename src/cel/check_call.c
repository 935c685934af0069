/* SPDX-License-Identifier: MIT */
/* Calls: which overloads may be meant. */
#include "cel/check.h"
#include "cel/regex.h"

/* "int + string", "-bool": of "_+_" and "-_" */
static void put_operator(struct sx_buf *out, struct sx_str name, const struct sx_spec *const *args,
                         size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i + 1 == n)
            sx_buf_printf(out, n == 2 ? " %c " : "%c", name.ptr[n - 1]);
        sx_spec_text(out, args[i]);
    }
}

/* "string.contains(string)" */
static void put_signature(struct sx_buf *out, struct sx_str name, bool is_member,
                          const struct sx_spec *const *args, size_t n)
{
    if (name.ptr[0] == '_' || name.ptr[0] == '-') {
        put_operator(out, name, args, n);
        return;
    }
    size_t from = is_member && n > 0 ? 1 : 0;
    if (from == 1) {
        sx_spec_text(out, args[0]);
        sx_buf_char(out, '.');
    }
    sx_buf_str(out, name);
    sx_buf_char(out, '(');
    for (size_t i = from; i < n; i++) {
        sx_buf_cstr(out, i > from ? ", " : "");
        sx_spec_text(out, args[i]);
    }
    sx_buf_char(out, ')');
}

static void put_call(struct sx_buf *out, const struct sx_cel_node *node)
{
    const struct sx_spec *types[SX_CEL_MAX_ARGS];
    size_t n = node->n < SX_CEL_MAX_ARGS ? node->n : SX_CEL_MAX_ARGS;
    for (size_t i = 0; i < n; i++)
        types[i] = node->arg[i]->type;
    put_signature(out, node->call->name, node->call->is_member, types, n);
}

/* "there is no int.contains(string), only string.contains(string)" */
static bool no_overload(struct sx_checker *k, struct sx_cel_node *node,
                        const struct sx_cel_overloads *known)
{
    enum { SHOWN = 3 };
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    sx_buf_cstr(&text, "there is no ");
    put_call(&text, node);
    if (node->n > SX_CEL_MAX_ARGS)
        sx_buf_printf(&text, " with %u arguments", (unsigned)node->n);
    for (size_t i = 0; i < known->n && i < SHOWN; i++) {
        const struct sx_cel_overload *o = known->at[i];
        sx_buf_cstr(&text, i == 0 ? ", only " : ", ");
        put_signature(&text, o->name, node->call->is_member, o->args, o->n_args);
    }
    sx_buf_cstr(&text, known->n > SHOWN ? ", ..." : "");
    return sx_check_problem(k, node, "%.*s", SX_STR_ARG(sx_buf_view(&text)));
}

static bool unknown_function(struct sx_checker *k, struct sx_cel_node *node)
{
    struct sx_str name = node->call->name, near = sx_cel_nearest_function(k->c, name);
    if (near.ptr == NULL)
        return sx_check_problem(k, node, "no function %.*s", SX_STR_ARG(name));
    if (sx_str_eq(near, name))
        return sx_check_problem(k, node, "%.*s() is not called like this", SX_STR_ARG(name));
    return sx_check_problem(k, node, "no function %.*s; the nearest is %.*s", SX_STR_ARG(name),
                            SX_STR_ARG(near));
}

/* Does the overload take arguments of these types? If so, `*result` is what it gives. A member
 * function of dyn that is called on a map whose values have a type takes that for its first type
 * parameter: of `m.get(key, default)` the default and the result are what the map holds. */
static bool takes(struct sx_checker *k, const struct sx_cel_overload *o,
                  const struct sx_cel_node *node, const struct sx_spec **result)
{
    if (o->n_args != node->n)
        return false;
    struct sx_cel_binding binding = { 0 };
    if (node->call->is_member && o->args[0]->kind == SX_T_DYN &&
        node->arg[0]->type->kind == SX_T_MAP) {
        const struct sx_spec *held = sx_cel_elem_of(node->arg[0]->type);
        binding.of[0] = held->kind != SX_T_DYN ? held : NULL;
    }
    for (size_t i = 0; i < node->n; i++)
        if (!sx_cel_accepts(&binding, o->args[i], node->arg[i]->type))
            return false;
    *result = sx_cel_substitute(k->c->arena, &binding, o->result);
    return true;
}

/* Keeps the overloads that may be meant; several, when an argument is dyn. */
static bool choose(struct sx_checker *k, struct sx_cel_node *node,
                   const struct sx_cel_overloads *known)
{
    struct sx_cel_overloads fit = { 0 };
    for (size_t i = 0; i < known->n; i++) {
        const struct sx_spec *result;
        if (!takes(k, known->at[i], node, &result))
            continue;
        node->type = fit.n == 0 ? result : sx_cel_join(k->c->arena, node->type, result);
        SX_PUSH(k->c->arena, &fit, known->at[i]);
    }
    if (fit.n == 0)
        return no_overload(k, node, known);
    node->call->overloads = fit.at;
    node->call->n_overloads = fit.n;
    return true;
}

static bool is_constant_match(const struct sx_cel_node *node)
{
    return node->op == SX_CEL_CALL && node->n == 2 &&
           node->call->overloads[0]->call == sx_cel_matches && node->arg[1]->op == SX_CEL_LITERAL &&
           node->arg[1]->value.kind == SX_STRING;
}

/* A constant pattern is compiled here, once. */
static bool compile_pattern(struct sx_checker *k, struct sx_cel_node *node)
{
    if (!is_constant_match(node))
        return true;
    char why[160] = "";
    node->call->regex = sx_cel_regex_new(k->c->arena, node->arg[1]->value.str, why);
    if (node->call->regex != NULL)
        return true;
    node->at = node->arg[1]->at;
    return sx_check_problem(k, node, "no regular expression: %s", why);
}

/* `a.b.f(x)` may be the function a.b.f, when a.b is no value. */
static bool check_target(struct sx_checker *k, struct sx_cel_node *node,
                         struct sx_cel_overloads *known)
{
    struct sx_cel_chain chain;
    bool is_local;
    if (!sx_cel_chain_of(node->arg[0], &chain) || sx_check_resolve(k, &chain, &is_local) > 0 ||
        is_local)
        return true;
    struct sx_str path = sx_cel_chain_text(k->c->arena, &chain);
    struct sx_str full =
        sx_str_printf(k->c->arena, "%.*s.%.*s", SX_STR_ARG(path), SX_STR_ARG(node->call->name));
    sx_cel_functions_of(k->c, full, false, chain.parts[0]->rooted, known);
    if (known->n == 0)
        return sx_check_unknown(k, chain.parts[0]);
    node->call->name = full;
    node->call->is_member = false;
    node->arg++;
    node->n--;
    return true;
}

bool sx_check_call(struct sx_checker *k, struct sx_cel_node *node)
{
    struct sx_cel_overloads known = { 0 };
    if (node->call->is_member)
        SX_TRY(check_target(k, node, &known));
    if (known.n == 0)
        sx_cel_functions_of(k->c, node->call->name, node->call->is_member, node->rooted, &known);
    if (known.n == 0) /* before the arguments: those of a misspelt macro would make no sense */
        return unknown_function(k, node);
    for (size_t i = 0; i < node->n; i++)
        SX_TRY(sx_check_node(k, node->arg[i]));
    return choose(k, node, &known) && compile_pattern(k, node);
}

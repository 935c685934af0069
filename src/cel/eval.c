/* SPDX-License-Identifier: MIT */
/* The evaluator: one function a kind of node. It recurses no deeper than the tree, whose depth
 * the parser bounds, and takes a step a node. */
#include "cel/eval.h"

#include "cel/compare.h"
#include "cel/regex.h"

#include <math.h>

static struct sx_value eval_literal(struct sx_eval *e, const struct sx_cel_node *node)
{
    (void)e;
    return node->value;
}

static struct sx_value eval_variable(struct sx_eval *e, const struct sx_cel_node *node)
{
    return e->variables[node->slot];
}

static struct sx_value eval_local(struct sx_eval *e, const struct sx_cel_node *node)
{
    return e->locals[node->slot];
}

static struct sx_value eval_fail(struct sx_eval *e, const struct sx_cel_node *node)
{
    (void)e;
    return sx_eval_at(node, (struct sx_value){ .kind = SX_ERROR, .str = node->name });
}

/* The description of a member of an object: known since the check, unless the operand is dyn. */
static const struct sx_member *member_of(const struct sx_object *object,
                                         const struct sx_cel_select *select)
{
    return object->type == select->object ? select->member
                                          : sx_type_member(object->type, select->name);
}

static struct sx_value no_member(struct sx_eval *e, const struct sx_cel_node *node,
                                 struct sx_value of)
{
    struct sx_str name = sx_escape(e->run->arena, node->select->name);
    const char *type =
        of.kind == SX_OBJECT ? of.object->type->name : sx_kind_name((enum sx_kind)of.kind);
    return sx_eval_at(node, of.kind == SX_MAP
                                ? sx_cel_error(e->run, "no such key: '%.*s'", SX_STR_ARG(name))
                                : sx_cel_error(e->run, "no member '%.*s' in a value of type %s",
                                               SX_STR_ARG(name), type));
}

static struct sx_value eval_select(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value of = sx_eval_node(e, node->arg[0]);
    if (sx_eval_is_bad(of))
        return of;
    if (of.kind == SX_OBJECT) {
        const struct sx_member *member = member_of(of.object, node->select);
        if (member != NULL)
            return sx_object_get(of.object, member);
    }
    const struct sx_value *found =
        of.kind == SX_MAP ? sx_map_get(of.map, node->select->name) : NULL;
    return found != NULL ? *found : no_member(e, node, of);
}

static struct sx_value eval_has(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value of = sx_eval_node(e, node->arg[0]);
    if (sx_eval_is_bad(of))
        return of;
    if (of.kind == SX_MAP)
        return sx_bool(sx_map_get(of.map, node->select->name) != NULL);
    const struct sx_member *member =
        of.kind == SX_OBJECT ? member_of(of.object, node->select) : NULL;
    return member != NULL ? sx_object_has(of.object, member) : no_member(e, node, of);
}

/* Evaluates arguments, all of them, since an unknown one outweighs an error; returns the worst
 * outcome among them, or null. */
static struct sx_value eval_args(struct sx_eval *e, const struct sx_cel_node *node,
                                 struct sx_value *args)
{
    struct sx_value worst = sx_null();
    for (size_t i = 0; i < node->n; i++) {
        args[i] = sx_eval_node(e, node->arg[i]);
        if (sx_eval_is_bad(args[i]))
            sx_eval_note(&worst, args[i]);
    }
    return worst;
}

static bool all_fit(const struct sx_cel_overload *o, const struct sx_value *args)
{
    for (size_t i = 0; i < o->n_args; i++)
        if (!sx_cel_fits(o->args[i], args[i]))
            return false;
    return true;
}

static struct sx_value no_overload(struct sx_eval *e, const struct sx_cel_node *node,
                                   const struct sx_value *args)
{
    const struct sx_cel_call *call = node->call;
    struct sx_str kinds = SX_STR("");
    for (size_t i = 0; i < node->n; i++)
        kinds = sx_str_printf(e->run->arena, "%.*s%s%s", SX_STR_ARG(kinds), i > 0 ? ", " : "",
                              sx_kind_name((enum sx_kind)args[i].kind));
    return sx_cel_error(e->run, "%.*s does not take (%.*s)", SX_STR_ARG(call->name),
                        SX_STR_ARG(kinds));
}

static struct sx_value dispatch(struct sx_eval *e, const struct sx_cel_node *node,
                                const struct sx_value *args)
{
    const struct sx_cel_call *call = node->call;
    for (size_t i = 0; i < call->n_overloads; i++) {
        if (!all_fit(call->overloads[i], args))
            continue;
        if (call->regex != NULL)
            return sx_cel_regex_match(e->run, call->regex, args[0].str);
        return call->overloads[i]->call(e->run, args);
    }
    return no_overload(e, node, args);
}

static struct sx_value eval_call(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value args[SX_CEL_MAX_ARGS];
    struct sx_value worst = eval_args(e, node, args);
    return worst.kind != SX_NULL ? worst : sx_eval_at(node, dispatch(e, node, args));
}

static struct sx_value no_bool(const struct sx_cel_node *node)
{
    return sx_eval_at(node, sx_cel_failed("a condition is no bool"));
}

static struct sx_value eval_not(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value v = sx_eval_node(e, node->arg[0]);
    if (v.kind == SX_BOOL)
        return sx_bool(!v.b);
    return sx_eval_is_bad(v) ? v : no_bool(node->arg[0]);
}

/* && and ||: one operand that is `decisive` decides, whatever the others are. */
static struct sx_value eval_terms(struct sx_eval *e, const struct sx_cel_node *node, bool decisive)
{
    struct sx_value worst = sx_null();
    for (size_t i = 0; i < node->n; i++) {
        struct sx_value v = sx_eval_node(e, node->arg[i]);
        if (v.kind == SX_BOOL && v.b == decisive)
            return v;
        if (v.kind != SX_BOOL)
            sx_eval_note(&worst, sx_eval_is_bad(v) ? v : no_bool(node->arg[i]));
    }
    return worst.kind != SX_NULL ? worst : sx_bool(!decisive);
}

static struct sx_value eval_and(struct sx_eval *e, const struct sx_cel_node *node)
{
    return eval_terms(e, node, false);
}

static struct sx_value eval_or(struct sx_eval *e, const struct sx_cel_node *node)
{
    return eval_terms(e, node, true);
}

static struct sx_value eval_conditional(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value condition = sx_eval_node(e, node->arg[0]);
    if (sx_eval_is_bad(condition))
        return condition;
    if (condition.kind != SX_BOOL)
        return no_bool(node->arg[0]);
    return sx_eval_node(e, node->arg[condition.b ? 1 : 2]);
}

static struct sx_value eval_equality(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value args[2] = { 0 };
    struct sx_value worst = eval_args(e, node, args);
    if (worst.kind != SX_NULL)
        return worst;
    bool equal = false;
    if (!sx_cel_equal(e->run, args[0], args[1], &equal))
        return sx_eval_at(node, sx_cel_exhausted());
    return sx_bool(equal == (node->op == SX_CEL_EQ));
}

static bool order_answers(enum sx_cel_order order, enum sx_cel_op op)
{
    bool less = order == SX_CEL_LESS, same = order == SX_CEL_SAME,
         greater = order == SX_CEL_GREATER;
    return op == SX_CEL_LT   ? less
           : op == SX_CEL_LE ? less || same
           : op == SX_CEL_GT ? greater
                             : greater || same;
}

static struct sx_value eval_order(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value args[2] = { 0 };
    struct sx_value worst = eval_args(e, node, args);
    if (worst.kind != SX_NULL)
        return worst;
    enum sx_cel_order order;
    if (!sx_cel_compare(e->run, args[0], args[1], &order))
        return sx_eval_at(node, sx_cel_exhausted());
    if (order == SX_CEL_INCOMPARABLE)
        return sx_eval_at(node, sx_cel_error(e->run, "no order between a %s and a %s",
                                             sx_kind_name((enum sx_kind)args[0].kind),
                                             sx_kind_name((enum sx_kind)args[1].kind)));
    return sx_bool(order_answers(order, (enum sx_cel_op)node->op));
}

static struct sx_value eval_in(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value args[2] = { 0 };
    struct sx_value worst = eval_args(e, node, args);
    if (worst.kind != SX_NULL)
        return worst;
    bool ok = true, found = false;
    const struct sx_entry *entry = NULL;
    if (args[1].kind == SX_LIST)
        ok = sx_cel_contains(e->run, args[1], args[0], &found);
    else if (args[1].kind == SX_MAP)
        ok = sx_cel_find(e->run, args[1].map, args[0], &entry);
    else
        return sx_eval_at(node, sx_cel_error(e->run, "'in' looks into a list or a map, not a %s",
                                             sx_kind_name((enum sx_kind)args[1].kind)));
    return ok ? sx_bool(found || entry != NULL) : sx_eval_at(node, sx_cel_exhausted());
}

/* An index of a list is a whole number, of whatever type. */
static bool as_index(struct sx_value v, size_t n, size_t *out)
{
    if (v.kind == SX_DOUBLE && v.d >= 0 && v.d < (double)n && v.d == floor(v.d))
        *out = (size_t)v.d;
    else if ((v.kind == SX_INT && v.i >= 0) || v.kind == SX_UINT)
        *out = v.u > SIZE_MAX ? SIZE_MAX : (size_t)v.u;
    else
        return false;
    return *out < n;
}

static struct sx_value item_of(struct sx_eval *e, struct sx_value list, struct sx_value index)
{
    size_t at;
    if (as_index(index, list.list.n, &at))
        return sx_list_at(list, at);
    if (index.kind == SX_INT)
        return sx_cel_error(e->run, "index %lld in a list of %zu", (long long)index.i, list.list.n);
    return sx_cel_failed("not an index of the list");
}

static struct sx_value entry_of(struct sx_eval *e, const struct sx_map *map, struct sx_value key)
{
    const struct sx_entry *entry;
    if (!sx_cel_find(e->run, map, key, &entry))
        return sx_cel_exhausted();
    if (entry != NULL)
        return entry->value;
    if (key.kind != SX_STRING)
        return sx_cel_failed("no such key");
    struct sx_str shown = sx_escape(e->run->arena, key.str);
    return sx_cel_error(e->run, "no such key: '%.*s'", SX_STR_ARG(shown));
}

static struct sx_value eval_index(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_value args[2] = { 0 };
    struct sx_value worst = eval_args(e, node, args);
    if (worst.kind != SX_NULL)
        return worst;
    if (args[0].kind == SX_LIST)
        return sx_eval_at(node, item_of(e, args[0], args[1]));
    if (args[0].kind == SX_MAP)
        return sx_eval_at(node, entry_of(e, args[0].map, args[1]));
    return sx_eval_at(
        node, sx_cel_error(e->run, "a %s has no index", sx_kind_name((enum sx_kind)args[0].kind)));
}

struct sx_value sx_eval_node(struct sx_eval *e, const struct sx_cel_node *node)
{
    static struct sx_value (*const evals[SX_CEL_N_OPS])(struct sx_eval *,
                                                        const struct sx_cel_node *) = {
        [SX_CEL_LITERAL] = eval_literal,
        [SX_CEL_NAME] = eval_fail,
        [SX_CEL_VARIABLE] = eval_variable,
        [SX_CEL_LOCAL] = eval_local,
        [SX_CEL_SELECT] = eval_select,
        [SX_CEL_HAS] = eval_has,
        [SX_CEL_INDEX] = eval_index,
        [SX_CEL_CALL] = eval_call,
        [SX_CEL_NOT] = eval_not,
        [SX_CEL_AND] = eval_and,
        [SX_CEL_OR] = eval_or,
        [SX_CEL_CONDITIONAL] = eval_conditional,
        [SX_CEL_EQ] = eval_equality,
        [SX_CEL_NE] = eval_equality,
        [SX_CEL_LT] = eval_order,
        [SX_CEL_LE] = eval_order,
        [SX_CEL_GT] = eval_order,
        [SX_CEL_GE] = eval_order,
        [SX_CEL_IN] = eval_in,
        [SX_CEL_LIST] = sx_eval_list,
        [SX_CEL_MAP] = sx_eval_map,
        [SX_CEL_FOLD] = sx_eval_fold,
        [SX_CEL_FAIL] = eval_fail,
    };
    if (!sx_cel_charge(e->run, 1))
        return sx_eval_at(node, sx_cel_exhausted());
    return evals[node->op](e, node);
}

struct sx_value sx_cel_eval(const struct sx_cel_program *program, struct sx_cel_run *run,
                            const struct sx_value *variables)
{
    struct sx_eval e = { .run = run, .variables = variables };
    return sx_eval_node(&e, program->root);
}

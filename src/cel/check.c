/* SPDX-License-Identifier: MIT */
/* The type checker. It also resolves: after it, nothing is looked up by name but keys of maps
 * and members of what is dyn. */
#include "cel/check.h"

#include <stdarg.h>
#include <stdio.h>

bool sx_check_problem(struct sx_checker *k, struct sx_cel_node *node, const char *fmt, ...)
{
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (!k->c->env->no_check)
        return sx_cel_refuse(k->c, SX_E_FORMAT, node->at, "%s", text);
    node->op = SX_CEL_FAIL;
    node->n = 0;
    node->name = sx_str_dup(k->c->arena, sx_str_of(text));
    node->type = SX_CEL_T(DYN);
    return true;
}

static bool is_bool(const struct sx_spec *type)
{
    return type->kind == SX_T_BOOL || type->kind == SX_T_DYN;
}

static bool type_problem(struct sx_checker *k, struct sx_cel_node *node, const char *wanted)
{
    struct sx_str type = sx_cel_type_text(k->c->arena, node->type);
    return sx_check_problem(k, node, "expected %s, found %.*s", wanted, SX_STR_ARG(type));
}

static bool check_args(struct sx_checker *k, struct sx_cel_node *node)
{
    for (size_t i = 0; i < node->n; i++)
        SX_TRY(sx_check_node(k, node->arg[i]));
    return true;
}

/* What was resolved as part of a longer name. */
static bool check_settled(struct sx_checker *k, struct sx_cel_node *node)
{
    (void)k;
    (void)node;
    return true;
}

static bool check_literal(struct sx_checker *k, struct sx_cel_node *node)
{
    static const enum sx_spec_kind kinds[] = {
        [SX_NULL] = SX_T_NULL,   [SX_BOOL] = SX_T_BOOL,     [SX_INT] = SX_T_INT,
        [SX_UINT] = SX_T_UINT,   [SX_DOUBLE] = SX_T_DOUBLE, [SX_STRING] = SX_T_STRING,
        [SX_BYTES] = SX_T_BYTES,
    };
    (void)k;
    if (node->type == NULL)
        node->type = &sx_cel_types[kinds[node->value.kind]];
    return true;
}

static bool check_logic(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(check_args(k, node));
    for (size_t i = 0; i < node->n; i++)
        if (!is_bool(node->arg[i]->type))
            return type_problem(k, node->arg[i], "a bool");
    node->type = SX_CEL_T(BOOL);
    return true;
}

static bool check_conditional(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(check_args(k, node));
    if (!is_bool(node->arg[0]->type))
        return type_problem(k, node->arg[0], "a bool before '?'");
    const struct sx_spec *then = node->arg[1]->type, *otherwise = node->arg[2]->type;
    bool null = then->kind == SX_T_NULL || otherwise->kind == SX_T_NULL;
    if (!null && !sx_cel_comparable(then, otherwise)) {
        struct sx_str a = sx_cel_type_text(k->c->arena, then);
        struct sx_str b = sx_cel_type_text(k->c->arena, otherwise);
        return sx_check_problem(k, node, "the two values of ?: differ in type: %.*s and %.*s",
                                SX_STR_ARG(a), SX_STR_ARG(b));
    }
    node->type = sx_cel_join(k->c->arena, then, otherwise);
    return true;
}

static bool not_in_enumeration(struct sx_checker *k, struct sx_cel_node *node,
                               const struct sx_enumeration *enumeration)
{
    struct sx_str text = node->value.str, shown = sx_escape(k->c->arena, text);
    struct sx_str near = sx_cel_nearest_value(k->c, enumeration, text);
    if (near.ptr != NULL)
        return sx_check_problem(k, node, "'%.*s' is no %s; the nearest is '%.*s'",
                                SX_STR_ARG(shown), enumeration->name, SX_STR_ARG(near));
    SX_AUTO(sx_buf_release) struct sx_buf all = { 0 };
    for (size_t i = 0; i < enumeration->n; i++)
        sx_buf_printf(&all, "%s%s", i > 0 ? ", " : "", enumeration->at[i].name);
    return sx_check_problem(k, node, "'%.*s' is no %s: %.*s", SX_STR_ARG(shown), enumeration->name,
                            SX_STR_ARG(sx_buf_view(&all)));
}

/* Where a value of type `type` is expected, are the literals of `node` such values? */
static bool check_enumeration(struct sx_checker *k, struct sx_cel_node *node,
                              const struct sx_spec *type)
{
    if (node->op == SX_CEL_CONDITIONAL)
        return check_enumeration(k, node->arg[1], type) && check_enumeration(k, node->arg[2], type);
    if (node->op == SX_CEL_LIST && type->kind == SX_T_LIST) {
        for (size_t i = 0; i < node->n; i++)
            SX_TRY(check_enumeration(k, node->arg[i], sx_cel_elem_of(type)));
        return true;
    }
    if (type->enumeration == NULL || node->op != SX_CEL_LITERAL || node->value.kind != SX_STRING)
        return true;
    for (size_t i = 0; i < type->enumeration->n; i++)
        if (sx_str_is(node->value.str, type->enumeration->at[i].name))
            return true;
    return not_in_enumeration(k, node, type->enumeration);
}

static bool cannot_compare(struct sx_checker *k, struct sx_cel_node *node, const char *verb,
                           const struct sx_spec *with)
{
    struct sx_str a = sx_cel_type_text(k->c->arena, node->arg[0]->type);
    struct sx_str b = sx_cel_type_text(k->c->arena, with);
    if (with->kind == SX_T_NULL || node->arg[0]->type->kind == SX_T_NULL)
        return sx_check_problem(k, node, "a value of type %.*s is never null",
                                SX_STR_ARG(with->kind == SX_T_NULL ? a : b));
    return sx_check_problem(k, node, "a value of type %.*s %s type %.*s", SX_STR_ARG(a), verb,
                            SX_STR_ARG(b));
}

static bool check_equality(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(check_args(k, node));
    struct sx_cel_node *a = node->arg[0], *b = node->arg[1];
    if (!sx_cel_comparable(a->type, b->type))
        return cannot_compare(k, node, "never equals one of", b->type);
    node->type = SX_CEL_T(BOOL);
    return check_enumeration(k, a, b->type) && check_enumeration(k, b, a->type);
}

static bool has_order(const struct sx_spec *type)
{
    switch (type->kind) {
    case SX_T_DYN:
    case SX_T_BOOL:
    case SX_T_INT:
    case SX_T_UINT:
    case SX_T_DOUBLE:
    case SX_T_STRING:
    case SX_T_BYTES:
    case SX_T_TIMESTAMP:
    case SX_T_DURATION:
        return true;
    case SX_T_NULL:
    case SX_T_LIST:
    case SX_T_MAP:
    case SX_T_OBJECT:
    case SX_T_TYPE:
    case SX_T_PARAM:
    case SX_T_ERROR:
        break;
    }
    return false;
}

static bool check_order(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(check_args(k, node));
    const struct sx_spec *a = node->arg[0]->type, *b = node->arg[1]->type;
    if (!has_order(a) || !has_order(b) || !sx_cel_comparable(a, b))
        return cannot_compare(k, node, "is neither less nor more than one of", b);
    node->type = SX_CEL_T(BOOL);
    return true;
}

static bool check_in(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(check_args(k, node));
    struct sx_cel_node *item = node->arg[0], *range = node->arg[1];
    const struct sx_spec *type = range->type;
    if (type->kind != SX_T_LIST && type->kind != SX_T_MAP && type->kind != SX_T_DYN)
        return type_problem(k, range, "a list or map after 'in'");
    const struct sx_spec *of = type->kind == SX_T_MAP ? sx_cel_key_of(type) : sx_cel_elem_of(type);
    if (!sx_cel_comparable(item->type, of))
        return cannot_compare(k, node, "is never among those of", of);
    const struct sx_spec list = { .kind = SX_T_LIST, .elem = item->type };
    node->type = SX_CEL_T(BOOL);
    return check_enumeration(k, item, of) && check_enumeration(k, range, &list);
}

static bool check_index(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(check_args(k, node));
    const struct sx_spec *type = node->arg[0]->type, *index = node->arg[1]->type;
    node->type = sx_cel_elem_of(type);
    if (type->kind == SX_T_DYN)
        return true;
    if (type->kind == SX_T_LIST)
        return index->kind == SX_T_INT || index->kind == SX_T_DYN ||
               type_problem(k, node->arg[1], "an int as index");
    if (type->kind != SX_T_MAP)
        return type_problem(k, node->arg[0], "a list or map before '['");
    if (!sx_cel_comparable(index, sx_cel_key_of(type)))
        return type_problem(k, node->arg[1], "a key of the map");
    return check_enumeration(k, node->arg[1], sx_cel_key_of(type));
}

/* A list of literals is made once. */
static void fold_list(struct sx_checker *k, struct sx_cel_node *node)
{
    for (size_t i = 0; i < node->n; i++)
        if (node->arg[i]->op != SX_CEL_LITERAL &&
            (node->arg[i]->op != SX_CEL_LIST || node->arg[i]->constant == NULL))
            return;
    struct sx_value *items = SX_NEW_N(k->c->arena, struct sx_value, node->n + 1);
    for (size_t i = 0; i < node->n; i++)
        items[i + 1] =
            node->arg[i]->op == SX_CEL_LITERAL ? node->arg[i]->value : *node->arg[i]->constant;
    items[0] = sx_list_values(items + 1, node->n);
    node->constant = items;
}

/* The type of all of `n` nodes from arg[from], `step` apart. */
static const struct sx_spec *join_types(struct sx_checker *k, const struct sx_cel_node *node,
                                        size_t from, size_t step)
{
    const struct sx_spec *type = NULL;
    for (size_t i = from; i < node->n; i += step)
        type =
            type == NULL ? node->arg[i]->type : sx_cel_join(k->c->arena, type, node->arg[i]->type);
    return type != NULL ? type : SX_CEL_T(DYN);
}

static bool check_list(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(check_args(k, node));
    fold_list(k, node);
    node->type = sx_cel_list_type(k->c->arena, join_types(k, node, 0, 1));
    return true;
}

static bool is_key(const struct sx_spec *type)
{
    return type->kind == SX_T_INT || type->kind == SX_T_UINT || type->kind == SX_T_BOOL ||
           type->kind == SX_T_STRING || type->kind == SX_T_DYN;
}

static bool check_map(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(check_args(k, node));
    for (size_t i = 0; i < node->n; i += 2)
        if (!is_key(node->arg[i]->type))
            return type_problem(k, node->arg[i], "an int, uint, bool or string as key");
    node->type = sx_cel_map_type(k->c->arena, join_types(k, node, 0, 2), join_types(k, node, 1, 2));
    return true;
}

/* One variable is an element or a key; two are index and element, or key and value. */
static void declare(struct sx_checker *k, struct sx_cel_fold *fold, const struct sx_spec *range)
{
    const struct sx_spec *elem = sx_cel_elem_of(range), *key = sx_cel_key_of(range);
    if (range->kind == SX_T_LIST)
        key = fold->n_vars == 2 ? SX_CEL_T(INT) : elem;
    fold->slot = k->n_locals;
    k->locals[k->n_locals++] = (struct sx_cel_local){ fold->var[0], key };
    if (fold->n_vars == 2)
        k->locals[k->n_locals++] = (struct sx_cel_local){ fold->var[1], elem };
}

static const struct sx_spec *fold_result(struct sx_checker *k, const struct sx_cel_fold *fold,
                                         const struct sx_spec *range)
{
    struct sx_arena *arena = k->c->arena;
    const struct sx_spec *made = fold->transform != NULL ? fold->transform->type : NULL;
    const struct sx_spec *first = k->locals[fold->slot].type;
    switch ((enum sx_cel_fold_kind)fold->kind) {
    case SX_CEL_FOLD_ALL:
    case SX_CEL_FOLD_EXISTS:
    case SX_CEL_FOLD_ONE:
        break;
    case SX_CEL_FOLD_FILTER:
        return range->kind == SX_T_LIST ? range : sx_cel_list_type(arena, first);
    case SX_CEL_FOLD_LIST:
        return sx_cel_list_type(arena, made);
    case SX_CEL_FOLD_MAP:
        return sx_cel_map_type(arena, first, made);
    case SX_CEL_FOLD_ENTRIES:
        return made;
    }
    return SX_CEL_T(BOOL);
}

static bool check_body(struct sx_checker *k, struct sx_cel_node *node)
{
    struct sx_cel_fold *fold = node->fold;
    const struct sx_spec *range = node->arg[0]->type;
    declare(k, fold, range);
    if (fold->predicate != NULL) {
        SX_TRY(sx_check_node(k, fold->predicate));
        if (!is_bool(fold->predicate->type))
            return type_problem(k, fold->predicate, "a bool");
    }
    if (fold->transform != NULL) {
        SX_TRY(sx_check_node(k, fold->transform));
        enum sx_spec_kind made = fold->transform->type->kind;
        if (fold->kind == SX_CEL_FOLD_ENTRIES && made != SX_T_MAP && made != SX_T_DYN)
            return type_problem(k, fold->transform, "a map of entries");
    }
    node->type = fold_result(k, fold, range);
    return true;
}

static bool check_fold(struct sx_checker *k, struct sx_cel_node *node)
{
    SX_TRY(sx_check_node(k, node->arg[0]));
    enum sx_spec_kind range = node->arg[0]->type->kind;
    if (range != SX_T_LIST && range != SX_T_MAP && range != SX_T_DYN)
        return type_problem(k, node->arg[0], "a list or map before the macro");
    if (++k->n_macros > SX_MAX_CEL_MACROS)
        return sx_cel_refuse(k->c, SX_E_LIMIT, node->at, "macros are nested more than %d deep",
                             SX_MAX_CEL_MACROS);
    size_t outer = k->n_locals;
    SX_TRY(check_body(k, node));
    k->n_locals = outer;
    k->n_macros--;
    return true;
}

bool sx_check_node(struct sx_checker *k, struct sx_cel_node *node)
{
    static bool (*const checks[SX_CEL_N_OPS])(struct sx_checker *, struct sx_cel_node *) = {
        [SX_CEL_LITERAL] = check_literal,
        [SX_CEL_NAME] = sx_check_name,
        [SX_CEL_VARIABLE] = check_settled,
        [SX_CEL_LOCAL] = check_settled,
        [SX_CEL_SELECT] = sx_check_select,
        [SX_CEL_HAS] = sx_check_has,
        [SX_CEL_INDEX] = check_index,
        [SX_CEL_CALL] = sx_check_call,
        [SX_CEL_NOT] = check_logic,
        [SX_CEL_AND] = check_logic,
        [SX_CEL_OR] = check_logic,
        [SX_CEL_CONDITIONAL] = check_conditional,
        [SX_CEL_EQ] = check_equality,
        [SX_CEL_NE] = check_equality,
        [SX_CEL_LT] = check_order,
        [SX_CEL_LE] = check_order,
        [SX_CEL_GT] = check_order,
        [SX_CEL_GE] = check_order,
        [SX_CEL_IN] = check_in,
        [SX_CEL_LIST] = check_list,
        [SX_CEL_MAP] = check_map,
        [SX_CEL_FOLD] = check_fold,
        [SX_CEL_FAIL] = check_settled,
    };
    SX_TRY(checks[node->op](k, node));
    if (k->c->env->no_check)
        node->type = SX_CEL_T(DYN); /* nothing is known, so nothing is refused */
    return true;
}

bool sx_cel_check(struct sx_cel_compiler *c, struct sx_cel_node *root)
{
    struct sx_checker k = { .c = c };
    return sx_check_node(&k, root);
}

/* SPDX-License-Identifier: MIT */
#include "entitlements/query.h"

/* An operation narrows `*state`, or tells that the query does not hold. */
typedef bool operation(struct sx_value *state, struct sx_value parameter);

static bool select_key(struct sx_value *state, struct sx_value key)
{
    const struct sx_value *found = state->kind == SX_MAP ? sx_map_get(state->map, key.str) : NULL;
    if (found != NULL)
        *state = *found;
    return found != NULL;
}

static bool select_index(struct sx_value *state, struct sx_value index)
{
    if (state->kind != SX_LIST || index.i < 0 || (uint64_t)index.i >= state->list.n)
        return false;
    *state = sx_list_at(*state, (size_t)index.i);
    return true;
}

/* The longest key that begins so. */
static bool select_prefix(struct sx_value *state, struct sx_value prefix)
{
    const struct sx_entry *longest = NULL;
    for (size_t i = 0; state->kind == SX_MAP && i < state->map->n; i++) {
        const struct sx_entry *e = &state->map->at[i];
        if (sx_str_starts(e->key.str, prefix.str) &&
            (longest == NULL || e->key.str.len > longest->key.str.len))
            longest = e;
    }
    if (longest != NULL)
        *state = longest->value;
    return longest != NULL;
}

static bool match(struct sx_value *state, struct sx_value wanted)
{
    return state->kind == wanted.kind && sx_value_eq(*state, wanted);
}

static bool match_prefix(struct sx_value *state, struct sx_value prefix)
{
    return state->kind == SX_STRING && sx_str_starts(state->str, prefix.str);
}

static bool any(struct sx_value *state, struct sx_value wanted, operation *matches)
{
    for (size_t i = 0; state->kind == SX_LIST && i < state->list.n; i++) {
        struct sx_value element = sx_list_at(*state, i);
        if (matches(&element, wanted))
            return true;
    }
    return state->kind != SX_LIST && matches(state, wanted);
}

static bool allows(struct sx_value *state, struct sx_value wanted)
{
    return any(state, wanted, match);
}

static bool allows_prefix(struct sx_value *state, struct sx_value prefix)
{
    return any(state, prefix, match_prefix);
}

static bool match_type(struct sx_value *state, struct sx_value type)
{
    static const enum sx_kind kinds[] = { SX_NULL, SX_MAP, SX_LIST, SX_INT, SX_STRING, SX_BOOL };
    return type.i > 0 && type.i < (int64_t)SX_LEN(kinds) && state->kind == kinds[type.i];
}

/* By number; 0 is none. */
static const struct {
    enum sx_kind parameter;
    operation *run;
} operations[] = {
    [1] = { SX_STRING, select_key },
    [2] = { SX_INT, select_index },
    [3] = { SX_STRING, match },
    [4] = { SX_STRING, match_prefix },
    [5] = { SX_BOOL, match },
    [6] = { SX_STRING, allows },
    [7] = { SX_INT, match },
    [8] = { SX_STRING, allows_prefix },
    [9] = { SX_STRING, select_prefix },
    [10] = { SX_INT, allows },
    [11] = { SX_INT, match_type },
    [12] = { SX_BYTES, match },
    [13] = { SX_BYTES, allows },
};

/* The number of an element's operation, and its parameter; 0 and a reason when it is none. */
static size_t operation_of(struct sx_value element, struct sx_value *parameter, const char **why)
{
    *why = "is no pair of operation and parameter";
    if (element.kind != SX_LIST || element.list.n != 2 || sx_list_at(element, 0).kind != SX_INT)
        return 0;
    int64_t number = sx_list_at(element, 0).i;
    *parameter = sx_list_at(element, 1);
    *why = "has an operation that is not known";
    if (number < 1 || number >= (int64_t)SX_LEN(operations))
        return 0;
    *why = "has a parameter of another type than its operation takes";
    return parameter->kind == operations[number].parameter ? (size_t)number : 0;
}

bool sx_query_may_hold(struct sx_value query, struct sx_value entitlements)
{
    struct sx_value state = entitlements;
    for (size_t i = 0; query.kind == SX_LIST && i < query.list.n; i++) {
        struct sx_value parameter;
        const char *why;
        size_t number = operation_of(sx_list_at(query, i), &parameter, &why);
        if (number == 0)
            return true;
        if (!operations[number].run(&state, parameter))
            return false;
    }
    return true;
}

bool sx_query_check(struct sx_value query, size_t *at, const char **why)
{
    for (size_t i = 0; i < query.list.n; i++) {
        struct sx_value parameter;
        *at = i;
        if (operation_of(sx_list_at(query, i), &parameter, why) == 0)
            return false;
    }
    return true;
}

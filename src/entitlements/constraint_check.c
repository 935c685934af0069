/* SPDX-License-Identifier: MIT */
/* The grammar of constraints. */
#include "base/buf.h"
#include "entitlements/constraint.h"
#include "entitlements/query.h"
#include "entitlements/where.h"

struct check {
    struct sx_arena *arena;
    struct sx_str *why;
};

/* Refuses what stands at a step. */
static bool refuse(struct check *c, const struct sx_step *at, const char *what)
{
    struct sx_str where = sx_step_text(at, c->arena);
    *c->why = where.len > 0 ? sx_str_printf(c->arena, "%.*s %s", SX_STR_ARG(where), what)
                            : sx_str_printf(c->arena, "the constraint %s", what);
    return false;
}

static bool check_expression(struct check *c, const struct sx_step *at, const struct sx_map *map);

static bool check_group(struct check *c, const struct sx_step *at, struct sx_value operand)
{
    if (operand.kind != SX_MAP)
        return refuse(c, at, "takes a dictionary");
    return check_expression(c, at, operand.map);
}

static bool check_optional(struct check *c, const struct sx_step *at, struct sx_value operand)
{
    if (operand.kind == SX_MAP && operand.map->n > 1)
        return refuse(c, at, "takes a single fact or operator");
    return check_group(c, at, operand);
}

static bool check_pair(struct check *c, const struct sx_step *at, struct sx_value pair)
{
    static const char *const names[] = { "$and", "$or", "$optional" };
    bool is_known = false;
    if (pair.kind != SX_LIST || pair.list.n != 2 || sx_list_at(pair, 0).kind != SX_STRING)
        return refuse(c, at, "is no pair of operator and dictionary");
    for (size_t i = 0; i < SX_LEN(names); i++)
        is_known = is_known || sx_str_is(sx_list_at(pair, 0).str, names[i]);
    if (!is_known)
        return refuse(c, at, "has an operator other than $and, $or and $optional");
    struct sx_step below = { at, { 0 }, 1 };
    return check_group(c, &below, sx_list_at(pair, 1));
}

static bool check_array(struct check *c, const struct sx_step *at, struct sx_value operand)
{
    if (operand.kind != SX_LIST || operand.list.n == 0)
        return refuse(c, at, "takes an array of pairs");
    for (size_t i = 0; i < operand.list.n; i++) {
        struct sx_step below = { at, { 0 }, i };
        SX_TRY(check_pair(c, &below, sx_list_at(operand, i)));
    }
    return true;
}

static bool check_in(struct check *c, const struct sx_step *at, struct sx_value operand)
{
    if (operand.kind != SX_LIST || operand.list.n == 0)
        return refuse(c, at, "takes an array of values");
    for (size_t i = 0; i < operand.list.n; i++) {
        struct sx_step below = { at, { 0 }, i };
        enum sx_kind kind = (enum sx_kind)sx_list_at(operand, i).kind;
        if (kind != SX_STRING && kind != SX_BYTES && kind != SX_INT)
            return refuse(c, &below, "is neither a string nor data nor an integer");
    }
    return true;
}

static bool check_number(struct check *c, const struct sx_step *at, struct sx_value operand)
{
    return operand.kind == SX_INT || refuse(c, at, "takes an integer");
}

static bool check_query(struct check *c, const struct sx_step *at, struct sx_value operand)
{
    struct sx_step below = { at, { 0 }, 0 };
    const char *why;
    if (at->up == NULL || !sx_str_is(at->up->key, "entitlements"))
        return refuse(c, at, "stands at another fact than entitlements");
    if (operand.kind != SX_LIST || operand.list.n == 0)
        return refuse(c, at, "takes an array of operations");
    return sx_query_check(operand, &below.index, &why) || refuse(c, &below, why);
}

/* Where an operator stands: for a fact and its value, or as the value of a fact. */
enum place { FOR_FACT, AS_VALUE };

static const struct {
    const char *name;
    enum place place;
    bool (*check)(struct check *c, const struct sx_step *at, struct sx_value operand);
} operators[] = {
    { "$and", FOR_FACT, check_group },         { "$or", FOR_FACT, check_group },
    { "$optional", FOR_FACT, check_optional }, { "$and-array", FOR_FACT, check_array },
    { "$or-array", FOR_FACT, check_array },    { "$in", AS_VALUE, check_in },
    { "$lt", AS_VALUE, check_number },         { "$lte", AS_VALUE, check_number },
    { "$gt", AS_VALUE, check_number },         { "$gte", AS_VALUE, check_number },
    { "$query", AS_VALUE, check_query },
};

static bool check_operator(struct check *c, const struct sx_step *at, enum place place,
                           struct sx_value operand)
{
    for (size_t i = 0; i < SX_LEN(operators); i++) {
        if (!sx_str_is(at->key, operators[i].name))
            continue;
        if (operators[i].place != place)
            return refuse(c, at,
                          place == AS_VALUE ? "stands where a value of a fact belongs"
                                            : "stands where a fact belongs");
        return operators[i].check(c, at, operand);
    }
    return refuse(c, at, "is no known operator");
}

/* The value of a fact: itself, or operators that are asked of it. */
static bool check_fact(struct check *c, const struct sx_step *at, struct sx_value value)
{
    if (value.kind == SX_LIST)
        return refuse(c, at, "has an array for a value; $in takes one");
    if (value.kind != SX_MAP)
        return true;
    if (value.map->n == 0)
        return refuse(c, at, "has an empty dictionary for a value");
    for (size_t i = 0; i < value.map->n; i++) {
        struct sx_step below = { at, value.map->at[i].key.str, 0 };
        SX_TRY(check_operator(c, &below, AS_VALUE, value.map->at[i].value));
    }
    return true;
}

static bool check_expression(struct check *c, const struct sx_step *up, const struct sx_map *map)
{
    if (map->n == 0)
        return refuse(c, up, "is empty");
    for (size_t i = 0; i < map->n; i++) {
        struct sx_step at = { up, map->at[i].key.str, 0 };
        bool is_operator = sx_str_starts(at.key, SX_STR("$"));
        SX_TRY(is_operator ? check_operator(c, &at, FOR_FACT, map->at[i].value)
                           : check_fact(c, &at, map->at[i].value));
    }
    return true;
}

bool sx_constraint_check(const struct sx_map *requirement, struct sx_arena *arena,
                         struct sx_str *why)
{
    struct check c = { arena, why };
    return check_expression(&c, NULL, requirement);
}

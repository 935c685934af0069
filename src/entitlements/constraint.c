/* SPDX-License-Identifier: MIT */
#include "entitlements/constraint.h"

#include "entitlements/der.h"
#include "entitlements/query.h"

bool sx_constraint_parse(struct sx_span der, struct sx_arena *arena, const struct sx_map **out,
                         struct sx_err *err)
{
    static const char *const numbers[] = { "ccat", "comp", "vers" };
    const struct sx_map *whole;
    SX_TRY(sx_der_parse(der, SX_DER_CONSTRAINT, arena, &whole, err));
    for (size_t i = 0; i < SX_LEN(numbers); i++) {
        int64_t number;
        if (!sx_map_int(whole, numbers[i], &number))
            return sx_fail(err, SX_E_FORMAT, der.off, "no number under %s", numbers[i]);
    }
    if (!sx_map_map(whole, "reqs", out))
        return sx_fail(err, SX_E_FORMAT, der.off, "no dictionary under reqs");
    return true;
}

/* What the code is known to have under a fact. */
struct asked {
    const struct sx_constrained *code;
    struct sx_arena *arena;
    SX_VEC(struct sx_str) unmet;
};

/* The values that a fact may have for this code; false when nothing is known of it. A fact that is
 * known to have no value meets nothing. */
static bool known_values(struct asked *a, struct sx_str fact, struct sx_values *out)
{
    const struct sx_constrained *code = a->code;
    SX_VEC(struct sx_value) all = { 0 };
    if (sx_str_is(fact, "signing-identifier") && code->identifier.ptr != NULL)
        SX_PUSH(a->arena, &all, sx_string(code->identifier));
    else if (sx_str_is(fact, "team-identifier") && code->team.ptr != NULL)
        SX_PUSH(a->arena, &all, sx_string(code->team));
    for (size_t i = 0; sx_str_is(fact, "cdhash") && i < code->cdhashes.n; i++)
        SX_PUSH(a->arena, &all, sx_bytes(code->cdhashes.at[i]));
    *out = (struct sx_values){ all.at, all.n };
    if (sx_str_is(fact, "validation-category"))
        *out = code->categories;
    return out->n > 0 || sx_str_is(fact, "signing-identifier") ||
           sx_str_is(fact, "team-identifier");
}

static bool same(struct sx_value a, struct sx_value b)
{
    return a.kind == b.kind && sx_value_eq(a, b);
}

static bool is_in(struct sx_value v, struct sx_value list)
{
    for (size_t i = 0; list.kind == SX_LIST && i < list.list.n; i++)
        if (same(v, sx_list_at(list, i)))
            return true;
    return false;
}

/* One operator that takes the place of a value. What is not known is met. */
static bool meets_operator(struct sx_value v, struct sx_str name, struct sx_value operand)
{
    bool are_numbers = v.kind == SX_INT && operand.kind == SX_INT;
    if (sx_str_is(name, "$in"))
        return is_in(v, operand);
    if (sx_str_is(name, "$lt"))
        return are_numbers && v.i < operand.i;
    if (sx_str_is(name, "$lte"))
        return are_numbers && v.i <= operand.i;
    if (sx_str_is(name, "$gt"))
        return are_numbers && v.i > operand.i;
    if (sx_str_is(name, "$gte"))
        return are_numbers && v.i >= operand.i;
    return true;
}

static bool meets(struct sx_value v, struct sx_value wanted)
{
    if (wanted.kind != SX_MAP)
        return same(v, wanted);
    for (size_t i = 0; i < wanted.map->n; i++)
        if (!meets_operator(v, wanted.map->at[i].key.str, wanted.map->at[i].value))
            return false;
    return true;
}

static bool entitlements_contradict(const struct asked *a, struct sx_value wanted)
{
    const struct sx_value *query =
        wanted.kind == SX_MAP ? sx_map_get(wanted.map, SX_STR("$query")) : NULL;
    return query != NULL && a->code->has_entitlements &&
           !sx_query_may_hold(*query, sx_map_value(a->code->entitlements));
}

static bool fact_contradicts(struct asked *a, struct sx_str fact, struct sx_value wanted)
{
    struct sx_values values = { 0 };
    bool contradicts;
    if (sx_str_is(fact, "entitlements")) {
        contradicts = entitlements_contradict(a, wanted);
    } else {
        contradicts = known_values(a, fact, &values);
        for (size_t i = 0; i < values.n; i++)
            contradicts = contradicts && !meets(values.at[i], wanted);
    }
    if (contradicts)
        SX_PUSH(a->arena, &a->unmet, fact);
    return contradicts;
}

/* How the parts of an operator count together. */
enum mode { ALL, ANY };

static bool map_contradicts(struct asked *a, const struct sx_map *map, enum mode mode);

/* [[operator, dictionary], ...] */
static bool array_contradicts(struct asked *a, struct sx_value array, enum mode mode)
{
    size_t n = 0, of = array.kind == SX_LIST ? array.list.n : 0, mark = a->unmet.n;
    for (size_t i = 0; i < of; i++) {
        struct sx_value pair = sx_list_at(array, i);
        bool is_pair = pair.kind == SX_LIST && pair.list.n == 2 &&
                       sx_list_at(pair, 0).kind == SX_STRING && sx_list_at(pair, 1).kind == SX_MAP;
        if (is_pair)
            n += map_contradicts(a, sx_list_at(pair, 1).map,
                                 sx_str_is(sx_list_at(pair, 0).str, "$or") ? ANY : ALL);
    }
    bool contradicts = n > 0 && (mode == ALL || n == of);
    if (!contradicts)
        a->unmet.n = mark;
    return contradicts;
}

static bool entry_contradicts(struct asked *a, struct sx_str key, struct sx_value value)
{
    if (!sx_str_starts(key, SX_STR("$")))
        return fact_contradicts(a, key, value);
    if (sx_str_is(key, "$and-array") || sx_str_is(key, "$or-array"))
        return array_contradicts(a, value, sx_str_is(key, "$or-array") ? ANY : ALL);
    if (value.kind != SX_MAP)
        return false;
    if (sx_str_is(key, "$or"))
        return map_contradicts(a, value.map, ANY);
    if (sx_str_is(key, "$and") || sx_str_is(key, "$optional"))
        return map_contradicts(a, value.map, ALL);
    return false;
}

/* Facts that only one branch of an alternative contradicts are forgotten again. */
static bool map_contradicts(struct asked *a, const struct sx_map *map, enum mode mode)
{
    size_t n = 0, mark = a->unmet.n;
    for (size_t i = 0; i < map->n; i++)
        n += entry_contradicts(a, map->at[i].key.str, map->at[i].value);
    bool contradicts = n > 0 && (mode == ALL || n == map->n);
    if (!contradicts)
        a->unmet.n = mark;
    return contradicts;
}

struct sx_strs sx_constraint_unmet(const struct sx_map *requirement,
                                   const struct sx_constrained *code, struct sx_arena *arena)
{
    struct asked a = { .code = code, .arena = arena };
    SX_VEC(struct sx_str) once = { 0 };
    map_contradicts(&a, requirement, ALL);
    for (size_t i = 0; i < a.unmet.n; i++)
        if (!sx_strs_has((struct sx_strs){ once.at, once.n }, a.unmet.at[i]))
            SX_PUSH(arena, &once, a.unmet.at[i]);
    return (struct sx_strs){ once.at, once.n };
}

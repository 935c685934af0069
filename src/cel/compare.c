/* SPDX-License-Identifier: MIT */
#include "cel/compare.h"

#include "cel/function.h"

bool sx_cel_is_number(struct sx_value v)
{
    return v.kind == SX_INT || v.kind == SX_UINT || v.kind == SX_DOUBLE;
}

#define ORDER(a, b) ((a) < (b) ? SX_CEL_LESS : (a) > (b) ? SX_CEL_GREATER : SX_CEL_SAME)

static enum sx_cel_order order_doubles(double a, double b)
{
    return a != a || b != b ? SX_CEL_UNORDERED : ORDER(a, b);
}

/* An integer is compared with a double as a double. Near 2^63 that rounds, and it is what the
 * conformance tests of the language ask for ("lossy"). */
static double as_double(struct sx_value v)
{
    return v.kind == SX_INT ? (double)v.i : v.kind == SX_UINT ? (double)v.u : v.d;
}

static enum sx_cel_order order_numbers(struct sx_value a, struct sx_value b)
{
    if (a.kind == SX_DOUBLE || b.kind == SX_DOUBLE)
        return order_doubles(as_double(a), as_double(b));
    if (a.kind == SX_INT && b.kind == SX_INT)
        return ORDER(a.i, b.i);
    if (a.kind == SX_INT && a.i < 0)
        return SX_CEL_LESS;
    if (b.kind == SX_INT && b.i < 0)
        return SX_CEL_GREATER;
    return ORDER(a.u, b.u); /* an int that is not negative is the same as a uint */
}

static bool list_equal(struct sx_cel_run *run, struct sx_value a, struct sx_value b, bool *out)
{
    *out = a.list.n == b.list.n;
    for (size_t i = 0; *out && i < a.list.n; i++)
        SX_TRY(sx_cel_charge(run, 1) && sx_cel_equal(run, sx_list_at(a, i), sx_list_at(b, i), out));
    return true;
}

static bool map_equal(struct sx_cel_run *run, const struct sx_map *a, const struct sx_map *b,
                      bool *out)
{
    *out = a->n == b->n;
    for (size_t i = 0; *out && i < a->n; i++) {
        const struct sx_entry *other;
        SX_TRY(sx_cel_charge(run, 1) && sx_cel_find(run, b, a->at[i].key, &other));
        *out = other != NULL;
        if (other != NULL)
            SX_TRY(sx_cel_equal(run, a->at[i].value, other->value, out));
    }
    return true;
}

bool sx_cel_equal(struct sx_cel_run *run, struct sx_value a, struct sx_value b, bool *out)
{
    if (a.kind != b.kind) {
        *out = sx_cel_is_number(a) && sx_cel_is_number(b) && order_numbers(a, b) == SX_CEL_SAME;
        return true;
    }
    if (a.kind == SX_LIST)
        return list_equal(run, a, b, out);
    if (a.kind == SX_MAP)
        return map_equal(run, a.map, b.map, out);
    *out = sx_value_eq(a, b);
    if ((a.kind == SX_STRING || a.kind == SX_BYTES) && a.str.len == b.str.len)
        return sx_cel_charge_bytes(run, a.str.len);
    return true;
}

bool sx_cel_compare(struct sx_cel_run *run, struct sx_value a, struct sx_value b,
                    enum sx_cel_order *out)
{
    *out = SX_CEL_INCOMPARABLE;
    if (sx_cel_is_number(a) && sx_cel_is_number(b)) {
        *out = order_numbers(a, b);
    } else if (a.kind != b.kind) {
        return true;
    } else if (a.kind == SX_BOOL) {
        *out = ORDER(a.b, b.b);
    } else if (a.kind == SX_TIMESTAMP || a.kind == SX_DURATION) {
        *out = ORDER(sx_time_cmp(a.time, b.time), 0);
    } else if (a.kind == SX_STRING || a.kind == SX_BYTES) {
        *out = ORDER(sx_str_cmp(a.str, b.str), 0);
        return sx_cel_charge_bytes(run, a.str.len < b.str.len ? a.str.len : b.str.len);
    }
    return true;
}

bool sx_cel_find(struct sx_cel_run *run, const struct sx_map *map, struct sx_value key,
                 const struct sx_entry **out)
{
    *out = NULL;
    if (key.kind == SX_STRING) {
        *out = sx_map_entry(map, key.str);
        return sx_cel_charge_bytes(run, key.str.len);
    }
    if (!sx_cel_is_number(key) && key.kind != SX_BOOL)
        return true; /* such keys are in no map */
    SX_TRY(sx_cel_charge_bytes(run, map->n * sizeof(key)));
    for (size_t i = 0; *out == NULL && i < map->n; i++) {
        struct sx_value other = map->at[i].key;
        bool same = sx_cel_is_number(key) && sx_cel_is_number(other)
                        ? order_numbers(key, other) == SX_CEL_SAME
                        : sx_value_eq(key, other);
        if (same)
            *out = &map->at[i];
    }
    return true;
}

bool sx_cel_contains(struct sx_cel_run *run, struct sx_value list, struct sx_value v, bool *out)
{
    *out = false;
    SX_TRY(sx_cel_charge_bytes(run, list.list.n * sizeof(v)));
    for (size_t i = 0; !*out && i < list.list.n; i++)
        SX_TRY(sx_cel_equal(run, sx_list_at(list, i), v, out));
    return true;
}

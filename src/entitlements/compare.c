/* SPDX-License-Identifier: MIT */
#include "entitlements/compare.h"

/* A walk over two trees, which ends at the first difference when nobody asks where. */
struct comparison {
    sx_tell_difference *tell; /* may be NULL */
    void *context;
};

/* The functions below return true when the walk is to end. */
static bool differ(struct comparison *c, const struct sx_step *at, const struct sx_value *first,
                   const struct sx_value *other)
{
    return c->tell == NULL || !c->tell(c->context, at, first, other);
}

static bool values_differ(struct comparison *c, const struct sx_step *at,
                          const struct sx_value *first, const struct sx_value *other);

static bool lists_differ(struct comparison *c, const struct sx_step *up,
                         const struct sx_value *first, const struct sx_value *other)
{
    size_t n = first->list.n > other->list.n ? first->list.n : other->list.n;
    for (size_t i = 0; i < n; i++) {
        struct sx_step at = { up, { 0 }, i };
        const struct sx_value *a = first->list.at, *b = other->list.at;
        if (values_differ(c, &at, i < first->list.n ? &a[i] : NULL,
                          i < other->list.n ? &b[i] : NULL))
            return true;
    }
    return false;
}

static bool maps_differ(struct comparison *c, const struct sx_step *up, const struct sx_map *first,
                        const struct sx_map *other)
{
    for (size_t i = 0; first != NULL && i < first->n; i++) {
        struct sx_step at = { up, first->at[i].key.str, 0 };
        if (values_differ(c, &at, &first->at[i].value, sx_map_get(other, at.key)))
            return true;
    }
    for (size_t i = 0; other != NULL && i < other->n; i++) {
        struct sx_step at = { up, other->at[i].key.str, 0 };
        if (sx_map_get(first, at.key) == NULL)
            return differ(c, &at, NULL, &other->at[i].value);
    }
    return false;
}

static bool values_differ(struct comparison *c, const struct sx_step *at,
                          const struct sx_value *first, const struct sx_value *other)
{
    if (first == NULL || other == NULL || first->kind != other->kind)
        return differ(c, at, first, other);
    if (first->kind == SX_LIST)
        return lists_differ(c, at, first, other);
    if (first->kind == SX_MAP)
        return maps_differ(c, at, first->map, other->map);
    return !sx_value_eq(*first, *other) && differ(c, at, first, other);
}

void sx_compare_all(const struct sx_map *first, const struct sx_map *other,
                    sx_tell_difference *tell, void *context)
{
    struct comparison c = { tell, context };
    maps_differ(&c, NULL, first, other);
}

/* The first difference, for whoever wants no more. */
struct first_one {
    struct sx_arena *arena;
    struct sx_difference *out;
};

static bool keep_first(void *context, const struct sx_step *at, const struct sx_value *first,
                       const struct sx_value *other)
{
    const struct first_one *one = context;
    *one->out = (struct sx_difference){ sx_step_text(at, one->arena), first, other };
    return false;
}

bool sx_compare(const struct sx_map *first, const struct sx_map *other, struct sx_arena *arena,
                struct sx_difference *out)
{
    struct first_one one = { arena, out };
    struct comparison c = { keep_first, &one };
    return maps_differ(&c, NULL, first, other);
}

struct sx_str sx_difference_text(const struct sx_difference *d, const char *first,
                                 const char *other, struct sx_arena *arena)
{
    return sx_str_printf(arena, "%.*s: %s has %.*s, %s %.*s", SX_STR_ARG(d->where), first,
                         SX_STR_ARG(sx_value_phrase(d->first, arena)), other,
                         SX_STR_ARG(sx_value_phrase(d->other, arena)));
}

const struct sx_map *sx_with_positions(const struct sx_map *der, const struct sx_map *xml,
                                       struct sx_arena *arena)
{
    struct comparison c = { 0 };
    if (xml == NULL)
        return der;
    if (!maps_differ(&c, NULL, xml, der))
        return xml;
    struct sx_entry *at = SX_NEW_N(arena, struct sx_entry, der->n);
    for (size_t i = 0; i < der->n; i++) {
        const struct sx_entry *placed = sx_map_entry(xml, der->at[i].key.str);
        bool agree = placed != NULL && !values_differ(&c, NULL, &placed->value, &der->at[i].value);
        at[i] = agree ? *placed : der->at[i];
    }
    return sx_map_new(arena, at, der->n);
}

static bool map_has_untyped(struct comparison *c, const struct sx_step *up,
                            const struct sx_map *map);

static bool is_untyped(struct comparison *c, const struct sx_step *at, const struct sx_value *v)
{
    if (v->kind == SX_MAP)
        return map_has_untyped(c, at, v->map);
    for (size_t i = 0; v->kind == SX_LIST && i < v->list.n; i++) {
        struct sx_step below = { at, { 0 }, i };
        if (is_untyped(c, &below, &((const struct sx_value *)v->list.at)[i]))
            return true;
    }
    bool is_typed =
        v->kind == SX_BOOL || v->kind == SX_INT || v->kind == SX_STRING || v->kind == SX_LIST;
    return !is_typed && differ(c, at, v, NULL);
}

static bool map_has_untyped(struct comparison *c, const struct sx_step *up,
                            const struct sx_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        struct sx_step at = { up, map->at[i].key.str, 0 };
        if (is_untyped(c, &at, &map->at[i].value))
            return true;
    }
    return false;
}

bool sx_find_untyped(const struct sx_map *xml, struct sx_arena *arena, struct sx_difference *out)
{
    struct first_one one = { arena, out };
    struct comparison c = { keep_first, &one };
    return xml != NULL && map_has_untyped(&c, NULL, xml);
}

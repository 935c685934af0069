/* SPDX-License-Identifier: MIT */
#include "value/value.h"

#include <math.h>

/* Maps with more entries than this get an index; below, comparing lengths is faster. */
enum { INDEX_FROM = 12 };

struct sx_value sx_map_value(const struct sx_map *map)
{
    static const struct sx_map empty;
    return (struct sx_value){ .kind = SX_MAP, .map = map != NULL ? map : &empty };
}

struct sx_value sx_list_at(struct sx_value list, size_t i)
{
    switch ((enum sx_list_of)list.list_of) {
    case SX_OF_STRS:
        return sx_string(((const struct sx_str *)list.list.at)[i]);
    case SX_OF_OBJECTS:
        return sx_object_value(((const struct sx_object *const *)list.list.at)[i]);
    case SX_OF_VALUES:
        break;
    }
    return ((const struct sx_value *)list.list.at)[i];
}

const struct sx_map *sx_map_new(struct sx_arena *arena, const struct sx_entry *at, size_t n)
{
    struct sx_map *map = SX_NEW(arena, struct sx_map);
    *map = (struct sx_map){ .at = at, .n = n };
    if (n < INDEX_FROM)
        return map;
    struct sx_table *index = SX_NEW(arena, struct sx_table);
    sx_table_init(index, arena);
    for (size_t i = 0; i < n; i++) {
        /* the index hands out entries read-only, see sx_map_entry */
        union {
            const struct sx_entry *in;
            void *out;
        } entry = { .in = &at[i] };
        if (at[i].key.kind == SX_STRING && !sx_table_put(index, at[i].key.str, entry.out))
            continue; /* a repeated key: the first stays, as the caller was told */
    }
    map->index = index;
    return map;
}

const struct sx_entry *sx_map_entry(const struct sx_map *map, struct sx_str key)
{
    if (map == NULL)
        return NULL;
    if (map->index != NULL)
        return sx_table_get(map->index, key);
    for (size_t i = 0; i < map->n; i++)
        if (map->at[i].key.kind == SX_STRING && sx_str_eq(map->at[i].key.str, key))
            return &map->at[i];
    return NULL;
}

const struct sx_value *sx_map_get(const struct sx_map *map, struct sx_str key)
{
    const struct sx_entry *entry = sx_map_entry(map, key);
    return entry != NULL ? &entry->value : NULL;
}

static const struct sx_value *typed(const struct sx_map *map, const char *key, enum sx_kind kind)
{
    const struct sx_value *v = sx_map_get(map, sx_str_of(key));
    return v != NULL && v->kind == kind ? v : NULL;
}

bool sx_map_str(const struct sx_map *map, const char *key, struct sx_str *out)
{
    const struct sx_value *v = typed(map, key, SX_STRING);
    if (v != NULL)
        *out = v->str;
    return v != NULL;
}

bool sx_map_bool(const struct sx_map *map, const char *key, bool *out)
{
    const struct sx_value *v = typed(map, key, SX_BOOL);
    if (v != NULL)
        *out = v->b;
    return v != NULL;
}

bool sx_map_int(const struct sx_map *map, const char *key, int64_t *out)
{
    const struct sx_value *v = typed(map, key, SX_INT);
    if (v != NULL)
        *out = v->i;
    return v != NULL;
}

bool sx_map_map(const struct sx_map *map, const char *key, const struct sx_map **out)
{
    const struct sx_value *v = typed(map, key, SX_MAP);
    if (v != NULL)
        *out = v->map;
    return v != NULL;
}

struct sx_strs sx_map_strs(const struct sx_map *map, const char *key, struct sx_arena *arena)
{
    const struct sx_value *v = typed(map, key, SX_LIST);
    if (v == NULL)
        return (struct sx_strs){ 0 };
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, v->list.n);
    size_t n = 0;
    for (size_t i = 0; i < v->list.n; i++) {
        struct sx_value item = sx_list_at(*v, i);
        if (item.kind == SX_STRING)
            at[n++] = item.str;
    }
    return (struct sx_strs){ at, n };
}

static bool is_number(struct sx_value v)
{
    return v.kind == SX_INT || v.kind == SX_UINT || v.kind == SX_DOUBLE;
}

/* Exact comparison across int, uint and double: a double equals an integer only when it is
 * that integer. */
static bool number_eq(struct sx_value a, struct sx_value b)
{
    if (a.kind == SX_DOUBLE && b.kind == SX_DOUBLE)
        return a.d == b.d;
    if (a.kind == SX_DOUBLE)
        return number_eq(b, a);
    if (b.kind == SX_DOUBLE) {
        if (b.d != floor(b.d))
            return false;
        if (a.kind == SX_INT)
            return b.d >= -0x1p63 && b.d < 0x1p63 && (int64_t)b.d == a.i;
        return b.d >= 0 && b.d < 0x1p64 && (uint64_t)b.d == a.u;
    }
    if (a.kind == b.kind)
        return a.u == b.u;
    return a.kind == SX_INT ? a.i >= 0 && (uint64_t)a.i == b.u : b.i >= 0 && (uint64_t)b.i == a.u;
}

static bool list_eq(struct sx_value a, struct sx_value b)
{
    if (a.list.n != b.list.n)
        return false;
    for (size_t i = 0; i < a.list.n; i++)
        if (!sx_value_eq(sx_list_at(a, i), sx_list_at(b, i)))
            return false;
    return true;
}

static const struct sx_value *value_under(const struct sx_map *map, struct sx_value key)
{
    if (key.kind == SX_STRING)
        return sx_map_get(map, key.str);
    for (size_t i = 0; i < map->n; i++)
        if (sx_value_eq(map->at[i].key, key))
            return &map->at[i].value;
    return NULL;
}

static bool map_eq(const struct sx_map *a, const struct sx_map *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct sx_value *other = value_under(b, a->at[i].key);
        if (other == NULL || !sx_value_eq(a->at[i].value, *other))
            return false;
    }
    return true;
}

bool sx_value_eq(struct sx_value a, struct sx_value b)
{
    if (is_number(a) && is_number(b))
        return number_eq(a, b);
    if (a.kind != b.kind)
        return false;
    switch ((enum sx_kind)a.kind) {
    case SX_NULL:
        return true;
    case SX_BOOL:
        return a.b == b.b;
    case SX_STRING:
    case SX_BYTES:
    case SX_TYPE:
        return sx_str_eq(a.str, b.str);
    case SX_TIMESTAMP:
    case SX_DURATION:
        return sx_time_cmp(a.time, b.time) == 0;
    case SX_LIST:
        return list_eq(a, b);
    case SX_MAP:
        return map_eq(a.map, b.map);
    case SX_OBJECT:
        return a.object == b.object;
    case SX_INT:
    case SX_UINT:
    case SX_DOUBLE:
    case SX_UNKNOWN:
    case SX_ERROR:
        break;
    }
    return false;
}

const char *sx_kind_name(enum sx_kind kind)
{
    static const char *const names[] = {
        [SX_NULL] = "null_type",
        [SX_BOOL] = "bool",
        [SX_INT] = "int",
        [SX_UINT] = "uint",
        [SX_DOUBLE] = "double",
        [SX_STRING] = "string",
        [SX_BYTES] = "bytes",
        [SX_TIMESTAMP] = "google.protobuf.Timestamp",
        [SX_DURATION] = "google.protobuf.Duration",
        [SX_LIST] = "list",
        [SX_MAP] = "map",
        [SX_OBJECT] = "object",
        [SX_TYPE] = "type",
        [SX_UNKNOWN] = "unknown",
        [SX_ERROR] = "error",
    };
    return names[kind];
}

void sx_line_move(struct sx_line_place *place, struct sx_str text, size_t off)
{
    size_t end = off < text.len ? off : text.len;
    if (place->line == 0 || place->off > end)
        *place = (struct sx_line_place){ .line = 1, .column = 1 };
    const char *line_end;
    while (place->off < end &&
           (line_end = memchr(text.ptr + place->off, '\n', end - place->off)) != NULL) {
        place->off = (size_t)(line_end - text.ptr) + 1;
        place->line++;
        place->column = 1;
    }
    for (; place->off < end; place->column++)
        (void)sx_utf8_next(text, &place->off); /* only its width matters here */
}

void sx_line_of(struct sx_str text, size_t off, uint32_t *line, uint32_t *column)
{
    struct sx_line_place place = { 0 };
    sx_line_move(&place, text, off);
    *line = place.line;
    *column = place.column;
}

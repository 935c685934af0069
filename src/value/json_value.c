/* SPDX-License-Identifier: MIT */
/* Values and objects as JSON. */
#include "value/json.h"

#include <stdio.h>

static void put_time(struct sx_json *json, struct sx_time t)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    sx_json_string(json, sx_time_text(arena, t));
}

/* Seconds with as many digits as needed, as protocol buffers write a Duration: "-0.5s". */
static void put_duration(struct sx_json *json, struct sx_time t)
{
    char text[48];
    bool negative = t.seconds < 0;
    /* {-1, 5e8} is -0.5: with nanos the whole part lies one nearer to zero */
    uint64_t whole = negative ? 0 - (uint64_t)t.seconds - (t.nanos > 0) : (uint64_t)t.seconds;
    int nanos = negative && t.nanos > 0 ? 1000000000 - t.nanos : t.nanos;
    int n = snprintf(text, sizeof(text), "%s%llu.%09d", negative ? "-" : "",
                     (unsigned long long)whole, nanos);
    while (text[n - 1] == '0')
        n--;
    n -= text[n - 1] == '.';
    text[n] = 's';
    sx_json_string(json, (struct sx_str){ text, (size_t)n + 1 });
}

static void put_list(struct sx_json *json, struct sx_value list)
{
    sx_json_begin_array(json);
    for (size_t i = 0; i < list.list.n; i++)
        sx_json_value(json, sx_list_at(list, i));
    sx_json_end_array(json);
}

/* Keys that CEL allows beside strings become the text of their value. */
static void put_key(struct sx_json *json, struct sx_value key)
{
    char text[24] = "";
    if (key.kind == SX_INT)
        snprintf(text, sizeof(text), "%lld", (long long)key.i);
    else if (key.kind == SX_UINT)
        snprintf(text, sizeof(text), "%llu", (unsigned long long)key.u);
    else if (key.kind == SX_BOOL)
        snprintf(text, sizeof(text), "%s", key.b ? "true" : "false");
    if (key.kind == SX_STRING)
        sx_json_key_str(json, key.str);
    else
        sx_json_key(json, text);
}

static void put_map(struct sx_json *json, const struct sx_map *map)
{
    sx_json_begin_object(json);
    for (size_t i = 0; i < map->n; i++) {
        put_key(json, map->at[i].key);
        sx_json_value(json, map->at[i].value);
    }
    sx_json_end_object(json);
}

static void put_object(struct sx_json *json, const struct sx_object *object)
{
    sx_json_begin_object(json);
    sx_json_members(json, object);
    sx_json_end_object(json);
}

/* A value that is none, under the name of what it is instead. */
static void put_outcome(struct sx_json *json, const char *name, struct sx_str text)
{
    sx_json_begin_object(json);
    sx_json_key(json, name);
    sx_json_string(json, text);
    sx_json_end_object(json);
}

void sx_json_value(struct sx_json *json, struct sx_value v)
{
    switch ((enum sx_kind)v.kind) {
    case SX_NULL:
        sx_json_null(json);
        return;
    case SX_BOOL:
        sx_json_bool(json, v.b);
        return;
    case SX_INT:
        sx_json_int(json, v.i);
        return;
    case SX_UINT:
        sx_json_uint(json, v.u);
        return;
    case SX_DOUBLE:
        sx_json_double(json, v.d);
        return;
    case SX_STRING:
    case SX_TYPE:
        sx_json_string(json, v.str);
        return;
    case SX_BYTES:
        sx_json_base64(json, v.str.ptr, v.str.len);
        return;
    case SX_TIMESTAMP:
        put_time(json, v.time);
        return;
    case SX_DURATION:
        put_duration(json, v.time);
        return;
    case SX_LIST:
        put_list(json, v);
        return;
    case SX_MAP:
        put_map(json, v.map);
        return;
    case SX_OBJECT:
        put_object(json, v.object);
        return;
    case SX_UNKNOWN:
        put_outcome(json, "unknown", v.unread != NULL ? v.unread->reason : SX_STR(""));
        return;
    case SX_ERROR:
        put_outcome(json, "error", v.str);
        return;
    }
}

void sx_json_member(struct sx_json *json, const char *key, struct sx_value value)
{
    if (value.kind == SX_NULL)
        return;
    sx_json_key(json, key);
    sx_json_value(json, value);
}

/* A member is printed at all unless it is a second road to something, or would have to be
 * computed and nobody named it. */
static bool is_printed(const struct sx_json *json, const struct sx_member *m)
{
    if ((m->flags & SX_M_ALIAS) != 0)
        return false;
    return (m->flags & SX_M_LAZY) == 0 || sx_strs_has(json->lazy, sx_str_of(m->name));
}

static void put_references(struct sx_json *json, struct sx_value v)
{
    if (v.kind == SX_OBJECT) {
        sx_json_string(json, sx_object_identity(v.object));
        return;
    }
    sx_json_begin_array(json);
    for (size_t i = 0; i < v.list.n; i++)
        sx_json_string(json, sx_object_identity(sx_list_at(v, i).object));
    sx_json_end_array(json);
}

/* Of a list that was not read to its end, the elements before are. */
static bool is_there(const struct sx_object *object, const struct sx_member *m,
                     struct sx_value *value)
{
    struct sx_value has = sx_object_has(object, m);
    if (value->kind != SX_UNKNOWN)
        return has.kind == SX_BOOL && has.b;
    *value = sx_object_known(object, m);
    return value->kind == SX_LIST && value->list.n > 0;
}

static void put_member(struct sx_json *json, const struct sx_object *object,
                       const struct sx_member *m)
{
    struct sx_value value = sx_object_get(object, m);
    if (!is_there(object, m, &value))
        return;
    sx_json_key(json, m->name);
    if ((m->flags & SX_M_REF) != 0)
        put_references(json, value);
    else
        sx_json_value(json, value);
}

/* Entries of `unread` are written member by member, or for those that nothing computes yet,
 * which have no entry, made up. The array begins with its first entry. */
struct unread_list {
    struct sx_json *json;
    const struct sx_object *object;
    bool begun;
};

static void put_unread(struct unread_list *list, const struct sx_unread *entry)
{
    if (!list->begun) {
        sx_json_key(list->json, "unread");
        sx_json_begin_array(list->json);
        list->begun = true;
    }
    put_object(list->json, &entry->head);
}

static bool has_entry(const struct sx_object *object, const char *name)
{
    for (size_t i = 0; i < object->unread.n; i++)
        if (sx_str_is(((const struct sx_unread *)object->unread.at[i])->what, name))
            return true;
    return false;
}

static void put_unreached(struct unread_list *list, const struct sx_member *m,
                          const struct sx_type *type_of_unread)
{
    if (!is_printed(list->json, m) || has_entry(list->object, m->name))
        return;
    struct sx_value value = sx_object_get(list->object, m);
    if (value.kind != SX_UNKNOWN)
        return;
    struct sx_unread entry = { .head.type = type_of_unread,
                               .what = sx_str_of(m->name),
                               .state = value.unread->state,
                               .reason = value.unread->reason };
    put_unread(list, &entry);
}

static void put_unread_list(struct sx_json *json, const struct sx_object *object,
                            const struct sx_member *member)
{
    const struct sx_type *type = object->type;
    struct unread_list list = { .json = json, .object = object };
    for (size_t i = 0; i < object->unread.n; i++) {
        const struct sx_unread *entry = (const struct sx_unread *)object->unread.at[i];
        const struct sx_member *m = sx_type_member(type, entry->what);
        if (m == NULL || is_printed(json, m))
            put_unread(&list, entry);
    }
    for (size_t i = 0; i < type->n_members; i++)
        put_unreached(&list, &type->members[i], member->spec.elem->object);
    if (list.begun)
        sx_json_end_array(json);
}

void sx_json_members(struct sx_json *json, const struct sx_object *object)
{
    const struct sx_type *type = object->type;
    for (size_t i = 0; i < type->n_members; i++) {
        const struct sx_member *m = &type->members[i];
        if (m->offset == offsetof(struct sx_object, unread))
            put_unread_list(json, object, m);
        else if (is_printed(json, m))
            put_member(json, object, m);
    }
}

/* SPDX-License-Identifier: MIT */
/* Objects out of maps: how the examples in rule files become facts. */
#include "value/schema.h"

/* What all levels of one build share. */
struct build {
    const struct sx_type *unread;
    struct sx_arena *arena;
    struct sx_err *err;
};

static bool wrong_type(struct build *b, const struct sx_member *m, struct sx_value v)
{
    SX_AUTO(sx_buf_release) struct sx_buf want = { 0 };
    sx_spec_text(&want, &m->spec);
    return sx_fail(b->err, SX_E_FORMAT, v.pos > 0 ? v.pos - 1 : 0, "%s: want %.*s, found %s",
                   m->name, SX_STR_ARG(sx_buf_view(&want)), sx_kind_name(v.kind));
}

static bool unknown_member(struct build *b, const struct sx_type *type, struct sx_value key)
{
    struct sx_str names[64];
    for (size_t i = 0; i < type->n_members; i++)
        names[i] = sx_str_of(type->members[i].name);
    size_t near = sx_str_nearest(key.str, names, type->n_members);
    struct sx_str said = sx_escape(b->arena, key.str);
    if (near == type->n_members)
        return sx_fail(b->err, SX_E_FORMAT, key.pos > 0 ? key.pos - 1 : 0, "%s has no member %.*s",
                       type->name, SX_STR_ARG(said));
    return sx_fail(b->err, SX_E_FORMAT, key.pos > 0 ? key.pos - 1 : 0,
                   "%s has no member %.*s; the nearest is %.*s", type->name, SX_STR_ARG(said),
                   SX_STR_ARG(names[near]));
}

static bool enum_number(struct build *b, const struct sx_enumeration *e, struct sx_value v,
                        uint16_t *out)
{
    for (size_t i = 0; i < e->n; i++)
        if (sx_str_is(v.str, e->at[i].name)) {
            *out = (uint16_t)(i + 1);
            return true;
        }
    return sx_fail(b->err, SX_E_FORMAT, v.pos > 0 ? v.pos - 1 : 0, "%s has no value %.*s", e->name,
                   SX_STR_ARG(sx_escape(b->arena, v.str)));
}

static bool set_strs(struct build *b, const struct sx_member *m, struct sx_value v,
                     struct sx_strs *out)
{
    struct sx_str *at = SX_NEW_N(b->arena, struct sx_str, v.list.n);
    for (size_t i = 0; i < v.list.n; i++) {
        struct sx_value item = sx_list_at(v, i);
        uint16_t number;
        if (item.kind != SX_STRING)
            return wrong_type(b, m, item);
        if (m->spec.elem->enumeration != NULL)
            SX_TRY(enum_number(b, m->spec.elem->enumeration, item, &number));
        at[i] = item.str;
    }
    *out = (struct sx_strs){ at, v.list.n };
    return true;
}

static bool build_object(struct build *b, const struct sx_type *type, const struct sx_map *map,
                         const struct sx_object **out);

static bool set_objects(struct build *b, const struct sx_member *m, struct sx_value v,
                        struct sx_objs *out)
{
    const struct sx_object **at = SX_NEW_N(b->arena, const struct sx_object *, v.list.n);
    for (size_t i = 0; i < v.list.n; i++) {
        struct sx_value item = sx_list_at(v, i);
        if (item.kind != SX_MAP)
            return wrong_type(b, m, item);
        SX_TRY(build_object(b, m->spec.elem->object, item.map, &at[i]));
    }
    *out = (struct sx_objs){ at, v.list.n };
    return true;
}

static bool set_time(struct build *b, const struct sx_member *m, struct sx_value v,
                     struct sx_opt_time *out)
{
    out->has = true;
    out->t = v.time;
    if (v.kind == SX_TIMESTAMP || (v.kind == SX_STRING && sx_time_parse(v.str, true, &out->t)))
        return true;
    return wrong_type(b, m, v);
}

/* The kind of value each representation is written from; SX_NULL = any. */
static const uint8_t wanted[] = {
    [SX_R_STR] = SX_STRING,  [SX_R_ENUM] = SX_STRING, [SX_R_BOOL] = SX_BOOL, [SX_R_TRI] = SX_BOOL,
    [SX_R_INT] = SX_INT,     [SX_R_OPTINT] = SX_INT,  [SX_R_TIME] = SX_NULL, [SX_R_STRS] = SX_LIST,
    [SX_R_VALUES] = SX_LIST, [SX_R_MAP] = SX_MAP,     [SX_R_DYN] = SX_NULL,  [SX_R_REF] = SX_MAP,
    [SX_R_REFS] = SX_LIST,
};

/* What lists and maps hold is dyn, string or int; the rows say which. */
static bool element_fits(struct build *b, const struct sx_member *m, struct sx_value v)
{
    enum sx_spec_kind want = m->spec.elem->kind;
    if ((want == SX_T_INT && v.kind != SX_INT) || (want == SX_T_STRING && v.kind != SX_STRING))
        return wrong_type(b, m, v);
    return true;
}

static struct sx_values values_of(struct sx_arena *arena, struct sx_value list)
{
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, list.list.n);
    for (size_t i = 0; i < list.list.n; i++)
        at[i] = sx_list_at(list, i);
    return (struct sx_values){ at, list.list.n };
}

static bool set_values(struct build *b, const struct sx_member *m, struct sx_value v,
                       struct sx_values *out)
{
    for (size_t i = 0; i < v.list.n; i++)
        SX_TRY(element_fits(b, m, sx_list_at(v, i)));
    *out = values_of(b->arena, v);
    return true;
}

static bool set_map(struct build *b, const struct sx_member *m, struct sx_value v,
                    const struct sx_map **out)
{
    for (size_t i = 0; i < v.map->n; i++) {
        if (v.map->at[i].key.kind != SX_STRING)
            return wrong_type(b, m, v.map->at[i].key);
        SX_TRY(element_fits(b, m, v.map->at[i].value));
    }
    *out = v.map;
    return true;
}

static bool set_member(struct build *b, struct sx_object *object, const struct sx_member *m,
                       struct sx_value v)
{
    void *at = (char *)object + m->offset;
    if (v.kind == SX_NULL) /* absent: the zeroed field says so */
        return true;
    if (wanted[m->repr] != SX_NULL && wanted[m->repr] != v.kind)
        return wrong_type(b, m, v);
    switch (m->repr) {
    case SX_R_STR:
        *(struct sx_str *)at = v.str;
        return true;
    case SX_R_ENUM:
        return enum_number(b, m->spec.enumeration, v, at);
    case SX_R_BOOL:
        *(bool *)at = v.b;
        return true;
    case SX_R_TRI:
        *(uint8_t *)at = v.b ? SX_TRI_TRUE : SX_TRI_FALSE;
        return true;
    case SX_R_INT:
        *(int64_t *)at = v.i;
        return true;
    case SX_R_OPTINT:
        *(struct sx_opt_int *)at = (struct sx_opt_int){ true, v.i };
        return true;
    case SX_R_TIME:
        return set_time(b, m, v, at);
    case SX_R_STRS:
        return set_strs(b, m, v, at);
    case SX_R_VALUES:
        return set_values(b, m, v, at);
    case SX_R_MAP:
        return set_map(b, m, v, at);
    case SX_R_DYN:
        *(struct sx_value *)at = v;
        return true;
    case SX_R_REF:
        return build_object(b, m->spec.object, v.map, at);
    case SX_R_REFS:
        return set_objects(b, m, v, at);
    }
    return true;
}

static void set_unread_where_silent(struct build *b, struct sx_object *object, uint64_t named)
{
    for (size_t i = 0; i < object->type->n_members; i++)
        if ((named >> i & 1) == 0)
            sx_object_set_unread(object, b->arena, b->unread, object->type->members[i].name,
                                 SX_UNREAD_NOT_EXAMINED, SX_STR("the example does not state it"),
                                 -1);
}

static bool build_object(struct build *b, const struct sx_type *type, const struct sx_map *map,
                         const struct sx_object **out)
{
    struct sx_object *object = sx_arena_alloc(b->arena, type->size);
    uint64_t named = 0;
    object->type = type;
    for (size_t i = 0; i < map->n; i++) {
        const struct sx_member *m = sx_type_member(type, map->at[i].key.str);
        if (m == NULL)
            return unknown_member(b, type, map->at[i].key);
        named |= (uint64_t)1 << sx_member_at(type, m);
        SX_TRY(set_member(b, object, m, map->at[i].value));
    }
    set_unread_where_silent(b, object, named);
    *out = object;
    return true;
}

bool sx_object_build(const struct sx_type *type, const struct sx_map *map,
                     const struct sx_type *type_of_unread, struct sx_arena *arena,
                     const struct sx_object **out, struct sx_err *err)
{
    struct build b = { .unread = type_of_unread, .arena = arena, .err = err };
    return build_object(&b, type, map, out);
}

/* SPDX-License-Identifier: MIT */
#include "value/schema.h"

const struct sx_member *sx_type_member(const struct sx_type *type, struct sx_str name)
{
    for (size_t i = 0; i < type->n_members; i++)
        if (sx_str_is(name, type->members[i].name))
            return &type->members[i];
    return NULL;
}

size_t sx_member_at(const struct sx_type *type, const struct sx_member *member)
{
    return (size_t)(member - type->members);
}

void *sx_object_new(struct sx_arena *arena, const struct sx_type *type)
{
    struct sx_object *object = sx_arena_alloc(arena, type->size);
    object->type = type;
    for (size_t i = 0; i < type->n_members; i++)
        if ((type->members[i].flags & SX_M_UNREACHED) != 0)
            object->unread_bits |= (uint64_t)1 << i;
    return object;
}

static const void *field(const struct sx_object *object, const struct sx_member *member)
{
    return (const char *)object + member->offset;
}

/* Reads a member that is not unread. */
static struct sx_value read_member(const struct sx_object *object, const struct sx_member *m)
{
    const void *at = field(object, m);
    switch (m->repr) {
    case SX_R_STR:
        return sx_string(*(const struct sx_str *)at);
    case SX_R_ENUM: {
        uint16_t number = *(const uint16_t *)at;
        return number == 0 ? sx_null()
                           : sx_string(sx_str_of(m->spec.enumeration->at[number - 1].name));
    }
    case SX_R_BOOL:
        return sx_bool(*(const bool *)at);
    case SX_R_TRI: {
        uint8_t tri = *(const uint8_t *)at;
        return tri == SX_TRI_ABSENT ? sx_null() : sx_bool(tri == SX_TRI_TRUE);
    }
    case SX_R_INT:
        return sx_int(*(const int64_t *)at);
    case SX_R_OPTINT: {
        const struct sx_opt_int *i = at;
        return i->has ? sx_int(i->v) : sx_null();
    }
    case SX_R_TIME: {
        const struct sx_opt_time *t = at;
        return t->has ? sx_timestamp(t->t) : sx_null();
    }
    case SX_R_STRS:
        return sx_list_strs(*(const struct sx_strs *)at);
    case SX_R_VALUES: {
        const struct sx_values *v = at;
        return sx_list_values(v->at, v->n);
    }
    case SX_R_MAP:
        return sx_map_value(*(const struct sx_map *const *)at);
    case SX_R_DYN:
        return *(const struct sx_value *)at;
    case SX_R_REF:
        return sx_object_value(*(const struct sx_object *const *)at);
    case SX_R_REFS: {
        const struct sx_objs *objs = at;
        return sx_list_objects(objs->at, objs->n);
    }
    }
    return sx_null();
}

/* The reason of every member that nobody computes yet. */
static const struct sx_unread unreached = {
    .state = SX_UNREAD_OUT_OF_REACH,
    .reason = SX_LIT("this version of sxlint does not compute it"),
};

static const struct sx_unread *unread_entry(const struct sx_object *object,
                                            const struct sx_member *member)
{
    size_t bit = sx_member_at(object->type, member);
    struct sx_lazy *lazy = object->lazy;
    if ((member->flags & SX_M_LAZY) != 0 && lazy != NULL && (lazy->done >> bit & 1) == 0) {
        lazy->done |= (uint64_t)1 << bit;
        lazy->fill(lazy, member);
    }
    if ((object->unread_bits >> bit & 1) == 0)
        return NULL;
    for (size_t i = 0; i < object->unread.n; i++) {
        const struct sx_unread *entry = (const struct sx_unread *)object->unread.at[i];
        if (sx_str_is(entry->what, member->name))
            return entry;
    }
    return &unreached;
}

struct sx_value sx_object_get(const struct sx_object *object, const struct sx_member *member)
{
    const struct sx_unread *entry = unread_entry(object, member);
    if (entry != NULL)
        return (struct sx_value){ .kind = SX_UNKNOWN, .unread = entry };
    return read_member(object, member);
}

struct sx_value sx_object_known(const struct sx_object *object, const struct sx_member *member)
{
    return read_member(object, member);
}

struct sx_value sx_object_has(const struct sx_object *object, const struct sx_member *member)
{
    const struct sx_unread *entry = unread_entry(object, member);
    if (entry != NULL && entry->state == SX_UNREAD_BROKEN)
        return sx_bool(true);
    if (entry != NULL)
        return (struct sx_value){ .kind = SX_UNKNOWN, .unread = entry };
    if (member->repr == SX_R_MAP)
        return sx_bool(*(const struct sx_map *const *)field(object, member) != NULL);
    struct sx_value v = read_member(object, member);
    if (v.kind == SX_UNKNOWN)
        return v;
    if (v.kind == SX_LIST)
        return sx_bool(v.list.n > 0);
    return sx_bool(v.kind != SX_NULL);
}

static struct sx_str text_of(const struct sx_object *object, const char *name)
{
    const struct sx_member *m = name != NULL ? sx_type_member(object->type, sx_str_of(name)) : NULL;
    struct sx_value v = m != NULL ? sx_object_get(object, m) : sx_null();
    return v.kind == SX_STRING ? v.str : SX_STR("");
}

struct sx_str sx_object_identity(const struct sx_object *object)
{
    return text_of(object, object->type->identity);
}

struct sx_str sx_object_label(const struct sx_object *object)
{
    struct sx_str label = text_of(object, object->type->label);
    return label.len > 0 ? label : sx_object_identity(object);
}

void sx_object_set_unread(struct sx_object *object, struct sx_arena *arena,
                          const struct sx_type *type_of_unread, const char *what,
                          enum sx_unread_state state, struct sx_str reason, int64_t offset)
{
    const struct sx_member *member = sx_type_member(object->type, sx_str_of(what));
    struct sx_unread *entry = SX_NEW(arena, struct sx_unread);
    *entry = (struct sx_unread){ .head.type = type_of_unread,
                                 .what = sx_str_dup(arena, sx_str_of(what)),
                                 .state = (uint16_t)state,
                                 .reason = reason,
                                 .offset = { offset >= 0, offset },
                                 .owner = object };
    if (member != NULL)
        object->unread_bits |= (uint64_t)1 << sx_member_at(object->type, member);
    const struct sx_object **at = SX_NEW_N(arena, const struct sx_object *, object->unread.n + 1);
    if (object->unread.n > 0)
        memcpy(at, object->unread.at, object->unread.n * sizeof(*at));
    at[object->unread.n] = &entry->head;
    object->unread = (struct sx_objs){ at, object->unread.n + 1 };
}

void sx_spec_text(struct sx_buf *out, const struct sx_spec *spec)
{
    static const char *const names[] = {
        [SX_T_DYN] = "dyn",           [SX_T_NULL] = "null_type", [SX_T_BOOL] = "bool",
        [SX_T_INT] = "int",           [SX_T_UINT] = "uint",      [SX_T_DOUBLE] = "double",
        [SX_T_STRING] = "string",     [SX_T_BYTES] = "bytes",    [SX_T_TIMESTAMP] = "timestamp",
        [SX_T_DURATION] = "duration", [SX_T_LIST] = "list",      [SX_T_MAP] = "map",
        [SX_T_OBJECT] = "object",     [SX_T_TYPE] = "type",      [SX_T_PARAM] = "param",
        [SX_T_ERROR] = "error",
    };
    if (spec->kind == SX_T_PARAM)
        sx_buf_char(out, (char)('A' + spec->param % 26));
    else
        sx_buf_cstr(out, spec->kind == SX_T_OBJECT ? spec->object->name : names[spec->kind]);
    if (spec->enumeration != NULL)
        sx_buf_printf(out, "(%s)", spec->enumeration->name);
    if (spec->elem != NULL) {
        sx_buf_char(out, '(');
        if (spec->key != NULL) {
            sx_spec_text(out, spec->key);
            sx_buf_cstr(out, ", ");
        }
        sx_spec_text(out, spec->elem);
        sx_buf_char(out, ')');
    }
    if (spec->nullable)
        sx_buf_char(out, '?');
}

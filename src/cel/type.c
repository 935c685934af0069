/* SPDX-License-Identifier: MIT */
#include "cel/type.h"

const struct sx_spec sx_cel_types[SX_T_ERROR + 1] = {
    [SX_T_DYN] = { .kind = SX_T_DYN },
    [SX_T_NULL] = { .kind = SX_T_NULL, .nullable = true },
    [SX_T_BOOL] = { .kind = SX_T_BOOL },
    [SX_T_INT] = { .kind = SX_T_INT },
    [SX_T_UINT] = { .kind = SX_T_UINT },
    [SX_T_DOUBLE] = { .kind = SX_T_DOUBLE },
    [SX_T_STRING] = { .kind = SX_T_STRING },
    [SX_T_BYTES] = { .kind = SX_T_BYTES },
    [SX_T_TIMESTAMP] = { .kind = SX_T_TIMESTAMP },
    [SX_T_DURATION] = { .kind = SX_T_DURATION },
    [SX_T_LIST] = { .kind = SX_T_LIST, .elem = SX_CEL_T(DYN) },
    [SX_T_MAP] = { .kind = SX_T_MAP, .key = SX_CEL_T(DYN), .elem = SX_CEL_T(DYN) },
    [SX_T_OBJECT] = { .kind = SX_T_OBJECT },
    [SX_T_TYPE] = { .kind = SX_T_TYPE },
    [SX_T_PARAM] = { .kind = SX_T_PARAM, .param = 0 },
    [SX_T_ERROR] = { .kind = SX_T_ERROR },
};

static const struct sx_spec param_b = { .kind = SX_T_PARAM, .param = 1 };
const struct sx_spec sx_cel_list_of_a = { .kind = SX_T_LIST, .elem = SX_CEL_T(PARAM) };
const struct sx_spec sx_cel_map_of_a_b = { .kind = SX_T_MAP,
                                           .key = SX_CEL_T(PARAM),
                                           .elem = &param_b };
const struct sx_spec sx_cel_list_of_strings = { .kind = SX_T_LIST, .elem = SX_CEL_T(STRING) };

const struct sx_spec *sx_cel_elem_of(const struct sx_spec *type)
{
    return type->elem != NULL ? type->elem : SX_CEL_T(DYN);
}

const struct sx_spec *sx_cel_key_of(const struct sx_spec *type)
{
    return type->key != NULL ? type->key : SX_CEL_T(DYN);
}

const struct sx_spec *sx_cel_list_type(struct sx_arena *arena, const struct sx_spec *elem)
{
    if (elem->kind == SX_T_DYN)
        return SX_CEL_T(LIST);
    struct sx_spec *type = SX_NEW(arena, struct sx_spec);
    *type = (struct sx_spec){ .kind = SX_T_LIST, .elem = elem };
    return type;
}

const struct sx_spec *sx_cel_map_type(struct sx_arena *arena, const struct sx_spec *key,
                                      const struct sx_spec *elem)
{
    struct sx_spec *type = SX_NEW(arena, struct sx_spec);
    *type = (struct sx_spec){ .kind = SX_T_MAP, .key = key, .elem = elem };
    return type;
}

/* Objects, timestamps and durations may be compared with null whether or not they can be it, as
 * the language allows for what protocol buffers call messages. */
static bool may_be_null(const struct sx_spec *type)
{
    return type->nullable || type->kind == SX_T_OBJECT || type->kind == SX_T_TIMESTAMP ||
           type->kind == SX_T_DURATION;
}

bool sx_cel_comparable(const struct sx_spec *a, const struct sx_spec *b)
{
    if (a->kind == SX_T_DYN || b->kind == SX_T_DYN)
        return true;
    if (a->kind == SX_T_NULL || b->kind == SX_T_NULL)
        return may_be_null(a) && may_be_null(b);
    if (a->kind != b->kind)
        return false;
    if (a->kind == SX_T_OBJECT)
        return a->object == b->object;
    if (a->kind == SX_T_MAP && !sx_cel_comparable(sx_cel_key_of(a), sx_cel_key_of(b)))
        return false;
    return (a->kind != SX_T_LIST && a->kind != SX_T_MAP) ||
           sx_cel_comparable(sx_cel_elem_of(a), sx_cel_elem_of(b));
}

static const struct sx_spec *nullable(struct sx_arena *arena, const struct sx_spec *type)
{
    if (type->nullable || type->kind == SX_T_DYN)
        return type;
    struct sx_spec *copy = SX_NEW(arena, struct sx_spec);
    *copy = *type;
    copy->nullable = true;
    return copy;
}

static const struct sx_spec *join_same_kind(struct sx_arena *arena, const struct sx_spec *a,
                                            const struct sx_spec *b)
{
    if (a->kind == SX_T_LIST)
        return sx_cel_list_type(arena, sx_cel_join(arena, sx_cel_elem_of(a), sx_cel_elem_of(b)));
    if (a->kind == SX_T_MAP)
        return sx_cel_map_type(arena, sx_cel_join(arena, sx_cel_key_of(a), sx_cel_key_of(b)),
                               sx_cel_join(arena, sx_cel_elem_of(a), sx_cel_elem_of(b)));
    if (a->kind == SX_T_OBJECT && a->object != b->object)
        return SX_CEL_T(DYN);
    return a->enumeration == b->enumeration ? a : &sx_cel_types[a->kind];
}

const struct sx_spec *sx_cel_join(struct sx_arena *arena, const struct sx_spec *a,
                                  const struct sx_spec *b)
{
    if (a == b)
        return a;
    if (a->kind == SX_T_NULL)
        return nullable(arena, b);
    if (b->kind == SX_T_NULL)
        return nullable(arena, a);
    if (a->kind != b->kind)
        return SX_CEL_T(DYN);
    const struct sx_spec *joined = join_same_kind(arena, a, b);
    return a->nullable || b->nullable ? nullable(arena, joined) : joined;
}

static bool bind(struct sx_cel_binding *binding, int param, const struct sx_spec *actual)
{
    const struct sx_spec **bound = &binding->of[param];
    if (*bound == NULL || actual->kind == SX_T_DYN) {
        *bound = actual;
        return true;
    }
    if ((*bound)->enumeration != actual->enumeration && (*bound)->kind == actual->kind)
        *bound = &sx_cel_types[actual->kind]; /* values of two enumerations are of none */
    return sx_cel_comparable(*bound, actual);
}

bool sx_cel_accepts(struct sx_cel_binding *binding, const struct sx_spec *formal,
                    const struct sx_spec *actual)
{
    if (formal->kind == SX_T_PARAM)
        return bind(binding, formal->param, actual);
    if (formal->kind == SX_T_DYN || actual->kind == SX_T_DYN)
        return true;
    if (actual->kind == SX_T_NULL)
        return formal->nullable;
    if (formal->kind != actual->kind)
        return false;
    if (formal->kind == SX_T_OBJECT)
        return formal->object == NULL || formal->object == actual->object;
    if (formal->kind == SX_T_MAP &&
        !sx_cel_accepts(binding, sx_cel_key_of(formal), sx_cel_key_of(actual)))
        return false;
    return (formal->kind != SX_T_LIST && formal->kind != SX_T_MAP) ||
           sx_cel_accepts(binding, sx_cel_elem_of(formal), sx_cel_elem_of(actual));
}

const struct sx_spec *sx_cel_substitute(struct sx_arena *arena,
                                        const struct sx_cel_binding *binding,
                                        const struct sx_spec *formal)
{
    if (formal->kind == SX_T_PARAM)
        return binding->of[formal->param] != NULL ? binding->of[formal->param] : SX_CEL_T(DYN);
    if (formal->kind == SX_T_LIST)
        return sx_cel_list_type(arena, sx_cel_substitute(arena, binding, sx_cel_elem_of(formal)));
    if (formal->kind == SX_T_MAP)
        return sx_cel_map_type(arena, sx_cel_substitute(arena, binding, sx_cel_key_of(formal)),
                               sx_cel_substitute(arena, binding, sx_cel_elem_of(formal)));
    return formal;
}

bool sx_cel_fits(const struct sx_spec *formal, struct sx_value value)
{
    /* one more than the kind of value; 0: any */
    static const uint8_t wanted[] = {
        [SX_T_NULL] = SX_NULL + 1,         [SX_T_BOOL] = SX_BOOL + 1,
        [SX_T_INT] = SX_INT + 1,           [SX_T_UINT] = SX_UINT + 1,
        [SX_T_DOUBLE] = SX_DOUBLE + 1,     [SX_T_STRING] = SX_STRING + 1,
        [SX_T_BYTES] = SX_BYTES + 1,       [SX_T_TIMESTAMP] = SX_TIMESTAMP + 1,
        [SX_T_DURATION] = SX_DURATION + 1, [SX_T_LIST] = SX_LIST + 1,
        [SX_T_MAP] = SX_MAP + 1,           [SX_T_OBJECT] = SX_OBJECT + 1,
        [SX_T_TYPE] = SX_TYPE + 1,         [SX_T_ERROR] = 0,
    };
    uint8_t kind = wanted[formal->kind];
    if (kind != 0 && kind != value.kind + 1)
        return formal->nullable && value.kind == SX_NULL;
    return formal->object == NULL || value.object->type == formal->object;
}

struct sx_str sx_cel_type_text(struct sx_arena *arena, const struct sx_spec *type)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    sx_spec_text(&text, type);
    return sx_str_dup(arena, sx_buf_view(&text));
}

/* SPDX-License-Identifier: MIT */
#include "package/resource_fork.h"

enum { NO_NAME = 0xffff };

struct fork {
    struct sx_span data, types, names;
};

static bool read_fork(struct sx_span in, struct fork *out, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(in);
    struct sx_span map;
    uint32_t data_off = sx_get_u32(&c, "resource data offset");
    uint32_t map_off = sx_get_u32(&c, "resource map offset");
    uint32_t data_len = sx_get_u32(&c, "resource data length");
    uint32_t map_len = sx_get_u32(&c, "resource map length");
    SX_TRY(sx_cursor_ok(&c, err));
    SX_TRY(sx_span_sub(in, data_off, data_len, "resource data", &out->data, err));
    SX_TRY(sx_span_sub(in, map_off, map_len, "resource map", &map, err));
    c = sx_cursor_be(map);
    sx_get_bytes(&c, 24, "resource map");
    uint16_t types = sx_get_u16(&c, "type list offset"), names = sx_get_u16(&c, "name list offset");
    SX_TRY(sx_cursor_ok(&c, err));
    return sx_span_from(map, types, "type list", &out->types, err) &&
           sx_span_from(map, names, "name list", &out->names, err);
}

static struct sx_str name_at(const struct fork *fork, uint16_t at)
{
    struct sx_span name;
    struct sx_err ignored = { 0 }; /* a resource is not the worse for a name that lies outside */
    if (at == NO_NAME || !sx_span_from(fork->names, at, "name", &name, &ignored))
        return (struct sx_str){ 0 };
    struct sx_cursor c = sx_cursor_be(name);
    name = sx_get_bytes(&c, sx_get_u8(&c, "name length"), "name");
    return sx_cursor_ok(&c, &ignored) ? sx_str_of_span(name) : (struct sx_str){ 0 };
}

static bool data_at(const struct fork *fork, uint32_t at, struct sx_span *out, struct sx_err *err)
{
    struct sx_span rest;
    SX_TRY(sx_span_from(fork->data, at, "resource", &rest, err));
    struct sx_cursor c = sx_cursor_be(rest);
    uint32_t len = sx_get_u32(&c, "resource length");
    *out = sx_get_bytes(&c, len, "resource");
    return sx_cursor_ok(&c, err);
}

bool sx_resource_fork_each(struct sx_span in, uint32_t type,
                           bool (*take)(void *context, struct sx_str name, struct sx_span data,
                                        struct sx_err *err),
                           void *context, struct sx_err *err)
{
    struct fork fork;
    SX_TRY(read_fork(in, &fork, err));
    struct sx_cursor types = sx_cursor_be(fork.types);
    uint16_t n_types = (uint16_t)(sx_get_u16(&types, "type count") + 1u); /* 0xffff: none */
    for (uint16_t i = 0; i < n_types; i++) {
        uint32_t found = sx_get_u32(&types, "resource type");
        unsigned n = sx_get_u16(&types, "resource count") + 1u;
        uint16_t list = sx_get_u16(&types, "resource list offset");
        struct sx_span rows;
        SX_TRY(sx_cursor_ok(&types, err));
        if (found != type)
            continue;
        SX_TRY(sx_span_from(fork.types, list, "resource list", &rows, err));
        struct sx_cursor c = sx_cursor_be(rows);
        for (unsigned j = 0; j < n; j++) {
            struct sx_span data;
            sx_get_u16(&c, "resource id");
            uint16_t name = sx_get_u16(&c, "resource name");
            uint32_t off = sx_get_u32(&c, "resource offset") & 0xffffff; /* above: attributes */
            sx_get_u32(&c, "resource handle");
            SX_TRY(sx_cursor_ok(&c, err));
            SX_TRY(data_at(&fork, off, &data, err) &&
                   take(context, name_at(&fork, name), data, err));
        }
    }
    return true;
}

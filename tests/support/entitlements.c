/* SPDX-License-Identifier: MIT */
#include "entitlements.h"

#include "der.h"
#include "requirement.h"

enum { DICTIONARY = 0xb0, OBJECT = 0x70 };

struct sx_str sx_fx_der_pair(struct sx_arena *arena, struct sx_str key, struct sx_str value)
{
    return SX_FX_DER(arena, SX_FX_SEQUENCE, SX_FX_DER(arena, SX_FX_UTF8_STRING, key), value);
}

/* Keys in the order of their bytes, whatever the order in the XML. */
static struct sx_str dictionary(struct sx_arena *arena, const struct sx_fx_node *map)
{
    struct sx_fx_node *sorted = sx_fx_map(arena);
    for (size_t i = 0; i < map->entries.n; i++)
        if (map->entries.at[i].node->kind != SX_FX_NODE_NULL)
            sx_fx_put(arena, sorted, map->entries.at[i].key, map->entries.at[i].node);
    sx_fx_sort(sorted);
    struct sx_str all = SX_STR("");
    for (size_t i = 0; i < sorted->entries.n; i++) {
        const struct sx_fx_entry *e = &sorted->entries.at[i];
        struct sx_str pair = sx_fx_der_pair(arena, e->key, sx_fx_der_value(arena, e->node));
        all = sx_fx_join(arena, SX_FX_PARTS(all, pair));
    }
    return SX_FX_DER(arena, DICTIONARY, all);
}

static struct sx_str list(struct sx_arena *arena, const struct sx_fx_node *node)
{
    struct sx_str all = SX_STR("");
    for (size_t i = 0; i < node->entries.n; i++)
        all = sx_fx_join(arena, SX_FX_PARTS(all, sx_fx_der_value(arena, node->entries.at[i].node)));
    return SX_FX_DER(arena, SX_FX_SEQUENCE, all);
}

struct sx_str sx_fx_der_value(struct sx_arena *arena, const struct sx_fx_node *node)
{
    switch (node->kind) {
    case SX_FX_NODE_BOOL:
        return sx_fx_der_bool(arena, node->number != 0);
    case SX_FX_NODE_INT:
        return sx_fx_der_int(arena, node->number);
    case SX_FX_NODE_DATE:
        return sx_fx_der_time(arena, node->time);
    case SX_FX_NODE_DATA:
        return SX_FX_DER(arena, SX_FX_OCTET_STRING, node->data);
    case SX_FX_NODE_LIST:
        return list(arena, node);
    case SX_FX_NODE_MAP:
        return dictionary(arena, node);
    case SX_FX_NODE_NULL:
    case SX_FX_NODE_REAL: /* DER has no such value; signing fails on a Mac */
    case SX_FX_NODE_STRING:
        break;
    }
    return SX_FX_DER(arena, SX_FX_UTF8_STRING, node->text);
}

struct sx_str sx_fx_entitlements_object(struct sx_arena *arena, const struct sx_fx_node *map)
{
    return SX_FX_DER(arena, OBJECT, sx_fx_der_int(arena, 1), dictionary(arena, map));
}

struct sx_str sx_fx_entitlements_der(struct sx_arena *arena, const struct sx_fx_node *map)
{
    return sx_fx_blob(arena, 0xfade7172, sx_fx_entitlements_object(arena, map));
}

struct sx_str sx_fx_entitlements_xml(struct sx_arena *arena, struct sx_str xml)
{
    return sx_fx_blob(arena, 0xfade7171, xml);
}

struct sx_str sx_fx_constraint(struct sx_arena *arena, struct sx_fx_node *requirement)
{
    struct sx_fx_node *map = sx_fx_map(arena);
    sx_fx_put(arena, map, SX_STR("ccat"), sx_fx_int(arena, 0));
    sx_fx_put(arena, map, SX_STR("comp"), sx_fx_int(arena, 1));
    sx_fx_put(arena, map, SX_STR("reqs"), requirement);
    sx_fx_put(arena, map, SX_STR("vers"), sx_fx_int(arena, 1));
    return sx_fx_blob(arena, 0xfade8181, sx_fx_entitlements_object(arena, map));
}

uint64_t sx_fx_exec_seg_flags(const struct sx_fx_node *map)
{
    static const struct {
        const char *key;
        uint64_t flag;
    } flags[] = {
        { "get-task-allow", 0x10 },
        { "run-unsigned-code", 0x10 },
        { "com.apple.private.cs.debugger", 0x20 },
        { "dynamic-codesigning", 0x40 },
        { "com.apple.private.skip-library-validation", 0x80 },
        { "com.apple.private.amfi.can-load-cdhash", 0x100 },
        { "com.apple.private.amfi.can-execute-cdhash", 0x200 },
    };
    uint64_t all = 0;
    for (size_t i = 0; i < SX_LEN(flags); i++) {
        const struct sx_fx_node *value = sx_fx_get(map, flags[i].key);
        if (value != NULL && value->kind == SX_FX_NODE_BOOL && value->number != 0)
            all |= flags[i].flag;
    }
    return all;
}

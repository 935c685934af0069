/* SPDX-License-Identifier: MIT */
#include "node.h"

#include <stdlib.h>

static struct sx_fx_node *make(struct sx_arena *arena, enum sx_fx_kind kind)
{
    struct sx_fx_node *node = SX_NEW(arena, struct sx_fx_node);
    node->kind = kind;
    return node;
}

struct sx_fx_node *sx_fx_map(struct sx_arena *arena)
{
    return make(arena, SX_FX_NODE_MAP);
}

struct sx_fx_node *sx_fx_list(struct sx_arena *arena)
{
    return make(arena, SX_FX_NODE_LIST);
}

struct sx_fx_node *sx_fx_string(struct sx_arena *arena, struct sx_str text)
{
    struct sx_fx_node *node = make(arena, SX_FX_NODE_STRING);
    node->text = text;
    return node;
}

struct sx_fx_node *sx_fx_bool(struct sx_arena *arena, bool value)
{
    struct sx_fx_node *node = make(arena, SX_FX_NODE_BOOL);
    node->number = value;
    node->text = value ? SX_STR("true") : SX_STR("false");
    return node;
}

struct sx_fx_node *sx_fx_int(struct sx_arena *arena, int64_t value)
{
    struct sx_fx_node *node = make(arena, SX_FX_NODE_INT);
    node->number = value;
    node->text = sx_str_printf(arena, "%lld", (long long)value);
    return node;
}

struct sx_fx_node *sx_fx_real(struct sx_arena *arena, struct sx_str text)
{
    struct sx_fx_node *node = make(arena, SX_FX_NODE_REAL);
    node->text = text;
    return node;
}

struct sx_fx_node *sx_fx_data(struct sx_arena *arena, struct sx_str bytes)
{
    struct sx_fx_node *node = make(arena, SX_FX_NODE_DATA);
    node->data = bytes;
    return node;
}

struct sx_fx_node *sx_fx_date(struct sx_arena *arena, struct sx_time t)
{
    struct sx_fx_node *node = make(arena, SX_FX_NODE_DATE);
    node->time = t;
    node->text = sx_time_text(arena, t);
    return node;
}

static struct sx_fx_entry *entry_of(const struct sx_fx_node *map, struct sx_str key)
{
    for (size_t i = 0; map != NULL && map->kind == SX_FX_NODE_MAP && i < map->entries.n; i++)
        if (sx_str_eq(map->entries.at[i].key, key))
            return &map->entries.at[i];
    return NULL;
}

struct sx_fx_node *sx_fx_put(struct sx_arena *arena, struct sx_fx_node *map, struct sx_str key,
                             struct sx_fx_node *node)
{
    struct sx_fx_entry *entry = entry_of(map, key);
    if (entry != NULL)
        entry->node = node;
    else
        SX_PUSH(arena, &map->entries, (struct sx_fx_entry){ key, node });
    return node;
}

struct sx_fx_node *sx_fx_append(struct sx_arena *arena, struct sx_fx_node *list,
                                struct sx_fx_node *node)
{
    SX_PUSH(arena, &list->entries, (struct sx_fx_entry){ .node = node });
    return node;
}

struct sx_fx_node *sx_fx_get(const struct sx_fx_node *map, const char *key)
{
    struct sx_fx_entry *entry = entry_of(map, sx_str_of(key));
    return entry != NULL ? entry->node : NULL;
}

struct sx_fx_node *sx_fx_merge(struct sx_arena *arena, struct sx_fx_node *under,
                               struct sx_fx_node *over)
{
    if (under == NULL || over == NULL)
        return over != NULL ? over : under;
    if (under->kind != SX_FX_NODE_MAP || over->kind != SX_FX_NODE_MAP)
        return over;
    struct sx_fx_node *both = make(arena, SX_FX_NODE_MAP);
    both->file = over->file;
    both->line = over->line;
    both->column = over->column;
    for (size_t i = 0; i < under->entries.n; i++) {
        struct sx_fx_entry e = under->entries.at[i];
        struct sx_fx_entry *change = entry_of(over, e.key);
        if (change == NULL)
            sx_fx_put(arena, both, e.key, e.node);
        else if (change->node->kind != SX_FX_NODE_NULL)
            sx_fx_put(arena, both, e.key, sx_fx_merge(arena, e.node, change->node));
    }
    for (size_t i = 0; i < over->entries.n; i++) {
        struct sx_fx_entry e = over->entries.at[i];
        if (entry_of(under, e.key) == NULL)
            sx_fx_put(arena, both, e.key, e.node);
    }
    return both;
}

static int by_key(const void *a, const void *b)
{
    const struct sx_fx_entry *x = a, *y = b;
    return sx_str_cmp(x->key, y->key);
}

void sx_fx_sort(struct sx_fx_node *map)
{
    if (map->entries.n > 1)
        qsort(map->entries.at, map->entries.n, sizeof(*map->entries.at), by_key);
}

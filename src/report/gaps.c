/* SPDX-License-Identifier: MIT */
#include "report/gaps.h"

/* A gap that may still grow. */
struct growing {
    struct sx_gap gap;
    struct sx_str last; /* path that was counted; entries come in the order of paths */
};

struct gaps {
    const struct sx_judgement *at;
    struct sx_arena *arena;
    SX_VEC(struct growing *) list;
    struct sx_table by_key;
};

static struct sx_str key_of(const struct gaps *g, const struct sx_not_checked *entry)
{
    bool is_named = g->at->is_unreadable || entry->what.len == 0;
    struct sx_str path = is_named ? entry->path : SX_STR(""), reason = entry->reason;
    return sx_str_printf(g->arena, "%d%c%.*s%c%.*s", (int)entry->state, 0, SX_STR_ARG(path), 0,
                         SX_STR_ARG(reason));
}

static struct growing *start(struct gaps *g, const struct sx_not_checked *entry)
{
    struct growing *new = SX_NEW(g->arena, struct growing);
    new->gap = (struct sx_gap){
        .at = g->at,
        .path = sx_path_words(g->at, entry->path, g->arena),
        .what = g->at->is_unreadable ? SX_STR("") : entry->what,
        .reason = entry->reason,
        .is_incomplete = g->at->is_unreadable || entry->state == SX_UNREAD_NOT_EXAMINED,
    };
    SX_PUSH(g->arena, &g->list, new);
    return new;
}

static void add(struct gaps *g, const struct sx_not_checked *entry)
{
    struct sx_str key = key_of(g, entry);
    struct growing *growing = sx_table_get(&g->by_key, key);
    if (growing == NULL) {
        growing = start(g, entry);
        sx_table_put(&g->by_key, key, growing);
    }
    if (!sx_str_eq(growing->gap.what, entry->what))
        growing->gap.what = SX_STR(""); /* several */
    growing->gap.n_paths += growing->last.ptr == NULL || !sx_str_eq(growing->last, entry->path);
    growing->last = entry->path;
}

size_t sx_gaps(const struct sx_judgement *at, struct sx_arena *arena, const struct sx_gap **out)
{
    struct gaps g = { .at = at, .arena = arena };
    sx_table_init(&g.by_key, arena);
    for (size_t i = 0; i < at->n_not_checked; i++)
        add(&g, &at->not_checked[i]);
    struct sx_gap *gaps = SX_NEW_N(arena, struct sx_gap, g.list.n);
    for (size_t i = 0; i < g.list.n; i++)
        gaps[i] = g.list.at[i]->gap;
    *out = gaps;
    return g.list.n;
}

struct sx_str sx_gap_place(const struct sx_gap *gap, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf words = { 0 };
    sx_buf_str(&words, gap->path);
    if (gap->n_paths > 1)
        sx_buf_printf(&words, " and %zu more", gap->n_paths - 1);
    if (gap->what.len > 0)
        sx_buf_printf(&words, ", %.*s", SX_STR_ARG(gap->what));
    return sx_str_dup(arena, sx_buf_view(&words));
}

struct sx_str sx_gap_words(const struct sx_gap *gap, struct sx_arena *arena)
{
    struct sx_str place = sx_gap_place(gap, arena);
    return sx_str_printf(arena, "%.*s: %.*s", SX_STR_ARG(place), SX_STR_ARG(gap->reason));
}

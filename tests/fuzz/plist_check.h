/* SPDX-License-Identifier: MIT */
/* What must hold of any property list that was read. */
#pragma once
#include "base/buf.h"
#include "value/json.h"
#include "value/plist.h"
#include <stdlib.h>

/* What a walk over the value learns. */
struct walk {
    size_t nodes, len; /* len: of the text that positions lie in */
    bool is_text;
    bool has_uint, has_nul; /* which our JSON reader does not take */
};

static inline void must(bool holds)
{
    if (!holds)
        abort();
}

static inline void check_value(struct walk *w, struct sx_value v)
{
    w->nodes++;
    must(w->is_text ? v.pos > 0 && v.pos <= w->len : v.pos == 0);
    w->has_uint = w->has_uint || v.kind == SX_UINT;
    if (v.kind == SX_STRING && v.str.len > 0)
        w->has_nul = w->has_nul || memchr(v.str.ptr, '\0', v.str.len) != NULL;
    for (size_t i = 0; v.kind == SX_LIST && i < v.list.n; i++)
        check_value(w, sx_list_at(v, i));
    for (size_t i = 0; v.kind == SX_MAP && i < v.map->n; i++) {
        check_value(w, v.map->at[i].key);
        check_value(w, v.map->at[i].value);
        must(sx_map_entry(v.map, v.map->at[i].key.str) == &v.map->at[i]);
    }
}

static inline bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

/* A large value takes a sanitizer seconds to print. */
enum { MAX_PRINTED = 20000 };

/* The value prints as JSON, which reads as JSON. */
static inline void check_json(const struct walk *w, struct sx_value v, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_json json;
    struct sx_value again;
    struct sx_err err = { 0 };
    sx_json_init(&json, append, &text, SX_JSON_PRETTY);
    sx_json_value(&json, v);
    must(sx_json_flush(&json));
    bool ok = sx_json_parse(sx_buf_view(&text), arena, &again, &err);
    must(ok || err.code == SX_E_LIMIT || w->has_uint || w->has_nul);
}

static inline int check_plist(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span in = { data, size, 0 };
    struct sx_plist plist;
    struct sx_err err = { 0 };
    if (!sx_plist_parse(in, arena, &plist, &err)) {
        must(err.code != SX_OK && err.what[0] != '\0' && err.off <= size);
        return 0;
    }
    struct walk w = { .len = size, .is_text = plist.format == SX_PLIST_XML };
    check_value(&w, plist.root);
    must(w.nodes <= plist.n_nodes);
    must((w.nodes == plist.n_nodes) == (plist.n_duplicates == 0));
    for (size_t i = 0; i < SX_PLIST_N_TRAITS; i++)
        must(plist.traits.at[i] <= size);
    for (size_t i = 0; i < plist.n_duplicates; i++)
        must(plist.duplicates[i].kept < size && plist.duplicates[i].lost < size);
    if (plist.n_nodes <= MAX_PRINTED)
        check_json(&w, plist.root, arena);
    struct sx_str where;
    enum sx_plist_opinion opinion = sx_plist_second_opinion(in, &plist, arena, &where);
    must((opinion == SX_PLIST_DIFFERS) == (where.len > 0));
    return 0;
}

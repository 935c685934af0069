/* SPDX-License-Identifier: MIT */
/* Objects, B-trees and object maps.
 *
 *     node    object | flags | level | keys | places of table, free space, free lists | table |
 *             keys, from the front | ... | values, from the back | of a root: 40 bytes about the
 * tree
 */
#include "package/apfs.h"
#include "base/limits.h"

#include <stdlib.h>

enum { IS_ROOT = 1, IS_LEAF = 2, IS_FIXED = 4, HAS_NO_HEADER = 0x10 };
enum { OBJECT = 32, NODE_HEADER = 56, TREE_INFO = 40, MAX_DEPTH = 16, NO_VALUE = 0xffff };

/* Fletcher's checksum with 64 bits, over all words but its own, such that all of it sums up to 0.
 */
static uint64_t checksum_of(struct sx_span object)
{
    const uint64_t modulus = 0xffffffff;
    struct sx_cursor c = sx_cursor_le(object);
    uint64_t low = 0, high = 0;
    sx_get_u64(&c, "o_cksum");
    while (sx_cursor_left(&c) >= 4) {
        low = (low + sx_get_u32(&c, "word")) % modulus;
        high = (high + low) % modulus;
    }
    uint64_t first = modulus - (low + high) % modulus;
    return (modulus - (low + first) % modulus) << 32 | first;
}

bool apfs_read_object(const struct apfs *apfs, uint64_t block, uint16_t type, uint8_t *bytes,
                      struct sx_span *out, struct sx_err *err)
{
    if (block >= apfs->n_blocks)
        return sx_fail(err, SX_E_RANGE, 0, "APFS: block %llu of %llu", (unsigned long long)block,
                       (unsigned long long)apfs->n_blocks);
    uint64_t off = apfs->off + block * apfs->block;
    SX_TRY(sx_source_pread(apfs->disk, off, bytes, apfs->block, err));
    *out = (struct sx_span){ bytes, apfs->block, off };
    struct sx_cursor c = sx_cursor_le(*out);
    uint64_t stored = sx_get_u64(&c, "o_cksum");
    sx_get_bytes(&c, 16, "o_oid, o_xid");
    uint16_t found = (uint16_t)sx_get_u32(&c, "o_type");
    SX_TRY(sx_cursor_ok(&c, err));
    if (found != type && !(type == APFS_TREE_NODE && found == APFS_TREE_ROOT))
        return sx_fail(err, SX_E_FORMAT, off + 24,
                       "APFS: block %llu holds an object of type %u, not %u",
                       (unsigned long long)block, found, type);
    if (checksum_of(*out) != stored)
        return sx_fail(err, SX_E_FORMAT, off, "APFS: the checksum of block %llu is wrong",
                       (unsigned long long)block);
    return true;
}

/* A walk over a tree. Every node is looked at once at most in a tree that is sound. */
struct walk {
    const struct apfs *apfs;
    const struct apfs_map *map;
    bool (*take)(void *context, struct sx_span key, struct sx_span value, struct sx_err *err);
    void *context;
    struct sx_arena *arena;
    uint64_t n_nodes;
};

struct node {
    struct sx_span table, keys, values; /* values: up to where they begin from the back */
    uint16_t flags, level;
    uint32_t n;
};

static bool read_node(struct walk *w, uint64_t block, struct node *out, struct sx_err *err)
{
    uint8_t *bytes = sx_arena_alloc(w->arena, w->apfs->block);
    struct sx_span in = { 0 }, data = { 0 };
    if (++w->n_nodes > w->apfs->n_blocks)
        return sx_fail(err, SX_E_FORMAT, 0,
                       "APFS: a tree leads to more nodes than there are blocks");
    if (w->n_nodes > SX_MAX_TREE_ENTRIES) /* of a vast disk with nothing on it */
        return sx_fail(err, SX_E_LIMIT, 0, "APFS: a tree of more than %d nodes",
                       SX_MAX_TREE_ENTRIES);
    SX_TRY(apfs_read_object(w->apfs, block, APFS_TREE_NODE, bytes, &in, err));
    struct sx_cursor c = sx_cursor_le(in);
    sx_get_bytes(&c, OBJECT, "object");
    out->flags = sx_get_u16(&c, "btn_flags");
    out->level = sx_get_u16(&c, "btn_level");
    out->n = sx_get_u32(&c, "btn_nkeys");
    uint16_t table_off = sx_get_u16(&c, "btn_table_space"), table_len = sx_get_u16(&c, "table");
    SX_TRY(sx_cursor_ok(&c, err));
    if ((out->flags & HAS_NO_HEADER) != 0)
        return sx_fail(err, SX_E_UNSUPPORTED, in.off, "APFS: a sealed volume is not read");
    size_t end = in.len - ((out->flags & IS_ROOT) != 0 ? TREE_INFO : 0);
    SX_TRY(sx_span_sub(in, NODE_HEADER, end - NODE_HEADER, "node", &data, err));
    return sx_span_sub(data, table_off, table_len, "table of a node", &out->table, err) &&
           sx_span_from(data, (uint64_t)table_off + table_len, "keys of a node", &out->keys, err) &&
           sx_span_sub(in, 0, end, "values of a node", &out->values, err);
}

/* Keys and values of trees where both have one length are not told theirs: it is 16, but for the
 * value of an inner node, which is an id. */
static bool record_at(const struct node *node, struct sx_cursor *table, struct sx_span *key,
                      struct sx_span *value, struct sx_err *err)
{
    bool is_fixed = (node->flags & IS_FIXED) != 0, is_leaf = (node->flags & IS_LEAF) != 0;
    uint16_t key_off = sx_get_u16(table, "key offset");
    uint16_t key_len = is_fixed ? 16 : sx_get_u16(table, "key length");
    uint16_t value_off = sx_get_u16(table, "value offset");
    uint16_t value_len = is_fixed ? (is_leaf ? 16 : 8) : sx_get_u16(table, "value length");
    SX_TRY(sx_cursor_ok(table, err));
    SX_TRY(sx_span_sub(node->keys, key_off, key_len, "key", key, err));
    if (value_off == NO_VALUE) {
        *value = (struct sx_span){ .off = node->values.off };
        return true;
    }
    if (value_off > node->values.len)
        return sx_fail(err, SX_E_RANGE, node->values.off,
                       "APFS: a value lies %u bytes from the end of %zu", value_off,
                       node->values.len);
    return sx_span_sub(node->values, node->values.len - value_off, value_len, "value", value, err);
}

static bool walk_node(struct walk *w, uint64_t block, unsigned level, bool is_root,
                      struct sx_err *err);

static bool walk_child(struct walk *w, struct sx_span value, unsigned level, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_le(value);
    uint64_t block, id = sx_get_u64(&c, "child");
    SX_TRY(sx_cursor_ok(&c, err));
    block = id;
    SX_TRY(w->map == NULL || apfs_map_find(w->map, id, &block, err));
    return walk_node(w, block, level - 1, false, err);
}

/* Levels go down by one to 0, so that no node leads to itself. */
static bool walk_node(struct walk *w, uint64_t block, unsigned level, bool is_root,
                      struct sx_err *err)
{
    struct sx_arena_mark mark = sx_arena_mark(w->arena);
    struct node node = { 0 };
    SX_TRY(read_node(w, block, &node, err));
    bool is_leaf = (node.flags & IS_LEAF) != 0;
    if (is_root)
        level = node.level;
    if (node.level != level || level > MAX_DEPTH || is_leaf != (level == 0))
        return sx_fail(err, SX_E_FORMAT, node.values.off + 34,
                       "APFS: a node of level %u where %u is due", node.level, level);
    struct sx_cursor table = sx_cursor_le(node.table);
    for (uint32_t i = 0; i < node.n; i++) {
        struct sx_span key = { 0 }, value = { 0 };
        SX_TRY(record_at(&node, &table, &key, &value, err));
        SX_TRY(is_leaf ? w->take(w->context, key, value, err) : walk_child(w, value, level, err));
    }
    sx_arena_rewind(w->arena, mark);
    return true;
}

bool apfs_tree_walk(const struct apfs *apfs, uint64_t root, const struct apfs_map *map,
                    bool (*take)(void *context, struct sx_span key, struct sx_span value,
                                 struct sx_err *err),
                    void *context, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct walk w = { .apfs = apfs, .map = map, .take = take, .context = context, .arena = arena };
    return walk_node(&w, root, 0, true, err);
}

/* A map that is filled. */
struct mapping {
    const struct apfs *apfs;
    struct sx_arena *arena;
    struct apfs_map *out;
};

static bool take_mapping(void *context, struct sx_span key, struct sx_span value,
                         struct sx_err *err)
{
    struct mapping *m = context;
    struct sx_cursor k = sx_cursor_le(key), v = sx_cursor_le(value);
    struct apfs_mapping mapping = { .id = sx_get_u64(&k, "ok_oid"),
                                    .transaction = sx_get_u64(&k, "ok_xid") };
    sx_get_bytes(&v, 8, "ov_flags, ov_size");
    mapping.block = sx_get_u64(&v, "ov_paddr");
    SX_TRY(sx_cursor_ok(&k, err) && sx_cursor_ok(&v, err));
    if (m->out->at.n == SX_MAX_TREE_ENTRIES)
        return sx_fail(err, SX_E_LIMIT, key.off, "APFS: more than %d objects", SX_MAX_TREE_ENTRIES);
    if (mapping.transaction <= m->apfs->transaction)
        SX_PUSH(m->arena, &m->out->at, mapping);
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct apfs_mapping *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->transaction < y->transaction ? -1 : x->transaction > y->transaction;
}

bool apfs_map_read(const struct apfs *apfs, uint64_t block, struct sx_arena *arena,
                   struct apfs_map *out, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct mapping m = { .apfs = apfs, .arena = arena, .out = out };
    struct sx_span in = { 0 };
    SX_TRY(apfs_read_object(apfs, block, APFS_OBJECT_MAP, sx_arena_alloc(scratch, apfs->block), &in,
                            err));
    struct sx_cursor c = sx_cursor_le(in);
    sx_get_bytes(&c, OBJECT + 16, "om_flags to om_snapshot_tree_type");
    uint64_t tree = sx_get_u64(&c, "om_tree_oid");
    SX_TRY(sx_cursor_ok(&c, err) && apfs_tree_walk(apfs, tree, NULL, take_mapping, &m, err));
    if (out->at.n > 1)
        qsort(out->at.at, out->at.n, sizeof(*out->at.at), by_id);
    return true;
}

bool apfs_map_find(const struct apfs_map *map, uint64_t id, uint64_t *out, struct sx_err *err)
{
    size_t low = 0, high = map->at.n;
    while (low < high) { /* the last one of this id, which is the newest */
        size_t middle = low + (high - low) / 2;
        if (map->at.at[middle].id <= id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || map->at.at[low - 1].id != id)
        return sx_fail(err, SX_E_FORMAT, 0, "APFS: object %llu is in no map",
                       (unsigned long long)id);
    *out = map->at.at[low - 1].block;
    return true;
}

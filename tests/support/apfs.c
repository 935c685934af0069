/* SPDX-License-Identifier: MIT */
#include "apfs.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 4096,
    ROOT = 2,
    FIRST_ID = 16,
    FIRST_NODE = 1030, /* ids of nodes of the file-system tree */
    VOLUME_ID = 1026,
    ROOT_NODE = 1028,
    TRANSACTION = 2,
};
/* Blocks with a place of their own; what is in files comes behind them. */
enum {
    CONTAINER,
    MAP_OF_CHECKPOINT,
    NEWEST,
    CONTAINER_MAP,
    CONTAINER_MAP_TREE,
    VOLUME,
    VOLUME_MAP,
    VOLUME_MAP_TREE,
    N_FIXED
};
enum { INODE = 3, ATTRIBUTE = 4, STREAM_ID = 6, EXTENT = 8, NAME = 9 };

struct record {
    uint64_t id;
    unsigned kind;
    struct sx_str key, value; /* the key whole */
};

struct making {
    struct sx_arena *arena;
    struct sx_buf blocks;
    const struct sx_fx_hfs_entry *entries;
    size_t n;
    bool has_hashes;
    uint64_t next_id; /* of streams of attributes */
    SX_VEC(struct record) records;
    struct sx_buf mappings; /* of nodes: id, block */
    size_t n_mappings;
};

void sx_fx_apfs_seal(char *block)
{
    const uint64_t modulus = 0xffffffff;
    uint64_t low = 0, high = 0;
    for (size_t i = 8; i < BLOCK; i += 4) {
        uint32_t word = 0;
        for (size_t k = 4; k-- > 0;)
            word = word << 8 | (uint8_t)block[i + k];
        low = (low + word) % modulus;
        high = (high + low) % modulus;
    }
    uint64_t first = modulus - (low + high) % modulus;
    sx_fx_set_le(block, 4, first);
    sx_fx_set_le(block + 4, 4, modulus - (low + first) % modulus);
}

static void begin(struct sx_buf *out, uint64_t id, uint32_t type, uint32_t subtype)
{
    sx_fx_put_le(out, 8, 0);
    sx_fx_put_le(out, 8, id);
    sx_fx_put_le(out, 8, TRANSACTION);
    sx_fx_put_le(out, 4, type);
    sx_fx_put_le(out, 4, subtype);
}

/* An object is put into its block, or into a new one. */
static void put_object(struct making *m, size_t block, struct sx_buf *object)
{
    sx_buf_fill(object, 0, BLOCK - object->len);
    sx_fx_apfs_seal(object->ptr);
    memcpy(m->blocks.ptr + block * BLOCK, object->ptr, BLOCK);
    sx_buf_release(object);
}

static size_t new_blocks(struct making *m, size_t n)
{
    size_t at = m->blocks.len / BLOCK;
    sx_buf_fill(&m->blocks, 0, n * BLOCK);
    return at;
}

static void add(struct making *m, uint64_t id, unsigned kind, struct sx_buf *rest,
                struct sx_buf *value)
{
    struct sx_buf key = { 0 };
    sx_fx_put_le(&key, 8, (uint64_t)kind << 60 | id);
    sx_buf_put(&key, rest->ptr, rest->len);
    sx_buf_release(rest);
    SX_PUSH(m->arena, &m->records,
            (struct record){ id, kind, sx_fx_take(m->arena, &key), sx_fx_take(m->arena, value) });
}

static void put_stream(struct sx_buf *out, uint64_t size)
{
    sx_fx_put_le(out, 8, size);
    sx_fx_put_le(out, 8, (size + BLOCK - 1) / BLOCK * BLOCK);
    sx_buf_fill(out, 0, 24);
}

static void add_extents(struct making *m, uint64_t id, struct sx_str bytes, unsigned fragments)
{
    size_t blocks = (bytes.len + BLOCK - 1) / BLOCK;
    size_t each = fragments > 1 ? (blocks + fragments - 1) / fragments : blocks;
    for (size_t at = 0; at < blocks; at += each) {
        struct sx_buf rest = { 0 }, value = { 0 };
        size_t n = blocks - at < each ? blocks - at : each;
        struct sx_str part = sx_str_sub(bytes, at * BLOCK, n * BLOCK);
        bool is_hole = fragments > 1 && sx_span_is_zero(sx_fx_span(part));
        size_t first = is_hole ? 0 : new_blocks(m, n);
        if (!is_hole)
            memcpy(m->blocks.ptr + first * BLOCK, part.ptr, part.len);
        sx_fx_put_le(&rest, 8, at * BLOCK);
        sx_fx_put_le(&value, 8, n * BLOCK);
        sx_fx_put_le(&value, 8, first);
        sx_fx_put_le(&value, 8, 0);
        add(m, id, EXTENT, &rest, &value);
    }
}

static void add_attribute(struct making *m, uint64_t id, const char *name, struct sx_str bytes)
{
    struct sx_buf rest = { 0 }, value = { 0 };
    size_t len = strlen(name) + 1;
    sx_fx_put_le(&rest, 2, len);
    sx_buf_put(&rest, name, len);
    if (bytes.len <= 1000) {
        sx_fx_put_le(&value, 2, 2);
        sx_fx_put_le(&value, 2, bytes.len);
        sx_buf_str(&value, bytes);
    } else {
        uint64_t stream = m->next_id++;
        sx_fx_put_le(&value, 2, 1);
        sx_fx_put_le(&value, 2, 48);
        sx_fx_put_le(&value, 8, stream);
        put_stream(&value, bytes.len);
        add_extents(m, stream, bytes, 1);
    }
    add(m, id, ATTRIBUTE, &rest, &value);
}

static void add_inode(struct making *m, uint64_t id, uint64_t parent, unsigned mode,
                      bool is_compressed, struct sx_str data, const uint8_t finder[32])
{
    struct sx_buf rest = { 0 }, value = { 0 };
    bool has_finder = !sx_span_is_zero((struct sx_span){ finder, 32, 0 });
    sx_fx_put_le(&value, 8, parent);
    sx_fx_put_le(&value, 8, id);
    sx_buf_fill(&value, 0, 4 * 8 + 8);
    sx_fx_put_le(&value, 4, 1);
    sx_buf_fill(&value, 0, 8);
    sx_fx_put_le(&value, 4, is_compressed ? 0x20 : 0);
    sx_fx_put_le(&value, 4, 501);
    sx_fx_put_le(&value, 4, 20);
    sx_fx_put_le(&value, 2, mode);
    sx_buf_fill(&value, 0, 2 + 8);
    sx_fx_put_le(&value, 2, (data.len > 0 ? 1u : 0u) + (has_finder ? 1u : 0u));
    sx_fx_put_le(&value, 2, (data.len > 0 ? 40u : 0u) + (has_finder ? 32u : 0u));
    if (has_finder)
        sx_fx_put_le(&value, 4, 7 | 32 << 16);
    if (data.len > 0)
        sx_fx_put_le(&value, 4, 8 | 40 << 16);
    if (has_finder)
        sx_buf_put(&value, finder, 32);
    if (data.len > 0)
        put_stream(&value, data.len);
    add(m, id, INODE, &rest, &value);
}

static void add_name(struct making *m, uint64_t parent, struct sx_str name, uint64_t id,
                     unsigned mode)
{
    struct sx_buf rest = { 0 }, value = { 0 };
    if (m->has_hashes)
        sx_fx_put_le(&rest, 4, (uint32_t)(name.len + 1) | 0x12345u << 10);
    else
        sx_fx_put_le(&rest, 2, name.len + 1);
    sx_buf_str(&rest, name);
    sx_buf_char(&rest, 0);
    sx_fx_put_le(&value, 8, id);
    sx_fx_put_le(&value, 8, 0);
    sx_fx_put_le(&value, 2, mode >> 12);
    add(m, parent, NAME, &rest, &value);
}

static uint64_t id_of(const struct making *m, struct sx_str path)
{
    for (size_t i = 0; i < m->n; i++)
        if (sx_str_eq(m->entries[i].path, path))
            return FIRST_ID + i;
    return ROOT;
}

static void add_entry(struct making *m, const struct sx_fx_hfs_entry *e, uint64_t id)
{
    static const unsigned types[] = { 0100000, 0040000, 0120000 };
    struct sx_str name = sx_str_base(e->path), data = e->data, resources = e->resources;
    size_t folder_len = e->path.len > name.len ? e->path.len - name.len - 1 : 0;
    uint64_t parent = id_of(m, sx_str_sub(e->path, 0, folder_len));
    if (e->type == SX_FX_HFS_HARD_LINK) {
        add_name(m, parent, name, id_of(m, e->data), 0100000);
        return;
    }
    unsigned mode = types[e->type] | (e->mode != 0 ? e->mode : 0755);
    add_name(m, parent, name, id, mode);
    for (size_t i = 0; i < SX_LEN(e->attributes); i++)
        if (e->attributes[i].name != NULL)
            add_attribute(m, id, e->attributes[i].name, e->attributes[i].bytes);
    if (e->packing != 0) {
        struct sx_str attribute;
        sx_fx_decmpfs(m->arena, e->packing, data, &attribute, &resources);
        add_attribute(m, id, "com.apple.decmpfs", attribute);
        data = SX_STR("");
    }
    if (resources.len > 0)
        add_attribute(m, id, "com.apple.ResourceFork", resources);
    if (e->type == SX_FX_HFS_SYMLINK) {
        add_attribute(m, id, "com.apple.fs.symlink",
                      sx_fx_join(m->arena, SX_FX_PARTS(data, { "", 1 })));
        data = SX_STR("");
    }
    add_inode(m, id, parent, mode, e->packing != 0, data, e->finder);
    add_extents(m, id, data, e->fragments);
}

static int by_key(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind == EXTENT) /* numbers, least significant byte first */
        for (size_t i = 16; i-- > 8;)
            if (x->key.ptr[i] != y->key.ptr[i])
                return (uint8_t)x->key.ptr[i] < (uint8_t)y->key.ptr[i] ? -1 : 1;
    return sx_str_cmp(x->key, y->key);
}

/* A node: a root when it is told of the tree. Fixed lengths are 16 and 16. */
static void put_node(struct sx_buf *out, const struct record *records, size_t n, unsigned level,
                     bool is_root, bool is_fixed, uint64_t n_keys, uint64_t n_nodes)
{
    struct sx_buf table = { 0 }, keys = { 0 }, values = { 0 };
    size_t end = BLOCK - (is_root ? 40 : 0);
    for (size_t i = 0, back = 0; i < n; i++) {
        back += records[i].value.len;
        sx_fx_put_le(&table, 2, keys.len);
        if (!is_fixed)
            sx_fx_put_le(&table, 2, records[i].key.len);
        sx_fx_put_le(&table, 2, back);
        if (!is_fixed)
            sx_fx_put_le(&table, 2, records[i].value.len);
        sx_buf_str(&keys, records[i].key);
    }
    for (size_t i = n; i-- > 0;)
        sx_buf_str(&values, records[i].value);
    size_t free_at = keys.len, free_len = end - 56 - table.len - keys.len - values.len;
    sx_fx_put_le(out, 2, (is_root ? 1u : 0) | (level == 0 ? 2u : 0) | (is_fixed ? 4u : 0));
    sx_fx_put_le(out, 2, level);
    sx_fx_put_le(out, 4, n);
    sx_fx_put_le(out, 2, 0);
    sx_fx_put_le(out, 2, table.len);
    sx_fx_put_le(out, 2, free_at);
    sx_fx_put_le(out, 2, free_len);
    sx_fx_put_le(out, 8, 0x0000ffff0000ffff); /* no free lists */
    sx_buf_put(out, table.ptr, table.len);
    sx_buf_put(out, keys.ptr, keys.len);
    sx_buf_fill(out, 0, free_len);
    sx_buf_put(out, values.ptr, values.len);
    if (is_root) {
        sx_fx_put_le(out, 4, 0);
        sx_fx_put_le(out, 4, BLOCK);
        sx_fx_put_le(out, 4, is_fixed ? 16 : 0);
        sx_fx_put_le(out, 4, is_fixed ? 16 : 0);
        sx_fx_put_le(out, 8, 0);
        sx_fx_put_le(out, 8, n_keys);
        sx_fx_put_le(out, 8, n_nodes);
    }
    sx_buf_release(&table);
    sx_buf_release(&keys);
    sx_buf_release(&values);
}

static void add_mapping(struct making *m, uint64_t id, size_t block)
{
    sx_fx_put_le(&m->mappings, 8, id);
    sx_fx_put_le(&m->mappings, 8, TRANSACTION);
    sx_fx_put_le(&m->mappings, 8, (uint64_t)BLOCK << 32);
    sx_fx_put_le(&m->mappings, 8, block);
    m->n_mappings++;
}

static size_t how_many_fit(const struct record *records, size_t n)
{
    size_t used = 56 + 40, i = 0;
    for (; i < n && used + 8 + records[i].key.len + records[i].value.len <= BLOCK; i++)
        used += 8 + records[i].key.len + records[i].value.len;
    return i;
}

/* Nodes of a level; one is the root. */
static void put_tree(struct making *m, const struct record *records, size_t n, unsigned level)
{
    SX_VEC(struct record) above = { 0 };
    for (size_t at = 0, fit; at < n; at += fit) {
        fit = how_many_fit(records + at, n - at);
        bool is_root = at == 0 && fit == n;
        uint64_t id = is_root ? ROOT_NODE : FIRST_NODE + m->n_mappings;
        size_t block = new_blocks(m, 1);
        struct sx_buf node = { 0 }, link = { 0 };
        begin(&node, id, is_root ? 2 : 3, 14);
        put_node(&node, records + at, fit, level, is_root, false, m->records.n, m->n_mappings + 1);
        put_object(m, block, &node);
        add_mapping(m, id, block);
        sx_fx_put_le(&link, 8, id);
        SX_PUSH(m->arena, &above,
                (struct record){ .key = records[at].key, .value = sx_fx_take(m->arena, &link) });
    }
    if (above.n > 1)
        put_tree(m, above.at, above.n, level + 1);
}

/* An object map, and its tree: a single node. */
static void put_map(struct making *m, size_t at, struct sx_str mappings, size_t n)
{
    struct sx_buf map = { 0 }, tree = { 0 };
    struct record *records = SX_NEW_N(m->arena, struct record, n);
    begin(&map, at, 11 | 0x40000000, 0);
    sx_buf_fill(&map, 0, 8);
    sx_fx_put_le(&map, 4, 2 | 0x40000000);
    sx_fx_put_le(&map, 4, 2 | 0x40000000);
    sx_fx_put_le(&map, 8, at + 1);
    put_object(m, at, &map);
    for (size_t i = 0; i < n; i++)
        records[i] = (struct record){ .id = 0,
                                      .key = sx_str_sub(mappings, i * 32, 16),
                                      .value = sx_str_sub(mappings, i * 32 + 16, 16) };
    begin(&tree, at + 1, 2 | 0x40000000, 11);
    put_node(&tree, records, n, 0, true, true, n, 1);
    put_object(m, at + 1, &tree);
}

static void put_volume(struct making *m)
{
    struct sx_buf volume = { 0 };
    begin(&volume, VOLUME_ID, 13, 0);
    sx_buf_cstr(&volume, "APSB");
    sx_buf_fill(&volume, 0, 56 - 36);
    sx_fx_put_le(&volume, 8, m->has_hashes ? 8 : 0);
    sx_buf_fill(&volume, 0, 116 - 64);
    sx_fx_put_le(&volume, 4, 2);
    sx_buf_fill(&volume, 0, 8);
    sx_fx_put_le(&volume, 8, VOLUME_MAP);
    sx_fx_put_le(&volume, 8, ROOT_NODE);
    sx_buf_fill(&volume, 0, 264 - 144);
    sx_fx_put_le(&volume, 8, 1); /* not encrypted */
    sx_buf_fill(&volume, 0, 704 - 272);
    sx_buf_cstr(&volume, "Sample");
    put_object(m, VOLUME, &volume);
}

static void put_container(struct making *m, size_t at)
{
    struct sx_buf head = { 0 };
    begin(&head, 1, 1 | 0x80000000, 0);
    sx_buf_cstr(&head, "NXSB");
    sx_fx_put_le(&head, 4, BLOCK);
    sx_fx_put_le(&head, 8, m->blocks.len / BLOCK);
    sx_buf_fill(&head, 0, 16);
    sx_fx_put_le(&head, 8, 2);
    sx_buf_fill(&head, 1, 16);
    sx_fx_put_le(&head, 8, 2000);
    sx_fx_put_le(&head, 8, TRANSACTION + 1);
    sx_fx_put_le(&head, 4, 2);
    sx_fx_put_le(&head, 4, 0);
    sx_fx_put_le(&head, 8, MAP_OF_CHECKPOINT);
    sx_buf_fill(&head, 0, 136 - 120);
    sx_fx_put_le(&head, 4, 0);
    sx_fx_put_le(&head, 4, 2);
    sx_buf_fill(&head, 0, 160 - 144);
    sx_fx_put_le(&head, 8, CONTAINER_MAP);
    sx_buf_fill(&head, 0, 12);
    sx_fx_put_le(&head, 4, 1);
    sx_fx_put_le(&head, 8, VOLUME_ID);
    put_object(m, at, &head);
}

struct sx_str sx_fx_apfs(struct sx_arena *arena, const struct sx_fx_hfs_entry *entries, size_t n,
                         bool has_hashes)
{
    static const uint8_t no_finder[32];
    struct making m = { .arena = arena, .entries = entries, .n = n, .has_hashes = has_hashes };
    struct sx_buf checkpoint = { 0 }, volume = { 0 };
    m.next_id = FIRST_ID + n;
    new_blocks(&m, N_FIXED);
    add_name(&m, 1, SX_STR("root"), ROOT, 0040000);
    add_inode(&m, ROOT, 1, 0040755, false, SX_STR(""), no_finder);
    for (size_t i = 0; i < n; i++)
        add_entry(&m, &entries[i], FIRST_ID + i);
    qsort(m.records.at, m.records.n, sizeof(*m.records.at), by_key);
    put_tree(&m, m.records.at, m.records.n, 0);
    put_map(&m, VOLUME_MAP, sx_buf_view(&m.mappings), m.n_mappings);
    sx_fx_put_le(&volume, 8, VOLUME_ID);
    sx_fx_put_le(&volume, 8, TRANSACTION);
    sx_fx_put_le(&volume, 8, (uint64_t)BLOCK << 32);
    sx_fx_put_le(&volume, 8, VOLUME);
    put_map(&m, CONTAINER_MAP, sx_fx_take(arena, &volume), 1);
    put_volume(&m);
    begin(&checkpoint, MAP_OF_CHECKPOINT, 12 | 0x40000000, 0);
    sx_fx_put_le(&checkpoint, 4, 1);
    put_object(&m, MAP_OF_CHECKPOINT, &checkpoint);
    put_container(&m, CONTAINER);
    put_container(&m, NEWEST);
    sx_buf_release(&m.mappings);
    return sx_fx_take(arena, &m.blocks);
}

/* SPDX-License-Identifier: MIT */
#include "hfs.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 4096,
    NODE = 4096,
    MAX_ENTRIES = 4096,
    ROOT = 2,
    FIRST_ID = 16,
    PRIVATE_FILES = 14, /* below the first id, and of no file of its own */
    PRIVATE_FOLDERS = 15,
};

struct extent {
    uint32_t first, n;
};

struct fork {
    uint64_t size;
    uint32_t blocks;
    struct extent extents[64];
    size_t n;
};

struct record {
    struct sx_str key, data; /* the key without its length */
};

/* A volume in the making: blocks are given out one after the other. */
struct making {
    struct sx_arena *arena;
    struct sx_buf blocks;
    SX_VEC(struct record) catalog;
    SX_VEC(struct record) overflow;
    SX_VEC(struct record) attributes;
    const struct sx_fx_hfs_entry *entries;
    size_t n;
    uint32_t files, folders;
};

static uint32_t id_of(const struct making *m, struct sx_str path)
{
    if (path.len == 0)
        return ROOT;
    for (size_t i = 0; i < m->n; i++)
        if (sx_str_eq(m->entries[i].path, path))
            return (uint32_t)(FIRST_ID + i);
    sx_fx_die("no entry %.*s", SX_STR_ARG(path));
}

static struct sx_str parent_of(struct sx_str path)
{
    size_t base = sx_str_base(path).len;
    return sx_str_sub(path, 0, path.len > base ? path.len - base - 1 : 0);
}

/* UTF-16 of names without characters beyond the first plane. */
static struct sx_str utf16(struct making *m, struct sx_str name)
{
    struct sx_buf out = { 0 };
    for (size_t at = 0; at < name.len;) {
        int32_t c = sx_utf8_next(name, &at);
        if (c >= 0x10000) {
            sx_fx_put_be(&out, 2, 0xd800u + (uint32_t)((c - 0x10000) >> 10));
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        sx_fx_put_be(&out, 2, (uint64_t)(c == ':' ? '/' : c));
    }
    return sx_fx_take(m->arena, &out);
}

static struct sx_str catalog_key(struct making *m, uint32_t parent, struct sx_str name)
{
    struct sx_buf key = { 0 };
    struct sx_str units = utf16(m, name);
    sx_fx_put_be(&key, 4, parent);
    sx_fx_put_be(&key, 2, units.len / 2);
    sx_buf_str(&key, units);
    return sx_fx_take(m->arena, &key);
}

static uint32_t put_blocks(struct making *m, struct sx_str bytes)
{
    uint32_t first = (uint32_t)(m->blocks.len / BLOCK);
    sx_buf_str(&m->blocks, bytes);
    sx_fx_align(&m->blocks, BLOCK);
    return first;
}

/* Fragments lie apart by a block each, so that they cannot be read as one. */
static struct fork put_fork(struct making *m, struct sx_str bytes, unsigned fragments)
{
    struct fork fork = { .size = bytes.len };
    uint32_t blocks = (uint32_t)((bytes.len + BLOCK - 1) / BLOCK);
    uint32_t each = fragments > 1 ? (blocks + fragments - 1) / fragments : blocks;
    for (uint32_t at = 0; at < blocks; at += each) {
        uint32_t n = blocks - at < each ? blocks - at : each;
        struct sx_str part = sx_str_sub(bytes, (size_t)at * BLOCK, (size_t)n * BLOCK);
        fork.extents[fork.n++] = (struct extent){ put_blocks(m, part), n };
        if (fragments > 1)
            put_blocks(m, SX_STR("between"));
    }
    fork.blocks = blocks;
    return fork;
}

static void put_extents(struct sx_buf *out, const struct fork *fork, size_t from)
{
    for (size_t i = from; i < from + 8; i++) {
        sx_fx_put_be(out, 4, i < fork->n ? fork->extents[i].first : 0);
        sx_fx_put_be(out, 4, i < fork->n ? fork->extents[i].n : 0);
    }
}

static void put_fork_data(struct sx_buf *out, const struct fork *fork)
{
    sx_fx_put_be(out, 8, fork->size);
    sx_fx_put_be(out, 4, BLOCK);
    sx_fx_put_be(out, 4, fork->blocks);
    put_extents(out, fork, 0);
}

static void add_overflow(struct making *m, const struct fork *fork, uint32_t id, uint8_t type)
{
    uint32_t block = 0;
    for (size_t i = 0; i < fork->n; i++) {
        if (i >= 8 && i % 8 == 0) {
            struct sx_buf key = { 0 }, data = { 0 };
            sx_fx_put_be(&key, 1, type);
            sx_fx_put_be(&key, 1, 0);
            sx_fx_put_be(&key, 4, id);
            sx_fx_put_be(&key, 4, block);
            put_extents(&data, fork, i);
            SX_PUSH(m->arena, &m->overflow,
                    (struct record){ sx_fx_take(m->arena, &key), sx_fx_take(m->arena, &data) });
        }
        block += fork->extents[i].n;
    }
}

static void add_attribute(struct making *m, uint32_t id, const char *name, struct sx_str bytes)
{
    struct sx_buf key = { 0 }, data = { 0 };
    struct sx_str units = utf16(m, sx_str_of(name));
    sx_fx_put_be(&key, 2, 0);
    sx_fx_put_be(&key, 4, id);
    sx_fx_put_be(&key, 4, 0);
    sx_fx_put_be(&key, 2, units.len / 2);
    sx_buf_str(&key, units);
    if (bytes.len <= 3802) {
        sx_fx_put_be(&data, 4, 0x10);
        sx_buf_fill(&data, 0, 8);
        sx_fx_put_be(&data, 4, bytes.len);
        sx_buf_str(&data, bytes);
        sx_fx_align(&data, 2);
    } else {
        struct fork fork = put_fork(m, bytes, 1);
        sx_fx_put_be(&data, 4, 0x20);
        sx_fx_put_be(&data, 4, 0);
        put_fork_data(&data, &fork);
    }
    SX_PUSH(m->arena, &m->attributes,
            (struct record){ sx_fx_take(m->arena, &key), sx_fx_take(m->arena, &data) });
}

/* What folders and files have in common, from the dates to Finder info. */
static void put_common(struct sx_buf *out, unsigned mode, bool is_compressed, uint32_t special,
                       const uint8_t finder[32])
{
    sx_buf_fill(out, 1, 5 * 4);
    sx_fx_put_be(out, 4, 501);
    sx_fx_put_be(out, 4, 20);
    sx_fx_put_be(out, 1, 0);
    sx_fx_put_be(out, 1, is_compressed ? 0x20 : 0);
    sx_fx_put_be(out, 2, mode);
    sx_fx_put_be(out, 4, special);
    sx_buf_put(out, finder, 32);
}

static void add_folder(struct making *m, uint32_t parent, struct sx_str name, uint32_t id,
                       unsigned mode, const uint8_t finder[32])
{
    struct sx_buf data = { 0 };
    sx_fx_put_be(&data, 2, 1);
    sx_fx_put_be(&data, 2, 0);
    sx_fx_put_be(&data, 4, 0);
    sx_fx_put_be(&data, 4, id);
    put_common(&data, 0040000 | mode, false, 0, finder);
    sx_buf_fill(&data, 0, 8);
    SX_PUSH(m->arena, &m->catalog,
            (struct record){ catalog_key(m, parent, name), sx_fx_take(m->arena, &data) });
    m->folders++;
}

/* What a file record says. */
struct file {
    uint32_t id;
    unsigned mode;
    bool is_compressed;
    uint32_t special;
    uint8_t finder[32];
    struct fork data, resources;
};

static void add_file(struct making *m, uint32_t parent, struct sx_str name, const struct file *file)
{
    struct sx_buf data = { 0 };
    sx_fx_put_be(&data, 2, 2);
    sx_fx_put_be(&data, 2, 0);
    sx_fx_put_be(&data, 4, 0);
    sx_fx_put_be(&data, 4, file->id);
    put_common(&data, file->mode, file->is_compressed, file->special, file->finder);
    sx_buf_fill(&data, 0, 8);
    put_fork_data(&data, &file->data);
    put_fork_data(&data, &file->resources);
    SX_PUSH(m->arena, &m->catalog,
            (struct record){ catalog_key(m, parent, name), sx_fx_take(m->arena, &data) });
    m->files++;
}

/* A file that says that it is another one, which lies in a folder of the file system's own. */
static void add_link(struct making *m, const struct sx_fx_hfs_entry *e, uint32_t id, bool is_folder)
{
    struct file link = { .id = id, .mode = 0100444 };
    uint32_t to = id_of(
        m, e->type == SX_FX_HFS_HARD_LINK || e->type == SX_FX_HFS_FOLDER_LINK ? e->data : e->path);
    memcpy(link.finder, is_folder ? "fdrpMACS" : "hlnkhfs+", 8);
    link.special = to;
    add_file(m, id_of(m, parent_of(e->path)), sx_str_base(e->path), &link);
}

static bool is_linked(const struct making *m, struct sx_str path)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->entries[i].type >= SX_FX_HFS_HARD_LINK && sx_str_eq(m->entries[i].data, path))
            return true;
    return false;
}

static void add_entry(struct making *m, const struct sx_fx_hfs_entry *e, uint32_t id)
{
    bool is_folder = e->type == SX_FX_HFS_FOLDER || e->type == SX_FX_HFS_FOLDER_LINK;
    unsigned mode = e->mode != 0 ? e->mode : 0755;
    uint32_t parent = id_of(m, parent_of(e->path));
    struct sx_str name = sx_str_base(e->path), data = e->data, resources = e->resources;
    if (e->type >= SX_FX_HFS_HARD_LINK) {
        add_link(m, e, (uint32_t)(FIRST_ID + m->n + id), is_folder);
        return;
    }
    if (is_linked(m, e->path)) {
        add_link(m, e, (uint32_t)(FIRST_ID + m->n + id), is_folder);
        parent = is_folder ? PRIVATE_FOLDERS : PRIVATE_FILES;
        name = sx_str_printf(m->arena, is_folder ? "dir_%u" : "iNode%u", id);
    }
    for (size_t i = 0; i < SX_LEN(e->attributes); i++)
        if (e->attributes[i].name != NULL)
            add_attribute(m, id, e->attributes[i].name, e->attributes[i].bytes);
    if (is_folder) {
        add_folder(m, parent, name, id, mode, e->finder);
        return;
    }
    if (e->packing != 0) {
        struct sx_str attribute;
        sx_fx_decmpfs(m->arena, e->packing, e->data, &attribute, &resources);
        add_attribute(m, id, "com.apple.decmpfs", attribute);
        data = SX_STR("");
    }
    struct file file = { .id = id, .is_compressed = e->packing != 0 };
    file.mode = (e->type == SX_FX_HFS_SYMLINK ? 0120000u : 0100000u) | mode;
    memcpy(file.finder, e->finder, 32);
    if (e->type == SX_FX_HFS_SYMLINK)
        memcpy(file.finder, "slnkrhap", 8);
    file.data = put_fork(m, data, e->fragments);
    file.resources = put_fork(m, resources, 1);
    add_overflow(m, &file.data, id, 0);
    add_file(m, parent, name, &file);
}

static int by_key(const void *a, const void *b)
{
    return sx_str_cmp(((const struct record *)a)->key, ((const struct record *)b)->key);
}

/* Nodes of a B-tree as they are filled. */
struct tree {
    struct sx_arena *arena;
    struct sx_buf nodes; /* the header's place comes first */
    unsigned depth;
    uint32_t root, first_leaf, last_leaf, n_records;
};

static void put_node(struct tree *t, int kind, unsigned height, const struct record *records,
                     size_t n, uint32_t next, uint32_t previous)
{
    size_t begin = t->nodes.len;
    uint16_t offsets[NODE / 4];
    sx_fx_put_be(&t->nodes, 4, next);
    sx_fx_put_be(&t->nodes, 4, previous);
    sx_fx_put_be(&t->nodes, 1, (uint8_t)kind);
    sx_fx_put_be(&t->nodes, 1, height);
    sx_fx_put_be(&t->nodes, 2, n);
    sx_fx_put_be(&t->nodes, 2, 0);
    for (size_t i = 0; i < n; i++) {
        offsets[i] = (uint16_t)(t->nodes.len - begin);
        sx_fx_put_be(&t->nodes, 2, records[i].key.len);
        sx_buf_str(&t->nodes, records[i].key);
        sx_buf_fill(&t->nodes, 0, records[i].key.len % 2);
        sx_buf_str(&t->nodes, records[i].data);
    }
    offsets[n] = (uint16_t)(t->nodes.len - begin);
    sx_buf_fill(&t->nodes, 0, NODE - 2 * (n + 1) - offsets[n]);
    for (size_t i = n + 1; i-- > 0;)
        sx_fx_put_be(&t->nodes, 2, offsets[i]);
}

static size_t how_many_fit(const struct record *records, size_t n)
{
    size_t used = 14 + 2, i = 0;
    while (i < n && used + 2 + 2 + records[i].key.len + 1 + records[i].data.len <= NODE) {
        used += 2 + 2 + (records[i].key.len + 1) / 2 * 2 + records[i].data.len;
        i++;
    }
    return i;
}

/* One level of nodes; what leads to them is the level above. */
static void put_level(struct tree *t, const struct record *records, size_t n)
{
    SX_VEC(struct record) above = { 0 };
    uint32_t first = (uint32_t)(t->nodes.len / NODE);
    t->depth++;
    for (size_t at = 0, fit; at < n; at += fit) {
        uint32_t self = (uint32_t)(t->nodes.len / NODE);
        struct sx_buf link = { 0 };
        fit = how_many_fit(records + at, n - at);
        put_node(t, t->depth == 1 ? -1 : 0, t->depth, records + at, fit,
                 at + fit < n ? self + 1 : 0, at > 0 ? self - 1 : 0);
        sx_fx_put_be(&link, 4, self);
        SX_PUSH(t->arena, &above, (struct record){ records[at].key, sx_fx_take(t->arena, &link) });
    }
    if (t->depth == 1) {
        t->first_leaf = first;
        t->last_leaf = (uint32_t)(t->nodes.len / NODE - 1);
    }
    t->root = first;
    if (above.n > 1)
        put_level(t, above.at, above.n);
}

static void put_header(struct tree *t, unsigned max_key)
{
    struct sx_buf head = { 0 };
    uint32_t n_nodes = (uint32_t)(t->nodes.len / NODE);
    sx_buf_fill(&head, 0, 8);
    sx_fx_put_be(&head, 1, 1);
    sx_fx_put_be(&head, 1, 0);
    sx_fx_put_be(&head, 2, 3);
    sx_fx_put_be(&head, 2, 0);
    sx_fx_put_be(&head, 2, t->depth);
    sx_fx_put_be(&head, 4, t->root);
    sx_fx_put_be(&head, 4, t->n_records);
    sx_fx_put_be(&head, 4, t->first_leaf);
    sx_fx_put_be(&head, 4, t->last_leaf);
    sx_fx_put_be(&head, 2, NODE);
    sx_fx_put_be(&head, 2, max_key);
    sx_fx_put_be(&head, 4, n_nodes);
    sx_fx_put_be(&head, 4, 0);
    sx_fx_put_be(&head, 2, 0);
    sx_fx_put_be(&head, 4, NODE);
    sx_fx_put_be(&head, 1, 0);
    sx_fx_put_be(&head, 1, 0xbc); /* names compared as numbers */
    sx_fx_put_be(&head, 4, 6);    /* big keys, of various lengths */
    sx_buf_fill(&head, 0, 64 + 128);
    for (uint32_t i = 0; i < n_nodes; i += 8)
        sx_fx_put_be(&head, 1, n_nodes - i >= 8 ? 0xff : 0xff00u >> (n_nodes - i) & 0xff);
    sx_buf_fill(&head, 0, NODE - 8 - head.len);
    sx_fx_put_be(&head, 2, NODE - 8);
    sx_fx_put_be(&head, 2, 14 + 106 + 128);
    sx_fx_put_be(&head, 2, 14 + 106);
    sx_fx_put_be(&head, 2, 14);
    memcpy(t->nodes.ptr, head.ptr, NODE);
    sx_buf_release(&head);
}

static struct fork put_tree(struct making *m, struct record *records, size_t n, unsigned max_key)
{
    struct tree t = { .arena = m->arena, .n_records = (uint32_t)n };
    sx_buf_fill(&t.nodes, 0, NODE);
    if (n > 0) {
        qsort(records, n, sizeof(*records), by_key);
        put_level(&t, records, n);
    }
    put_header(&t, max_key);
    return put_fork(m, sx_fx_take(m->arena, &t.nodes), 1);
}

static void add_private_folders(struct making *m)
{
    static const uint8_t no_finder[32] = { 0 };
    for (size_t i = 0; i < m->n; i++)
        if (m->entries[i].type >= SX_FX_HFS_HARD_LINK) {
            add_folder(m, ROOT, (struct sx_str){ "\0\0\0\0HFS+ Private Data", 21 }, PRIVATE_FILES,
                       0, no_finder);
            add_folder(m, ROOT, SX_STR(".HFS+ Private Directory Data\r"), PRIVATE_FOLDERS, 0,
                       no_finder);
            return;
        }
}

static void put_volume_header(struct making *m, char *at, const struct fork forks[4])
{
    struct sx_buf head = { 0 };
    sx_buf_cstr(&head, "HX");
    sx_fx_put_be(&head, 2, 5);
    sx_fx_put_be(&head, 4, 0x100); /* unmounted properly */
    sx_buf_cstr(&head, "10.0");
    sx_buf_fill(&head, 0, 4 + 16);
    sx_fx_put_be(&head, 4, m->files);
    sx_fx_put_be(&head, 4, m->folders - 1); /* all but the root */
    sx_fx_put_be(&head, 4, BLOCK);
    sx_fx_put_be(&head, 4, m->blocks.len / BLOCK);
    sx_buf_fill(&head, 0, 16);
    sx_fx_put_be(&head, 4, FIRST_ID + 2 * m->n);
    sx_buf_fill(&head, 0, 4 + 8 + 32);
    for (size_t i = 0; i < 4; i++)
        put_fork_data(&head, &forks[i]);
    sx_buf_fill(&head, 0, 80);
    memcpy(at, head.ptr, head.len);
    sx_buf_release(&head);
}

struct sx_str sx_fx_hfs(struct sx_arena *arena, const struct sx_fx_hfs_entry *entries, size_t n)
{
    static const uint8_t no_finder[32] = { 0 };
    struct making m = { .arena = arena, .entries = entries, .n = n };
    struct fork forks[4] = { 0 };
    sx_buf_fill(&m.blocks, 0, BLOCK);
    add_folder(&m, 1, SX_STR("Sample"), ROOT, 0755, no_finder);
    add_private_folders(&m);
    for (size_t i = 0; i < n; i++)
        add_entry(&m, &entries[i], (uint32_t)(FIRST_ID + i));
    forks[1] = put_tree(&m, m.overflow.at, m.overflow.n, 10);
    forks[2] = put_tree(&m, m.catalog.at, m.catalog.n, 516);
    forks[3] = put_tree(&m, m.attributes.at, m.attributes.n, 266);
    struct sx_str used = { sx_arena_alloc(arena, m.blocks.len / BLOCK / 8 + 64),
                           m.blocks.len / BLOCK / 8 + 64 };
    forks[0] = put_fork(&m, used, 1);
    sx_buf_fill(&m.blocks, 0, BLOCK); /* its end holds the second header */
    put_volume_header(&m, m.blocks.ptr + 1024, forks);
    memcpy(m.blocks.ptr + m.blocks.len - 1024, m.blocks.ptr + 1024, 512);
    return sx_fx_take(arena, &m.blocks);
}

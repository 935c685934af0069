/* SPDX-License-Identifier: MIT */
#include "package/bom.h"

#include "base/limits.h"

#include <stdlib.h>

enum { BLOCK_LEN = 8 };

/* An entry before its path is known. */
struct item {
    uint32_t id, parent;
    struct sx_str name;
    struct sx_str path; /* when it has been made */
    enum sx_entry_type type;
    uint16_t mode;
    uint32_t uid;
};

struct reader {
    struct sx_span in;
    struct sx_span index; /* entries of the table of blocks */
    struct sx_arena *arena;
    SX_VEC(struct item) items;
    uint64_t text; /* bytes of paths so far */
    uint32_t n_blocks, n_nodes;
};

static bool block(const struct reader *r, uint32_t number, struct sx_span *out, struct sx_err *err)
{
    struct sx_span entry = { 0 };
    if (number >= r->n_blocks)
        return sx_fail(err, SX_E_RANGE, r->index.off, "block %u: there are %u", number,
                       r->n_blocks);
    SX_TRY(sx_span_sub(r->index, (uint64_t)number * BLOCK_LEN, BLOCK_LEN, "block", &entry, err));
    struct sx_cursor c = sx_cursor_be(entry);
    uint32_t off = sx_get_u32(&c, "block.offset");
    uint32_t len = sx_get_u32(&c, "block.length");
    SX_TRY(sx_cursor_ok(&c, err));
    return sx_span_sub(r->in, off, len, "block", out, err);
}

static bool read_index(struct reader *r, uint32_t off, uint32_t len, struct sx_err *err)
{
    struct sx_span table = { 0 };
    SX_TRY(sx_span_sub(r->in, off, len, "index", &table, err));
    struct sx_cursor c = sx_cursor_be(table);
    r->n_blocks = sx_get_u32(&c, "index.count");
    SX_TRY(sx_cursor_ok(&c, err));
    return sx_span_sub(table, 4, (uint64_t)r->n_blocks * BLOCK_LEN, "index.blocks", &r->index, err);
}

static bool find_variable(const struct reader *r, struct sx_span vars, const char *name,
                          uint32_t *out, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(vars);
    uint32_t count = sx_get_u32(&c, "variables.count");
    SX_TRY(sx_cursor_ok(&c, err));
    for (uint32_t i = 0; i < count; i++) {
        *out = sx_get_u32(&c, "variable.block");
        uint8_t len = sx_get_u8(&c, "variable.length");
        struct sx_span text = sx_get_bytes(&c, len, "variable.name");
        SX_TRY(sx_cursor_ok(&c, err));
        if (sx_str_is(sx_str_of_span(text), name))
            return true;
    }
    return sx_fail(err, SX_E_FORMAT, r->in.off, "no variable \"%s\"", name);
}

/* What kind it is, and whose. */
static bool read_info(struct reader *r, uint32_t number, struct item *item, struct sx_err *err)
{
    static const enum sx_entry_type types[] = { SX_ENTRY_SPECIAL, SX_ENTRY_FILE, SX_ENTRY_DIRECTORY,
                                                SX_ENTRY_SYMLINK, SX_ENTRY_SPECIAL };
    struct sx_span info = { 0 };
    SX_TRY(block(r, number, &info, err));
    struct sx_cursor c = sx_cursor_be(info);
    uint8_t type = sx_get_u8(&c, "path.type");
    sx_get_u8(&c, "path.unknown");
    sx_get_u16(&c, "path.architecture");
    item->mode = sx_get_u16(&c, "path.mode") & 07777;
    item->uid = sx_get_u32(&c, "path.user");
    SX_TRY(sx_cursor_ok(&c, err));
    if (type >= SX_LEN(types))
        return sx_fail(err, SX_E_FORMAT, info.off, "path.type: %u, at most %zu", type,
                       SX_LEN(types) - 1);
    item->type = types[type];
    return true;
}

static bool read_item(struct reader *r, uint32_t first, uint32_t second, struct sx_err *err)
{
    struct sx_span number = { 0 }, file = { 0 };
    struct item item = { 0 };
    SX_TRY(block(r, first, &number, err));
    SX_TRY(block(r, second, &file, err));
    struct sx_cursor c = sx_cursor_be(number), f = sx_cursor_be(file);
    item.id = sx_get_u32(&c, "path.id");
    uint32_t info = sx_get_u32(&c, "path.info");
    item.parent = sx_get_u32(&f, "file.parent");
    SX_TRY(sx_cursor_ok(&c, err));
    SX_TRY(sx_cursor_ok(&f, err));
    item.name = sx_str_of_span(sx_get_bytes(&f, sx_cursor_left(&f), "file.name"));
    const char *end = memchr(item.name.ptr, '\0', item.name.len);
    if (end == NULL || end == item.name.ptr)
        return sx_fail(err, SX_E_FORMAT, file.off, "file.name: it %s",
                       end == NULL ? "does not end" : "is empty");
    item.name.len = (size_t)(end - item.name.ptr);
    SX_TRY(read_info(r, info, &item, err));
    if (r->items.n == SX_MAX_BOM_PATHS)
        return sx_fail(err, SX_E_LIMIT, file.off, "more than %d paths", SX_MAX_BOM_PATHS);
    SX_PUSH(r->arena, &r->items, item);
    return true;
}

struct node {
    bool is_leaf;
    uint16_t count;
    uint32_t next;
    struct sx_cursor rest; /* at its entries */
};

/* No block is a node twice, so that a tree in a circle ends. */
static bool read_node(struct reader *r, uint32_t number, struct node *out, struct sx_err *err)
{
    struct sx_span bytes = { 0 };
    if (++r->n_nodes > r->n_blocks)
        return sx_fail(err, SX_E_FORMAT, r->in.off, "the tree of paths runs in a circle");
    SX_TRY(block(r, number, &bytes, err));
    out->rest = sx_cursor_be(bytes);
    out->is_leaf = sx_get_u16(&out->rest, "node.isLeaf") != 0;
    out->count = sx_get_u16(&out->rest, "node.count");
    out->next = sx_get_u32(&out->rest, "node.next");
    sx_get_u32(&out->rest, "node.previous");
    return sx_cursor_ok(&out->rest, err);
}

/* Down to the first leaf, then along. */
static bool read_tree(struct reader *r, uint32_t root, struct sx_err *err)
{
    struct node node = { 0 };
    SX_TRY(read_node(r, root, &node, err));
    while (!node.is_leaf && node.count > 0) {
        uint32_t first = sx_get_u32(&node.rest, "node.child");
        SX_TRY(sx_cursor_ok(&node.rest, err));
        SX_TRY(read_node(r, first, &node, err));
    }
    for (;;) {
        for (uint16_t i = 0; i < node.count; i++) {
            uint32_t first = sx_get_u32(&node.rest, "node.path");
            uint32_t second = sx_get_u32(&node.rest, "node.file");
            SX_TRY(sx_cursor_ok(&node.rest, err));
            SX_TRY(read_item(r, first, second, err));
        }
        if (node.next == 0)
            return true;
        SX_TRY(read_node(r, node.next, &node, err));
    }
}

static bool read_paths(struct reader *r, struct sx_span vars, struct sx_err *err)
{
    uint32_t number = 0;
    struct sx_span tree = { 0 };
    SX_TRY(find_variable(r, vars, "Paths", &number, err));
    SX_TRY(block(r, number, &tree, err));
    struct sx_cursor c = sx_cursor_be(tree);
    struct sx_span magic = sx_get_bytes(&c, 4, "tree.magic");
    sx_get_u32(&c, "tree.version");
    uint32_t root = sx_get_u32(&c, "tree.root");
    SX_TRY(sx_cursor_ok(&c, err));
    if (!sx_str_is(sx_str_of_span(magic), "tree"))
        return sx_fail(err, SX_E_MAGIC, tree.off, "Paths: it is no tree");
    return read_tree(r, root, err);
}

/* Paths */

static int by_id(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static struct item *find_item(struct reader *r, uint32_t id)
{
    struct item key = { .id = id };
    return bsearch(&key, r->items.at, r->items.n, sizeof(key), by_id);
}

static bool make_path(struct reader *r, struct item *item, unsigned depth, struct sx_err *err)
{
    struct sx_str above = { 0 };
    if (item->path.ptr != NULL)
        return true;
    if (depth > SX_MAX_MEMBER_DEPTH)
        return sx_fail(err, SX_E_LIMIT, r->in.off, "path %u: folders in folders without end",
                       item->id);
    struct item *parent = item->parent != 0 ? find_item(r, item->parent) : NULL;
    if (item->parent != 0 && parent == NULL)
        return sx_fail(err, SX_E_FORMAT, r->in.off, "path %u: its folder %u is not there", item->id,
                       item->parent);
    if (parent != NULL) {
        SX_TRY(make_path(r, parent, depth + 1, err));
        above = parent->path;
    }
    item->path = sx_path_join(r->arena, above.ptr != NULL ? above : SX_STR(""), item->name);
    r->text += item->path.len;
    if (r->text > SX_MAX_BOM_TEXT)
        return sx_fail(err, SX_E_LIMIT, r->in.off, "paths of more than %u bytes", SX_MAX_BOM_TEXT);
    return true;
}

static int by_path(const void *a, const void *b)
{
    return sx_str_cmp(((const struct sx_bom_path *)a)->path, ((const struct sx_bom_path *)b)->path);
}

static bool finish(struct reader *r, struct sx_bom *out, struct sx_err *err)
{
    struct sx_bom_path *paths = SX_NEW_N(r->arena, struct sx_bom_path, r->items.n);
    if (r->items.n > 1)
        qsort(r->items.at, r->items.n, sizeof(*r->items.at), by_id);
    for (size_t i = 0; i < r->items.n; i++) {
        struct item *item = &r->items.at[i];
        SX_TRY(make_path(r, item, 0, err));
        paths[i] = (struct sx_bom_path){ item->path, item->type, item->mode, item->uid };
    }
    if (r->items.n > 1)
        qsort(paths, r->items.n, sizeof(*paths), by_path);
    *out = (struct sx_bom){ paths, r->items.n };
    return true;
}

bool sx_bom_parse(struct sx_span in, struct sx_arena *arena, struct sx_bom *out, struct sx_err *err)
{
    struct reader r = { .in = in, .arena = arena };
    struct sx_cursor c = sx_cursor_be(in);
    struct sx_span vars = { 0 }, magic = sx_get_bytes(&c, 8, "bom.magic");
    uint32_t version = sx_get_u32(&c, "bom.version");
    sx_get_u32(&c, "bom.numberOfBlocks");
    uint32_t index_off = sx_get_u32(&c, "bom.indexOffset");
    uint32_t index_len = sx_get_u32(&c, "bom.indexLength");
    uint32_t vars_off = sx_get_u32(&c, "bom.varsOffset");
    uint32_t vars_len = sx_get_u32(&c, "bom.varsLength");
    SX_TRY(sx_cursor_ok(&c, err));
    if (!sx_str_is(sx_str_of_span(magic), "BOMStore"))
        return sx_fail(err, SX_E_MAGIC, in.off, "bom.magic: it is not \"BOMStore\"");
    if (version != 1)
        return sx_fail(err, SX_E_UNSUPPORTED, in.off + 8, "bom.version: %u, known is 1", version);
    SX_TRY(read_index(&r, index_off, index_len, err));
    SX_TRY(sx_span_sub(in, vars_off, vars_len, "variables", &vars, err));
    SX_TRY(read_paths(&r, vars, err));
    return finish(&r, out, err);
}

const struct sx_bom_path *sx_bom_find(const struct sx_bom *bom, struct sx_str path)
{
    struct sx_bom_path key = { .path = path };
    return bom->n > 0 ? bsearch(&key, bom->paths, bom->n, sizeof(key), by_path) : NULL;
}

/* SPDX-License-Identifier: MIT */
/* Records of the file-system tree, sorted out by kind, and nodes made of them. A key begins with
 * the id of a file, its kind in the top four bits. */
#include "package/apfs.h"
#include "base/arith.h"
#include "base/limits.h"
#include "bundle/apple_double.h"
#include "package/extents.h"

#include <stdlib.h>
#include <string.h>

enum { ROOT = 2, ROOT_PARENT = 1, COMPRESSED = 0x20, FINDER = 32 };
enum { FIELD_FINDER = 7, FIELD_STREAM = 8 };
enum { IS_STREAM = 1, IS_EMBEDDED = 2 };
enum { TYPE = 0170000, DIRECTORY = 0040000, REGULAR = 0100000, LINK = 0120000 };

#define ID_MASK  0x0fffffffffffffffull
#define LEN_MASK 0x00ffffffffffffffull

static const struct sx_str link_text = SX_LIT("com.apple.fs.symlink");

static bool is_full(size_t n, uint64_t off, struct sx_err *err)
{
    return n < SX_MAX_TREE_ENTRIES ||
           sx_fail(err, SX_E_LIMIT, off, "APFS: more than %d records of a kind",
                   SX_MAX_TREE_ENTRIES);
}

/* Fields that not every file has: a table, then values, each padded to 8 bytes. */
static void read_fields(struct sx_cursor *c, struct apfs_inode *inode)
{
    uint16_t n = sx_get_u16(c, "xf_num_exts");
    sx_get_u16(c, "xf_used_data");
    struct sx_cursor table = *c;
    sx_get_bytes(c, (size_t)n * 4, "x_field");
    for (uint16_t i = 0; i < n && c->bad == NULL; i++) {
        uint8_t type = sx_get_u8(&table, "x_type");
        sx_get_u8(&table, "x_flags");
        uint16_t len = sx_get_u16(&table, "x_size");
        struct sx_span value = sx_get_bytes(c, len, "x_field value");
        sx_get_bytes(c, (8 - len % 8u) % 8u, "padding");
        struct sx_cursor v = sx_cursor_le(value);
        if (type == FIELD_STREAM)
            inode->size = sx_get_u64(&v, "size");
        if (type == FIELD_FINDER && value.len == FINDER)
            memcpy(inode->finder, value.ptr, FINDER);
    }
}

static bool take_inode(struct apfs *apfs, uint64_t id, struct sx_span value, struct sx_err *err)
{
    struct apfs_inode inode = { .id = id };
    struct sx_cursor c = sx_cursor_le(value);
    inode.parent = sx_get_u64(&c, "parent_id");
    inode.data = sx_get_u64(&c, "private_id");
    sx_get_bytes(&c, 68 - 16, "create_time to write_generation_counter");
    inode.flags = sx_get_u32(&c, "bsd_flags");
    inode.uid = sx_get_u32(&c, "owner");
    sx_get_u32(&c, "group");
    inode.mode = sx_get_u16(&c, "mode");
    sx_get_bytes(&c, 2 + 8, "pad1, uncompressed_size");
    if (sx_cursor_left(&c) >= 4)
        read_fields(&c, &inode);
    SX_TRY(sx_cursor_ok(&c, err) && is_full(apfs->inodes.n, value.off, err));
    SX_PUSH(apfs->volume->arena, &apfs->inodes, inode);
    return true;
}

/* Names end in NUL, which their length counts. */
static struct sx_str get_name(struct apfs *apfs, struct sx_cursor *c, size_t n)
{
    struct sx_str name = sx_str_of_span(sx_get_bytes(c, n, "name"));
    return sx_str_dup(apfs->volume->arena, sx_str_sub(name, 0, name.len > 0 ? name.len - 1 : 0));
}

static bool take_attribute(struct apfs *apfs, uint64_t id, struct sx_cursor *key,
                           struct sx_span value, struct sx_err *err)
{
    struct apfs_attribute a = { .file = id };
    struct sx_cursor c = sx_cursor_le(value);
    a.name = get_name(apfs, key, sx_get_u16(key, "name_len"));
    uint16_t flags = sx_get_u16(&c, "flags"), len = sx_get_u16(&c, "xdata_len");
    if ((flags & IS_STREAM) != 0) {
        a.data = sx_get_u64(&c, "xattr_obj_id");
        a.size = sx_get_u64(&c, "size");
    } else {
        a.bytes = sx_str_dup(apfs->volume->arena, sx_str_of_span(sx_get_bytes(&c, len, "xdata")));
        a.size = a.bytes.len;
    }
    SX_TRY(sx_cursor_ok(key, err) && sx_cursor_ok(&c, err));
    SX_TRY(is_full(apfs->attributes.n, value.off, err));
    SX_PUSH(apfs->volume->arena, &apfs->attributes, a);
    return true;
}

static bool take_extent(struct apfs *apfs, uint64_t id, struct sx_cursor *key, struct sx_span value,
                        struct sx_err *err)
{
    struct apfs_extent e = { .data = id, .at = sx_get_u64(key, "logical_addr") };
    struct sx_cursor c = sx_cursor_le(value);
    e.len = sx_get_u64(&c, "len_and_flags") & LEN_MASK;
    e.block = sx_get_u64(&c, "phys_block_num");
    SX_TRY(sx_cursor_ok(key, err) && sx_cursor_ok(&c, err));
    SX_TRY(is_full(apfs->extents.n, value.off, err));
    SX_PUSH(apfs->volume->arena, &apfs->extents, e);
    return true;
}

static bool take_name(struct apfs *apfs, uint64_t id, struct sx_cursor *key, struct sx_span value,
                      struct sx_err *err)
{
    struct apfs_name name = { .parent = id };
    struct sx_cursor c = sx_cursor_le(value);
    size_t n = apfs->has_hashes ? sx_get_u32(key, "name_len_and_hash") & 0x3ff
                                : sx_get_u16(key, "name_len");
    name.name = get_name(apfs, key, n);
    name.file = sx_get_u64(&c, "file_id") & ID_MASK;
    SX_TRY(sx_cursor_ok(key, err) && sx_cursor_ok(&c, err));
    SX_TRY(is_full(apfs->names.n, value.off, err));
    SX_PUSH(apfs->volume->arena, &apfs->names, name);
    return true;
}

static bool take(void *context, struct sx_span key, struct sx_span value, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_le(key);
    uint64_t head = sx_get_u64(&c, "obj_id_and_type"), id = head & ID_MASK;
    SX_TRY(sx_cursor_ok(&c, err));
    switch (head >> 60) {
    case APFS_INODE:
        return take_inode(context, id, value, err);
    case APFS_ATTRIBUTE:
        return take_attribute(context, id, &c, value, err);
    case APFS_EXTENT:
        return take_extent(context, id, &c, value, err);
    case APFS_NAME:
        return take_name(context, id, &c, value, err);
    default:
        return true;
    }
}

/* Everything is sorted by a number that stands first. */
static int by_first(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof(x));
    memcpy(&y, b, sizeof(y));
    return x < y ? -1 : x > y;
}

static int by_place(const void *a, const void *b)
{
    const struct apfs_extent *x = a, *y = b;
    return x->data != y->data ? by_first(a, b) : x->at < y->at ? -1 : x->at > y->at;
}

static size_t first_of(const void *list, size_t n, size_t size, uint64_t number)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t found;
        memcpy(&found, (const char *)list + middle * size, sizeof(found));
        if (found < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#define SORT(list, order)                                                                          \
    do {                                                                                           \
        if ((list).n > 1)                                                                          \
            qsort((list).at, (list).n, sizeof(*(list).at), (order));                               \
    } while (0)
#define FIRST_OF(list, number) first_of((list).at, (list).n, sizeof(*(list).at), (number))

static const struct apfs_inode *inode_of(const struct apfs *apfs, uint64_t id)
{
    size_t at = FIRST_OF(apfs->inodes, id);
    return at < apfs->inodes.n && apfs->inodes.at[at].id == id ? &apfs->inodes.at[at] : NULL;
}

static uint64_t place_of(const struct apfs *apfs, uint64_t data)
{
    size_t at = FIRST_OF(apfs->extents, data);
    bool is_there = at < apfs->extents.n && apfs->extents.at[at].data == data;
    return is_there ? apfs->extents.at[at].block : 0;
}

static enum sx_entry_type type_of(uint16_t mode)
{
    switch (mode & TYPE) {
    case DIRECTORY:
        return SX_ENTRY_DIRECTORY;
    case REGULAR:
        return SX_ENTRY_FILE;
    case LINK:
        return SX_ENTRY_SYMLINK;
    default:
        return SX_ENTRY_SPECIAL;
    }
}

/* A file of several names is a node for each of them. One without inode is on no volume. */
static bool add_nodes(struct apfs *apfs, struct sx_err *err)
{
    for (size_t i = 0; i < apfs->names.n; i++) {
        const struct apfs_name *name = &apfs->names.at[i];
        const struct apfs_inode *inode = inode_of(apfs, name->file);
        if (name->parent == ROOT_PARENT)
            continue;
        if (inode == NULL)
            return sx_fail(err, SX_E_FORMAT, 0, "APFS: file %llu has a name and no inode",
                           (unsigned long long)name->file);
        struct sx_volume_node node = { .id = inode->id,
                                       .parent = name->parent,
                                       .name = name->name,
                                       .type = type_of(inode->mode),
                                       .mode = inode->mode & 07777u,
                                       .uid = (int64_t)inode->uid,
                                       .size = inode->size,
                                       .place = place_of(apfs, inode->data),
                                       .is_compressed = (inode->flags & COMPRESSED) != 0,
                                       .at = (uint64_t)(inode - apfs->inodes.at) };
        SX_PUSH(apfs->volume->arena, &apfs->volume->nodes, node);
    }
    apfs->volume->root = ROOT;
    return true;
}

bool apfs_read_records(struct apfs *apfs, uint64_t root, struct sx_err *err)
{
    SX_TRY(apfs_tree_walk(apfs, root, &apfs->volume_map, take, apfs, err));
    SORT(apfs->inodes, by_first);
    SORT(apfs->attributes, by_first);
    SORT(apfs->extents, by_place);
    return add_nodes(apfs, err);
}

/* Contents */

static bool open_extents(struct sx_volume *volume, uint64_t data, uint64_t size, const char *name,
                         struct sx_source *out, struct sx_err *err)
{
    const struct apfs *apfs = volume->context;
    struct sx_extents *extents = sx_extents_new(volume->scratch, apfs->disk);
    for (size_t i = FIRST_OF(apfs->extents, data);
         i < apfs->extents.n && apfs->extents.at[i].data == data; i++) {
        const struct apfs_extent *e = &apfs->extents.at[i];
        uint64_t held = sx_extents_held(extents);
        if (e->at < held || e->block > apfs->n_blocks ||
            e->len > (apfs->n_blocks - e->block) * apfs->block)
            return sx_fail(err, SX_E_RANGE, 0,
                           "APFS: an extent of %llu bytes at block %llu of %llu",
                           (unsigned long long)e->len, (unsigned long long)e->block,
                           (unsigned long long)apfs->n_blocks);
        sx_extents_add(extents, SX_EXTENT_HOLE, e->at - held);
        sx_extents_add(extents, e->block != 0 ? apfs->off + e->block * apfs->block : SX_EXTENT_HOLE,
                       e->len);
    }
    if (sx_extents_held(extents) < size)
        return sx_fail(err, SX_E_RANGE, 0, "file of %llu bytes: its extents hold %llu",
                       (unsigned long long)size, (unsigned long long)sx_extents_held(extents));
    sx_extents_source(extents, size, name, out);
    return true;
}

static const struct apfs_attribute *stored_at(const struct apfs *apfs, uint64_t file, size_t n)
{
    size_t first = FIRST_OF(apfs->attributes, file);
    if (n >= apfs->attributes.n - first || apfs->attributes.at[first + n].file != file)
        return NULL;
    return &apfs->attributes.at[first + n];
}

static struct sx_span finder_info(const struct apfs *apfs, const struct sx_volume_node *node)
{
    return (struct sx_span){ apfs->inodes.at[node->at].finder, FINDER, 0 };
}

static bool attribute(struct sx_volume *volume, const struct sx_volume_node *node,
                      struct sx_str name, struct sx_source *out, struct sx_err *err)
{
    const struct apfs *apfs = volume->context;
    const struct apfs_attribute *a;
    if (sx_str_is(name, SX_FINDER_INFO)) {
        sx_source_memory("attribute", finder_info(apfs, node), out);
        return true;
    }
    for (size_t i = 0; (a = stored_at(apfs, node->id, i)) != NULL; i++) {
        struct sx_span bytes = { (const uint8_t *)a->bytes.ptr, a->bytes.len, 0 };
        if (!sx_str_eq(a->name, name))
            continue;
        if (a->bytes.ptr == NULL)
            return open_extents(volume, a->data, a->size, "attribute", out, err);
        sx_source_memory("attribute", bytes, out);
        return true;
    }
    return sx_fail(err, SX_E_FORMAT, 0, "file %llu has no attribute %.*s",
                   (unsigned long long)node->id, SX_STR_ARG(name));
}

/* The text of a link is an attribute; it ends in NUL. */
static bool data(struct sx_volume *volume, const struct sx_volume_node *node, const char *name,
                 struct sx_source *out, struct sx_err *err)
{
    const struct apfs *apfs = volume->context;
    if (node->type != SX_ENTRY_SYMLINK)
        return open_extents(volume, apfs->inodes.at[node->at].data, node->size, name, out, err);
    SX_TRY(attribute(volume, node, link_text, out, err));
    out->size -= out->size > 0;
    return true;
}

static bool attribute_at(struct sx_volume *volume, const struct sx_volume_node *node, size_t n,
                         struct sx_volume_attribute *out)
{
    const struct apfs *apfs = volume->context;
    const struct apfs_attribute *a;
    if (!sx_span_is_zero(finder_info(apfs, node)) && n-- == 0) {
        *out = (struct sx_volume_attribute){ SX_STR(SX_FINDER_INFO), FINDER };
        return true;
    }
    for (size_t i = 0; (a = stored_at(apfs, node->id, i)) != NULL; i++)
        if (!sx_str_eq(a->name, link_text) && n-- == 0) {
            *out = (struct sx_volume_attribute){ a->name, a->size };
            return true;
        }
    return false;
}

const struct sx_volume_ops apfs_ops = { data, attribute_at, attribute };

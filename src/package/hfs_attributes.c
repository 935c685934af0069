/* SPDX-License-Identifier: MIT */
/* Extended attributes (XNU, hfs_format.h, HFSPlusAttrKey and HFSPlusAttrRecord), and what the
 * catalog keeps that programs see as attributes: Finder info and the resource fork. */
#include "package/hfs.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum { INLINE = 0x10, FORK = 0x20, FINDER_INFO = 32 };

/* Of Finder info, what no program is shown (XNU, hfs_xattr.c, hfs_zero_hidden_fields): a number of
 * the document, when it was added, a counter of writes. */
static const struct {
    uint8_t at, n;
} hidden[] = { { 16, 4 }, { 20, 4 }, { 28, 4 } };

static bool take(void *context, const struct hfs_record *record, struct sx_err *err)
{
    struct hfs *hfs = context;
    struct sx_cursor key = sx_cursor_be(record->key), data = sx_cursor_be(record->data);
    struct hfs_attribute a = { 0 };
    sx_get_u16(&key, "pad");
    a.file = sx_get_u32(&key, "fileID");
    uint32_t start = sx_get_u32(&key, "startBlock");
    uint16_t n = sx_get_u16(&key, "attrNameLen");
    struct sx_span name = sx_get_bytes(&key, (size_t)n * 2, "attrName");
    uint32_t type = sx_get_u32(&data, "recordType");
    SX_TRY(sx_cursor_ok(&key, err) && sx_cursor_ok(&data, err));
    if ((type != INLINE && type != FORK) || start != 0)
        return true; /* more extents of a fork: of attributes so large nothing is read */
    if (hfs->attributes.n == SX_MAX_TREE_ENTRIES)
        return sx_fail(err, SX_E_LIMIT, record->key.off, "attributes: more than %d of them",
                       SX_MAX_TREE_ENTRIES);
    a.has_fork = type == FORK;
    if (a.has_fork) {
        sx_get_u32(&data, "reserved");
        a.fork = hfs_get_fork(hfs, &data, a.file, 0);
        a.size = a.fork.size;
    } else {
        sx_get_bytes(&data, 8, "reserved");
        a.size = sx_get_u32(&data, "attrSize");
        a.off = record->data.off + data.pos;
        sx_get_bytes(&data, (size_t)a.size, "attribute");
    }
    SX_TRY(sx_cursor_ok(&data, err));
    a.name = hfs_name(hfs->volume->arena, name);
    SX_PUSH(hfs->volume->arena, &hfs->attributes, a);
    return true;
}

static int by_file(const void *a, const void *b)
{
    const struct hfs_attribute *x = a, *y = b;
    return x->file != y->file ? (x->file < y->file ? -1 : 1) : sx_str_cmp(x->name, y->name);
}

bool hfs_read_attributes(struct hfs *hfs, const struct hfs_fork *fork, struct sx_err *err)
{
    struct sx_source tree;
    hfs->attributes_fork = *fork;
    if (fork->size == 0)
        return true;
    SX_TRY(hfs_fork_open(hfs, fork, "attributes", hfs->volume->arena, &tree, err) &&
           hfs_tree_walk(&tree, "attributes", take, hfs, err));
    if (hfs->attributes.n > 1)
        qsort(hfs->attributes.at, hfs->attributes.n, sizeof(*hfs->attributes.at), by_file);
    return true;
}

static size_t first_of(const struct hfs *hfs, uint64_t file)
{
    size_t low = 0, high = hfs->attributes.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hfs->attributes.at[middle].file < file)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct hfs_attribute *stored_at(const struct hfs *hfs, uint64_t file, size_t n)
{
    size_t first = first_of(hfs, file);
    if (n >= hfs->attributes.n - first || hfs->attributes.at[first + n].file != file)
        return NULL;
    return &hfs->attributes.at[first + n];
}

static const struct hfs_file *file_of(const struct sx_volume *volume,
                                      const struct sx_volume_node *node)
{
    const struct hfs *hfs = volume->context;
    return &hfs->files.at[node->at];
}

static bool finder_info(const struct sx_volume *volume, const struct sx_volume_node *node,
                        uint8_t out[FINDER_INFO])
{
    memcpy(out, file_of(volume, node)->finder, FINDER_INFO);
    if (node->type == SX_ENTRY_SYMLINK || node->target != 0)
        memset(out, 0, 8); /* type and creator say that it is one */
    for (size_t i = 0; i < SX_LEN(hidden); i++)
        memset(out + hidden[i].at, 0, hidden[i].n);
    return !sx_span_is_zero((struct sx_span){ out, FINDER_INFO, 0 });
}

/* First what the catalog keeps, then what the attributes tree holds. */
static bool attribute_at(struct sx_volume *volume, const struct sx_volume_node *node, size_t n,
                         struct sx_volume_attribute *out)
{
    uint8_t info[FINDER_INFO];
    if (finder_info(volume, node, info) && n-- == 0) {
        *out = (struct sx_volume_attribute){ SX_STR("com.apple.FinderInfo"), FINDER_INFO };
        return true;
    }
    uint64_t resources = file_of(volume, node)->resources.size;
    if (resources > 0 && n-- == 0) {
        *out = (struct sx_volume_attribute){ SX_STR("com.apple.ResourceFork"), resources };
        return true;
    }
    const struct hfs_attribute *stored = stored_at(volume->context, node->id, n);
    if (stored != NULL)
        *out = (struct sx_volume_attribute){ stored->name, stored->size };
    return stored != NULL;
}

static bool open_finder_info(struct sx_volume *volume, const struct sx_volume_node *node,
                             struct sx_source *out)
{
    uint8_t *info = sx_arena_alloc(volume->scratch, FINDER_INFO);
    finder_info(volume, node, info);
    sx_source_memory("com.apple.FinderInfo", (struct sx_span){ info, FINDER_INFO, 0 }, out);
    return true;
}

static bool attribute(struct sx_volume *volume, const struct sx_volume_node *node,
                      struct sx_str name, struct sx_source *out, struct sx_err *err)
{
    struct hfs *hfs = volume->context;
    const struct hfs_attribute *stored;
    struct sx_source tree;
    if (sx_str_is(name, "com.apple.FinderInfo"))
        return open_finder_info(volume, node, out);
    if (sx_str_is(name, "com.apple.ResourceFork"))
        return hfs_fork_open(hfs, &file_of(volume, node)->resources, "resource fork",
                             volume->scratch, out, err);
    for (size_t i = 0; (stored = stored_at(hfs, node->id, i)) != NULL; i++) {
        if (!sx_str_eq(stored->name, name))
            continue;
        if (stored->has_fork)
            return hfs_fork_open(hfs, &stored->fork, "attribute", volume->scratch, out, err);
        return hfs_fork_open(hfs, &hfs->attributes_fork, "attributes", volume->scratch, &tree,
                             err) &&
               sx_source_part(&tree, stored->off, stored->size, "attribute", out, err);
    }
    return sx_fail(err, SX_E_FORMAT, 0, "file %llu has no attribute %.*s",
                   (unsigned long long)node->id, SX_STR_ARG(name));
}

static bool data(struct sx_volume *volume, const struct sx_volume_node *node, const char *name,
                 struct sx_source *out, struct sx_err *err)
{
    return hfs_fork_open(volume->context, &file_of(volume, node)->data, name, volume->scratch, out,
                         err);
}

const struct sx_volume_ops hfs_ops = { data, attribute_at, attribute };

/* SPDX-License-Identifier: MIT */
/* Forks: bytes of a file, in extents of allocation blocks that lie anywhere. */
#include "package/hfs.h"
#include "base/arith.h"
#include "base/limits.h"
#include "package/extents.h"

#include <stdlib.h>

enum { IN_RECORD = 8 };

struct hfs_fork hfs_get_fork(struct hfs *hfs, struct sx_cursor *c, uint32_t file, uint8_t type)
{
    struct hfs_extent extents[IN_RECORD];
    struct hfs_fork fork = { .size = sx_get_u64(c, "logicalSize"), .file = file, .type = type };
    sx_get_u32(c, "clumpSize");
    fork.blocks = sx_get_u32(c, "totalBlocks");
    for (size_t i = 0; i < IN_RECORD; i++) {
        extents[i].first = sx_get_u32(c, "startBlock");
        extents[i].n = sx_get_u32(c, "blockCount");
        if (extents[i].n > 0 && fork.n_extents == i)
            fork.n_extents++;
    }
    struct hfs_extent *kept = SX_NEW_N(hfs->volume->arena, struct hfs_extent, fork.n_extents);
    if (fork.n_extents > 0)
        memcpy(kept, extents, fork.n_extents * sizeof(*kept));
    fork.extents = kept;
    return fork;
}

static bool add_extent(const struct hfs *hfs, struct hfs_extent extent, struct sx_extents *out,
                       struct sx_err *err)
{
    if (extent.first > hfs->n_blocks || extent.n > hfs->n_blocks - extent.first)
        return sx_fail(err, SX_E_RANGE, 0, "extent: blocks %u+%u lie outside the volume's %u",
                       extent.first, extent.n, hfs->n_blocks);
    sx_extents_add(out, hfs->volume->off + (uint64_t)extent.first * hfs->block,
                   (uint64_t)extent.n * hfs->block);
    return true;
}

/* Where extents of a fork from a block on would stand among the sorted ones. */
static size_t overflow_at(const struct hfs *hfs, const struct hfs_fork *fork, uint64_t block)
{
    size_t low = 0, high = hfs->overflow.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct hfs_overflow *o = &hfs->overflow.at[middle];
        bool is_before = o->file != fork->file   ? o->file < fork->file
                         : o->type != fork->type ? o->type < fork->type
                                                 : o->first_block < block;
        if (is_before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool add_overflow(const struct hfs *hfs, const struct hfs_fork *fork, struct sx_extents *out,
                         struct sx_err *err)
{
    for (uint64_t held; (held = sx_extents_held(out)) < fork->size;) {
        size_t at = overflow_at(hfs, fork, held / hfs->block);
        const struct hfs_overflow *o = at < hfs->overflow.n ? &hfs->overflow.at[at] : NULL;
        if (o == NULL || o->file != fork->file || o->type != fork->type ||
            o->first_block != held / hfs->block || o->extents[0].n == 0)
            return sx_fail(err, SX_E_RANGE, 0, "file of %llu bytes: its extents hold %llu",
                           (unsigned long long)fork->size, (unsigned long long)held);
        for (size_t i = 0; i < IN_RECORD && o->extents[i].n > 0; i++)
            SX_TRY(add_extent(hfs, o->extents[i], out, err));
    }
    return true;
}

bool hfs_fork_open(struct hfs *hfs, const struct hfs_fork *fork, const char *name,
                   struct sx_arena *arena, struct sx_source *out, struct sx_err *err)
{
    struct sx_extents *extents = sx_extents_new(arena, hfs->volume->disk);
    for (size_t i = 0; i < fork->n_extents; i++)
        SX_TRY(add_extent(hfs, fork->extents[i], extents, err));
    SX_TRY(add_overflow(hfs, fork, extents, err));
    sx_extents_source(extents, fork->size, name, out);
    return true;
}

static bool take_overflow(void *context, const struct hfs_record *record, struct sx_err *err)
{
    struct hfs *hfs = context;
    struct hfs_overflow o = { 0 };
    struct sx_cursor key = sx_cursor_be(record->key), data = sx_cursor_be(record->data);
    o.type = sx_get_u8(&key, "forkType");
    sx_get_u8(&key, "pad");
    o.file = sx_get_u32(&key, "fileID");
    o.first_block = sx_get_u32(&key, "startBlock");
    for (size_t i = 0; i < IN_RECORD; i++) {
        o.extents[i].first = sx_get_u32(&data, "startBlock");
        o.extents[i].n = sx_get_u32(&data, "blockCount");
    }
    SX_TRY(sx_cursor_ok(&key, err) && sx_cursor_ok(&data, err));
    if (hfs->overflow.n == SX_MAX_TREE_ENTRIES)
        return sx_fail(err, SX_E_LIMIT, record->key.off, "extents tree: more than %d records",
                       SX_MAX_TREE_ENTRIES);
    SX_PUSH(hfs->volume->arena, &hfs->overflow, o);
    return true;
}

static int by_fork(const void *a, const void *b)
{
    const struct hfs_overflow *x = a, *y = b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return x->first_block < y->first_block ? -1 : x->first_block > y->first_block;
}

bool hfs_read_overflow(struct hfs *hfs, const struct hfs_fork *fork, struct sx_err *err)
{
    struct sx_source tree;
    if (fork->size == 0)
        return true;
    SX_TRY(hfs_fork_open(hfs, fork, "extents", hfs->volume->arena, &tree, err) &&
           hfs_tree_walk(&tree, "extents tree", take_overflow, hfs, err));
    if (hfs->overflow.n > 1)
        qsort(hfs->overflow.at, hfs->overflow.n, sizeof(*hfs->overflow.at), by_fork);
    return true;
}

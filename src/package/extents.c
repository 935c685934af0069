/* SPDX-License-Identifier: MIT */
#include "package/extents.h"

#include "base/arith.h"

#include <string.h>

struct stretch {
    uint64_t at, off, len; /* in the file; on the disk */
};

struct sx_extents {
    struct sx_arena *arena;
    const struct sx_source *disk;
    SX_VEC(struct stretch) stretches;
    uint64_t held;
};

struct sx_extents *sx_extents_new(struct sx_arena *arena, const struct sx_source *disk)
{
    struct sx_extents *extents = SX_NEW(arena, struct sx_extents);
    extents->arena = arena;
    extents->disk = disk;
    return extents;
}

void sx_extents_add(struct sx_extents *extents, uint64_t off, uint64_t len)
{
    if (len == 0)
        return;
    SX_PUSH(extents->arena, &extents->stretches, (struct stretch){ extents->held, off, len });
    extents->held += len;
}

uint64_t sx_extents_held(const struct sx_extents *extents)
{
    return extents->held;
}

static const struct stretch *stretch_at(const struct sx_extents *extents, uint64_t off)
{
    size_t low = 0, high = extents->stretches.n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (extents->stretches.at[middle].at <= off)
            low = middle;
        else
            high = middle;
    }
    return &extents->stretches.at[low];
}

static bool read_extents(void *context, uint64_t off, void *buf, size_t len, struct sx_err *err)
{
    const struct sx_extents *extents = context;
    for (uint8_t *to = buf; len > 0;) {
        const struct stretch *stretch = stretch_at(extents, off);
        uint64_t skip = off - stretch->at;
        size_t n = (size_t)sx_min_u64(len, stretch->len - skip);
        if (stretch->off == SX_EXTENT_HOLE)
            memset(to, 0, n);
        else
            SX_TRY(sx_source_pread(extents->disk, stretch->off + skip, to, n, err));
        to += n;
        off += n;
        len -= n;
    }
    return true;
}

void sx_extents_source(const struct sx_extents *extents, uint64_t size, const char *name,
                       struct sx_source *out)
{
    static const struct sx_source_ops ops = { read_extents, NULL };
    *out = (struct sx_source){
        .name = name, .size = size, .fd = -1, .ops = &ops, .context = (void *)(uintptr_t)extents
    };
}

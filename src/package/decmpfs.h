/* SPDX-License-Identifier: MIT */
/* Files that HFS+ and APFS keep compressed: an attribute com.apple.decmpfs says how, and holds the
 * content when it is small; else that is in the resource fork, in blocks of 64 KiB.
 *
 *     "fpmc" | type | size          little-endian; content or nothing
 *
 * Sources: XNU, bsd/sys/decmpfs.h (header, types 1 and above); types 3 to 12 as independent readers
 * (ntfs-3g's system compression aside: The Sleuth Kit, hfs.c; apfs-fuse, Decmpfs.cpp) have them. */
#pragma once
#include "base/arena.h"
#include "base/source.h"

struct sx_decmpfs {
    uint32_t type;
    uint64_t size; /* bytes of the content */
    bool is_inline;
};

/* sx_decmpfs_read reads the attribute. Fails with FORMAT, TRUNCATED, or UNSUPPORTED for a type that
 * is not known. */
SX_MUST_USE bool sx_decmpfs_read(struct sx_span attribute, struct sx_decmpfs *out,
                                 struct sx_err *err);

/* sx_decmpfs_each hands over the content, block by block. `resources` is the resource fork, NULL
 * for a type that needs none. Fails with FORMAT, RANGE, TRUNCATED, or as `take` does. */
SX_MUST_USE bool sx_decmpfs_each(const struct sx_decmpfs *decmpfs, struct sx_span attribute,
                                 const struct sx_source *resources,
                                 bool (*take)(void *context, const void *bytes, size_t n,
                                              struct sx_err *err),
                                 void *context, struct sx_err *err);

/* SPDX-License-Identifier: MIT */
/* Files of a cpio archive that are one file under several names: in the new form only one of them
 * has the content, the last that cpio writes (cpio(5) of libarchive, "New ASCII Format"). */
#pragma once
#include "base/table.h"
#include "package/cpio.h"
#include "package/unpack.h"

struct sx_hard_links {
    struct sx_arena *arena;
    struct sx_unpack *unpack;
    struct sx_table by_inode;
};

void sx_hard_links_init(struct sx_hard_links *links, struct sx_unpack *unpack,
                        struct sx_arena *arena);
/* sx_hard_links_take is told of every entry when it has been unpacked as `path`, which is copied:
 * names without content get that of their file as soon as it is known. */
void sx_hard_links_take(struct sx_hard_links *links, const struct sx_cpio_entry *entry,
                        struct sx_str path);

/* SPDX-License-Identifier: MIT */
/* HFSX volumes for tests: a small mkfs that fills the volume at once, and can do what no tool on
 * Linux does: compressed files, hard links, resource forks, extended attributes, fragments. */
#pragma once
#include "bytes.h"

enum sx_fx_hfs_type {
    SX_FX_HFS_FILE,
    SX_FX_HFS_FOLDER,
    SX_FX_HFS_SYMLINK,
    SX_FX_HFS_HARD_LINK,   /* to the file at `data` */
    SX_FX_HFS_FOLDER_LINK, /* to the folder at `data` */
};

struct sx_fx_hfs_attribute {
    const char *name;
    struct sx_str bytes;
};

struct sx_fx_hfs_entry {
    enum sx_fx_hfs_type type;
    struct sx_str path; /* parents come before what is in them, and need an entry */
    unsigned mode;      /* permission bits; 0: 755 */
    struct sx_str data, resources;
    struct sx_fx_hfs_attribute attributes[3];
    uint32_t packing;   /* type of com.apple.decmpfs: 3, 4, 7, 8, ...; 0: as it is */
    unsigned fragments; /* extents that the data lies in; 0: 1 */
    uint8_t finder[32];
};

/* sx_fx_hfs makes a volume, a whole number of sectors. */
struct sx_str sx_fx_hfs(struct sx_arena *arena, const struct sx_fx_hfs_entry *entries, size_t n);
/* sx_fx_hfs_folder makes one of a folder on disk. Fails with IO. */
SX_MUST_USE bool sx_fx_hfs_folder(struct sx_arena *arena, const char *folder, struct sx_str *out,
                                  struct sx_err *err);
/* sx_fx_decmpfs packs content: the attribute, and the resource fork, which may be empty. */
void sx_fx_decmpfs(struct sx_arena *arena, uint32_t type, struct sx_str content,
                   struct sx_str *attribute, struct sx_str *resources);
/* sx_fx_apple_map puts an Apple partition map before a volume. */
struct sx_str sx_fx_apple_map(struct sx_arena *arena, struct sx_str volume);
/* sx_fx_guid_table puts a GUID partition table before it. */
struct sx_str sx_fx_guid_table(struct sx_arena *arena, struct sx_str volume);

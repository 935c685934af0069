/* SPDX-License-Identifier: MIT */
/* Partitions of a disk: an Apple partition map, a GUID partition table, or none, when one file
 * system fills the disk. What a partition holds is told by its content and not by its type.
 *
 * Sources: Apple, "Inside Macintosh: Devices", SCSI Manager (partition map); UEFI specification,
 * chapter 5 (GUID partition table). */
#pragma once
#include "base/source.h"

enum sx_file_system {
    SX_FS_UNKNOWN,
    SX_FS_HFS_PLUS,
    SX_FS_APFS,
    SX_FS_HFS,
    SX_FS_ISO9660,
    SX_FS_UDF,
    SX_FS_FAT,
    SX_FS_EXFAT,
    SX_FS_NTFS,
};
/* sx_file_system_name is "hfs+" and the like; NULL for UNKNOWN. */
const char *sx_file_system_name(enum sx_file_system fs);

struct sx_partition {
    uint64_t off, len; /* bytes of the disk */
    enum sx_file_system fs;
};

struct sx_partitions {
    const struct sx_partition *at; /* those with a file system, in the order of the disk */
    size_t n;
};

/* sx_partitions_find looks at a disk. Fails with LIMIT, RANGE, TRUNCATED or IO; a disk on which
 * nothing is recognised has no partitions. */
SX_MUST_USE bool sx_partitions_find(const struct sx_source *disk, struct sx_arena *arena,
                                    struct sx_partitions *out, struct sx_err *err);

/* sx_disk_begins tells whether the first bytes of a file are those of a disk without any image
 * around it: a partition map, HFS+ or APFS. */
bool sx_disk_begins(struct sx_span head);

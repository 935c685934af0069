/* SPDX-License-Identifier: MIT */
#include "package/partition.h"

#include "base/arith.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512, MAP_BLOCKS = 1 << 16 };

const char *sx_file_system_name(enum sx_file_system fs)
{
    static const char *const names[] = {
        [SX_FS_UNKNOWN] = NULL, [SX_FS_HFS_PLUS] = "hfs+",   [SX_FS_APFS] = "apfs",
        [SX_FS_HFS] = "hfs",    [SX_FS_ISO9660] = "iso9660", [SX_FS_UDF] = "udf",
        [SX_FS_FAT] = "fat",    [SX_FS_EXFAT] = "exfat",     [SX_FS_NTFS] = "ntfs",
    };
    return names[fs];
}

/* Where a file system shows what it is; the first that fits counts. A hybrid disc is HFS+ and ISO
 * 9660 at once, and mounts as HFS+. */
static const struct signature {
    uint64_t at;
    struct sx_str bytes;
    enum sx_file_system fs;
} signatures[] = {
    { 1024, SX_LIT("H+\0\x04"), SX_FS_HFS_PLUS },
    { 1024, SX_LIT("HX\0\x05"), SX_FS_HFS_PLUS },
    { 1024 + 0x7c, SX_LIT("H+"), SX_FS_HFS_PLUS }, /* inside of an HFS wrapper, "BD" */
    { 32, SX_LIT("NXSB"), SX_FS_APFS },
    { 1024, SX_LIT("BD"), SX_FS_HFS },
    { 3, SX_LIT("EXFAT   "), SX_FS_EXFAT },
    { 3, SX_LIT("NTFS    "), SX_FS_NTFS },
    { 54, SX_LIT("FAT1"), SX_FS_FAT },
    { 82, SX_LIT("FAT32"), SX_FS_FAT },
    { 32769, SX_LIT("CD001"), SX_FS_ISO9660 },
    { 32769, SX_LIT("BEA01"), SX_FS_UDF },
};

static bool is_at(const struct sx_source *disk, uint64_t at, struct sx_str bytes)
{
    char found[8];
    struct sx_err ignored = { 0 };
    return bytes.len <= disk->size && at <= disk->size - bytes.len &&
           sx_source_pread(disk, at, found, bytes.len, &ignored) &&
           memcmp(found, bytes.ptr, bytes.len) == 0;
}

static enum sx_file_system file_system_at(const struct sx_source *disk, uint64_t off)
{
    static const struct sx_str wrapper = SX_LIT("BD");
    for (size_t i = 0; i < SX_LEN(signatures); i++)
        if (is_at(disk, off + signatures[i].at, signatures[i].bytes) &&
            (signatures[i].at != 1024 + 0x7c || is_at(disk, off + 1024, wrapper)))
            return signatures[i].fs;
    return SX_FS_UNKNOWN;
}

/* Partitions as they are found. */
struct finding {
    const struct sx_source *disk;
    struct sx_arena *arena;
    SX_VEC(struct sx_partition) found;
};

/* One that leaves the disk ends with it: hdiutil makes disks that are shorter than their map. */
static bool add(struct finding *f, uint64_t off, uint64_t len, struct sx_err *err)
{
    if (off >= f->disk->size || len == 0)
        return true;
    enum sx_file_system fs = file_system_at(f->disk, off);
    for (size_t i = 0; i < f->found.n; i++)
        if (f->found.at[i].off == off)
            return true;
    if (f->found.n == SX_MAX_PARTITIONS)
        return sx_fail(err, SX_E_LIMIT, off, "disk: more than %d partitions", SX_MAX_PARTITIONS);
    len = sx_min_u64(len, f->disk->size - off);
    if (fs != SX_FS_UNKNOWN)
        SX_PUSH(f->arena, &f->found, (struct sx_partition){ off, len, fs });
    return true;
}

/* Apple's map: one block an entry, from block 1 on, and each says how many there are. The block
 * size stands in block 0; where it is 2048, as on discs, entries may lie 512 bytes apart still. */
static bool read_apple_map(struct finding *f, uint32_t block, struct sx_err *err)
{
    uint32_t n = 1;
    for (uint32_t i = 1; i <= n; i++) {
        uint8_t entry[20];
        SX_TRY(sx_source_pread(f->disk, (uint64_t)i * block, entry, sizeof(entry), err));
        struct sx_cursor c = sx_cursor_be((struct sx_span){ entry, sizeof(entry), 0 });
        uint16_t magic = sx_get_u16(&c, "pmSig");
        sx_get_u16(&c, "pmSigPad");
        n = sx_get_u32(&c, "pmMapBlkCnt");
        uint64_t first = sx_get_u32(&c, "pmPyPartStart"), blocks = sx_get_u32(&c, "pmPartBlkCnt");
        if (magic != 0x504d) /* "PM" */
            return true;
        if (n > MAP_BLOCKS)
            return sx_fail(err, SX_E_LIMIT, (uint64_t)i * block,
                           "partition map: %u entries, at most %d", n, MAP_BLOCKS);
        SX_TRY(add(f, first * block, blocks * block, err));
    }
    return true;
}

static bool read_apple_maps(struct finding *f, struct sx_err *err)
{
    static const uint32_t blocks[] = { SECTOR, 2048 };
    for (size_t i = 0; i < SX_LEN(blocks); i++)
        if (is_at(f->disk, blocks[i], SX_STR("PM")))
            SX_TRY(read_apple_map(f, blocks[i], err));
    return true;
}

static bool read_guid_table(struct finding *f, struct sx_err *err)
{
    uint8_t bytes[92];
    SX_TRY(sx_source_pread(f->disk, SECTOR, bytes, sizeof(bytes), err));
    struct sx_cursor c = sx_cursor_le((struct sx_span){ bytes, sizeof(bytes), SECTOR });
    sx_get_bytes(&c, 72, "header");
    uint64_t first = sx_get_u64(&c, "PartitionEntryLBA");
    uint32_t n = sx_get_u32(&c, "NumberOfPartitionEntries");
    uint32_t size = sx_get_u32(&c, "SizeOfPartitionEntry");
    if (n > SX_MAX_PARTITIONS || size < 128 || size > 4096 || first > f->disk->size / SECTOR)
        return sx_fail(err, SX_E_LIMIT, SECTOR + 80,
                       "partition table: %u entries of %u bytes at block %llu", n, size,
                       (unsigned long long)first);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t entry[48];
        SX_TRY(sx_source_pread(f->disk, first * SECTOR + (uint64_t)i * size, entry, sizeof(entry),
                               err));
        c = sx_cursor_le((struct sx_span){ entry, sizeof(entry), 0 });
        sx_get_bytes(&c, 32, "type and name");
        uint64_t begin = sx_get_u64(&c, "StartingLBA"), end = sx_get_u64(&c, "EndingLBA");
        if (begin != 0 && begin <= end && end < f->disk->size / SECTOR + 1)
            SX_TRY(add(f, begin * SECTOR, (end - begin + 1) * SECTOR, err));
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct sx_partition *x = a, *y = b;
    return x->off < y->off ? -1 : x->off > y->off;
}

bool sx_partitions_find(const struct sx_source *disk, struct sx_arena *arena,
                        struct sx_partitions *out, struct sx_err *err)
{
    struct finding f = { .disk = disk, .arena = arena };
    if (is_at(disk, SECTOR, SX_STR("EFI PART")))
        SX_TRY(read_guid_table(&f, err));
    if (f.found.n == 0)
        SX_TRY(read_apple_maps(&f, err));
    if (f.found.n == 0)
        SX_TRY(add(&f, 0, disk->size, err));
    if (f.found.n > 1)
        qsort(f.found.at, f.found.n, sizeof(*f.found.at), by_place);
    *out = (struct sx_partitions){ f.found.at, f.found.n };
    return true;
}

bool sx_disk_begins(struct sx_span head)
{
    static const struct {
        size_t at;
        struct sx_str bytes;
    } begins[] = {
        { 512, SX_LIT("PM\0\0") },    { 512, SX_LIT("EFI PART") }, { 1024, SX_LIT("H+\0\x04") },
        { 1024, SX_LIT("HX\0\x05") }, { 32, SX_LIT("NXSB") },
    };
    for (size_t i = 0; i < SX_LEN(begins); i++)
        if (sx_str_starts(sx_str_sub(sx_str_of_span(head), begins[i].at, head.len),
                          begins[i].bytes))
            return true;
    return false;
}

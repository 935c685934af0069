/* SPDX-License-Identifier: MIT */
/* The volume header, and what it leads to. */
#include "package/hfs.h"

enum {
    HEADER_AT = 1024,
    HEADER = 512,
    HFS = 0x4244, /* "BD": the old file system, maybe around the new one */
    HFS_PLUS = 0x482b,
    HFSX = 0x4858,
    CATALOG_FILE = 4,
    EXTENTS_FILE = 3,
    ATTRIBUTES_FILE = 8,
};

/* HFS+ inside of HFS, as on volumes that had to boot Macs of 1998 (TN1150, "HFS Wrapper"). */
static bool unwrap(const struct sx_source *disk, uint64_t off, uint64_t *inner, struct sx_err *err)
{
    uint8_t bytes[HEADER];
    SX_TRY(sx_source_pread(disk, off + HEADER_AT, bytes, sizeof(bytes), err));
    struct sx_cursor c = sx_cursor_be((struct sx_span){ bytes, sizeof(bytes), off + HEADER_AT });
    *inner = off;
    if (sx_get_u16(&c, "signature") != HFS)
        return true;
    sx_get_bytes(&c, 0x14 - 2, "drAlBlkSiz");
    uint64_t block = sx_get_u32(&c, "drAlBlkSiz");
    sx_get_bytes(&c, 4, "drClpSiz");
    uint64_t first = sx_get_u16(&c, "drAlBlSt");
    sx_get_bytes(&c, 0x7c - 0x1e, "drEmbedSigWord");
    uint16_t signature = sx_get_u16(&c, "drEmbedSigWord");
    uint64_t start = sx_get_u16(&c, "drEmbedExtent");
    SX_TRY(sx_cursor_ok(&c, err));
    if (signature != HFS_PLUS)
        return sx_fail(err, SX_E_UNSUPPORTED, off + HEADER_AT, "volume: HFS, and no HFS+ in it");
    *inner = off + first * HEADER + start * block;
    return true;
}

static bool read_header(struct hfs *hfs, struct sx_span in, struct hfs_fork *extents,
                        struct hfs_fork *catalog, struct hfs_fork *attributes, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(in);
    uint16_t signature = sx_get_u16(&c, "signature");
    sx_get_bytes(&c, 40 - 2, "version to folderCount");
    hfs->block = sx_get_u32(&c, "blockSize");
    hfs->n_blocks = sx_get_u32(&c, "totalBlocks");
    sx_get_bytes(&c, 112 - 48, "freeBlocks to finderInfo");
    hfs_get_fork(hfs, &c, 6, 0); /* what is allocated */
    *extents = hfs_get_fork(hfs, &c, EXTENTS_FILE, 0);
    *catalog = hfs_get_fork(hfs, &c, CATALOG_FILE, 0);
    *attributes = hfs_get_fork(hfs, &c, ATTRIBUTES_FILE, 0);
    SX_TRY(sx_cursor_ok(&c, err));
    if (signature != HFS_PLUS && signature != HFSX)
        return sx_fail(err, SX_E_MAGIC, in.off,
                       "volume: its header begins with 0x%04x, not H+ or HX", signature);
    if (hfs->block < 512 || hfs->block > 1u << 24 || (hfs->block & (hfs->block - 1)) != 0)
        return sx_fail(err, SX_E_FORMAT, in.off + 40, "volume: blocks of %u bytes", hfs->block);
    return true;
}

/* A volume that is longer than what it lies in has been cut off, and files with it. */
static bool is_all_there(const struct hfs *hfs, uint64_t room, uint64_t header_off,
                         struct sx_err *err)
{
    return (uint64_t)hfs->n_blocks * hfs->block <= room ||
           sx_fail(err, SX_E_RANGE, header_off + 44, "volume: %u blocks of %u bytes in %llu",
                   hfs->n_blocks, hfs->block, (unsigned long long)room);
}

bool sx_hfs_open(const struct sx_source *disk, uint64_t off, uint64_t len, struct sx_arena *arena,
                 struct sx_volume *out, struct sx_err *err)
{
    struct hfs *hfs = SX_NEW(arena, struct hfs);
    struct hfs_fork extents, catalog, attributes;
    uint8_t bytes[HEADER];
    *out = (struct sx_volume){
        .ops = &hfs_ops, .arena = arena, .scratch = arena, .disk = disk, .len = len, .context = hfs
    };
    hfs->volume = out;
    SX_TRY(unwrap(disk, off, &out->off, err));
    SX_TRY(sx_source_pread(disk, out->off + HEADER_AT, bytes, sizeof(bytes), err));
    struct sx_span header = { bytes, sizeof(bytes), out->off + HEADER_AT };
    uint64_t skipped = out->off - off, room = len > skipped ? len - skipped : 0;
    return read_header(hfs, header, &extents, &catalog, &attributes, err) &&
           is_all_there(hfs, room, header.off, err) && hfs_read_overflow(hfs, &extents, err) &&
           hfs_read_catalog(hfs, &catalog, err) && hfs_read_attributes(hfs, &attributes, err);
}

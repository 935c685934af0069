/* SPDX-License-Identifier: MIT */
/* The container superblock, and the volumes it leads to. */
#include "package/apfs.h"

#include "base/limits.h"

enum {
    NX_MAGIC = 0x4253584e, /* "NXSB" */
    VOLUME_MAGIC = 0x42535041,
    MIN_BLOCK = 4096,
    MAX_BLOCK = 65536,
    MAX_CHECKPOINT = 1 << 16, /* blocks; containers of a terabyte have a few hundred */
    MAX_VOLUMES = 100,
    IS_UNENCRYPTED = 1,
    FOLDS_CASE = 0x1,
    FOLDS_FORMS = 0x8,
};

/* What is read of a superblock of the container. */
struct superblock {
    uint64_t transaction, map;
    uint32_t checkpoint_blocks;
    uint64_t checkpoint;
    uint64_t volumes[MAX_VOLUMES];
};

static bool read_superblock(struct apfs *apfs, struct sx_span in, struct superblock *out,
                            struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_le(in);
    sx_get_bytes(&c, 16, "o_cksum, o_oid");
    out->transaction = sx_get_u64(&c, "o_xid");
    sx_get_bytes(&c, 8, "o_type, o_subtype");
    uint32_t magic = sx_get_u32(&c, "nx_magic"), block = sx_get_u32(&c, "nx_block_size");
    uint64_t n_blocks = sx_get_u64(&c, "nx_block_count");
    sx_get_bytes(&c, 104 - 48, "nx_features to nx_next_xid");
    out->checkpoint_blocks = sx_get_u32(&c, "nx_xp_desc_blocks");
    sx_get_u32(&c, "nx_xp_data_blocks");
    out->checkpoint = sx_get_u64(&c, "nx_xp_desc_base");
    sx_get_bytes(&c, 160 - 120, "nx_xp_data_base to nx_spaceman_oid");
    out->map = sx_get_u64(&c, "nx_omap_oid");
    sx_get_bytes(&c, 184 - 168, "nx_reaper_oid to nx_max_file_systems");
    for (size_t i = 0; i < MAX_VOLUMES; i++)
        out->volumes[i] = sx_get_u64(&c, "nx_fs_oid");
    SX_TRY(sx_cursor_ok(&c, err));
    if (magic != NX_MAGIC)
        return sx_fail(err, SX_E_MAGIC, in.off + 32, "APFS: no container superblock, 0x%08x",
                       magic);
    if (block < MIN_BLOCK || block > MAX_BLOCK || (block & (block - 1)) != 0)
        return sx_fail(err, SX_E_FORMAT, in.off + 36, "APFS: blocks of %u bytes", block);
    apfs->block = block;
    apfs->n_blocks = n_blocks;
    return true;
}

/* The superblock in block 0 may be old: the newest that is whole is among the checkpoints. */
static bool find_newest(struct apfs *apfs, struct superblock *newest, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    uint8_t *bytes = sx_arena_alloc(arena, apfs->block);
    uint32_t n = newest->checkpoint_blocks;
    if (n > MAX_CHECKPOINT)
        return sx_fail(err, SX_E_UNSUPPORTED, apfs->off + 104,
                       "APFS: checkpoints in %u blocks are not read", n);
    for (uint32_t i = 0; i < n; i++) {
        struct superblock found;
        struct sx_span in;
        struct sx_err ignored = { 0 }; /* a block that is something else, or old and torn */
        if (apfs_read_object(apfs, newest->checkpoint + i, APFS_CONTAINER, bytes, &in, &ignored) &&
            read_superblock(apfs, in, &found, &ignored) && found.transaction > newest->transaction)
            *newest = found;
    }
    apfs->transaction = newest->transaction;
    return true;
}

static bool open_container(struct apfs *apfs, uint64_t len, struct superblock *out,
                           struct sx_err *err)
{
    uint8_t bytes[MIN_BLOCK];
    struct sx_arena *arena = apfs->volume->arena;
    SX_TRY(sx_source_pread(apfs->disk, apfs->off, bytes, sizeof(bytes), err));
    SX_TRY(read_superblock(apfs, (struct sx_span){ bytes, sizeof(bytes), apfs->off }, out, err));
    if (apfs->n_blocks > len / apfs->block)
        return sx_fail(err, SX_E_RANGE, apfs->off + 40, "APFS: %llu blocks of %u in %llu bytes",
                       (unsigned long long)apfs->n_blocks, apfs->block, (unsigned long long)len);
    return find_newest(apfs, out, err) &&
           apfs_map_read(apfs, out->map, arena, &apfs->container_map, err);
}

/* What is read of a superblock of a volume. */
static bool open_volume(struct apfs *apfs, uint64_t id, struct sx_err *err)
{
    struct sx_arena *arena = apfs->volume->arena;
    uint8_t *bytes = sx_arena_alloc(arena, apfs->block);
    struct sx_span in;
    uint64_t block = 0, root_block = 0;
    SX_TRY(apfs_map_find(&apfs->container_map, id, &block, err));
    SX_TRY(apfs_read_object(apfs, block, APFS_VOLUME, bytes, &in, err));
    struct sx_cursor c = sx_cursor_le(in);
    sx_get_bytes(&c, 32, "object");
    uint32_t magic = sx_get_u32(&c, "apfs_magic");
    sx_get_bytes(&c, 56 - 36, "apfs_fs_index to apfs_readonly_compatible_features");
    uint64_t features = sx_get_u64(&c, "apfs_incompatible_features");
    sx_get_bytes(&c, 128 - 64, "apfs_unmount_time to apfs_snap_meta_tree_type");
    uint64_t map = sx_get_u64(&c, "apfs_omap_oid"), root = sx_get_u64(&c, "apfs_root_tree_oid");
    sx_get_bytes(&c, 264 - 144, "apfs_extentref_tree_oid to apfs_last_mod_time");
    uint64_t flags = sx_get_u64(&c, "apfs_fs_flags");
    sx_get_bytes(&c, 704 - 272, "apfs_formatted_by, apfs_modified_by");
    struct sx_str name = sx_str_of_span(sx_get_bytes(&c, 256, "apfs_volname"));
    SX_TRY(sx_cursor_ok(&c, err));
    if (magic != VOLUME_MAGIC)
        return sx_fail(err, SX_E_MAGIC, in.off + 32, "APFS: no volume superblock, 0x%08x", magic);
    if ((flags & IS_UNENCRYPTED) == 0)
        return sx_fail(err, SX_E_UNSUPPORTED, in.off + 264,
                       "APFS: an encrypted volume needs a password");
    apfs->has_hashes = (features & (FOLDS_CASE | FOLDS_FORMS)) != 0;
    apfs->volume->name = sx_str_sub(name, 0, sx_str_find(name, (struct sx_str){ "", 1 }));
    return apfs_map_read(apfs, map, arena, &apfs->volume_map, err) &&
           apfs_map_find(&apfs->volume_map, root, &root_block, err) &&
           apfs_read_records(apfs, root_block, err);
}

bool sx_apfs_open(const struct sx_source *disk, uint64_t off, uint64_t len, size_t at,
                  struct sx_arena *arena, struct sx_volume *out, bool *is_there, struct sx_err *err)
{
    struct apfs *apfs = SX_NEW(arena, struct apfs);
    struct superblock *newest = SX_NEW(arena, struct superblock);
    *out = (struct sx_volume){ .ops = &apfs_ops,
                               .arena = arena,
                               .scratch = arena,
                               .disk = disk,
                               .off = off,
                               .len = len,
                               .context = apfs };
    apfs->volume = out;
    apfs->disk = disk;
    apfs->off = off;
    SX_TRY(open_container(apfs, len, newest, err));
    *is_there = at < MAX_VOLUMES && newest->volumes[at] != 0;
    return !*is_there || open_volume(apfs, newest->volumes[at], err);
}

/* SPDX-License-Identifier: MIT */
/* APFS containers: what a volume can hold, and blocks that are damaged. */
#include "apfs.h"
#include "base/buf.h"
#include "bundle/apple_double.h"
#include "opened.h"
#include "rows.h"
#include "udif.h"

#include <string.h>

enum { BLOCK = 4096 };

static struct sx_str text(struct sx_arena *arena)
{
    enum { N = 200000 };
    char *bytes = sx_arena_alloc(arena, N);
    for (size_t i = 0; i < N; i++)
        bytes[i] = "all work and no play makes jack a dull boy. "[(i + i / 977) % 44];
    memset(bytes + 81920, 0, 40960); /* a hole, where there are fragments */
    return (struct sx_str){ bytes, N };
}

static const struct form {
    const char *name;
    bool has_hashes;
} forms[] = { { "names as they are", false }, { "names with hashes", true } };

static void reads(void **state)
{
    const struct form *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_fx_hfs_entry entries[] = {
        { SX_FX_HFS_FOLDER, SX_STR("A.app"), 0750 },
        { SX_FX_HFS_FILE, SX_STR("A.app/a"), 0644, SX_STR("one file") },
        { SX_FX_HFS_HARD_LINK, SX_STR("A.app/b"), 0, SX_STR("A.app/a") },
        { SX_FX_HFS_FILE, SX_STR("A.app/big"), 0755, text(arena) },
        { SX_FX_HFS_FILE, SX_STR("A.app/holes"), 0755, text(arena), .fragments = 5 },
        { SX_FX_HFS_FILE, SX_STR("A.app/lzvn"), 0600, text(arena), .packing = 8 },
        { SX_FX_HFS_FILE, SX_STR("A.app/zlib"), 0600, SX_STR("text text text"), .packing = 3 },
        { SX_FX_HFS_FILE, SX_STR("Br\xc3\xbcssel"), 0644, SX_STR("") },
        { SX_FX_HFS_SYMLINK, SX_STR("link"), 0755, SX_STR("A.app/a") },
    };
    const struct sx_image_data *image;
    struct sx_str disk = sx_fx_apfs(arena, entries, SX_LEN(entries), row->has_hashes);
    assert_string_equal(opened(arena, sx_fx_guid_table(arena, disk), &image),
                        "750 A.app/\n644 A.app/a \"one file\"\n644 A.app/b \"one file\"\n"
                        "755 A.app/big 200000 863cf3c3\n755 A.app/holes 200000 863cf3c3\n"
                        "600 A.app/lzvn 200000 863cf3c3\n600 A.app/zlib \"text text text\"\n"
                        "644 Br\xc3\xbcssel \"\"\n755 link -> A.app/a\n");
    assert_string_equal(sx_file_system_name(image->fs), "apfs");
}

static void reads_deep_trees(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf want = { 0 };
    struct sx_fx_hfs_entry *entries = SX_NEW_N(arena, struct sx_fx_hfs_entry, 600);
    for (int i = 0; i < 600; i++) {
        struct sx_str name = sx_str_printf(arena, "a file with a long name, number %04d", i);
        entries[i] = (struct sx_fx_hfs_entry){ SX_FX_HFS_FILE, name, 0644, name };
        sx_buf_printf(&want, "644 %s \"%s\"\n", name.ptr, name.ptr);
    }
    assert_string_equal(opened(arena, sx_fx_apfs(arena, entries, 600, true), NULL),
                        sx_str_dup(arena, sx_buf_view(&want)).ptr);
}

static bool has_attribute(struct sx_arena *arena, struct sx_str volume, const char *attribute)
{
    struct sx_str bytes = opened_bytes(arena, volume, "__MACOSX/._f");
    struct sx_span span = { (const uint8_t *)bytes.ptr, bytes.len, 0 }, found;
    return bytes.ptr != NULL && sx_apple_double_find(span, attribute, &found);
}

static void keeps_attributes(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_fx_hfs_entry entry = { SX_FX_HFS_FILE,
                                           SX_STR("f"),
                                           0644,
                                           SX_STR("x"),
                                           SX_STR("resources"),
                                           { { "com.apple.quarantine", SX_STR("0081;") },
                                             { "com.apple.cs.CodeSignature",
                                               sx_str_sub(text(arena), 0, 9000) } },
                                           .finder = "APPLtest" };
    struct sx_str volume = sx_fx_apfs(arena, &entry, 1, true);
    assert_string_equal(opened(arena, volume, NULL), "644 f \"x\"\n");
    assert_true(has_attribute(arena, volume, "com.apple.quarantine"));
    assert_true(has_attribute(arena, volume, "com.apple.cs.CodeSignature"));
    assert_true(has_attribute(arena, volume, SX_FINDER_INFO));
    assert_true(has_attribute(arena, volume, SX_RESOURCE_FORK));
}

/* Places in the container of tells_damage: superblocks, maps, the volume, the tree of the volume.
 */
enum { NEWEST = 2, MAP = 3, MAP_TREE = 4, VOLUME = 5, VOLUME_MAP_TREE = 7, TREE = 9 };

static const struct damage {
    const char *name;
    size_t block, at;
    struct sx_str bytes;
    bool is_sealed;   /* its checksum is made anew */
    const char *says; /* a part of what is said */
} damages[] = {
    { "as it is", TREE, 0, LIT(""), true, "644 f \"content\"\n" },
    { "block size", 0, 36, LIT("\1\x10"), true, "APFS: blocks of 4097 bytes" },
    { "more blocks than bytes", 0, 40, LIT("\xff\xff"), true, "APFS: 65535 blocks of 4096 in " },
    { "checkpoints in a tree", 0, 104, LIT("\2\0\0\x80"), true,
      "APFS: checkpoints in 2147483650 blocks are not read" },
    { "newest superblock torn", NEWEST, 200, LIT("torn"), false, "644 f \"content\"\n" },
    { "object map outside", 0, 160, LIT("\xff\xff"), true, "APFS: block 65535 of 10" },
    { "object map of another type", MAP, 24, LIT("\x0c"), true,
      "APFS: block 3 holds an object of type 12, not 11" },
    { "object map without checksum", MAP, 100, LIT("x"), false,
      "APFS: the checksum of block 3 is wrong" },
    { "volume that is not mapped", MAP_TREE, 56 + 4, LIT("\xff"), true,
      "APFS: object 1026 is in no map" },
    { "table of a node outside", MAP_TREE, 42, LIT("\xff\xff"), true, "table of a node: bytes " },
    { "more records than the table has", MAP_TREE, 36, LIT("\x09"), true,
      "key offset: 0 bytes left" },
    { "value before the node", MAP_TREE, 56 + 2, LIT("\xfe\xff"), true,
      "APFS: a value lies 65534 bytes from the end of 4056" },
    { "volume magic", VOLUME, 32, LIT("APSX"), true, "APFS: no volume superblock, 0x58535041" },
    { "encrypted volume", VOLUME, 264, LIT("\0"), true,
      "? : APFS: an encrypted volume needs a password" },
    { "tree that is not mapped", VOLUME, 136, LIT("\xff\xff"), true,
      "APFS: object 65535 is in no map" },
    { "level of a leaf", TREE, 34, LIT("\1"), true, "APFS: a node of level 1 where 1 is due" },
    { "sealed volume", TREE, 32, LIT("\x13"), true, "? : APFS: a sealed volume is not read" },
};

static void tells_damage(void **state)
{
    const struct damage *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const struct sx_fx_hfs_entry entry = { SX_FX_HFS_FILE, LIT("f"), 0644, LIT("content") };
    struct sx_str volume = sx_fx_apfs(arena, &entry, 1, false);
    char *copy = sx_arena_alloc(arena, volume.len);
    memcpy(copy, volume.ptr, volume.len);
    copy[NEWEST * BLOCK + 16] = row->block == 0 ? 1 : 2; /* what is newer would be read instead */
    sx_fx_apfs_seal(copy + (size_t)NEWEST * BLOCK);
    memcpy(copy + row->block * BLOCK + row->at, row->bytes.ptr, row->bytes.len);
    if (row->is_sealed)
        sx_fx_apfs_seal(copy + row->block * BLOCK);
    const char *said = opened(arena, (struct sx_str){ copy, volume.len }, NULL);
    if (strstr(said, row->says) == NULL)
        assert_string_equal(said, row->says);
}

/* A node all of whose children are one block. */
static void put_inner(char *block, unsigned level, unsigned n, unsigned child)
{
    enum { FLAGS = 32, TABLE = 56, LEAF = 2, FIXED = 4 };
    memset(block + FLAGS, 0, BLOCK - FLAGS);
    sx_fx_set_le(block + FLAGS, 2, level == 0 ? LEAF | FIXED : FIXED);
    sx_fx_set_le(block + FLAGS + 2, 2, level);
    sx_fx_set_le(block + FLAGS + 4, 4, n);
    sx_fx_set_le(block + FLAGS + 10, 2, 4ul * n);
    for (size_t i = 0; i < n; i++)
        sx_fx_set_le(block + TABLE + 4 * i + 2, 2, 8);
    sx_fx_set_le(block + BLOCK - 8, 8, child);
    sx_fx_apfs_seal(block);
}

/* Levels go down, so that no tree is a circle; but each node may lead to the next a hundred times.
 */
static void tells_a_tree_that_fans_out(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const struct sx_fx_hfs_entry entry = { SX_FX_HFS_FILE, LIT("f"), 0644, LIT("content") };
    enum { DEPTH = 6, BLOCKS = 10 + DEPTH, COUNT = 40 };
    struct sx_str volume = sx_fx_apfs(arena, &entry, 1, false);
    char *copy = sx_arena_alloc(arena, BLOCKS * BLOCK);
    memcpy(copy, volume.ptr, volume.len < BLOCKS * BLOCK ? volume.len : BLOCKS * BLOCK);
    for (size_t block = 0; block <= NEWEST; block += NEWEST) {
        sx_fx_set_le(copy + block * BLOCK + COUNT, 8, BLOCKS);
        sx_fx_apfs_seal(copy + block * BLOCK);
    }
    for (unsigned level = DEPTH; level > 0; level--)
        memcpy(copy + (size_t)(BLOCKS - level) * BLOCK, copy + MAP_TREE * BLOCK, BLOCK);
    put_inner(copy + MAP_TREE * BLOCK, DEPTH, 100, 10);
    for (unsigned level = DEPTH; level > 0; level--)
        put_inner(copy + (size_t)(BLOCKS - level) * BLOCK, level - 1, level > 1 ? 100 : 0,
                  BLOCKS - level + 1);
    const char *said = opened(arena, (struct sx_str){ copy, BLOCKS * BLOCK }, NULL);
    static const char wanted[] = "APFS: a tree leads to more nodes than there are blocks";
    if (strstr(said, wanted) == NULL)
        assert_string_equal(said, wanted);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, forms, reads);
    ADD_TEST(&list, reads_deep_trees);
    ADD_TEST(&list, keeps_attributes);
    ADD_ROWS(&list, damages, tells_damage);
    ADD_TEST(&list, tells_a_tree_that_fans_out);
    return run_rows("apfs", &list);
}

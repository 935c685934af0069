/* SPDX-License-Identifier: MIT */
/* What HFS+ volumes can hold that other file systems cannot, and volumes that are damaged. */
#include "base/buf.h"
#include "bundle/apple_double.h"
#include "hfs.h"
#include "opened.h"
#include "rows.h"

#include <string.h>

/* Text that shrinks, of three blocks of 64 KiB and a little. */
static struct sx_str text(struct sx_arena *arena)
{
    enum { N = 200000 };
    char *bytes = sx_arena_alloc(arena, N);
    for (size_t i = 0; i < N; i++)
        bytes[i] = "all work and no play makes jack a dull boy. "[(i + i / 977) % 44];
    return (struct sx_str){ bytes, N };
}

static const struct packing {
    const char *name;
    uint32_t type;
    size_t n; /* bytes of content */
    const char *says;
} packings[] = {
    { "in the attribute", 1, 20, "755 f \"all work and no play\"\n" },
    { "zlib in the attribute", 3, 2000, "755 f 2000 7e6b0922\n" },
    { "zlib in the resource fork", 4, 200000, "755 f 200000 3d6fb42e\n" },
    { "LZVN in the attribute", 7, 2000, "755 f 2000 7e6b0922\n" },
    { "LZVN in the resource fork", 8, 200000, "755 f 200000 3d6fb42e\n" },
    { "plain in the attribute", 9, 2000, "755 f 2000 7e6b0922\n" },
    { "plain in the resource fork", 10, 200000, "755 f 200000 3d6fb42e\n" },
    { "LZFSE in the attribute", 11, 2000, "755 f 2000 7e6b0922\n" },
    { "LZFSE in the resource fork", 12, 200000, "755 f 200000 3d6fb42e\n" },
    { "nothing", 4, 0, "755 f \"\"\n" },
    { "a type that is not known", 13, 2000,
      "755 f ! decmpfs: type 13 is not read\n? f: decmpfs: type 13 is not read\n" },
};

static void unpacks(void **state)
{
    const struct packing *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_hfs_entry entry = { SX_FX_HFS_FILE, SX_STR("f"), 0755,
                                     sx_str_sub(text(arena), 0, row->n), .packing = row->type };
    assert_string_equal(opened(arena, sx_fx_hfs(arena, &entry, 1), NULL), row->says);
}

static void follows_hard_links(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const struct sx_fx_hfs_entry entries[] = {
        { SX_FX_HFS_FILE, LIT("a"), 0644, LIT("one file") },
        { SX_FX_HFS_HARD_LINK, LIT("b"), 0, LIT("a") },
        { SX_FX_HFS_FOLDER, LIT("d"), 0750 },
        { SX_FX_HFS_FILE, LIT("d/c"), 0600, LIT("inside") },
        { SX_FX_HFS_FOLDER_LINK, LIT("e"), 0, LIT("d") },
    };
    assert_string_equal(opened(arena, sx_fx_hfs(arena, entries, SX_LEN(entries)), NULL),
                        "644 a \"one file\"\n644 b \"one file\"\n750 d/\n600 d/c \"inside\"\n"
                        "750 e/\n600 e/c \"inside\"\n");
}

/* Two links in a folder to that folder: 2^128 paths, if anybody follows them. */
static void ends_where_folders_hold_themselves(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const struct sx_fx_hfs_entry entries[] = {
        { SX_FX_HFS_FOLDER, LIT("d"), 0750 },
        { SX_FX_HFS_FILE, LIT("d/a"), 0644, LIT("one") },
        { SX_FX_HFS_FOLDER_LINK, LIT("d/x"), 0, LIT("d") },
        { SX_FX_HFS_FOLDER_LINK, LIT("d/y"), 0, LIT("d") },
    };
    assert_string_equal(opened(arena, sx_fx_hfs(arena, entries, SX_LEN(entries)), NULL),
                        "750 d/\n"
                        "644 d/a \"one\"\n"
                        "image-malformed d/x: the folder lies in itself\n"
                        "image-malformed d/y: the folder lies in itself\n");
}

static void reads_fragments(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_hfs_entry entries[] = {
        { SX_FX_HFS_FILE, SX_STR("few"), 0644, text(arena), .fragments = 5 },
        { SX_FX_HFS_FILE, SX_STR("many"), 0644, text(arena), .fragments = 30 },
    };
    assert_string_equal(opened(arena, sx_fx_hfs(arena, entries, SX_LEN(entries)), NULL),
                        "644 few 200000 3d6fb42e\n644 many 200000 3d6fb42e\n");
}

static void spells_names(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const struct sx_fx_hfs_entry entries[] = {
        { SX_FX_HFS_FILE, LIT("Bru\xcc\x88ssel"), 0644, LIT("decomposed") },
        { SX_FX_HFS_FILE, LIT("a:b"), 0644, LIT("a slash in Finder") },
        { SX_FX_HFS_FILE, LIT("\xf0\x9f\xa7\x87"), 0644, LIT("a pair") },
    };
    assert_string_equal(opened(arena, sx_fx_hfs(arena, entries, SX_LEN(entries)), NULL),
                        "644 Bru\xcc\x88ssel \"decomposed\"\n644 a:b \"a slash in Finder\"\n"
                        "644 \xf0\x9f\xa7\x87 \"a pair\"\n");
}

/* Many files make a tree of several levels. */
static void reads_deep_trees(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf want = { 0 };
    struct sx_fx_hfs_entry *entries = SX_NEW_N(arena, struct sx_fx_hfs_entry, 1000);
    for (int i = 0; i < 1000; i++) {
        struct sx_str name = sx_str_printf(arena, "a file with a long name, number %04d", i);
        entries[i] = (struct sx_fx_hfs_entry){ SX_FX_HFS_FILE, name, 0644, name };
        sx_buf_printf(&want, "644 %s \"%s\"\n", name.ptr, name.ptr);
    }
    assert_string_equal(opened(arena, sx_fx_hfs(arena, entries, 1000), NULL),
                        sx_str_dup(arena, sx_buf_view(&want)).ptr);
}

static bool has_attribute(struct sx_arena *arena, struct sx_str volume, const char *path,
                          const char *attribute)
{
    struct sx_str bytes = opened_bytes(arena, volume, path);
    struct sx_span span = { (const uint8_t *)bytes.ptr, bytes.len, 0 }, found;
    return bytes.ptr != NULL && sx_apple_double_find(span, attribute, &found);
}

/* Attributes are found as they are in an archive, beside the file and in no listing. */
static void keeps_attributes(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_hfs_entry entries[] = {
        { SX_FX_HFS_FOLDER, SX_STR("d"), 0755,
          .attributes = { { "com.apple.quarantine", SX_STR("0081;") } } },
        { SX_FX_HFS_FILE,
          SX_STR("d/f"),
          0644,
          SX_STR("x"),
          SX_STR("resources"),
          { { "com.apple.cs.CodeSignature", sx_str_sub(text(arena), 0, 9000) },
            { "com.example", SX_STR("e") } },
          .finder = "APPLtest" },
        { SX_FX_HFS_FILE, SX_STR("d/packed"), 0644, SX_STR("x"), .packing = 3 },
        { SX_FX_HFS_SYMLINK, SX_STR("d/link"), 0755, SX_STR("f") },
    };
    struct sx_str volume = sx_fx_hfs(arena, entries, SX_LEN(entries));
    assert_string_equal(opened(arena, volume, NULL),
                        "755 d/\n644 d/f \"x\"\n755 d/link -> f\n644 d/packed \"x\"\n");
    assert_true(has_attribute(arena, volume, "__MACOSX/._d", "com.apple.quarantine"));
    assert_true(has_attribute(arena, volume, "__MACOSX/d/._f", "com.apple.cs.CodeSignature"));
    assert_true(has_attribute(arena, volume, "__MACOSX/d/._f", "com.example"));
    assert_true(has_attribute(arena, volume, "__MACOSX/d/._f", "com.apple.ResourceFork"));
    assert_true(has_attribute(arena, volume, "__MACOSX/d/._f", "com.apple.FinderInfo"));
    assert_null(opened_bytes(arena, volume, "__MACOSX/d/._packed").ptr);
    assert_null(opened_bytes(arena, volume, "__MACOSX/d/._link").ptr);
}

/* Where things are in the volume of tells_damage: its header, and the catalog. */
enum { HEADER = 1024, CATALOG = 12288 };

static const struct damage {
    const char *name;
    size_t at;
    struct sx_str bytes;
    const char *says; /* a part of what is said */
} damages[] = {
    { "as it is", 0, LIT(""), "644 f \"content\"\n" },
    { "block size", HEADER + 40, LIT("\0\0\x10\1"), "volume: blocks of 4097 bytes" },
    { "block size of nothing", HEADER + 40, LIT("\0\0\0\0"), "volume: blocks of 0 bytes" },
    { "more blocks than bytes", HEADER + 44, LIT("\0\0\0\x9"),
      "volume: 9 blocks of 4096 bytes in 32768" },
    { "catalog outside", HEADER + 272 + 16, LIT("\0\0\xff\0"),
      "extent: blocks 65280+2 lie outside the volume's 8" },
    { "catalog without extents", HEADER + 272 + 20, LIT("\0\0\0\0"),
      "file of 8192 bytes: its extents hold 0" },
    { "catalog longer than its extents", HEADER + 272, LIT("\0\0\0\1\0\0\0\0"),
      "file of 4294967296 bytes: its extents hold 8192" },
    { "catalog of no bytes", HEADER + 272, LIT("\0\0\0\0\0\0\0\0"), "the file ends after 0 bytes" },
};

static void tells_damage(void **state)
{
    const struct damage *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const struct sx_fx_hfs_entry entry = { SX_FX_HFS_FILE, LIT("f"), 0644, LIT("content") };
    struct sx_str volume = sx_fx_hfs(arena, &entry, 1);
    char *copy = sx_arena_alloc(arena, volume.len);
    memcpy(copy, volume.ptr, volume.len);
    memcpy(copy + row->at, row->bytes.ptr, row->bytes.len);
    const char *said = opened(arena, (struct sx_str){ copy, volume.len }, NULL);
    if (strstr(said, row->says) == NULL)
        assert_string_equal(said, row->says);
}

/* The catalog of that volume, by node. */
static const struct damage nodes[] = {
    { "as it is", 0, LIT(""), "644 f \"content\"\n" },
    { "first node of another kind", 8, LIT("\xff"),
      "catalog: its first node is of kind -1, not 1" },
    { "node size", 14 + 18, LIT("\x10\1"), "catalog: nodes of 4097 bytes" },
    { "first leaf outside", 14 + 10, LIT("\0\0\1\0"),
      "catalog: a chain of leaves leads to node 256 of 2" },
    { "leaf that leads to itself", 4096, LIT("\0\0\0\1"),
      "catalog: the chain of leaves has no end" },
    { "leaf that leads to the header", 4096 + 8, LIT("\1"),
      "catalog: node 1 is of kind 1, not -1" },
    { "more records than fit", 4096 + 10, LIT("\xff\xff"), "catalog: node 1 holds 65535 records" },
    { "record before the node", 8192 - 2, LIT("\0\1"), "catalog: record 0 lies at 1 to " },
    { "record that ends before it begins", 8192 - 6, LIT("\0\x10"), "catalog: record 1 lies at " },
    { "record behind the node", 8192 - 6, LIT("\xff\xff"), "record: bytes " },
    { "key longer than its record", 4096 + 14, LIT("\xff\0"), "key: " },
    { "name longer than its key", 4096 + 14 + 6, LIT("\0\xff"), "catalog: a name leaves its key" },
};

static void tells_damage_of_nodes(void **state)
{
    const struct damage *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const struct sx_fx_hfs_entry entry = { SX_FX_HFS_FILE, LIT("f"), 0644, LIT("content") };
    struct sx_str volume = sx_fx_hfs(arena, &entry, 1);
    char *copy = sx_arena_alloc(arena, volume.len);
    memcpy(copy, volume.ptr, volume.len);
    memcpy(copy + CATALOG + row->at, row->bytes.ptr, row->bytes.len);
    const char *said = opened(arena, (struct sx_str){ copy, volume.len }, NULL);
    if (strstr(said, row->says) == NULL)
        assert_string_equal(said, row->says);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, packings, unpacks);
    ADD_TEST(&list, follows_hard_links);
    ADD_TEST(&list, ends_where_folders_hold_themselves);
    ADD_TEST(&list, reads_fragments);
    ADD_TEST(&list, spells_names);
    ADD_TEST(&list, reads_deep_trees);
    ADD_TEST(&list, keeps_attributes);
    ADD_ROWS(&list, damages, tells_damage);
    ADD_ROWS(&list, nodes, tells_damage_of_nodes);
    return run_rows("hfs", &list);
}

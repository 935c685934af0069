/* SPDX-License-Identifier: MIT */
/* Disk images from end to end: every way of storing a chunk, every form of a volume, and what is
 * said of those that are damaged. */
#include "base/buf.h"
#include "hfs.h"
#include "opened.h"
#include "rows.h"
#include "udif.h"

#include <string.h>

/* Some content that shrinks, and some that does not. */
static struct sx_str content(struct sx_arena *arena, size_t n)
{
    char *bytes = sx_arena_alloc(arena, n);
    uint32_t seed = 1;
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (i / 3000) % 2 == 0 ? "the quick brown fox "[i % 20] : (char)(seed >> 24);
    }
    return (struct sx_str){ bytes, n };
}

/* An app as good as any, a link to /Applications, a file that takes several chunks. */
static struct sx_str sample_volume(struct sx_arena *arena)
{
    const struct sx_fx_hfs_entry entries[] = {
        { SX_FX_HFS_FOLDER, SX_STR("App.app"), 0755 },
        { SX_FX_HFS_FILE, SX_STR("App.app/a"), 0644, SX_STR("text") },
        { SX_FX_HFS_FILE, SX_STR("App.app/big"), 0755, content(arena, 700000) },
        { SX_FX_HFS_SYMLINK, SX_STR("Applications"), 0755, SX_STR("/Applications") },
    };
    return sx_fx_hfs(arena, entries, SX_LEN(entries));
}

static const char sample[] =
    "755 App.app/\n644 App.app/a \"text\"\n755 App.app/big 700000 bb4e924a\n"
    "755 Applications -> /Applications\n";

#define METHODS(...) (const uint32_t[]){ __VA_ARGS__ }, SX_LEN(((const uint32_t[]){ __VA_ARGS__ }))

static const struct form {
    const char *name;
    struct sx_fx_udif spec;
    const char *format;
} forms[] = {
    { "zlib", { METHODS(SX_FX_ZLIB) }, "UDZO" },
    { "bzip2", { METHODS(SX_FX_BZIP2) }, "UDBZ" },
    { "LZFSE", { METHODS(SX_FX_LZFSE) }, "ULFO" },
    { "xz", { METHODS(SX_FX_XZ) }, "ULMO" },
    { "ADC", { METHODS(SX_FX_ADC) }, "UDCO" },
    { "raw", { METHODS(SX_FX_RAW) }, "UDRO" },
    { "raw, with zeros", { METHODS(SX_FX_RAW), .keep_zeros = true }, "UDRO" },
    { "all of them",
      { METHODS(SX_FX_ZLIB, SX_FX_RAW, SX_FX_BZIP2, SX_FX_LZFSE, SX_FX_XZ, SX_FX_ADC),
        .chunk_sectors = 16 },
      "UDBZ" },
    { "tables", { METHODS(SX_FX_ZLIB), .n_tables = 7, .chunk_sectors = 64 }, "UDZO" },
    { "tables in a resource fork",
      { METHODS(SX_FX_ZLIB), .n_tables = 3, .resource_fork = true },
      "UDZO" },
    { "large chunks", { METHODS(SX_FX_LZFSE), .chunk_sectors = 2048 }, "ULFO" },
};

static void reads(void **state)
{
    const struct form *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_image_data *image;
    struct sx_str bytes = sx_fx_udif(arena, sample_volume(arena), &row->spec);
    assert_string_equal(opened(arena, bytes, &image), sample);
    assert_string_equal(image->format, row->format);
    assert_string_equal(sx_file_system_name(image->fs), "hfs+");
    assert_true(image->has_applications_link);
    assert_false(image->is_encrypted);
}

/* Partition maps around the volume. */
static struct sx_str bare(struct sx_arena *arena, struct sx_str volume)
{
    (void)arena;
    return volume;
}

static struct sx_str fat(struct sx_arena *arena, struct sx_str volume)
{
    char *sector = sx_arena_alloc(arena, volume.len);
    memcpy(sector + 82, "FAT32", 5);
    return (struct sx_str){ sector, volume.len };
}

static struct sx_str nothing(struct sx_arena *arena, struct sx_str volume)
{
    return (struct sx_str){ sx_arena_alloc(arena, volume.len), volume.len };
}

static const struct disk {
    const char *name;
    struct sx_str (*make)(struct sx_arena *arena, struct sx_str volume);
    bool is_bare; /* without an image around it, too */
    const char *says;
} disks[] = {
    { "a volume alone", bare, true, sample },
    { "an Apple partition map", sx_fx_apple_map, true, sample },
    { "a GUID partition table", sx_fx_guid_table, true, sample },
    { "another file system", fat, false,
      "? : a volume of file system fat: contents not examined\n" },
    { "no file system", nothing, false,
      "? : no file system is recognised: contents not examined\n" },
};

static void finds_volumes(void **state)
{
    const struct disk *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_udif udif = { 0 };
    const struct sx_image_data *image;
    struct sx_str disk = row->make(arena, sample_volume(arena));
    assert_string_equal(opened(arena, sx_fx_udif(arena, disk, &udif), &image), row->says);
    assert_true(image->has_trailer);
    if (!row->is_bare)
        return;
    assert_string_equal(opened(arena, disk, &image), row->says);
    assert_string_equal(image->format, "UDRW");
    assert_false(image->has_trailer);
}

/* One damage each: bytes written over an image, counted from its end when `at` is negative. The
 * image: one table, two chunks of our own ADC, since libraries do not all pack alike. */
enum { KOLY = -512, DATA = 0 };
#define NOT_SEEN "? : no file system is recognised: contents not examined\n"
static const struct damage {
    const char *name;
    int64_t at;
    struct sx_str bytes;
    size_t cut; /* bytes taken away at the end */
    const char *says;
} damages[] = {
    { "trailer cut off", 0, LIT(""), 1, "! no format" },
    { "trailer of another version", KOLY + 4, LIT("\0\0\0\5"), 0, "! no format" },
    { "first of two segments", KOLY + 0x38, LIT("\0\0\0\1\0\0\0\2"), 0,
      "? : disk image: segment 1 of 2, the others are files of their own\n" },
    { "more sectors than a disk has", KOLY + 0x1ec, LIT("\0\0\0\4\0\0\0\1"), 0,
      "? : disk image: 17179869185 sectors, at most 17179869184\n" },
    { "fewer sectors than the table says", KOLY + 0x1ec, LIT("\0\0\0\0\0\0\0\1"), 0,
      "image-malformed +16854: table: sectors 0+64 lie outside of 1\n"
      "? : table: sectors 0+64 lie outside of 1\n" },
    { "property list outside", KOLY + 0xd8, LIT("\0\0\0\1\0\0\0\0"), 0,
      "image-malformed +4294967296: property list: bytes 4294967296+821 lie outside the file of "
      "17366 bytes\n? : property list: bytes 4294967296+821 lie outside the file of 17366 "
      "bytes\n" },
    { "property list too long", KOLY + 0xe0, LIT("\0\0\0\1\0\0\0\0"), 0,
      "? : property list: 4294967296 bytes, at most 16777216 are read\n" },
    { "no property list and no resource fork", KOLY + 0xe0, LIT("\0\0\0\0\0\0\0\0"), 0,
      "image-malformed +0: resource data offset: 0 bytes left\n"
      "? : resource data offset: 0 bytes left\n" },
    { "data fork outside", KOLY + 0x20, LIT("\0\0\1\0\0\0\0\0"), 0,
      "image-malformed +16854: trailer: a data fork of bytes 0+1099511627776 lies outside of "
      "16854\n" NOT_SEEN
      "? : trailer: a data fork of bytes 0+1099511627776 lies outside of 16854\n" },
    { "data checksum", KOLY + 0x58, LIT("\1\2\3\4"), 0,
      "image-checksum-wrong +16854: data fork: the CRC-32 is 2e9b4518, 01020304 is "
      "stored\n" NOT_SEEN },
    { "master checksum", KOLY + 0x168, LIT("\1\2\3\4"), 0,
      "image-checksum-wrong +16854: master checksum: the CRC-32 is c843f6c9, 01020304 is "
      "stored\n" NOT_SEEN },
    { "checksum of another kind", KOLY + 0x50, LIT("\0\0\0\4"), 0,
      NOT_SEEN "? : a checksum other than CRC-32: not compared\n" },
    { "no checksum", KOLY + 0x50, LIT("\0\0\0\0"), 0, NOT_SEEN },
    { "byte of a chunk", DATA + 40, LIT("\xff\xff\xff"), 0,
      "image-checksum-wrong +16854: data fork: the CRC-32 is 7a8b55eb, 2e9b4518 is stored\n"
      "image-malformed +0: ADC: a match from 65536 bytes back, of 422\n" NOT_SEEN },
};

static struct sx_str small_image(struct sx_arena *arena)
{
    struct sx_fx_udif udif = { METHODS(SX_FX_ADC), .chunk_sectors = 32 };
    return sx_fx_udif(arena, sx_str_sub(content(arena, 40000), 0, 32768), &udif);
}

static struct sx_str damaged(struct sx_arena *arena, struct sx_str image, int64_t at,
                             struct sx_str bytes, size_t cut)
{
    char *copy = sx_arena_alloc(arena, image.len);
    memcpy(copy, image.ptr, image.len);
    memcpy(copy + (at < 0 ? (int64_t)image.len + at : at), bytes.ptr, bytes.len);
    return (struct sx_str){ copy, image.len - cut };
}

static void tells_damage(void **state)
{
    const struct damage *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str image = damaged(arena, small_image(arena), row->at, row->bytes, row->cut);
    assert_string_equal(opened(arena, image, NULL), row->says);
}

/* The same for tables, which lie in a resource fork here: counted from "mish". */
enum { ROW = 204, NEXT = 40 };
static const struct damage tables[] = {
    { "as it is", 0, LIT("mish"), 0, NOT_SEEN },
    { "magic", 0, LIT("mash"), 0, "table: begins with 0x6d617368 and version 1, not mish 1" },
    { "version", 4, LIT("\0\0\0\2"), 0, "table: begins with 0x6d697368 and version 2, not mish 1" },
    { "sectors beyond every disk", 16, LIT("\0\0\0\5\0\0\0\0"), 0,
      "table: sectors 0+21474836480 lie outside of 17179869184" },
    { "first sector that wraps", 8, LIT("\xff\xff\xff\xff\xff\xff\xff\xff"), 0,
      "table: sectors 18446744073709551615+64 lie outside of 17179869184" },
    { "data offset beyond every file", 24, LIT("\xff\xff\xff\xff\xff\xff\xff\xff"), 0,
      "chunk: bytes 18446744073709551615+" },
    { "chunk offset that wraps with the table's", 24,
      LIT("\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), 0, "chunk: bytes 18446744073709551615+" },
    { "more chunks than bytes", 200, LIT("\0\0\0\7"), 0,
      "table: 7 chunks, and bytes for 3 of them" },
    { "more chunks than any image has", 200, LIT("\1\0\0\0"), 0,
      "table: 16777216 chunks more, at most 1048576 in all" },
    { "chunk of an unknown kind", ROW, LIT("\x80\0\0\x09"), 0,
      "chunk: stored in a way that is not known, 0x80000009" },
    { "chunk outside of its table", ROW + 8, LIT("\0\0\0\0\0\0\0\x40"), 0,
      "chunk: sectors 64+32 lie outside of 64" },
    { "chunk of a sector twice", ROW + NEXT + 8, LIT("\0\0\0\0\0\0\0\x1f"), 0,
      "two chunks hold sector 31" },
    { "chunk outside of the file", ROW + 24, LIT("\0\0\1\0\0\0\0\0"), 0,
      "chunk: bytes 1099511627776+7903 lie outside the 16667 of data" },
    { "chunk longer than the file", ROW + 32, LIT("\0\0\1\0\0\0\0\0"), 0,
      "chunk: bytes 0+1099511627776 lie outside the 16667 of data" },
    { "raw chunk of another length", ROW, LIT("\0\0\0\1"), 0,
      "raw chunk: 32 sectors in 7903 bytes" },
    { "ADC as bzip2", ROW, LIT("\x80\0\0\6"), 0, "bzip2 chunk: damaged after 0 of 16384 bytes" },
    { "ADC as zlib", ROW, LIT("\x80\0\0\5"), 0,
      "zlib chunk: incorrect header check after 0 of 16384 bytes" },
    { "ADC as LZFSE", ROW, LIT("\x80\0\0\7"), 0, "LZFSE: a block begins with 0x" },
    { "ADC as xz", ROW, LIT("\x80\0\0\x08"), 0, "xz chunk: damaged after 0 of 16384 bytes" },
    { "too few sectors", ROW + 16, LIT("\0\0\0\0\0\0\0\x1f"), 0,
      "ADC: 128 literals, and room for 104 of 15872 bytes" },
    { "stored too short", ROW + 32, LIT("\0\0\0\0\0\0\x10\0"), 0, "ADC literals: 121 bytes left" },
};

static void tells_damage_of_tables(void **state)
{
    const struct damage *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_udif udif = { METHODS(SX_FX_ADC), .chunk_sectors = 32, .resource_fork = true };
    struct sx_str image = sx_fx_udif(arena, sx_str_sub(content(arena, 40000), 0, 32768), &udif);
    int64_t at = (int64_t)sx_str_find(image, SX_STR("mish")) + row->at;
    const char *text = opened(arena, damaged(arena, image, at, row->bytes, 0), NULL);
    if (strstr(text, row->says) == NULL)
        assert_string_equal(text, row->says);
}

/* One raw chunk, and twenty more of the same bytes: each would be read whole for its checksum. */
static void counts_shared_bytes(void **state)
{
    (void)state;
    enum { CHUNK = 32 * 512, N = 20 };
    static const uint32_t raw[] = { SX_FX_RAW };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_udif udif = { raw, 1, .chunk_sectors = 32, .resource_fork = true };
    struct sx_str disk = { sx_arena_alloc(arena, (N + 1) * CHUNK), (N + 1) * CHUNK };
    memcpy((char *)(uintptr_t)disk.ptr, content(arena, 40000).ptr, CHUNK);
    struct sx_str image = sx_fx_udif(arena, disk, &udif);
    char *row = (char *)(uintptr_t)image.ptr + sx_str_find(image, SX_STR("mish")) + ROW;
    for (unsigned i = 1; i <= N; i++) {
        sx_fx_set_be(row + i * NEXT, 4, SX_FX_RAW);
        sx_fx_set_be(row + i * NEXT + 24, 8, 0);
        sx_fx_set_be(row + i * NEXT + 32, 8, CHUNK);
    }
    const char *text = opened(arena, image, NULL);
    if (strstr(text, "? : disk image: 344064 bytes of raw chunks in a file of ") == NULL)
        assert_string_equal(text, "");
}

static void names_encrypted_images(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const char says[] =
        "image-encrypted +0: the image is encrypted and opens with a password only\n"
        "? : encrypted disk image: it needs a password\n";
    static const struct sx_str begins = LIT("encrcdsa\0\0\0\2............................"),
                               ends = LIT("............................cdsaencr");
    const struct sx_image_data *image;
    assert_string_equal(opened(arena, begins, &image), says);
    assert_true(image->is_encrypted);
    assert_string_equal(opened(arena, ends, &image), says);
    assert_true(image->is_encrypted);
}

/* No byte of the data fork can change without a word. */
static void notices_every_byte(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str image = small_image(arena);
    for (size_t at = 0; at < 4000; at += 61) {
        char other = (char)(image.ptr[at] ^ 0x10);
        struct sx_str bytes = { &other, 1 };
        assert_string_not_equal(opened(arena, damaged(arena, image, (int64_t)at, bytes, 0), NULL),
                                NOT_SEEN);
    }
    assert_string_equal(opened(arena, image, NULL), NOT_SEEN);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, forms, reads);
    ADD_ROWS(&list, disks, finds_volumes);
    ADD_ROWS(&list, damages, tells_damage);
    ADD_ROWS(&list, tables, tells_damage_of_tables);
    ADD_TEST(&list, counts_shared_bytes);
    ADD_TEST(&list, names_encrypted_images);
    ADD_TEST(&list, notices_every_byte);
    return run_rows("disk-image", &list);
}

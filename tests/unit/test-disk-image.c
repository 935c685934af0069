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

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, forms, reads);
    return run_rows("disk-image", &list);
}

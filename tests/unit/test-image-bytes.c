/* SPDX-License-Identifier: MIT */
/* Volumes and disk images byte by byte: one that ends too early is never taken for a whole one, and
 * no byte that is another makes the reader read beyond the end. */
#include "apfs.h"
#include "base/buf.h"
#include "opened.h"
#include "rows.h"
#include "udif.h"

#include <stdlib.h>
#include <string.h>

static const struct sx_fx_hfs_entry entries[] = {
    { SX_FX_HFS_FOLDER, LIT("d"), 0755 },
    { SX_FX_HFS_FILE, LIT("d/f"), 0644, LIT("content") },
    { SX_FX_HFS_SYMLINK, LIT("l"), 0755, LIT("d/f") },
};

static struct sx_str hfs(struct sx_arena *arena)
{
    return sx_fx_hfs(arena, entries, SX_LEN(entries));
}

static struct sx_str apfs(struct sx_arena *arena)
{
    return sx_fx_apfs(arena, entries, SX_LEN(entries), true);
}

static struct sx_str udif(struct sx_arena *arena)
{
    struct sx_fx_udif form = { .chunk_sectors = 32 };
    return sx_fx_udif(arena, sx_fx_guid_table(arena, hfs(arena)), &form);
}

static const struct row {
    const char *name;
    struct sx_str (*make)(struct sx_arena *arena);
    size_t step; /* primes, so that every field is met somewhere */
} rows[] = {
    { "an HFS+ volume", hfs, 29 },
    { "an APFS container", apfs, 37 },
    { "a UDIF image", udif, 7 },
};

static const char sound[] = "755 d/\n644 d/f \"content\"\n755 l -> d/f\n";

/* On the heap, so that a sanitizer sees what is read beyond the end. */
static const char *said_of(struct sx_arena *arena, struct sx_str bytes)
{
    char *copy = malloc(bytes.len + (bytes.len == 0));
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    const char *said = opened(arena, (struct sx_str){ copy, bytes.len }, NULL);
    free(copy);
    return said;
}

static void is_refused_cut(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str whole = row->make(arena);
    assert_string_equal(said_of(arena, whole), sound);
    for (size_t len = 0; len < whole.len; len += row->step) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        const char *said = said_of(arena, sx_str_sub(whole, 0, len));
        if (strchr(said, '!') == NULL && strchr(said, '?') == NULL)
            fail_msg("%zu of %zu bytes: %s", len, whole.len, said);
        sx_arena_rewind(arena, mark);
    }
}

static void survives_every_byte(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str whole = row->make(arena);
    char *copy = sx_arena_alloc(arena, whole.len);
    for (size_t at = 0; at < whole.len; at += row->step) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        memcpy(copy, whole.ptr, whole.len);
        copy[at] = (char)~copy[at];
        (void)said_of(arena, (struct sx_str){ copy, whole.len });
        sx_arena_rewind(arena, mark);
    }
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_refused_cut);
    ADD_ROWS(&list, rows, survives_every_byte);
    return run_rows("image-bytes", &list);
}

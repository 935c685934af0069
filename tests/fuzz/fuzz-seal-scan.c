/* SPDX-License-Identifier: MIT */
/* Any seal against any listing: before the first NUL stands CodeResources, behind it the listing, a
 * letter and a path ended by NUL for each item. Whatever is met is told or compared; what the seal
 * has and nobody met is missing, once; and rules never take longer than they may. */
#include "codesign/seal_scan.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static size_t count_met(const struct sx_seal *seal)
{
    size_t n = 0;
    for (size_t i = 0; i < seal->n_entries; i++)
        n += seal->entries[i].is_met;
    return n;
}

static void compare(struct sx_seal_scan *scan, const struct sx_seal_entry *entry)
{
    static const uint8_t digests[20 + 32 + 20 + 48];
    const unsigned all = SX_HASH_BIT(SX_HASH_SHA1) | SX_HASH_BIT(SX_HASH_SHA256) |
                         SX_HASH_BIT(SX_HASH_SHA256_TRUNCATED) | SX_HASH_BIT(SX_HASH_SHA384);
    sx_seal_compare_file(scan, entry, SX_HASH_BIT(SX_HASH_SHA256), all, digests);
}

/* Returns false when the rules took too long. */
static bool meet(struct sx_seal_scan *scan, struct sx_str path, enum sx_seal_item item)
{
    struct sx_seal_entry *entry;
    enum sx_seal_step step;
    struct sx_err err = { 0 };
    bool included;
    size_t before = scan->problems->n;
    if (!sx_seal_meet(scan, path, item, &step, &entry, &err)) {
        require(err.code == SX_E_LIMIT);
        return false;
    }
    require(step != SX_STEP_ENTER || item == SX_ITEM_FOLDER);
    require(scan->problems->n == before || step == SX_STEP_PASS);
    if (step == SX_STEP_FILE || step == SX_STEP_LINK || step == SX_STEP_CODE)
        require(entry != NULL && entry->is_met && sx_str_eq(entry->path, path));
    if (step == SX_STEP_FILE)
        compare(scan, entry);
    if (step == SX_STEP_LINK)
        sx_seal_compare_link(scan, entry, path);
    return sx_seal_includes(scan, path, &included, &err) || err.code == SX_E_LIMIT;
}

static void scan_listing(struct sx_seal *seal, struct sx_str listing,
                         struct sx_seal_problems *problems)
{
    struct sx_seal_scan scan;
    bool goes_on = true;
    sx_seal_scan_init(&scan, seal, SX_STR("MacOS/main"), 1, problems);
    while (goes_on && listing.len > 0) {
        size_t end = sx_str_find(listing, SX_STR("\0"));
        struct sx_str path = sx_str_sub(listing, 1, end > 0 ? end - 1 : 0);
        goes_on = meet(&scan, path, (enum sx_seal_item)((unsigned char)listing.ptr[0] % 4));
        listing = sx_str_sub(listing, end + 1, listing.len);
    }
    size_t before = problems->n;
    sx_seal_finish(&scan);
    require(problems->n - before <= seal->n_entries - count_met(seal));
    sx_seal_scan_release(&scan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_seal_problems problems = { .arena = arena };
    struct sx_seal seal;
    struct sx_source source;
    struct sx_err err = { 0 };
    struct sx_str in = { (const char *)data, size };
    size_t end = size > 0 ? sx_str_find(in, SX_STR("\0")) : 0;
    sx_source_memory("input", (struct sx_span){ data, end, 0 }, &source);
    if (sx_seal_read(&source, arena, &seal, &problems, &err) && seal.is_usable)
        scan_listing(&seal, sx_str_sub(in, end + 1, size), &problems);
    for (size_t i = 0; i < problems.n; i++)
        require(problems.at[i].detail.len > 0);
    sx_arena_free(arena);
    return 0;
}

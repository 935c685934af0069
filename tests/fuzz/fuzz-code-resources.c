/* SPDX-License-Identifier: MIT */
/* Any bytes as a resource seal: a refusal says why; of what was read, entries are sorted, each path
 * is there once and found again, and no check of it leaves the budget. */
#include "codesign/seal.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static void check_entries(const struct sx_seal *seal, size_t size)
{
    for (size_t i = 0; i < seal->n_entries; i++) {
        struct sx_seal_entry *entry = &seal->entries[i];
        require(i == 0 || sx_str_cmp(seal->entries[i - 1].path, entry->path) < 0);
        require(sx_seal_find(seal, entry->path) == entry);
        require(entry->off <= size);
        for (unsigned type = 0; type <= SX_SEAL_HASH_TYPES; type++)
            require(sx_seal_hash(entry, type).len <= UINT8_MAX);
    }
}

static void check_rules(const struct sx_seal *seal)
{
    for (size_t i = 1; i < seal->n_rules; i++)
        require(seal->rules[i - 1].weight >= seal->rules[i].weight);
    for (size_t i = 0; seal->is_usable && i < seal->n_rules; i++)
        require(seal->rules[i].ere != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_seal_problems problems = { .arena = arena };
    struct sx_seal seal;
    struct sx_source source;
    struct sx_err err = { 0 };
    sx_source_memory("input", (struct sx_span){ data, size, 0 }, &source);
    bool ok = sx_seal_read(&source, arena, &seal, &problems, &err);
    require(ok == (err.code == SX_OK));
    require(!ok || seal.is_usable || problems.n > 0);
    check_entries(&seal, size);
    if (ok && seal.is_usable) {
        check_rules(&seal);
        sx_seal_check(&seal, SX_STR("Resources/"), &problems);
    }
    sx_seal_problems_sort(&problems);
    for (size_t i = 0; i < problems.n; i++)
        require(problems.at[i].detail.len > 0);
    sx_arena_free(arena);
    return 0;
}

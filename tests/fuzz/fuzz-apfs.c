/* SPDX-License-Identifier: MIT */
/* Any bytes as an APFS container, whose checksums are made right first: else nothing behind them
 * would ever be looked at. */
#include "base/limits.h"
#include "package/image.h"
#include "package/volume.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, MAX_BLOCKS = 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void seal(uint8_t *block)
{
    const uint64_t modulus = 0xffffffff;
    uint64_t low = 0, high = 0;
    for (size_t i = 8; i < BLOCK; i += 4) {
        uint32_t word = block[i] | (uint32_t)block[i + 1] << 8 | (uint32_t)block[i + 2] << 16 |
                        (uint32_t)block[i + 3] << 24;
        low = (low + word) % modulus;
        high = (high + low) % modulus;
    }
    uint64_t first = modulus - (low + high) % modulus;
    uint64_t sum = (modulus - (low + first) % modulus) << 32 | first;
    for (size_t i = 0; i < 8; i++)
        block[i] = (uint8_t)(sum >> 8 * i);
}

static void read_volume(struct sx_volume *volume, struct sx_arena *arena)
{
    struct sx_budget budget = { .members = 1000, .bytes = 16u << 20 };
    struct sx_container_question question = { .arena = arena, .budget = &budget };
    struct sx_container container = { 0 };
    struct sx_err err = { 0 };
    container.problems_end = &container.problems;
    container.gaps_end = &container.gaps;
    container.parts_end = &container.parts;
    container.unpack = sx_unpack_new(arena, &budget);
    if (!sx_volume_unpack(volume, SX_STR(""), &question, &container, &err) && err.what[0] == '\0')
        abort();
    for (const struct sx_container_problem *p = container.problems; p != NULL; p = p->next)
        if (p->detail.len == 0)
            abort();
    sx_unpack_free(container.unpack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t disk[MAX_BLOCKS * BLOCK];
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    size_t n = size < sizeof(disk) ? size / BLOCK : MAX_BLOCKS;
    struct sx_source source;
    memcpy(disk, data, n * BLOCK);
    for (size_t i = 0; i < n; i++)
        seal(disk + i * BLOCK);
    sx_source_memory("input", (struct sx_span){ disk, n * BLOCK, 0 }, &source);
    for (size_t i = 0; i < 3; i++) {
        struct sx_volume volume;
        struct sx_err err = { 0 };
        bool is_there = false;
        if (sx_apfs_open(&source, 0, n * BLOCK, i, arena, &volume, &is_there, &err) && is_there)
            read_volume(&volume, arena);
        else if (!is_there && err.code != SX_OK && err.what[0] == '\0')
            abort();
    }
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* Any bytes as a bill of materials: its paths are sorted, and each is found. */
#include "package/bom.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool so)
{
    if (!so)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_bom bom;
    struct sx_err err = { 0 };
    if (!sx_bom_parse((struct sx_span){ data, size, 0 }, arena, &bom, &err)) {
        demand(err.code != SX_OK && err.off <= size);
        return 0;
    }
    for (size_t i = 0; i < bom.n; i++) {
        demand(bom.paths[i].path.len > 0);
        demand(i == 0 || sx_str_cmp(bom.paths[i - 1].path, bom.paths[i].path) <= 0);
        demand(sx_bom_find(&bom, bom.paths[i].path) != NULL);
    }
    return 0;
}

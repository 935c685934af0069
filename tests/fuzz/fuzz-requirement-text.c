/* SPDX-License-Identifier: MIT */
/* Any text as a requirement, or a set of them. What is wrong with it is told at a line and column
 * that it has; what is read compiles, and prints text that means the same. */
#include "requirement_check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines_of(const uint8_t *data, size_t size)
{
    size_t n = 1;
    for (size_t i = 0; i < size; i++)
        n += data[i] == '\n';
    return n;
}

static void check_set(struct sx_str text, struct sx_arena *arena)
{
    struct sx_requirements *set = SX_NEW(arena, struct sx_requirements);
    struct sx_requirements *again = SX_NEW(arena, struct sx_requirements);
    struct sx_err err = { 0 };
    if (!sx_requirements_read(text, arena, set, &err))
        return;
    require(sx_requirements_parse(sx_requirements_encode(set, arena), arena, again, &err));
    require(again->n == set->n && again->is_set == set->is_set);
    for (size_t i = 0; i < set->n; i++) {
        require(again->at[i].kind == set->at[i].kind);
        check_requirement(&set->at[i].requirement, arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 << 16)
        return 0;
    uint8_t *copy = malloc(size > 0 ? size : 1);
    struct sx_arena *arena = sx_arena_new();
    struct sx_requirement r;
    struct sx_err err = { 0 };
    if (size > 0)
        memcpy(copy, data, size);
    struct sx_str text = { (const char *)copy, size };
    bool ok = sx_requirement_read(text, arena, &r, &err);
    require(ok == (err.code == SX_OK));
    if (ok)
        check_requirement(&r, arena);
    else
        require(err.line >= 1 && err.line <= lines_of(data, size) && err.column >= 1);
    check_set(text, arena);
    sx_arena_free(arena);
    free(copy);
    return 0;
}

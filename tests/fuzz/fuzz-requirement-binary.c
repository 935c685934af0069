/* SPDX-License-Identifier: MIT */
/* Any bytes as a requirement. What is parsed prints text that means the same; its length field is
 * made right, so that more of the input counts. */
#include "requirement_check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 12 || size > 1 << 16)
        return 0;
    uint8_t *copy = malloc(size);
    struct sx_arena *arena = sx_arena_new();
    struct sx_requirement r;
    struct sx_err err = { 0 };
    uint8_t length[] = {
        0xfa, 0xde, 0x0c, 0, 0, (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size
    };
    memcpy(copy, data, size);
    memcpy(copy, length, sizeof(length));
    bool ok = sx_requirement_parse((struct sx_span){ copy, size, 0 }, arena, &r, &err);
    require(ok == (err.code == SX_OK));
    if (ok) {
        require(r.stray.len == 0 || (r.stray.off >= 12 && r.stray.off + r.stray.len <= size));
        check_requirement(&r, arena);
    }
    sx_arena_free(arena);
    free(copy);
    return 0;
}

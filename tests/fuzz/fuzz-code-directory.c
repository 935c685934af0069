/* SPDX-License-Identifier: MIT */
/* Any bytes as a CodeDirectory. An accepted one has all its parts inside, and as many hashes as
 * it says; its length field is made right, so that more of the input counts. */
#include "codesign/code_directory.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static void check(const struct sx_code_directory *cd, size_t size)
{
    require(cd->special.len == (size_t)cd->n_special_slots * cd->hash_size);
    require(cd->code.len == (size_t)cd->n_code_slots * cd->hash_size);
    require(cd->special.off + cd->special.len <= size && cd->code.off + cd->code.len <= size);
    require(cd->identifier.ptr != NULL && cd->identifier.len < size);
    require(sx_code_directory_special(cd, cd->n_special_slots + 1).len == 0);
    require(sx_code_directory_page(cd, cd->n_code_slots).len == 0);
    uint64_t page = sx_code_directory_page_size(cd);
    if (page > 0)
        require(cd->code_limit <= cd->n_code_slots * page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 8 || size > 1 << 20)
        return 0;
    uint8_t *copy = malloc(size);
    struct sx_arena *arena = sx_arena_new();
    static struct sx_crypto *crypto; /* made once: it holds nothing of an input */
    static struct sx_hasher *hasher;
    if (crypto == NULL) {
        crypto = sx_crypto_new();
        hasher = sx_hasher_new(crypto);
    }
    struct sx_code_directory cd;
    struct sx_code_problems problems = { .arena = arena };
    uint8_t length[] = {
        0xfa, 0xde, 0x0c, 2, 0, (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size
    };
    memcpy(copy, data, size);
    memcpy(copy, length, sizeof(length));
    bool ok = sx_code_directory_parse((struct sx_span){ copy, size, 0 }, 0, hasher, &cd, &problems);
    require(ok || problems.n == 1);
    if (ok)
        check(&cd, size);
    sx_arena_free(arena);
    free(copy);
    return 0;
}

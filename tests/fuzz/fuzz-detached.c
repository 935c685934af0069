/* SPDX-License-Identifier: MIT */
/* What lies beside code: a detached signature, and an AppleDouble file with extended attributes.
 * Whatever is found lies within the input. */
#include "bundle/apple_double.h"
#include "codesign/detached.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require_inside(struct sx_span s, size_t size)
{
    if (s.off > size || s.len > size - s.off)
        abort();
}

static void find_attributes(struct sx_span in)
{
    static const char *const names[] = { "com.apple.cs.CodeDirectory", "a.b", SX_FINDER_INFO,
                                         SX_RESOURCE_FORK };
    struct sx_span found;
    for (size_t i = 0; i < SX_LEN(names); i++)
        if (sx_apple_double_find(in, names[i], &found))
            require_inside(found, in.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t processors[] = { 0, 0x01000007, 0x0100000c };
    struct sx_span in = { data, size, 0 };
    static struct sx_superblob superblob;
    for (size_t i = 0; i < SX_LEN(processors); i++) {
        struct sx_err err = { 0 };
        bool ok = sx_detached_parse(in, processors[i], &superblob, &err);
        if (ok == (err.code != SX_OK))
            abort();
        for (size_t k = 0; ok && k < superblob.n; k++)
            require_inside(superblob.blobs[k].data, size);
    }
    find_attributes(in);
    return 0;
}

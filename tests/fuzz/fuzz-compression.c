/* SPDX-License-Identifier: MIT */
/* Any bytes as what our own decoders read. The first byte picks one; what is decoded fills the
 * output, and a refusal says why and where. */
#include "package/adc.h"
#include "package/decmpfs.h"
#include "package/lzfse.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static bool lzvn(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    return sx_lzvn_decode(in, out, out->len, err);
}

static bool count(void *context, const void *bytes, size_t n, struct sx_err *err)
{
    uint64_t *total = context;
    (void)err;
    require(n > 0 && bytes != NULL);
    *total += n;
    return true;
}

/* The input is the attribute, and the resource fork too. */
static bool decmpfs(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    struct sx_decmpfs head;
    struct sx_source resources;
    uint64_t total = 0;
    sx_source_memory("resources", in, &resources);
    if (!sx_decmpfs_read(in, &head, err))
        return false;
    bool ok = sx_decmpfs_each(&head, in, &resources, count, &total, err);
    require(!ok || total == head.size);
    out->n = out->len;
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool (*const decoders[])(struct sx_span in, struct sx_window * out,
                                    struct sx_err * err) = { sx_lzfse_decode, lzvn, sx_adc_decode,
                                                             decmpfs };
    static uint8_t buffer[64 << 10];
    struct sx_err err = { 0 };
    if (size == 0)
        return 0;
    struct sx_window out = sx_window_of(buffer, sizeof(buffer));
    struct sx_span in = { size > 1 ? data + 1 : NULL, size - 1, 0 };
    bool ok = decoders[data[0] % 4](in, &out, &err);
    require(ok ? out.n == out.len : err.code != SX_OK && err.what[0] != '\0');
    require(out.n <= out.len);
    return 0;
}

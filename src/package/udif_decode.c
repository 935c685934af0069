/* SPDX-License-Identifier: MIT */
/* One compressed chunk. Each decoder is started anew: a chunk stands by itself. */
#include "package/udif.h"
#include "base/limits.h"
#include "package/adc.h"
#include "package/lzfse.h"

#include <bzlib.h>
#include <lzma.h>
#define ZLIB_CONST
#include <zlib.h>

/* What a library says in its own words, when it says something. */
static bool fail_stream(const char *method, const char *why, size_t got, size_t want,
                        struct sx_span in, struct sx_err *err)
{
    if (why == NULL)
        why = got < want ? "ends" : "goes on";
    return sx_fail(err, SX_E_FORMAT, in.off, "%s chunk: %s after %zu of %zu bytes", method, why,
                   got, want);
}

static bool decode_zlib(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    z_stream z = { .next_in = (z_const Bytef *)in.ptr, .avail_in = (uInt)in.len };
    if (inflateInit(&z) != Z_OK)
        return sx_fail(err, SX_E_LIMIT, in.off, "zlib: no memory");
    z.next_out = out->ptr;
    z.avail_out = (uInt)out->len;
    int said = inflate(&z, Z_FINISH);
    out->n = out->len - z.avail_out;
    const char *why = z.msg;
    inflateEnd(&z);
    return said == Z_STREAM_END || fail_stream("zlib", why, out->n, out->len, in, err);
}

static bool decode_bzip2(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    bz_stream b = { 0 };
    if (BZ2_bzDecompressInit(&b, 0, 0) != BZ_OK)
        return sx_fail(err, SX_E_LIMIT, in.off, "bzip2: no memory");
    b.next_in = (char *)(uintptr_t)in.ptr; /* read only, though its type does not say so */
    b.avail_in = (unsigned)in.len;
    b.next_out = (char *)out->ptr;
    b.avail_out = (unsigned)out->len;
    int said = BZ2_bzDecompress(&b);
    out->n = out->len - b.avail_out;
    BZ2_bzDecompressEnd(&b);
    return said == BZ_STREAM_END ||
           fail_stream("bzip2", said == BZ_OK ? NULL : "damaged", out->n, out->len, in, err);
}

static bool decode_lzma(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    uint64_t memory = 4ull * SX_MAX_IMAGE_CHUNK;
    size_t used = 0;
    lzma_ret said = lzma_stream_buffer_decode(&memory, 0, NULL, in.ptr, &used, in.len, out->ptr,
                                              &out->n, out->len);
    const char *why = said == LZMA_MEMLIMIT_ERROR ? "asks for too much memory"
                      : said == LZMA_BUF_ERROR    ? NULL
                                                  : "damaged";
    return said == LZMA_OK || fail_stream("xz", why, out->n, out->len, in, err);
}

static bool (*const decoders[])(struct sx_span in, struct sx_window *out, struct sx_err *err) = {
    [SX_UDIF_ADC] = sx_adc_decode,     [SX_UDIF_ZLIB] = decode_zlib, [SX_UDIF_BZIP2] = decode_bzip2,
    [SX_UDIF_LZFSE] = sx_lzfse_decode, [SX_UDIF_LZMA] = decode_lzma,
};

bool sx_udif_decode(enum sx_udif_method method, struct sx_span in, void *out, size_t len,
                    struct sx_err *err)
{
    struct sx_window window = sx_window_of(out, len);
    SX_TRY(decoders[method](in, &window, err));
    return window.n == len ||
           fail_stream(sx_udif_method_name(method), NULL, window.n, len, in, err);
}

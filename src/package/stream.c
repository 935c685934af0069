/* SPDX-License-Identifier: MIT */
#include "package/stream.h"

#include "base/arith.h"
#include "base/limits.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>

enum { INPUT = 64 << 10, SKIP = 16 << 10 };

/* What a step of a decoder says. */
enum said { MORE, END, DAMAGED, TOO_LARGE };

struct sx_stream {
    const struct decoder *decoder;
    const struct sx_source *source;
    uint64_t off, left; /* of packed bytes that have not been read from the source */
    uint64_t len;       /* of all of them */
    uint64_t unpacked;  /* bytes that have been given */
    bool is_over;
    const uint8_t *next; /* packed bytes that have been read and not been unpacked */
    size_t n;
    union {
        z_stream zlib;
        bz_stream bzip2;
        lzma_stream lzma;
    } state;
    uint8_t input[INPUT];
};

/* One kind of packing: `step` takes from s->next and fills `*out`, both of which move on. */
struct decoder {
    const char *name;
    bool (*begin)(struct sx_stream *s);
    enum said (*step)(struct sx_stream *s, uint8_t **out, size_t *room);
    void (*end)(struct sx_stream *s);
    bool repeats; /* what stands behind the end may be another of its kind */
};

/* zlib: bits 15 are those of the window; 16 more stand for gzip, negative ones for neither. */

static bool begin_deflate(struct sx_stream *s)
{
    return inflateInit2(&s->state.zlib, -15) == Z_OK;
}

static bool begin_zlib(struct sx_stream *s)
{
    return inflateInit2(&s->state.zlib, 15) == Z_OK;
}

static bool begin_gzip(struct sx_stream *s)
{
    return inflateInit2(&s->state.zlib, 15 + 16) == Z_OK;
}

static enum said step_zlib(struct sx_stream *s, uint8_t **out, size_t *room)
{
    z_stream *z = &s->state.zlib;
    uInt given = (uInt)sx_min_u64(*room, 1u << 30);
    z->next_in = (z_const Bytef *)(uintptr_t)s->next;
    z->avail_in = (uInt)s->n;
    z->next_out = *out;
    z->avail_out = given;
    int result = inflate(z, Z_NO_FLUSH);
    s->next += s->n - z->avail_in;
    s->n = z->avail_in;
    *out += given - z->avail_out;
    *room -= given - z->avail_out;
    return result == Z_STREAM_END ? END : result == Z_OK || result == Z_BUF_ERROR ? MORE : DAMAGED;
}

static void end_zlib(struct sx_stream *s)
{
    inflateEnd(&s->state.zlib);
}

static bool begin_bzip2(struct sx_stream *s)
{
    return BZ2_bzDecompressInit(&s->state.bzip2, 0, 0) == BZ_OK;
}

static enum said step_bzip2(struct sx_stream *s, uint8_t **out, size_t *room)
{
    bz_stream *b = &s->state.bzip2;
    unsigned given = (unsigned)sx_min_u64(*room, 1u << 30);
    b->next_in = (char *)(uintptr_t)s->next;
    b->avail_in = (unsigned)s->n;
    b->next_out = (char *)*out;
    b->avail_out = given;
    int result = BZ2_bzDecompress(b);
    s->next += s->n - b->avail_in;
    s->n = b->avail_in;
    *out += given - b->avail_out;
    *room -= given - b->avail_out;
    return result == BZ_STREAM_END ? END : result == BZ_OK ? MORE : DAMAGED;
}

static void end_bzip2(struct sx_stream *s)
{
    BZ2_bzDecompressEnd(&s->state.bzip2);
}

static bool begin_xz(struct sx_stream *s)
{
    lzma_stream fresh = LZMA_STREAM_INIT;
    s->state.lzma = fresh;
    return lzma_stream_decoder(&s->state.lzma, SX_MAX_UNPACK_MEMORY, 0) == LZMA_OK;
}

static enum said step_xz(struct sx_stream *s, uint8_t **out, size_t *room)
{
    lzma_stream *l = &s->state.lzma;
    size_t given = *room;
    l->next_in = s->next;
    l->avail_in = s->n;
    l->next_out = *out;
    l->avail_out = given;
    lzma_ret result = lzma_code(l, LZMA_RUN);
    s->next += s->n - l->avail_in;
    s->n = l->avail_in;
    *out += given - l->avail_out;
    *room -= given - l->avail_out;
    return result == LZMA_STREAM_END                       ? END
           : result == LZMA_MEMLIMIT_ERROR                 ? TOO_LARGE
           : result == LZMA_OK || result == LZMA_BUF_ERROR ? MORE
                                                           : DAMAGED;
}

static void end_xz(struct sx_stream *s)
{
    lzma_end(&s->state.lzma);
}

static bool begin_none(struct sx_stream *s)
{
    (void)s;
    return true;
}

static enum said step_none(struct sx_stream *s, uint8_t **out, size_t *room)
{
    size_t n = (size_t)sx_min_u64(s->n, *room);
    if (n > 0)
        memcpy(*out, s->next, n);
    s->next += n;
    s->n -= n;
    *out += n;
    *room -= n;
    return s->n == 0 && s->left == 0 ? END : MORE;
}

static void end_none(struct sx_stream *s)
{
    (void)s;
}

static const struct decoder decoders[] = {
    [SX_PACKING_NONE] = { "stored", begin_none, step_none, end_none, false },
    [SX_PACKING_DEFLATE] = { "deflate", begin_deflate, step_zlib, end_zlib, false },
    [SX_PACKING_ZLIB] = { "zlib", begin_zlib, step_zlib, end_zlib, false },
    [SX_PACKING_GZIP] = { "gzip", begin_gzip, step_zlib, end_zlib, true },
    [SX_PACKING_BZIP2] = { "bzip2", begin_bzip2, step_bzip2, end_bzip2, true },
    [SX_PACKING_XZ] = { "xz", begin_xz, step_xz, end_xz, true },
};

/* Magic numbers of what can be told by them. */
static const struct magic {
    struct sx_str bytes;
    enum sx_packing packing;
} magics[] = {
    { SX_LIT("\x1f\x8b\x08"), SX_PACKING_GZIP },
    { SX_LIT("BZh"), SX_PACKING_BZIP2 },
    { { "\xfd"
        "7zXZ\0",
        6 },
      SX_PACKING_XZ },
};

/* "BZh" alone begins many a text: behind it stand the size of blocks and the first block's own
 * magic number, or that of the end when there is none. */
static bool is_bzip2(struct sx_str head)
{
    struct sx_str rest = sx_str_sub(head, 4, head.len);
    return head.len > 4 && head.ptr[3] >= '1' && head.ptr[3] <= '9' &&
           (sx_str_starts(rest, SX_STR("\x31\x41\x59\x26\x53\x59")) ||
            sx_str_starts(rest, SX_STR("\x17\x72\x45\x38\x50\x90")));
}

enum sx_packing sx_packing_of(struct sx_span head)
{
    for (size_t i = 0; i < SX_LEN(magics); i++)
        if (sx_str_starts(sx_str_of_span(head), magics[i].bytes))
            return magics[i].packing != SX_PACKING_BZIP2 || is_bzip2(sx_str_of_span(head))
                       ? magics[i].packing
                       : SX_PACKING_NONE;
    return SX_PACKING_NONE;
}

static void begin(struct sx_stream *s)
{
    if (!s->decoder->begin(s))
        abort(); /* as in an arena: there is no other reason than memory */
}

struct sx_stream *sx_stream_open(enum sx_packing packing, const struct sx_source *source,
                                 uint64_t off, uint64_t len)
{
    struct sx_stream *s = calloc(1, sizeof(*s));
    if (s == NULL)
        abort();
    s->decoder = &decoders[packing];
    s->source = source;
    s->off = off;
    s->left = s->len = len;
    s->next = s->input; /* decoders count on from here, if only by nothing */
    begin(s);
    return s;
}

void sx_stream_close(struct sx_stream *stream)
{
    if (stream == NULL)
        return;
    stream->decoder->end(stream);
    free(stream);
}

void sx_stream_closep(struct sx_stream **stream)
{
    sx_stream_close(*stream);
}

uint64_t sx_stream_used(const struct sx_stream *stream)
{
    return stream->off - stream->n;
}

static bool refill(struct sx_stream *s, struct sx_err *err)
{
    size_t n = (size_t)sx_min_u64(s->left, INPUT);
    if (s->n > 0 || n == 0)
        return true;
    SX_TRY(sx_source_pread(s->source, s->off, s->input, n, err));
    s->next = s->input;
    s->n = n;
    s->off += n;
    s->left -= n;
    return true;
}

static bool fail(const struct sx_stream *s, enum sx_errc code, const char *what, struct sx_err *err)
{
    sx_fail(err, code, s->off - s->n, "%s data %s", s->decoder->name, what);
    err->file = s->source->name;
    return false;
}

/* Behind one member of a gzip file may stand another, or zeros to fill a block. */
static bool goes_on(struct sx_stream *s, struct sx_err *err, bool *out)
{
    *out = false;
    if (!s->decoder->repeats)
        return true;
    SX_TRY(refill(s, err));
    if (s->n == 0 || s->next[0] == 0)
        return true;
    s->decoder->end(s);
    memset(&s->state, 0, sizeof(s->state));
    begin(s);
    *out = true;
    return true;
}

/* One step: some packed bytes, some unpacked ones. */
static bool step(struct sx_stream *s, uint8_t **out, size_t *room, struct sx_err *err)
{
    size_t before = s->n, room_before = *room;
    switch (s->decoder->step(s, out, room)) {
    case END: {
        bool more = false;
        SX_TRY(goes_on(s, err, &more));
        s->is_over = !more;
        return true;
    }
    case MORE:
        if (s->n == 0 && s->left == 0 && *room == room_before)
            return fail(s, SX_E_TRUNCATED, "ends too early", err);
        if (s->n == before && *room == room_before && s->n > 0)
            return fail(s, SX_E_FORMAT, "is damaged", err);
        return true;
    case TOO_LARGE:
        return fail(s, SX_E_LIMIT, "needs more memory than sxlint gives it", err);
    case DAMAGED:
        break;
    }
    return fail(s, SX_E_FORMAT, "is damaged", err);
}

/* What unpacks to much more than it is packed in is made to fill disks. */
static bool count(struct sx_stream *s, size_t n, struct sx_err *err)
{
    uint64_t most = 0;
    if (!sx_mul_u64(s->len, SX_MAX_UNPACK_RATIO, &most))
        most = UINT64_MAX;
    if (most < SX_UNPACK_AT_LEAST)
        most = SX_UNPACK_AT_LEAST;
    s->unpacked += n;
    if (s->unpacked <= most || s->decoder->step == step_none)
        return true;
    sx_fail(err, SX_E_LIMIT, s->off, "%llu bytes unpack to more than %llu",
            (unsigned long long)s->len, (unsigned long long)most);
    err->file = s->source->name;
    return false;
}

bool sx_stream_read(struct sx_stream *stream, void *buf, size_t cap, size_t *n, struct sx_err *err)
{
    uint8_t *out = buf;
    size_t room = cap;
    while (room > 0 && !stream->is_over) {
        SX_TRY(refill(stream, err));
        SX_TRY(step(stream, &out, &room, err));
    }
    *n = cap - room;
    return count(stream, *n, err);
}

/* A source that unpacks as it is read */

struct unpacking {
    struct sx_packed packed;
    struct sx_stream *stream;
    uint64_t at;  /* unpacked so far */
    uint64_t crc; /* of that */
};

static bool check_end(struct unpacking *u, struct sx_err *err)
{
    if (u->at < u->packed.size || !u->packed.has_crc || (uint32_t)u->crc == u->packed.crc)
        return true;
    sx_fail(err, SX_E_FORMAT, u->packed.off, "its CRC-32 is %08x, the archive lists %08x",
            (unsigned)u->crc, (unsigned)u->packed.crc);
    err->file = u->packed.source->name;
    return false;
}

static bool advance(struct unpacking *u, void *buf, size_t len, struct sx_err *err)
{
    size_t n;
    SX_TRY(sx_stream_read(u->stream, buf, len, &n, err));
    u->at += n;
    if (u->packed.has_crc)
        u->crc = crc32_z((uLong)u->crc, buf, n);
    if (n < len) {
        sx_fail(err, SX_E_TRUNCATED, sx_stream_used(u->stream),
                "it unpacks to %llu bytes, %llu are listed", (unsigned long long)u->at,
                (unsigned long long)u->packed.size);
        err->file = u->packed.source->name;
        return false;
    }
    return check_end(u, err);
}

static void rewind_to_start(struct unpacking *u)
{
    const struct sx_packed *p = &u->packed;
    sx_stream_close(u->stream);
    u->stream = sx_stream_open(p->packing, p->source, p->off, p->len);
    u->at = 0;
    u->crc = 0;
}

static bool unpacking_pread(void *context, uint64_t off, void *buf, size_t len, struct sx_err *err)
{
    struct unpacking *u = context;
    uint8_t skipped[SKIP];
    if (off < u->at || u->stream == NULL)
        rewind_to_start(u);
    while (u->at < off)
        SX_TRY(advance(u, skipped, (size_t)sx_min_u64(off - u->at, sizeof(skipped)), err));
    return len == 0 || advance(u, buf, len, err);
}

static void unpacking_close(void *context)
{
    struct unpacking *u = context;
    sx_stream_close(u->stream);
    free(u);
}

void sx_stream_source(const struct sx_packed *packed, const char *name, struct sx_source *out)
{
    static const struct sx_source_ops ops = { unpacking_pread, unpacking_close };
    struct unpacking *u = calloc(1, sizeof(*u));
    if (u == NULL)
        abort();
    u->packed = *packed;
    *out = (struct sx_source){
        .name = name, .size = packed->size, .fd = -1, .ops = &ops, .context = u
    };
}

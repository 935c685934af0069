/* SPDX-License-Identifier: MIT */
#include "package/payload.h"

#include "base/arith.h"
#include "base/limits.h"
#include "package/stream.h"

#include <stdlib.h>

enum { PBZX_HEAD = 12, CHUNK_HEAD = 16 };

struct sx_payload {
    const struct sx_source *source;
    struct sx_stream *stream; /* at hand; NULL between two chunks */
    bool is_chunked;
    uint64_t off;  /* of the next chunk */
    uint64_t left; /* of the chunk at hand, unpacked */
};

static bool read_head(const struct sx_source *source, void *buf, size_t len)
{
    struct sx_err ignored = { 0 }; /* too short to be packed */
    return source->size >= len && sx_source_pread(source, 0, buf, len, &ignored);
}

struct sx_payload *sx_payload_open(const struct sx_source *source)
{
    uint8_t head[PBZX_HEAD] = { 0 };
    struct sx_payload *p = calloc(1, sizeof(*p));
    if (p == NULL)
        abort();
    p->source = source;
    bool is_long = read_head(source, head, sizeof(head));
    p->is_chunked = is_long && memcmp(head, "pbzx", 4) == 0;
    enum sx_packing packing =
        is_long ? sx_packing_of((struct sx_span){ head, sizeof(head), 0 }) : SX_PACKING_NONE;
    if (p->is_chunked)
        p->off = PBZX_HEAD;
    else
        p->stream = sx_stream_open(packing, source, 0, source->size);
    return p;
}

void sx_payload_close(struct sx_payload *payload)
{
    if (payload == NULL)
        return;
    sx_stream_close(payload->stream);
    free(payload);
}

void sx_payload_closep(struct sx_payload **payload)
{
    sx_payload_close(*payload);
}

/* The next chunk, if there is one: `left` is 0 at the end. */
static bool begin_chunk(struct sx_payload *p, struct sx_err *err)
{
    uint8_t bytes[CHUNK_HEAD + 6] = { 0 };
    uint64_t room = p->source->size - p->off;
    if (room == 0)
        return true;
    size_t len = (size_t)sx_min_u64(room, sizeof(bytes));
    SX_TRY(sx_source_pread(p->source, p->off, bytes, len, err));
    struct sx_cursor c = sx_cursor_be((struct sx_span){ bytes, len, p->off });
    uint64_t unpacked = sx_get_u64(&c, "pbzx chunk.unpacked");
    uint64_t packed = sx_get_u64(&c, "pbzx chunk.length");
    SX_TRY(sx_cursor_ok(&c, err));
    if (packed > room - CHUNK_HEAD)
        return sx_fail(err, SX_E_TRUNCATED, p->off + 8,
                       "pbzx chunk.length: %llu, and %llu bytes follow", (unsigned long long)packed,
                       (unsigned long long)(room - CHUNK_HEAD));
    if (unpacked == 0 || packed == 0)
        return sx_fail(err, SX_E_FORMAT, p->off, "pbzx chunk: it is empty");
    bool is_xz = len == sizeof(bytes) && memcmp(bytes + CHUNK_HEAD,
                                                "\xfd"
                                                "7zXZ",
                                                6) == 0;
    if (!is_xz && unpacked != packed)
        return sx_fail(err, SX_E_FORMAT, p->off, "pbzx chunk: neither xz nor stored");
    p->stream = sx_stream_open(is_xz ? SX_PACKING_XZ : SX_PACKING_NONE, p->source,
                               p->off + CHUNK_HEAD, packed);
    p->off += CHUNK_HEAD + packed;
    p->left = unpacked;
    return true;
}

/* At most what is left of the chunk; a stream that ends before is cut short. */
static bool read_chunk(struct sx_payload *p, uint8_t *buf, size_t cap, size_t *n,
                       struct sx_err *err)
{
    size_t want = (size_t)sx_min_u64(cap, p->left);
    SX_TRY(sx_stream_read(p->stream, buf, want, n, err));
    if (*n < want)
        return sx_fail(err, SX_E_TRUNCATED, p->off, "pbzx chunk: %llu bytes are missing",
                       (unsigned long long)(p->left - *n));
    p->left -= *n;
    if (p->left == 0) {
        sx_stream_close(p->stream);
        p->stream = NULL;
    }
    return true;
}

bool sx_payload_read(struct sx_payload *payload, void *buf, size_t cap, size_t *n,
                     struct sx_err *err)
{
    uint8_t *at = buf;
    size_t got;
    if (!payload->is_chunked)
        return sx_stream_read(payload->stream, buf, cap, n, err);
    for (*n = 0; *n < cap; *n += got) {
        if (payload->left == 0)
            SX_TRY(begin_chunk(payload, err));
        if (payload->left == 0)
            return true;
        SX_TRY(read_chunk(payload, at + *n, cap - *n, &got, err));
    }
    return true;
}

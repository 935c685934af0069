/* SPDX-License-Identifier: MIT */
/* What is packed, read as what it was, from the front to the end. */
#pragma once
#include "base/source.h"

enum sx_packing {
    SX_PACKING_NONE,
    SX_PACKING_DEFLATE, /* bare, as in a zip archive */
    SX_PACKING_ZLIB,
    SX_PACKING_GZIP,  /* one member or several, one after the other, as gzip -d reads them */
    SX_PACKING_BZIP2, /* likewise */
    SX_PACKING_XZ,    /* likewise; also what pbzx holds */
};
/* sx_packing_of tells a packing with a magic number by its first bytes; NONE when it has none. */
enum sx_packing sx_packing_of(struct sx_span head);

struct sx_stream;

/* sx_stream_open begins to unpack `len` bytes of `source` from `off`; the source stays open as
 * long. It cannot fail: what is wrong shows when it is read. */
struct sx_stream *sx_stream_open(enum sx_packing packing, const struct sx_source *source,
                                 uint64_t off, uint64_t len);
void sx_stream_close(struct sx_stream *stream);   /* accepts NULL */
void sx_stream_closep(struct sx_stream **stream); /* serves SX_AUTO */

/* sx_stream_read fills `buf`; `*n` is less than `cap` at the end only. Fails with FORMAT where the
 * data is damaged, TRUNCATED where it ends too early, LIMIT where unpacking it takes more memory
 * than SX_MAX_UNPACK_MEMORY, IO; offsets are those of the source. */
SX_MUST_USE bool sx_stream_read(struct sx_stream *stream, void *buf, size_t cap, size_t *n,
                                struct sx_err *err);
/* sx_stream_used counts the packed bytes read so far; at the end, what lies behind them is no part
 * of the stream. */
uint64_t sx_stream_used(const struct sx_stream *stream);

/* sx_stream_source makes a source of `size` bytes of what `len` bytes of another source unpack to.
 * It is meant to be read from the front to the end, by one thread; reading backwards begins anew.
 * With `crc` the CRC-32 of all of it is compared when its last byte is read. Reading fails as
 * sx_stream_read does, and with TRUNCATED when there are fewer than `size` bytes. */
struct sx_packed {
    enum sx_packing packing;
    const struct sx_source *source;
    uint64_t off, len;
    uint64_t size;
    bool has_crc;
    uint32_t crc;
};
void sx_stream_source(const struct sx_packed *packed, const char *name, struct sx_source *out);

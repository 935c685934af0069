/* SPDX-License-Identifier: MIT */
#include "package/xar.h"

#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"

#include <stdlib.h>

enum { HEADER_LEN = 28, NAMED_HEADER_LEN = 64, BUFFER = 256 << 10 };

/* Numbers of checksum algorithms in the header (xar, xar.h). */
static const struct algorithm {
    const char *name;
    enum sx_hash hash; /* 0: none */
} algorithms[] = {
    { "none", 0 },
    { "sha1", SX_HASH_SHA1 },
    { "md5", SX_HASH_MD5 },
    { "sha256", SX_HASH_SHA256 },
    { "sha512", SX_HASH_SHA512 },
};

bool sx_xar_is(struct sx_span head)
{
    struct sx_cursor c = sx_cursor_be(head);
    struct sx_err ignored = { 0 };
    uint32_t magic = sx_get_u32(&c, "magic");
    return sx_cursor_ok(&c, &ignored) && magic == 0x78617221;
}

struct header {
    uint16_t size, version;
    uint64_t packed_len, len;
    uint32_t algorithm;
};

/* Number 3 is "other" where the header says a name behind it (xar_header_ex of xar.h), and SHA-256
 * in packages. */
static void read_algorithm(struct sx_cursor *c, const struct header *h, struct sx_arena *arena,
                           struct sx_xar *out)
{
    if (h->algorithm < SX_LEN(algorithms)) {
        out->hash_name = sx_str_of(algorithms[h->algorithm].name);
        out->hash = algorithms[h->algorithm].hash;
    } else {
        out->hash_name = sx_str_printf(arena, "algorithm %u", h->algorithm);
    }
    if (h->size < NAMED_HEADER_LEN || h->algorithm != 3)
        return;
    struct sx_str name = sx_str_of_span(sx_get_bytes(c, NAMED_HEADER_LEN - HEADER_LEN, "name"));
    const char *end = memchr(name.ptr, '\0', name.len);
    name.len = end != NULL ? (size_t)(end - name.ptr) : name.len;
    if (name.len > 0) {
        out->hash_name = sx_str_dup(arena, sx_escape(arena, name));
        out->hash = sx_xar_hash_of(name);
    }
}

static bool read_header(const struct sx_source *source, struct sx_arena *arena, struct header *h,
                        struct sx_xar *out, struct sx_err *err)
{
    uint8_t bytes[NAMED_HEADER_LEN];
    size_t len = (size_t)sx_min_u64(source->size, sizeof(bytes));
    SX_TRY(sx_source_pread(source, 0, bytes, len, err));
    struct sx_cursor c = sx_cursor_be((struct sx_span){ bytes, len, 0 });
    uint32_t magic = sx_get_u32(&c, "magic");
    h->size = sx_get_u16(&c, "size");
    h->version = sx_get_u16(&c, "version");
    h->packed_len = sx_get_u64(&c, "toc_length_compressed");
    h->len = sx_get_u64(&c, "toc_length_uncompressed");
    h->algorithm = sx_get_u32(&c, "cksum_alg");
    SX_TRY(sx_cursor_ok(&c, err));
    if (magic != 0x78617221)
        return sx_fail(err, SX_E_MAGIC, 0, "magic: want 0x78617221, found 0x%08x", magic);
    if (h->size < HEADER_LEN)
        return sx_fail(err, SX_E_FORMAT, 4, "size: %u, at least %d", h->size, HEADER_LEN);
    if (h->version != 1)
        return sx_fail(err, SX_E_UNSUPPORTED, 6, "version: %u, known is 1", h->version);
    if (h->packed_len > SX_MAX_XAR_TOC || h->len > SX_MAX_XAR_TOC)
        return sx_fail(
            err, SX_E_LIMIT, 8, "table of contents: %llu bytes, %llu unpacked, at most %u",
            (unsigned long long)h->packed_len, (unsigned long long)h->len, SX_MAX_XAR_TOC);
    if (h->size > source->size || h->packed_len > source->size - h->size)
        return sx_fail(err, SX_E_RANGE, 8,
                       "table of contents: bytes %u+%llu lie outside of the file of %llu", h->size,
                       (unsigned long long)h->packed_len, (unsigned long long)source->size);
    read_algorithm(&c, h, arena, out);
    return true;
}

/* Ranges as the table of contents has them count from the start of the heap. */
static bool place(const struct sx_source *source, const struct sx_xar *xar,
                  struct sx_xar_range *range)
{
    uint64_t heap_len = source->size - xar->heap_off;
    bool is_inside = range->off <= heap_len && range->len <= heap_len - range->off;
    /* what lies outside stays there */
    if (!sx_add_u64(range->off, xar->heap_off, &range->off))
        range->off = UINT64_MAX;
    return is_inside;
}

static bool read_checksum(const struct sx_source *source, struct sx_arena *arena,
                          struct sx_xar *out, struct sx_err *err)
{
    if (out->checksum.style.ptr == NULL)
        return true;
    if (!place(source, out, &out->stored) || out->stored.len > SX_HASH_MAX_LEN)
        return true; /* it has none: whoever compares will say so */
    return sx_source_read(source, out->stored.off, out->stored.len, SX_HASH_MAX_LEN, "checksum",
                          arena, &out->stored_bytes, err);
}

static bool hash_range(const struct sx_source *source, uint64_t off, uint64_t len,
                       struct sx_hasher *hasher, struct sx_err *err)
{
    uint8_t buffer[16 << 10];
    while (len > 0) {
        size_t n = (size_t)sx_min_u64(len, sizeof(buffer));
        SX_TRY(sx_source_pread(source, off, buffer, n, err));
        sx_hash_update(hasher, buffer, n);
        off += n;
        len -= n;
    }
    return true;
}

static bool hash_toc(const struct sx_source *source, const struct header *h,
                     struct sx_hasher *hasher, struct sx_arena *arena, struct sx_xar *out,
                     struct sx_err *err)
{
    uint8_t digest[SX_HASH_MAX_LEN];
    if (out->hash == 0)
        return true;
    sx_hash_begin(hasher, SX_HASH_BIT(out->hash));
    SX_TRY(hash_range(source, h->size, h->packed_len, hasher, err));
    sx_hash_final(hasher, out->hash, digest);
    struct sx_str bytes =
        sx_str_dup(arena, (struct sx_str){ (const char *)digest, sx_hash_len(out->hash) });
    out->found_bytes = (struct sx_span){ (const uint8_t *)bytes.ptr, bytes.len, 0 };
    return true;
}

static void place_files(const struct sx_source *source, struct sx_xar *out)
{
    for (size_t i = 0; i < out->n_files; i++)
        if (out->files[i].has_data)
            out->files[i].lies_inside = place(source, out, &out->files[i].packed);
}

bool sx_xar_open(const struct sx_source *source, struct sx_hasher *hasher, struct sx_arena *arena,
                 struct sx_xar *out, struct sx_err *err)
{
    struct header h;
    *out = (struct sx_xar){ 0 };
    SX_TRY(read_header(source, arena, &h, out, err));
    out->heap_off = h.size + h.packed_len;
    SX_TRY(hash_toc(source, &h, hasher, arena, out, err));
    SX_AUTO(sx_stream_closep)
    struct sx_stream *toc = sx_stream_open(SX_PACKING_ZLIB, source, h.size, h.packed_len);
    SX_TRY(sx_xar_toc_parse(toc, h.len, arena, out, err));
    place_files(source, out);
    out->signature.lies_inside = place(source, out, &out->signature.range);
    out->x_signature.lies_inside = place(source, out, &out->x_signature.range);
    return read_checksum(source, arena, out, err);
}

void sx_xar_file_open(const struct sx_source *source, const struct sx_xar_file *file,
                      const char *name, struct sx_source *out)
{
    struct sx_packed packed = { .packing = file->packing,
                                .source = source,
                                .off = file->packed.off,
                                .len = file->packed.len,
                                .size = file->size };
    sx_stream_source(&packed, name, out);
}

/* Checksums of one file */

static bool fits(struct sx_hasher *hasher, const struct sx_xar_checksum *checksum, const char *form,
                 struct sx_arena *arena, struct sx_str *why)
{
    uint8_t digest[SX_HASH_MAX_LEN];
    sx_hash_final(hasher, checksum->hash, digest);
    struct sx_str found = sx_hex(arena, digest, sx_hash_len(checksum->hash));
    if (sx_str_eq(found, checksum->hex))
        return true;
    *why =
        sx_str_printf(arena, "%s %s: listed %.*s, found %.*s", form, sx_hash_name(checksum->hash),
                      SX_STR_ARG(sx_escape(arena, checksum->hex)), SX_STR_ARG(found));
    return false;
}

static bool check_archived(const struct sx_source *source, const struct sx_xar_file *file,
                           struct sx_hasher *hasher, struct sx_arena *arena, struct sx_str *why,
                           struct sx_err *err)
{
    if (file->archived.hash == 0)
        return true;
    sx_hash_begin(hasher, SX_HASH_BIT(file->archived.hash));
    return hash_range(source, file->packed.off, file->packed.len, hasher, err) &&
           fits(hasher, &file->archived, "archived", arena, why);
}

static bool hash_unpacked(const struct sx_source *source, const struct sx_xar_file *file,
                          struct sx_hasher *hasher, uint64_t *len, struct sx_err *err)
{
    SX_AUTO(sx_stream_closep)
    struct sx_stream *stream =
        sx_stream_open(file->packing, source, file->packed.off, file->packed.len);
    uint8_t *buffer = malloc(BUFFER);
    size_t n = BUFFER;
    bool ok = buffer != NULL;
    if (!ok)
        abort();
    for (*len = 0; ok && n == BUFFER && *len <= file->size; *len += ok ? n : 0) {
        ok = sx_stream_read(stream, buffer, BUFFER, &n, err);
        if (ok)
            sx_hash_update(hasher, buffer, n);
    }
    free(buffer);
    return ok;
}

static bool check_extracted(const struct sx_source *source, const struct sx_xar_file *file,
                            struct sx_hasher *hasher, struct sx_arena *arena, struct sx_str *why,
                            struct sx_err *err)
{
    uint64_t len;
    enum sx_hash hash = file->extracted.hash;
    sx_hash_begin(hasher, SX_HASH_BIT(hash != 0 ? hash : SX_HASH_SHA1));
    SX_TRY(hash_unpacked(source, file, hasher, &len, err));
    if (len != file->size) {
        *why = sx_str_printf(arena, "it unpacks to %s%llu bytes, %llu are listed",
                             len > file->size ? "at least " : "", (unsigned long long)len,
                             (unsigned long long)file->size);
        return false;
    }
    return hash == 0 || fits(hasher, &file->extracted, "extracted", arena, why);
}

/* Stored as it is, with one checksum written twice: read once. */
static bool is_one(const struct sx_xar_file *file)
{
    return file->packing == SX_PACKING_NONE && file->size == file->packed.len &&
           file->archived.hash == file->extracted.hash &&
           sx_str_eq(file->archived.hex, file->extracted.hex);
}

bool sx_xar_file_check(const struct sx_source *source, const struct sx_xar_file *file,
                       struct sx_hasher *hasher, struct sx_arena *arena, struct sx_str *why,
                       struct sx_err *err)
{
    *why = (struct sx_str){ 0 };
    if (!file->lies_inside) {
        *why =
            sx_str_printf(arena, "bytes %llu+%llu lie outside of the file of %llu",
                          (unsigned long long)file->packed.off,
                          (unsigned long long)file->packed.len, (unsigned long long)source->size);
        return false;
    }
    SX_TRY(check_archived(source, file, hasher, arena, why, err));
    if (!file->is_readable || is_one(file))
        return true;
    return check_extracted(source, file, hasher, arena, why, err);
}

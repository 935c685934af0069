/* SPDX-License-Identifier: MIT */
#include "codesign/detached.h"

enum { HEADER = 12, INDEX_ENTRY = 8 };

/* Slices of a file, and what they share. */
#define MAX_SIGNATURES (SX_MAX_SLICES + 1)

static bool read_index(struct sx_span in, struct sx_cursor *c, uint32_t *count, struct sx_err *err)
{
    *c = sx_cursor_be(in);
    sx_get_u32(c, "DetachedSignature.magic");
    uint32_t length = sx_get_u32(c, "DetachedSignature.length");
    *count = sx_get_u32(c, "DetachedSignature.count");
    SX_TRY(sx_cursor_ok(c, err));
    if (*count > MAX_SIGNATURES)
        return sx_fail(err, SX_E_LIMIT, in.off + 8, "DetachedSignature.count: %u, at most %d",
                       *count, MAX_SIGNATURES);
    if (length < HEADER + (uint64_t)*count * INDEX_ENTRY)
        return sx_fail(err, SX_E_FORMAT, in.off + 4, "DetachedSignature.length: %u", length);
    return sx_span_sub(in, 0, length, "DetachedSignature", &c->in, err);
}

/* `*found` is false when the index does not name the processor. */
static bool find(struct sx_span in, uint32_t cputype, struct sx_superblob *out, bool *found,
                 struct sx_err *err)
{
    struct sx_cursor c;
    uint32_t count;
    *found = false;
    SX_TRY(read_index(in, &c, &count, err));
    for (uint32_t i = 0; i < count && !*found; i++) {
        uint32_t type = sx_get_u32(&c, "DetachedSignature.index.type");
        uint32_t at = sx_get_u32(&c, "DetachedSignature.index.offset");
        struct sx_span blob;
        SX_TRY(sx_cursor_ok(&c, err));
        if (type != cputype || at == 0)
            continue;
        if (at < HEADER + (uint64_t)count * INDEX_ENTRY)
            return sx_fail(err, SX_E_RANGE, in.off,
                           "DetachedSignature: offset %u lies within the "
                           "index",
                           at);
        SX_TRY(sx_span_from(c.in, at, "DetachedSignature", &blob, err));
        SX_TRY(sx_superblob_parse(blob, out, err));
        *found = true;
    }
    return true;
}

static bool is_list(struct sx_span in)
{
    struct sx_cursor c = sx_cursor_be(in);
    return sx_get_u32(&c, "magic") == SX_MAGIC_DETACHED_SIGNATURE;
}

/* What a processor has for itself goes before what all share. */
static bool add_shared(struct sx_superblob *out, const struct sx_superblob *shared,
                       struct sx_err *err)
{
    for (size_t i = 0; i < shared->n; i++) {
        if (sx_blob_find(out, shared->blobs[i].slot) != NULL)
            continue;
        if (out->n == SX_MAX_BLOBS)
            return sx_fail(err, SX_E_LIMIT, shared->data.off, "more than %d parts", SX_MAX_BLOBS);
        out->blobs[out->n++] = shared->blobs[i];
    }
    return true;
}

bool sx_detached_parse(struct sx_span in, uint32_t cputype, struct sx_superblob *out,
                       struct sx_err *err)
{
    struct sx_superblob shared = { 0 };
    bool found, has_shared;
    *out = (struct sx_superblob){ 0 };
    if (!is_list(in))
        return sx_superblob_parse(in, out, err);
    SX_TRY(find(in, cputype, out, &found, err));
    if (!found)
        return sx_fail(err, SX_E_FORMAT, in.off,
                       "the detached signature has nothing for processor 0x%x", cputype);
    SX_TRY(find(in, 0, &shared, &has_shared, err));
    if (!has_shared)
        return sx_fail(err, SX_E_FORMAT, in.off,
                       "the detached signature lacks what all slices share");
    return add_shared(out, &shared, err);
}

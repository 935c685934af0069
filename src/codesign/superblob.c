/* SPDX-License-Identifier: MIT */
#include "codesign/superblob.h"

#include <stdlib.h>

enum { BLOB_HEADER = 8, SUPERBLOB_HEADER = 12, INDEX_ENTRY = 8 };

/* A blob's own header says how long it is, the index only where it starts. */
static bool blob_at(struct sx_span body, uint32_t slot, uint32_t at, struct sx_blob *out,
                    struct sx_err *err)
{
    struct sx_span rest;
    SX_TRY(sx_span_from(body, at, "blob", &rest, err));
    struct sx_cursor c = sx_cursor_be(rest);
    out->slot = slot;
    out->magic = sx_get_u32(&c, "blob.magic");
    uint32_t length = sx_get_u32(&c, "blob.length");
    SX_TRY(sx_cursor_ok(&c, err));
    if (length < BLOB_HEADER)
        return sx_fail(err, SX_E_FORMAT, rest.off, "blob.length of slot 0x%x: %u", slot, length);
    SX_TRY(sx_span_sub(rest, 0, length, "blob", &out->data, err));
    const struct sx_slot_info *info = sx_slot_info(slot);
    uint64_t skip = info != NULL && info->is_native ? 0 : BLOB_HEADER;
    return sx_span_from(out->data, skip, "blob", &out->payload, err);
}

/* Slots that the index has named as absent so far. */
struct absent {
    uint32_t slots[SX_MAX_BLOBS];
    size_t n;
};

static bool is_absent(const struct absent *absent, uint32_t slot)
{
    for (size_t i = 0; i < absent->n; i++)
        if (absent->slots[i] == slot)
            return true;
    return false;
}

/* An offset of 0 says that the slot is absent, whatever a later entry says of it (Security,
 * superblob.h, find); any other lies behind the index. */
static bool read_entry(struct sx_superblob *sb, uint32_t slot, uint32_t at, struct absent *absent,
                       struct sx_err *err)
{
    uint64_t index_end = SUPERBLOB_HEADER + (uint64_t)sb->count * INDEX_ENTRY;
    if (at == 0) {
        absent->slots[absent->n++] = slot;
        return true;
    }
    if (at < index_end)
        return sx_fail(err, SX_E_RANGE, sb->data.off,
                       "SuperBlob: slot 0x%x at %u lies within the index", slot, at);
    SX_TRY(blob_at(sb->data, slot, at, &sb->blobs[sb->n], err));
    if (!is_absent(absent, slot))
        sb->n++;
    return true;
}

bool sx_superblob_parse(struct sx_span in, struct sx_superblob *out, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(in);
    uint32_t magic = sx_get_u32(&c, "SuperBlob.magic");
    uint32_t length = sx_get_u32(&c, "SuperBlob.length");
    uint32_t count = sx_get_u32(&c, "SuperBlob.count");
    SX_TRY(sx_cursor_ok(&c, err));
    if (magic != SX_MAGIC_EMBEDDED_SIGNATURE)
        return sx_fail(err, SX_E_MAGIC, in.off, "SuperBlob.magic: want 0x%x, found 0x%x",
                       SX_MAGIC_EMBEDDED_SIGNATURE, magic);
    if (count > SX_MAX_BLOBS)
        return sx_fail(err, SX_E_LIMIT, in.off + 8, "SuperBlob.count: %u, at most %d", count,
                       SX_MAX_BLOBS);
    if (length < SUPERBLOB_HEADER)
        return sx_fail(err, SX_E_FORMAT, in.off + 4, "SuperBlob.length: %u", length);
    out->count = count;
    out->n = 0;
    SX_TRY(sx_span_sub(in, 0, length, "SuperBlob", &out->data, err));
    c.in = out->data; /* the index ends with the SuperBlob, not with its surroundings */
    struct absent absent = { .n = 0 };
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = sx_get_u32(&c, "SuperBlob.index.type");
        uint32_t at = sx_get_u32(&c, "SuperBlob.index.offset");
        SX_TRY(sx_cursor_ok(&c, err));
        SX_TRY(read_entry(out, slot, at, &absent, err));
    }
    return true;
}

bool sx_superblob_part(struct sx_superblob *superblob, uint32_t slot, struct sx_span bytes,
                       struct sx_err *err)
{
    const struct sx_slot_info *info = sx_slot_info(slot);
    if (superblob->n == SX_MAX_BLOBS)
        return sx_fail(err, SX_E_LIMIT, bytes.off, "more than %d parts", SX_MAX_BLOBS);
    struct sx_blob *blob = &superblob->blobs[superblob->n++];
    *blob = (struct sx_blob){ .slot = slot, .data = bytes, .payload = bytes };
    struct sx_cursor c = sx_cursor_be(bytes);
    if (info != NULL && info->is_native)
        blob->magic = sx_get_u32(&c, "blob.magic");
    return true;
}

const struct sx_blob *sx_blob_find(const struct sx_superblob *superblob, uint32_t slot)
{
    for (size_t i = 0; i < superblob->n; i++)
        if (superblob->blobs[i].slot == slot)
            return &superblob->blobs[i];
    return NULL;
}

static int by_offset(const void *a, const void *b)
{
    uint64_t x = ((const struct sx_span *)a)->off;
    uint64_t y = ((const struct sx_span *)b)->off;
    return x < y ? -1 : x > y;
}

bool sx_superblob_is_tight(const struct sx_superblob *superblob)
{
    struct sx_span sorted[SX_MAX_BLOBS];
    for (size_t i = 0; i < superblob->n; i++)
        sorted[i] = superblob->blobs[i].data;
    qsort(sorted, superblob->n, sizeof(sorted[0]), by_offset);
    uint64_t end =
        superblob->data.off + SUPERBLOB_HEADER + (uint64_t)superblob->count * INDEX_ENTRY;
    for (size_t i = 0; i < superblob->n; i++) {
        if (sorted[i].off != end)
            return false;
        end += sorted[i].len;
    }
    return end == superblob->data.off + superblob->data.len;
}

/* SPDX-License-Identifier: MIT */
#include "codesign/requirement_set.h"

#include "codesign/slot.h"

enum { BLOB_HEADER = 8, SET_HEADER = 12, INDEX_ENTRY = 8 };

const char *sx_requirement_kind_name(uint32_t kind)
{
    switch (kind) {
#define X(name, value, text)                                                                       \
    case value:                                                                                    \
        return text;
        SX_REQUIREMENT_KINDS(X)
#undef X
    default:
        return NULL;
    }
}

static bool requirement_at(struct sx_span set, uint32_t at, uint64_t index_end, struct sx_span *out,
                           struct sx_err *err)
{
    struct sx_span rest;
    if (at < index_end)
        return sx_fail(err, SX_E_RANGE, set.off, "requirement set: offset %u lies in the index",
                       at);
    SX_TRY(sx_span_from(set, at, "requirement", &rest, err));
    struct sx_cursor c = sx_cursor_be(rest);
    (void)sx_get_u32(&c, "requirement.magic");
    uint32_t length = sx_get_u32(&c, "requirement.length");
    SX_TRY(sx_cursor_ok(&c, err));
    if (length < BLOB_HEADER)
        return sx_fail(err, SX_E_FORMAT, rest.off, "requirement.length: %u", length);
    return sx_span_sub(rest, 0, length, "requirement", out, err);
}

static bool read_index(struct sx_span set, struct sx_cursor *c, uint32_t count,
                       struct sx_requirement_set *out, struct sx_err *err)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t kind = sx_get_u32(c, "requirement set.index.type");
        uint32_t at = sx_get_u32(c, "requirement set.index.offset");
        SX_TRY(sx_cursor_ok(c, err));
        if (at == 0) /* not there, as in every SuperBlob */
            continue;
        SX_TRY(requirement_at(set, at, SET_HEADER + (uint64_t)count * INDEX_ENTRY,
                              &out->at[out->n].blob, err));
        out->at[out->n++].kind = kind;
    }
    return true;
}

bool sx_requirement_set_parse(struct sx_span blob, struct sx_requirement_set *out,
                              struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(blob);
    uint32_t magic = sx_get_u32(&c, "requirement set.magic");
    uint32_t length = sx_get_u32(&c, "requirement set.length");
    uint32_t count = sx_get_u32(&c, "requirement set.count");
    SX_TRY(sx_cursor_ok(&c, err));
    uint32_t want = sx_slot_info(SX_SLOT_REQUIREMENTS)->magic;
    if (magic != want)
        return sx_fail(err, SX_E_MAGIC, blob.off, "requirement set.magic: want 0x%x, found 0x%x",
                       want, magic);
    if (count > SX_MAX_REQUIREMENTS)
        return sx_fail(err, SX_E_LIMIT, blob.off + 8, "requirement set.count: %u, at most %d",
                       count, SX_MAX_REQUIREMENTS);
    if (length < SET_HEADER)
        return sx_fail(err, SX_E_FORMAT, blob.off + 4, "requirement set.length: %u", length);
    SX_TRY(sx_span_sub(blob, 0, length, "requirement set", &c.in, err));
    out->n = 0;
    return read_index(c.in, &c, count, out, err);
}

struct sx_span sx_requirement_find(const struct sx_requirement_set *set, uint32_t kind)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->at[i].kind == kind)
            return set->at[i].blob;
    return (struct sx_span){ 0 };
}

/* SPDX-License-Identifier: MIT */
#include "package/decmpfs.h"

#include "base/arith.h"
#include "base/limits.h"
#include "package/lzfse.h"

#include <string.h>
#include <zlib.h>

enum { MAGIC = 0x636d7066, HEADER = 16, BLOCK = 64 << 10, RESOURCE_DATA = 0x100 };
/* A block that does not shrink is kept as it is, with a byte in front; LZVN may grow a little. */
enum { MAX_STORED = BLOCK + 4096 };

static bool unpack_plain(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    return sx_window_put(out, in, "decmpfs", err);
}

static bool unpack_zlib(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    uLongf n = (uLongf)out->len;
    int said = uncompress(out->ptr, &n, in.ptr, (uLong)in.len);
    out->n = (size_t)n;
    return said == Z_OK || sx_fail(err, SX_E_FORMAT, in.off, "decmpfs: a zlib block is damaged");
}

static bool unpack_lzvn(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    return sx_lzvn_decode(in, out, out->len, err);
}

/* Types come in pairs, in the attribute and in the resource fork. A block may be kept as it is: its
 * first byte then is one with which no block begins that was packed in that way. */
static const struct type {
    uint32_t in_attribute, in_resources;
    uint8_t plain, plain_mask;
    bool (*unpack)(struct sx_span in, struct sx_window *out, struct sx_err *err);
} types[] = {
    { 1, 0, 0, 0, unpack_plain },
    { 3, 4, 0x0f, 0x0f, unpack_zlib },
    { 7, 8, 0x06, 0xff, unpack_lzvn },
    { 9, 10, 0xcc, 0xff, unpack_plain },
    { 11, 12, 0xff, 0xff, sx_lzfse_decode },
};

static const struct type *type_of(uint32_t number)
{
    for (size_t i = 0; i < SX_LEN(types); i++)
        if (number != 0 && (types[i].in_attribute == number || types[i].in_resources == number))
            return &types[i];
    return NULL;
}

bool sx_decmpfs_read(struct sx_span attribute, struct sx_decmpfs *out, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_le(attribute);
    uint32_t magic = sx_get_u32(&c, "decmpfs magic");
    *out = (struct sx_decmpfs){ .type = sx_get_u32(&c, "decmpfs type") };
    out->size = sx_get_u64(&c, "decmpfs size");
    SX_TRY(sx_cursor_ok(&c, err));
    if (magic != MAGIC)
        return sx_fail(err, SX_E_MAGIC, attribute.off, "decmpfs: begins with 0x%08x, not fpmc",
                       magic);
    const struct type *type = type_of(out->type);
    if (type == NULL)
        return sx_fail(err, SX_E_UNSUPPORTED, attribute.off + 4, "decmpfs: type %u is not read",
                       out->type);
    out->is_inline = out->type == type->in_attribute;
    return true;
}

/* Content on its way out, a block at a time. */
struct content {
    const struct type *type;
    uint64_t left; /* bytes that are missing */
    uint8_t *block;
    bool (*take)(void *context, const void *bytes, size_t n, struct sx_err *err);
    void *context;
};

static bool put_block(struct content *content, struct sx_span in, size_t want, struct sx_err *err)
{
    struct sx_window out = sx_window_of(content->block, want);
    const struct type *type = content->type;
    bool is_plain =
        in.len > 0 && type->plain_mask != 0 && (in.ptr[0] & type->plain_mask) == type->plain;
    if (is_plain) {
        SX_TRY(sx_span_from(in, 1, "decmpfs block", &in, err));
        SX_TRY(unpack_plain(in, &out, err));
    } else {
        SX_TRY(type->unpack(in, &out, err));
    }
    if (out.n != want)
        return sx_fail(err, SX_E_FORMAT, in.off, "decmpfs: a block gives %zu of %zu bytes", out.n,
                       want);
    content->left -= want;
    return content->take(content->context, out.ptr, out.n, err);
}

/* Where a block lies in the resource fork. zlib: behind a resource's head, a table of offsets from
 * that table on, and lengths. The others: a table of offsets alone, the last one the end. */
struct table {
    bool has_lengths;
    uint64_t at, n;
};

static bool read_le32(const struct sx_source *source, uint64_t at, uint32_t *out,
                      struct sx_err *err)
{
    uint8_t bytes[4];
    SX_TRY(sx_source_pread(source, at, bytes, sizeof(bytes), err));
    struct sx_cursor c = sx_cursor_le((struct sx_span){ bytes, sizeof(bytes), at });
    *out = sx_get_u32(&c, "decmpfs table");
    return sx_cursor_ok(&c, err);
}

static bool open_table(const struct sx_decmpfs *decmpfs, const struct sx_source *resources,
                       struct table *out, struct sx_err *err)
{
    uint32_t n;
    *out = (struct table){ .has_lengths = decmpfs->type == 4,
                           .n = decmpfs->size / BLOCK + (decmpfs->size % BLOCK != 0) };
    if (!out->has_lengths)
        return true;
    out->at = RESOURCE_DATA + 4;
    SX_TRY(read_le32(resources, out->at, &n, err));
    return n == out->n ||
           sx_fail(err, SX_E_FORMAT, out->at, "decmpfs: %u blocks for a file of %llu bytes", n,
                   (unsigned long long)decmpfs->size);
}

static bool find_block(const struct table *t, const struct sx_source *resources, uint64_t i,
                       uint64_t *off, uint64_t *len, struct sx_err *err)
{
    uint32_t first, second;
    uint64_t row = t->has_lengths ? t->at + 4 + i * 8 : t->at + i * 4;
    SX_TRY(read_le32(resources, row, &first, err) && read_le32(resources, row + 4, &second, err));
    if (!t->has_lengths && second < first)
        return sx_fail(err, SX_E_FORMAT, row, "decmpfs: block %llu ends before it begins",
                       (unsigned long long)i);
    *off = t->has_lengths ? t->at + first : first;
    *len = t->has_lengths ? second : second - first;
    return true;
}

static bool put_blocks(struct content *content, const struct sx_decmpfs *decmpfs,
                       const struct sx_source *resources, struct sx_arena *arena,
                       struct sx_err *err)
{
    struct table table;
    SX_TRY(open_table(decmpfs, resources, &table, err));
    for (uint64_t i = 0; i < table.n; i++) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        uint64_t off = 0, len = 0;
        struct sx_span in;
        SX_TRY(find_block(&table, resources, i, &off, &len, err));
        if (len > MAX_STORED)
            return sx_fail(err, SX_E_FORMAT, off, "decmpfs: block %llu of %llu bytes, at most %d",
                           (unsigned long long)i, (unsigned long long)len, MAX_STORED);
        SX_TRY(sx_source_read(resources, off, len, MAX_STORED, "decmpfs block", arena, &in, err));
        SX_TRY(put_block(content, in, (size_t)sx_min_u64(content->left, BLOCK), err));
        sx_arena_rewind(arena, mark);
    }
    return true;
}

bool sx_decmpfs_each(const struct sx_decmpfs *decmpfs, struct sx_span attribute,
                     const struct sx_source *resources,
                     bool (*take)(void *context, const void *bytes, size_t n, struct sx_err *err),
                     void *context, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct content content = { type_of(decmpfs->type), decmpfs->size, sx_arena_alloc(arena, BLOCK),
                               take, context };
    struct sx_span in;
    if (decmpfs->size == 0)
        return true;
    if (!decmpfs->is_inline)
        return put_blocks(&content, decmpfs, resources, arena, err);
    if (decmpfs->size > BLOCK)
        return sx_fail(err, SX_E_FORMAT, attribute.off + 8,
                       "decmpfs: %llu bytes out of an attribute, at most %d",
                       (unsigned long long)decmpfs->size, BLOCK);
    return sx_span_from(attribute, HEADER, "decmpfs content", &in, err) &&
           put_block(&content, in, (size_t)decmpfs->size, err);
}

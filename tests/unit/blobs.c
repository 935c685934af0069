/* SPDX-License-Identifier: MIT */
#include "blobs.h"

#include <string.h>

enum { N_SPECIAL = 11, LEAST = 200 };

struct sx_str apply(struct sx_arena *arena, struct sx_str bytes, const struct patch *patches)
{
    char *copy = sx_arena_alloc(arena, bytes.len + 1);
    memcpy(copy, bytes.ptr, bytes.len);
    for (size_t i = 0; i < 4 && patches[i].width > 0; i++)
        if (patches[i].at + patches[i].width <= bytes.len)
            sx_fx_set_be(copy + patches[i].at, patches[i].width, patches[i].value);
    return (struct sx_str){ copy, bytes.len };
}

static uint32_t header_size(uint32_t version)
{
    static const struct {
        uint32_t version, size;
    } sizes[] = { { 0x20600, 108 }, { 0x20500, 96 }, { 0x20400, 88 },
                  { 0x20300, 64 },  { 0x20200, 52 }, { 0x20100, 48 } };
    for (size_t i = 0; i < SX_LEN(sizes); i++)
        if (version >= sizes[i].version)
            return sizes[i].size;
    return 44;
}

static uint32_t highest(const struct directory *d)
{
    uint32_t n = 0;
    for (uint32_t slot = 1; slot <= N_SPECIAL; slot++)
        n = d->special[slot].ptr != NULL ? slot : n;
    return n;
}

static size_t page_len(const struct directory *d)
{
    return d->page_shift == 0 ? d->code.len : (size_t)1 << d->page_shift;
}

static uint32_t count_pages(const struct directory *d)
{
    return d->code.len == 0 ? 0 : (uint32_t)((d->code.len - 1) / page_len(d)) + 1;
}

static void put_hashes(struct sx_buf *buf, struct sx_arena *arena, const struct directory *d)
{
    for (uint32_t slot = highest(d); slot > 0; slot--)
        if (d->special[slot].ptr == NULL)
            sx_buf_fill(buf, '\0', sx_fx_digest_len(d->hash));
        else
            sx_buf_str(buf, sx_fx_digest(arena, d->hash, d->special[slot]));
    for (uint32_t i = 0; i < count_pages(d); i++)
        sx_buf_str(buf,
                   sx_fx_digest(arena, d->hash, sx_str_sub(d->code, i * page_len(d), page_len(d))));
}

static void put_fields(struct sx_buf *buf, const struct directory *d, uint32_t hashes_at)
{
    uint32_t header = header_size(d->version);
    uint32_t team = d->team == NULL ? 0 : header + (uint32_t)strlen(d->identifier) + 1;
    size_t hash_len = sx_fx_digest_len(d->hash);
    uint32_t first[] = { 0xfade0c02,
                         hashes_at + (uint32_t)(hash_len * count_pages(d)),
                         d->version,
                         d->flags,
                         hashes_at,
                         header,
                         highest(d),
                         count_pages(d),
                         (uint32_t)d->code.len };
    for (size_t i = 0; i < SX_LEN(first); i++)
        sx_fx_put_be(buf, 4, first[i]);
    sx_fx_put_be(buf, 1, hash_len);
    sx_fx_put_be(buf, 1, d->hash);
    sx_fx_put_be(buf, 1, 0);
    sx_fx_put_be(buf, 1, d->page_shift);
    sx_fx_put_be(buf, 8, 0);
    if (header > 48)
        sx_fx_put_be(buf, 4, team);
    if (buf->len < header)
        sx_buf_fill(buf, '\0', header - buf->len);
}

struct sx_str make_directory(struct sx_arena *arena, const struct directory *d)
{
    struct sx_buf buf = { 0 };
    uint32_t text = header_size(d->version) + (uint32_t)strlen(d->identifier) + 1 +
                    (d->team == NULL ? 0 : (uint32_t)strlen(d->team) + 1);
    uint32_t special_at = text < LEAST ? LEAST : text;
    uint32_t special_len = highest(d) * (uint32_t)sx_fx_digest_len(d->hash);
    put_fields(&buf, d, special_at + special_len);
    sx_buf_put(&buf, d->identifier, strlen(d->identifier) + 1);
    if (d->team != NULL)
        sx_buf_put(&buf, d->team, strlen(d->team) + 1);
    sx_buf_fill(&buf, '\0', special_at - buf.len);
    put_hashes(&buf, arena, d);
    return apply(arena, sx_fx_take(arena, &buf), d->patches);
}

struct sx_str make_blob(struct sx_arena *arena, uint32_t magic, struct sx_str payload)
{
    struct sx_buf buf = { 0 };
    sx_fx_put_be(&buf, 4, magic);
    sx_fx_put_be(&buf, 4, payload.len + 8);
    sx_buf_str(&buf, payload);
    return sx_fx_take(arena, &buf);
}

struct sx_str make_superblob(struct sx_arena *arena, const struct part *parts, size_t n,
                             size_t slack)
{
    struct sx_buf buf = { 0 };
    size_t len = 12 + 8 * n;
    for (size_t i = 0; i < n; i++)
        len += parts[i].blob.len;
    sx_fx_put_be(&buf, 4, 0xfade0cc0);
    sx_fx_put_be(&buf, 4, len);
    sx_fx_put_be(&buf, 4, n);
    size_t at = 12 + 8 * n;
    for (size_t i = 0; i < n; i++) {
        sx_fx_put_be(&buf, 4, parts[i].slot);
        sx_fx_put_be(&buf, 4, parts[i].blob.ptr != NULL ? at : 0);
        at += parts[i].blob.len;
    }
    for (size_t i = 0; i < n; i++)
        sx_buf_str(&buf, parts[i].blob);
    sx_buf_fill(&buf, '\0', slack);
    return sx_fx_take(arena, &buf);
}

/* SPDX-License-Identifier: MIT */
/* Checksums of a disk image: CRC-32 of the data fork as it is stored, of the sectors of every
 * table, and of the checksums of all tables in a row (7-Zip, DmgHandler.cpp; hdiutil verify).
 * Sectors that a table marks unused are not in its checksum. */
#include "package/udif_disk.h"
#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"

#include <zlib.h>

enum { PIECE = 256 << 10 };

/* Two stretches of bytes, one behind the other. */
static uint32_t join(uint32_t a, uint32_t b, uint64_t b_len)
{
    return (uint32_t)crc32_combine(a, b, (z_off_t)b_len);
}

/* Of n zeros: by doubling. */
static uint32_t crc_of_zeros(uint64_t n)
{
    static const uint8_t zero = 0;
    uint32_t crc = 0, power = (uint32_t)crc32(0, &zero, 1); /* of `len` zeros */
    for (uint64_t len = 1; n > 0; n >>= 1, len <<= 1) {
        if ((n & 1) != 0)
            crc = join(crc, power, len);
        power = join(power, power, len);
    }
    return crc;
}

/* A range of the file, a piece a worker at a time. */
struct range {
    const struct sx_source *source;
    uint64_t off, len;
    struct piece {
        uint8_t *buffer;
        uint64_t len;
        uint32_t crc;
        struct sx_err err;
    } * pieces;
};

static void read_piece(void *context, size_t i, unsigned worker)
{
    struct range *range = context;
    struct piece *piece = &range->pieces[i];
    (void)worker;
    piece->err = (struct sx_err){ 0 };
    piece->len = sx_min_u64(PIECE, range->len - i * PIECE);
    if (sx_source_pread(range->source, range->off + i * PIECE, piece->buffer, (size_t)piece->len,
                        &piece->err))
        piece->crc = (uint32_t)crc32(0, piece->buffer, (uInt)piece->len);
}

static struct range range_new(const struct sx_udif *udif, struct sx_arena *arena)
{
    struct range range = { .source = udif->file };
    size_t n = sx_pool_jobs(udif->pool);
    range.pieces = SX_NEW_N(arena, struct piece, n);
    for (size_t i = 0; i < n; i++)
        range.pieces[i].buffer = sx_arena_alloc(arena, PIECE);
    return range;
}

static bool crc_of_range(const struct sx_udif *udif, uint64_t off, uint64_t len, uint32_t *out,
                         struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct range range = range_new(udif, arena);
    for (*out = 0; len > 0; off += range.len, len -= range.len) {
        size_t n = (size_t)sx_min_u64(sx_pool_jobs(udif->pool), (len + PIECE - 1) / PIECE);
        range.off = off;
        range.len = sx_min_u64(len, (uint64_t)n * PIECE);
        sx_pool_for(udif->pool, n, read_piece, &range);
        for (size_t i = 0; i < n; i++) {
            if (range.pieces[i].err.code != SX_OK) {
                *err = range.pieces[i].err;
                return false;
            }
            *out = join(*out, range.pieces[i].crc, range.pieces[i].len);
        }
    }
    return true;
}

/* A check in the making. */
struct checking {
    struct sx_udif *udif;
    struct sx_arena *arena;
    SX_VEC(struct sx_udif_finding) found;
    struct sx_udif_findings *out;
};

static void add(struct checking *c, bool is_broken, uint64_t off, struct sx_str detail)
{
    if (c->found.n < SX_MAX_PROBLEMS)
        SX_PUSH(c->arena, &c->found, (struct sx_udif_finding){ is_broken, off, detail });
    else
        c->out->more++;
}

/* A checksum of another kind is not compared, and that is said. */
static bool is_computed(struct checking *c, const struct sx_udif_checksum *sum)
{
    bool is_there = sum->type != SX_UDIF_NO_CHECKSUM && sum->bits != 0;
    if (is_there && sum->type != SX_UDIF_CRC32)
        c->out->is_partial = true;
    return is_there && sum->type == SX_UDIF_CRC32;
}

static void compare(struct checking *c, struct sx_str what, const struct sx_udif_checksum *sum,
                    uint32_t crc, uint64_t off)
{
    if (is_computed(c, sum) && sum->crc != crc)
        add(c, false, off,
            sx_str_printf(c->arena, "%.*s: the CRC-32 is %08x, %08x is stored", SX_STR_ARG(what),
                          crc, sum->crc));
}

/* What is known of a table while its chunks are looked at in order. */
struct sum {
    uint32_t crc;
    bool is_broken; /* then there is nothing to compare */
};

static bool crc_of_chunk(struct checking *c, size_t at, uint32_t *crc, bool *is_broken,
                         struct sx_err *err)
{
    const struct sx_udif_chunk *chunk = &c->udif->layout->chunks[at];
    struct sx_udif_state *state = &c->udif->states[at];
    if (chunk->method == SX_UDIF_ZERO)
        *crc = crc_of_zeros(chunk->sectors * SX_SECTOR);
    if (chunk->method == SX_UDIF_RAW)
        return crc_of_range(c->udif, chunk->off, chunk->len, crc, err);
    if (!sx_udif_is_compressed(chunk->method))
        return true;
    SX_TRY(state->has_crc || sx_udif_unpack(c->udif, at, err));
    *is_broken = state->broken != NULL;
    *crc = state->crc;
    if (state->broken != NULL)
        add(c, true, chunk->off, sx_str_dup(c->arena, sx_str_of(state->broken->what)));
    return true;
}

static bool sum_chunks(struct checking *c, struct sum *sums, struct sx_err *err)
{
    const struct sx_udif_layout *layout = c->udif->layout;
    for (size_t i = 0; i < layout->n_chunks; i++) {
        const struct sx_udif_chunk *chunk = &layout->chunks[i];
        struct sum *sum = &sums[chunk->table];
        uint32_t crc = 0;
        bool is_broken = false;
        SX_TRY(crc_of_chunk(c, i, &crc, &is_broken, err));
        sum->is_broken = sum->is_broken || is_broken;
        if (chunk->method != SX_UDIF_IGNORE)
            sum->crc = join(sum->crc, crc, chunk->sectors * SX_SECTOR);
    }
    return true;
}

static struct sx_str table_name(struct checking *c, const struct sx_udif_table *table)
{
    struct sx_str name = sx_escape(c->arena, table->name.ptr != NULL ? table->name : SX_STR("?"));
    return sx_str_printf(c->arena, "table %.*s", SX_STR_ARG(name));
}

static bool check_tables(struct checking *c, struct sx_err *err)
{
    const struct sx_udif_layout *layout = c->udif->layout;
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct sum *sums = SX_NEW_N(scratch, struct sum, layout->n_tables);
    SX_TRY(sum_chunks(c, sums, err));
    for (size_t i = 0; i < layout->n_tables; i++)
        if (!sums[i].is_broken)
            compare(c, table_name(c, &layout->tables[i]), &layout->tables[i].checksum, sums[i].crc,
                    SX_UDIF_NOWHERE);
    return true;
}

/* Stored checksums count, so that a wrong table is told once. */
static void check_master(struct checking *c, const struct sx_udif_trailer *trailer)
{
    const struct sx_udif_layout *layout = c->udif->layout;
    uint32_t crc = 0;
    for (size_t i = 0; i < layout->n_tables; i++) {
        uint32_t stored = layout->tables[i].checksum.crc;
        uint8_t bytes[4] = { (uint8_t)(stored >> 24), (uint8_t)(stored >> 16),
                             (uint8_t)(stored >> 8), (uint8_t)stored };
        if (layout->tables[i].checksum.type != SX_UDIF_CRC32)
            return;
        crc = (uint32_t)crc32(crc, bytes, sizeof(bytes));
    }
    compare(c, SX_STR("master checksum"), &trailer->master, crc, trailer->off);
}

static bool check_data(struct checking *c, const struct sx_udif_trailer *trailer,
                       struct sx_err *err)
{
    uint32_t crc;
    if (!is_computed(c, &trailer->data))
        return true;
    if (trailer->data_off > trailer->off || trailer->data_len > trailer->off - trailer->data_off)
        return sx_fail(err, SX_E_RANGE, trailer->off,
                       "trailer: a data fork of bytes %llu+%llu lies outside of %llu",
                       (unsigned long long)trailer->data_off, (unsigned long long)trailer->data_len,
                       (unsigned long long)trailer->off);
    SX_TRY(crc_of_range(c->udif, trailer->data_off, trailer->data_len, &crc, err));
    compare(c, SX_STR("data fork"), &trailer->data, crc, trailer->off);
    return true;
}

bool sx_udif_check(struct sx_udif *udif, const struct sx_udif_trailer *trailer,
                   struct sx_arena *arena, struct sx_udif_findings *out, struct sx_err *err)
{
    struct checking c = { .udif = udif, .arena = arena, .out = out };
    *out = (struct sx_udif_findings){ 0 };
    bool is_done = check_data(&c, trailer, err) && check_tables(&c, err);
    if (is_done)
        check_master(&c, trailer);
    out->at = c.found.at;
    out->n = c.found.n;
    return is_done;
}

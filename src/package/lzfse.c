/* SPDX-License-Identifier: MIT */
#include "package/lzfse.h"

#include "base/arena.h"
#include "package/fse.h"

#include <string.h>

enum {
    N_L = 20, /* symbols: lengths of literals, lengths of matches, distances, literals */
    N_M = 20,
    N_D = 64,
    N_LITERALS = 256,
    N_FREQUENCIES = N_L + N_M + N_D + N_LITERALS,
    L_STATES = 64,
    M_STATES = 64,
    D_STATES = 256,
    LITERAL_STATES = 1024,
    MAX_LITERALS = 40000, /* of one block (lzfse_internal.h, LZFSE_LITERALS_PER_BLOCK) */
    MAX_MATCHES = 10000,
};

static const char title[] = "LZFSE";

/* What a symbol of a length or distance stands for: a base, and bits to add to it. */
struct range {
    uint8_t n_bits;
    uint32_t base;
};

static const struct range l_ranges[N_L] = {
    { 0, 0 },  { 0, 1 },  { 0, 2 },  { 0, 3 },  { 0, 4 },  { 0, 5 },  { 0, 6 },
    { 0, 7 },  { 0, 8 },  { 0, 9 },  { 0, 10 }, { 0, 11 }, { 0, 12 }, { 0, 13 },
    { 0, 14 }, { 0, 15 }, { 2, 16 }, { 3, 20 }, { 5, 28 }, { 8, 60 },
};
static const struct range m_ranges[N_M] = {
    { 0, 0 },  { 0, 1 },  { 0, 2 },  { 0, 3 },  { 0, 4 },  { 0, 5 },    { 0, 6 },
    { 0, 7 },  { 0, 8 },  { 0, 9 },  { 0, 10 }, { 0, 11 }, { 0, 12 },   { 0, 13 },
    { 0, 14 }, { 0, 15 }, { 3, 16 }, { 5, 24 }, { 8, 56 }, { 11, 312 },
};

/* Four distances a number of bits, each beginning where the one before ends. */
static struct range d_range(uint8_t symbol)
{
    unsigned n_bits = symbol / 4, step = symbol % 4;
    return (struct range){ (uint8_t)n_bits, (((step + 4u) << n_bits) - 4u) };
}

/* The head of a compressed block, whichever way it was stored. */
struct block {
    uint32_t n_raw, n_literals, n_matches, literal_bytes, lmd_bytes;
    unsigned literal_spare, lmd_spare; /* unused bits at the end of each stream */
    uint16_t literal_state[4], l_state, m_state, d_state;
    uint16_t frequencies[N_FREQUENCIES]; /* of L, M, D and literals, in a row */
    uint64_t off;
};

/* Everything that a block is decoded with; large, and reused from block to block. */
struct decoder {
    struct sx_fse_table literal, l, m, d;
    uint8_t literals[MAX_LITERALS];
    struct block block;
};

static uint32_t field(uint64_t word, unsigned at, unsigned n)
{
    return (uint32_t)(word >> at & ((1ull << n) - 1));
}

/* Bits of a stream that its last byte does not use, stored as a number from -7 to 0. */
static bool spare_bits(int32_t stored, uint64_t off, unsigned *out, struct sx_err *err)
{
    if (stored > 0 || stored < -7)
        return sx_fail(err, SX_E_FORMAT, off, "LZFSE: %d spare bits, of 7 to 0", stored);
    *out = (unsigned)-stored;
    return true;
}

static bool read_plain_head(struct sx_cursor *c, struct block *b, struct sx_err *err)
{
    b->n_raw = sx_get_u32(c, "n_raw_bytes");
    sx_get_u32(c, "n_payload_bytes");
    b->n_literals = sx_get_u32(c, "n_literals");
    b->n_matches = sx_get_u32(c, "n_matches");
    b->literal_bytes = sx_get_u32(c, "n_literal_payload_bytes");
    b->lmd_bytes = sx_get_u32(c, "n_lmd_payload_bytes");
    int32_t literal_bits = (int32_t)sx_get_u32(c, "literal_bits");
    for (size_t i = 0; i < 4; i++)
        b->literal_state[i] = sx_get_u16(c, "literal_state");
    int32_t lmd_bits = (int32_t)sx_get_u32(c, "lmd_bits");
    b->l_state = sx_get_u16(c, "l_state");
    b->m_state = sx_get_u16(c, "m_state");
    b->d_state = sx_get_u16(c, "d_state");
    for (size_t i = 0; i < N_FREQUENCIES; i++)
        b->frequencies[i] = sx_get_u16(c, "frequencies");
    sx_get_u16(c, "padding");
    SX_TRY(sx_cursor_ok(c, err));
    return spare_bits(literal_bits, b->off, &b->literal_spare, err) &&
           spare_bits(lmd_bits, b->off, &b->lmd_spare, err);
}

/* Frequencies in 2 to 14 bits each, by a code of which the first bits tell the length. */
struct packed {
    struct sx_cursor c;
    uint64_t held;
    unsigned n;
};

static uint16_t unpack_frequency(struct packed *p)
{
    static const struct {
        uint8_t n_bits, value;
    } codes[16] = {
        { 2, 0 }, { 3, 2 }, { 2, 1 }, { 5, 4 }, { 2, 0 }, { 3, 3 }, { 2, 1 }, { 8, 8 },
        { 2, 0 }, { 3, 2 }, { 2, 1 }, { 5, 5 }, { 2, 0 }, { 3, 3 }, { 2, 1 }, { 14, 24 },
    };
    while (p->n <= 32 && sx_cursor_left(&p->c) > 0) {
        p->held |= (uint64_t)sx_get_u8(&p->c, "frequencies") << p->n;
        p->n += 8;
    }
    unsigned low = (unsigned)(p->held & 31), n_bits = codes[low & 15].n_bits;
    uint16_t value = codes[low & 15].value;
    if (n_bits == 5) /* of the five bits the highest counts twice */
        value = (uint16_t)(value + (low >> 4) * 2);
    if (n_bits > 5)
        value = (uint16_t)(value + (p->held >> 4 & ((1u << (n_bits - 4)) - 1)));
    if (n_bits > p->n)
        p->c.bad = "frequencies";
    p->held >>= n_bits;
    p->n -= n_bits < p->n ? n_bits : p->n;
    return value;
}

static bool unpack_frequencies(struct sx_span in, struct block *b, struct sx_err *err)
{
    struct packed p = { .c = sx_cursor_le(in) };
    memset(b->frequencies, 0, sizeof(b->frequencies));
    for (size_t i = 0; in.len > 0 && i < N_FREQUENCIES; i++)
        b->frequencies[i] = unpack_frequency(&p);
    SX_TRY(sx_cursor_ok(&p.c, err));
    if (sx_cursor_left(&p.c) > 0 || p.n >= 8)
        return sx_fail(err, SX_E_FORMAT, in.off, "LZFSE: %zu bytes of frequencies are too many",
                       in.len);
    return true;
}

static bool read_packed_head(struct sx_cursor *c, struct block *b, struct sx_err *err)
{
    enum { FIXED = 32 };
    b->n_raw = sx_get_u32(c, "n_raw_bytes");
    uint64_t literals = sx_get_u64(c, "packed_fields"), states = sx_get_u64(c, "packed_fields"),
             rest = sx_get_u64(c, "packed_fields");
    b->n_literals = field(literals, 0, 20);
    b->literal_bytes = field(literals, 20, 20);
    b->n_matches = field(literals, 40, 20);
    for (unsigned i = 0; i < 4; i++)
        b->literal_state[i] = (uint16_t)field(states, 10 * i, 10);
    b->lmd_bytes = field(states, 40, 20);
    b->l_state = (uint16_t)field(rest, 32, 10);
    b->m_state = (uint16_t)field(rest, 42, 10);
    b->d_state = (uint16_t)field(rest, 52, 10);
    uint32_t head = field(rest, 0, 32);
    SX_TRY(sx_cursor_ok(c, err));
    if (head < FIXED)
        return sx_fail(err, SX_E_FORMAT, b->off, "LZFSE: a block head of %u bytes, at least %d",
                       head, FIXED);
    struct sx_span frequencies = sx_get_bytes(c, head - FIXED, "frequencies");
    SX_TRY(sx_cursor_ok(c, err));
    return spare_bits((int32_t)field(literals, 60, 3) - 7, b->off, &b->literal_spare, err) &&
           spare_bits((int32_t)field(states, 60, 3) - 7, b->off, &b->lmd_spare, err) &&
           unpack_frequencies(frequencies, b, err);
}

static bool check_head(const struct block *b, struct sx_err *err)
{
    bool states_fit = b->l_state < L_STATES && b->m_state < M_STATES && b->d_state < D_STATES;
    for (size_t i = 0; i < 4; i++)
        states_fit = states_fit && b->literal_state[i] < LITERAL_STATES;
    if (b->n_literals > MAX_LITERALS || b->n_literals % 4 != 0)
        return sx_fail(err, SX_E_FORMAT, b->off,
                       "LZFSE: %u literals in a block, at most %d, four at a time", b->n_literals,
                       MAX_LITERALS);
    if (b->n_matches > MAX_MATCHES)
        return sx_fail(err, SX_E_FORMAT, b->off, "LZFSE: %u matches in a block, at most %d",
                       b->n_matches, MAX_MATCHES);
    if (!states_fit)
        return sx_fail(err, SX_E_FORMAT, b->off, "LZFSE: a state outside of its table");
    return true;
}

static bool make_tables(struct decoder *d, struct sx_err *err)
{
    const struct block *b = &d->block;
    const uint16_t *f = b->frequencies;
    return sx_fse_table_init(&d->l, L_STATES, f, N_L, "L", b->off, err) &&
           sx_fse_table_init(&d->m, M_STATES, f + N_L, N_M, "M", b->off, err) &&
           sx_fse_table_init(&d->d, D_STATES, f + N_L + N_M, N_D, "D", b->off, err) &&
           sx_fse_table_init(&d->literal, LITERAL_STATES, f + N_L + N_M + N_D, N_LITERALS,
                             "literals", b->off, err);
}

static bool check_bits(const struct sx_fse_bits *bits, const char *what, struct sx_err *err)
{
    if (bits->is_short)
        return sx_fail(err, SX_E_TRUNCATED, bits->in.off, "LZFSE: the bits of %s are used up",
                       what);
    return true;
}

/* Literals are coded four at a time, each with a state of its own. */
static bool decode_literals(struct decoder *d, struct sx_span in, struct sx_err *err)
{
    struct sx_fse_bits bits;
    SX_TRY(sx_fse_bits_init(&bits, in, d->block.literal_spare, err));
    for (size_t i = 0; i < d->block.n_literals; i++)
        d->literals[i] = sx_fse_next(&d->literal, &d->block.literal_state[i % 4], &bits);
    return check_bits(&bits, "literals", err);
}

static size_t take_value(const struct sx_fse_table *table, uint16_t *state, const struct range *of,
                         struct sx_fse_bits *bits)
{
    /* the bits of the value lie below those of the next state */
    const struct sx_fse_entry entry = table->at[*state];
    struct range range = of != NULL ? of[entry.symbol] : d_range(entry.symbol);
    uint32_t taken = sx_fse_take(bits, (unsigned)entry.n_bits + range.n_bits);
    *state = (uint16_t)(entry.delta + (int)(taken >> range.n_bits));
    return range.base + (taken & ((1u << range.n_bits) - 1));
}

static bool decode_matches(struct decoder *d, struct sx_span in, struct sx_window *out,
                           struct sx_err *err)
{
    struct block *b = &d->block;
    struct sx_fse_bits bits;
    size_t used = 0, distance = 0;
    SX_TRY(sx_fse_bits_init(&bits, in, b->lmd_spare, err));
    for (uint32_t i = 0; i < b->n_matches; i++) {
        size_t l = take_value(&d->l, &b->l_state, l_ranges, &bits);
        size_t m = take_value(&d->m, &b->m_state, m_ranges, &bits);
        size_t new_distance = take_value(&d->d, &b->d_state, NULL, &bits);
        distance = new_distance != 0 ? new_distance : distance;
        SX_TRY(check_bits(&bits, "matches", err));
        if (l > b->n_literals - used)
            return sx_fail(err, SX_E_RANGE, b->off, "LZFSE: %zu literals, of %u only %zu are left",
                           l, b->n_literals, b->n_literals - used);
        struct sx_span literals = { l > 0 ? d->literals + used : NULL, l, b->off };
        SX_TRY(sx_window_put(out, literals, title, err));
        used += l;
        SX_TRY(m == 0 || sx_window_copy(out, distance, m, b->off, title, err));
    }
    return true;
}

static bool decode_compressed(struct decoder *d, struct sx_cursor *c, bool is_packed,
                              struct sx_window *out, struct sx_err *err)
{
    struct block *b = &d->block;
    size_t begin = out->n;
    *b = (struct block){ .off = c->in.off + c->pos - 4 };
    SX_TRY(is_packed ? read_packed_head(c, b, err) : read_plain_head(c, b, err));
    SX_TRY(check_head(b, err));
    struct sx_span literals = sx_get_bytes(c, b->literal_bytes, "LZFSE literals");
    struct sx_span matches = sx_get_bytes(c, b->lmd_bytes, "LZFSE matches");
    SX_TRY(sx_cursor_ok(c, err));
    SX_TRY(make_tables(d, err));
    SX_TRY(decode_literals(d, literals, err));
    SX_TRY(decode_matches(d, matches, out, err));
    if (out->n - begin != b->n_raw)
        return sx_fail(err, SX_E_FORMAT, b->off, "LZFSE: a block gave %zu bytes, it says %u",
                       out->n - begin, b->n_raw);
    return true;
}

static bool decode_plain(struct sx_cursor *c, struct sx_window *out, struct sx_err *err)
{
    uint32_t n = sx_get_u32(c, "n_raw_bytes");
    struct sx_span bytes = sx_get_bytes(c, n, "LZFSE plain bytes");
    return sx_cursor_ok(c, err) && sx_window_put(out, bytes, title, err);
}

static bool decode_lzvn(struct sx_cursor *c, struct sx_window *out, struct sx_err *err)
{
    uint32_t n_raw = sx_get_u32(c, "n_raw_bytes");
    uint32_t n_payload = sx_get_u32(c, "n_payload_bytes");
    struct sx_span payload = sx_get_bytes(c, n_payload, "LZVN payload");
    SX_TRY(sx_cursor_ok(c, err));
    if (n_raw > sx_window_left(out))
        return sx_fail(err, SX_E_RANGE, payload.off, "LZVN: a block of %u bytes, and room for %zu",
                       n_raw, sx_window_left(out));
    return sx_lzvn_decode(payload, out, n_raw, err);
}

static bool decode_block(struct decoder *d, struct sx_cursor *c, struct sx_window *out,
                         struct sx_err *err)
{
    enum {
        END = 0x24787662,
        PLAIN = 0x2d787662,
        V1 = 0x31787662,
        V2 = 0x32787662,
        LZVN = 0x6e787662
    };
    uint64_t off = c->in.off + c->pos;
    uint32_t magic = sx_get_u32(c, "LZFSE block");
    SX_TRY(sx_cursor_ok(c, err));
    switch (magic) {
    case PLAIN:
        return decode_plain(c, out, err);
    case V1:
    case V2:
        return decode_compressed(d, c, magic == V2, out, err);
    case LZVN:
        return decode_lzvn(c, out, err);
    case END:
        return sx_fail(err, SX_E_FORMAT, off, "LZFSE: ends after %zu of %zu bytes", out->n,
                       out->len);
    default:
        return sx_fail(err, SX_E_MAGIC, off, "LZFSE: a block begins with 0x%08x, not with bvx",
                       magic);
    }
}

bool sx_lzfse_decode(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct decoder *d = SX_NEW(arena, struct decoder);
    struct sx_cursor c = sx_cursor_le(in);
    while (sx_window_left(out) > 0)
        SX_TRY(decode_block(d, &c, out, err));
    return true;
}

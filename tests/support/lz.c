/* SPDX-License-Identifier: MIT */
/* Encoders for what no library on Linux writes: ADC, LZVN, and LZFSE without entropy coding. */
#include "udif.h"

#include <zlib.h>

enum { TABLE = 4096, MIN_MATCH = 4 };

/* One stretch: literals, then a match. */
struct step {
    size_t literals, match, distance;
};

struct finder {
    struct sx_str in;
    size_t at, max_distance, max_match;
    size_t last[TABLE]; /* 1 + where these four bytes stood last */
};

static size_t hash_at(const struct finder *f, size_t at)
{
    uint32_t h = 0;
    for (size_t i = 0; i < MIN_MATCH; i++)
        h = h * 131 + (uint8_t)f->in.ptr[at + i];
    return h % TABLE;
}

static size_t match_len(const struct finder *f, size_t from, size_t at)
{
    size_t n = 0;
    while (at + n < f->in.len && n < f->max_match && f->in.ptr[from + n] == f->in.ptr[at + n])
        n++;
    return n;
}

/* The literals up to the next match and that match; no match at the end. */
static struct step next_step(struct finder *f, size_t max_literals)
{
    struct step step = { 0 };
    for (; f->at < f->in.len && step.literals < max_literals; f->at++, step.literals++) {
        if (f->in.len - f->at < MIN_MATCH)
            continue;
        size_t slot = hash_at(f, f->at), from = f->last[slot];
        f->last[slot] = f->at + 1;
        if (from == 0 || f->at - (from - 1) > f->max_distance)
            continue;
        step.match = match_len(f, from - 1, f->at);
        step.distance = f->at - (from - 1);
        if (step.match >= MIN_MATCH) {
            f->at += step.match;
            return step;
        }
        step.match = 0;
    }
    return step;
}

struct sx_str sx_fx_adc(struct sx_arena *arena, struct sx_str bytes)
{
    struct sx_buf out = { 0 };
    struct finder *f = SX_NEW(arena, struct finder);
    *f = (struct finder){ .in = bytes, .max_distance = 65536, .max_match = 67 };
    while (f->at < bytes.len) {
        size_t begin = f->at;
        struct step step = next_step(f, 128);
        if (step.literals > 0) {
            sx_buf_char(&out, (char)(0x80 | (step.literals - 1)));
            sx_buf_str(&out, sx_str_sub(bytes, begin, step.literals));
        }
        if (step.match > 0 && step.match <= 18 && step.distance <= 1024) {
            sx_fx_put_be(&out, 2, (step.match - 3) << 10 | (step.distance - 1));
        } else if (step.match > 0) {
            sx_buf_char(&out, (char)(0x40 | (step.match - 4)));
            sx_fx_put_be(&out, 2, step.distance - 1);
        }
    }
    return sx_fx_take(arena, &out);
}

static void put_literals(struct sx_buf *out, struct sx_str literals)
{
    for (size_t n; literals.len > 0; literals = sx_str_sub(literals, n, literals.len)) {
        n = literals.len < 271 ? literals.len : 271;
        if (n > 15)
            sx_fx_put_be(out, 2, 0xe000 | (n - 16));
        else
            sx_buf_char(out, (char)(0xe0 | n));
        sx_buf_str(out, sx_str_sub(literals, 0, n));
    }
}

/* Small, medium and large distances by their size, and the rest of a match by itself. */
static void put_match(struct sx_buf *out, size_t match, size_t distance)
{
    size_t n = match < 10 ? match : 10;
    if (distance < 1536) {
        sx_fx_put_be(out, 2, (n - 3) << 11 | distance);
    } else if (distance < 16384) {
        n = match < 34 ? match : 34;
        sx_buf_char(out, (char)(0xa0 | (n - 3) >> 2));
        sx_fx_put_le(out, 2, distance << 2 | ((n - 3) & 3));
    } else {
        sx_buf_char(out, (char)((n - 3) << 3 | 7));
        sx_fx_put_le(out, 2, distance);
    }
    for (match -= n; match > 0; match -= n) {
        n = match < 271 ? match : 271;
        if (n > 15)
            sx_fx_put_be(out, 2, 0xf000 | (n - 16));
        else
            sx_buf_char(out, (char)(0xf0 | n));
    }
}

struct sx_str sx_fx_lzvn(struct sx_arena *arena, struct sx_str bytes)
{
    struct sx_buf out = { 0 };
    struct finder *f = SX_NEW(arena, struct finder);
    *f = (struct finder){ .in = bytes, .max_distance = 65535, .max_match = 4000 };
    while (f->at < bytes.len) {
        size_t begin = f->at;
        struct step step = next_step(f, bytes.len);
        put_literals(&out, sx_str_sub(bytes, begin, step.literals));
        if (step.match > 0)
            put_match(&out, step.match, step.distance);
    }
    sx_fx_put_le(&out, 8, 6);
    return sx_fx_take(arena, &out);
}

struct sx_str sx_fx_lzfse(struct sx_arena *arena, struct sx_str bytes)
{
    enum { BLOCK = 40000 };
    struct sx_buf out = { 0 };
    for (size_t at = 0, i = 0; at < bytes.len; at += BLOCK, i++) {
        struct sx_str block = sx_str_sub(bytes, at, BLOCK);
        bool is_plain = i % 3 == 2;
        struct sx_str stored = is_plain ? block : sx_fx_lzvn(arena, block);
        sx_buf_cstr(&out, is_plain ? "bvx-" : "bvxn");
        sx_fx_put_le(&out, 4, block.len);
        if (!is_plain)
            sx_fx_put_le(&out, 4, stored.len);
        sx_buf_str(&out, stored);
    }
    sx_buf_cstr(&out, "bvx$");
    return sx_fx_take(arena, &out);
}

struct sx_str sx_fx_zlib(struct sx_arena *arena, struct sx_str bytes)
{
    uLongf n = compressBound((uLong)bytes.len);
    char *out = sx_arena_alloc(arena, n);
    if (compress2((Bytef *)out, &n, (const Bytef *)bytes.ptr, (uLong)bytes.len, 6) != Z_OK)
        sx_fx_die("zlib");
    return (struct sx_str){ out, n };
}

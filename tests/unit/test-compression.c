/* SPDX-License-Identifier: MIT */
/* Decoders of our own: what Apple's reference encoder wrote, and what no encoder writes. */
#include "base/buf.h"
#include "package/adc.h"
#include "package/lzfse.h"
#include "rows.h"
#include "udif.h"

#include <string.h>

typedef bool decode_fn(struct sx_span in, struct sx_window *out, struct sx_err *err);

static bool lzvn(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    return sx_lzvn_decode(in, out, out->len, err);
}

/* Lines of a song, so many bytes as the reference encoder needs to take one coder or the other. */
static struct sx_str song(struct sx_arena *arena, int n)
{
    struct sx_buf out = { 0 };
    for (int i = 0; i < n; i++)
        sx_buf_printf(&out, "%d bottles of beer on the wall, ", 99 - i % 90);
    return sx_fx_take(arena, &out);
}

static struct sx_str short_song(struct sx_arena *arena)
{
    return song(arena, 90);
}

static struct sx_str long_song(struct sx_arena *arena)
{
    return song(arena, 160);
}

/* Made by Apple's reference encoder (github.com/lzfse/lzfse). */
static const struct vector {
    const char *name;
    struct sx_str (*make)(struct sx_arena *arena);
    const char *hex;
} vectors[] = {
    { "LZVN", short_song,
      "6276786e400b000094010000e012393920626f74746c6573206f662062656572206f6e207468652077616c6c"
      "2c2039383820f0056e37f0076e36f0076e35f0076e34f0076e33f0076e32f0076e31f0076e30f0069e3839f0"
      "096e38f0076e37f0076e36f0076e35f0076e34f0076e33f0076e32f0076e31f0073940f0056e37f0076e37f0"
      "076e37f0076e37f0076e37f0076e37f0076e37f0076e37f0076e37f0076e37f0076e36f0076e36f0076e36f0"
      "076e36f0076e36f0076e36f0076e36f0076e36f0076e36f0076e36f0076e35f0076e35f0076e35f0076e35f0"
      "076e35f0076e35f0076e35f0076e35f0076e35f0076e35f0076e34f0076e34f0076e34f0076e34f0076e34f0"
      "076e34f0076e34f0076e34f0076e34f0076e34f0076e33f0076e33f0076e33f0076e33f0076e33f0076e33f0"
      "076e33f0076e33f0076e33f0076e33f0076e32f0076e32f0076e32f0076e32f0076e32f0076e32f0076e32f0"
      "076e32f0076e32f0076e32f0076e31f0076e31f0076e31f0076e31f0076e31f0076e31f0076e31f0076e31f0"
      "076e31f0076e31f005e22c20060000000000000062767824" },
    { "LZFSE, packed tables", long_song,
      "627678320014000080003004005b00202ebfec84d54d00509d0000003f38900f7e092000000022000000c09b"
      "80cf4d0100a00000000500000a0000000000008700000000000000c0a30000001c02070fc403f1403c100fc4"
      "03f1403c100f000000000000000000007070088fc00107c043c0c1030007070f001c00000000000000000000"
      "00000000000000000000000000000000000000000000000000000000000020495a4292e4ff034042926d5515"
      "499ab9334730771311a9aaaa8a8820222202009899cdacb6e94b21bf6d6b198827dd388af50ed4eb6cfa4eb0"
      "b9d3b3070000000000000000000010ad131ef09fe79c73ce39e79c73ce71ce39ce71ce39e79c739c73ce39e7"
      "9cf31ce79cf39c73ce39e79c73ce799ce39c73ce39e79c73ce7908e661ce39c73987dd312a62767824" },
};

static const struct bad {
    const char *name;
    decode_fn *decode;
    size_t len; /* of the output */
    struct sx_str in;
    enum sx_errc code;
    uint64_t off;
    const char *what;
} bad[] = {
    { "ADC: nothing", sx_adc_decode, 4, LIT(""), SX_E_TRUNCATED, 0,
      "ADC control byte: 0 bytes left" },
    { "ADC: literals cut short", sx_adc_decode, 4,
      LIT("\x83"
          "ab"),
      SX_E_TRUNCATED, 1, "ADC literals: 2 bytes left" },
    { "ADC: more literals than room", sx_adc_decode, 2,
      LIT("\x83"
          "abcd"),
      SX_E_RANGE, 1, "ADC: 4 literals, and room for 2 of 2 bytes" },
    { "ADC: match before the beginning", sx_adc_decode, 9,
      LIT("\x80"
          "a\x00\x01"),
      SX_E_RANGE, 2, "ADC: a match from 2 bytes back, of 1" },
    { "ADC: match longer than room", sx_adc_decode, 3,
      LIT("\x80"
          "a\x00\x00"),
      SX_E_RANGE, 2, "ADC: a match of 3 bytes, and room for 2 of 3" },
    { "ADC: distance cut short", sx_adc_decode, 9,
      LIT("\x80"
          "a\x40\x00"),
      SX_E_TRUNCATED, 3, "ADC distance: 1 bytes left" },
    { "LZVN: operation not defined", lzvn, 4, LIT("\x1e"), SX_E_FORMAT, 0,
      "LZVN: an operation that is not defined" },
    { "LZVN: another one", lzvn, 4, LIT("\x70"), SX_E_FORMAT, 0,
      "LZVN: an operation that is not defined" },
    { "LZVN: ends too early", lzvn, 4,
      LIT("\xe1"
          "a\x06\0\0\0\0\0\0\0"),
      SX_E_FORMAT, 2, "LZVN: ends after 1 of 4 bytes" },
    { "LZVN: match without distance", lzvn, 4,
      LIT("\xe1"
          "a\xf2"),
      SX_E_RANGE, 2, "LZVN: a match from 0 bytes back, of 1" },
    { "LZVN: match before the beginning", lzvn, 9,
      LIT("\x40\x02"
          "a"),
      SX_E_RANGE, 0, "LZVN: a match from 2 bytes back, of 1" },
    { "LZVN: nothing to do, for ever", lzvn, 4, LIT("\x0e\x16\x0e"), SX_E_TRUNCATED, 3,
      "LZVN operation: 0 bytes left" },
    { "LZFSE: nothing", sx_lzfse_decode, 4, LIT(""), SX_E_TRUNCATED, 0,
      "LZFSE block: 0 bytes left" },
    { "LZFSE: no block", sx_lzfse_decode, 4, LIT("bvxx"), SX_E_MAGIC, 0,
      "LZFSE: a block begins with 0x78787662, not with bvx" },
    { "LZFSE: ends at once", sx_lzfse_decode, 4, LIT("bvx$"), SX_E_FORMAT, 0,
      "LZFSE: ends after 0 of 4 bytes" },
    { "LZFSE: plain bytes cut short", sx_lzfse_decode, 4, LIT("bvx-\4\0\0\0abc"), SX_E_TRUNCATED, 8,
      "LZFSE plain bytes: 3 bytes left" },
    { "LZFSE: more plain bytes than room", sx_lzfse_decode, 2, LIT("bvx-\4\0\0\0abcd"), SX_E_RANGE,
      8, "LZFSE: 4 literals, and room for 2 of 2 bytes" },
    { "LZFSE: LZVN longer than room", sx_lzfse_decode, 2, LIT("bvxn\4\0\0\0\1\0\0\0a"), SX_E_RANGE,
      12, "LZVN: a block of 4 bytes, and room for 2" },
    { "LZFSE: packed head cut short", sx_lzfse_decode, 4, LIT("bvx2\4\0\0\0"), SX_E_TRUNCATED, 8,
      "packed_fields: 0 bytes left" },
    { "LZFSE: packed head too short", sx_lzfse_decode, 4,
      LIT("bvx2\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0"), SX_E_FORMAT, 0,
      "LZFSE: a block head of 16 bytes, at least 32" },
    { "LZFSE: three literals", sx_lzfse_decode, 4,
      LIT("bvx2\4\0\0\0\3\0\0\0\0\0\0\x70\0\0\0\0\0\0\0\x70\x20\0\0\0\0\0\0\0"), SX_E_FORMAT, 0,
      "LZFSE: 3 literals in a block, at most 40000, four at a time" },
    { "LZFSE: state outside", sx_lzfse_decode, 4,
      LIT("bvx2\4\0\0\0\4\0\0\0\0\0\0\x70\0\0\0\0\0\0\0\x70\x20\0\0\0\x40\0\0\0"), SX_E_FORMAT, 0,
      "LZFSE: a state outside of its table" },
    { "LZFSE: a block that gives less than it says", sx_lzfse_decode, 4,
      LIT("bvx2\4\0\0\0\0\0\0\0\0\0\0\x70\0\0\0\0\0\0\0\x70\x20\0\0\0\0\0\0\0"), SX_E_FORMAT, 0,
      "LZFSE: a block gave 0 bytes, it says 4" },
};

static void refuses(void **state)
{
    const struct bad *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_window out = sx_window_of(sx_arena_alloc(arena, row->len), row->len);
    struct sx_err err = { 0 };
    assert_false(row->decode(sx_fx_span(row->in), &out, &err));
    assert_string_equal(err.what, row->what);
    assert_int_equal(err.code, row->code);
    assert_int_equal(err.off, row->off);
}

static void reads(void **state)
{
    const struct vector *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str in = sx_fx_unhex(arena, sx_str_of(row->hex)), want = row->make(arena);
    struct sx_window out = sx_window_of(sx_arena_alloc(arena, want.len), want.len);
    struct sx_err err = { 0 };
    assert_true(sx_lzfse_decode(sx_fx_span(in), &out, &err));
    assert_memory_equal(out.ptr, want.ptr, want.len);
}

/* Every proper part of a stream is refused, and no bit of it can be turned without a crash being
 * looked for: what comes out may differ, or be refused. */
static void survives_damage(void **state)
{
    const struct vector *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str in = sx_fx_unhex(arena, sx_str_of(row->hex)), want = row->make(arena);
    uint8_t *bytes = sx_arena_alloc(arena, in.len), *buffer = sx_arena_alloc(arena, want.len);
    memcpy(bytes, in.ptr, in.len);
    for (size_t n = 0; n < in.len - 4; n++) { /* without its end it is whole all the same */
        struct sx_window out = sx_window_of(buffer, want.len);
        struct sx_err err = { 0 };
        assert_false(sx_lzfse_decode((struct sx_span){ bytes, n, 0 }, &out, &err));
        assert_true(err.what[0] != '\0');
    }
    for (size_t bit = 0; bit < in.len * 8; bit++) {
        struct sx_window out = sx_window_of(buffer, want.len);
        struct sx_err err = { 0 };
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        bool ok = sx_lzfse_decode((struct sx_span){ bytes, in.len, 0 }, &out, &err);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_true(ok || err.what[0] != '\0');
    }
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, vectors, reads);
    ADD_ROWS(&list, vectors, survives_damage);
    ADD_ROWS(&list, bad, refuses);
    return run_rows("compression", &list);
}

/* SPDX-License-Identifier: MIT */
/* LZVN: operations of one to four bytes. L literals follow the operation, then M bytes are copied
 * from D back; what an operation does not say stays as it was.
 *
 *     LLMMMDDD DDDDDDDD             small distance, its top bits not 6 or 7
 *     101LLMMM DDDDDDMM DDDDDDDD    medium distance, little-endian
 *     LLMMM111 DDDDDDDD DDDDDDDD    large distance
 *     LLMMM110                      distance as before, L not 0
 *     1111MMMM, 11110000 MMMMMMMM   match only, distance as before
 *     1110LLLL, 11100000 LLLLLLLL   literals only
 *     00001110, 00010110            nothing
 *     00000110                      end
 */
#include "package/lzfse.h"

static const char title[] = "LZVN";

/* One operation, as its bytes say. */
struct op {
    size_t literals, match, distance; /* distance 0: as before */
    bool is_known, is_end;
};

static struct op small_distance(struct sx_cursor *c, uint8_t b)
{
    size_t low = sx_get_u8(c, "LZVN distance");
    return (struct op){ b >> 6, (b >> 3 & 7u) + 3u, (b & 7u) << 8 | low, true, false };
}

static struct op medium_distance(struct sx_cursor *c, uint8_t b)
{
    uint16_t rest = sx_get_u16(c, "LZVN distance");
    return (struct op){ b >> 3 & 3u, ((b & 7u) << 2 | (rest & 3u)) + 3u, rest >> 2, true, false };
}

static struct op large_distance(struct sx_cursor *c, uint8_t b)
{
    size_t distance = sx_get_u16(c, "LZVN distance");
    return (struct op){ b >> 6, (b >> 3 & 7u) + 3u, distance, true, false };
}

static struct op literals_only(struct sx_cursor *c, uint8_t b)
{
    size_t n = b & 15u;
    return (struct op){ n != 0 ? n : sx_get_u8(c, "LZVN literals") + 16u, 0, 0, true, false };
}

static struct op match_only(struct sx_cursor *c, uint8_t b)
{
    size_t n = b & 15u;
    return (struct op){ 0, n != 0 ? n : sx_get_u8(c, "LZVN match") + 16u, 0, true, false };
}

/* Operations without literals whose low bits are 6: two do nothing, one ends, five are not defined.
 */
static struct op special(uint8_t b)
{
    return (struct op){ .is_known = b == 0x0e || b == 0x16 || b == 0x06, .is_end = b == 0x06 };
}

static struct op next_op(struct sx_cursor *c)
{
    uint8_t b = sx_get_u8(c, "LZVN operation");
    unsigned high = b >> 4, low = b & 7u;
    if (high == 15)
        return match_only(c, b);
    if (high == 14)
        return literals_only(c, b);
    if (high == 7 || high == 13)
        return (struct op){ 0 };
    if (high == 10 || high == 11)
        return medium_distance(c, b);
    if (low == 7)
        return large_distance(c, b);
    if (low == 6 && b >> 6 == 0)
        return special(b);
    if (low == 6)
        return (struct op){ b >> 6, (b >> 3 & 7u) + 3u, 0, true, false };
    return small_distance(c, b);
}

/* A block may end in the middle of what its last operation says; the reference decoder then stops
 * where the output is full, and so do we. */
static bool apply(const struct op *op, struct sx_cursor *c, uint64_t off, size_t *distance,
                  size_t end, struct sx_window *out, struct sx_err *err)
{
    size_t n = op->literals < end - out->n ? op->literals : end - out->n;
    struct sx_span literals = sx_get_bytes(c, n, "LZVN literals");
    SX_TRY(sx_cursor_ok(c, err));
    SX_TRY(sx_window_put(out, literals, title, err));
    if (op->distance != 0)
        *distance = op->distance;
    n = op->match < end - out->n ? op->match : end - out->n;
    return n == 0 || sx_window_copy(out, *distance, n, off, title, err);
}

bool sx_lzvn_decode(struct sx_span in, struct sx_window *out, size_t most, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_le(in);
    size_t begin = out->n, distance = 0;
    size_t end = most < sx_window_left(out) ? out->n + most : out->len;
    while (out->n < end) {
        uint64_t off = in.off + c.pos;
        struct op op = next_op(&c);
        SX_TRY(sx_cursor_ok(&c, err));
        if (!op.is_known)
            return sx_fail(err, SX_E_FORMAT, off, "LZVN: an operation that is not defined");
        if (op.is_end)
            return sx_fail(err, SX_E_FORMAT, off, "LZVN: ends after %zu of %zu bytes",
                           out->n - begin, end - begin);
        SX_TRY(apply(&op, &c, off, &distance, end, out, err));
    }
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "der.h"

#include <stdlib.h>

static void put_len(struct sx_buf *buf, size_t len)
{
    if (len < 0x80) {
        sx_buf_char(buf, (char)len);
        return;
    }
    unsigned n = 1;
    while (n < 8 && len >> (8 * n) != 0)
        n++;
    sx_buf_char(buf, (char)(0x80 | n));
    sx_fx_put_be(buf, n, len);
}

struct sx_str sx_fx_der(struct sx_arena *arena, unsigned tag, size_t n, const struct sx_str *parts)
{
    struct sx_buf buf = { 0 };
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += parts[i].len;
    sx_buf_char(&buf, (char)tag);
    put_len(&buf, len);
    for (size_t i = 0; i < n; i++)
        sx_buf_str(&buf, parts[i]);
    return sx_fx_take(arena, &buf);
}

struct sx_str sx_fx_ber(struct sx_arena *arena, unsigned tag, size_t n, const struct sx_str *parts)
{
    struct sx_buf buf = { 0 };
    sx_buf_char(&buf, (char)tag);
    sx_buf_char(&buf, (char)0x80);
    for (size_t i = 0; i < n; i++)
        sx_buf_str(&buf, parts[i]);
    sx_buf_fill(&buf, 0, 2);
    return sx_fx_take(arena, &buf);
}

static int by_encoding(const void *a, const void *b)
{
    return sx_str_cmp(*(const struct sx_str *)a, *(const struct sx_str *)b);
}

struct sx_str sx_fx_der_set_of(struct sx_arena *arena, unsigned tag, size_t n,
                               const struct sx_str *parts)
{
    struct sx_str *sorted = SX_NEW_N(arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = parts[i];
    qsort(sorted, n, sizeof(*sorted), by_encoding);
    return sx_fx_der(arena, tag, n, sorted);
}

struct sx_str sx_fx_der_int(struct sx_arena *arena, int64_t value)
{
    char bytes[8];
    sx_fx_set_be(bytes, 8, (uint64_t)value);
    size_t at = 0; /* drop leading bytes that only repeat the sign */
    while (at < 7 &&
           ((bytes[at] == 0 && bytes[at + 1] >= 0) || (bytes[at] == -1 && bytes[at + 1] < 0)))
        at++;
    return SX_FX_DER(arena, SX_FX_INTEGER, { bytes + at, 8 - at });
}

struct sx_str sx_fx_der_uint(struct sx_arena *arena, struct sx_str bytes)
{
    while (bytes.len > 1 && bytes.ptr[0] == 0)
        bytes = sx_str_sub(bytes, 1, bytes.len - 1);
    bool would_be_negative = (bytes.ptr[0] & 0x80) != 0;
    return SX_FX_DER(arena, SX_FX_INTEGER, { "", would_be_negative ? 1 : 0 }, bytes);
}

struct sx_str sx_fx_der_bool(struct sx_arena *arena, bool value)
{
    return SX_FX_DER(arena, SX_FX_BOOLEAN, { value ? "\xff" : "", 1 });
}

static void put_arc(struct sx_buf *buf, unsigned long arc)
{
    unsigned n = 1;
    while (n < 9 && arc >> (7 * n) != 0)
        n++;
    while (n-- > 0)
        sx_buf_char(buf, (char)((arc >> (7 * n) & 0x7f) | (n > 0 ? 0x80 : 0)));
}

struct sx_str sx_fx_oid_content(struct sx_arena *arena, const char *dotted)
{
    struct sx_buf buf = { 0 };
    char *at;
    unsigned long first = strtoul(dotted, &at, 10);
    put_arc(&buf, first * 40 + strtoul(at + 1, &at, 10));
    while (*at == '.')
        put_arc(&buf, strtoul(at + 1, &at, 10));
    return sx_fx_take(arena, &buf);
}

struct sx_str sx_fx_der_oid(struct sx_arena *arena, const char *dotted)
{
    return SX_FX_DER(arena, 0x06, sx_fx_oid_content(arena, dotted));
}

struct sx_str sx_fx_der_bits(struct sx_arena *arena, struct sx_str bytes)
{
    return SX_FX_DER(arena, SX_FX_BIT_STRING, { "", 1 }, bytes);
}

static struct sx_str time_digits(struct sx_arena *arena, struct sx_time t)
{
    struct sx_date d = sx_time_date(t);
    return sx_str_printf(arena, "%04d%02d%02d%02d%02d%02dZ", (int)d.year, d.month, d.day, d.hour,
                         d.minute, d.second);
}

struct sx_str sx_fx_der_general_time(struct sx_arena *arena, struct sx_time t)
{
    return SX_FX_DER(arena, SX_FX_GENERALIZED_TIME, time_digits(arena, t));
}

struct sx_str sx_fx_der_time(struct sx_arena *arena, struct sx_time t)
{
    if (sx_time_date(t).year >= 2050)
        return sx_fx_der_general_time(arena, t);
    return SX_FX_DER(arena, SX_FX_UTC_TIME, sx_str_sub(time_digits(arena, t), 2, 13));
}

struct sx_str sx_fx_der_algorithm(struct sx_arena *arena, const char *oid, bool null)
{
    return SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, oid),
                     { "\x05\x00", null ? 2 : 0 });
}

/* SPDX-License-Identifier: MIT */
#include "value/plist_scalar.h"

#include "base/arith.h"
#include "base/number.h"

#include <math.h>

static struct sx_str skip_space(struct sx_str s)
{
    size_t n = 0;
    while (n < s.len && strchr(" \t\r\n", s.ptr[n]) != NULL && s.ptr[n] != '\0')
        n++;
    return sx_str_sub(s, n, s.len);
}

static bool take_char(struct sx_str *s, char c)
{
    bool there = s->len > 0 && s->ptr[0] == c;
    if (there)
        *s = sx_str_sub(*s, 1, s->len);
    return there;
}

/* The value of a digit, 16 when it is none. */
static unsigned digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

static bool magnitude(struct sx_str s, unsigned base, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.len; i++)
        if (digit(s.ptr[i]) >= base || !sx_mul_u64(*out, base, out) ||
            !sx_add_u64(*out, digit(s.ptr[i]), out))
            return false;
    return s.len > 0;
}

bool sx_plist_integer(struct sx_str text, struct sx_value *out)
{
    struct sx_str s = skip_space(text);
    bool negative = take_char(&s, '-');
    if (negative || take_char(&s, '+'))
        s = skip_space(s);
    bool hex = sx_str_starts(s, SX_STR("0x")) || sx_str_starts(s, SX_STR("0X"));
    if (hex)
        s = sx_str_sub(s, 2, s.len);
    uint64_t n;
    if (!magnitude(s, hex ? 16 : 10, &n) || (negative && n > (uint64_t)INT64_MAX + 1))
        return false;
    if (negative)
        *out = sx_int(n == 0 ? 0 : -(int64_t)(n - 1) - 1);
    else
        *out = n <= INT64_MAX ? sx_int((int64_t)n) : sx_uint(n);
    return true;
}

static bool is_word(struct sx_str s, const char *lower)
{
    size_t n = strlen(lower);
    if (s.len != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((s.ptr[i] | 0x20) != lower[i])
            return false;
    return true;
}

bool sx_plist_real(struct sx_str text, struct sx_value *out)
{
    double d;
    if (sx_double_parse(skip_space(text), &d)) {
        *out = sx_double(d);
        return true;
    }
    struct sx_str s = text;
    bool negative = take_char(&s, '-');
    bool sign = negative || take_char(&s, '+');
    if (is_word(s, "inf") || is_word(s, "infinity"))
        *out = sx_double(negative ? -(double)INFINITY : (double)INFINITY);
    else if (!sign && is_word(s, "nan"))
        *out = sx_double((double)NAN);
    else
        return false;
    return true;
}

bool sx_plist_date(struct sx_str text, struct sx_value *out)
{
    struct sx_time t;
    if (text.len != 20 || text.ptr[10] != 'T' || text.ptr[19] != 'Z' ||
        !sx_time_parse(text, false, &t))
        return false;
    *out = sx_timestamp(t);
    return true;
}

bool sx_plist_date_of(double seconds, struct sx_value *out)
{
    const int64_t epoch = sx_time_of(2001, 1, 1, 0, 0, 0).seconds;
    const double first = (double)(sx_time_of(1, 1, 1, 0, 0, 0).seconds - epoch);
    const double end = (double)(sx_time_of(10000, 1, 1, 0, 0, 0).seconds - epoch);
    if (!(seconds >= first && seconds < end)) /* NaN is neither */
        return false;
    double whole = floor(seconds);
    int32_t nanos = (int32_t)((seconds - whole) * 1e9);
    int32_t carry = nanos / 1000000000; /* of -1e-20, of which floor makes -1 and 1.0 */
    *out = sx_timestamp(
        (struct sx_time){ (int64_t)whole + epoch + carry, nanos - carry * 1000000000 });
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "cel/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A double is decided by its first 768 digits and whether anything but zero follows. */
enum { MAX_DIGITS = 770, MAX_EXPONENT = 100000 };

/* A decimal number under reading: digits without a point, and the power of ten that they
 * count. strtod then meets no decimal point, which is the only thing that locales change. */
struct decimal {
    char digits[MAX_DIGITS + 16]; /* room for "e-100000" and NUL */
    size_t n;
    int64_t exponent;
    bool any; /* a digit was there, even a leading zero */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void add_digit(struct decimal *d, char digit, bool after_point)
{
    d->any = true;
    if (d->n == 0 && digit == '0') {
        d->exponent -= after_point;
    } else if (d->n < MAX_DIGITS) {
        d->digits[d->n++] = digit;
        d->exponent -= after_point;
    } else {
        d->exponent += !after_point;
        if (digit != '0')
            d->digits[MAX_DIGITS - 1] = '1'; /* what follows is more than nothing */
    }
}

/* Reads "e-5" to the end of the text. */
static bool read_exponent(struct sx_str s, struct decimal *d)
{
    size_t at = 1;
    bool negative = s.len > 1 && s.ptr[1] == '-';
    if (s.len > 1 && (s.ptr[1] == '-' || s.ptr[1] == '+'))
        at++;
    if (at == s.len)
        return false;
    int64_t e = 0;
    for (; at < s.len; at++) {
        if (!is_digit(s.ptr[at]))
            return false;
        if (e < MAX_EXPONENT)
            e = e * 10 + (s.ptr[at] - '0');
    }
    d->exponent += negative ? -e : e;
    return true;
}

static bool read_decimal(struct sx_str s, struct decimal *d)
{
    bool after_point = false;
    for (size_t at = 0; at < s.len; at++) {
        char c = s.ptr[at];
        if (is_digit(c))
            add_digit(d, c, after_point);
        else if (c == '.' && !after_point)
            after_point = true;
        else
            return d->any && (c == 'e' || c == 'E') && read_exponent(sx_str_sub(s, at, s.len), d);
    }
    return d->any;
}

static bool same_word(struct sx_str s, const char *lower)
{
    if (s.len != strlen(lower))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] | 0x20) != lower[i])
            return false;
    return true;
}

static int64_t clamp(int64_t v, int64_t limit)
{
    return v > limit ? limit : v < -limit ? -limit : v;
}

bool sx_cel_double_of(struct sx_str s, double *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    if (negative || (s.len > 0 && s.ptr[0] == '+'))
        s = sx_str_sub(s, 1, s.len);
    struct decimal d = { .n = 0 };
    if (same_word(s, "infinity") || same_word(s, "inf")) {
        *out = (double)INFINITY;
    } else if (same_word(s, "nan")) {
        *out = (double)NAN;
    } else {
        if (!read_decimal(s, &d))
            return false;
        snprintf(d.digits + d.n, sizeof(d.digits) - d.n, "%se%lld", d.n == 0 ? "0" : "",
                 (long long)clamp(d.exponent, MAX_EXPONENT));
        *out = strtod(d.digits, NULL);
        if (isinf(*out))
            return false;
    }
    *out = negative ? -*out : *out;
    return true;
}

bool sx_cel_uint_of(struct sx_str s, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.ptr[i]) || __builtin_mul_overflow(*out, (uint64_t)10, out) ||
            __builtin_add_overflow(*out, (uint64_t)(s.ptr[i] - '0'), out))
            return false;
    return s.len > 0;
}

bool sx_cel_int_of(struct sx_str s, int64_t *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    if (negative || (s.len > 0 && s.ptr[0] == '+'))
        s = sx_str_sub(s, 1, s.len);
    uint64_t magnitude;
    if (!sx_cel_uint_of(s, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative)
        return false;
    *out = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

/* What printf may write of a double: 309 digits before the point, a sign, and the rest. */
enum { ROOM = 320 + SX_CEL_MAX_PRECISION };

/* Prints with the point that the locale says, which may have several bytes, and puts "." there. */
static size_t print(char to[ROOM], char conversion, double d, int precision)
{
    char from[ROOM];
    if (conversion == 'f')
        snprintf(from, sizeof(from), "%.*f", precision, d);
    else
        snprintf(from, sizeof(from), "%.*e", precision, d);
    size_t n = 0;
    for (size_t i = 0; from[i] != '\0'; i++)
        if (is_digit(from[i]) || strchr("+-e", from[i]) != NULL)
            to[n++] = from[i];
        else if (n == 0 || to[n - 1] != '.')
            to[n++] = '.';
    to[n] = '\0';
    return n;
}

static struct sx_str print_in(struct sx_arena *arena, char conversion, double d, int precision)
{
    if (isnan(d))
        return SX_STR("NaN");
    if (isinf(d))
        return d > 0 ? SX_STR("Infinity") : SX_STR("-Infinity");
    char text[ROOM];
    size_t n = print(text, conversion, d, precision);
    return sx_str_dup(arena, (struct sx_str){ text, n });
}

struct sx_str sx_cel_double_fixed(struct sx_arena *arena, double d, int precision)
{
    return print_in(arena, 'f', d, precision);
}

struct sx_str sx_cel_double_exponent(struct sx_arena *arena, double d, int precision)
{
    return print_in(arena, 'e', d, precision);
}

/* The fewest digits after the first that bring `d` back. */
static int shortest_precision(double d)
{
    for (int precision = 0; precision < 16; precision++) {
        char text[ROOM];
        double back;
        size_t n = print(text, 'e', d, precision);
        if (sx_cel_double_of((struct sx_str){ text, n }, &back) && back == d)
            return precision;
    }
    return 16;
}

struct sx_str sx_cel_double_text(struct sx_arena *arena, double d)
{
    if (isnan(d) || isinf(d) || d == 0)
        return print_in(arena, 'f', d, 0);
    int precision = shortest_precision(d);
    char text[ROOM];
    size_t n = print(text, 'e', d, precision);
    int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
    /* plain where people write plain; the bounds are those of other printers of shortest text */
    if (exponent >= -4 && exponent < 21)
        return print_in(arena, 'f', d, precision > exponent ? precision - exponent : 0);
    return sx_str_dup(arena, (struct sx_str){ text, n });
}

struct sx_str sx_cel_digits(struct sx_arena *arena, uint64_t v, bool negative, unsigned base)
{
    char text[65];
    size_t at = sizeof(text);
    do
        text[--at] = "0123456789abcdef"[v % base];
    while ((v /= base) > 0);
    if (negative)
        text[--at] = '-';
    return sx_str_dup(arena, (struct sx_str){ text + at, sizeof(text) - at });
}

/* SPDX-License-Identifier: MIT */
#include "cel/number.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
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

bool sx_cel_double_of(struct sx_str s, double *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    struct sx_str word = s;
    if (negative || (s.len > 0 && s.ptr[0] == '+'))
        word = sx_str_sub(s, 1, s.len);
    double infinity = negative ? -(double)INFINITY : (double)INFINITY;
    if (!same_word(word, "infinity") && !same_word(word, "inf") && !same_word(word, "nan"))
        return sx_double_parse(s, out) && !isinf(*out);
    *out = same_word(word, "nan") ? (double)NAN : infinity;
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

struct sx_str sx_cel_double_text(struct sx_arena *arena, double d)
{
    char text[SX_DOUBLE_TEXT];
    return sx_str_dup(arena, sx_double_text(text, d));
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

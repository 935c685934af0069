/* SPDX-License-Identifier: MIT */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

/* The longest text that is read as a number: 2^-1074 has 767 significant digits, and a number
 * as people and programs write them far fewer. */
enum { MAX_TEXT = 1200 };

/* The most digits before the point: below 1e16 they are exact. */
enum { MAX_POINT = 16 };

/* printf and strtod follow the locale of the thread; inside these two it is "C". */
struct c_locale {
    locale_t c, before;
};

static struct c_locale enter_c_locale(void)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return (struct c_locale){ c, uselocale(c) };
}

static void leave_c_locale(struct c_locale locale)
{
    uselocale(locale.before);
    if (locale.c != (locale_t)0)
        freelocale(locale.c);
}

/* Seventeen significant digits always suffice; most numbers need fewer. */
static void shortest(char *buf, size_t size, double d)
{
    for (int precision = 0; precision <= 16; precision++) {
        snprintf(buf, size, "%.*e", precision, d);
        if (strtod(buf, NULL) == d)
            return;
    }
}

/* Lays out digits d1d2d3... with value 0.d1d2d3... x 10^point. */
static size_t lay_out(char *out, const char *digits, int n, int point)
{
    if (n <= point && point <= MAX_POINT)
        return (size_t)snprintf(out, SX_DOUBLE_TEXT, "%s%.*s", digits, point - n,
                                "0000000000000000");
    if (0 < point && point <= MAX_POINT)
        return (size_t)snprintf(out, SX_DOUBLE_TEXT, "%.*s.%s", point, digits, digits + point);
    if (-6 < point && point <= 0)
        return (size_t)snprintf(out, SX_DOUBLE_TEXT, "0.%.*s%s", -point, "000000", digits);
    return (size_t)snprintf(out, SX_DOUBLE_TEXT, "%c%s%se%+d", digits[0], n > 1 ? "." : "",
                            digits + 1, point - 1);
}

static struct sx_str finite_text(char *buf, double d)
{
    char text[SX_DOUBLE_TEXT], digits[SX_DOUBLE_TEXT];
    struct c_locale locale = enter_c_locale();
    shortest(text, sizeof(text), fabs(d));
    leave_c_locale(locale);
    int n = 0;
    const char *p = text;
    for (; *p != 'e' && *p != '\0'; p++)
        if (*p != '.')
            digits[n++] = *p;
    digits[n] = '\0';
    int point = *p == 'e' ? (int)strtol(p + 1, NULL, 10) + 1 : n;
    size_t sign = signbit(d) ? 1 : 0;
    buf[0] = '-';
    return (struct sx_str){ buf, sign + lay_out(buf + sign, digits, n, point) };
}

struct sx_str sx_double_text(char buf[SX_DOUBLE_TEXT], double d)
{
    if (isnan(d))
        return SX_STR("NaN");
    if (isinf(d))
        return d > 0 ? SX_STR("Infinity") : SX_STR("-Infinity");
    return finite_text(buf, d);
}

static bool is_digit(struct sx_str s, size_t at)
{
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

static size_t skip_digits(struct sx_str s, size_t at)
{
    while (is_digit(s, at))
        at++;
    return at;
}

static size_t skip_sign(struct sx_str s, size_t at)
{
    return at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-') ? at + 1 : at;
}

/* sign? (digits (. digits?)? | . digits) ((e | E) sign? digits)? */
static bool is_decimal(struct sx_str s)
{
    size_t from = skip_sign(s, 0), at = skip_digits(s, from), n = at - from;
    if (at < s.len && s.ptr[at] == '.') {
        from = at + 1;
        at = skip_digits(s, from);
        n += at - from;
    }
    if (n == 0)
        return false;
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        from = skip_sign(s, at + 1);
        at = skip_digits(s, from);
        if (at == from)
            return false;
    }
    return at == s.len;
}

bool sx_double_parse(struct sx_str text, double *out)
{
    char copy[MAX_TEXT];
    if (text.len >= sizeof(copy) || !is_decimal(text))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    struct c_locale locale = enter_c_locale();
    *out = strtod(copy, NULL);
    leave_c_locale(locale);
    return true;
}

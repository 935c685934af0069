/* SPDX-License-Identifier: MIT */
#include "cel/moment.h"

#include "cel/function.h"

enum { NANOS = 1000000000 };

static const int64_t year_1 = -62135596800, year_10000 = 253402300800;

static struct sx_value moment(bool ok, struct sx_time t)
{
    if (!ok || t.seconds < year_1 || t.seconds >= year_10000)
        return sx_cel_failed("a timestamp lies between the years 1 and 9999");
    return sx_timestamp(t);
}

bool sx_cel_duration_nanos(struct sx_time d, int64_t *out)
{
    return !__builtin_mul_overflow(d.seconds, (int64_t)NANOS, out) &&
           !__builtin_add_overflow(*out, (int64_t)d.nanos, out);
}

static struct sx_value duration(bool ok, struct sx_time d)
{
    int64_t nanos;
    if (!ok || !sx_cel_duration_nanos(d, &nanos))
        return sx_cel_failed("a duration holds 64 bits of nanoseconds, which are 292 years");
    return sx_duration(d);
}

static bool sum(struct sx_time a, struct sx_time b, struct sx_time *out)
{
    int32_t nanos = a.nanos + b.nanos;
    out->nanos = nanos % NANOS;
    return !__builtin_add_overflow(a.seconds, b.seconds, &out->seconds) &&
           !__builtin_add_overflow(out->seconds, nanos / NANOS, &out->seconds);
}

static bool difference(struct sx_time a, struct sx_time b, struct sx_time *out)
{
    int32_t borrow = a.nanos < b.nanos;
    out->nanos = a.nanos - b.nanos + borrow * NANOS;
    return !__builtin_sub_overflow(a.seconds, b.seconds, &out->seconds) &&
           !__builtin_sub_overflow(out->seconds, borrow, &out->seconds);
}

struct sx_value sx_cel_duration_sum(struct sx_time a, struct sx_time b)
{
    struct sx_time d;
    bool ok = sum(a, b, &d);
    return duration(ok, d);
}

struct sx_value sx_cel_duration_between(struct sx_time a, struct sx_time b)
{
    struct sx_time d;
    bool ok = difference(a, b, &d);
    return duration(ok, d);
}

struct sx_value sx_cel_moment_after(struct sx_time t, struct sx_time d)
{
    struct sx_time after;
    bool ok = sum(t, d, &after);
    return moment(ok, after);
}

struct sx_value sx_cel_moment_before(struct sx_time t, struct sx_time d)
{
    struct sx_time before;
    bool ok = difference(t, d, &before);
    return moment(ok, before);
}

struct sx_value sx_cel_moment_of(struct sx_str text)
{
    struct sx_time t;
    return sx_time_parse(text, false, &t)
               ? moment(true, t)
               : sx_cel_failed("a timestamp is written as 2026-11-24T00:00:00Z");
}

struct sx_value sx_cel_moment_of_seconds(int64_t seconds)
{
    return moment(true, (struct sx_time){ .seconds = seconds });
}

/* The unit at the front of `s`, in nanoseconds, and how long it is; 0 for none. */
static int64_t read_unit(struct sx_str s, size_t *len)
{
    static const struct {
        const char *name;
        int64_t nanos;
    } units[] = {
        { "ns", 1 },
        { "us", 1000 },
        { "\xc2\xb5s", 1000 },
        { "ms", 1000000 },
        { "s", (int64_t)NANOS },
        { "m", 60 * (int64_t)NANOS },
        { "h", 3600 * (int64_t)NANOS },
    };
    for (size_t i = 0; i < SX_LEN(units); i++)
        if (sx_str_starts(s, sx_str_of(units[i].name))) {
            *len = strlen(units[i].name);
            return units[i].nanos;
        }
    return 0;
}

static size_t count_digits(struct sx_str s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    return n;
}

/* Whole units, then the digits of the fraction, each worth a tenth of the one before. */
static bool add_term(struct sx_str whole, struct sx_str fraction, int64_t unit, int64_t *nanos)
{
    int64_t n = 0;
    for (size_t i = 0; i < whole.len; i++)
        if (__builtin_mul_overflow(n, (int64_t)10, &n) ||
            __builtin_add_overflow(n, (int64_t)(whole.ptr[i] - '0'), &n))
            return false;
    if (__builtin_mul_overflow(n, unit, &n))
        return false;
    for (size_t i = 0; i < fraction.len && unit > 1; i++) {
        int64_t digit = fraction.ptr[i] - '0';
        if (__builtin_add_overflow(n, digit * unit / 10, &n))
            return false;
        unit /= 10;
    }
    return !__builtin_add_overflow(*nanos, n, nanos);
}

/* "30m", "1.5h": moves `*s` behind it. */
static bool read_term(struct sx_str *s, int64_t *nanos, bool *in_range)
{
    size_t n = count_digits(*s);
    struct sx_str whole = sx_str_sub(*s, 0, n), fraction = SX_STR("");
    *s = sx_str_sub(*s, n, s->len);
    if (s->len > 0 && s->ptr[0] == '.') {
        n = count_digits(sx_str_sub(*s, 1, s->len));
        fraction = sx_str_sub(*s, 1, n);
        *s = sx_str_sub(*s, 1 + n, s->len);
    }
    size_t unit_len = 0;
    int64_t unit = read_unit(*s, &unit_len);
    *s = sx_str_sub(*s, unit_len, s->len);
    if (unit == 0 || whole.len + fraction.len == 0)
        return false;
    *in_range = *in_range && add_term(whole, fraction, unit, nanos);
    return true;
}

static struct sx_time time_of_nanos(int64_t nanos)
{
    int64_t rest = nanos % NANOS;
    int64_t below = rest < 0;
    return (struct sx_time){ nanos / NANOS - below, (int32_t)(rest + below * NANOS) };
}

struct sx_value sx_cel_duration_of(struct sx_str text)
{
    bool negative = text.len > 0 && text.ptr[0] == '-', in_range = true;
    struct sx_str rest = text;
    if (negative || (text.len > 0 && text.ptr[0] == '+'))
        rest = sx_str_sub(text, 1, text.len);
    int64_t nanos = 0;
    bool ok = rest.len > 0;
    if (!sx_str_is(rest, "0"))
        while (ok && rest.len > 0)
            ok = read_term(&rest, &nanos, &in_range);
    if (!ok)
        return sx_cel_failed("a duration is written as 1h30m, with the units h m s ms us ns");
    if (!in_range)
        return duration(false, (struct sx_time){ 0 });
    return sx_duration(time_of_nanos(negative ? -nanos : nanos));
}

struct sx_str sx_cel_duration_text(struct sx_arena *arena, struct sx_time d)
{
    bool negative = d.seconds < 0;
    if (negative && !difference((struct sx_time){ 0 }, d, &d))
        d.seconds = INT64_MAX; /* no duration: the language has none so long */
    struct sx_str whole = sx_str_printf(arena, "%s%lld.%09d", negative ? "-" : "",
                                        (long long)d.seconds, (int)d.nanos);
    size_t len = whole.len;
    while (whole.ptr[len - 1] == '0')
        len--;
    if (whole.ptr[len - 1] == '.')
        len--;
    return sx_str_printf(arena, "%.*ss", (int)len, whole.ptr);
}

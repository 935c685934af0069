/* SPDX-License-Identifier: MIT */
#include "cel/posix_tz.h"

#include "base/timestamp.h"

static const int64_t HOUR = 3600, DAY = 86400;

struct reader {
    struct sx_str in;
    size_t at;
    bool ok;
};

static char peek(const struct reader *r)
{
    return r->at < r->in.len ? r->in.ptr[r->at] : '\0';
}

static bool take(struct reader *r, char c)
{
    bool here = peek(r) == c;
    r->at += here;
    return here;
}

static int64_t number(struct reader *r, int64_t most)
{
    int64_t v = 0;
    size_t from = r->at;
    for (; peek(r) >= '0' && peek(r) <= '9' && v <= most; r->at++)
        v = v * 10 + (peek(r) - '0');
    r->ok = r->ok && r->at > from && v <= most;
    return v;
}

/* [+-]hh[:mm[:ss]]; RFC 8536 lets hours run to 167. */
static int64_t clock_time(struct reader *r)
{
    int64_t sign = take(r, '-') ? -1 : 1;
    if (sign > 0)
        take(r, '+');
    int64_t seconds = number(r, 167) * HOUR;
    if (take(r, ':'))
        seconds += number(r, 59) * 60;
    if (take(r, ':'))
        seconds += number(r, 59);
    return sign * seconds;
}

/* "CET", "<+0330>": only passed over. */
static void skip_name(struct reader *r)
{
    size_t from = r->at;
    if (take(r, '<')) {
        while (peek(r) != '>' && peek(r) != '\0')
            r->at++;
        take(r, '>');
    } else {
        while ((peek(r) | 0x20) >= 'a' && (peek(r) | 0x20) <= 'z')
            r->at++;
    }
    r->ok = r->ok && r->at > from;
}

/* Midnight, by the local clock, of the day that M3.5.0 or J60 or 59 names in a year. */
static int64_t rule_day(struct reader *r, int64_t year)
{
    int64_t new_year = sx_time_of(year, 1, 1, 0, 0, 0).seconds;
    if (take(r, 'J')) { /* 29 February is never counted */
        int64_t day = number(r, 365);
        bool leap = sx_time_of(year, 3, 1, 0, 0, 0).seconds - new_year == 60 * DAY;
        return new_year + (day - 1 + (leap && day >= 60)) * DAY;
    }
    if (!take(r, 'M'))
        return new_year + number(r, 365) * DAY;
    int month = (int)number(r, 12);
    r->ok = r->ok && month > 0 && take(r, '.');
    int64_t week = number(r, 5);
    r->ok = r->ok && week > 0 && take(r, '.');
    int64_t weekday = number(r, 6);
    if (!r->ok)
        return 0;
    struct sx_time first = sx_time_of(year, month, 1, 0, 0, 0);
    int64_t next = month == 12 ? sx_time_of(year + 1, 1, 1, 0, 0, 0).seconds
                               : sx_time_of(year, month + 1, 1, 0, 0, 0).seconds;
    int64_t day = first.seconds + (weekday - sx_time_date(first).weekday + 7) % 7 * DAY;
    day += (week - 1) * 7 * DAY;
    return day < next ? day : day - 7 * DAY; /* week 5 is the last */
}

/* ",M3.5.0/2": the moment of a change as the local clock shows it. */
static int64_t rule_moment(struct reader *r, int64_t year)
{
    r->ok = r->ok && take(r, ',');
    int64_t day = rule_day(r, year);
    return day + (take(r, '/') ? clock_time(r) : 2 * HOUR);
}

bool sx_posix_tz_offset(struct sx_str rule, int64_t seconds, int64_t *out)
{
    struct reader r = { .in = rule, .ok = true };
    skip_name(&r);
    int64_t standard = -clock_time(&r), summer = standard + HOUR; /* POSIX counts westwards */
    *out = standard;
    if (r.at == rule.len)
        return r.ok;
    skip_name(&r);
    if (peek(&r) != ',')
        summer = -clock_time(&r);
    int64_t year = sx_time_date((struct sx_time){ .seconds = seconds + standard }).year;
    int64_t begins = rule_moment(&r, year) - standard, ends = rule_moment(&r, year) - summer;
    bool is_summer =
        begins < ends ? seconds >= begins && seconds < ends : seconds >= begins || seconds < ends;
    *out = is_summer ? summer : standard;
    return r.ok && r.at == rule.len;
}

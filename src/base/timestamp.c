/* SPDX-License-Identifier: MIT */
#include "base/timestamp.h"

#include <stdio.h>

enum { DAY = 86400 };

int sx_time_cmp(struct sx_time a, struct sx_time b)
{
    if (a.seconds != b.seconds)
        return a.seconds < b.seconds ? -1 : 1;
    return (a.nanos > b.nanos) - (a.nanos < b.nanos);
}

/* Days from and to civil dates, by eras of 400 years that begin on 1 March. */
static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static void civil_from_days(int64_t z, struct sx_date *out)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    out->day = (int)(doy - (153 * mp + 2) / 5 + 1);
    out->month = (int)(mp < 10 ? mp + 3 : mp - 9);
    out->year = yoe + era * 400 + (out->month <= 2);
}

struct sx_date sx_time_date(struct sx_time t)
{
    int64_t days = t.seconds / DAY, rest = t.seconds % DAY;
    if (rest < 0) {
        days--;
        rest += DAY;
    }
    struct sx_date date = { .hour = (int)(rest / 3600),
                            .minute = (int)(rest / 60 % 60),
                            .second = (int)(rest % 60),
                            .weekday = (int)(((days + 4) % 7 + 7) % 7) };
    civil_from_days(days, &date);
    date.yearday = (int)(days - days_from_civil(date.year, 1, 1));
    return date;
}

struct sx_time sx_time_of(int64_t year, int month, int day, int hour, int minute, int second)
{
    int64_t seconds = days_from_civil(year, month, day) * DAY;
    return (struct sx_time){ .seconds =
                                 seconds + (int64_t)hour * 3600 + (int64_t)minute * 60 + second };
}

/* A reader of RFC 3339 (section 5.6): digits of fixed number, marks between them. */
struct reader {
    struct sx_str text;
    size_t at;
    bool ok;
};

static int digits(struct reader *r, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++, r->at++) {
        if (r->at >= r->text.len || r->text.ptr[r->at] < '0' || r->text.ptr[r->at] > '9') {
            r->ok = false;
            return 0;
        }
        v = v * 10 + (r->text.ptr[r->at] - '0');
    }
    return v;
}

static bool mark(struct reader *r, const char *any_of)
{
    if (r->at < r->text.len && r->text.ptr[r->at] != '\0' &&
        strchr(any_of, r->text.ptr[r->at]) != NULL) {
        r->at++;
        return true;
    }
    return false;
}

static int32_t fraction(struct reader *r)
{
    int32_t nanos = 0, scale = 100000000;
    size_t from = r->at;
    while (r->at < r->text.len && r->text.ptr[r->at] >= '0' && r->text.ptr[r->at] <= '9') {
        nanos += (r->text.ptr[r->at++] - '0') * scale;
        scale /= 10;
    }
    r->ok = r->ok && r->at > from && r->at - from <= 9;
    return nanos;
}

static int days_in(int64_t year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool sx_time_parse(struct sx_str text, bool allow_date, struct sx_time *out)
{
    struct reader r = { .text = text, .ok = true };
    int year = digits(&r, 4);
    r.ok = mark(&r, "-") && r.ok;
    int month = digits(&r, 2);
    r.ok = mark(&r, "-") && r.ok;
    int day = digits(&r, 2);
    if (!r.ok || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return false;
    if (allow_date && r.at == text.len) {
        *out = sx_time_of(year, month, day, 0, 0, 0);
        return true;
    }
    r.ok = mark(&r, "Tt") && r.ok;
    int hour = digits(&r, 2);
    r.ok = mark(&r, ":") && r.ok;
    int minute = digits(&r, 2);
    r.ok = mark(&r, ":") && r.ok;
    int second = digits(&r, 2);
    int32_t nanos = mark(&r, ".") ? fraction(&r) : 0;
    int64_t offset = 0;
    if (!mark(&r, "Zz")) {
        int sign = mark(&r, "+") ? 1 : mark(&r, "-") ? -1 : 0;
        int hours = digits(&r, 2);
        r.ok = mark(&r, ":") && r.ok && sign != 0;
        int minutes = digits(&r, 2);
        r.ok = r.ok && hours < 24 && minutes < 60;
        offset = (int64_t)sign * (hours * 3600 + minutes * 60);
    }
    if (!r.ok || r.at != text.len || hour > 23 || minute > 59 || second > 59)
        return false;
    *out = sx_time_of(year, month, day, hour, minute, second);
    out->seconds -= offset;
    out->nanos = nanos;
    return true;
}

struct sx_str sx_time_text(struct sx_arena *arena, struct sx_time t)
{
    struct sx_date d = sx_time_date(t);
    char frac[16] = "";
    if (t.nanos % 1000 != 0)
        snprintf(frac, sizeof(frac), ".%09d", (int)t.nanos);
    else if (t.nanos % 1000000 != 0)
        snprintf(frac, sizeof(frac), ".%06d", (int)(t.nanos / 1000));
    else if (t.nanos != 0)
        snprintf(frac, sizeof(frac), ".%03d", (int)(t.nanos / 1000000));
    return sx_str_printf(arena, "%04lld-%02d-%02dT%02d:%02d:%02d%sZ", (long long)d.year, d.month,
                         d.day, d.hour, d.minute, d.second, frac);
}

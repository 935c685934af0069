/* SPDX-License-Identifier: MIT */
/* Points in time in UTC, and their text. The clock is never read here: "now" is an argument
 * of a run. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"

struct sx_time {
    int64_t seconds; /* since 1970-01-01T00:00:00Z, proleptic Gregorian, no leap seconds */
    int32_t nanos;   /* 0 to 999999999, added to seconds */
};

struct sx_opt_time {
    bool has;
    struct sx_time t; /* meaningful when `has` */
};

struct sx_date {
    int64_t year;
    int month, day, hour, minute, second; /* month and day from 1 */
    int weekday;                          /* 0 = Sunday */
    int yearday;                          /* from 0 */
};

int sx_time_cmp(struct sx_time a, struct sx_time b);
struct sx_date sx_time_date(struct sx_time t);
/* sx_time_of does not check its fields: month 1 to 12, day 1 to 31. */
struct sx_time sx_time_of(int64_t year, int month, int day, int hour, int minute, int second);
/* sx_time_parse reads RFC 3339 ("2026-11-24T00:00:00Z", with fraction or offset) and, when
 * `allow_date`, "2026-11-24" as midnight. */
SX_MUST_USE bool sx_time_parse(struct sx_str text, bool allow_date, struct sx_time *out);
/* sx_time_text writes RFC 3339 in UTC, with as many fraction digits (0, 3, 6, 9) as needed. */
struct sx_str sx_time_text(struct sx_arena *arena, struct sx_time t);

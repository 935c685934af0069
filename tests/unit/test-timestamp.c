/* SPDX-License-Identifier: MIT */
#include "base/timestamp.h"
#include "rows.h"

static const struct parse_row {
    const char *name;
    struct sx_str in;
    int64_t seconds;
    int32_t nanos;
    const char *text; /* as sx_time_text writes it; NULL when it is refused */
} parses[] = {
    { "the epoch", LIT("1970-01-01T00:00:00Z"), 0, 0, "1970-01-01T00:00:00Z" },
    { "a second before", LIT("1969-12-31T23:59:59Z"), -1, 0, "1969-12-31T23:59:59Z" },
    { "half a second before", LIT("1969-12-31T23:59:59.5Z"), -1, 500000000,
      "1969-12-31T23:59:59.500Z" },
    { "the first", LIT("0001-01-01T00:00:00Z"), -62135596800, 0, "0001-01-01T00:00:00Z" },
    { "the last", LIT("9999-12-31T23:59:59Z"), 253402300799, 0, "9999-12-31T23:59:59Z" },
    { "leap day", LIT("2024-02-29T12:00:00Z"), 1709208000, 0, "2024-02-29T12:00:00Z" },
    { "leap day of a century", LIT("2000-02-29T00:00:00Z"), 951782400, 0, "2000-02-29T00:00:00Z" },
    { "behind a leap day", LIT("2024-03-01T00:00:00Z"), 1709251200, 0, "2024-03-01T00:00:00Z" },
    { "offset east", LIT("2026-11-24T01:30:00+02:30"), 1795474800, 0, "2026-11-23T23:00:00Z" },
    { "offset west", LIT("2026-11-23T20:00:00-03:00"), 1795474800, 0, "2026-11-23T23:00:00Z" },
    { "small letters", LIT("2026-11-23t23:00:00z"), 1795474800, 0, "2026-11-23T23:00:00Z" },
    { "microseconds", LIT("1970-01-01T00:00:00.000001Z"), 0, 1000, "1970-01-01T00:00:00.000001Z" },
    { "nanoseconds", LIT("1970-01-01T00:00:00.000000001Z"), 0, 1,
      "1970-01-01T00:00:00.000000001Z" },
    { "a date", LIT("2026-11-24"), 1795478400, 0, "2026-11-24T00:00:00Z" },
    { "no time: nothing", LIT("") },
    { "no time: month 0", LIT("2026-00-01T00:00:00Z") },
    { "no time: month 13", LIT("2026-13-01T00:00:00Z") },
    { "no time: day 0", LIT("2026-01-00T00:00:00Z") },
    { "no time: 31 April", LIT("2026-04-31T00:00:00Z") },
    { "no time: leap day of a common year", LIT("2023-02-29T00:00:00Z") },
    { "no time: leap day of 1900", LIT("1900-02-29T00:00:00Z") },
    { "no time: hour 24", LIT("2026-11-24T24:00:00Z") },
    { "no time: minute 60", LIT("2026-11-24T00:60:00Z") },
    { "no time: leap second", LIT("2016-12-31T23:59:60Z") },
    { "no time: no zone", LIT("2026-11-24T00:00:00") },
    { "no time: a space for T", LIT("2026-11-24 00:00:00Z") },
    { "no time: point without digits", LIT("2026-11-24T00:00:00.Z") },
    { "no time: ten digits", LIT("2026-11-24T00:00:00.0123456789Z") },
    { "no time: offset of 24 hours", LIT("2026-11-24T00:00:00+24:00") },
    { "no time: offset of 60 minutes", LIT("2026-11-24T00:00:00+00:60") },
    { "no time: offset without colon", LIT("2026-11-24T00:00:00+0100") },
    { "no time: text behind", LIT("2026-11-24T00:00:00Zx") },
    { "no time: NUL behind", LIT("2026-11-24T00:00:00Z\0") },
    { "no time: space before", LIT(" 2026-11-24T00:00:00Z") },
    { "no time: short year", LIT("226-11-24T00:00:00Z") },
    { "no time: long year", LIT("12026-11-24T00:00:00Z") },
    { "no time: sign", LIT("-026-11-24T00:00:00Z") },
    { "no time: half a date", LIT("2026-11") },
};

static void parses_time(void **state)
{
    const struct parse_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_time t = { 0 };
    assert_int_equal(sx_time_parse(row->in, true, &t), row->text != NULL);
    if (row->text == NULL)
        return;
    assert_int_equal(t.seconds, row->seconds);
    assert_int_equal(t.nanos, row->nanos);
    assert_string_equal(sx_time_text(arena, t).ptr, row->text);
}

static void dates_only_where_allowed(void **state)
{
    (void)state;
    struct sx_time t;
    assert_false(sx_time_parse(SX_STR("2026-11-24"), false, &t));
}

/* Every day of years around each kind of turn comes back, and weekdays go on. */
static void days_come_back(void **state)
{
    (void)state;
    static const int64_t years[] = {
        1, 4, 100, 400, 1600, 1899, 1900, 1969, 1999, 2000, 2024, 9998
    };
    for (size_t i = 0; i < SX_LEN(years); i++) {
        struct sx_time t = sx_time_of(years[i], 1, 1, 0, 0, 0);
        int weekday = sx_time_date(t).weekday, yearday = 0;
        for (struct sx_date d; (d = sx_time_date(t)).year == years[i]; t.seconds += 86400) {
            assert_int_equal(sx_time_of(d.year, d.month, d.day, 0, 0, 0).seconds, t.seconds);
            assert_int_equal(d.weekday, weekday);
            assert_int_equal(d.yearday, yearday++);
            weekday = (weekday + 1) % 7;
        }
        bool leap = years[i] % 4 == 0 && (years[i] % 100 != 0 || years[i] % 400 == 0);
        assert_int_equal(yearday, leap ? 366 : 365);
    }
    assert_int_equal(sx_time_date((struct sx_time){ 0, 0 }).weekday, 4); /* a Thursday */
}

static void times_are_ordered(void **state)
{
    (void)state;
    static const struct sx_time times[] = { { -1, 0 }, { -1, 5 }, { 0, 0 }, { 0, 1 }, { 7, 0 } };
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++)
            assert_int_equal(sx_time_cmp(times[i], times[j]), (i > j) - (i < j));
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, parses, parses_time);
    ADD_TEST(&rows, dates_only_where_allowed);
    ADD_TEST(&rows, days_come_back);
    ADD_TEST(&rows, times_are_ordered);
    return run_rows("timestamp", &rows);
}

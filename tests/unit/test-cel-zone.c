/* SPDX-License-Identifier: MIT */
/* The rules that time zones follow after the last transition of their files. */
#include "cel/posix_tz.h"
#include "base/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

enum { BAD = -1000000 };

static const struct row {
    const char *name, *rule, *time;
    int64_t offset; /* BAD: the rule cannot be read */
} rows[] = {
    { "no summer", "JST-9", "2024-07-01T00:00:00Z", 32400 },
    { "a name of digits", "<+0545>-5:45", "2024-07-01T00:00:00Z", 20700 },
    { "seconds", "X1:02:03", "2024-07-01T00:00:00Z", -3723 },
    { "winter", "CET-1CEST,M3.5.0,M10.5.0/3", "2024-01-01T00:00:00Z", 3600 },
    { "summer", "CET-1CEST,M3.5.0,M10.5.0/3", "2024-07-01T00:00:00Z", 7200 },
    { "a second before summer", "CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T00:59:59Z", 3600 },
    { "summer begins", "CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T01:00:00Z", 7200 },
    { "a second before winter", "CET-1CEST,M3.5.0,M10.5.0/3", "2024-10-27T00:59:59Z", 7200 },
    { "winter begins", "CET-1CEST,M3.5.0,M10.5.0/3", "2024-10-27T01:00:00Z", 3600 },
    { "summer in January", "AEST-10AEDT,M10.1.0,M4.1.0/3", "2090-01-01T00:00:00Z", 39600 },
    { "winter in July", "AEST-10AEDT,M10.1.0,M4.1.0/3", "2090-07-01T00:00:00Z", 36000 },
    { "summer is behind", "IST-1GMT0,M10.5.0,M3.5.0/1", "2024-12-01T00:00:00Z", 0 },
    { "a time before midnight", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-07-01T00:00:00Z", -3600 },
    { "days of the year", "A0B,J60/0,J300/0", "2024-02-29T23:59:59Z", 0 },
    { "day 60 is 1 March in leap years too", "A0B,J60/0,J300/0", "2024-03-01T00:00:00Z", 3600 },
    { "days from 0 count 29 February", "A0B,59/0,300/0", "2024-02-29T00:00:00Z", 3600 },
    { "always summer", "A0B,0/0,J365/25", "2024-01-01T00:00:00Z", 3600 },
    { "nothing", "", "2024-01-01T00:00:00Z", BAD },
    { "no offset", "CET", "2024-01-01T00:00:00Z", BAD },
    { "no name", "-1", "2024-01-01T00:00:00Z", BAD },
    { "no rule for summer", "CET-1CEST", "2024-01-01T00:00:00Z", BAD },
    { "no end of summer", "CET-1CEST,M3.5.0", "2024-01-01T00:00:00Z", BAD },
    { "month 13", "CET-1CEST,M13.5.0,M10.5.0/3", "2024-01-01T00:00:00Z", BAD },
    { "month 0", "CET-1CEST,M0.5.0,M10.5.0/3", "2024-01-01T00:00:00Z", BAD },
    { "week 0", "CET-1CEST,M3.0.0,M10.5.0/3", "2024-01-01T00:00:00Z", BAD },
    { "week 6", "CET-1CEST,M3.6.0,M10.5.0/3", "2024-01-01T00:00:00Z", BAD },
    { "weekday 7", "CET-1CEST,M3.5.7,M10.5.0/3", "2024-01-01T00:00:00Z", BAD },
    { "hour 168", "CET-168", "2024-01-01T00:00:00Z", BAD },
    { "minute 60", "CET-1:60", "2024-01-01T00:00:00Z", BAD },
    { "more than a rule", "CET-1CEST,M3.5.0,M10.5.0/3,", "2024-01-01T00:00:00Z", BAD },
    { "an open name", "<CET", "2024-01-01T00:00:00Z", BAD },
    { "digits without end", "CET-99999999999999999999", "2024-01-01T00:00:00Z", BAD },
};

static void follows(void **state)
{
    const struct row *row = *state;
    struct sx_time t;
    int64_t offset;
    assert_true(sx_time_parse(sx_str_of(row->time), false, &t));
    bool ok = sx_posix_tz_offset(sx_str_of(row->rule), t.seconds, &offset);
    assert_int_equal(ok ? offset : BAD, row->offset);
}

int main(void)
{
    struct CMUnitTest tests[SX_LEN(rows)];
    for (size_t i = 0; i < SX_LEN(rows); i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, follows, NULL, NULL, (void *)&rows[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

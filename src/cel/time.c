/* SPDX-License-Identifier: MIT */
/* What a timestamp or duration is made of. */
#include "cel/function.h"
#include "cel/moment.h"
#include "cel/zone.h"

/* Reading a zone's file is charged as if it were searched. */
enum { ZONE_STEPS = 64 };

/* name, and its value of a `struct sx_date d` and an `int32_t nanos` */
#define SX_CEL_PARTS(X)                                                                            \
    X(getFullYear, d.year)                                                                         \
    X(getMonth, d.month - 1)                                                                       \
    X(getDate, d.day)                                                                              \
    X(getDayOfMonth, d.day - 1)                                                                    \
    X(getDayOfWeek, d.weekday)                                                                     \
    X(getDayOfYear, d.yearday)                                                                     \
    X(getHours, d.hour)                                                                            \
    X(getMinutes, d.minute)                                                                        \
    X(getSeconds, d.second)                                                                        \
    X(getMilliseconds, nanos / 1000000)

/* Each is called in UTC, or in the zone that the second argument names. */
#define X(name, value)                                                                             \
    static struct sx_value name(struct sx_cel_run *run, const struct sx_value *args)               \
    {                                                                                              \
        (void)run;                                                                                 \
        struct sx_date d = sx_time_date(args[0].time);                                             \
        int32_t nanos = args[0].time.nanos;                                                        \
        (void)d;                                                                                   \
        (void)nanos;                                                                               \
        return sx_int(value);                                                                      \
    }                                                                                              \
    static struct sx_value name##_in(struct sx_cel_run *run, const struct sx_value *args)          \
    {                                                                                              \
        struct sx_value local = local_time(run, args[0], args[1].str);                             \
        return local.kind == SX_ERROR ? local : name(run, &local);                                 \
    }

/* Shifts a timestamp to what the clocks of a zone showed; an error when there is no such zone. */
static struct sx_value local_time(struct sx_cel_run *run, struct sx_value t, struct sx_str zone)
{
    int64_t offset;
    if (!sx_cel_charge(run, ZONE_STEPS))
        return sx_cel_exhausted();
    if (!sx_cel_zone_offset(run->arena, zone, t.time, &offset))
        return sx_cel_failed("no such time zone");
    t.time.seconds += offset;
    return t;
}

SX_CEL_PARTS(X)
#undef X

/* A duration in hours, minutes or seconds is all of it; only milliseconds are a part. */
static struct sx_value whole_units(struct sx_value duration, int64_t unit)
{
    int64_t nanos;
    if (!sx_cel_duration_nanos(duration.time, &nanos))
        return sx_cel_failed("the duration is out of range");
    return sx_int(nanos / unit);
}

static struct sx_value hours_of(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return whole_units(args[0], 3600000000000);
}

static struct sx_value minutes_of(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return whole_units(args[0], 60000000000);
}

static struct sx_value seconds_of(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return whole_units(args[0], 1000000000);
}

static struct sx_value milliseconds_of(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    struct sx_value all = whole_units(args[0], 1000000);
    return all.kind == SX_ERROR ? all : sx_int(all.i % 1000);
}

#define ROW(name, n, from, ...)                                                                    \
    {                                                                                              \
        SX_CEL_NAMED(name), SX_CEL_MEMBER, n, { from, SX_CEL_T(STRING) }, SX_CEL_T(INT),           \
            __VA_ARGS__                                                                            \
    }
#define X(name, value)                                                                             \
    ROW(#name, 1, SX_CEL_T(TIMESTAMP), name), ROW(#name, 2, SX_CEL_T(TIMESTAMP), name##_in),

static const struct sx_cel_overload table[] = {
    SX_CEL_PARTS(X) ROW("getHours", 1, SX_CEL_T(DURATION), hours_of),
    ROW("getMinutes", 1, SX_CEL_T(DURATION), minutes_of),
    ROW("getSeconds", 1, SX_CEL_T(DURATION), seconds_of),
    ROW("getMilliseconds", 1, SX_CEL_T(DURATION), milliseconds_of),
};
const struct sx_cel_functions sx_cel_times = { table, SX_LEN(table) };

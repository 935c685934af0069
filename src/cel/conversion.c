/* SPDX-License-Identifier: MIT */
/* int(), uint(), double(), string(), bytes(), bool(), timestamp(), duration(), dyn(), type(). */
#include "cel/function.h"
#include "cel/moment.h"
#include "cel/number.h"

static struct sx_value same(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return args[0];
}

static struct sx_value no_int(void)
{
    return sx_cel_failed("the number does not fit an int");
}

static struct sx_value no_uint(void)
{
    return sx_cel_failed("the number does not fit a uint");
}

static struct sx_value int_of_uint(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return args[0].u > INT64_MAX ? no_int() : sx_int((int64_t)args[0].u);
}

/* The bounds themselves are excluded: whether they survive the way to a double and back depends
 * on the machine, says the language ("Overflow"). */
static struct sx_value int_of_double(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    double d = args[0].d;
    return d > -0x1p63 && d < 0x1p63 ? sx_int((int64_t)d) : no_int();
}

static struct sx_value int_of_string(struct sx_cel_run *run, const struct sx_value *args)
{
    int64_t i;
    if (!sx_cel_charge_bytes(run, args[0].str.len))
        return sx_cel_exhausted();
    return sx_cel_int_of(args[0].str, &i) ? sx_int(i) : sx_cel_failed("the text is not an int");
}

static struct sx_value int_of_timestamp(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_int(args[0].time.seconds);
}

static struct sx_value uint_of_int(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return args[0].i < 0 ? no_uint() : sx_uint((uint64_t)args[0].i);
}

static struct sx_value uint_of_double(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    double d = args[0].d;
    return d >= 0 && d < 0x1p64 ? sx_uint((uint64_t)d) : no_uint();
}

static struct sx_value uint_of_string(struct sx_cel_run *run, const struct sx_value *args)
{
    uint64_t u;
    if (!sx_cel_charge_bytes(run, args[0].str.len))
        return sx_cel_exhausted();
    return sx_cel_uint_of(args[0].str, &u) ? sx_uint(u) : sx_cel_failed("the text is not a uint");
}

static struct sx_value double_of_int(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_double((double)args[0].i);
}

static struct sx_value double_of_uint(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_double((double)args[0].u);
}

static struct sx_value double_of_string(struct sx_cel_run *run, const struct sx_value *args)
{
    double d;
    if (!sx_cel_charge_bytes(run, args[0].str.len))
        return sx_cel_exhausted();
    return sx_cel_double_of(args[0].str, &d) ? sx_double(d)
                                             : sx_cel_failed("the text is not a double");
}

static struct sx_value string_of_bool(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_string(args[0].b ? SX_STR("true") : SX_STR("false"));
}

static struct sx_value string_of_int(struct sx_cel_run *run, const struct sx_value *args)
{
    int64_t i = args[0].i;
    uint64_t magnitude = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    return sx_string(sx_cel_digits(run->arena, magnitude, i < 0, 10));
}

static struct sx_value string_of_uint(struct sx_cel_run *run, const struct sx_value *args)
{
    return sx_string(sx_cel_digits(run->arena, args[0].u, false, 10));
}

static struct sx_value string_of_double(struct sx_cel_run *run, const struct sx_value *args)
{
    return sx_string(sx_cel_double_text(run->arena, args[0].d));
}

static struct sx_value string_of_bytes(struct sx_cel_run *run, const struct sx_value *args)
{
    struct sx_str s = args[0].str;
    if (!sx_cel_charge_bytes(run, s.len))
        return sx_cel_exhausted();
    for (size_t at = 0; at < s.len;)
        if (sx_utf8_next(s, &at) < 0)
            return sx_cel_failed("the bytes are not UTF-8");
    return (struct sx_value){ .kind = SX_STRING, .pos = args[0].pos, .str = s };
}

static struct sx_value string_of_timestamp(struct sx_cel_run *run, const struct sx_value *args)
{
    return sx_string(sx_time_text(run->arena, args[0].time));
}

static struct sx_value string_of_duration(struct sx_cel_run *run, const struct sx_value *args)
{
    return sx_string(sx_cel_duration_text(run->arena, args[0].time));
}

static struct sx_value bytes_of_string(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return (struct sx_value){ .kind = SX_BYTES, .pos = args[0].pos, .str = args[0].str };
}

static struct sx_value bool_of_string(struct sx_cel_run *run, const struct sx_value *args)
{
    static const char *const words[][2] = { { "0", "1" },        { "f", "t" },
                                            { "F", "T" },        { "false", "true" },
                                            { "False", "True" }, { "FALSE", "TRUE" } };
    (void)run;
    for (size_t i = 0; i < SX_LEN(words); i++)
        for (int truth = 0; truth < 2; truth++)
            if (sx_str_is(args[0].str, words[i][truth]))
                return sx_bool(truth == 1);
    return sx_cel_failed("the text is not a bool");
}

static struct sx_value timestamp_of_string(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_cel_moment_of(args[0].str);
}

static struct sx_value timestamp_of_int(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_cel_moment_of_seconds(args[0].i);
}

static struct sx_value duration_of_string(struct sx_cel_run *run, const struct sx_value *args)
{
    if (!sx_cel_charge_bytes(run, args[0].str.len))
        return sx_cel_exhausted();
    return sx_cel_duration_of(args[0].str);
}

static struct sx_value type_of(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    const char *name = args[0].kind == SX_OBJECT ? args[0].object->type->name
                                                 : sx_kind_name((enum sx_kind)args[0].kind);
    return (struct sx_value){ .kind = SX_TYPE, .str = sx_str_of(name) };
}

#define FROM(name, from, to, call)                                                                 \
    {                                                                                              \
        SX_CEL_NAMED(name), SX_CEL_GLOBAL, 1, { SX_CEL_T(from) }, SX_CEL_T(to), call               \
    }

static const struct sx_cel_overload table[] = {
    FROM("int", INT, INT, same),
    FROM("int", UINT, INT, int_of_uint),
    FROM("int", DOUBLE, INT, int_of_double),
    FROM("int", STRING, INT, int_of_string),
    FROM("int", TIMESTAMP, INT, int_of_timestamp),
    FROM("uint", UINT, UINT, same),
    FROM("uint", INT, UINT, uint_of_int),
    FROM("uint", DOUBLE, UINT, uint_of_double),
    FROM("uint", STRING, UINT, uint_of_string),
    FROM("double", DOUBLE, DOUBLE, same),
    FROM("double", INT, DOUBLE, double_of_int),
    FROM("double", UINT, DOUBLE, double_of_uint),
    FROM("double", STRING, DOUBLE, double_of_string),
    FROM("string", STRING, STRING, same),
    FROM("string", BOOL, STRING, string_of_bool),
    FROM("string", INT, STRING, string_of_int),
    FROM("string", UINT, STRING, string_of_uint),
    FROM("string", DOUBLE, STRING, string_of_double),
    FROM("string", BYTES, STRING, string_of_bytes),
    FROM("string", TIMESTAMP, STRING, string_of_timestamp),
    FROM("string", DURATION, STRING, string_of_duration),
    FROM("bytes", BYTES, BYTES, same),
    FROM("bytes", STRING, BYTES, bytes_of_string),
    FROM("bool", BOOL, BOOL, same),
    FROM("bool", STRING, BOOL, bool_of_string),
    FROM("timestamp", TIMESTAMP, TIMESTAMP, same),
    FROM("timestamp", STRING, TIMESTAMP, timestamp_of_string),
    FROM("timestamp", INT, TIMESTAMP, timestamp_of_int),
    FROM("duration", DURATION, DURATION, same),
    FROM("duration", STRING, DURATION, duration_of_string),
    FROM("dyn", PARAM, DYN, same),
    FROM("type", PARAM, TYPE, type_of),
};
const struct sx_cel_functions sx_cel_conversions = { table, SX_LEN(table) };

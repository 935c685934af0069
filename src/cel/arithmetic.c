/* SPDX-License-Identifier: MIT */
/* The operators + - * / % and unary -. Integers do not wrap: what does not fit is an error. */
#include "cel/function.h"
#include "cel/moment.h"

static struct sx_value overflow(void)
{
    return sx_cel_failed("the result exceeds 64 bits");
}

static struct sx_value by_zero(void)
{
    return sx_cel_failed("division by zero");
}

#define SX_CHECKED(name, builtin, field, make)                                                     \
    static struct sx_value name(struct sx_cel_run *run, const struct sx_value *args)               \
    {                                                                                              \
        (void)run;                                                                                 \
        struct sx_value out = make(0);                                                             \
        return builtin(args[0].field, args[1].field, &out.field) ? overflow() : out;               \
    }
SX_CHECKED(add_ints, __builtin_add_overflow, i, sx_int)
SX_CHECKED(sub_ints, __builtin_sub_overflow, i, sx_int)
SX_CHECKED(mul_ints, __builtin_mul_overflow, i, sx_int)
SX_CHECKED(add_uints, __builtin_add_overflow, u, sx_uint)
SX_CHECKED(sub_uints, __builtin_sub_overflow, u, sx_uint)
SX_CHECKED(mul_uints, __builtin_mul_overflow, u, sx_uint)
#undef SX_CHECKED

#define SX_DOUBLES(name, operator)                                                                 \
    static struct sx_value name(struct sx_cel_run *run, const struct sx_value *args)               \
    {                                                                                              \
        (void)run;                                                                                 \
        return sx_double(args[0].d operator args[1].d);                                            \
    }
SX_DOUBLES(add_doubles, +)
SX_DOUBLES(sub_doubles, -)
SX_DOUBLES(mul_doubles, *)
SX_DOUBLES(div_doubles, /)
#undef SX_DOUBLES

static struct sx_value div_ints(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    if (args[1].i == 0)
        return by_zero();
    if (args[0].i == INT64_MIN && args[1].i == -1)
        return overflow();
    return sx_int(args[0].i / args[1].i);
}

static struct sx_value mod_ints(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    if (args[1].i == 0)
        return by_zero();
    if (args[0].i == INT64_MIN && args[1].i == -1)
        return overflow();
    return sx_int(args[0].i % args[1].i);
}

static struct sx_value div_uints(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return args[1].u == 0 ? by_zero() : sx_uint(args[0].u / args[1].u);
}

static struct sx_value mod_uints(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return args[1].u == 0 ? by_zero() : sx_uint(args[0].u % args[1].u);
}

static struct sx_value negate_int(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return args[0].i == INT64_MIN ? overflow() : sx_int(-args[0].i);
}

static struct sx_value negate_double(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_double(-args[0].d);
}

/* One side empty: the other side is the answer, and nothing is copied. */
static struct sx_value concatenate(struct sx_cel_run *run, const struct sx_value *args)
{
    struct sx_str a = args[0].str, b = args[1].str;
    if (a.len == 0 || b.len == 0)
        return a.len == 0 ? args[1] : args[0];
    if (!sx_cel_charge_bytes(run, a.len + b.len))
        return sx_cel_exhausted();
    char *joined = sx_arena_alloc(run->arena, a.len + b.len);
    memcpy(joined, a.ptr, a.len);
    memcpy(joined + a.len, b.ptr, b.len);
    return (struct sx_value){ .kind = args[0].kind, .str = { joined, a.len + b.len } };
}

static struct sx_value append(struct sx_cel_run *run, const struct sx_value *args)
{
    size_t n[] = { args[0].list.n, args[1].list.n };
    if (n[0] == 0 || n[1] == 0)
        return n[0] == 0 ? args[1] : args[0];
    if (!sx_cel_charge_bytes(run, (n[0] + n[1]) * sizeof(struct sx_value)))
        return sx_cel_exhausted();
    struct sx_value *joined = SX_NEW_N(run->arena, struct sx_value, n[0] + n[1]);
    for (size_t i = 0; i < n[0]; i++)
        joined[i] = sx_list_at(args[0], i);
    for (size_t i = 0; i < n[1]; i++)
        joined[n[0] + i] = sx_list_at(args[1], i);
    return sx_list_values(joined, n[0] + n[1]);
}

static struct sx_value add_durations(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_cel_duration_sum(args[0].time, args[1].time);
}

static struct sx_value sub_durations(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_cel_duration_between(args[0].time, args[1].time);
}

static struct sx_value add_duration(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_cel_moment_after(args[0].time, args[1].time);
}

static struct sx_value add_to_duration(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_cel_moment_after(args[1].time, args[0].time);
}

static struct sx_value sub_duration(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_cel_moment_before(args[0].time, args[1].time);
}

#define BINARY(name, a, b, result, call)                                                           \
    {                                                                                              \
        SX_CEL_NAMED(name), SX_CEL_GLOBAL, 2, { a, b }, result, call                               \
    }
#define SAME(name, type, call) BINARY(name, type, type, type, call)
#define INT                    SX_CEL_T(INT)
#define UINT                   SX_CEL_T(UINT)
#define DOUBLE                 SX_CEL_T(DOUBLE)
#define TIMESTAMP              SX_CEL_T(TIMESTAMP)
#define DURATION               SX_CEL_T(DURATION)

static const struct sx_cel_overload table[] = {
    SAME("_+_", INT, add_ints),
    SAME("_+_", SX_CEL_T(STRING), concatenate),
    SAME("_+_", UINT, add_uints),
    SAME("_+_", DOUBLE, add_doubles),
    SAME("_+_", SX_CEL_T(BYTES), concatenate),
    SAME("_+_", &sx_cel_list_of_a, append),
    SAME("_+_", DURATION, add_durations),
    BINARY("_+_", TIMESTAMP, DURATION, TIMESTAMP, add_duration),
    BINARY("_+_", DURATION, TIMESTAMP, TIMESTAMP, add_to_duration),
    SAME("_-_", INT, sub_ints),
    SAME("_-_", UINT, sub_uints),
    SAME("_-_", DOUBLE, sub_doubles),
    SAME("_-_", DURATION, sub_durations),
    BINARY("_-_", TIMESTAMP, TIMESTAMP, DURATION, sub_durations),
    BINARY("_-_", TIMESTAMP, DURATION, TIMESTAMP, sub_duration),
    SAME("_*_", INT, mul_ints),
    SAME("_*_", UINT, mul_uints),
    SAME("_*_", DOUBLE, mul_doubles),
    SAME("_/_", INT, div_ints),
    SAME("_/_", UINT, div_uints),
    SAME("_/_", DOUBLE, div_doubles),
    SAME("_%_", INT, mod_ints),
    SAME("_%_", UINT, mod_uints),
    { SX_CEL_NAMED("-_"), SX_CEL_GLOBAL, 1, { INT }, INT, negate_int },
    { SX_CEL_NAMED("-_"), SX_CEL_GLOBAL, 1, { DOUBLE }, DOUBLE, negate_double },
};
const struct sx_cel_functions sx_cel_arithmetic = { table, SX_LEN(table) };

/* SPDX-License-Identifier: MIT */
/* The standard functions on strings, and size() of all that has one. */
#include "cel/function.h"
#include "cel/regex.h"
#include "cel/utf8.h"

static struct sx_value size_of_string(struct sx_cel_run *run, const struct sx_value *args)
{
    if (!sx_cel_charge_bytes(run, args[0].str.len))
        return sx_cel_exhausted();
    return sx_int((int64_t)sx_utf8_count(args[0].str));
}

static struct sx_value size_of_bytes(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_int((int64_t)args[0].str.len);
}

static struct sx_value size_of_list(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_int((int64_t)args[0].list.n);
}

static struct sx_value size_of_map(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    return sx_int((int64_t)args[0].map->n);
}

static struct sx_value contains(struct sx_cel_run *run, const struct sx_value *args)
{
    struct sx_str s = args[0].str, needle = args[1].str;
    if (!sx_cel_charge_search(run, s, needle))
        return sx_cel_exhausted();
    return sx_bool(needle.len == 0 || sx_str_find(s, needle) < s.len);
}

static struct sx_value starts_with(struct sx_cel_run *run, const struct sx_value *args)
{
    if (!sx_cel_charge_bytes(run, args[1].str.len))
        return sx_cel_exhausted();
    return sx_bool(sx_str_starts(args[0].str, args[1].str));
}

static struct sx_value ends_with(struct sx_cel_run *run, const struct sx_value *args)
{
    if (!sx_cel_charge_bytes(run, args[1].str.len))
        return sx_cel_exhausted();
    return sx_bool(sx_str_ends(args[0].str, args[1].str));
}

/* A pattern that is computed is compiled each time; few take longer than these steps do. */
enum { COMPILE_STEPS = 500 };

struct sx_value sx_cel_matches(struct sx_cel_run *run, const struct sx_value *args)
{
    char why[160] = "";
    if (!sx_cel_charge(run, COMPILE_STEPS + args[1].str.len))
        return sx_cel_exhausted();
    const struct sx_cel_regex *regex = sx_cel_regex_new(run->arena, args[1].str, why);
    if (regex == NULL)
        return sx_cel_error(run, "no regular expression: %s", why);
    return sx_cel_regex_match(run, regex, args[0].str);
}

#define TEST(name, style, call)                                                                    \
    {                                                                                              \
        SX_CEL_NAMED(name), style, 2, { SX_CEL_T(STRING), SX_CEL_T(STRING) }, SX_CEL_T(BOOL), call \
    }
#define SIZE(type, call)                                                                           \
    {                                                                                              \
        SX_CEL_NAMED("size"), SX_CEL_EITHER, 1, { type }, SX_CEL_T(INT), call                      \
    }

static const struct sx_cel_overload table[] = {
    SIZE(SX_CEL_T(STRING), size_of_string),     SIZE(SX_CEL_T(BYTES), size_of_bytes),
    SIZE(&sx_cel_list_of_a, size_of_list),      SIZE(&sx_cel_map_of_a_b, size_of_map),
    TEST("contains", SX_CEL_MEMBER, contains),  TEST("startsWith", SX_CEL_MEMBER, starts_with),
    TEST("endsWith", SX_CEL_MEMBER, ends_with), TEST("matches", SX_CEL_EITHER, sx_cel_matches),
};
const struct sx_cel_functions sx_cel_strings = { table, SX_LEN(table) };

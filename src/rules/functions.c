/* SPDX-License-Identifier: MIT */
/* The functions that rules have beyond the language. All are pure. */
#include "base/glob.h"
#include "rules/requirement.h"
#include "rules/scope.h"

static const struct sx_value spent = { .kind = SX_ERROR,
                                       .str = SX_LIT("the budget of steps is used up") };

/* x.get(key, default): what a property list holds under the key, if x is a map, has it, and it
 * is of the default's type. So a rule neither fails on a hostile file nor guesses types. */
static struct sx_value get(struct sx_cel_run *run, const struct sx_value *args)
{
    if (!sx_cel_charge(run, 1 + args[1].str.len / 64))
        return spent;
    if (args[0].kind != SX_MAP)
        return args[2];
    const struct sx_value *found = sx_map_get(args[0].map, args[1].str);
    return found != NULL && found->kind == args[2].kind ? *found : args[2];
}

/* The next number of a dotted version, without leading zeros; "0" behind the end. */
static struct sx_str next_number(struct sx_str version, size_t *at)
{
    while (*at < version.len && version.ptr[*at] == '0')
        ++*at;
    size_t from = *at;
    while (*at < version.len && version.ptr[*at] != '.')
        ++*at;
    struct sx_str number = sx_str_sub(version, from, *at - from);
    *at += *at < version.len;
    return number;
}

static bool is_version(struct sx_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '.' && (text.ptr[i] < '0' || text.ptr[i] > '9'))
            return false;
    return text.len > 0;
}

static int version_cmp(struct sx_str a, struct sx_str b)
{
    for (size_t i = 0, j = 0; i < a.len || j < b.len;) {
        struct sx_str m = next_number(a, &i), n = next_number(b, &j);
        int order = m.len != n.len ? (m.len > n.len) - (m.len < n.len) : sx_str_cmp(m, n);
        if (order != 0)
            return order;
    }
    return 0;
}

static struct sx_value older_than(struct sx_cel_run *run, const struct sx_value *args)
{
    if (!sx_cel_charge(run, 1 + (args[0].str.len + args[1].str.len) / 64))
        return spent;
    for (int i = 0; i < 2; i++)
        if (!is_version(args[i].str))
            return sx_cel_error(run, "olderThan: \"%.*s\" is no version",
                                SX_STR_ARG(sx_escape(run->arena, args[i].str)));
    return sx_bool(version_cmp(args[0].str, args[1].str) < 0);
}

/* The matcher may go back once for each character and each folder (base/glob.h). */
static struct sx_value glob(struct sx_cel_run *run, const struct sx_value *args)
{
    uint64_t len = args[0].str.len;
    if (!sx_cel_charge(run, 1 + (len / 64 + 1) * (len + args[1].str.len) / 64))
        return spent;
    return sx_bool(sx_glob(args[1].str, args[0].str));
}

static struct sx_value nearest(struct sx_cel_run *run, const struct sx_value *args)
{
    size_t n = args[1].list.n, n_texts = 0;
    if (!sx_cel_charge(run, 1 + n * (1 + args[0].str.len / 64)))
        return spent;
    struct sx_str *texts = SX_NEW_N(run->arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++) {
        struct sx_value item = sx_list_at(args[1], i);
        if (item.kind == SX_STRING)
            texts[n_texts++] = item.str;
    }
    size_t at = sx_str_nearest(args[0].str, texts, n_texts);
    return sx_string(at < n_texts ? texts[at] : SX_STR(""));
}

static const struct sx_spec string = { .kind = SX_T_STRING };

#define STRING                                                                                     \
    {                                                                                              \
        .kind = SX_T_STRING                                                                        \
    }
#define BOOL                                                                                       \
    {                                                                                              \
        .kind = SX_T_BOOL                                                                          \
    }
#define DYN                                                                                        \
    {                                                                                              \
        .kind = SX_T_DYN                                                                           \
    }
#define ANY                                                                                        \
    {                                                                                              \
        .kind = SX_T_PARAM                                                                         \
    }
#define STRINGS                                                                                    \
    {                                                                                              \
        .kind = SX_T_LIST, .elem = &string                                                         \
    }
#define A(Type)                                                                                    \
    {                                                                                              \
        .kind = SX_T_OBJECT, .object = &sx_type_##Type                                             \
    }

const struct sx_cel_function sx_rule_functions[SX_N_RULE_FUNCTIONS] = {
    { "get", true, 3, { DYN, STRING, ANY }, ANY, get },
    { "olderThan", true, 2, { STRING, STRING }, BOOL, older_than },
    { "glob", true, 2, { STRING, STRING }, BOOL, glob },
    { "nearest", true, 2, { STRING, STRINGS }, STRING, nearest },
    { "requirementError", false, 1, { STRING }, STRING, sx_rule_requirement_error },
    { "satisfies", true, 2, { A(Code), STRING }, BOOL, sx_rule_code_satisfies },
    { "satisfies", true, 2, { A(Slice), STRING }, BOOL, sx_rule_slice_satisfies },
};

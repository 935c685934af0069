/* SPDX-License-Identifier: MIT */
#include "codesign/requirement_match.h"

#include "base/limits.h"

bool sx_requirement_charge(struct sx_requirement_budget *budget, uint64_t steps)
{
    budget->spent = budget->spent || steps > budget->left;
    budget->left = budget->spent ? 0 : budget->left - steps;
    return !budget->spent;
}

struct sx_str sx_requirement_c_text(struct sx_str text)
{
    return sx_str_sub(text, 0, sx_str_find(text, (struct sx_str){ "", 1 }));
}

bool sx_requirement_is_utf8(struct sx_str text)
{
    for (size_t at = 0; at < text.len;)
        if (sx_utf8_next(text, &at) < 0)
            return false;
    return true;
}

/* Strings are compared by UTF-16, in which characters beyond the first 65,536 come before the last
 * of those. */
static int compare_characters(int32_t a, int32_t b)
{
    int32_t x = a >= 0x10000 ? 0xd800 : a, y = b >= 0x10000 ? 0xd800 : b;
    return x == y ? (a > b) - (a < b) : (x > y) - (x < y);
}

static bool is_digit_at(struct sx_str s, size_t at)
{
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* The value of a run of digits, which wraps at 64 bits (CF, CFString.c). */
static uint64_t take_number(struct sx_str s, size_t *at)
{
    uint64_t n = 0;
    for (; is_digit_at(s, *at); ++*at)
        n = n * 10 + (uint64_t)(s.ptr[*at] - '0');
    return n;
}

/* CFStringCompare with kCFCompareNumerically: where both have digits, runs of them are numbers. */
static int compare_numerically(struct sx_str a, struct sx_str b)
{
    size_t i = 0, k = 0;
    while (i < a.len && k < b.len) {
        int order;
        if (is_digit_at(a, i) && is_digit_at(b, k)) {
            uint64_t x = take_number(a, &i), y = take_number(b, &k);
            order = (x > y) - (x < y);
        } else {
            order = compare_characters(sx_utf8_next(a, &i), sx_utf8_next(b, &k));
        }
        if (order != 0)
            return order;
    }
    return (i < a.len) - (k < b.len);
}

/* Nothing is found where nothing is looked for (CF, CFString.c, CFStringFindWithOptions). */
static bool text_matches(uint32_t op, struct sx_str value, struct sx_str wanted)
{
    switch (op) {
    case SX_MATCH_EQUAL:
        return sx_str_eq(value, wanted);
    case SX_MATCH_CONTAINS:
        return wanted.len > 0 && sx_str_find(value, wanted) < value.len;
    case SX_MATCH_BEGINS:
        return wanted.len > 0 && sx_str_starts(value, wanted);
    case SX_MATCH_ENDS:
        return wanted.len > 0 && sx_str_ends(value, wanted);
    case SX_MATCH_LESS:
        return compare_numerically(value, wanted) < 0;
    case SX_MATCH_GREATER:
        return compare_numerically(value, wanted) > 0;
    case SX_MATCH_LESS_EQUAL:
        return compare_numerically(value, wanted) <= 0;
    case SX_MATCH_GREATER_EQUAL:
        return compare_numerically(value, wanted) >= 0;
    default:
        return false;
    }
}

static bool time_matches(uint32_t op, struct sx_time value, struct sx_time wanted)
{
    int order = sx_time_cmp(value, wanted);
    switch (op) {
    case SX_MATCH_ON:
        return order == 0;
    case SX_MATCH_BEFORE:
        return order < 0;
    case SX_MATCH_AFTER:
        return order > 0;
    case SX_MATCH_ON_OR_BEFORE:
        return order <= 0;
    case SX_MATCH_ON_OR_AFTER:
        return order >= 0;
    default:
        return false;
    }
}

static bool any_matches(const struct sx_requirement_node *node, struct sx_value list,
                        struct sx_requirement_budget *budget)
{
    for (size_t i = 0; i < list.list.n && !budget->spent; i++)
        if (sx_requirement_matches(node, sx_list_at(list, i), budget))
            return true;
    return false;
}

bool sx_requirement_matches(const struct sx_requirement_node *node, struct sx_value value,
                            struct sx_requirement_budget *budget)
{
    uint32_t op = node->match.op;
    struct sx_str wanted = sx_requirement_c_text(node->match.text);
    uint64_t lines = value.kind == SX_STRING ? value.str.len / 64 : 0;
    uint64_t passes = op == SX_MATCH_CONTAINS ? 1 + wanted.len / 64 : 1;
    if (!sx_requirement_charge(budget, 1 + wanted.len / 64 + lines * passes))
        return false;
    if (value.kind == SX_NULL)
        return op == SX_MATCH_ABSENT;
    if (value.kind == SX_LIST && any_matches(node, value, budget))
        return true;
    if (op == SX_MATCH_EXISTS)
        return value.kind != SX_BOOL || value.b;
    if (value.kind == SX_STRING)
        return text_matches(op, value.str, wanted);
    return value.kind == SX_TIMESTAMP &&
           time_matches(op, value.time, sx_requirement_time(node->match.time));
}

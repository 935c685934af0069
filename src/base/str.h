/* SPDX-License-Identifier: MIT */
/* Text with a length. It need not end in NUL, may hold NUL, and need not be UTF-8: text that
 * came from a file is exactly what stood there. ptr == NULL means "there is no text", which
 * is another thing than empty text. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/span.h"

struct sx_str {
    const char *ptr;
    size_t len; /* bytes */
};

/* SX_STR("literal"), SX_LIT("literal") where a table or a static is initialised, and SX_STR_ARG(s)
 * for the printf conversion "%.*s". */
#define SX_STR(lit) ((struct sx_str){ (lit), sizeof(lit) - 1 })
#define SX_LIT(lit)                                                                                \
    {                                                                                              \
        (lit), sizeof(lit) - 1                                                                     \
    }
#define SX_STR_ARG(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), (s).len > 0 ? (s).ptr : ""

static inline struct sx_str sx_str_of(const char *c_string)
{
    return (struct sx_str){ c_string, c_string != NULL ? strlen(c_string) : 0 };
}

/* sx_str_of_span borrows the bytes; an empty span gives empty text, not "none". */
static inline struct sx_str sx_str_of_span(struct sx_span s)
{
    return (struct sx_str){ s.len > 0 ? (const char *)s.ptr : "", s.len };
}

static inline bool sx_str_eq(struct sx_str a, struct sx_str b)
{
    if (a.ptr == NULL || b.ptr == NULL)
        return a.ptr == b.ptr;
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static inline bool sx_str_is(struct sx_str s, const char *c_string)
{
    return sx_str_eq(s, sx_str_of(c_string));
}

/* sx_str_cmp orders by bytes, shorter first among equals; for qsort and sorted output. */
int sx_str_cmp(struct sx_str a, struct sx_str b);
bool sx_str_starts(struct sx_str s, struct sx_str prefix);
bool sx_str_ends(struct sx_str s, struct sx_str suffix);
/* sx_str_find returns the offset of the first `needle` in `s`, or s.len when there is none. */
size_t sx_str_find(struct sx_str s, struct sx_str needle);
/* sx_str_sub is s[from, from+len), clamped to s. */
struct sx_str sx_str_sub(struct sx_str s, size_t from, size_t len);
/* sx_str_base is what follows the last '/', all of it when there is none. */
struct sx_str sx_str_base(struct sx_str path);
/* sx_str_eq_but_case compares as if ASCII letters had no case. */
bool sx_str_eq_but_case(struct sx_str a, struct sx_str b);
/* sx_str_nearest returns the index of the candidate that is `s` but for case, else of the one at
 * the smallest edit distance, at most 1 for up to 3 characters of `s`, 2 for up to 12 and 3 for
 * longer ones; n when none is so near. */
size_t sx_str_nearest(struct sx_str s, const struct sx_str *candidates, size_t n);
/* sx_str_distance is the Levenshtein distance in bytes, or `cap` + 1 when it exceeds `cap`. */
size_t sx_str_distance(struct sx_str a, struct sx_str b, size_t cap);
/* sx_utf8_next reads one character at `*at` and moves `*at` behind it. Invalid UTF-8 (over-long
 * forms, surrogates, stray bytes) yields the offending byte as -(int32_t)byte and moves by one. */
int32_t sx_utf8_next(struct sx_str s, size_t *at);

/* A list of strings, borrowed. */
struct sx_strs {
    const struct sx_str *at;
    size_t n;
};
bool sx_strs_has(struct sx_strs list, struct sx_str s);
/* sx_strs_sort puts texts in the order of sx_str_cmp. */
void sx_strs_sort(struct sx_str *at, size_t n);

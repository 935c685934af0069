/* SPDX-License-Identifier: MIT */
/* Characters by number: CEL counts code points where strings count bytes. */
#pragma once
#include "base/str.h"

/* sx_utf8_put writes a code point, at most 4 bytes, and returns how many. */
static inline size_t sx_utf8_put(char *to, int32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)((0xf00 >> n) | c);
    return n;
}

/* sx_utf8_count counts characters; a byte that is not UTF-8 counts as one. */
static inline size_t sx_utf8_count(struct sx_str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len; n++)
        (void)sx_utf8_next(s, &at); /* only its width matters here */
    return n;
}

/* sx_utf8_offset turns a number of characters into a number of bytes; false when `s` has fewer
 * characters. */
SX_MUST_USE static inline bool sx_utf8_offset(struct sx_str s, int64_t chars, size_t *out)
{
    size_t at = 0;
    for (; chars > 0 && at < s.len; chars--)
        (void)sx_utf8_next(s, &at); /* only its width matters here */
    *out = at;
    return chars == 0;
}

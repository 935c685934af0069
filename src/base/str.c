/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <stdlib.h>

int sx_str_cmp(struct sx_str a, struct sx_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool sx_str_starts(struct sx_str s, struct sx_str prefix)
{
    return s.len >= prefix.len &&
           (s.ptr == NULL || prefix.ptr == NULL || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool sx_str_ends(struct sx_str s, struct sx_str suffix)
{
    return s.len >= suffix.len &&
           sx_str_starts(sx_str_sub(s, s.len - suffix.len, suffix.len), suffix);
}

size_t sx_str_find(struct sx_str s, struct sx_str needle)
{
    if (needle.len == 0)
        return 0;
    for (size_t at = 0; s.len - at >= needle.len; at++) {
        const char *hit = memchr(s.ptr + at, needle.ptr[0], s.len - at - needle.len + 1);
        if (hit == NULL)
            return s.len;
        at = (size_t)(hit - s.ptr);
        if (memcmp(hit, needle.ptr, needle.len) == 0)
            return at;
    }
    return s.len;
}

struct sx_str sx_str_sub(struct sx_str s, size_t from, size_t len)
{
    if (from > s.len)
        from = s.len;
    if (len > s.len - from)
        len = s.len - from;
    return (struct sx_str){ s.ptr != NULL ? s.ptr + from : NULL, len };
}

struct sx_str sx_str_base(struct sx_str path)
{
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/')
        from--;
    return sx_str_sub(path, from, path.len - from);
}

size_t sx_str_distance(struct sx_str a, struct sx_str b, size_t cap)
{
    enum { MAX = 128 };
    size_t row[MAX + 1];
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (gap > cap || b.len > MAX)
        return cap + 1;
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0], best = row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t replaced = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
            size_t skipped = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replaced < skipped ? replaced : skipped;
            best = row[j] < best ? row[j] : best;
        }
        if (best > cap)
            return cap + 1;
    }
    return row[b.len] <= cap ? row[b.len] : cap + 1;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool sx_str_eq_but_case(struct sx_str a, struct sx_str b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; i < a.len && same; i++)
        same = lower(a.ptr[i]) == lower(b.ptr[i]);
    return same;
}

size_t sx_str_nearest(struct sx_str s, const struct sx_str *candidates, size_t n)
{
    size_t best = n, reach = s.len > 12 ? 3 : s.len > 3 ? 2 : 1;
    for (size_t i = 0; i < n && reach > 0; i++) {
        if (sx_str_eq_but_case(s, candidates[i]))
            return i;
        size_t distance = sx_str_distance(s, candidates[i], reach);
        if (distance <= reach && (best == n || distance < reach)) {
            best = i;
            reach = distance;
        }
    }
    return best;
}

/* The table of well-formed sequences: Unicode Standard, table 3-7. */
int32_t sx_utf8_next(struct sx_str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *at;
    size_t left = s.len - *at;
    unsigned char lead = p[0];
    size_t len = lead < 0x80   ? 1
                 : lead < 0xc2 ? 0
                 : lead < 0xe0 ? 2
                 : lead < 0xf0 ? 3
                 : lead < 0xf5 ? 4
                               : 0;
    if (len == 0 || len > left) {
        *at += 1;
        return -(int32_t)lead;
    }
    int32_t c = len == 1 ? lead : lead & (0xff >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            *at += 1;
            return -(int32_t)lead;
        }
        c = c << 6 | (p[i] & 0x3f);
    }
    bool overlong = (len == 3 && c < 0x800) || (len == 4 && c < 0x10000);
    if (overlong || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff) {
        *at += 1;
        return -(int32_t)lead;
    }
    *at += len;
    return c;
}

bool sx_strs_has(struct sx_strs list, struct sx_str s)
{
    for (size_t i = 0; i < list.n; i++)
        if (sx_str_eq(list.at[i], s))
            return true;
    return false;
}

static int by_bytes(const void *a, const void *b)
{
    const struct sx_str *x = a, *y = b;
    return sx_str_cmp(*x, *y);
}

void sx_strs_sort(struct sx_str *at, size_t n)
{
    if (n > 0) /* `at` may be NULL otherwise */
        qsort(at, n, sizeof(*at), by_bytes);
}

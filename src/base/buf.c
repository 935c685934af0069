/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void sx_buf_release(struct sx_buf *buf)
{
    free(buf->ptr);
    *buf = (struct sx_buf){ 0 };
}

/* What no machine has, and twice which cannot even be said, is asked for as it is: realloc refuses
 * it, instead of doubling without end. */
static size_t larger(size_t cap, size_t wanted)
{
    if (wanted > SIZE_MAX / 2)
        return wanted;
    while (cap < wanted)
        cap *= 2;
    return cap;
}

static void reserve(struct sx_buf *buf, size_t n)
{
    if (buf->cap - buf->len >= n)
        return;
    size_t wanted = n <= SIZE_MAX - buf->len ? buf->len + n : SIZE_MAX;
    size_t cap = larger(buf->cap > 0 ? buf->cap : 256, wanted);
    buf->ptr = realloc(buf->ptr, cap);
    if (buf->ptr == NULL) { /* the machine's state, see base/arena.h */
        fprintf(stderr, "sxlint: out of memory (%zu bytes wanted)\n", cap);
        abort();
    }
    buf->cap = cap;
}

void sx_buf_put(struct sx_buf *buf, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    reserve(buf, n);
    memcpy(buf->ptr + buf->len, bytes, n);
    buf->len += n;
}

void sx_buf_str(struct sx_buf *buf, struct sx_str s)
{
    sx_buf_put(buf, s.ptr, s.len);
}

void sx_buf_cstr(struct sx_buf *buf, const char *s)
{
    sx_buf_put(buf, s, strlen(s));
}

void sx_buf_char(struct sx_buf *buf, char c)
{
    sx_buf_put(buf, &c, 1);
}

void sx_buf_fill(struct sx_buf *buf, char c, size_t n)
{
    if (n == 0)
        return;
    reserve(buf, n);
    memset(buf->ptr + buf->len, c, n);
    buf->len += n;
}

void sx_buf_printf(struct sx_buf *buf, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (len > 0) {
        reserve(buf, (size_t)len + 1);
        vsnprintf(buf->ptr + buf->len, (size_t)len + 1, fmt, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

struct sx_str sx_hex(struct sx_arena *arena, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *in = bytes;
    char *out = sx_arena_alloc(arena, 2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    return (struct sx_str){ out, 2 * n };
}

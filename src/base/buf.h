/* SPDX-License-Identifier: MIT */
/* Text under construction, and the one function through which text from a file passes before
 * a person sees it. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

/* A buffer grows by doubling. Zero-initialise it; sx_buf_release frees it. */
struct sx_buf {
    char *ptr;
    size_t len, cap;
};

void sx_buf_release(struct sx_buf *buf); /* serves SX_AUTO */
void sx_buf_put(struct sx_buf *buf, const void *bytes, size_t n);
void sx_buf_str(struct sx_buf *buf, struct sx_str s);
void sx_buf_cstr(struct sx_buf *buf, const char *s);
void sx_buf_char(struct sx_buf *buf, char c);
void sx_buf_fill(struct sx_buf *buf, char c, size_t n);
void sx_buf_printf(struct sx_buf *buf, const char *fmt, ...) SX_PRINTF(2, 3);
static inline struct sx_str sx_buf_view(const struct sx_buf *buf)
{
    return (struct sx_str){ buf->ptr != NULL ? buf->ptr : "", buf->len };
}

/* sx_escape makes text from a file harmless and unambiguous for a terminal or a log: control
 * characters, line breaks, invalid UTF-8, bidirectional controls, zero-width and unassigned
 * characters become \n, \x1b, \xff, \u{202e}; when anything was escaped, or the text begins
 * with a quote, quotes and backslashes get a backslash and the result is put in "...". Harmless
 * text comes back as it is. The result lives in `arena`.
 */
struct sx_str sx_escape(struct sx_arena *arena, struct sx_str s);
/* sx_escape_buf appends the same. */
void sx_escape_buf(struct sx_buf *buf, struct sx_str s);

/* sx_is_hostile tells of one character whether a reader could not see it, or would see the text
 * around it wrongly: what sx_escape escapes. */
bool sx_is_hostile(int32_t character);

/* sx_hex writes lower-case hex digits, two a byte. */
struct sx_str sx_hex(struct sx_arena *arena, const void *bytes, size_t n);

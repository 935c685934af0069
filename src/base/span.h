/* SPDX-License-Identifier: MIT */
/* Bytes from a file, and the only way to read them.
 *
 * A span is a read-only view of bytes that some other object owns. It remembers where its
 * first byte lies in the file, so that a complaint about it can name an absolute offset.
 * Copy it freely; it owns nothing. Outside this module nobody does pointer arithmetic on
 * bytes of a file. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct sx_span {
    const uint8_t *ptr; /* NULL only if len is 0 */
    size_t len;         /* bytes */
    uint64_t off;       /* offset of ptr[0] in the file, bytes */
};

/* sx_span_sub narrows `s` to the `len` bytes that start `at` bytes in. Fails with RANGE if
 * they do not lie inside `s`; `what` names them in the error. `*out` borrows from the owner
 * of `s` and is written on success only. */
SX_MUST_USE bool sx_span_sub(struct sx_span s, uint64_t at, uint64_t len, const char *what,
                             struct sx_span *out, struct sx_err *err);

/* sx_span_from is sx_span_sub for everything from `at` to the end of `s`. */
SX_MUST_USE bool sx_span_from(struct sx_span s, uint64_t at, const char *what, struct sx_span *out,
                              struct sx_err *err);

/* sx_span_eq compares contents. */
bool sx_span_eq(struct sx_span a, struct sx_span b);

/* sx_span_is_zero tells whether every byte is 0; true for an empty span. */
bool sx_span_is_zero(struct sx_span s);

enum sx_order { SX_BIG_ENDIAN, SX_LITTLE_ENDIAN };

/* A cursor reads fields off the front of a span. The first read that does not fit is
 * remembered and every later read yields zero (or an empty span), so that fields in a row
 * are read without a check each; nothing read may be used before sx_cursor_ok has said true. */
struct sx_cursor {
    struct sx_span in;
    size_t pos; /* bytes consumed */
    enum sx_order order;
    const char *bad; /* the field that did not fit, or NULL */
};

static inline struct sx_cursor sx_cursor_be(struct sx_span in)
{
    return (struct sx_cursor){ .in = in, .order = SX_BIG_ENDIAN };
}

static inline struct sx_cursor sx_cursor_le(struct sx_span in)
{
    return (struct sx_cursor){ .in = in, .order = SX_LITTLE_ENDIAN };
}

uint8_t sx_get_u8(struct sx_cursor *c, const char *field);
uint16_t sx_get_u16(struct sx_cursor *c, const char *field);
uint32_t sx_get_u32(struct sx_cursor *c, const char *field);
uint64_t sx_get_u64(struct sx_cursor *c, const char *field);
/* sx_get_bytes takes the next `len` bytes as a span of their own. */
struct sx_span sx_get_bytes(struct sx_cursor *c, size_t len, const char *field);

/* sx_cursor_left counts the bytes not yet read. */
static inline size_t sx_cursor_left(const struct sx_cursor *c)
{
    return c->in.len - c->pos;
}

/* sx_cursor_ok tells whether every field read so far was there, else fails with TRUNCATED
 * at the first that was not. */
SX_MUST_USE bool sx_cursor_ok(const struct sx_cursor *c, struct sx_err *err);

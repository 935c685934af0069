/* SPDX-License-Identifier: MIT */
#include "base/span.h"

#include <string.h>

bool sx_span_sub(struct sx_span s, uint64_t at, uint64_t len, const char *what, struct sx_span *out,
                 struct sx_err *err)
{
    if (at > s.len || len > s.len - at) /* subtract where it cannot wrap; never add */
        return sx_fail(err, SX_E_RANGE, s.off + (at <= s.len ? at : 0),
                       "%s: bytes %llu+%llu lie outside the %zu bytes there are", what,
                       (unsigned long long)at, (unsigned long long)len, s.len);
    *out = (struct sx_span){ .ptr = len > 0 ? s.ptr + at : NULL,
                             .len = (size_t)len,
                             .off = s.off + at };
    return true;
}

bool sx_span_from(struct sx_span s, uint64_t at, const char *what, struct sx_span *out,
                  struct sx_err *err)
{
    return sx_span_sub(s, at, at <= s.len ? s.len - at : 0, what, out, err);
}

bool sx_span_eq(struct sx_span a, struct sx_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool sx_span_is_zero(struct sx_span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != 0)
            return false;
    return true;
}

static const uint8_t *take(struct sx_cursor *c, size_t n, const char *field)
{
    if (c->bad != NULL)
        return NULL;
    if (sx_cursor_left(c) < n) {
        c->bad = field;
        return NULL;
    }
    const uint8_t *p = n > 0 ? c->in.ptr + c->pos : NULL;
    c->pos += n;
    return p;
}

static uint64_t number(struct sx_cursor *c, size_t n, const char *field)
{
    const uint8_t *p = take(c, n, field);
    if (p == NULL)
        return 0;
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[c->order == SX_BIG_ENDIAN ? i : n - 1 - i];
    return v;
}

uint8_t sx_get_u8(struct sx_cursor *c, const char *field)
{
    return (uint8_t)number(c, 1, field);
}

uint16_t sx_get_u16(struct sx_cursor *c, const char *field)
{
    return (uint16_t)number(c, 2, field);
}

uint32_t sx_get_u32(struct sx_cursor *c, const char *field)
{
    return (uint32_t)number(c, 4, field);
}

uint64_t sx_get_u64(struct sx_cursor *c, const char *field)
{
    return number(c, 8, field);
}

struct sx_span sx_get_bytes(struct sx_cursor *c, size_t len, const char *field)
{
    size_t at = c->pos;
    const uint8_t *p = take(c, len, field);
    if (c->bad != NULL)
        return (struct sx_span){ 0 };
    return (struct sx_span){ .ptr = p, .len = len, .off = c->in.off + at };
}

bool sx_cursor_ok(const struct sx_cursor *c, struct sx_err *err)
{
    if (c->bad == NULL)
        return true;
    return sx_fail(err, SX_E_TRUNCATED, c->in.off + c->pos, "%s: %zu bytes left", c->bad,
                   sx_cursor_left(c));
}

/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

void sx_base64_group(const uint8_t *bytes, size_t n, char out[4])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits =
        (uint32_t)bytes[0] << 16 | (n > 1 ? (uint32_t)bytes[1] << 8 : 0) | (n > 2 ? bytes[2] : 0);
    out[0] = digits[bits >> 18];
    out[1] = digits[bits >> 12 & 63];
    out[2] = n > 1 ? digits[bits >> 6 & 63] : '=';
    out[3] = n > 2 ? digits[bits & 63] : '=';
}

struct sx_str sx_base64(struct sx_arena *arena, const void *bytes, size_t n)
{
    size_t len = (n / 3 + (n % 3 != 0)) * 4;
    char *out = sx_arena_alloc(arena, len + 1);
    for (size_t i = 0, at = 0; i < n; i += 3, at += 4)
        sx_base64_group((const uint8_t *)bytes + i, n - i < 3 ? n - i : 3, out + at);
    return (struct sx_str){ out, len };
}

/* The value of a digit, or -1. */
static int digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A group under way. */
struct group {
    uint32_t bits;
    unsigned n, padding; /* characters of it, and how many of them are '=' */
};

static bool take(struct group *g, char c)
{
    int value = digit((unsigned char)c);
    bool padding = c == '=' && g->n >= 2;
    if (!padding && (value < 0 || g->padding > 0))
        return false;
    g->bits = g->bits << 6 | (padding ? 0 : (uint32_t)value);
    g->padding += padding;
    g->n++;
    /* the bits that padding cuts off are zero, or two texts would mean the same bytes */
    uint32_t cut = g->padding == 2 ? 0xffff : g->padding == 1 ? 0xff : 0;
    return g->n < 4 || (g->bits & cut) == 0;
}

bool sx_base64_decode(struct sx_str text, struct sx_buf *out)
{
    struct group g = { 0 };
    for (size_t i = 0; i < text.len; i++) {
        if (is_space(text.ptr[i]))
            continue;
        if (g.n == 4 && g.padding > 0)
            return false;
        if (g.n == 4)
            g = (struct group){ 0 };
        if (!take(&g, text.ptr[i]))
            return false;
        if (g.n == 4) {
            uint8_t bytes[3] = { (uint8_t)(g.bits >> 16), (uint8_t)(g.bits >> 8), (uint8_t)g.bits };
            sx_buf_put(out, bytes, 3 - g.padding);
        }
    }
    return g.n == 0 || g.n == 4;
}

/* SPDX-License-Identifier: MIT */
#include "bytes.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void sx_fx_die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("fixture factory: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}

struct sx_str sx_fx_join(struct sx_arena *arena, size_t n, const struct sx_str *parts)
{
    struct sx_buf buf = { 0 };
    for (size_t i = 0; i < n; i++)
        sx_buf_str(&buf, parts[i]);
    return sx_fx_take(arena, &buf);
}

struct sx_str sx_fx_take(struct sx_arena *arena, struct sx_buf *buf)
{
    struct sx_str bytes = sx_str_dup(arena, sx_buf_view(buf));
    sx_buf_release(buf);
    return bytes;
}

void sx_fx_set_be(char *at, unsigned n_bytes, uint64_t value)
{
    for (unsigned i = n_bytes; i-- > 0; value >>= 8)
        at[i] = (char)(uint8_t)value;
}

void sx_fx_set_le(char *at, unsigned n_bytes, uint64_t value)
{
    for (unsigned i = 0; i < n_bytes; i++, value >>= 8)
        at[i] = (char)(uint8_t)value;
}

void sx_fx_put_be(struct sx_buf *buf, unsigned n_bytes, uint64_t value)
{
    char bytes[8];
    sx_fx_set_be(bytes, n_bytes, value);
    sx_buf_put(buf, bytes, n_bytes);
}

void sx_fx_put_le(struct sx_buf *buf, unsigned n_bytes, uint64_t value)
{
    char bytes[8];
    sx_fx_set_le(bytes, n_bytes, value);
    sx_buf_put(buf, bytes, n_bytes);
}

void sx_fx_align(struct sx_buf *buf, size_t to)
{
    sx_buf_fill(buf, 0, (to - buf->len % to) % to);
}

static const struct hash {
    const char *name, *evp, *oid;
    size_t stored; /* bytes in a CodeDirectory */
} hashes[] = {
    [SX_FX_SHA1] = { "sha1", "SHA1", "1.3.14.3.2.26", 20 },
    [SX_FX_SHA256] = { "sha256", "SHA256", "2.16.840.1.101.3.4.2.1", 32 },
    [SX_FX_SHA256_TRUNCATED] = { "sha256-truncated", "SHA256", "2.16.840.1.101.3.4.2.1", 20 },
    [SX_FX_SHA384] = { "sha384", "SHA384", "2.16.840.1.101.3.4.2.2", 48 },
    [SX_FX_SHA512] = { "sha512", "SHA512", "2.16.840.1.101.3.4.2.3", 64 },
};

static const struct hash *row(enum sx_fx_hash hash)
{
    if (hash < SX_FX_SHA1 || hash > SX_FX_SHA512)
        sx_fx_die("no hash type %d", (int)hash);
    return &hashes[hash];
}

struct sx_str sx_fx_full_digest(struct sx_arena *arena, enum sx_fx_hash hash, struct sx_str bytes)
{
    unsigned char out[EVP_MAX_MD_SIZE];
    size_t len = 0;
    if (EVP_Q_digest(NULL, row(hash)->evp, NULL, bytes.ptr, bytes.len, out, &len) != 1)
        sx_fx_die("libcrypto has no %s", row(hash)->evp);
    return sx_str_dup(arena, (struct sx_str){ (char *)out, len });
}

struct sx_str sx_fx_digest(struct sx_arena *arena, enum sx_fx_hash hash, struct sx_str bytes)
{
    return sx_str_sub(sx_fx_full_digest(arena, hash, bytes), 0, row(hash)->stored);
}

size_t sx_fx_digest_len(enum sx_fx_hash hash)
{
    return row(hash)->stored;
}

const char *sx_fx_hash_oid(enum sx_fx_hash hash)
{
    return row(hash)->oid;
}

enum sx_fx_hash sx_fx_hash_named(struct sx_str name)
{
    for (enum sx_fx_hash hash = SX_FX_SHA1; hash <= SX_FX_SHA512; hash++)
        if (sx_str_is(name, hashes[hash].name))
            return hash;
    return 0;
}

struct sx_str sx_fx_base64(struct sx_arena *arena, struct sx_str bytes)
{
    char *out = sx_arena_alloc(arena, (bytes.len + 2) / 3 * 4 + 1);
    int len =
        EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)bytes.ptr, (int)bytes.len);
    return (struct sx_str){ out, (size_t)len };
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != 0 ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

struct sx_str sx_fx_unhex(struct sx_arena *arena, struct sx_str hex)
{
    struct sx_buf buf = { 0 };
    int high = -1;
    for (size_t i = 0; i < hex.len; i++) {
        int digit = hex_digit(hex.ptr[i]);
        if (digit < 0)
            continue;
        if (high >= 0)
            sx_buf_char(&buf, (char)(high << 4 | digit));
        high = high >= 0 ? -1 : digit;
    }
    return sx_fx_take(arena, &buf);
}

/* SPDX-License-Identifier: MIT */
/* The fixture factory's bricks: bytes joined, hashed and wrapped in DER. The factory shares only
 * base/ with what it tests, so that one mistake cannot hide in both.
 *
 * Bytes are struct sx_str throughout, made in the arena that a function is given. Whoever asks for
 * nonsense ends the process with a message: the only callers are tests. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/timestamp.h"

SX_NORETURN void sx_fx_die(const char *fmt, ...) SX_PRINTF(1, 2);

static inline struct sx_span sx_fx_span(struct sx_str bytes)
{
    return (struct sx_span){ .ptr = (const uint8_t *)bytes.ptr, .len = bytes.len };
}

/* SX_FX_BYTES(0x30, 0x80) is a literal. */
#define SX_FX_BYTES(...)                                                                           \
    ((struct sx_str){ (const char *)(const uint8_t[]){ __VA_ARGS__ },                              \
                      sizeof((const uint8_t[]){ __VA_ARGS__ }) })

/* SX_FX_PARTS(a, b) passes bytes as a count and an array. */
#define SX_FX_PARTS(...)                                                                           \
    SX_LEN(((const struct sx_str[]){ __VA_ARGS__ })), (const struct sx_str[])                      \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

/* sx_fx_join strings parts together; sx_fx_take copies a buffer into the arena and frees it. */
struct sx_str sx_fx_join(struct sx_arena *arena, size_t n, const struct sx_str *parts);
struct sx_str sx_fx_take(struct sx_arena *arena, struct sx_buf *buf);

/* Numbers, most significant byte first as in signatures; sx_fx_put_le is for Mach-O. */
void sx_fx_put_be(struct sx_buf *buf, unsigned n_bytes, uint64_t value);
void sx_fx_put_le(struct sx_buf *buf, unsigned n_bytes, uint64_t value);
void sx_fx_set_be(char *at, unsigned n_bytes, uint64_t value);
void sx_fx_set_le(char *at, unsigned n_bytes, uint64_t value);
/* sx_fx_align pads with zeros to a multiple of `to`. */
void sx_fx_align(struct sx_buf *buf, size_t to);

/* Digests under the numbers that a CodeDirectory gives them. */
enum sx_fx_hash {
    SX_FX_SHA1 = 1,
    SX_FX_SHA256,
    SX_FX_SHA256_TRUNCATED,
    SX_FX_SHA384,
    SX_FX_SHA512,
};
/* sx_fx_digest gives as many bytes as a CodeDirectory stores, sx_fx_full_digest all of them. */
struct sx_str sx_fx_digest(struct sx_arena *arena, enum sx_fx_hash hash, struct sx_str bytes);
struct sx_str sx_fx_full_digest(struct sx_arena *arena, enum sx_fx_hash hash, struct sx_str bytes);
size_t sx_fx_digest_len(enum sx_fx_hash hash);
/* sx_fx_hash_named returns 0 for a name that is none: sha1 sha256 sha256-truncated sha384 sha512.
 */
enum sx_fx_hash sx_fx_hash_named(struct sx_str name);
const char *sx_fx_hash_oid(enum sx_fx_hash hash);

struct sx_str sx_fx_base64(struct sx_arena *arena, struct sx_str bytes);
/* sx_fx_unhex reads pairs of hex digits between which anything that is no digit may stand. */
struct sx_str sx_fx_unhex(struct sx_arena *arena, struct sx_str hex);

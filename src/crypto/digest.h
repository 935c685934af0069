/* SPDX-License-Identifier: MIT */
/* Message digests. A hasher belongs to one thread at a time and is reused for as many digests
 * as that thread computes; starting one costs nothing but the memory. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"
#include "crypto/crypto.h"

/* Values 1 to 5 are the hashType of a CodeDirectory (XNU, cs_blobs.h: CS_HASHTYPE_*). MD5 is
 * there for checksums of packages and has no hashType. */
enum sx_hash {
    SX_HASH_SHA1 = 1,
    SX_HASH_SHA256 = 2,
    SX_HASH_SHA256_TRUNCATED = 3, /* the first 20 bytes of SHA-256 */
    SX_HASH_SHA384 = 4,
    SX_HASH_SHA512 = 5,
    SX_HASH_MD5 = 6,
};
#define SX_HASH_MAX_LEN 64 /* bytes of the longest digest */

/* sx_hash_len is the length of a digest in bytes, 0 for a number that names no hash: so it
 * tells too whether a number from a file may be used as an enum sx_hash. */
size_t sx_hash_len(unsigned hash);
/* sx_hash_name is "sha256" and the like, NULL for a number that names no hash. */
const char *sx_hash_name(unsigned hash);

struct sx_hasher;

/* sx_hasher_new borrows `crypto`. */
struct sx_hasher *sx_hasher_new(const struct sx_crypto *crypto);
void sx_hasher_free(struct sx_hasher *hasher);
void sx_hasher_freep(struct sx_hasher **hasher); /* serves SX_AUTO */

/* sx_hash_bytes writes the digest of `n` bytes, sx_hash_len(hash) bytes of `out`. */
void sx_hash_bytes(struct sx_hasher *hasher, enum sx_hash hash, const void *bytes, size_t n,
                   uint8_t out[SX_HASH_MAX_LEN]);

/* A stream computes one digest or several over the same bytes in one pass: `hashes` is a sum
 * of SX_HASH_BIT(). A hasher has one stream at a time; beginning another drops the first.
 * sx_hash_bytes does not disturb it. sx_hash_final may be called once for each hash begun;
 * SX_HASH_SHA256 and SX_HASH_SHA256_TRUNCATED are one. */
#define SX_HASH_BIT(hash) (1u << (hash))
void sx_hash_begin(struct sx_hasher *hasher, unsigned hashes);
void sx_hash_update(struct sx_hasher *hasher, const void *bytes, size_t n);
void sx_hash_final(struct sx_hasher *hasher, enum sx_hash hash, uint8_t out[SX_HASH_MAX_LEN]);

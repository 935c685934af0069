/* SPDX-License-Identifier: MIT */
/* Keys that anyone can make again from their name, and signatures that come out the same every
 * time: ECDSA draws its nonce from key and message (RFC 6979), RSA pads without chance
 * (PKCS #1 v1.5). They protect nothing. */
#pragma once
#include "bytes.h"

struct sx_fx_key {
    bool rsa;
    struct sx_str name;
    struct sx_str secret;      /* the P-256 scalar, or RSA's d */
    struct sx_str modulus;     /* RSA's n */
    struct sx_str public_bits; /* what SubjectPublicKeyInfo holds in its BIT STRING */
    struct sx_str spki;        /* SubjectPublicKeyInfo */
};

/* sx_fx_key_ec makes a P-256 key, sx_fx_key_rsa one of 2048 bits, which takes some 50 ms. */
struct sx_fx_key sx_fx_key_ec(struct sx_arena *arena, struct sx_str name);
struct sx_fx_key sx_fx_key_rsa(struct sx_arena *arena, struct sx_str name);

/* sx_fx_key_sign signs a message; the algorithm that says so is sx_fx_key_algorithm. */
struct sx_str sx_fx_key_sign(struct sx_arena *arena, const struct sx_fx_key *key,
                             enum sx_fx_hash hash, struct sx_str message);
struct sx_str sx_fx_key_algorithm(struct sx_arena *arena, const struct sx_fx_key *key,
                                  enum sx_fx_hash hash);

/* SPDX-License-Identifier: MIT */
/* The anchors in which a chain may end: Apple's five, compiled in and pinned by fingerprint, and
 * those that the user adds. Neither the system's store nor the environment is ever asked.
 *
 * An added anchor stands for Apple's wherever the rules say "Apple": it serves tests and
 * in-house signing, and every chain tells that it ended in one. */
#pragma once
#include "crypto/cert.h"

enum sx_anchor {
    SX_ANCHOR_NONE,    /* the chain ends before a root */
    SX_ANCHOR_UNKNOWN, /* a root that is neither Apple's nor added */
    SX_ANCHOR_APPLE,
    SX_ANCHOR_ADDED,
};

struct sx_trust;

/* sx_trust_new makes the trust in Apple's anchors; it borrows `crypto`. Once anchors have been
 * added it is read only, and threads may share it. */
struct sx_trust *sx_trust_new(const struct sx_crypto *crypto);
void sx_trust_free(struct sx_trust *trust);
void sx_trust_freep(struct sx_trust **trust); /* serves SX_AUTO */

/* sx_trust_add_pem adds every certificate of a PEM file; each must be a root (subject and
 * issuer the same). Fails with FORMAT or LIMIT, and then adds none. */
SX_MUST_USE bool sx_trust_add_pem(struct sx_trust *trust, struct sx_span pem, struct sx_err *err);

/* sx_trust_anchor classifies a certificate by its fingerprint alone: APPLE, ADDED or NONE. */
enum sx_anchor sx_trust_anchor(const struct sx_trust *trust, const uint8_t sha256[32]);

/* Certificates at hand that a signature need not carry. Apple's certification authorities are
 * no anchors: Apple's verifier takes them from the signature only and asks no keychain
 * (Security, StaticCode.cpp), so a chain that lacks one is incomplete, but with it at hand we
 * can still tell who signed. */
struct sx_cert_list {
    const struct sx_cert *at;
    size_t n;
};
struct sx_cert_list sx_trust_roots(const struct sx_trust *trust);
struct sx_cert_list sx_trust_apple_authorities(const struct sx_trust *trust);

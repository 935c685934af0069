/* SPDX-License-Identifier: MIT */
/* Signatures without a CMS around them: that of a stapled ticket (ECDSA, P-256 and SHA-256,
 * over the bytes before it) and the one of a package (RSA over a digest). */
#pragma once
#include "crypto/chain.h"
#include "crypto/verdict.h"

struct sx_signed_bytes {
    const struct sx_span *certs; /* DER; the first is the signer's */
    size_t n_certs;
    enum sx_key_kind key; /* RSA: PKCS #1 v1.5; EC: ECDSA in DER */
    enum sx_hash hash;
    const uint8_t *digest; /* of what is signed, sx_hash_len(hash) bytes */
    struct sx_span signature;
    struct sx_time at; /* when the chain is judged */
};

struct sx_signed_by {
    bool fits; /* the signature is the first certificate's over that digest */
    /* CMS_UNREADABLE: a certificate that is none; CMS_SIGNATURE_WRONG; CHAIN_INCOMPLETE,
     * CHAIN_INVALID, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID */
    struct sx_verdict verdict;
    struct sx_chain chain;
    enum sx_identity signer;
};

void sx_signed_bytes_verify(const struct sx_trust *trust, struct sx_hasher *hasher,
                            const struct sx_signed_bytes *what, struct sx_arena *arena,
                            struct sx_signed_by *out);

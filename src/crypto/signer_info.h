/* SPDX-License-Identifier: MIT */
/* What the signer of code and the signer of a timestamp have in common. For this folder. */
#pragma once
#include "crypto/signed_data.h"
#include "crypto/verdict.h"

/* What one verification works with. */
struct sx_check {
    const struct sx_trust *trust;
    struct sx_hasher *hasher;
    struct sx_arena *arena;
    struct sx_verdict *verdict;
};

/* How the faults of a signer are called. */
struct sx_signer_faults {
    enum sx_fault attributes, digest, signature;
};

/* sx_signer_check verifies that the first signer, whose certificate is data->certs[leaf], signed
 * `content`: contentType and messageDigest, and the signature over the attributes as encoded or,
 * where there are none, over the content. */
bool sx_signer_check(const struct sx_check *check, const struct sx_signed_data *data, size_t leaf,
                     struct sx_span content, const struct sx_signer_faults *faults);

/* sx_hash_of_oid tells the hash that an algorithm identifier names; 0 for none we know. */
enum sx_hash sx_hash_of_oid(struct sx_span oid);

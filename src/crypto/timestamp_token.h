/* SPDX-License-Identifier: MIT */
/* The RFC 3161 token in the unsigned attributes of a signature. For this folder. */
#pragma once
#include "crypto/cms.h"
#include "crypto/signer_info.h"

struct sx_token {
    struct sx_timestamp stamp;
    /* One of the certificates that the token carries is an anchor: what Apple's verifier demands
     * where the signature's own chain ends in one. It looks at the list, not at a chain
     * (Security, CMSDecoder.cpp, CMSDecoderCopySignerTimestampCertificates). */
    bool carries_anchor;
};

/* sx_token_verify reads the token that stamps `signature` and adds what is wrong with it to the
 * verdict. True when nothing is. */
bool sx_token_verify(const struct sx_check *check, struct sx_span token, struct sx_span signature,
                     struct sx_token *out);

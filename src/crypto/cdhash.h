/* SPDX-License-Identifier: MIT */
/* A CMS signs one CodeDirectory; two of its attributes bind the others, so that none can be
 * exchanged or taken away. */
#pragma once
#include "crypto/cms.h"

/* A CodeDirectory of the signature. */
struct sx_code_digest {
    unsigned hash;                   /* its hashType, which need not name a known hash */
    uint8_t digest[SX_HASH_MAX_LEN]; /* of the whole blob, not truncated */
};

/* The list `cdhashes` in the property list of attribute 9.1, as the caller has read it. */
struct sx_cdhash_list {
    const struct sx_span *at;
    size_t n;
};

/* sx_cms_check_cdhashes compares both attributes with the CodeDirectories present, given in
 * ascending order of hashType, and adds CDHASH_ATTRIBUTE_WRONG to the verdict (Security,
 * StaticCode.cpp, verifySignature). An attribute that is absent is no fault. `listed` is NULL
 * when the property list has no such array. */
void sx_cms_check_cdhashes(struct sx_cms *cms, const struct sx_code_digest *directories, size_t n,
                           const struct sx_cdhash_list *listed, struct sx_arena *arena);

/* SPDX-License-Identifier: MIT */
/* CMS as codesign and Apple's portal write it, RFC 3161 tokens, and every way of getting them
 * wrong that a verifier must notice. */
#pragma once
#include "pki.h"

/* What can be wrong with a signature, by the names that fixture files use. */
#define SX_FX_CMS_DEFECTS(X)                                                                       \
    X(NO_SIGNED_ATTRIBUTES, "no-signed-attributes")                                                \
    X(NO_CONTENT_TYPE, "no-content-type")                                                          \
    X(CONTENT_TYPE_TWICE, "content-type-twice")                                                    \
    X(WRONG_CONTENT_TYPE, "wrong-content-type")                                                    \
    X(NO_MESSAGE_DIGEST, "no-message-digest")                                                      \
    X(MESSAGE_DIGEST_TWICE, "message-digest-twice")                                                \
    X(WRONG_MESSAGE_DIGEST, "wrong-message-digest")                                                \
    X(NO_CDHASHES_PLIST, "no-cdhashes-plist")                                                      \
    X(WRONG_CDHASHES_PLIST, "wrong-cdhashes-plist")                                                \
    X(NO_CDHASHES, "no-cdhashes")                                                                  \
    X(WRONG_CDHASHES, "wrong-cdhashes")                                                            \
    X(FEWER_CDHASHES, "fewer-cdhashes")                                                            \
    X(UNSORTED_ATTRIBUTES, "unsorted-attributes")                                                  \
    X(ADDED_LATER, "attribute-added-later") /* when it is signed already; so the next two */       \
    X(REMOVED_LATER, "attribute-removed-later")                                                    \
    X(REORDERED_LATER, "attributes-reordered-later")                                               \
    X(WRONG_SIGNATURE, "wrong-signature")                                                          \
    X(TWO_SIGNERS, "two-signers")                                                                  \
    X(NO_CERTIFICATES, "no-certificates")                                                          \
    X(NO_INTERMEDIATE, "no-intermediate")                                                          \
    X(NO_ROOT, "no-root")                                                                          \
    X(TRAILING_BYTES, "trailing-bytes")                                                            \
    X(TOKEN_MISSING, "token-missing") /* unsigned attributes without a token */                    \
    X(TOKEN_WRONG_IMPRINT, "token-wrong-imprint")                                                  \
    X(TOKEN_SHA1_IMPRINT, "token-sha1-imprint")                                                    \
    X(TOKEN_WRONG_SIGNATURE, "token-wrong-signature")                                              \
    X(TOKEN_WRONG_CERTIFICATE_HASH, "token-wrong-certificate-hash")                                \
    X(TOKEN_FRACTION, "token-fraction") /* genTime with a fraction of a second */                  \
    X(TOKEN_NO_ROOT, "token-no-root")

enum sx_fx_cms_defect_at {
#define X(name, text) SX_FX_CMS_##name##_AT,
    SX_FX_CMS_DEFECTS(X)
#undef X
};
enum sx_fx_cms_defect {
#define X(name, text) SX_FX_CMS_##name = 1 << SX_FX_CMS_##name##_AT,
    SX_FX_CMS_DEFECTS(X)
#undef X
};
/* sx_fx_cms_defect_named returns 0 for a name that is none. */
unsigned sx_fx_cms_defect_named(struct sx_str name);

/* The digest, whole, of one CodeDirectory: what Apple's attributes 9.1 and 9.2 vouch for. */
struct sx_fx_cdhash {
    enum sx_fx_hash hash;
    struct sx_str digest;
};

struct sx_fx_cms {
    const struct sx_fx_cert *signer;
    struct sx_str content;
    bool attached;        /* carries the content, as a profile does; else it is detached */
    bool der;             /* definite lengths; codesign's own are indefinite */
    enum sx_fx_hash hash; /* 0 = SHA-256 */
    struct sx_opt_time signing_time;
    const struct sx_fx_cdhash *cdhashes; /* by rising hash type; none: no attributes 9.1, 9.2 */
    size_t n_cdhashes;
    const struct sx_fx_cert *tsa; /* NULL: no timestamp */
    struct sx_time timestamp;
    unsigned defects;
};

/* sx_fx_cms returns a ContentInfo. */
struct sx_str sx_fx_cms(struct sx_fx_pki *pki, const struct sx_fx_cms *spec);
/* sx_fx_token returns the ContentInfo of a timestamp over the value of a signature. */
struct sx_str sx_fx_token(struct sx_fx_pki *pki, const struct sx_fx_cert *tsa, struct sx_time t,
                          struct sx_str signature, unsigned defects);

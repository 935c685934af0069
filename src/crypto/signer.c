/* SPDX-License-Identifier: MIT */
#include "crypto/chain.h"

#define APPLE "1.2.840.113635.100."

/* Leaf marker, issuer's marker where one is demanded, and who that is. The first row that fits
 * decides. Sources: Security's requirements for validation categories (LWCRHelper.mm) and for
 * Apple developer certificates (StaticCode.cpp), its policies (SecPolicy.c), the rules of the
 * policy database (policydb.cpp), and Apple's certification practice statements. */
static const struct row {
    enum sx_identity signer;
    const char *leaf;
    const char *issuer;
} rows[] = {
    { SX_IDENTITY_DEVELOPER_ID, APPLE "6.1.13", APPLE "6.2.6" },
    { SX_IDENTITY_INSTALLER, APPLE "6.1.14", APPLE "6.2.6" },
    { SX_IDENTITY_TESTFLIGHT, APPLE "6.1.25.1", NULL },
    { SX_IDENTITY_TESTFLIGHT, APPLE "6.1.25.2", NULL },
    { SX_IDENTITY_APP_STORE, APPLE "6.1.9", NULL },
    { SX_IDENTITY_APP_STORE, APPLE "6.1.9.1", NULL },
    { SX_IDENTITY_APP_STORE, APPLE "6.1.3", NULL },
    { SX_IDENTITY_APP_STORE, APPLE "6.1.3.1", NULL },
    { SX_IDENTITY_APP_STORE, APPLE "6.1.24", NULL },
    { SX_IDENTITY_APP_STORE, APPLE "6.1.24.1", NULL },
    { SX_IDENTITY_STORE_INSTALLER, APPLE "6.1.8", NULL },
    { SX_IDENTITY_STORE_INSTALLER, APPLE "6.1.10", NULL },
    { SX_IDENTITY_DISTRIBUTION, APPLE "6.1.7", NULL },
    { SX_IDENTITY_DISTRIBUTION, APPLE "6.1.4", NULL },
    { SX_IDENTITY_DEVELOPMENT, APPLE "6.1.12", NULL },
    { SX_IDENTITY_DEVELOPMENT, APPLE "6.1.2", NULL },
    { SX_IDENTITY_APPLE, APPLE "6.22", NULL },
    { SX_IDENTITY_APPLE, APPLE "6.22.1", NULL },
    /* the update service signs packages; its leaves carry no marker of their own */
    { SX_IDENTITY_APPLE, NULL, APPLE "6.2.19" },
    { SX_IDENTITY_PROFILE, APPLE "4.11", APPLE "6.2.1" },
    /* profiles of iOS: the policy asks for names; these markers were seen under them */
    { SX_IDENTITY_PROFILE, APPLE "6.2.2.1", NULL },
    { SX_IDENTITY_PROFILE, APPLE "6.58", NULL },
    /* DER-Encoded-Profile, and stapled tickets: seen in real ones */
    { SX_IDENTITY_PROFILE, APPLE "12.19", APPLE "6.2.17" },
    { SX_IDENTITY_TICKET, APPLE "6.1.30", APPLE "6.2.17" },
    { SX_IDENTITY_TIMESTAMP, NULL, APPLE "6.2.9" },
};

static bool carries(const struct sx_chain *chain, size_t at, const char *marker)
{
    return marker == NULL ||
           (at < chain->n && sx_cert_extension(&chain->certs[at], marker) != NULL);
}

enum sx_identity sx_chain_signer(const struct sx_chain *chain)
{
    if (chain->n == 0)
        return SX_IDENTITY_NONE;
    if (chain->n == 1 && chain->anchor != SX_ANCHOR_NONE)
        return SX_IDENTITY_SELF_SIGNED;
    if (!sx_chain_is_trusted(chain))
        return SX_IDENTITY_OTHER;
    for (size_t i = 0; i < SX_LEN(rows); i++)
        if (carries(chain, 0, rows[i].leaf) && carries(chain, 1, rows[i].issuer))
            return rows[i].signer;
    return SX_IDENTITY_OTHER;
}

bool sx_chain_is_apple_developer(const struct sx_chain *chain)
{
    enum sx_identity signer = sx_chain_signer(chain);
    return signer == SX_IDENTITY_DEVELOPER_ID || signer == SX_IDENTITY_DISTRIBUTION ||
           signer == SX_IDENTITY_DEVELOPMENT;
}

struct sx_str sx_chain_false_marker(const struct sx_chain *chain)
{
    for (size_t i = 0; i < chain->n && chain->anchor == SX_ANCHOR_UNKNOWN; i++)
        if (chain->certs[i].markers.n > 0)
            return chain->certs[i].markers.at[0];
    return (struct sx_str){ 0 };
}

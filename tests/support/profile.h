/* SPDX-License-Identifier: MIT */
/* Provisioning profiles as Apple's portal writes them, and stapled tickets. */
#pragma once
#include "cms.h"
#include "node.h"

struct sx_fx_profile {
    const struct sx_fx_node *plist;               /* what it says */
    const struct sx_fx_node *der;                 /* what its DER form says; NULL = there is none */
    const struct sx_fx_cert *const *certificates; /* for DeveloperCertificates */
    size_t n_certificates;
    const struct sx_fx_cert *signer, *der_signer;
    struct sx_time signed_at;
    unsigned defects, der_defects; /* enum sx_fx_cms_defect */
};
struct sx_str sx_fx_profile(struct sx_fx_pki *pki, const struct sx_fx_profile *spec);

struct sx_fx_ticket {
    const struct sx_fx_cert *signer;
    struct sx_time issued;
    uint32_t flags;
    struct sx_str checksum; /* of a package's table of contents; none for others */
    const struct sx_fx_cdhash *cdhashes;
    size_t n_cdhashes;
    bool wrong_signature;
};
/* sx_fx_ticket lists the cdhashes, except those of SHA-1, which the notary leaves out. */
struct sx_str sx_fx_ticket(struct sx_fx_pki *pki, const struct sx_fx_ticket *spec);

/* SPDX-License-Identifier: MIT */
/* The SignedData of a CMS (RFC 5652) as it stands, nothing verified. For this folder. */
#pragma once
#include "crypto/ber.h"
#include "crypto/internal.h"

struct sx_attribute {
    struct sx_span type;   /* contents of the OBJECT IDENTIFIER */
    struct sx_span values; /* contents of the SET */
    uint64_t off;
};
struct sx_attributes {
    struct sx_span whole; /* as encoded, with the tag of the field */
    struct sx_attribute *at;
    size_t n; /* Apple's verifier takes an empty set for none (Security, cmssiginfo.c) */
};

struct sx_signer_info {
    uint64_t off;
    struct sx_name issuer; /* with serial, unless the certificate is named by key_id */
    struct sx_str serial;
    struct sx_span key_id;
    struct sx_span digest_algorithm, signature_algorithm; /* contents of the identifiers */
    struct sx_attributes signed_attrs, unsigned_attrs;
    struct sx_span signature;
};

struct sx_signed_data {
    size_t len; /* bytes that the CMS fills; what follows is the caller's */
    struct sx_span content_type;
    bool has_content;
    struct sx_span content;
    struct sx_certs certs;
    struct sx_err certs_err; /* why the first unreadable certificate was left out */
    size_t n_signers;
    struct sx_signer_info signer; /* the first; Apple's verifier reads no other */
};

/* sx_signed_data_parse reads the SignedData at the start of `in`, in BER. Signed attributes have
 * to be in DER as far as their structure goes (RFC 5652, 5.3), since their very bytes are
 * signed. Release `*out` in any case. */
SX_MUST_USE bool sx_signed_data_parse(struct sx_hasher *hasher, struct sx_span in,
                                      struct sx_arena *arena, struct sx_signed_data *out,
                                      struct sx_err *err);
void sx_signed_data_release(struct sx_signed_data *data); /* serves SX_AUTO */

/* sx_attribute_find returns the attribute of a type when it stands there exactly once: Apple's
 * verifier takes a repeated one for absent (Security, cmsattr.c). */
const struct sx_attribute *sx_attribute_find(const struct sx_attributes *list, const char *type);
/* sx_attribute_value is the only value of an attribute; false when there are none or several. */
bool sx_attribute_value(const struct sx_attribute *attribute, struct sx_ber *out);

/* sx_signer_cert finds the signer's certificate; data->certs.n when it is not there. */
size_t sx_signer_cert(const struct sx_signed_data *data);

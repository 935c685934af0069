/* SPDX-License-Identifier: MIT */
/* X.509 certificates (RFC 5280) as plain data. What a certificate says of itself proves
 * nothing: whose it is, crypto/chain.h tells. */
#pragma once
#include "crypto/digest.h"
#include "crypto/name.h"

enum sx_key_kind { SX_KEY_OTHER, SX_KEY_RSA, SX_KEY_EC };

/* Bits of the keyUsage extension as its first byte holds them (RFC 5280, 4.2.1.3). */
enum { SX_USAGE_DIGITAL_SIGNATURE = 0x80, SX_USAGE_NON_REPUDIATION = 0x40 };

struct sx_extension {
    struct sx_str oid;
    bool critical;
    struct sx_span value; /* what its OCTET STRING holds */
};

struct sx_cert {
    struct sx_span der;
    struct sx_name subject, issuer;
    struct sx_str common_name; /* the last CN, as Apple shows it (SecCertificateCopyCommonName) */
    struct sx_str organizational_unit; /* the first OU, the team of Apple's leaves */
    struct sx_str serial;              /* hex digits, two a byte */
    uint8_t sha256[32], sha1[20];
    struct sx_opt_time not_before, not_after;
    const struct sx_extension *extensions; /* in encoded order */
    size_t n_extensions;
    struct sx_strs markers;               /* extensions under 1.2.840.113635.100, sorted */
    struct sx_strs extended_key_usages;   /* OIDs, in encoded order */
    struct sx_strs policies;              /* of certificatePolicies, likewise */
    struct sx_opt_time developer_id_date; /* extension 1.2.840.113635.100.6.1.33 */
    enum sx_key_kind key_kind;
    unsigned key_bits; /* 0 when the key is of another kind or curve */
    bool is_ca;
    bool has_key_usage;
    uint8_t key_usage;   /* SX_USAGE_ bits */
    bool is_self_issued; /* subject and issuer are one name */
};

/* sx_cert_parse reads one certificate, which must fill `der` exactly. `*out` borrows from it
 * and lives in `arena`. Fails like crypto/ber.h. */
SX_MUST_USE bool sx_cert_parse(struct sx_hasher *hasher, struct sx_span der, struct sx_arena *arena,
                               struct sx_cert *out, struct sx_err *err);

/* sx_cert_serial writes the contents of an INTEGER as a certificate's serial number. */
struct sx_str sx_cert_serial(struct sx_span number, struct sx_arena *arena);
/* sx_cert_extension finds an extension by its dotted OID; NULL when there is none. */
const struct sx_extension *sx_cert_extension(const struct sx_cert *cert, const char *oid);
/* sx_cert_extension_time reads an extension whose value is a UTF8String that holds a
 * GeneralizedTime: so Apple writes dates (Security, SecCertificate.c). */
struct sx_opt_time sx_cert_extension_time(const struct sx_cert *cert, const char *oid);
/* sx_cert_valid_at tells whether `t` lies in the validity, both ends included. */
bool sx_cert_valid_at(const struct sx_cert *cert, struct sx_time t);
bool sx_cert_has_usage(const struct sx_cert *cert, const char *extended_key_usage);

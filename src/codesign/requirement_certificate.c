/* SPDX-License-Identifier: MIT */
#include "codesign/requirement_certificate.h"

#define OID_COMMON_NAME      "2.5.4.3"
#define OID_ORGANIZATION     "2.5.4.10"
#define OID_ALTERNATIVE_NAME "2.5.29.17"
#define OID_EMAIL            "1.2.840.113549.1.9.1"
#define OID_APPLE_SOFTWARE   "1.2.840.113635.100.6.22"

const struct sx_cert *sx_requirement_cert(const struct sx_chain *chain, int32_t slot)
{
    int64_t at = slot < 0 ? (int64_t)chain->n + slot : slot;
    return at >= 0 && (uint64_t)at < chain->n ? &chain->certs[at] : NULL;
}

/* The authority below the root is known by its name; below an added anchor it has another. */
static bool is_authority(const struct sx_chain *chain, const struct sx_cert *cert)
{
    return chain->anchor == SX_ANCHOR_ADDED ||
           (sx_str_is(sx_name_last(&cert->subject, OID_COMMON_NAME),
                      "Apple Code Signing Certification Authority") &&
            sx_str_is(sx_name_last(&cert->subject, OID_ORGANIZATION), "Apple Inc."));
}

bool sx_requirement_is_apple(const struct sx_chain *chain)
{
    const struct sx_cert *leaf = sx_requirement_cert(chain, SX_LEAF_SLOT);
    const struct sx_cert *authority = sx_requirement_cert(chain, SX_ROOT_SLOT - 1);
    return sx_chain_is_trusted(chain) && authority != NULL && is_authority(chain, authority) &&
           sx_cert_extension(leaf, OID_APPLE_SOFTWARE) != NULL;
}

/* Security, reqinterp.cpp, certFieldValue; libDER, oids.c. */
static const struct {
    const char *key, *oid;
} attributes[] = {
    { "subject.C", "2.5.4.6" },
    { "subject.CN", OID_COMMON_NAME },
    { "subject.D", "2.5.4.13" },
    { "subject.L", "2.5.4.7" },
    { "subject.O", OID_ORGANIZATION },
    { "subject.C-O", "2.5.4.10.1" },
    { "subject.OU", "2.5.4.11" },
    { "subject.C-OU", "2.5.4.11.1" },
    { "subject.ST", "2.5.4.8" },
    { "subject.C-ST", "2.5.4.8.1" },
    { "subject.STREET", "2.5.4.9" },
    { "subject.C-STREET", "2.5.4.9.1" },
    { "subject.UID", "0.9.2342.19200300.100.1.1" },
};

/* The rfc822Names of SubjectAltName (RFC 5280, 4.2.1.6). */
static void add_alternative(const struct sx_cert *cert, struct sx_value *at, size_t max, size_t *n)
{
    const struct sx_extension *extension = sx_cert_extension(cert, OID_ALTERNATIVE_NAME);
    struct sx_ber_reader r, names;
    struct sx_ber name;
    struct sx_err ignored = { 0 }; /* a name that cannot be read is none */
    if (extension == NULL)
        return;
    r = sx_ber_reader(extension->value, SX_DER);
    if (!sx_ber_enter(&r, SX_BER_SEQUENCE, "GeneralNames", &names, &ignored))
        return;
    while (*n < max && !sx_ber_at_end(&names) &&
           sx_ber_next(&names, "GeneralName", &name, &ignored))
        if (name.tag == SX_BER_CONTEXT(1))
            at[(*n)++] = sx_string(sx_str_of_span(name.contents));
}

/* Every certificate has a list of addresses, if an empty one. */
static struct sx_value addresses(const struct sx_cert *cert, struct sx_arena *arena)
{
    enum { MAX = 64 };
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, MAX);
    size_t n = 0;
    add_alternative(cert, at, MAX, &n);
    for (size_t i = 0; i < cert->subject.n_parts && n < MAX; i++)
        if (sx_str_is(cert->subject.parts[i].type, OID_EMAIL))
            at[n++] = sx_string(cert->subject.parts[i].value);
    return sx_list_values(at, n);
}

struct sx_value sx_requirement_subject_value(const struct sx_cert *cert, struct sx_str key,
                                             struct sx_arena *arena)
{
    for (size_t i = 0; i < SX_LEN(attributes); i++)
        if (sx_str_is(key, attributes[i].key))
            return sx_string(sx_name_last(&cert->subject, attributes[i].oid));
    return sx_str_is(key, "email") ? addresses(cert, arena) : sx_null();
}

/* The dotted decimals of an identifier, which name one thing only; absent when it is none. */
static struct sx_str dotted(struct sx_str oid, struct sx_arena *arena)
{
    return sx_oid_text(arena, (struct sx_span){ (const uint8_t *)oid.ptr, oid.len, 0 });
}

const struct sx_extension *sx_requirement_extension(const struct sx_cert *cert, struct sx_str oid,
                                                    struct sx_arena *arena)
{
    struct sx_str text = dotted(oid, arena);
    return text.ptr != NULL ? sx_cert_extension(cert, text.ptr) : NULL;
}

bool sx_requirement_has_policy(const struct sx_cert *cert, struct sx_str oid,
                               struct sx_arena *arena)
{
    struct sx_str text = dotted(oid, arena);
    return text.ptr != NULL && sx_strs_has(cert->policies, text);
}

/* The first second of 2001 is no time (Security, csutilities.cpp, certificateCopyFieldDate). */
struct sx_value sx_requirement_date(const struct sx_cert *cert, struct sx_str oid,
                                    struct sx_arena *arena)
{
    struct sx_str text = dotted(oid, arena);
    struct sx_opt_time time = { 0 };
    if (text.ptr != NULL)
        time = sx_cert_extension_time(cert, text.ptr);
    return time.has && sx_time_cmp(time.t, sx_requirement_time(0)) != 0 ? sx_timestamp(time.t)
                                                                        : sx_null();
}

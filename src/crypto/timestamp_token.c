/* SPDX-License-Identifier: MIT */
#include "crypto/timestamp_token.h"

#define OID_TST_INFO        "1.2.840.113549.1.9.16.1.4"
#define OID_SIGNING_CERT    "1.2.840.113549.1.9.16.2.12"
#define OID_SIGNING_CERT_V2 "1.2.840.113549.1.9.16.2.47"
#define OID_TIME_STAMPING   "1.3.6.1.5.5.7.3.8"

/* TSTInfo (RFC 3161, 2.4.2), as far as it is read. */
struct tst_info {
    struct sx_str policy;
    enum sx_hash hash;
    struct sx_span imprint;
    struct sx_time gen_time;
    uint64_t off;
};

static bool read_imprint(struct sx_ber_reader *r, struct tst_info *out, struct sx_err *err)
{
    struct sx_ber_reader imprint, algorithm;
    struct sx_ber oid, hash;
    SX_TRY(sx_ber_enter(r, SX_BER_SEQUENCE, "messageImprint", &imprint, err));
    SX_TRY(sx_ber_enter(&imprint, SX_BER_SEQUENCE, "hashAlgorithm", &algorithm, err));
    SX_TRY(sx_ber_take(&algorithm, SX_BER_OID, "hashAlgorithm", &oid, err));
    SX_TRY(sx_ber_take(&imprint, SX_BER_OCTET_STRING, "hashedMessage", &hash, err));
    out->hash = sx_hash_of_oid(oid.contents);
    out->imprint = hash.contents;
    return true;
}

static bool read_tst_info(struct sx_span content, struct sx_arena *arena, struct tst_info *out,
                          struct sx_err *err)
{
    struct sx_ber_reader r = sx_ber_reader(content, SX_DER), fields;
    struct sx_ber policy, serial, time;
    uint64_t version = 0;
    SX_TRY(sx_ber_enter(&r, SX_BER_SEQUENCE, "TSTInfo", &fields, err));
    SX_TRY(sx_ber_take_uint(&fields, "TSTInfo.version", &version, err));
    SX_TRY(sx_ber_take(&fields, SX_BER_OID, "policy", &policy, err));
    SX_TRY(read_imprint(&fields, out, err));
    SX_TRY(sx_ber_take(&fields, SX_BER_INTEGER, "serialNumber", &serial, err));
    SX_TRY(sx_ber_take(&fields, SX_BER_GENERALIZED_TIME, "genTime", &time, err));
    out->policy = sx_oid_text(arena, policy.contents);
    out->off = content.off;
    /* Apple reads whole seconds with Z and nothing else (Security, tsaSupport.c). */
    if (!sx_ber_time(&time, &out->gen_time))
        return sx_fail(err, SX_E_FORMAT, time.whole.off, "genTime: no YYYYMMDDhhmmssZ");
    return true;
}

static bool fail(const struct sx_check *check, enum sx_fault fault, uint64_t off, const char *why)
{
    return sx_verdict_add(check->verdict, check->arena, fault, off, "%s", why);
}

/* The token has to name its signer's certificate by a hash: ESSCertID with SHA-1, ESSCertIDv2
 * with an algorithm of its own, SHA-256 unless said (RFC 5035). The first one is the signer's.
 * A token with neither attribute is let pass, as Apple's verifier does not ask. */
static bool names_cert(const struct sx_check *check, struct sx_span value, bool v2,
                       const struct sx_cert *cert)
{
    struct sx_err ignored = { 0 };
    struct sx_ber_reader r = sx_ber_reader(value, SX_DER), outer, list, id, algorithm;
    struct sx_ber oid, hash;
    enum sx_hash kind = v2 ? SX_HASH_SHA256 : SX_HASH_SHA1;
    if (!sx_ber_enter(&r, SX_BER_SEQUENCE, "SigningCertificate", &outer, &ignored) ||
        !sx_ber_enter(&outer, SX_BER_SEQUENCE, "certs", &list, &ignored) ||
        !sx_ber_enter(&list, SX_BER_SEQUENCE, "ESSCertID", &id, &ignored))
        return false;
    if (v2 && sx_ber_peek(&id) == SX_BER_SEQUENCE) {
        if (!sx_ber_enter(&id, SX_BER_SEQUENCE, "hashAlgorithm", &algorithm, &ignored) ||
            !sx_ber_take(&algorithm, SX_BER_OID, "hashAlgorithm", &oid, &ignored))
            return false;
        kind = sx_hash_of_oid(oid.contents);
    }
    if (kind == 0 || !sx_ber_take(&id, SX_BER_OCTET_STRING, "certHash", &hash, &ignored))
        return false;
    uint8_t digest[SX_HASH_MAX_LEN];
    sx_hash_bytes(check->hasher, kind, cert->der.ptr, cert->der.len, digest);
    return sx_span_eq(hash.contents, (struct sx_span){ digest, sx_hash_len(kind), 0 });
}

static bool check_signing_cert(const struct sx_check *check, const struct sx_signed_data *data,
                               const struct sx_cert *cert)
{
    static const struct {
        const char *oid;
        bool v2;
    } forms[] = { { OID_SIGNING_CERT, false }, { OID_SIGNING_CERT_V2, true } };
    for (size_t i = 0; i < SX_LEN(forms); i++) {
        const struct sx_attribute *attribute =
            sx_attribute_find(&data->signer.signed_attrs, forms[i].oid);
        if (attribute != NULL && !names_cert(check, attribute->values, forms[i].v2, cert))
            return fail(check, SX_FAULT_TIMESTAMP_UNREADABLE, attribute->off,
                        "the token names another certificate than its signer's");
    }
    return true;
}

static bool check_imprint(const struct sx_check *check, const struct tst_info *info,
                          struct sx_span signature)
{
    /* Security, tsaSupport.c, verifyTSTInfo */
    if (info->hash != SX_HASH_SHA1 && info->hash != SX_HASH_SHA256)
        return fail(check, SX_FAULT_TIMESTAMP_IMPRINT_WRONG, info->off,
                    "the imprint is neither SHA-1 nor SHA-256");
    uint8_t digest[SX_HASH_MAX_LEN];
    sx_hash_bytes(check->hasher, info->hash, signature.ptr, signature.len, digest);
    if (!sx_span_eq(info->imprint, (struct sx_span){ digest, sx_hash_len(info->hash), 0 }))
        return fail(check, SX_FAULT_TIMESTAMP_IMPRINT_WRONG, info->imprint.off,
                    "the token stamps another signature");
    return true;
}

static bool check_validity(const struct sx_check *check, const struct tst_info *info,
                           const struct sx_cert *authority)
{
    if (sx_cert_valid_at(authority, info->gen_time))
        return true;
    struct sx_str time = sx_time_text(check->arena, info->gen_time);
    struct sx_str from = sx_time_text(check->arena, authority->not_before.t);
    struct sx_str to = sx_time_text(check->arena, authority->not_after.t);
    return sx_verdict_add(check->verdict, check->arena, SX_FAULT_TIMESTAMP_OUTSIDE_AUTHORITY,
                          info->off,
                          "genTime is %.*s, the authority's certificate valid from "
                          "%.*s to %.*s",
                          SX_STR_ARG(time), SX_STR_ARG(from), SX_STR_ARG(to));
}

/* The chain is judged at genTime, so that the authority may have expired since. That a
 * certificate above the leaf is not valid then is let pass, as Apple's verifier does
 * (Security, tsaSupport.c, verifySigners); an unknown root as well, since nobody but Apple's
 * own signatures demands a known one. */
static bool check_chain(const struct sx_check *check, const struct sx_signed_data *data,
                        size_t leaf, struct sx_timestamp *out)
{
    struct sx_path path;
    sx_path_find(check->hasher, check->trust, &data->certs, leaf, out->time, check->arena, &path);
    out->chain = path.chain;
    const struct sx_cert *cert = &data->certs.plain[leaf];
    if (!sx_cert_has_usage(cert, OID_TIME_STAMPING))
        return fail(check, SX_FAULT_TIMESTAMP_UNREADABLE, cert->der.off,
                    "the token's signer may not issue timestamps");
    for (int i = SX_PATH_INCOMPLETE; i <= SX_PATH_INVALID; i++)
        if (path.faults[i].cert != NULL)
            return sx_verdict_add(check->verdict, check->arena, SX_FAULT_TIMESTAMP_UNREADABLE,
                                  path.faults[i].cert->der.off, "the authority's chain: %s",
                                  path.faults[i].why);
    return true;
}

static bool carries_anchor(const struct sx_check *check, const struct sx_signed_data *data)
{
    for (size_t i = 0; i < data->certs.n; i++)
        if (sx_trust_anchor(check->trust, data->certs.plain[i].sha256) != SX_ANCHOR_NONE)
            return true;
    return false;
}

static bool verify(const struct sx_check *check, const struct sx_signed_data *data,
                   struct sx_span signature, struct sx_token *out)
{
    static const struct sx_signer_faults faults = { SX_FAULT_TIMESTAMP_UNREADABLE,
                                                    SX_FAULT_TIMESTAMP_UNREADABLE,
                                                    SX_FAULT_TIMESTAMP_UNREADABLE };
    struct sx_err err = { 0 };
    struct tst_info info = { 0 };
    size_t leaf = sx_signer_cert(data);
    if (!sx_oid_is(data->content_type, OID_TST_INFO))
        return fail(check, SX_FAULT_TIMESTAMP_UNREADABLE, data->signer.off, "no TSTInfo");
    if (!read_tst_info(data->content, check->arena, &info, &err))
        return fail(check, SX_FAULT_TIMESTAMP_UNREADABLE, err.off, err.what);
    if (!sx_signer_check(check, data, leaf, data->content, &faults))
        return false;
    const struct sx_cert *authority = &data->certs.plain[leaf];
    out->stamp = (struct sx_timestamp){ .time = info.gen_time,
                                        .authority = authority->subject.text,
                                        .policy = info.policy };
    out->carries_anchor = carries_anchor(check, data);
    bool ok = check_signing_cert(check, data, authority);
    ok = check_imprint(check, &info, signature) && ok;
    ok = check_validity(check, &info, authority) && ok;
    return check_chain(check, data, leaf, &out->stamp) && ok;
}

bool sx_token_verify(const struct sx_check *check, struct sx_span token, struct sx_span signature,
                     struct sx_token *out)
{
    SX_AUTO(sx_signed_data_release) struct sx_signed_data data = { 0 };
    struct sx_err err = { 0 };
    if (!sx_signed_data_parse(check->hasher, token, check->arena, &data, &err))
        return fail(check, SX_FAULT_TIMESTAMP_UNREADABLE, err.off, err.what);
    return verify(check, &data, signature, out);
}

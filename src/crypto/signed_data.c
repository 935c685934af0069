/* SPDX-License-Identifier: MIT */
#include "crypto/signed_data.h"

#include "base/limits.h"

#define OID_SIGNED_DATA "1.2.840.113549.1.7.2"
#define OID_KEY_ID      "2.5.29.14"

enum {
    CERTIFICATES = 0xa0,   /* [0] of SignedData, */
    CRLS = 0xa1,           /* [1], */
    CONTENT = 0xa0,        /* [0] of EncapsulatedContentInfo, */
    SIGNED_ATTRS = 0xa0,   /* [0] of SignerInfo, */
    UNSIGNED_ATTRS = 0xa1, /* [1] */
};

static bool read_attribute(struct sx_ber_reader *list, struct sx_attribute *out, struct sx_err *err)
{
    struct sx_ber whole, type, values;
    SX_TRY(sx_ber_take(list, SX_BER_SEQUENCE, "Attribute", &whole, err));
    struct sx_ber_reader fields = sx_ber_reader(whole.contents, list->rules);
    SX_TRY(sx_ber_take(&fields, SX_BER_OID, "attrType", &type, err));
    SX_TRY(sx_ber_take(&fields, SX_BER_SET, "attrValues", &values, err));
    SX_TRY(sx_ber_finish(&fields, "Attribute", err));
    *out = (struct sx_attribute){ type.contents, values.contents, whole.whole.off };
    return true;
}

static bool read_attributes(struct sx_ber_reader *signer, uint8_t tag, enum sx_ber_rules rules,
                            struct sx_arena *arena, struct sx_attributes *out, struct sx_err *err)
{
    struct sx_ber set;
    if (sx_ber_peek(signer) != tag)
        return true;
    struct sx_ber_reader strict = *signer;
    strict.rules = rules;
    SX_TRY(sx_ber_next(&strict, "attributes", &set, err));
    signer->pos = strict.pos;

    SX_VEC(struct sx_attribute) list = { 0 };
    struct sx_ber_reader r = sx_ber_reader(set.contents, rules);
    while (!sx_ber_at_end(&r)) {
        struct sx_attribute attribute;
        if (list.n == SX_MAX_ATTRIBUTES)
            return sx_fail(err, SX_E_LIMIT, set.whole.off, "attributes: more than %d",
                           SX_MAX_ATTRIBUTES);
        SX_TRY(read_attribute(&r, &attribute, err));
        SX_PUSH(arena, &list, attribute);
    }
    *out = (struct sx_attributes){ set.whole, list.at, list.n };
    return true;
}

static bool read_algorithm(struct sx_ber_reader *r, const char *what, struct sx_span *oid,
                           struct sx_err *err)
{
    struct sx_ber_reader fields;
    struct sx_ber identifier;
    SX_TRY(sx_ber_enter(r, SX_BER_SEQUENCE, what, &fields, err));
    SX_TRY(sx_ber_take(&fields, SX_BER_OID, what, &identifier, err));
    *oid = identifier.contents;
    return true;
}

static bool read_signer_id(struct sx_ber_reader *r, struct sx_arena *arena,
                           struct sx_signer_info *out, struct sx_err *err)
{
    struct sx_ber_reader fields;
    struct sx_ber issuer, serial, key_id;
    if (sx_ber_peek(r) == SX_BER_CONTEXT(0)) {
        SX_TRY(sx_ber_next(r, "subjectKeyIdentifier", &key_id, err));
        out->key_id = key_id.contents;
        return true;
    }
    SX_TRY(sx_ber_enter(r, SX_BER_SEQUENCE, "issuerAndSerialNumber", &fields, err));
    SX_TRY(sx_ber_take(&fields, SX_BER_SEQUENCE, "issuer", &issuer, err));
    SX_TRY(sx_ber_take(&fields, SX_BER_INTEGER, "serialNumber", &serial, err));
    if (issuer.whole.len + serial.whole.len > SX_MAX_CERTIFICATE_BYTES)
        return sx_fail(err, SX_E_LIMIT, issuer.whole.off, "issuerAndSerialNumber: %zu bytes",
                       issuer.whole.len + serial.whole.len);
    out->serial = sx_cert_serial(serial.contents, arena);
    return sx_name_parse(&issuer, arena, &out->issuer, err);
}

/* SignerInfo: version, sid, digestAlgorithm, [0] signedAttrs, signatureAlgorithm, signature,
 * [1] unsignedAttrs (RFC 5652, 5.3). */
static bool read_signer(struct sx_ber_reader *signers, struct sx_arena *arena,
                        struct sx_signer_info *out, struct sx_err *err)
{
    struct sx_ber whole;
    uint64_t version = 0;
    SX_TRY(sx_ber_take(signers, SX_BER_SEQUENCE, "SignerInfo", &whole, err));
    struct sx_ber_reader r = sx_ber_reader(whole.contents, signers->rules);
    out->off = whole.whole.off;
    SX_TRY(sx_ber_take_uint(&r, "SignerInfo.version", &version, err));
    SX_TRY(read_signer_id(&r, arena, out, err));
    SX_TRY(read_algorithm(&r, "digestAlgorithm", &out->digest_algorithm, err));
    SX_TRY(read_attributes(&r, SIGNED_ATTRS, SX_DER, arena, &out->signed_attrs, err));
    SX_TRY(read_algorithm(&r, "signatureAlgorithm", &out->signature_algorithm, err));
    SX_TRY(sx_ber_take_octets(&r, SX_BER_OCTET_STRING, "signature", arena, &out->signature, err));
    SX_TRY(read_attributes(&r, UNSIGNED_ATTRS, SX_BER, arena, &out->unsigned_attrs, err));
    return sx_ber_finish(&r, "SignerInfo", err);
}

static bool read_content(struct sx_ber_reader *data, struct sx_arena *arena,
                         struct sx_signed_data *out, struct sx_err *err)
{
    struct sx_ber_reader info, content;
    struct sx_ber type;
    SX_TRY(sx_ber_enter(data, SX_BER_SEQUENCE, "encapContentInfo", &info, err));
    SX_TRY(sx_ber_take(&info, SX_BER_OID, "eContentType", &type, err));
    out->content_type = type.contents;
    out->has_content = sx_ber_peek(&info) == CONTENT;
    if (!out->has_content)
        return sx_ber_finish(&info, "encapContentInfo", err);
    SX_TRY(sx_ber_enter(&info, CONTENT, "eContent", &content, err));
    return sx_ber_take_octets(&content, SX_BER_OCTET_STRING, "eContent", arena, &out->content, err);
}

/* A certificate that cannot be read is left out, as Apple's verifier does: it matters only when
 * the chain needs it. */
static bool read_certs(struct sx_ber_reader *data, struct sx_hasher *hasher, struct sx_arena *arena,
                       struct sx_signed_data *out, struct sx_err *err)
{
    struct sx_ber_reader set;
    if (sx_ber_peek(data) != CERTIFICATES)
        return true;
    SX_TRY(sx_ber_enter(data, CERTIFICATES, "certificates", &set, err));
    while (!sx_ber_at_end(&set)) {
        struct sx_ber cert;
        struct sx_err unreadable = { 0 };
        SX_TRY(sx_ber_next(&set, "certificate", &cert, err));
        if (cert.tag != SX_BER_SEQUENCE) /* another kind of certificate */
            continue;
        if (sx_certs_add(&out->certs, hasher, cert.whole, arena, &unreadable))
            continue;
        if (out->certs.n == SX_MAX_CERTIFICATES)
            return sx_fail(err, SX_E_LIMIT, cert.whole.off, "%s", unreadable.what);
        if (out->certs_err.code == SX_OK)
            out->certs_err = unreadable;
    }
    return true;
}

static bool read_signers(struct sx_ber_reader *data, struct sx_arena *arena,
                         struct sx_signed_data *out, struct sx_err *err)
{
    struct sx_ber_reader set;
    struct sx_ber other;
    SX_TRY(sx_ber_enter(data, SX_BER_SET, "signerInfos", &set, err));
    if (sx_ber_at_end(&set))
        return sx_fail(err, SX_E_FORMAT, set.in.off, "signerInfos: nobody signed");
    SX_TRY(read_signer(&set, arena, &out->signer, err));
    for (out->n_signers = 1; !sx_ber_at_end(&set); out->n_signers++)
        SX_TRY(sx_ber_next(&set, "SignerInfo", &other, err));
    return true;
}

/* ContentInfo: contentType, [0] SignedData: version, digestAlgorithms, encapContentInfo,
 * [0] certificates, [1] crls, signerInfos (RFC 5652, 3 and 5.1). */
bool sx_signed_data_parse(struct sx_hasher *hasher, struct sx_span in, struct sx_arena *arena,
                          struct sx_signed_data *out, struct sx_err *err)
{
    *out = (struct sx_signed_data){ 0 };
    struct sx_ber_reader r = sx_ber_reader(in, SX_BER), info, wrapper, data;
    struct sx_ber type, skipped;
    uint64_t version = 0;
    SX_TRY(sx_ber_enter(&r, SX_BER_SEQUENCE, "ContentInfo", &info, err));
    out->len = r.pos;
    SX_TRY(sx_ber_take(&info, SX_BER_OID, "contentType", &type, err));
    if (!sx_oid_is(type.contents, OID_SIGNED_DATA))
        return sx_fail(err, SX_E_FORMAT, type.whole.off, "contentType: no SignedData");
    SX_TRY(sx_ber_enter(&info, CONTENT, "content", &wrapper, err));
    SX_TRY(sx_ber_enter(&wrapper, SX_BER_SEQUENCE, "SignedData", &data, err));
    SX_TRY(sx_ber_take_uint(&data, "SignedData.version", &version, err));
    SX_TRY(sx_ber_take(&data, SX_BER_SET, "digestAlgorithms", &skipped, err));
    SX_TRY(read_content(&data, arena, out, err));
    SX_TRY(read_certs(&data, hasher, arena, out, err));
    if (sx_ber_peek(&data) == CRLS)
        SX_TRY(sx_ber_next(&data, "crls", &skipped, err));
    return read_signers(&data, arena, out, err);
}

void sx_signed_data_release(struct sx_signed_data *data)
{
    sx_certs_release(&data->certs);
}

const struct sx_attribute *sx_attribute_find(const struct sx_attributes *list, const char *type)
{
    const struct sx_attribute *found = NULL;
    for (size_t i = 0; i < list->n; i++) {
        if (!sx_oid_is(list->at[i].type, type))
            continue;
        if (found != NULL)
            return NULL;
        found = &list->at[i];
    }
    return found;
}

bool sx_attribute_value(const struct sx_attribute *attribute, struct sx_ber *out)
{
    struct sx_err ignored = { 0 };
    if (attribute == NULL)
        return false;
    struct sx_ber_reader r = sx_ber_reader(attribute->values, SX_BER);
    return sx_ber_next(&r, "attribute value", out, &ignored) && sx_ber_at_end(&r);
}

static bool has_key_id(const struct sx_cert *cert, struct sx_span key_id)
{
    struct sx_err ignored = { 0 };
    struct sx_ber value;
    const struct sx_extension *extension = sx_cert_extension(cert, OID_KEY_ID);
    if (extension == NULL)
        return false;
    struct sx_ber_reader r = sx_ber_reader(extension->value, SX_DER);
    return sx_ber_take(&r, SX_BER_OCTET_STRING, "subjectKeyIdentifier", &value, &ignored) &&
           sx_span_eq(value.contents, key_id);
}

static bool is_signer(const struct sx_signer_info *signer, const struct sx_cert *cert)
{
    if (signer->key_id.len > 0)
        return has_key_id(cert, signer->key_id);
    return sx_str_eq(signer->serial, cert->serial) && sx_name_same(&signer->issuer, &cert->issuer);
}

size_t sx_signer_cert(const struct sx_signed_data *data)
{
    size_t i = 0;
    while (i < data->certs.n && !is_signer(&data->signer, &data->certs.plain[i]))
        i++;
    return i;
}

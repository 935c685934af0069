/* SPDX-License-Identifier: MIT */
#include "crypto/signer_info.h"

#include "base/buf.h"

#define OID_CONTENT_TYPE   "1.2.840.113549.1.9.3"
#define OID_MESSAGE_DIGEST "1.2.840.113549.1.9.4"

/* RFC 8017 appendix A, RFC 5754, RFC 5758. */
static const struct {
    const char *oid;
    enum sx_hash hash;
} hash_oids[] = {
    { "1.3.14.3.2.26", SX_HASH_SHA1 },
    { "2.16.840.1.101.3.4.2.1", SX_HASH_SHA256 },
    { "2.16.840.1.101.3.4.2.2", SX_HASH_SHA384 },
    { "2.16.840.1.101.3.4.2.3", SX_HASH_SHA512 },
};

/* A signature algorithm names a key and often the hash as well, which then has to be that of
 * digestAlgorithm. */
static const struct signature_algorithm {
    const char *oid;
    enum sx_key_kind key;
    enum sx_hash hash; /* 0: any */
} signature_oids[] = {
    { "1.2.840.113549.1.1.1", SX_KEY_RSA, 0 },
    { "1.2.840.113549.1.1.5", SX_KEY_RSA, SX_HASH_SHA1 },
    { "1.2.840.113549.1.1.11", SX_KEY_RSA, SX_HASH_SHA256 },
    { "1.2.840.113549.1.1.12", SX_KEY_RSA, SX_HASH_SHA384 },
    { "1.2.840.113549.1.1.13", SX_KEY_RSA, SX_HASH_SHA512 },
    { "1.2.840.10045.2.1", SX_KEY_EC, 0 },
    { "1.2.840.10045.4.1", SX_KEY_EC, SX_HASH_SHA1 },
    { "1.2.840.10045.4.3.2", SX_KEY_EC, SX_HASH_SHA256 },
    { "1.2.840.10045.4.3.3", SX_KEY_EC, SX_HASH_SHA384 },
    { "1.2.840.10045.4.3.4", SX_KEY_EC, SX_HASH_SHA512 },
};

enum sx_hash sx_hash_of_oid(struct sx_span oid)
{
    for (size_t i = 0; i < SX_LEN(hash_oids); i++)
        if (sx_oid_is(oid, hash_oids[i].oid))
            return hash_oids[i].hash;
    return 0;
}

static const struct signature_algorithm *algorithm_of(struct sx_span oid)
{
    for (size_t i = 0; i < SX_LEN(signature_oids); i++)
        if (sx_oid_is(oid, signature_oids[i].oid))
            return &signature_oids[i];
    return NULL;
}

/* What is checked of one signer. */
struct signing {
    const struct sx_check *check;
    const struct sx_signed_data *data;
    const struct sx_signer_faults *faults;
    enum sx_hash hash;
    struct sx_span content;
    uint8_t content_digest[SX_HASH_MAX_LEN];
};

static bool fail(const struct signing *s, enum sx_fault fault, const char *why)
{
    return sx_verdict_add(s->check->verdict, s->check->arena, fault, s->data->signer.off, "%s",
                          why);
}

static bool check_content_type(const struct signing *s)
{
    struct sx_ber value;
    if (!sx_attribute_value(sx_attribute_find(&s->data->signer.signed_attrs, OID_CONTENT_TYPE),
                            &value))
        return fail(s, s->faults->attributes, "contentType does not occur exactly once");
    if (value.tag != SX_BER_OID || !sx_span_eq(value.contents, s->data->content_type))
        return fail(s, s->faults->attributes, "contentType is not that of the content");
    return true;
}

static bool check_message_digest(const struct signing *s)
{
    struct sx_ber value;
    size_t len = sx_hash_len(s->hash);
    if (!sx_attribute_value(sx_attribute_find(&s->data->signer.signed_attrs, OID_MESSAGE_DIGEST),
                            &value))
        return fail(s, s->faults->attributes, "messageDigest does not occur exactly once");
    struct sx_span want = { s->content_digest, len, 0 };
    if (value.tag == SX_BER_OCTET_STRING && sx_span_eq(value.contents, want))
        return true;
    struct sx_arena *arena = s->check->arena;
    struct sx_str found =
        sx_hex(arena, value.contents.ptr,
               value.contents.len < SX_HASH_MAX_LEN ? value.contents.len : SX_HASH_MAX_LEN);
    struct sx_str computed = sx_hex(arena, s->content_digest, len);
    return sx_verdict_add(s->check->verdict, arena, s->faults->digest, value.whole.off,
                          "messageDigest is %.*s, the %s of what is signed %.*s", SX_STR_ARG(found),
                          sx_hash_name(s->hash), SX_STR_ARG(computed));
}

/* The attributes are signed as a SET OF: their bytes as they stand, but with that tag in place
 * of the field's [0] (RFC 5652, 5.4). */
static void hash_attributes(const struct signing *s, uint8_t digest[SX_HASH_MAX_LEN])
{
    static const uint8_t set = SX_BER_SET;
    struct sx_cursor c = sx_cursor_be(s->data->signer.signed_attrs.whole);
    sx_get_u8(&c, "tag");
    struct sx_span rest = sx_get_bytes(&c, sx_cursor_left(&c), "attributes");
    sx_hash_begin(s->check->hasher, SX_HASH_BIT(s->hash));
    sx_hash_update(s->check->hasher, &set, 1);
    sx_hash_update(s->check->hasher, rest.ptr, rest.len);
    sx_hash_final(s->check->hasher, s->hash, digest);
}

static bool check_signature(const struct signing *s, size_t leaf)
{
    const struct sx_signer_info *signer = &s->data->signer;
    const struct signature_algorithm *algorithm = algorithm_of(signer->signature_algorithm);
    if (algorithm == NULL)
        return fail(s, s->faults->signature, "a signature algorithm that is not read");
    if (algorithm->hash != 0 && algorithm->hash != s->hash)
        return fail(s, s->faults->signature, "signatureAlgorithm and digestAlgorithm disagree");
    uint8_t digest[SX_HASH_MAX_LEN];
    if (signer->signed_attrs.n > 0)
        hash_attributes(s, digest);
    else
        memcpy(digest, s->content_digest, sizeof(digest));
    if (!sx_signature_fits(s->check->hasher, s->data->certs.x[leaf], algorithm->key, s->hash,
                           digest, signer->signature))
        return fail(s, s->faults->signature,
                    signer->signed_attrs.n > 0 ? "the signature does not fit the signed attributes"
                                               : "the signature does not fit what is signed");
    return true;
}

bool sx_signer_check(const struct sx_check *check, const struct sx_signed_data *data, size_t leaf,
                     struct sx_span content, const struct sx_signer_faults *faults)
{
    struct signing s = { .check = check, .data = data, .faults = faults, .content = content };
    s.hash = sx_hash_of_oid(data->signer.digest_algorithm);
    if (s.hash == 0)
        return fail(&s, faults->signature, "a digest algorithm that is not read");
    if (leaf == data->certs.n)
        return fail(&s, faults->signature, "the signer's certificate is not in the CMS");
    sx_hash_bytes(check->hasher, s.hash, content.ptr, content.len, s.content_digest);
    bool ok = true;
    if (data->signer.signed_attrs.n > 0) {
        ok = check_content_type(&s);
        ok = check_message_digest(&s) && ok;
    }
    return check_signature(&s, leaf) && ok;
}

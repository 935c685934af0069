/* SPDX-License-Identifier: MIT */
#include "cms.h"

#include "der.h"
#include "node.h"

#define SIGNED_DATA      "1.2.840.113549.1.7.2"
#define DATA             "1.2.840.113549.1.7.1"
#define TST_INFO         "1.2.840.113549.1.9.16.1.4"
#define ATTR_TYPE        "1.2.840.113549.1.9.3"
#define ATTR_DIGEST      "1.2.840.113549.1.9.4"
#define ATTR_TIME        "1.2.840.113549.1.9.5"
#define ATTR_CERTIFICATE "1.2.840.113549.1.9.16.2.12"
#define ATTR_TOKEN       "1.2.840.113549.1.9.16.2.14"
#define ATTR_PLIST       "1.2.840.113635.100.9.1"
#define ATTR_CDHASHES    "1.2.840.113635.100.9.2"

#define MAX_ATTRIBUTES 12

unsigned sx_fx_cms_defect_named(struct sx_str name)
{
#define X(defect, text)                                                                            \
    if (sx_str_is(name, text))                                                                     \
        return SX_FX_CMS_##defect;
    SX_FX_CMS_DEFECTS(X)
#undef X
    return 0;
}

/* One SignedData, whatever it is about. */
struct signed_data {
    struct sx_fx_pki *pki;
    struct sx_arena *arena;
    const struct sx_fx_cert *signer;
    enum sx_fx_hash hash;
    const char *content_type;
    struct sx_str content;
    bool attached, ber;
    int version;
    struct sx_str attributes[MAX_ATTRIBUTES]; /* signed */
    size_t n_attributes;
    struct sx_str unsigned_attributes; /* [1], or empty */
    unsigned defects;
};

static bool has(const struct signed_data *sd, enum sx_fx_cms_defect defect)
{
    return (sd->defects & defect) != 0;
}

static struct sx_str spoilt(struct sx_arena *arena, struct sx_str bytes)
{
    struct sx_str copy = sx_str_dup(arena, bytes);
    char *last = sx_arena_alloc(arena, bytes.len);
    memcpy(last, copy.ptr, bytes.len);
    last[bytes.len - 1] ^= 1;
    return (struct sx_str){ last, bytes.len };
}

static struct sx_str attribute(struct sx_arena *arena, const char *oid, size_t n,
                               const struct sx_str *values)
{
    return SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, oid),
                     sx_fx_der(arena, SX_FX_SET, n, values));
}

static void add(struct signed_data *sd, const char *oid, struct sx_str value)
{
    if (sd->n_attributes == MAX_ATTRIBUTES)
        sx_fx_die("too many signed attributes");
    sd->attributes[sd->n_attributes++] = attribute(sd->arena, oid, 1, &value);
}

static void add_basic(struct signed_data *sd)
{
    struct sx_str digest = sx_fx_full_digest(sd->arena, sd->hash, sd->content);
    if (has(sd, SX_FX_CMS_WRONG_MESSAGE_DIGEST))
        digest = spoilt(sd->arena, digest);
    const char *type = has(sd, SX_FX_CMS_WRONG_CONTENT_TYPE) ? SIGNED_DATA : sd->content_type;
    for (int i = has(sd, SX_FX_CMS_CONTENT_TYPE_TWICE) ? 2 : 1;
         i > 0 && !has(sd, SX_FX_CMS_NO_CONTENT_TYPE); i--)
        add(sd, ATTR_TYPE, sx_fx_der_oid(sd->arena, type));
    for (int i = has(sd, SX_FX_CMS_MESSAGE_DIGEST_TWICE) ? 2 : 1;
         i > 0 && !has(sd, SX_FX_CMS_NO_MESSAGE_DIGEST); i--)
        add(sd, ATTR_DIGEST, SX_FX_DER(sd->arena, SX_FX_OCTET_STRING, digest));
}

/* Attribute 9.1: the cdhashes in a property list. */
static void add_cdhash_plist(struct signed_data *sd, const struct sx_fx_cms *spec)
{
    struct sx_fx_node *plist = sx_fx_map(sd->arena);
    struct sx_fx_node *list =
        sx_fx_put(sd->arena, plist, SX_STR("cdhashes"), sx_fx_list(sd->arena));
    for (size_t i = 0; i < spec->n_cdhashes; i++) {
        struct sx_str cdhash = sx_str_sub(spec->cdhashes[i].digest, 0, 20);
        if (has(sd, SX_FX_CMS_WRONG_CDHASHES_PLIST))
            cdhash = spoilt(sd->arena, cdhash);
        sx_fx_append(sd->arena, list, sx_fx_data(sd->arena, cdhash));
    }
    add(sd, ATTR_PLIST, SX_FX_DER(sd->arena, SX_FX_OCTET_STRING, sx_fx_plist(sd->arena, plist)));
}

/* Attribute 9.2: a value a CodeDirectory, SHA-256 before SHA-1. codesign does not sort them, so
 * that the attribute is no DER as soon as there are two (seen in real artifacts). */
static void add_cdhashes(struct signed_data *sd, const struct sx_fx_cms *spec)
{
    size_t n = spec->n_cdhashes - (has(sd, SX_FX_CMS_FEWER_CDHASHES) ? 1 : 0);
    struct sx_str *values = SX_NEW_N(sd->arena, struct sx_str, spec->n_cdhashes);
    for (size_t i = 0; i < n; i++) {
        const struct sx_fx_cdhash *cdhash = &spec->cdhashes[spec->n_cdhashes - 1 - i];
        struct sx_str digest =
            has(sd, SX_FX_CMS_WRONG_CDHASHES) ? spoilt(sd->arena, cdhash->digest) : cdhash->digest;
        values[i] = SX_FX_DER(sd->arena, SX_FX_SEQUENCE,
                              sx_fx_der_oid(sd->arena, sx_fx_hash_oid(cdhash->hash)),
                              SX_FX_DER(sd->arena, SX_FX_OCTET_STRING, digest));
    }
    sd->attributes[sd->n_attributes++] = attribute(sd->arena, ATTR_CDHASHES, n, values);
}

static void reverse(struct sx_str *at, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct sx_str kept = at[i];
        at[i] = at[n - 1 - i];
        at[n - 1 - i] = kept;
    }
}

static struct sx_str attribute_set(struct signed_data *sd, unsigned tag)
{
    if (has(sd, SX_FX_CMS_NO_SIGNED_ATTRIBUTES))
        return SX_STR("");
    if (!has(sd, SX_FX_CMS_UNSORTED_ATTRIBUTES))
        return sx_fx_der_set_of(sd->arena, tag, sd->n_attributes, sd->attributes);
    struct sx_str backwards[MAX_ATTRIBUTES];
    memcpy(backwards, sd->attributes, sizeof(backwards));
    reverse(backwards, sd->n_attributes);
    return sx_fx_der(sd->arena, tag, sd->n_attributes, backwards);
}

/* The signature is over the attributes as a SET, or over the content where there are none. */
static struct sx_str signature_of(struct signed_data *sd)
{
    struct sx_str message =
        has(sd, SX_FX_CMS_NO_SIGNED_ATTRIBUTES) ? sd->content : attribute_set(sd, SX_FX_SET);
    if (has(sd, SX_FX_CMS_WRONG_SIGNATURE))
        message = SX_STR("another message");
    return sx_fx_key_sign(sd->arena, &sd->signer->key, sd->hash, message);
}

/* The attributes as they are stored, which may not be what has been signed. */
static struct sx_str stored_attributes(const struct signed_data *sd)
{
    struct signed_data stored = *sd;
    if (has(sd, SX_FX_CMS_ADDED_LATER))
        add(&stored, "1.2.3", sx_fx_der_int(sd->arena, 1));
    if (has(sd, SX_FX_CMS_REMOVED_LATER))
        stored.n_attributes--;
    if (has(sd, SX_FX_CMS_REORDERED_LATER))
        stored.defects |= SX_FX_CMS_UNSORTED_ATTRIBUTES;
    return attribute_set(&stored, SX_FX_CONTEXT);
}

static struct sx_str signer_info(struct signed_data *sd, struct sx_str signature)
{
    struct sx_arena *arena = sd->arena;
    struct sx_str sid =
        SX_FX_DER(arena, SX_FX_SEQUENCE, sd->signer->issuer_name, sd->signer->serial);
    return SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_int(arena, 1), sid,
                     sx_fx_der_algorithm(arena, sx_fx_hash_oid(sd->hash), true),
                     stored_attributes(sd), sx_fx_key_algorithm(arena, &sd->signer->key, sd->hash),
                     SX_FX_DER(arena, SX_FX_OCTET_STRING, signature), sd->unsigned_attributes);
}

/* Issuers first, the leaf last: the order in which codesign leaves them. */
static struct sx_str certificates(const struct signed_data *sd)
{
    struct sx_str all = SX_STR("");
    for (const struct sx_fx_cert *c = sd->signer->issuer; c != NULL; c = c->issuer) {
        bool left_out = has(sd, c->issuer == NULL ? SX_FX_CMS_NO_ROOT : SX_FX_CMS_NO_INTERMEDIATE);
        if (!left_out)
            all = sx_fx_join(sd->arena, SX_FX_PARTS(all, c->der));
    }
    if (has(sd, SX_FX_CMS_NO_CERTIFICATES))
        return SX_STR("");
    return SX_FX_DER(sd->arena, SX_FX_CONTEXT, all, sd->signer->der);
}

static struct sx_str wrap(const struct signed_data *sd, unsigned tag, size_t n,
                          const struct sx_str *parts)
{
    return sd->ber ? sx_fx_ber(sd->arena, tag, n, parts) : sx_fx_der(sd->arena, tag, n, parts);
}

static struct sx_str encapsulated(const struct signed_data *sd)
{
    struct sx_str content = SX_STR("");
    if (sd->attached) {
        content = SX_FX_DER(sd->arena, SX_FX_OCTET_STRING, sd->content);
        if (sd->ber) /* in pieces, here one */
            content = wrap(sd, 0x24, 1, &content);
        content = wrap(sd, SX_FX_CONTEXT, 1, &content);
    }
    return wrap(sd, SX_FX_SEQUENCE,
                SX_FX_PARTS(sx_fx_der_oid(sd->arena, sd->content_type), content));
}

static struct sx_str content_info(struct signed_data *sd, struct sx_str signature)
{
    struct sx_arena *arena = sd->arena;
    struct sx_str info = signer_info(sd, signature);
    struct sx_str again = has(sd, SX_FX_CMS_TWO_SIGNERS) ? info : SX_STR("");
    struct sx_str data = wrap(
        sd, SX_FX_SEQUENCE,
        SX_FX_PARTS(
            sx_fx_der_int(arena, sd->version),
            SX_FX_DER(arena, SX_FX_SET, sx_fx_der_algorithm(arena, sx_fx_hash_oid(sd->hash), true)),
            encapsulated(sd), certificates(sd), SX_FX_DER(arena, SX_FX_SET, info, again)));
    return wrap(sd, SX_FX_SEQUENCE,
                SX_FX_PARTS(sx_fx_der_oid(arena, SIGNED_DATA), wrap(sd, SX_FX_CONTEXT, 1, &data)));
}

static struct sx_str imprint(struct sx_arena *arena, struct sx_str signature, unsigned defects)
{
    enum sx_fx_hash hash =
        (defects & SX_FX_CMS_TOKEN_SHA1_IMPRINT) != 0 ? SX_FX_SHA1 : SX_FX_SHA256;
    struct sx_str digest = sx_fx_digest(arena, hash, signature);
    if ((defects & SX_FX_CMS_TOKEN_WRONG_IMPRINT) != 0)
        digest = spoilt(arena, digest);
    return SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_algorithm(arena, sx_fx_hash_oid(hash), true),
                     SX_FX_DER(arena, SX_FX_OCTET_STRING, digest));
}

static struct sx_str gen_time(struct sx_arena *arena, struct sx_time t, unsigned defects)
{
    struct sx_str time = sx_fx_der_general_time(arena, t);
    if ((defects & SX_FX_CMS_TOKEN_FRACTION) == 0)
        return time;
    return SX_FX_DER(arena, SX_FX_GENERALIZED_TIME, sx_str_sub(time, 2, 14), SX_STR(".5Z"));
}

static struct sx_str tst_info(struct sx_arena *arena, struct sx_time t, struct sx_str signature,
                              unsigned defects)
{
    struct sx_str serial = sx_fx_digest(arena, SX_FX_SHA1, signature);
    return SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_int(arena, 1),
                     sx_fx_der_oid(arena, "1.2.3.4.5.6"), /* codesign's policy */
                     imprint(arena, signature, defects),
                     sx_fx_der_uint(arena, sx_str_sub(serial, 0, 8)), gen_time(arena, t, defects),
                     sx_fx_der_uint(arena, sx_str_sub(serial, 8, 8)));
}

/* ESSCertID of RFC 2634, which is always SHA-1. */
static struct sx_str signing_certificate(struct sx_arena *arena, const struct sx_fx_cert *tsa,
                                         unsigned defects)
{
    struct sx_str hash = sx_fx_digest(arena, SX_FX_SHA1, tsa->der);
    if ((defects & SX_FX_CMS_TOKEN_WRONG_CERTIFICATE_HASH) != 0)
        hash = spoilt(arena, hash);
    struct sx_str id = SX_FX_DER(arena, SX_FX_SEQUENCE, SX_FX_DER(arena, SX_FX_OCTET_STRING, hash));
    return SX_FX_DER(arena, SX_FX_SEQUENCE, SX_FX_DER(arena, SX_FX_SEQUENCE, id));
}

/* Apple's server signs tokens with SHA-1 to this day (seen in real artifacts). */
struct sx_str sx_fx_token(struct sx_fx_pki *pki, const struct sx_fx_cert *tsa, struct sx_time t,
                          struct sx_str signature, unsigned defects)
{
    struct sx_arena *arena = sx_fx_pki_arena(pki);
    struct signed_data sd = { .pki = pki,
                              .arena = arena,
                              .signer = tsa,
                              .hash = SX_FX_SHA1,
                              .content_type = TST_INFO,
                              .content = tst_info(arena, t, signature, defects),
                              .attached = true,
                              .version = 3 };
    if ((defects & SX_FX_CMS_TOKEN_WRONG_SIGNATURE) != 0)
        sd.defects |= SX_FX_CMS_WRONG_SIGNATURE;
    if ((defects & SX_FX_CMS_TOKEN_NO_ROOT) != 0)
        sd.defects |= SX_FX_CMS_NO_ROOT;
    add_basic(&sd);
    add(&sd, ATTR_TIME, sx_fx_der_time(arena, t));
    add(&sd, ATTR_CERTIFICATE, signing_certificate(arena, tsa, defects));
    return content_info(&sd, signature_of(&sd));
}

static struct sx_str unsigned_attributes(struct signed_data *sd, const struct sx_fx_cms *spec,
                                         struct sx_str signature)
{
    if (has(sd, SX_FX_CMS_TOKEN_MISSING)) {
        struct sx_str value = sx_fx_der_int(sd->arena, 1);
        return SX_FX_DER(sd->arena, SX_FX_CONTEXT + 1,
                         attribute(sd->arena, "1.2.3.4.5.7", 1, &value));
    }
    if (spec->tsa == NULL)
        return SX_STR("");
    struct sx_str token = sx_fx_token(sd->pki, spec->tsa, spec->timestamp, signature, sd->defects);
    return SX_FX_DER(sd->arena, SX_FX_CONTEXT + 1, attribute(sd->arena, ATTR_TOKEN, 1, &token));
}

struct sx_str sx_fx_cms(struct sx_fx_pki *pki, const struct sx_fx_cms *spec)
{
    struct sx_arena *arena = sx_fx_pki_arena(pki);
    struct signed_data sd = { .pki = pki,
                              .arena = arena,
                              .signer = spec->signer,
                              .hash = spec->hash != 0 ? spec->hash : SX_FX_SHA256,
                              .content_type = DATA,
                              .content = spec->content,
                              .attached = spec->attached,
                              .ber = !spec->der,
                              .version = 1,
                              .defects = spec->defects };
    add_basic(&sd);
    if (spec->signing_time.has)
        add(&sd, ATTR_TIME, sx_fx_der_time(arena, spec->signing_time.t));
    if (spec->n_cdhashes > 0 && !has(&sd, SX_FX_CMS_NO_CDHASHES_PLIST))
        add_cdhash_plist(&sd, spec);
    if (spec->n_cdhashes > 0 && !has(&sd, SX_FX_CMS_NO_CDHASHES))
        add_cdhashes(&sd, spec);

    struct sx_str signature = signature_of(&sd);
    sd.unsigned_attributes = unsigned_attributes(&sd, spec, signature);
    struct sx_str cms = content_info(&sd, signature);
    return has(&sd, SX_FX_CMS_TRAILING_BYTES) ? sx_fx_join(arena, SX_FX_PARTS(cms, SX_STR("more")))
                                              : cms;
}

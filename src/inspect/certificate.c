/* SPDX-License-Identifier: MIT */
/* Certificates and what a CMS says, as facts. */
#include "inspect/inspector.h"
#include "base/buf.h"
#include "crypto/cms.h"
#include "facts/requirement.h"
#include "inspect/signing.h"
#include "value/plist.h"

static struct sx_strs keep_all(struct sx_arena *arena, struct sx_strs list)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, list.n);
    for (size_t i = 0; i < list.n; i++)
        at[i] = sx_str_dup(arena, list.at[i]);
    return (struct sx_strs){ at, list.n };
}

/* A chain is shared by all that carry it: one object a certificate and run. What crypto/ says
 * lives no longer than its CMS, so the facts keep copies. */
static const struct sx_Certificate *certificate_of(struct sx_inspector *in,
                                                   const struct sx_cert *cert)
{
    struct sx_arena *arena = in->arena;
    struct sx_str sha256 = sx_hex(arena, cert->sha256, sizeof(cert->sha256));
    struct sx_Certificate *facts = sx_table_get(&in->certificates, sha256);
    if (facts != NULL)
        return facts;
    facts = SX_FACT(arena, Certificate);
    facts->subject = sx_str_dup(arena, cert->subject.text);
    facts->commonName = sx_str_dup(arena, cert->common_name);
    facts->organizationalUnit = sx_str_dup(arena, cert->organizational_unit);
    facts->issuer = sx_str_dup(arena, cert->issuer.text);
    facts->serial = sx_str_dup(arena, cert->serial);
    facts->sha256 = sha256;
    facts->sha1 = sx_hex(arena, cert->sha1, sizeof(cert->sha1));
    facts->notBefore = cert->not_before;
    facts->notAfter = cert->not_after;
    facts->markers = keep_all(arena, cert->markers);
    facts->extendedKeyUsages = keep_all(arena, cert->extended_key_usages);
    facts->developerIdDate = cert->developer_id_date;
    facts->isAnchor = sx_trust_anchor(in->trust, cert->sha256) != SX_ANCHOR_NONE;
    sx_table_put(&in->certificates, sha256, facts);
    return facts;
}

/* Requirements ask for more than facts hold. */
static void keep_whole(struct sx_inspector *in, const struct sx_cert *cert, struct sx_str sha256)
{
    if (sx_table_get(&in->whole, sha256) != NULL)
        return;
    struct sx_whole_cert *kept = SX_NEW(in->arena, struct sx_whole_cert);
    struct sx_str der = sx_str_dup(in->arena, sx_str_of_span(cert->der));
    struct sx_span bytes = { (const uint8_t *)der.ptr, der.len, cert->der.off };
    struct sx_err ignored = { 0 }; /* it has been parsed before */
    kept->anchor = sx_trust_anchor(in->trust, cert->sha256);
    if (sx_cert_parse(in->hasher, bytes, in->arena, &kept->cert, &ignored))
        sx_table_put(&in->whole, sha256, kept);
}

struct sx_objs sx_inspect_chain(struct sx_inspector *in, const struct sx_chain *chain)
{
    const struct sx_object **at = SX_NEW_N(in->arena, const struct sx_object *, chain->n);
    for (size_t i = 0; i < chain->n; i++) {
        const struct sx_Certificate *facts = certificate_of(in, &chain->certs[i]);
        keep_whole(in, &chain->certs[i], facts->sha256);
        at[i] = &facts->head;
    }
    return (struct sx_objs){ at, chain->n };
}

/* A certificate of which no more than its fingerprint is known. */
static const struct sx_Certificate *unknown(struct sx_inspector *in, struct sx_str sha256,
                                            enum sx_unread_state state, const char *reason)
{
    static const char *const members[] = {
        "subject",        "commonName", "organizationalUnit", "issuer",  "serial",
        "sha1",           "notBefore",  "notAfter",           "markers", "extendedKeyUsages",
        "developerIdDate"
    };
    struct sx_Certificate *facts = SX_FACT(in->arena, Certificate);
    facts->sha256 = sha256;
    for (size_t i = 0; i < SX_LEN(members); i++)
        sx_fact_unread(&facts->head, in->arena, members[i], state, sx_str_of(reason), -1);
    return facts;
}

const struct sx_Certificate *sx_inspect_fingerprint(struct sx_inspector *in, struct sx_str sha256)
{
    struct sx_str hex = sx_hex(in->arena, sha256.ptr, sha256.len);
    const struct sx_Certificate *known = sx_table_get(&in->certificates, hex);
    return known != NULL ? known
                         : unknown(in, hex, SX_UNREAD_OUT_OF_REACH,
                                   "only the SHA-256 of the certificate is there");
}

const struct sx_Certificate *sx_inspect_certificate(struct sx_inspector *in, struct sx_span der)
{
    struct sx_cert cert;
    struct sx_err err = { 0 };
    uint8_t digest[SX_HASH_MAX_LEN];
    if (sx_cert_parse(in->hasher, der, in->arena, &cert, &err))
        return certificate_of(in, &cert);
    sx_hash_bytes(in->hasher, SX_HASH_SHA256, der.ptr, der.len, digest);
    return unknown(in, sx_hex(in->arena, digest, sx_hash_len(SX_HASH_SHA256)), SX_UNREAD_BROKEN,
                   sx_str_dup(in->arena, sx_reason_of(in->arena, &err)).ptr);
}

enum sx_Signer sx_inspect_signer(enum sx_identity signer)
{
    static const enum sx_Signer names[] = {
        [SX_IDENTITY_NONE] = SX_SIGNER_NONE,
        [SX_IDENTITY_DEVELOPER_ID] = SX_SIGNER_DEVELOPER_ID,
        [SX_IDENTITY_APPLE] = SX_SIGNER_APPLE,
        [SX_IDENTITY_APP_STORE] = SX_SIGNER_APP_STORE,
        [SX_IDENTITY_DISTRIBUTION] = SX_SIGNER_DISTRIBUTION,
        [SX_IDENTITY_DEVELOPMENT] = SX_SIGNER_DEVELOPMENT,
        [SX_IDENTITY_TESTFLIGHT] = SX_SIGNER_TESTFLIGHT,
        [SX_IDENTITY_INSTALLER] = SX_SIGNER_INSTALLER,
        [SX_IDENTITY_STORE_INSTALLER] = SX_SIGNER_STORE_INSTALLER,
        [SX_IDENTITY_SELF_SIGNED] = SX_SIGNER_SELF_SIGNED,
        [SX_IDENTITY_OTHER] = SX_SIGNER_OTHER,
        /* signers of other things than code */
        [SX_IDENTITY_PROFILE] = SX_SIGNER_OTHER,
        [SX_IDENTITY_TICKET] = SX_SIGNER_OTHER,
        [SX_IDENTITY_TIMESTAMP] = SX_SIGNER_OTHER,
    };
    return names[signer];
}

void sx_inspect_verdict(const struct sx_verdict *verdict, struct sx_problems *problems)
{
    static const enum sx_ProblemKind kinds[] = {
#define X(name) [SX_FAULT_##name] = SX_PROBLEM_##name,
        SX_FAULTS(X)
#undef X
    };
    for (size_t i = 0; i < verdict->n; i++)
        sx_problem_add(problems, kinds[verdict->at[i].fault], (struct sx_str){ 0 },
                       verdict->at[i].off, sx_str_dup(problems->arena, verdict->at[i].detail));
}

struct sx_span sx_inspect_content(struct sx_subject *s, struct sx_span bytes)
{
    struct sx_cms *cms = SX_NEW(s->in->arena, struct sx_cms);
    struct sx_cms_request request = { .use = SX_CMS_PROFILE, .now = s->in->run->question.now };
    if (sx_plist_detect(bytes) != SX_PLIST_UNKNOWN)
        return bytes;
    sx_cms_verify(s->in->trust, s->in->hasher, bytes, &request, s->in->arena, cms);
    return cms->content.len > 0 ? cms->content : bytes;
}

/* SPDX-License-Identifier: MIT */
#include "crypto/cms.h"

#include "base/buf.h"
#include "base/limits.h"
#include "crypto/timestamp_token.h"

#define OID_SIGNING_TIME    "1.2.840.113549.1.9.5"
#define OID_TIMESTAMP_TOKEN "1.2.840.113549.1.9.16.2.14"
#define OID_CDHASH_PLIST    "1.2.840.113635.100.9.1"
#define OID_CDHASH_ENTRIES  "1.2.840.113635.100.9.2"
#define OID_CODE_SIGNING    "1.3.6.1.5.5.7.3.3"

/* One verification. */
struct run {
    struct sx_check check;
    const struct sx_cms_request *request;
    const struct sx_signed_data *data;
    size_t leaf;
    struct sx_cms *out;
};

static bool fail(const struct run *run, enum sx_fault fault, uint64_t off, const char *why)
{
    return sx_verdict_add(run->check.verdict, run->check.arena, fault, off, "%s", why);
}

/* --- attributes --- */

static void read_signing_time(struct run *run)
{
    struct sx_ber value;
    if (sx_attribute_value(sx_attribute_find(&run->data->signer.signed_attrs, OID_SIGNING_TIME),
                           &value))
        run->out->signing_time.has = sx_ber_time(&value, &run->out->signing_time.t);
}

static void read_cdhash_plist(struct run *run)
{
    struct sx_ber value;
    if (!sx_attribute_value(sx_attribute_find(&run->data->signer.signed_attrs, OID_CDHASH_PLIST),
                            &value))
        return;
    run->out->has_cdhash_plist = true;
    run->out->cdhash_plist = value.contents;
}

static bool read_cdhash_entry(struct sx_ber_reader *values, struct sx_arena *arena,
                              struct sx_cdhash_entry *out)
{
    struct sx_err ignored = { 0 };
    struct sx_ber_reader fields;
    struct sx_ber whole, oid, digest;
    *out = (struct sx_cdhash_entry){ 0 };
    if (!sx_ber_next(values, "cdhash entry", &whole, &ignored)) {
        values->pos = values->in.len;
        return false;
    }
    fields = sx_ber_reader(whole.contents, SX_DER);
    if (whole.tag != SX_BER_SEQUENCE ||
        !sx_ber_take(&fields, SX_BER_OID, "algorithm", &oid, &ignored) ||
        !sx_ber_take(&fields, SX_BER_OCTET_STRING, "digest", &digest, &ignored))
        return false;
    out->algorithm = sx_oid_text(arena, oid.contents);
    out->hash = sx_hash_of_oid(oid.contents);
    out->digest = digest.contents;
    return out->algorithm.ptr != NULL;
}

static bool has_algorithm(const struct sx_cdhash_entry *entries, size_t n, struct sx_str algorithm)
{
    for (size_t i = 0; i < n; i++)
        if (sx_str_cmp(entries[i].algorithm, algorithm) == 0)
            return true;
    return false;
}

/* Apple's verifier makes a dictionary of the entries, and refuses when it has fewer members than
 * the attribute has values (Security, cmssiginfo.c). */
static void read_cdhash_entries(struct run *run)
{
    const struct sx_attribute *attribute =
        sx_attribute_find(&run->data->signer.signed_attrs, OID_CDHASH_ENTRIES);
    if (attribute == NULL)
        return;
    struct sx_cms *out = run->out;
    SX_VEC(struct sx_cdhash_entry) entries = { 0 };
    struct sx_ber_reader values = sx_ber_reader(attribute->values, SX_DER);
    while (!sx_ber_at_end(&values) && entries.n <= SX_MAX_ATTRIBUTES) {
        struct sx_cdhash_entry entry;
        if (!read_cdhash_entry(&values, run->check.arena, &entry) ||
            has_algorithm(entries.at, entries.n, entry.algorithm))
            out->cdhash_entries_broken = true;
        SX_PUSH(run->check.arena, &entries, entry);
    }
    out->has_cdhash_entries = true;
    out->cdhash_entries = entries.at;
    out->n_cdhash_entries = entries.n;
}

/* --- timestamp --- */

/* Unsigned attributes are there for the token only: without one the signature is refused
 * (Security, cmssiginfo.c, SecCmsSignerInfoVerifyUnAuthAttrs). */
static void check_timestamp(struct run *run, struct sx_token *token)
{
    struct sx_cms *out = run->out;
    const struct sx_attributes *list = &run->data->signer.unsigned_attrs;
    struct sx_ber value;
    if (list->n == 0)
        return;
    const struct sx_attribute *attribute = sx_attribute_find(list, OID_TIMESTAMP_TOKEN);
    if (attribute == NULL) {
        fail(run, SX_FAULT_TIMESTAMP_ATTRIBUTE_MISSING, list->whole.off,
             "the unsigned attributes hold no timestamp token, or more than one");
        return;
    }
    out->has_token = true;
    if (!sx_attribute_value(attribute, &value)) {
        fail(run, SX_FAULT_TIMESTAMP_UNREADABLE, attribute->off, "no single token");
        return;
    }
    out->has_timestamp =
        sx_token_verify(&run->check, value.whole, run->data->signer.signature, token);
    out->timestamp = token->stamp;
}

/* --- chain --- */

static void add_path_fault(struct run *run, enum sx_fault fault, const struct sx_path *path,
                           enum sx_path_fault from)
{
    struct sx_arena *arena = run->check.arena;
    const struct sx_cert *cert = path->faults[from].cert;
    struct sx_str subject = sx_escape(arena, cert->subject.text);
    struct sx_str at = sx_time_text(arena, run->out->judged_at);
    sx_verdict_add(run->check.verdict, arena, fault, cert->der.off, "%.*s: %s (judged at %.*s)",
                   SX_STR_ARG(subject), path->faults[from].why, SX_STR_ARG(at));
}

/* A certificate that is not valid at the time of judgement is fatal when a timestamp proves that
 * time. Else Apple's verifier tries again and tolerates it, unless the CodeDirectory asks for
 * expiration (Security, StaticCode.cpp, verifySignature). */
static void judge_validity(struct run *run, const struct sx_path *path)
{
    static const struct {
        enum sx_path_fault from;
        enum sx_fault fault;
    } rows[] = { { SX_PATH_EXPIRED, SX_FAULT_CERTIFICATE_EXPIRED },
                 { SX_PATH_NOT_YET_VALID, SX_FAULT_CERTIFICATE_NOT_YET_VALID } };
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        if (path->faults[rows[i].from].cert == NULL)
            continue;
        if (run->out->has_timestamp || run->request->check_expiration)
            add_path_fault(run, rows[i].fault, path, rows[i].from);
        else
            run->out->is_expired = true;
    }
}

static void check_chain(struct run *run)
{
    struct sx_cms *out = run->out;
    struct sx_path path;
    out->judged_at = out->has_timestamp      ? out->timestamp.time
                     : out->signing_time.has ? out->signing_time.t
                                             : run->request->now;
    sx_path_find(run->check.hasher, run->check.trust, &run->data->certs, run->leaf, out->judged_at,
                 run->check.arena, &path);
    out->chain = path.chain;
    out->signer = sx_chain_signer(&path.chain);
    if (path.chain.n > 0)
        out->team = path.chain.certs[0].organizational_unit;
    if (path.faults[SX_PATH_INCOMPLETE].cert != NULL)
        add_path_fault(run, SX_FAULT_CHAIN_INCOMPLETE, &path, SX_PATH_INCOMPLETE);
    if (path.faults[SX_PATH_INVALID].cert != NULL)
        add_path_fault(run, SX_FAULT_CHAIN_INVALID, &path, SX_PATH_INVALID);
    judge_validity(run, &path);
}

/* What draws to Apple has to be stamped by Apple: the token has to carry one of the anchors, and
 * its own chain has to end in one, which Apple's verifier asks of the system's store. A stamp by
 * anybody else is none. */
static void check_authority(struct run *run, const struct sx_token *token)
{
    struct sx_cms *out = run->out;
    if (!out->has_timestamp || !sx_chain_is_trusted(&out->chain))
        return;
    if (token->carries_anchor && sx_chain_is_trusted(&out->timestamp.chain))
        return;
    fail(run, SX_FAULT_TIMESTAMP_NOT_APPLE, run->data->signer.off,
         token->carries_anchor
             ? "the signature is Apple's, and the token's own chain ends in another root"
             : "the signature is Apple's, and the token carries no root of Apple's");
    out->has_timestamp = false;
}

/* --- what the use of a signature demands --- */

/* Security, SecPolicy.c: SecPolicyCreateCodeSigning. */
static void check_purpose_of_code(struct run *run)
{
    const struct sx_cert *leaf = &run->data->certs.plain[run->leaf];
    if (!sx_cert_has_usage(leaf, OID_CODE_SIGNING))
        fail(run, SX_FAULT_CERTIFICATE_PURPOSE_WRONG, leaf->der.off,
             "the leaf's extended key usage does not list code signing");
    else if (leaf->has_key_usage &&
             (leaf->key_usage & (SX_USAGE_DIGITAL_SIGNATURE | SX_USAGE_NON_REPUDIATION)) == 0)
        fail(run, SX_FAULT_CERTIFICATE_PURPOSE_WRONG, leaf->der.off,
             "the leaf's key usage does not allow signatures");
}

/* Security, SecPolicy.c: SecPolicyCreateOSXProvisioningProfileSigning and the one of iOS. */
static void check_purpose_of_profile(struct run *run)
{
    const struct sx_cert *leaf = &run->data->certs.plain[run->leaf];
    if (run->out->signer != SX_IDENTITY_PROFILE)
        fail(run, SX_FAULT_CERTIFICATE_PURPOSE_WRONG, leaf->der.off,
             "the leaf is no profile signer of Apple's");
}

static void check_purpose(struct run *run)
{
    switch (run->request->use) {
    case SX_CMS_CODE:
        check_purpose_of_code(run);
        break;
    case SX_CMS_PROFILE:
        check_purpose_of_profile(run);
        break;
    case SX_CMS_PACKAGE: /* basic X.509; the installer's own rules ask for the signer */
        break;
    }
}

/* What Apple's verifier does not refuse, and people should know. */
static void add_remarks(struct run *run)
{
    struct sx_cms *out = run->out;
    const struct sx_cert *leaf = &run->data->certs.plain[run->leaf];
    if (run->request->use != SX_CMS_PROFILE && !out->has_token &&
        out->signer != SX_IDENTITY_APPLE && leaf->not_after.has &&
        sx_time_cmp(leaf->not_after.t, run->request->now) < 0)
        fail(run, SX_FAULT_EXPIRED_WITHOUT_TIMESTAMP, leaf->der.off,
             "the leaf has expired, and no timestamp says that the signature is older");
    struct sx_str marker = sx_chain_false_marker(&out->chain);
    if (marker.ptr != NULL)
        sx_verdict_add(run->check.verdict, run->check.arena, SX_FAULT_LOOK_ALIKE, leaf->der.off,
                       "the chain carries Apple's marker %.*s, and its root is not Apple's",
                       SX_STR_ARG(marker));
}

/* --- the whole --- */

static void verify(struct run *run)
{
    static const struct sx_signer_faults faults = { SX_FAULT_CMS_ATTRIBUTE_COUNT,
                                                    SX_FAULT_CMS_DIGEST_WRONG,
                                                    SX_FAULT_CMS_SIGNATURE_WRONG };
    struct sx_token token = { 0 };
    const struct sx_signed_data *data = run->data;
    struct sx_span content =
        run->request->use == SX_CMS_PROFILE ? data->content : run->request->content;
    sx_signer_check(&run->check, data, run->leaf, content, &faults);
    read_signing_time(run);
    read_cdhash_plist(run);
    read_cdhash_entries(run);
    check_timestamp(run, &token);
    if (run->leaf == data->certs.n)
        return; /* already said: nobody's signature */
    check_chain(run);
    check_purpose(run);
    check_authority(run, &token);
    add_remarks(run);
}

static uint64_t limit_of(enum sx_cms_use use)
{
    return use == SX_CMS_PROFILE ? SX_MAX_SMALL_FILE : SX_MAX_CMS;
}

static bool parse(struct run *run, struct sx_span in, struct sx_signed_data *data,
                  struct sx_err *err)
{
    enum sx_cms_use use = run->request->use;
    if (in.len > limit_of(use))
        return sx_fail(err, SX_E_LIMIT, in.off, "CMS: %zu bytes, at most %llu", in.len,
                       (unsigned long long)limit_of(use));
    SX_TRY(sx_signed_data_parse(run->check.hasher, in, run->check.arena, data, err));
    if (use == SX_CMS_PROFILE && !data->has_content)
        return sx_fail(err, SX_E_FORMAT, data->signer.off, "CMS: carries no content");
    return true;
}

void sx_cms_verify(const struct sx_trust *trust, struct sx_hasher *hasher, struct sx_span in,
                   const struct sx_cms_request *request, struct sx_arena *arena, struct sx_cms *out)
{
    SX_AUTO(sx_signed_data_release) struct sx_signed_data data = { 0 };
    struct sx_err err = { 0 };
    *out = (struct sx_cms){ 0 };
    struct run run = { { trust, hasher, arena, &out->verdict }, request, &data, 0, out };
    if (!parse(&run, in, &data, &err)) {
        fail(&run, SX_FAULT_CMS_UNREADABLE, err.off, err.what);
        return;
    }
    out->len = data.len;
    out->n_signers = data.n_signers;
    out->off = data.signer.off;
    out->content = data.content;
    if (data.n_signers > 1)
        sx_verdict_add(&out->verdict, arena, SX_FAULT_SEVERAL_SIGNERS, data.signer.off,
                       "%zu signers, of which Apple's verifier reads the first", data.n_signers);
    run.leaf = sx_signer_cert(&data);
    verify(&run);
}

void sx_cms_check_team(struct sx_cms *cms, struct sx_str team, struct sx_arena *arena)
{
    if (team.ptr == NULL || cms->team.ptr == NULL || sx_str_eq(team, cms->team) ||
        !sx_chain_is_apple_developer(&cms->chain))
        return;
    struct sx_str found = sx_escape(arena, team), want = sx_escape(arena, cms->team);
    sx_verdict_add(&cms->verdict, arena, SX_FAULT_TEAM_WRONG, cms->off,
                   "the CodeDirectory's team is %.*s, the certificate's %.*s", SX_STR_ARG(found),
                   SX_STR_ARG(want));
}

/* SPDX-License-Identifier: MIT */
/* Provisioning profiles (TN3125): a CMS signed by Apple around a property list, which holds, since
 * 2021, a second CMS around the same in DER. Current systems read the DER form; where there is
 * one, the facts are its. */
#include "base/buf.h"
#include "base/limits.h"
#include "entitlements/compare.h"
#include "entitlements/der.h"
#include "entitlements/profile.h"
#include "entitlements/where.h"
#include "inspect/signing.h"
#include "value/plist.h"

/* Members that the profile's content fills, for marking them when it cannot be read. */
static const char *const members[] = {
    "name",         "uuid",         "kind",      "platforms",    "teamIdentifiers", "teamName",
    "appIdPrefix",  "appId",        "created",   "expires",      "allDevices",      "devices",
    "certificates", "entitlements", "encodings", "xcodeManaged",
};

/* A profile in the making. */
struct work {
    struct sx_subject *s;
    struct sx_arena *arena;
    struct sx_Profile *out;
    struct sx_problems problems;
    const struct sx_map *plist, *der; /* `der` is NULL when there is none, or it cannot be used */
    const struct sx_value *encoded;   /* the DER form as the property list holds it */
    struct sx_span text;              /* of the property list */
};

/* What is said of the DER form begins with its name, as its bytes lie in no file. */
static const char der_name[] = "DER-Encoded-Profile: ";

static void problem(struct work *w, enum sx_ProblemKind what, uint64_t off, const char *form,
                    struct sx_str detail)
{
    sx_problem_add(&w->problems, what, (struct sx_str){ 0 }, off,
                   sx_str_printf(w->arena, "%s%.*s", form, SX_STR_ARG(detail)));
}

/* Who signed, when it was no signer of profiles. */
static struct sx_str signer_phrase(struct sx_arena *arena, const struct sx_cms *cms)
{
    struct sx_str who = sx_escape(arena, cms->chain.certs[0].subject.text);
    const char *but = sx_chain_is_trusted(&cms->chain) ? "which signs no profiles"
                      : cms->signer == SX_IDENTITY_SELF_SIGNED
                          ? "a certificate that signs itself"
                          : "whose chain does not end at Apple";
    return sx_str_printf(arena, "signed by %.*s, %s", SX_STR_ARG(who), but);
}

/* A profile that is not Apple's, or not as Apple signed it, grants nothing. */
static void check_signer(struct work *w, const struct sx_cms *cms, uint64_t off, const char *form)
{
    static const enum sx_fault altered[] = { SX_FAULT_CMS_DIGEST_WRONG,
                                             SX_FAULT_CMS_SIGNATURE_WRONG,
                                             SX_FAULT_CMS_ATTRIBUTE_COUNT };
    for (size_t i = 0; i < cms->verdict.n; i++)
        for (size_t k = 0; k < SX_LEN(altered); k++)
            if (cms->verdict.at[i].fault == altered[k])
                problem(w, SX_PROBLEM_PROFILE_SIGNATURE_WRONG, off, form,
                        cms->verdict.at[i].detail);
    if (cms->signer != SX_IDENTITY_PROFILE && cms->chain.n > 0)
        problem(w, SX_PROBLEM_PROFILE_NOT_APPLE, off, form, signer_phrase(w->arena, cms));
}

static struct sx_cms *verify(struct work *w, struct sx_span bytes)
{
    struct sx_inspector *in = w->s->in;
    struct sx_cms *cms = SX_NEW(w->arena, struct sx_cms);
    struct sx_cms_request request = { .use = SX_CMS_PROFILE, .now = in->run->question.now };
    sx_cms_verify(in->trust, in->hasher, bytes, &request, w->arena, cms);
    return cms;
}

/* The property list. Build systems keep profiles as bare ones; they are read, and are nobody's. */
static struct sx_span content_of(struct work *w, struct sx_span bytes)
{
    if (sx_plist_detect(bytes) != SX_PLIST_UNKNOWN) {
        problem(w, SX_PROBLEM_PROFILE_NOT_APPLE, 0, "",
                SX_STR("a property list without signature"));
        return bytes;
    }
    struct sx_cms *cms = verify(w, bytes);
    if (cms->n_signers > 0)
        check_signer(w, cms, cms->off, "");
    return cms->content;
}

static bool read_plist(struct work *w, struct sx_str path, struct sx_err *err)
{
    struct sx_span bytes;
    struct sx_plist plist;
    struct sx_document *document = SX_NEW(w->arena, struct sx_document);
    SX_TRY(sx_subject_read(w->s, path, SX_MAX_SMALL_FILE, &bytes, err));
    w->text = content_of(w, bytes);
    if (w->text.len == 0)
        return sx_fail(err, SX_E_FORMAT, 0, "neither a signed nor a plain property list");
    *document = (struct sx_document){ .title = SX_STR("profile"),
                                      .path = w->out->path,
                                      .text = sx_str_of_span(w->text),
                                      .off = w->text.off };
    w->out->head.document = document;
    SX_TRY(sx_plist_parse(w->text, w->arena, &plist, err));
    if (plist.root.kind != SX_MAP)
        return sx_fail(err, SX_E_FORMAT, w->text.off, "the property list is no dictionary");
    w->plist = plist.root.map;
    return true;
}

/* The DER form */

static uint64_t place_of(const struct work *w, const struct sx_value *value)
{
    return value->pos > 0 ? w->text.off + value->pos - 1 : SX_NOWHERE;
}

static bool decode(struct work *w, struct sx_err *err)
{
    if (w->encoded->kind != SX_BYTES)
        return sx_fail(err, SX_E_FORMAT, 0, "no data");
    struct sx_cms *cms =
        verify(w, (struct sx_span){ (const uint8_t *)w->encoded->str.ptr, w->encoded->str.len, 0 });
    if (cms->n_signers == 0 || cms->content.len == 0)
        return sx_fail(err, SX_E_FORMAT, 0, "no signed content");
    check_signer(w, cms, place_of(w, w->encoded), der_name);
    return sx_der_parse(cms->content, SX_DER_PROFILE, w->arena, &w->der, err);
}

static void compare(struct work *w)
{
    struct sx_difference d;
    const struct sx_map *plist = sx_profile_comparable(w->plist, w->s->in->hasher, w->arena);
    const struct sx_map *der = sx_profile_comparable_der(w->der, w->arena);
    if (sx_compare(plist, der, w->arena, &d))
        problem(w, SX_PROBLEM_PROFILE_ENCODINGS_DIFFER, place_of(w, w->encoded), "",
                sx_difference_text(&d, "the property list", "the DER form", w->arena));
}

static void read_der(struct work *w)
{
    struct sx_err err = { 0 };
    w->encoded = sx_map_get(w->plist, SX_STR("DER-Encoded-Profile"));
    if (w->encoded == NULL)
        return;
    if (decode(w, &err))
        compare(w);
    else
        problem(w, SX_PROBLEM_PROFILE_UNREADABLE, place_of(w, w->encoded), der_name,
                sx_reason_of(w->arena, &err));
}

/* Facts */

/* Apple writes OSX; profiles made by hand, and iOS ones, have other spellings. */
static struct sx_strs platforms_of(struct sx_strs written, struct sx_arena *arena)
{
    static const struct {
        const char *written;
        enum sx_Platform platform;
    } table[] = {
        { "OSX", SX_PLATFORM_MACOS },       { "macOS", SX_PLATFORM_MACOS },
        { "iOS", SX_PLATFORM_IOS },         { "tvOS", SX_PLATFORM_TVOS },
        { "watchOS", SX_PLATFORM_WATCHOS }, { "visionOS", SX_PLATFORM_VISIONOS },
        { "xrOS", SX_PLATFORM_VISIONOS },
    };
    struct sx_str *names = SX_NEW_N(arena, struct sx_str, written.n);
    for (size_t i = 0; i < written.n; i++) {
        names[i] = sx_Platform_name(SX_PLATFORM_UNKNOWN);
        for (size_t k = 0; k < SX_LEN(table); k++)
            if (sx_str_is(written.at[i], table[k].written))
                names[i] = sx_Platform_name(table[k].platform);
    }
    return (struct sx_strs){ names, written.n };
}

/* Certificates stand whole in the property list. The DER form says which of them count, and of
 * others it gives no more than the fingerprint. */
static struct sx_objs certificates_of(struct work *w, struct sx_strs listed)
{
    struct sx_inspector *in = w->s->in;
    struct sx_profile whole;
    SX_VEC(const struct sx_object *) all = { 0 };
    sx_profile_read(w->plist, w->arena, &whole);
    for (size_t i = 0; i < whole.certificates.n; i++) {
        struct sx_span der = { (const uint8_t *)whole.certificates.at[i].ptr,
                               whole.certificates.at[i].len, 0 };
        const struct sx_Certificate *cert = sx_inspect_certificate(in, der);
        if (w->der == NULL)
            SX_PUSH(w->arena, &all, &cert->head);
    }
    for (size_t i = 0; w->der != NULL && i < listed.n; i++)
        SX_PUSH(w->arena, &all, &sx_inspect_fingerprint(in, listed.at[i])->head);
    return (struct sx_objs){ all.at, all.n };
}

static struct sx_strs encodings_of(const struct work *w)
{
    struct sx_str *names = SX_NEW_N(w->arena, struct sx_str, 2);
    names[0] = sx_Encoding_name(SX_ENCODING_PLIST);
    names[1] = sx_Encoding_name(SX_ENCODING_DER);
    return (struct sx_strs){ names, w->encoded != NULL ? 2 : 1 };
}

/* A value of another type than its key has leaves the member without value, and is said once. */
static void tell_faults(struct work *w, const struct sx_profile *profile)
{
    static const struct {
        const char *key, *member;
    } table[] = {
        { "Name", "name" },
        { "UUID", "uuid" },
        { "TeamName", "teamName" },
        { "ProfileDistributionType", "kind" },
        { "Platform", "platforms" },
        { "TeamIdentifier", "teamIdentifiers" },
        { "ProvisionedDevices", "devices" },
        { "CreationDate", "created" },
        { "ExpirationDate", "expires" },
        { "ProvisionsAllDevices", "allDevices" },
        { "IsXcodeManaged", "xcodeManaged" },
        { "Entitlements", "entitlements" },
        { "DeveloperCertificates", "certificates" },
    };
    for (size_t i = 0; i < profile->n_faults; i++) {
        const struct sx_profile_fault *fault = &profile->faults[i];
        uint64_t off = place_of(w, fault->value);
        struct sx_str reason = sx_str_printf(w->arena, "%s has %.*s", fault->key,
                                             SX_STR_ARG(sx_value_phrase(fault->value, w->arena)));
        problem(w, SX_PROBLEM_PROFILE_UNREADABLE, off, "", reason);
        for (size_t k = 0; k < SX_LEN(table); k++)
            if (strcmp(table[k].key, fault->key) == 0)
                sx_fact_unread(&w->out->head, w->arena, table[k].member, SX_UNREAD_BROKEN, reason,
                               off != SX_NOWHERE ? (int64_t)off : -1);
    }
}

static void fill(struct work *w)
{
    static const uint16_t kinds[] = {
        [SX_PROFILE_UNKNOWN] = SX_PROFILE_KIND_UNKNOWN,
        [SX_PROFILE_DEVELOPMENT] = SX_PROFILE_KIND_DEVELOPMENT,
        [SX_PROFILE_DEVELOPER_ID] = SX_PROFILE_KIND_DEVELOPER_ID,
        [SX_PROFILE_APP_STORE] = SX_PROFILE_KIND_APP_STORE,
        [SX_PROFILE_AD_HOC] = SX_PROFILE_KIND_AD_HOC,
        [SX_PROFILE_ENTERPRISE] = SX_PROFILE_KIND_ENTERPRISE,
    };
    struct sx_Profile *out = w->out;
    struct sx_profile profile;
    sx_profile_read(w->der != NULL ? sx_with_positions(w->der, w->plist, w->arena) : w->plist,
                    w->arena, &profile);
    out->name = profile.name;
    out->uuid = profile.uuid;
    out->kind = kinds[profile.type];
    out->platforms = platforms_of(profile.platforms, w->arena);
    out->teamIdentifiers = profile.team_identifiers;
    out->teamName = profile.team_name;
    out->appIdPrefix = profile.app_id_prefix;
    out->appId = profile.app_id;
    out->created = profile.created;
    out->expires = profile.expires;
    out->allDevices = profile.all_devices;
    out->devices = profile.devices;
    out->certificates = certificates_of(w, profile.certificates);
    out->entitlements = profile.entitlements;
    out->encodings = encodings_of(w);
    out->xcodeManaged = profile.xcode_managed;
    tell_faults(w, &profile);
}

const struct sx_Profile *sx_inspect_profile(struct sx_subject *s, struct sx_str path)
{
    struct work w = { .s = s,
                      .arena = s->in->arena,
                      .out = SX_FACT(s->in->arena, Profile),
                      .problems = { .arena = s->in->arena } };
    struct sx_err err = { 0 };
    w.out->path = sx_subject_path(s, path);
    w.out->quarantined = sx_is_quarantined(s, path);
    if (read_plist(&w, path, &err)) {
        read_der(&w);
        fill(&w);
    } else {
        sx_unread_all(&w.out->head, w.arena, members, SX_LEN(members), &err);
        if (sx_is_broken(&err))
            problem(&w, SX_PROBLEM_PROFILE_UNREADABLE, err.off, "", sx_reason_of(w.arena, &err));
    }
    w.out->problems = sx_problems_list(&w.problems);
    return w.out;
}

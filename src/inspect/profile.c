/* SPDX-License-Identifier: MIT */
/* Provisioning profiles (TN3125): a CMS signed by Apple around a property list. */
#include "inspect/signing.h"
#include "base/buf.h"
#include "base/limits.h"
#include "value/plist.h"

/* Members that the property list fills, for marking them when it cannot be read. */
static const char *const plist_members[] = {
    "name",         "uuid",         "kind",      "platforms",    "teamIdentifiers", "teamName",
    "appIdPrefix",  "appId",        "created",   "expires",      "allDevices",      "devices",
    "certificates", "entitlements", "encodings", "xcodeManaged",
};

/* The place where the system looks for a bundle's profile. */
struct sx_str sx_embedded_profile(const struct sx_subject *s, const struct sx_bundle *bundle)
{
    static const char *const names[] = { "embedded.provisionprofile", "embedded.mobileprovision" };
    for (size_t i = 0; i < SX_LEN(names); i++) {
        struct sx_str path = sx_path_join(s->in->arena, bundle->support, sx_str_of(names[i]));
        if (sx_tree_has(s->tree, path, SX_ENTRY_FILE))
            return path;
    }
    return (struct sx_str){ 0 };
}

static struct sx_opt_time time_of(const struct sx_map *plist, const char *key)
{
    const struct sx_value *v = sx_map_get(plist, sx_str_of(key));
    if (v == NULL || v->kind != SX_TIMESTAMP)
        return (struct sx_opt_time){ 0 };
    return (struct sx_opt_time){ true, v->time };
}

/* Apple writes OSX; profiles made by hand, and iOS ones, have other spellings. */
static struct sx_strs platforms_of(const struct sx_map *plist, struct sx_arena *arena)
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
    struct sx_strs written = sx_map_strs(plist, "Platform", arena);
    struct sx_str *names = SX_NEW_N(arena, struct sx_str, written.n);
    for (size_t i = 0; i < written.n; i++) {
        names[i] = sx_Platform_name(SX_PLATFORM_UNKNOWN);
        for (size_t k = 0; k < SX_LEN(table); k++)
            if (sx_str_is(written.at[i], table[k].written))
                names[i] = sx_Platform_name(table[k].platform);
    }
    return (struct sx_strs){ names, written.n };
}

static bool is_true(const struct sx_map *map, const char *key)
{
    bool value = false;
    return sx_map_bool(map, key, &value) && value;
}

/* The kind, from what the property list alone tells: a profile for all devices is a Developer ID
 * one on macOS and an enterprise one elsewhere; a list of devices is for development when the
 * code may be debugged; a profile with neither is for the store. */
static enum sx_ProfileKind kind_of(const struct sx_Profile *p)
{
    bool is_mac = sx_strs_has(p->platforms, sx_Platform_name(SX_PLATFORM_MACOS));
    bool debug = is_true(p->entitlements, "get-task-allow") ||
                 is_true(p->entitlements, "com.apple.security.get-task-allow");
    if (p->allDevices)
        return is_mac ? SX_PROFILE_KIND_DEVELOPER_ID : SX_PROFILE_KIND_ENTERPRISE;
    if (p->devices.n > 0)
        return debug || is_mac ? SX_PROFILE_KIND_DEVELOPMENT : SX_PROFILE_KIND_AD_HOC;
    return SX_PROFILE_KIND_APP_STORE;
}

static struct sx_objs certificates_of(struct sx_subject *s, const struct sx_map *plist)
{
    const struct sx_value *list = sx_map_get(plist, SX_STR("DeveloperCertificates"));
    SX_VEC(const struct sx_object *) all = { 0 };
    for (size_t i = 0; list != NULL && list->kind == SX_LIST && i < list->list.n; i++) {
        struct sx_value v = sx_list_at(*list, i);
        struct sx_span der = { (const uint8_t *)v.str.ptr, v.str.len, 0 };
        const struct sx_Certificate *cert =
            v.kind == SX_BYTES ? sx_inspect_certificate(s->in, der) : NULL;
        if (cert != NULL)
            SX_PUSH(s->in->arena, &all, &cert->head);
    }
    return (struct sx_objs){ all.at, all.n };
}

/* The App ID in the entitlements is "PREFIX.identifier"; macOS and iOS spell the key differently.
 */
static void split_app_id(struct sx_Profile *p)
{
    struct sx_str whole = { 0 };
    if (!sx_map_str(p->entitlements, "com.apple.application-identifier", &whole) &&
        !sx_map_str(p->entitlements, "application-identifier", &whole))
        return;
    size_t dot = sx_str_find(whole, SX_STR("."));
    if (dot == whole.len)
        return;
    p->appIdPrefix = sx_str_sub(whole, 0, dot);
    p->appId = sx_str_sub(whole, dot + 1, whole.len);
}

static struct sx_strs encodings_of(const struct sx_map *plist, struct sx_arena *arena)
{
    struct sx_str *names = SX_NEW_N(arena, struct sx_str, 2);
    bool has_der = sx_map_get(plist, SX_STR("DER-Encoded-Profile")) != NULL;
    names[0] = sx_Encoding_name(SX_ENCODING_PLIST);
    names[1] = sx_Encoding_name(SX_ENCODING_DER);
    return (struct sx_strs){ names, has_der ? 2 : 1 };
}

static void read_keys(struct sx_subject *s, struct sx_Profile *p, const struct sx_map *plist)
{
    struct sx_arena *arena = s->in->arena;
    sx_map_str(plist, "Name", &p->name);
    sx_map_str(plist, "UUID", &p->uuid);
    sx_map_str(plist, "TeamName", &p->teamName);
    sx_map_map(plist, "Entitlements", &p->entitlements);
    p->platforms = platforms_of(plist, arena);
    p->teamIdentifiers = sx_map_strs(plist, "TeamIdentifier", arena);
    p->created = time_of(plist, "CreationDate");
    p->expires = time_of(plist, "ExpirationDate");
    p->allDevices = is_true(plist, "ProvisionsAllDevices");
    p->devices = sx_map_strs(plist, "ProvisionedDevices", arena);
    p->xcodeManaged = is_true(plist, "IsXcodeManaged");
    p->certificates = certificates_of(s, plist);
    p->encodings = encodings_of(plist, arena);
    p->kind = (uint16_t)kind_of(p);
    split_app_id(p);
}

/* A profile that is not Apple's grants nothing, however well it is signed. */
static void check_signer(struct sx_subject *s, const struct sx_cms *cms,
                         struct sx_problems *problems)
{
    static const enum sx_fault broken[] = { SX_FAULT_CMS_DIGEST_WRONG, SX_FAULT_CMS_SIGNATURE_WRONG,
                                            SX_FAULT_CMS_ATTRIBUTE_COUNT };
    for (size_t i = 0; i < cms->verdict.n; i++)
        for (size_t k = 0; k < SX_LEN(broken); k++)
            if (cms->verdict.at[i].fault == broken[k])
                sx_problem_add(problems, SX_PROBLEM_PROFILE_SIGNATURE_WRONG, (struct sx_str){ 0 },
                               cms->verdict.at[i].off,
                               sx_str_dup(s->in->arena, cms->verdict.at[i].detail));
    if (cms->signer == SX_IDENTITY_PROFILE)
        return;
    struct sx_str who = cms->chain.n > 0 ? cms->chain.certs[0].subject.text : SX_STR("nobody");
    sx_problem_add(
        problems, SX_PROBLEM_PROFILE_NOT_APPLE, (struct sx_str){ 0 }, cms->off,
        sx_str_printf(s->in->arena, "signed by %.*s", SX_STR_ARG(sx_escape(s->in->arena, who))));
}

static bool parse(struct sx_subject *s, struct sx_Profile *p, struct sx_span text,
                  struct sx_err *err)
{
    struct sx_plist plist;
    SX_TRY(sx_plist_parse(text, s->in->arena, &plist, err));
    if (plist.root.kind != SX_MAP)
        return sx_fail(err, SX_E_FORMAT, text.off, "the property list is no dictionary");
    read_keys(s, p, plist.root.map);
    return true;
}

/* Build systems keep profiles as bare property lists; they are read, and are nobody's. */
static struct sx_span content_of(struct sx_subject *s, struct sx_span bytes,
                                 struct sx_problems *problems)
{
    struct sx_cms *cms = SX_NEW(s->in->arena, struct sx_cms);
    struct sx_cms_request request = { .use = SX_CMS_PROFILE, .now = s->in->run->question.now };
    if (sx_plist_detect(bytes) != SX_PLIST_UNKNOWN) {
        sx_problem_add(problems, SX_PROBLEM_PROFILE_NOT_APPLE, (struct sx_str){ 0 }, 0,
                       SX_STR("a property list without signature"));
        return bytes;
    }
    sx_cms_verify(s->in->trust, s->in->hasher, bytes, &request, s->in->arena, cms);
    if (cms->n_signers > 0)
        check_signer(s, cms, problems);
    return cms->content;
}

static bool read_profile(struct sx_subject *s, struct sx_Profile *p, struct sx_str path,
                         struct sx_problems *problems, struct sx_err *err)
{
    struct sx_span bytes;
    SX_TRY(sx_subject_read(s, path, SX_MAX_SMALL_FILE, &bytes, err));
    struct sx_span text = content_of(s, bytes, problems);
    if (text.len == 0)
        return sx_fail(err, SX_E_FORMAT, 0, "neither a signed nor a plain property list");
    struct sx_document *document = SX_NEW(s->in->arena, struct sx_document);
    *document = (struct sx_document){
        .title = SX_STR("profile"), .path = p->path, .text = sx_str_of_span(text), .off = text.off
    };
    p->head.document = document;
    return parse(s, p, text, err);
}

const struct sx_Profile *sx_inspect_profile(struct sx_subject *s, struct sx_str path)
{
    struct sx_Profile *p = SX_FACT(s->in->arena, Profile);
    struct sx_problems problems = { .arena = s->in->arena };
    struct sx_err err = { 0 };
    p->path = sx_subject_path(s, path);
    if (!read_profile(s, p, path, &problems, &err)) {
        sx_unread_all(&p->head, s->in->arena, plist_members, SX_LEN(plist_members), &err);
        if (sx_is_broken(&err))
            sx_problem_add(&problems, SX_PROBLEM_PROFILE_UNREADABLE, (struct sx_str){ 0 }, err.off,
                           sx_reason_of(s->in->arena, &err));
    }
    p->problems = sx_problems_list(&problems);
    return p;
}

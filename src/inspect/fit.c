/* SPDX-License-Identifier: MIT */
/* The profile of a bundle and the code that it lies with: what decides whether the one is for the
 * other. */
#include "entitlements/fit.h"
#include "inspect/inspector.h"

/* The kinds of profile that go with a certificate. */
static unsigned types_of(enum sx_Signer signer)
{
    static const struct {
        enum sx_Signer signer;
        unsigned types;
    } table[] = {
        { SX_SIGNER_DEVELOPER_ID, 1u << SX_PROFILE_DEVELOPER_ID },
        { SX_SIGNER_DEVELOPMENT, 1u << SX_PROFILE_DEVELOPMENT },
        { SX_SIGNER_DISTRIBUTION,
          1u << SX_PROFILE_APP_STORE | 1u << SX_PROFILE_AD_HOC | 1u << SX_PROFILE_ENTERPRISE },
    };
    for (size_t i = 0; i < SX_LEN(table); i++)
        if (table[i].signer == signer)
            return table[i].types;
    return 0;
}

static enum sx_profile_type type_of(const struct sx_Profile *profile)
{
    static const enum sx_profile_type types[] = {
        [SX_PROFILE_KIND_UNKNOWN] = SX_PROFILE_UNKNOWN,
        [SX_PROFILE_KIND_DEVELOPMENT] = SX_PROFILE_DEVELOPMENT,
        [SX_PROFILE_KIND_DEVELOPER_ID] = SX_PROFILE_DEVELOPER_ID,
        [SX_PROFILE_KIND_APP_STORE] = SX_PROFILE_APP_STORE,
        [SX_PROFILE_KIND_AD_HOC] = SX_PROFILE_AD_HOC,
        [SX_PROFILE_KIND_ENTERPRISE] = SX_PROFILE_ENTERPRISE,
    };
    return profile->kind < SX_LEN(types) ? types[profile->kind] : SX_PROFILE_UNKNOWN;
}

static bool is_sound(const struct sx_Profile *profile)
{
    return !sx_has_problem(profile->problems, SX_PROBLEM_PROFILE_NOT_APPLE) &&
           !sx_has_problem(profile->problems, SX_PROBLEM_PROFILE_SIGNATURE_WRONG) &&
           !sx_has_problem(profile->problems, SX_PROBLEM_PROFILE_UNREADABLE);
}

/* Catalyst code and drivers run with profiles for macOS (real artifacts). */
static struct sx_str platform_of(const struct sx_Slice *slice)
{
    bool is_mac =
        slice->platform == SX_PLATFORM_CATALYST || slice->platform == SX_PLATFORM_DRIVERKIT;
    return sx_Platform_name(is_mac ? SX_PLATFORM_MACOS : (enum sx_Platform)slice->platform);
}

static struct sx_strs fingerprints_of(struct sx_arena *arena, struct sx_objs certificates)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, certificates.n);
    for (size_t i = 0; i < certificates.n; i++)
        at[i] = SX_AT(Certificate, certificates, i)->sha256;
    return (struct sx_strs){ at, certificates.n };
}

/* Sources will be signed by someone whom the profile lists. */
static bool is_to_be_signed(const struct sx_Signature *signature)
{
    const struct sx_member *member = sx_type_member(&sx_type_Signature, SX_STR("certificates"));
    return sx_object_get(&signature->head, member).kind == SX_UNKNOWN;
}

struct sx_fit sx_fit_of(struct sx_subject *s, const struct sx_Code *code,
                        const struct sx_Slice *slice)
{
    const struct sx_Profile *profile = code->profile;
    const struct sx_Signature *signature = slice->signature;
    struct sx_strs listed = fingerprints_of(s->in->arena, profile->certificates);
    struct sx_strs chain = fingerprints_of(s->in->arena, signature->certificates);
    if (is_to_be_signed(signature))
        chain = listed;
    return (struct sx_fit){
        .is_sound = is_sound(profile),
        .type = type_of(profile),
        .platforms = profile->platforms,
        .teams = profile->teamIdentifiers,
        .certificates = listed,
        .expires = profile->expires,
        .app_id = profile->appId,
        .types = types_of((enum sx_Signer)signature->signer),
        .platform = platform_of(slice),
        .team = signature->teamIdentifier,
        .leaf = chain.n > 0 ? chain.at[0] : (struct sx_str){ 0 },
        .identifier = code->identifier.ptr != NULL ? code->identifier : signature->identifier,
        .now = s->in->run->question.now,
    };
}

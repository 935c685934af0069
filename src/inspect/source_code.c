/* SPDX-License-Identifier: MIT */
/* The code object that a build would make of an entitlements file, an Info.plist and a profile.
 * What only a build decides is out of reach; who signs is whom channel or profile call for. */
#include "codesign/signature.h"
#include "inspect/source.h"

static const struct sx_str not_built = SX_LIT("known when it is built");
static const char *const profile_member = "profile";

static void out_of_reach(struct sx_object *object, struct sx_arena *arena,
                         const char *const *members, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sx_fact_unread(object, arena, members[i], SX_UNREAD_OUT_OF_REACH, not_built, -1);
}

/* All that a build decides of code, of a slice and of a signature. */
static void leave_to_build(struct sx_Code *code, struct sx_Slice *slice,
                           struct sx_Signature *signature, struct sx_arena *arena)
{
    static const char *const of_code[] = { "name",   "stem", "place", "nested", "contents",
                                           "ticket", "main", "minos", "seal",   "jobs" };
    static const char *const of_slice[] = { "offset",     "size",     "minos",   "sdk",
                                            "entryPoint", "segments", "dylibs",  "rpaths",
                                            "loads",      "imports",  "classes", "strings",
                                            "notarized" };
    static const char *const of_signature[] = {
        "state",           "flags",        "runtimeVersion",      "cdhash",
        "codeDirectories", "requirements", "explicitRequirement", "constraints",
        "certificates",    "signingTime",  "timestamp",           "entitlementsDER",
    };
    out_of_reach(&code->head, arena, of_code, SX_LEN(of_code));
    out_of_reach(&slice->head, arena, of_slice, SX_LEN(of_slice));
    out_of_reach(&signature->head, arena, of_signature, SX_LEN(of_signature));
}

static enum sx_Signer signer_of(const struct sx_question *question,
                                const struct sx_Profile *profile)
{
    static const enum sx_Signer by_channel[] = {
        [SX_CHANNEL_DEVELOPER_ID] = SX_SIGNER_DEVELOPER_ID,
        [SX_CHANNEL_ENTERPRISE_MDM] = SX_SIGNER_DEVELOPER_ID,
        [SX_CHANNEL_APP_STORE] = SX_SIGNER_DISTRIBUTION,
        [SX_CHANNEL_DEVELOPMENT] = SX_SIGNER_DEVELOPMENT,
    };
    static const enum sx_Signer by_profile[] = {
        [SX_PROFILE_KIND_DEVELOPER_ID] = SX_SIGNER_DEVELOPER_ID,
        [SX_PROFILE_KIND_DEVELOPMENT] = SX_SIGNER_DEVELOPMENT,
        [SX_PROFILE_KIND_APP_STORE] = SX_SIGNER_DISTRIBUTION,
        [SX_PROFILE_KIND_AD_HOC] = SX_SIGNER_DISTRIBUTION,
        [SX_PROFILE_KIND_ENTERPRISE] = SX_SIGNER_DISTRIBUTION,
    };
    if (question->channel < SX_LEN(by_channel) && by_channel[question->channel] != SX_SIGNER_ABSENT)
        return by_channel[question->channel];
    if (profile != NULL && profile->kind < SX_LEN(by_profile))
        return by_profile[profile->kind];
    return SX_SIGNER_ABSENT;
}

static enum sx_CodeKind kind_of(const struct sx_piece *info)
{
    static const struct {
        const char *type;
        enum sx_CodeKind kind;
    } table[] = {
        { "SYSX", SX_CODE_KIND_SYSTEM_EXTENSION },
        { "DEXT", SX_CODE_KIND_DRIVER_EXTENSION },
    };
    struct sx_str type;
    const struct sx_map *extension;
    if (info != NULL && sx_map_str(info->map, "CFBundlePackageType", &type))
        for (size_t i = 0; i < SX_LEN(table); i++)
            if (sx_str_is(type, table[i].type))
                return table[i].kind;
    if (info != NULL && sx_map_map(info->map, "NSExtension", &extension))
        return SX_CODE_KIND_APP_EXTENSION;
    return info != NULL && sx_map_map(info->map, "XPCService", &extension)
               ? SX_CODE_KIND_XPC_SERVICE
               : SX_CODE_KIND_APP;
}

/* The identifier as Info.plist has it, when that is no variable. */
static struct sx_str identifier_of(const struct sx_piece *info)
{
    struct sx_str identifier = { 0 };
    if (info == NULL || !sx_map_str(info->map, "CFBundleIdentifier", &identifier))
        return identifier;
    return sx_is_open(identifier) ? (struct sx_str){ 0 } : identifier;
}

static struct sx_variables variables_of(struct sx_arena *arena, const struct sx_Profile *profile,
                                        struct sx_str identifier)
{
    struct sx_variables v = { .arena = arena, .identifier = identifier };
    if (profile == NULL)
        return v;
    v.prefix = profile->appIdPrefix;
    if (profile->teamIdentifiers.n == 1)
        v.team = profile->teamIdentifiers.at[0];
    if (identifier.ptr == NULL && !sx_str_ends(profile->appId, SX_STR("*")))
        v.identifier = profile->appId;
    return v;
}

static void sign(struct sx_subject *s, const struct sx_piece *claims, struct sx_Code *code,
                 struct sx_Slice *slice, struct sx_Signature *signature,
                 const struct sx_variables *v)
{
    struct sx_signature read = { .entitlements = { .has = true, .bytes = claims->text } };
    struct sx_problems problems = { .arena = s->in->arena };
    signature->signer = (uint16_t)signer_of(&s->in->run->question, code->profile);
    signature->teamIdentifier = v->team;
    signature->identifier = v->identifier;
    if (sx_inspect_entitlements(s, &read, slice, signature, &problems)) {
        signature->entitlements = sx_expand_map(v, signature->entitlements);
        slice->entitlements = signature->entitlements;
    }
    signature->head.document = claims->document;
    signature->problems = sx_problems_list(&problems);
    sx_inspect_claims(s, code, slice);
}

static void leave_unknown(struct sx_Code *code, struct sx_Signature *signature,
                          struct sx_arena *arena)
{
    const struct {
        struct sx_object *object;
        const char *member;
        bool is_known;
    } all[] = {
        { &code->head, "identifier", code->identifier.ptr != NULL },
        { &signature->head, "signer", signature->signer != SX_SIGNER_ABSENT },
        { &signature->head, "teamIdentifier", signature->teamIdentifier.ptr != NULL },
        { &signature->head, "identifier", signature->identifier.ptr != NULL },
    };
    for (size_t i = 0; i < SX_LEN(all); i++)
        if (!all[i].is_known)
            out_of_reach(all[i].object, arena, &all[i].member, 1);
}

/* A build adds to Info.plist, so that what is missing there is not; what stands there counts. */
static void read_info(struct sx_Code *code, const struct sx_piece *info,
                      const struct sx_variables *v)
{
    static const char *const whole[] = { "info", "providers", "categories" };
    if (info != NULL) {
        code->info = sx_expand_map(v, info->map);
        code->head.document = info->document;
    }
    sx_derive_code(code, v->arena);
    const struct {
        const char *member;
        struct sx_str value;
    } services[] = { { "neMachService", code->neMachService },
                     { "cmioMachService", code->cmioMachService },
                     { "esMachService", code->esMachService } };
    for (size_t i = 0; i < SX_LEN(services); i++)
        if (services[i].value.ptr == NULL || sx_is_open(services[i].value))
            out_of_reach(&code->head, v->arena, &services[i].member, 1);
    out_of_reach(&code->head, v->arena, whole, info == NULL ? SX_LEN(whole) : 1);
}

/* The code object of one entitlements file. */
const struct sx_Code *sx_source_code(const struct sx_sources *sources,
                                     const struct sx_piece *claims)
{
    struct sx_subject *s = claims->s;
    struct sx_arena *arena = s->in->arena;
    const struct sx_piece *info =
        sx_sources_best(sources, SX_PIECE_INFO, claims, (struct sx_str){ 0 });
    struct sx_str identifier = identifier_of(info);
    const struct sx_piece *profile = sx_sources_best(sources, SX_PIECE_PROFILE, claims, identifier);
    struct sx_Code *code = SX_FACT(arena, Code);
    struct sx_Slice *slice = SX_FACT(arena, Slice);
    struct sx_Signature *signature = SX_FACT(arena, Signature);
    const struct sx_object **slices = SX_NEW_N(arena, const struct sx_object *, 1);
    if (profile != NULL)
        code->profile = profile->profile;
    else
        out_of_reach(&code->head, arena, &profile_member, 1);
    struct sx_variables v = variables_of(arena, code->profile, identifier);
    code->path = sx_subject_path(s, claims->path);
    code->name = sx_str_base(code->path);
    code->stem = sx_piece_stem(claims);
    code->kind = (uint16_t)kind_of(info);
    code->layout = SX_LAYOUT_CONTENTS;
    code->identifier = v.identifier;
    slice->code = code;
    slice->fileType = SX_FILE_TYPE_EXECUTE;
    slice->platform =
        code->kind == SX_CODE_KIND_DRIVER_EXTENSION ? SX_PLATFORM_DRIVERKIT : SX_PLATFORM_MACOS;
    slice->signature = signature;
    slices[0] = &slice->head;
    code->slices = (struct sx_objs){ slices, 1 };
    leave_to_build(code, slice, signature, arena);
    sign(s, claims, code, slice, signature, &v);
    read_info(code, info, &v);
    leave_unknown(code, signature, arena);
    return code;
}

/* SPDX-License-Identifier: MIT */
#include "report/words.h"

struct sx_str sx_below(struct sx_str path, struct sx_str folder)
{
    if (folder.len == 0 || !sx_str_starts(path, folder))
        return path;
    struct sx_str rest = sx_str_sub(path, folder.len, path.len);
    return rest.len > 0 && rest.ptr[0] == '/' ? sx_str_sub(rest, 1, rest.len) : rest;
}

struct sx_str sx_count(struct sx_arena *arena, uint64_t n, struct sx_noun noun)
{
    if (n == 0)
        return sx_str_printf(arena, "no %s", noun.many);
    return sx_str_printf(arena, "%llu %s", (unsigned long long)n, n == 1 ? noun.one : noun.many);
}

size_t sx_shown(size_t n)
{
    return n <= 5 ? n : 3;
}

struct sx_str sx_join(struct sx_arena *arena, struct sx_strs texts, const char *between)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    for (size_t i = 0; i < texts.n; i++) {
        if (i > 0)
            sx_buf_cstr(&buf, between);
        sx_buf_str(&buf, texts.at[i]);
    }
    return sx_str_dup(arena, sx_buf_view(&buf));
}

struct sx_str sx_join_and(struct sx_arena *arena, struct sx_strs texts)
{
    if (texts.n < 2)
        return sx_join(arena, texts, "");
    struct sx_str head = sx_join(arena, (struct sx_strs){ texts.at, texts.n - 1 }, ", ");
    return sx_str_printf(arena, "%.*s and %.*s", SX_STR_ARG(head),
                         SX_STR_ARG(texts.at[texts.n - 1]));
}

const struct sx_kind_noun sx_kind_nouns[] = {
    { SX_CODE_KIND_APP, { "app", "apps" } },
    { SX_CODE_KIND_SYSTEM_EXTENSION, { "system extension", "system extensions" } },
    { SX_CODE_KIND_DRIVER_EXTENSION, { "driver extension", "driver extensions" } },
    { SX_CODE_KIND_APP_EXTENSION, { "app extension", "app extensions" } },
    { SX_CODE_KIND_XPC_SERVICE, { "XPC service", "XPC services" } },
    { SX_CODE_KIND_PLUGIN, { "plug-in", "plug-ins" } },
    { SX_CODE_KIND_KEXT, { "kernel extension", "kernel extensions" } },
    { SX_CODE_KIND_FRAMEWORK, { "framework", "frameworks" } },
    { SX_CODE_KIND_DYLIB, { "dylib", "dylibs" } },
    { SX_CODE_KIND_BUNDLE, { "bundle", "bundles" } },
    { SX_CODE_KIND_EXECUTABLE, { "executable", "executables" } },
    { SX_CODE_KIND_SCRIPT, { "script", "scripts" } },
    { SX_CODE_KIND_DISK_IMAGE, { "disk image", "disk images" } },
    { SX_CODE_KIND_INSTALLER_PACKAGE, { "installer package", "installer packages" } },
    { SX_CODE_KIND_OTHER, { "other code object", "other code objects" } },
};
const size_t sx_n_kind_nouns = SX_LEN(sx_kind_nouns);
_Static_assert(SX_LEN(sx_kind_nouns) == SX_CodeKind_END - 1, "one noun a kind");

struct sx_noun sx_code_noun(uint16_t kind)
{
    for (size_t i = 0; i < sx_n_kind_nouns; i++)
        if (sx_kind_nouns[i].kind == kind)
            return sx_kind_nouns[i].noun;
    return (struct sx_noun){ "code object", "code objects" };
}

static const struct sx_noun artifact_nouns[SX_ArtifactKind_END] = {
    [SX_ARTIFACT_KIND_ABSENT] = { "file", "files" },
    [SX_ARTIFACT_KIND_BUNDLE] = { "bundle", "bundles" },
    [SX_ARTIFACT_KIND_MACHO] = { "Mach-O file", "Mach-O files" },
    [SX_ARTIFACT_KIND_FOLDER] = { "folder", "folders" },
    [SX_ARTIFACT_KIND_ZIP] = { "zip archive", "zip archives" },
    [SX_ARTIFACT_KIND_TAR] = { "tar archive", "tar archives" },
    [SX_ARTIFACT_KIND_JAR] = { "jar archive", "jar archives" },
    [SX_ARTIFACT_KIND_GZIP] = { "gzip file", "gzip files" },
    [SX_ARTIFACT_KIND_ARCHIVE] = { "archive", "archives" },
    [SX_ARTIFACT_KIND_INSTALLER_PACKAGE] = { "installer package", "installer packages" },
    [SX_ARTIFACT_KIND_DISK_IMAGE] = { "disk image", "disk images" },
    [SX_ARTIFACT_KIND_XCARCHIVE] = { "Xcode archive", "Xcode archives" },
    [SX_ARTIFACT_KIND_IPA] = { "ipa archive", "ipa archives" },
    [SX_ARTIFACT_KIND_PROFILE] = { "provisioning profile", "provisioning profiles" },
    [SX_ARTIFACT_KIND_MOBILECONFIG] = { "configuration profile", "configuration profiles" },
    [SX_ARTIFACT_KIND_ENTITLEMENTS] = { "entitlements file", "entitlements files" },
    [SX_ARTIFACT_KIND_PLIST] = { "property list", "property lists" },
    [SX_ARTIFACT_KIND_SOURCE] = { "source folder", "source folders" },
    [SX_ARTIFACT_KIND_OTHER] = { "other file", "other files" },
};

struct sx_noun sx_artifact_noun(uint16_t kind)
{
    return artifact_nouns[kind < SX_ArtifactKind_END ? kind : 0];
}

const char *sx_signer_words(uint16_t signer)
{
    static const char *const words[SX_Signer_END] = {
        [SX_SIGNER_ABSENT] = "signer not read",
        [SX_SIGNER_DEVELOPER_ID] = "Developer ID",
        [SX_SIGNER_APPLE] = "Apple",
        [SX_SIGNER_APP_STORE] = "App Store",
        [SX_SIGNER_DISTRIBUTION] = "Apple Distribution",
        [SX_SIGNER_DEVELOPMENT] = "Apple Development",
        [SX_SIGNER_TESTFLIGHT] = "TestFlight",
        [SX_SIGNER_INSTALLER] = "Developer ID Installer",
        [SX_SIGNER_STORE_INSTALLER] = "Mac Installer Distribution",
        [SX_SIGNER_SELF_SIGNED] = "self-signed",
        [SX_SIGNER_OTHER] = "another signer than Apple's",
        [SX_SIGNER_AD_HOC] = "ad hoc",
        [SX_SIGNER_NONE] = "not signed",
    };
    return words[signer < SX_Signer_END ? signer : 0];
}

static const char *provider_words(uint16_t kind)
{
    static const char *const words[SX_ProviderKind_END] = {
        [SX_PROVIDER_KIND_PACKET_TUNNEL] = "packet tunnel",
        [SX_PROVIDER_KIND_APP_PROXY] = "app proxy",
        [SX_PROVIDER_KIND_FILTER_DATA] = "content filter",
        [SX_PROVIDER_KIND_FILTER_PACKET] = "packet filter",
        [SX_PROVIDER_KIND_DNS_PROXY] = "DNS proxy",
        [SX_PROVIDER_KIND_APP_PUSH] = "app push provider",
        [SX_PROVIDER_KIND_OTHER] = "network extension",
    };
    return kind < SX_ProviderKind_END ? words[kind] : NULL;
}

static const char *category_words(struct sx_str category)
{
    static const struct {
        const char *name, *words;
    } table[] = { { "endpoint-security", "endpoint security" }, { "camera", "camera" } };
    for (size_t i = 0; i < SX_LEN(table); i++)
        if (sx_str_is(category, table[i].name))
            return table[i].words;
    return NULL; /* its providers, or its kind, say it */
}

/* Appends ", words" unless they stand there already. */
static void add_once(struct sx_buf *buf, const char *words)
{
    if (words == NULL || sx_str_find(sx_buf_view(buf), sx_str_of(words)) < buf->len)
        return;
    sx_buf_printf(buf, ", %s", words);
}

struct sx_str sx_code_words(struct sx_arena *arena, const struct sx_Code *code)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_buf_cstr(&buf, sx_code_noun(code->kind).one);
    for (size_t i = 0; i < code->categories.n; i++)
        add_once(&buf, category_words(code->categories.at[i]));
    for (size_t i = 0; i < code->providers.n; i++)
        add_once(&buf, provider_words(SX_AT(Provider, code->providers, i)->kind));
    if (code->jobs.n > 0)
        sx_buf_cstr(&buf, ", started by launchd");
    return sx_str_dup(arena, sx_buf_view(&buf));
}

static struct sx_str artifact_words(struct sx_arena *arena, const struct sx_object *owner)
{
    const struct sx_Artifact *artifact = (const struct sx_Artifact *)owner;
    return sx_str_dup(arena, sx_str_of(sx_artifact_noun(artifact->kind).one));
}

/* A payload is the one kind that nobody can name as an argument. */
static struct sx_str container_words(struct sx_arena *arena, const struct sx_object *owner)
{
    uint16_t kind = ((const struct sx_Container *)owner)->kind;
    struct sx_str name = sx_ContainerKind_name((enum sx_ContainerKind)kind);
    uint16_t artifact = sx_enum_number(&sx_enumeration_ArtifactKind, sx_str_dup(arena, name).ptr);
    return artifact != SX_ARTIFACT_KIND_ABSENT ? sx_str_of(sx_artifact_noun(artifact).one) : name;
}

static struct sx_str code_words(struct sx_arena *arena, const struct sx_object *owner)
{
    return sx_code_words(arena, (const struct sx_Code *)owner);
}

static struct sx_str slice_words(struct sx_arena *arena, const struct sx_object *owner)
{
    const struct sx_Slice *slice = (const struct sx_Slice *)owner;
    return slice->code != NULL ? sx_code_words(arena, slice->code) : SX_STR("code object");
}

struct sx_str sx_owner_words(struct sx_arena *arena, const struct sx_object *owner)
{
    static const struct {
        const struct sx_type *type;
        const char *words;
        struct sx_str (*describe)(struct sx_arena *arena, const struct sx_object *owner);
    } table[] = {
        { &sx_type_Code, NULL, code_words },
        { &sx_type_Slice, NULL, slice_words },
        { &sx_type_Artifact, NULL, artifact_words },
        { &sx_type_Profile, "provisioning profile", NULL },
        { &sx_type_Job, "launchd job", NULL },
        { &sx_type_Configuration, "configuration profile", NULL },
        { &sx_type_Container, NULL, container_words },
        { &sx_type_Member, "file", NULL },
        { &sx_type_Waiver, "configuration", NULL },
        { &sx_type_Accepted, "baseline", NULL },
    };
    for (size_t i = 0; owner != NULL && i < SX_LEN(table); i++) {
        if (owner->type == table[i].type)
            return table[i].words != NULL ? sx_str_of(table[i].words)
                                          : table[i].describe(arena, owner);
    }
    return SX_STR("");
}

/* Payload types by the names that Apple's device management documentation gives them. */
static const struct payload_noun {
    const char *type;
    struct sx_noun noun;
} payload_nouns[] = {
    { "com.apple.webcontent-filter", { "content filter", "content filters" } },
    { "com.apple.vpn.managed", { "VPN", "VPNs" } },
    { "com.apple.vpn.managed.applayer", { "app-layer VPN", "app-layer VPNs" } },
    { "com.apple.dnsProxy.managed", { "DNS proxy", "DNS proxies" } },
    { "com.apple.dnsSettings.managed", { "DNS settings", "DNS settings" } },
    { "com.apple.system-extension-policy",
      { "system extension policy", "system extension policies" } },
    { "com.apple.TCC.configuration-profile-policy", { "privacy policy", "privacy policies" } },
    { "com.apple.servicemanagement", { "login item policy", "login item policies" } },
    { "", { "other payload", "other payloads" } }, /* every other type */
};

static size_t payload_noun_at(struct sx_str type)
{
    size_t i = 0;
    while (i + 1 < SX_LEN(payload_nouns) && !sx_str_is(type, payload_nouns[i].type))
        i++;
    return i;
}

struct sx_str sx_configuration_words(struct sx_arena *arena, const struct sx_Configuration *c)
{
    size_t count[SX_LEN(payload_nouns)] = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_buf_cstr(&buf, "configuration profile");
    for (size_t i = 0; i < c->payloads.n; i++)
        count[payload_noun_at(SX_AT(Payload, c->payloads, i)->type)]++;
    for (size_t i = 0; i < SX_LEN(payload_nouns); i++) {
        if (count[i] == 0)
            continue;
        sx_buf_cstr(&buf, ", ");
        sx_buf_str(&buf, sx_count(arena, count[i], payload_nouns[i].noun));
    }
    return sx_str_dup(arena, sx_buf_view(&buf));
}

static struct sx_str archs_of(const struct sx_Code *code, struct sx_arena *arena)
{
    SX_VEC(struct sx_str) archs = { 0 };
    for (size_t i = 0; i < code->slices.n; i++)
        if (SX_AT(Slice, code->slices, i)->arch.ptr != NULL)
            SX_PUSH(arena, &archs, SX_AT(Slice, code->slices, i)->arch);
    return sx_join_and(arena, (struct sx_strs){ archs.at, archs.n });
}

static const char *platform_words(uint16_t platform)
{
    static const char *const words[SX_Platform_END] = {
        [SX_PLATFORM_MACOS] = "macOS",         [SX_PLATFORM_IOS] = "iOS",
        [SX_PLATFORM_TVOS] = "tvOS",           [SX_PLATFORM_WATCHOS] = "watchOS",
        [SX_PLATFORM_BRIDGEOS] = "bridgeOS",   [SX_PLATFORM_CATALYST] = "Mac Catalyst",
        [SX_PLATFORM_DRIVERKIT] = "DriverKit", [SX_PLATFORM_VISIONOS] = "visionOS",
    };
    const char *known = platform < SX_Platform_END ? words[platform] : NULL;
    return known != NULL ? known : "another platform";
}

struct sx_str sx_build_words(struct sx_arena *arena, const struct sx_Code *code)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    const struct sx_Slice *slice = code->slices.n > 0 ? SX_AT(Slice, code->slices, 0) : NULL;
    sx_escape_buf(&buf, archs_of(code, arena));
    if (slice != NULL && slice->minos.ptr != NULL)
        sx_buf_printf(&buf, ", %s %.*s or later", platform_words(slice->platform),
                      SX_STR_ARG(slice->minos));
    if (slice != NULL && slice->sdk.ptr != NULL)
        sx_buf_printf(&buf, ", SDK %.*s", SX_STR_ARG(slice->sdk));
    return sx_str_dup(arena, sx_buf_view(&buf));
}

struct sx_str sx_version_words(struct sx_arena *arena, const struct sx_map *info)
{
    struct sx_str version = { 0 }, build = { 0 };
    sx_map_str(info, "CFBundleShortVersionString", &version);
    sx_map_str(info, "CFBundleVersion", &build);
    version = sx_escape(arena, version);
    build = sx_escape(arena, build);
    if (version.ptr == NULL && build.ptr == NULL)
        return (struct sx_str){ 0 };
    if (build.ptr == NULL)
        return version;
    if (version.ptr == NULL)
        return sx_str_printf(arena, "(%.*s)", SX_STR_ARG(build));
    return sx_str_printf(arena, "%.*s (%.*s)", SX_STR_ARG(version), SX_STR_ARG(build));
}

struct sx_str sx_day_text(struct sx_arena *arena, struct sx_time t)
{
    struct sx_date d = sx_time_date(t);
    return sx_str_printf(arena, "%04lld-%02d-%02d", (long long)d.year, d.month, d.day);
}

struct sx_str sx_moment_text(struct sx_arena *arena, struct sx_time t)
{
    struct sx_date d = sx_time_date(t);
    struct sx_str day = sx_day_text(arena, t);
    return sx_str_printf(arena, "%.*s %02d:%02d:%02d UTC", SX_STR_ARG(day), d.hour, d.minute,
                         d.second);
}

struct sx_str sx_days_words(struct sx_arena *arena, struct sx_time t, struct sx_time now)
{
    static const struct sx_noun day = { "day", "days" };
    int64_t days = t.seconds / 86400 - now.seconds / 86400;
    if (days == 0)
        return SX_STR("today");
    struct sx_str n = sx_count(arena, (uint64_t)(days < 0 ? -days : days), day);
    return days > 0 ? sx_str_printf(arena, "in %.*s", SX_STR_ARG(n))
                    : sx_str_printf(arena, "%.*s ago", SX_STR_ARG(n));
}

struct sx_reference sx_reference_of(struct sx_str reference)
{
    size_t link = sx_str_find(reference, SX_STR("<http"));
    if (sx_str_starts(reference, SX_STR("http")))
        return (struct sx_reference){ .address = reference };
    if (link == reference.len)
        return (struct sx_reference){ .title = reference };
    struct sx_str address = sx_str_sub(reference, link + 1, reference.len);
    return (struct sx_reference){
        .title = sx_str_sub(reference, 0, link > 0 ? link - 1 : 0),
        .address = sx_str_sub(address, 0, sx_str_find(address, SX_STR(">"))),
    };
}

struct sx_str sx_quoted(struct sx_arena *arena, struct sx_str text)
{
    if (text.ptr == NULL)
        return SX_STR("none");
    struct sx_str safe = sx_escape(arena, text);
    if (safe.ptr != text.ptr) /* escaped text stands in quotes already */
        return safe;
    return sx_str_printf(arena, "\"%.*s\"", SX_STR_ARG(safe));
}

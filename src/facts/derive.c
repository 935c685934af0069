/* SPDX-License-Identifier: MIT */
#include "facts/derive.h"

#include <stdio.h>
#include <stdlib.h>

static const char NE_KEY[] = "com.apple.developer.networking.networkextension";
static const char GROUPS_KEY[] = "com.apple.security.application-groups";

const struct sx_Slice *sx_primary_slice(const struct sx_Code *code)
{
    static const char *const order[] = { "arm64e", "arm64", "x86_64" };
    for (size_t i = 0; i < SX_LEN(order); i++)
        for (size_t k = 0; k < code->slices.n; k++)
            if (sx_str_is(SX_AT(Slice, code->slices, k)->arch, order[i]))
                return SX_AT(Slice, code->slices, k);
    return code->slices.n > 0 ? SX_AT(Slice, code->slices, 0) : NULL;
}

enum sx_Channel sx_channel_of(const struct sx_run *run, const struct sx_Artifact *artifact)
{
    if (run->question.channel != SX_CHANNEL_ABSENT)
        return (enum sx_Channel)run->question.channel;
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Code *code = SX_AT(Code, artifact->code, i);
        if (code->host != NULL || code->signature == NULL)
            continue;
        switch ((enum sx_Signer)code->signature->signer) {
        case SX_SIGNER_DISTRIBUTION:
        case SX_SIGNER_APP_STORE:
        case SX_SIGNER_STORE_INSTALLER:
        case SX_SIGNER_TESTFLIGHT:
            return SX_CHANNEL_APP_STORE;
        case SX_SIGNER_DEVELOPMENT:
            return SX_CHANNEL_DEVELOPMENT;
        case SX_SIGNER_ABSENT:
        case SX_SIGNER_DEVELOPER_ID:
        case SX_SIGNER_APPLE:
        case SX_SIGNER_INSTALLER:
        case SX_SIGNER_SELF_SIGNED:
        case SX_SIGNER_OTHER:
        case SX_SIGNER_AD_HOC:
        case SX_SIGNER_NONE:
        case SX_Signer_END:
            return SX_CHANNEL_DEVELOPER_ID;
        }
    }
    return SX_CHANNEL_DEVELOPER_ID;
}

/* Why a member of an object has no value; NULL when it has one, or is known to be absent. */
static const struct sx_unread *unread_of(const struct sx_object *object, const char *member)
{
    struct sx_value v = sx_object_get(object, sx_type_member(object->type, sx_str_of(member)));
    return v.kind == SX_UNKNOWN ? v.unread : NULL;
}

static void unread_too(struct sx_Code *code, struct sx_arena *arena, const char *member,
                       const struct sx_unread *why)
{
    sx_fact_unread(&code->head, arena, member, (enum sx_unread_state)why->state, why->reason,
                   why->offset.has ? why->offset.v : -1);
}

/* The provider kinds of NEProviderClasses (NEProvider, Network Extension documentation) and the
 * entitlement value each needs; an app extension names them as NSExtensionPointIdentifier. */
static const struct provider_kind {
    const char *key;
    enum sx_ProviderKind kind;
    const char *entitlement; /* the bare value; NULL where no value is known */
} provider_kinds[] = {
    { "com.apple.networkextension.packet-tunnel", SX_PROVIDER_KIND_PACKET_TUNNEL,
      "packet-tunnel-provider" },
    { "com.apple.networkextension.app-proxy", SX_PROVIDER_KIND_APP_PROXY, "app-proxy-provider" },
    { "com.apple.networkextension.filter-data", SX_PROVIDER_KIND_FILTER_DATA,
      "content-filter-provider" },
    { "com.apple.networkextension.filter-packet", SX_PROVIDER_KIND_FILTER_PACKET,
      "content-filter-provider" },
    { "com.apple.networkextension.dns-proxy", SX_PROVIDER_KIND_DNS_PROXY, "dns-proxy" },
    { "com.apple.networkextension.app-push", SX_PROVIDER_KIND_APP_PUSH, "app-push-provider" },
};

static const struct sx_Provider *provider_new(struct sx_arena *arena, struct sx_str key,
                                              struct sx_str class_name)
{
    struct sx_Provider *p = SX_FACT(arena, Provider);
    p->key = key;
    p->className = class_name;
    p->kind = SX_PROVIDER_KIND_OTHER;
    for (size_t i = 0; i < SX_LEN(provider_kinds); i++)
        if (sx_str_is(key, provider_kinds[i].key)) {
            p->kind = (uint16_t)provider_kinds[i].kind;
            p->entitlement = sx_str_of(provider_kinds[i].entitlement);
        }
    return p;
}

static int by_key(const void *a, const void *b)
{
    return sx_str_cmp((*(const struct sx_Provider *const *)a)->key,
                      (*(const struct sx_Provider *const *)b)->key);
}

static void derive_providers(struct sx_Code *code, struct sx_arena *arena)
{
    const struct sx_map *ne = NULL, *classes = NULL, *extension = NULL;
    struct sx_str point = { 0 }, principal = SX_STR("");
    SX_VEC(const struct sx_object *) list = { 0 };
    if (sx_map_map(code->info, "NetworkExtension", &ne) &&
        sx_map_map(ne, "NEProviderClasses", &classes))
        for (size_t i = 0; i < classes->n; i++)
            if (classes->at[i].value.kind == SX_STRING)
                SX_PUSH(
                    arena, &list,
                    &provider_new(arena, classes->at[i].key.str, classes->at[i].value.str)->head);
    if (sx_map_map(code->info, "NSExtension", &extension) &&
        sx_map_str(extension, "NSExtensionPointIdentifier", &point) &&
        sx_str_starts(point, SX_STR("com.apple.networkextension."))) {
        sx_map_str(extension, "NSExtensionPrincipalClass", &principal);
        SX_PUSH(arena, &list, &provider_new(arena, point, principal)->head);
    }
    if (list.n > 1)
        qsort(list.at, list.n, sizeof(*list.at), by_key);
    code->providers = (struct sx_objs){ list.at, list.n };
}

/* A string below one dictionary of Info.plist; absent when missing, empty or no string. */
static struct sx_str below(const struct sx_map *info, const char *dictionary, const char *key)
{
    struct sx_str text = { 0 };
    const struct sx_map *map = info;
    if (dictionary != NULL && !sx_map_map(info, dictionary, &map))
        return text;
    sx_map_str(map, key, &text);
    return text.len > 0 ? text : (struct sx_str){ 0 };
}

static bool has_key_with_prefix(const struct sx_map *map, const char *prefix)
{
    for (size_t i = 0; map != NULL && i < map->n; i++)
        if (sx_str_starts(map->at[i].key.str, sx_str_of(prefix)))
            return true;
    return false;
}

static bool has_ne_point(const struct sx_Code *code)
{
    for (size_t i = 0; i < code->providers.n; i++)
        if (sx_str_starts(SX_AT(Provider, code->providers, i)->key,
                          SX_STR("com.apple.networkextension.")))
            return true;
    return false;
}

/* What marks an extension as one of a category (sysextd's log names them; the dictionaries are
 * those of the Network Extension, Endpoint Security and Core Media I/O documentation). */
static void derive_categories(struct sx_Code *code, struct sx_arena *arena)
{
    bool is_extension = code->kind == SX_CODE_KIND_SYSTEM_EXTENSION ||
                        code->kind == SX_CODE_KIND_DRIVER_EXTENSION ||
                        code->kind == SX_CODE_KIND_APP_EXTENSION;
    const struct sx_map *unused;
    bool ne = sx_map_map(code->info, "NetworkExtension", &unused) || has_ne_point(code) ||
              (code->kind == SX_CODE_KIND_SYSTEM_EXTENSION && code->neValues.n > 0);
    bool es = sx_map_get(code->entitlements,
                         SX_STR("com.apple.developer.endpoint-security.client")) != NULL ||
              has_key_with_prefix(code->info, "NSEndpointSecurity");
    bool camera = sx_map_map(code->info, "CMIOExtension", &unused);
    const struct {
        bool is;
        enum sx_Category category;
    } all[] = { /* sorted by name */
                { camera, SX_CATEGORY_CAMERA },
                { code->kind == SX_CODE_KIND_DRIVER_EXTENSION, SX_CATEGORY_DRIVER },
                { es, SX_CATEGORY_ENDPOINT_SECURITY },
                { ne, SX_CATEGORY_NETWORK_EXTENSION }
    };
    SX_VEC(struct sx_str) names = { 0 };
    for (size_t i = 0; is_extension && i < SX_LEN(all); i++)
        if (all[i].is)
            SX_PUSH(arena, &names, sx_Category_name(all[i].category));
    code->categories = (struct sx_strs){ names.at, names.n };
}

/* Compares dotted versions number by number, missing numbers as 0. */
static int version_cmp(struct sx_str a, struct sx_str b)
{
    size_t i = 0, k = 0;
    while (i < a.len || k < b.len) {
        uint64_t x = 0, y = 0;
        for (; i < a.len && a.ptr[i] != '.'; i++)
            x = x * 10 + (uint64_t)(a.ptr[i] - '0') % 10;
        for (; k < b.len && b.ptr[k] != '.'; k++)
            y = y * 10 + (uint64_t)(b.ptr[k] - '0') % 10;
        if (x != y)
            return x < y ? -1 : 1;
        i++, k++;
    }
    return 0;
}

static bool is_version(struct sx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '.' && (s.ptr[i] < '0' || s.ptr[i] > '9'))
            return false;
    return s.len > 0;
}

/* The oldest macOS: a later one of what Info.plist asks and what the oldest slice was built for. */
static struct sx_str derive_minos(const struct sx_Code *code)
{
    struct sx_str oldest = { 0 }, declared = { 0 };
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Slice *s = SX_AT(Slice, code->slices, i);
        bool mac = s->platform == SX_PLATFORM_MACOS || s->platform == SX_PLATFORM_CATALYST;
        if (mac && s->minos.ptr != NULL &&
            (oldest.ptr == NULL || version_cmp(s->minos, oldest) < 0))
            oldest = s->minos;
    }
    if (!sx_map_str(code->info, "LSMinimumSystemVersion", &declared) || !is_version(declared))
        return oldest;
    return oldest.ptr == NULL || version_cmp(oldest, declared) < 0 ? declared : oldest;
}

static void derive_from_info(struct sx_Code *code, struct sx_arena *arena)
{
    static const char *const derived[] = { "providers", "neMachService", "cmioMachService",
                                           "esMachService" };
    const struct sx_unread *why = unread_of(&code->head, "info");
    for (size_t i = 0; why != NULL && i < SX_LEN(derived); i++)
        unread_too(code, arena, derived[i], why);
    if (why != NULL)
        return;
    derive_providers(code, arena);
    code->neMachService = below(code->info, "NetworkExtension", "NEMachServiceName");
    code->cmioMachService = below(code->info, "CMIOExtension", "CMIOExtensionMachServiceName");
    code->esMachService = below(code->info, NULL, "NSEndpointSecurityMachServiceName");
}

static void derive_from_entitlements(struct sx_Code *code, struct sx_arena *arena)
{
    const struct sx_unread *why = unread_of(&code->head, "entitlements");
    if (why != NULL) {
        unread_too(code, arena, "neValues", why);
        unread_too(code, arena, "appGroups", why);
        return;
    }
    code->neValues = sx_map_strs(code->entitlements, NE_KEY, arena);
    code->appGroups = sx_map_strs(code->entitlements, GROUPS_KEY, arena);
}

void sx_derive_code(struct sx_Code *code, struct sx_arena *arena)
{
    const struct sx_Slice *primary = sx_primary_slice(code);
    if (primary != NULL) {
        code->signature = primary->signature;
        code->entitlements = primary->entitlements;
        code->claims = primary->claims;
        const struct sx_unread *why = unread_of(&primary->head, "entitlements");
        if (why != NULL) {
            unread_too(code, arena, "entitlements", why);
            unread_too(code, arena, "claims", why);
        }
    }
    derive_from_info(code, arena);
    derive_from_entitlements(code, arena);
    const struct sx_unread *info = unread_of(&code->head, "info");
    const struct sx_unread *claims = unread_of(&code->head, "entitlements");
    if (info != NULL || claims != NULL)
        unread_too(code, arena, "categories", info != NULL ? info : claims);
    else
        derive_categories(code, arena);
    code->minos = derive_minos(code);
}

static void gather_payloads(struct sx_run *run)
{
    SX_VEC(const struct sx_object *) all = { 0 };
    for (size_t i = 0; i < run->artifacts.n; i++) {
        const struct sx_Artifact *artifact = SX_AT(Artifact, run->artifacts, i);
        for (size_t k = 0; k < artifact->configurations.n; k++) {
            struct sx_objs payloads = SX_AT(Configuration, artifact->configurations, k)->payloads;
            for (size_t p = 0; p < payloads.n; p++)
                SX_PUSH(run->arena, &all, payloads.at[p]);
        }
    }
    run->payloads = (struct sx_objs){ all.at, all.n };
}

/* The code objects of one identifier, while they are gathered. */
struct shipped {
    struct sx_str identifier;
    SX_VEC(const struct sx_object *) code;
};

static void gather_shipped(struct sx_run *run)
{
    struct sx_table by_identifier;
    SX_VEC(struct shipped *) all = { 0 };
    sx_table_init(&by_identifier, run->arena);
    for (size_t i = 0; i < run->artifacts.n; i++) {
        const struct sx_Artifact *artifact = SX_AT(Artifact, run->artifacts, i);
        for (size_t k = 0; k < artifact->code.n; k++) {
            const struct sx_Code *code = SX_AT(Code, artifact->code, k);
            if (code->identifier.ptr == NULL)
                continue;
            struct shipped *entry = sx_table_get(&by_identifier, code->identifier);
            if (entry == NULL) {
                entry = SX_NEW(run->arena, struct shipped);
                entry->identifier = code->identifier;
                sx_table_put(&by_identifier, code->identifier, entry);
                SX_PUSH(run->arena, &all, entry);
            }
            SX_PUSH(run->arena, &entry->code, &code->head);
        }
    }
    struct sx_entry *entries = SX_NEW_N(run->arena, struct sx_entry, all.n);
    for (size_t i = 0; i < all.n; i++)
        entries[i] = (struct sx_entry){ sx_string(all.at[i]->identifier),
                                        sx_list_objects(all.at[i]->code.at, all.at[i]->code.n) };
    run->shipped = sx_map_new(run->arena, entries, all.n);
}

void sx_derive_run(struct sx_run *run)
{
    gather_payloads(run);
    gather_shipped(run);
}

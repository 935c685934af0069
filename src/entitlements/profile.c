/* SPDX-License-Identifier: MIT */
#include "entitlements/profile.h"

/* Each reads a value into a field, and returns what has another type than it should, or NULL. */

static const struct sx_value *read_text(const struct sx_value *v, struct sx_arena *arena,
                                        void *field)
{
    (void)arena;
    if (v->kind == SX_STRING)
        *(struct sx_str *)field = v->str;
    return v->kind == SX_STRING ? NULL : v;
}

static const struct sx_value *read_list(const struct sx_value *v, enum sx_kind of,
                                        struct sx_arena *arena, struct sx_strs *out)
{
    if (v->kind != SX_LIST)
        return v;
    const struct sx_value *elements = v->list.at;
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, v->list.n);
    for (size_t i = 0; i < v->list.n; i++) {
        if (elements[i].kind != of)
            return &elements[i];
        at[i] = elements[i].str;
    }
    *out = (struct sx_strs){ at, v->list.n };
    return NULL;
}

static const struct sx_value *read_texts(const struct sx_value *v, struct sx_arena *arena,
                                         void *field)
{
    return read_list(v, SX_STRING, arena, field);
}

static const struct sx_value *read_bytes(const struct sx_value *v, struct sx_arena *arena,
                                         void *field)
{
    return read_list(v, SX_BYTES, arena, field);
}

static const struct sx_value *read_date(const struct sx_value *v, struct sx_arena *arena,
                                        void *field)
{
    (void)arena;
    if (v->kind == SX_TIMESTAMP)
        *(struct sx_opt_time *)field = (struct sx_opt_time){ true, v->time };
    return v->kind == SX_TIMESTAMP ? NULL : v;
}

static const struct sx_value *read_flag(const struct sx_value *v, struct sx_arena *arena,
                                        void *field)
{
    (void)arena;
    if (v->kind == SX_BOOL)
        *(bool *)field = v->b;
    return v->kind == SX_BOOL ? NULL : v;
}

static const struct sx_value *read_map(const struct sx_value *v, struct sx_arena *arena,
                                       void *field)
{
    (void)arena;
    if (v->kind == SX_MAP)
        *(const struct sx_map **)field = v->map;
    return v->kind == SX_MAP ? NULL : v;
}

#define READ_TEXT  read_text
#define READ_TEXTS read_texts
#define READ_DATE  read_date
#define READ_FLAG  read_flag
#define READ_MAP   read_map
#define READ_BYTES read_bytes

static const struct {
    const char *key;
    size_t offset;
    const struct sx_value *(*read)(const struct sx_value *v, struct sx_arena *arena, void *field);
} keys[] = {
#define X(key, type, field) { key, offsetof(struct sx_profile, field), READ_##type },
    SX_PROFILE_KEYS(X)
#undef X
};

/* The App ID in the entitlements is "PREFIX.identifier"; macOS and iOS spell the key differently,
 * and profiles of Mac Catalyst apps hold both (real artifacts). */
static void split_app_id(struct sx_profile *p)
{
    struct sx_str whole = { 0 };
    if (!sx_map_str(p->entitlements, "com.apple.application-identifier", &whole) &&
        !sx_map_str(p->entitlements, "application-identifier", &whole))
        return;
    size_t dot = sx_str_find(whole, SX_STR("."));
    if (dot == whole.len)
        return;
    p->app_id_prefix = sx_str_sub(whole, 0, dot);
    p->app_id = sx_str_sub(whole, dot + 1, whole.len);
}

static bool allows_debugging(const struct sx_profile *p)
{
    bool ios = false, mac = false;
    sx_map_bool(p->entitlements, "get-task-allow", &ios);
    sx_map_bool(p->entitlements, "com.apple.security.get-task-allow", &mac);
    return ios || mac;
}

static bool is_for_mac(const struct sx_profile *p)
{
    return sx_strs_has(p->platforms, SX_STR("OSX")) || sx_strs_has(p->platforms, SX_STR("macOS"));
}

/* What older profiles do not say follows from who may run the code: a profile for all devices is a
 * Developer ID one on macOS and an enterprise one elsewhere; a list of devices is for development,
 * unless no debugger may attach on iOS; a profile with neither is for the store. */
static enum sx_profile_type type_by_content(const struct sx_profile *p)
{
    if (p->entitlements == NULL)
        return SX_PROFILE_UNKNOWN;
    if (p->all_devices)
        return is_for_mac(p) ? SX_PROFILE_DEVELOPER_ID : SX_PROFILE_ENTERPRISE;
    if (p->devices.n > 0)
        return is_for_mac(p) || allows_debugging(p) ? SX_PROFILE_DEVELOPMENT : SX_PROFILE_AD_HOC;
    return SX_PROFILE_APP_STORE;
}

/* DIRECT and STORE were seen in profiles, ADHOC is known from reports; the others are what their
 * names say. */
static enum sx_profile_type type_of(const struct sx_profile *p)
{
    static const struct {
        const char *distribution;
        enum sx_profile_type type;
    } types[] = {
        { "DIRECT", SX_PROFILE_DEVELOPER_ID },   { "STORE", SX_PROFILE_APP_STORE },
        { "ADHOC", SX_PROFILE_AD_HOC },          { "DEVELOPMENT", SX_PROFILE_DEVELOPMENT },
        { "ENTERPRISE", SX_PROFILE_ENTERPRISE }, { "INHOUSE", SX_PROFILE_ENTERPRISE },
    };
    for (size_t i = 0; i < SX_LEN(types); i++)
        if (sx_str_is(p->distribution, types[i].distribution))
            return types[i].type;
    return type_by_content(p);
}

void sx_profile_read(const struct sx_map *map, struct sx_arena *arena, struct sx_profile *out)
{
    SX_VEC(struct sx_profile_fault) faults = { 0 };
    *out = (struct sx_profile){ 0 };
    for (size_t i = 0; i < SX_LEN(keys); i++) {
        const struct sx_value *value = sx_map_get(map, sx_str_of(keys[i].key));
        if (value == NULL)
            continue;
        const struct sx_value *wrong = keys[i].read(value, arena, (char *)out + keys[i].offset);
        if (wrong != NULL)
            SX_PUSH(arena, &faults, (struct sx_profile_fault){ keys[i].key, wrong });
    }
    out->faults = faults.at;
    out->n_faults = faults.n;
    split_app_id(out);
    out->type = type_of(out);
}

/* A copy of a map without one key. */
static const struct sx_map *without(const struct sx_map *map, const char *key,
                                    struct sx_arena *arena, struct sx_entry **at)
{
    size_t n = 0;
    *at = SX_NEW_N(arena, struct sx_entry, map->n);
    for (size_t i = 0; i < map->n; i++)
        if (!sx_str_is(map->at[i].key.str, key))
            (*at)[n++] = map->at[i];
    return sx_map_new(arena, *at, n);
}

/* Certificates become their fingerprints; what is no certificate stays, and will differ. */
static struct sx_value fingerprints(struct sx_value list, struct sx_hasher *hasher,
                                    struct sx_arena *arena)
{
    if (list.kind != SX_LIST)
        return list;
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, list.list.n);
    for (size_t i = 0; i < list.list.n; i++) {
        uint8_t digest[SX_HASH_MAX_LEN];
        at[i] = sx_list_at(list, i);
        if (at[i].kind != SX_BYTES)
            continue;
        sx_hash_bytes(hasher, SX_HASH_SHA256, at[i].str.ptr, at[i].str.len, digest);
        struct sx_str bytes = { (const char *)digest, sx_hash_len(SX_HASH_SHA256) };
        at[i] = sx_bytes(sx_str_dup(arena, bytes));
    }
    return sx_list_values(at, list.list.n);
}

const struct sx_map *sx_profile_comparable(const struct sx_map *plist, struct sx_hasher *hasher,
                                           struct sx_arena *arena)
{
    struct sx_entry *at;
    const struct sx_map *copy = without(plist, "DER-Encoded-Profile", arena, &at);
    for (size_t i = 0; i < copy->n; i++)
        if (sx_str_is(at[i].key.str, "DeveloperCertificates"))
            at[i].value = fingerprints(at[i].value, hasher, arena);
    return copy;
}

const struct sx_map *sx_profile_comparable_der(const struct sx_map *der, struct sx_arena *arena)
{
    struct sx_entry *at;
    return without(der, "ProfileDistributionType", arena, &at);
}

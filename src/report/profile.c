/* SPDX-License-Identifier: MIT */
/* Provisioning profiles in words and as JSON: those of a run, wherever they lie. */
#include "report/layout.h"
#include "report/words.h"
#include "value/json.h"

enum { TEXT_AT = 14, MOST_CERTIFICATES = 8, MOST_DEVICES = 8 };

struct page {
    struct sx_layout *l;
    struct sx_arena *arena;
    struct sx_time now;
    bool verbose;
};

static void label(struct page *p, const char *text)
{
    sx_layout_label(p->l, 0, text, TEXT_AT);
}

static void value(struct page *p, struct sx_str text)
{
    sx_layout_text(p->l, SX_PLAIN, sx_escape(p->arena, sx_cut_value(p->arena, text)));
}

/* Whatever a member holds, or why it holds nothing. */
static bool write_unread(struct page *p, const struct sx_Profile *profile, const char *member,
                         const char *title)
{
    struct sx_value v =
        sx_object_get(&profile->head, sx_type_member(&sx_type_Profile, sx_str_of(member)));
    if (v.kind != SX_UNKNOWN)
        return false;
    label(p, title);
    sx_layout_cstr(p->l, SX_FAINT, "not read: ");
    if (v.unread != NULL)
        sx_layout_text(p->l, SX_FAINT, v.unread->reason);
    sx_layout_line(p->l);
    return true;
}

static bool is_for_mac(const struct sx_Profile *profile)
{
    return sx_strs_has(profile->platforms, sx_Platform_name(SX_PLATFORM_MACOS));
}

static struct sx_str platform_words(struct page *p, const struct sx_Profile *profile)
{
    static const struct {
        enum sx_Platform platform;
        struct sx_str words;
    } table[] = {
        { SX_PLATFORM_MACOS, SX_LIT("macOS") },       { SX_PLATFORM_IOS, SX_LIT("iOS") },
        { SX_PLATFORM_TVOS, SX_LIT("tvOS") },         { SX_PLATFORM_WATCHOS, SX_LIT("watchOS") },
        { SX_PLATFORM_VISIONOS, SX_LIT("visionOS") },
    };
    struct sx_str *names = SX_NEW_N(p->arena, struct sx_str, profile->platforms.n);
    for (size_t i = 0; i < profile->platforms.n; i++) {
        names[i] = SX_STR("an unknown platform");
        for (size_t k = 0; k < SX_LEN(table); k++)
            if (sx_str_eq(profile->platforms.at[i], sx_Platform_name(table[k].platform)))
                names[i] = table[k].words;
    }
    return sx_join_and(p->arena, (struct sx_strs){ names, profile->platforms.n });
}

static const char *kind_words(const struct sx_Profile *profile)
{
    static const char *const kinds[SX_ProfileKind_END] = {
        [SX_PROFILE_KIND_ABSENT] = "unknown",
        [SX_PROFILE_KIND_DEVELOPMENT] = "development",
        [SX_PROFILE_KIND_DEVELOPER_ID] = "Developer ID",
        [SX_PROFILE_KIND_APP_STORE] = "App Store",
        [SX_PROFILE_KIND_AD_HOC] = "ad hoc",
        [SX_PROFILE_KIND_ENTERPRISE] = "enterprise",
        [SX_PROFILE_KIND_UNKNOWN] = "unknown",
    };
    bool is_mac_store = profile->kind == SX_PROFILE_KIND_APP_STORE && is_for_mac(profile);
    return is_mac_store ? "Mac App Store" : kinds[profile->kind];
}

static void write_kind(struct page *p, const struct sx_Profile *profile)
{
    struct sx_noun noun = is_for_mac(profile) ? (struct sx_noun){ "Mac", "Macs" }
                                              : (struct sx_noun){ "device", "devices" };
    if (write_unread(p, profile, "kind", "kind"))
        return;
    label(p, "kind");
    sx_layout_cstr(p->l, SX_PLAIN, kind_words(profile));
    if (!is_for_mac(profile) || profile->platforms.n > 1)
        sx_layout_printf(p->l, SX_PLAIN, " for %.*s", SX_STR_ARG(platform_words(p, profile)));
    if (profile->allDevices)
        sx_layout_printf(p->l, SX_PLAIN, ", runs on all %s", noun.many);
    else if (profile->devices.n > 0)
        sx_layout_printf(p->l, SX_PLAIN, ", runs on %.*s",
                         SX_STR_ARG(sx_count(p->arena, profile->devices.n, noun)));
    if (profile->xcodeManaged)
        sx_layout_cstr(p->l, SX_PLAIN, ", managed by Xcode");
    sx_layout_line(p->l);
}

static void write_app_id(struct page *p, const struct sx_Profile *profile)
{
    bool is_of_team = profile->teamIdentifiers.n == 1 &&
                      sx_str_eq(profile->teamIdentifiers.at[0], profile->appIdPrefix);
    if (profile->appId.ptr != NULL) {
        label(p, "App ID");
        value(p, sx_str_printf(p->arena, "%.*s.%.*s", SX_STR_ARG(profile->appIdPrefix),
                               SX_STR_ARG(profile->appId)));
        sx_layout_line(p->l);
    }
    if (is_of_team || profile->teamIdentifiers.n == 0)
        return;
    label(p, "team");
    value(p, sx_join(p->arena, profile->teamIdentifiers, ", "));
    sx_layout_line(p->l);
}

static bool has(const struct sx_Profile *profile, enum sx_ProblemKind what)
{
    for (size_t i = 0; i < profile->problems.n; i++)
        if (SX_AT(Problem, profile->problems, i)->what == what)
            return true;
    return false;
}

static void write_signer(struct page *p, const struct sx_Profile *profile)
{
    bool is_altered = has(profile, SX_PROBLEM_PROFILE_SIGNATURE_WRONG);
    if (has(profile, SX_PROBLEM_PROFILE_NOT_APPLE))
        sx_layout_cstr(p->l, SX_BAD, "not signed by Apple");
    else if (is_altered)
        sx_layout_cstr(p->l, SX_BAD, "edited after Apple signed it");
    else
        sx_layout_cstr(p->l, SX_PLAIN, "signed by Apple");
    if (has(profile, SX_PROBLEM_PROFILE_ENCODINGS_DIFFER))
        sx_layout_cstr(p->l, SX_BAD, ", its encodings differ");
    else
        sx_layout_cstr(p->l, SX_PLAIN,
                       profile->encodings.n > 1 ? ", both encodings agree" : ", without DER form");
}

static void write_validity(struct page *p, const struct sx_Profile *profile)
{
    if (write_unread(p, profile, "expires", "valid"))
        return;
    label(p, "valid");
    if (profile->created.has && profile->expires.has) {
        sx_layout_text(p->l, SX_PLAIN, sx_day_text(p->arena, profile->created.t));
        sx_layout_cstr(p->l, SX_PLAIN, " to ");
        sx_layout_text(p->l, SX_PLAIN, sx_day_text(p->arena, profile->expires.t));
        if (sx_time_cmp(profile->expires.t, p->now) < 0)
            sx_layout_printf(p->l, SX_BAD, ", expired %.*s",
                             SX_STR_ARG(sx_days_words(p->arena, profile->expires.t, p->now)));
        sx_layout_cstr(p->l, SX_PLAIN, "; ");
    }
    write_signer(p, profile);
    sx_layout_line(p->l);
}

/* When a certificate ends, and whether the profile outlives it. */
static void write_end(struct page *p, const struct sx_Certificate *c,
                      const struct sx_Profile *profile)
{
    bool is_over = sx_time_cmp(c->notAfter.t, p->now) < 0;
    struct sx_str day = sx_day_text(p->arena, c->notAfter.t);
    struct sx_str days = sx_days_words(p->arena, c->notAfter.t, p->now);
    sx_layout_break(p->l);
    sx_layout_blanks(p->l, 2);
    sx_layout_printf(p->l, is_over ? SX_BAD : SX_PLAIN, "%s %.*s, %.*s", is_over ? "ended" : "ends",
                     SX_STR_ARG(day), SX_STR_ARG(days));
    if (profile->expires.has)
        sx_layout_printf(p->l, SX_PLAIN, ", %s the profile",
                         sx_time_cmp(c->notAfter.t, profile->expires.t) < 0 ? "before" : "after");
}

static void write_certificates(struct page *p, const struct sx_Profile *profile)
{
    size_t n = profile->certificates.n;
    size_t shown = p->verbose || n <= MOST_CERTIFICATES ? n : MOST_CERTIFICATES;
    if (write_unread(p, profile, "certificates", "certificates") || n == 0)
        return;
    label(p, "certificates");
    for (size_t i = 0; i < shown; i++) {
        const struct sx_Certificate *c = SX_AT(Certificate, profile->certificates, i);
        if (i > 0)
            sx_layout_break(p->l);
        if (c->commonName.ptr != NULL)
            value(p, c->commonName);
        else
            sx_layout_printf(p->l, SX_PLAIN, "SHA-256 %.*s", SX_STR_ARG(c->sha256));
        if (c->notAfter.has)
            write_end(p, c, profile);
    }
    if (shown < n) {
        sx_layout_break(p->l);
        sx_layout_printf(p->l, SX_FAINT, "and %zu more; --verbose lists them", n - shown);
    }
    sx_layout_line(p->l);
}

static void write_devices(struct page *p, const struct sx_Profile *profile)
{
    size_t n = profile->devices.n;
    size_t shown = p->verbose || n <= MOST_DEVICES ? n : MOST_DEVICES;
    if (n == 0)
        return;
    label(p, "devices");
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            sx_layout_break(p->l);
        value(p, profile->devices.at[i]);
    }
    if (shown < n) {
        sx_layout_break(p->l);
        sx_layout_printf(p->l, SX_FAINT, "and %zu more; --verbose lists them", n - shown);
    }
    sx_layout_line(p->l);
}

static void put_dictionary(struct sx_buf *buf, const struct sx_map *map);

static void put_value(struct sx_buf *buf, struct sx_value v)
{
    if (v.kind == SX_STRING)
        sx_escape_buf(buf, v.str);
    else if (v.kind == SX_INT)
        sx_buf_printf(buf, "%lld", (long long)v.i);
    else if (v.kind == SX_BOOL)
        sx_buf_cstr(buf, v.b ? "true" : "false");
    else if (v.kind == SX_MAP)
        put_dictionary(buf, v.map);
    else
        sx_buf_cstr(buf, sx_kind_name((enum sx_kind)v.kind));
}

/* What a driver may match: "idVendor 1452, idProduct *". Dictionaries in it are not opened. */
static void put_dictionary(struct sx_buf *buf, const struct sx_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        sx_buf_cstr(buf, i > 0 ? ", " : "");
        sx_escape_buf(buf, map->at[i].key.str);
        sx_buf_char(buf, ' ');
        if (map->at[i].value.kind == SX_MAP)
            sx_buf_cstr(buf, "{…}");
        else
            put_value(buf, map->at[i].value);
    }
}

/* A key, and what is granted under it, unless that is just "true". */
static void write_grant(struct page *p, struct sx_str key, struct sx_value v)
{
    size_t n = v.kind == SX_LIST ? v.list.n : 1;
    sx_layout_word(p->l, SX_PLAIN, sx_escape(p->arena, key));
    if (v.kind == SX_BOOL && v.b)
        return;
    for (size_t i = 0; i < n; i++) {
        SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
        put_value(&buf, v.kind == SX_LIST ? sx_list_at(v, i) : v);
        sx_layout_break(p->l);
        sx_layout_blanks(p->l, 2);
        sx_layout_text(p->l, SX_PLAIN, sx_cut_value(p->arena, sx_buf_view(&buf)));
    }
}

/* The identities stand in the App ID. */
static bool is_identity(struct sx_str key)
{
    return sx_str_is(key, "com.apple.application-identifier") ||
           sx_str_is(key, "application-identifier") ||
           sx_str_is(key, "com.apple.developer.team-identifier");
}

static void write_grants(struct page *p, const struct sx_Profile *profile)
{
    const struct sx_map *map = profile->entitlements;
    bool first = true;
    if (write_unread(p, profile, "entitlements", "grants"))
        return;
    label(p, "grants");
    for (size_t i = 0; map != NULL && i < map->n; i++) {
        if (is_identity(map->at[i].key.str))
            continue;
        if (!first)
            sx_layout_break(p->l);
        write_grant(p, map->at[i].key.str, map->at[i].value);
        first = false;
    }
    if (first)
        sx_layout_cstr(p->l, SX_PLAIN, "nothing but its App ID");
    sx_layout_line(p->l);
}

static void write_problems(struct page *p, const struct sx_Profile *profile)
{
    for (size_t i = 0; i < profile->problems.n; i++) {
        label(p, i == 0 ? "problems" : "");
        sx_layout_text(p->l, SX_BAD, SX_AT(Problem, profile->problems, i)->detail);
        sx_layout_line(p->l);
    }
}

static void write_profile(struct page *p, const struct sx_Profile *profile)
{
    sx_layout_text(p->l, SX_STRONG, sx_quoted(p->arena, profile->name));
    if (profile->uuid.ptr != NULL) {
        sx_layout_blanks(p->l, 2);
        sx_layout_name(p->l, SX_FAINT, profile->uuid);
    }
    sx_layout_line(p->l);
    write_kind(p, profile);
    write_app_id(p, profile);
    write_validity(p, profile);
    write_certificates(p, profile);
    write_devices(p, profile);
    write_grants(p, profile);
    write_problems(p, profile);
}

/* All profiles of a run: those of code, then those that lie loose. */
static struct sx_objs profiles_of(const struct sx_run *run, struct sx_arena *arena)
{
    SX_VEC(const struct sx_object *) all = { 0 };
    for (size_t i = 0; i < run->artifacts.n; i++) {
        const struct sx_Artifact *artifact = SX_AT(Artifact, run->artifacts, i);
        for (size_t k = 0; k < artifact->code.n; k++)
            if (SX_AT(Code, artifact->code, k)->profile != NULL)
                SX_PUSH(arena, &all, &SX_AT(Code, artifact->code, k)->profile->head);
        for (size_t k = 0; k < artifact->profiles.n; k++)
            SX_PUSH(arena, &all, artifact->profiles.at[k]);
    }
    return (struct sx_objs){ all.at, all.n };
}

static bool write_text(const struct sx_run *run, struct sx_objs profiles, struct sx_arena *arena,
                       const struct sx_style *style, struct sx_out out)
{
    struct sx_layout l;
    struct page page = { &l, arena, run->question.now, style->verbose };
    sx_layout_init(&l, style, out);
    for (size_t i = 0; i < profiles.n && !l.stopped; i++) {
        if (i > 0)
            sx_layout_line(&l);
        if (profiles.n > 1)
            sx_layout_heading(&l, sx_escape(arena, SX_AT(Profile, profiles, i)->path),
                              SX_STR("provisioning profile"));
        write_profile(&page, SX_AT(Profile, profiles, i));
    }
    return sx_layout_finish(&l);
}

static bool write_json(struct sx_objs profiles, struct sx_out out)
{
    struct sx_json json;
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    sx_json_begin_object(&json);
    sx_json_member(&json, "schemaVersion", sx_int(1));
    sx_json_member(&json, "profiles", sx_list_objects(profiles.at, profiles.n));
    sx_json_end_object(&json);
    sx_json_newline(&json);
    return sx_json_flush(&json);
}

static bool none(const struct sx_run *run, struct sx_arena *arena, struct sx_err *err)
{
    struct sx_str in = SX_STR("any of them");
    if (run->artifacts.n == 1)
        in = sx_escape(arena, SX_AT(Artifact, run->artifacts, 0)->path);
    return sx_fail(err, SX_E_USAGE, 0, "no provisioning profile in %.*s", SX_STR_ARG(in));
}

bool sx_write_profiles(const struct sx_run *run, struct sx_str format, const struct sx_style *style,
                       struct sx_out out, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_objs profiles = profiles_of(run, arena);
    bool is_json = sx_str_is(format, "json");
    if (!is_json && format.ptr != NULL && !sx_str_is(format, "text"))
        return sx_fail(err, SX_E_USAGE, 0, "profile writes text or json");
    if (profiles.n == 0)
        return none(run, arena, err);
    return is_json ? write_json(profiles, out) : write_text(run, profiles, arena, style, out);
}

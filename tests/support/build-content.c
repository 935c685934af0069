/* SPDX-License-Identifier: MIT */
/* Files that are no code: text, filler, property lists, profiles. */
#include "build.h"
#include "base/source.h"
#include "profile.h"

#include <fcntl.h>

#define MAX_TEXT (1u << 20)
#define TEAM     "W4FFLE9K2Q"

static bool from_file(struct sx_fx_build *b, struct sx_fx_node *name, struct sx_str path,
                      struct sx_str *out)
{
    (void)path; /* where it goes does not matter */
    if (b->fixture == NULL || name->file == NULL)
        return sx_fx_fail(b->err, name, "there is no folder to look for %.*s in",
                          SX_STR_ARG(name->text));
    const char *source_path = sx_fx_beside(b->arena, name->file, name->text).ptr;
    struct sx_source source;
    struct sx_span bytes;
    if (!sx_source_open(AT_FDCWD, source_path, source_path, false, &source, b->err))
        return false;
    bool done = sx_source_whole(&source, MAX_TEXT, b->arena, &bytes, b->err);
    sx_source_close(&source);
    *out = done ? sx_str_of_span(bytes) : SX_STR("");
    return done;
}

/* What a profile of each kind has that the others have not, as Apple's portal writes it. */
static const struct kind {
    const char *name, *distribution;
    bool all_devices, devices;
    int64_t days; /* it lives */
} kinds[] = {
    { "developer-id", "DIRECT", true, false, 6570 },
    { "development", "LIMITED", false, true, 365 },
    { "app-store", "STORE", false, false, 365 },
};

struct profile {
    struct sx_str name, app_id, team, team_name, uuid;
    const struct kind *kind;
    struct sx_opt_time created, expires;
    struct sx_strs certificates, devices;
};

static bool read_kind(struct sx_fx_build *b, const struct sx_fx_node *node, struct profile *p)
{
    struct sx_str name = SX_STR("developer-id");
    SX_TRY(sx_fx_read_text(b, node, "kind", &name));
    for (size_t i = 0; i < SX_LEN(kinds); i++)
        if (sx_str_is(name, kinds[i].name))
            p->kind = &kinds[i];
    return p->kind != NULL || sx_fx_fail(b->err, sx_fx_get(node, "kind"),
                                         "a profile is developer-id, development or app-store");
}

static bool read_profile(struct sx_fx_build *b, const struct sx_fx_node *node, struct profile *p)
{
    static const char *const keys[] = { "name",         "app-id",  "team",         "team-name",
                                        "uuid",         "kind",    "created",      "expires",
                                        "certificates", "devices", "entitlements", "plist",
                                        "der",          "signer",  "der-signer",   "defects",
                                        "der-defects" };
    *p = (struct profile){ .name = SX_STR("A Profile"),
                           .app_id = SX_STR("*"),
                           .team = SX_STR(TEAM),
                           .team_name = SX_STR("Waffle Works"),
                           .uuid = SX_STR("00000000-0000-4000-8000-000000000000"),
                           .created = { true, sx_time_of(2026, 3, 2, 9, 0, 0) } };
    SX_TRY(sx_fx_check_keys(b, node, SX_LEN(keys), keys));
    SX_TRY(read_kind(b, node, p));
    SX_TRY(sx_fx_read_text(b, node, "name", &p->name));
    SX_TRY(sx_fx_read_text(b, node, "app-id", &p->app_id));
    SX_TRY(sx_fx_read_text(b, node, "team", &p->team));
    SX_TRY(sx_fx_read_text(b, node, "team-name", &p->team_name));
    SX_TRY(sx_fx_read_text(b, node, "uuid", &p->uuid));
    SX_TRY(sx_fx_read_time(b, node, "created", &p->created));
    p->expires = p->created;
    p->expires.t.seconds += p->kind->days * 86400;
    SX_TRY(sx_fx_read_time(b, node, "expires", &p->expires));
    SX_TRY(sx_fx_read_texts(b, node, "certificates", &p->certificates));
    return sx_fx_read_texts(b, node, "devices", &p->devices);
}

static struct sx_fx_node *one_text(struct sx_fx_build *b, struct sx_str text)
{
    struct sx_fx_node *list = sx_fx_list(b->arena);
    sx_fx_append(b->arena, list, sx_fx_string(b->arena, text));
    return list;
}

static struct sx_fx_node *texts(struct sx_fx_build *b, struct sx_strs strings)
{
    struct sx_fx_node *list = sx_fx_list(b->arena);
    for (size_t i = 0; i < strings.n; i++)
        sx_fx_append(b->arena, list, sx_fx_string(b->arena, strings.at[i]));
    return list;
}

static struct sx_fx_node *granted(struct sx_fx_build *b, const struct profile *p,
                                  struct sx_fx_node *given)
{
    struct sx_fx_node *map = sx_fx_map(b->arena);
    sx_fx_put(b->arena, map, SX_STR("com.apple.application-identifier"),
              sx_fx_string(b->arena, sx_str_printf(b->arena, "%.*s.%.*s", SX_STR_ARG(p->team),
                                                   SX_STR_ARG(p->app_id))));
    sx_fx_put(b->arena, map, SX_STR("com.apple.developer.team-identifier"),
              sx_fx_string(b->arena, p->team));
    return sx_fx_merge(b->arena, map, given);
}

static struct sx_fx_node *profile_plist(struct sx_fx_build *b, const struct profile *p,
                                        struct sx_fx_node *entitlements)
{
    struct sx_arena *arena = b->arena;
    int64_t days = (p->expires.t.seconds - p->created.t.seconds) / 86400;
    struct sx_fx_node *map = sx_fx_map(arena);
    sx_fx_put(arena, map, SX_STR("AppIDName"), sx_fx_string(arena, p->name));
    sx_fx_put(arena, map, SX_STR("ApplicationIdentifierPrefix"), one_text(b, p->team));
    sx_fx_put(arena, map, SX_STR("CreationDate"), sx_fx_date(arena, p->created.t));
    sx_fx_put(arena, map, SX_STR("Platform"), one_text(b, SX_STR("OSX")));
    sx_fx_put(arena, map, SX_STR("IsXcodeManaged"), sx_fx_bool(arena, false));
    sx_fx_put(arena, map, SX_STR("Entitlements"), granted(b, p, entitlements));
    sx_fx_put(arena, map, SX_STR("ExpirationDate"), sx_fx_date(arena, p->expires.t));
    sx_fx_put(arena, map, SX_STR("Name"), sx_fx_string(arena, p->name));
    if (p->kind->all_devices)
        sx_fx_put(arena, map, SX_STR("ProvisionsAllDevices"), sx_fx_bool(arena, true));
    if (p->kind->devices)
        sx_fx_put(arena, map, SX_STR("ProvisionedDevices"), texts(b, p->devices));
    sx_fx_put(arena, map, SX_STR("TeamIdentifier"), one_text(b, p->team));
    sx_fx_put(arena, map, SX_STR("TeamName"), sx_fx_string(arena, p->team_name));
    sx_fx_put(arena, map, SX_STR("TimeToLive"), sx_fx_int(arena, days));
    sx_fx_put(arena, map, SX_STR("UUID"), sx_fx_string(arena, p->uuid));
    sx_fx_put(arena, map, SX_STR("Version"), sx_fx_int(arena, 1));
    return map;
}

static bool profile_certificates(struct sx_fx_build *b, const struct sx_fx_node *node,
                                 const struct profile *p, struct sx_fx_profile *spec)
{
    const struct sx_fx_cert **certificates =
        SX_NEW_N(b->arena, const struct sx_fx_cert *, p->certificates.n);
    for (size_t i = 0; i < p->certificates.n; i++) {
        certificates[i] = sx_fx_cert(b->pki, p->certificates.at[i]);
        if (certificates[i] == NULL)
            return sx_fx_fail(b->err, sx_fx_get(node, "certificates"),
                              "no certificate is named %.*s", SX_STR_ARG(p->certificates.at[i]));
    }
    spec->certificates = certificates;
    spec->n_certificates = p->certificates.n;
    return true;
}

static bool profile(struct sx_fx_build *b, struct sx_fx_node *given, struct sx_str path,
                    struct sx_str *out)
{
    (void)path; /* where it goes does not matter */
    const struct sx_fx_node *node = sx_fx_merge(b->arena, sx_fx_get(b->defaults, "profile"), given);
    struct profile p;
    SX_TRY(read_profile(b, node, &p));
    struct sx_fx_profile spec = { .signer = sx_fx_cert(b->pki, SX_STR("profile-signer")),
                                  .der_signer = sx_fx_cert(b->pki, SX_STR("profile-signer-der")),
                                  .signed_at = p.created.t };
    SX_TRY(profile_certificates(b, node, &p, &spec));
    SX_TRY(sx_fx_read_cert(b, node, "signer", &spec.signer));
    SX_TRY(sx_fx_read_cert(b, node, "der-signer", &spec.der_signer));
    SX_TRY(sx_fx_read_defects(b, node, "defects", &spec.defects));
    SX_TRY(sx_fx_read_defects(b, node, "der-defects", &spec.der_defects));

    struct sx_fx_node *plist = profile_plist(b, &p, sx_fx_get(node, "entitlements"));
    spec.plist = sx_fx_merge(b->arena, plist, sx_fx_get(node, "plist"));
    struct sx_fx_node *der = sx_fx_merge(b->arena, plist, sx_fx_get(node, "der"));
    if (!sx_fx_is_none(der)) {
        struct sx_fx_node *distribution = sx_fx_map(b->arena);
        sx_fx_put(b->arena, distribution, SX_STR("ProfileDistributionType"),
                  sx_fx_string(b->arena, sx_str_of(p.kind->distribution)));
        spec.der = sx_fx_merge(b->arena, distribution, der);
    }
    *out = sx_fx_profile(b->pki, &spec);
    return true;
}

static bool filler(struct sx_fx_build *b, struct sx_fx_node *node, struct sx_str path,
                   struct sx_str *out)
{
    if (node->kind != SX_FX_NODE_INT || node->number < 0 || node->number > 1 << 30)
        return sx_fx_fail(b->err, node, "size must be a number of bytes");
    *out = sx_fx_filler(b->arena, path, (size_t)node->number);
    return true;
}

static bool text(struct sx_fx_build *b, struct sx_fx_node *node, struct sx_str path,
                 struct sx_str *out)
{
    (void)b; /* text is the same anywhere */
    (void)path;
    *out = sx_fx_node_bytes(node);
    return true;
}

static bool copy(struct sx_fx_build *b, struct sx_fx_node *node, struct sx_str path,
                 struct sx_str *out)
{
    (void)path; /* where it goes does not matter */
    return sx_fx_read(b, node->text, out);
}

static bool plist(struct sx_fx_build *b, struct sx_fx_node *node, struct sx_str path,
                  struct sx_str *out)
{
    (void)path; /* where it goes does not matter */
    *out = sx_fx_plist(b->arena, node);
    return true;
}

static const struct {
    const char *key;
    bool (*read)(struct sx_fx_build *b, struct sx_fx_node *node, struct sx_str path,
                 struct sx_str *out);
} contents[] = {
    { "text", text },
    { "from", from_file },
    { "copy", copy },
    { "size", filler },
    { "plist", plist },
    { "profile", profile },
    { "package", sx_fx_build_package },
};

static bool sign_content(struct sx_fx_build *b, const struct sx_fx_node *entry, struct sx_str *out)
{
    const struct sx_fx_cert *signer = NULL;
    SX_TRY(sx_fx_read_cert(b, entry, "signer", &signer));
    if (signer != NULL)
        *out = sx_fx_cms(
            b->pki,
            &(struct sx_fx_cms){ .signer = signer,
                                 .content = *out,
                                 .attached = true,
                                 .der = true,
                                 .signing_time = { true, sx_time_of(2026, 11, 23, 18, 0, 0) } });
    return true;
}

bool sx_fx_build_content(struct sx_fx_build *b, const struct sx_fx_node *entry, struct sx_str path,
                         struct sx_str *out)
{
    *out = sx_fx_node_bytes(entry);
    if (entry->kind != SX_FX_NODE_MAP)
        return true;
    for (size_t i = 0; i < SX_LEN(contents); i++) {
        struct sx_fx_node *node = sx_fx_get(entry, contents[i].key);
        if (node == NULL || node->kind == SX_FX_NODE_NULL)
            continue;
        SX_TRY(contents[i].read(b, node, path, out));
        return sign_content(b, entry, out);
    }
    return sx_fx_fail(b->err, entry,
                      "a file is text, from, copy, size, plist, profile, package, macho, link or "
                      "files");
}

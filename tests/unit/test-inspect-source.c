/* SPDX-License-Identifier: MIT */
/* Sources before a build: which Info.plist and profile go with which entitlements, what a build
 * would put for variables, and what nobody can know by then. */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"

#define ES     "com.apple.developer.endpoint-security.client"
#define KEYS   "keychain-access-groups"
#define APP_ID "com.apple.application-identifier"

#define CLAIMS(path, body) "  " path ": {plist: {" body "}}\n"
#define INFO(path, body)   "  " path ": {plist: {CFBundlePackageType: APPL, " body "}}\n"
#define SYSX(path, body)   "  " path ": {plist: {CFBundlePackageType: SYSX, " body "}}\n"
#define PROFILE(path, name, id, more)                                                              \
    "  " path ": {profile: {name: " name ", kind: developer-id, app-id: " id                       \
    ", certificates: [developer-id], created: 2026-03-02T09:00:00Z,\n"                             \
    "    expires: 2044-03-02T09:00:00Z" more "}}\n"
#define GRANTS ", entitlements: {" ES ": true, " KEYS ": [W4FFLE9K2Q.*]}"

/* What is expected: a line a code object, sorted by path. "FILE KIND IDENTIFIER PROFILE SIGNER",
 * then
 * ", KEY VALUE ANSWER" a claim, where "?" stands for what is not known. */
static const struct row {
    const char *name, *yaml, *wanted;
    enum sx_ArtifactKind kind; /* ABSENT: a folder of sources */
} rows[] = {
    { "entitlements alone", CLAIMS("a.entitlements", ES ": true"),
      "a.entitlements app ? ? ?, " ES " true ?\n" },
    { "what needs no profile", CLAIMS("a.entitlements", "com.apple.security.app-sandbox: true"),
      "a.entitlements app ? ? ?, com.apple.security.app-sandbox true not-needed\n" },
    { "as Xcode calls them", CLAIMS("a.app.xcent", ES ": true"),
      "a.app.xcent app ? ? ?, " ES " true ?\n" },
    { "by its keys", CLAIMS("claims.plist", ES ": true"), "", SX_ARTIFACT_KIND_FOLDER },
    { "with Info.plist",
      CLAIMS("a.entitlements", ES ": true") SYSX("Info.plist", "CFBundleIdentifier: com.example.a"),
      "a.entitlements system-extension com.example.a ? ?, " ES " true ?\n" },
    { "with both",
      CLAIMS("a.entitlements", ES ": true") INFO("Info.plist", "CFBundleIdentifier: com.example.a")
          PROFILE("p.provisionprofile", "P", "com.example.a", GRANTS),
      "a.entitlements app com.example.a P developer-id, " ES " true granted\n" },
    { "not granted",
      CLAIMS("a.entitlements", ES ": true") INFO("Info.plist", "CFBundleIdentifier: com.example.a")
          PROFILE("p.provisionprofile", "P", "com.example.a", ""),
      "a.entitlements app com.example.a P developer-id, " ES " true refused entitlement\n" },
    { "for another app",
      CLAIMS("a.entitlements", ES ": true") INFO("Info.plist", "CFBundleIdentifier: com.example.a")
          PROFILE("p.provisionprofile", "P", "com.example.b", GRANTS),
      "a.entitlements app com.example.a P developer-id, " ES " true granted app-id\n" },

    /* what goes together */
    { "a folder each",
      CLAIMS("a/a.entitlements", ES ": true")
          INFO("a/Info.plist", "CFBundleIdentifier: com.example.a")
              PROFILE("profiles/1.provisionprofile", "P", "com.example.a", GRANTS)
                  CLAIMS("b/b.entitlements", ES ": true")
                      SYSX("b/Info.plist", "CFBundleIdentifier: com.example.b")
                          PROFILE("profiles/2.provisionprofile", "Q", "com.example.b", GRANTS),
      "a.entitlements app com.example.a P developer-id, " ES " true granted\n"
      "b.entitlements system-extension com.example.b Q developer-id, " ES " true granted\n" },
    { "by name in one folder",
      CLAIMS("a.entitlements", "x: true") CLAIMS("b.entitlements", "x: true")
          INFO("a-Info.plist", "CFBundleIdentifier: com.example.a")
              SYSX("b-Info.plist", "CFBundleIdentifier: com.example.b"),
      "a.entitlements app com.example.a ? ?, x true not-needed\n"
      "b.entitlements system-extension com.example.b ? ?, x true not-needed\n" },
    { "the explicit profile before the wildcard",
      CLAIMS("a.entitlements", "x: true") INFO("Info.plist", "CFBundleIdentifier: com.example.a")
          PROFILE("1.provisionprofile", "P", "com.example.*", "")
              PROFILE("2.provisionprofile", "Q", "com.example.a", ""),
      "a.entitlements app com.example.a Q developer-id, x true not-needed\n" },
    { "an Info.plist that lies elsewhere",
      CLAIMS("a/a.entitlements", "x: true")
          INFO("b/Info.plist", "CFBundleIdentifier: com.example.b"),
      "a.entitlements app ? ? ?, x true not-needed\n" },

    /* variables */
    { "those of team and App ID",
      CLAIMS("a.entitlements", APP_ID ": $(AppIdentifierPrefix)$(CFBundleIdentifier), " KEYS
                                      ": ['${TeamIdentifierPrefix}x', $(DEVELOPMENT_TEAM).y]")
          INFO("Info.plist", "CFBundleIdentifier: com.example.a")
              PROFILE("p.provisionprofile", "P", "com.example.a", GRANTS),
      "a.entitlements app com.example.a P developer-id, " APP_ID
      " W4FFLE9K2Q.com.example.a granted, " KEYS " [W4FFLE9K2Q.x, W4FFLE9K2Q.y] granted\n" },
    { "an identifier that the profile settles",
      CLAIMS("a.entitlements", KEYS ": [$(AppIdentifierPrefix)$(PRODUCT_BUNDLE_IDENTIFIER)]")
          INFO("Info.plist", "CFBundleIdentifier: $(PRODUCT_BUNDLE_IDENTIFIER)")
              PROFILE("p.provisionprofile", "P", "com.example.a", GRANTS),
      "a.entitlements app com.example.a P developer-id, " KEYS
      " [W4FFLE9K2Q.com.example.a] granted\n" },
    { "one that nobody knows",
      CLAIMS("a.entitlements", KEYS ": [$(AppIdentifierPrefix)$(MINE)]")
          INFO("Info.plist", "CFBundleIdentifier: com.example.a")
              PROFILE("p.provisionprofile", "P", "com.example.a", GRANTS),
      "a.entitlements app com.example.a P developer-id, " KEYS " [W4FFLE9K2Q.$(MINE)] ?\n" },
    { "one under a key that is not granted",
      CLAIMS("a.entitlements", KEYS ": [$(MINE)]")
          INFO("Info.plist", "CFBundleIdentifier: com.example.a")
              PROFILE("p.provisionprofile", "P", "com.example.a", ""),
      "a.entitlements app com.example.a P developer-id, " KEYS " [$(MINE)] refused entitlement\n" },
    { "what only looks like one",
      CLAIMS("a.entitlements", "x: '$5 $(', y: '${', z: $")
          PROFILE("p.provisionprofile", "P", "com.example.a", GRANTS),
      "a.entitlements app com.example.a P developer-id, x $5 $( not-needed, y ${ not-needed, z $ "
      "not-needed\n" },

    /* no sources */
    { "a folder with code",
      CLAIMS("a.entitlements", ES ": true") "  tool: {macho: {arch: arm64}}\n",
      "tool executable ? ? none\n", SX_ARTIFACT_KIND_FOLDER },
    { "a folder without entitlements", INFO("Info.plist", "CFBundleIdentifier: com.example.a"), "",
      SX_ARTIFACT_KIND_FOLDER },
    { "entitlements that are none", "  a.entitlements: '<plist>'\n", "a.entitlements app ? ? ?\n" },
};

static void put_value(struct sx_buf *out, struct sx_value v)
{
    if (v.kind == SX_LIST) {
        sx_buf_char(out, '[');
        for (size_t i = 0; i < v.list.n; i++) {
            sx_buf_cstr(out, i > 0 ? ", " : "");
            put_value(out, sx_list_at(v, i));
        }
        sx_buf_char(out, ']');
    } else if (v.kind == SX_STRING) {
        sx_buf_str(out, v.str);
    } else if (v.kind == SX_BOOL) {
        sx_buf_cstr(out, v.b ? "true" : "false");
    } else {
        sx_buf_char(out, '?');
    }
}

static void put_member(struct sx_buf *out, const struct sx_object *object, const char *member)
{
    sx_buf_char(out, ' ');
    put_value(out, sx_object_get(object, sx_type_member(object->type, sx_str_of(member))));
}

static void put_code(struct sx_buf *out, const struct sx_Code *code)
{
    sx_buf_str(out, sx_str_base(code->path));
    put_member(out, &code->head, "kind");
    put_member(out, &code->head, "identifier");
    if (code->profile != NULL)
        put_member(out, &code->profile->head, "name");
    else
        put_member(out, &code->head, "profile");
    put_member(out, &code->signature->head, "signer");
    for (size_t i = 0; i < code->claims.n; i++) {
        const struct sx_Claim *claim = SX_AT(Claim, code->claims, i);
        sx_buf_printf(out, ", %.*s", SX_STR_ARG(claim->key));
        put_member(out, &claim->head, "value");
        put_member(out, &claim->head, "authorisation");
        struct sx_value unmet =
            sx_object_get(&claim->head, sx_type_member(&sx_type_Claim, SX_STR("unmet")));
        for (size_t k = 0; unmet.kind == SX_LIST && k < unmet.list.n; k++)
            sx_buf_printf(out, " %.*s", SX_STR_ARG(sx_list_at(unmet, k).str));
    }
    sx_buf_char(out, '\n');
}

static void reads_sources(void **state)
{
    const struct row *row = *state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    examine(&e, sx_str_printf(arena, "files:\n%s", row->yaml).ptr, "");
    const struct sx_Artifact *artifact = examined_artifact(&e);
    for (size_t i = 0; i < artifact->code.n; i++)
        put_code(&found, SX_AT(Code, artifact->code, i));
    sx_buf_char(&found, '\0');
    assert_string_equal(found.ptr, row->wanted);
    assert_int_equal(artifact->kind, row->kind != SX_ARTIFACT_KIND_ABSENT
                                         ? row->kind
                                         : (uint16_t)SX_ARTIFACT_KIND_SOURCE);
    examined_free(&e);
}

/* A profile is told with the code that has it, and a value knows its line in the file. */
static void takes_profile_and_keeps_places(void **state)
{
    (void)state;
    struct examined e;
    examine(&e,
            "files:\n" CLAIMS("a.entitlements", "x: 'v$(DEVELOPMENT_TEAM)'")
                INFO("Info.plist", "CFBundleIdentifier: com.example.a")
                    PROFILE("a.provisionprofile", "P", "com.example.a", "")
                        PROFILE("b.provisionprofile", "Q", "com.example.b", ""),
            "");
    const struct sx_Artifact *artifact = examined_artifact(&e);
    const struct sx_Code *code = SX_AT(Code, artifact->code, 0);
    const struct sx_value *x = sx_map_get(code->entitlements, SX_STR("x"));
    const struct sx_document *document = code->signature->head.document;
    assert_int_equal(artifact->profiles.n, 1);
    assert_true(sx_str_is(SX_AT(Profile, artifact->profiles, 0)->name, "Q"));
    assert_true(sx_str_is(x->str, "vW4FFLE9K2Q"));
    assert_true(document->is_file);
    assert_memory_equal(document->text.ptr + x->pos - 1, "v$(D", 4);
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, reads_sources);
    ADD_TEST(&list, takes_profile_and_keeps_places);
    return run_rows("inspect-source", &list);
}

/* SPDX-License-Identifier: MIT */
/* Provisioning profiles as facts: real ones as Apple made them, and built ones with one thing wrong
 * each. */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"

#include <stdio.h>

/* Real profiles, read completely. */
static const struct real {
    const char *name; /* below tests/corpus/profiles */
    enum sx_ProfileKind kind;
    enum sx_Platform platform;
    const char *title, *uuid, *team, *team_name, *app_id, *created, *expires;
    const char *certificate, *sha256; /* of the only certificate; the beginning of its SHA-256 */
    size_t n_encodings, n_entitlements;
    bool all_devices;
    enum sx_ProblemKind problem; /* the only one */
} reals[] = {
    { .name = "osquery-2026-developerid.provisionprofile",
      .kind = SX_PROFILE_KIND_DEVELOPER_ID,
      .platform = SX_PLATFORM_MACOS,
      .title = "osquery distribution",
      .uuid = "ffb16da9-ff89-44f7-b415-c4b0735b591f",
      .team = "3522FA9PXF",
      .team_name = "OSQUERY A Series of LF Projects, LLC",
      .app_id = "io.osquery.agent",
      .created = "2026-02-25T18:57:31Z",
      .expires = "2044-02-21T18:57:31Z",
      .certificate = "Developer ID Application: OSQUERY A Series of LF Projects, LLC (3522FA9PXF)",
      .sha256 = "fc692e1aaf91c5e9",
      .n_encodings = 2,
      .n_entitlements = 5,
      .all_devices = true },
    { .name = "osquery-2021-developerid.provisionprofile",
      .kind = SX_PROFILE_KIND_DEVELOPER_ID,
      .platform = SX_PLATFORM_MACOS,
      .title = "osquery distribution",
      .uuid = "09ddb150-9be6-436b-9f85-37c6a98df18a",
      .team = "3522FA9PXF",
      .team_name = "OSQUERY A Series of LF Projects, LLC",
      .app_id = "io.osquery.agent",
      .created = "2021-02-02T03:28:08Z",
      .expires = "2039-01-29T03:28:08Z",
      .certificate = "Developer ID Application: OSQUERY A Series of LF Projects, LLC (3522FA9PXF)",
      .sha256 = "7c9faa9d607c98be",
      .n_encodings = 1,
      .n_entitlements = 5,
      .all_devices = true },
    { .name = "redisinsight-2025-macappstore.provisionprofile",
      .kind = SX_PROFILE_KIND_APP_STORE,
      .platform = SX_PLATFORM_MACOS,
      .title = "RedisInsight-Store",
      .uuid = "bc30eb64-c1fa-48a6-b506-c28fe89d82cd",
      .team = "UUK47G4BAZ",
      .team_name = "Redis Inc.",
      .app_id = "com.redis.RedisInsight",
      .created = "2025-04-03T14:44:15Z",
      .expires = "2026-04-03T12:58:39Z",
      .certificate = "Apple Distribution: Redis Inc. (UUK47G4BAZ)",
      .sha256 = "e46dd8425448bc31",
      .n_encodings = 2,
      .n_entitlements = 3 },
    { .name = "fastlane-2023-ios-store.mobileprovision",
      .kind = SX_PROFILE_KIND_APP_STORE,
      .platform = SX_PLATFORM_IOS,
      .title = "Jigx Test AppStore",
      .uuid = "a0b45501-0c52-41cb-b52e-124edf937135",
      .team = "VQVYM88YJ2",
      .team_name = "Jigx, Inc",
      .app_id = "com.jigx.test.ios",
      .created = "2023-02-21T16:50:17Z",
      .expires = "2024-02-21T16:39:53Z",
      .certificate = "Apple Distribution: Jigx, Inc (VQVYM88YJ2)",
      .sha256 = "2389211a4ceb5d73",
      .n_encodings = 2,
      .n_entitlements = 8 },
    { .name = "fastlane-2015-ios-store.mobileprovision",
      .kind = SX_PROFILE_KIND_APP_STORE,
      .platform = SX_PLATFORM_IOS,
      .title = "tools.fastlane.app AppStore",
      .uuid = "98264c6b-5151-4349-8d0f-66691e48ae35",
      .team = "439BBM9367",
      .team_name = "Felix Krause",
      .app_id = "tools.fastlane.app",
      .created = "2015-11-08T21:09:03Z",
      .expires = "2016-11-07T20:58:52Z",
      .certificate = "iPhone Distribution: Felix Krause (439BBM9367)",
      .sha256 = "e9bf35d483cab661",
      .n_encodings = 1,
      .n_entitlements = 5 },
    { .name = "fastlane-2015-edited-by-hand.provisionprofile",
      .kind = SX_PROFILE_KIND_APP_STORE,
      .platform = SX_PLATFORM_MACOS,
      .title = "tools.fastlane.app AppStore",
      .uuid = "98264c6b-5151-4349-8d0f-66691e48ae35",
      .team = "439BBM9367",
      .team_name = "Felix Krause",
      .app_id = "tools.fastlane.app",
      .created = "2015-11-08T21:09:03Z",
      .expires = "2016-11-07T20:58:52Z",
      .certificate = "iPhone Distribution: Felix Krause (439BBM9367)",
      .sha256 = "e9bf35d483cab661",
      .n_encodings = 1,
      .n_entitlements = 5,
      .problem = SX_PROBLEM_PROFILE_SIGNATURE_WRONG },
};

static void expect_text(struct sx_str found, const char *wanted)
{
    if (!sx_str_is(found, wanted))
        fail_msg("found %.*s, wanted %s", SX_STR_ARG(found), wanted);
}

static void expect_only(struct sx_strs list, struct sx_str wanted)
{
    assert_int_equal(list.n, 1);
    assert_true(sx_str_eq(list.at[0], wanted));
}

static void expect_time(struct sx_opt_time found, const char *wanted, struct sx_arena *arena)
{
    assert_true(found.has);
    expect_text(sx_time_text(arena, found.t), wanted);
}

static const struct sx_Profile *only_profile(const struct examined *e)
{
    assert_int_equal(examined_artifact(e)->profiles.n, 1);
    return SX_AT(Profile, examined_artifact(e)->profiles, 0);
}

static void reads_completely(void **state)
{
    const struct real *row = *state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine_file(&e, sx_str_printf(arena, "tests/corpus/profiles/%s", row->name).ptr);
    const struct sx_Profile *p = only_profile(&e);
    assert_int_equal(examined_artifact(&e)->kind, SX_ARTIFACT_KIND_PROFILE);
    assert_int_equal(p->head.unread.n, 0);
    assert_int_equal(p->kind, row->kind);
    expect_only(p->platforms, sx_Platform_name(row->platform));
    expect_text(p->name, row->title);
    expect_text(p->uuid, row->uuid);
    expect_only(p->teamIdentifiers, sx_str_of(row->team));
    expect_text(p->teamName, row->team_name);
    expect_text(p->appIdPrefix, row->team);
    expect_text(p->appId, row->app_id);
    expect_time(p->created, row->created, arena);
    expect_time(p->expires, row->expires, arena);
    assert_int_equal(p->allDevices, row->all_devices);
    assert_int_equal(p->devices.n, 0);
    assert_int_equal(p->encodings.n, row->n_encodings);
    assert_int_equal(p->entitlements->n, row->n_entitlements);
    assert_int_equal(p->certificates.n, 1);
    expect_text(SX_AT(Certificate, p->certificates, 0)->commonName, row->certificate);
    assert_true(
        sx_str_starts(SX_AT(Certificate, p->certificates, 0)->sha256, sx_str_of(row->sha256)));
    assert_int_equal(p->problems.n, row->problem != SX_PROBLEM_ABSENT);
    if (p->problems.n > 0)
        assert_int_equal(SX_AT(Problem, p->problems, 0)->what, row->problem);
    examined_free(&e);
}

/* Whatever one inverted byte does to what is signed, the profile is never an intact one. */
static void notices_damage(void **state)
{
    (void)state;
    static const char path[] =
        SX_SOURCE "/tests/corpus/profiles/redisinsight-2025-macappstore.provisionprofile";
    static char bytes[12173];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, sizeof(bytes), file), sizeof(bytes));
    fclose(file);
    struct sx_str whole = { bytes, sizeof(bytes) };
    size_t from = sx_str_find(whole, SX_STR("<?xml")), to = sx_str_find(whole, SX_STR("</plist>"));
    assert_true(from < to && to < sizeof(bytes));
    for (size_t at = from; at < to; at += 211) {
        struct examined e;
        bytes[at] ^= (char)0xff;
        examine_bytes(&e, "p.provisionprofile", whole);
        if (examined_artifact(&e)->profiles.n > 0 && only_profile(&e)->problems.n == 0)
            fail_msg("byte %zu makes no difference", at);
        examined_free(&e);
        bytes[at] ^= (char)0xff;
    }
}

/* Built ones. */
#define PROFILE(more) PROFILE_OF("developer-id", "[developer-id]", more)
#define PROFILE_OF(kind, certificates, more)                                                       \
    "files:\n"                                                                                     \
    "  p.provisionprofile:\n"                                                                      \
    "    profile:\n"                                                                               \
    "      kind: " kind "\n"                                                                       \
    "      app-id: com.example.sx\n"                                                               \
    "      certificates: " certificates "\n" more
#define AND "      "
static const struct built {
    const char *name, *yaml;
    enum sx_ProfileKind kind; /* ABSENT: nothing of it could be read */
    const char *problem, *detail;
} builts[] = {
    { "good", PROFILE(""), SX_PROFILE_KIND_DEVELOPER_ID, NULL, NULL },
    { "good without DER", PROFILE(AND "der: none\n"), SX_PROFILE_KIND_DEVELOPER_ID, NULL, NULL },
    { "development", PROFILE_OF("development", "[development]", AND "devices: [A]\n"),
      SX_PROFILE_KIND_DEVELOPMENT, NULL, NULL },
    { "store", PROFILE_OF("app-store", "[apple-distribution]", ""), SX_PROFILE_KIND_APP_STORE, NULL,
      NULL },

    /* its kind */
    { "the distribution type counts more than devices",
      PROFILE(AND "der: {ProfileDistributionType: ADHOC}\n"), SX_PROFILE_KIND_AD_HOC, NULL, NULL },
    { "an enterprise's", PROFILE(AND "der: {ProfileDistributionType: INHOUSE}\n"),
      SX_PROFILE_KIND_ENTERPRISE, NULL, NULL },
    { "a distribution type nobody knows", PROFILE(AND "der: {ProfileDistributionType: PIGEON}\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, NULL, NULL },
    { "for all devices, on iOS", PROFILE(AND "plist: {Platform: [iOS]}\n" AND "der: none\n"),
      SX_PROFILE_KIND_ENTERPRISE, NULL, NULL },
    { "for devices, on iOS",
      PROFILE(AND
              "plist: {Platform: [iOS], ProvisionsAllDevices: null, ProvisionedDevices: [A]}\n" AND
              "der: none\n"),
      SX_PROFILE_KIND_AD_HOC, NULL, NULL },
    { "for devices and debuggers, on iOS",
      PROFILE(AND
              "plist: {Platform: [iOS], ProvisionsAllDevices: null, ProvisionedDevices: [A],\n" AND
              "  Entitlements: {get-task-allow: true}}\n" AND "der: none\n"),
      SX_PROFILE_KIND_DEVELOPMENT, NULL, NULL },
    { "of nothing in particular", PROFILE(AND "plist: {Entitlements: null}\n" AND "der: none\n"),
      SX_PROFILE_KIND_UNKNOWN, NULL, NULL },

    /* who signed */
    { "no CMS", "files: {p.provisionprofile: {text: !hex 308200ff00}}\n", SX_PROFILE_KIND_ABSENT,
      "profile-unreadable", "neither a signed nor a plain" },
    { "a CMS without a property list",
      "files: {p.provisionprofile: {text: hello, signer: profile-signer}}\n",
      SX_PROFILE_KIND_ABSENT, "profile-unreadable", "" },
    { "an array in a CMS", "files: {p.provisionprofile: {plist: [a], signer: profile-signer}}\n",
      SX_PROFILE_KIND_ABSENT, "profile-unreadable", "no dictionary" },
    { "a plain property list",
      "files: {p.provisionprofile: {plist: {UUID: a, Entitlements: {a: true}}}}\n",
      SX_PROFILE_KIND_APP_STORE, "profile-not-apple", "a property list without signature" },
    { "altered", PROFILE(AND "defects: [wrong-message-digest]\n"), SX_PROFILE_KIND_DEVELOPER_ID,
      "profile-signature-wrong", "messageDigest" },
    { "wrong signature", PROFILE(AND "defects: [wrong-signature]\n"), SX_PROFILE_KIND_DEVELOPER_ID,
      "profile-signature-wrong", "" },
    { "signed by itself", PROFILE(AND "signer: self-signed\n"), SX_PROFILE_KIND_DEVELOPER_ID,
      "profile-not-apple", "a certificate that signs itself" },
    { "signed by a developer", PROFILE(AND "signer: developer-id\n"), SX_PROFILE_KIND_DEVELOPER_ID,
      "profile-not-apple", "which signs no profiles" },
    { "signed by a look-alike", PROFILE(AND "signer: look-alike\n"), SX_PROFILE_KIND_DEVELOPER_ID,
      "profile-not-apple", "whose chain does not end at Apple" },
    { "no certificate", PROFILE(AND "defects: [no-certificates]\n"), SX_PROFILE_KIND_DEVELOPER_ID,
      "profile-signature-wrong", "" },
    { "DER form altered", PROFILE(AND "der-defects: [wrong-message-digest]\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-signature-wrong",
      "DER-Encoded-Profile: messageDigest" },
    { "DER form signed by itself", PROFILE(AND "der-signer: self-signed\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-not-apple", "DER-Encoded-Profile: signed by" },
    { "a DER form that is text",
      PROFILE(AND "der: none\n" AND "plist: {DER-Encoded-Profile: text}\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-unreadable", "DER-Encoded-Profile: no data" },
    { "a DER form that is no CMS",
      PROFILE(AND "der: none\n" AND "plist: {DER-Encoded-Profile: !hex 3000}\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-unreadable",
      "DER-Encoded-Profile: no signed content" },

    /* what it says */
    { "another name in the property list", PROFILE(AND "plist: {Name: Edited}\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-encodings-differ",
      "Name: the property list has \"Edited\", the DER form \"A Profile\"" },
    { "an entitlement more in the property list",
      PROFILE(AND "plist: {Entitlements: {com.apple.developer.endpoint-security.client: true}}\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-encodings-differ",
      "Entitlements.com.apple.developer.endpoint-security.client: the property list has true, "
      "the DER form nothing" },
    { "a certificate less in the DER form",
      PROFILE_OF("developer-id", "[]", AND "plist: {DeveloperCertificates: [!hex 00]}\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-encodings-differ",
      "DeveloperCertificates: the property list has an array of 1, the DER form nothing" },
    { "another date", PROFILE(AND "der: {ExpirationDate: 2030-01-01T00:00:00Z}\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-encodings-differ", "ExpirationDate" },
    { "a name that is a number", PROFILE(AND "plist: {Name: 5}\n" AND "der: none\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-unreadable", "Name has 5" },
    { "a team that is no text", PROFILE(AND "plist: {TeamIdentifier: [A, 5]}\n" AND "der: none\n"),
      SX_PROFILE_KIND_DEVELOPER_ID, "profile-unreadable", "TeamIdentifier has 5" },
    { "entitlements that are a list", PROFILE(AND "plist: {Entitlements: [a]}\n" AND "der: none\n"),
      SX_PROFILE_KIND_UNKNOWN, "profile-unreadable", "Entitlements has an array of 1" },
};

static void reads_built(void **state)
{
    const struct built *row = *state;
    struct examined e;
    examine(&e, row->yaml, "p.provisionprofile");
    const struct sx_Profile *p = only_profile(&e);
    assert_int_equal(p->problems.n, row->problem != NULL);
    if (row->problem != NULL && examined_problem(p->problems, row->problem, row->detail) == NULL)
        fail_msg("found: %s", SX_AT(Problem, p->problems, 0)->detail.ptr);
    struct sx_value kind =
        sx_object_get(&p->head, sx_type_member(&sx_type_Profile, SX_STR("kind")));
    assert_int_equal(kind.kind == SX_UNKNOWN, row->kind == SX_PROFILE_KIND_ABSENT);
    assert_int_equal(p->kind, row->kind);
    examined_free(&e);
}

/* Where both encodings are there the DER form counts, and certificates that only it names are
 * known by their fingerprint. */
static void prefers_der(void **state)
{
    (void)state;
    struct examined e;
    examine(&e,
            PROFILE_OF("developer-id", "[]",
                       AND "der: {Name: Other, DeveloperCertificates: [!hex 00112233]}\n"),
            "p.provisionprofile");
    const struct sx_Profile *p = only_profile(&e);
    expect_text(p->name, "Other");
    assert_int_equal(p->certificates.n, 1);
    const struct sx_Certificate *cert = SX_AT(Certificate, p->certificates, 0);
    expect_text(cert->sha256, "00112233");
    assert_int_equal(
        sx_object_get(&cert->head, sx_type_member(&sx_type_Certificate, SX_STR("notAfter"))).kind,
        SX_UNKNOWN);
    examined_free(&e);
}

/* In bundles: which place counts. */
#define APP(file)                                                                                  \
    "files:\n"                                                                                     \
    "  App.app:\n"                                                                                 \
    "    files:\n"                                                                                 \
    "      Contents/Info.plist: {plist: {CFBundleIdentifier: com.example.sx,\n"                    \
    "        CFBundleExecutable: App, CFBundlePackageType: APPL}}\n"                               \
    "      Contents/MacOS/App: {macho: {arch: arm64}}\n"                                           \
    "      " file ": {profile: {kind: developer-id}}\n"
#define FLAT(folder, file)                                                                         \
    "files:\n"                                                                                     \
    "  " folder ":\n"                                                                              \
    "    files:\n"                                                                                 \
    "      Info.plist: {plist: {CFBundleIdentifier: com.example.sx, CFBundleExecutable: App}}\n"   \
    "      App: {macho: {arch: arm64}}\n"                                                          \
    "      " file ": {profile: {kind: developer-id}}\n"
static const struct place {
    const char *name, *yaml, *path;
    bool is_embedded;
    const char *misplaced; /* a file that is said to be at the wrong place */
} places[] = {
    { "right", APP("Contents/embedded.provisionprofile"), "App.app", true, NULL },
    { "among the resources", APP("Contents/Resources/embedded.provisionprofile"), "App.app", false,
      "App.app/Contents/Resources/embedded.provisionprofile" },
    { "beside the executable", APP("Contents/MacOS/embedded.provisionprofile"), "App.app", false,
      "App.app/Contents/MacOS/embedded.provisionprofile" },
    { "at the root", APP("embedded.provisionprofile"), "App.app", false,
      "App.app/embedded.provisionprofile" },
    { "under the name of iOS", APP("Contents/embedded.mobileprovision"), "App.app", false,
      "App.app/Contents/embedded.mobileprovision" },
    { "under a name of its own", APP("Contents/Resources/dev.provisionprofile"), "App.app", false,
      NULL },
    { "in a driver extension", FLAT("a.dext", "embedded.provisionprofile"), "a.dext", true, NULL },
    { "in an app of iOS", FLAT("a.app", "embedded.mobileprovision"), "a.app", true, NULL },
};

static void finds_place(void **state)
{
    const struct place *row = *state;
    struct examined e;
    examine(&e, row->yaml, row->path);
    const struct sx_Artifact *artifact = examined_artifact(&e);
    const struct sx_Code *code = SX_AT(Code, artifact->code, 0);
    assert_int_equal(code->profile != NULL, row->is_embedded);
    assert_int_equal(artifact->profiles.n, !row->is_embedded);
    const struct sx_Problem *p = examined_problem(code->problems, "profile-misplaced", "");
    assert_int_equal(p != NULL, row->misplaced != NULL);
    if (p != NULL)
        expect_text(p->path, row->misplaced);
    examined_free(&e);
}

/* The mark of quarantine, as a file beside the profile. */
#define DOUBLE(name)                                                                               \
    "      Contents/._embedded.provisionprofile: {text: !hex\n"                                    \
    "        00051607 00020000 4d6163204f532058 2020202020202020 0001\n"                           \
    "        00000009 00000026 00000068\n"                                                         \
    "        00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000\n"       \
    "        41545452 00000000 0000008e 0000008c 00000002 00000000 00000000 00000000 0000 0001\n"  \
    "        0000008c 00000002 0000 15 " name " 00 7171}\n"
static void sees_quarantine(void **state)
{
    (void)state;
    /* com.apple.quarantine, and com.apple.quarantinf */
    static const char yes[] = APP("Contents/embedded.provisionprofile")
        DOUBLE("636f6d2e6170706c652e71756172616e74696e65");
    static const char no[] = APP("Contents/embedded.provisionprofile")
        DOUBLE("636f6d2e6170706c652e71756172616e74696e66");
    const char *const yamls[] = { no, yes };
    for (size_t i = 0; i < SX_LEN(yamls); i++) {
        struct examined e;
        examine(&e, yamls[i], "App.app");
        assert_int_equal(SX_AT(Code, examined_artifact(&e)->code, 0)->profile->quarantined, i);
        examined_free(&e);
    }
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, reals, reads_completely);
    ADD_TEST(&list, notices_damage);
    ADD_ROWS(&list, builts, reads_built);
    ADD_TEST(&list, prefers_der);
    ADD_ROWS(&list, places, finds_place);
    ADD_TEST(&list, sees_quarantine);
    return run_rows("inspect-profile", &list);
}

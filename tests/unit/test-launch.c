/* SPDX-License-Identifier: MIT */
/* Which combinations of key, profile, certificate, team and App ID start: a built app each, judged
 * with the built-in rules. What does not start is told by the rule that names the wrong part, and
 * the claim says which part that is. */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"
#include "rules/judge.h"
#include "rules/ruleset.h"

#include <stdlib.h>

#define ES       "com.apple.developer.endpoint-security.client"
#define INSTALL  "com.apple.developer.system-extension.install"
#define NE       "com.apple.developer.networking.networkextension"
#define KEYS     "keychain-access-groups"
#define APP_ID   "com.apple.application-identifier"
#define TEAM_ID  "com.apple.developer.team-identifier"
#define GTA      "com.apple.security.get-task-allow"
#define NO_LV    "com.apple.security.cs.disable-library-validation"
#define GROUPS   "com.apple.security.application-groups"
#define SANDBOX  "com.apple.security.app-sandbox"
#define GRANT_ES "entitlements: {" ES ": true}"
#define NOTHING  ""

/* A profile for the app, but for what a row says. */
#define PROFILE(more)                                                                              \
    "      Contents/embedded.provisionprofile:\n"                                                  \
    "        profile: {kind: developer-id, created: 2026-03-02T09:00:00Z,\n"                       \
    "          expires: 2044-03-02T09:00:00Z, certificates: [developer-id],\n"                     \
    "          app-id: com.example.a, " more "}\n"
/* One that says what PROFILE would say otherwise. */
#define OTHER_PROFILE(more)                                                                        \
    "      Contents/embedded.provisionprofile:\n"                                                  \
    "        profile: {created: 2026-03-02T09:00:00Z, " more "}\n"
#define FOR(kind, certificates, id, expires)                                                       \
    "kind: " kind ", certificates: " certificates ", app-id: " id ", expires: " expires            \
    "-03-02T09:00:00Z, " GRANT_ES

static struct sx_ruleset *rules; /* the built-in ones */

static const struct row {
    const char *name, *claims;
    const char *profile;     /* lines of the fixture; "" = none */
    const char *stops;       /* ids of the causes that stop launch; "" = it starts */
    const char *key, *unmet; /* of one claim; NULL = authorised, or in no need of it */
    const char *sign;        /* NULL = Developer ID */
} rows[] = {
    /* keys that need no profile */
    { "no claim", NOTHING, "", "" },
    { "the sandbox", SANDBOX ": true", "", "" },
    { "a group of the team", GROUPS ": [W4FFLE9K2Q.com.example.a]", "", "" },
    { "the pair of plug-in hosts", GTA ": true, " NO_LV ": true", "", "" },
    { "the sandbox beside a profile that has ended", SANDBOX ": true",
      OTHER_PROFILE(FOR("developer-id", "[developer-id]", "com.example.a", "2026")), "PP409" },

    /* key and profile */
    { "granted", ES ": true", PROFILE(GRANT_ES), "" },
    { "no profile", ES ": true", "", "PP401", ES, "profile" },
    { "not listed", ES ": true", PROFILE("name: P"), "PP404", ES, "entitlement" },
    { "granted as false", ES ": true", PROFILE("entitlements: {" ES ": false}"), "PP404", ES,
      "entitlement" },
    { "claimed as false, not listed", ES ": false", PROFILE("name: P"), "" },
    { "another value", NE ": [dns-proxy-systemextension]",
      PROFILE("entitlements: {" NE ": [content-filter-provider-systemextension]}"), "NE102", NE,
      "entitlement" },
    { "a value without suffix", NE ": [content-filter-provider]",
      PROFILE("entitlements: {" NE ": [content-filter-provider-systemextension]}"), "NE103", NE,
      "entitlement" },
    { "one value of two", KEYS ": [W4FFLE9K2Q.a, com.example.shared]",
      PROFILE("entitlements: {" KEYS ": [W4FFLE9K2Q.*]}"), "PP404", KEYS, "entitlement" },
    { "no keychain group, no profile", KEYS ": []", "", "PP401", KEYS, "profile" },
    { "no keychain group, granted", KEYS ": []",
      PROFILE("entitlements: {" KEYS ": [W4FFLE9K2Q.*]}"), "" },
    { "a private key", "com.apple.private.tcc.allow: true",
      PROFILE("entitlements: {com.apple.private.tcc.allow: true}"), "" },
    { "a private key, not listed", "com.apple.private.tcc.allow: true", PROFILE("name: P"), "EN310",
      "com.apple.private.tcc.allow", "entitlement" },
    { "a key of iOS", "application-identifier: W4FFLE9K2Q.com.example.a", PROFILE("name: P"),
      "EN305", "application-identifier", "entitlement" },

    /* profile and certificate */
    { "for another certificate", ES ": true",
      OTHER_PROFILE(FOR("developer-id", "[developer-id-g2]", "com.example.a", "2044")), "PP408", ES,
      "certificate" },
    { "for two certificates", ES ": true",
      OTHER_PROFILE(
          FOR("developer-id", "[developer-id-g2, developer-id]", "com.example.a", "2044")),
      "" },
    { "for development", ES ": true",
      OTHER_PROFILE(FOR("development", "[developer-id]", "com.example.a", "2044") ", devices: [A]"),
      "PP411", ES, "profile" },
    { "for the store", ES ": true",
      OTHER_PROFILE(FOR("app-store", "[developer-id]", "com.example.a", "2044")), "PP411", ES,
      "profile" },
    { "a development build with its profile", ES ": true",
      OTHER_PROFILE(FOR("development", "[development]", "com.example.a", "2044") ", devices: [A]"),
      "", NULL, NULL, "as: development" },
    { "a development build with the profile for all", ES ": true", PROFILE(GRANT_ES), "PP411", ES,
      "profile, certificate", "as: development" },

    /* profile and team */
    { "of another team", ES ": true", PROFILE("team: SYRUP7K3T1, " GRANT_ES), "PP407", ES, "team" },
    { "another team claimed", TEAM_ID ": SYRUP7K3T1",
      PROFILE("entitlements: {" TEAM_ID ": SYRUP7K3T1}"), "PP407", TEAM_ID, "team" },
    { "the team claimed", TEAM_ID ": W4FFLE9K2Q", PROFILE("name: P"), "" },

    /* profile and App ID */
    { "of another app", ES ": true",
      OTHER_PROFILE(FOR("developer-id", "[developer-id]", "com.example.b", "2044")), "PP405", ES,
      "app-id" },
    { "of any app of the team", KEYS ": [W4FFLE9K2Q.a]",
      OTHER_PROFILE("kind: developer-id, certificates: [developer-id], app-id: com.example.*, "
                    "expires: 2044-03-02T09:00:00Z, entitlements: {" KEYS ": [W4FFLE9K2Q.*]}"),
      "" },
    { "of apps of another kind", KEYS ": [W4FFLE9K2Q.a]",
      OTHER_PROFILE("kind: developer-id, certificates: [developer-id], app-id: com.other.*, "
                    "expires: 2044-03-02T09:00:00Z, entitlements: {" KEYS ": [W4FFLE9K2Q.*]}"),
      "PP405", KEYS, "app-id" },
    { "the App ID claimed", APP_ID ": W4FFLE9K2Q.com.example.a", PROFILE("name: P"), "" },
    { "another App ID claimed", APP_ID ": W4FFLE9K2Q.com.example.b", PROFILE("name: P"), "PP406",
      APP_ID, "app-id, entitlement" },

    /* the profile itself: platform, dates, signature, encodings, place */
    { "for iOS", ES ": true", PROFILE("plist: {Platform: [iOS]}, der: none, " GRANT_ES), "PP412",
      ES, "profile, platform" },
    { "ended", ES ": true",
      OTHER_PROFILE(FOR("developer-id", "[developer-id]", "com.example.a", "2026")), "PP409", ES,
      "date" },
    { "altered", ES ": true", PROFILE("defects: [wrong-message-digest], " GRANT_ES), "PP403", ES,
      "profile" },
    { "signed by itself", ES ": true", PROFILE("signer: self-signed, " GRANT_ES), "PP403", ES,
      "profile" },
    { "the DER form altered", ES ": true",
      PROFILE("der-defects: [wrong-message-digest], " GRANT_ES), "PP403", ES, "profile" },
    { "edited in the property list alone", ES ": true",
      PROFILE("plist: {Entitlements: {" ES ": true}}"), "PP404 PP426", ES, "entitlement" },
    { "of the time before DER", ES ": true", PROFILE("der: none, " GRANT_ES), "" },
    { "among the resources", ES ": true",
      "      Contents/Resources/embedded.provisionprofile:\n"
      "        profile: {kind: developer-id, app-id: com.example.a, certificates: [developer-id],\n"
      "          created: 2026-03-02T09:00:00Z, expires: 2044-03-02T09:00:00Z, " GRANT_ES "}\n",
      "PP413", ES, "profile" },

    /* signed by nobody in particular */
    { "ad hoc, restricted", ES ": true", "", "PP401", ES, "profile", "as: ad-hoc" },
    { "ad hoc, not restricted", SANDBOX ": true", "", "", NULL, NULL, "as: ad-hoc" },
    { "not signed", NOTHING, "", "NT102", NULL, NULL, "as: none" },
};

static void put_fixture(struct sx_buf *out, const struct row *row)
{
    const char *sign = row->sign != NULL ? row->sign : "as: developer-id";
    sx_buf_printf(out, "files:\n  A.app:\n    sign: {%s", sign);
    if (strcmp(sign, "as: none") != 0)
        sx_buf_printf(out, ", flags: [runtime]");
    if (row->sign == NULL)
        sx_buf_cstr(out, ", timestamp: 2026-11-23T18:04:11Z");
    if (row->claims[0] != '\0')
        sx_buf_printf(out, ", entitlements: {%s}", row->claims);
    sx_buf_printf(out,
                  "}\n    files:\n      Contents/Info.plist: {plist: {CFBundleIdentifier: "
                  "com.example.a,\n        CFBundleExecutable: A, CFBundlePackageType: APPL, "
                  "CFBundleVersion: '7',\n        CFBundleShortVersionString: '1.2'}}\n"
                  "      Contents/MacOS/A: {macho: {arch: arm64}}\n%s",
                  row->profile);
    sx_buf_char(out, '\0');
}

/* Of causes alone: what follows from one does not name the wrong part. */
static void put_stops(struct sx_buf *out, const struct sx_judgement *judged)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str *ids = SX_NEW_N(arena, struct sx_str, judged->n_findings);
    size_t n = 0;
    for (size_t i = 0; i < judged->n_findings; i++) {
        const struct sx_finding *f = judged->findings[i];
        bool stops = f->severity == SX_SEVERITY_ERROR && (f->gates >> SX_GATE_LAUNCH & 1) != 0;
        for (size_t k = 0; k < f->n_consequences; k++)
            stops = stops || (f->consequences[k]->severity == SX_SEVERITY_ERROR &&
                              (f->consequences[k]->gates >> SX_GATE_LAUNCH & 1) != 0);
        if (stops && !sx_strs_has((struct sx_strs){ ids, n }, f->rule->id))
            ids[n++] = f->rule->id;
    }
    sx_strs_sort(ids, n);
    for (size_t i = 0; i < n; i++)
        sx_buf_printf(out, "%s%.*s", i > 0 ? " " : "", SX_STR_ARG(ids[i]));
    sx_buf_char(out, '\0');
}

/* The claim that a row names says what does not fit; where the app starts, all claims are met. */
static void check_claims(const struct row *row, const struct sx_Code *code)
{
    for (size_t i = 0; i < code->claims.n; i++) {
        const struct sx_Claim *claim = SX_AT(Claim, code->claims, i);
        SX_AUTO(sx_buf_release) struct sx_buf unmet = { 0 };
        for (size_t k = 0; k < claim->unmet.n; k++)
            sx_buf_printf(&unmet, "%s%.*s", k > 0 ? ", " : "", SX_STR_ARG(claim->unmet.at[k]));
        sx_buf_char(&unmet, '\0');
        if (row->stops[0] == '\0')
            assert_string_equal(unmet.ptr, "");
        else if (row->key != NULL && sx_str_is(claim->key, row->key))
            assert_string_equal(unmet.ptr, row->unmet);
    }
}

static void starts_or_says_why(void **state)
{
    static const struct sx_selection all;
    const struct row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf yaml = { 0 }, stops = { 0 };
    struct sx_judgements *judged;
    struct examined e;
    struct sx_err err = { 0 };
    put_fixture(&yaml, row);
    examine(&e, yaml.ptr, "A.app");
    if (!sx_judge(e.run, rules, &all, &judged, &err))
        fail_msg("%s", err.what);
    put_stops(&stops, &judged->whole);
    assert_string_equal(stops.ptr, row->stops);
    assert_int_equal(judged->whole.verdicts[SX_GATE_LAUNCH].state,
                     row->stops[0] != '\0' ? SX_FAIL : SX_PASS);
    check_claims(row, examined_code(&e, "A.app"));
    sx_judgements_free(judged);
    examined_free(&e);
}

int main(void)
{
    static struct rows all;
    rules = sx_ruleset_new();
    ADD_ROWS(&all, rows, starts_or_says_why);
    int failed = run_rows("launch", &all);
    sx_ruleset_free(rules);
    return failed;
}

/* SPDX-License-Identifier: MIT */
/* What a profile authorises: claims against what the profile holds, case by case. Values are
 * spelled as JSON. */
#include "base/buf.h"
#include "entitlements/authorise.h"
#include "entitlements/catalogue.h"
#include "rows.h"
#include "value/json.h"

/* Whose code claims. */
enum who { NATIVE, CATALYST, APPLES };

#define NOT_NEEDED SX_GRANT_NOT_NEEDED
#define GIVEN      SX_GRANT_GIVEN
#define REFUSED    SX_GRANT_REFUSED
#define NO_PROFILE SX_GRANT_NO_PROFILE

#define NE      "com.apple.developer.networking.networkextension"
#define INSTALL "com.apple.developer.system-extension.install"
#define ES      "com.apple.developer.endpoint-security.client"
#define USB     "com.apple.developer.driverkit.transport.usb"
#define PCI     "com.apple.developer.driverkit.transport.pci"
#define CLIENT  "com.apple.developer.driverkit.userclient-access"
#define APP_ID  "com.apple.application-identifier"
#define IOS_ID  "application-identifier"
#define TEAM_ID "com.apple.developer.team-identifier"
#define KEYS    "keychain-access-groups"
#define GROUPS  "com.apple.security.application-groups"
#define DOMAINS "com.apple.developer.associated-domains"
#define CLOUD   "com.apple.developer.icloud-services"
#define CLOUDS  "com.apple.developer.icloud-container-identifiers"
#define CLOUDEV "com.apple.developer.icloud-container-environment"
#define STORE   "com.apple.developer.ubiquity-kvstore-identifier"
#define UBIQ    "com.apple.developer.ubiquity-container-identifiers"
#define PASSES  "com.apple.developer.pass-type-identifiers"
#define APS     "com.apple.developer.aps-environment"

static const struct row {
    const char *name, *key, *claim;
    const char *granted; /* what the profile holds under the key; "" = nothing, NULL = no profile */
    enum sx_grant grant;
    const char *refused; /* elements, as JSON; NULL = none */
    enum who who;
} rows[] = {
    /* classes that need no profile, with one or without */
    { "sandbox", "com.apple.security.app-sandbox", "true", NULL, NOT_NEEDED },
    { "sandbox, profile silent", "com.apple.security.app-sandbox", "true", "", NOT_NEEDED },
    { "network client", "com.apple.security.network.client", "true", NULL, NOT_NEEDED },
    { "camera", "com.apple.security.device.camera", "true", "", NOT_NEEDED },
    { "temporary exception", "com.apple.security.temporary-exception.mach-lookup.global-name",
      "[\"a\"]", NULL, NOT_NEEDED },
    { "an unknown sandbox key", "com.apple.security.no-such-key", "true", NULL, NOT_NEEDED },
    { "jit", "com.apple.security.cs.allow-jit", "true", NULL, NOT_NEEDED },
    { "library validation off", "com.apple.security.cs.disable-library-validation", "true", "",
      NOT_NEEDED },
    { "an unknown hardened-runtime key", "com.apple.security.cs.no-such-key", "true", NULL,
      NOT_NEEDED },
    { "apple events", "com.apple.security.automation.apple-events", "true", NULL, NOT_NEEDED },
    { "debugger may attach", "com.apple.security.get-task-allow", "true", NULL, NOT_NEEDED },
    { "debugger may attach, as iOS says it", "get-task-allow", "true", NULL, NOT_NEEDED },
    { "a key of one's own", "com.example.my-key", "\"x\"", NULL, NOT_NEEDED },
    { "a key of one's own, profile silent", "com.example.my-key", "[1]", "", NOT_NEEDED },
    { "a key without dots", "mine", "true", NULL, NOT_NEEDED },
    { "inherit", "com.apple.security.inherit", "true", NULL, NOT_NEEDED },

    /* restricted without a profile */
    { "install, no profile", INSTALL, "true", NULL, NO_PROFILE },
    { "install false, no profile", INSTALL, "false", NULL, NO_PROFILE },
    { "provider, no profile", NE, "[\"dns-proxy\"]", NULL, NO_PROFILE },
    { "no providers, no profile", NE, "[]", NULL, NO_PROFILE },
    { "endpoint security, no profile", ES, "true", NULL, NO_PROFILE },
    { "App ID, no profile", APP_ID, "\"T.a\"", NULL, NO_PROFILE },
    { "iOS App ID, no profile", IOS_ID, "\"T.a\"", NULL, NO_PROFILE },
    { "team, no profile", TEAM_ID, "\"T\"", NULL, NO_PROFILE },
    { "keychain groups, no profile", KEYS, "[\"T.a\"]", NULL, NO_PROFILE },
    { "no keychain groups, no profile", KEYS, "[]", NULL, NO_PROFILE },
    { "push, no profile", APS, "\"production\"", NULL, NO_PROFILE },
    { "an unknown developer key, no profile", "com.apple.developer.no-such-key", "true", NULL,
      NO_PROFILE },
    { "an unknown key of Apple's, no profile", "com.apple.no-such-key", "true", NULL, NO_PROFILE },
    { "networking of virtual machines, no profile", "com.apple.vm.networking", "true", NULL,
      NO_PROFILE },
    { "wifi-info, no profile", "com.apple.developer.networking.wifi-info", "true", NULL,
      NO_PROFILE },

    /* Apple's own code, and what the store has signed again */
    { "install, Apple's", INSTALL, "true", NULL, NOT_NEEDED, NULL, APPLES },
    { "private, Apple's", "com.apple.private.tcc.manager", "true", NULL, NOT_NEEDED, NULL, APPLES },
    { "provider, Apple's, profile silent", NE, "[\"dns-proxy\"]", "", NOT_NEEDED, NULL, APPLES },
    { "group, Apple's", GROUPS, "[\"group.a\"]", NULL, NOT_NEEDED, NULL, APPLES },
    { "keychain group, Apple's", KEYS, "[\"apple\"]", NULL, NOT_NEEDED, NULL, APPLES },

    /* keys that no profile holds */
    { "private", "com.apple.private.tcc.manager", "true", "", REFUSED, "[true]" },
    { "private, no profile", "com.apple.private.tcc.manager", "true", NULL, NO_PROFILE },
    { "rootless", "com.apple.rootless.install", "true", "", REFUSED, "[true]" },
    { "an unknown private key", "com.apple.private.no-such-key", "[]", "", REFUSED },
    { "platform-application", "platform-application", "true", "", REFUSED, "[true]" },
    { "task_for_pid", "task_for_pid-allow", "true", NULL, NO_PROFILE },
    { "wifi-info", "com.apple.developer.networking.wifi-info", "true", "", REFUSED, "[true]" },
    { "multicast", "com.apple.developer.networking.multicast", "true", "", REFUSED, "[true]" },
    { "inter-app-audio", "inter-app-audio", "true", "", REFUSED, "[true]" },
    { "an unknown developer key", "com.apple.developer.no-such-key", "true", "", REFUSED,
      "[true]" },

    /* booleans */
    { "true, true", INSTALL, "true", "true", GIVEN },
    { "true, false", INSTALL, "true", "false", REFUSED, "[true]" },
    { "true, missing", INSTALL, "true", "", REFUSED, "[true]" },
    { "false, true", INSTALL, "false", "true", GIVEN },
    { "false, false", INSTALL, "false", "false", GIVEN },
    { "false, missing", INSTALL, "false", "", GIVEN },
    { "true, text", INSTALL, "true", "\"true\"", REFUSED, "[true]" },
    { "true, star", INSTALL, "true", "\"*\"", REFUSED, "[true]" },
    { "true, 1", INSTALL, "true", "1", REFUSED, "[true]" },
    { "true, list with true", INSTALL, "true", "[true]", GIVEN },
    { "false, list", INSTALL, "false", "[\"a\"]", GIVEN },
    { "text for a boolean", INSTALL, "\"true\"", "true", REFUSED, "[\"true\"]" },
    { "1 for a boolean", INSTALL, "1", "true", REFUSED, "[1]" },
    { "endpoint security", ES, "true", "true", GIVEN },
    { "driverkit", "com.apple.developer.driverkit", "true", "true", GIVEN },
    { "driverkit, family missing", "com.apple.developer.driverkit.family.audio", "true", "",
      REFUSED, "[true]" },

    /* strings */
    { "push production", APS, "\"production\"", "\"production\"", GIVEN },
    { "push development under production", APS, "\"development\"", "\"production\"", REFUSED,
      "[\"development\"]" },
    { "push, either", APS, "\"production\"", "[\"development\", \"production\"]", GIVEN },
    { "push, neither", APS, "\"staging\"", "[\"development\", \"production\"]", REFUSED,
      "[\"staging\"]" },
    { "push, missing", APS, "\"production\"", "", REFUSED, "[\"production\"]" },
    { "push as iOS spells it", "aps-environment", "\"production\"", "", REFUSED,
      "[\"production\"]" },
    { "case matters", APS, "\"Production\"", "\"production\"", REFUSED, "[\"Production\"]" },
    { "empty text", APS, "\"\"", "\"production\"", REFUSED, "[\"\"]" },
    { "a boolean for text", APS, "true", "\"production\"", REFUSED, "[true]" },
    { "a number for text", APS, "5", "\"5\"", REFUSED, "[5]" },
    { "environment of iCloud", CLOUDEV, "\"Production\"", "[\"Development\", \"Production\"]",
      GIVEN },
    { "environment of iCloud, other", CLOUDEV, "\"Production\"", "\"Development\"", REFUSED,
      "[\"Production\"]" },
    { "a prefix where none is legal", APS, "\"production\"", "\"prod*\"", REFUSED,
      "[\"production\"]" },
    { "a number", "com.apple.developer.no-such-key", "5", "5", GIVEN },
    { "another number", "com.apple.developer.no-such-key", "5", "6", REFUSED, "[5]" },
    { "a number among others", "com.apple.developer.no-such-key", "5", "[4, 5]", GIVEN },
    { "a number under a star", "com.apple.developer.no-such-key", "5", "\"*\"", REFUSED, "[5]" },
    { "a real for a number", "com.apple.developer.no-such-key", "5.0", "5", REFUSED, "[5.0]" },

    /* arrays */
    { "provider", NE, "[\"content-filter-provider\"]", "[\"content-filter-provider\"]", GIVEN },
    { "bare under suffixed", NE, "[\"content-filter-provider\"]",
      "[\"content-filter-provider-systemextension\"]", REFUSED, "[\"content-filter-provider\"]" },
    { "suffixed under bare", NE, "[\"dns-proxy-systemextension\"]", "[\"dns-proxy\"]", REFUSED,
      "[\"dns-proxy-systemextension\"]" },
    { "one of two", NE, "[\"dns-proxy\", \"relay\"]", "[\"dns-proxy\"]", REFUSED, "[\"relay\"]" },
    { "two of two", NE, "[\"dns-proxy\", \"relay\"]", "[\"relay\", \"dns-proxy\"]", GIVEN },
    { "none of two", NE, "[\"dns-proxy\", \"relay\"]", "[]", REFUSED,
      "[\"dns-proxy\", \"relay\"]" },
    { "twice the same", NE, "[\"relay\", \"relay\"]", "[\"relay\"]", GIVEN },
    { "no providers", NE, "[]", "[\"relay\"]", GIVEN },
    { "no providers, none granted", NE, "[]", "[]", GIVEN },
    { "no providers, key missing", NE, "[]", "", REFUSED },
    { "text for an array", NE, "\"relay\"", "[\"relay\"]", GIVEN },
    { "other text for an array", NE, "\"dns-proxy\"", "[\"relay\"]", REFUSED, "[\"dns-proxy\"]" },
    { "array under text", NE, "[\"relay\"]", "\"relay\"", GIVEN },
    { "array under other text", NE, "[\"relay\"]", "\"dns-proxy\"", REFUSED, "[\"relay\"]" },
    { "array under a boolean", NE, "[\"relay\"]", "true", REFUSED, "[\"relay\"]" },
    { "boolean under an array", NE, "true", "[\"relay\"]", REFUSED, "[true]" },
    { "a number among texts", NE, "[\"relay\", 5]", "[\"relay\"]", REFUSED, "[5]" },
    { "a prefix of providers", NE, "[\"dns-proxy\"]", "[\"dns-*\"]", REFUSED, "[\"dns-proxy\"]" },
    { "a star for providers", NE, "[\"dns-proxy\"]", "[\"*\"]", GIVEN },
    { "an array in an array", NE, "[[\"relay\"]]", "[\"relay\"]", REFUSED, "[[\"relay\"]]" },
    { "vpn", "com.apple.developer.networking.vpn.api", "[\"allow-vpn\"]", "[\"allow-vpn\"]",
      GIVEN },
    { "vpn, missing", "com.apple.developer.networking.vpn.api", "[\"allow-vpn\"]", "", REFUSED,
      "[\"allow-vpn\"]" },
    { "client of a driver", CLIENT, "[\"com.example.driver\"]", "[\"com.example.driver\"]", GIVEN },
    { "client of another driver", CLIENT, "[\"com.example.other\"]", "[\"com.example.driver\"]",
      REFUSED, "[\"com.example.other\"]" },
    { "client of all one's drivers", CLIENT, "[\"com.example.driver\"]", "[\"com.example.*\"]",
      REFUSED, "[\"com.example.driver\"]" },

    /* wildcards that stand in profiles */
    { "domains under a star", DOMAINS, "[\"applinks:example.com\"]", "\"*\"", GIVEN },
    { "no domains under a star", DOMAINS, "[]", "\"*\"", GIVEN },
    { "a domain under a list", DOMAINS, "[\"applinks:a\"]", "[\"applinks:a\"]", GIVEN },
    { "another domain", DOMAINS, "[\"applinks:b\"]", "[\"applinks:a\"]", REFUSED,
      "[\"applinks:b\"]" },
    { "a prefix of domains", DOMAINS, "[\"applinks:a\"]", "[\"applinks:*\"]", REFUSED,
      "[\"applinks:a\"]" },
    { "iCloud under a star", CLOUD, "[\"CloudKit\", \"CloudDocuments\"]", "\"*\"", GIVEN },
    { "iCloud under a star in a list", CLOUD, "[\"CloudKit\"]", "[\"*\"]", GIVEN },
    { "iCloud, not listed", CLOUD, "[\"CloudKit\"]", "[\"CloudDocuments\"]", REFUSED,
      "[\"CloudKit\"]" },
    { "iCloud, missing", CLOUD, "[\"CloudKit\"]", "", REFUSED, "[\"CloudKit\"]" },
    { "a container", CLOUDS, "[\"iCloud.a\"]", "[\"iCloud.a\", \"iCloud.b\"]", GIVEN },
    { "another container", CLOUDS, "[\"iCloud.c\"]", "[\"iCloud.a\", \"iCloud.b\"]", REFUSED,
      "[\"iCloud.c\"]" },
    { "key-value store of the team", STORE, "\"T.com.example.a\"", "\"T.*\"", GIVEN },
    { "key-value store of another team", STORE, "\"S.com.example.a\"", "\"T.*\"", REFUSED,
      "[\"S.com.example.a\"]" },
    { "ubiquity of the team", UBIQ, "[\"T.a\", \"T.b\"]", "[\"T.*\"]", GIVEN },
    { "ubiquity of two teams", UBIQ, "[\"T.a\", \"S.b\"]", "[\"T.*\"]", REFUSED, "[\"S.b\"]" },
    { "passes of the team", PASSES, "[\"T.pass.a\"]", "[\"T.*\"]", GIVEN },
    { "passes of another team", PASSES, "[\"S.pass.a\"]", "[\"T.*\"]", REFUSED, "[\"S.pass.a\"]" },

    /* keychain groups */
    { "keychain group of the team", KEYS, "[\"T.com.example.a\"]", "[\"T.*\"]", GIVEN },
    { "keychain group, exact", KEYS, "[\"T.a\"]", "[\"T.a\"]", GIVEN },
    { "keychain group of another team", KEYS, "[\"S.a\"]", "[\"T.*\"]", REFUSED, "[\"S.a\"]" },
    { "keychain group without team", KEYS, "[\"com.example.a\"]", "[\"T.*\"]", REFUSED,
      "[\"com.example.a\"]" },
    { "keychain group that begins like the team", KEYS, "[\"T2.a\"]", "[\"T.*\"]", REFUSED,
      "[\"T2.a\"]" },
    { "keychain group of tokens", KEYS, "[\"com.apple.token\"]", "[\"T.*\", \"com.apple.token\"]",
      GIVEN },
    { "no keychain groups", KEYS, "[]", "[\"T.*\"]", GIVEN },
    { "no keychain groups, key missing", KEYS, "[]", "", REFUSED },
    { "keychain group, key missing", KEYS, "[\"T.a\"]", "", REFUSED, "[\"T.a\"]" },
    { "a wildcard claimed", KEYS, "[\"T.*\"]", "[\"T.*\"]", GIVEN },
    { "a narrower wildcard claimed", KEYS, "[\"T.a.*\"]", "[\"T.*\"]", REFUSED, "[\"T.a.*\"]" },
    { "the star itself claimed", KEYS, "[\"*\"]", "[\"T.*\"]", REFUSED, "[\"*\"]" },
    { "the prefix alone", KEYS, "[\"T.\"]", "[\"T.*\"]", GIVEN },
    { "a star within", KEYS, "[\"T.a.b\"]", "[\"T.*.b\"]", REFUSED, "[\"T.a.b\"]" },
    { "three groups, one wrong", KEYS, "[\"T.a\", \"S.b\", \"T.c\"]", "[\"T.*\"]", REFUSED,
      "[\"S.b\"]" },
    { "text for groups", KEYS, "\"T.a\"", "[\"T.*\"]", GIVEN },

    /* identities */
    { "App ID", APP_ID, "\"T.com.example.a\"", "\"T.com.example.a\"", GIVEN },
    { "App ID of another app", APP_ID, "\"T.com.example.b\"", "\"T.com.example.a\"", REFUSED,
      "[\"T.com.example.b\"]" },
    { "App ID of another team", APP_ID, "\"S.com.example.a\"", "\"T.com.example.a\"", REFUSED,
      "[\"S.com.example.a\"]" },
    { "App ID under a wildcard", APP_ID, "\"T.com.example.a\"", "\"T.*\"", GIVEN },
    { "App ID under a narrow wildcard", APP_ID, "\"T.com.example.a\"", "\"T.com.example.*\"",
      GIVEN },
    { "App ID beside a narrow wildcard", APP_ID, "\"T.com.other.a\"", "\"T.com.example.*\"",
      REFUSED, "[\"T.com.other.a\"]" },
    { "App ID, wildcard claimed", APP_ID, "\"T.com.*\"", "\"T.*\"", REFUSED, "[\"T.com.*\"]" },
    { "App ID in another case", APP_ID, "\"T.com.Example.a\"", "\"T.com.example.a\"", REFUSED,
      "[\"T.com.Example.a\"]" },
    { "App ID under an iOS profile", APP_ID, "\"T.a\"", "", REFUSED, "[\"T.a\"]" },
    { "iOS App ID on macOS", IOS_ID, "\"T.a\"", "\"T.a\"", REFUSED, "[\"T.a\"]" },
    { "iOS App ID on macOS, profile silent", IOS_ID, "\"T.a\"", "", REFUSED, "[\"T.a\"]" },
    { "iOS App ID in Catalyst", IOS_ID, "\"T.a\"", "\"T.a\"", GIVEN, NULL, CATALYST },
    { "iOS App ID in Catalyst, wildcard", IOS_ID, "\"T.a\"", "\"T.*\"", GIVEN, NULL, CATALYST },
    { "iOS App ID in Catalyst, other", IOS_ID, "\"T.b\"", "\"T.a\"", REFUSED, "[\"T.b\"]",
      CATALYST },
    { "both spellings in Catalyst", APP_ID, "\"T.a\"", "\"T.a\"", GIVEN, NULL, CATALYST },
    { "team", TEAM_ID, "\"T\"", "\"T\"", GIVEN },
    { "another team", TEAM_ID, "\"S\"", "\"T\"", REFUSED, "[\"S\"]" },
    { "team under a prefix", TEAM_ID, "\"TA\"", "\"T*\"", REFUSED, "[\"TA\"]" },
    { "team in a list", TEAM_ID, "\"T\"", "[\"T\"]", GIVEN },

    /* app groups: claimed freely, and the form of iOS granted by a list only */
    { "group of the team", GROUPS, "[\"T.a\"]", NULL, NOT_NEEDED },
    { "group of the team, profile silent", GROUPS, "[\"T.a\"]", "", NOT_NEEDED },
    { "group of the team, listed", GROUPS, "[\"T.a\"]", "[\"T.a\"]", NOT_NEEDED },
    { "group of iOS, no profile", GROUPS, "[\"group.a\"]", NULL, NOT_NEEDED, "[\"group.a\"]" },
    { "group of iOS, profile silent", GROUPS, "[\"group.a\"]", "", NOT_NEEDED, "[\"group.a\"]" },
    { "group of iOS, listed", GROUPS, "[\"group.a\"]", "[\"group.a\"]", NOT_NEEDED },
    { "group of iOS, another listed", GROUPS, "[\"group.a\"]", "[\"group.b\"]", NOT_NEEDED,
      "[\"group.a\"]" },
    { "group of iOS under a wildcard", GROUPS, "[\"group.a\"]", "[\"group.*\"]", NOT_NEEDED,
      "[\"group.a\"]" },
    { "group of iOS under a star", GROUPS, "[\"group.a\"]", "\"*\"", NOT_NEEDED, "[\"group.a\"]" },
    { "group of the team under a wildcard", GROUPS, "[\"T.a\"]", "[\"T.*\"]", NOT_NEEDED },
    { "groups of both forms", GROUPS, "[\"T.a\", \"group.a\"]", "[\"T.a\"]", NOT_NEEDED,
      "[\"group.a\"]" },
    { "a group without prefix", GROUPS, "[\"com.example.a\"]", "", NOT_NEEDED },
    { "no groups", GROUPS, "[]", NULL, NOT_NEEDED },

    /* what drivers match */
    { "usb, the same", USB, "[{\"idVendor\": 1}]", "[{\"idVendor\": 1}]", GIVEN },
    { "usb, another vendor", USB, "[{\"idVendor\": 2}]", "[{\"idVendor\": 1}]", REFUSED,
      "[{\"idVendor\": 2}]" },
    { "usb, narrower", USB, "[{\"idVendor\": 1, \"idProduct\": 7}]", "[{\"idVendor\": 1}]", GIVEN },
    { "usb, wider", USB, "[{\"idVendor\": 1}]", "[{\"idVendor\": 1, \"idProduct\": 7}]", REFUSED,
      "[{\"idVendor\": 1}]" },
    { "usb, another product", USB, "[{\"idVendor\": 1, \"idProduct\": 8}]",
      "[{\"idVendor\": 1, \"idProduct\": 7}]", REFUSED, "[{\"idVendor\": 1, \"idProduct\": 8}]" },
    { "usb, any vendor", USB, "[{\"idVendor\": 1}]", "[{\"idVendor\": \"*\"}]", GIVEN },
    { "usb, any product", USB, "[{\"idVendor\": 1, \"idProduct\": 8}]",
      "[{\"idVendor\": 1, \"idProduct\": \"*\"}]", GIVEN },
    { "usb, any product, none said", USB, "[{\"idVendor\": 1}]",
      "[{\"idVendor\": 1, \"idProduct\": \"*\"}]", REFUSED, "[{\"idVendor\": 1}]" },
    { "usb, a star claimed", USB, "[{\"idVendor\": \"*\"}]", "[{\"idVendor\": 1}]", REFUSED,
      "[{\"idVendor\": \"*\"}]" },
    { "usb, one of two", USB, "[{\"idVendor\": 1}, {\"idVendor\": 2}]", "[{\"idVendor\": 1}]",
      REFUSED, "[{\"idVendor\": 2}]" },
    { "usb, the second", USB, "[{\"idVendor\": 2}]", "[{\"idVendor\": 1}, {\"idVendor\": 2}]",
      GIVEN },
    { "usb, everything granted", USB, "[{\"idVendor\": 2}]", "[{}]", GIVEN },
    { "usb, everything claimed", USB, "[{}]", "[{\"idVendor\": 1}]", REFUSED, "[{}]" },
    { "usb, text for a number", USB, "[{\"idVendor\": \"1\"}]", "[{\"idVendor\": 1}]", REFUSED,
      "[{\"idVendor\": \"1\"}]" },
    { "usb, one dictionary for a list", USB, "{\"idVendor\": 1}", "[{\"idVendor\": 1}]", GIVEN },
    { "usb, a boolean", USB, "true", "[{\"idVendor\": 1}]", REFUSED, "[true]" },
    { "usb under a star", USB, "[{\"idVendor\": 1}]", "\"*\"", REFUSED, "[{\"idVendor\": 1}]" },
    { "usb, missing", USB, "[{\"idVendor\": 1}]", "", REFUSED, "[{\"idVendor\": 1}]" },
    { "pci, the same", PCI, "[{\"IOPCIPrimaryMatch\": \"0x12&0xff\"}]",
      "[{\"IOPCIPrimaryMatch\": \"0x12&0xff\"}]", GIVEN },
    { "pci, another mask", PCI, "[{\"IOPCIPrimaryMatch\": \"0x12&0xf\"}]",
      "[{\"IOPCIPrimaryMatch\": \"0x12&0xff\"}]", REFUSED,
      "[{\"IOPCIPrimaryMatch\": \"0x12&0xf\"}]" },
    { "pci, anything", PCI, "[{\"IOPCIPrimaryMatch\": \"0x12&0xf\"}]",
      "[{\"IOPCIPrimaryMatch\": \"*\"}]", GIVEN },
    { "pci, another key", PCI, "[{\"IOPCIMatch\": \"0x12\"}]",
      "[{\"IOPCIPrimaryMatch\": \"0x12\"}]", REFUSED, "[{\"IOPCIMatch\": \"0x12\"}]" },
};

/* The other parts. A row says what differs from a profile and code that fit: of the code Developer
 * ID, macOS, team T, certificate aa, identifier com.example.a, in 2026. */
#define PART(name) SX_PART_BIT(SX_PART_##name)
enum { NEVER = -1, UNTOLD = SX_PROFILE_ENTERPRISE + 1 };
static const struct fit_row {
    const char *name;
    const char *platforms, *teams, *certificates, *app_id; /* of the profile */
    const char *platform, *team, *leaf, *identifier;       /* of the code; "-" = none */
    unsigned type;                                         /* enum sx_profile_type, or UNTOLD */
    int ends;                                              /* the year */
    bool is_unsound;
    const char *key, *claim, *granted; /* NULL: the install entitlement, granted */
    unsigned unmet;
} fit_rows[] = {
    { "everything fits" },

    /* one part each */
    { "edited, or not Apple's", .is_unsound = true, .unmet = PART(PROFILE) },
    { "for development", .type = SX_PROFILE_DEVELOPMENT, .unmet = PART(PROFILE) },
    { "for the store", .type = SX_PROFILE_APP_STORE, .unmet = PART(PROFILE) },
    { "for some devices", .type = SX_PROFILE_AD_HOC, .unmet = PART(PROFILE) },
    { "for a company", .type = SX_PROFILE_ENTERPRISE, .unmet = PART(PROFILE) },
    { "of a kind that is not known", .type = UNTOLD },
    { "for iOS", .platforms = "ios", .unmet = PART(PLATFORM) },
    { "for no platform", .platforms = "", .unmet = PART(PLATFORM) },
    { "for two platforms", .platforms = "ios macos" },
    { "code of iOS", .platform = "ios", .unmet = PART(PLATFORM) },
    { "code of no platform", .platform = "-", .unmet = PART(PLATFORM) },
    { "ended last year", .ends = 2025, .unmet = PART(DATE) },
    { "ends in the very second", .ends = 2026, .unmet = PART(DATE) },
    { "ends next year", .ends = 2027 },
    { "says no end", .ends = NEVER },
    { "of another team", .teams = "S", .unmet = PART(TEAM) },
    { "of no team", .teams = "", .unmet = PART(TEAM) },
    { "of two teams", .teams = "S T" },
    { "code of another team", .team = "S", .unmet = PART(TEAM) },
    { "code of a team that begins so", .team = "T2", .unmet = PART(TEAM) },
    { "code without team", .team = "-", .unmet = PART(TEAM) },
    { "for another certificate", .certificates = "bb", .unmet = PART(CERTIFICATE) },
    { "for no certificate", .certificates = "", .unmet = PART(CERTIFICATE) },
    { "for three certificates", .certificates = "bb aa cc" },
    { "code signed ad hoc", .leaf = "-", .unmet = PART(CERTIFICATE) },
    { "for another App ID", .app_id = "com.example.b", .unmet = PART(APP_ID) },
    { "for an App ID that is longer", .app_id = "com.example.ab", .unmet = PART(APP_ID) },
    { "for an App ID that is shorter", .app_id = "com.example", .unmet = PART(APP_ID) },
    { "for any App ID", .app_id = "*" },
    { "for any below", .app_id = "com.example.*" },
    { "for any below another", .app_id = "com.other.*", .unmet = PART(APP_ID) },
    { "for any below the App ID", .app_id = "com.example.a.*", .unmet = PART(APP_ID) },
    { "for an App ID in another case", .app_id = "com.example.A", .unmet = PART(APP_ID) },
    { "a star within", .app_id = "com.*.a", .unmet = PART(APP_ID) },
    { "for no App ID", .app_id = "-" },
    { "code without identifier", .identifier = "-", .unmet = PART(APP_ID) },
    { "code of another identifier", .identifier = "com.example.b", .unmet = PART(APP_ID) },
    { "not granted", .key = ES, .claim = "true", .unmet = PART(ENTITLEMENT) },
    { "another value granted", .key = NE, .claim = "[\"dns-proxy\"]",
      .granted = "[\"dns-proxy-systemextension\"]", .unmet = PART(ENTITLEMENT) },

    /* claims that tie the two together */
    { "App ID claimed", .key = APP_ID, .claim = "\"T.com.example.a\"",
      .granted = "\"T.com.example.a\"" },
    { "App ID claimed, of other code under a wildcard", .key = APP_ID,
      .claim = "\"T.com.example.b\"", .granted = "\"T.*\"", .app_id = "*", .unmet = PART(APP_ID) },
    { "App ID claimed without prefix", .key = APP_ID, .claim = "\"a\"", .granted = "\"a\"",
      .unmet = PART(APP_ID) },
    { "App ID claimed as a number", .key = APP_ID, .claim = "5", .granted = "5",
      .unmet = PART(APP_ID) },
    { "App ID claimed, nothing granted", .key = APP_ID, .claim = "\"T.com.example.a\"",
      .unmet = PART(ENTITLEMENT) },
    { "team claimed", .key = TEAM_ID, .claim = "\"T\"", .granted = "\"T\"" },
    { "team claimed, of others", .key = TEAM_ID, .claim = "\"S\"", .granted = "\"S\"",
      .unmet = PART(TEAM) },

    /* several at once; what needs no profile is asked for none */
    { "for another certificate and ended", .certificates = "bb", .ends = 2025,
      .unmet = PART(CERTIFICATE) | PART(DATE) },
    { "that of the app beside its extension", .app_id = "com.example.app", .key = ES,
      .claim = "true", .unmet = PART(APP_ID) | PART(ENTITLEMENT) },
    { "of another developer", .teams = "S", .certificates = "bb", .app_id = "com.other.a",
      .unmet = PART(TEAM) | PART(CERTIFICATE) | PART(APP_ID) },
    { "nothing fits", .is_unsound = true, .platforms = "", .ends = 2000, .teams = "",
      .certificates = "", .app_id = "b", .key = ES, .claim = "true",
      .unmet = PART(PROFILE) | PART(PLATFORM) | PART(DATE) | PART(TEAM) | PART(CERTIFICATE) |
               PART(APP_ID) | PART(ENTITLEMENT) },
    { "nothing fits, and nothing has to", .is_unsound = true, .platforms = "", .ends = 2000,
      .teams = "", .certificates = "", .app_id = "b", .key = "com.apple.security.app-sandbox",
      .claim = "true" },
};

static struct sx_str text_of(const char *said, const char *otherwise)
{
    if (said == NULL)
        return sx_str_of(otherwise);
    return strcmp(said, "-") == 0 ? (struct sx_str){ 0 } : sx_str_of(said);
}

static struct sx_strs words_of(struct sx_arena *arena, const char *said, const char *otherwise)
{
    struct sx_str rest = text_of(said, otherwise);
    SX_VEC(struct sx_str) words = { 0 };
    while (rest.len > 0) {
        size_t blank = sx_str_find(rest, SX_STR(" "));
        SX_PUSH(arena, &words, sx_str_sub(rest, 0, blank));
        rest = sx_str_sub(rest, blank + 1, rest.len);
    }
    return (struct sx_strs){ words.at, words.n };
}

/* A year as seconds, near enough for what is compared. */
static struct sx_time year(int y)
{
    return (struct sx_time){ .seconds = (int64_t)(y - 1970) * 31556952 };
}

static struct sx_value value_of(struct sx_arena *arena, const char *json)
{
    struct sx_value value = sx_null();
    struct sx_err err = { 0 };
    if (!sx_json_parse(sx_str_of(json), arena, &value, &err))
        fail_msg("%s: %s", json, err.what);
    return value;
}

/* A profile that holds one key, beside another that is always there. */
static const struct sx_map *profile_of(struct sx_arena *arena, const struct row *row)
{
    struct sx_entry *at = SX_NEW_N(arena, struct sx_entry, 2);
    at[0] = (struct sx_entry){ sx_string(SX_STR("com.apple.developer.other")), sx_bool(true) };
    if (row->granted == NULL)
        return NULL;
    if (row->granted[0] != '\0')
        at[1] = (struct sx_entry){ sx_string(sx_str_of(row->key)), value_of(arena, row->granted) };
    return sx_map_new(arena, at, row->granted[0] != '\0' ? 2 : 1);
}

static void authorises(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_claim_question question = {
        .key = sx_str_of(row->key),
        .value = value_of(arena, row->claim),
        .class = sx_catalogue_class(sx_str_of(row->key)),
        .is_exempt = row->who == APPLES,
        .is_native = row->who != CATALYST,
        .has_profile = row->granted != NULL,
        .granted = profile_of(arena, row),
    };
    struct sx_claim_answer answer;
    sx_authorise(&question, arena, &answer);
    assert_int_equal(answer.grant, row->grant);
    assert_int_equal(answer.unmet, row->grant == REFUSED      ? SX_PART_BIT(SX_PART_ENTITLEMENT)
                                   : row->grant == NO_PROFILE ? SX_PART_BIT(SX_PART_PROFILE)
                                                              : 0);
    struct sx_value refused = sx_list_values(answer.refused.at, answer.refused.n);
    struct sx_value wanted = value_of(arena, row->refused != NULL ? row->refused : "[]");
    assert_true(sx_value_eq(refused, wanted));
    bool is_hidden = question.is_native && strcmp(row->key, IOS_ID) == 0;
    struct sx_value held = row->granted != NULL && row->granted[0] != '\0' && !is_hidden
                               ? value_of(arena, row->granted)
                               : sx_null();
    assert_true(sx_value_eq(answer.allowed, held));
}

/* Ten thousand elements on either side are a hundred million comparisons. */
static void has_a_limit(void **state)
{
    (void)state;
    enum { N = 400 };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const char key[] = "com.apple.developer.associated-domains";
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, N);
    struct sx_entry *entry = SX_NEW(arena, struct sx_entry);
    for (size_t i = 0; i < N; i++)
        at[i] = sx_string(SX_STR("applinks:example.com"));
    for (size_t n = 200; n <= N; n += 200) {
        *entry = (struct sx_entry){ sx_string(sx_str_of(key)), sx_list_values(at, n) };
        struct sx_claim_question question = {
            .key = sx_str_of(key),
            .value = sx_list_values(at, n),
            .class = "restricted",
            .has_profile = true,
            .granted = sx_map_new(arena, entry, 1),
        };
        struct sx_claim_answer answer;
        sx_authorise(&question, arena, &answer);
        assert_int_equal(answer.is_open, n == N);
        assert_int_equal(answer.grant, n == N ? SX_GRANT_NOT_NEEDED : SX_GRANT_GIVEN);
    }
}

static void names_what_does_not_fit(void **state)
{
    const struct fit_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const char *key = row->key != NULL ? row->key : INSTALL;
    const struct row held = { .key = key,
                              .granted = row->granted != NULL ? row->granted
                                         : row->key == NULL   ? "true"
                                                              : "" };

    struct sx_fit fit = {
        .is_sound = !row->is_unsound,
        .type = row->type == UNTOLD ? SX_PROFILE_UNKNOWN
                : row->type != 0    ? (enum sx_profile_type)row->type
                                    : SX_PROFILE_DEVELOPER_ID,
        .types = 1u << SX_PROFILE_DEVELOPER_ID,
        .platforms = words_of(arena, row->platforms, "macos"),
        .teams = words_of(arena, row->teams, "T"),
        .certificates = words_of(arena, row->certificates, "aa"),
        .app_id = text_of(row->app_id, "com.example.a"),
        .expires = { row->ends != NEVER, year(row->ends != 0 ? row->ends : 2044) },
        .platform = text_of(row->platform, "macos"),
        .team = text_of(row->team, "T"),
        .leaf = text_of(row->leaf, "aa"),
        .identifier = text_of(row->identifier, "com.example.a"),
        .now = year(2026),
    };
    struct sx_claim_question question = {
        .key = sx_str_of(key),
        .value = value_of(arena, row->claim != NULL ? row->claim : "true"),
        .class = sx_catalogue_class(sx_str_of(key)),
        .is_native = true,
        .has_profile = true,
        .granted = profile_of(arena, &held),
        .fit = &fit,
    };
    struct sx_claim_answer answer;
    sx_authorise(&question, arena, &answer);
    if (answer.unmet != row->unmet)
        fail_msg("found %#x, wanted %#x", answer.unmet, row->unmet);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, authorises);
    ADD_ROWS(&list, fit_rows, names_what_does_not_fit);
    ADD_TEST(&list, has_a_limit);
    return run_rows("authorise", &list);
}

/* SPDX-License-Identifier: MIT */
/* What was found about Waffle. */
#include "waffle.h"

#define NE      "com.apple.developer.networking.networkextension"
#define INSTALL "com.apple.developer.system-extension.install"

struct sx_rule *waffle_rule(struct waffle *w, const char *id, const char *name,
                            enum sx_severity severity, unsigned gates)
{
    struct sx_rule *rule = SX_NEW(w->arena, struct sx_rule);
    *rule = (struct sx_rule){
        .id = sx_str_of(id), .name = sx_str_of(name), .severity = severity, .gates = gates
    };
    return rule;
}

struct sx_finding *waffle_finding(struct waffle *w, size_t judgement, const struct sx_rule *rule,
                                  const struct sx_object *owner, struct sx_str path)
{
    struct sx_judgement *at = &w->at[judgement];
    struct sx_finding *f = SX_NEW(w->arena, struct sx_finding);
    *f = (struct sx_finding){ .rule = rule,
                              .severity = rule->severity,
                              .gates = rule->gates,
                              .owner = owner,
                              .path = path,
                              .fingerprint = S("0123456789abcdef") };
    const struct sx_finding **grown =
        SX_NEW_N(w->arena, const struct sx_finding *, at->n_findings + 1);
    for (size_t i = 0; i < at->n_findings; i++)
        grown[i] = at->findings[i];
    grown[at->n_findings++] = f;
    at->findings = grown;
    at->count[rule->severity]++;
    return f;
}

static void follow(struct waffle *w, struct sx_finding *f, const char *id, struct sx_str message)
{
    struct sx_finding *c = SX_NEW(w->arena, struct sx_finding);
    *c = (struct sx_finding){ .rule = waffle_rule(w, id, "consequence", SX_SEVERITY_ERROR, 0),
                              .path = f->path,
                              .message = message };
    const struct sx_finding **grown =
        SX_NEW_N(w->arena, const struct sx_finding *, f->n_consequences + 1);
    for (size_t i = 0; i < f->n_consequences; i++)
        grown[i] = f->consequences[i];
    grown[f->n_consequences++] = c;
    f->consequences = grown;
}

#define GATE(name) (1u << SX_GATE_##name)
#define SEALED     (GATE(SIGNATURE) | GATE(NOTARIZATION) | GATE(GATEKEEPER))

static struct sx_finding *found(struct waffle *w, enum waffle_code at, const char *id,
                                const char *name, unsigned gates, struct sx_str message)
{
    struct sx_rule *rule = waffle_rule(w, id, name, SX_SEVERITY_ERROR, gates);
    struct sx_finding *f = waffle_finding(w, 0, rule, &w->code[at]->head, w->code[at]->path);
    f->message = message;
    return f;
}

static void edit(struct waffle *w, struct sx_finding *f, const char *kind, struct sx_str file,
                 struct sx_strs minus, struct sx_strs plus)
{
    ((struct sx_rule *)f->rule)->fix.edit_file = kind;
    f->repair.file = file;
    f->repair.minus = waffle_keep(w, minus);
    f->repair.plus = waffle_keep(w, plus);
    f->repair.resign = strcmp(kind, "policy") != 0;
}

/* Marks the first occurrence of `value` in the document. */
static struct sx_place place(const struct sx_document *document, const char *value)
{
    struct sx_place p = { .document = document, .len = strlen(value) };
    p.at = sx_str_find(document->text, sx_str_of(value));
    sx_line_of(document->text, p.at, &p.line, &p.column);
    return p;
}

static void app_troubles(struct waffle *w)
{
    struct sx_str *files = SX_NEW_N(w->arena, struct sx_str, 14);
    static const char *const names[] = { "ads.txt", "eu/de.txt", "eu/fr.txt", "eu/it.txt" };
    for (size_t i = 0; i < 14; i++)
        files[i] = sx_str_printf(w->arena, "Contents/Resources/lists/%s", names[i < 4 ? i : 3]);
    struct sx_finding *f =
        found(w, APP, "CS501", "resource-added", SEALED, S("14 files are not in the seal"));
    f->files_label = S("added");
    f->files = (struct sx_strs){ files, 14 };
    f->why = S("they were written after the app was signed");
    f->seen_as = waffle_keep(w, STRS(S("codesign: a sealed resource is missing or invalid")));
    f->repair.instruction = S("write these files before signing");
    f->repair.resign = true;
    follow(w, f, "NT101", S("the notary would call Contents/MacOS/Waffle invalid"));

    f = found(w, APP, "CS502", "resource-altered", SEALED,
              S("1 file differs from what the seal says"));
    f->files_label = S("modified");
    f->files = waffle_keep(w, STRS(S("Contents/Resources/build-info.json")));
    f->why = S("it was written again after the app was signed");
    f->seen_as = waffle_keep(w, STRS(S("codesign: a sealed resource is missing or invalid")));
    f->repair.instruction = S("write this file before signing");
    f->repair.resign = true;

    f = found(w, APP, "EN301", "missing-install-entitlement", GATE(ACTIVATION),
              S("embeds a system extension but does not claim " INSTALL));
    f->found = S("5 entitlements, without this key");
    f->profile = S("\"Waffle Developer ID\" grants it");
    f->why = S("macOS looks for the key on the process that asks for activation");
    f->seen_as =
        waffle_keep(w, STRS(S("Missing entitlement " INSTALL " (OSSystemExtensionErrorDomain 2)")));
    follow(w, f, "EN302", S("the claim on WaffleDaemon.app does not help: the app asks"));
    edit(w, f, "entitlements", S("Waffle.entitlements"), (struct sx_strs){ 0 },
         STRS(S("<key>" INSTALL "</key>"), S("<true/>")));
}

static void helper_troubles(struct waffle *w)
{
    struct sx_finding *f = found(w, DAEMON, "PP405", "profile-app-id-mismatch", GATE(LAUNCH),
                                 S("the embedded profile is made for another App ID"));
    f->found = S("W4FFLE9K2Q.com.example.waffle, \"Waffle Developer ID\"");
    f->wanted = S("W4FFLE9K2Q.com.example.waffle.daemon");
    f->why = S("each bundle is judged by its own profile, not by its host's");
    f->seen_as = waffle_keep(w, STRS(S("amfid: Code=-413 \"No matching profile found\"")));
    follow(w, f, "PP404", S("nothing grants 2 restricted claims:\n" NE "\n" INSTALL));
    f->repair.instruction = S("make a Developer ID profile for App ID com.example.waffle.daemon "
                              "and save it as WaffleDaemon.provisionprofile");
    ((struct sx_rule *)f->rule)->fix.edit_file = "profile";
    f->repair.file = S("WaffleDaemon.provisionprofile");
    f->repair.resign = true;

    f = found(w, UPDATE, "NT130", "ad-hoc-signed", GATE(NOTARIZATION) | GATE(GATEKEEPER),
              S("is signed ad hoc"));
    f->found = S("flags 0x2 (adhoc), no certificate");
    f->wanted = S("Developer ID Application: Waffle Works (W4FFLE9K2Q), as its app");
    f->seen_as =
        waffle_keep(w, STRS(S("The binary is not signed with a valid Developer ID certificate.")));
    follow(w, f, "NT104", S("no secure timestamp"));
    follow(w, f, "NT105", S("no hardened runtime"));
    f->repair.instruction = S("sign it, see the end");
    f->repair.resign = true;
}

static void filter_troubles(struct waffle *w)
{
    struct sx_document *document = SX_NEW(w->arena, struct sx_document);
    *document = (struct sx_document){
        .title = S("signed entitlements"),
        .text = S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- -->\n"
                  "<plist version=\"1.0\">\n<dict>\n\t<key>" NE "</key>\n\t<array>\n"
                  "\t\t<string>content-filter-provider</string>\n\t</array>\n"
                  "\t<key>com.apple.security.app-sandbox</key>\n\t<true/>\n"
                  "\t<key>com.apple.security.application-groups</key>\n\t<array>\n"
                  "\t\t<string>com.example.waffle</string>\n\t</array>\n</dict>\n</plist>\n")
    };
    struct sx_finding *f =
        found(w, FILTER, "NE103", "provider-value-lacks-systemextension-suffix",
              GATE(LAUNCH) | GATE(ACTIVATION),
              S("claims content-filter-provider; a Developer ID build must claim "
                "content-filter-provider-systemextension"));
    f->place = place(document, "content-filter-provider");
    f->profile = S("\"Waffle Filter Developer ID\" grants only "
                   "content-filter-provider-systemextension");
    f->why = S("Developer ID profiles list suffixed values, compared literally");
    follow(w, f, "NE102", S("the profile does not grant the claim"));
    f->seen_as = waffle_keep(w, STRS(S("taskgated-helper: Unsatisfied entitlements: " NE)));
    edit(w, f, "entitlements", S("filter.entitlements"),
         STRS(S("<string>content-filter-provider</string>")),
         STRS(S("<string>content-filter-provider-systemextension</string>")));

    f = found(w, FILTER, "NE130", "group-prefix-invalid", GATE(ACTIVATION),
              S("app group com.example.waffle begins with neither the team nor \"group.\""));
    f->place = place(document, "com.example.waffle");
    f->wanted = S("W4FFLE9K2Q.com.example.waffle, as its app claims");
    follow(w, f, "NE108", S("no group covers NEMachServiceName com.example.waffle.filter"));
    edit(w, f, "entitlements", S("filter.entitlements"),
         STRS(S("<string>com.example.waffle</string>")),
         STRS(S("<string>W4FFLE9K2Q.com.example.waffle</string>")));
    f->repair.instruction = S("and likewise in NEMachServiceName");
}

static void filter_worries(struct waffle *w)
{
    struct sx_Code *filter = w->code[FILTER];
    struct sx_rule *rule =
        waffle_rule(w, "VR104", "version-default", SX_SEVERITY_WARNING, GATE(ACTIVATION));
    struct sx_finding *f = waffle_finding(w, 0, rule, &filter->head, filter->path);
    f->message = S("has version 1.0 (1), the template's value; its app has 1.4.0 (207)");
    f->why = S("a release with equal versions does not replace the one before");
    f->repair.instruction = S("set MARKETING_VERSION and CURRENT_PROJECT_VERSION of the target");
    rule = waffle_rule(w, "UD104", "usage-string-placeholder", SX_SEVERITY_NOTE, 0);
    f = waffle_finding(w, 0, rule, &filter->head, filter->path);
    f->message = S("NSSystemExtensionUsageDescription is \"WaffleFilter\"; the user reads it when "
                   "asked to allow the extension");
}

static void configuration_troubles(struct waffle *w)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_document *document = SX_NEW(w->arena, struct sx_document);
    sx_buf_fill(&text, '\n', 29);
    sx_buf_cstr(&text, "    <key>PluginBundleID</key>\n"
                       "    <string>com.example.waffle.daemon</string>\n");
    *document = (struct sx_document){ .path = w->configuration->path,
                                      .text = sx_str_dup(w->arena, sx_buf_view(&text)),
                                      .is_file = true };
    struct sx_rule *rule = waffle_rule(w, "NE121", "filter-extension-not-in-declared-app",
                                       SX_SEVERITY_ERROR, GATE(ACTIVATION) | GATE(POLICY));
    struct sx_finding *f = waffle_finding(w, 1, rule, w->configuration->configurations.at[0],
                                          S("filter.mobileconfig"));
    f->message = S("PluginBundleID names the daemon, which holds no content filter");
    f->place = place(document, "com.example.waffle.daemon");
    f->wanted = S("com.example.waffle, the app that holds the filter");
    f->seen_as =
        waffle_keep(w, STRS(S("neagent: Failed to find a com.apple.networkextension.filter-data "
                              "extension inside of app com.example.waffle.daemon")));
    edit(w, f, "policy", S("filter.mobileconfig"),
         STRS(S("<string>com.example.waffle.daemon</string>")),
         STRS(S("<string>com.example.waffle</string>")));
}

static void verdict(struct sx_judgement *at, enum sx_gate gate, enum sx_verdict_state state,
                    struct sx_str sentence)
{
    at->verdicts[gate] = (struct sx_verdict){ .state = state, .sentence = sentence };
}

/* Of the app; of the configuration profile all that differs. */
static void verdicts(struct sx_judgement *at)
{
    verdict(at, SX_GATE_SIGNATURE, SX_FAIL, S("codesign --verify would refuse it: CS501, CS502"));
    verdict(at, SX_GATE_NOTARIZATION, SX_FAIL,
            S("Apple would reject the upload, 8 issues: CS501, CS502, NT130"));
    verdict(at, SX_GATE_GATEKEEPER, SX_FAIL,
            S("a downloaded copy would not open: CS501, CS502, NT130"));
    verdict(at, SX_GATE_LAUNCH, SX_FAIL, S("2 of 4 executables would be killed: NE103, PP405"));
    verdict(at, SX_GATE_ACTIVATION, SX_FAIL,
            S("the system extension would not activate: EN301, NE103, NE130"));
    verdict(at, SX_GATE_STORE, SX_NOT_CHECKED, S("channel is developer-id"));
    verdict(at, SX_GATE_POLICY, SX_NOT_CHECKED, S("no policy given"));
    at->sentence = S("Not ready: Apple would reject the upload; a downloaded copy would not open; "
                     "2 of 4 executables would be killed; the system extension would not "
                     "activate.");
}

static void conclude(struct waffle *w)
{
    struct sx_judgement *whole = &w->judgements.whole;
    verdicts(&w->at[0]);
    verdicts(whole);
    whole->channel = SX_CHANNEL_DEVELOPER_ID;
    for (size_t i = 0; i < SX_N_SEVERITIES; i++)
        whole->count[i] = w->at[0].count[i] + w->at[1].count[i];
    struct sx_str activation = S("the system extension would not activate: EN301, NE103, NE121, "
                                 "NE130");
    verdict(whole, SX_GATE_ACTIVATION, SX_FAIL, activation);
    verdict(whole, SX_GATE_POLICY, SX_FAIL, S("1 of 12 policy rules is broken: NE121"));
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        verdict(&w->at[1], (enum sx_gate)gate, SX_NOT_CHECKED, S("no code in it"));
    verdict(&w->at[1], SX_GATE_ACTIVATION, SX_FAIL, activation);
    verdict(&w->at[1], SX_GATE_POLICY, SX_FAIL, S("1 of 12 policy rules is broken: NE121"));
    w->at[1].sentence = S("Not ready: the system extension would not activate.");
}

void waffle_broken(struct waffle *w)
{
    waffle_facts(w);
    app_troubles(w);
    helper_troubles(w);
    filter_troubles(w);
    filter_worries(w);
    configuration_troubles(w);
    conclude(w);
}

/* The disk image that holds the app, signed and stapled. */
static void image(struct waffle *w)
{
    struct sx_Container *container = SX_FACT(w->arena, Container);
    struct sx_Code *image = SX_FACT(w->arena, Code);
    struct sx_Ticket *ticket = SX_FACT(w->arena, Ticket);
    struct sx_objs inside = w->app->code;
    container->kind = SX_CONTAINER_KIND_DISK_IMAGE;
    ticket->hashes.n = 13;
    image->kind = SX_CODE_KIND_DISK_IMAGE;
    image->path = S("Waffle-1.4.1.dmg");
    image->ticket = ticket;
    image->signature = w->code[APP]->signature;
    waffle_add(w, &w->app->container, container);
    w->app->code = (struct sx_objs){ 0 };
    w->app->path = S("dist/Waffle-1.4.1.dmg");
    w->app->kind = SX_ARTIFACT_KIND_DISK_IMAGE;
    waffle_add(w, &w->app->code, image);
    for (size_t i = 0; i < inside.n; i++)
        waffle_add(w, &w->app->code, inside.at[i]);
}

void waffle_good(struct waffle *w)
{
    struct sx_examined *examined;
    waffle_facts(w);
    image(w);
    w->judgements.n = w->run.artifacts.n = 1;
    examined = SX_NEW(w->arena, struct sx_examined);
    *examined = (struct sx_examined){ .signatures = 13, .page_hashes = 41806, .sealed_files = 826 };
    w->run.examined = examined;
    struct sx_judgement *at = &w->at[0];
    at->n_rules = 284;
    verdict(at, SX_GATE_SIGNATURE, SX_PASS, S("every hash, seal, signer and requirement holds"));
    verdict(at, SX_GATE_NOTARIZATION, SX_PASS, S("nothing that Apple's log would list"));
    verdict(at, SX_GATE_GATEKEEPER, SX_PASS, S("ticket stapled, covers all 12 slices"));
    verdict(at, SX_GATE_LAUNCH, SX_PASS, S("4 executables, 9 restricted claims, all granted"));
    verdict(at, SX_GATE_ACTIVATION, SX_PASS, S("the system extension would activate"));
    verdict(at, SX_GATE_STORE, SX_NOT_CHECKED, S("channel is developer-id"));
    verdict(at, SX_GATE_POLICY, SX_NOT_CHECKED, S("no policy given"));
    at->sentence = S("Ready: nothing found that would stop Waffle-1.4.1.dmg at a gate it has to "
                     "pass.");
    w->judgements.whole = *at;
}

/* A Python that nobody signed, in the app's resources. */
static struct sx_Code *library(struct waffle *w, size_t i)
{
    static const char *const names[] = { "libcrypto.3.dylib", "libffi.8.dylib",
                                         "python3.12/lib-dynload/_bz2.cpython-312-darwin.so" };
    struct sx_Code *c = SX_FACT(w->arena, Code);
    struct sx_str name = i < SX_LEN(names)
                             ? sx_str_of(names[i])
                             : sx_str_printf(w->arena, "python3.12/lib-dynload/_m%03zu.so", i);
    c->path =
        sx_str_printf(w->arena, "Waffle.app/Contents/Resources/python/lib/%.*s", SX_STR_ARG(name));
    c->kind = i < 2 ? SX_CODE_KIND_DYLIB : SX_CODE_KIND_BUNDLE;
    c->layout = SX_LAYOUT_FILE;
    c->host = w->code[APP];
    return c;
}

void waffle_many(struct waffle *w)
{
    waffle_facts(w);
    w->judgements.n = w->run.artifacts.n = 1;
    struct sx_rule *rule =
        waffle_rule(w, "NT102", "not-signed", SX_SEVERITY_ERROR, GATE(NOTARIZATION));
    for (size_t i = 0; i < 214; i++) {
        struct sx_Code *c = library(w, i);
        struct sx_finding *f = waffle_finding(w, 0, rule, &c->head, c->path);
        f->message = S("is not signed");
        f->seen_as = waffle_keep(w, STRS(S("The binary is not signed.")));
        f->n_notary_issues = 2;
        f->repair.resign = true;
        follow(w, f, "NT104", S("no secure timestamp"));
    }
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        verdict(&w->at[0], (enum sx_gate)gate, SX_NOT_CHECKED, S("not asked"));
    w->at[0].sentence = S("Not ready: Apple would reject the upload.");
    w->judgements.whole = w->at[0];
}

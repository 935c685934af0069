/* SPDX-License-Identifier: MIT */
/* Installer packages as facts: good ones in every form, damaged ones with what is said of them, and
 * an app in a package against the same app outside. */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"
#include "rules/judge.h"

#include <stdio.h>
#include <string.h>

#define APP                                                                                        \
    "files:\n"                                                                                     \
    "  A.app:\n"                                                                                   \
    "    files:\n"                                                                                 \
    "      Contents/Info.plist: {plist: {CFBundleIdentifier: com.example.a,"                       \
    " CFBundleExecutable: A, CFBundlePackageType: APPL, CFBundleVersion: \"1\"}}\n"                \
    "      Contents/MacOS/A: {macho: {arch: arm64, code: 6000}}\n"                                 \
    "      Contents/MacOS/helper: {macho: {arch: arm64, code: 100}, sign: {as: ad-hoc}}\n"         \
    "      Contents/Frameworks/libb.dylib: {macho: {arch: arm64, type: dylib, code: 100}}\n"       \
    "      Contents/Resources/link: {link: ../Info.plist}\n"                                       \
    "    sign: {as: developer-id, timestamp: 2026-11-23T18:05:40Z}\n"
#define SIGNED    "sign: {timestamp: 2026-11-23T18:20:00Z}"
#define PACKAGE   "  A.pkg:\n    package: "
#define COMPONENT "component: {payload: A.app, install-location: /Applications}"

static struct sx_ruleset *rules;

/* The same findings inside and outside, whatever the payload is packed with */

struct told {
    struct sx_str at[200];
    size_t n;
};

static void tell(struct examined *e, const char *prefix, struct told *out)
{
    static const struct sx_selection all;
    struct sx_judgements *judged;
    struct sx_err err = { 0 };
    if (!sx_judge(e->run, rules, &all, &judged, &err))
        fail_msg("%s", err.what);
    const struct sx_judgement *j = &judged->whole;
    for (size_t i = 0; i < j->n_findings; i++) {
        const struct sx_finding *f = j->findings[i];
        if (sx_str_starts(f->path, sx_str_of(prefix)) && out->n < SX_LEN(out->at))
            out->at[out->n++] =
                sx_str_printf(e->arena, "%.*s %.*s", SX_STR_ARG(f->rule->id),
                              SX_STR_ARG(sx_str_sub(f->path, strlen(prefix), f->path.len)));
    }
    sx_strs_sort(out->at, out->n);
    sx_judgements_free(judged);
}

static const struct form {
    const char *name, *component;
} forms[] = {
    { "odc in gzip", "packing: gzip" },
    { "odc in bzip2", "packing: bzip2" },
    { "odc in xz", "packing: xz" },
    { "odc in pbzx", "packing: pbzx" },
    { "odc as it is", "packing: stored" },
    { "newc in gzip", "packing: gzip, format: newc" },
    { "newc in pbzx", "packing: pbzx, format: newc" },
};

static void finds_the_same(void **state)
{
    const struct form *form = *state;
    struct examined bare, inside;
    struct told outer = { .n = 0 }, inner = { .n = 0 };
    char yaml[4096];
    snprintf(yaml, sizeof(yaml), APP PACKAGE "{component: {payload: A.app, %s}, " SIGNED "}\n",
             form->component);
    examine(&bare, yaml, "A.app");
    tell(&bare, "A.app", &outer);
    examine(&inside, yaml, "A.pkg");
    tell(&inside, "A.pkg/A.pkg Contents/Payload/A.app", &inner);
    assert_true(outer.n >= 4);
    assert_int_equal(inner.n, outer.n);
    for (size_t i = 0; i < inner.n; i++)
        if (!sx_str_eq(inner.at[i], outer.at[i]))
            fail_msg("%.*s, outside %.*s", SX_STR_ARG(inner.at[i]), SX_STR_ARG(outer.at[i]));
    examined_free(&inside);
    examined_free(&bare);
}

/* What a good package says */

static void says_what_it_is(void **state)
{
    (void)state;
    struct examined e;
    examine(&e,
            APP "  job.plist: {plist: {Label: com.example.job, Program: /usr/bin/true}}\n" PACKAGE
                "\n      components:\n"
                "        one.pkg: {identifier: com.example.one, version: \"2\", payload: A.app,\n"
                "          install-location: /Applications/, relocate: com.example.a}\n"
                "        two.pkg: {identifier: com.example.two, below: Library/LaunchDaemons,\n"
                "          payload: job.plist, scripts: {preinstall: a, postinstall: b}}\n"
                "      " SIGNED "\n"
                "      staple: true\n",
            "A.pkg");
    const struct sx_Artifact *artifact = examined_artifact(&e);
    const struct sx_Code *package = examined_code(&e, "A.pkg");
    const struct sx_Code *app = examined_code(&e, "A.pkg/one.pkg Contents/Payload/A.app");
    const struct sx_Signature *signature = package->signature;
    assert_int_equal(artifact->kind, SX_ARTIFACT_KIND_INSTALLER_PACKAGE);
    assert_int_equal(artifact->container.n, 4); /* itself, two payloads, scripts */
    assert_int_equal(package->problems.n, 0);
    assert_int_equal(package->contents.n, 1);
    assert_int_equal(package->ticket->hashes.n, 3);
    assert_int_equal(signature->state, SX_SIGNATURE_STATE_VALID);
    assert_int_equal(signature->signer, SX_SIGNER_INSTALLER);
    assert_true(sx_str_is(signature->teamIdentifier, "W4FFLE9K2Q"));
    assert_string_equal(sx_time_text(e.arena, signature->timestamp->time.t).ptr,
                        "2026-11-23T18:20:00Z");
    const struct sx_Installer *installer = package->installer;
    assert_int_equal(installer->kind, SX_INSTALLER_KIND_PRODUCT);
    assert_true(sx_str_is(installer->identifier, "com.example.waffle.product"));
    assert_true(sx_str_is(installer->components.at[1], "com.example.two"));
    assert_int_equal(installer->scripts.n, 2);
    assert_true(sx_str_is(installer->scripts.at[0], "postinstall"));
    assert_int_equal(installer->signatures.n, 2);
    assert_int_equal(installer->tocAlgorithm, SX_HASH_TYPE_SHA1);
    assert_int_equal(installer->tocChecksum.len, 40);
    assert_true(SX_AT(Slice, package->slices, 0)->notarized);
    assert_true(SX_AT(Slice, app->slices, 0)->notarized);
    assert_true(sx_str_is(app->installPath, "/Applications/A.app"));
    assert_true(app->relocatable);
    assert_int_equal(app->container->kind, SX_CONTAINER_KIND_PAYLOAD);
    assert_true(app->main->uid.has && app->main->uid.v == 0);
    assert_int_equal(artifact->jobs.n, 1);
    const struct sx_Job *job = SX_AT(Job, artifact->jobs, 0);
    assert_int_equal(job->origin, SX_JOB_ORIGIN_INSTALLED);
    assert_int_equal(job->domain, SX_JOB_DOMAIN_DAEMON);
    examined_free(&e);
}

/* Signatures */

static const struct signing {
    const char *name, *sign;
    enum sx_SignatureState state;
    enum sx_Signer signer;
    size_t n_signatures;
    const char *kind, *detail; /* of a problem of the package or of its signature */
} signings[] = {
    { "RSA over the hash, and CMS", "{timestamp: 2026-11-23T18:20:00Z}", SX_SIGNATURE_STATE_VALID,
      SX_SIGNER_INSTALLER, 2 },
    { "RSA over the checksum", "{rsa: checksum}", SX_SIGNATURE_STATE_VALID, SX_SIGNER_INSTALLER,
      2 },
    { "CMS only", "{rsa: none}", SX_SIGNATURE_STATE_VALID, SX_SIGNER_INSTALLER, 1 },
    { "RSA only", "{cms: none}", SX_SIGNATURE_STATE_VALID, SX_SIGNER_INSTALLER, 1 },
    { "not signed", "none", SX_SIGNATURE_STATE_UNSIGNED, SX_SIGNER_NONE, 0 },
    { "by an application's certificate", "{as: developer-id}", SX_SIGNATURE_STATE_VALID,
      SX_SIGNER_DEVELOPER_ID, 1 },
    { "for the store", "{as: mac-installer}", SX_SIGNATURE_STATE_VALID, SX_SIGNER_STORE_INSTALLER,
      1 },
    { "by oneself", "{as: self-signed}", SX_SIGNATURE_STATE_VALID, SX_SIGNER_SELF_SIGNED, 1 },
    { "CMS of something else", "{rsa: none, cms: {defects: [wrong-message-digest]}}",
      SX_SIGNATURE_STATE_INVALID, SX_SIGNER_INSTALLER, 1, "package-signature-wrong", "CMS: " },
    { "CMS with a wrong value", "{cms: {defects: [wrong-signature]}}", SX_SIGNATURE_STATE_INVALID,
      SX_SIGNER_INSTALLER, 2, "package-signature-wrong", "CMS: " },
    { "without the authority", "{rsa: none, cms: {defects: [no-intermediate]}}",
      SX_SIGNATURE_STATE_INVALID, SX_SIGNER_OTHER, 1, "chain-incomplete", "" },
    { "a timestamp of something else",
      "{timestamp: 2026-11-23T18:20:00Z, cms: {defects: [token-wrong-imprint]}}",
      SX_SIGNATURE_STATE_INVALID, SX_SIGNER_INSTALLER, 2, "timestamp-imprint-wrong", "" },
};

static void is_signed(void **state)
{
    const struct signing *row = *state;
    struct examined e;
    char yaml[4096];
    snprintf(yaml, sizeof(yaml), APP PACKAGE "{" COMPONENT ", sign: %s}\n", row->sign);
    examine(&e, yaml, "A.pkg");
    const struct sx_Code *package = examined_code(&e, "A.pkg");
    assert_int_equal(package->signature->signer, row->signer);
    assert_int_equal(package->signature->state, row->state);
    assert_int_equal(package->installer->signatures.n, row->n_signatures);
    size_t n_problems = package->problems.n + package->signature->problems.n;
    if (row->kind == NULL)
        assert_int_equal(n_problems, 0);
    else
        assert_true(examined_problem(package->problems, row->kind, row->detail) != NULL ||
                    examined_problem(package->signature->problems, row->kind, row->detail) != NULL);
    examined_free(&e);
}

/* Damage: what is said, of the package (as a signed file) or of the container */

static const struct damage {
    const char *name, *package, *edits;
    bool is_of_code;
    const char *kind, *detail;
} damages[] = {
    { "a payload altered", "{" COMPONENT "}", "  - {flip: A.pkg, at: -3000}\n", true,
      "package-member-wrong", "archived sha1: listed " },
    { "the table of contents altered", "{" COMPONENT "}",
      "  - {patch: A.pkg, at: 36, text: !hex 00}\n", false, "archive-unreadable", "" },
    { "its checksum altered", "{" COMPONENT ", " SIGNED "}", NULL, true, "package-checksum-wrong",
      "sha1: stored " },
    { "a checksum of another kind", "{" COMPONENT ", sign: {rsa: none, hash: sha256}}", "", false,
      "package-toc-style",
      "the checksum of the table of contents is sha256, the notary took sha1 only" },
    { "cut in its payload", "{" COMPONENT "}", "  - {truncate: A.pkg, at: -500}\n", true,
      "package-member-wrong", "lie outside of the file of " },
    { "names without ./", "{component: {payload: A.app, bare: true}}", "", false,
      "package-bom-differs", "12 names of the Payload do not begin with ./ as in the Bom" },
    { "names that the Bom lacks", "{component: {payload: A.app, leave-out: 2}}", "", false,
      "package-bom-differs",
      "2 names are in the Payload and not in the Bom: ./A.app/Contents/_CodeSignature, "
      "./A.app/Contents/_CodeSignature/CodeResources" },
    { "a Bom that is none", "{component: {payload: A.app, bom: BOMSTORE-and-more-of-it-than-this}}",
      "", false, "package-bom-differs", "bom.magic: it is not \"BOMStore\"" },
    { "a PackageInfo that is none", "{component: {payload: A.app, info: <pkg-info>}}", "", false,
      "package-distribution-malformed", "no element found, line 1" },
    { "a Distribution that ends early",
      "{components: {a.pkg: {payload: A.app}}, distribution: \"<a>\\n<!-- -- -->\"}", "", false,
      "package-distribution-malformed", "not well-formed (invalid token), line 2" },
    { "a Distribution with entities",
      "{components: {a.pkg: {payload: A.app}}, "
      "distribution: \"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>\"}",
      "", false, "package-distribution-malformed", "a DOCTYPE with declarations of its own" },
    { "a component that is not there",
      "{components: {a.pkg: {payload: A.app}}, distribution: \"<a><pkg-ref "
      "id='x'>#b%20c.pkg</pkg-ref></a>\"}",
      "", false, "package-component-missing",
      "Distribution names b c.pkg, which is not in the package" },
};

static void alter_checksum(struct examined *e)
{
    struct sx_str path = sx_str_printf(e->arena, "%s/A.pkg", e->folder);
    FILE *f = fopen(path.ptr, "r+b");
    uint8_t head[28];
    assert_non_null(f);
    assert_int_equal(fread(head, 1, sizeof(head), f), sizeof(head));
    long heap = 28;
    for (size_t i = 8; i < 16; i++)
        heap += (long)head[i] << (8 * (15 - i));
    fseek(f, heap, SEEK_SET);
    fputc('!', f);
    fclose(f);
    examine_again(e);
}

static const struct sx_Problem *find(struct examined *e, const struct damage *d)
{
    const struct sx_Artifact *artifact = examined_artifact(e);
    if (d->is_of_code)
        return examined_problem(examined_code(e, "A.pkg")->problems, d->kind, d->detail);
    for (size_t i = 0; i < artifact->container.n; i++) {
        const struct sx_Problem *found = examined_problem(
            SX_AT(Container, artifact->container, i)->problems, d->kind, d->detail);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static void tells_damage(void **state)
{
    const struct damage *d = *state;
    struct examined e;
    char yaml[4096];
    bool has_edits = d->edits != NULL && d->edits[0] != '\0';
    snprintf(yaml, sizeof(yaml), APP PACKAGE "%s\n%s%s", d->package, has_edits ? "after:\n" : "",
             has_edits ? d->edits : "");
    examine(&e, yaml, "A.pkg");
    if (d->edits == NULL)
        alter_checksum(&e);
    if (strcmp(d->kind, "archive-unreadable") == 0)
        assert_true(examined_artifact(&e)->head.unread.n > 0); /* nothing to show: exit 3 */
    else
        assert_non_null(find(&e, d));
    examined_free(&e);
}

/* Inside other things */

static void lies_in_a_payload(void **state)
{
    (void)state;
    struct examined e;
    examine(&e,
            APP PACKAGE "{" COMPONENT ", " SIGNED ", staple: true}\n"
                        "  B.pkg:\n    package: {component: {payload: A.pkg, below: tmp}, " SIGNED
                        "}\n",
            "B.pkg");
    const struct sx_Code *inner = examined_code(&e, "B.pkg/B.pkg Contents/Payload/tmp/A.pkg");
    const struct sx_Code *app =
        examined_code(&e, "B.pkg/B.pkg Contents/Payload/tmp/A.pkg/A.pkg Contents/Payload/A.app");
    assert_true(sx_str_is(inner->installPath, "/tmp/A.pkg"));
    assert_int_equal(inner->container->kind, SX_CONTAINER_KIND_PAYLOAD);
    assert_true(sx_str_is(app->installPath, "/Applications/A.app"));
    assert_true(SX_AT(Slice, app->slices, 0)->notarized); /* by the inner package's ticket */
    examined_free(&e);
}

int main(void)
{
    static struct rows tests;
    rules = sx_ruleset_new();
    ADD_ROWS(&tests, forms, finds_the_same);
    ADD_TEST(&tests, says_what_it_is);
    ADD_ROWS(&tests, signings, is_signed);
    ADD_ROWS(&tests, damages, tells_damage);
    ADD_TEST(&tests, lies_in_a_payload);
    int failed = run_rows("inspect-package", &tests);
    sx_ruleset_free(rules);
    return failed;
}

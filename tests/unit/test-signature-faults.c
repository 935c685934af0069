/* SPDX-License-Identifier: MIT */
/* Signatures with one fault each: what Apple's verifier calls it, and which rules tell it. Resource
 * seals and what lies around bundles have tables of their own (test-inspect-seal.c). */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"
#include "rules/judge.h"
#include "rules/ruleset.h"

#include <stdio.h>

struct faulty {
    const char *macho; /* keys of the Mach-O; NULL: one slice */
    const char *sign;  /* keys of its signature, beside Developer ID, timestamp and runtime */
    const char *after; /* edits */
    bool is_app;       /* a bundle, else a tool */
};

#define SIGN(keys)                                                                                 \
    {                                                                                              \
        .sign = keys                                                                               \
    }
#define CMS(defects)                                                                               \
    {                                                                                              \
        .sign = "cms: {defects: [" defects "]}"                                                    \
    }
#define MACHO(keys)                                                                                \
    {                                                                                              \
        .macho = keys                                                                              \
    }
#define AFTER(edits)                                                                               \
    {                                                                                              \
        .after = edits                                                                             \
    }
#define AT(what)   "{patch: tool, from: signature, " what "}"
#define BOTH       "arch: [x86_64, arm64]"
#define JIT        "entitlements: {com.apple.security.cs.allow-jit: true}"
#define CONSTRAINT "constraints: {self: {team-identifier: W4FFLE9K2Q}}"
/* LC_SEGMENT_64 of a segment __EXTRA, with the low bytes of its place and size in the file. */
#define SEGMENT(off, size)                                                                         \
    "!hex 19000000 48000000 5f5f4558545241000000000000000000 0000000002000000 "                    \
    "0000010000000000 " off "000000000000 " size                                                   \
    "000000000000 01000000 01000000 00000000 00000000"

#define SIGNATURE_FAILED  "errSecCSSignatureFailed"
#define SIGNATURE_INVALID "errSecCSSignatureInvalid"
#define BAD_MAIN          "errSecCSBadMainExecutable"
#define UNSIGNED          "errSecCSUnsigned"
#define NOT_TRUSTED       "CSSMERR_TP_NOT_TRUSTED"
#define TIMESTAMP_INVALID "errSecTimestampInvalid"

static const struct row {
    const char *name;
    struct faulty code;
    const char *symbol;   /* of the finding by the first rule; NULL: none is wanted */
    const char *findings; /* ids, the fault's own first */
} rows[] = {
    { "nothing", { 0 }, NULL, "" },
    { "nothing in an app", { .is_app = true }, NULL, "" },
    { "nothing in two slices", MACHO(BOTH), NULL, "" },
    { "nothing with two hashes", SIGN("hashes: [sha1, sha256]"), NULL, "" },
    { "nothing with large pages", SIGN("page-size: 16384"), NULL, "" },
    { "nothing with a top directory",
      SIGN("slots: {4: !hex d59d22ed9fd005a9927e9498d3942550e1ad09a71541b0b67c32f652c94207c4}, "
           "blobs: [{slot: 4, bytes: !hex fade0b01 00000018 00000000 00000002 00000004 00010000}]"),
      NULL, "" },

    /* Mach-O files */
    { "load commands that do not end", AFTER("{patch: tool, at: 36, text: !hex 00000000}"),
      "ENOEXEC", "CS101" },
    { "a load command beyond the others", AFTER("{patch: tool, at: 36, text: !hex ffff0000}"),
      "ENOEXEC", "CS101" },
    { "a slice beyond the file",
      { BOTH, NULL, "{patch: tool, at: 40, text: !hex 00ffffff}", false },
      "ENOEXEC",
      "CS101" },
    { "slices that coincide",
      { BOTH, NULL, "{patch: tool, at: 36, text: !hex 00001000}", false },
      "errSecInternalError",
      "CS102" },
    { "data behind the last slice",
      { BOTH, NULL, "{append: tool, text: payload}", false },
      BAD_MAIN,
      "CS103" },
    { "data between slices",
      { BOTH, NULL, "{patch: tool, at: 100, text: payload}", false },
      BAD_MAIN,
      "CS103" },
    { "slices that overlap",
      { BOTH, NULL, "{patch: tool, at: 20, text: !hex 00008000}", false },
      BAD_MAIN,
      "CS103 CS104" },
    { "data behind __LINKEDIT", AFTER("{append: tool, text: payload}"), BAD_MAIN, "CS104" },
    { "a wide header", MACHO(BOTH ", universal: wide"), "", "CS907" },
    { "a segment over the signature", MACHO("arch: arm64, commands: [" SEGMENT("0000", "0050") "]"),
      "", "CS908" },
    { "a hidden slice", MACHO(BOTH ", universal: hidden"), "", "CS910" },
    { "no entry point", MACHO("arch: arm64, entry: none"), "", "CS912" },
    { "no dynamic linker", MACHO("arch: arm64, dylinker: none"), "", "CS912" },
    { "not position-independent", AFTER("{patch: tool, at: 24, text: !hex 84000000}"), "",
      "CS912 CS205" },
    { "two version commands",
      MACHO("arch: arm64, commands: [!hex 32000000 18000000 01000000 00000d00 00020f00 00000000]"),
      "", "CS912" },
    { "two entry points",
      MACHO("arch: arm64, commands: [!hex 28000080 18000000 f8010000 00000000 00000000 00000000]"),
      "", "CS912" },
    { "two signatures", MACHO("arch: arm64, commands: [!hex 1d000000 10000000 00400000 60480000]"),
      "", "CS912" },
    { "a segment off the page", MACHO("arch: arm64, commands: [" SEGMENT("6400", "6400") "]"), "",
      "CS912" },
    { "a segment beyond the slice", MACHO("arch: arm64, commands: [" SEGMENT("0000", "00ff") "]"),
      "", "CS912" },
    { "a segment behind what is signed",
      MACHO("arch: arm64, commands: [" SEGMENT("0080", "1000") "]"), "", "CS912" },
    { "two slices for one processor",
      { BOTH, NULL, "{patch: tool, at: 28, text: !hex 01000007 00000003}", false },
      "",
      "CS912" },
    { "a fat header the other way round",
      { BOTH, NULL, "{patch: tool, at: 0, text: !hex bebafeca}", false },
      "",
      "CS912" },

    /* where a signature lies; its SuperBlob */
    { "the file is cut", AFTER("{truncate: tool, at: -4096}"), SIGNATURE_INVALID, "CS105" },
    { "a SuperBlob longer than its place", AFTER(AT("at: 4, text: !hex 00ffffff")),
      SIGNATURE_INVALID, "CS105" },
    { "no SuperBlob", AFTER(AT("at: 0, text: !hex fade0cc1")), SIGNATURE_INVALID, "CS106" },
    { "too many blobs", AFTER(AT("at: 8, text: !hex 00ffffff")), SIGNATURE_INVALID, "CS106" },
    { "a blob within the index", AFTER(AT("at: 16, text: !hex 0000000c")), SIGNATURE_INVALID,
      "CS106" },
    { "a blob outside", AFTER(AT("at: 16, text: !hex 00ffffff")), SIGNATURE_INVALID, "CS106" },
    { "a blob that is too long", AFTER(AT("at: 40, text: !hex 00ffffff")), SIGNATURE_INVALID,
      "CS106" },
    { "something else instead of a CMS",
      SIGN("blobs: [{slot: 0x10000}, {slot: 0x10000, bytes: !hex fade0c00 00000008}]"),
      SIGNATURE_INVALID, "CS107" },
    { "no CodeDirectory", SIGN("blobs: [{slot: 0}]"), UNSIGNED, "CS108" },
    { "an alternate CodeDirectory only", SIGN("hashes: [sha1, sha256], blobs: [{slot: 0}]"),
      UNSIGNED, "CS108" },
    { "hashes that end too early", SIGN("fields: {codeLimit: 4096, nCodeSlots: 1}"),
      SIGNATURE_INVALID, "CS109" },
    { "entitlements twice", SIGN(JIT ", blobs: [{slot: 5, bytes: !hex fade7171 00000008}]"), "",
      "CS408" },
    { "an older signature behind this one", SIGN("slack: 'remains of an older one'"), "", "CS909" },

    /* CodeDirectories */
    { "cut short", SIGN("fields: {length: 44}"), SIGNATURE_FAILED, "CS201" },
    { "an identifier outside", SIGN("fields: {identOffset: 100000}"), SIGNATURE_FAILED, "CS201" },
    { "an identifier in the header", SIGN("fields: {identOffset: 4}"), SIGNATURE_FAILED, "CS201" },
    { "a team outside", SIGN("fields: {teamOffset: 100000}"), SIGNATURE_FAILED, "CS201" },
    { "hashes outside", SIGN("fields: {hashOffset: 100000}"), SIGNATURE_FAILED, "CS201" },
    { "special hashes outside", SIGN("fields: {nSpecialSlots: 99}"), SIGNATURE_FAILED, "CS201" },
    { "hashes of another size", SIGN("fields: {hashSize: 20}"), SIGNATURE_FAILED, "CS201" },
    { "too few pages", SIGN("fields: {nCodeSlots: 3}"), SIGNATURE_FAILED, "CS201" },
    { "no code", SIGN("fields: {codeLimit: 0}"), SIGNATURE_FAILED, "CS201" },
    { "pages of 2^40 bytes", SIGN("fields: {pageSize: 40}"), SIGNATURE_FAILED, "CS201" },
    { "a scatter vector outside", SIGN("fields: {scatterOffset: 100000}"), SIGNATURE_FAILED,
      "CS201" },
    { "pre-encrypt hashes outside", SIGN("fields: {preEncryptOffset: 100000}"), SIGNATURE_FAILED,
      "CS201" },
    { "an old version", SIGN("fields: {version: 0x20000}"), "errSecCSSignatureUnsupported",
      "CS202" },
    { "a version to come", SIGN("fields: {version: 0x30000}"), "errSecCSSignatureUnsupported",
      "CS202" },
    { "one hash type twice", SIGN("hashes: [sha256, sha256]"), SIGNATURE_INVALID, "CS203" },
    { "an unknown hash", SIGN("fields: {hashType: 99}"), "errSecCSUnsupportedDigestAlgorithm",
      "CS204" },
    { "flags that differ", SIGN("hashes: [sha1, sha256], fields: {sha1.flags: 0x10100}"), "",
      "CS901" },
    { "an alternate behind a gap",
      SIGN("hashes: [sha256], blobs: [{slot: 0x1001, bytes: !hex fade0c02 00000008}]"), "",
      "CS901" },
    { "flags of running processes", SIGN("flags: 0x10004"), "", "CS903" },
    { "whole-file hashes", SIGN("page-size: 0"), "", "CS911" },
    { "pages that no kernel has", SIGN("page-size: 8192"), "", "CS911" },
    { "large pages for Intel", { "arch: x86_64", "page-size: 16384", NULL, false }, "", "CS911" },
    { "spare fields in use", SIGN("fields: {spare2: 1, spare3: 2}"), "", "CS914" },
    { "rights that nothing explains", SIGN("exec-flags: 0x41"), "", "CS410" },

    /* pages */
    { "the first page", AFTER("{flip: tool, at: 600}"), SIGNATURE_FAILED, "CS205" },
    { "the last page", AFTER("{flip: tool, at: 16383}"), SIGNATURE_FAILED, "CS205" },
    { "all pages",
      AFTER("{flip: tool, at: 600}, {flip: tool, at: 5000}, {flip: tool, at: 9000}, "
            "{flip: tool, at: 16000}"),
      SIGNATURE_FAILED, "CS205" },
    { "a page of one slice",
      { BOTH, NULL, "{flip: tool, from: slice, arch: x86_64, at: 5000}", false },
      SIGNATURE_FAILED,
      "CS205" },
    { "a page, by its SHA-1 alone",
      { NULL, "as: ad-hoc, timestamp: null, hashes: [sha1, sha256]",
        "{flip: tool, from: signature, at: 197}", false },
      SIGNATURE_FAILED,
      "CS205 NT130" },

    /* special slots */
    { "an Info.plist of another hash",
      { "arch: arm64, info-plist: {CFBundleIdentifier: com.example.tool}", "slots: {1: !hex 11}",
        NULL, false },
      "errSecCSInfoPlistFailed",
      "CS206" },
    { "an Info.plist that is not there", SIGN("slots: {1: !hex 11}"), "errSecCSInfoPlistFailed",
      "CS206" },
    { "an Info.plist changed later",
      { NULL, NULL, "{append: A.app/Contents/Info.plist, text: ' '}", true },
      "errSecCSInfoPlistFailed",
      "CS206" },
    { "requirements of another hash", SIGN("slots: {2: !hex 11}"), SIGNATURE_FAILED, "CS207" },
    { "requirements that are gone", SIGN("blobs: [{slot: 2}]"), SIGNATURE_FAILED, "CS207" },
    { "a seal changed later",
      { NULL, NULL, "{append: A.app/Contents/_CodeSignature/CodeResources, text: ' '}", true },
      "errSecCSResourceDirectoryFailed",
      "CS208" },
    { "a seal that is gone",
      { NULL, NULL, "{delete: A.app/Contents/_CodeSignature/CodeResources}", true },
      "errSecCSResourceDirectoryFailed",
      "CS208" },
    { "a top directory of another hash",
      SIGN("slots: {4: !hex 11}, "
           "blobs: [{slot: 4, bytes: !hex fade0b01 00000018 00000000 00000002 00000004 00010000}]"),
      SIGNATURE_FAILED, "CS212" },
    { "a top directory that lists too little",
      SIGN("slots: {4: !hex df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119}, "
           "blobs: [{slot: 4, bytes: !hex fade0b01 0000000c 00000000}]"),
      SIGNATURE_FAILED, "CS212" },
    { "a top directory that is not there", SIGN("slots: {4: !hex 11}"), SIGNATURE_FAILED, "CS212" },
    { "entitlements of another hash", SIGN(JIT ", slots: {5: !hex 11}"), SIGNATURE_FAILED,
      "CS209" },
    { "entitlements that are gone", SIGN(JIT ", blobs: [{slot: 5}]"), SIGNATURE_FAILED, "CS209" },
    { "DER entitlements of another hash", SIGN(JIT ", slots: {7: !hex 11}"), SIGNATURE_FAILED,
      "CS209" },
    { "DER entitlements that are gone", SIGN(JIT ", blobs: [{slot: 7}]"), SIGNATURE_FAILED,
      "CS209" },
    { "entitlements that nothing seals", SIGN(JIT ", slots: {5: none}"), "", "CS407" },
    { "DER entitlements that nothing seals", SIGN(JIT ", slots: {7: none}"), "", "CS407" },
    { "entitlements beyond the slots", SIGN(JIT ", fields: {nSpecialSlots: 2}"), "", "CS407" },
    { "a trailer without an image", SIGN("slots: {6: !hex 11}"), SIGNATURE_FAILED, "CS211" },
    { "a constraint of another hash", SIGN(CONSTRAINT ", slots: {8: !hex 11}"), SIGNATURE_FAILED,
      "CS210" },
    { "a constraint that is gone", SIGN("slots: {11: !hex 11}"), SIGNATURE_FAILED, "CS210" },
    { "a constraint for the parent that is gone", SIGN("slots: {9: !hex 11}"), SIGNATURE_FAILED,
      "CS210" },
    { "a constraint for the responsible that is gone", SIGN("slots: {10: !hex 11}"),
      SIGNATURE_FAILED, "CS210" },
    { "a constraint that nothing seals", SIGN(CONSTRAINT ", slots: {8: none}"), "", "CS407" },

    /* the CMS */
    { "nothing without attributes", CMS("no-signed-attributes"), NULL, "" },
    { "nothing in another order", CMS("unsorted-attributes"), NULL, "" },
    { "nothing without the older list", CMS("no-cdhashes-plist"), NULL, "" },
    { "nothing without either list", CMS("no-cdhashes-plist, no-cdhashes"), NULL, "" },
    { "nothing without the root", CMS("no-root"), NULL, "" },
    { "no CMS", SIGN("blobs: [{slot: 0x10000}]"), UNSIGNED, "CS301" },
    { "an empty CMS", SIGN("as: ad-hoc, timestamp: null, flags: 0x10000"), SIGNATURE_FAILED,
      "CS302" },
    { "no SignedData",
      SIGN("blobs: [{slot: 0x10000}, {slot: 0x10000, bytes: !hex fade0b01 0000000c 30020500}]"),
      SIGNATURE_FAILED, "CS302" },
    { "a CodeDirectory that was edited", AFTER(AT("at: 50, text: !hex 01")), SIGNATURE_FAILED,
      "CS303" },
    { "another digest", CMS("wrong-message-digest"), SIGNATURE_FAILED, "CS303" },
    { "another key", CMS("wrong-signature"), SIGNATURE_FAILED, "CS304" },
    { "an attribute added later", CMS("attribute-added-later"), SIGNATURE_FAILED, "CS304" },
    { "an attribute removed later", CMS("attribute-removed-later"), SIGNATURE_FAILED, "CS304" },
    { "attributes in another order than they were signed", CMS("attributes-reordered-later"),
      SIGNATURE_FAILED, "CS304" },
    { "no certificates", CMS("no-certificates"), SIGNATURE_FAILED, "CS304" },
    { "no content type", CMS("no-content-type"), SIGNATURE_FAILED, "CS305" },
    { "the content type twice", CMS("content-type-twice"), SIGNATURE_FAILED, "CS305" },
    { "another content type", CMS("wrong-content-type"), SIGNATURE_FAILED, "CS305" },
    { "no digest", CMS("no-message-digest"), SIGNATURE_FAILED, "CS305" },
    { "the digest twice", CMS("message-digest-twice"), SIGNATURE_FAILED, "CS305" },
    { "another CodeDirectory in the older list", CMS("wrong-cdhashes-plist"), SIGNATURE_FAILED,
      "CS306" },
    { "another CodeDirectory in the list", CMS("wrong-cdhashes"), SIGNATURE_FAILED, "CS306" },
    { "a CodeDirectory that is not listed",
      SIGN("hashes: [sha1, sha256], cms: {defects: [fewer-cdhashes]}"), SIGNATURE_FAILED, "CS306" },
    { "a CodeDirectory that was taken away",
      SIGN("hashes: [sha1, sha256], blobs: [{slot: 0x1000}]"), SIGNATURE_FAILED, "CS306 NT109" },
    { "two signers", CMS("two-signers"), "", "CS320" },
    { "nothing with SHA-1 in the chain", SIGN("as: sha1-signed"), NULL, "" },

    /* timestamps */
    { "nothing with an older imprint", CMS("token-sha1-imprint"), NULL, "" },
    { "other unsigned attributes only", CMS("token-missing"), SIGNATURE_FAILED, "CS307" },
    { "a token of another key", CMS("token-wrong-signature"), TIMESTAMP_INVALID, "CS308" },
    { "a token that names another certificate", CMS("token-wrong-certificate-hash"),
      TIMESTAMP_INVALID, "CS308" },
    { "a time with a fraction", CMS("token-fraction"), TIMESTAMP_INVALID, "CS308" },
    { "an authority that may not", SIGN("tsa: tsa-no-usage"), TIMESTAMP_INVALID, "CS308" },
    { "a token for another signature", CMS("token-wrong-imprint"), TIMESTAMP_INVALID, "CS309" },
    { "an authority that had expired", SIGN("tsa: tsa-expired"), TIMESTAMP_INVALID, "CS310" },
    { "a token without Apple's root", CMS("token-no-root"), NOT_TRUSTED, "CS311" },

    /* certificates */
    { "no intermediate", CMS("no-intermediate"), NOT_TRUSTED, "CS312" },
    { "an issuer that is none", SIGN("as: issued-by-not-a-ca"), NOT_TRUSTED, "CS313" },
    { "an unknown critical extension", SIGN("as: unknown-critical"), NOT_TRUSTED, "CS313" },
    { "a certificate for nothing", SIGN("as: no-usage"), NOT_TRUSTED, "CS314" },
    { "a certificate for packages", SIGN("as: installer"), NOT_TRUSTED, "CS314" },
    { "expired when it signed", SIGN("as: expired"), "CSSMERR_TP_CERT_EXPIRED", "CS315" },
    { "expired, and asked to end with it",
      SIGN("as: expired, timestamp: null, flags: [runtime, expires]"), "CSSMERR_TP_CERT_EXPIRED",
      "CS315 NT104" },
    { "not yet valid when it signed", SIGN("as: not-yet-valid"), "CSSMERR_TP_CERT_NOT_VALID_YET",
      "CS316" },
    { "another team", SIGN("team: XXXXXXXXXX"), "errSecCSBadTeamIdentifier", "CS317" },
    { "expired, and no timestamp", SIGN("as: expired, timestamp: null"), "", "CS318 NT104" },
    { "a look-alike", SIGN("as: look-alike"), "", "NT103" },
    { "a look-alike of one's own", SIGN("as: self-signed-look-alike"), "", "NT103" },
    { "a certificate of one's own", SIGN("as: self-signed"), "", "NT103" },
    { "Apple's root, and no marker", SIGN("as: no-marker, requirement: empty"), "", "NT103" },
};

/* Spelling and judging */

static void spell(const struct faulty *f, struct sx_buf *out)
{
    const char *macho = f->macho != NULL ? f->macho : "arch: arm64";
    const char *sign = f->sign != NULL ? f->sign : "";
    sx_buf_cstr(out, "defaults: {sign: {as: developer-id, flags: [runtime], identifier: "
                     "com.example.tool, timestamp: 2026-11-23T18:04:11Z}}\nfiles:\n");
    if (f->is_app)
        sx_buf_printf(out,
                      "  A.app:\n    sign: {%s}\n    files:\n      Contents/Info.plist: {plist: "
                      "{CFBundleIdentifier: com.example.tool, CFBundleExecutable: A, "
                      "CFBundlePackageType: APPL, LSMinimumSystemVersion: '13.0', CFBundleVersion: "
                      "'7', CFBundleShortVersionString: '1.2'}}\n      Contents/MacOS/A: {macho: "
                      "{%s}}\n      Contents/Resources/a.txt: x\n",
                      sign, macho);
    else
        sx_buf_printf(out, "  tool: {macho: {%s}, sign: {%s}}\n", macho, sign);
    if (f->after != NULL)
        sx_buf_printf(out, "after: [%s]\n", f->after);
    sx_buf_char(out, '\0');
}

static struct sx_ruleset *rules; /* read once for all rows */

static bool names(const char *ids, struct sx_str id)
{
    return sx_str_find(sx_str_of(ids), id) < strlen(ids);
}

/* What is told beyond `ids`, and which of them is not told. */
static void compare(const struct sx_judgement *j, const char *ids)
{
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    bool same = true;
    size_t n = 0;
    for (size_t i = 0; i < j->n_findings; i++) {
        struct sx_str id = j->findings[i]->rule->id;
        if (sx_str_find(sx_buf_view(&found), id) < found.len)
            continue; /* in another slice as well */
        sx_buf_printf(&found, "%s%.*s", n > 0 ? " " : "", SX_STR_ARG(id));
        same = same && names(ids, id);
        n++;
    }
    if (!same || found.len != strlen(ids))
        fail_msg("told: %.*s", SX_STR_ARG(sx_buf_view(&found)));
}

static const struct sx_finding *first(const struct sx_judgement *j, const char *ids)
{
    for (size_t i = 0; i < j->n_findings; i++)
        if (sx_str_starts(sx_str_of(ids), j->findings[i]->rule->id))
            return j->findings[i];
    fail_msg("%s is not told", ids);
    return NULL;
}

static void is_told(void **state)
{
    static const struct sx_selection all;
    const struct row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf yaml = { 0 };
    struct sx_judgements *judged;
    struct examined e;
    struct sx_err err = { 0 };
    spell(&row->code, &yaml);
    examine(&e, yaml.ptr, row->code.is_app ? "A.app" : "tool");
    if (!sx_judge(e.run, rules, &all, &judged, &err))
        fail_msg("%s", err.what);
    compare(&judged->whole, row->findings);
    if (row->symbol != NULL) {
        struct sx_str symbol = first(&judged->whole, row->findings)->symbol;
        assert_string_equal(symbol.ptr != NULL ? symbol.ptr : "", row->symbol);
    }
    sx_judgements_free(judged);
    examined_free(&e);
}

int main(void)
{
    static struct rows all;
    rules = sx_ruleset_new();
    ADD_ROWS(&all, rows, is_told);
    int failed = run_rows("signature-faults", &all);
    sx_ruleset_free(rules);
    return failed;
}

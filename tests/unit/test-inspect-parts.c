/* SPDX-License-Identifier: MIT */
/* Signatures that are kept in parts beside the code: files of _CodeSignature, extended attributes.
 */
#include "base/buf.h"
#include "rows.h"
#include "sealed-app.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

#define DEFAULTS                                                                                   \
    "defaults: {macho: {arch: arm64, code: 600}, sign: {as: developer-id, "                        \
    "timestamp: 2026-11-23T18:04:11Z}}\nfiles:\n"
#define INFO                                                                                       \
    "{plist: {CFBundleExecutable: A, CFBundleIdentifier: com.example.a, "                          \
    "CFBundlePackageType: APPL}}"
/* An app that is a script. */
#define SCRIPT_APP(sign)                                                                           \
    DEFAULTS "  A.app:\n"                                                                          \
             "    sign: {" sign "}\n"                                                              \
             "    files:\n"                                                                        \
             "      Contents/Info.plist: " INFO "\n"                                               \
             "      Contents/MacOS/A: {text: '#!/bin/sh', mode: 755}\n"                            \
             "      Contents/Resources/r: r\n"
/* A bundle without code: Info.plist is what is signed. */
#define CODELESS                                                                                   \
    DEFAULTS "  A.app:\n"                                                                          \
             "    sign: {}\n"                                                                      \
             "    files:\n"                                                                        \
             "      Contents/Info.plist: {plist: {CFBundleIdentifier: com.example.a, "             \
             "CFBundlePackageType: APPL}}\n"                                                       \
             "      Contents/Resources/r: r\n"
/* An app with a signed script where code belongs. */
#define HELPER                                                                                     \
    DEFAULTS "  A.app:\n"                                                                          \
             "    sign: {}\n"                                                                      \
             "    files:\n"                                                                        \
             "      Contents/Info.plist: " INFO "\n"                                               \
             "      Contents/MacOS/A: {macho: {}}\n"                                               \
             "      Contents/Helpers/run.sh: {text: '#!/bin/sh', mode: 755, sign: {}}\n"
#define TWICE   "hashes: [sha1, sha256], seal: {sha1: true}"
#define BESIDE  "data-in-code-place Contents/Helpers/._run.sh\n"
#define AFTER   "after:\n"
#define PART(p) "A.app/Contents/_CodeSignature/" p

static const struct row {
    const char *name, *yaml, *state, *problems;
} rows[] = {
    { "a script as executable", SCRIPT_APP(""), "valid", "" },
    { "with two hashes", SCRIPT_APP(TWICE), "valid", "" },
    { "by nobody", SCRIPT_APP("as: ad-hoc, timestamp: null"), "ad-hoc", "" },
    { "no code at all", CODELESS, "valid", "" },
    { "the script altered", SCRIPT_APP("") AFTER EDIT("append: A.app/Contents/MacOS/A, text: x"),
      "invalid", "code-limit-wrong errSecCSSignatureInvalid\n" },
    { "a byte of the script altered", SCRIPT_APP(TWICE) AFTER EDIT("flip: A.app/Contents/MacOS/A"),
      "invalid", "page-altered errSecCSSignatureFailed\n" },
    { "Info.plist of no code altered",
      CODELESS AFTER EDIT("patch: A.app/Contents/Info.plist, at: 2, text: X"), "invalid",
      "page-altered errSecCSSignatureFailed\n"
      "info-plist-altered errSecCSInfoPlistFailed\n"
      "info-plist-unreadable errSecCSBadDictionaryFormat Contents/Info.plist\n" },
    { "Info.plist altered",
      SCRIPT_APP("") AFTER EDIT("append: A.app/Contents/Info.plist, text: ' '"), "invalid",
      "info-plist-altered errSecCSInfoPlistFailed\n" },
    { "a resource altered",
      SCRIPT_APP("") AFTER EDIT("append: A.app/Contents/Resources/r, text: x"), "invalid",
      "resource-altered errSecCSBadResource Contents/Resources/r\n" },
    { "requirements that are gone", SCRIPT_APP("") AFTER EDIT("delete: " PART("CodeRequirements")),
      "invalid", "requirements-altered errSecCSSignatureFailed\n" },
    { "requirements altered",
      SCRIPT_APP("") AFTER EDIT("flip: " PART("CodeRequirements") ", at: 40"), "invalid",
      "requirements-malformed errSecCSReqInvalid\n"
      "requirements-altered errSecCSSignatureFailed\n" },
    { "no CMS", SCRIPT_APP("") AFTER EDIT("delete: " PART("CodeSignature")), "invalid",
      "cms-missing errSecCSUnsigned\n"
      "designated-requirement-failed errSecCSReqFailed\n" },
    { "an empty CMS", SCRIPT_APP("") AFTER EDIT("truncate: " PART("CodeSignature")), "invalid",
      "cms-unreadable errSecCSSignatureFailed\n"
      "designated-requirement-failed errSecCSReqFailed\n" },
    { "a CodeDirectory taken away",
      SCRIPT_APP(TWICE) AFTER EDIT("delete: " PART("CodeRequirements-1")), "invalid",
      "cdhash-attribute-wrong errSecCSSignatureFailed\n" },
    { "no CodeDirectory", SCRIPT_APP("") AFTER EDIT("delete: " PART("CodeDirectory")), "unsigned",
      "signature-folder-content errSecCSUnsealedAppRoot Contents/_CodeSignature/CodeRequirements\n"
      "signature-folder-content errSecCSUnsealedAppRoot Contents/_CodeSignature/CodeSignature\n" },
    { "a CodeDirectory cut short",
      SCRIPT_APP("") AFTER EDIT("truncate: " PART("CodeDirectory") ", at: 60"), "invalid",
      "code-directory-malformed errSecCSSignatureFailed\n" },
    { "a part that nothing reads",
      SCRIPT_APP("") AFTER EDIT("write: " PART("CodeNothing") ", text: x"), "invalid",
      "signature-folder-content errSecCSUnsealedAppRoot Contents/_CodeSignature/CodeNothing\n" },
    { "parts beside a Mach-O that holds its own",
      HELPER AFTER EDIT("write: " PART("CodeDirectory") ", text: x"), "invalid",
      "signature-folder-content errSecCSUnsealedAppRoot "
      "Contents/_CodeSignature/CodeDirectory\n" BESIDE
      "xattr-signature Contents/Helpers/run.sh\n" },
    { "a script as nested code", HELPER, "valid",
      BESIDE "xattr-signature Contents/Helpers/run.sh\n" },
    { "a script as nested code, altered", HELPER AFTER EDIT("flip: A.app/Contents/Helpers/run.sh"),
      "invalid",
      BESIDE "xattr-signature Contents/Helpers/run.sh\n"
             "nested-invalid errSecCSSignatureFailed Contents/Helpers/run.sh\n"
             "Contents/Helpers/run.sh: page-altered errSecCSSignatureFailed\n" },
};

static void is_found(void **state)
{
    const struct row *row = *state;
    struct examined e;
    examine(&e, row->yaml, "A.app");
    assert_string_equal(sealed_problems(&e).ptr, row->problems);
    assert_string_equal(sealed_state(&e, "A.app").ptr, row->state);
    examined_free(&e);
}

/* A script by itself */

#define SCRIPT DEFAULTS "  run.sh: {text: '#!/bin/sh', mode: 755, sign: {}}\n"

static void is_signed_beside(void **state)
{
    struct examined e;
    (void)state;
    examine(&e, SCRIPT, "run.sh");
    const struct sx_Code *code = examined_code(&e, "run.sh");
    assert_int_equal(code->kind, SX_CODE_KIND_SCRIPT);
    assert_int_equal(code->signature->state, SX_SIGNATURE_STATE_VALID);
    assert_int_equal(code->signature->signer, SX_SIGNER_DEVELOPER_ID);
    assert_string_equal(code->signature->identifier.ptr, "run");
    examined_free(&e);
}

static void is_no_code_without(void **state)
{
    struct examined e;
    (void)state;
    examine(&e, SCRIPT AFTER EDIT("delete: ._run.sh"), "run.sh");
    assert_int_equal(examined_artifact(&e)->code.n, 0);
    examined_free(&e);
}

#ifdef __linux__
/* Moves the attributes that an AppleDouble file has to the file itself, by the table of its names;
 * false where the file system keeps none. */
static bool set_attributes(const struct examined *e)
{
    static const char *const names[] = { "CodeDirectory", "CodeRequirements", "CodeSignature" };
    unsigned char bytes[16384];
    const char *beside = sx_str_printf(e->arena, "%s/._run.sh", e->folder).ptr;
    FILE *f = fopen(beside, "rb");
    assert_non_null(f);
    assert_true(fread(bytes, 1, sizeof(bytes), f) > 0);
    fclose(f);
    size_t at = 26 + 12 + 34 + 36;
    for (size_t i = 0; i < SX_LEN(names); i++) {
        size_t off = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        size_t len = (size_t)bytes[at + 6] << 8 | bytes[at + 7];
        const char *name = sx_str_printf(e->arena, "user.com.apple.cs.%s", names[i]).ptr;
        if (setxattr(e->path, name, bytes + off, len, 0) != 0)
            return false;
        at += (11u + bytes[at + 10] + 3) / 4 * 4;
    }
    assert_int_equal(unlink(beside), 0);
    return true;
}

static void is_signed_by_attributes(void **state)
{
    struct examined e;
    (void)state;
    examine(&e, SCRIPT, "run.sh");
    if (set_attributes(&e)) {
        examine_again(&e);
        const struct sx_Code *code = examined_code(&e, "run.sh");
        assert_int_equal(code->signature->state, SX_SIGNATURE_STATE_VALID);
    }
    examined_free(&e);
}
#endif

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_found);
    ADD_TEST(&list, is_signed_beside);
    ADD_TEST(&list, is_no_code_without);
#ifdef __linux__
    ADD_TEST(&list, is_signed_by_attributes);
#endif
    return run_rows("inspect-parts", &list);
}

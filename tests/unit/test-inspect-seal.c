/* SPDX-License-Identifier: MIT */
/* Seals of whole apps: each row says what is changed, and everything that is found. */
#include "rows.h"
#include "sealed-app.h"

#define RES               "A.app/Contents/Resources/"
#define EXT               "Contents/Library/SystemExtensions/com.example.x.systemextension"
#define FRAMEWORK         "Contents/Frameworks/F.framework"
#define BAD               " errSecCSBadResource "
#define ADDED(p)          "resource-added" BAD p "\n"
#define ALTERED(p)        "resource-altered" BAD p "\n"
#define MISSING(p)        "resource-missing" BAD p "\n"
#define LEAVES(p)         "symlink-leaves errSecCSInvalidSymlink " p "\n"
#define SEAL              "Contents/_CodeSignature/CodeResources\n"
#define WEAK              "seal-rules-weak errSecCSWeakResourceRules " SEAL
#define ENTRY(p)          "seal-entry-invalid errSecCSResourcesInvalid " p "\n"
#define RULE              "seal-rule-invalid errSecCSResourceRulesInvalid " SEAL
#define NESTED(symbol, p) "nested-invalid " symbol " " p "\n"
#define DIFFERS(p)        "nested-cdhash-differs " p "\n"
#define FAILED(p)         "nested-requirement-failed errSecCSBadNestedCode " p "\n"
#define VERSION_B         "framework-version-invalid errSecCSBadFrameworkVersion " FRAMEWORK "/Versions/B\n"
/* said once a slice */
#define TWICE(line) line line

/* Entries laid upon the seal; hashes of "x", of its sha1 and sha256. */
#define FILES2(entries) SEALED_TWICE_AND(", plist: {files2: {" entries "}}")
#define RULES2(rules)   SEALED_TWICE_AND(", rules2: {" rules "}")
#define HASHES                                                                                     \
    "hash: !hex 11f6ad8ec52a2984abaafd7c3b516503785c2072, "                                        \
    "hash2: !hex 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
#define ONCE "hashes: [sha1], seal: {sha1: true, plist: {files2: null, rules2: null}}"
#define NEST                                                                                       \
    "'^[^/]+$': {nested: true, weight: 10}, "                                                      \
    "'^(Frameworks|Helpers|MacOS)/': {nested: true, weight: 10}"
#define OMITS                                                                                      \
    "'^Info\\.plist$': {omit: true, weight: 20}, '^PkgInfo$': {omit: true, weight: 20}, "          \
    "'^(.*/)?\\.DS_Store$': {omit: true, weight: 2000}, '^Resources/': {weight: 20}"

static const struct row {
    const char *name;
    struct sealed_app app;
    const char *want; /* all problems; "" is none */
} rows[] = {
    { "nothing", { 0 }, "" },

    /* added */
    { "a file added",
      { .after = EDIT("write: " RES "new.txt, text: x") },
      ADDED("Contents/Resources/new.txt") },
    { "a file added in a new folder",
      { .after = EDIT("write: " RES "d/e/new.txt, text: x") },
      ADDED("Contents/Resources/d/e/new.txt") },
    { "a file added to a localisation",
      { .after = EDIT("write: " RES "en.lproj/N.strings, text: x") },
      ADDED("Contents/Resources/en.lproj/N.strings") },
    { "AppleDouble files are files",
      { .after = EDIT("write: " RES "._a.txt, text: x") },
      ADDED("Contents/Resources/._a.txt") },
    { "a link added",
      { .after = EDIT("write: " RES "new, link: a.txt") },
      ADDED("Contents/Resources/new") },
    { "code added",
      { .after = EDIT("write: A.app/Contents/Helpers/new, macho: {}, sign: {}") },
      ADDED("Contents/Helpers/new") },
    { "a bundle added is one item",
      { .after = EDIT("write: A.app/Contents/Helpers/P.bundle, sign: {}, files: {"
                      "Contents/Info.plist: {plist: {CFBundleExecutable: P}}, "
                      "Contents/MacOS/P: {macho: {}}, Contents/Resources/p: p}") },
      ADDED("Contents/Helpers/P.bundle") },
    { "a folder with a dot is taken for a bundle",
      { .after = EDIT("write: A.app/Contents/MacOS/lib.d/x, text: x") },
      "dotted-folder Contents/MacOS/lib.d\n" ADDED("Contents/MacOS/lib.d") },
    { "a folder without a dot is not",
      { .after = EDIT("write: A.app/Contents/MacOS/lib/x, text: x") },
      "data-in-code-place Contents/MacOS/lib/x\n" ADDED("Contents/MacOS/lib/x") },
    { "a file added where code is nested",
      { .after = EDIT("write: A.app/Contents/Frameworks/read.me, text: x") },
      "data-in-code-place Contents/Frameworks/read.me\n" ADDED("Contents/Frameworks/read.me") },
    { "version.plist added",
      { .after = EDIT("write: A.app/Contents/version.plist, text: x") },
      ADDED("Contents/version.plist") },
    { "a profile added",
      { .after = EDIT("write: A.app/Contents/embedded.provisionprofile, text: x") },
      ADDED("Contents/embedded.provisionprofile") },
    { "a file added to a nested framework",
      { .after = EDIT("write: A.app/" FRAMEWORK "/Versions/A/Resources/new, text: x") },
      NESTED("errSecCSBadResource", FRAMEWORK) FRAMEWORK
      ": " ADDED(FRAMEWORK "/Versions/A/Resources/new") },
    { "an empty folder is no item",
      { .after = EDIT("write: " RES "empty/x, text: x") EDIT("delete: " RES "empty/x") },
      "" },
    { ".DS_Store may come", { .after = EDIT("write: " RES "b/.DS_Store, text: x") }, "" },
    { "locversion.plist may come",
      { .after = EDIT("write: " RES "en.lproj/locversion.plist, text: x") },
      "" },

    /* altered */
    { "a byte",
      { .after = EDIT("flip: " RES "a.txt, at: 2") },
      ALTERED("Contents/Resources/a.txt") },
    { "a byte more",
      { .after = EDIT("append: " RES "a.txt, text: x") },
      ALTERED("Contents/Resources/a.txt") },
    { "no byte left",
      { .after = EDIT("truncate: " RES "a.txt, at: 0") },
      ALTERED("Contents/Resources/a.txt") },
    { "a byte at the end of a large file",
      { .files = FILE_LINE("Contents/Resources/large: {size: 9000000}"),
        .after = EDIT("flip: " RES "large, at: 8999999") },
      ALTERED("Contents/Resources/large") },
    { "what may be missing may not differ",
      { .after = EDIT("append: " RES "en.lproj/L.strings, text: x") },
      ALTERED("Contents/Resources/en.lproj/L.strings") },
    { "a link leads elsewhere",
      { .after = EDIT("delete: " RES "link") EDIT("write: " RES "link, link: a.txt") },
      ALTERED("Contents/Resources/link") },
    { "a link to the same place by another text",
      { .after = EDIT("delete: " RES "link") EDIT("write: " RES "link, link: ./b/c.txt") },
      ALTERED("Contents/Resources/link") },
    { "a file becomes a link",
      { .after = EDIT("move: " RES "a.txt, to: " RES "b/.DS_Store")
            EDIT("write: " RES "a.txt, link: b/.DS_Store") },
      ALTERED("Contents/Resources/a.txt") },
    { "a link becomes a file",
      { .after = EDIT("delete: " RES "link") EDIT("write: " RES "link, text: third") },
      ALTERED("Contents/Resources/link") },
    { "code becomes a link",
      { .after = EDIT("move: A.app/Contents/Helpers/tool, to: A.app/Contents/Helpers/other")
            EDIT("write: A.app/Contents/Helpers/tool, link: other") },
      ADDED("Contents/Helpers/other") ALTERED("Contents/Helpers/tool") },
    { "a framework becomes a link",
      { .after = EDIT("move: A.app/" FRAMEWORK ", to: " RES "F.framework")
            EDIT("write: A.app/" FRAMEWORK ", link: ../Resources/F.framework") },
      ALTERED(FRAMEWORK) ADDED("Contents/Resources/F.framework/F")
          ADDED("Contents/Resources/F.framework/Resources")
              ADDED("Contents/Resources/F.framework/Versions/A/F")
                  ADDED("Contents/Resources/F.framework/Versions/A/Resources/Info.plist")
                      ADDED("Contents/Resources/F.framework/Versions/A/Resources/f.txt") ADDED(
                          "Contents/Resources/F.framework/Versions/A/_CodeSignature/CodeResources")
                          ADDED("Contents/Resources/F.framework/Versions/Current") },
    { "what is omitted may change",
      { .after = EDIT("append: " RES ".DS_Store, text: x")
            EDIT("append: A.app/Contents/PkgInfo, text: x") },
      "" },
    { "an extension's file is the app's too",
      { .after = EDIT("append: A.app/" EXT "/Contents/Resources/x.txt, text: x") },
      ALTERED(EXT "/Contents/Resources/x.txt") EXT ": " ALTERED(EXT "/Contents/Resources/x.txt") },
    { "an extension's executable is the app's too",
      { .after = EDIT("write: A.app/" EXT
                      "/Contents/MacOS/com.example.x, macho: {strings: [x]}, sign: {}") },
      ALTERED(EXT "/Contents/MacOS/com.example.x") EXT
      ": seal-missing errSecCSResourcesNotFound\n" },

    /* missing */
    { "a file", { .after = EDIT("delete: " RES "a.txt") }, MISSING("Contents/Resources/a.txt") },
    { "a link", { .after = EDIT("delete: " RES "link") }, MISSING("Contents/Resources/link") },
    { "code",
      { .after = EDIT("delete: A.app/Contents/Helpers/tool") },
      MISSING("Contents/Helpers/tool") },
    { "a framework",
      { .after = EDIT("move: A.app/" FRAMEWORK ", to: F.framework") },
      MISSING(FRAMEWORK) },
    { "what the base localisation has",
      { .after = EDIT("delete: " RES "Base.lproj/M.nib") },
      MISSING("Contents/Resources/Base.lproj/M.nib") },
    { "a localisation may go", { .after = EDIT("delete: " RES "en.lproj/L.strings") }, "" },
    { "a file of another name",
      { .after = EDIT("move: " RES "a.txt, to: " RES "z.txt") },
      MISSING("Contents/Resources/a.txt") ADDED("Contents/Resources/z.txt") },
    { "a file whose name has another case",
      { .after = EDIT("move: " RES "a.txt, to: " RES "A.txt") },
      ADDED("Contents/Resources/A.txt") MISSING("Contents/Resources/a.txt") },
    { "a file whose name is decomposed",
      { .files = FILE_LINE("\"Contents/Resources/\\u00e4\": x"),
        .after = EDIT("move: \"" RES "\\u00e4\", to: \"" RES "a\\u0308\"") },
      ADDED("Contents/Resources/a\xcc\x88") MISSING("Contents/Resources/\xc3\xa4") },
    { "a file becomes a folder",
      { .after = EDIT("delete: " RES "a.txt") EDIT("write: " RES "a.txt/x, text: first") },
      MISSING("Contents/Resources/a.txt") ADDED("Contents/Resources/a.txt/x") },
    { "a bundle becomes a file",
      { .after = EDIT("move: A.app/" FRAMEWORK ", to: F.framework")
            EDIT("write: A.app/" FRAMEWORK ", text: x") },
      "data-in-code-place " FRAMEWORK "\n"
      "xattr-signature " FRAMEWORK "\n"
      "? extended attributes, and with them the signature of a file, are not here\n" },

    /* what else a scan meets */
    { "a link named .DS_Store",
      { .after = EDIT("write: " RES "b/.DS_Store, link: c.txt") },
      "ds-store-symlink errSecCSDSStoreSymlink Contents/Resources/b/.DS_Store\n" },
    { "in any case",
      { .after = EDIT("write: " RES "b/.ds_store, link: c.txt") },
      "ds-store-symlink errSecCSDSStoreSymlink Contents/Resources/b/.ds_store\n" },

    /* tickets */
    { "a stapled ticket", { .after = EDIT("staple: A.app") }, "" },
    { "a ticket stapled to an extension",
      { .after = EDIT("staple: A.app/" EXT) },
      ADDED(EXT "/Contents/CodeResources") },
    { "no ticket where one is stapled",
      { .after = EDIT("write: A.app/Contents/CodeResources, text: x") },
      "not-a-ticket Contents/CodeResources\n" },
    { "a link where a ticket is stapled",
      { .after = EDIT("write: A.app/Contents/CodeResources, link: _CodeSignature/CodeResources") },
      "not-a-ticket Contents/CodeResources\n" },
    { "a receipt is not sealed",
      { .after = EDIT("write: A.app/Contents/_MASReceipt/receipt, text: x") },
      "" },

    /* the seal and its slot */
    { "the seal altered",
      { .after = EDIT("append: A.app/Contents/_CodeSignature/CodeResources, text: x")
            EDIT("append: " RES "a.txt, text: x") },
      TWICE("seal-altered errSecCSResourceDirectoryFailed\n") },
    { "the seal deleted",
      { .after = EDIT("delete: A.app/Contents/_CodeSignature/CodeResources") },
      TWICE("seal-altered errSecCSResourceDirectoryFailed\n") },
    { "no seal", { .sign = "seal: none" }, "seal-missing errSecCSResourcesNotFound\n" },
    { "a seal that no slot knows",
      { .sign = SEALED_TWICE ", "
                             "slots: {3: none}" },
      "seal-missing errSecCSResourcesNotFound\n" },
    { "a slice with another seal",
      { .sign = SEALED_TWICE ", "
                             "x86_64: {slots: {3: none}}" },
      "slices-seal-differently\n" },
    { "the native slice without",
      { .sign = SEALED_TWICE ", "
                             "arm64: {slots: {3: none}}" },
      "seal-missing errSecCSResourcesNotFound\n" },
    { "a slice of another team",
      { .sign = SEALED_TWICE ", "
                             "x86_64: {as: developer-id-other-team}" },
      "slices-of-different-teams errSecCSSignatureInvalid\n" },
    { "Info.plist altered",
      { .after = EDIT("append: A.app/Contents/Info.plist, text: x") },
      TWICE("info-plist-altered errSecCSInfoPlistFailed\n") },

    /* links */
    { "a link to the system",
      { .files = FILE_LINE("Contents/Resources/l: {link: /System/Library/x}")
            FILE_LINE("Contents/Resources/m: {link: /Library/x}") },
      "" },
    { "an absolute link",
      { .files = FILE_LINE("Contents/Resources/l: {link: /usr/lib/x}") },
      LEAVES("Contents/Resources/l") },
    { "an absolute link by dots",
      { .files = FILE_LINE("Contents/Resources/l: {link: /System/../usr/x}") },
      LEAVES("Contents/Resources/l") },
    { "an absolute link to a namesake",
      { .files = FILE_LINE("Contents/Resources/l: {link: /Systems/x}") },
      LEAVES("Contents/Resources/l") },
    { "a link to the root",
      { .files = FILE_LINE("Contents/Resources/l: {link: /}") },
      LEAVES("Contents/Resources/l") },
    { "a link out of the app",
      { .files = FILE_LINE("Contents/Resources/l: {link: ../../../x}") },
      LEAVES("Contents/Resources/l") },
    { "a link beside Contents",
      { .files =
            FILE_LINE("Contents/Resources/l: {link: ../../.DS_Store}") FILE_LINE(".DS_Store: x") },
      LEAVES("Contents/Resources/l") },
    { "a broken link",
      { .files = FILE_LINE("Contents/Resources/l: {link: gone}") },
      LEAVES("Contents/Resources/l") },
    { "a link to itself",
      { .files = FILE_LINE("Contents/Resources/l: {link: l}") },
      LEAVES("Contents/Resources/l") },
    { "a link to what is omitted",
      { .files = FILE_LINE("Contents/Resources/l: {link: ../Info.plist}") },
      LEAVES("Contents/Resources/l") },
    { "a link to the seal",
      { .files = FILE_LINE("Contents/Resources/l: {link: ../_CodeSignature/CodeResources}") },
      LEAVES("Contents/Resources/l") },
    { "a link to the main executable",
      { .files = FILE_LINE("Contents/Resources/l: {link: ../MacOS/A}") },
      "" },
    { "a link to a folder", { .files = FILE_LINE("Contents/Resources/l: {link: b}") }, "" },
    { "a link over a link", { .files = FILE_LINE("Contents/Resources/l: {link: link}") }, "" },
    { "a link of an extension to its app",
      { .files =
            FILE_LINE("Contents/Library/SystemExtensions/y.systemextension: {sign: {}, files: {"
                      "Contents/Info.plist: {plist: {CFBundleExecutable: y}}, "
                      "Contents/MacOS/y: {macho: {}}, "
                      "Contents/Resources/l: {link: ../../../../../Resources/a.txt}}}") },
      "Contents/Library/SystemExtensions/y.systemextension: " LEAVES(
          "Contents/Library/SystemExtensions/y.systemextension/Contents/Resources/l") },
    { "a link of nested code to its host",
      { .files = FILE_LINE(
            "Contents/Helpers/h.app: {sign: {}, files: {"
            "Contents/Info.plist: {plist: {CFBundleExecutable: h, CFBundlePackageType: APPL}}, "
            "Contents/MacOS/h: {macho: {}}, "
            "Contents/Resources/l: {link: ../../../../Resources/a.txt}}}") },
      "" },

    /* rules */
    { "no rule for everything", { .sign = RULES2("'^.+': true, " NEST ", " OMITS) }, WEAK },
    { "everything, by a weight", { .sign = RULES2("'^.*': {weight: 1}, " NEST ", " OMITS) }, WEAK },
    { "a rule that omits",
      { .sign =
            RULES2("'^.*': true, '^Resources/b/': {omit: true, weight: 30}, " NEST ", " OMITS) },
      WEAK LEAVES("Contents/Resources/link") },
    { "a rule that is false",
      { .sign = RULES2("'^.*': true, 'c.txt$': false, " NEST ", " OMITS) },
      WEAK },
    { "omitting wins a tie",
      { .sign = RULES2("'^.*': true, '^Resources/a': {omit: true, weight: 20}, " NEST ", " OMITS),
        .after = EDIT("append: " RES "a.txt, text: x") },
      WEAK },
    { "Apple's omissions are not weak", { .sign = RULES2("'^.*': true, " NEST ", " OMITS) }, "" },
    { "no rule for nested code", { .sign = RULES2("'^.*': true, " OMITS) }, "" },
    { "no rule for nested code, which is altered",
      { .sign = RULES2("'^.*': true, " OMITS),
        .after = EDIT("flip: A.app/Contents/Helpers/tool, at: 600, from: slice, arch: arm64") },
      ALTERED("Contents/Helpers/tool") "Contents/Helpers/tool: page-altered "
                                       "errSecCSSignatureFailed\n" },
    { "a rule that is text", { .sign = SEALED_TWICE_AND(", plist: {rules2: {x: text}}") }, RULE },
    { "a rule with a weight in letters",
      { .sign = SEALED_TWICE_AND(", plist: {rules2: {x: {weight: heavy}}}") },
      RULE },
    { "a rule with a flag that is none",
      { .sign = SEALED_TWICE_AND(", plist: {rules2: {x: {omit: 1}}}") },
      RULE },
    { "a rule that is no expression",
      { .sign = SEALED_TWICE_AND(", plist: {rules2: {'(x': true}}") },
      RULE },
    { "a rule that nobody follows",
      { .sign = SEALED_TWICE_AND(", plist: {rules2: {'\\<x': true}}") },
      "? a rule of the resource seal: regular expression: a backslash before a character that "
      "needs none\n" },

    /* entries */
    { "version 1", { .sign = ONCE }, "seal-version-1 errSecCSWeakResourceEnvelope " SEAL },
    { "version 1, altered",
      { .sign = ONCE,
        .after = EDIT("append: " RES "a.txt, text: x") EDIT("write: " RES "n, link: a.txt") },
      "seal-version-1 errSecCSWeakResourceEnvelope " SEAL ALTERED("Contents/Resources/a.txt") },
    { "files2 without rules2",
      { .sign = SEALED_TWICE_AND(", plist: {rules2: null}") },
      ENTRY("Contents/_CodeSignature/CodeResources") },
    { "files2 that is text",
      { .sign = SEALED_TWICE_AND(", plist: {files2: text}") },
      ENTRY("Contents/_CodeSignature/CodeResources") },
    { "no files",
      { .sign = SEALED_TWICE_AND(", plist: {files: null}") },
      "seal-missing errSecCSResourcesNotFound " SEAL },
    { "rules that are text",
      { .sign = SEALED_TWICE_AND(", plist: {rules: text}") },
      "seal-missing errSecCSResourcesNotFound " SEAL },
    { "no property list",
      { .sign = "hashes: [sha256], seal: none, slots: {3: !hex "
                "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881}",
        .after = EDIT("write: A.app/Contents/_CodeSignature/CodeResources, text: x") },
      "seal-unreadable errSecCSBadDictionaryFormat " SEAL },
    { "an entry without hash",
      { .sign = FILES2("Resources/a.txt: {optional: true, hash: null, hash2: null}") },
      ENTRY("Contents/Resources/a.txt") },
    { "an entry without the hash that is wanted",
      { .sign = FILES2("Resources/a.txt: {hash: null}") },
      ENTRY("Contents/Resources/a.txt") },
    { "an entry with a hash in letters",
      { .sign = FILES2("Resources/a.txt: {hash2: letters}") },
      ENTRY("Contents/Resources/a.txt") },
    { "an entry that is text",
      { .sign = FILES2("Resources/a.txt: text") },
      ENTRY("Contents/Resources/a.txt") },
    { "an entry with a number for a link",
      { .sign = FILES2("Resources/link: {symlink: 1}") },
      ENTRY("Contents/Resources/link") },
    { "an entry with a number for a requirement",
      { .sign = FILES2("Helpers/tool: {requirement: 1}") },
      ENTRY("Contents/Helpers/tool") },
    { "an entry that is optional in letters",
      { .sign = FILES2("Resources/a.txt: {optional: often}") },
      ENTRY("Contents/Resources/a.txt") },
    { "an entry with SHA-1 for SHA-256",
      { .sign = FILES2("Resources/a.txt: {hash2: null}") },
      ALTERED("Contents/Resources/a.txt") },
    { "SHA-1 differs and SHA-256 does not",
      { .sign = FILES2("Resources/a.txt: {hash: !hex 11f6ad8ec52a2984abaafd7c3b516503785c2072}") },
      ALTERED("Contents/Resources/a.txt") },
    { "SHA-256 differs and SHA-1 does not",
      { .sign = FILES2("Resources/a.txt: {hash2: !hex "
                       "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881}") },
      ALTERED("Contents/Resources/a.txt") },
    { "a link for a file",
      { .sign = FILES2("Resources/a.txt: {symlink: b/c.txt}") },
      ALTERED("Contents/Resources/a.txt") },
    { "a file for a link",
      { .sign = FILES2("Resources/link: {symlink: null, " HASHES "}") },
      ALTERED("Contents/Resources/link") },
    { "a path that leads out",
      { .sign = FILES2("../x: {" HASHES ", optional: true}") },
      "seal-path-escapes Contents/../x\n" },
    { "an absolute path",
      { .sign = FILES2("/etc/x: {" HASHES ", optional: true}") },
      "seal-path-escapes Contents//etc/x\n" },
    { "names that differ in case",
      { .sign = FILES2("Resources/A.TXT: {" HASHES ", optional: true}") },
      "names-collide Contents/Resources/a.txt\n" },
    { "names that differ in normalisation",
      { .sign = FILES2("\"Resources/\\u00e4\": {" HASHES ", optional: true}, "
                       "\"Resources/a\\u0308\": {" HASHES ", optional: true}") },
      "names-collide Contents/Resources/\xc3\xa4\n" },
    { "the main executable",
      { .sign = FILES2("MacOS/A: {" HASHES "}") },
      "main-executable-as-resource errSecCSBadResource Contents/MacOS/A\n" },
    { "what its rules omit",
      { .sign = FILES2("Info.plist: {" HASHES "}") },
      MISSING("Contents/Info.plist") },
    { "what its rules leave to code",
      { .sign = FILES2("Frameworks/F.framework/F: {symlink: x}") },
      MISSING(FRAMEWORK "/F") },

    /* nested code */
    { "nested code altered",
      { .after = EDIT("flip: A.app/Contents/Helpers/tool, at: 600, from: slice, arch: arm64") },
      NESTED("errSecCSSignatureFailed",
             "Contents/Helpers/tool") "Contents/Helpers/tool: page-altered "
                                      "errSecCSSignatureFailed\n" },
    { "nested code altered, of the other processor",
      { .after = EDIT("flip: A.app/Contents/Helpers/tool, at: 600, from: slice, arch: x86_64") },
      NESTED("errSecCSSignatureFailed",
             "Contents/Helpers/tool") "Contents/Helpers/tool: page-altered "
                                      "errSecCSSignatureFailed\n" },
    { "nested code unsigned",
      { .after = EDIT("write: A.app/Contents/Helpers/tool, macho: {}, sign: {as: none}") },
      "nested-unsigned errSecCSUnsigned Contents/Helpers/tool\n" },
    { "nested code of which one slice is unsigned",
      { .after =
            EDIT("write: A.app/Contents/Helpers/tool, macho: {}, sign: {x86_64: {as: none}}") },
      "nested-unsigned errSecCSUnsigned Contents/Helpers/tool\n" },
    { "nested code signed again",
      { .after = EDIT("write: A.app/Contents/Helpers/tool, macho: {strings: [x]}, sign: {}") },
      DIFFERS("Contents/Helpers/tool") },
    { "nested code signed again, by another team",
      { .after = EDIT(
            "write: A.app/Contents/Helpers/tool, macho: {}, sign: {as: developer-id-other-team}") },
      DIFFERS("Contents/Helpers/tool") FAILED("Contents/Helpers/tool") },
    { "nested code signed again, ad hoc",
      { .after = EDIT("write: A.app/Contents/Helpers/tool, macho: {}, sign: {as: ad-hoc}") },
      DIFFERS("Contents/Helpers/tool") FAILED("Contents/Helpers/tool") },
    { "nested code signed again, under another name",
      { .after = EDIT("write: A.app/Contents/Helpers/tool, macho: {}, sign: {identifier: other}") },
      DIFFERS("Contents/Helpers/tool") FAILED("Contents/Helpers/tool") },
    { "nested code exchanged in one slice",
      { .after = EDIT(
            "write: A.app/Contents/Helpers/tool, macho: {}, sign: {x86_64: {identifier: other}}") },
      FAILED("Contents/Helpers/tool") },
    { "another cdhash in the seal",
      { .sign = FILES2("Helpers/tool: {cdhash: !hex 11f6ad8ec52a2984abaafd7c3b516503785c2072}") },
      DIFFERS("Contents/Helpers/tool") },
    { "a cdhash of another length",
      { .sign = FILES2("Helpers/tool: {cdhash: !hex 11f6}") },
      DIFFERS("Contents/Helpers/tool") },
    { "no cdhash in the seal", { .sign = FILES2("Helpers/tool: {cdhash: null}") }, "" },
    { "a requirement that does not hold",
      { .sign = FILES2("Helpers/tool: {requirement: never}") },
      FAILED("Contents/Helpers/tool") },
    { "a requirement that does not compile",
      { .sign = FILES2("Helpers/tool: {requirement: anchor aple}") },
      "nested-requirement-unreadable errSecCSResourcesInvalid Contents/Helpers/tool\n" },
    { "an empty requirement",
      { .sign = FILES2("Helpers/tool: {requirement: ''}") },
      "nested-requirement-unreadable errSecCSResourcesInvalid Contents/Helpers/tool\n" },
    { "a framework whose executable is linked anew",
      { .after = EDIT("write: A.app/" FRAMEWORK
                      "/Versions/A/F, macho: {type: dylib}, sign: {as: linker}") },
      NESTED("errSecCSResourcesNotFound", FRAMEWORK) FRAMEWORK
      ": seal-missing errSecCSResourcesNotFound\n" },
    { "a framework's resource altered",
      { .after = EDIT("append: A.app/" FRAMEWORK "/Versions/A/Resources/f.txt, text: x") },
      NESTED("errSecCSBadResource", FRAMEWORK) FRAMEWORK
      ": " ALTERED(FRAMEWORK "/Versions/A/Resources/f.txt") },
    { "another version of a framework, unsigned",
      { .after = EDIT("write: A.app/" FRAMEWORK
                      "/Versions/B/F, macho: {type: dylib}, sign: {as: none}") },
      VERSION_B },
    { "another version of a framework, by another name",
      { .after = EDIT("write: A.app/" FRAMEWORK "/Versions/B, sign: {identifier: other}, files: {"
                      "Resources/Info.plist: {plist: {CFBundleExecutable: F}}, "
                      "F: {macho: {type: dylib}}}") },
      VERSION_B },
    { "another version of a framework, by the same name",
      { .after = EDIT("write: A.app/" FRAMEWORK
                      "/Versions/B, sign: {identifier: com.example.f}, files: {"
                      "Resources/Info.plist: {plist: {CFBundleExecutable: F}}, "
                      "F: {macho: {type: dylib}}}") },
      "" },
    { "another version of a framework, which is no bundle",
      { .after = EDIT("write: A.app/" FRAMEWORK "/Versions/B/read.me, text: x") },
      VERSION_B FRAMEWORK "/Versions/B: bundle-unrecognised errSecCSBadBundleFormat\n" FRAMEWORK
                          "/Versions/B: data-in-code-place " FRAMEWORK "/Versions/B/read.me\n" },
    { "nested code cut short",
      { .after = EDIT("truncate: A.app/Contents/Helpers/tool, at: 16400") },
      NESTED("ENOEXEC", "Contents/Helpers/tool")
          TWICE("Contents/Helpers/tool: macho-malformed ENOEXEC\n") "Contents/Helpers/tool: "
                                                                    "fat-layout-suspicious "
                                                                    "errSecCSBadMainExecutable\n" },
    { "a requirement that nested code does not meet",
      { .sign = FILES2("Helpers/tool: {requirement: always and never}") },
      "nested-requirement-failed errSecCSBadNestedCode Contents/Helpers/tool\n" },
    { "one that says the same in other words",
      { .sign = FILES2("Helpers/tool: {requirement: 'always # and no more'}") },
      "" },
    { "one that is none",
      { .sign = FILES2("Helpers/tool: {requirement: anchor aple}") },
      "nested-requirement-unreadable errSecCSResourcesInvalid Contents/Helpers/tool\n" },
    { "one that is empty",
      { .sign = FILES2("Helpers/tool: {requirement: ''}") },
      "nested-requirement-unreadable errSecCSResourcesInvalid Contents/Helpers/tool\n" },
    { "a set of them",
      { .sign = FILES2("Helpers/tool: {requirement: 'designated => always'}") },
      "nested-requirement-unreadable errSecCSResourcesInvalid Contents/Helpers/tool\n" },
    { "one that only a Mac resolves, of code with the sealed cdhash",
      { .sign = FILES2("Helpers/tool: {requirement: anchor trusted}") },
      "" },
    { "one that only a Mac resolves, of other code",
      { .sign = FILES2("Helpers/tool: {requirement: anchor trusted, cdhash: !hex "
                       "0000000000000000000000000000000000000000}") },
      "nested-cdhash-differs Contents/Helpers/tool\n"
      "? whether nested code meets the seal: a Mac's own trust settings decide\n" },
    { "nested code signed again, by another team",
      { .after = EDIT("write: A.app/Contents/Helpers/tool, macho: {}, sign: {as: "
                      "developer-id-other-team, identifier: com.example.tool}") },
      "nested-cdhash-differs Contents/Helpers/tool\n"
      "nested-requirement-failed errSecCSBadNestedCode Contents/Helpers/tool\n" },
    { "a requirement for a text",
      { .files = FILE_LINE("Contents/Helpers/start.sh: x"),
        .sign = FILES2("Helpers/start.sh: {hash: null, hash2: null, requirement: anchor apple}") },
      "data-in-code-place Contents/Helpers/start.sh\n"
      "xattr-signature Contents/Helpers/start.sh\n"
      "? extended attributes, and with them the signature of a file, are not here\n" },
    { "a requirement for a folder",
      { .files = FILE_LINE("Contents/Helpers/lib.d/x: {link: ../tool}"),
        .sign = FILES2("Helpers/lib.d: {requirement: anchor apple}, Helpers/lib.d/x: null") },
      "dotted-folder Contents/Helpers/lib.d\n"
      "bundle-unrecognised errSecCSBadBundleFormat Contents/Helpers/lib.d\n" },
};

static void is_found(void **state)
{
    const struct row *row = *state;
    struct examined e;
    sealed_app_examine(&e, &row->app);
    assert_string_equal(sealed_problems(&e).ptr, row->want);
    bool is_refused = sx_str_find(sx_str_of(row->want), SX_STR("errSecCS")) < strlen(row->want) &&
                      strncmp(row->want, "Contents/", 9) != 0;
    if (is_refused)
        assert_true(sx_str_is(sealed_state(&e, "A.app"), "invalid"));
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_found);
    return run_rows("inspect-seal", &list);
}

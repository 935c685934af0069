/* SPDX-License-Identifier: MIT */
/* Where dyld would find dependencies: trees of executables and libraries, and what is said of one
 * dependency of one of them. */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"

/* Files of a tree: path, and in YAML what it links and its rpaths. */
#define FILE_OF(path, type, arch, dylibs, rpaths, more)                                            \
    "  " path ": {macho: {type: " type ", arch: [" arch "], dylibs: [" dylibs                      \
    "], rpaths: [" rpaths "]" more "}}\n"
#define EXE(path, dylibs, rpaths)   FILE_OF(path, "execute", "arm64", dylibs, rpaths, "")
#define DYLIB(path, dylibs, rpaths) FILE_OF(path, "dylib", "arm64", dylibs, rpaths, "")
#define LIB(path)                   DYLIB(path, "", "")
#define NAMED(path, id, dylibs)     FILE_OF(path, "dylib", "arm64", dylibs, "", ", id: '" id "'")
#define PLUGIN(path, dylibs)        FILE_OF(path, "bundle", "arm64", dylibs, "", "")
#define LINK(path, to)              "  " path ": {link: " to "}\n"

#define APP(dylibs, rpaths) EXE("t/A.app/Contents/MacOS/A", dylibs, rpaths)
#define X                   "'@rpath/libx.dylib'"
#define FRAMEWORKS          "'@executable_path/../Frameworks'"
#define LIBX                LIB("t/A.app/Contents/Frameworks/libx.dylib")
#define IN_APP(name)        "t/A.app/Contents/Frameworks/" name
/* A framework whose executable is what `file` makes of a path. */
#define FRAMEWORK(root, file)                                                                      \
    file(root "/F.framework/Versions/A/F") LINK(root "/F.framework/Versions/Current", "A")         \
        LINK(root "/F.framework/F", "Versions/Current/F")
#define LONG16 "././././././././"
#define LONG256                                                                                    \
    LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16     \
        LONG16 LONG16 LONG16
#define LONG      LONG256 LONG256 LONG256 LONG256
#define EXTENSION "t/A.app/Contents/Library/SystemExtensions/e.systemextension"

static const struct row {
    const char *name, *files;
    const char *artifact; /* "" = t */
    const char *code;     /* whose dependency it is; a path of the facts */
    const char *dylib;    /* the dependency, as written */
    const char *found;    /* NULL: that depends on a host */
    const char *target;   /* the code object there; NULL: none */
    const char *arch;     /* NULL: arm64 */
} rows[] = {
    /* the system */
    { "usr lib", APP("/usr/lib/libz.1.dylib", ""), "", "t/A.app", "/usr/lib/libz.1.dylib", "system",
      NULL, NULL },
    { "system framework", APP("/System/Library/Frameworks/F.framework/F", ""), "", "t/A.app",
      "/System/Library/Frameworks/F.framework/F", "system", NULL, NULL },
    { "the data volume is no system", APP("/System/Volumes/Data/x.dylib", ""), "", "t/A.app",
      "/System/Volumes/Data/x.dylib", "outside", NULL, NULL },
    { "out of the system by dots", APP("/usr/lib/../local/lib/x.dylib", ""), "", "t/A.app",
      "/usr/lib/../local/lib/x.dylib", "outside", NULL, NULL },
    { "into the system by dots", APP("/usr/local/../lib/x.dylib", ""), "", "t/A.app",
      "/usr/local/../lib/x.dylib", "system", NULL, NULL },
    { "above the root of the disk", APP("/../usr/lib/x.dylib", ""), "", "t/A.app",
      "/../usr/lib/x.dylib", "system", NULL, NULL },
    { "a name that only begins so", APP("/usr/library/x.dylib", ""), "", "t/A.app",
      "/usr/library/x.dylib", "outside", NULL, NULL },
    { "swift by rpath", APP("'@rpath/libswiftCore.dylib'", "/usr/lib/swift, " FRAMEWORKS), "",
      "t/A.app", "@rpath/libswiftCore.dylib", "system", NULL, NULL },
    { "swift's folder holds swift only", APP(X, "/usr/lib/swift"), "", "t/A.app",
      "@rpath/libx.dylib", "missing", NULL, NULL },
    { "swift's folder is passed over", APP(X, "/usr/lib/swift, " FRAMEWORKS) LIBX, "", "t/A.app",
      "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "swift in the app comes first",
      APP("'@rpath/libswiftCore.dylib'", FRAMEWORKS ", /usr/lib/swift")
          LIB(IN_APP("libswiftCore.dylib")),
      "", "t/A.app", "@rpath/libswiftCore.dylib", "bundled", IN_APP("libswiftCore.dylib"), NULL },
    { "swift in the app comes second",
      APP("'@rpath/libswiftCore.dylib'", "/usr/lib/swift, " FRAMEWORKS)
          LIB(IN_APP("libswiftCore.dylib")),
      "", "t/A.app", "@rpath/libswiftCore.dylib", "system", NULL, NULL },
    { "usr lib by rpath", APP("'@rpath/libsqlite3.dylib'", "/usr/lib"), "", "t/A.app",
      "@rpath/libsqlite3.dylib", "system", NULL, NULL },
    { "usr lib by rpath has not everything", APP(X, "/usr/lib"), "", "t/A.app", "@rpath/libx.dylib",
      "missing", NULL, NULL },
    { "system frameworks by rpath", APP("'@rpath/F.framework/F'", "/System/Library/Frameworks"), "",
      "t/A.app", "@rpath/F.framework/F", "system", NULL, NULL },
    { "an old SDK falls back to usr lib",
      FILE_OF("t/tool", "execute", "arm64", "'@loader_path/libz.1.dylib'", "", ", sdk: '12.3'"), "",
      "t/tool", "@loader_path/libz.1.dylib", "system", NULL, NULL },
    { "a new one does not",
      FILE_OF("t/tool", "execute", "arm64", "'@loader_path/libz.1.dylib'", "", ", sdk: '14.0'"), "",
      "t/tool", "@loader_path/libz.1.dylib", "missing", NULL, NULL },
    { "nor for what is not there",
      FILE_OF("t/tool", "execute", "arm64", "'@loader_path/libx.1.dylib'", "", ", sdk: '12.3'"), "",
      "t/tool", "@loader_path/libx.1.dylib", "missing", NULL, NULL },

    /* outside */
    { "homebrew", APP("/opt/homebrew/lib/libx.dylib", ""), "", "t/A.app",
      "/opt/homebrew/lib/libx.dylib", "outside", NULL, NULL },
    { "rpath of a build machine", APP(X, "/Users/me/build"), "", "t/A.app", "@rpath/libx.dylib",
      "outside", NULL, NULL },
    { "rpath of a build machine is passed over", APP(X, "/Users/me/build, " FRAMEWORKS) LIBX, "",
      "t/A.app", "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "beside the app", APP("'@executable_path/../../../libx.dylib'", "") LIB("t/libx.dylib"), "",
      "t/A.app", "@executable_path/../../../libx.dylib", "outside", "t/libx.dylib", NULL },
    { "beside the app, and not there", APP("'@executable_path/../../../libx.dylib'", ""), "",
      "t/A.app", "@executable_path/../../../libx.dylib", "outside", NULL, NULL },
    { "beside an app that is the artifact", APP("'@executable_path/../../../libx.dylib'", ""),
      "t/A.app", "A.app", "@executable_path/../../../libx.dylib", "outside", NULL, NULL },
    { "by a link out of the app",
      APP(X, FRAMEWORKS) LINK(IN_APP("libx.dylib"), "../../../libx.dylib") LIB("t/libx.dylib"), "",
      "t/A.app", "@rpath/libx.dylib", "outside", "t/libx.dylib", NULL },
    { "by a link to the disk", APP(X, FRAMEWORKS) LINK(IN_APP("libx.dylib"), "/opt/libx.dylib"), "",
      "t/A.app", "@rpath/libx.dylib", "outside", NULL, NULL },
    { "from the working directory", APP("libx.dylib", ""), "", "t/A.app", "libx.dylib", "outside",
      NULL, NULL },
    { "not so when hardened",
      "  t/tool: {macho: {arch: arm64, dylibs: [libx.dylib]}, sign: {flags: [runtime]}}\n", "",
      "t/tool", "libx.dylib", "missing", NULL, NULL },
    { "but so when it may",
      "  t/tool: {macho: {arch: arm64, dylibs: [libx.dylib]}, sign: {flags: [runtime], "
      "entitlements: "
      "{com.apple.security.cs.allow-dyld-environment-variables: true}}}\n",
      "", "t/tool", "libx.dylib", "outside", NULL, NULL },

    /* by a variable */
    { "executable path", APP("'@executable_path/../Frameworks/libx.dylib'", "") LIBX, "", "t/A.app",
      "@executable_path/../Frameworks/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "loader path", APP("'@loader_path/../Frameworks/libx.dylib'", "") LIBX, "", "t/A.app",
      "@loader_path/../Frameworks/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "loader path of a library",
      APP(X, FRAMEWORKS) DYLIB(IN_APP("libx.dylib"), "'@loader_path/sub/liby.dylib'", "")
          LIB(IN_APP("sub/liby.dylib")),
      "", IN_APP("libx.dylib"), "@loader_path/sub/liby.dylib", "bundled", IN_APP("sub/liby.dylib"),
      NULL },
    { "executable path of a library",
      APP(X, FRAMEWORKS) DYLIB(IN_APP("libx.dylib"), "'@executable_path/../Frameworks/liby.dylib'",
                               "") LIB(IN_APP("liby.dylib")),
      "", IN_APP("libx.dylib"), "@executable_path/../Frameworks/liby.dylib", "bundled",
      IN_APP("liby.dylib"), NULL },
    { "dots and slashes", APP("'@executable_path//.././Frameworks//./libx.dylib'", "") LIBX, "",
      "t/A.app", "@executable_path//.././Frameworks//./libx.dylib", "bundled", IN_APP("libx.dylib"),
      NULL },
    { "dots behind a folder",
      APP("'@executable_path/../Frameworks/sub/../libx.dylib'", "")
          LIBX LIB(IN_APP("sub/liby.dylib")),
      "", "t/A.app", "@executable_path/../Frameworks/sub/../libx.dylib", "bundled",
      IN_APP("libx.dylib"), NULL },
    { "dots behind a link",
      APP("'@executable_path/../Link/../libx.dylib'", "")
          LINK("t/A.app/Contents/Link", "Frameworks/sub") LIB(IN_APP("sub/liby.dylib")) LIBX,
      "", "t/A.app", "@executable_path/../Link/../libx.dylib", "bundled", IN_APP("libx.dylib"),
      NULL },
    { "a variable that only begins so", APP("'@executable_pathology/libx.dylib'", "") LIBX, "",
      "t/A.app", "@executable_pathology/libx.dylib", "missing", NULL, NULL },
    { "a variable that nobody knows", APP("'@bundle_path/libx.dylib'", "") LIBX, "", "t/A.app",
      "@bundle_path/libx.dylib", "missing", NULL, NULL },
    { "a variable and nothing else", APP("'@rpath'", FRAMEWORKS) LIBX, "", "t/A.app", "@rpath",
      "missing", NULL, NULL },
    { "another case", APP("'@rpath/LibX.dylib'", FRAMEWORKS) LIBX, "", "t/A.app",
      "@rpath/LibX.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "a path that is too long",
      "  t/tool: {macho: {arch: arm64, dylibs: ['@loader_path/" LONG "x.dylib']}}\n"
      "  t/x.dylib: {macho: {type: dylib, arch: arm64}}\n",
      "", "t/tool", "@loader_path/" LONG "x.dylib", "missing", NULL, NULL },
    { "no such file", APP("'@executable_path/../Frameworks/libx.dylib'", ""), "", "t/A.app",
      "@executable_path/../Frameworks/libx.dylib", "missing", NULL, NULL },
    { "a file that is no code",
      APP(X, FRAMEWORKS) "  " IN_APP("libx.dylib") ": {text: '#!/bin/sh'}\n", "", "t/A.app",
      "@rpath/libx.dylib", "missing", NULL, NULL },
    { "a folder", APP("'@rpath/sub'", FRAMEWORKS) LIB(IN_APP("sub/liby.dylib")), "", "t/A.app",
      "@rpath/sub", "missing", NULL, NULL },
    { "an executable cannot be linked", APP(X, FRAMEWORKS) EXE(IN_APP("libx.dylib"), "", ""), "",
      "t/A.app", "@rpath/libx.dylib", "missing", NULL, NULL },

    /* rpaths, in order, up the chain */
    { "no rpath", APP(X, "") LIBX, "", "t/A.app", "@rpath/libx.dylib", "missing", NULL, NULL },
    { "rpath that ends in a slash", APP(X, "'@executable_path/../Frameworks/'") LIBX, "", "t/A.app",
      "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "rpath by loader path", APP(X, "'@loader_path/../Frameworks'") LIBX, "", "t/A.app",
      "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "rpath that is a variable alone",
      APP(X, "'@executable_path'") LIB("t/A.app/Contents/MacOS/libx.dylib"), "", "t/A.app",
      "@rpath/libx.dylib", "bundled", "t/A.app/Contents/MacOS/libx.dylib", NULL },
    { "relative rpath", APP(X, "../Frameworks") LIBX, "", "t/A.app", "@rpath/libx.dylib", "missing",
      NULL, NULL },
    { "the first of two",
      APP(X, "'@loader_path/a', '@loader_path/b'") LIB("t/A.app/Contents/MacOS/a/libx.dylib")
          LIB("t/A.app/Contents/MacOS/b/libx.dylib"),
      "", "t/A.app", "@rpath/libx.dylib", "bundled", "t/A.app/Contents/MacOS/a/libx.dylib", NULL },
    { "the second of two",
      APP(X, "'@loader_path/a', '@loader_path/b'") LIB("t/A.app/Contents/MacOS/b/libx.dylib"), "",
      "t/A.app", "@rpath/libx.dylib", "bundled", "t/A.app/Contents/MacOS/b/libx.dylib", NULL },
    { "rpath of the executable, for a library",
      APP(X, FRAMEWORKS) DYLIB(IN_APP("libx.dylib"), "'@rpath/liby.dylib'", "")
          LIB(IN_APP("liby.dylib")),
      "", IN_APP("libx.dylib"), "@rpath/liby.dylib", "bundled", IN_APP("liby.dylib"), NULL },
    { "rpath of the library comes before it",
      APP(X, FRAMEWORKS) DYLIB(IN_APP("libx.dylib"), "'@rpath/liby.dylib'", "'@loader_path/sub'")
          LIB(IN_APP("liby.dylib")) LIB(IN_APP("sub/liby.dylib")),
      "", IN_APP("libx.dylib"), "@rpath/liby.dylib", "bundled", IN_APP("sub/liby.dylib"), NULL },
    { "rpath of the library in between",
      APP(X, FRAMEWORKS) DYLIB(IN_APP("libx.dylib"), "'@rpath/liby.dylib'", "'@loader_path/sub'")
          DYLIB(IN_APP("sub/liby.dylib"), "'@rpath/libz9.dylib'", "")
              LIB(IN_APP("sub/libz9.dylib")),
      "", IN_APP("sub/liby.dylib"), "@rpath/libz9.dylib", "bundled", IN_APP("sub/libz9.dylib"),
      NULL },
    { "rpath of a sibling does not count",
      APP("'@rpath/liba.dylib', '@rpath/libb.dylib'", FRAMEWORKS)
          DYLIB(IN_APP("liba.dylib"), "", "'@loader_path/sub'")
              DYLIB(IN_APP("libb.dylib"), "'@rpath/liby.dylib'", "") LIB(IN_APP("sub/liby.dylib")),
      "", IN_APP("libb.dylib"), "@rpath/liby.dylib", "missing", NULL, NULL },
    { "but what a sibling has loaded does",
      APP("'@rpath/liba.dylib', '@rpath/libb.dylib'", FRAMEWORKS)
          DYLIB(IN_APP("liba.dylib"), "'@rpath/liby.dylib'", "'@loader_path/sub'")
              DYLIB(IN_APP("libb.dylib"), "'@rpath/liby.dylib'", "") LIB(IN_APP("sub/liby.dylib")),
      "", IN_APP("libb.dylib"), "@rpath/liby.dylib", "bundled", IN_APP("sub/liby.dylib"), NULL },
    { "loaded before by another name",
      APP("'@rpath/liba.dylib', /usr/local/lib/libq.dylib", FRAMEWORKS)
          NAMED(IN_APP("liba.dylib"), "/usr/local/lib/libq.dylib", ""),
      "", "t/A.app", "/usr/local/lib/libq.dylib", "bundled", IN_APP("liba.dylib"), NULL },
    { "loaded only later by another name",
      APP("/usr/local/lib/libq.dylib, '@rpath/liba.dylib'", FRAMEWORKS)
          NAMED(IN_APP("liba.dylib"), "/usr/local/lib/libq.dylib", ""),
      "", "t/A.app", "/usr/local/lib/libq.dylib", "outside", NULL, NULL },
    { "a circle",
      APP(X, FRAMEWORKS) DYLIB(IN_APP("libx.dylib"), "'@rpath/liby.dylib'", "")
          DYLIB(IN_APP("liby.dylib"), X, ""),
      "", IN_APP("liby.dylib"), "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "itself", APP(X, FRAMEWORKS) DYLIB(IN_APP("libx.dylib"), X, ""), "", IN_APP("libx.dylib"),
      "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "load commands that send dyld elsewhere",
      FILE_OF("t/tool", "execute", "arm64", X, "",
              ", commands: [!hex 27000000 28000000 0c000000"
              " 44594c445f4c4942524152595f504154483d2f6f707400 0000000000]"),
      "", "t/tool", "@rpath/libx.dylib", NULL, NULL, NULL },

    /* kinds of link */
    { "weak, and missing", APP("{path: '@rpath/libx.dylib', kind: weak}", FRAMEWORKS), "",
      "t/A.app", "@rpath/libx.dylib", "missing", NULL, NULL },
    { "weak, and there", APP("{path: '@rpath/libx.dylib', kind: weak}", FRAMEWORKS) LIBX, "",
      "t/A.app", "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "re-exported by an umbrella",
      APP("'@rpath/F.framework/F'", FRAMEWORKS) FRAMEWORK("t/A.app/Contents/Frameworks", LIB)
          DYLIB(IN_APP("libu.dylib"), "{path: '@rpath/F.framework/F', kind: reexport}", ""),
      "", IN_APP("libu.dylib"), "@rpath/F.framework/F", "bundled", IN_APP("F.framework"), NULL },
    { "upward", APP("{path: '@rpath/libx.dylib', kind: upward}", FRAMEWORKS) LIBX, "", "t/A.app",
      "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },

    /* frameworks */
    { "by its links",
      APP("'@rpath/F.framework/F'", FRAMEWORKS) FRAMEWORK("t/A.app/Contents/Frameworks", LIB), "",
      "t/A.app", "@rpath/F.framework/F", "bundled", IN_APP("F.framework"), NULL },
    { "by its version",
      APP("'@rpath/F.framework/Versions/A/F'", FRAMEWORKS)
          FRAMEWORK("t/A.app/Contents/Frameworks", LIB),
      "", "t/A.app", "@rpath/F.framework/Versions/A/F", "bundled", IN_APP("F.framework"), NULL },
    { "by a version that is not there",
      APP("'@rpath/F.framework/Versions/B/F'", FRAMEWORKS)
          FRAMEWORK("t/A.app/Contents/Frameworks", LIB),
      "", "t/A.app", "@rpath/F.framework/Versions/B/F", "missing", NULL, NULL },
    { "another version than the current",
      APP("'@rpath/F.framework/Versions/B/F'", FRAMEWORKS)
          FRAMEWORK("t/A.app/Contents/Frameworks", LIB) LIB(IN_APP("F.framework/Versions/B/F")),
      "", "t/A.app", "@rpath/F.framework/Versions/B/F", "bundled", IN_APP("F.framework/Versions/B"),
      NULL },
    { "from where its executable lies",
      APP("'@rpath/F.framework/F'", FRAMEWORKS)
          DYLIB(IN_APP("F.framework/Versions/A/F"), "'@loader_path/../../../libx.dylib'", "")
              LINK(IN_APP("F.framework/Versions/Current"), "A")
                  LINK(IN_APP("F.framework/F"), "Versions/Current/F") LIBX,
      "", IN_APP("F.framework"), "@loader_path/../../../libx.dylib", "bundled",
      IN_APP("libx.dylib"), NULL },
    { "of old, from where its link lies",
      APP("'@rpath/F.framework/F'", FRAMEWORKS) FILE_OF(
          IN_APP("F.framework/Versions/A/F"), "dylib", "arm64", "'@loader_path/../libx.dylib'", "",
          ", sdk: '12.3'") LINK(IN_APP("F.framework/Versions/Current"), "A")
          LINK(IN_APP("F.framework/F"), "Versions/Current/F") LIBX,
      "", IN_APP("F.framework"), "@loader_path/../libx.dylib", "bundled", IN_APP("libx.dylib"),
      NULL },
    { "not so today",
      APP("'@rpath/F.framework/F'", FRAMEWORKS) FILE_OF(
          IN_APP("F.framework/Versions/A/F"), "dylib", "arm64", "'@loader_path/../libx.dylib'", "",
          ", sdk: '13.0'") LINK(IN_APP("F.framework/Versions/Current"), "A")
          LINK(IN_APP("F.framework/F"), "Versions/Current/F") LIBX,
      "", IN_APP("F.framework"), "@loader_path/../libx.dylib", "missing", NULL, NULL },

    /* architectures */
    { "the other architecture",
      APP(X, FRAMEWORKS) FILE_OF(IN_APP("libx.dylib"), "dylib", "x86_64", "", "", ""), "",
      "t/A.app", "@rpath/libx.dylib", "wrong-arch", IN_APP("libx.dylib"), NULL },
    { "the other architecture is passed over",
      APP(X, "'@loader_path/a', '@loader_path/b'")
          FILE_OF("t/A.app/Contents/MacOS/a/libx.dylib", "dylib", "x86_64", "", "", "")
              LIB("t/A.app/Contents/MacOS/b/libx.dylib"),
      "", "t/A.app", "@rpath/libx.dylib", "bundled", "t/A.app/Contents/MacOS/b/libx.dylib", NULL },
    { "both architectures",
      FILE_OF("t/A.app/Contents/MacOS/A", "execute", "arm64, x86_64", X, FRAMEWORKS, "")
          FILE_OF(IN_APP("libx.dylib"), "dylib", "x86_64", "", "", ""),
      "", "t/A.app", "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), "x86_64" },
    { "arm64e takes arm64",
      FILE_OF("t/A.app/Contents/MacOS/A", "execute", "arm64e", X, FRAMEWORKS, "") LIBX, "",
      "t/A.app", "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), "arm64e" },
    { "arm64 does not take arm64e",
      APP(X, FRAMEWORKS) FILE_OF(IN_APP("libx.dylib"), "dylib", "arm64e", "", "", ""), "",
      "t/A.app", "@rpath/libx.dylib", "wrong-arch", IN_APP("libx.dylib"), NULL },
    { "Haswell's",
      FILE_OF("t/A.app/Contents/MacOS/A", "execute", "x86_64", X, FRAMEWORKS, "")
          FILE_OF(IN_APP("libx.dylib"), "dylib", "x86_64h", "", "", ""),
      "", "t/A.app", "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), "x86_64" },

    /* what travels without its host */
    { "extension, inside",
      APP("", "") EXE(EXTENSION "/Contents/MacOS/e", X, FRAMEWORKS)
          LIB(EXTENSION "/Contents/Frameworks/libx.dylib"),
      "", EXTENSION, "@rpath/libx.dylib", "bundled", EXTENSION "/Contents/Frameworks/libx.dylib",
      NULL },
    { "extension, in its host",
      APP("", "") EXE(EXTENSION "/Contents/MacOS/e", X,
                      "'@executable_path/../../../../../Frameworks'") LIBX,
      "", EXTENSION, "@rpath/libx.dylib", "host", IN_APP("libx.dylib"), NULL },
    { "extension, in its host first",
      APP("", "") EXE(EXTENSION "/Contents/MacOS/e", X,
                      "'@executable_path/../../../../../Frameworks', " FRAMEWORKS)
          LIBX LIB(EXTENSION "/Contents/Frameworks/libx.dylib"),
      "", EXTENSION, "@rpath/libx.dylib", "bundled", EXTENSION "/Contents/Frameworks/libx.dylib",
      NULL },
    { "extension, in its host, and not there",
      APP("", "")
          EXE(EXTENSION "/Contents/MacOS/e", X, "'@executable_path/../../../../../Frameworks'"),
      "", EXTENSION, "@rpath/libx.dylib", "missing", NULL, NULL },
    { "code within an extension",
      APP("", "") EXE(EXTENSION "/Contents/MacOS/e", "", "")
          EXE(EXTENSION "/Contents/XPCServices/x.xpc/Contents/MacOS/x", X,
              "'@executable_path/../../../../Frameworks'")
              LIB(EXTENSION "/Contents/Frameworks/libx.dylib"),
      "", EXTENSION "/Contents/XPCServices/x.xpc", "@rpath/libx.dylib", "bundled",
      EXTENSION "/Contents/Frameworks/libx.dylib", NULL },
    { "a library of the host is at home there",
      APP("", "") EXE(EXTENSION "/Contents/MacOS/e", X,
                      "'@executable_path/../../../../../Frameworks'")
          DYLIB(IN_APP("libx.dylib"), "'@loader_path/liby.dylib'", "") LIB(IN_APP("liby.dylib")),
      "", IN_APP("libx.dylib"), "@loader_path/liby.dylib", "bundled", IN_APP("liby.dylib"), NULL },
    { "driver, in its host",
      APP("", "") EXE("t/A.app/Contents/Library/SystemExtensions/d.dext/d", X,
                      "'@executable_path/../../../Frameworks'") LIBX,
      "", "t/A.app/Contents/Library/SystemExtensions/d.dext", "@rpath/libx.dylib", "host",
      IN_APP("libx.dylib"), NULL },
    { "blessed helper",
      APP("", "") EXE("t/A.app/Contents/Library/LaunchServices/h", X,
                      "'@executable_path/../../Frameworks'") LIBX,
      "", "t/A.app/Contents/Library/LaunchServices/h", "@rpath/libx.dylib", "host",
      IN_APP("libx.dylib"), NULL },
    { "login item stays in its app",
      APP("", "") EXE("t/A.app/Contents/Library/LoginItems/L.app/Contents/MacOS/L", X,
                      "'@executable_path/../../../../../Frameworks'") LIBX,
      "", "t/A.app/Contents/Library/LoginItems/L.app", "@rpath/libx.dylib", "bundled",
      IN_APP("libx.dylib"), NULL },
    { "app extension in its app",
      APP("", "") EXE("t/A.app/Contents/PlugIns/p.appex/Contents/MacOS/p", X,
                      "'@executable_path/../../../../Frameworks'") LIBX,
      "", "t/A.app/Contents/PlugIns/p.appex", "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"),
      NULL },
    { "app extension without its app",
      EXE("t/p.appex/Contents/MacOS/p", X,
          FRAMEWORKS ", '@executable_path/../../../../Frameworks'"),
      "t/p.appex", "p.appex", "@rpath/libx.dylib", NULL, NULL, NULL },
    { "app extension with its own",
      EXE("t/p.appex/Contents/MacOS/p", X, FRAMEWORKS ", '@executable_path/../../../../Frameworks'")
          LIB("t/p.appex/Contents/Frameworks/libx.dylib"),
      "t/p.appex", "p.appex", "@rpath/libx.dylib", "bundled",
      "p.appex/Contents/Frameworks/libx.dylib", NULL },

    /* several executables, or none */
    { "two executables, one of them without rpath",
      APP(X, FRAMEWORKS)
          EXE("t/A.app/Contents/MacOS/B", "'@loader_path/../Frameworks/libx.dylib'", "")
              DYLIB(IN_APP("libx.dylib"), "'@rpath/liby.dylib'", "") LIB(IN_APP("liby.dylib")),
      "", IN_APP("libx.dylib"), "@rpath/liby.dylib", "missing", IN_APP("liby.dylib"), NULL },
    { "plug-in, by the rpath of its app",
      APP("", FRAMEWORKS) PLUGIN("t/A.app/Contents/PlugIns/p.so", X) LIBX, "",
      "t/A.app/Contents/PlugIns/p.so", "@rpath/libx.dylib", "bundled", IN_APP("libx.dylib"), NULL },
    { "plug-in, by what its app has loaded",
      APP("'@loader_path/sub/libx.dylib'", "")
          NAMED("t/A.app/Contents/MacOS/sub/libx.dylib", "@rpath/libx.dylib", "")
              PLUGIN("t/A.app/Contents/PlugIns/p.so", X),
      "", "t/A.app/Contents/PlugIns/p.so", "@rpath/libx.dylib", "bundled",
      "t/A.app/Contents/MacOS/sub/libx.dylib", NULL },
    { "a plug-in makes nothing better",
      APP("", FRAMEWORKS) EXE("t/A.app/Contents/MacOS/B", "'@loader_path/../Frameworks/libx.dylib'",
                              "") DYLIB(IN_APP("libx.dylib"), "'@rpath/liby.dylib'", "")
          LIB(IN_APP("liby.dylib")) PLUGIN("t/A.app/Contents/PlugIns/p.so", X),
      "", IN_APP("libx.dylib"), "@rpath/liby.dylib", "missing", NULL, NULL },
    { "plug-in of who knows whom", APP("", "") PLUGIN("t/A.app/Contents/PlugIns/p.so", X), "",
      "t/A.app/Contents/PlugIns/p.so", "@rpath/libx.dylib", NULL, NULL, NULL },
    { "library of a plug-in",
      APP("", FRAMEWORKS) PLUGIN("t/A.app/Contents/PlugIns/p.so", "'@loader_path/liby.dylib'")
          DYLIB("t/A.app/Contents/PlugIns/liby.dylib", X, "") LIBX,
      "", "t/A.app/Contents/PlugIns/liby.dylib", "@rpath/libx.dylib", "bundled",
      IN_APP("libx.dylib"), NULL },
    { "library by itself", DYLIB("t/liby.dylib", X, "'@loader_path/sub'") LIB("t/sub/libx.dylib"),
      "", "t/liby.dylib", "@rpath/libx.dylib", "bundled", "t/sub/libx.dylib", NULL },
    { "library by itself, of its host's rpath", DYLIB("t/liby.dylib", X, "'@loader_path/sub'"), "",
      "t/liby.dylib", "@rpath/libx.dylib", NULL, NULL, NULL },
    { "library by itself, of its host's folder",
      DYLIB("t/liby.dylib", "'@executable_path/libx.dylib'", "") LIB("t/libx.dylib"), "",
      "t/liby.dylib", "@executable_path/libx.dylib", NULL, NULL, NULL },
    { "library by itself, of its own folder",
      DYLIB("t/liby.dylib", "'@loader_path/libx.dylib'", ""), "", "t/liby.dylib",
      "@loader_path/libx.dylib", "missing", NULL, NULL },
    { "library by itself, of the disk", DYLIB("t/liby.dylib", "/opt/libx.dylib", ""), "",
      "t/liby.dylib", "/opt/libx.dylib", "outside", NULL, NULL },

    /* tools in a folder, and files by themselves */
    { "tool", EXE("t/bin/tool", X, "'@executable_path/../lib'") LIB("t/lib/libx.dylib"), "",
      "t/bin/tool", "@rpath/libx.dylib", "bundled", "t/lib/libx.dylib", NULL },
    { "tool, and not there", EXE("t/bin/tool", X, "'@executable_path/../lib'"), "", "t/bin/tool",
      "@rpath/libx.dylib", "missing", NULL, NULL },
    { "tool that leaves the artifact", EXE("t/tool", X, "'@executable_path/../lib'"), "", "t/tool",
      "@rpath/libx.dylib", NULL, NULL, NULL },
    { "file by itself", EXE("t/tool", "'@loader_path/libx.dylib'", "") LIB("t/libx.dylib"),
      "t/tool", "tool", "@loader_path/libx.dylib", NULL, NULL, NULL },
    { "file by itself, of the system", EXE("t/tool", "/usr/lib/libx.dylib", ""), "t/tool", "tool",
      "/usr/lib/libx.dylib", "system", NULL, NULL },
    { "file by itself, of the disk", EXE("t/tool", "/opt/libx.dylib", ""), "t/tool", "tool",
      "/opt/libx.dylib", "outside", NULL, NULL },
    { "file by itself, without rpath", EXE("t/tool", X, ""), "t/tool", "tool", "@rpath/libx.dylib",
      "missing", NULL, NULL },
};

static const struct sx_Dylib *dylib_of(const struct sx_Slice *slice, const char *path)
{
    for (size_t i = 0; i < slice->dylibs.n; i++)
        if (sx_str_is(SX_AT(Dylib, slice->dylibs, i)->path, path))
            return SX_AT(Dylib, slice->dylibs, i);
    fail_msg("no dependency %s", path);
    return NULL;
}

static void expect_text(struct sx_str text, const char *wanted)
{
    if (!sx_str_eq(text, sx_str_of(wanted)))
        fail_msg("found %.*s, wanted %s", SX_STR_ARG(text), wanted != NULL ? wanted : "nothing");
}

static void examine_files(struct examined *e, const char *files, const char *artifact)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(e, sx_str_printf(arena, "files:\n%s", files).ptr, artifact[0] != '\0' ? artifact : "t");
}

static void finds(void **state)
{
    const struct row *row = *state;
    struct examined e;
    examine_files(&e, row->files, row->artifact);
    const struct sx_Slice *slice =
        examined_slice(&e, row->code, row->arch != NULL ? row->arch : "arm64");
    const struct sx_Dylib *dylib = dylib_of(slice, row->dylib);
    expect_text(sx_enum_name(&sx_enumeration_Found, dylib->found), row->found);
    expect_text(dylib->code != NULL ? dylib->code->path : (struct sx_str){ 0 }, row->target);
    examined_free(&e);
}

int main(void)
{
    static struct rows all;
    ADD_ROWS(&all, rows, finds);
    return run_rows("inspect-dyld", &all);
}

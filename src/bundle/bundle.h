/* SPDX-License-Identifier: MIT */
/* One bundle: its shape, its Info.plist and its main executable, as CoreFoundation would find
 * them (swift-corelibs-foundation, CFBundle_Resources.c and CFBundle_Executable.c). */
#pragma once
#include "bundle/tree.h"
#include "value/value.h"

#define SX_BUNDLE_LAYOUTS(X)                                                                       \
    X(CONTENTS, "contents")   /* Contents/Info.plist, Contents/MacOS/… */                        \
    X(FLAT, "flat")           /* Info.plist and executable at the root */                          \
    X(VERSIONS, "versions")   /* a framework with Versions/ */                                     \
    X(RESOURCES, "resources") /* Resources/Info.plist: a framework's version, old bundles */       \
    X(SUPPORT_FILES, "support-files") /* "Support Files/Info.plist": older still */                \
    X(MIXED, "mixed")                 /* Contents/ and an Info.plist at the root as well */

enum sx_bundle_layout {
#define X(name, text) SX_BUNDLE_##name,
    SX_BUNDLE_LAYOUTS(X)
#undef X
};
const char *sx_bundle_layout_name(enum sx_bundle_layout layout);

struct sx_bundle {
    struct sx_str path; /* of the bundle folder in its tree */
    struct sx_str root; /* what holds the code: `path`, or of a framework the version's folder */
    struct sx_str
        support; /* where Info.plist and _CodeSignature lie: root, or root/Contents, ... */
    enum sx_bundle_layout layout;

    struct sx_str info_path;   /* absent when there is no Info.plist */
    struct sx_str info_text;   /* its bytes */
    const struct sx_map *info; /* absent (NULL) when there is none, or it is broken */
    struct sx_err info_err;    /* why it is broken */

    struct sx_str executable; /* CFBundleExecutable, else the folder's name without suffix */
    struct sx_str main;       /* path of the main executable; absent when it is not there */
};

/* sx_bundle_read looks at the folder `path`, which must be a directory. It fails only for a
 * tree that cannot be read; whatever is odd about the bundle stands in `out`. */
SX_MUST_USE bool sx_bundle_read(const struct sx_tree *tree, struct sx_str path,
                                struct sx_arena *arena, struct sx_bundle *out, struct sx_err *err);

/* sx_bundle_version reads one version of a framework in place of the current one. */
SX_MUST_USE bool sx_bundle_version(const struct sx_tree *tree, struct sx_str path,
                                   struct sx_str version, struct sx_arena *arena,
                                   struct sx_bundle *out, struct sx_err *err);

/* Kinds of code by the name of the folder or file; the order of the table in bundle.c. */
enum sx_suffix {
    SX_SUFFIX_NONE,
    SX_SUFFIX_APP,
    SX_SUFFIX_APPEX,
    SX_SUFFIX_SYSTEM_EXTENSION,
    SX_SUFFIX_DEXT,
    SX_SUFFIX_FRAMEWORK,
    SX_SUFFIX_XPC,
    SX_SUFFIX_KEXT,
    SX_SUFFIX_PACKAGE, /* an installer package that is a folder */
    SX_SUFFIX_PLUGIN,  /* .bundle, .plugin, .component, ... */
};
enum sx_suffix sx_suffix_of(struct sx_str name);

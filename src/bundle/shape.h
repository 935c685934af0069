/* SPDX-License-Identifier: MIT */
/* The shape of a bundle: what may stand where (Security, bundlediskrep.cpp: setup,
 * validateFrameworkRoot, strictValidate; "Placing content in a bundle", Apple). Each row is one
 * check; its second column is the kind of problem it is told as. Nothing here judges. */
#pragma once
#include "bundle/walk.h"

#define SX_SHAPE_FAULTS(X)                                                                         \
    X(UNRECOGNISED, "bundle-unrecognised")       /* neither Info.plist nor executable */           \
    X(NOT_REGULAR, "main-not-regular-file")      /* one of these is a link */                      \
    X(ROOT, "bundle-root-unsealed")              /* something beside Contents */                   \
    X(FRAMEWORK_ROOT, "framework-root-unsealed") /* beside Versions and its links */               \
    X(AMBIGUOUS, "bundle-ambiguous")             /* a framework's root has copies of its own */    \
    X(VERSION_GONE, "framework-version-missing") /* Versions/Current leads nowhere */              \
    X(SIGNATURE_FOLDER, "signature-folder-content")                                                \
    X(NOT_APP_LIKE, "not-app-like")                                                                \
    X(LINKS_FLATTENED, "framework-links-flattened")                                                \
    X(STRAY, "stray-beside-extension")                                                             \
    X(DOTTED_FOLDER, "dotted-folder")                                                              \
    X(DATA, "data-in-code-place")                                                                  \
    X(TICKET, "not-a-ticket")

enum sx_shape_fault {
#define X(name, problem) SX_SHAPE_FAULT_##name,
    SX_SHAPE_FAULTS(X)
#undef X
        SX_SHAPE_FAULT_END
};

/* sx_shape_problem names the kind of problem that a fault is told as. */
const char *sx_shape_problem(enum sx_shape_fault fault);

struct sx_shape_flaw {
    enum sx_shape_fault fault;
    struct sx_str path;   /* in the tree; absent when the bundle as a whole is meant */
    struct sx_str detail; /* what was found, complete enough to print, escaped */
};

/* At most SX_MAX_PROBLEMS are kept; `more` counts those beyond. */
struct sx_shape_flaws {
    struct sx_arena *arena; /* set by the caller; everything in the list lives there */
    struct sx_shape_flaw *at;
    size_t n, cap;
    uint64_t more;
};

/* sx_shape_check looks at one bundle of a walk whose files have been looked at, in the order of the
 * listing. Versions of a framework beside the current one are bundles by themselves. `has_parts`:
 * its signature is kept as files of _CodeSignature. */
void sx_shape_check(const struct sx_tree *tree, const struct sx_walk *walk,
                    const struct sx_found_code *code, bool has_parts, struct sx_shape_flaws *flaws);

/* SPDX-License-Identifier: MIT */
/* Finding code: every code object in a tree, by content and not by name, hosts before what
 * they hold, in order of path. No link is followed. */
#pragma once
#include "bundle/bundle.h"

struct sx_found_code {
    struct sx_str path;             /* of the bundle folder or file in the tree */
    const struct sx_bundle *bundle; /* NULL for a file that is no bundle */
    enum sx_suffix suffix;
    const struct sx_found_code *host; /* innermost enclosing bundle; NULL at the top */
    struct sx_str main;               /* of the main executable; absent when there is none */
    struct sx_tree_entry main_entry;  /* of `main` */
    bool main_is_macho;
    size_t at; /* its number in the walk: hosts come before what they hold */
    const struct sx_found_code *next;
};

/* What a walk meets on the way and hands to whoever reads it. */
struct sx_found_file {
    struct sx_str path;
    const struct sx_found_code *host; /* NULL outside of bundles */
    struct sx_tree_entry entry;
    const struct sx_found_file *next;
};

struct sx_walk {
    const struct sx_found_code *code; /* in order */
    size_t n_code;
    const struct sx_found_file *profiles; /* *.provisionprofile, *.mobileprovision */
    const struct sx_found_file *jobs;     /* *.plist in LaunchDaemons and LaunchAgents folders */
    const struct sx_found_file *configurations; /* *.mobileconfig */
    uint64_t files;                             /* regular files met */
    struct sx_walk_gap {
        struct sx_str path, reason;
        const struct sx_walk_gap *next;
    } * gaps; /* folders and files that could not be looked at */
};

/* sx_walk_tree walks all of a tree; the root itself may be a bundle. It fails only when the
 * root cannot be listed. Limits of base/limits.h end it with a gap that names the limit. */
SX_MUST_USE bool sx_walk_tree(const struct sx_tree *tree, struct sx_arena *arena,
                              struct sx_walk *out, struct sx_err *err);

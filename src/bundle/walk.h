/* SPDX-License-Identifier: MIT */
/* Finding code: every code object in a tree, by content and not by name, in two steps. A walk lists
 * the tree and finds the bundles; a look (bundle/look.h) opens every file once and finds the rest,
 * computing on the way what seals want to know of the content. No link is followed. */
#pragma once
#include "bundle/bundle.h"

enum { SX_WALK_TAIL = 512 };

struct sx_found_code {
    struct sx_str path;             /* of the bundle folder or file in the tree */
    const struct sx_bundle *bundle; /* NULL for a file that is no bundle */
    enum sx_suffix suffix;
    const struct sx_found_code *host; /* innermost enclosing bundle; NULL at the top */
    struct sx_str main;               /* of the main executable; absent when there is none */
    struct sx_tree_entry main_entry;  /* of `main` */
    bool main_is_macho;
    bool is_version; /* of a framework, and not the current one */
    size_t at;       /* its number: hosts come before what they hold */
    const struct sx_found_code *next;
};

/* One entry of the tree. Entries stand in the order of the walk: a folder, then all that is in it,
 * names sorted by bytes. */
struct sx_walk_entry {
    struct sx_str path;
    const struct sx_found_code *host; /* innermost bundle that it is in; NULL outside of bundles */
    const struct sx_found_code *code; /* the code object it is: a bundle's folder, a file of code
                                         that is no bundle's main executable; else NULL */
    uint64_t size;                    /* bytes of a file that has been looked at */
    const uint8_t *digests; /* of a file that has been looked at: one after the other for each
                               bit of `hashes`, ascending */
    uint32_t end;           /* index behind it and all that is in it */
    uint8_t type;           /* enum sx_entry_type */
    uint8_t hashes;         /* wanted of it: a sum of SX_HASH_BIT, set before the look */
    bool is_seen;           /* it has been looked at */
    bool is_macho;          /* likewise */
    bool has_attributes;    /* likewise: the file system keeps extended attributes of it */
    bool is_recognised;     /* likewise, by the walk's `recognise` */
    bool is_unreadable;     /* it cannot be listed or read; a gap says why */
    bool is_cut;            /* a limit ended the walk here: what is in it is not listed */
};

/* What a walk meets on the way and hands to whoever reads it. */
struct sx_found_file {
    struct sx_str path;
    const struct sx_found_code *host; /* NULL outside of bundles */
    struct sx_tree_entry entry;
    const struct sx_found_file *next;
};

struct sx_walk {
    const struct sx_found_code *code; /* bundles, then files, each in order of path */
    const struct sx_found_code **code_end;
    size_t n_code;
    const struct sx_found_file *profiles; /* *.provisionprofile, *.mobileprovision */
    const struct sx_found_file *jobs;     /* *.plist in LaunchDaemons and LaunchAgents folders */
    const struct sx_found_file *configurations; /* *.mobileconfig */
    uint64_t files;                             /* regular files met */
    /* asked by a look of every file, by its first bytes and its name, and once more by its last
     * SX_WALK_TAIL, without the first, where they are at hand; NULL: nothing is */
    bool (*recognise)(struct sx_span head, struct sx_span tail, struct sx_str name);
    struct sx_meter *meter; /* counts what is looked at; NULL: nothing does */
    struct sx_walk_gap {
        struct sx_str path, reason;
        enum sx_errc code; /* IO, LIMIT, ...: what kind of reason it is */
        const struct sx_walk_gap *next;
    } * gaps; /* folders and files that could not be looked at */

    /* The listing, which lives until sx_walk_release; all else lives in the arena. */
    struct sx_walk_entry *entries;
    size_t n_entries;
    bool has_apple_double;  /* there are files that AppleDouble files could be */
    struct sx_arena *paths; /* of the listing */
    struct sx_walk_kept *kept;
    struct sx_arena *arena;
};

/* sx_walk_tree walks all of a tree; the root itself may be a bundle. It fails only when the
 * root cannot be listed. Limits of base/limits.h end it with a gap that names the limit. Of files
 * it opens only what tells a bundle's shape. */
SX_MUST_USE bool sx_walk_tree(const struct sx_tree *tree, struct sx_arena *arena,
                              struct sx_walk *out, struct sx_err *err);
/* sx_walk_file makes the walk of a single file of code, Mach-O or not, which is all there is. */
void sx_walk_file(const struct sx_tree_entry *entry, bool is_macho, struct sx_arena *arena,
                  struct sx_walk *out);
void sx_walk_release(struct sx_walk *walk); /* serves SX_AUTO; accepts a zeroed one */

/* sx_walk_add_files makes code objects of the Mach-O files that a look has found, and of other
 * files in a bundle's places for code that are signed by extended attributes. */
void sx_walk_add_files(struct sx_walk *walk, const struct sx_tree *tree);

/* sx_walk_find returns the entry at a path, NULL when nothing is there. */
struct sx_walk_entry *sx_walk_find(const struct sx_walk *walk, struct sx_str path);
/* sx_walk_keep has the listing own an arena, in which some of it lives. */
void sx_walk_keep(struct sx_walk *walk, struct sx_arena *arena);
/* sx_walk_add_gap notes that something could not be looked at. */
void sx_walk_add_gap(struct sx_walk *walk, struct sx_str path, enum sx_errc code,
                     struct sx_str reason);

/* SPDX-License-Identifier: MIT */
/* Where containers put what is in them: a spool file without name, which holds the contents of
 * every member one after the other, and an index in memory, which is a tree (bundle/tree.h) like
 * a folder on disk. So nothing is ever written under a name that a container chose, no path can
 * leave anything, and whoever kills the run finds nothing left behind.
 *
 * A reader of one format announces each member, writes its bytes in order, and ends it. The
 * unpacking has a budget of members and bytes; beyond it the reader is told to stop, and what is
 * missing is named. */
#pragma once
#include "bundle/tree.h"

struct sx_unpack;

/* A member as its container stores it. */
struct sx_member {
    struct sx_str path; /* '/' between components, bytes as stored; a leading "./" is dropped */
    enum sx_entry_type type;
    uint32_t mode;      /* permission bits 07777; 0 where the container records none */
    int64_t uid;        /* owner, or -1 where none is recorded */
    uint64_t size;      /* bytes as announced, which may be a lie; UINT64_MAX when not said */
    struct sx_str link; /* text of a symbolic link; absent otherwise */
};

/* What a run may unpack, all containers together. */
struct sx_budget {
    uint64_t members, bytes; /* left */
};

/* sx_unpack_new makes an empty tree; `budget` is shared and borrowed, `arena` holds the index.
 * The spool lies in the folder for temporary files and is unlinked at once. Fails with IO. */
SX_MUST_USE bool sx_unpack_new(struct sx_arena *arena, struct sx_budget *budget,
                               struct sx_unpack **out, struct sx_err *err);
void sx_unpack_free(struct sx_unpack *unpack);

/* sx_unpack_begin announces a member; strings are copied. Folders on the way to it come into
 * being by themselves. A path that is absolute, empty, has "..", or stands twice is kept out of
 * the tree, which is no failure: `*is_kept` says so, and sx_unpack_write then drops bytes. Fails
 * with LIMIT when the budget is used up (and what was unpacked stays). */
SX_MUST_USE bool sx_unpack_begin(struct sx_unpack *unpack, const struct sx_member *member,
                                 bool *is_kept, struct sx_err *err);
/* sx_unpack_write appends bytes to the member that was begun. Fails with LIMIT or IO. */
SX_MUST_USE bool sx_unpack_write(struct sx_unpack *unpack, const void *bytes, size_t n,
                                 struct sx_err *err);
/* sx_unpack_end ends it; a member cut short is ended too, and marked so that opening it fails
 * with TRUNCATED and `why` (absent: it is whole). */
SX_MUST_USE bool sx_unpack_end(struct sx_unpack *unpack, struct sx_str why, struct sx_err *err);

/* sx_unpack_tree gives the tree of what has been unpacked so far; it lives as long as `unpack`.
 * sx_tree_close does nothing to it. */
void sx_unpack_tree(const struct sx_unpack *unpack, struct sx_str name, struct sx_tree *out);

/* What the facts of a container count. */
struct sx_unpack_stats {
    uint64_t entries, symlinks, macosx_entries, bytes;
};
struct sx_unpack_stats sx_unpack_stats(const struct sx_unpack *unpack);

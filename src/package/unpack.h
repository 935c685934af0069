/* SPDX-License-Identifier: MIT */
/* What is in a container: an index in memory, which is a tree (bundle/tree.h) like a folder on
 * disk. Contents are left where they are and read there when asked for, or put into a spool
 * (package/spool.h). So no path can leave anything, and memory grows with the number of members
 * and not with what is in them.
 *
 * A reader of one format announces each member, and either leaves its content in the container or
 * writes its bytes in order. The unpacking has a budget of members and bytes; beyond it the reader
 * is told to stop, and what is missing is named. */
#pragma once
#include "bundle/tree.h"
#include "package/spool.h"

struct sx_unpack;

/* A member as its container stores it. */
struct sx_unpack_member {
    struct sx_str path; /* '/' between components, bytes as stored; a leading "./" is dropped */
    enum sx_entry_type type;
    uint32_t mode;      /* permission bits 07777; 0 where the container records none */
    int64_t uid;        /* owner, or -1 where none is recorded */
    uint64_t size;      /* bytes as announced, which may be a lie; UINT64_MAX when not said */
    struct sx_str link; /* text of a symbolic link; absent otherwise */
    bool is_hidden;     /* no part of the tree as unpacked (below __MACOSX): found by its path, and
                           not in the list of the folder that it is in */
    bool is_made_up;    /* by the reader, of attributes that the container keeps otherwise: no
                           member of it, and not counted */
};

/* What a run may unpack, all containers together, and where to. Bytes that are left in their
 * container count as well: they are read like the others. */
struct sx_budget {
    uint64_t members, bytes; /* left */
    bool is_spent;           /* something did not fit in any more */
    struct sx_spool *spool;  /* borrowed; NULL: each unpacking has its own */
    struct sx_meter *meter;  /* counts what is spent; NULL: nothing does */
};

/* Contents that stay in a container. `open` makes a source of the member that the reader knows by
 * `id`; many threads may call it, and each reads what it has opened. */
struct sx_contents {
    bool (*open)(void *context, uint64_t id, const char *name, struct sx_source *out,
                 struct sx_err *err);
    void *context;      /* lives as long as the unpacking */
    bool is_sequential; /* reading backwards means to read all again: what is read at random, code
                           and containers, goes into the spool when it is first opened */
};

/* sx_unpack_new makes an empty tree; `budget` is shared and borrowed, `arena` holds the index. */
struct sx_unpack *sx_unpack_new(struct sx_arena *arena, struct sx_budget *budget);
void sx_unpack_free(struct sx_unpack *unpack); /* accepts NULL */

/* sx_unpack_begin announces a member; strings are copied. Folders on the way to it come into
 * being by themselves; a folder may be announced again. A path that is absolute, empty, has "..",
 * leads through what is no folder, or stands twice is kept out of the tree, which is no failure:
 * `*is_kept` says so, sx_unpack_kept_out why, and sx_unpack_write then drops bytes. Fails with
 * LIMIT when the budget is used up (and what was unpacked stays). */
SX_MUST_USE bool sx_unpack_begin(struct sx_unpack *unpack, const struct sx_unpack_member *member,
                                 bool *is_kept, struct sx_err *err);
/* sx_unpack_write appends bytes to the member that was begun; nothing else may use the spool
 * between its first byte and its last. Fails with LIMIT or IO; opening the member then fails with
 * UNSUPPORTED, and so it does when sx_unpack_leave has failed. */
SX_MUST_USE bool sx_unpack_write(struct sx_unpack *unpack, const void *bytes, size_t n,
                                 struct sx_err *err);
/* sx_unpack_copy writes all of a source. Fails also as sx_source_pread. */
SX_MUST_USE bool sx_unpack_copy(struct sx_unpack *unpack, const struct sx_source *source,
                                struct sx_err *err);
/* sx_unpack_end ends it; a member cut short is ended too, and marked so that opening it fails
 * with TRUNCATED and `why` (absent: it is whole). */
SX_MUST_USE bool sx_unpack_end(struct sx_unpack *unpack, struct sx_str why, struct sx_err *err);

/* sx_unpack_leave announces a member whose `size` bytes of content stay where they are; begin and
 * end in one. `contents` lives as long as the unpacking. */
SX_MUST_USE bool sx_unpack_leave(struct sx_unpack *unpack, const struct sx_unpack_member *member,
                                 const struct sx_contents *contents, uint64_t id, bool *is_kept,
                                 struct sx_err *err);
/* sx_unpack_share gives a file that was ended without content that of another, once both are in the
 * tree; where one is not, or the other was cut short, nothing changes. */
void sx_unpack_share(struct sx_unpack *unpack, struct sx_str path, struct sx_str with);
/* sx_unpack_refuse announces a member whose content is there and cannot be read: opening it fails
 * with UNSUPPORTED and `why`. */
SX_MUST_USE bool sx_unpack_refuse(struct sx_unpack *unpack, const struct sx_unpack_member *member,
                                  const char *why, bool *is_kept, struct sx_err *err);
/* sx_unpack_kept_out says why the last member was kept out of the tree. */
const char *sx_unpack_kept_out(const struct sx_unpack *unpack);

/* sx_unpack_tree gives the tree of what has been unpacked so far; it lives as long as `unpack`.
 * sx_tree_close does nothing to it. Many threads may use it, once nothing is unpacked any more. */
void sx_unpack_tree(const struct sx_unpack *unpack, struct sx_str name, struct sx_tree *out);

/* What the facts of a container count. */
struct sx_unpack_stats {
    uint64_t entries, symlinks, macosx_entries, bytes;
};
struct sx_unpack_stats sx_unpack_stats(const struct sx_unpack *unpack);

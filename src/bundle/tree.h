/* SPDX-License-Identifier: MIT */
/* A tree of files: a folder on disk, or what a container holds. Paths are relative to its
 * root, with '/' between components and no "." or ".."; "" is the root itself.
 *
 * A symbolic link is an entry of its own kind and never followed by these functions, in no
 * component of a path; sx_tree_resolve follows links on request, and never out of the tree. */
#pragma once
#include "base/source.h"

enum sx_entry_type { SX_ENTRY_FILE, SX_ENTRY_DIRECTORY, SX_ENTRY_SYMLINK, SX_ENTRY_SPECIAL };

struct sx_tree_entry {
    struct sx_str name; /* last component, as stored */
    enum sx_entry_type type;
    uint64_t size; /* bytes, of a file */
    uint32_t mode; /* permission bits 07777; 0 where none are recorded */
    int64_t uid;   /* owner, or -1 where none is recorded */
};

struct sx_tree_entries {
    const struct sx_tree_entry *at; /* sorted by name, bytewise */
    size_t n;
};

struct sx_tree;

struct sx_tree_ops {
    bool (*stat)(const struct sx_tree *tree, struct sx_str path, struct sx_tree_entry *out,
                 struct sx_err *err);
    bool (*list)(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                 struct sx_tree_entries *out, struct sx_err *err);
    bool (*readlink)(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                     struct sx_str *out, struct sx_err *err);
    bool (*open)(const struct sx_tree *tree, struct sx_str path, const char *name,
                 struct sx_source *out, struct sx_err *err);
    /* NULL where nothing is kept beside the content; else as sx_attribute_read (attribute.h) */
    bool (*attribute)(const struct sx_tree *tree, struct sx_str path, const char *name,
                      struct sx_arena *arena, struct sx_span *out, struct sx_err *err);
    /* likewise, as sx_attribute_names */
    bool (*attribute_names)(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                            struct sx_strs *out, struct sx_err *err);
    /* opens a regular file that stands beside the root; NULL where nothing does */
    bool (*open_beside)(const struct sx_tree *tree, const char *file, const char *name,
                        struct sx_source *out, struct sx_err *err);
    /* NULL where a folder is found no faster by itself */
    bool (*enter)(const struct sx_tree *tree, struct sx_str path, struct sx_tree *out,
                  struct sx_err *err);
    void (*close)(struct sx_tree *tree);
    bool one_at_a_time; /* only one thread at a time may ask, and read what it has opened */
};

struct sx_tree {
    const struct sx_tree_ops *ops;
    struct sx_str name; /* of the root, as paths in reports begin */
    int fd;             /* of a folder on disk */
    void *context;      /* of other trees */
};

/* sx_tree_disk opens a folder. `name` is borrowed. Fails with IO. */
SX_MUST_USE bool sx_tree_disk(const char *path, struct sx_str name, struct sx_tree *out,
                              struct sx_err *err);
void sx_tree_close(struct sx_tree *tree);
/* sx_tree_rest lets go of the folder that a tree of a disk holds open. From then on every function
 * opens it anew, so that the trees of any number of artifacts can be kept; they fail with IO when
 * another folder stands in its place. `path` leads to the folder. */
void sx_tree_rest(struct sx_tree *tree, const char *path, struct sx_arena *arena);

/* sx_tree_stat fails with IO when there is no such entry; use sx_tree_has to ask. */
SX_MUST_USE bool sx_tree_stat(const struct sx_tree *tree, struct sx_str path,
                              struct sx_tree_entry *out, struct sx_err *err);
/* sx_tree_has tells whether an entry of this type stands at the path. */
bool sx_tree_has(const struct sx_tree *tree, struct sx_str path, enum sx_entry_type type);
/* sx_tree_list reads one folder, at most SX_MAX_TREE_ENTRIES entries. Of each it gives name and
 * type; the rest is for sx_tree_stat to say. */
SX_MUST_USE bool sx_tree_list(const struct sx_tree *tree, struct sx_str path,
                              struct sx_arena *arena, struct sx_tree_entries *out,
                              struct sx_err *err);
SX_MUST_USE bool sx_tree_readlink(const struct sx_tree *tree, struct sx_str path,
                                  struct sx_arena *arena, struct sx_str *out, struct sx_err *err);
/* sx_tree_open opens a regular file; `name` names it in errors and is borrowed. */
SX_MUST_USE bool sx_tree_open(const struct sx_tree *tree, struct sx_str path, const char *name,
                              struct sx_source *out, struct sx_err *err);

/* sx_tree_enter opens a folder as a tree by itself, from which its files are opened without looking
 * for the folder each time. Fails with IO, or UNSUPPORTED where that saves nothing. */
SX_MUST_USE bool sx_tree_enter(const struct sx_tree *tree, struct sx_str path, struct sx_tree *out,
                               struct sx_err *err);

/* sx_tree_resolve follows the links in `path`, at most 32, and writes the path without links
 * that it leads to. Fails with RANGE when it leaves the tree, with IO when it leads nowhere. */
SX_MUST_USE bool sx_tree_resolve(const struct sx_tree *tree, struct sx_str path,
                                 struct sx_arena *arena, struct sx_str *out, struct sx_err *err);

/* sx_path_join puts a '/' between two paths, neither of which need be there. */
struct sx_str sx_path_join(struct sx_arena *arena, struct sx_str a, struct sx_str b);
/* sx_path_parent is everything before the last '/'; "" when there is none. */
struct sx_str sx_path_parent(struct sx_str path);

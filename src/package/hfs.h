/* SPDX-License-Identifier: MIT */
/* HFS+ and HFSX volumes. Internal to hfs*.c.
 *
 * The volume header, 1024 bytes in, describes four forks: the catalog (names, and where files lie),
 * extents of fragmented files, extended attributes, and what is allocated. The first three are
 * B-trees, whose leaves form a chain; everything is read by walking that chain once.
 *
 * Source: Apple, Technical Note TN1150, "HFS Plus Volume Format"; XNU, hfs_format.h (attributes,
 * compression flag, links to folders). All numbers are big-endian. */
#pragma once
#include "package/volume.h"

struct hfs_extent {
    uint32_t first, n; /* allocation blocks */
};

struct hfs_fork {
    uint64_t size; /* bytes */
    uint32_t blocks;
    uint32_t n_extents; /* in the record; the rest is in the extents tree */
    const struct hfs_extent *extents;
    uint32_t file;
    uint8_t type; /* 0 data, 0xff resources */
};

/* The catalog's record of a file. */
struct hfs_file {
    struct hfs_fork data, resources;
    uint8_t finder[32];
};

/* Extents that did not fit into a record. */
struct hfs_overflow {
    uint32_t file, first_block;
    uint8_t type;
    struct hfs_extent extents[8];
};

/* An extended attribute: bytes in the attributes tree, or a fork of its own. */
struct hfs_attribute {
    uint32_t file;
    struct sx_str name;
    uint64_t off, size;
    bool has_fork;
    struct hfs_fork fork;
};

struct hfs {
    struct sx_volume *volume;
    uint32_t block, n_blocks;
    struct hfs_fork attributes_fork;
    SX_VEC(struct hfs_overflow) overflow;    /* sorted */
    SX_VEC(struct hfs_attribute) attributes; /* by file */
    SX_VEC(struct hfs_file) files;           /* by sx_volume_node.at */
    /* Folders of the file system itself, in which hard links lead; 0 until they are seen. */
    uint32_t private_files, private_folders;
    SX_VEC(struct hfs_link) links;
};

/* What a hard link says (a number), and what that stands for. */
struct hfs_link {
    uint32_t number;
    uint64_t id;
    bool is_folder;
};

/* hfs_get_fork reads the 80 bytes that describe a fork. */
struct hfs_fork hfs_get_fork(struct hfs *hfs, struct sx_cursor *c, uint32_t file, uint8_t type);
/* hfs_fork_open makes a source of a fork, in `arena`. Fails with RANGE when extents leave the
 * volume or do not hold all of it. */
SX_MUST_USE bool hfs_fork_open(struct hfs *hfs, const struct hfs_fork *fork, const char *name,
                               struct sx_arena *arena, struct sx_source *out, struct sx_err *err);

/* hfs_tree_walk hands every record of a B-tree's leaves to `take`, in order: the key without its
 * length, what follows it, and where that stands in the tree's fork. Fails with FORMAT, RANGE,
 * LIMIT, or as `take` does. `what` names the tree. */
struct hfs_record {
    struct sx_span key, data; /* offsets are those of the fork */
};
SX_MUST_USE bool hfs_tree_walk(const struct sx_source *tree, const char *what,
                               bool (*take)(void *context, const struct hfs_record *record,
                                            struct sx_err *err),
                               void *context, struct sx_err *err);

/* hfs_name turns UTF-16 into UTF-8, and the ':' and '/' that the two worlds exchange. */
struct sx_str hfs_name(struct sx_arena *arena, struct sx_span utf16);

SX_MUST_USE bool hfs_read_overflow(struct hfs *hfs, const struct hfs_fork *fork,
                                   struct sx_err *err);
SX_MUST_USE bool hfs_read_catalog(struct hfs *hfs, const struct hfs_fork *fork, struct sx_err *err);
SX_MUST_USE bool hfs_read_attributes(struct hfs *hfs, const struct hfs_fork *fork,
                                     struct sx_err *err);
extern const struct sx_volume_ops hfs_ops;

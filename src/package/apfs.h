/* SPDX-License-Identifier: MIT */
/* APFS containers, as far as it takes to read the files of their volumes. Internal to apfs*.c.
 *
 *     container superblock -> object map -> volume superblock -> object map -> file-system tree
 *
 * Everything is an object: a block with a checksum, an id, and a number of the transaction that
 * wrote it. Objects of a file system are virtual: an object map says in which block each lies. The
 * file-system tree holds records of all kinds, sorted by the id of the file that they are about.
 *
 * Source: Apple, "Apple File System Reference". All numbers are little-endian. */
#pragma once
#include "package/volume.h"

/* Types of objects, and of records of the file-system tree. */
enum {
    APFS_CONTAINER = 1,
    APFS_TREE_ROOT = 2,
    APFS_TREE_NODE = 3,
    APFS_OBJECT_MAP = 11,
    APFS_VOLUME = 13,
};
enum {
    APFS_INODE = 3,
    APFS_ATTRIBUTE = 4,
    APFS_EXTENT = 8,
    APFS_NAME = 9,
};

/* Which block holds a virtual object, as of a transaction. */
struct apfs_mapping {
    uint64_t id, transaction, block;
};

struct apfs_map {
    SX_VEC(struct apfs_mapping) at; /* sorted */
};

struct apfs_inode {
    uint64_t id, parent, data, size; /* data: id that its extents have */
    uint32_t flags, uid;
    uint16_t mode;
    uint8_t finder[32];
};

struct apfs_extent {
    uint64_t data, at, block, len; /* block 0: a hole; len in bytes */
};

/* An attribute: bytes in the tree, or a file of extents. */
struct apfs_attribute {
    uint64_t file;
    struct sx_str name;
    struct sx_str bytes; /* absent when it is a stream */
    uint64_t data, size;
};

struct apfs_name {
    uint64_t parent, file;
    struct sx_str name;
};

struct apfs {
    struct sx_volume *volume;
    const struct sx_source *disk;
    uint64_t off; /* of the container on the disk */
    uint32_t block;
    uint64_t n_blocks, transaction;
    struct apfs_map container_map, volume_map;
    bool has_hashes;                  /* names carry a hash in their keys */
    SX_VEC(struct apfs_inode) inodes; /* each sorted by id */
    SX_VEC(struct apfs_extent) extents;
    SX_VEC(struct apfs_attribute) attributes;
    SX_VEC(struct apfs_name) names;
};

/* apfs_read_object reads a block and checks its checksum and type. `bytes` holds a block. Fails
 * with RANGE, FORMAT or IO. */
SX_MUST_USE bool apfs_read_object(const struct apfs *apfs, uint64_t block, uint16_t type,
                                  uint8_t *bytes, struct sx_span *out, struct sx_err *err);

/* apfs_tree_walk hands over every record of the leaves of a tree whose root is in a block. `map`
 * finds children; NULL where they are named by their blocks. Fails with FORMAT, RANGE, LIMIT, or as
 * `take` does. */
SX_MUST_USE bool apfs_tree_walk(const struct apfs *apfs, uint64_t root, const struct apfs_map *map,
                                bool (*take)(void *context, struct sx_span key,
                                             struct sx_span value, struct sx_err *err),
                                void *context, struct sx_err *err);

/* apfs_map_read reads an object map; apfs_map_find is the block of an object. Fails with FORMAT
 * when it is not mapped. */
SX_MUST_USE bool apfs_map_read(const struct apfs *apfs, uint64_t block, struct sx_arena *arena,
                               struct apfs_map *out, struct sx_err *err);
SX_MUST_USE bool apfs_map_find(const struct apfs_map *map, uint64_t id, uint64_t *out,
                               struct sx_err *err);

/* apfs_read_records reads the file-system tree, and makes nodes of it. */
SX_MUST_USE bool apfs_read_records(struct apfs *apfs, uint64_t root, struct sx_err *err);
extern const struct sx_volume_ops apfs_ops;

/* SPDX-License-Identifier: MIT */
/* A volume: what a file system of Apple's holds, whichever of them it is, as a list of nodes that
 * know their parents; and how it becomes a tree of files.
 *
 * A node is a file, a folder or a link, under a name in a folder. A hard link is a node that says
 * which other one it stands for. */
#pragma once
#include "bundle/tree.h"
#include "package/container.h"

#define SX_VOLUME_NO_NODE UINT64_MAX /* id that no node has */

struct sx_volume_node {
    uint64_t id, parent; /* parent: id of a folder */
    uint64_t target;     /* id of what a hard link stands for; 0 for anything else */
    struct sx_str name;  /* UTF-8 as a Mac shows it to programs; not UTF-8 where the name is not */
    enum sx_entry_type type;
    uint32_t mode; /* permission bits */
    int64_t uid;
    uint64_t size;      /* bytes of the data fork */
    uint64_t place;     /* of its first byte on the disk, to read files in the order they lie in */
    bool is_compressed; /* its content is in com.apple.decmpfs */
    bool is_private;    /* of the file system itself: in no listing */
    bool has_attributes;
    uint64_t at; /* for the reader's own use */
};

/* An extended attribute. A resource fork is one too, com.apple.ResourceFork. */
struct sx_volume_attribute {
    struct sx_str name;
    uint64_t size;
};

struct sx_volume;
struct sx_volume_ops {
    /* the content of a file or the text of a link, as a source */
    bool (*data)(struct sx_volume *volume, const struct sx_volume_node *node, const char *name,
                 struct sx_source *out, struct sx_err *err);
    /* the n-th attribute of a node, from 0; false when there are not so many */
    bool (*attribute_at)(struct sx_volume *volume, const struct sx_volume_node *node, size_t n,
                         struct sx_volume_attribute *out);
    bool (*attribute)(struct sx_volume *volume, const struct sx_volume_node *node,
                      struct sx_str name, struct sx_source *out, struct sx_err *err);
};

struct sx_volume {
    const struct sx_volume_ops *ops;
    struct sx_arena *arena;   /* of the volume; all of it lives there */
    struct sx_arena *scratch; /* for what is opened: whoever opens rewinds it */
    const struct sx_source *disk;
    uint64_t off, len; /* of the volume on the disk, bytes */
    SX_VEC(struct sx_volume_node) nodes;
    uint64_t root; /* id of the root folder */
    struct sx_str name;
    void *context; /* of the reader */
};

/* sx_volume_unpack puts all nodes into a container, below `prefix` ("" for its root). What cannot
 * be read is a problem or a gap of it, and the rest is unpacked. Fails with LIMIT or IO. */
SX_MUST_USE bool sx_volume_unpack(struct sx_volume *volume, struct sx_str prefix,
                                  const struct sx_container_question *question,
                                  struct sx_container *out, struct sx_err *err);

/* sx_hfs_open reads the catalog of an HFS+ or HFSX volume. Fails with FORMAT, RANGE, LIMIT,
 * TRUNCATED, UNSUPPORTED or IO. `disk` is borrowed. */
SX_MUST_USE bool sx_hfs_open(const struct sx_source *disk, uint64_t off, uint64_t len,
                             struct sx_arena *arena, struct sx_volume *out, struct sx_err *err);

/* sx_apfs_open reads the volume number `at` of an APFS container, from 0; `*is_there` is false when
 * there are not so many. Fails likewise; an encrypted or sealed volume is UNSUPPORTED. */
SX_MUST_USE bool sx_apfs_open(const struct sx_source *disk, uint64_t off, uint64_t len, size_t at,
                              struct sx_arena *arena, struct sx_volume *out, bool *is_there,
                              struct sx_err *err);

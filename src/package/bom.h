/* SPDX-License-Identifier: MIT */
/* The bill of materials of a component: what the Installer expects in the payload, and whose it
 * will be.
 *
 *     "BOMStore" | version 1 | blocks | index: offset, length | variables: offset, length
 *     index      count, then for each block its offset and length
 *     variables  count, then { number of a block, length of name, name }
 *     "Paths"    a tree: "tree", version 1, number of its root's block, ...
 *     node       u16 is it a leaf, u16 count, next, previous, count x { block, block }
 *
 * A leaf's first block leads to kind, mode and owner, its second holds parent and name. Numbers are
 * big-endian. No source of Apple's describes it; this is how bomutils has it
 * (https://github.com/hogliux/bomutils), and what packages of vendors hold. */
#pragma once
#include "bundle/tree.h"

struct sx_bom_path {
    struct sx_str path; /* "./usr/local"; that of the root is "." */
    enum sx_entry_type type;
    uint32_t mode; /* permission bits 07777 */
    uint32_t uid;
};

struct sx_bom {
    const struct sx_bom_path *paths; /* sorted by path */
    size_t n;
};

/* sx_bom_parse reads a bill of materials. Fails with MAGIC, TRUNCATED, RANGE, FORMAT or LIMIT. */
SX_MUST_USE bool sx_bom_parse(struct sx_span in, struct sx_arena *arena, struct sx_bom *out,
                              struct sx_err *err);
/* sx_bom_find returns the entry of a path, or NULL. */
const struct sx_bom_path *sx_bom_find(const struct sx_bom *bom, struct sx_str path);

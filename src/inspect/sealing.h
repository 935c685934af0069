/* SPDX-License-Identifier: MIT */
/* The seal of one bundle while it is checked. Internal to inspect/. */
#pragma once
#include "codesign/seal_scan.h"
#include "inspect/inspector.h"

/* An entry of the seal and what stands at its path. */
struct sx_sealed_item {
    struct sx_seal_entry *entry;
    struct sx_walk_entry *there;
};

struct sx_sealing {
    size_t at;                          /* the bundle's number among the subject's code */
    struct sx_str root;                 /* the resource root in the tree */
    const struct sx_walk_entry *folder; /* its entry */
    struct sx_str file;                 /* CodeResources in the tree */
    struct sx_span detached;            /* its text in a detached signature; empty: in the file */
    bool is_verified;                   /* the signature vouches for the seal: it is compared */
    unsigned hashes;                    /* of the signature, a sum of SX_HASH_BIT */
    struct sx_seal seal;
    struct sx_seal_scan scan;
    struct sx_seal_problems problems;
    struct sx_err err; /* why it could not be examined, or not to its end */
    SX_VEC(struct sx_sealed_item) files, links, code;
};

/* sx_sealed_path is a path below the resource root as one of the tree. */
struct sx_str sx_sealed_path(const struct sx_sealing *sealing, struct sx_str path,
                             struct sx_arena *arena);
/* sx_path_below is what follows `folder` in a path that lies in it; absent when it does not. */
struct sx_str sx_path_below(struct sx_str path, struct sx_str folder);

/* link.c: whether a link that has the seal's text leads where a link may lead. `outer` is the
 * seal of the code that holds this as nested code, or NULL; likewise for that. */
void sx_check_link(struct sx_subject *s, struct sx_sealing *sealing,
                   const struct sx_sealed_item *link,
                   struct sx_sealing *(*outer)(void *context, struct sx_sealing *), void *context);

/* detritus.c: attributes that may not be on what is sealed. */
void sx_check_detritus(struct sx_subject *s, const struct sx_walk *walk,
                       const struct sx_sealing *sealing);

/* nested.c: code that a seal holds as code, whose own state stands already. */
void sx_check_nested(struct sx_subject *s, struct sx_sealing *sealing);

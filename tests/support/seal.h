/* SPDX-License-Identifier: MIT */
/* The resource seal of a folder: what codesign would write into _CodeSignature/CodeResources. */
#pragma once
#include "node.h"

/* Code inside that has been signed before, by its path below the resource root. */
struct sx_fx_nested {
    struct sx_str path, cdhash, requirement;
};

struct sx_fx_seal {
    const char *root;         /* the resource root on disk */
    struct sx_str main;       /* the main executable below it, or no text */
    bool flat;                /* the rules for bundles whose resources lie in the root */
    bool sha1;                /* SHA-1 beside SHA-256, as for old systems */
    struct sx_fx_node *rules; /* NULL = the default ones */
    struct sx_fx_node *rules2;
    const struct sx_fx_nested *nested;
    size_t n_nested;
};

/* sx_fx_seal returns the tree of the property list: files, files2, rules, rules2. What lies where
 * code belongs and is none of `nested` is sealed as a plain file. */
SX_MUST_USE bool sx_fx_seal(struct sx_arena *arena, const struct sx_fx_seal *spec,
                            struct sx_fx_node **out, struct sx_err *err);

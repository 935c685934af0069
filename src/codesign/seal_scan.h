/* SPDX-License-Identifier: MIT */
/* What is there against what a seal says (Security, resources.cpp, scan; StaticCode.cpp,
 * validateResource). Whoever walks the files below the resource root, folders before what is in
 * them, asks about each and is told what to do with it:
 *
 *     sx_seal_meet          enter it, pass it over, or look at content, link or code
 *     sx_seal_compare_*     what it has found
 *     sx_seal_finish        what was never met is missing
 *
 * Rules bind as Security's do: they decide what counts as being there at all; what the item has
 * to be, the seal's entry says. */
#pragma once
#include "codesign/seal.h"

enum sx_seal_item { SX_ITEM_FILE, SX_ITEM_FOLDER, SX_ITEM_LINK, SX_ITEM_SPECIAL };

enum sx_seal_step {
    SX_STEP_PASS,  /* nothing more; of a folder, nothing of what is in it */
    SX_STEP_ENTER, /* a folder: meet what is in it */
    SX_STEP_FILE,  /* compare its content */
    SX_STEP_LINK,  /* compare its text */
    SX_STEP_CODE,  /* verify it as code */
};

struct sx_seal_scan {
    struct sx_seal *seal;
    struct sx_str main; /* the main executable below the resource root; absent when outside */
    struct sx_seal_problems *problems;
    struct sx_ere_matcher *matcher;
};

/* sx_seal_scan_init begins a scan of about `n_items` items, which sets how much time rules may
 * take. The seal must be usable; all is borrowed. */
void sx_seal_scan_init(struct sx_seal_scan *scan, struct sx_seal *seal, struct sx_str main,
                       size_t n_items, struct sx_seal_problems *problems);
void sx_seal_scan_release(struct sx_seal_scan *scan);

/* sx_seal_meet takes the item at `path` and says what to do; `*entry` is the seal's where a step
 * wants one. Fails with LIMIT when a rule takes too long; then the scan cannot go on. */
SX_MUST_USE bool sx_seal_meet(struct sx_seal_scan *scan, struct sx_str path, enum sx_seal_item item,
                              enum sx_seal_step *step, struct sx_seal_entry **entry,
                              struct sx_err *err);

/* sx_seal_compare_file compares the hashes `want` of the entry, sums of SX_HASH_BIT, with digests
 * that stand one after the other for each bit of `have`, ascending. Security wants all that the
 * CodeDirectories use, and takes `hash` for one that is not there. */
void sx_seal_compare_file(struct sx_seal_scan *scan, const struct sx_seal_entry *entry,
                          unsigned want, unsigned have, const uint8_t *digests);
/* sx_seal_compare_link tells whether the link has the seal's text, and notes when it has not. */
bool sx_seal_compare_link(struct sx_seal_scan *scan, const struct sx_seal_entry *entry,
                          struct sx_str text);

/* sx_seal_includes tells whether what lies at `path` is sealed, as the target of a link has to
 * be. Fails as sx_seal_meet does. */
SX_MUST_USE bool sx_seal_includes(struct sx_seal_scan *scan, struct sx_str path, bool *included,
                                  struct sx_err *err);

/* sx_seal_excuse takes all that the seal has in a folder for met: nobody could look. */
void sx_seal_excuse(struct sx_seal_scan *scan, struct sx_str folder);

/* sx_seal_finish notes what the seal has and nobody met, but for what is optional. */
void sx_seal_finish(struct sx_seal_scan *scan);

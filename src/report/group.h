/* SPDX-License-Identifier: MIT */
/* The findings of a report as a person reads them: by object, and one block for a rule that
 * speaks of many objects in the same words. */
#pragma once
#include "report/summary.h"

/* One rule on four or more objects. */
struct sx_fold {
    struct sx_str folder;                     /* common to all */
    struct sx_str loose_in;                   /* the same as the user finds it, where no host is */
    const struct sx_finding *const *findings; /* in the order of the report */
    size_t n;
    struct sx_strs patterns; /* of `find`, to name the files: "*.so"; empty when they cannot be
                                told apart by their names */
    struct sx_strs spared;   /* of loose files: patterns of bundles beside them, not to enter */
};

/* What is printed at once. */
struct sx_block {
    const struct sx_finding *finding; /* of a fold its first */
    const struct sx_fold *fold;       /* NULL: the finding stands alone */
};

struct sx_group {
    struct sx_str path, words; /* the heading */
    const struct sx_block *at;
    size_t n;
};

struct sx_groups {
    const struct sx_group *at;
    size_t n;
    const struct sx_fold *const *folds;
    size_t n_folds;
};

/* sx_groups_of takes the open findings of a part, or all of them. */
struct sx_groups sx_groups_of(const struct sx_part *part, bool open_only, struct sx_arena *arena);
/* sx_packed_in is what an object was packed into last, and has to be packed into again: NULL when
 * it lies there for all to see. A disk image or installer package does not lie in itself. */
const struct sx_Container *sx_packed_in(const struct sx_Code *code);
/* sx_found_at is where the user finds a path of the facts: from the working directory or, for what
 * was packed, in the folder that `packing` (else NULL) was made from. */
struct sx_str sx_found_at(const struct sx_Artifact *artifact, const struct sx_Container *packing,
                          struct sx_str path, struct sx_arena *arena);
/* sx_owner_code is the code object that a finding is about; NULL when it is about something else.
 */
const struct sx_Code *sx_owner_code(const struct sx_finding *finding);
/* sx_issues_words is " (7 issues in Apple's log)", those that a fold stands for; absent without. */
struct sx_str sx_issues_words(const struct sx_fold *fold, struct sx_arena *arena);
/* sx_block_message is what a block says: of a fold how many objects there are, and the slices
 * when not all have it. */
struct sx_str sx_block_message(const struct sx_block *block, struct sx_arena *arena);

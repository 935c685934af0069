/* SPDX-License-Identifier: MIT */
/* What is different between two releases, fact by fact and without judgement. */
#pragma once
#include "report/words.h"

struct sx_change {
    struct sx_str what;     /* "version", or the key of an entitlement */
    struct sx_str old, new; /* as people read them, escaped; absent: none */
};

struct sx_changed_code {
    const struct sx_Code *old, *new;
    bool is_altered; /* the code itself: another cdhash */
    SX_VEC(struct sx_change) changes;
};

struct sx_changes {
    SX_VEC(struct sx_changed_code) code; /* of which something is different */
    SX_VEC(const struct sx_Code *) removed;
    SX_VEC(const struct sx_Code *) added;
    struct sx_strs kept; /* what no pair has changed: "team", "identifier" */
};

/* sx_changes_of compares the code of two artifacts, pair by pair. What could not be read in one of
 * them is no change. Everything lives in `arena`. */
struct sx_changes sx_changes_of(const struct sx_Artifact *old, const struct sx_Artifact *new,
                                struct sx_arena *arena);

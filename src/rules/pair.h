/* SPDX-License-Identifier: MIT */
/* Which code object of a release is which of the release before: what became of each. */
#pragma once
#include "facts/run.h"

struct sx_pair {
    const struct sx_Code *old, *new;
};

struct sx_pairing {
    SX_VEC(struct sx_pair) pairs;           /* in the order of the old release */
    SX_VEC(const struct sx_Code *) removed; /* of the old release, without a partner */
    SX_VEC(const struct sx_Code *) added;   /* of the new one */
};

/* sx_pair_code pairs by kind and identifier; then, where the hosts are a pair or both have none,
 * by kind and place in the host; then the only two of a kind that are left there, so that what got
 * another identifier stays one pair. Everything lives in `arena`. */
struct sx_pairing sx_pair_code(struct sx_objs old, struct sx_objs new, struct sx_arena *arena);

/* SPDX-License-Identifier: MIT */
/* What was not checked, as reports tell it. An artifact that could not be read is one gap, whatever
 * is missing of it; members that are missing for one reason are one, whatever has them; a file that
 * was not examined is always named. */
#pragma once
#include "report/brief.h"

struct sx_gap {
    const struct sx_judgement *at;
    struct sx_str path, what, reason; /* escaped; `what` is empty for a file, and for several */
    size_t n_paths;                   /* `path` is the first of so many */
    bool is_incomplete;               /* the run is, for that; else nobody can know */
};

/* sx_gaps lists them, in the order of their paths; returns how many there are. */
size_t sx_gaps(const struct sx_judgement *at, struct sx_arena *arena, const struct sx_gap **out);
/* sx_gap_place is "Waffle.app and 2 more, notarized"; sx_gap_words adds the reason after a colon.
 */
struct sx_str sx_gap_place(const struct sx_gap *gap, struct sx_arena *arena);
struct sx_str sx_gap_words(const struct sx_gap *gap, struct sx_arena *arena);

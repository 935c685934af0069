/* SPDX-License-Identifier: MIT */
/* What is odd about the values of a property list, as problems of a code object that name the
 * value and its place. Internal to inspect/. */
#pragma once
#include "entitlements/where.h"
#include "inspect/inspector.h"

/* Problems found in one property list. */
struct sx_info_notes {
    struct sx_arena *arena;
    struct sx_problems *problems;
    const struct sx_document *document; /* where positions lie; NULL when there is no text */
    struct sx_line_place place;         /* of the last one noted, in that text */
    struct sx_str path;                 /* of the file; absent for the code's own */
    size_t n, more;                     /* noted; beyond SX_MAX_PROBLEMS, and not noted */
};

/* sx_info_note says something of the value that `step` leads to: "KEY.PATH is VALUE" and what
 * follows, then the line. `at` is the value, or the key that is meant. */
void sx_info_note(struct sx_info_notes *notes, enum sx_ProblemKind what, const struct sx_step *step,
                  const struct sx_value *at, struct sx_str follows);

/* info.c: the Info.plist of a code object, and the variables in what it claims. Its kind and its
 * slices must stand. */
void sx_inspect_info(struct sx_subject *s, struct sx_subject_code *code);
/* driver.c: what the personalities of a driver match and its entitlements do not grant. */
void sx_check_driver_matches(struct sx_info_notes *notes, const struct sx_map *info,
                             const struct sx_map *entitlements);

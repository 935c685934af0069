/* SPDX-License-Identifier: MIT */
/* The lines of a text in which a value stands, the value marked by carets. */
#pragma once
#include "report/layout.h"

/* sx_frame_place says where: "signed entitlements, line 7", "mdm/filter.mobileconfig:31:13",
 * or, for a text without line breaks, "signed entitlements, byte 412". */
struct sx_str sx_frame_place(const struct sx_place *place, struct sx_arena *arena);
/* sx_layout_frame writes the value's line and those back to its <key>, four at most, each
 * beginning at `column`. */
void sx_layout_frame(struct sx_layout *l, const struct sx_place *place, size_t column);

/* The same lines for who lays them out otherwise: the value stands in the last. */
enum { SX_MOST_FRAME_LINES = 4 };
struct sx_frame_line {
    uint32_t number; /* 0: the text has no lines of its own */
    struct sx_str before, value, after;
};
size_t sx_frame_lines(const struct sx_place *place, struct sx_arena *arena,
                      struct sx_frame_line out[SX_MOST_FRAME_LINES]);

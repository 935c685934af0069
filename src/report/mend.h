/* SPDX-License-Identifier: MIT */
/* How to mend everything, for formats that are no terminal. */
#pragma once
#include "report/group.h"

struct sx_mending {
    struct sx_str head;     /* "To mend: make the edits above, then on the Mac that signs, ..." */
    struct sx_str commands; /* lines, each indented by two blanks; absent: nothing to sign */
};
struct sx_mending sx_mending_of(const struct sx_part *part, const struct sx_groups *groups,
                                struct sx_arena *arena);

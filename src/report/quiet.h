/* SPDX-License-Identifier: MIT */
/* --quiet: the findings that fail the run, one unwrapped line each, and the answer; nothing when
 * there are none. */
#pragma once
#include "report/layout.h"
#include "report/summary.h"

bool sx_write_quiet(struct sx_layout *l, const struct sx_part *parts, size_t n);

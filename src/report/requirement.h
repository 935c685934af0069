/* SPDX-License-Identifier: MIT */
/* A requirement put to code. */
#pragma once
#include "codesign/requirement.h"
#include "report/report.h"

/* sx_write_requirement_test asks the code objects of a run that no other holds, and writes what
 * each says, clause by clause. `*worst` is the worst answer; not to know is worse than no. False
 * when `out` stopped. */
bool sx_write_requirement_test(const struct sx_run *run, const struct sx_requirement *requirement,
                               const struct sx_style *style, struct sx_out out, enum sx_met *worst);

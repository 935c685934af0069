/* SPDX-License-Identifier: MIT */
/* The rule at the end of a TZif file, in the form of POSIX's TZ ("CET-1CEST,M3.5.0,M10.5.0/3"),
 * which holds for all time after the file's last transition. */
#pragma once
#include "base/str.h"

/* sx_posix_tz_offset gives the seconds ahead of UTC at a time in seconds since 1970; false when
 * the rule cannot be read. */
SX_MUST_USE bool sx_posix_tz_offset(struct sx_str rule, int64_t seconds, int64_t *out);

/* SPDX-License-Identifier: MIT */
/* From RE2's syntax to PCRE2's. */
#pragma once
#include "base/buf.h"

/* sx_cel_re2_translate appends to `out` a PCRE2 pattern that means what `pattern` means to RE2.
 * Returns false with a reason when the pattern is none of RE2's. */
SX_MUST_USE bool sx_cel_re2_translate(struct sx_str pattern, struct sx_buf *out,
                                      char why[static 160]);

/* SPDX-License-Identifier: MIT */
/* Apple Data Compression, the oldest compression of disk images (UDCO): a literal run, or a match
 * of one of two lengths, told by the top bits of each control byte.
 *
 *     1nnnnnnn                      n + 1 literals follow
 *     00nnnndd dddddddd             copy n + 3 bytes from d + 1 back
 *     01nnnnnn dddddddd dddddddd    copy n + 4 bytes from d + 1 back
 *
 * No source of Apple's describes it; independent readers (7-Zip, dmg2img) agree on this. */
#pragma once
#include "package/window.h"

/* sx_adc_decode fills `out` exactly, else fails with TRUNCATED, RANGE or FORMAT; bytes behind what
 * it takes to fill it are not looked at. */
SX_MUST_USE bool sx_adc_decode(struct sx_span in, struct sx_window *out, struct sx_err *err);

/* SPDX-License-Identifier: MIT */
/* Numbers as text and back, whatever the locale of the process. */
#pragma once
#include "base/arena.h"

/* sx_cel_double_of reads a decimal number, "Infinity" or "NaN" (any case); false for other text
 * and for what exceeds a double. */
SX_MUST_USE bool sx_cel_double_of(struct sx_str text, double *out);
/* sx_cel_int_of and sx_cel_uint_of read decimal digits; of the former a sign may precede them. */
SX_MUST_USE bool sx_cel_int_of(struct sx_str text, int64_t *out);
SX_MUST_USE bool sx_cel_uint_of(struct sx_str text, uint64_t *out);

/* sx_cel_double_text writes the shortest text that reads back as the same double (base/number.h);
 * no ".0". */
struct sx_str sx_cel_double_text(struct sx_arena *arena, double d);
/* sx_cel_double_fixed writes d.ddd, sx_cel_double_exponent d.ddde+dd, with at most
 * SX_CEL_MAX_PRECISION digits after the point, rounded half to even. */
enum { SX_CEL_MAX_PRECISION = 100 };
struct sx_str sx_cel_double_fixed(struct sx_arena *arena, double d, int precision);
struct sx_str sx_cel_double_exponent(struct sx_arena *arena, double d, int precision);
/* sx_cel_digits writes `v` in a base from 2 to 16, lower case. */
struct sx_str sx_cel_digits(struct sx_arena *arena, uint64_t v, bool negative, unsigned base);

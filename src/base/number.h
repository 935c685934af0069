/* SPDX-License-Identifier: MIT */
/* Floating-point numbers as text, whatever the locale of the host process says about commas. */
#pragma once
#include "base/str.h"

/* Room for any double, and its NUL. */
enum { SX_DOUBLE_TEXT = 32 };

/* sx_double_text writes the shortest decimal text that reads back as the same number, and
 * returns it: "1.5", "-0", "3", from 1e16 and below 1e-6 with an exponent ("1e+16"), so that
 * what looks like an integer is exactly that integer. Infinities and NaN are "Infinity",
 * "-Infinity", "NaN". */
struct sx_str sx_double_text(char buf[SX_DOUBLE_TEXT], double d);

/* sx_double_parse reads all of `text` as a decimal number: sign, digits, fraction, exponent.
 * Too large becomes infinite, too small zero. Neither white space nor hexadecimal, "inf" or
 * "nan" are numbers here. */
SX_MUST_USE bool sx_double_parse(struct sx_str text, double *out);

/* SPDX-License-Identifier: MIT */
/* The texts of numbers and dates in XML property lists, as CoreFoundation takes them
 * (CFPropertyList.c: parseIntegerTag, parseRealTag, parseDateTag), and strictly so. */
#pragma once
#include "value/value.h"

/* sx_plist_integer: white space, sign, white space, then decimal digits or 0x and hexadecimal
 * ones; from -2^63 to 2^64 - 1. */
SX_MUST_USE bool sx_plist_integer(struct sx_str text, struct sx_value *out);
/* sx_plist_real: a decimal number, or nan, inf, infinity in any case, the last two with sign. */
SX_MUST_USE bool sx_plist_real(struct sx_str text, struct sx_value *out);
/* sx_plist_date: YYYY-MM-DDTHH:MM:SSZ, a date that exists. */
SX_MUST_USE bool sx_plist_date(struct sx_str text, struct sx_value *out);
/* sx_plist_date_of: seconds since 2001-01-01, as binary lists hold them; from year 1 to 9999. */
SX_MUST_USE bool sx_plist_date_of(double seconds, struct sx_value *out);

/* SPDX-License-Identifier: MIT */
/* AppleDouble: what macOS knows of a file beside its content, as a file ._NAME beside it on media
 * that cannot keep it (Apple's copyfile.c; RFC 1740 for the frame). */
#pragma once
#include "base/span.h"

/* The most that sxlint reads of one; attributes are small. */
#define SX_MAX_APPLE_DOUBLE (1u << 20)

/* sx_apple_double_has tells whether the bytes of a ._NAME file hold an extended attribute. What is
 * no AppleDouble holds none. */
bool sx_apple_double_has(struct sx_span in, const char *attribute);

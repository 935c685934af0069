/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648, section 4), exactly: what does not decode is refused and not guessed at. */
#pragma once
#include "base/buf.h"

/* sx_base64_group writes the four characters of `n` bytes, 1 to 3. */
void sx_base64_group(const uint8_t *bytes, size_t n, char out[4]);
/* sx_base64 encodes with padding. */
struct sx_str sx_base64(struct sx_arena *arena, const void *bytes, size_t n);

/* sx_base64_decode appends the bytes that `text` stands for; white space is skipped. False when
 * anything else is not as it should be: a character outside the alphabet, a group that is not
 * whole, padding inside, bits that padding would drop. Then `out` holds what came before. */
SX_MUST_USE bool sx_base64_decode(struct sx_str text, struct sx_buf *out);

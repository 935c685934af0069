/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648, section 4), exactly: what does not decode is refused and not guessed at. */
#pragma once
#include "base/buf.h"

/* sx_base64_group writes the four characters of `n` bytes, 1 to 3. */
void sx_base64_group(const uint8_t *bytes, size_t n, char out[4]);
/* sx_base64 encodes with padding. */
struct sx_str sx_base64(struct sx_arena *arena, const void *bytes, size_t n);

/* A decoder takes text in pieces, as a streaming reader meets it. Zero-initialise it. */
struct sx_base64_decoder {
    uint32_t bits;    /* of the group begun */
    unsigned n;       /* characters of it */
    unsigned padding; /* '=' seen at the end */
};
/* sx_base64_feed appends what `text` decodes to; white space is skipped. Returns the offset of
 * the first character that cannot stand where it stands, text.len when there is none. */
size_t sx_base64_feed(struct sx_base64_decoder *d, struct sx_str text, struct sx_buf *out);
/* sx_base64_end tells whether the text ended with a whole group. */
bool sx_base64_end(const struct sx_base64_decoder *d);

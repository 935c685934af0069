/* SPDX-License-Identifier: MIT */
/* Containers under test, opened, and what is found in them told as text: a line an entry, in order
 * of path, then problems and gaps. Contents of more than 40 bytes stand as their length and CRC-32.
 *
 *     755 App.app/
 *     644 App.app/a "text"
 *     755 link -> App.app
 *     image-checksum-wrong +1024: data fork: the CRC-32 is ...
 *     ? path: why it was not examined
 */
#pragma once
#include "package/image.h"

/* opened tells of a container in memory; `image` may be NULL, else it gets what is known of it. The
 * text lives in `arena`. Without a format, or when opening fails, it is "! why". */
const char *opened(struct sx_arena *arena, struct sx_str bytes, const struct sx_image_data **image);
/* opened_bytes is what a member holds, hidden ones too; absent when there is none. */
struct sx_str opened_bytes(struct sx_arena *arena, struct sx_str bytes, const char *path);

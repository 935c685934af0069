/* SPDX-License-Identifier: MIT */
/* Extended attributes of a file on a volume as an AppleDouble file below __MACOSX, where archives
 * of macOS keep them, and a tree of what has been unpacked looks for them. Internal to volume*.c.
 */
#pragma once
#include "package/volume.h"

/* sx_volume_apple_double writes a hidden member for `path` when the node has attributes but for
 * those that the file system uses itself. Fails as sx_unpack_write does. */
SX_MUST_USE bool sx_volume_apple_double(struct sx_volume *volume, const struct sx_volume_node *node,
                                        struct sx_str path, struct sx_unpack *unpack,
                                        struct sx_err *err);

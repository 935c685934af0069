/* SPDX-License-Identifier: MIT */
/* AppleDouble: what macOS knows of a file beside its content, as a file ._NAME beside it on media
 * that cannot keep it (Apple's copyfile.c; XNU, vfs_xattr.c; RFC 1740 for the frame). */
#pragma once
#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

/* The most that sxlint reads of one; attributes are small. */
#define SX_MAX_APPLE_DOUBLE (1u << 20)

#define SX_FINDER_INFO   "com.apple.FinderInfo"
#define SX_RESOURCE_FORK "com.apple.ResourceFork"

/* sx_apple_double_find finds an extended attribute in the bytes of a ._NAME file; `*out` borrows
 * from them. Finder information that is not all 0 and a resource fork that is not empty are
 * attributes as well, by the names above. What is no AppleDouble holds none. */
bool sx_apple_double_find(struct sx_span in, const char *attribute, struct sx_span *out);
/* sx_apple_double_names lists what sx_apple_double_find would find in a file of `size` bytes that
 * begins with `head`. The names borrow from it. */
struct sx_strs sx_apple_double_names(struct sx_span head, uint64_t size, struct sx_arena *arena);

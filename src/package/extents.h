/* SPDX-License-Identifier: MIT */
/* A file of a volume: stretches of bytes that lie anywhere on a disk, read as one source. */
#pragma once
#include "base/arena.h"
#include "base/source.h"

#define SX_EXTENT_HOLE UINT64_MAX /* in place of an offset: zeros that lie nowhere */

struct sx_extents;

/* sx_extents_new begins a file; it lives in `arena`, `disk` is borrowed. */
struct sx_extents *sx_extents_new(struct sx_arena *arena, const struct sx_source *disk);
/* sx_extents_add appends a stretch. */
void sx_extents_add(struct sx_extents *extents, uint64_t off, uint64_t len);
/* sx_extents_held counts the bytes that have been added. */
uint64_t sx_extents_held(const struct sx_extents *extents);
/* sx_extents_source makes a source of the first `size` bytes, which must be held. */
void sx_extents_source(const struct sx_extents *extents, uint64_t size, const char *name,
                       struct sx_source *out);

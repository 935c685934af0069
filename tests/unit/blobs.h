/* SPDX-License-Identifier: MIT */
/* Blobs of a signature for tests: a good CodeDirectory, in which a test overwrites what it wants
 * wrong, and a SuperBlob of whatever parts. */
#pragma once
#include "bytes.h"

/* A big-endian number written over the finished blob; width 0 ends a list. */
struct patch {
    uint32_t at;
    unsigned width;
    uint64_t value;
};

struct directory {
    uint32_t version; /* 0x20100 to 0x20600 */
    uint32_t flags;
    enum sx_fx_hash hash;
    unsigned page_shift; /* 0 = one page */
    struct sx_str code;  /* what the pages hash */
    const char *identifier, *team;
    struct sx_str special[12]; /* by slot: what is hashed there; ptr NULL = zeros */
    struct patch patches[4];
};

/* make_directory pads to 200 bytes at least, in front of the hashes, so that neither Security's
 * nor the kernel's least size is in the way. */
struct sx_str make_directory(struct sx_arena *arena, const struct directory *d);

struct part {
    uint32_t slot;
    struct sx_str blob; /* ptr NULL: not there */
};
/* make_superblob lays out parts one after the other; `slack` zeros follow. */
struct sx_str make_superblob(struct sx_arena *arena, const struct part *parts, size_t n,
                             size_t slack);
/* make_blob puts a header before a payload. */
struct sx_str make_blob(struct sx_arena *arena, uint32_t magic, struct sx_str payload);
struct sx_str apply(struct sx_arena *arena, struct sx_str bytes, const struct patch *patches);

/* SPDX-License-Identifier: MIT */
/* What reading the disk of an image and checking it share. Internal to udif*.c. */
#pragma once
#include "package/udif.h"

/* What is known of a chunk once it has been unpacked. */
struct sx_udif_state {
    uint32_t crc; /* of its sectors */
    bool has_crc;
    const struct sx_err *broken; /* why it does not unpack; NULL as far as is known */
};

struct sx_udif_slot;

struct sx_udif {
    const struct sx_source *file;
    const struct sx_udif_layout *layout;
    struct sx_udif_state *states; /* one a chunk */
    struct sx_pool *pool;
    struct sx_arena *arena;
    struct sx_udif_slot *slots;
    size_t n_slots;
    struct sx_udif_slot **batch; /* being unpacked at once */
    size_t max_batch;
    uint64_t now;            /* reads so far, by which slots are told old from new */
    uint64_t unpacked, most; /* bytes */
    size_t next;             /* the chunk behind the last one unpacked */
};

/* sx_udif_unpack sees to it that a compressed chunk has been unpacked, or is known to be broken.
 * Fails with LIMIT or IO. */
SX_MUST_USE bool sx_udif_unpack(struct sx_udif *udif, size_t at, struct sx_err *err);

/* SPDX-License-Identifier: MIT */
/* A look at all files of a walk: each is opened once, by the workers of a pool, its first bytes
 * tell whether it is code, and all of them are read and hashed where digests are wanted of it. */
#pragma once
#include "base/pool.h"
#include "bundle/walk.h"
#include "crypto/digest.h"

/* What is done beside the files, by the same workers, and begun before them. */
struct sx_look_beside {
    size_t n;
    void (*turn)(void *context, size_t i, unsigned worker);
    void *context;
};

struct sx_looked {
    uint64_t bytes_read, bytes_hashed; /* of one digest or several: a byte counts once */
};

/* sx_walk_look looks at files that have not been looked at, and again at those whose `hashes` are
 * wanted and whose `digests` are not there. What cannot be read is marked, and a gap. `beside` may
 * be NULL. */
void sx_walk_look(struct sx_walk *walk, const struct sx_tree *tree, struct sx_pool *pool,
                  const struct sx_crypto *crypto, const struct sx_look_beside *beside,
                  struct sx_looked *looked);

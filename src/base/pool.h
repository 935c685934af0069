/* SPDX-License-Identifier: MIT */
/* One pool of workers for a whole process. Work is a loop with independent turns; the calling
 * thread takes part, so a pool of one runs everything in order on the caller's own thread. */
#pragma once
#include <stddef.h>
#include "base/attr.h"

struct sx_pool;

/* sx_pool_new starts jobs - 1 threads; 0 means one job for every processor this process may
 * use. Threads that cannot be started are done without. */
struct sx_pool *sx_pool_new(unsigned jobs);
void sx_pool_free(struct sx_pool *pool);
unsigned sx_pool_jobs(const struct sx_pool *pool);

/* sx_pool_for calls turn(context, i, worker) for every i below n, each once, in no particular
 * order, and returns when all are done. `worker` is below sx_pool_jobs and belongs to one
 * thread at a time: an index for buffers that turns reuse. A turn must not call sx_pool_for. */
void sx_pool_for(struct sx_pool *pool, size_t n,
                 void (*turn)(void *context, size_t i, unsigned worker), void *context);

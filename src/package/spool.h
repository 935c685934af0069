/* SPDX-License-Identifier: MIT */
/* A spool: one file without a name in the folder for temporary files, made when something is first
 * put into it. Nothing is written under a name that a container chose, and whoever kills the run
 * finds nothing left behind. */
#pragma once
#include "base/source.h"

struct sx_spool;

struct sx_spool *sx_spool_new(void);
void sx_spool_free(struct sx_spool *spool); /* accepts NULL */

/* sx_spool_reserve sets `n` bytes at the end aside and says where they are; many threads may. */
uint64_t sx_spool_reserve(struct sx_spool *spool, uint64_t n);
/* sx_spool_write writes into what has been set aside. Fails with IO. */
SX_MUST_USE bool sx_spool_write(struct sx_spool *spool, uint64_t off, const void *bytes, size_t n,
                                struct sx_err *err);
/* sx_spool_part makes a source of bytes that have been written; it may not outlive the spool. */
void sx_spool_part(const struct sx_spool *spool, uint64_t off, uint64_t size, const char *name,
                   struct sx_source *out);

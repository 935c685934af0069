/* SPDX-License-Identifier: MIT */
/* Page hashes: the bulk of the work. A check is split into ranges of pages that workers take in
 * any order; each range is read once, in one pass, for all CodeDirectories of the signature.
 *
 *     struct sx_page_check check;
 *     sx_page_check_init(&check, &signature, source, off, len, arena);
 *     sx_page_checks_run(&check, 1, pool, crypto);
 *     sx_page_check_finish(&check, problems, err);
 *
 * Many checks can share one run, so that small files fill the time in which the last ranges of
 * big ones are hashed.
 *
 * As in Security (StaticCode.cpp, validateExecutable) page size, limit and number of pages are
 * those of the chosen CodeDirectory for all of them, the last page is as long as the limit
 * leaves it, and scatter lists do not count. */
#pragma once
#include "base/pool.h"
#include "codesign/signature.h"

struct sx_page_check {
    const struct sx_signature *signature;
    const struct sx_source *source;
    uint64_t off, len;                 /* the slice in its source, bytes */
    uint64_t page_size, limit;         /* bytes; page_size as used, never 0 */
    uint64_t n_pages, pages_per_range; /* n_pages: those that lie in the slice */
    size_t n_ranges;
    struct sx_page_range *ranges; /* one each, written by one worker */
    uint8_t *altered;             /* a bit a page and CodeDirectory, 1 = differs */
    size_t altered_stride;        /* bytes of the bits of one CodeDirectory */
};

/* sx_page_check_init plans the check of `len` bytes at `off` of `source`, the slice, against
 * `signature`, which must have a chosen CodeDirectory. It reads nothing. `signature` and
 * `source` are borrowed until sx_page_check_finish. */
void sx_page_check_init(struct sx_page_check *check, const struct sx_signature *signature,
                        const struct sx_source *source, uint64_t off, uint64_t len,
                        struct sx_arena *arena);

/* What a worker reuses from range to range: a buffer and a hasher. */
struct sx_page_worker;
struct sx_page_worker *sx_page_worker_new(const struct sx_crypto *crypto);
void sx_page_worker_free(struct sx_page_worker *worker);

/* sx_page_check_range examines range `i` of a check; ranges of one check may run at once in
 * different workers. For callers with a work list of their own. */
void sx_page_check_range(struct sx_page_check *check, size_t i, struct sx_page_worker *worker);

/* sx_page_checks_run examines all ranges of all checks with the workers of `pool`. */
void sx_page_checks_run(struct sx_page_check *const *checks, size_t n, struct sx_pool *pool,
                        const struct sx_crypto *crypto);

/* sx_page_check_finish reports pages that differ, in order, each with the CodeDirectories that
 * say so. Fails with TRUNCATED or IO when some of the file could not be read; what was examined
 * is reported all the same. */
SX_MUST_USE bool sx_page_check_finish(const struct sx_page_check *check,
                                      struct sx_code_problems *problems, struct sx_err *err);

/* sx_page_check_bytes counts the bytes that the check reads and hashes. */
uint64_t sx_page_check_bytes(const struct sx_page_check *check);

/* SPDX-License-Identifier: MIT */
/* A source is one opened file: bytes that are read by offset. It may be a file on disk or a
 * member of a container in memory; whoever reads it does not see the difference. Reading is
 * by pread into the caller's buffer: a file that shrinks under us is an error, not a signal,
 * and many threads may read one source. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct sx_source {
    const char *name; /* for errors: the path as the user knows it, escaped */
    uint64_t size;    /* bytes */
    int fd;           /* -1 for memory */
    struct sx_span memory;
};

/* sx_source_open opens a regular file below `dir_fd` (AT_FDCWD for the working directory)
 * without following a symbolic link in its last component unless `follow`. Fails with IO. `name` is
 * borrowed. sx_source_close releases it and accepts a zeroed or closed source. */
SX_MUST_USE bool sx_source_open(int dir_fd, const char *path, const char *name, bool follow,
                                struct sx_source *out, struct sx_err *err);
/* sx_source_memory makes a source of bytes that the caller keeps. */
void sx_source_memory(const char *name, struct sx_span bytes, struct sx_source *out);
void sx_source_close(struct sx_source *source);

/* sx_source_pread fills `buf` with exactly `len` bytes from `off`, else fails with TRUNCATED
 * (beyond the end) or IO. */
SX_MUST_USE bool sx_source_pread(const struct sx_source *source, uint64_t off, void *buf,
                                 size_t len, struct sx_err *err);
/* sx_source_read reads a range into `arena`. Fails also with LIMIT when it is longer than
 * `limit`; `what` names the range in errors. */
SX_MUST_USE bool sx_source_read(const struct sx_source *source, uint64_t off, uint64_t len,
                                uint64_t limit, const char *what, struct sx_arena *arena,
                                struct sx_span *out, struct sx_err *err);
/* sx_source_whole reads all of it, at most `limit` bytes. */
SX_MUST_USE bool sx_source_whole(const struct sx_source *source, uint64_t limit,
                                 struct sx_arena *arena, struct sx_span *out, struct sx_err *err);

/* SPDX-License-Identifier: MIT */
/* A source is one opened file: bytes that are read by offset. It may be a file on disk, a part of
 * one, bytes in memory, or what a reader of a container unpacks as it is read; whoever reads it
 * does not see the difference. Reading is by pread into the caller's buffer: a file that shrinks
 * under us is an error, not a signal, and many threads may read one source. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Where bytes come from that stand in no file as they are. */
struct sx_source_ops {
    bool (*pread)(void *context, uint64_t off, void *buf, size_t len, struct sx_err *err);
    void (*close)(void *context); /* NULL: it holds nothing */
};

struct sx_source {
    const char *name; /* for errors: the path as the user knows it, escaped */
    uint64_t size;    /* bytes */
    int fd;           /* -1 when it is no file */
    struct sx_span memory;
    const struct sx_source_ops *ops; /* NULL for a file and for memory */
    void *context;
    uint64_t start; /* of a part: where it begins in what it is part of */
    bool is_part;   /* closing it leaves the rest open */
};

/* sx_source_open opens a regular file below `dir_fd` (AT_FDCWD for the working directory)
 * without following a symbolic link in its last component unless `follow`. Fails with IO. `name` is
 * borrowed. sx_source_close releases it and accepts a zeroed or closed source. */
SX_MUST_USE bool sx_source_open(int dir_fd, const char *path, const char *name, bool follow,
                                struct sx_source *out, struct sx_err *err);
/* sx_source_memory makes a source of bytes that the caller keeps. */
void sx_source_memory(const char *name, struct sx_span bytes, struct sx_source *out);
/* sx_source_part makes a source of `size` bytes of another from `start`; that one stays open as
 * long. Fails with RANGE when they do not lie in it. */
SX_MUST_USE bool sx_source_part(const struct sx_source *whole, uint64_t start, uint64_t size,
                                const char *name, struct sx_source *out, struct sx_err *err);
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

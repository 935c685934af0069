/* SPDX-License-Identifier: MIT */
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_errno(struct sx_err *err, const char *name, const char *verb, int number)
{
    sx_fail_errno(err, number, verb, name);
    err->file = name;
    return false;
}

bool sx_source_open(int dir_fd, const char *path, const char *name, bool follow,
                    struct sx_source *out, struct sx_err *err)
{
    /* O_NONBLOCK: opening a fifo must not wait for its writer. */
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
    int fd = openat(dir_fd, path, flags);
    if (fd < 0)
        return fail_errno(err, name, "open", errno);
    struct stat st;
    if (fstat(fd, &st) != 0) {
        int number = errno;
        close(fd);
        return fail_errno(err, name, "examine", number);
    }
    if (!S_ISREG(st.st_mode)) {
        close(fd);
        sx_fail(err, SX_E_IO, 0, "cannot read %s: it is not a regular file", name);
        err->file = name;
        return false;
    }
    *out = (struct sx_source){ .name = name, .size = (uint64_t)st.st_size, .fd = fd };
    return true;
}

void sx_source_memory(const char *name, struct sx_span bytes, struct sx_source *out)
{
    *out = (struct sx_source){ .name = name, .size = bytes.len, .fd = -1, .memory = bytes };
}

/* Whoever reads a range that is not there is told how long the file is. */
static bool fail_range(const struct sx_source *source, uint64_t off, uint64_t len, const char *what,
                       struct sx_err *err)
{
    sx_fail(err, SX_E_RANGE, off, "%s: bytes %llu+%llu lie outside the file of %llu bytes", what,
            (unsigned long long)off, (unsigned long long)len, (unsigned long long)source->size);
    err->file = source->name;
    return false;
}

bool sx_source_part(const struct sx_source *whole, uint64_t start, uint64_t size, const char *name,
                    struct sx_source *out, struct sx_err *err)
{
    if (start > whole->size || size > whole->size - start)
        return fail_range(whole, start, size, "a part", err);
    struct sx_source part = *whole;
    part.name = name;
    part.size = size;
    part.start += start;
    part.is_part = true;
    *out = part;
    return true;
}

void sx_source_close(struct sx_source *source)
{
    if (source->name != NULL && source->fd >= 0 && !source->is_part)
        close(source->fd);
    if (source->ops != NULL && source->ops->close != NULL && !source->is_part)
        source->ops->close(source->context);
    *source = (struct sx_source){ .fd = -1 };
}

static bool fail_short(const struct sx_source *source, uint64_t off, struct sx_err *err)
{
    sx_fail(err, SX_E_TRUNCATED, off, "the file ends after %llu bytes",
            (unsigned long long)source->size);
    err->file = source->name;
    return false;
}

bool sx_source_pread(const struct sx_source *source, uint64_t off, void *buf, size_t len,
                     struct sx_err *err)
{
    if (off > source->size || len > source->size - off)
        return fail_short(source, source->size, err);
    off += source->start;
    if (source->ops != NULL)
        return source->ops->pread(source->context, off, buf, len, err);
    if (source->fd < 0) {
        if (len > 0)
            memcpy(buf, source->memory.ptr + off, len);
        return true;
    }
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(source->fd, (char *)buf + done, len - done, (off_t)(off + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, source->name, "read", errno);
        if (n == 0) /* it shrank since it was opened */
            return fail_short(source, off + done, err);
        done += (size_t)n;
    }
    return true;
}

bool sx_source_read(const struct sx_source *source, uint64_t off, uint64_t len, uint64_t limit,
                    const char *what, struct sx_arena *arena, struct sx_span *out,
                    struct sx_err *err)
{
    if (len > limit) {
        sx_fail(err, SX_E_LIMIT, off, "%s: %llu bytes, at most %llu are read", what,
                (unsigned long long)len, (unsigned long long)limit);
        err->file = source->name;
        return false;
    }
    if (off > source->size || len > source->size - off)
        return fail_range(source, off, len, what, err);
    uint8_t *bytes = sx_arena_alloc(arena, (size_t)len);
    SX_TRY(sx_source_pread(source, off, bytes, (size_t)len, err));
    *out = (struct sx_span){ .ptr = len > 0 ? bytes : NULL, .len = (size_t)len, .off = off };
    return true;
}

bool sx_source_whole(const struct sx_source *source, uint64_t limit, struct sx_arena *arena,
                     struct sx_span *out, struct sx_err *err)
{
    return sx_source_read(source, 0, source->size, limit, "the file", arena, out, err);
}

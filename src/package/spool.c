/* SPDX-License-Identifier: MIT */
#include "package/spool.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sx_spool {
    pthread_mutex_t lock;
    int fd; /* -1 until something is written */
    uint64_t end;
};

struct sx_spool *sx_spool_new(void)
{
    struct sx_spool *spool = malloc(sizeof(*spool));
    if (spool == NULL)
        abort(); /* as in an arena: the machine's state, and no file's doing */
    *spool = (struct sx_spool){ .fd = -1 };
    pthread_mutex_init(&spool->lock, NULL);
    return spool;
}

void sx_spool_free(struct sx_spool *spool)
{
    if (spool == NULL)
        return;
    if (spool->fd >= 0)
        close(spool->fd);
    pthread_mutex_destroy(&spool->lock);
    free(spool);
}

/* The name is gone before anything is in the file. */
static int open_unnamed(void)
{
    FILE *file = tmpfile();
    int fd = file != NULL ? dup(fileno(file)) : -1;
    int number = errno;
    if (file != NULL)
        fclose(file);
    errno = number;
    return fd;
}

static int file_of(struct sx_spool *spool)
{
    pthread_mutex_lock(&spool->lock);
    if (spool->fd < 0)
        spool->fd = open_unnamed();
    int fd = spool->fd;
    pthread_mutex_unlock(&spool->lock);
    return fd;
}

uint64_t sx_spool_reserve(struct sx_spool *spool, uint64_t n)
{
    pthread_mutex_lock(&spool->lock);
    uint64_t at = spool->end;
    spool->end += n;
    pthread_mutex_unlock(&spool->lock);
    return at;
}

bool sx_spool_write(struct sx_spool *spool, uint64_t off, const void *bytes, size_t n,
                    struct sx_err *err)
{
    int fd = file_of(spool);
    if (fd < 0)
        return sx_fail_errno(err, errno, "make", "a temporary file");
    for (size_t done = 0; done < n;) {
        ssize_t written = pwrite(fd, (const char *)bytes + done, n - done, (off_t)(off + done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return sx_fail_errno(err, errno, "write", "a temporary file");
        done += (size_t)written;
    }
    return true;
}

void sx_spool_part(const struct sx_spool *spool, uint64_t off, uint64_t size, const char *name,
                   struct sx_source *out)
{
    *out = (struct sx_source){
        .name = name, .size = size, .fd = spool->fd, .start = off, .is_part = true
    };
}

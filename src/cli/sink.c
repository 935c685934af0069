/* SPDX-License-Identifier: MIT */
/* Where documents go. A file is written under another name beside it and takes its place when it
 * is whole, so that a run that fails or is interrupted leaves what was there before. */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot(const char *what, const struct sink *sink)
{
    char safe[400] = "stdout";
    int reason = errno;
    if (sink->name != NULL)
        sxlint_escape(sink->name, safe, sizeof(safe));
    complain("cannot %s %s: %s", what, safe, strerror(reason));
    return SXLINT_UNREADABLE;
}

/* Devices and pipes are written to as they are. */
static bool is_replaceable(const char *name, mode_t *mode)
{
    struct stat there;
    mode_t mask = umask(0);
    umask(mask);
    *mode = 0666 & ~mask;
    if (stat(name, &there) != 0)
        return errno == ENOENT;
    *mode = there.st_mode & 07777;
    return S_ISREG(there.st_mode);
}

/* The file itself where a link leads to it. */
static char *target_of(const char *name)
{
    char *real = realpath(name, NULL);
    return real != NULL ? real : strdup(name);
}

static FILE *open_partial(struct sink *sink, mode_t mode)
{
    size_t size = strlen(sink->target) + sizeof(".XXXXXX");
    sink->partial = malloc(size);
    if (sink->partial == NULL)
        return NULL;
    snprintf(sink->partial, size, "%s.XXXXXX", sink->target);
    int fd = mkstemp(sink->partial);
    FILE *file = fd >= 0 && fchmod(fd, mode) == 0 ? fdopen(fd, "wb") : NULL;
    if (file == NULL) {
        free(sink->partial);
        sink->partial = NULL;
        return NULL;
    }
    if (!interrupt_removes(sink->partial))
        errno = EMFILE; /* more at once than any command opens */
    return file;
}

bool sink_open(struct sink *sink, const char *name)
{
    mode_t mode;
    *sink = (struct sink){ .file = stdout, .name = name };
    if (name == NULL)
        return true;
    if (!is_replaceable(name, &mode)) {
        sink->file = fopen(name, "wb");
    } else {
        sink->target = target_of(name);
        sink->file = sink->target != NULL ? open_partial(sink, mode) : NULL;
    }
    if (sink->file != NULL)
        return true;
    cannot("write", sink);
    free(sink->target);
    return false;
}

/* The file takes its place, or, after a failure, is gone. */
static bool settle(struct sink *sink, bool failed)
{
    int reason = errno;
    if (sink->partial == NULL)
        return failed;
    if (!failed && rename(sink->partial, sink->target) != 0) {
        failed = true;
        reason = errno;
    }
    if (failed)
        unlink(sink->partial);
    interrupt_keeps(sink->partial);
    free(sink->partial);
    free(sink->target);
    errno = reason;
    return failed;
}

static bool flush(struct sink *sink)
{
    bool failed = fflush(sink->file) != 0 || ferror(sink->file) != 0;
    if (sink->file != stdout)
        failed = fclose(sink->file) != 0 || failed;
    return failed;
}

int sink_close(struct sink *sink, int code)
{
    bool failed = flush(sink), is_document = code != SXLINT_USAGE && code != SXLINT_INTERNAL;
    int reason = errno;
    failed = settle(sink, failed || !is_document);
    if (!failed || !is_document)
        return code;
    errno = errno != 0 ? errno : reason;
    return worse(code, cannot("write", sink));
}

static bool write_bytes(void *context, const char *bytes, size_t n)
{
    return fwrite(bytes, 1, n, ((struct sink *)context)->file) == n;
}

struct sxlint_writer sink_writer(struct sink *sink)
{
    return (struct sxlint_writer){ write_bytes, sink };
}

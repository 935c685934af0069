/* SPDX-License-Identifier: MIT */
/* A file is written beside its place, under a name of its own, and takes its place when it is
 * whole: who reads it sees the old one or the new one. A signal, and whatever else ends the run
 * early, leaves neither half a file nor the name. What is no regular file (a pipe, /dev/stdout) is
 * written as it is. */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The names that a signal has to remove. */
enum { MOST_OPEN = 8, NAME_SIZE = 4096 };
static volatile sig_atomic_t is_open[MOST_OPEN];
static char names[MOST_OPEN][NAME_SIZE];

static void remove_all(int signal_number)
{
    for (size_t i = 0; i < MOST_OPEN; i++)
        if (is_open[i])
            unlink(names[i]);
    progress_erase();
    raise(signal_number); /* its old meaning is restored: SA_RESETHAND */
}

void watch_signals(void)
{
    static const int signals[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGQUIT, SIGXCPU, SIGXFSZ };
    static bool is_done;
    for (size_t i = 0; !is_done && i < LEN(signals); i++) {
        struct sigaction old, action = { .sa_flags = (int)SA_RESETHAND };
        action.sa_handler = remove_all;
        sigemptyset(&action.sa_mask);
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
    is_done = true;
}

static int cannot(const char *what, const struct sink *sink, int reason)
{
    char safe[400] = "stdout";
    if (sink->name != NULL)
        sxlint_escape(sink->name, safe, sizeof(safe));
    complain("cannot %s %s: %s", what, safe, strerror(reason));
    return SXLINT_UNREADABLE;
}

/* The rights of the file that is replaced, else those of a new file. */
static mode_t mode_for(const struct stat *old)
{
    mode_t mask = umask(0);
    umask(mask);
    return old != NULL ? old->st_mode & 0777 : 0666 & ~mask;
}

static FILE *open_as(int fd)
{
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (file == NULL && fd >= 0)
        close(fd);
    return file;
}

/* A signal comes before the file is there or when its name is known, not between. */
static int make(size_t slot)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    int fd = mkstemp(names[slot]);
    is_open[slot] = fd >= 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return fd;
}

/* A link keeps pointing where it points: the file behind it is replaced. */
static FILE *open_beside(struct sink *sink, const struct stat *old)
{
    char *behind = old != NULL ? realpath(sink->name, NULL) : strdup(sink->name);
    size_t slot = 0;
    while (slot < MOST_OPEN && is_open[slot])
        slot++;
    if (behind == NULL || slot == MOST_OPEN || strlen(behind) + sizeof(".XXXXXX") > NAME_SIZE) {
        errno = behind == NULL ? errno : ENAMETOOLONG;
        free(behind);
        return NULL;
    }
    snprintf(names[slot], NAME_SIZE, "%s.XXXXXX", behind);
    watch_signals();
    int fd = make(slot);
    sink->slot = (int)slot;
    sink->target = behind;
    if (fd >= 0)
        (void)fchmod(fd, mode_for(old)); /* a file system without rights is none of our business */
    return open_as(fd);
}

bool sink_open(struct sink *sink, const char *name)
{
    struct stat old;
    *sink = (struct sink){ .file = stdout, .name = name };
    if (name == NULL)
        return true;
    bool is_there = stat(name, &old) == 0;
    if (is_there && !S_ISREG(old.st_mode))
        sink->file = fopen(name, "wb");
    else
        sink->file = open_beside(sink, is_there ? &old : NULL);
    if (sink->file != NULL)
        return true;
    cannot("write", sink, errno);
    sink_drop(sink);
    return false;
}

void sink_drop(struct sink *sink)
{
    if (sink->file != NULL && sink->file != stdout)
        fclose(sink->file);
    sink->file = NULL;
    if (sink->target == NULL)
        return;
    if (is_open[sink->slot])
        unlink(names[sink->slot]);
    is_open[sink->slot] = 0;
    free(sink->target);
    sink->target = NULL;
}

/* On the disk before it takes its place: a crash of the machine leaves no empty file there. */
static bool finish(struct sink *sink)
{
    bool ok = fflush(sink->file) == 0 && ferror(sink->file) == 0;
    if (sink->file == stdout)
        return ok;
    ok = ok && (sink->target == NULL || fsync(fileno(sink->file)) == 0);
    ok = fclose(sink->file) == 0 && ok;
    sink->file = NULL;
    if (ok && sink->target != NULL)
        ok = rename(names[sink->slot], sink->target) == 0;
    if (ok && sink->target != NULL)
        is_open[sink->slot] = 0;
    return ok;
}

int sink_close(struct sink *sink)
{
    int code = finish(sink) ? SXLINT_OK : cannot("write", sink, errno);
    sink_drop(sink);
    return code;
}

int sink_end(struct sink *sink, int code)
{
    if (code != SXLINT_USAGE && code != SXLINT_INTERNAL)
        return worse(code, sink_close(sink));
    sink_drop(sink);
    return code;
}

static bool write_bytes(void *context, const char *bytes, size_t n)
{
    return fwrite(bytes, 1, n, ((struct sink *)context)->file) == n;
}

struct sxlint_writer sink_writer(struct sink *sink)
{
    return (struct sxlint_writer){ write_bytes, sink };
}

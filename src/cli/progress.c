/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double first_after = 1.0, then_every = 0.25;
static const char erase[] = "\r\x1b[K";

static unsigned terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static volatile sig_atomic_t has_line;

void progress_erase(void)
{
    if (!has_line)
        return;
    has_line = 0;
    ssize_t written = write(STDERR_FILENO, erase, sizeof(erase) - 1);
    (void)written; /* nothing can be done about it here */
}

/* Cut where no character is divided. */
static void cut(char *line, unsigned width)
{
    size_t n = strlen(line);
    if (n < width)
        return;
    n = width - 1;
    while (n > 0 && ((unsigned char)line[n] & 0xc0) == 0x80)
        n--;
    line[n] = '\0';
}

static void report(void *context, const char *path, uint64_t files, uint64_t bytes)
{
    struct progress *p = context;
    double now = seconds_now();
    char safe[300], size[32], line[400];
    if (now - p->started < first_after || now - p->last < then_every)
        return;
    sxlint_escape(path, safe, sizeof(safe));
    print_size(size, bytes);
    snprintf(line, sizeof(line), "sxlint: %s: %llu files, %s", safe, (unsigned long long)files,
             size);
    cut(line, p->width);
    fprintf(stderr, "%s%s", erase, line);
    fflush(stderr);
    has_line = 1;
    p->last = now;
}

void progress_start(struct progress *p, const struct settings *s)
{
    *p = (struct progress){ .started = seconds_now() };
    p->is_on = !s->no_progress && !s->quiet && isatty(STDERR_FILENO) == 1;
    if (!p->is_on)
        return;
    p->width = terminal_width();
    sxlint_policy_set_progress(s->policy, (struct sxlint_progress){ report, p });
    watch_signals();
}

void progress_end(struct progress *p)
{
    if (p->is_on)
        progress_erase();
}

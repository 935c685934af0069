/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

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
    p->is_shown = true;
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
    interrupt_erases_line(true);
}

void progress_end(struct progress *p)
{
    if (!p->is_on)
        return;
    interrupt_erases_line(false);
    if (p->is_shown)
        fputs(erase, stderr);
    p->is_shown = false;
}

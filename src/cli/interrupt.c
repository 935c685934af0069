/* SPDX-License-Identifier: MIT */
/* What is done when a signal ends the run: no half-written file stays, and a clean line on the
 * terminal. */
#include "cli/cli.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILES = 4, PATH_SIZE = 4096 }; /* --output, one --report at a time, and room */

static const char erase[] = "\r\x1b[K";

/* The handler reads what the program has finished writing: `is_set` comes after the path. */
static struct partial {
    char path[PATH_SIZE];
    volatile sig_atomic_t is_set;
} partials[MOST_FILES];
static volatile sig_atomic_t has_line;

static void interrupted(int number)
{
    for (size_t i = 0; i < MOST_FILES; i++)
        if (partials[i].is_set)
            unlink(partials[i].path);
    if (has_line) {
        ssize_t written = write(STDERR_FILENO, erase, sizeof(erase) - 1);
        (void)written; /* nothing can be done about it here */
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* Those that are ignored (nohup) stay so. */
static void expect_signals(void)
{
    static const int numbers[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };
    for (size_t i = 0; i < LEN(numbers); i++)
        if (signal(numbers[i], interrupted) == SIG_IGN)
            signal(numbers[i], SIG_IGN);
}

void interrupt_erases_line(bool on)
{
    has_line = on;
    if (on)
        expect_signals();
}

bool interrupt_removes(const char *path)
{
    for (size_t i = 0; i < MOST_FILES; i++) {
        if (partials[i].is_set || strlen(path) >= PATH_SIZE)
            continue;
        snprintf(partials[i].path, PATH_SIZE, "%s", path);
        partials[i].is_set = 1;
        expect_signals();
        return true;
    }
    return false;
}

void interrupt_keeps(const char *path)
{
    for (size_t i = 0; i < MOST_FILES; i++)
        if (partials[i].is_set && strcmp(partials[i].path, path) == 0)
            partials[i].is_set = 0;
}

/* SPDX-License-Identifier: MIT */
#include "cost.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RUNS = 1000 };

static double ms(struct timeval t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void become(char *const command[])
{
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0 && dup2(null, STDOUT_FILENO) >= 0)
        execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

bool run(char *const command[], struct cost *out)
{
    double start = now_ms();
    pid_t child = fork();
    if (child == 0)
        become(command);
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return false;
#ifdef __APPLE__
    const double per_mb = 1024.0 * 1024.0; /* bytes there, kilobytes elsewhere */
#else
    const double per_mb = 1024.0;
#endif
    *out = (struct cost){ .cpu_ms = ms(usage.ru_utime) + ms(usage.ru_stime),
                          .wall_ms = now_ms() - start,
                          .memory_mb = (double)usage.ru_maxrss / per_mb };
    return WIFEXITED(status) && WEXITSTATUS(status) <= 1;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double at_rank(const struct cost *costs, size_t n, size_t member, size_t rank)
{
    double values[MAX_RUNS];
    for (size_t i = 0; i < n && i < MAX_RUNS; i++)
        memcpy(&values[i], (const char *)&costs[i] + member, sizeof(values[i]));
    qsort(values, n, sizeof(values[0]), ascending);
    return values[rank];
}

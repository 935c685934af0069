/* SPDX-License-Identifier: MIT */
/* What a command costs: runs it a number of times and prints median CPU time, median wall time
 * and the largest resident size.
 *
 *     measure TITLE RUNS CPU-MS MEMORY-MB COMMAND...
 *
 * CPU-MS and MEMORY-MB are the targets, "-" for none; a figure is printed beside its target with
 * their ratio. An exit code of 0 or 1 is a success: a check that finds something has worked. The
 * resident size of a child counts from before it became the command, so it is this small program
 * that runs the command and no script. */
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RUNS = 1000 };

struct cost {
    double cpu_ms, wall_ms, memory_mb;
};

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

static bool run(char *const command[], struct cost *out)
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

static double sorted_at(const struct cost *costs, size_t n, size_t member, size_t at)
{
    double values[MAX_RUNS];
    for (size_t i = 0; i < n; i++)
        memcpy(&values[i], (const char *)&costs[i] + member, sizeof(values[i]));
    qsort(values, n, sizeof(values[0]), ascending);
    return values[at];
}

static void print(const char *what, double value, const char *unit, const char *target)
{
    long wanted = strtol(target, NULL, 10);
    printf("  %-7s %8.1f %s", what, value, unit);
    if (wanted > 0)
        printf("   target %ld %s, ratio %.2f", wanted, unit, value / (double)wanted);
    putchar('\n');
}

int main(int argc, char *argv[])
{
    long runs = argc > 5 ? strtol(argv[2], NULL, 10) : 0;
    if (runs < 1 || runs > MAX_RUNS) {
        fputs("usage: measure TITLE RUNS CPU-MS MEMORY-MB COMMAND...\n", stderr);
        return 2;
    }
    static struct cost costs[MAX_RUNS];
    size_t n = (size_t)runs;
    for (size_t i = 0; i < n; i++) {
        if (!run(&argv[5], &costs[i])) {
            fprintf(stderr, "measure: %s failed\n", argv[5]);
            return 1;
        }
    }
    printf("%s, %ld runs\n", argv[1], runs);
    print("cpu", sorted_at(costs, n, offsetof(struct cost, cpu_ms), n / 2), "ms", argv[3]);
    print("wall", sorted_at(costs, n, offsetof(struct cost, wall_ms), n / 2), "ms", "-");
    print("memory", sorted_at(costs, n, offsetof(struct cost, memory_mb), n - 1), "MB", argv[4]);
    return 0;
}

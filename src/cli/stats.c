/* SPDX-License-Identifier: MIT */
/* --stats: the one place where durations are told. */
#include "cli/cli.h"

#include <sys/resource.h>
#include <time.h>

double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void print_size(char *text, uint64_t bytes)
{
    static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
    double size = (double)bytes;
    size_t unit = 0;
    for (; size >= 1000 && unit + 1 < LEN(units); unit++)
        size /= 1000;
    snprintf(text, 32, unit > 0 && size < 10 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

static double cpu_seconds(const struct rusage *use)
{
    return (double)(use->ru_utime.tv_sec + use->ru_stime.tv_sec) +
           (double)(use->ru_utime.tv_usec + use->ru_stime.tv_usec) / 1e6;
}

void print_stats(const struct sxlint_stats *stats, double started)
{
    char read[32], hashed[32], memory[32];
    struct rusage use;
    double wall = seconds_now() - started;
    getrusage(RUSAGE_SELF, &use);
#ifdef __APPLE__
    print_size(memory, (uint64_t)use.ru_maxrss);
#else
    print_size(memory, (uint64_t)use.ru_maxrss * 1024);
#endif
    print_size(read, stats->bytes_read);
    print_size(hashed, stats->bytes_hashed);
    fprintf(stderr, "read       %llu files, %s; hashed %s\n", (unsigned long long)stats->files,
            read, hashed);
    fprintf(stderr, "time       %.2f s wall, %.2f s CPU\n", wall, cpu_seconds(&use));
    fprintf(stderr, "memory     %s at most\n", memory);
}

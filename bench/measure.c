/* SPDX-License-Identifier: MIT */
/* What a command costs: runs it a number of times and prints median CPU time, median wall time
 * and the largest resident size.
 *
 *     measure TITLE RUNS CPU-MS MEMORY-MB COMMAND...
 *
 * CPU-MS and MEMORY-MB are the targets, "-" for none; a figure is printed beside its target with
 * their ratio. */
#include "cost.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_RUNS = 1000 };

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
    print("cpu", at_rank(costs, n, offsetof(struct cost, cpu_ms), n / 2), "ms", argv[3]);
    print("wall", at_rank(costs, n, offsetof(struct cost, wall_ms), n / 2), "ms", "-");
    print("memory", at_rank(costs, n, offsetof(struct cost, memory_mb), n - 1), "MB", argv[4]);
    return 0;
}

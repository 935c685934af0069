/* SPDX-License-Identifier: MIT */
/* How near verifying comes to its limit: two commands run in turns, and the best wall time of
 * each, which other work on the machine disturbs least, with their ratio.
 *
 *     verify TITLE RUNS RATIO MEMORY-MB LIMIT... -- COMMAND...
 *
 * RATIO is the target: the most that COMMAND may take of LIMIT's time, or with a '+' in front the
 * least. MEMORY-MB is how large COMMAND may become, "-" for any size. */
#include "cost.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RUNS = 100 };

static double best(const struct cost *costs, size_t n)
{
    return at_rank(costs, n, offsetof(struct cost, wall_ms), 0);
}

static const char *verdict(bool holds)
{
    return holds ? "holds" : "MISSED";
}

static void report(char *const *args, const struct cost *limit, const struct cost *ours, size_t n)
{
    double ratio = best(ours, n) / best(limit, n);
    double wanted = strtod(args[3], NULL);
    double memory = at_rank(ours, n, offsetof(struct cost, memory_mb), n - 1);
    bool at_least = args[3][0] == '+';
    printf("%s, best of %zu\n", args[1], n);
    printf("  limit   %8.1f ms\n  wall    %8.1f ms   ratio %.2f, %s %.2f: %s\n", best(limit, n),
           best(ours, n), ratio, at_least ? "at least" : "at most", wanted,
           verdict(at_least ? ratio >= wanted : ratio <= wanted));
    printf("  cpu     %8.1f ms\n", at_rank(ours, n, offsetof(struct cost, cpu_ms), 0));
    printf("  memory  %8.1f MB", memory);
    if (strcmp(args[4], "-") != 0)
        printf("   at most %s: %s", args[4], verdict(memory <= strtod(args[4], NULL)));
    putchar('\n');
}

int main(int argc, char *argv[])
{
    static struct cost limit[MAX_RUNS], ours[MAX_RUNS];
    long runs = argc > 7 ? strtol(argv[2], NULL, 10) : 0;
    int split = 5;
    while (split < argc && strcmp(argv[split], "--") != 0)
        split++;
    if (runs < 1 || runs > MAX_RUNS || split == 5 || split + 1 >= argc) {
        fputs("usage: verify TITLE RUNS RATIO MEMORY-MB LIMIT... -- COMMAND...\n", stderr);
        return 2;
    }
    argv[split] = NULL; /* the end of the first command */
    for (long i = 0; i < runs; i++)
        if (!run(&argv[5], &limit[i]) || !run(&argv[split + 1], &ours[i])) {
            fprintf(stderr, "verify: a command failed\n");
            return 1;
        }
    report(argv, limit, ours, (size_t)runs);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* What it costs to have the built-in rules at hand, checked against the facts: the first load of
 * a process, which is the one that counts, and the median of more, beside the 15 ms that 450
 * rules may take. */
#include "rules/rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 51, EXPECTED_RULES = 450 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double load_once(size_t *n)
{
    double begin = now_ms();
    struct sx_ruleset *set = sx_ruleset_new();
    double took = now_ms() - begin;
    *n = sx_ruleset_count(set);
    sx_ruleset_free(set);
    return took;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

int main(void)
{
    double took[ROUNDS];
    size_t n;
    double first = load_once(&n);
    for (int i = 0; i < ROUNDS; i++)
        took[i] = load_once(&n);
    qsort(took, ROUNDS, sizeof(took[0]), by_value);
    double median = took[ROUNDS / 2], scale = (double)EXPECTED_RULES / (double)n;
    printf("%zu rules: first load %.2f ms, then %.2f ms; for %d rules %.1f and %.1f ms of 15\n", n,
           first, median, EXPECTED_RULES, first * scale, median * scale);
    return 0;
}

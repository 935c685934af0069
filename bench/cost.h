/* SPDX-License-Identifier: MIT */
/* What running a command costs. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct cost {
    double cpu_ms, wall_ms, memory_mb;
};

/* run runs a command with nothing on its standard output. An exit code of 0 or 1 is a success: a
 * check that finds something has worked. The resident size of a child counts from before it became
 * the command, so it is this small program that runs the command and no script. */
bool run(char *const command[], struct cost *out);

/* at_rank is the figure that stands at place `rank` when the costs are sorted by the member at
 * that offset of struct cost. */
double at_rank(const struct cost *costs, size_t n, size_t member, size_t rank);

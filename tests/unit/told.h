/* SPDX-License-Identifier: MIT */
/* Facts told in YAML, for tests of what judges them. What is not told is absent, and known to
 * be: unlike in the examples of rules, nothing is unread but what an `unread` list names. Hosts,
 * nested code and aliases follow from the paths. */
#pragma once
#include "facts/run.h"

struct told {
    struct sx_arena *arena;
    struct sx_run run;
};

/* told_facts reads a map of `artifacts` (a list), `channel` and `now`; a mistake in it fails the
 * test. told_free frees. */
void told_facts(struct told *told, const char *yaml);
void told_free(struct told *told);
/* told_document gives an object a text, for findings that point into one. */
void told_document(struct told *told, const struct sx_object *object, const char *title,
                   const char *text);

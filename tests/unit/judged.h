/* SPDX-License-Identifier: MIT */
/* Told facts, judged, and what came of it as text that a test can spell out. */
#pragma once
#include "rules/ruleset.h"
#include "rules/judge.h"
#include "told.h"

struct judged {
    struct told told;
    struct sx_ruleset *rules;
    struct sx_judgements *all;
};

/* judged_start reads facts and rules; NULL rules are the built-in ones. judged_finish judges. */
void judged_start(struct judged *j, const char *facts, const char *rules);
/* judged_start_file reads tests/unit/facts/<name> instead, and takes the built-in rules. */
void judged_start_file(struct judged *j, const char *name);
void judged_finish(struct judged *j, const struct sx_selection *selection);
void judged_free(struct judged *j);

/* judged_source reads a file of the source tree, "docs/writing-rules.md". */
struct sx_str judged_source(const char *path, struct sx_arena *arena);

/* judged_findings lists the findings of the whole run, each
 *     ID severity [gate,gate] path (slices): message
 *       label text
 *       so ID path (slices): message
 * and what was not checked: "? [gates] path: what: reason". */
struct sx_str judged_findings(struct judged *j);
/* judged_verdicts lists the gates: "signature pass every hash, ...". */
struct sx_str judged_verdicts(struct judged *j);

/* SPDX-License-Identifier: MIT */
/* Regular expressions: RE2's syntax (github.com/google/re2, doc/syntax.txt), matched by PCRE2
 * within limits. What RE2 does not know (backreferences, lookaround, possessive and atomic
 * groups, recursion, verbs) is refused; what the two read differently is rewritten. */
#pragma once
#include "cel/cel.h"

struct sx_cel_regex;

/* sx_cel_regex_new compiles a pattern; all of it lives in `arena`. On failure returns NULL and
 * fills `why` with a reason that a person can print. */
const struct sx_cel_regex *sx_cel_regex_new(struct sx_arena *arena, struct sx_str pattern,
                                            char why[static 160]);

/* sx_cel_regex_match tells whether the pattern matches anywhere in `subject`. Charges the run
 * for the work; an error when the limits do not suffice. */
struct sx_value sx_cel_regex_match(struct sx_cel_run *run, const struct sx_cel_regex *regex,
                                   struct sx_str subject);

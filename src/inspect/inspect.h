/* SPDX-License-Identifier: MIT */
/* From paths to facts: opens what is named, finds the code objects, and has every reader say
 * what it knows. The only place that knows all the readers. */
#pragma once
#include "facts/run.h"

/* sx_inspect examines every path. It does not fail: a path that cannot be read becomes an
 * artifact whose `unread` says why. The run keeps files open, for lazy members, until
 * sx_run_free. */
struct sx_run *sx_inspect(const struct sx_question *question, const char *const *paths, size_t n);
void sx_run_free(struct sx_run *run);

/* sx_anchor_check tells whether a PEM text can be an anchor of a question; fails as
 * sx_trust_add_pem does. */
SX_MUST_USE bool sx_anchor_check(struct sx_str pem, struct sx_err *err);

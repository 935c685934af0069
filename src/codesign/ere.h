/* SPDX-License-Identifier: MIT */
/* POSIX extended regular expressions, as the rules of a resource seal hold them (Security,
 * resources.cpp: regcomp with REG_EXTENDED and REG_NOSUB), matched by PCRE2 within limits: the
 * patterns come from a file, and a few bytes can make a C library's own engine take minutes.
 *
 * Taken is what POSIX defines, and what all engines read alike beyond it (a backslash before
 * punctuation). What they read differently, or what POSIX leaves undefined, is refused with
 * UNSUPPORTED; what is no expression at all with FORMAT. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

struct sx_ere;

/* sx_ere_new compiles a pattern of at most SX_MAX_REGEX_PATTERN bytes, which lives in `arena`.
 * Fails with FORMAT, UNSUPPORTED, or LIMIT when PCRE2 will not take it; offsets count from the
 * pattern's first byte. */
SX_MUST_USE bool sx_ere_new(struct sx_str pattern, struct sx_arena *arena, struct sx_ere **out,
                            struct sx_err *err);

/* What matching needs while it lasts, and how much of it is left. One matcher belongs to one
 * thread. */
struct sx_ere_matcher;
/* sx_ere_matcher_new gives a matcher `budget` steps for all it will ever match. */
struct sx_ere_matcher *sx_ere_matcher_new(uint64_t budget);
void sx_ere_matcher_free(struct sx_ere_matcher *matcher);

/* sx_ere_search tells in `*found` whether the pattern matches anywhere in `text`. Fails with LIMIT
 * when this takes more steps than one match may, or than are left. */
SX_MUST_USE bool sx_ere_search(const struct sx_ere *ere, struct sx_ere_matcher *matcher,
                               struct sx_str text, bool *found, struct sx_err *err);

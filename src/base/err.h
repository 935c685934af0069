/* SPDX-License-Identifier: MIT */
/* A failure: what went wrong, where in which file, complete enough to print as it is.
 * A failure is not a finding: a parser reports precisely and does not know whether its
 * caller will stop, or note the failure as a fact and go on. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/attr.h"

#define SX_ERRORS(X)                                                                               \
    X(TRUNCATED, "the data ends before the field does")                                            \
    X(RANGE, "an offset or length points outside its parent")                                      \
    X(MAGIC, "the magic number is not the expected one")                                           \
    X(FORMAT, "the data does not follow its format")                                               \
    X(LIMIT, "a count or size exceeds what sxlint accepts")                                        \
    X(DUPLICATE, "something that must be unique occurs twice")                                     \
    X(UNSUPPORTED, "a form of the data that sxlint does not read")                                 \
    X(IO, "the file could not be opened or read")                                                  \
    X(USAGE, "the request itself is wrong")

enum sx_errc {
    SX_OK = 0,
#define X(name, text) SX_E_##name,
    SX_ERRORS(X)
#undef X
};

struct sx_err {
    enum sx_errc code;
    const char *file; /* borrowed from the source; NULL until the opener adds it */
    uint64_t off;     /* bytes from the start of that file */
    uint32_t line;    /* from 1, for text formats; 0 = not known */
    uint32_t column;  /* from 1, in characters; 0 = not known */
    char what[240];   /* field, expected, found */
};

/* sx_fail records a failure and returns false, so that a caller can write
 * `return sx_fail(...)`. The first failure wins: a second one is not recorded. Text that
 * does not fit into `what` is cut. Text from a file must have been escaped. */
bool sx_fail(struct sx_err *err, enum sx_errc code, uint64_t off, const char *fmt, ...)
    SX_PRINTF(4, 5);

/* sx_fail_at is sx_fail for text formats, which count lines and columns from 1. */
bool sx_fail_at(struct sx_err *err, enum sx_errc code, uint64_t off, uint32_t line, uint32_t column,
                const char *fmt, ...) SX_PRINTF(6, 7);

/* sx_fail_errno is sx_fail with IO, "cannot <verb> <name>: <what errno means>". `name` must have
 * been escaped. */
bool sx_fail_errno(struct sx_err *err, int number, const char *verb, const char *name);

/* sx_errc_text describes a code in one line; never NULL. */
const char *sx_errc_text(enum sx_errc code);

/* SPDX-License-Identifier: MIT */
/* Where decompressed bytes go: a buffer of known size that is filled from the front, and of which
 * what has been written can be copied again, as every Lempel-Ziv format asks. */
#pragma once
#include "base/span.h"

struct sx_window {
    uint8_t *ptr;
    size_t len; /* bytes to be filled */
    size_t n;   /* filled so far */
};

static inline struct sx_window sx_window_of(void *buffer, size_t len)
{
    return (struct sx_window){ .ptr = buffer, .len = len };
}

static inline size_t sx_window_left(const struct sx_window *w)
{
    return w->len - w->n;
}

/* sx_window_put appends literals. Fails with RANGE when they do not fit; `what` names the format.
 */
SX_MUST_USE bool sx_window_put(struct sx_window *w, struct sx_span literals, const char *what,
                               struct sx_err *err);
/* sx_window_copy appends `n` bytes from `distance` back, which may overlap with what it writes.
 * Fails with RANGE when there are not so many bytes back, or no room. `off` is the place of the
 * match in the input, for the error. */
SX_MUST_USE bool sx_window_copy(struct sx_window *w, size_t distance, size_t n, uint64_t off,
                                const char *what, struct sx_err *err);

/* SPDX-License-Identifier: MIT */
#include "package/window.h"

#include <string.h>

bool sx_window_put(struct sx_window *w, struct sx_span literals, const char *what,
                   struct sx_err *err)
{
    if (literals.len > sx_window_left(w))
        return sx_fail(err, SX_E_RANGE, literals.off,
                       "%s: %zu literals, and room for %zu of %zu bytes", what, literals.len,
                       sx_window_left(w), w->len);
    if (literals.len > 0)
        memcpy(w->ptr + w->n, literals.ptr, literals.len);
    w->n += literals.len;
    return true;
}

bool sx_window_copy(struct sx_window *w, size_t distance, size_t n, uint64_t off, const char *what,
                    struct sx_err *err)
{
    if (distance == 0 || distance > w->n)
        return sx_fail(err, SX_E_RANGE, off, "%s: a match from %zu bytes back, of %zu", what,
                       distance, w->n);
    if (n > sx_window_left(w))
        return sx_fail(err, SX_E_RANGE, off, "%s: a match of %zu bytes, and room for %zu of %zu",
                       what, n, sx_window_left(w), w->len);
    uint8_t *to = w->ptr + w->n;
    const uint8_t *from = to - distance;
    if (distance >= n)
        memcpy(to, from, n);
    else
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
    w->n += n;
    return true;
}

/* SPDX-License-Identifier: MIT */
/* A resource fork: typed, named pieces of data, with a map behind them.
 *
 *     data offset | map offset | data length | map length | ... data ... | map
 *
 * Source: Apple, "Inside Macintosh: More Macintosh Toolbox", Resource Manager. */
#pragma once
#include "base/str.h"

/* sx_resource_fork_each hands every resource of a type to `take`, in the order of the map; `name`
 * is absent when the resource has none. Fails with RANGE, TRUNCATED, or as `take` does. */
SX_MUST_USE bool sx_resource_fork_each(struct sx_span fork, uint32_t type,
                                       bool (*take)(void *context, struct sx_str name,
                                                    struct sx_span data, struct sx_err *err),
                                       void *context, struct sx_err *err);

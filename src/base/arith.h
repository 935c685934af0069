/* SPDX-License-Identifier: MIT */
/* Arithmetic on numbers that a file supplies: it wraps nowhere unseen. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/attr.h"

/* Each returns false, leaving `*out` unspecified, when the result does not fit. */
SX_MUST_USE static inline bool sx_add_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

SX_MUST_USE static inline bool sx_mul_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

static inline uint64_t sx_min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

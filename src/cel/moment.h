/* SPDX-License-Identifier: MIT */
/* Timestamps and durations: their ranges, their text, and arithmetic between them. */
#pragma once
#include "value/value.h"

/* A duration holds what 64 bits of nanoseconds hold, a timestamp the years 1 to 9999; beyond,
 * each of these gives an error value. */
struct sx_value sx_cel_duration_sum(struct sx_time a, struct sx_time b);
/* sx_cel_duration_between is a - b, of two durations or of two timestamps. */
struct sx_value sx_cel_duration_between(struct sx_time a, struct sx_time b);
struct sx_value sx_cel_moment_after(struct sx_time t, struct sx_time duration);
struct sx_value sx_cel_moment_before(struct sx_time t, struct sx_time duration);

/* sx_cel_moment_of reads RFC 3339, sx_cel_duration_of a sum such as "1h30m" or "-1.5s". */
struct sx_value sx_cel_moment_of(struct sx_str text);
struct sx_value sx_cel_moment_of_seconds(int64_t seconds);
struct sx_value sx_cel_duration_of(struct sx_str text);

/* sx_cel_duration_text writes seconds: "90s", "-0.5s". */
struct sx_str sx_cel_duration_text(struct sx_arena *arena, struct sx_time duration);
/* sx_cel_duration_nanos gives the whole of it; false when that exceeds 64 bits. */
SX_MUST_USE bool sx_cel_duration_nanos(struct sx_time duration, int64_t *out);

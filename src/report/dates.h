/* SPDX-License-Identifier: MIT */
/* What begins and ends when: certificates, profiles, timestamps. */
#pragma once
#include "report/summary.h"

/* sx_next_date_words names the earliest end of a signing certificate or profile within a year;
 * absent when there is none. */
struct sx_str sx_next_date_words(const struct sx_part *part, struct sx_arena *arena);

enum sx_dated_kind {
    SX_DATED_AUTHORITY,
    SX_DATED_SIGNER,
    SX_DATED_PROFILE,
    SX_DATED_TIMESTAMP,
    SX_N_DATED
};
struct sx_dated {
    enum sx_dated_kind kind;
    struct sx_str name;          /* escaped */
    struct sx_opt_time from, to; /* both are there */
};
/* sx_dates_of gives each once, by kind, then as they are met; returns how many. */
size_t sx_dates_of(const struct sx_part *part, struct sx_arena *arena, const struct sx_dated **out);

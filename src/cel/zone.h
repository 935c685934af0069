/* SPDX-License-Identifier: MIT */
/* Time zones by name, from the machine's own database in TZif form (RFC 8536), which is read
 * anew for each question: no environment, no state of the process. */
#pragma once
#include "base/arena.h"
#include "base/timestamp.h"

/* sx_cel_zone_offset tells how many seconds the clocks of a zone were ahead of UTC: "UTC",
 * "+02:00", "-09:30", "Europe/Paris". False when the zone is not known. */
SX_MUST_USE bool sx_cel_zone_offset(struct sx_arena *arena, struct sx_str zone, struct sx_time t,
                                    int64_t *out);

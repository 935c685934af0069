/* SPDX-License-Identifier: MIT */
/* Two releases side by side: what rules say of the step from one to the other, by who will notice
 * it, and what is different. `judged` is the judgement of the new one against `old`. */
#pragma once
#include "report/report.h"

bool sx_write_diff(const struct sx_judgements *judged, const struct sx_Artifact *old,
                   const struct sx_style *style, struct sx_out out);
bool sx_write_diff_json(const struct sx_judgements *judged, const struct sx_Artifact *old,
                        struct sx_out out);

/* sx_diff_sentence is the answer: "Not a safe update: …". */
struct sx_str sx_diff_sentence(const struct sx_judgement *at, struct sx_arena *arena);

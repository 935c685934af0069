/* SPDX-License-Identifier: MIT */
/* The parts of the text report; each writes whole lines. */
#pragma once
#include "report/group.h"
#include "report/layout.h"

/* Columns of the report. */
enum { SX_AT_FINDING = 2, SX_AT_MESSAGE = 4, SX_AT_TEXT = 14 };

/* sx_text_group writes an object's heading and its findings; sx_text_finding one without. */
void sx_text_group(struct sx_layout *l, const struct sx_group *group);
void sx_text_finding(struct sx_layout *l, const struct sx_finding *finding);
/* sx_text_mend writes the commands that sign everything again, inside out, if something has to
 * be. */
void sx_text_mend(struct sx_layout *l, const struct sx_part *part, const struct sx_groups *groups,
                  struct sx_arena *arena);
/* sx_text_examined writes what was looked at, and the next date that matters. */
void sx_text_examined(struct sx_layout *l, const struct sx_part *part, struct sx_arena *arena);
/* sx_text_exceptions writes "2 findings waived, the next waiver ends 2026-12-31; 3 findings in the
 * baseline", or nothing. */
void sx_text_exceptions(struct sx_layout *l, const struct sx_judgement *at, struct sx_arena *arena);
/* sx_fold_command signs every object of a fold that has patterns; words of the shell. */
struct sx_strs sx_fold_command(const struct sx_fold *fold, struct sx_arena *arena);
/* sx_text_mark writes "✗ error" and the like. */
void sx_text_mark(struct sx_layout *l, enum sx_severity severity);

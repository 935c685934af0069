/* SPDX-License-Identifier: MIT */
/* A finding in few words, for formats that have a line or two for it, and the place in a source
 * that such formats point at. */
#pragma once
#include "base/table.h"
#include "report/summary.h"

/* The severities as they are told: errors first. */
extern const enum sx_severity sx_severities[SX_N_SEVERITIES];
struct sx_noun sx_severity_noun(enum sx_severity severity);
/* sx_findings_words is "8 errors, 1 warning, 1 note", "No findings", or "No
 * open findings" when all are waived or in the baseline. */
struct sx_str sx_findings_words(const struct sx_judgement *judged, struct sx_arena *arena);
/* sx_objects_words is "6 code objects, 12 slices, 1 configuration profile". */
struct sx_str sx_objects_words(const struct sx_part *part, struct sx_arena *arena);

/* sx_is_open tells findings that count from those waived or in the baseline, of which
 * sx_status_words says so: "waived until 2026-12-31". */
static inline bool sx_is_open(const struct sx_finding *f)
{
    return f->status == SX_OPEN;
}
struct sx_str sx_status_words(const struct sx_finding *f, struct sx_arena *arena);
/* sx_excuse is the same, with the reason of the waiver. */
struct sx_str sx_excuse(const struct sx_finding *f, struct sx_arena *arena);
/* "pass", "fail", "not-checked". */
const char *sx_verdict_name(enum sx_verdict_state state);

/* sx_brief_message is the message, and the slices when not all have it. */
struct sx_str sx_brief_message(const struct sx_finding *f, struct sx_arena *arena);
/* sx_brief_title is "NE103 provider-value-lacks-systemextension-suffix". */
struct sx_str sx_brief_title(const struct sx_rule *rule, struct sx_arena *arena);
/* sx_brief_fix is the repair as one text of lines; absent when there is none. */
struct sx_str sx_brief_fix(const struct sx_repair *repair, struct sx_arena *arena);
/* sx_brief_fix_head is what of it is no line of an edit and no command. */
struct sx_str sx_brief_fix_head(const struct sx_repair *repair, struct sx_arena *arena);
/* sx_gates_words is "stops signature, notarization"; absent when no gate is closed. */
struct sx_str sx_gates_words(const struct sx_finding *f, struct sx_arena *arena);
/* sx_brief_text is all of it: message, files, found, wanted, why, what follows, fix; a line each
 * but for the files. */
struct sx_str sx_brief_text(const struct sx_finding *f, struct sx_arena *arena);

/* sx_occurrence says the how-manieth of its fingerprint a finding is, from 1. */
unsigned sx_occurrence(struct sx_table *seen, const struct sx_finding *f);

/* Where a tool that shows sources shall show a finding. */
struct sx_spot {
    struct sx_str file;                /* as the user named it, not escaped */
    uint32_t line, column, end_column; /* from 1; 0 = not known */
};
/* sx_spot_beside is the file that the style names, else the artifact itself; sx_spot_of the source
 * that a finding points into, else that. */
struct sx_spot sx_spot_beside(const struct sx_judgement *at, const struct sx_style *style);
struct sx_spot sx_spot_of(const struct sx_finding *f, const struct sx_judgement *at,
                          const struct sx_style *style);
/* sx_spot_message is the message for who sees nothing but the spot: where the spot is no line of a
 * source, the path of the object stands before it. */
struct sx_str sx_spot_message(const struct sx_spot *spot, const struct sx_finding *f,
                              const struct sx_judgement *at, struct sx_arena *arena);
/* sx_spot_text is that and all that is known of the finding, a line each. */
struct sx_str sx_spot_text(const struct sx_spot *spot, const struct sx_finding *f,
                           const struct sx_judgement *at, struct sx_arena *arena);
/* sx_spot_absolute is the spot's file below the style's folder, when that is known. */
struct sx_str sx_spot_absolute(const struct sx_spot *spot, const struct sx_style *style,
                               struct sx_arena *arena);

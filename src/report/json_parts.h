/* SPDX-License-Identifier: MIT */
/* Findings and verdicts as members of JSON, for every format that is made of it. */
#pragma once
#include "report/brief.h"
#include "report/summary.h"
#include "value/json.h"

/* Each writes a member, and nothing when it has no value (a count always has one). */
void sx_member_text(struct sx_json *json, const char *key, struct sx_str text);
void sx_member_name(struct sx_json *json, const char *key, const char *name);
void sx_member_list(struct sx_json *json, const char *key, struct sx_strs texts);
void sx_member_count(struct sx_json *json, const char *key, uint64_t n);

/* sx_json_finding writes the members of a finding into the object that is open; the others what
 * is known of an artifact: kind, channel and verdicts; what was examined, the last sentence and
 * what was not examined; and how many findings there are. */
void sx_json_finding(struct sx_json *json, const struct sx_judgement *at,
                     const struct sx_finding *f);
void sx_json_artifact(struct sx_json *json, const struct sx_judgement *at);
void sx_json_examined(struct sx_json *json, const struct sx_judgements *all,
                      const struct sx_judgement *at);
void sx_json_not_checked(struct sx_json *json, const struct sx_judgement *at);
void sx_json_summary(struct sx_json *json, const struct sx_judgement *judged);

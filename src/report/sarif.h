/* SPDX-License-Identifier: MIT */
/* The parts of a SARIF log (OASIS, SARIF 2.1.0), as GitHub's code scanning reads it. */
#pragma once
#include "base/table.h"
#include "report/json_parts.h"

/* What GitHub takes of a file: https://docs.github.com/en/code-security/code-scanning/
 * integrating-with-code-scanning/sarif-support-for-code-scanning. More results, and it takes
 * none. */
enum { SX_SARIF_MOST_RESULTS = 25000, SX_SARIF_MOST_PLACES = 100 };

struct sx_sarif {
    struct sx_json json;
    const struct sx_judgements *all;
    const struct sx_style *style;
    struct sx_arena *arena;
    SX_VEC(const struct sx_rule *) rules; /* those that have a result, in order of id */
    struct sx_table seen;                 /* fingerprints */
    size_t n_results, n_left_out;
};

/* sx_sarif_rule writes a rule, with its page as help. */
void sx_sarif_rule(struct sx_sarif *s, const struct sx_rule *rule);
/* sx_sarif_result writes a finding; the rule's place is its index in `rules`. */
void sx_sarif_result(struct sx_sarif *s, const struct sx_judgement *at, const struct sx_finding *f);
/* sx_sarif_message writes a member `key` that holds a message of plain text. */
void sx_sarif_message(struct sx_json *json, const char *key, struct sx_str text);
/* sx_sarif_level is "error", "warning" or "note". */
const char *sx_sarif_level(enum sx_severity severity);
/* sx_sarif_artifact writes where a file is. */
void sx_sarif_artifact(struct sx_json *json, struct sx_str path, struct sx_arena *arena);

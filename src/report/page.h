/* SPDX-License-Identifier: MIT */
/* The page of a rule: what it says, on a terminal (explain.c) and as Markdown (document.c). */
#pragma once
#include "report/words.h"

/* "launch", "activation" */
struct sx_strs sx_gate_words(struct sx_arena *arena, unsigned gates);
/* What stands behind the severity: ", stops launch and activation; basis: documented". */
struct sx_str sx_rule_effect(struct sx_arena *arena, const struct sx_rule *rule);
/* One sentence, or what a finding says. */
struct sx_str sx_rule_summary(struct sx_arena *arena, const struct sx_rule *rule);
/* A value on which the rule fails or passes, "content-filter-provider", else the examples. */
struct sx_str sx_rule_value(const struct sx_ruleset *rules, const struct sx_rule *rule, bool fails);
/* Ids: what the page names, else the causes it is folded under, and what is folded under it. */
struct sx_strs sx_related_rules(struct sx_arena *arena, const struct sx_ruleset *rules,
                                const struct sx_rule *rule);

/* How to mend, at length or as a finding has it; each may be absent, not all. */
struct sx_mending_words {
    struct sx_str sentence;
    const char *file;          /* "in Info.plist", of the lines; NULL = none */
    struct sx_str minus, plus; /* lines */
    struct sx_str run;         /* a command */
};
struct sx_mending_words sx_mending_words(struct sx_arena *arena, const struct sx_rule *rule);

/* SPDX-License-Identifier: MIT */
/* What the two halves of the loader share: load.c takes what a rule is and asks, load_words.c
 * what it says. */
#pragma once
#include "rules/keys.h"
#include "rules/ruleset.h"

enum sx_rule_key {
    SX_KEY_ID,
    SX_KEY_NAME,
    SX_KEY_SEVERITY,
    SX_KEY_BASIS,
    SX_KEY_GATES,
    SX_KEY_FOR,
    SX_KEY_WHEN,
    SX_KEY_CHECK,
    SX_KEY_OFFENDING,
    SX_KEY_MESSAGE,
    SX_KEY_FOUND,
    SX_KEY_WANTED,
    SX_KEY_PROFILE,
    SX_KEY_AT,
    SX_KEY_FILES,
    SX_KEY_SUMMARY,
    SX_KEY_WHY,
    SX_KEY_EXPLAIN,
    SX_KEY_FOLLOWS,
    SX_KEY_NEAR,
    SX_KEY_ALIASES,
    SX_KEY_SEEN_AS,
    SX_KEY_FIX,
    SX_KEY_REFERENCES,
    SX_KEY_EXAMPLES,
    SX_N_KEYS
};

extern const struct sx_key sx_rule_keys[SX_N_KEYS];

/* What the steps of loading one rule share. */
struct sx_loader {
    struct sx_ruleset *set;
    const struct sx_yaml *yaml;
    bool is_built_in;
    struct sx_rule_entry *entry;
    struct sx_rule *rule;
    uint32_t node, at[SX_N_KEYS];
    struct sx_err *err;
};

/* sx_load_fail fails at the character at byte `off` of a scalar's text. */
bool sx_load_fail(struct sx_loader *l, uint32_t node, size_t off, const char *what);
/* sx_load_compile compiles an expression, sx_load_type wants it of a kind. */
SX_MUST_USE bool sx_load_compile(struct sx_loader *l, uint32_t node, const char *what,
                                 enum sx_stage stage, const struct sx_cel_program **out);
SX_MUST_USE bool sx_load_type(struct sx_loader *l, uint32_t node, const char *what,
                              const struct sx_cel_program *program, enum sx_spec_kind kind);
/* sx_load_words takes message, labels, page, symptoms, place and fix. */
SX_MUST_USE bool sx_load_words(struct sx_loader *l);

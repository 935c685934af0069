/* SPDX-License-Identifier: MIT */
/* A set of rules from within: what rules/ itself knows of each. */
#pragma once
#include "rules/template.h"
#include "rules/yaml.h"

struct sx_rule_entry {
    struct sx_rule rule; /* first, so that the one is the other */
    const struct sx_yaml *yaml;
    uint32_t node;                             /* of the entry */
    uint32_t pass, fail;                       /* lists of examples; 0 = none */
    const struct sx_template *why;             /* names `count` at most; NULL = none */
    const struct sx_template *const *symptoms; /* those that a finding names, whole */
    size_t n_symptoms;
    bool is_built_in;
};

struct sx_ruleset {
    struct sx_arena *arena;
    SX_VEC(struct sx_rule_entry *) rules; /* in order of id */
    struct sx_table words;                /* ids, names, aliases */
};

/* sx_ruleset_empty holds nothing yet. */
struct sx_ruleset *sx_ruleset_empty(void);
/* sx_ruleset_add_built_in reads the packed rules. It fails when one of them is wrong, which a
 * test rules out. */
SX_MUST_USE bool sx_ruleset_add_built_in(struct sx_ruleset *set, struct sx_err *err);
/* sx_ruleset_add_text reads a rule file's text, which must live as long as the set. */
SX_MUST_USE bool sx_ruleset_add_text(struct sx_ruleset *set, struct sx_str text, const char *file,
                                     struct sx_err *err);

/* sx_rules_load reads every rule of a document into the set (rules/load.c). */
SX_MUST_USE bool sx_rules_load(struct sx_ruleset *set, const struct sx_yaml *yaml, bool is_built_in,
                               struct sx_err *err);

/* sx_rule_matches tells whether a rule is meant by a word: its id, name, alias or the beginning
 * of its id. */
bool sx_rule_matches(const struct sx_rule *rule, struct sx_str word);

/* SPDX-License-Identifier: MIT */
/* What a rule is asked of, and the names it may use for that. */
#pragma once
#include "rules/rule.h"

/* Every name of every scope. Up to SX_N_SUBJECTS they stand for the subject and what it belongs
 * to; then come policy and run; the last two exist in templates only. */
enum sx_name {
    SX_NAME_ARTIFACT,
    SX_NAME_CODE,
    SX_NAME_HOST,
    SX_NAME_SLICE,
    SX_NAME_CLAIM,
    SX_NAME_PROBLEM,
    SX_NAME_PROFILE,
    SX_NAME_JOB,
    SX_NAME_PAYLOAD,
    SX_NAME_CONFIGURATION,
    SX_NAME_MEMBER,
    SX_NAME_OLD,
    SX_NAME_NEW,
    SX_NAME_WAIVER,
    SX_NAME_ACCEPTED,
    SX_N_SUBJECTS,
    SX_NAME_NOW = SX_N_SUBJECTS,
    SX_NAME_CHANNEL,
    SX_NAME_OLDEST_MACOS,
    SX_NAME_SHIPPED,
    SX_NAME_PAYLOADS,
    SX_NAME_COUNT,     /* how many problems or claims one finding gathers */
    SX_NAME_OFFENDING, /* the elements that broke the rule */
    SX_N_NAMES
};

/* What the names stand for at one moment. */
struct sx_bound {
    struct sx_value of[SX_N_NAMES];
};

/* How many names an expression may use. */
enum sx_stage {
    SX_STAGE_CONDITION, /* those of the scope: sx_scope_env */
    SX_STAGE_TEXT,      /* `count` too */
    SX_STAGE_OFFENDING, /* and `offending` */
    SX_N_STAGES
};
const struct sx_cel_env *sx_scope_env_at(enum sx_scope scope, enum sx_stage stage);

/* sx_scope_bind writes the values of a scope's names in the order of its environments, which
 * begin alike at every stage. */
enum { SX_MAX_VARIABLES = 12 };
void sx_scope_bind(enum sx_scope scope, const struct sx_bound *bound,
                   struct sx_value out[SX_MAX_VARIABLES]);

/* sx_name_find finds a name by its text, of any scope but `count` and `offending`;
 * SX_N_NAMES when there is none. sx_name_spec is its type. */
enum sx_name sx_name_find(struct sx_str text);
const char *sx_name_text(enum sx_name name);
const struct sx_spec *sx_name_spec(enum sx_name name);

/* The subject of a scope: the name whose object a finding is about. */
enum sx_name sx_scope_subject(enum sx_scope scope);

/* Functions of rules beyond the language (rules/functions.c); the context of an evaluation is a
 * struct sx_requirement_asker. */
enum { SX_N_RULE_FUNCTIONS = 7 };
extern const struct sx_cel_function sx_rule_functions[SX_N_RULE_FUNCTIONS];

/* SPDX-License-Identifier: MIT */
/* Facts and rules in, findings and verdicts out. */
#pragma once
#include "rules/rule.h"

/* Which rules speak, and how loud. */
struct sx_selection {
    struct sx_strs select, ignore; /* ids, names, aliases or prefixes of ids; empty select = all */
    const struct sx_severity_change {
        struct sx_str rule;
        enum sx_severity severity;
    } * changes;
    size_t n_changes;
    const struct sx_exceptions *exceptions; /* NULL = none */
    /* An artifact of the run that is the release before the others: these are asked what changed
     * since, by the rules of the scopes release and removal, and nothing else. NULL = none */
    const struct sx_Artifact *before;
};

/* What a project has decided about single findings. Both are lists of facts without what only a
 * judge knows: what they match. */
struct sx_exceptions {
    struct sx_objs waivers;  /* struct sx_Waiver each */
    struct sx_objs accepted; /* struct sx_Accepted each: the baseline */
    bool may_only_shrink;    /* the baseline */
};

enum sx_status { SX_OPEN, SX_WAIVED, SX_BASELINE, SX_N_STATUSES };
const char *sx_status_name(enum sx_status status);

/* Where in a text a finding points. */
struct sx_place {
    const struct sx_document *document; /* NULL: no position in a text */
    size_t at, len;                     /* of the value in document->text, bytes */
    uint32_t line, column;              /* of the value, from 1 */
};

/* A rendered fix; absent texts where the rule has none. */
struct sx_repair {
    struct sx_str instruction, run;
    struct sx_str file; /* of the edit: "Waffle.entitlements" */
    struct sx_strs minus, plus;
    bool resign;
};

struct sx_finding {
    const struct sx_rule *rule;
    enum sx_severity severity;
    enum sx_status status;
    unsigned gates;                /* in force, bit 1 << enum sx_gate */
    const struct sx_object *owner; /* Code, Artifact, Profile, Job, Configuration, ... */
    struct sx_str path;            /* as the report prints it */
    struct sx_strs slices;         /* the slices it holds for; empty when for all, or none asked */
    struct sx_opt_int offset;      /* bytes in the file */
    struct sx_str symbol;          /* Apple's, absent where there is none */
    struct sx_str message, found, wanted, profile, why;
    struct sx_strs seen_as;
    struct sx_str files_label; /* "added", ... with `files`; absent when there are none */
    struct sx_strs files;      /* below the owner's path */
    struct sx_place place;
    struct sx_repair repair;
    const struct sx_finding *const *consequences; /* folded under this one */
    size_t n_consequences;
    size_t n_notary_issues;         /* issues in Apple's log that it stands for */
    const struct sx_Waiver *waiver; /* of what is waived */
    struct sx_str fingerprint;      /* hex; the same for the same defect in the next build */
};

struct sx_not_checked {
    struct sx_str path, what, reason;
    enum sx_unread_state state;
    unsigned gates; /* those that cannot pass for it */
};

enum sx_verdict_state { SX_NOT_CHECKED, SX_PASS, SX_FAIL };

struct sx_verdict {
    enum sx_verdict_state state;
    struct sx_str sentence; /* "Apple would reject the upload, 8 issues: CS501, CS502, NT130" */
    bool incomplete;        /* not checked for input that could not be read (exit 3) */
};

/* A rule that was asked of an object, or of a slice or claim of it, and held there; should it not
 * hold elsewhere in the object, there is a finding too. */
struct sx_pass {
    const struct sx_rule *rule;
    const struct sx_object *owner;
};

/* Of one artifact. */
struct sx_judgement {
    const struct sx_Artifact *artifact;
    enum sx_Channel channel;
    const struct sx_finding *const *findings; /* causes only, in the order of the report */
    size_t n_findings;
    const struct sx_not_checked *not_checked;
    size_t n_not_checked;
    const struct sx_pass *passes;
    size_t n_passes;
    struct sx_verdict verdicts[SX_N_GATES];
    size_t count[SX_N_SEVERITIES]; /* open findings */
    size_t n_waived, n_baseline;
    struct sx_opt_time waived_until; /* the earliest end of the waivers in use */
    size_t n_rules;                  /* in force */
    size_t n_policy_rules;  /* of the policy gate, and there was something to ask them of */
    bool is_unreadable;     /* the artifact itself could not be read */
    bool is_incomplete;     /* some input was not read, or a rule broke off (exit 3) */
    struct sx_str sentence; /* the last one, which is the answer */
};

/* Of a run. The artifacts of a run are judged together, so that the sentence speaks of all. */
struct sx_judgements {
    struct sx_arena *arena;
    const struct sx_run *run;
    const struct sx_ruleset *rules;
    const struct sx_judgement *at; /* one an artifact, in their order */
    size_t n;
    struct sx_judgement whole; /* of all together; without artifact unless there is one only */
};

/* sx_judge applies the rules. Fails with USAGE for a selection or
 * a waiver that names no rule. The result
 * borrows from run and rules; sx_judgements_free. */
SX_MUST_USE bool sx_judge(const struct sx_run *run, const struct sx_ruleset *rules,
                          const struct sx_selection *selection, struct sx_judgements **out,
                          struct sx_err *err);
void sx_judgements_free(struct sx_judgements *judgements);

/* sx_scope_env gives the environment of a scope: what rules and `sxlint eval` may name. The
 * variables' order is that of sx_scope_bind. */
const struct sx_cel_env *sx_scope_env(enum sx_scope scope);

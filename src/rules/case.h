/* SPDX-License-Identifier: MIT */
/* One artifact before the judge: which rules are asked of it, where they failed, and what nobody
 * could tell. Steps in order: the rules in force (charge.c) and their dispatch (dispatch.c), the
 * walk over the facts that asks them (walk.c, ask.c), causes and consequences (fold.c), findings
 * (finding.c), verdicts (verdict.c, sentence.c). */
#pragma once
#include "crypto/digest.h"
#include "rules/judge.h"
#include "rules/requirement.h"
#include "rules/ruleset.h"
#include "rules/template.h"

/* A rule in force, and its state within the case. */
struct sx_charge {
    const struct sx_rule *rule;
    enum sx_severity severity;      /* as configured */
    unsigned gates;                 /* those of the rule that are in force */
    struct sx_hit *last;            /* the latest place where it failed */
    bool has_applied;               /* asked, and its `when` held */
    const struct sx_object *passed; /* the latest object of which it held */
};

/* A place where a rule failed. */
struct sx_hit {
    struct sx_charge *charge;
    const struct sx_object *subject[SX_N_SUBJECTS]; /* by enum sx_name; NULL = not bound */
    const struct sx_object *holder;                 /* in whose list the subject stands */
    const struct sx_object *owner;                  /* what a finding is about */
    SX_VEC(const struct sx_object *) gathered;      /* the problems or claims of one owner */
    struct sx_hit *cause;                           /* the hit it follows from, or NULL */
    struct sx_finding *finding;
};

/* Charges by what their conditions ask first, so that most are never evaluated. */
SX_MUST_USE struct sx_dispatch *sx_dispatch_new(struct sx_arena *arena, struct sx_charge *charges,
                                                size_t n);
struct sx_charges {
    struct sx_charge *const *at;
    size_t n;
};
/* sx_dispatch_pick gives the i-th list of charges to ask of what is bound now; false when there
 * is none any more. Each charge occurs in one list only. */
bool sx_dispatch_pick(const struct sx_dispatch *dispatch, enum sx_scope scope,
                      const struct sx_bound *bound, size_t i, struct sx_charges *out);
/* sx_dispatch_gates is what rules of a scope bear on; of problems only those whose kinds hang on
 * `owner`. */
unsigned sx_dispatch_gates(const struct sx_dispatch *dispatch, enum sx_scope scope,
                           const struct sx_type *owner);

/* Something nobody could tell, and what it held up. */
struct sx_doubt {
    struct sx_not_checked entry;
    SX_VEC(struct sx_str) words; /* of what no reader computes: rules and members */
    bool is_file;                /* a file that was not looked into */
};

struct sx_case {
    struct sx_arena *arena;   /* of the judgements */
    struct sx_arena *scratch; /* of evaluations */
    const struct sx_run *run;
    const struct sx_Artifact *artifact;
    enum sx_Channel channel;
    unsigned gates; /* in force in this channel */
    struct sx_charge *charges;
    size_t n_charges;
    struct sx_dispatch *dispatch;
    struct sx_bound bound;
    uint64_t steps; /* left of the artifact's budget */
    SX_VEC(struct sx_hit *) hits;
    SX_VEC(struct sx_finding *) findings; /* causes only */
    SX_VEC(struct sx_pass) passes;
    SX_VEC(struct sx_doubt *) doubts;
    struct sx_table doubt_of; /* by what it is about */
    struct sx_table texts;    /* templates that were needed, compiled */
    struct sx_requirement_asker asker;
    struct sx_hasher **hasher; /* of the judge, made when first needed */
    struct sx_crypto **crypto; /* likewise */
    struct sx_judgement *judgement;
};

/* sx_case_open presses the charges: arena, scratch, run and artifact must be there. */
void sx_case_open(struct sx_case *c, const struct sx_ruleset *rules,
                  const struct sx_selection *selection);
/* sx_case_walk asks every charge of everything it is asked of; sx_case_compare those of the scopes
 * release and removal, of the code before and now. */
void sx_case_walk(struct sx_case *c);
void sx_case_compare(struct sx_case *c, const struct sx_Artifact *before);
/* sx_case_note_unread notes files of an artifact, and parts of its containers, that were not read;
 * sx_case_walk does so on its way. */
void sx_case_note_unread(struct sx_case *c, const struct sx_Artifact *artifact);

/* sx_case_ask asks the charges of a scope about what is bound now. `holder` is the object in
 * whose list the subject stands. */
void sx_case_ask(struct sx_case *c, enum sx_scope scope, const struct sx_object *holder);
/* sx_case_eval evaluates a condition within the budgets, sx_case_value what words are made of:
 * outside the artifact's, for a finding is told whatever it cost to make. */
struct sx_value sx_case_eval(struct sx_case *c, const struct sx_cel_program *program,
                             const struct sx_value *variables);
struct sx_value sx_case_value(struct sx_case *c, const struct sx_cel_program *program,
                              const struct sx_value *variables);

/* sx_case_ready is a template that can be rendered; sx_case_render renders it. */
const struct sx_template *sx_case_ready(struct sx_case *c, const struct sx_template *template);
struct sx_rendering sx_case_render(struct sx_case *c, const struct sx_template *template,
                                   enum sx_reader reader, const struct sx_value *variables);

/* sx_doubt_unread notes a member that has no value; `word` says what it held up. */
void sx_doubt_unread(struct sx_case *c, const struct sx_unread *unread, struct sx_str word,
                     unsigned gates);
/* sx_doubt_error notes that a rule broke off. */
void sx_doubt_error(struct sx_case *c, const struct sx_rule *rule, struct sx_str reason,
                    unsigned gates);
/* sx_doubt_file notes what was not read of an artifact or a container. */
void sx_doubt_file(struct sx_case *c, const struct sx_unread *unread, struct sx_str path,
                   unsigned gates);
/* sx_doubt_spent notes that the artifact's budget is used up. */
void sx_doubt_spent(struct sx_case *c);
/* sx_doubts_close writes the entries of the judgement. */
void sx_doubts_close(struct sx_case *c);

/* sx_join_words is "a, b, c", or "a, b and 3 more" when there are more than `most`. */
struct sx_str sx_join_words(struct sx_arena *arena, const struct sx_str *at, size_t n, size_t most);

/* sx_case_offending is the list of elements that broke the rule of a hit. */
struct sx_value sx_case_offending(struct sx_case *c, const struct sx_hit *hit);
/* sx_case_fold finds the cause of every hit that follows from another. */
void sx_case_fold(struct sx_case *c);
/* sx_case_findings renders and merges the hits, and adds them to the findings. */
void sx_case_findings(struct sx_case *c);
/* sx_case_close sorts and counts, and lays findings and doubts down in the judgement. */
void sx_case_close(struct sx_case *c);
/* sx_waive settles which findings of the cases are waived or in the baseline, and lets the rules
 * about waivers and baselines speak in the first case. */
void sx_waive(struct sx_case *const *cases, size_t n, const struct sx_exceptions *exceptions);
/* sx_place_render and sx_repair_render fill these parts of a finding. */
void sx_place_render(struct sx_case *c, const struct sx_hit *hit, const struct sx_value *variables,
                     struct sx_finding *finding);
void sx_repair_render(struct sx_case *c, const struct sx_hit *hit, struct sx_value *variables,
                      struct sx_finding *finding);

/* sx_fingerprint names a defect for baselines, the same in the next build: a digest of the rule,
 * the path below the artifact, the slices when not all, and what is offending. */
struct sx_str sx_fingerprint(struct sx_case *c, const struct sx_finding *finding,
                             struct sx_str offending);

/* sx_conclude gives the verdicts and the last sentence for the cases together. Findings,
 * entries and counts of `out` must be there. */
void sx_conclude(struct sx_case *const *cases, size_t n, struct sx_judgement *out);

/* sx_code_key is the key of a table by code object: that very one, not its path. It points to
 * `*code`, and is copied where that does not last. */
static inline struct sx_str sx_code_key(const struct sx_Code *const *code)
{
    return (struct sx_str){ (const char *)code, sizeof(*code) };
}

/* sx_is_system_extension tells of system and driver extensions alike. */
static inline bool sx_is_system_extension(const struct sx_Code *code)
{
    return code->kind == SX_CODE_KIND_SYSTEM_EXTENSION ||
           code->kind == SX_CODE_KIND_DRIVER_EXTENSION;
}

/* sx_hit_code is the code object that a hit has to do with, or NULL. */
const struct sx_Code *sx_hit_code(const struct sx_hit *hit);

/* SPDX-License-Identifier: MIT */
/* A rule, as its YAML entry says it. Rules judge facts; they read no bytes and print nothing.
 * docs/writing-rules.md explains each key. */
#pragma once
#include "cel/cel.h"
#include "facts/run.h"

enum sx_severity { SX_SEVERITY_NOTE, SX_SEVERITY_WARNING, SX_SEVERITY_ERROR, SX_N_SEVERITIES };

/* In the order in which they are always shown. */
enum sx_gate {
    SX_GATE_SIGNATURE,
    SX_GATE_NOTARIZATION,
    SX_GATE_GATEKEEPER,
    SX_GATE_LAUNCH,
    SX_GATE_ACTIVATION,
    SX_GATE_STORE,
    SX_GATE_POLICY,
    SX_N_GATES
};

enum sx_basis { SX_DOCUMENTED, SX_OBSERVED, SX_DERIVED, SX_UNVERIFIED, SX_N_BASES };

/* What a rule is asked of; the names it may use follow from it (rules/scope.c). */
enum sx_scope {
    SX_SCOPE_ARTIFACT,
    SX_SCOPE_CODE,
    SX_SCOPE_SLICE,
    SX_SCOPE_EXTENSION,
    SX_SCOPE_CLAIM,
    SX_SCOPE_PROBLEM,
    SX_SCOPE_PROFILE,
    SX_SCOPE_JOB,
    SX_SCOPE_PAYLOAD,
    SX_SCOPE_MEMBER,
    SX_SCOPE_RELEASE,
    SX_SCOPE_REMOVAL,
    SX_SCOPE_WAIVER,
    SX_SCOPE_BASELINE,
    SX_N_SCOPES
};

const char *sx_severity_name(enum sx_severity severity);
const char *sx_gate_name(enum sx_gate gate);
const char *sx_basis_name(enum sx_basis basis);
const char *sx_scope_name(enum sx_scope scope);

/* Text with {EXPRESSION} in it: literal pieces and programs in turn. */
struct sx_template;
/* sx_template_text is a template as it was written, braces and all; absent text for NULL. */
struct sx_str sx_template_text(const struct sx_template *template);
/* sx_template_outline is what it says of whatever it is about: "…" stands for what a finding would
 * fill in. */
struct sx_str sx_template_outline(const struct sx_template *template, struct sx_arena *arena);

/* What to do about a finding; every text is a template. */
struct sx_fix {
    const struct sx_template *instruction;  /* `do`: a sentence, or NULL */
    const struct sx_template *run;          /* a command, or NULL */
    const char *edit_file;                  /* entitlements, info, policy, profile, or NULL */
    const struct sx_template *minus, *plus; /* lines, each may be NULL */
    bool resign;                            /* the object must be signed again */
};

/* What stands on the rule's own page only, each absent where the rule has no more to say. */
struct sx_page {
    struct sx_str why;  /* at length; the rule's `why` when it gives no other */
    struct sx_str mend; /* the way from here to a build that passes */
    struct sx_str fails, passes;
    struct sx_strs see; /* ids of related rules */
};

struct sx_rule {
    struct sx_str id, name;
    enum sx_severity severity;
    enum sx_basis basis;
    unsigned gates; /* bit 1 << enum sx_gate */
    enum sx_scope scope;
    bool is_advice;                    /* words and symptoms only: neither scope nor check */
    const struct sx_cel_program *when; /* NULL = always */
    const struct sx_cel_program *check;
    const struct sx_cel_program *offending; /* given, or derived from check; NULL = none */
    const struct sx_template *message;
    const struct sx_template *found, *wanted, *profile; /* labels of the finding; NULL = none */
    const struct sx_cel_program *at;                    /* a value with a position, or NULL */
    const struct sx_cel_program *at_document;           /* the object whose document it stands in */
    struct sx_str files;   /* label of a list of files ("added"), when problems are gathered */
    struct sx_str summary; /* one sentence for `explain`; absent: the message */
    struct sx_str why;     /* one sentence, in the plural; absent where the page says it all */
    struct sx_page page;
    struct sx_fix fix;
    struct sx_strs follows; /* ids or prefixes of causes */
    bool is_near;           /* only causes on the same code object count */
    struct sx_strs aliases;
    struct sx_strs seen_as;    /* what the user meets, up to what depends on the finding */
    struct sx_strs references; /* "Title <https://…>", or either */
    struct sx_str file;        /* the rule file, as named; "built in" paths begin with rules/ */
    uint32_t line;             /* of the entry, from 1 */
};

/* A set of rules, in order of id. */
struct sx_ruleset;

/* sx_ruleset_new holds the built-in rules, checked against the facts. */
struct sx_ruleset *sx_ruleset_new(void);
void sx_ruleset_free(struct sx_ruleset *set);
/* sx_ruleset_add reads a rule file, or every *.yaml below a folder in order of name. Fails
 * with USAGE (unreadable YAML, unknown key, wrong type, unknown fact, id taken) at the file's
 * line and column. */
SX_MUST_USE bool sx_ruleset_add(struct sx_ruleset *set, const char *path, struct sx_err *err);

size_t sx_ruleset_count(const struct sx_ruleset *set);
const struct sx_rule *sx_ruleset_at(const struct sx_ruleset *set, size_t at);
/* sx_ruleset_find looks an id, an alias or a name up; NULL when there is none. */
const struct sx_rule *sx_ruleset_find(const struct sx_ruleset *set, struct sx_str word);
/* sx_ruleset_nearest gives the id or name nearest to a word that is none; absent text if far. */
struct sx_str sx_ruleset_nearest(const struct sx_ruleset *set, struct sx_str word);

/* Examples. */
struct sx_example_failure {
    const struct sx_rule *rule;
    bool wants_failure; /* the example stands under `fail` */
    size_t number;      /* from 1, within its list */
    struct sx_str what; /* "did not fire", "fired", "not checked: …" */
};
struct sx_example_report {
    size_t run, passed;
    const struct sx_example_failure *failures;
    size_t n_failures;
};
/* sx_ruleset_test runs the examples of every rule of the set, or of those that `path` added
 * (NULL: all). The report lives as long as the set. */
struct sx_example_report sx_ruleset_test(struct sx_ruleset *set, const char *path);
/* The examples as written, for the rule's page: their YAML text, one a line, absent when none. */
struct sx_str sx_rule_example(const struct sx_ruleset *set, const struct sx_rule *rule,
                              bool wants_failure);
/* A key of the rule's entry as written, `when` or `check`; absent when it has none. */
struct sx_str sx_rule_source(const struct sx_rule *rule, const char *key);

/* SPDX-License-Identifier: MIT */
/* What tally.c, verdict.c and sentence.c share: the counts behind the words. */
#pragma once
#include "rules/case.h"

/* Why a gate has no verdict. */
enum sx_silence {
    SX_HAS_VERDICT,
    SX_DOES_NOT_APPLY, /* another channel, nothing in it that the gate looks at */
    SX_BEFORE_TICKET,  /* only stapling is missing */
    SX_IN_DOUBT,       /* something that nobody can know, or that is broken */
    SX_NOT_EXAMINED    /* input that was not read: exit 3 */
};

struct sx_tally {
    struct sx_arena *arena;
    struct sx_case *const *cases;
    size_t n_cases;
    struct sx_judgement *out;
    unsigned gates; /* in force for one of the cases */
    size_t n_code;
    size_t n_signable, n_covered; /* slices, and what is signed without any; by a ticket */
    bool has_codeless;            /* bundles and files that are signed without a slice */
    size_t n_unsigned;            /* code objects that no host's seal has to answer for */
    size_t n_executables, n_killed, n_claims;
    size_t n_extensions, n_stopped, n_app_extensions;
    size_t n_policy_broken, n_issues;
    bool has_ticket, is_stapled; /* the notary's log may list one that is not */
    bool is_source;              /* nothing is built yet */
    enum sx_silence silence[SX_N_GATES];
};

/* sx_tally_count fills the counts; cases and judgement must be there. */
void sx_tally_count(struct sx_tally *t);
/* sx_fails tells whether an open finding fails a gate. */
bool sx_fails(const struct sx_finding *finding, enum sx_gate gate);
/* sx_phrase says what a failed gate means, without the ids behind it. */
struct sx_str sx_phrase(const struct sx_tally *t, enum sx_gate gate);
/* sx_last_sentence is the answer. */
struct sx_str sx_last_sentence(const struct sx_tally *t);
/* sx_plural is "1 file", "2 files", "no files". */
struct sx_str sx_plural(struct sx_arena *arena, size_t n, const char *one);

/* SPDX-License-Identifier: MIT */
/* What the opaque handles of the public header hold. */
#pragma once
#include "report/notary.h"
#include "rules/config.h"
#include <sxlint/sxlint.h>

/* The words of an option that may be given several times. */
struct api_words {
    struct sx_str *at;
    size_t n, cap;
};

struct sxlint_policy {
    struct sx_arena *arena;
    struct sx_question question;
    bool has_time;
    enum sx_severity fail_on; /* SX_N_SEVERITIES = never */
    struct sx_str show_at;    /* absent = none */
    struct api_words select, ignore, anchors;
    SX_VEC(struct sx_severity_change) changes;
    struct sx_config config; /* of the last configuration */
    SX_VEC(struct sx_given_log) logs;
    const struct sx_notary_log *log; /* the last of them; NULL: none */
    SX_VEC(const struct sx_object *) waivers;
    SX_VEC(const struct sx_object *) accepted;
    struct sx_exceptions exceptions; /* of these two */
    struct sxlint_progress progress;
    struct sx_ruleset **rules; /* made when first needed */
};

struct sxlint_finding {
    const char *rule, *name, *severity, *status, *path, *message;
};

struct sxlint_run {
    struct sx_arena *arena;
    const struct sxlint_policy *policy;
    struct sx_run *facts;
    struct sx_judgements *judged; /* NULL: nobody asked for a judgement */
    const struct sxlint_finding *findings;
    size_t n_findings;
    const char **unreadable; /* a line each */
    size_t n_unreadable;
};

/* api_fail fills an error, which may be NULL, and returns false; api_fail_err does so from a
 * failure inside. */
bool api_fail(struct sxlint_error *error, enum sxlint_code code, const char *fmt, ...)
    SX_PRINTF(3, 4);
bool api_fail_err(struct sxlint_error *error, const struct sx_err *err);
/* api_fail_usage does so from what is configuration and not input: a file that cannot be read is
 * wrong usage there. */
bool api_fail_usage(struct sxlint_error *error, const struct sx_err *err);
/* api_no_such fails with "no WHAT WORD; the nearest is …", or names them all. */
bool api_no_such(struct sxlint_error *error, const char *what, struct sx_str word,
                 struct sx_strs right);
/* api_stopped fails because a writer wanted no more. */
bool api_stopped(struct sxlint_error *error);

/* api_rules gives the rules of a policy. */
struct sx_ruleset *api_rules(const struct sxlint_policy *policy);
struct sx_selection api_selection(const struct sxlint_policy *policy);

/* api_logs_of gives each path the notary log that is about it, or NULL: one log is that of the one
 * product, several are told apart by name. Fails with USAGE for a log that is about none of them.
 */
bool api_logs_of(const struct sxlint_policy *policy, const char *const *paths, size_t n,
                 struct sx_arena *arena, const struct sx_given_log *const **out,
                 struct sxlint_error *error);

struct sx_out api_out(const struct sxlint_writer *writer);
struct sx_style api_style(const struct sxlint_style *style, enum sx_severity fail_on);

/* SPDX-License-Identifier: MIT */
/* Apple's notary log: given with an artifact, and explained. */
#include "api/handles.h"

#include <stdlib.h>

static int by_text(const void *a, const void *b)
{
    return sx_str_cmp(*(const struct sx_str *)a, *(const struct sx_str *)b);
}

static struct sx_strs hashes_of(const struct sx_notary_log *log, struct sx_arena *arena)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, log->n_hashes);
    for (size_t i = 0; i < log->n_hashes; i++)
        at[i] = log->hashes[i].cdhash;
    if (log->n_hashes > 0)
        qsort(at, log->n_hashes, sizeof(*at), by_text);
    return (struct sx_strs){ at, log->n_hashes };
}

/* What is known of an upload; of a list of issues alone, nothing. */
static void give(struct sxlint_policy *policy, const struct sx_notary_log *log)
{
    struct sx_given_log given = { log->archive, log->map, hashes_of(log, policy->arena) };
    if (log->map != NULL)
        SX_PUSH(policy->arena, &policy->logs, given);
    policy->question.logs = policy->logs.at;
    policy->question.n_logs = policy->logs.n;
}

bool sxlint_policy_add_log(struct sxlint_policy *policy, const char *name, const char *text,
                           size_t n, struct sxlint_error *error)
{
    struct sx_notary_log *log = SX_NEW(policy->arena, struct sx_notary_log);
    struct sx_err err = { 0 };
    const char *safe = sx_escape(policy->arena, sx_str_of(name)).ptr;
    struct sx_str kept = sx_str_dup(policy->arena, (struct sx_str){ text, n });
    if (!sx_notary_log_read(kept, safe, policy->arena, log, &err))
        return api_fail_err(error, &err);
    give(policy, log);
    policy->log = log;
    return true;
}

bool sxlint_log(const struct sxlint_policy *policy, const struct sxlint_run *run,
                const struct sxlint_style *style, struct sxlint_writer out,
                enum sxlint_code *answer, struct sxlint_error *error)
{
    struct sx_style with = api_style(style, policy->fail_on);
    bool agrees;
    if (policy->log == NULL)
        return api_fail(error, SXLINT_USAGE, "the policy has no notary log");
    if (run != NULL && run->judged == NULL)
        return api_fail(error, SXLINT_USAGE, "the run was examined, not checked");
    const struct sx_judgement *judged = run != NULL && run->judged->n > 0 ? run->judged->at : NULL;
    if (judged != NULL && judged->is_unreadable)
        judged = NULL; /* nothing can be said of it */
    if (judged != NULL && !sx_is_upload(judged))
        return api_fail(
            error, SXLINT_USAGE,
            "%.*s is nothing that Apple takes; want the app, zip, package or disk image "
            "that the log is about",
            SX_STR_ARG(sx_escape(policy->arena, judged->artifact->path)));
    if (!sx_write_notary_page(policy->log, api_rules(policy), judged, &with, api_out(&out),
                              &agrees))
        return api_stopped(error);
    *answer = agrees ? SXLINT_OK : SXLINT_FINDINGS;
    return true;
}

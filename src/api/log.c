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
}

/* Files that stand beside a product; what they are is known by content, but not yet. */
static bool is_beside(struct sx_str path)
{
    static const char *const suffixes[] = { ".mobileconfig", ".provisionprofile",
                                            ".mobileprovision", ".entitlements", ".plist" };
    for (size_t i = 0; i < SX_LEN(suffixes); i++)
        if (sx_str_ends(path, sx_str_of(suffixes[i])))
            return true;
    return false;
}

static bool is_about(const struct sx_given_log *log, struct sx_str path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return sx_str_eq(sx_str_base(path), log->archive);
}

/* The path that a log is about; n when there is none. */
static size_t subject_of(const struct sx_given_log *log, bool is_alone, const char *const *paths,
                         size_t n)
{
    size_t at = 0, product = n, n_products = 0;
    while (at < n && !is_about(log, sx_str_of(paths[at])))
        at++;
    for (size_t i = 0; i < n; i++)
        if (!is_beside(sx_str_of(paths[i]))) {
            product = i;
            n_products++;
        }
    return at == n && is_alone && n_products == 1 ? product : at;
}

bool api_logs_of(const struct sxlint_policy *policy, const char *const *paths, size_t n,
                 struct sx_arena *arena, const struct sx_given_log *const **out,
                 struct sxlint_error *error)
{
    const struct sx_given_log **logs = SX_NEW_N(arena, const struct sx_given_log *, n);
    *out = logs;
    for (size_t i = 0; i < n; i++)
        logs[i] = NULL;
    for (size_t i = 0; i < policy->logs.n; i++) {
        const struct sx_given_log *log = &policy->logs.at[i];
        size_t at = subject_of(log, policy->logs.n == 1, paths, n);
        if (at == n && log->archive.len == 0)
            return api_fail(error, SXLINT_USAGE,
                            "the notary log names no upload; it needs one product, and no other");
        if (at == n)
            return api_fail(error, SXLINT_USAGE,
                            "the notary log is of %.*s, and no path has that name",
                            SX_STR_ARG(sx_escape(arena, log->archive)));
        logs[at] = log;
    }
    return true;
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

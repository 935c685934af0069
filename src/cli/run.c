/* SPDX-License-Identifier: MIT */
/* What the commands that read artifacts share. */
#include "cli/cli.h"

#include <time.h>

int worse(int a, int b)
{
    return a > b ? a : b;
}

/* The one place where the clock is read: the time to judge at, unless the user said one. */
void judge_now(struct settings *s)
{
    char now[32];
    struct sxlint_error error;
    if (s->has_time)
        return;
    snprintf(now, sizeof(now), "@%lld", (long long)time(NULL));
    s->has_time = sxlint_policy_set(s->policy, "as-of", now, &error);
}

void tell_unreadable(const struct sxlint_run *run)
{
    for (size_t i = 0; i < sxlint_run_unreadable(run); i++)
        complain("%s", sxlint_run_unreadable_why(run, i));
}

int with_run(struct settings *s, const char *const *paths, size_t n,
             bool (*write)(const struct settings *s, const struct sxlint_run *run, struct sink *out,
                           struct sxlint_error *error))
{
    struct sink out;
    struct sxlint_error error;
    judge_now(s);
    if (!sink_open(&out, s->output))
        return SXLINT_UNREADABLE;
    struct sxlint_run *run = sxlint_examine(s->policy, paths, n, &error);
    if (run == NULL)
        return sink_end(&out, complain_error(&error));
    int code = SXLINT_OK;
    tell_unreadable(run);
    if (!write(s, run, &out, &error))
        code = ferror(out.file) ? SXLINT_UNREADABLE : complain_error(&error);
    code = worse(code, (int)sxlint_run_code(run));
    sxlint_run_free(run);
    return sink_end(&out, code);
}

int with_sink(struct settings *s,
              bool (*write)(const struct settings *s, struct sink *out, struct sxlint_error *error))
{
    struct sink out;
    struct sxlint_error error;
    if (!sink_open(&out, s->output))
        return SXLINT_UNREADABLE;
    int code = SXLINT_OK;
    if (!write(s, &out, &error))
        code = ferror(out.file) ? SXLINT_UNREADABLE : complain_error(&error);
    return sink_end(&out, code);
}

/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

static int write_diff(const struct settings *s, const struct sxlint_run *run)
{
    struct sink out;
    struct sxlint_error error;
    if (!sink_open(&out, s->output))
        return SXLINT_UNREADABLE;
    struct sxlint_style style = style_for(s, &out);
    if (sxlint_diff(run, s->format, &style, sink_writer(&out), &error))
        return sink_end(&out, SXLINT_OK);
    return sink_end(&out, ferror(out.file) ? SXLINT_UNREADABLE : complain_error(&error));
}

/* Findings set the exit code on request; what could not be read always does. */
static int code_of(const struct settings *s, const struct sxlint_run *run)
{
    int code = (int)sxlint_run_code(run);
    if (sxlint_run_unreadable(run) > 0)
        return SXLINT_UNREADABLE;
    return code == SXLINT_FINDINGS && !s->gate ? SXLINT_OK : code;
}

int run_diff(struct settings *s)
{
    struct sxlint_error error;
    struct progress progress;
    int code = want_words(s, 2, SIZE_MAX, "a release, or the one before it,");
    if (code < 0)
        code = want_words(s, 0, 2, "a pair of releases");
    if (code >= 0)
        return code;
    judge_now(s);
    progress_start(&progress, s);
    struct sxlint_run *run = sxlint_compare(s->policy, s->words[0], s->words[1], &error);
    progress_end(&progress);
    if (run == NULL)
        return complain_error(&error);
    code = write_diff(s, run);
    tell_unreadable(run);
    code = worse(code, code_of(s, run));
    sxlint_run_free(run);
    return code;
}

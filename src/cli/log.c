/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

static int explain(struct settings *s, const struct sxlint_run *run)
{
    struct sink out;
    struct sxlint_error error;
    enum sxlint_code answer;
    if (!sink_open(&out, s->output))
        return SXLINT_UNREADABLE;
    struct sxlint_style style = style_for(s, &out);
    if (sxlint_log(s->policy, run, &style, sink_writer(&out), &answer, &error))
        return sink_end(&out, (int)answer);
    return sink_end(&out, ferror(out.file) ? SXLINT_UNREADABLE : complain_error(&error));
}

/* What is wrong with the artifact is told by check; here only what of it could not be read. */
static int explain_with(struct settings *s, const char *path)
{
    struct sxlint_error error;
    judge_now(s);
    struct sxlint_run *run = sxlint_check(s->policy, &path, 1, &error);
    if (run == NULL)
        return complain_error(&error);
    int code = explain(s, run);
    tell_unreadable(run);
    if (sxlint_run_code(run) == SXLINT_UNREADABLE)
        code = worse(code, SXLINT_UNREADABLE);
    sxlint_run_free(run);
    return code;
}

/* A log is input: one that cannot be read is no wrong usage. */
static int take_log(struct settings *s, const char *word)
{
    struct input in = { 0 };
    struct sxlint_error error;
    int code = input_read(&in, word);
    if (code < 0 && !sxlint_policy_add_log(s->policy, in.name, in.bytes, in.n, &error)) {
        complain_error(&error);
        code = SXLINT_UNREADABLE;
    }
    input_release(&in);
    return code;
}

int run_log(struct settings *s)
{
    int code = want_words(s, 1, SIZE_MAX, "a notary log");
    if (code < 0)
        code = want_words(s, 0, 2, "one artifact");
    if (code < 0)
        code = take_log(s, s->words[0]);
    if (code >= 0)
        return code;
    return s->n_words > 1 ? explain_with(s, s->words[1]) : explain(s, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

static bool write_profile(const struct settings *s, const struct sxlint_run *run, struct sink *out,
                          struct sxlint_error *error)
{
    struct sxlint_style style = style_for(s, out);
    return sxlint_profile(run, s->format, &style, sink_writer(out), error);
}

int run_profile(struct settings *s)
{
    int code = want_words(s, 1, SIZE_MAX, "a path");
    return code >= 0 ? code : with_run(s, s->words, s->n_words, write_profile);
}

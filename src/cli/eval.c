/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

static bool write_value(const struct settings *s, const struct sxlint_run *run, struct sink *out,
                        struct sxlint_error *error)
{
    return sxlint_eval(run, s->words[0], s->bindings, sink_writer(out), error);
}

static bool write_alone(const struct settings *s, struct sink *out, struct sxlint_error *error)
{
    return write_value(s, NULL, out, error);
}

int run_eval(struct settings *s)
{
    int code = want_words(s, 1, 2, "an expression");
    if (code >= 0)
        return code;
    return s->n_words == 2 ? with_run(s, s->words + 1, 1, write_value) : with_sink(s, write_alone);
}

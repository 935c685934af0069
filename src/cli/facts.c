/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <string.h>

static bool write_facts(const struct settings *s, const struct sxlint_run *run, struct sink *out,
                        struct sxlint_error *error)
{
    return sxlint_facts(run, s->section, sink_writer(out), error);
}

static bool write_schema(const struct settings *s, struct sink *out, struct sxlint_error *error)
{
    return sxlint_schema(s->format, sink_writer(out), error);
}

int run_facts(struct settings *s)
{
    if (s->schema) {
        int code = want_words(s, 0, 0, "--schema");
        return code >= 0 ? code : with_sink(s, write_schema);
    }
    if (s->format != NULL && strcmp(s->format, "json") != 0)
        return complain("facts writes json; with --schema also markdown");
    int code = want_words(s, 1, SIZE_MAX, "a path");
    return code >= 0 ? code : with_run(s, s->words, s->n_words, write_facts);
}

/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

static bool write_page(const struct settings *s, struct sink *out, struct sxlint_error *error)
{
    struct sxlint_style style = style_for(s, out);
    if (s->symptom != NULL)
        return sxlint_explain_symptom(s->policy, s->symptom, &style, sink_writer(out), error);
    return sxlint_explain(s->policy, s->words[0], &style, sink_writer(out), error);
}

int run_explain(struct settings *s)
{
    int code =
        s->symptom != NULL ? want_words(s, 0, 0, "the symptom") : want_words(s, 1, 1, "a rule");
    return code >= 0 ? code : with_sink(s, write_page);
}

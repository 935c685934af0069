/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

static bool write_catalogue(const struct settings *s, struct sink *out, struct sxlint_error *error)
{
    struct sxlint_style style = style_for(s, out);
    return sxlint_entitlements(s->n_words > 0 ? s->words[0] : NULL, &style, sink_writer(out),
                               error);
}

int run_entitlements(struct settings *s)
{
    int code = want_words(s, 0, 1, "one key");
    return code >= 0 ? code : with_sink(s, write_catalogue);
}

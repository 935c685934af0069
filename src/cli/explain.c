/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <string.h>

/* A longer line of a log has told enough. */
enum { LONGEST_SYMPTOM = 1000 };

/* "OSSystemExtensionErrorDomain 8": several words, or one with blanks, are no rule. */
static bool names_symptom(const struct settings *s)
{
    return s->symptom != NULL || s->n_words > 1 ||
           (s->n_words == 1 && strchr(s->words[0], ' ') != NULL);
}

static void join_words(const struct settings *s, char *text)
{
    size_t len = 0;
    for (size_t i = 0; i < s->n_words && len < LONGEST_SYMPTOM; i++)
        len += (size_t)snprintf(text + len, LONGEST_SYMPTOM - len, "%s%s", i > 0 ? " " : "",
                                s->words[i]);
}

static bool write_page(const struct settings *s, struct sink *out, struct sxlint_error *error)
{
    struct sxlint_style style = style_for(s, out);
    char text[LONGEST_SYMPTOM] = "";
    if (!names_symptom(s))
        return sxlint_explain(s->policy, s->words[0], &style, sink_writer(out), error);
    join_words(s, text);
    return sxlint_explain_symptom(s->policy, s->symptom != NULL ? s->symptom : text, &style,
                                  sink_writer(out), error);
}

int run_explain(struct settings *s)
{
    int code = s->symptom != NULL ? want_words(s, 0, 0, "the symptom")
                                  : want_words(s, 1, SIZE_MAX, "a rule or a symptom");
    return code >= 0 ? code : with_sink(s, write_page);
}

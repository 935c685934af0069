/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <string.h>

static bool list(const struct settings *s, struct sink *out, struct sxlint_error *error)
{
    struct sxlint_style style = style_for(s, out);
    for (size_t i = 1; i < s->n_words; i++)
        if (!sxlint_policy_set(s->policy, "rules", s->words[i], error))
            return false;
    return sxlint_rules_list(s->policy, &style, sink_writer(out), error);
}

static bool test(const struct settings *s, struct sink *out, struct sxlint_error *error)
{
    struct sxlint_style style = style_for(s, out);
    return sxlint_rules_test(s->policy, s->words + 1, s->n_words - 1, &style, sink_writer(out),
                             error);
}

static bool check(const struct settings *s, struct sink *out, struct sxlint_error *error)
{
    struct sxlint_style style = style_for(s, out);
    return sxlint_rules_check(s->policy, s->words + 1, s->n_words - 1, &style, sink_writer(out),
                              error);
}

int run_rules(struct settings *s)
{
    static const struct {
        const char *name;
        bool (*write)(const struct settings *s, struct sink *out, struct sxlint_error *error);
    } actions[] = { { "list", list }, { "test", test }, { "check", check } };
    static const char *const names[] = { "list", "test", "check", NULL };
    const char *word = s->n_words > 0 ? s->words[0] : "list";
    char safe[200];
    for (size_t i = 0; i < LEN(actions); i++)
        if (strcmp(word, actions[i].name) == 0)
            return with_sink(s, actions[i].write);
    const char *nearest = sxlint_nearest(word, names);
    sxlint_escape(word, safe, sizeof(safe));
    return complain("rules can list, test and check, not %s%s%s", safe,
                    nearest != NULL ? "; the nearest is " : "", nearest != NULL ? nearest : "");
}

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

/* Into a folder; what cannot be written complains by itself. */
static bool write_page(void *context, const char *name, const char *text, size_t n)
{
    char path[4096];
    struct sink page;
    int len = snprintf(path, sizeof(path), "%s/%s", (const char *)context, name);
    if (len < 0 || (size_t)len >= sizeof(path) || !sink_open(&page, path))
        return false;
    struct sxlint_writer out = sink_writer(&page);
    bool ok = out.write(out.context, text, n);
    return sink_close(&page) == SXLINT_OK && ok;
}

static int document(const struct settings *s)
{
    struct sxlint_error error;
    int code = want_words(s, 2, 2, "a folder");
    if (code >= 0)
        return code;
    struct sxlint_pages pages = { write_page, (void *)(uintptr_t)s->words[1] };
    return sxlint_rules_document(s->policy, pages, &error) ? SXLINT_OK : SXLINT_UNREADABLE;
}

int run_rules(struct settings *s)
{
    static const struct {
        const char *name;
        bool (*write)(const struct settings *s, struct sink *out, struct sxlint_error *error);
    } actions[] = { { "list", list }, { "test", test }, { "check", check } };
    static const char *const names[] = { "list", "test", "check", "document", NULL };
    const char *word = s->n_words > 0 ? s->words[0] : "list";
    char safe[200];
    if (strcmp(word, "document") == 0)
        return document(s);
    for (size_t i = 0; i < LEN(actions); i++)
        if (strcmp(word, actions[i].name) == 0)
            return with_sink(s, actions[i].write);
    const char *nearest = sxlint_nearest(word, names);
    sxlint_escape(word, safe, sizeof(safe));
    return complain("rules can list, test, check and document, not %s%s%s", safe,
                    nearest != NULL ? "; the nearest is " : "", nearest != NULL ? nearest : "");
}

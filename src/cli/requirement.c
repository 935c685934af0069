/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_file(const char *word)
{
    struct stat st;
    return stat(word, &st) == 0 && S_ISREG(st.st_mode);
}

/* A requirement is text, what the file of that name holds, unless "=" says that text follows, or
 * what stdin does. */
static int read_input(const char *word, struct input *in)
{
    if (strcmp(word, "-") == 0 || (word[0] != '=' && is_file(word)))
        return input_read(in, word);
    in->bytes = strdup(word);
    in->n = strlen(word);
    return in->bytes != NULL ? -1 : SXLINT_INTERNAL;
}

/* What is wrong with a file is told with its name before line and column. */
static int complain_of(const struct input *in, const struct sxlint_error *error)
{
    if (in->name == NULL || error->code != SXLINT_USAGE)
        return complain_error(error);
    complain("%s:%s%s", in->name, strchr("123456789", error->text[0]) != NULL ? "" : " ",
             error->text);
    return (int)error->code;
}

/* One of the actions, with its requirement read and its output open; an exit code. */
typedef int action(struct settings *s, const struct input *in, struct sink *out);

static int compile(struct settings *s, const struct input *in, struct sink *out)
{
    struct sxlint_error error;
    if (sxlint_requirement_compile(in->bytes, in->n, s->format, sink_writer(out), &error))
        return SXLINT_OK;
    return ferror(out->file) ? SXLINT_UNREADABLE : complain_of(in, &error);
}

static int print(struct settings *s, const struct input *in, struct sink *out)
{
    struct sxlint_error error;
    bool reads_back;
    (void)s; /* the signature of an action */
    if (!sxlint_requirement_print(in->bytes, in->n, &reads_back, sink_writer(out), &error))
        return ferror(out->file) ? SXLINT_UNREADABLE : complain_of(in, &error);
    if (!reads_back)
        complain("this is how Apple's tools print it, and no text that they read");
    return SXLINT_OK;
}

static int test(struct settings *s, const struct input *in, struct sink *out)
{
    struct sxlint_error error;
    enum sxlint_code answer;
    struct sxlint_style style = style_for(s, out);
    judge_now(s);
    struct sxlint_run *run = sxlint_examine(s->policy, s->words + 2, s->n_words - 2, &error);
    if (run == NULL)
        return complain_error(&error);
    int code = (int)sxlint_run_code(run);
    if (sxlint_requirement_test(run, in->bytes, in->n, &style, sink_writer(out), &answer, &error))
        code = worse(code, (int)answer);
    else
        code = ferror(out->file) ? SXLINT_UNREADABLE : complain_of(in, &error);
    tell_unreadable(run);
    sxlint_run_free(run);
    return code;
}

static const struct {
    const char *name;
    action *act;
    size_t least, most; /* words, its own included */
    const char *missing;
} actions[] = {
    { "compile", compile, 2, 2, "a requirement" },
    { "print", print, 2, 2, "a requirement" },
    { "test", test, 3, SIZE_MAX, "a requirement or a path" },
};

static int act(struct settings *s, action *chosen)
{
    struct input in = { 0 };
    struct sink out;
    int code = read_input(s->words[1], &in);
    if (code < 0 && !sink_open(&out, s->output)) {
        code = SXLINT_UNREADABLE;
    } else if (code < 0) {
        code = chosen(s, &in, &out);
        code = sink_end(&out, code);
    }
    input_release(&in);
    return code;
}

int run_requirement(struct settings *s)
{
    const char *names[LEN(actions) + 1] = { NULL };
    char safe[200];
    if (s->n_words == 0)
        return want_words(s, 1, 1, "compile, print or test");
    for (size_t i = 0; i < LEN(actions); i++) {
        names[i] = actions[i].name;
        if (strcmp(s->words[0], names[i]) != 0)
            continue;
        int code = want_words(s, actions[i].least, actions[i].most, actions[i].missing);
        return code >= 0 ? code : act(s, actions[i].act);
    }
    const char *nearest = sxlint_nearest(s->words[0], names);
    sxlint_escape(s->words[0], safe, sizeof(safe));
    return complain("requirement can compile, print and test, not %s%s%s", safe,
                    nearest != NULL ? "; the nearest is " : "", nearest != NULL ? nearest : "");
}

/* SPDX-License-Identifier: MIT */
/* Commands that write down what a check found: a baseline, a configuration to begin with. */
#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

typedef bool write_run(const struct sxlint_run *run, struct sxlint_writer out,
                       struct sxlint_error *error);

/* The file is opened when all is well: what was written before stays as it is until then. */
static int write_to(const char *name, const struct sxlint_run *run, write_run *write)
{
    struct sink out;
    struct sxlint_error error;
    if (!sink_open(&out, name))
        return SXLINT_UNREADABLE;
    int code = write(run, sink_writer(&out), &error) ? SXLINT_OK : complain_error(&error);
    return sink_end(&out, code);
}

static bool ignore(void *context, const char *bytes, size_t n)
{
    (void)context;
    (void)bytes;
    (void)n;
    return true;
}

static int write_checked(const struct sxlint_run *run, const char *name, write_run *write)
{
    struct sxlint_error error;
    tell_unreadable(run);
    if (sxlint_run_code(run) == SXLINT_UNREADABLE) {
        complain("nothing is written: not everything could be examined");
        return SXLINT_UNREADABLE;
    }
    if (!write(run, (struct sxlint_writer){ ignore, NULL }, &error))
        return complain_error(&error);
    return write_to(name, run, write);
}

/* What a command writes, and what its user does with that. */
struct deed {
    write_run *write;
    const char *next;
};

static void tell_written(const char *name, const struct deed *deed)
{
    char safe[400];
    sxlint_escape(name, safe, sizeof(safe));
    complain("wrote %s; %s", safe, deed->next);
}

static int check_and_write(struct settings *s, const char *name, const struct deed *deed)
{
    struct sxlint_error error;
    struct progress progress;
    judge_now(s);
    progress_start(&progress, s);
    struct sxlint_run *run = sxlint_check(s->policy, s->words, s->n_words, &error);
    progress_end(&progress);
    if (run == NULL)
        return complain_error(&error);
    int code = write_checked(run, name, deed->write);
    if (code == SXLINT_OK && name != NULL)
        tell_written(name, deed);
    sxlint_run_free(run);
    return code;
}

int run_baseline(struct settings *s)
{
    static const struct deed deed = {
        sxlint_baseline, "it is in force as baseline: in .sxlint.yaml, or with --baseline"
    };
    int code = want_words(s, 1, SIZE_MAX, "a path");
    return code >= 0 ? code : check_and_write(s, s->output, &deed);
}

/* A configuration that is there already holds somebody's decisions. */
int run_init(struct settings *s)
{
    static const struct deed deed = { sxlint_starter,
                                      "sxlint config shows what is in force, and from where" };
    const char *name = s->output != NULL ? s->output : ".sxlint.yaml";
    int code = want_words(s, 1, 1, "one path");
    if (code >= 0)
        return code;
    if (s->output == NULL && access(name, F_OK) == 0)
        return complain("%s is there already; --output FILE writes another", name);
    return check_and_write(s, name, &deed);
}

/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

static int write_report(const struct settings *s, const struct sxlint_run *run, const char *format,
                        struct sink *sink)
{
    struct sxlint_error error;
    struct sxlint_style style = style_for(s, sink);
    if (sxlint_report(run, format, &style, sink_writer(sink), &error))
        return SXLINT_OK;
    if (error.code == SXLINT_USAGE)
        return complain_error(&error);
    return SXLINT_UNREADABLE; /* what could not be written is said when the sink closes */
}

/* A file of --report FORMAT=FILE. */
static int write_file(const struct settings *s, const struct sxlint_run *run, const char *report)
{
    struct sink sink;
    const char *sign = strchr(report, '=');
    char format[32];
    snprintf(format, sizeof(format), "%.*s", (int)(sign - report), report);
    if (!sink_open(&sink, sign + 1))
        return SXLINT_UNREADABLE;
    int code = write_report(s, run, format, &sink);
    return sink_end(&sink, code);
}

int write_reports(const struct settings *s, const struct sxlint_run *run)
{
    int code = SXLINT_OK;
    for (size_t i = 0; i < s->n_reports; i++)
        code = worse(code, write_file(s, run, s->reports[i]));
    return code;
}

static int report_all(const struct settings *s, const struct sxlint_run *run, struct sink *out)
{
    const char *format = s->format != NULL ? s->format : "text";
    int code = write_report(s, run, format, out);
    code = worse(code, write_reports(s, run));
    if (strcmp(format, "text") != 0 || s->quiet) /* else the report shows it */
        tell_unreadable(run);
    return worse(code, (int)sxlint_run_code(run));
}

static int check_paths(struct settings *s, const char *const *paths, size_t n, struct sink *out)
{
    struct sxlint_error error;
    struct progress progress;
    double started = seconds_now();
    progress_start(&progress, s);
    struct sxlint_run *run = sxlint_check(s->policy, paths, n, &error);
    progress_end(&progress);
    if (run == NULL)
        return complain_error(&error);
    int code = report_all(s, run, out);
    if (s->stats) {
        struct sxlint_stats stats = sxlint_run_stats(run);
        fflush(out->file);
        print_stats(&stats, started);
    }
    sxlint_run_free(run);
    return code;
}

static bool is_text(const struct settings *s)
{
    return s->format == NULL || strcmp(s->format, "text") == 0;
}

/* A waiver or an entry of a baseline may be about another path. */
static bool expect_others(const struct settings *s)
{
    struct sxlint_error error;
    return sxlint_policy_set(s->policy, "ignore", "waiver-unused,baseline-entry-gone", &error);
}

/* Paths on stdin are a run each, so that one says nothing about another. */
static int check_stdin(struct settings *s, struct sink *out)
{
    bool is_prose = is_text(s) && !s->quiet;
    int code = expect_others(s) ? SXLINT_OK : SXLINT_INTERNAL;
    for (size_t i = 0; code != SXLINT_USAGE; i++) {
        char *path = next_path(s->null_ended);
        if (path == NULL && i == 0) /* whoever looked for artifacts found none: no clean run */
            return complain("no path on stdin");
        if (path == NULL)
            break;
        if (i > 0 && is_prose)
            fputc('\n', out->file);
        code = worse(code, check_paths(s, (const char *const *)&path, 1, out));
        free(path);
    }
    return code;
}

/* Formats of which one document may follow another. */
static bool may_repeat(const char *format)
{
    static const char *const names[] = { "text", "json", "jsonl", "xcode", "github" };
    for (size_t i = 0; i < LEN(names); i++)
        if (strcmp(format, names[i]) == 0)
            return true;
    return false;
}

static int check_repeats(const struct settings *s)
{
    if (s->format != NULL && !may_repeat(s->format))
        return complain("paths on stdin are judged one by one, which --format %s cannot hold; "
                        "jsonl can",
                        s->format);
    if (s->n_reports > 0)
        return complain("paths on stdin are judged one by one, so --report has no place there; "
                        "use --format jsonl");
    return -1;
}

static bool reads_stdin(const struct settings *s)
{
    return s->n_words == 1 && strcmp(s->words[0], "-") == 0;
}

static int check_words(const struct settings *s)
{
    int code = want_words(s, 1, SIZE_MAX, "a path");
    for (size_t i = 0; i < s->n_words && code < 0; i++)
        if (s->words[i][0] == '\0')
            code = complain("a path is empty; is a variable of the shell not set?");
        else if (s->n_words > 1 && strcmp(s->words[i], "-") == 0)
            code =
                complain("- stands for the paths on stdin, and alone; a file of that name is ./-");
    return code;
}

static bool has_format(const char *name, size_t len)
{
    for (const char *const *format = sxlint_report_formats(); *format != NULL; format++)
        if (strlen(*format) == len && strncmp(*format, name, len) == 0)
            return true;
    return false;
}

static int no_such_format(const char *name, size_t len)
{
    char copy[32], safe[100];
    snprintf(copy, sizeof(copy), "%.*s", (int)(len < sizeof(copy) ? len : sizeof(copy) - 1), name);
    sxlint_escape(copy, safe, sizeof(safe));
    const char *nearest = sxlint_nearest(copy, sxlint_report_formats());
    if (nearest == NULL)
        return complain("no format %s; sxlint check --help lists them", safe);
    return complain("no format %s; the nearest is %s", safe, nearest);
}

/* Formats are looked up before anything is read: a long run should not end in a typing mistake. */
int check_formats(const struct settings *s)
{
    if (s->format != NULL && !has_format(s->format, strlen(s->format)))
        return no_such_format(s->format, strlen(s->format));
    for (size_t i = 0; i < s->n_reports; i++) {
        const char *sign = strchr(s->reports[i], '=');
        if (sign == NULL || sign[1] == '\0')
            return complain("--report needs NAME=FILE");
        if (!has_format(s->reports[i], (size_t)(sign - s->reports[i])))
            return no_such_format(s->reports[i], (size_t)(sign - s->reports[i]));
    }
    return -1;
}

int run_check(struct settings *s)
{
    struct sink out;
    int code = check_words(s);
    if (code < 0)
        code = check_formats(s);
    if (code < 0 && reads_stdin(s))
        code = check_repeats(s);
    if (code >= 0)
        return code;
    judge_now(s);
    if (!sink_open(&out, s->output))
        return SXLINT_UNREADABLE;
    if (s->verbose && !s->quiet && is_text(s))
        print_choices(out.file, s);
    if (reads_stdin(s))
        code = check_stdin(s, &out);
    else
        code = check_paths(s, s->words, s->n_words, &out);
    return sink_end(&out, code);
}

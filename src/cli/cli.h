/* SPDX-License-Identifier: MIT */
/* The command: options, terminals, files and exit codes. What it knows of Mac software it asks
 * the library, through <sxlint/sxlint.h> and nothing else. */
#pragma once
#include <sxlint/sxlint.h>
#include <stdio.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* The commands, a name each: run_check runs the first, and CHECK stands for it where commands are
 * or-ed. */
#define COMMANDS(X)                                                                                \
    X(check, CHECK)                                                                                \
    X(show, SHOW)                                                                                  \
    X(facts, FACTS)                                                                                \
    X(explain, EXPLAIN)                                                                            \
    X(rules, RULES)                                                                                \
    X(eval, EVAL)                                                                                  \
    X(profile, PROFILE)                                                                            \
    X(entitlements, ENTITLEMENTS)                                                                  \
    X(requirement, REQUIREMENT)                                                                    \
    X(config, CONFIG)                                                                              \
    X(init, INIT)                                                                                  \
    X(baseline, BASELINE)                                                                          \
    X(xcode, XCODE)                                                                                \
    X(log, LOG)                                                                                    \
    X(diff, DIFF)

enum {
#define X(name, bit) AT_##bit,
    COMMANDS(X)
#undef X
        N_COMMANDS
};

enum {
#define X(name, bit) bit = 1 << AT_##bit,
    COMMANDS(X)
#undef X
    /* those that apply rules to artifacts, and config, which shows what they would do */
    JUDGES = CHECK | INIT | BASELINE | XCODE | CONFIG | LOG | DIFF,
    /* those that read artifacts */
    READERS =
        CHECK | SHOW | FACTS | EVAL | PROFILE | REQUIREMENT | INIT | BASELINE | XCODE | LOG | DIFF,
};

struct choice;
struct command;

/* What is in force; texts are borrowed from argv, the environment, the policy or `owned`. */
struct settings {
    const struct command *command;
    struct sxlint_policy *policy;
    bool has_time;
    const char *config, *format, *output, *color, *section, *symptom, *bindings, *phase;
    bool quiet, verbose, stats, no_progress, null_ended, schema, help, no_config, break_debug, gate;
    const char **reports; /* FORMAT=FILE, as often as given */
    size_t n_reports;
    const char **words; /* what is no option */
    size_t n_words;
    struct choice *choices; /* what was said, and where, in no order */
    size_t n_choices;
    char **owned;
    size_t n_owned;
};
/* keep takes over a text that malloc made, and returns it; NULL stays NULL. */
const char *keep(struct settings *s, char *text);
void free_settings(struct settings *s);

struct command {
    const char *name;
    unsigned bit;
    const char *usage, *purpose;
    const char *const *examples; /* ended by NULL */
};
extern const struct command commands[N_COMMANDS];
/* Each returns an exit code. */
#define X(name, bit) int run_##name(struct settings *s);
COMMANDS(X)
#undef X

/* complain prints "sxlint: …" on stderr and returns SXLINT_USAGE. complain_error prints what the
 * library said and returns its code. */
int complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int complain_error(const struct sxlint_error *error);

/* parse_options reads the arguments behind a command's name, the environment and the configuration
 * into `s`, the nearest last; an exit code, or -1. */
int parse_options(const struct command *command, int argc, char **argv, struct settings *s);
void print_options(const struct command *command);
void print_help(void);
void print_command_help(const struct command *command);

/* want_words complains unless there are so many words; `what` names one: "a path". */
int want_words(const struct settings *s, size_t least, size_t most, const char *what);

/* A sink is where a document goes: stdout or a file, which is written whole or not at all. */
struct sink {
    FILE *file;
    const char *name; /* NULL for stdout */
    char *target;     /* whose place the file takes when it is whole; NULL: nobody's */
    int slot;         /* of its name among those that a signal removes */
};
/* sink_open opens a file, or stdout for NULL; false after complaining. sink_close complains when
 * something could not be written; both count as "could not finish". sink_drop leaves what was
 * there as it was. sink_end does the one or the other by how the command ended, `code`, and
 * returns the worse exit code. */
bool sink_open(struct sink *sink, const char *name);
int sink_close(struct sink *sink);
void sink_drop(struct sink *sink);
int sink_end(struct sink *sink, int code);
struct sxlint_writer sink_writer(struct sink *sink);
/* watch_signals has what is half-written removed, and the line of progress erased, before a signal
 * ends the run. */
void watch_signals(void);

/* is_said tells whether an option was said anywhere. */
bool is_said(const struct settings *s, const char *name);
/* check_formats refuses reports in formats that there are not: an exit code, or -1. write_reports
 * writes those of --report. */
int check_formats(const struct settings *s);
int write_reports(const struct settings *s, const struct sxlint_run *run);
/* print_choices writes the settings that were said, and where. */
void print_choices(FILE *out, const struct settings *s);

/* style_for decides how text for people looks where it goes. */
struct sxlint_style style_for(const struct settings *s, const struct sink *sink);

int worse(int a, int b);
/* judge_now sets the time to judge at, unless the user said one. */
void judge_now(struct settings *s);
/* tell_unreadable complains of every artifact that could not be read. */
void tell_unreadable(const struct sxlint_run *run);
/* with_run examines paths, without judging, and lets `write` write what it wants of the run. */
int with_run(struct settings *s, const char *const *paths, size_t n,
             bool (*write)(const struct settings *s, const struct sxlint_run *run, struct sink *out,
                           struct sxlint_error *error));
/* with_sink opens the output for what needs no run. */
int with_sink(struct settings *s, bool (*write)(const struct settings *s, struct sink *out,
                                                struct sxlint_error *error));

/* An input is a file that is read whole, or stdin for "-". input_read gives an exit code after
 * complaining, or -1. */
struct input {
    const char *name; /* for messages, escaped; NULL for what is no file */
    char *bytes;
    size_t n;
    char safe[400];
};
int input_read(struct input *in, const char *word);
void input_release(struct input *in);

/* next_path reads one path from stdin, ended by a line break or NUL; NULL at the end. */
char *next_path(bool null_ended);

/* Progress: one line on a terminal, rewritten in place, once a run has lasted a second. */
struct progress {
    bool is_on;
    unsigned width;
    double started, last;
};
void progress_start(struct progress *p, const struct settings *s);
void progress_end(struct progress *p);
/* progress_erase erases the line that is shown, if one is; a signal handler may call it. */
void progress_erase(void);

double seconds_now(void);
/* print_size writes "48 MB" into a text of at least 32 bytes. */
void print_size(char *text, uint64_t bytes);
void print_stats(const struct sxlint_stats *stats, double started);

/* SPDX-License-Identifier: MIT */
/* The options and commands as tables: parsing, --help, the manual pages and the completions of
 * shells are all made from these rows. */
#pragma once
#include "cli/cli.h"

/* Where the value of an option goes. */
enum target { TO_POLICY, TO_TEXT, TO_FLAG, TO_REPORTS };

enum {
    IN_FILE = 1,        /* a key of .sxlint.yaml */
    IN_ENVIRONMENT = 2, /* SXLINT_… */
    KEY = IN_FILE | IN_ENVIRONMENT,
    IS_PATH =
        4,    /* of a file; in a configuration relative to that; of FORMAT=FILE the latter part */
    ADDS = 8, /* to what is said farther away; else what is nearer replaces it */
    CLOSED = 16, /* nothing but `values` */
};

struct option {
    const char *name;
    char letter;          /* 0 = none */
    const char *argument; /* NULL = a flag */
    unsigned commands;
    enum target target;
    size_t offset;     /* in struct settings, for TO_TEXT and TO_FLAG */
    const char *group; /* heading in --help; NULL = as the one before */
    const char *help;
    uint64_t how;              /* IN_FILE and so on, or-ed */
    const char *fallback;      /* what holds without it; NULL = nothing, or false */
    const char *const *values; /* those that a shell may complete, ended by NULL; NULL = unknown */
};
extern const struct option options[];
extern const size_t n_options;

/* takes tells whether a command has an option. */
static inline bool takes(const struct command *command, const struct option *option)
{
    return (option->commands & command->bit) != 0;
}

/* Where a value was said, the farthest first. */
enum source { FROM_FILE, FROM_ENVIRONMENT, FROM_ARGUMENTS, N_SOURCES };

struct choice {
    const struct option *option;
    const char *value; /* of a flag "true" or "false" */
    enum source source;
    unsigned line, column; /* in the configuration */
};

/* place_of writes where a choice was made into a text: ".sxlint.yaml:3:10", "SXLINT_CHANNEL",
 * "--channel". */
void place_of(const struct settings *s, const struct choice *choice, char *text, size_t size);
/* is_effective tells whether nothing nearer replaces a choice. */
bool is_effective(const struct settings *s, const struct choice *choice);
/* push_choice adds one; false when there is no memory. */
bool push_choice(struct settings *s, struct choice choice);
const struct option *find_option(const struct command *command, const char *name, size_t len);
/* strongest is the value of an option that is said nearest by; NULL when it is said nowhere. */
const char *strongest(const struct settings *s, const char *name);

/* choose_environment and choose_file add what SXLINT_… and the configuration say. choose_file reads
 * that of --config, else the one that it finds: an exit code, or -1. */
bool choose_environment(struct settings *s, const struct command *command);
int choose_file(struct settings *s, const struct command *command);

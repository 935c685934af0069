/* SPDX-License-Identifier: MIT */
/* Every option of every command, once: what it is called, what it says in --help, and where its
 * value goes. */
#include "cli/cli.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum target { TO_POLICY, TO_TEXT, TO_FLAG, TO_REPORTS };

static const char *const color_values[] = { "auto", "always", "never", NULL };

static const struct option {
    const char *name;
    char letter;          /* 0 = none */
    const char *argument; /* NULL = a flag */
    unsigned commands;
    enum target target;
    size_t offset;     /* in struct settings, for TO_TEXT and TO_FLAG */
    const char *group; /* heading in --help; NULL = as the one before */
    const char *help;
    const char *const *values; /* the only ones, ended by NULL; NULL = the library decides */
} options[] = {
#define TEXT(field) TO_TEXT, offsetof(struct settings, field)
#define FLAG(field) TO_FLAG, offsetof(struct settings, field)
#define POLICY      TO_POLICY, 0
    { "channel", 0, "NAME", READERS, POLICY, "Judge as",
      "auto (default), developer-id, app-store, development, ..." },
    { "as-of", 0, "DATE", READERS, POLICY, NULL, "judge as on that day; now, if not given" },
    { "oldest-macos", 0, "VERSION", CHECK | EVAL, POLICY, NULL,
      "the oldest macOS that the product supports" },
    { "trust-anchor", 0, "PEM", READERS, POLICY, NULL,
      "trust these certificates beside Apple's roots" },

    { "rules", 0, "PATH", CHECK | EXPLAIN | RULES, POLICY, "Rules",
      "a rule file, or a folder of them, beside the built-in rules" },
    { "select", 0, "RULE,...", CHECK | RULES, POLICY, NULL,
      "only these: ids, names or beginnings of ids" },
    { "ignore", 0, "RULE,...", CHECK | RULES, POLICY, NULL, "not these" },
    { "severity", 0, "RULE=LEVEL", CHECK | RULES, POLICY, NULL, "error, warning or note" },
    { "fail-on", 0, "LEVEL", CHECK, POLICY, NULL,
      "exit 1 from this severity on: error (default), warning, note, never" },

    { "section", 0, "NAME", SHOW, TEXT(section), "What",
      "signature, certificates, requirements, entitlements, profile, seal, info, launchd, "
      "constraints, ticket" },
    { "section", 0, "NAME", FACTS, TEXT(section), "What", "a member that is else not computed" },
    { "schema", 0, NULL, FACTS, FLAG(schema), NULL, "describe the facts instead" },
    { "symptom", 0, "TEXT", EXPLAIN, TEXT(symptom), "What", "a log line or an error code" },
    { "bindings", 0, "JSON", EVAL, TEXT(bindings), "What", "names and values to use, an object" },

    { "format", 0, "NAME", CHECK, TEXT(format), "Report",
      "text (default), json, jsonl, sarif, junit, xcode, github, markdown, gitlab, checkstyle, "
      "html" },
    { "report", 0, "NAME=FILE", CHECK, TO_REPORTS, 0, NULL,
      "the same in another format, to a file; as often as needed" },
    { "show-at", 0, "FILE", CHECK, POLICY, NULL,
      "the source at which reports show findings in built code" },
    { "format", 0, "NAME", SHOW, TEXT(format), "Report",
      "text (default); xml for signed entitlements as they are" },
    { "format", 0, "NAME", FACTS, TEXT(format), "Report", "json (default); markdown for --schema" },
    { "format", 0, "NAME", PROFILE, TEXT(format), "Report", "text (default), json" },
    { "format", 0, "NAME", REQUIREMENT, TEXT(format), "Report",
      "of compile: hex (default), binary" },
    { "output", 'o', "FILE", READERS | EXPLAIN | RULES | ENTITLEMENTS, TEXT(output), "Report",
      "write there, not to stdout" },
    { "quiet", 'q', NULL, CHECK, FLAG(quiet), NULL, "only what fails the run, a line each" },
    { "verbose", 'v', NULL, CHECK | SHOW | PROFILE, FLAG(verbose), NULL,
      "positions, sources, whole lists" },
    { "color", 0, "WHEN", CHECK | SHOW | EXPLAIN | RULES | PROFILE | ENTITLEMENTS | REQUIREMENT,
      TEXT(color), NULL, "auto (default), always, never", color_values },

    { "null", '0', NULL, CHECK, FLAG(null_ended), "Run",
      "paths on stdin end in NUL, not in line breaks" },
    { "jobs", 'j', "N", READERS, POLICY, "Run",
      "worker threads; 0, the default, is one a processor" },
    { "stats", 0, NULL, CHECK, FLAG(stats), NULL,
      "what was read, and how long it took, on stderr" },
    { "no-progress", 0, NULL, CHECK, FLAG(no_progress), NULL, "no line that counts on a terminal" },
    { "help", 'h', NULL, READERS | EXPLAIN | RULES | ENTITLEMENTS, FLAG(help), NULL, "this" },
};

static const struct option *find_long(const struct command *command, const char *name, size_t len)
{
    for (size_t i = 0; i < LEN(options); i++)
        if ((options[i].commands & command->bit) != 0 && strlen(options[i].name) == len &&
            strncmp(options[i].name, name, len) == 0)
            return &options[i];
    return NULL;
}

static const struct option *find_letter(const struct command *command, char letter)
{
    for (size_t i = 0; i < LEN(options); i++)
        if ((options[i].commands & command->bit) != 0 && options[i].letter == letter)
            return &options[i];
    return NULL;
}

static int no_such_option(const struct command *command, const char *word, size_t len)
{
    const char *names[LEN(options) + 1] = { NULL };
    char name[64], safe[200];
    size_t n = 0;
    for (size_t i = 0; i < LEN(options); i++)
        if ((options[i].commands & command->bit) != 0)
            names[n++] = options[i].name;
    snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : sizeof(name) - 1), word);
    const char *nearest = sxlint_nearest(name, names);
    sxlint_escape(name, safe, sizeof(safe));
    if (nearest != NULL)
        return complain("no option --%s; the nearest is --%s", safe, nearest);
    return complain("no option --%s; sxlint %s --help lists them", safe, command->name);
}

static bool push(const char ***list, size_t *n, const char *text)
{
    const char **grown = realloc(*list, (*n + 1) * sizeof(**list));
    if (grown == NULL)
        return false;
    *list = grown;
    (*list)[(*n)++] = text;
    return true;
}

/* What an option that knows its values says to another. */
static int check_value(const struct option *option, const char *value)
{
    char safe[200];
    if (value == NULL || option->values == NULL)
        return -1;
    for (size_t i = 0; option->values[i] != NULL; i++)
        if (strcmp(value, option->values[i]) == 0)
            return -1;
    sxlint_escape(value, safe, sizeof(safe));
    return complain("--%s cannot be %s; it is %s", option->name, safe, option->help);
}

static int take(struct settings *s, const struct option *option, const char *value)
{
    int code = check_value(option, value);
    if (code >= 0)
        return code;

    struct sxlint_error error;
    char *base = (char *)s;
    switch (option->target) {
    case TO_POLICY:
        s->has_time = s->has_time || strcmp(option->name, "as-of") == 0;
        if (!sxlint_policy_set(s->policy, option->name, value, &error))
            return complain_error(&error);
        break;
    case TO_TEXT:
        *(const char **)(void *)(base + option->offset) = value;
        break;
    case TO_FLAG:
        *(bool *)(void *)(base + option->offset) = true;
        break;
    case TO_REPORTS:
        if (!push(&s->reports, &s->n_reports, value))
            return SXLINT_INTERNAL;
        break;
    }
    return -1;
}

/* The arguments, and how far they have been read. */
struct reading {
    const struct command *command;
    int argc, at;
    char **argv;
};

static int take_long(struct reading *r, struct settings *s)
{
    const char *word = r->argv[r->at++] + 2;
    const char *sign = strchr(word, '=');
    size_t len = sign != NULL ? (size_t)(sign - word) : strlen(word);
    const struct option *option = find_long(r->command, word, len);
    if (option == NULL)
        return no_such_option(r->command, word, len);
    if (option->argument == NULL && sign != NULL)
        return complain("--%s takes no value", option->name);
    if (option->argument == NULL || sign != NULL)
        return take(s, option, sign != NULL ? sign + 1 : NULL);
    if (r->at == r->argc)
        return complain("--%s needs %s", option->name, option->argument);
    return take(s, option, r->argv[r->at++]);
}

/* Letters may be joined: -qv, -ofile. */
static int take_letters(struct reading *r, struct settings *s)
{
    const char *letters = r->argv[r->at++] + 1;
    for (; *letters != '\0'; letters++) {
        const struct option *option = find_letter(r->command, *letters);
        char safe[16], one[2] = { *letters, '\0' };
        sxlint_escape(one, safe, sizeof(safe));
        if (option == NULL)
            return complain("no option -%s; sxlint %s --help lists them", safe, r->command->name);
        if (option->argument == NULL) {
            take(s, option, NULL);
            continue;
        }
        if (letters[1] != '\0')
            return take(s, option, letters + 1);
        if (r->at == r->argc)
            return complain("-%c needs %s", option->letter, option->argument);
        return take(s, option, r->argv[r->at++]);
    }
    return -1;
}

int parse_options(const struct command *command, int argc, char **argv, struct settings *s)
{
    struct reading r = { .command = command, .argc = argc, .argv = argv };
    bool only_words = false;
    int code = -1;
    while (r.at < argc && code < 0) {
        const char *word = argv[r.at];
        if (only_words || word[0] != '-' || word[1] == '\0') {
            r.at++;
            code = push(&s->words, &s->n_words, word) ? -1 : SXLINT_INTERNAL;
        } else if (strcmp(word, "--") == 0) {
            r.at++;
            only_words = true;
        } else if (word[1] == '-') {
            code = take_long(&r, s);
        } else {
            code = take_letters(&r, s);
        }
    }
    return code;
}

/* "-o, --output FILE" */
static int print_option(char *text, size_t size, const struct option *option)
{
    char letter[8] = "";
    if (option->letter != 0)
        snprintf(letter, sizeof(letter), "-%c, ", option->letter);
    return snprintf(text, size, "%s--%s%s%s", letter, option->name,
                    option->argument != NULL ? " " : "",
                    option->argument != NULL ? option->argument : "");
}

/* Help texts go on below themselves. */
static void print_wrapped(const char *text, int at)
{
    enum { WIDTH = 80 };
    int column = at;
    while (*text != '\0') {
        int len = (int)strcspn(text, " ");
        if (column > at && column + 1 + len > WIDTH) {
            printf("\n%*s", at, "");
            column = at;
        } else if (column > at) {
            putchar(' ');
            column++;
        }
        printf("%.*s", len, text);
        column += len;
        text += len;
        text += strspn(text, " ");
    }
    putchar('\n');
}

void print_options(const struct command *command)
{
    char text[80];
    const char *group = "";
    int width = 0;
    for (size_t i = 0; i < LEN(options); i++) {
        int n = print_option(text, sizeof(text), &options[i]);
        if ((options[i].commands & command->bit) != 0 && n > width)
            width = n;
    }
    for (size_t i = 0; i < LEN(options); i++) {
        const struct option *option = &options[i];
        if ((option->commands & command->bit) == 0)
            continue;
        if (option->group != NULL && strcmp(group, option->group) != 0) {
            group = option->group;
            printf("\n%s\n", group);
        }
        print_option(text, sizeof(text), option);
        printf("  %-*s   ", width, text);
        print_wrapped(option->help, width + 5);
    }
}

/* SPDX-License-Identifier: MIT */
/* From what was said to what is in force. Arguments are nearer than the environment, and that is
 * nearer than a configuration. */
#include "cli/option.h"

#include <stdlib.h>
#include <string.h>

const struct option *find_option(const struct command *command, const char *name, size_t len)
{
    for (size_t i = 0; i < n_options; i++)
        if (takes(command, &options[i]) && strlen(options[i].name) == len &&
            strncmp(options[i].name, name, len) == 0)
            return &options[i];
    return NULL;
}

static const struct option *find_letter(const struct command *command, char letter)
{
    for (size_t i = 0; i < n_options; i++)
        if (takes(command, &options[i]) && options[i].letter == letter)
            return &options[i];
    return NULL;
}

static int no_such_option(const struct command *command, const char *word, size_t len)
{
    const char *names[64] = { NULL };
    char name[64], safe[200];
    size_t n = 0;
    for (size_t i = 0; i < n_options && n + 1 < LEN(names); i++)
        if (takes(command, &options[i]))
            names[n++] = options[i].name;
    snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : sizeof(name) - 1), word);
    const char *nearest = sxlint_nearest(name, names);
    sxlint_escape(name, safe, sizeof(safe));
    if (nearest != NULL)
        return complain("no option --%s; the nearest is --%s", safe, nearest);
    return complain("no option --%s; sxlint %s --help lists them", safe, command->name);
}

/* Choices */

static bool push_text(const char ***list, size_t *n, const char *text)
{
    const char **grown = realloc(*list, (*n + 1) * sizeof(**list));
    if (grown == NULL)
        return false;
    *list = grown;
    (*list)[(*n)++] = text;
    return true;
}

bool push_choice(struct settings *s, struct choice choice)
{
    struct choice *grown = realloc(s->choices, (s->n_choices + 1) * sizeof(*grown));
    if (grown == NULL)
        return false;
    s->choices = grown;
    s->choices[s->n_choices++] = choice;
    return true;
}

const char *keep(struct settings *s, char *text)
{
    if (text == NULL)
        return NULL;
    char **grown = realloc(s->owned, (s->n_owned + 1) * sizeof(*grown));
    if (grown == NULL) {
        free(text);
        return NULL;
    }
    s->owned = grown;
    s->owned[s->n_owned++] = text;
    return text;
}

void free_settings(struct settings *s)
{
    for (size_t i = 0; i < s->n_owned; i++)
        free(s->owned[i]);
    free(s->owned);
    free(s->choices);
    free(s->reports);
    free(s->words);
}

bool is_effective(const struct settings *s, const struct choice *choice)
{
    for (size_t i = 0; i < s->n_choices; i++) {
        const struct choice *other = &s->choices[i];
        if (other->option == choice->option && other->source > choice->source &&
            (choice->option->how & ADDS) == 0)
            return false;
    }
    return true;
}

const char *strongest(const struct settings *s, const char *name)
{
    const struct choice *best = NULL;
    for (size_t i = 0; i < s->n_choices; i++) {
        const struct choice *choice = &s->choices[i];
        if (strcmp(choice->option->name, name) == 0 &&
            (best == NULL || choice->source >= best->source))
            best = choice;
    }
    return best != NULL ? best->value : NULL;
}

bool is_said(const struct settings *s, const char *name)
{
    return strongest(s, name) != NULL;
}

static int choose(struct settings *s, const struct option *option, const char *value)
{
    struct choice choice = { option, value != NULL ? value : "true", FROM_ARGUMENTS, 0, 0 };
    return push_choice(s, choice) ? -1 : SXLINT_INTERNAL;
}

/* Arguments, and how far they have been read */

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
    const struct option *option = find_option(r->command, word, len);
    if (option == NULL)
        return no_such_option(r->command, word, len);
    if (option->argument == NULL && sign != NULL)
        return complain("--%s takes no value", option->name);
    if (option->argument == NULL || sign != NULL)
        return choose(s, option, sign != NULL ? sign + 1 : NULL);
    if (r->at == r->argc)
        return complain("--%s needs %s", option->name, option->argument);
    return choose(s, option, r->argv[r->at++]);
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
        if (option->argument != NULL && letters[1] != '\0')
            return choose(s, option, letters + 1);
        if (option->argument != NULL && r->at == r->argc)
            return complain("-%c needs %s", option->letter, option->argument);
        int code = choose(s, option, option->argument != NULL ? r->argv[r->at++] : NULL);
        if (code >= 0)
            return code;
    }
    return -1;
}

static int choose_arguments(struct reading *r, struct settings *s)
{
    bool only_words = false;
    int code = -1;
    while (r->at < r->argc && code < 0) {
        const char *word = r->argv[r->at];
        if (only_words || word[0] != '-' || word[1] == '\0') {
            r->at++;
            code = push_text(&s->words, &s->n_words, word) ? -1 : SXLINT_INTERNAL;
        } else if (strcmp(word, "--") == 0) {
            r->at++;
            only_words = true;
        } else if (word[1] == '-') {
            code = take_long(r, s);
        } else {
            code = take_letters(r, s);
        }
    }
    return code;
}

/* From choices to settings */

/* Complaints about arguments speak of the option; those about others say where it was said. */
static int complain_of(const struct settings *s, const struct choice *choice, const char *what)
{
    char place[300];
    if (choice->source == FROM_ARGUMENTS)
        return complain("%s", what);
    place_of(s, choice, place, sizeof(place));
    fprintf(stderr, "%s: %s\n", place, what);
    return SXLINT_USAGE;
}

/* A flag is true or false, an option that knows its values takes no other. */
static int check_value(const struct settings *s, const struct choice *choice)
{
    /* build settings of Xcode, which are variables of its environment, say YES and NO */
    static const char *const truths[] = { "true", "false", "YES", "NO", NULL };
    const struct option *option = choice->option;
    const char *const *values = option->argument == NULL ? truths : option->values;
    char safe[200], what[400];
    if (option->argument != NULL && (option->how & CLOSED) == 0)
        return -1;
    for (size_t i = 0; values[i] != NULL; i++)
        if (strcmp(choice->value, values[i]) == 0)
            return -1;
    sxlint_escape(choice->value, safe, sizeof(safe));
    snprintf(what, sizeof(what), "%s%s cannot be %s; it is %s",
             choice->source == FROM_ARGUMENTS ? "--" : "", option->name, safe,
             option->argument == NULL ? "true or false" : option->help);
    return complain_of(s, choice, what);
}

static bool is_true(const char *value)
{
    return strcmp(value, "true") == 0 || strcmp(value, "YES") == 0;
}

static const char *plain_value(const struct choice *choice)
{
    if (choice->option->argument != NULL)
        return choice->value;
    return is_true(choice->value) ? "true" : "false";
}

static int put(struct settings *s, const struct choice *choice)
{
    struct sxlint_error error;
    const struct option *option = choice->option;
    char *base = (char *)s;
    switch (option->target) {
    case TO_POLICY:
        s->has_time = s->has_time || strcmp(option->name, "as-of") == 0;
        if (!sxlint_policy_set(s->policy, option->name, plain_value(choice), &error))
            return complain_of(s, choice, error.text);
        break;
    case TO_TEXT:
        *(const char **)(void *)(base + option->offset) = choice->value;
        break;
    case TO_FLAG:
        *(bool *)(void *)(base + option->offset) = is_true(choice->value);
        break;
    case TO_REPORTS:
        if (!push_text(&s->reports, &s->n_reports, choice->value))
            return SXLINT_INTERNAL;
        break;
    }
    return -1;
}

static int apply(struct settings *s)
{
    int code = -1;
    for (int source = 0; source < N_SOURCES; source++)
        for (size_t i = 0; code < 0 && i < s->n_choices; i++) {
            const struct choice *choice = &s->choices[i];
            if ((int)choice->source != source || !is_effective(s, choice))
                continue;
            code = check_value(s, choice);
            if (code < 0)
                code = put(s, choice);
        }
    return code;
}

int parse_options(const struct command *command, int argc, char **argv, struct settings *s)
{
    struct reading r = { .command = command, .argc = argc, .argv = argv };
    int code = choose_arguments(&r, s);
    if (code >= 0)
        return code;
    s->help = strongest(s, "help") != NULL;
    if (s->help)
        return -1;
    if (!choose_environment(s, command))
        return SXLINT_INTERNAL;
    code = choose_file(s, command);
    return code >= 0 ? code : apply(s);
}

/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What each command does, in the order of their bits. */
static int (*const runners[N_COMMANDS])(struct settings *s) = {
#define X(name, bit) [AT_##bit] = run_##name,
    COMMANDS(X)
#undef X
};

int complain(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("sxlint: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return SXLINT_USAGE;
}

int complain_error(const struct sxlint_error *error)
{
    complain("%s", error->text);
    return (int)error->code;
}

static const struct command *find_command(const char *word)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(word, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

/* A word that is no command may be a path, which is then to be checked. */
static bool may_be_path(const char *word)
{
    return word[0] == '-' || strchr(word, '/') != NULL || access(word, F_OK) == 0;
}

static int no_such_command(const char *word)
{
    const char *names[N_COMMANDS + 1] = { NULL };
    char safe[200];
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i].name;
    const char *nearest = sxlint_nearest(word, names);
    sxlint_escape(word, safe, sizeof(safe));
    const char *quote = safe[0] == '"' ? "" : "\"";
    if (nearest == NULL)
        return complain("no file and no command %s%s%s; sxlint --help lists the commands", quote,
                        safe, quote);
    return complain("no file and no command %s%s%s; the nearest command is %s", quote, safe, quote,
                    nearest);
}

int want_words(const struct settings *s, size_t least, size_t most, const char *what)
{
    char safe[200];
    if (s->n_words < least)
        return complain("%s is missing; sxlint %s --help tells more", what, s->command->name);
    if (s->n_words <= most)
        return -1;
    sxlint_escape(s->words[most], safe, sizeof(safe));
    return complain("%s is enough, and there is %s as well", what, safe);
}

static int run(const struct command *command, int argc, char **argv)
{
    struct settings s = { .command = command, .policy = sxlint_policy_new() };
    int code = parse_options(command, argc, argv, &s);
    if (code < 0 && s.help) {
        print_command_help(command);
        code = SXLINT_OK;
    }
    if (code < 0)
        code = runners[__builtin_ctz(command->bit)](&s);
    free_settings(&s);
    sxlint_policy_free(s.policy);
    return code;
}

/* "help" and "help check" are "--help" and "check --help". */
static int help(const char *word)
{
    const struct command *command = word != NULL ? find_command(word) : NULL;
    if (word != NULL && command == NULL)
        return no_such_command(word);
    if (command != NULL)
        print_command_help(command);
    else
        print_help();
    return SXLINT_OK;
}

static bool is_one_of(const char *word, const char *const *names)
{
    while (*names != NULL && strcmp(word, *names) != 0)
        names++;
    return *names != NULL;
}

/* Bytes still in stdio's buffer may fail to be written, too. */
static int finish(int code)
{
    struct sink out = { .file = stdout };
    if (code == SXLINT_UNREADABLE && ferror(stdout))
        return code; /* it was told when it happened */
    int closed = sink_close(&out);
    return closed > code ? closed : code;
}

int main(int argc, char **argv)
{
    static const char *const helps[] = { "--help", "-h", "help", NULL };
    static const char *const versions[] = { "--version", "-V", "version", NULL };
    setlocale(LC_CTYPE, "");
    if (argc < 2)
        return complain("nothing to do; sxlint Waffle.app checks an app, sxlint --help tells more");
    const char *word = argv[1];
    if (is_one_of(word, helps))
        return finish(help(argv[2]));
    if (is_one_of(word, versions)) {
        printf("sxlint %s\n", sxlint_version());
        return finish(SXLINT_OK);
    }
    const struct command *command = find_command(word);
    if (command != NULL)
        return finish(run(command, argc - 2, argv + 2));
    if (!may_be_path(word))
        return no_such_command(word);
    return finish(run(&commands[0], argc - 1, argv + 1));
}

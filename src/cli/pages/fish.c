/* SPDX-License-Identifier: MIT */
#include "cli/pages/pages.h"

/* Text within single quotes, where fish knows two escapes. */
static void put_quoted(const char *text)
{
    putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void put_option(const struct command *command, const struct option *option)
{
    printf("complete -c sxlint -n '__sxlint_is %s' -l %s", command->name, option->name);
    if (option->letter != 0)
        printf(" -s %c", option->letter);
    if (option->argument != NULL)
        fputs(has_files(option) ? " -r -F" : " -x", stdout);
    if (option->values != NULL) {
        fputs(" -a '", stdout);
        for (const char *const *value = option->values; *value != NULL; value++)
            printf("%s%s", value == option->values ? "" : " ", *value);
        putchar('\'');
    }
    fputs(" -d ", stdout);
    put_quoted(option->help);
    putchar('\n');
}

void write_fish(void)
{
    fputs("# fish completion for sxlint, made from its table of options\n"
          "function __sxlint_is --description 'is this the command? check is, without one'\n"
          "    set -l words (commandline -opc)\n"
          "    if set -q words[2]; and contains -- $words[2]",
          stdout);
    for (size_t i = 0; i < N_COMMANDS; i++)
        printf(" %s", commands[i].name);
    fputs("\n"
          "        test $words[2] = $argv[1]\n"
          "    else\n"
          "        test check = $argv[1]\n"
          "    end\n"
          "end\n\n",
          stdout);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        printf("complete -c sxlint -n __fish_use_subcommand -a %s -d ", commands[i].name);
        put_quoted(commands[i].purpose);
        putchar('\n');
    }
    for (size_t i = 0; i < N_COMMANDS; i++) {
        putchar('\n');
        for (size_t k = 0; k < n_options; k++)
            if (takes(&commands[i], &options[k]))
                put_option(&commands[i], &options[k]);
    }
}

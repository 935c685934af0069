/* SPDX-License-Identifier: MIT */
#include "cli/pages/pages.h"

/* Text in a specification of _arguments, within single quotes. */
static void put_escaped(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void put_value(const struct option *option)
{
    putchar(':');
    put_escaped(option->argument);
    if (option->values != NULL) {
        fputs(":(", stdout);
        for (const char *const *value = option->values; *value != NULL; value++)
            printf("%s%s", value == option->values ? "" : " ", *value);
        putchar(')');
    } else {
        fputs(has_files(option) ? ":_files" : ": ", stdout);
    }
}

static void put_option(const struct option *option)
{
    fputs("        '", stdout);
    fputs("*--", stdout);
    fputs(option->name, stdout);
    fputs(option->argument != NULL ? "=[" : "[", stdout);
    put_escaped(option->help);
    putchar(']');
    if (option->argument != NULL)
        put_value(option);
    puts("' \\");
}

static void put_command(const struct command *command)
{
    printf("_sxlint_%s() {\n    _arguments \\\n", command->name);
    for (size_t i = 0; i < n_options; i++)
        if (takes(command, &options[i]))
            put_option(&options[i]);
    puts("        '*:path:_files'\n}\n");
}

void write_zsh(void)
{
    puts("#compdef sxlint\n# zsh completion for sxlint, made from its table of options\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        put_command(&commands[i]);
    puts("_sxlint() {\n    local -a commands\n    commands=(");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        printf("        '%s:", commands[i].name);
        put_escaped(commands[i].purpose);
        puts("'");
    }
    puts("    )\n"
         "    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
         "        _describe command commands\n"
         "        _files\n"
         "    elif (( ${+functions[_sxlint_$words[2]]} )); then\n"
         "        local command=$words[2]\n"
         "        shift words\n"
         "        (( CURRENT-- ))\n"
         "        _sxlint_$command\n"
         "    else\n"
         "        _sxlint_check\n"
         "    fi\n"
         "}\n\n"
         "_sxlint \"$@\"");
}

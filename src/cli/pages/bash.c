/* SPDX-License-Identifier: MIT */
/* For bash from 3.2 on, which macOS has: nothing of the bash-completion project is needed. */
#include "cli/pages/pages.h"

#include <string.h>

static void put_values(const char *const *values)
{
    for (; *values != NULL; values++)
        printf(" %s", *values);
}

/* "check:--channel) words='auto developer-id' ;;" */
static void put_option(const struct command *command, const struct option *option)
{
    if (option->argument == NULL)
        return;
    printf("    %s:--%s", command->name, option->name);
    if (option->letter != 0)
        printf(" | %s:-%c", command->name, option->letter);
    fputs(") words='", stdout);
    if (option->values != NULL)
        put_values(option->values);
    puts("' is_value=1 ;;");
}

static void put_names(const struct command *command)
{
    printf("    %s) words='", command->name);
    for (size_t i = 0; i < n_options; i++)
        if (takes(command, &options[i]))
            printf(" --%s", options[i].name);
    puts("' ;;");
}

void write_bash(void)
{
    fputs("# bash completion for sxlint, made from its table of options\n"
          "_sxlint() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    local command=check words='' is_value=0\n"
          "    COMPREPLY=()\n"
          "    # --option=value comes as three words\n"
          "    if [ \"$cur\" = = ]; then\n"
          "        cur=\n"
          "    elif [ \"$prev\" = = ]; then\n"
          "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
          "    fi\n"
          "    case ${COMP_WORDS[1]} in\n"
          "    ",
          stdout);
    for (size_t i = 0; i < N_COMMANDS; i++)
        printf("%s%s", i > 0 ? " | " : "", commands[i].name);
    fputs(") command=${COMP_WORDS[1]} ;;\n"
          "    esac\n"
          "    case $command:$prev in\n",
          stdout);
    for (size_t i = 0; i < N_COMMANDS; i++)
        for (size_t k = 0; k < n_options; k++)
            if (takes(&commands[i], &options[k]))
                put_option(&commands[i], &options[k]);
    fputs(
        "    esac\n"
        "    if [ $is_value = 0 ] && [ \"$COMP_CWORD\" = 1 ] && [ \"${cur#-}\" = \"$cur\" ]; then\n"
        "        words='",
        stdout);
    for (size_t i = 0; i < N_COMMANDS; i++)
        printf(" %s", commands[i].name);
    fputs("'\n"
          "    elif [ $is_value = 0 ] && [ \"${cur#-}\" != \"$cur\" ]; then\n"
          "        case $command in\n",
          stdout);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        fputs("    ", stdout);
        put_names(&commands[i]);
    }
    fputs("        esac\n"
          "    fi\n"
          "    # without a match, readline completes file names\n"
          "    # shellcheck disable=SC2207 # bash 3.2 has no mapfile\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "}\n"
          "complete -o default -F _sxlint sxlint\n",
          stdout);
}

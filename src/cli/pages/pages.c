/* SPDX-License-Identifier: MIT */
/* usage: sxlint-pages manual DATE [COMMAND] | bash | zsh | fish */
#include "cli/pages/pages.h"

#include <string.h>

static int manual(int argc, char **argv)
{
    const struct command *command = NULL;
    for (size_t i = 0; argc == 4 && i < N_COMMANDS; i++)
        if (strcmp(argv[3], commands[i].name) == 0)
            command = &commands[i];
    if (argc < 3 || (argc == 4) != (command != NULL))
        return 2;
    write_manual(command, argv[2]);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *shell;
        void (*write)(void);
    } shells[] = { { "bash", write_bash }, { "zsh", write_zsh }, { "fish", write_fish } };
    if (argc > 1 && strcmp(argv[1], "manual") == 0)
        return manual(argc, argv);
    for (size_t i = 0; argc == 2 && i < LEN(shells); i++) {
        if (strcmp(argv[1], shells[i].shell) == 0) {
            shells[i].write();
            return 0;
        }
    }
    return 2;
}

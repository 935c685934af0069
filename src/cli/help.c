/* SPDX-License-Identifier: MIT */
/* --help: examples first. */
#include "cli/cli.h"

#include <string.h>

/* What each group of commands is for. */
static const struct {
    const char *group, *commands, *purpose;
} overview[] = {
    { "Judge", "check", "verify, apply the rules, report" },
    { "Look", "show", "code objects, signatures, entitlements, seal" },
    { "", "requirement", "compile, print, test a code requirement" },
    { "", "facts, eval", "everything as JSON; an expression over it" },
    { "", "profile", "provisioning profiles" },
    { "", "entitlements", "the catalogue of entitlement keys" },
    { "Rules", "explain", "one rule, or the rules behind a symptom" },
    { "", "rules", "list, test and check rules" },
};

void print_help(void)
{
    fputs("sxlint tells whether Apple will turn your app away, before you upload it.\n\n"
          "  sxlint Waffle.app                   check it; say why, and how to mend it\n"
          "  sxlint check dist/*.dmg             check several\n"
          "  sxlint explain NE103                what a rule means\n"
          "  sxlint explain --symptom 'error 8'  what a log line or error code means\n\n",
          stdout);
    for (size_t i = 0; i < LEN(overview); i++)
        printf("%-7s %-12s %s\n", overview[i].group, overview[i].commands, overview[i].purpose);
    fputs("\nExit: 0 nothing at the threshold, 1 findings, 2 wrong usage, 3 not examined\n"
          "completely, 4 internal error. sxlint COMMAND --help tells more.\n",
          stdout);
}

void print_command_help(const struct command *command)
{
    printf("sxlint %s %s\n%s\n\n", command->name, command->usage, command->purpose);
    for (size_t i = 0; command->examples[i] != NULL; i++)
        printf("  %s\n", command->examples[i]);
    print_options(command);
}

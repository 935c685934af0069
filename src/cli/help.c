/* SPDX-License-Identifier: MIT */
/* --help: examples first. */
#include "cli/option.h"

#include <string.h>

/* What each group of commands is for. */
static const struct {
    const char *group, *commands, *purpose;
} overview[] = {
    { "Judge", "check", "verify, apply the rules, report" },
    { "", "diff", "what will be noticed between two releases" },
    { "", "log", "explain a notary log" },
    { "Look", "show", "code objects, signatures, entitlements, seal" },
    { "", "requirement", "compile, print, test a code requirement" },
    { "", "facts, eval", "everything as JSON; an expression over it" },
    { "", "profile", "provisioning profiles" },
    { "", "entitlements", "the catalogue of entitlement keys" },
    { "Rules", "explain", "one rule, or the rules behind a symptom" },
    { "", "rules", "list, test and check rules" },
    { "Set up", "config", "the settings in force, and where each was said" },
    { "", "init", "a configuration to begin with" },
    { "", "baseline", "accept what is found today" },
    { "", "xcode", "check what Xcode is building" },
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
    for (size_t i = 0; i < n_options; i++) {
        int n = print_option(text, sizeof(text), &options[i]);
        if (takes(command, &options[i]) && n > width)
            width = n;
    }
    for (size_t i = 0; i < n_options; i++) {
        const struct option *option = &options[i];
        if (!takes(command, option))
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

void print_command_help(const struct command *command)
{
    printf("sxlint %s %s\n%s\n\n", command->name, command->usage, command->purpose);
    for (size_t i = 0; command->examples[i] != NULL; i++)
        printf("  %s\n", command->examples[i]);
    print_options(command);
}

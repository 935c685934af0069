/* SPDX-License-Identifier: MIT */
#include "cli/pages/pages.h"

#include <ctype.h>
#include <string.h>

/* Text for mdoc: a new line for each sentence, as mandoc wants it, and none too long. */
static void put_word(const char *word, size_t len)
{
    if (word[0] == '.' || word[0] == '\'')
        fputs("\\&", stdout);
    for (size_t i = 0; i < len; i++) {
        if (word[i] == '\\')
            fputs("\\e", stdout);
        else
            putchar(word[i]);
    }
}

static void put_text(const char *text)
{
    enum { WIDTH = 72 };
    size_t column = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        bool is_end = column > 0 && (text[-2] == '.' || text[-2] == '!' || text[-2] == '?');
        if (column > 0 && (is_end || column + 1 + len > WIDTH)) {
            putchar('\n');
            column = 0;
        } else if (column > 0) {
            putchar(' ');
            column++;
        }
        put_word(text, len);
        column += len;
        text += len;
        text += strspn(text, " ");
    }
    putchar('\n');
}

/* ".Ar FILE" in small letters, as manuals write them */
static void put_argument(const char *argument)
{
    for (const char *p = argument; *p != '\0'; p++)
        putchar(tolower((unsigned char)*p));
}

static void put_option(const struct option *option)
{
    fputs(".It ", stdout);
    if (option->letter != 0)
        printf("Fl %c , ", option->letter);
    printf("Fl Fl %s", option->name);
    if (option->argument != NULL) {
        fputs(" Ar ", stdout);
        put_argument(option->argument);
    }
    putchar('\n');
    put_text(option->help);
}

static void put_options(const struct command *command)
{
    const char *group = NULL;
    for (size_t i = 0; i < n_options; i++) {
        const struct option *option = &options[i];
        if (!takes(command, option))
            continue;
        if (group == NULL || (option->group != NULL && strcmp(option->group, group) != 0)) {
            if (group != NULL)
                puts(".El");
            group = option->group != NULL ? option->group : "Options";
            printf(".Ss %s\n.Bl -tag -width Ds\n", group);
        }
        put_option(option);
    }
    if (group != NULL)
        puts(".El");
}

static void put_head(const char *title, const char *date)
{
    printf(".Dd %s\n.Dt ", date);
    for (const char *p = title; *p != '\0'; p++)
        putchar(toupper((unsigned char)*p));
    puts(" 1\n.Os\n.Sh NAME");
}

static void put_lines(const char *const *lines)
{
    puts(".Bd -literal -offset indent");
    for (; *lines != NULL; lines++) {
        put_word(*lines, strlen(*lines));
        putchar('\n');
    }
    puts(".Ed");
}

/* "What it does." without the full stop, which a description of a name has not. */
static void put_description(const char *purpose)
{
    size_t len = strcspn(purpose, ".:;");
    printf(".Nd %c%.*s\n", tolower((unsigned char)purpose[0]), (int)len - 1, purpose + 1);
}

static void write_command(const struct command *command, const char *date)
{
    char title[64];
    snprintf(title, sizeof(title), "sxlint-%s", command->name);
    put_head(title, date);
    printf(".Nm %s\n", title);
    put_description(command->purpose);
    printf(".Sh SYNOPSIS\n.Nm sxlint %s\n%s\n.Sh DESCRIPTION\n", command->name, command->usage);
    put_text(command->purpose);
    put_text("Options may also stand in the environment or in a configuration, where "
             "docs/configuration.md "
             "names them; arguments go before both.");
    put_options(command);
    puts(".Sh EXIT STATUS\nAs of\n.Xr sxlint 1 .\n.Sh EXAMPLES");
    put_lines(command->examples);
    puts(".Sh SEE ALSO\n.Xr sxlint 1");
}

static void put_items(const char *const (*items)[2], size_t n, const char *macro)
{
    puts(".Bl -tag -width Ds");
    for (size_t i = 0; i < n; i++) {
        printf(".It %s%s\n", macro, items[i][0]);
        put_text(items[i][1]);
    }
    puts(".El");
}

static void put_commands(void)
{
    puts(".Bl -tag -width Ds");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        printf(".It Cm %s\n", commands[i].name);
        put_text(commands[i].purpose);
        printf("See\n.Xr sxlint-%s 1 .\n", commands[i].name);
    }
    puts(".El");
}

static const char *const variables[][2] = {
    { "SXLINT_KEY",
      "the option --key, in capitals and with _ for -: SXLINT_FAIL_ON, SXLINT_CONFIG." },
    { "SXLINT_SYMBOLS", "ascii: no character beyond ASCII in reports." },
    { "NO_COLOR", "not empty: no colour." },
    { "CLICOLOR_FORCE", "not empty and not 0: colour even where there is no terminal." },
    { "COLUMNS", "the width of text that goes to no terminal; 80 without it." },
    { "XDG_CONFIG_HOME", "where the user's own configuration lies; ~/.config without it." },
};

static const char *const files[][2] = {
    { ".sxlint.yaml",
      "the configuration, looked for from the working directory up to the root of its "
      "repository." },
    { "~/.config/sxlint/config.yaml", "the configuration where there is no other." },
};

static const char *const codes[][2] = {
    { "0", "nothing at or above the threshold." },
    { "1", "findings." },
    { "2", "wrong usage or configuration." },
    { "3", "an input could not be read or examined completely; never reported as clean." },
    { "4", "a fault of sxlint." },
};

static void write_sxlint(const char *date)
{
    static const char *const examples[] = { "sxlint Waffle.app", "sxlint check dist/*.dmg",
                                            "sxlint explain NE103",
                                            "sxlint explain --symptom 'error 8'", NULL };
    put_head("sxlint", date);
    puts(".Nm sxlint\n.Nd tell whether Apple will turn Mac software away\n.Sh SYNOPSIS\n"
         ".Nm\n.Op Ar option ...\n.Ar path ...\n.Nm\n.Ar command\n.Op Ar option ...\n.Op Ar ...\n"
         ".Sh DESCRIPTION");
    put_text("Reads an app, an extension, a framework or a bare binary, verifies it as Apple's own "
             "verifiers would, and says which gate would refuse it and how to mend it, before "
             "anything is uploaded. It uses no Apple tool and no network. Without a command the "
             "paths are checked.");
    puts(".Ss Commands");
    put_commands();
    puts(".Sh ENVIRONMENT");
    put_items(variables, LEN(variables), "Ev ");
    puts(".Sh FILES");
    put_items(files, LEN(files), "Pa ");
    puts(".Sh EXIT STATUS");
    put_items(codes, LEN(codes), "");
    puts("Of several, the highest wins.\n.Sh EXAMPLES");
    put_lines(examples);
}

void write_manual(const struct command *command, const char *date)
{
    if (command != NULL)
        write_command(command, date);
    else
        write_sxlint(date);
}

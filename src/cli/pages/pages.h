/* SPDX-License-Identifier: MIT */
/* What is written from the tables of commands and options while sxlint is built: manual pages and
 * completions for shells. It runs on the machine that builds, and is not installed. */
#pragma once
#include "cli/option.h"

/* A manual page in mdoc: that of a command, or of sxlint itself for NULL. */
void write_manual(const struct command *command, const char *date);
void write_bash(void);
void write_zsh(void);
void write_fish(void);

/* has_files tells whether an option takes a file. */
static inline bool has_files(const struct option *option)
{
    return (option->how & IS_PATH) != 0;
}

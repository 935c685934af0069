/* SPDX-License-Identifier: MIT */
/* Commands for a shell (POSIX sh, bash 3.2, zsh), to be pasted from a report. */
#pragma once
#include "report/layout.h"

/* sx_shell_quote makes one word of the shell: bare where that is safe, else '…', or $'…' when
 * it holds what a terminal must not see. */
struct sx_str sx_shell_quote(struct sx_arena *arena, struct sx_str word);
/* sx_shell_below is the word "$variable/path", or as much of it in double quotes as may be. */
struct sx_str sx_shell_below(struct sx_arena *arena, const char *variable, struct sx_str path);

/* sx_shell_words divides a command at the blanks outside quotes. */
struct sx_strs sx_shell_words(struct sx_arena *arena, struct sx_str command);
/* sx_layout_command writes a command from where the line stands, broken between its words by
 * a backslash and two more blanks of indent. */
void sx_layout_command(struct sx_layout *l, struct sx_strs words);

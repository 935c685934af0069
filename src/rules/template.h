/* SPDX-License-Identifier: MIT */
/* Text with {EXPRESSION} in it, `{{` for a brace. A list is written with commas, or, when a line
 * is left to it at the end of the text, one element a line. Expressions are CEL, checked when the
 * rule is read. Whatever they yield is escaped, so that a rendered text is harmless. */
#pragma once
#include "rules/scope.h"

struct sx_template_piece {
    struct sx_str text;                   /* literal; absent when there is a program */
    const struct sx_cel_program *program; /* NULL for a literal */
};

/* What its expressions may name. */
struct sx_template_names {
    const struct sx_cel_env *env;
    const struct sx_cel_env *with_offending; /* the same and `offending`, or NULL */
    bool has_offending;                      /* the rule knows its offending elements */
};
struct sx_template {
    struct sx_str text; /* as written */
    struct sx_template_names names;
    bool is_ready; /* compiled: the rest is meaningful */
    const struct sx_template_piece *at;
    size_t n;
    bool names_offending; /* some expression names `offending` */
};

/* sx_template_names_of is for the texts of a rule; sx_template_count is `count` alone. */
struct sx_template_names sx_template_names_of(enum sx_scope scope, bool has_offending);
struct sx_template_names sx_template_count(void);

/* sx_template_compile reads a template; its text is borrowed. On failure err->off is the byte
 * within `text`. */
SX_MUST_USE bool sx_template_compile(struct sx_str text, struct sx_template_names names,
                                     struct sx_arena *arena, const struct sx_template **out,
                                     struct sx_err *err);

/* sx_template_later keeps the text of a built-in rule, which a test has compiled, until it is
 * needed: compiling all texts of all rules takes longer than everything else about them. */
const struct sx_template *sx_template_later(struct sx_str text, struct sx_template_names names,
                                            struct sx_arena *arena);
/* sx_template_ready compiles such a one into `arena`; a ready one comes back as it is. */
SX_MUST_USE bool sx_template_ready(const struct sx_template *template, struct sx_arena *arena,
                                   const struct sx_template **out, struct sx_err *err);

/* Where a text could not be told: the first unknown or error met while rendering. */
struct sx_rendering {
    struct sx_str text;
    struct sx_value doubt; /* SX_UNKNOWN or SX_ERROR; null when all was told */
    bool has_absent;       /* an expression gave null */
    bool has_choice;       /* in the midst of a line stands a list of none, or of several */
};

/* sx_is_exact tells whether a text may be pasted: everything in it is known, and one value. */
bool sx_is_exact(const struct sx_rendering *rendering);

/* Whom a text is for: values are escaped for people, and cut when they are long; a file gets them
 * whole, a shell quoted. On the page of a rule, which no finding gives values to, what is unknown
 * is "…". */
enum sx_reader { SX_FOR_PEOPLE, SX_FOR_FILE, SX_FOR_SHELL, SX_FOR_PAGE };

/* Where a shell finds the paths of the facts, which begin with the artifact's name. What was packed
 * lies in the folder that its innermost container was made from. */
struct sx_shell_root {
    struct sx_str name, path;  /* "Waffle.app", "build/Waffle.app" */
    struct sx_objs containers; /* struct sx_Container; empty where nothing is packed */
};

/* sx_template_render renders a ready template with the values of the names; a NULL template and
 * one that yields nothing give absent text. `root` is for a shell and may be NULL. `run` lends an
 * arena for temporaries, the text lives in `arena`. */
struct sx_rendering sx_template_render(const struct sx_template *template, enum sx_reader reader,
                                       const struct sx_shell_root *root,
                                       const struct sx_value *variables, struct sx_cel_run *run,
                                       struct sx_arena *arena);

/* sx_value_text writes a value as messages print it: strings escaped and cut after 160 of more
 * than 200 characters, the elements of a list with `between` between them, eight at most, then
 * "and N more", objects by their label, "none" for what is absent, "not read" for what is
 * unknown. */
void sx_value_text(struct sx_buf *out, struct sx_value v, const char *between);
/* sx_value_whole writes strings, and those of a list, without cutting any. */
void sx_value_whole(struct sx_buf *out, struct sx_value v, const char *between);
/* sx_value_shell writes a string, or every string of a list, as one word of a shell: bare when
 * harmless, else in '...', and in $'...' when it holds control characters. Paths are
 * put where `root` says; NULL leaves them as they are. */
void sx_value_shell(struct sx_buf *out, struct sx_value v, const struct sx_shell_root *root);

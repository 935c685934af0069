/* SPDX-License-Identifier: MIT */
/* Text with {EXPRESSION} in it, `{{` for a brace. Expressions are CEL, checked when the rule is
 * read. Whatever they yield is escaped, so that a rendered text is harmless. */
#pragma once
#include "rules/scope.h"

struct sx_template_piece {
    struct sx_str text;                   /* literal; absent when there is a program */
    const struct sx_cel_program *program; /* NULL for a literal */
};

struct sx_template {
    struct sx_str text; /* as written */
    const struct sx_template_piece *at;
    size_t n;
    bool names_offending; /* some expression names `offending` */
};

/* sx_template_compile reads a template of a scope; texts are borrowed. `has_offending` tells
 * whether its rule knows offending elements. On failure err->off is the byte within `text`. */
SX_MUST_USE bool sx_template_compile(struct sx_str text, enum sx_scope scope, bool has_offending,
                                     struct sx_arena *arena, const struct sx_template **out,
                                     struct sx_err *err);

/* Where a text could not be told: the first unknown or error met while rendering. */
struct sx_rendering {
    struct sx_str text;
    struct sx_value doubt; /* SX_UNKNOWN or SX_ERROR; null when all was told */
};

/* sx_template_render renders with the values of the scope's names; a NULL template gives
 * absent text. `run` lends steps and an arena for temporaries, the text lives in `arena`. */
struct sx_rendering sx_template_render(const struct sx_template *template,
                                       const struct sx_value *variables, struct sx_cel_run *run,
                                       struct sx_arena *arena);

/* sx_value_text writes a value as messages print it: strings escaped and cut after 160 of more
 * than 200 characters, lists joined by commas, eight at most, then "and N more", objects by
 * their label, "none" for what is absent, "not read" for what is unknown. */
void sx_value_text(struct sx_buf *out, struct sx_value v);

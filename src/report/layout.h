/* SPDX-License-Identifier: MIT */
/* Text on lines of limited width, for people.
 *
 * A layout takes text piece by piece and fills lines: it breaks at blanks and at the places
 * where it may, goes on at a hanging indent, writes no trailing blank, and changes colours by
 * role. What no blank divides is never broken: an identifier that is longer than the line runs
 * over it.
 *
 * Whatever comes, no hostile character gets through: it is written as sx_escape would write it, so
 * that no name from a file can harm a terminal, whoever forgot what. A name or value from a file
 * is given to sx_layout_name, or escaped before, so that it is unambiguous too. */
#pragma once
#include "base/buf.h"
#include "report/report.h"

enum sx_role { SX_PLAIN, SX_BAD, SX_CAUTION, SX_GOOD, SX_STRONG, SX_FAINT, SX_N_ROLES };

struct sx_layout {
    const struct sx_style *style;
    struct sx_out out;
    bool stopped; /* `out` wants no more */
    unsigned width;

    struct sx_buf done;  /* whole words, to be handed to `out` */
    size_t column;       /* behind the last word on its line */
    size_t blanks;       /* before the next word */
    size_t hang;         /* column at which a broken line goes on */
    bool must_break;     /* the last word has to be the last of its line */
    bool unbroken;       /* the line goes on, however long */
    enum sx_role shown;  /* what the terminal shows at the end of `done` */
    struct sx_buf word;  /* the word under construction, roles as bytes below SX_N_ROLES */
    enum sx_role role;   /* of the end of `word` */
    size_t word_columns; /* of `word` */
    bool word_is_rtl;
};

/* sx_layout_init borrows `style`; a layout of which sx_layout_finish was called holds nothing. */
void sx_layout_init(struct sx_layout *l, const struct sx_style *style, struct sx_out out);
/* sx_layout_finish ends the last line, hands over everything and frees; false when `out` stopped.
 */
bool sx_layout_finish(struct sx_layout *l);

/* sx_layout_text adds text that may be broken at its blanks; a line break in it is kept. What
 * does not begin with a blank is glued to what stands before. A single word of more than 200
 * characters is cut. */
void sx_layout_text(struct sx_layout *l, enum sx_role role, struct sx_str text);
void sx_layout_cstr(struct sx_layout *l, enum sx_role role, const char *text);
void sx_layout_printf(struct sx_layout *l, enum sx_role role, const char *fmt, ...) SX_PRINTF(3, 4);
/* sx_layout_word adds text that is never broken nor cut, blanks or not: a path, a command's
 * argument, a phrase. sx_layout_name does so after sx_escape. */
void sx_layout_word(struct sx_layout *l, enum sx_role role, struct sx_str text);
void sx_layout_name(struct sx_layout *l, enum sx_role role, struct sx_str name);
/* sx_layout_path adds a path that may be broken after each '/'. */
void sx_layout_path(struct sx_layout *l, enum sx_role role, struct sx_str path);
/* sx_layout_raw adds text as it is, control characters and all: a document that is written out. */
void sx_layout_raw(struct sx_layout *l, struct sx_str text);

/* sx_layout_blanks puts blanks before what follows; a line may be broken there. */
void sx_layout_blanks(struct sx_layout *l, size_t n);
/* sx_layout_to puts what follows at a column, or two blanks behind what reaches beyond it. */
void sx_layout_to(struct sx_layout *l, size_t column);
/* sx_layout_hang sets where broken lines go on; a new line sets it back to 0. */
void sx_layout_hang(struct sx_layout *l, size_t column);
/* sx_layout_unbroken lets the line run on, however long, until it ends or is told otherwise. */
void sx_layout_unbroken(struct sx_layout *l, bool unbroken);
/* sx_layout_line ends the line; at the start of a line it makes an empty one. */
void sx_layout_line(struct sx_layout *l);
/* sx_layout_break ends the line, if something is on it, and goes on at the hanging indent. */
void sx_layout_break(struct sx_layout *l);

/* sx_layout_label begins a line with a faint label at `indent` and lets its text stand, and
 * hang, at `column`. */
void sx_layout_label(struct sx_layout *l, size_t indent, const char *label, size_t column);

/* sx_layout_heading writes a line: a path and what it is. A path that is too long is broken
 * after a '/'. */
void sx_layout_heading(struct sx_layout *l, struct sx_str path, struct sx_str words);

/* The symbols: their UTF-8 form, or ASCII when the style says so. */
enum sx_symbol {
    SX_SYMBOL_CHECK,
    SX_SYMBOL_CROSS,
    SX_SYMBOL_BAR,
    SX_SYMBOL_ELLIPSIS,
    SX_SYMBOL_ARROW,
    SX_N_SYMBOLS
};
const char *sx_symbol_text(const struct sx_style *style, enum sx_symbol symbol);

/* sx_is_safe tells whether no character of the text is hostile. */
bool sx_is_safe(struct sx_str text);
/* sx_columns is the width of text on a terminal. */
size_t sx_columns(struct sx_str text);
/* sx_cut_value shortens a value from a file that has more than 200 characters to its first 160,
 * then "… (4096 characters)". */
struct sx_str sx_cut_value(struct sx_arena *arena, struct sx_str value);

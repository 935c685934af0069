/* SPDX-License-Identifier: MIT */
/* Text for machines, piece by piece, each escaped for the place where it goes.
 *
 * Whatever comes, no hostile character gets through: it is written as sx_escape would write it,
 * and so is whatever is no UTF-8. A line break stays one where its place can hold it. */
#pragma once
#include "base/buf.h"
#include "report/report.h"

struct sx_pen {
    struct sx_out out;
    bool stopped; /* `out` wants no more */
    size_t n;
    char buf[4096];
};

/* Where text goes. */
enum sx_place_in {
    SX_IN_MARKUP,    /* between the tags of XML and HTML */
    SX_IN_ATTRIBUTE, /* within the quotes of theirs */
    SX_IN_LINE,      /* a line of its own; line breaks become blanks */
    SX_IN_COMMAND,   /* the message of a workflow command */
    SX_IN_PROPERTY,  /* a property of one */
    SX_IN_MARKDOWN,  /* running text of Markdown, in which nothing may become markup or a link */
    SX_IN_ADDRESS,   /* an address in Markdown or an attribute; what has no place in one is left out
                      */
    SX_N_PLACES_IN
};

void sx_pen_init(struct sx_pen *pen, struct sx_out out);
/* sx_pen_finish hands over what is left; false when `out` stopped. */
bool sx_pen_finish(struct sx_pen *pen);

/* sx_pen_raw writes our own words as they are; so does sx_pen_printf, whose arguments are numbers
 * and words of ours, and sx_pen_bytes, of what a pen has written before. */
void sx_pen_bytes(struct sx_pen *pen, struct sx_str bytes);
void sx_pen_raw(struct sx_pen *pen, const char *text);
void sx_pen_printf(struct sx_pen *pen, const char *fmt, ...) SX_PRINTF(2, 3);
/* sx_pen_text escapes for the place. */
void sx_pen_text(struct sx_pen *pen, enum sx_place_in place, struct sx_str text);
void sx_pen_cstr(struct sx_pen *pen, enum sx_place_in place, const char *text);

/* sx_pen_attribute writes ` name="value"`, and nothing when there is no value. */
void sx_pen_attribute(struct sx_pen *pen, const char *name, struct sx_str value);
void sx_pen_number(struct sx_pen *pen, const char *name, uint64_t value);

/* sx_buf_out appends to a buffer. */
struct sx_out sx_buf_out(struct sx_buf *buf);

/* sx_uri_of is a path as a relative reference of RFC 3986, or as file:///… when it is absolute. */
struct sx_str sx_uri_of(struct sx_arena *arena, struct sx_str path);

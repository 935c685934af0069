/* SPDX-License-Identifier: MIT */
/* Requirements under test: text, bytes spelled in hex, and trees. */
#pragma once
#include "codesign/requirement.h"

/* One program's, as it says with begin and end. */
extern struct sx_arena *arena;
void begin(void);
void end(void);

struct sx_span span_of(struct sx_str s);
/* from_hex reads digits, blanks between them. */
struct sx_str from_hex(const char *hex);
/* blob_of puts magic, length and kind before an expression in hex. */
struct sx_str blob_of(const char *expression);
/* read_text fails the test when the text does not read. */
struct sx_requirement read_text(struct sx_str text);
/* text_of prints; `reads_back` may be NULL. */
struct sx_str text_of(const struct sx_requirement *r, bool *reads_back);
/* parse_copy parses a copy of just that size, so that a sanitizer sees one byte too many. */
bool parse_copy(struct sx_span blob, struct sx_err *err);

void is_hex(struct sx_span blob, const char *hex);
void is_text(struct sx_str found, const char *want);

/* row_name makes a text the name of a row: what a test's report cannot hold is spelled out. */
const char *row_name(const char *text);
#define ADD_TEXTS(list, table, test)                                                               \
    for (size_t row_ = 0; row_ < sizeof(table) / sizeof((table)[0]); row_++)                       \
    add_row((list), row_name((table)[row_].text), (test), &(table)[row_])

/* SPDX-License-Identifier: MIT */
/* The words of requirement text (Security, requirements.grammar, class RequirementLexer). */
#pragma once
#include "base/arena.h"

enum sx_requirement_token_kind {
    SX_REQ_TOKEN_END,
    SX_REQ_TOKEN_WORD,   /* letters and digits, with dots; keywords too */
    SX_REQ_TOKEN_STRING, /* its text comes without quotes and backslashes */
    SX_REQ_TOKEN_HASH,   /* H"..."; its text is the digits */
    SX_REQ_TOKEN_HEX,    /* 0x...; likewise */
    SX_REQ_TOKEN_PATH,   /* /Library/Keychains/... */
    SX_REQ_TOKEN_NUMBER,
    SX_REQ_TOKEN_ARROW, /* => */
    SX_REQ_TOKEN_EQUAL, /* = or == */
    SX_REQ_TOKEN_LESS,
    SX_REQ_TOKEN_GREATER,
    SX_REQ_TOKEN_LESS_EQUAL,
    SX_REQ_TOKEN_GREATER_EQUAL,
    SX_REQ_TOKEN_TILDE,
    SX_REQ_TOKEN_NOT,
    SX_REQ_TOKEN_STAR,
    SX_REQ_TOKEN_MINUS,
    SX_REQ_TOKEN_OPEN, /* ( */
    SX_REQ_TOKEN_CLOSE,
    SX_REQ_TOKEN_OPEN_KEY, /* [ */
    SX_REQ_TOKEN_CLOSE_KEY,
    SX_REQ_TOKEN_SEMICOLON,
    SX_REQ_TOKEN_COMMA, /* a word of the language, used nowhere in it */
};

struct sx_requirement_token {
    enum sx_requirement_token_kind kind;
    struct sx_str text; /* what it says */
    struct sx_str raw;  /* as it is written */
    size_t off;         /* where, in bytes */
};

struct sx_requirement_lexer {
    struct sx_str text;
    size_t at;
    struct sx_arena *arena;
};

/* sx_requirement_next reads the next token; at the end END, again and again. Fails with USAGE at
 * line and column. */
SX_MUST_USE bool sx_requirement_next(struct sx_requirement_lexer *lexer,
                                     struct sx_requirement_token *out, struct sx_err *err);

/* sx_requirement_fail_at fails at a place in the text, formatted by the caller and escaped. */
bool sx_requirement_fail_at(const struct sx_requirement_lexer *lexer, size_t off, enum sx_errc code,
                            struct sx_str what, struct sx_err *err);

/* SPDX-License-Identifier: MIT */
/* Text to tokens. Literals come decoded. */
#pragma once
#include "cel/compile.h"

/* A token of one character has that character as its kind. */
enum {
    SX_TOKEN_END = 0,
    SX_TOKEN_IDENT = 256,
    SX_TOKEN_RESERVED, /* a word that may only be selected: `m.package` */
    SX_TOKEN_QUOTED,   /* `a/b`, which may only be selected */
    SX_TOKEN_TRUE,
    SX_TOKEN_FALSE,
    SX_TOKEN_NULL,
    SX_TOKEN_IN,
    SX_TOKEN_INT, /* without its sign, which the parser knows */
    SX_TOKEN_UINT,
    SX_TOKEN_DOUBLE,
    SX_TOKEN_STRING,
    SX_TOKEN_BYTES,
    SX_TOKEN_AND,
    SX_TOKEN_OR,
    SX_TOKEN_EQ,
    SX_TOKEN_NE,
    SX_TOKEN_LE,
    SX_TOKEN_GE,
};

struct sx_token {
    int kind;
    size_t at, end; /* in the text */
    union {
        struct sx_str str; /* names, strings, bytes */
        uint64_t u;
        double d;
    };
};

struct sx_lexer {
    struct sx_cel_compiler *c;
    size_t at; /* of what comes after the token */
};

/* sx_lex_next reads one token; fails where no token begins or a literal is wrong. */
SX_MUST_USE bool sx_lex_next(struct sx_lexer *lexer, struct sx_token *out);
/* sx_lex_string decodes a string or bytes literal that begins at `out->at`. */
SX_MUST_USE bool sx_lex_string(struct sx_cel_compiler *c, struct sx_token *out);

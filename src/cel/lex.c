/* SPDX-License-Identifier: MIT */
#include "cel/lex.h"

#include "cel/number.h"

static int peek(const struct sx_lexer *lx, size_t ahead)
{
    size_t at = lx->at + ahead;
    return at < lx->c->text.len ? (unsigned char)lx->c->text.ptr[at] : -1;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static void skip_space(struct sx_lexer *lx)
{
    for (;; lx->at++) {
        int c = peek(lx, 0);
        if (c == '/' && peek(lx, 1) == '/')
            while (peek(lx, 1) != '\n' && peek(lx, 1) != -1)
                lx->at++;
        else if (c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r')
            return;
    }
}

static int kind_of_word(struct sx_str word)
{
    static const struct {
        const char *word;
        int kind;
    } words[] = {
        { "true", SX_TOKEN_TRUE },          { "false", SX_TOKEN_FALSE },
        { "null", SX_TOKEN_NULL },          { "in", SX_TOKEN_IN },
        { "as", SX_TOKEN_RESERVED },        { "break", SX_TOKEN_RESERVED },
        { "const", SX_TOKEN_RESERVED },     { "continue", SX_TOKEN_RESERVED },
        { "else", SX_TOKEN_RESERVED },      { "for", SX_TOKEN_RESERVED },
        { "function", SX_TOKEN_RESERVED },  { "if", SX_TOKEN_RESERVED },
        { "import", SX_TOKEN_RESERVED },    { "let", SX_TOKEN_RESERVED },
        { "loop", SX_TOKEN_RESERVED },      { "package", SX_TOKEN_RESERVED },
        { "namespace", SX_TOKEN_RESERVED }, { "return", SX_TOKEN_RESERVED },
        { "var", SX_TOKEN_RESERVED },       { "void", SX_TOKEN_RESERVED },
        { "while", SX_TOKEN_RESERVED },
    };
    for (size_t i = 0; i < SX_LEN(words); i++)
        if (words[i].word[0] == word.ptr[0] && sx_str_is(word, words[i].word))
            return words[i].kind;
    return SX_TOKEN_IDENT;
}

static bool lex_word(struct sx_lexer *lx, struct sx_token *out)
{
    while (is_word(peek(lx, 0)))
        lx->at++;
    out->str = sx_str_sub(lx->c->text, out->at, lx->at - out->at);
    out->kind = kind_of_word(out->str);
    return true;
}

/* A name in backquotes may hold what keys of maps often hold. */
static bool lex_quoted(struct sx_lexer *lx, struct sx_token *out)
{
    size_t from = ++lx->at;
    for (int c; (c = peek(lx, 0)) != '`'; lx->at++)
        if (!is_word(c) && c != '.' && c != '-' && c != '/' && c != ' ')
            return sx_cel_refuse(lx->c, SX_E_FORMAT, lx->at,
                                 "a name in backquotes holds letters, digits and _.-/ only");
    out->str = sx_str_sub(lx->c->text, from, lx->at - from);
    out->kind = SX_TOKEN_QUOTED;
    lx->at++;
    if (out->str.len == 0)
        return sx_cel_refuse(lx->c, SX_E_FORMAT, out->at, "an empty name");
    return true;
}

static int hex_value(int c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool lex_integer(struct sx_lexer *lx, uint64_t base, struct sx_token *out)
{
    uint64_t v = 0;
    for (int digit; (digit = hex_value(peek(lx, 0))) >= 0 && (uint64_t)digit < base; lx->at++)
        if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, (uint64_t)digit, &v))
            return sx_cel_refuse(lx->c, SX_E_FORMAT, out->at, "the number exceeds 64 bits");
    out->u = v;
    out->kind = SX_TOKEN_INT;
    if ((peek(lx, 0) | 0x20) == 'u') {
        out->kind = SX_TOKEN_UINT;
        lx->at++;
    }
    return true;
}

static void skip_digits(struct sx_lexer *lx)
{
    while (is_digit(peek(lx, 0)))
        lx->at++;
}

/* Moves over ".5" and "e-5"; tells whether there was either. */
static bool skip_fraction(struct sx_lexer *lx)
{
    size_t from = lx->at;
    if (peek(lx, 0) == '.' && is_digit(peek(lx, 1))) {
        lx->at++;
        skip_digits(lx);
    }
    size_t sign = peek(lx, 1) == '+' || peek(lx, 1) == '-' ? 1 : 0;
    if ((peek(lx, 0) | 0x20) == 'e' && is_digit(peek(lx, 1 + sign))) {
        lx->at += 1 + sign;
        skip_digits(lx);
    }
    return lx->at > from;
}

static bool lex_number(struct sx_lexer *lx, struct sx_token *out)
{
    if (peek(lx, 0) == '0' && peek(lx, 1) == 'x' && hex_value(peek(lx, 2)) >= 0) {
        lx->at += 2;
        return lex_integer(lx, 16, out);
    }
    skip_digits(lx);
    if (!skip_fraction(lx)) {
        lx->at = out->at;
        return lex_integer(lx, 10, out);
    }
    out->kind = SX_TOKEN_DOUBLE;
    struct sx_str text = sx_str_sub(lx->c->text, out->at, lx->at - out->at);
    if (!sx_cel_double_of(text, &out->d))
        return sx_cel_refuse(lx->c, SX_E_FORMAT, out->at,
                             "the number is too large or too long for a double");
    return true;
}

/* Is there a string's quote here, behind r, b or br? */
static bool begins_string(const struct sx_lexer *lx)
{
    size_t i = 0;
    if ((peek(lx, i) | 0x20) == 'b')
        i++;
    if ((peek(lx, i) | 0x20) == 'r')
        i++;
    return peek(lx, i) == '"' || peek(lx, i) == '\'';
}

static bool lex_mark(struct sx_lexer *lx, struct sx_token *out)
{
    static const struct {
        char text[3];
        int kind;
    } marks[] = { { "&&", SX_TOKEN_AND }, { "||", SX_TOKEN_OR }, { "==", SX_TOKEN_EQ },
                  { "!=", SX_TOKEN_NE },  { "<=", SX_TOKEN_LE }, { ">=", SX_TOKEN_GE } };
    int c = peek(lx, 0);
    for (size_t i = 0; i < SX_LEN(marks); i++)
        if (c == marks[i].text[0] && peek(lx, 1) == marks[i].text[1]) {
            out->kind = marks[i].kind;
            lx->at += 2;
            return true;
        }
    if (c <= 0 || strchr(".,:?()[]{}<>!+-*/%", c) == NULL)
        return sx_cel_refuse(lx->c, SX_E_FORMAT, out->at,
                             c == '='               ? "a comparison is written =="
                             : c == '&' || c == '|' ? "and, or are written && and ||"
                                                    : "no part of an expression begins here");
    out->kind = c;
    lx->at++;
    return true;
}

bool sx_lex_next(struct sx_lexer *lx, struct sx_token *out)
{
    skip_space(lx);
    *out = (struct sx_token){ .kind = SX_TOKEN_END, .at = lx->at, .end = lx->at };
    int c = peek(lx, 0);
    if (c == -1)
        return true;
    bool ok;
    if (begins_string(lx)) {
        ok = sx_lex_string(lx->c, out);
        lx->at = out->end;
    } else if (is_digit(c) || (c == '.' && is_digit(peek(lx, 1)))) {
        ok = lex_number(lx, out);
    } else if (is_word(c)) {
        ok = lex_word(lx, out);
    } else {
        ok = c == '`' ? lex_quoted(lx, out) : lex_mark(lx, out);
    }
    out->end = lx->at;
    return ok;
}

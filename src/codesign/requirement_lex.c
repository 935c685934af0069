/* SPDX-License-Identifier: MIT */
#include "codesign/requirement_lex.h"

#include "base/buf.h"
#include "value/value.h"

bool sx_requirement_fail_at(const struct sx_requirement_lexer *lexer, size_t off, enum sx_errc code,
                            struct sx_str what, struct sx_err *err)
{
    uint32_t line, column;
    sx_line_of(lexer->text, off, &line, &column);
    return sx_fail_at(err, code, off, line, column, "%.*s", SX_STR_ARG(what));
}

static bool fail(const struct sx_requirement_lexer *lexer, size_t off, const char *what,
                 struct sx_err *err)
{
    return sx_requirement_fail_at(lexer, off, SX_E_USAGE, sx_str_of(what), err);
}

/* The character `ahead` of the next; NUL behind the end, which is no character of the language
 * outside quotes and comments. */
static char peek(const struct sx_requirement_lexer *lexer, size_t ahead)
{
    size_t at = lexer->at + ahead;
    return at < lexer->text.len ? lexer->text.ptr[at] : '\0';
}

static bool at_end(const struct sx_requirement_lexer *lexer)
{
    return lexer->at >= lexer->text.len;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Bytes that UTF-8 never has are refused even in quotes and comments; whether the others are in
 * the right order is not asked. */
static bool take_any(struct sx_requirement_lexer *lexer, struct sx_err *err)
{
    unsigned char c = (unsigned char)peek(lexer, 0);
    if (c == 0xc0 || c == 0xc1 || c >= 0xf5)
        return fail(lexer, lexer->at, "a byte that is no UTF-8", err);
    lexer->at++;
    return true;
}

static bool skip_line(struct sx_requirement_lexer *lexer, struct sx_err *err)
{
    while (!at_end(lexer) && peek(lexer, 0) != '\n')
        SX_TRY(take_any(lexer, err));
    return true;
}

/* Characters of a comment are read in pairs where one begins with a star: so "**" hides the
 * star of its end, and goes on. */
static bool skip_comment(struct sx_requirement_lexer *lexer, struct sx_err *err)
{
    size_t start = lexer->at;
    for (lexer->at += 2; !at_end(lexer);) {
        bool star = peek(lexer, 0) == '*';
        if (star && peek(lexer, 1) == '/') {
            lexer->at += 2;
            return true;
        }
        SX_TRY(take_any(lexer, err));
        if (star && !at_end(lexer))
            SX_TRY(take_any(lexer, err));
    }
    return fail(lexer, start, "a comment without end", err);
}

static bool skip_blanks(struct sx_requirement_lexer *lexer, struct sx_err *err)
{
    for (;;) {
        char c = peek(lexer, 0), next = peek(lexer, 1);
        if (c == ' ' || c == '\t' || c == '\n')
            lexer->at++;
        else if (c == '#' || (c == '/' && next == '/'))
            SX_TRY(skip_line(lexer, err));
        else if (c == '/' && next == '*')
            SX_TRY(skip_comment(lexer, err));
        else
            return true;
    }
}

static void take_while(struct sx_requirement_lexer *lexer, bool (*is)(char c))
{
    while (is(peek(lexer, 0)))
        lexer->at++;
}

static bool is_alphanumeric(char c)
{
    return is_letter(c) || is_digit(c);
}

/* A word, then words and numbers, dots between. */
static bool take_word(struct sx_requirement_lexer *lexer, struct sx_err *err)
{
    take_while(lexer, is_alphanumeric);
    while (peek(lexer, 0) == '.') {
        lexer->at++;
        if (!is_alphanumeric(peek(lexer, 0)))
            return fail(lexer, lexer->at, "expected a letter or digit behind the dot", err);
        take_while(lexer, is_digit(peek(lexer, 0)) ? is_digit : is_alphanumeric);
    }
    return true;
}

static bool take_path(struct sx_requirement_lexer *lexer, struct sx_err *err)
{
    for (int parts = 0; peek(lexer, 0) == '/' || parts < 2; parts++) {
        if (peek(lexer, 0) != '/' || !is_letter(peek(lexer, 1)))
            return fail(lexer, lexer->at, "expected / and a name", err);
        lexer->at++;
        take_while(lexer, is_alphanumeric);
    }
    return true;
}

/* Digits between a prefix of two characters and, of a hash, a quote. */
static bool take_digits(struct sx_requirement_lexer *lexer, bool is_hash,
                        struct sx_requirement_token *out, struct sx_err *err)
{
    lexer->at += 2;
    size_t from = lexer->at;
    take_while(lexer, is_hex);
    if (lexer->at == from)
        return fail(lexer, lexer->at, "expected a hexadecimal digit", err);
    out->text = sx_str_sub(lexer->text, from, lexer->at - from);
    if (is_hash && peek(lexer, 0) != '"')
        return fail(lexer, lexer->at, "expected a hexadecimal digit or the end of the hash", err);
    lexer->at += is_hash;
    return true;
}

static bool take_string(struct sx_requirement_lexer *lexer, struct sx_requirement_token *out,
                        struct sx_err *err)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    size_t start = lexer->at++;
    while (!at_end(lexer) && peek(lexer, 0) != '"') {
        if (peek(lexer, 0) == '\\' && peek(lexer, 1) != '"')
            return fail(lexer, lexer->at, "a backslash may stand before a quote only", err);
        lexer->at += peek(lexer, 0) == '\\';
        char c = peek(lexer, 0);
        SX_TRY(take_any(lexer, err));
        sx_buf_char(&text, c);
    }
    if (at_end(lexer))
        return fail(lexer, start, "text without end", err);
    lexer->at++;
    out->text = sx_str_dup(lexer->arena, sx_buf_view(&text));
    return true;
}

/* Longer marks first. */
static const struct {
    char text[3];
    enum sx_requirement_token_kind kind;
} marks[] = {
    { "=>", SX_REQ_TOKEN_ARROW },      { "==", SX_REQ_TOKEN_EQUAL },
    { "<=", SX_REQ_TOKEN_LESS_EQUAL }, { ">=", SX_REQ_TOKEN_GREATER_EQUAL },
    { "=", SX_REQ_TOKEN_EQUAL },       { "<", SX_REQ_TOKEN_LESS },
    { ">", SX_REQ_TOKEN_GREATER },     { "~", SX_REQ_TOKEN_TILDE },
    { "!", SX_REQ_TOKEN_NOT },         { "*", SX_REQ_TOKEN_STAR },
    { "-", SX_REQ_TOKEN_MINUS },       { "(", SX_REQ_TOKEN_OPEN },
    { ")", SX_REQ_TOKEN_CLOSE },       { "[", SX_REQ_TOKEN_OPEN_KEY },
    { "]", SX_REQ_TOKEN_CLOSE_KEY },   { ";", SX_REQ_TOKEN_SEMICOLON },
    { ",", SX_REQ_TOKEN_COMMA },
};

static bool take_mark(struct sx_requirement_lexer *lexer, struct sx_requirement_token *out,
                      struct sx_err *err)
{
    struct sx_str rest = sx_str_sub(lexer->text, lexer->at, 2);
    for (size_t i = 0; i < SX_LEN(marks); i++)
        if (sx_str_starts(rest, sx_str_of(marks[i].text))) {
            out->kind = marks[i].kind;
            lexer->at += strlen(marks[i].text);
            return true;
        }
    size_t next = lexer->at;
    sx_utf8_next(lexer->text, &next);
    struct sx_str found =
        sx_escape(lexer->arena, sx_str_sub(lexer->text, lexer->at, next - lexer->at));
    return sx_requirement_fail_at(
        lexer, lexer->at, SX_E_USAGE,
        sx_str_printf(lexer->arena, "%.*s may stand in quotes only", SX_STR_ARG(found)), err);
}

static bool take_token(struct sx_requirement_lexer *lexer, struct sx_requirement_token *out,
                       struct sx_err *err)
{
    char c = peek(lexer, 0), next = peek(lexer, 1);
    if (at_end(lexer)) {
        out->kind = SX_REQ_TOKEN_END;
        return true;
    }
    if (c == 'H' && next == '"') {
        out->kind = SX_REQ_TOKEN_HASH;
        return take_digits(lexer, true, out, err);
    }
    if (c == '0' && next == 'x') {
        out->kind = SX_REQ_TOKEN_HEX;
        return take_digits(lexer, false, out, err);
    }
    if (c == '"') {
        out->kind = SX_REQ_TOKEN_STRING;
        return take_string(lexer, out, err);
    }
    if (c == '/' && is_letter(next)) {
        out->kind = SX_REQ_TOKEN_PATH;
        return take_path(lexer, err);
    }
    if (is_letter(c)) {
        out->kind = SX_REQ_TOKEN_WORD;
        return take_word(lexer, err);
    }
    if (is_digit(c)) {
        out->kind = SX_REQ_TOKEN_NUMBER;
        take_while(lexer, is_digit);
        return true;
    }
    return take_mark(lexer, out, err);
}

bool sx_requirement_next(struct sx_requirement_lexer *lexer, struct sx_requirement_token *out,
                         struct sx_err *err)
{
    SX_TRY(skip_blanks(lexer, err));
    *out = (struct sx_requirement_token){ .off = lexer->at };
    SX_TRY(take_token(lexer, out, err));
    out->raw = sx_str_sub(lexer->text, out->off, lexer->at - out->off);
    if (out->text.ptr == NULL)
        out->text = out->raw;
    return true;
}

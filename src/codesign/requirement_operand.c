/* SPDX-License-Identifier: MIT */
/* Tokens and operands of requirement text. */
#include "codesign/requirement_parser.h"
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

static const size_t HASH_LEN = 20;

bool sx_req_fail(struct sx_requirement_parser *p, size_t off, enum sx_errc code, const char *fmt,
                 ...)
{
    char what[sizeof(p->err->what)];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    return sx_requirement_fail_at(&p->lexer, off, code, sx_str_of(what), p->err);
}

bool sx_req_is_word(const struct sx_requirement_parser *p, const char *word)
{
    return sx_req_is(p, SX_REQ_TOKEN_WORD) && sx_str_is(p->token.text, word);
}

bool sx_req_is_text(const struct sx_requirement_parser *p)
{
    return sx_req_is(p, SX_REQ_TOKEN_STRING) ||
           (sx_req_is(p, SX_REQ_TOKEN_WORD) && !sx_requirement_is_keyword(p->token.text));
}

bool sx_req_take(struct sx_requirement_parser *p)
{
    return sx_requirement_next(&p->lexer, &p->token, p->err);
}

bool sx_req_accept(struct sx_requirement_parser *p, bool is_it, bool *taken)
{
    *taken = is_it;
    return !is_it || sx_req_take(p);
}

/* The word of the language that somebody meant: one letter away, or two or three with the same
 * beginning. */
static struct sx_str nearest_word(const struct sx_requirement_token *token)
{
    if (token->kind != SX_REQ_TOKEN_WORD || sx_requirement_is_keyword(token->text))
        return (struct sx_str){ 0 };
    size_t at = sx_str_nearest(token->text, sx_requirement_keywords, sx_n_requirement_keywords);
    if (at == sx_n_requirement_keywords)
        return (struct sx_str){ 0 };
    struct sx_str near = sx_requirement_keywords[at];
    bool is_near = near.ptr[0] == token->text.ptr[0] || sx_str_distance(token->text, near, 1) == 1;
    return is_near ? near : (struct sx_str){ 0 };
}

bool sx_req_unexpected(struct sx_requirement_parser *p, const char *wanted)
{
    struct sx_str found = sx_escape(p->arena, sx_str_sub(p->token.raw, 0, 60));
    struct sx_str near = nearest_word(&p->token);
    if (sx_req_is(p, SX_REQ_TOKEN_END))
        return sx_req_fail(p, p->token.off, SX_E_USAGE, "expected %s, found the end", wanted);
    if (near.ptr != NULL)
        return sx_req_fail(p, p->token.off, SX_E_USAGE,
                           "expected %s, found %.*s; the nearest word is %.*s", wanted,
                           SX_STR_ARG(found), SX_STR_ARG(near));
    return sx_req_fail(p, p->token.off, SX_E_USAGE, "expected %s, found %.*s%s", wanted,
                       SX_STR_ARG(found),
                       sx_req_is(p, SX_REQ_TOKEN_MINUS) ? "; text with a hyphen needs quotes" : "");
}

bool sx_req_expect(struct sx_requirement_parser *p, enum sx_requirement_token_kind kind,
                   const char *wanted)
{
    return sx_req_is(p, kind) ? sx_req_take(p) : sx_req_unexpected(p, wanted);
}

bool sx_req_skip_equal(struct sx_requirement_parser *p)
{
    return !sx_req_is(p, SX_REQ_TOKEN_EQUAL) || sx_req_take(p);
}

bool sx_req_text(struct sx_requirement_parser *p, const char *wanted, struct sx_str *out)
{
    if (sx_req_is(p, SX_REQ_TOKEN_WORD) && !sx_req_is_text(p))
        return sx_req_fail(p, p->token.off, SX_E_USAGE,
                           "%.*s is a word of the language; as text it needs quotes",
                           SX_STR_ARG(p->token.text));
    if (sx_req_is(p, SX_REQ_TOKEN_NUMBER) || sx_req_is(p, SX_REQ_TOKEN_MINUS))
        return sx_req_fail(p, p->token.off, SX_E_USAGE,
                           "text that does not begin with a letter needs quotes");
    if (!sx_req_is_text(p))
        return sx_req_unexpected(p, wanted);
    *out = p->token.text;
    return sx_req_take(p);
}

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static struct sx_str from_hex(struct sx_requirement_parser *p, struct sx_str digits)
{
    char *bytes = sx_arena_alloc(p->arena, digits.len / 2 + 1);
    for (size_t i = 0; i < digits.len / 2; i++)
        bytes[i] = (char)(nibble(digits.ptr[2 * i]) << 4 | nibble(digits.ptr[2 * i + 1]));
    return (struct sx_str){ bytes, digits.len / 2 };
}

bool sx_req_hash(struct sx_requirement_parser *p, struct sx_str *out)
{
    if (!sx_req_is(p, SX_REQ_TOKEN_HASH))
        return sx_req_unexpected(p, "H\"...\", a hash");
    if (p->token.text.len != 2 * HASH_LEN)
        return sx_req_fail(p, p->token.off, SX_E_USAGE, "a hash has %zu digits, this one %zu",
                           2 * HASH_LEN, p->token.text.len);
    *out = from_hex(p, p->token.text);
    return sx_req_take(p);
}

static bool read_value(struct sx_requirement_parser *p, struct sx_str *out)
{
    if (!sx_req_is(p, SX_REQ_TOKEN_HEX))
        return sx_req_text(p, "text", out);
    if (p->token.text.len % 2 != 0)
        return sx_req_fail(p, p->token.off, SX_E_USAGE, "an odd number of hexadecimal digits");
    *out = from_hex(p, p->token.text);
    return sx_req_take(p);
}

/* Apple's compiler takes numbers modulo 2^32. */
bool sx_req_number(struct sx_requirement_parser *p, uint32_t max, uint32_t *out)
{
    uint64_t n = 0;
    if (!sx_req_is(p, SX_REQ_TOKEN_NUMBER))
        return sx_req_unexpected(p, "a number");
    for (size_t i = 0; i < p->token.text.len && n <= max; i++)
        n = n * 10 + (uint64_t)(p->token.text.ptr[i] - '0');
    if (n > max)
        return sx_req_fail(p, p->token.off, SX_E_USAGE, "a number above %u", max);
    *out = (uint32_t)n;
    return sx_req_take(p);
}

/* Apple's compiler takes what is no time for the beginning of 2001. */
static bool read_time(struct sx_requirement_parser *p, int64_t *out)
{
    SX_TRY(sx_req_take(p)); /* "timestamp" */
    if (!sx_req_is(p, SX_REQ_TOKEN_STRING))
        return sx_req_unexpected(p, "a time in quotes");
    if (!sx_requirement_time_parse(p->token.text, out))
        return sx_req_fail(p, p->token.off, SX_E_USAGE,
                           "no time; one is written \"YYYYMMDDhhmmssZ\"");
    return sx_req_take(p);
}

bool sx_req_key(struct sx_requirement_parser *p, struct sx_str *out)
{
    SX_TRY(sx_req_expect(p, SX_REQ_TOKEN_OPEN_KEY, "[ and a key"));
    SX_TRY(sx_req_text(p, "a key", out));
    return sx_req_expect(p, SX_REQ_TOKEN_CLOSE_KEY, "]");
}

/* Operators, what they mean between texts, and between times. */
static const struct relation {
    enum sx_requirement_token_kind token;
    enum sx_requirement_match text, time;
} relations[] = {
    { SX_REQ_TOKEN_EQUAL, SX_MATCH_EQUAL, SX_MATCH_ON },
    { SX_REQ_TOKEN_LESS, SX_MATCH_LESS, SX_MATCH_BEFORE },
    { SX_REQ_TOKEN_GREATER, SX_MATCH_GREATER, SX_MATCH_AFTER },
    { SX_REQ_TOKEN_LESS_EQUAL, SX_MATCH_LESS_EQUAL, SX_MATCH_ON_OR_BEFORE },
    { SX_REQ_TOKEN_GREATER_EQUAL, SX_MATCH_GREATER_EQUAL, SX_MATCH_ON_OR_AFTER },
};

static bool read_equal(struct sx_requirement_parser *p, struct sx_requirement_node *node)
{
    bool star_before, star_behind;
    SX_TRY(sx_req_accept(p, sx_req_is(p, SX_REQ_TOKEN_STAR), &star_before));
    SX_TRY(read_value(p, &node->match.text));
    SX_TRY(sx_req_accept(p, sx_req_is(p, SX_REQ_TOKEN_STAR), &star_behind));
    node->match.op = star_before && star_behind ? SX_MATCH_CONTAINS
                     : star_before              ? SX_MATCH_ENDS
                     : star_behind              ? SX_MATCH_BEGINS
                                                : SX_MATCH_EQUAL;
    return true;
}

static bool read_relation(struct sx_requirement_parser *p, const struct relation *relation,
                          struct sx_requirement_node *node)
{
    SX_TRY(sx_req_take(p));
    if (sx_req_is_word(p, "timestamp")) {
        node->match.op = relation->time;
        return read_time(p, &node->match.time);
    }
    if (relation->token == SX_REQ_TOKEN_EQUAL)
        return read_equal(p, node);
    node->match.op = relation->text;
    return read_value(p, &node->match.text);
}

bool sx_req_match(struct sx_requirement_parser *p, struct sx_requirement_node *node)
{
    bool taken;
    for (size_t i = 0; i < SX_LEN(relations); i++)
        if (sx_req_is(p, relations[i].token))
            return read_relation(p, &relations[i], node);
    SX_TRY(sx_req_accept(p, sx_req_is(p, SX_REQ_TOKEN_TILDE), &taken));
    if (taken) {
        node->match.op = SX_MATCH_CONTAINS;
        return read_value(p, &node->match.text);
    }
    SX_TRY(sx_req_accept(p, sx_req_is_word(p, "absent"), &taken));
    node->match.op = taken ? SX_MATCH_ABSENT : SX_MATCH_EXISTS;
    return taken || sx_req_accept(p, sx_req_is_word(p, "exists"), &taken);
}

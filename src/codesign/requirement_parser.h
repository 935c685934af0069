/* SPDX-License-Identifier: MIT */
/* What the parts of the text's reader share: a parser, the token before it, and operands. */
#pragma once
#include "codesign/requirement_lex.h"
#include "codesign/requirement_words.h"

struct sx_requirement_parser {
    struct sx_requirement_lexer lexer;
    struct sx_requirement_token token; /* the next one */
    struct sx_arena *arena;
    struct sx_err *err;
    uint32_t n_nodes; /* of this requirement, so far */
    unsigned depth;   /* of what is being read: parentheses and "!" */
};

/* sx_req_fail fails at a place in the text; what comes from it has been escaped. */
bool sx_req_fail(struct sx_requirement_parser *p, size_t off, enum sx_errc code, const char *fmt,
                 ...) SX_PRINTF(4, 5);
/* sx_req_unexpected fails at the next token, which is none of those wanted. */
bool sx_req_unexpected(struct sx_requirement_parser *p, const char *wanted);

static inline bool sx_req_is(const struct sx_requirement_parser *p,
                             enum sx_requirement_token_kind kind)
{
    return p->token.kind == kind;
}
bool sx_req_is_word(const struct sx_requirement_parser *p, const char *word);
/* sx_req_is_text: text may be a word unless it is one of the language's own. */
bool sx_req_is_text(const struct sx_requirement_parser *p);

/* sx_req_take goes to the next token; sx_req_accept does when this is the one meant, and tells in
 * `*taken`; sx_req_expect fails when it is of another kind. */
bool sx_req_take(struct sx_requirement_parser *p);
bool sx_req_accept(struct sx_requirement_parser *p, bool is_it, bool *taken);
bool sx_req_expect(struct sx_requirement_parser *p, enum sx_requirement_token_kind kind,
                   const char *wanted);

/* Operands. */

/* sx_req_skip_equal passes over "=" or "==", which may be left out. */
bool sx_req_skip_equal(struct sx_requirement_parser *p);
bool sx_req_text(struct sx_requirement_parser *p, const char *wanted, struct sx_str *out);
bool sx_req_hash(struct sx_requirement_parser *p, struct sx_str *out);
bool sx_req_number(struct sx_requirement_parser *p, uint32_t max, uint32_t *out);
/* sx_req_key reads a key in brackets. */
bool sx_req_key(struct sx_requirement_parser *p, struct sx_str *out);
/* sx_req_match reads what is asked of a key's value; nothing asks whether there is one. */
bool sx_req_match(struct sx_requirement_parser *p, struct sx_requirement_node *node);

/* SPDX-License-Identifier: MIT */
/* From text to a tree (Security, requirements.grammar, class RequirementParser). */
#include "base/buf.h"
#include "base/limits.h"
#include "codesign/requirement_parser.h"

/* A part of the tree, and how many levels it has. */
struct part {
    struct sx_requirement_node *node;
    unsigned levels;
};

static struct part leaf(struct sx_requirement_parser *p, enum sx_requirement_op op)
{
    struct part part = { SX_NEW(p->arena, struct sx_requirement_node), 1 };
    part.node->op = op;
    part.node->at = p->n_nodes++;
    return part;
}

static bool grow(struct sx_requirement_parser *p, size_t off, struct part *part, unsigned levels)
{
    part->levels = levels + 1;
    if (part->levels > SX_MAX_REQUIREMENT_DEPTH)
        return sx_req_fail(p, off, SX_E_LIMIT, "nests deeper than %d operators",
                           SX_MAX_REQUIREMENT_DEPTH);
    return true;
}

static bool join(struct sx_requirement_parser *p, size_t off, enum sx_requirement_op op,
                 struct part left, struct part right, struct part *out)
{
    *out = leaf(p, op);
    out->node->left = left.node;
    out->node->right = right.node;
    return grow(p, off, out, left.levels > right.levels ? left.levels : right.levels);
}

/* Certificates. */

/* The brackets of a certificate hold a kind of field, and its name or OID. */
static bool read_field(struct sx_requirement_parser *p, struct sx_requirement_node *node)
{
    SX_AUTO(sx_buf_release) struct sx_buf oid = { 0 };
    size_t off = p->token.off + 1, i = 0;
    SX_TRY(sx_req_key(p, &node->text));
    while (i < sx_n_requirement_fields &&
           !sx_str_starts(node->text, sx_requirement_fields[i].prefix))
        i++;
    if (i == sx_n_requirement_fields)
        return sx_req_fail(p, off, SX_E_USAGE,
                           "%.*s is no field of a certificate; they begin with subject, field, "
                           "extension, policy or timestamp and a dot",
                           SX_STR_ARG(sx_escape(p->arena, sx_str_sub(node->text, 0, 60))));
    node->op = sx_requirement_fields[i].op;
    if (node->op != SX_REQ_CERT_SUBJECT) {
        size_t skip = sx_requirement_fields[i].prefix.len;
        if (!sx_requirement_oid(sx_str_sub(node->text, skip, node->text.len), &oid))
            return sx_req_fail(p, off, SX_E_USAGE, "%.*s holds no object identifier",
                               SX_STR_ARG(sx_escape(p->arena, sx_str_sub(node->text, 0, 60))));
        node->text = sx_str_dup(p->arena, sx_buf_view(&oid));
    }
    return sx_req_match(p, node);
}

/* Text names a file of a certificate, which Apple's compiler reads; what a requirement means does
 * not depend on files for us. A bare word is rather one of the language, misspelt. */
static bool read_certificate_is(struct sx_requirement_parser *p, const char *wanted,
                                struct sx_requirement_node *node)
{
    if (sx_req_is(p, SX_REQ_TOKEN_OPEN_KEY))
        return read_field(p, node);
    bool is_equal;
    SX_TRY(sx_req_accept(p, sx_req_is(p, SX_REQ_TOKEN_EQUAL), &is_equal));
    if (!is_equal && !sx_req_is(p, SX_REQ_TOKEN_HASH) && !sx_req_is(p, SX_REQ_TOKEN_PATH))
        return sx_req_unexpected(p, wanted);
    if (sx_req_is(p, SX_REQ_TOKEN_PATH) || sx_req_is_text(p))
        return sx_req_fail(p, p->token.off, SX_E_USAGE,
                           "a certificate's file is not read; write H\"...\", its SHA-1");
    node->op = SX_REQ_CERT_HASH;
    return sx_req_hash(p, &node->text);
}

static bool read_slot(struct sx_requirement_parser *p, int32_t *slot)
{
    bool taken;
    uint32_t n = 0;
    *slot = sx_req_is_word(p, "root") ? SX_ROOT_SLOT : SX_LEAF_SLOT;
    SX_TRY(sx_req_accept(p, sx_req_is_word(p, "root") || sx_req_is_word(p, "leaf"), &taken));
    if (taken)
        return true;
    SX_TRY(sx_req_accept(p, sx_req_is(p, SX_REQ_TOKEN_MINUS), &taken));
    if (!taken && !sx_req_is(p, SX_REQ_TOKEN_NUMBER))
        return sx_req_unexpected(p, "leaf, root or a number");
    SX_TRY(sx_req_number(p, taken ? INT32_MAX + 1u : INT32_MAX, &n));
    *slot = (int32_t)(taken ? 0 - n : n);
    return true;
}

static bool read_certificate(struct sx_requirement_parser *p, struct part *out)
{
    bool taken;
    *out = leaf(p, SX_REQ_ANCHOR_TRUSTED);
    SX_TRY(sx_req_accept(p, sx_req_is_word(p, "trusted"), &taken));
    if (taken)
        return true;
    SX_TRY(read_slot(p, &out->node->slot));
    SX_TRY(sx_req_accept(p, sx_req_is_word(p, "trusted"), &taken));
    out->node->op = SX_REQ_CERT_TRUSTED;
    return taken || read_certificate_is(p, "trusted, = or [", out->node);
}

static bool read_anchor(struct sx_requirement_parser *p, struct part *out)
{
    bool taken;
    *out = leaf(p, SX_REQ_ANCHOR_TRUSTED);
    SX_TRY(sx_req_accept(p, sx_req_is_word(p, "trusted"), &taken));
    if (taken)
        return true;
    out->node->op = SX_REQ_ANCHOR_GENERIC;
    SX_TRY(sx_req_accept(p, sx_req_is_word(p, "generic"), &taken));
    if (taken)
        return sx_req_is_word(p, "apple") ? sx_req_take(p) : sx_req_unexpected(p, "apple");
    SX_TRY(sx_req_accept(p, sx_req_is_word(p, "apple"), &taken));
    if (!taken) {
        out->node->slot = SX_ROOT_SLOT;
        return read_certificate_is(p, "apple, trusted, = or [", out->node);
    }
    SX_TRY(sx_req_accept(p, sx_req_is_word(p, "generic"), &taken));
    if (taken)
        return true;
    out->node->op = sx_req_is_text(p) ? SX_REQ_NAMED_ANCHOR : SX_REQ_ANCHOR_APPLE;
    return !sx_req_is_text(p) || sx_req_text(p, "a name", &out->node->text);
}

/* Everything else. */

static bool read_identifier(struct sx_requirement_parser *p, struct part *out)
{
    *out = leaf(p, SX_REQ_IDENTIFIER);
    SX_TRY(sx_req_skip_equal(p));
    return sx_req_text(p, "an identifier", &out->node->text);
}

static bool read_cdhash(struct sx_requirement_parser *p, struct part *out)
{
    *out = leaf(p, SX_REQ_CDHASH);
    SX_TRY(sx_req_skip_equal(p));
    return sx_req_hash(p, &out->node->text);
}

static bool read_platform(struct sx_requirement_parser *p, struct part *out)
{
    uint32_t n = 0;
    *out = leaf(p, SX_REQ_PLATFORM);
    SX_TRY(sx_req_skip_equal(p));
    SX_TRY(sx_req_number(p, INT32_MAX, &n));
    out->node->slot = (int32_t)n;
    return true;
}

static bool read_keyed(struct sx_requirement_parser *p, enum sx_requirement_op op, struct part *out)
{
    *out = leaf(p, op);
    SX_TRY(sx_req_key(p, &out->node->text));
    return sx_req_match(p, out->node);
}

static bool read_info(struct sx_requirement_parser *p, struct part *out)
{
    return read_keyed(p, SX_REQ_INFO, out);
}

static bool read_entitlement(struct sx_requirement_parser *p, struct part *out)
{
    return read_keyed(p, SX_REQ_ENTITLEMENT, out);
}

/* The words that begin a condition: an operation that they are, or what reads the rest. */
static const struct {
    const char *word;
    enum sx_requirement_op op;
    bool (*read)(struct sx_requirement_parser *p, struct part *out);
} conditions[] = {
    { "always", SX_REQ_TRUE, NULL },
    { "true", SX_REQ_TRUE, NULL },
    { "never", SX_REQ_FALSE, NULL },
    { "false", SX_REQ_FALSE, NULL },
    { "notarized", SX_REQ_NOTARIZED, NULL },
    { "legacy", SX_REQ_LEGACY, NULL },
    { "anchor", 0, read_anchor },
    { "certificate", 0, read_certificate },
    { "cert", 0, read_certificate },
    { "identifier", 0, read_identifier },
    { "info", 0, read_info },
    { "entitlement", 0, read_entitlement },
    { "cdhash", 0, read_cdhash },
    { "platform", 0, read_platform },
};

static bool read_condition(struct sx_requirement_parser *p, struct part *out)
{
    for (size_t i = 0; i < SX_LEN(conditions); i++) {
        if (!sx_req_is_word(p, conditions[i].word))
            continue;
        SX_TRY(sx_req_take(p));
        if (conditions[i].read != NULL)
            return conditions[i].read(p, out);
        *out = leaf(p, conditions[i].op);
        return true;
    }
    return sx_req_unexpected(p, "a condition");
}

static bool read_expression(struct sx_requirement_parser *p, struct part *out);
static bool read_primary(struct sx_requirement_parser *p, struct part *out);

/* Text in parentheses is a name; but who writes a word that is nearly one of the language and
 * goes on means that. */
static bool read_named_code(struct sx_requirement_parser *p, struct part *out)
{
    struct sx_requirement_token name = p->token;
    *out = leaf(p, SX_REQ_NAMED_CODE);
    SX_TRY(sx_req_text(p, "a name", &out->node->text));
    if (!sx_req_is(p, SX_REQ_TOKEN_CLOSE) && name.kind == SX_REQ_TOKEN_WORD) {
        p->token = name;
        return sx_req_unexpected(p, "a condition");
    }
    return sx_req_expect(p, SX_REQ_TOKEN_CLOSE, ")");
}

static bool read_parentheses(struct sx_requirement_parser *p, struct part *out)
{
    SX_TRY(sx_req_take(p));
    if (sx_req_is_text(p))
        return read_named_code(p, out);
    SX_TRY(read_expression(p, out));
    return sx_req_expect(p, SX_REQ_TOKEN_CLOSE, "and, or or )");
}

static bool read_not(struct sx_requirement_parser *p, struct part *out)
{
    struct part inner = { 0 };
    size_t off = p->token.off;
    SX_TRY(sx_req_take(p));
    SX_TRY(read_primary(p, &inner));
    *out = leaf(p, SX_REQ_NOT);
    out->node->left = inner.node;
    return grow(p, off, out, inner.levels);
}

static bool read_primary(struct sx_requirement_parser *p, struct part *out)
{
    if (++p->depth > SX_MAX_REQUIREMENT_DEPTH)
        return sx_req_fail(p, p->token.off, SX_E_LIMIT, "nests deeper than %d parentheses",
                           SX_MAX_REQUIREMENT_DEPTH);
    bool ok = sx_req_is(p, SX_REQ_TOKEN_OPEN)  ? read_parentheses(p, out)
              : sx_req_is(p, SX_REQ_TOKEN_NOT) ? read_not(p, out)
                                               : read_condition(p, out);
    p->depth--;
    return ok;
}

/* "and" and "or" bind to the left, and "and" closer. */
static bool read_chain(struct sx_requirement_parser *p, const char *word, enum sx_requirement_op op,
                       bool (*read)(struct sx_requirement_parser *p, struct part *out),
                       struct part *out)
{
    SX_TRY(read(p, out));
    while (sx_req_is_word(p, word)) {
        struct part left = *out, right = { 0 };
        size_t off = p->token.off;
        SX_TRY(sx_req_take(p));
        SX_TRY(read(p, &right));
        SX_TRY(join(p, off, op, left, right, out));
    }
    return true;
}

static bool read_term(struct sx_requirement_parser *p, struct part *out)
{
    return read_chain(p, "and", SX_REQ_AND, read_primary, out);
}

static bool read_expression(struct sx_requirement_parser *p, struct part *out)
{
    return read_chain(p, "or", SX_REQ_OR, read_term, out);
}

/* One requirement, and the semicolons behind it. */
static bool read_requirement(struct sx_requirement_parser *p, struct sx_requirement *out)
{
    struct part root = { 0 };
    p->n_nodes = 0;
    SX_TRY(read_expression(p, &root));
    while (sx_req_is(p, SX_REQ_TOKEN_SEMICOLON))
        SX_TRY(sx_req_take(p));
    *out = (struct sx_requirement){ .root = root.node, .n_nodes = p->n_nodes };
    return true;
}

/* 0 for a word that is none. */
static uint32_t kind_of(struct sx_str word)
{
    static const uint32_t kinds[] = {
#define X(name, value, text) SX_REQUIREMENT_##name,
        SX_REQUIREMENT_KINDS(X)
#undef X
    };
    for (size_t i = 0; i < SX_LEN(kinds); i++)
        if (sx_str_is(word, sx_requirement_kind_name(kinds[i])))
            return kinds[i];
    return 0;
}

static bool begins_element(const struct sx_requirement_parser *p)
{
    return sx_req_is(p, SX_REQ_TOKEN_NUMBER) ||
           (sx_req_is(p, SX_REQ_TOKEN_WORD) && kind_of(p->token.text) != 0);
}

static bool read_kind(struct sx_requirement_parser *p, uint32_t *out)
{
    *out = kind_of(p->token.text);
    SX_TRY(*out != 0 ? sx_req_take(p) : sx_req_number(p, INT32_MAX, out));
    return sx_req_expect(p, SX_REQ_TOKEN_ARROW, "=>");
}

/* A set is kept in order of its kinds; the last requirement of a kind counts (Security,
 * superblob.h, Maker::add). */
static bool place(struct sx_requirement_parser *p, size_t off, struct sx_requirements *set,
                  uint32_t kind, const struct sx_requirement *requirement)
{
    size_t i = 0;
    while (i < set->n && set->at[i].kind < kind)
        i++;
    if (i == set->n || set->at[i].kind != kind) {
        if (set->n == SX_MAX_REQUIREMENTS)
            return sx_req_fail(p, off, SX_E_LIMIT, "more than %d requirements",
                               SX_MAX_REQUIREMENTS);
        memmove(&set->at[i + 1], &set->at[i], (set->n++ - i) * sizeof(set->at[0]));
    }
    set->at[i].kind = kind;
    set->at[i].requirement = *requirement;
    return true;
}

static bool read_set(struct sx_requirement_parser *p, struct sx_requirements *out)
{
    out->is_set = true;
    do {
        uint32_t kind = 0;
        size_t off = p->token.off;
        struct sx_requirement requirement;
        SX_TRY(read_kind(p, &kind));
        SX_TRY(read_requirement(p, &requirement));
        SX_TRY(place(p, off, out, kind, &requirement));
    } while (begins_element(p));
    return true;
}

static bool begin(struct sx_requirement_parser *p, struct sx_str text, struct sx_arena *arena,
                  struct sx_err *err)
{
    *p = (struct sx_requirement_parser){ .lexer = { .text = text, .arena = arena },
                                         .arena = arena,
                                         .err = err };
    if (text.len > SX_MAX_REQUIREMENT_TEXT)
        return sx_fail(err, SX_E_LIMIT, 0, "requirement: %zu bytes of text, at most %u", text.len,
                       SX_MAX_REQUIREMENT_TEXT);
    return sx_req_take(p);
}

static bool finish(struct sx_requirement_parser *p)
{
    return sx_req_is(p, SX_REQ_TOKEN_END) || sx_req_unexpected(p, "and, or or the end");
}

bool sx_requirement_read(struct sx_str text, struct sx_arena *arena, struct sx_requirement *out,
                         struct sx_err *err)
{
    struct sx_requirement_parser p;
    SX_TRY(begin(&p, text, arena, err));
    if (begins_element(&p))
        return sx_req_fail(&p, p.token.off, SX_E_USAGE,
                           "expected one requirement, found a set of them");
    SX_TRY(read_requirement(&p, out));
    return finish(&p);
}

bool sx_requirements_read(struct sx_str text, struct sx_arena *arena, struct sx_requirements *out,
                          struct sx_err *err)
{
    struct sx_requirement_parser p;
    *out = (struct sx_requirements){ 0 };
    SX_TRY(begin(&p, text, arena, err));
    if (begins_element(&p)) {
        SX_TRY(read_set(&p, out));
    } else {
        SX_TRY(read_requirement(&p, &out->at[0].requirement));
        out->n = 1;
    }
    return finish(&p);
}

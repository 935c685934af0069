/* SPDX-License-Identifier: MIT */
/* From a blob to a tree. */
#include "base/limits.h"
#include "codesign/requirement_words.h"

struct reader {
    struct sx_cursor c;
    struct sx_arena *arena;
    uint32_t n; /* nodes so far */
    struct sx_span stray;
};

unsigned sx_requirement_operands(enum sx_requirement_op op)
{
    static const uint8_t operands[] = {
#define X(name, number, operands) [number] = (operands),
        SX_REQUIREMENT_OPS(X)
#undef X
    };
    return op < SX_REQ_N_OPS ? operands[op] : 0;
}

static void note_stray(struct reader *r, struct sx_span bytes)
{
    if (r->stray.len == 0 && !sx_span_is_zero(bytes))
        r->stray = bytes;
}

/* Padding counts for where the next field begins, but not for whether this one fits: at the end
 * it may be missing (Security, reqreader.cpp, getData). */
static struct sx_span get_data(struct reader *r, const char *field)
{
    uint32_t len = sx_get_u32(&r->c, field);
    struct sx_span data = sx_get_bytes(&r->c, len, field);
    size_t padding = (4 - len % 4) % 4, left = sx_cursor_left(&r->c);
    note_stray(r, sx_get_bytes(&r->c, padding < left ? padding : left, field));
    return data;
}

static struct sx_str get_text(struct reader *r, const char *field)
{
    return sx_str_of_span(get_data(r, field));
}

static void get_match(struct reader *r, struct sx_requirement_node *node)
{
    node->match.op = sx_get_u32(&r->c, "match");
    if (sx_match_has_time(node->match.op))
        node->match.time = (int64_t)sx_get_u64(&r->c, "time");
    else if (sx_match_has_text(node->match.op))
        node->match.text = get_text(r, "value");
}

static bool read_node(struct reader *r, unsigned depth, const struct sx_requirement_node **out,
                      struct sx_err *err);

static bool read_unknown(struct reader *r, uint32_t word, unsigned depth,
                         struct sx_requirement_node *node, struct sx_err *err)
{
    uint64_t off = r->c.in.off + r->c.pos - 4;
    if ((word & (SX_REQUIREMENT_UNKNOWN_FALSE | SX_REQUIREMENT_UNKNOWN_SKIP)) == 0)
        return sx_fail(err, SX_E_UNSUPPORTED, off, "requirement: operation 0x%x is not known",
                       word);
    uint32_t len = sx_get_u32(&r->c, "length of an operation");
    node->op =
        (word & SX_REQUIREMENT_UNKNOWN_FALSE) != 0 ? SX_REQ_UNKNOWN_FALSE : SX_REQ_UNKNOWN_SKIP;
    node->slot = (int32_t)(word & SX_REQUIREMENT_NUMBER);
    node->text = sx_str_of_span(sx_get_bytes(&r->c, len, "operation"));
    SX_TRY(sx_cursor_ok(&r->c, err));
    return node->op == SX_REQ_UNKNOWN_FALSE || read_node(r, depth + 1, &node->left, err);
}

static bool read_operands(struct reader *r, unsigned depth, struct sx_requirement_node *node,
                          struct sx_err *err)
{
    unsigned operands = sx_requirement_operands(node->op);
    if ((operands & SX_HAS_SLOT) != 0)
        node->slot = (int32_t)sx_get_u32(&r->c, "slot");
    if ((operands & SX_HAS_TEXT) != 0)
        node->text = get_text(r, "operand");
    if ((operands & SX_HAS_VALUE) != 0) {
        node->match.op = SX_MATCH_EQUAL;
        node->match.text = get_text(r, "value");
    }
    if ((operands & SX_HAS_MATCH) != 0)
        get_match(r, node);
    SX_TRY(sx_cursor_ok(&r->c, err));
    if ((operands & SX_HAS_LEFT) != 0)
        SX_TRY(read_node(r, depth + 1, &node->left, err));
    if ((operands & SX_HAS_RIGHT) != 0)
        SX_TRY(read_node(r, depth + 1, &node->right, err));
    return true;
}

static bool read_node(struct reader *r, unsigned depth, const struct sx_requirement_node **out,
                      struct sx_err *err)
{
    uint64_t off = r->c.in.off + r->c.pos;
    if (depth > SX_MAX_REQUIREMENT_DEPTH)
        return sx_fail(err, SX_E_FORMAT, off, "requirement: nests deeper than %d",
                       SX_MAX_REQUIREMENT_DEPTH);
    uint32_t word = sx_get_u32(&r->c, "operation");
    SX_TRY(sx_cursor_ok(&r->c, err));
    struct sx_requirement_node *node = SX_NEW(r->arena, struct sx_requirement_node);
    node->at = r->n++;
    *out = node;
    if ((word & SX_REQUIREMENT_NUMBER) >= SX_REQ_N_OPS)
        return read_unknown(r, word, depth, node, err);
    node->op = (enum sx_requirement_op)(word & SX_REQUIREMENT_NUMBER);
    return read_operands(r, depth, node, err);
}

static bool read_header(struct sx_span blob, struct sx_span *whole, uint32_t *kind,
                        struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(blob);
    uint32_t magic = sx_get_u32(&c, "requirement.magic");
    uint32_t length = sx_get_u32(&c, "requirement.length");
    *kind = sx_get_u32(&c, "requirement.kind");
    SX_TRY(sx_cursor_ok(&c, err));
    if (magic != SX_REQUIREMENT_MAGIC)
        return sx_fail(err, SX_E_MAGIC, blob.off, "requirement.magic: want 0x%x, found 0x%x",
                       SX_REQUIREMENT_MAGIC, magic);
    if (length < SX_REQUIREMENT_HEADER)
        return sx_fail(err, SX_E_FORMAT, blob.off + 4, "requirement.length: %u", length);
    if (length > SX_MAX_REQUIREMENT)
        return sx_fail(err, SX_E_LIMIT, blob.off + 4, "requirement.length: %u, at most %u", length,
                       SX_MAX_REQUIREMENT);
    return sx_span_sub(blob, 0, length, "requirement", whole, err);
}

static bool read_body(struct reader *r, uint32_t kind, struct sx_requirement *out,
                      struct sx_err *err)
{
    if (kind == SX_REQUIREMENT_KIND_LIGHTWEIGHT)
        out->lightweight = get_data(r, "lightweight requirement");
    else if (kind == SX_REQUIREMENT_KIND_EXPRESSION)
        return read_node(r, 1, &out->root, err);
    else
        return sx_fail(err, SX_E_UNSUPPORTED, r->c.in.off + 8, "requirement.kind: %u is not known",
                       kind);
    return sx_cursor_ok(&r->c, err);
}

bool sx_requirement_parse(struct sx_span blob, struct sx_arena *arena, struct sx_requirement *out,
                          struct sx_err *err)
{
    struct sx_span whole;
    uint32_t kind;
    SX_TRY(read_header(blob, &whole, &kind, err));
    struct reader r = { .c = sx_cursor_be(whole), .arena = arena };
    sx_get_bytes(&r.c, SX_REQUIREMENT_HEADER, "requirement");
    *out = (struct sx_requirement){ 0 };
    SX_TRY(read_body(&r, kind, out, err));
    note_stray(&r, sx_get_bytes(&r.c, sx_cursor_left(&r.c), "rest"));
    out->n_nodes = r.n;
    out->stray = r.stray;
    return true;
}

static bool parse_set(struct sx_span blob, struct sx_arena *arena, struct sx_requirements *out,
                      struct sx_err *err)
{
    struct sx_requirement_set set;
    SX_TRY(sx_requirement_set_parse(blob, &set, err));
    out->is_set = true;
    for (; out->n < set.n; out->n++) {
        struct sx_requirement_of *of = &out->at[out->n];
        of->kind = set.at[out->n].kind;
        SX_TRY(sx_requirement_parse(set.at[out->n].blob, arena, &of->requirement, err));
    }
    return true;
}

bool sx_requirements_parse(struct sx_span blob, struct sx_arena *arena, struct sx_requirements *out,
                           struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(blob);
    *out = (struct sx_requirements){ 0 };
    if (sx_get_u32(&c, "magic") == SX_REQUIREMENT_SET_MAGIC)
        return parse_set(blob, arena, out, err);
    SX_TRY(sx_requirement_parse(blob, arena, &out->at[0].requirement, err));
    out->n = 1;
    return true;
}

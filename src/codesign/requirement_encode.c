/* SPDX-License-Identifier: MIT */
/* From a tree to the blob that Apple's compiler makes of it. */
#include "base/buf.h"
#include "codesign/requirement_words.h"

static void put_u32(struct sx_buf *out, uint32_t n)
{
    uint8_t bytes[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };
    sx_buf_put(out, bytes, sizeof(bytes));
}

static void put_data(struct sx_buf *out, const void *bytes, size_t n)
{
    put_u32(out, (uint32_t)n);
    sx_buf_put(out, bytes, n);
    sx_buf_fill(out, '\0', (4 - n % 4) % 4);
}

static void put_text(struct sx_buf *out, struct sx_str text)
{
    put_data(out, text.ptr, text.len);
}

static void put_match(struct sx_buf *out, const struct sx_requirement_node *node)
{
    uint64_t time = (uint64_t)node->match.time;
    put_u32(out, node->match.op);
    if (sx_match_has_time(node->match.op)) {
        put_u32(out, (uint32_t)(time >> 32));
        put_u32(out, (uint32_t)time);
    } else if (sx_match_has_text(node->match.op)) {
        put_text(out, node->match.text);
    }
}

/* The length of an operation that nobody knows is that of its bytes: they are not padded. */
static void put_unknown(struct sx_buf *out, const struct sx_requirement_node *node)
{
    uint32_t flag = node->op == SX_REQ_UNKNOWN_FALSE ? SX_REQUIREMENT_UNKNOWN_FALSE
                                                     : SX_REQUIREMENT_UNKNOWN_SKIP;
    put_u32(out, flag | (uint32_t)node->slot);
    put_u32(out, (uint32_t)node->text.len);
    sx_buf_str(out, node->text);
}

static void put_node(struct sx_buf *out, const struct sx_requirement_node *node)
{
    unsigned operands = sx_requirement_operands(node->op);
    if (node->op < SX_REQ_N_OPS)
        put_u32(out, node->op);
    else
        put_unknown(out, node);
    if ((operands & SX_HAS_SLOT) != 0)
        put_u32(out, (uint32_t)node->slot);
    if ((operands & SX_HAS_TEXT) != 0)
        put_text(out, node->text);
    if ((operands & SX_HAS_VALUE) != 0)
        put_text(out, node->match.text);
    if ((operands & SX_HAS_MATCH) != 0)
        put_match(out, node);
    if (node->left != NULL)
        put_node(out, node->left);
    if (node->right != NULL)
        put_node(out, node->right);
}

static struct sx_span kept(struct sx_arena *arena, const struct sx_buf *buf)
{
    struct sx_str copy = sx_str_dup(arena, sx_buf_view(buf));
    return (struct sx_span){ (const uint8_t *)copy.ptr, copy.len, 0 };
}

struct sx_span sx_requirement_encode(const struct sx_requirement *requirement,
                                     struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf body = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf blob = { 0 };
    if (requirement->root != NULL)
        put_node(&body, requirement->root);
    else
        put_data(&body, requirement->lightweight.ptr, requirement->lightweight.len);
    put_u32(&blob, SX_REQUIREMENT_MAGIC);
    put_u32(&blob, (uint32_t)(SX_REQUIREMENT_HEADER + body.len));
    put_u32(&blob, requirement->root != NULL ? SX_REQUIREMENT_KIND_EXPRESSION
                                             : SX_REQUIREMENT_KIND_LIGHTWEIGHT);
    sx_buf_str(&blob, sx_buf_view(&body));
    return kept(arena, &blob);
}

struct sx_span sx_requirements_encode(const struct sx_requirements *requirements,
                                      struct sx_arena *arena)
{
    if (!requirements->is_set)
        return sx_requirement_encode(&requirements->at[0].requirement, arena);
    SX_AUTO(sx_buf_release) struct sx_buf index = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf blobs = { 0 };
    size_t start = SX_REQUIREMENT_SET_HEADER + requirements->n * SX_REQUIREMENT_SET_ENTRY;
    for (size_t i = 0; i < requirements->n; i++) {
        struct sx_span blob = sx_requirement_encode(&requirements->at[i].requirement, arena);
        put_u32(&index, requirements->at[i].kind);
        put_u32(&index, (uint32_t)(start + blobs.len));
        sx_buf_put(&blobs, blob.ptr, blob.len);
    }
    SX_AUTO(sx_buf_release) struct sx_buf set = { 0 };
    put_u32(&set, SX_REQUIREMENT_SET_MAGIC);
    put_u32(&set, (uint32_t)(start + blobs.len));
    put_u32(&set, (uint32_t)requirements->n);
    sx_buf_str(&set, sx_buf_view(&index));
    sx_buf_str(&set, sx_buf_view(&blobs));
    return kept(arena, &set);
}

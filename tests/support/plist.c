/* SPDX-License-Identifier: MIT */
#include "node.h"

#define DATA_WIDTH 68

static void put_escaped(struct sx_buf *out, struct sx_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '<':
            sx_buf_cstr(out, "&lt;");
            break;
        case '>':
            sx_buf_cstr(out, "&gt;");
            break;
        case '&':
            sx_buf_cstr(out, "&amp;");
            break;
        default:
            sx_buf_char(out, text.ptr[i]);
        }
    }
}

static void put_element(struct sx_buf *out, const char *name, struct sx_str text, size_t depth)
{
    sx_buf_fill(out, '\t', depth);
    sx_buf_printf(out, "<%s>", name);
    put_escaped(out, text);
    sx_buf_printf(out, "</%s>\n", name);
}

static void put_line(struct sx_buf *out, struct sx_str text, size_t depth)
{
    sx_buf_fill(out, '\t', depth);
    sx_buf_str(out, text);
    sx_buf_char(out, '\n');
}

static void put_data(struct sx_arena *arena, struct sx_buf *out, struct sx_str data, size_t depth)
{
    struct sx_str base64 = sx_fx_base64(arena, data);
    put_line(out, SX_STR("<data>"), depth);
    for (size_t at = 0; at < base64.len; at += DATA_WIDTH)
        put_line(out, sx_str_sub(base64, at, DATA_WIDTH), depth);
    put_line(out, SX_STR("</data>"), depth);
}

static void put_node(struct sx_arena *arena, struct sx_buf *out, const struct sx_fx_node *node,
                     size_t depth);

static void put_collection(struct sx_arena *arena, struct sx_buf *out,
                           const struct sx_fx_node *node, size_t depth)
{
    const char *name = node->kind == SX_FX_NODE_MAP ? "dict" : "array";
    if (node->entries.n == 0) {
        put_line(out, sx_str_printf(arena, "<%s/>", name), depth);
        return;
    }
    put_line(out, sx_str_printf(arena, "<%s>", name), depth);
    for (size_t i = 0; i < node->entries.n; i++) {
        if (node->entries.at[i].node->kind == SX_FX_NODE_NULL)
            continue; /* a key that was taken away before it was there */
        if (node->kind == SX_FX_NODE_MAP)
            put_element(out, "key", node->entries.at[i].key, depth + 1);
        put_node(arena, out, node->entries.at[i].node, depth + 1);
    }
    put_line(out, sx_str_printf(arena, "</%s>", name), depth);
}

static void put_node(struct sx_arena *arena, struct sx_buf *out, const struct sx_fx_node *node,
                     size_t depth)
{
    switch (node->kind) {
    case SX_FX_NODE_BOOL:
        put_line(out, node->number != 0 ? SX_STR("<true/>") : SX_STR("<false/>"), depth);
        break;
    case SX_FX_NODE_INT:
        put_element(out, "integer", node->text, depth);
        break;
    case SX_FX_NODE_REAL:
        put_element(out, "real", node->text, depth);
        break;
    case SX_FX_NODE_DATE:
        put_element(out, "date", node->text, depth);
        break;
    case SX_FX_NODE_DATA:
        put_data(arena, out, node->data, depth);
        break;
    case SX_FX_NODE_LIST:
    case SX_FX_NODE_MAP:
        put_collection(arena, out, node, depth);
        break;
    case SX_FX_NODE_NULL:
    case SX_FX_NODE_STRING:
        put_element(out, "string", node->text, depth);
        break;
    }
}

struct sx_str sx_fx_plist(struct sx_arena *arena, const struct sx_fx_node *node)
{
    struct sx_buf out = { 0 };
    sx_buf_cstr(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                      "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
                      "<plist version=\"1.0\">\n");
    put_node(arena, &out, node, 0);
    sx_buf_cstr(&out, "</plist>\n");
    return sx_fx_take(arena, &out);
}

/* SPDX-License-Identifier: MIT */
#include "node.h"
#include "base/source.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#define MAX_DEPTH   64
#define MAX_EXTENDS 8

bool sx_fx_fail(struct sx_err *err, const struct sx_fx_node *at, const char *fmt, ...)
{
    char what[sizeof(err->what)];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    sx_fail_at(err, SX_E_FORMAT, 0, at->line, at->column, "%s", what);
    if (err->file == NULL)
        err->file = at->file;
    return false;
}

struct loader {
    struct sx_arena *arena;
    yaml_document_t *document;
    const char *name;
    struct sx_err *err;
};

static bool is_int(struct sx_str s)
{
    size_t i = s.len > 1 && s.ptr[0] == '-' ? 1 : 0;
    bool hex = s.len > 2 && s.ptr[0] == '0' && s.ptr[1] == 'x';
    const char *digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
    for (i = hex ? 2 : i; i < s.len; i++)
        if (strchr(digits, s.ptr[i]) == NULL)
            return false;
    return s.len > 0;
}

static bool is_real(struct sx_str s)
{
    size_t dot = sx_str_find(s, SX_STR("."));
    return dot > 0 && dot + 1 < s.len && is_int(sx_str_sub(s, 0, dot)) &&
           is_int(sx_str_sub(s, dot + 1, s.len));
}

static void type_plain(struct sx_fx_node *node)
{
    struct sx_str s = node->text;
    if (s.len == 0 || sx_str_is(s, "~") || sx_str_is(s, "null")) {
        node->kind = SX_FX_NODE_NULL;
    } else if (sx_str_is(s, "true") || sx_str_is(s, "false")) {
        node->kind = SX_FX_NODE_BOOL;
        node->number = s.len == 4;
    } else if (is_int(s)) {
        node->kind = SX_FX_NODE_INT;
        node->number = strtoll(s.ptr, NULL, 0);
    } else if (is_real(s)) {
        node->kind = SX_FX_NODE_REAL;
    } else if (sx_time_parse(s, false, &node->time)) {
        node->kind = SX_FX_NODE_DATE;
    }
}

static void type_scalar(struct loader *l, struct sx_fx_node *node, const yaml_node_t *from)
{
    const char *text = (const char *)from->data.scalar.value;
    node->kind = SX_FX_NODE_STRING;
    node->text = sx_str_dup(l->arena, (struct sx_str){ text, from->data.scalar.length });
    if (strcmp((const char *)from->tag, "!hex") == 0) {
        node->kind = SX_FX_NODE_DATA;
        node->data = sx_fx_unhex(l->arena, node->text);
    } else if (from->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
        type_plain(node);
    }
}

static bool convert(struct loader *l, int id, int depth, struct sx_fx_node **out);

static bool convert_list(struct loader *l, struct sx_fx_node *node, const yaml_node_t *from,
                         int depth)
{
    node->kind = SX_FX_NODE_LIST;
    for (yaml_node_item_t *i = from->data.sequence.items.start; i < from->data.sequence.items.top;
         i++) {
        struct sx_fx_node *item;
        SX_TRY(convert(l, *i, depth + 1, &item));
        sx_fx_append(l->arena, node, item);
    }
    return true;
}

static bool convert_map(struct loader *l, struct sx_fx_node *node, const yaml_node_t *from,
                        int depth)
{
    node->kind = SX_FX_NODE_MAP;
    for (yaml_node_pair_t *p = from->data.mapping.pairs.start; p < from->data.mapping.pairs.top;
         p++) {
        struct sx_fx_node *key, *value;
        SX_TRY(convert(l, p->key, depth + 1, &key));
        SX_TRY(convert(l, p->value, depth + 1, &value));
        if (key->kind == SX_FX_NODE_LIST || key->kind == SX_FX_NODE_MAP)
            return sx_fx_fail(l->err, key, "a key must be text");
        if (sx_fx_get(node, key->text.ptr) != NULL)
            return sx_fx_fail(l->err, key, "the key %s stands twice", key->text.ptr);
        sx_fx_put(l->arena, node, key->text, value);
    }
    return true;
}

static bool convert(struct loader *l, int id, int depth, struct sx_fx_node **out)
{
    const yaml_node_t *from = yaml_document_get_node(l->document, id);
    struct sx_fx_node *node = SX_NEW(l->arena, struct sx_fx_node);
    node->file = l->name;
    node->line = (uint32_t)from->start_mark.line + 1;
    node->column = (uint32_t)from->start_mark.column + 1;
    *out = node;
    if (depth > MAX_DEPTH)
        return sx_fx_fail(l->err, node, "nested too deep");
    if (from->type == YAML_SEQUENCE_NODE)
        return convert_list(l, node, from, depth);
    if (from->type == YAML_MAPPING_NODE)
        return convert_map(l, node, from, depth);
    type_scalar(l, node, from);
    return true;
}

static bool convert_document(struct loader *l, yaml_parser_t *parser, struct sx_fx_node **out)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document)) {
        struct sx_fx_node at = { .file = l->name,
                                 .line = (uint32_t)parser->problem_mark.line + 1,
                                 .column = (uint32_t)parser->problem_mark.column + 1 };
        return sx_fx_fail(l->err, &at, "%s", parser->problem);
    }
    l->document = &document;
    bool done = false;
    if (yaml_document_get_root_node(&document) == NULL)
        sx_fx_fail(l->err, &(struct sx_fx_node){ .file = l->name, .line = 1 }, "nothing in it");
    else
        done = convert(l, 1, 0, out);
    l->document = NULL;
    yaml_document_delete(&document);
    return done;
}

bool sx_fx_parse(struct sx_arena *arena, struct sx_str text, const char *name,
                 struct sx_fx_node **out, struct sx_err *err)
{
    struct loader l = { .arena = arena, .name = name, .err = err };
    *out = NULL;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        sx_fx_die("libyaml has no memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    bool done = convert_document(&l, &parser, out);
    yaml_parser_delete(&parser);
    return done;
}

static bool read_text(struct sx_arena *arena, const char *path, struct sx_str *out,
                      struct sx_err *err)
{
    struct sx_source source;
    struct sx_span bytes;
    SX_TRY(sx_source_open(AT_FDCWD, path, path, true, &source, err));
    bool done = sx_source_whole(&source, 1 << 20, arena, &bytes, err);
    sx_source_close(&source);
    *out = done ? sx_str_of_span(bytes) : SX_STR("");
    return done;
}

struct sx_str sx_fx_beside(struct sx_arena *arena, const char *path, struct sx_str name)
{
    struct sx_str base = sx_str_base(sx_str_of(path));
    return sx_str_printf(arena, "%.*s%.*s", (int)(strlen(path) - base.len), path, SX_STR_ARG(name));
}

static bool load(struct sx_arena *arena, const char *path, int depth, struct sx_fx_node **out,
                 struct sx_err *err)
{
    struct sx_str text = { 0 };
    struct sx_fx_node *under;
    SX_TRY(read_text(arena, path, &text, err));
    SX_TRY(sx_fx_parse(arena, text, path, out, err));
    const struct sx_fx_node *extends = sx_fx_get(*out, "extends");
    if (extends == NULL)
        return true;
    if (depth == MAX_EXTENDS)
        return sx_fx_fail(err, extends, "too many files extend one another");
    SX_TRY(load(arena, sx_fx_beside(arena, path, extends->text).ptr, depth + 1, &under, err));
    *out = sx_fx_merge(arena, under, *out);
    return true;
}

bool sx_fx_load(struct sx_arena *arena, const char *path, struct sx_fx_node **out,
                struct sx_err *err)
{
    return load(arena, sx_str_dup(arena, sx_str_of(path)).ptr, 0, out, err);
}

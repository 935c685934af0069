/* SPDX-License-Identifier: MIT */
#include "rules/yaml.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/table.h"

#include <yaml.h>

/* A list or map that is still open. */
struct level {
    uint32_t node, last; /* last child so far, 0 = none */
    size_t n;            /* children so far */
};

struct reader {
    yaml_parser_t *parser;
    struct sx_arena *arena;
    SX_VEC(struct sx_yaml_node) nodes;
    struct sx_buf pool;
    struct sx_table keys; /* "map's number" + key: to find a key that stands twice */
    struct level stack[SX_MAX_YAML_DEPTH];
    size_t depth, n_documents;
    struct sx_err *err;
};

static bool refuse(struct reader *r, enum sx_errc code, yaml_mark_t mark, const char *what)
{
    return sx_fail_at(r->err, code, 0, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1, "%s",
                      what);
}

/* What libyaml itself refuses. Bytes that are no UTF-8 have an offset, but no mark. */
static bool refuse_text(struct reader *r)
{
    const yaml_parser_t *p = r->parser;
    if (p->error == YAML_READER_ERROR)
        return sx_fail(r->err, SX_E_FORMAT, p->problem_offset, "not YAML: %s at byte %zu",
                       p->problem, p->problem_offset);
    yaml_mark_t mark = p->problem_mark;
    const char *problem = p->problem != NULL ? p->problem : "out of memory";
    return sx_fail_at(r->err, SX_E_FORMAT, 0, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1,
                      "not YAML: %s", problem);
}

static bool is_key(const struct reader *r)
{
    if (r->depth == 0)
        return false;
    const struct level *level = &r->stack[r->depth - 1];
    return r->nodes.at[level->node].kind == SX_YAML_MAP && level->n % 2 == 0;
}

/* Adds a node behind the last one of the open list or map. */
static bool append(struct reader *r, enum sx_yaml_kind kind, yaml_mark_t mark)
{
    if (r->nodes.n >= SX_MAX_YAML_NODES)
        return refuse(r, SX_E_LIMIT, mark, "too many nodes for a rule file");
    if (kind != SX_YAML_SCALAR && is_key(r))
        return refuse(r, SX_E_FORMAT, mark, "a key has to be text");
    uint32_t at = (uint32_t)r->nodes.n;
    SX_PUSH(r->arena, &r->nodes,
            (struct sx_yaml_node){ .kind = (uint8_t)kind,
                                   .line = (uint32_t)mark.line + 1,
                                   .column = (uint32_t)mark.column + 1 });
    if (r->depth > 0) {
        struct level *level = &r->stack[r->depth - 1];
        if (level->last == 0)
            r->nodes.at[level->node].child = at;
        else
            r->nodes.at[level->last].next = at;
        level->last = at;
        level->n++;
    }
    return true;
}

static bool open_level(struct reader *r, enum sx_yaml_kind kind, const yaml_event_t *event)
{
    SX_TRY(append(r, kind, event->start_mark));
    /* libyaml's time grows with the square of the nesting: deep text is not read on */
    if (r->depth == SX_MAX_YAML_DEPTH)
        return refuse(r, SX_E_LIMIT, event->start_mark, "nested too deep");
    r->stack[r->depth++] = (struct level){ .node = (uint32_t)r->nodes.n - 1 };
    return true;
}

static bool note_key(struct reader *r, struct sx_str key, yaml_mark_t mark)
{
    const struct level *level = &r->stack[r->depth - 1];
    struct sx_str unique =
        sx_str_printf(r->arena, "%u %.*s", (unsigned)level->node, SX_STR_ARG(key));
    if (sx_table_put(&r->keys, unique, r))
        return true;
    struct sx_str said = sx_escape(r->arena, key);
    return sx_fail_at(r->err, SX_E_DUPLICATE, 0, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1,
                      "key \"%.*s\" stands twice", SX_STR_ARG(said));
}

static enum sx_yaml_style style_of(yaml_scalar_style_t style)
{
    switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        return SX_YAML_SINGLE;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return SX_YAML_DOUBLE;
    case YAML_LITERAL_SCALAR_STYLE:
        return SX_YAML_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE:
        return SX_YAML_FOLDED;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        break;
    }
    return SX_YAML_PLAIN;
}

static bool add_scalar(struct reader *r, const yaml_event_t *event)
{
    struct sx_str text = { (const char *)event->data.scalar.value, event->data.scalar.length };
    if (is_key(r))
        SX_TRY(note_key(r, text, event->start_mark));
    SX_TRY(append(r, SX_YAML_SCALAR, event->start_mark));
    struct sx_yaml_node *node = &r->nodes.at[r->nodes.n - 1];
    node->style = (uint8_t)style_of(event->data.scalar.style);
    node->text = (uint32_t)r->pool.len;
    node->len = (uint32_t)text.len;
    sx_buf_str(&r->pool, text);
    return true;
}

/* Anchors and tags would let a file say more, or something else, than a reader of it sees. */
static bool is_plain_node(const yaml_char_t *anchor, const yaml_char_t *tag)
{
    return anchor == NULL && tag == NULL;
}

static bool is_decorated(const yaml_event_t *event)
{
    switch ((int)event->type) {
    case YAML_SCALAR_EVENT:
        return !is_plain_node(event->data.scalar.anchor, event->data.scalar.tag);
    case YAML_SEQUENCE_START_EVENT:
        return !is_plain_node(event->data.sequence_start.anchor, event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return !is_plain_node(event->data.mapping_start.anchor, event->data.mapping_start.tag);
    default:
        return event->type == YAML_ALIAS_EVENT;
    }
}

static bool take(struct reader *r, const yaml_event_t *event)
{
    if (is_decorated(event))
        return refuse(r, SX_E_FORMAT, event->start_mark, "anchors, aliases and tags are not read");
    switch ((int)event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (r->n_documents++ > 0)
            return refuse(r, SX_E_FORMAT, event->start_mark, "a second document in one file");
        return true;
    case YAML_SCALAR_EVENT:
        return add_scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(r, SX_YAML_LIST, event);
    case YAML_MAPPING_START_EVENT:
        return open_level(r, SX_YAML_MAP, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return true;
    default:
        return true;
    }
}

static bool read_events(struct reader *r)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (yaml_parser_parse(r->parser, &event) == 0)
            return refuse_text(r);
        more = event.type != YAML_STREAM_END_EVENT;
        bool ok = take(r, &event);
        yaml_event_delete(&event);
        SX_TRY(ok);
    }
    if (r->nodes.n == 0) /* no document at all */
        SX_PUSH(r->arena, &r->nodes, (struct sx_yaml_node){ .line = 1, .column = 1 });
    return true;
}

bool sx_yaml_read(struct sx_str text, const char *file, struct sx_arena *arena, struct sx_yaml *out,
                  struct sx_err *err)
{
    if (text.len > SX_MAX_RULE_FILE)
        return sx_fail(err, SX_E_LIMIT, 0, "%zu bytes, at most %u", text.len, SX_MAX_RULE_FILE);
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    SX_AUTO(yaml_parser_delete) yaml_parser_t parser;
    struct reader r = { .parser = &parser, .arena = scratch, .err = err };
    if (yaml_parser_initialize(&parser) == 0)
        return sx_fail(err, SX_E_LIMIT, 0, "out of memory");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)(text.len > 0 ? text.ptr : ""),
                                 text.len);
    sx_table_init(&r.keys, scratch);
    bool ok = read_events(&r);
    if (ok) {
        struct sx_yaml_node *nodes = SX_NEW_N(arena, struct sx_yaml_node, r.nodes.n);
        memcpy(nodes, r.nodes.at, r.nodes.n * sizeof(*nodes));
        struct sx_str pool = sx_str_dup(arena, sx_buf_view(&r.pool));
        *out = (struct sx_yaml){ nodes, (uint32_t)r.nodes.n, pool.ptr, 0, file, text };
    }
    sx_buf_release(&r.pool);
    return ok;
}

struct sx_str sx_yaml_text(const struct sx_yaml *yaml, uint32_t node)
{
    const struct sx_yaml_node *n = sx_yaml_at(yaml, node);
    if (n->kind != SX_YAML_SCALAR)
        return (struct sx_str){ 0 };
    return (struct sx_str){ yaml->pool + n->text, n->len };
}

uint32_t sx_yaml_get(const struct sx_yaml *yaml, uint32_t map, const char *key)
{
    for (uint32_t at = sx_yaml_at(yaml, map)->child; at != 0;) {
        uint32_t value = sx_yaml_at(yaml, at)->next;
        if (sx_str_is(sx_yaml_text(yaml, at), key))
            return value;
        at = sx_yaml_at(yaml, value)->next;
    }
    return 0;
}

size_t sx_yaml_count(const struct sx_yaml *yaml, uint32_t node)
{
    const struct sx_yaml_node *n = sx_yaml_at(yaml, node);
    size_t count = 0;
    for (uint32_t at = n->child; at != 0; at = sx_yaml_at(yaml, at)->next)
        count++;
    return n->kind == SX_YAML_MAP ? count / 2 : count;
}

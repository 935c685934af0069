/* SPDX-License-Identifier: MIT */
/* YAML text as flat arrays of nodes: what libyaml's events say, with nothing interpreted. What
 * `yes`, `010` or `null` mean is decided by whoever reads the node.
 *
 * Nodes point at one another and at their text by numbers, so that a document can be a table in
 * the program's read-only data: that is what the built-in rules are (rules/pack.c). */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum sx_yaml_kind { SX_YAML_SCALAR, SX_YAML_LIST, SX_YAML_MAP };
enum sx_yaml_style {
    SX_YAML_PLAIN,
    SX_YAML_SINGLE,  /* '...' */
    SX_YAML_DOUBLE,  /* "..." */
    SX_YAML_LITERAL, /* | */
    SX_YAML_FOLDED   /* > */
};

struct sx_yaml_node {
    uint32_t text, len;    /* of a scalar, in the pool */
    uint32_t child;        /* the first element; of a map keys and values in turn; 0 = none */
    uint32_t next;         /* what follows it in its list or map; 0 = nothing */
    uint32_t line, column; /* where it begins, from 1 */
    uint8_t kind, style;   /* enum sx_yaml_kind, enum sx_yaml_style of a scalar */
};

/* Node 0 is the root of some document and never a child: hence 0 can say "none". */
struct sx_yaml {
    const struct sx_yaml_node *nodes;
    uint32_t n; /* nodes */
    const char *pool;
    uint32_t root;
    const char *file;     /* as messages name it */
    struct sx_str source; /* the text as written; absent for a built-in document */
};

/* sx_yaml_read reads one document of UTF-8 text, which it borrows. Fails at line and column
 * with FORMAT (not YAML, a key that is no scalar; anchors, aliases, tags and a second document
 * are refused), DUPLICATE (a key twice in one map) or LIMIT. An empty text gives a plain, empty
 * scalar. */
SX_MUST_USE bool sx_yaml_read(struct sx_str text, const char *file, struct sx_arena *arena,
                              struct sx_yaml *out, struct sx_err *err);

static inline const struct sx_yaml_node *sx_yaml_at(const struct sx_yaml *yaml, uint32_t node)
{
    return &yaml->nodes[node];
}
/* sx_yaml_text is the text of a scalar, its quotes and folds undone; absent for another kind. */
struct sx_str sx_yaml_text(const struct sx_yaml *yaml, uint32_t node);
/* sx_yaml_get finds the value of a key of a map; 0 when it is not there. */
uint32_t sx_yaml_get(const struct sx_yaml *yaml, uint32_t map, const char *key);
/* sx_yaml_count counts the elements of a list, or the pairs of a map. */
size_t sx_yaml_count(const struct sx_yaml *yaml, uint32_t node);

/* sx_yaml_place turns an offset in the text of a scalar into line and column of the file: exact
 * where the scalar stands on one line; in folded text exact for everything but blanks. For a
 * built-in document it is where the scalar begins. */
void sx_yaml_place(const struct sx_yaml *yaml, uint32_t node, size_t off, uint32_t *line,
                   uint32_t *column);
/* sx_text_byte is the byte of a text at which line and column begin, both from 1. */
size_t sx_text_byte(struct sx_str text, uint32_t line, uint32_t column);

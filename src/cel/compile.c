/* SPDX-License-Identifier: MIT */
#include "cel/compile.h"

#include <stdarg.h>
#include <stdio.h>

bool sx_cel_refuse(struct sx_cel_compiler *c, enum sx_errc code, size_t at, const char *fmt, ...)
{
    char what[sizeof(c->err->what)];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    uint32_t line, column;
    sx_line_of(c->text, at, &line, &column);
    return sx_fail_at(c->err, code, at, line, column, "%s", what);
}

struct sx_cel_node *sx_cel_node_new(struct sx_cel_compiler *c, enum sx_cel_op op, size_t at,
                                    size_t n)
{
    if (++c->n_nodes > SX_MAX_CEL_NODES) {
        sx_cel_refuse(c, SX_E_LIMIT, at, "the expression has more than %d parts", SX_MAX_CEL_NODES);
        return NULL;
    }
    struct sx_cel_node *node =
        sx_arena_alloc(c->arena, sizeof(*node) + n * sizeof(struct sx_cel_node *));
    node->op = (uint8_t)op;
    node->at = (uint32_t)at;
    node->n = (uint32_t)n;
    node->arg = (struct sx_cel_node **)(node + 1);
    return node;
}

struct sx_cel_node *sx_cel_node_done(struct sx_cel_compiler *c, struct sx_cel_node *node)
{
    uint8_t below = 0;
    for (size_t i = 0; i < node->n; i++)
        if (node->arg[i]->depth > below)
            below = node->arg[i]->depth;
    node->depth = (uint8_t)(below + 1);
    if (node->depth <= SX_MAX_CEL_DEPTH)
        return node;
    sx_cel_refuse(c, SX_E_LIMIT, node->at, "the expression is nested more than %d deep",
                  SX_MAX_CEL_DEPTH);
    return NULL;
}

bool sx_cel_compile(const struct sx_cel_env *env, struct sx_str text, struct sx_arena *arena,
                    const struct sx_cel_program **out, struct sx_err *err)
{
    struct sx_cel_compiler c = { .env = env, .text = text, .arena = arena, .err = err };
    if (text.len >= UINT32_MAX)
        return sx_cel_refuse(&c, SX_E_LIMIT, 0, "the expression is too long");
    struct sx_cel_node *root = sx_cel_parse(&c);
    if (root == NULL || !sx_cel_check(&c, root))
        return false;
    struct sx_cel_program *program = SX_NEW(arena, struct sx_cel_program);
    *program = (struct sx_cel_program){ .env = env, .text = text, .root = root };
    *out = program;
    return true;
}

const struct sx_spec *sx_cel_type(const struct sx_cel_program *program)
{
    return program->root->type;
}

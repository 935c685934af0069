/* SPDX-License-Identifier: MIT */
/* What can be said of a program without evaluating it. */
#include "cel/type.h"

/* The terms that must all hold: those of a conjunction, or the expression itself. */
struct terms {
    const struct sx_cel_node *root;
    size_t n;
};

static struct terms terms_of(const struct sx_cel_program *program)
{
    const struct sx_cel_node *root = program->root;
    return (struct terms){ root, root->op == SX_CEL_AND ? root->n : 1 };
}

static const struct sx_cel_node *term(const struct terms *terms, size_t i)
{
    return terms->root->op == SX_CEL_AND ? terms->root->arg[i] : terms->root;
}

/* Is the node the path "code.kind"? Takes what it matches off the front of `*path`. */
static bool take_path(const struct sx_cel_program *program, const struct sx_cel_node *node,
                      struct sx_str *path)
{
    struct sx_str name;
    if (node->op == SX_CEL_VARIABLE) {
        name = sx_str_of(program->env->variables[node->slot].name);
    } else if (node->op == SX_CEL_SELECT) {
        if (!take_path(program, node->arg[0], path) || !sx_str_starts(*path, SX_STR(".")))
            return false;
        *path = sx_str_sub(*path, 1, path->len);
        name = node->select->name;
    } else {
        return false;
    }
    if (!sx_str_starts(*path, name))
        return false;
    *path = sx_str_sub(*path, name.len, path->len);
    return true;
}

static bool is_path(const struct sx_cel_program *program, const struct sx_cel_node *node,
                    const char *path)
{
    struct sx_str rest = sx_str_of(path);
    return take_path(program, node, &rest) && rest.len == 0;
}

static bool is_text(const struct sx_cel_node *node)
{
    return node->op == SX_CEL_LITERAL && node->value.kind == SX_STRING;
}

/* The literals that the term says `path` is one of; none when it says something else. */
static struct sx_strs literals_of(const struct sx_cel_program *program,
                                  const struct sx_cel_node *node, const char *path,
                                  struct sx_arena *arena)
{
    struct sx_strs none = { 0 };
    struct sx_cel_node *const *among = NULL;
    size_t n = 1;
    if (node->op == SX_CEL_EQ)
        among = is_path(program, node->arg[0], path)   ? &node->arg[1]
                : is_path(program, node->arg[1], path) ? &node->arg[0]
                                                       : NULL;
    if (node->op == SX_CEL_IN && node->arg[1]->op == SX_CEL_LIST &&
        is_path(program, node->arg[0], path)) {
        among = node->arg[1]->arg;
        n = node->arg[1]->n;
    }
    if (among == NULL)
        return none;
    struct sx_str *texts = SX_NEW_N(arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++) {
        if (!is_text(among[i]))
            return none;
        texts[i] = among[i]->value.str;
    }
    return (struct sx_strs){ texts, n };
}

struct sx_strs sx_cel_literals(const struct sx_cel_program *program, const char *path,
                               struct sx_arena *arena)
{
    struct terms terms = terms_of(program);
    struct sx_strs found = { 0 };
    for (size_t i = 0; i < terms.n && found.n == 0; i++)
        found = literals_of(program, term(&terms, i), path, arena);
    return found;
}

/* The only term that is R.all(x, P). */
static const struct sx_cel_node *only_all(const struct sx_cel_program *program)
{
    struct terms terms = terms_of(program);
    const struct sx_cel_node *found = NULL;
    for (size_t i = 0; i < terms.n; i++) {
        const struct sx_cel_node *node = term(&terms, i);
        if (node->op != SX_CEL_FOLD || node->fold->kind != SX_CEL_FOLD_ALL)
            continue;
        if (found != NULL)
            return NULL;
        found = node;
    }
    return found;
}

static struct sx_cel_node *new_node(struct sx_arena *arena, enum sx_cel_op op,
                                    const struct sx_cel_node *like, size_t n)
{
    struct sx_cel_node *node =
        sx_arena_alloc(arena, sizeof(*node) + n * sizeof(struct sx_cel_node *));
    *node = (struct sx_cel_node){ .op = (uint8_t)op,
                                  .at = like->at,
                                  .n = (uint32_t)n,
                                  .arg = (struct sx_cel_node **)(node + 1),
                                  .type = like->type };
    return node;
}

/* What is listed of an element: the element, or of a map the key. Of two variables, over a list,
 * that is the second. */
static struct sx_cel_node *offender(struct sx_arena *arena, const struct sx_cel_node *all)
{
    const struct sx_spec *range = all->arg[0]->type;
    bool second = all->fold->n_vars == 2 && range->kind != SX_T_MAP;
    struct sx_cel_node *local = new_node(arena, SX_CEL_LOCAL, all, 0);
    local->slot = all->fold->slot + second;
    local->type = range->kind == SX_T_MAP ? sx_cel_key_of(range) : sx_cel_elem_of(range);
    return local;
}

const struct sx_cel_program *sx_cel_offending(const struct sx_cel_program *program,
                                              struct sx_arena *arena)
{
    const struct sx_cel_node *all = only_all(program);
    if (all == NULL)
        return NULL;
    struct sx_cel_node *fails = new_node(arena, SX_CEL_NOT, all, 1);
    fails->arg[0] = all->fold->predicate;
    struct sx_cel_fold *fold = SX_NEW(arena, struct sx_cel_fold);
    *fold = *all->fold;
    fold->kind = SX_CEL_FOLD_LIST;
    fold->predicate = fails;
    fold->transform = offender(arena, all);
    struct sx_cel_node *filter = new_node(arena, SX_CEL_FOLD, all, 3);
    filter->arg[0] = all->arg[0];
    filter->arg[1] = fold->predicate;
    filter->arg[2] = fold->transform;
    filter->fold = fold;
    filter->type = sx_cel_list_type(arena, fold->transform->type);
    struct sx_cel_program *offending = SX_NEW(arena, struct sx_cel_program);
    *offending = *program;
    offending->root = filter;
    return offending;
}

static bool mentions(const struct sx_cel_node *node, const struct sx_type *type,
                     struct sx_str member)
{
    if ((node->op == SX_CEL_SELECT || node->op == SX_CEL_HAS) &&
        sx_str_eq(node->select->name, member)) {
        /* of a value that may be anything, it may be this */
        bool may_be = node->arg[0]->type->kind == SX_T_DYN;
        if (node->select->object == type || may_be)
            return true;
    }
    for (size_t i = 0; i < node->n; i++)
        if (mentions(node->arg[i], type, member))
            return true;
    return false;
}

bool sx_cel_mentions(const struct sx_cel_program *program, const struct sx_type *type,
                     const char *member)
{
    return mentions(program->root, type, sx_str_of(member));
}

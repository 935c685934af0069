/* SPDX-License-Identifier: MIT */
/* Macros over lists and maps. None stops at an error: a later element may decide all the same,
 * or be unknown, which outweighs it. */
#include "cel/eval.h"

struct walk {
    struct sx_eval *e;
    const struct sx_cel_fold *fold;
    struct sx_value range;
    size_t n, next;
    struct sx_value worst; /* of what went wrong so far; null: nothing */
};

/* Binds the macro's variables to the next element; false when there is none, or no steps are
 * left. */
static bool bind_next(struct walk *w)
{
    if (w->next == w->n || w->e->run->steps == 0)
        return false;
    size_t i = w->next++;
    struct sx_value *first = &w->e->locals[w->fold->slot], elem;
    if (w->range.kind == SX_MAP) {
        *first = w->range.map->at[i].key;
        elem = w->range.map->at[i].value;
    } else {
        elem = sx_list_at(w->range, i);
        *first = w->fold->n_vars == 2 ? sx_int((int64_t)i) : elem;
    }
    if (w->fold->n_vars == 2)
        first[1] = elem;
    return true;
}

enum answer { NO, YES, BAD };

static enum answer noted(struct walk *w, struct sx_value v)
{
    sx_eval_note(&w->worst, v);
    return BAD;
}

/* The predicate of the element; YES when the macro has none. */
static enum answer ask(struct walk *w)
{
    const struct sx_cel_node *predicate = w->fold->predicate;
    if (predicate == NULL)
        return YES;
    struct sx_value v = sx_eval_node(w->e, predicate);
    if (v.kind == SX_BOOL)
        return v.b ? YES : NO;
    if (!sx_eval_is_bad(v))
        v = sx_eval_at(predicate, sx_cel_failed("the predicate of a macro is no bool"));
    return noted(w, v);
}

/* The outcome, unless something went wrong or the steps ran out on the way. */
static struct sx_value outcome(const struct walk *w, struct sx_value v)
{
    if (w->worst.kind != SX_NULL)
        return w->worst;
    return w->next == w->n ? v : sx_cel_exhausted();
}

/* all() and exists(): one predicate that is `decisive` decides. */
static struct sx_value quantify(struct walk *w, enum answer decisive)
{
    while (bind_next(w))
        if (ask(w) == decisive)
            return sx_bool(decisive == YES);
    return outcome(w, sx_bool(decisive == NO));
}

static struct sx_value exactly_one(struct walk *w)
{
    size_t n = 0;
    while (bind_next(w))
        n += ask(w) == YES;
    return outcome(w, sx_bool(n == 1));
}

struct values {
    struct sx_value *at;
    size_t n, cap;
};

static struct sx_value collect_list(struct walk *w)
{
    const struct sx_cel_fold *fold = w->fold;
    struct values kept = { 0 };
    while (bind_next(w)) {
        if (ask(w) != YES)
            continue;
        struct sx_value v = fold->transform != NULL ? sx_eval_node(w->e, fold->transform)
                                                    : w->e->locals[fold->slot];
        if (sx_eval_is_bad(v))
            sx_eval_note(&w->worst, v);
        else if (w->worst.kind == SX_NULL)
            SX_PUSH(w->e->run->arena, &kept, v);
    }
    return outcome(w, sx_list_values(kept.at, kept.n));
}

/* Puts the entries of a map that transformMapEntry() made. */
static struct sx_value put_entries(struct sx_map_builder *b, struct sx_value made)
{
    if (made.kind != SX_MAP)
        return sx_cel_failed("transformMapEntry() takes a map for each element");
    for (size_t i = 0; i < made.map->n; i++) {
        struct sx_value put = sx_map_builder_put(b, made.map->at[i].key, made.map->at[i].value);
        if (put.kind == SX_ERROR)
            return put;
    }
    return sx_null();
}

static struct sx_value collect_map(struct walk *w)
{
    const struct sx_cel_fold *fold = w->fold;
    struct sx_map_builder b = { .run = w->e->run };
    while (bind_next(w)) {
        if (ask(w) != YES)
            continue;
        struct sx_value v = sx_eval_node(w->e, fold->transform);
        if (!sx_eval_is_bad(v) && w->worst.kind == SX_NULL)
            v = fold->kind == SX_CEL_FOLD_MAP ? sx_map_builder_put(&b, w->e->locals[fold->slot], v)
                                              : put_entries(&b, v);
        if (sx_eval_is_bad(v))
            sx_eval_note(&w->worst, sx_eval_at(fold->transform, v));
    }
    return outcome(w, sx_map_builder_done(&b));
}

struct sx_value sx_eval_fold(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct walk w = { .e = e, .fold = node->fold, .range = sx_eval_node(e, node->arg[0]) };
    if (sx_eval_is_bad(w.range))
        return w.range;
    if (w.range.kind != SX_LIST && w.range.kind != SX_MAP)
        return sx_eval_at(node, sx_cel_error(e->run, "a macro goes over a list or a map, not a %s",
                                             sx_kind_name((enum sx_kind)w.range.kind)));
    w.n = w.range.kind == SX_LIST ? w.range.list.n : w.range.map->n;
    switch ((enum sx_cel_fold_kind)node->fold->kind) {
    case SX_CEL_FOLD_ALL:
        return quantify(&w, NO);
    case SX_CEL_FOLD_EXISTS:
        return quantify(&w, YES);
    case SX_CEL_FOLD_ONE:
        return exactly_one(&w);
    case SX_CEL_FOLD_FILTER:
    case SX_CEL_FOLD_LIST:
        return collect_list(&w);
    case SX_CEL_FOLD_MAP:
    case SX_CEL_FOLD_ENTRIES:
        break;
    }
    return collect_map(&w);
}

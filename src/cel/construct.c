/* SPDX-License-Identifier: MIT */
/* Lists and maps that an expression makes. */
#include "cel/compare.h"
#include "cel/eval.h"

struct sx_value sx_eval_list(struct sx_eval *e, const struct sx_cel_node *node)
{
    if (node->constant != NULL)
        return *node->constant;
    struct sx_value *items = SX_NEW_N(e->run->arena, struct sx_value, node->n);
    struct sx_value worst = sx_null();
    for (size_t i = 0; i < node->n; i++) {
        items[i] = sx_eval_node(e, node->arg[i]);
        if (sx_eval_is_bad(items[i]))
            sx_eval_note(&worst, items[i]);
    }
    return worst.kind == SX_NULL ? sx_list_values(items, node->n) : worst;
}

/* Looking through the entries is cheaper than a table while they are few. */
enum { TABLE_FROM = 16 };

static void index_strings(struct sx_map_builder *b)
{
    sx_table_init(&b->strings, b->run->arena);
    for (size_t i = 0; i < b->n; i++)
        if (b->at[i].key.kind == SX_STRING && !sx_table_put(&b->strings, b->at[i].key.str, b))
            continue; /* cannot be: the keys differ */
}

static bool has_key(struct sx_map_builder *b, struct sx_value key, bool *out)
{
    if (b->n == TABLE_FROM && b->strings.cap == 0)
        index_strings(b);
    if (key.kind == SX_STRING && b->n >= TABLE_FROM) {
        *out = !sx_table_put(&b->strings, key.str, b);
        return sx_cel_charge_bytes(b->run, key.str.len);
    }
    *out = false;
    SX_TRY(sx_cel_charge_bytes(b->run, b->n * sizeof(key)));
    for (size_t i = 0; !*out && i < b->n; i++)
        SX_TRY(sx_cel_equal(b->run, b->at[i].key, key, out));
    return true;
}

struct sx_value sx_map_builder_put(struct sx_map_builder *b, struct sx_value key,
                                   struct sx_value value)
{
    bool known;
    if (key.kind != SX_INT && key.kind != SX_UINT && key.kind != SX_BOOL && key.kind != SX_STRING)
        return sx_cel_error(b->run, "a %s cannot be the key of a map",
                            sx_kind_name((enum sx_kind)key.kind));
    if (!sx_cel_charge(b->run, 1) || !has_key(b, key, &known))
        return sx_cel_exhausted();
    if (known)
        return sx_cel_failed("a key occurs twice in a map");
    SX_PUSH(b->run->arena, b, (struct sx_entry){ key, value });
    return sx_null();
}

struct sx_value sx_map_builder_done(const struct sx_map_builder *b)
{
    return sx_map_value(b->n > 0 ? sx_map_new(b->run->arena, b->at, b->n) : NULL);
}

struct sx_value sx_eval_map(struct sx_eval *e, const struct sx_cel_node *node)
{
    struct sx_map_builder b = { .run = e->run };
    struct sx_value worst = sx_null();
    for (size_t i = 0; i < node->n; i += 2) {
        struct sx_value key = sx_eval_node(e, node->arg[i]);
        struct sx_value value = sx_eval_node(e, node->arg[i + 1]);
        if (sx_eval_is_bad(key))
            sx_eval_note(&worst, key);
        if (sx_eval_is_bad(value))
            sx_eval_note(&worst, value);
        if (worst.kind != SX_NULL)
            continue;
        struct sx_value put = sx_map_builder_put(&b, key, value);
        if (put.kind == SX_ERROR)
            sx_eval_note(&worst, sx_eval_at(node->arg[i], put));
    }
    return worst.kind == SX_NULL ? sx_map_builder_done(&b) : worst;
}

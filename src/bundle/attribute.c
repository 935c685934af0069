/* SPDX-License-Identifier: MIT */
#include "bundle/attribute.h"

#include "base/buf.h"
#include "bundle/apple_double.h"

/* The file ._NAME beside a path; beside the root itself it is not in the tree. `*is_there` tells
 * whether there is one. */
static bool open_beside(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                        struct sx_source *out, bool *is_there, struct sx_err *err)
{
    bool is_root = path.len == 0;
    struct sx_str name =
        sx_str_printf(arena, "._%.*s", SX_STR_ARG(is_root ? tree->name : sx_str_base(path)));
    struct sx_str beside = sx_path_join(arena, sx_path_parent(path), name);
    const char *said = sx_str_dup(arena, sx_escape(arena, beside)).ptr;
    struct sx_err ignored = { 0 };
    *is_there = is_root ? tree->ops->open_beside != NULL &&
                              tree->ops->open_beside(tree, name.ptr, said, out, &ignored)
                        : sx_tree_has(tree, beside, SX_ENTRY_FILE);
    return is_root || !*is_there || sx_tree_open(tree, beside, said, out, err);
}

static bool read_beside(const struct sx_tree *tree, struct sx_str path, const char *name,
                        struct sx_arena *arena, struct sx_span *out, struct sx_err *err)
{
    struct sx_source source = { .fd = -1 };
    struct sx_span bytes;
    bool is_there;
    SX_TRY(open_beside(tree, path, arena, &source, &is_there, err));
    if (!is_there)
        return true;
    bool ok = sx_source_whole(&source, SX_MAX_APPLE_DOUBLE, arena, &bytes, err);
    sx_source_close(&source);
    if (!ok || !sx_apple_double_find(bytes, name, out))
        *out = (struct sx_span){ 0 };
    return ok;
}

bool sx_attribute_read(const struct sx_tree *tree, struct sx_str path, const char *name,
                       struct sx_arena *arena, struct sx_span *out, struct sx_err *err)
{
    *out = (struct sx_span){ 0 };
    if (tree->ops->attribute != NULL)
        SX_TRY(tree->ops->attribute(tree, path, name, arena, out, err));
    return out->ptr != NULL || read_beside(tree, path, name, arena, out, err);
}

bool sx_attribute_names_in(const struct sx_source *source, struct sx_arena *arena,
                           struct sx_strs *out, struct sx_err *err)
{
    struct sx_span head;
    uint64_t len = source->size < SX_MAX_APPLE_DOUBLE ? source->size : SX_MAX_APPLE_DOUBLE;
    *out = (struct sx_strs){ 0 };
    SX_TRY(sx_source_read(source, 0, len, len, "attributes", arena, &head, err));
    *out = sx_apple_double_names(head, source->size, arena);
    return true;
}

static struct sx_strs joined(struct sx_strs a, struct sx_strs b, struct sx_arena *arena)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, a.n + b.n);
    size_t n = 0;
    for (size_t i = 0; i < a.n + b.n; i++)
        at[i] = i < a.n ? a.at[i] : b.at[i - a.n];
    sx_strs_sort(at, a.n + b.n);
    for (size_t i = 0; i < a.n + b.n; i++)
        if (n == 0 || !sx_str_eq(at[n - 1], at[i]))
            at[n++] = at[i];
    return (struct sx_strs){ at, n };
}

bool sx_attribute_names(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                        struct sx_strs *out, struct sx_err *err)
{
    struct sx_source source = { .fd = -1 };
    struct sx_strs kept = { 0 }, beside = { 0 };
    bool is_there;
    if (tree->ops->attribute_names != NULL)
        SX_TRY(tree->ops->attribute_names(tree, path, arena, &kept, err));
    SX_TRY(open_beside(tree, path, arena, &source, &is_there, err));
    bool ok = !is_there || sx_attribute_names_in(&source, arena, &beside, err);
    sx_source_close(&source);
    *out = joined(kept, beside, arena);
    return ok;
}

bool sx_attribute_has(const struct sx_tree *tree, struct sx_str path, const char *name)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span bytes;
    struct sx_err err = { 0 };
    return sx_attribute_read(tree, path, name, arena, &bytes, &err) ? bytes.ptr != NULL
                                                                    : err.code == SX_E_LIMIT;
}

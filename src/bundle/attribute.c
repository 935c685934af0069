/* SPDX-License-Identifier: MIT */
#include "bundle/attribute.h"

#include "base/buf.h"
#include "bundle/apple_double.h"

static bool read_beside(const struct sx_tree *tree, struct sx_str path, const char *name,
                        struct sx_arena *arena, struct sx_span *out, struct sx_err *err)
{
    struct sx_str beside = sx_path_join(
        arena, sx_path_parent(path), sx_str_printf(arena, "._%.*s", SX_STR_ARG(sx_str_base(path))));
    struct sx_source source = { 0 };
    struct sx_span bytes;
    if (!sx_tree_has(tree, beside, SX_ENTRY_FILE))
        return true;
    const char *said = sx_str_dup(arena, sx_escape(arena, beside)).ptr;
    SX_TRY(sx_tree_open(tree, beside, said, &source, err));
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

bool sx_attribute_has(const struct sx_tree *tree, struct sx_str path, const char *name)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span bytes;
    struct sx_err err = { 0 };
    return sx_attribute_read(tree, path, name, arena, &bytes, &err) ? bytes.ptr != NULL
                                                                    : err.code == SX_E_LIMIT;
}

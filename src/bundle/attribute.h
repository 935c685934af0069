/* SPDX-License-Identifier: MIT */
/* Extended attributes of a file as macOS would see them: what the file system keeps of them, else
 * what an AppleDouble file ._NAME beside the file has kept (bundle/apple_double.h). */
#pragma once
#include "bundle/tree.h"

/* sx_attribute_read reads one; `out->ptr` is NULL when the file has none of that name. Fails with
 * IO, or LIMIT for one of more than SX_MAX_ATTRIBUTE bytes. */
SX_MUST_USE bool sx_attribute_read(const struct sx_tree *tree, struct sx_str path, const char *name,
                                   struct sx_arena *arena, struct sx_span *out, struct sx_err *err);
/* sx_attribute_names lists the names of all, each once, sorted. Fails with IO. */
SX_MUST_USE bool sx_attribute_names(const struct sx_tree *tree, struct sx_str path,
                                    struct sx_arena *arena, struct sx_strs *out,
                                    struct sx_err *err);
/* sx_attribute_names_in lists those that an AppleDouble file keeps; what is none keeps none. */
SX_MUST_USE bool sx_attribute_names_in(const struct sx_source *source, struct sx_arena *arena,
                                       struct sx_strs *out, struct sx_err *err);
/* sx_attribute_has tells whether it is there, of whatever size. */
bool sx_attribute_has(const struct sx_tree *tree, struct sx_str path, const char *name);

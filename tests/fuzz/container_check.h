/* SPDX-License-Identifier: MIT */
/* What holds of every container whatever its bytes: it is walked to its end, every member is
 * opened, what is wrong has words, nothing exceeds the budget. */
#pragma once
#include "base/limits.h"
#include "package/container.h"

#include <stdlib.h>

enum { FUZZ_MEMBERS = 2000, FUZZ_BYTES = 1 << 20, FUZZ_READ = 64 << 10 };

static void require(bool truth)
{
    if (!truth)
        abort();
}

static void check_file(const struct sx_tree *tree, struct sx_str path, uint64_t size)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_source source = { .fd = -1 };
    struct sx_span bytes;
    struct sx_err err = { 0 };
    if (!sx_tree_open(tree, path, "member", &source, &err)) {
        require(err.code != SX_OK && err.what[0] != '\0');
    } else {
        require(source.size == size);
        if (size > FUZZ_READ)
            size = FUZZ_READ;
        if (!sx_source_read(&source, 0, size, FUZZ_READ, "it", arena, &bytes, &err))
            require(err.code != SX_OK && err.what[0] != '\0');
    }
    sx_source_close(&source);
    sx_arena_free(arena);
}

static size_t check_folder(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena)
{
    struct sx_tree_entries entries;
    struct sx_tree_entry entry;
    struct sx_str link;
    struct sx_err err = { 0 };
    require(sx_tree_list(tree, path, arena, &entries, &err));
    size_t n = entries.n;
    for (size_t i = 0; i < entries.n; i++) {
        struct sx_str inner = sx_path_join(arena, path, entries.at[i].name);
        require(i == 0 || sx_str_cmp(entries.at[i - 1].name, entries.at[i].name) < 0);
        require(sx_tree_stat(tree, inner, &entry, &err) && entry.type == entries.at[i].type);
        if (entry.type == SX_ENTRY_DIRECTORY)
            n += check_folder(tree, inner, arena);
        if (entry.type == SX_ENTRY_SYMLINK)
            require(sx_tree_readlink(tree, inner, arena, &link, &err));
        if (entry.type == SX_ENTRY_FILE)
            check_file(tree, inner, entry.size);
    }
    return n;
}

static void check_said(const struct sx_container *container)
{
    size_t n = 0;
    for (const struct sx_container_problem *p = container->problems; p != NULL; p = p->next, n++)
        require(p->kind != NULL && p->detail.len > 0);
    require(n <= SX_MAX_PROBLEMS && n <= container->n_problems);
    for (const struct sx_container_gap *g = container->gaps; g != NULL; g = g->next)
        require(g->reason.len > 0);
}

/* The bytes as a container of one format. */
static void check_container(const struct sx_container_format *format, const uint8_t *data,
                            size_t size)
{
    struct sx_arena *arena = sx_arena_new(), *scratch = sx_arena_new();
    struct sx_budget budget = { .members = FUZZ_MEMBERS, .bytes = FUZZ_BYTES };
    struct sx_container_question question = { .arena = arena,
                                              .name = SX_STR("it"),
                                              .budget = &budget };
    struct sx_container container;
    struct sx_source source;
    struct sx_tree tree;
    struct sx_err err = { 0 };
    sx_source_memory("it", (struct sx_span){ data, size, 0 }, &source);
    if (sx_container_open(format, &source, &question, &container, &err)) {
        sx_unpack_tree(container.unpack, SX_STR("it"), &tree);
        require(check_folder(&tree, SX_STR(""), scratch) <= FUZZ_MEMBERS);
        check_said(&container);
    } else {
        require(err.code != SX_OK && err.what[0] != '\0');
    }
    require(sx_arena_bytes(arena) < (4 << 20) + 64 * (uint64_t)size);
    sx_unpack_free(container.unpack);
    sx_arena_free(scratch);
    sx_arena_free(arena);
}

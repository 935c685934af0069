/* SPDX-License-Identifier: MIT */
/* Any bytes as a disk image, or as the disk or volume in one: opened as a container. Every problem
 * has words, every refusal a reason, and what is unpacked can be listed and read. */
#include "base/limits.h"
#include "package/image.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static void read_folder(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                        unsigned depth)
{
    struct sx_tree_entries entries;
    struct sx_err err = { 0 };
    require(depth <= SX_MAX_MEMBER_DEPTH);
    require(sx_tree_list(tree, path, arena, &entries, &err));
    for (size_t i = 0; i < entries.n; i++) {
        struct sx_str inner = sx_path_join(arena, path, entries.at[i].name), link;
        struct sx_source source;
        struct sx_span bytes;
        if (entries.at[i].type == SX_ENTRY_DIRECTORY)
            read_folder(tree, inner, arena, depth + 1);
        if (entries.at[i].type == SX_ENTRY_SYMLINK)
            require(sx_tree_readlink(tree, inner, arena, &link, &err));
        if (entries.at[i].type != SX_ENTRY_FILE)
            continue;
        err = (struct sx_err){ 0 };
        if (!sx_tree_open(tree, inner, "member", &source, &err)) {
            require(err.what[0] != '\0');
            continue;
        }
        require(sx_source_whole(&source, SIZE_MAX, arena, &bytes, &err));
        sx_source_close(&source);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_source source;
    struct sx_container container;
    struct sx_err err = { 0 };
    struct sx_tree tree;
    struct sx_budget budget = { .members = 1000, .bytes = 16u << 20 };
    struct sx_container_question question = { .arena = arena, .budget = &budget };
    sx_source_memory("input", (struct sx_span){ data, size, 0 }, &source);
    bool ok = sx_container_open(&sx_format_disk_image, &source, &question, &container, &err);
    require(ok || err.what[0] != '\0');
    for (const struct sx_container_problem *p = container.problems; p != NULL; p = p->next)
        require(p->detail.len > 0);
    for (const struct sx_container_gap *g = container.gaps; g != NULL; g = g->next)
        require(g->reason.len > 0);
    if (ok) {
        require(container.image != NULL);
        sx_unpack_tree(container.unpack, SX_STR("image"), &tree);
        read_folder(&tree, SX_STR(""), arena, 0);
    }
    sx_unpack_free(container.unpack);
    return 0;
}

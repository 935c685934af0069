/* SPDX-License-Identifier: MIT */
/* Any bytes as an installer package: whatever is opened has a tree, and what is wrong is told in
 * words. An input that begins with '<' is a table of contents, up to a NUL, and a heap: packed
 * here, so that the fuzzer need not get past zlib. */
#include "base/buf.h"
#include "package/installer.h"

#include <stdlib.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool so)
{
    if (!so)
        abort();
}

static void is_told(const struct sx_container_problem *problem)
{
    for (; problem != NULL; problem = problem->next)
        demand(problem->kind != NULL && problem->detail.len > 0);
}

static void is_sound(const struct sx_container *container, struct sx_arena *arena)
{
    const struct sx_installer_data *data = container->installer;
    struct sx_tree tree;
    struct sx_tree_entries entries;
    struct sx_err err = { 0 };
    sx_unpack_tree(container->unpack, SX_STR("A.pkg"), &tree);
    demand(sx_tree_list(&tree, SX_STR(""), arena, &entries, &err));
    demand(data != NULL);
    is_told(container->problems);
    is_told(data->problems);
    for (const struct sx_container_gap *gap = container->gaps; gap != NULL; gap = gap->next)
        demand(gap->reason.len > 0);
    demand(data->cms == NULL || !sx_chain_is_trusted(&data->cms->chain));
}

static void put_number(struct sx_buf *out, unsigned n_bytes, uint64_t value)
{
    for (unsigned i = n_bytes; i > 0; i--)
        sx_buf_char(out, (char)(value >> 8 * (i - 1)));
}

static void wrap(struct sx_span in, struct sx_buf *out)
{
    const uint8_t *nul = memchr(in.ptr, '\0', in.len);
    size_t toc_len = nul != NULL ? (size_t)(nul - in.ptr) : in.len;
    uLongf packed_len = compressBound(toc_len);
    struct sx_buf packed = { 0 };
    sx_buf_fill(&packed, '\0', packed_len);
    demand(compress2((Bytef *)packed.ptr, &packed_len, in.ptr, toc_len, 1) == Z_OK);
    sx_buf_cstr(out, "xar!");
    put_number(out, 2, 28);
    put_number(out, 2, 1);
    put_number(out, 8, packed_len);
    put_number(out, 8, toc_len);
    put_number(out, 4, 1);
    sx_buf_put(out, packed.ptr, packed_len);
    if (nul != NULL)
        sx_buf_put(out, nul + 1, in.len - toc_len - 1);
    sx_buf_release(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_crypto *crypto;
    static struct sx_hasher *hasher;
    static struct sx_trust *trust;
    if (crypto == NULL) {
        crypto = sx_crypto_new();
        hasher = sx_hasher_new(crypto);
        trust = sx_trust_new(crypto);
    }
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_budget budget = { .members = 10000, .bytes = 32 << 20 };
    struct sx_container_question question = { .arena = arena,
                                              .name = SX_STR("A.pkg"),
                                              .budget = &budget,
                                              .trust = trust,
                                              .hasher = hasher,
                                              .now = { 1795478400, 0 } };
    struct sx_container container;
    struct sx_source source;
    struct sx_err err = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf wrapped = { 0 };
    struct sx_span in = { data, size, 0 };
    if (size > 0 && data[0] == '<') {
        wrap(in, &wrapped);
        in = (struct sx_span){ (const uint8_t *)wrapped.ptr, wrapped.len, 0 };
    }
    sx_source_memory("input", in, &source);
    if (sx_container_open(&sx_format_xar, &source, &question, &container, &err))
        is_sound(&container, arena);
    else
        demand(err.code != SX_OK);
    sx_unpack_free(container.unpack);
    return 0;
}

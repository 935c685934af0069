/* SPDX-License-Identifier: MIT */
#include "opened.h"

#include "base/buf.h"
#include "base/limits.h"

#include <zlib.h>

struct opened {
    struct sx_arena *arena;
    struct sx_crypto *crypto;
    struct sx_hasher *hasher;
    struct sx_container container;
    struct sx_buf text;
};

static void opened_init(struct opened *o, struct sx_arena *arena)
{
    *o = (struct opened){ .arena = arena, .crypto = sx_crypto_new() };
    o->hasher = sx_hasher_new(o->crypto);
}

static void opened_release(struct opened *o)
{
    sx_unpack_free(o->container.unpack);
    sx_hasher_free(o->hasher);
    sx_crypto_free(o->crypto);
    sx_buf_release(&o->text);
}

static void put_content(struct opened *o, const struct sx_tree *tree, struct sx_str path)
{
    struct sx_source source;
    struct sx_span bytes;
    struct sx_err err = { 0 };
    if (!sx_tree_open(tree, path, "member", &source, &err) ||
        !sx_source_whole(&source, SIZE_MAX, o->arena, &bytes, &err)) {
        sx_buf_printf(&o->text, " ! %s", err.what);
        return;
    }
    if (bytes.len <= 40)
        sx_buf_printf(&o->text, " \"%.*s\"",
                      SX_STR_ARG(sx_escape(o->arena, sx_str_of_span(bytes))));
    else
        sx_buf_printf(&o->text, " %zu %08lx", bytes.len, crc32(0, bytes.ptr, (uInt)bytes.len));
    sx_source_close(&source);
}

static void put_folder(struct opened *o, const struct sx_tree *tree, struct sx_str path)
{
    struct sx_tree_entries entries;
    struct sx_err err = { 0 };
    if (!sx_tree_list(tree, path, o->arena, &entries, &err)) {
        sx_buf_printf(&o->text, "! %s\n", err.what);
        return;
    }
    for (size_t i = 0; i < entries.n; i++) {
        struct sx_str inner = sx_path_join(o->arena, path, entries.at[i].name), link;
        struct sx_str said = sx_escape(o->arena, inner);
        struct sx_tree_entry entry;
        if (!sx_tree_stat(tree, inner, &entry, &err))
            continue;
        sx_buf_printf(&o->text, "%o %.*s", entry.mode, SX_STR_ARG(said));
        if (entry.type == SX_ENTRY_FILE)
            put_content(o, tree, inner);
        if (entry.type == SX_ENTRY_SPECIAL)
            sx_buf_cstr(&o->text, " special");
        if (entry.type == SX_ENTRY_SYMLINK && sx_tree_readlink(tree, inner, o->arena, &link, &err))
            sx_buf_printf(&o->text, " -> %.*s", SX_STR_ARG(link));
        sx_buf_cstr(&o->text, entry.type == SX_ENTRY_DIRECTORY ? "/\n" : "\n");
        if (entry.type == SX_ENTRY_DIRECTORY)
            put_folder(o, tree, inner);
    }
}

static void put_faults(struct opened *o)
{
    for (const struct sx_container_problem *p = o->container.problems; p != NULL; p = p->next) {
        sx_buf_printf(&o->text, "%s", p->kind);
        if (p->path.ptr != NULL)
            sx_buf_printf(&o->text, " %.*s", SX_STR_ARG(p->path));
        if (p->off != UINT64_MAX)
            sx_buf_printf(&o->text, " +%llu", (unsigned long long)p->off);
        sx_buf_printf(&o->text, ": %.*s\n", SX_STR_ARG(p->detail));
    }
    for (const struct sx_container_gap *g = o->container.gaps; g != NULL; g = g->next)
        sx_buf_printf(&o->text, "? %.*s: %.*s\n", SX_STR_ARG(g->path), SX_STR_ARG(g->reason));
}

/* What every test opens a container with. */
static bool open_memory(struct opened *o, struct sx_str bytes, struct sx_err *err)
{
    struct sx_span span = { (const uint8_t *)bytes.ptr, bytes.len, 0 }, head = span;
    struct sx_source *source = SX_NEW(o->arena, struct sx_source);
    struct sx_budget *budget = SX_NEW(o->arena, struct sx_budget);
    *budget = (struct sx_budget){ .members = 10000, .bytes = 1ull << 30 };
    struct sx_container_question question = { .arena = o->arena,
                                              .budget = budget,
                                              .hasher = o->hasher };
    sx_source_memory("container", span, source);
    head.len = head.len > 4096 ? 4096 : head.len;
    const struct sx_container_format *format = sx_container_format_of(head, source);
    if (format == NULL)
        return sx_fail(err, SX_E_MAGIC, 0, "no format");
    return sx_container_open(format, source, &question, &o->container, err);
}

const char *opened(struct sx_arena *arena, struct sx_str bytes, const struct sx_image_data **image)
{
    struct opened o;
    struct sx_err err = { 0 };
    struct sx_tree tree;
    opened_init(&o, arena);
    if (open_memory(&o, bytes, &err)) {
        sx_unpack_tree(o.container.unpack, SX_STR("container"), &tree);
        put_folder(&o, &tree, SX_STR(""));
    } else {
        sx_buf_printf(&o.text, "! %s", err.what);
    }
    put_faults(&o);
    if (image != NULL)
        *image = o.container.image;
    const char *text = sx_str_dup(arena, sx_buf_view(&o.text)).ptr;
    opened_release(&o);
    return text;
}

struct sx_str opened_bytes(struct sx_arena *arena, struct sx_str bytes, const char *path)
{
    struct opened o;
    struct sx_err err = { 0 };
    struct sx_tree tree;
    struct sx_source source;
    struct sx_span content;
    struct sx_str out = { 0 };
    opened_init(&o, arena);
    if (open_memory(&o, bytes, &err)) {
        sx_unpack_tree(o.container.unpack, SX_STR("container"), &tree);
        if (sx_tree_open(&tree, sx_str_of(path), path, &source, &err)) {
            if (sx_source_whole(&source, SIZE_MAX, arena, &content, &err))
                out = sx_str_of_span(content);
            sx_source_close(&source);
        }
    }
    opened_release(&o);
    return out;
}

/* SPDX-License-Identifier: MIT */
/* The build's own tool: sxlint-pack OUTPUT.c RULES.yaml... writes the table of rules/pack.h. */
#include "rules/pack.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/table.h"

#include <stdio.h>

struct pack {
    struct sx_arena *arena;
    SX_VEC(struct sx_yaml_node) nodes;
    SX_VEC(struct sx_pack_file) files;
    struct sx_buf pool;
    struct sx_table texts; /* text to struct sx_pack_file, of which only `name` counts */
};

/* The place of a text in the pool, where each stands once. */
static uint32_t intern(struct pack *pack, struct sx_str text)
{
    struct sx_pack_file *known = sx_table_get(&pack->texts, text);
    if (known != NULL)
        return known->name;
    struct sx_pack_file *entry = SX_NEW(pack->arena, struct sx_pack_file);
    entry->name = (uint32_t)pack->pool.len;
    sx_buf_str(&pack->pool, text);
    sx_buf_char(&pack->pool, '\0');
    if (!sx_table_put(&pack->texts, sx_str_dup(pack->arena, text), entry))
        return 0; /* it was not there a moment ago */
    return entry->name;
}

static void add_nodes(struct pack *pack, const struct sx_yaml *yaml)
{
    uint32_t base = (uint32_t)pack->nodes.n;
    for (uint32_t i = 0; i < yaml->n; i++) {
        struct sx_yaml_node node = *sx_yaml_at(yaml, i);
        node.child = node.child != 0 ? node.child + base : 0;
        node.next = node.next != 0 ? node.next + base : 0;
        if (node.kind == SX_YAML_SCALAR)
            node.text = intern(pack, sx_yaml_text(yaml, i));
        SX_PUSH(pack->arena, &pack->nodes, node);
    }
}

static bool read_file(const char *path, struct sx_arena *arena, struct sx_str *out,
                      struct sx_err *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return sx_fail(err, SX_E_IO, 0, "cannot open it");
    char *bytes = sx_arena_alloc(arena, SX_MAX_RULE_FILE);
    size_t n = fread(bytes, 1, SX_MAX_RULE_FILE, file);
    bool is_whole = feof(file) != 0;
    fclose(file);
    if (!is_whole)
        return sx_fail(err, SX_E_LIMIT, 0, "too long, or not readable");
    *out = (struct sx_str){ bytes, n };
    return true;
}

static bool add_file(struct pack *pack, const char *path, struct sx_err *err)
{
    struct sx_str text = { 0 };
    struct sx_yaml yaml;
    SX_TRY(read_file(path, pack->arena, &text, err));
    SX_TRY(sx_yaml_read(text, path, pack->arena, &yaml, err));
    struct sx_str name = sx_str_base(sx_str_of(path));
    struct sx_str shown = sx_str_printf(pack->arena, "rules/%.*s", SX_STR_ARG(name));
    SX_PUSH(pack->arena, &pack->files,
            (struct sx_pack_file){ .name = intern(pack, shown),
                                   .len = (uint32_t)shown.len,
                                   .root = (uint32_t)pack->nodes.n });
    add_nodes(pack, &yaml);
    return true;
}

static void write_nodes(const struct pack *pack, FILE *out)
{
    fprintf(out, "const struct sx_yaml_node sx_pack_nodes[] = {\n");
    for (size_t i = 0; i < pack->nodes.n; i++) {
        const struct sx_yaml_node *n = &pack->nodes.at[i];
        fprintf(out, "{ %u, %u, %u, %u, %u, %u, %u, %u },\n", n->text, n->len, n->child, n->next,
                n->line, n->column, n->kind, n->style);
    }
    fprintf(out, "};\n");
}

/* Numbers and not a string literal: compilers may stop at 4095 characters of one. */
static void write_pool(const struct pack *pack, FILE *out)
{
    fprintf(out, "const char sx_pack_pool[] = {\n");
    for (size_t i = 0; i < pack->pool.len; i++)
        fprintf(out, "%d,%s", (signed char)pack->pool.ptr[i], i % 24 == 23 ? "\n" : "");
    fprintf(out, "\n0 };\n");
}

static bool write_pack(const struct pack *pack, const char *path)
{
    FILE *out = fopen(path, "wb");
    if (out == NULL)
        return false;
    fprintf(out,
            "/* Made from the files of rules/ by sxlint-pack. */\n#include \"rules/pack.h\"\n");
    write_nodes(pack, out);
    write_pool(pack, out);
    fprintf(out, "const struct sx_pack_file sx_pack_files[] = {\n");
    for (size_t i = 0; i < pack->files.n; i++)
        fprintf(out, "{ %u, %u, %u },\n", pack->files.at[i].name, pack->files.at[i].len,
                pack->files.at[i].root);
    fprintf(out, "};\nconst uint32_t sx_pack_n_files = %zu;\n", pack->files.n);
    return fclose(out) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: sxlint-pack OUTPUT.c RULES.yaml...\n");
        return 2;
    }
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct pack pack = { .arena = arena };
    sx_table_init(&pack.texts, arena);
    struct sx_err err = { 0 };
    bool ok = true;
    for (int i = 2; ok && i < argc; i++) {
        ok = add_file(&pack, argv[i], &err);
        if (!ok)
            fprintf(stderr, "%s:%u:%u: %s\n", argv[i], err.line, err.column, err.what);
    }
    ok = ok && write_pack(&pack, argv[1]);
    sx_buf_release(&pack.pool);
    return ok ? 0 : 1;
}

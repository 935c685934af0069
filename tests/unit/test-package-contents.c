/* SPDX-License-Identifier: MIT */
/* Installer packages whose table of contents says what no tool would: what is told of each, and
 * what is still read. */
#include "bytes.h"
#include "opened.h"
#include "package.h"
#include "rows.h"

#define FILE_OF(name, off, len, size, more)                                                        \
    "<file><name>" name "</name><type>file</type><data><offset>" off "</offset><length>" len       \
    "</length><size>" size "</size>" more "</data></file>"
#define FOLDER(name, files) "<file><name>" name "</name><type>directory</type>" files "</file>"
#define PLAIN(name)         FILE_OF(name, "0", "3", "3", "")
/* without it the package is a component, and what else lies in it is left alone */
#define DISTRIBUTION FILE_OF("Distribution", "3", "4", "4", "")

/* The heap holds "one<a/>" and 57 bytes more. */
static const struct row {
    const char *name, *files, *want;
} tables[] = {
    { "a file", DISTRIBUTION PLAIN("a"), "0 Distribution \"<a/>\"\n0 a \"one\"\n" },
    { "a name twice", DISTRIBUTION PLAIN("a") FILE_OF("a", "4", "3", "3", ""),
      "0 Distribution \"<a/>\"\n0 a \"one\"\n"
      "archive-ambiguous a: another member has the same path\n"
      "? a: another member has the same path\n" },
    { "a name that leads out", DISTRIBUTION FOLDER("..", PLAIN("a")),
      "0 Distribution \"<a/>\"\n"
      "archive-ambiguous ..: its path leads out of the archive\n"
      "archive-ambiguous ../a: its path leads out of the archive\n"
      "? ..: its path leads out of the archive\n"
      "? ../a: its path leads out of the archive\n" },
};

static struct sx_str archive_of(struct sx_arena *arena, const char *files)
{
    struct sx_buf out = { 0 };
    struct sx_str toc = sx_str_printf(arena, "<xar><toc>%s</toc></xar>", files);
    struct sx_str packed = sx_fx_pack(arena, "zlib", toc);
    sx_buf_cstr(&out, "xar!");
    sx_fx_put_be(&out, 2, 28);
    sx_fx_put_be(&out, 2, 1);
    sx_fx_put_be(&out, 8, packed.len);
    sx_fx_put_be(&out, 8, toc.len);
    sx_fx_put_be(&out, 4, 1);
    sx_buf_str(&out, packed);
    sx_buf_cstr(&out, "one<a/>");
    sx_buf_fill(&out, '-', 57);
    return sx_fx_take(arena, &out);
}

static void tells_of(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    assert_string_equal(opened(arena, archive_of(arena, row->files), NULL), row->want);
}

static struct sx_str many(struct sx_arena *arena, unsigned n)
{
    SX_AUTO(sx_buf_release) struct sx_buf files = { 0 };
    sx_buf_cstr(&files, DISTRIBUTION);
    for (unsigned i = 0; i < n; i++)
        sx_buf_printf(&files, FILE_OF("f%u", "0", "60", "60", ""), i);
    return sx_str_dup(arena, sx_buf_view(&files));
}

/* Files may share their bytes, as those of xar --coalesce-heap do; not without end. */
static void reads_shared_bytes_some_times(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const char *few = opened(arena, archive_of(arena, many(arena, 20).ptr), NULL);
    const char *many_more = opened(arena, archive_of(arena, many(arena, 1000).ptr), NULL);
    assert_null(strchr(few, '?'));
    assert_non_null(strstr(many_more, " files share their bytes with so many others that their "
                                      "checksums are not compared\n"));
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, tables, tells_of);
    ADD_TEST(&rows, reads_shared_bytes_some_times);
    return run_rows("xar", &rows);
}

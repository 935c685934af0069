/* SPDX-License-Identifier: MIT */
/* What lies in a component: cpio archives in pbzx and other packings, and bills of materials. Good
 * ones are made by the factory, and damaged in one place each. */
#include "base/buf.h"
#include "package.h"
#include "package/bom.h"
#include "package/cpio.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static struct sx_arena *arena;

static const struct sx_fx_item items[] = {
    { LIT("."), 0040755, 0, { "", 0 } },
    { LIT("./a"), 0040755, 0, { "", 0 } },
    { LIT("./a/file"), 0100644, 501, LIT("some text that has some length") },
    { LIT("./a/link"), 0120755, 0, LIT("file") },
    { LIT("./b"), 0100755, 0, { "", 0 } },
};
static const struct sx_fx_items list = { items, SX_LEN(items) };

/* Archives, entry by entry */

static struct sx_str told(struct sx_str bytes, struct sx_err *err)
{
    struct sx_source source;
    struct sx_buf out = { 0 };
    sx_source_memory("payload", sx_fx_span(bytes), &source);
    SX_AUTO(sx_payload_closep) struct sx_payload *payload = sx_payload_open(&source);
    SX_AUTO(sx_cpio_freep) struct sx_cpio *cpio = sx_cpio_new(payload);
    for (;;) {
        struct sx_cpio_entry entry;
        bool is_end;
        if (!sx_cpio_next(cpio, &entry, &is_end, err) || is_end)
            break;
        sx_buf_printf(&out, "%.*s %d %o %d", SX_STR_ARG(entry.name), (int)entry.type, entry.mode,
                      (int)entry.uid);
        if (entry.type == SX_ENTRY_SYMLINK)
            sx_buf_printf(&out, " -> %.*s", SX_STR_ARG(entry.link));
        char content[64];
        size_t n = 0;
        if (!sx_cpio_read(cpio, content, sizeof(content), &n, err))
            break;
        sx_buf_printf(&out, " [%.*s]\n", (int)n, content);
    }
    return sx_fx_take(arena, &out);
}

static const char whole[] = ". 1 755 0 []\n"
                            "./a 1 755 0 []\n"
                            "./a/file 0 644 501 [some text that has some length]\n"
                            "./a/link 2 755 0 -> file []\n"
                            "./b 0 755 0 []\n";

static const struct form {
    const char *name, *packing;
    bool newc;
} forms[] = {
    { "odc, stored", "stored", false }, { "newc, stored", "stored", true },
    { "odc, gzip", "gzip", false },     { "newc, bzip2", "bzip2", true },
    { "odc, xz", "xz", false },         { "newc, pbzx", "pbzx", true },
};

static struct sx_str make(const struct form *form)
{
    return sx_fx_pack(arena, form->packing, sx_fx_cpio(arena, list, form->newc));
}

static void reads(void **state)
{
    struct sx_err err = { 0 };
    assert_string_equal(told(make(*state), &err).ptr, whole);
    assert_int_equal(err.code, SX_OK);
}

/* Cut anywhere before its last entry, an archive is refused, and all before the cut stays. */
static void every_prefix_is_refused(void **state)
{
    struct sx_str bytes = make(*state);
    size_t end = sx_str_find(bytes, SX_STR("TRAILER!!!"));
    for (size_t n = 0; n < bytes.len && n <= end; n++) {
        char *copy = malloc(n > 0 ? n : 1);
        struct sx_err err = { 0 };
        memcpy(copy, bytes.ptr, n);
        struct sx_str text = told((struct sx_str){ copy, n }, &err);
        if (end < bytes.len || n < bytes.len / 2)
            assert_int_not_equal(err.code, SX_OK);
        assert_memory_equal(text.ptr, whole, text.len > 40 ? 40 : 0);
        free(copy);
    }
}

/* One place set otherwise. */
static const struct damage {
    const char *name, *packing;
    size_t at, n;
    const char *bytes;
    enum sx_errc code;
    const char *what;
} damages[] = {
    { "no magic", "stored", 0, 6, "070708", SX_E_MAGIC, "cpio: no entry at byte 0 of the archive" },
    { "an Apple Archive", "stored", 0, 4, "AA01", SX_E_UNSUPPORTED,
      "an Apple Archive, which sxlint does not read" },
    { "an Apple Archive in chunks", "stored", 0, 4, "pbze", SX_E_UNSUPPORTED,
      "an Apple Archive, which sxlint does not read" },
    { "a name of one behind the first entry", "stored", 78, 4, "AA01", SX_E_MAGIC,
      "cpio: no entry at byte 78 of the archive" },
    { "a second one without", "stored", 78, 1, "x", SX_E_MAGIC,
      "cpio: no entry at byte 78 of the archive" },
    { "letters for digits", "stored", 18, 1, "x", SX_E_FORMAT,
      "cpio: no numbers in the header at byte 0 of the archive" },
    { "no name", "stored", 59, 6, "000000", SX_E_LIMIT, "cpio: a name of 0 bytes, at most 4096" },
    { "a long name", "stored", 59, 6, "777777", SX_E_LIMIT,
      "cpio: a name of 262143 bytes, at most 4096" },
    { "a name that does not end", "stored", 77, 1, "x", SX_E_FORMAT,
      "cpio: the name at byte 76 of the archive does not end as it says" },
    { "content beyond the end", "stored", 65, 11, "00000007777", SX_E_TRUNCATED,
      "cpio: the archive ends in the content of an entry" },
    { "a chunk without bytes", "pbzx", 12, 8, "\0\0\0\0\0\0\0\0", SX_E_FORMAT,
      "pbzx chunk: it is empty" },
    { "a chunk beyond the end", "pbzx", 20, 8, "\0\0\0\0\0\1\0\0", SX_E_TRUNCATED,
      "pbzx chunk.length: 65536, and " },
    { "a chunk that is no xz", "pbzx", 28, 1, "x", SX_E_FORMAT,
      "pbzx chunk: neither xz nor stored" },
    { "a chunk of fewer bytes", "pbzx", 18, 2, "\0\x32", SX_E_TRUNCATED,
      "cpio: the archive ends in the header of an entry" },
};

static void tells_damage(void **state)
{
    const struct damage *d = *state;
    struct form form = { .packing = d->packing };
    struct sx_err err = { 0 };
    struct sx_str bytes = sx_str_dup(arena, make(&form));
    struct sx_str damaged = sx_fx_join(
        arena, SX_FX_PARTS(sx_str_sub(bytes, 0, d->at), ((struct sx_str){ d->bytes, d->n }),
                           sx_str_sub(bytes, d->at + d->n, bytes.len)));
    told(damaged, &err);
    assert_int_equal(err.code, d->code);
    assert_memory_equal(err.what, d->what, strlen(d->what));
}

/* Bills of materials */

static void lists_paths(void **state)
{
    (void)state;
    struct sx_bom bom;
    struct sx_err err = { 0 };
    struct sx_span in = sx_fx_span(sx_fx_bom(arena, list));
    assert_true(sx_bom_parse(in, arena, &bom, &err));
    assert_int_equal(bom.n, SX_LEN(items));
    const struct sx_bom_path *file = sx_bom_find(&bom, SX_STR("./a/file"));
    assert_int_equal(file->uid, 501);
    assert_int_equal(file->mode, 0644);
    assert_int_equal(file->type, SX_ENTRY_FILE);
    assert_int_equal(sx_bom_find(&bom, SX_STR("."))->type, SX_ENTRY_DIRECTORY);
    assert_int_equal(sx_bom_find(&bom, SX_STR("./a/link"))->type, SX_ENTRY_SYMLINK);
    assert_null(sx_bom_find(&bom, SX_STR("./c")));
}

/* A number of four bytes set otherwise: in the header, or behind a text. */
static const struct wrong {
    const char *name, *behind;
    size_t at;
    uint32_t value;
    enum sx_errc code;
    const char *what;
} wrongs[] = {
    { "another magic", "", 0, 0, SX_E_MAGIC, "bom.magic: it is not \"BOMStore\"" },
    { "another version", "", 8, 2, SX_E_UNSUPPORTED, "bom.version: 2, known is 1" },
    { "an index beyond the end", "", 16, 0x7fffffff, SX_E_RANGE, "index: " },
    { "variables beyond the end", "", 24, 0x7fffffff, SX_E_RANGE, "variables: " },
    { "too many blocks", "Paths", 0, 0x00ffffff, SX_E_RANGE, "index.blocks: " },
    { "no variable of that name", "Paths", (size_t)-4, 0, SX_E_FORMAT, "no variable \"Paths\"" },
    { "a tree that is none", "tree", (size_t)-4, 0, SX_E_MAGIC, "Paths: it is no tree" },
    { "a root that is no block", "tree", 4, 500, SX_E_RANGE, "block 500: there are " },
    { "a root that is the tree", "tree", 4, 0, SX_E_TRUNCATED, "node.isLeaf" },
};

static void refuses(void **state)
{
    const struct wrong *w = *state;
    struct sx_str bytes = sx_str_dup(arena, sx_fx_bom(arena, list));
    struct sx_bom bom;
    struct sx_err err = { 0 };
    size_t at = w->at + strlen(w->behind) + sx_str_find(bytes, sx_str_of(w->behind));
    struct sx_buf number = { 0 };
    sx_fx_put_be(&number, 4, w->value);
    struct sx_str damaged =
        sx_fx_join(arena, SX_FX_PARTS(sx_str_sub(bytes, 0, at), sx_fx_take(arena, &number),
                                      sx_str_sub(bytes, at + 4, bytes.len)));
    assert_false(sx_bom_parse(sx_fx_span(damaged), arena, &bom, &err));
    assert_int_equal(err.code, w->code);
    if (strstr(err.what, w->what) == NULL)
        fail_msg("%s", err.what);
}

/* Whatever a number leads to, the reader comes to an end: leaves that follow each other in a
 * circle, folders in each other. */
static void comes_to_an_end(void **state)
{
    (void)state;
    struct sx_str bytes = sx_fx_bom(arena, list);
    for (size_t at = 512; at + 12 < bytes.len; at++) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        for (uint32_t value = 0; value < 12; value++) {
            struct sx_bom bom;
            struct sx_err err = { 0 };
            char number[] = { 0, 0, 0, (char)value };
            struct sx_str damaged = sx_fx_join(
                arena, SX_FX_PARTS(sx_str_sub(bytes, 0, at), ((struct sx_str){ number, 4 }),
                                   sx_str_sub(bytes, at + 4, bytes.len)));
            if (!sx_bom_parse(sx_fx_span(damaged), arena, &bom, &err))
                assert_int_not_equal(err.code, SX_OK);
        }
        sx_arena_rewind(arena, mark);
    }
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    struct sx_str bytes = sx_fx_bom(arena, list);
    for (size_t n = 0; n < bytes.len; n++) {
        char *copy = malloc(n > 0 ? n : 1);
        struct sx_bom bom;
        struct sx_err err = { 0 };
        memcpy(copy, bytes.ptr, n);
        assert_false(sx_bom_parse(sx_fx_span((struct sx_str){ copy, n }), arena, &bom, &err));
        assert_int_not_equal(err.code, SX_OK);
        free(copy);
    }
}

int main(void)
{
    static struct rows tests;
    arena = sx_arena_new();
    ADD_ROWS(&tests, forms, reads);
    ADD_ROWS(&tests, forms, every_prefix_is_refused);
    ADD_ROWS(&tests, damages, tells_damage);
    ADD_TEST(&tests, lists_paths);
    ADD_ROWS(&tests, wrongs, refuses);
    ADD_TEST(&tests, comes_to_an_end);
    ADD_TEST(&tests, every_cut_is_refused);
    int failed = run_rows("payload", &tests);
    sx_arena_free(arena);
    return failed;
}

/* SPDX-License-Identifier: MIT */
/* What is in a container, as a tree: paths that hostile archives choose, contents that are written
 * and that stay where they are, budgets. */
#include "base/limits.h"
#include "package/unpack.h"
#include "rows.h"

/* Members in a row, and what becomes of the last of them. "x/" is a folder, "x>" a link. */
static const struct path_row {
    const char *name;
    const char *before; /* announced before; NULL: nothing */
    const char *path;
    const char *at;  /* where it stands in the tree; NULL: it is kept out */
    const char *why; /* it is */
} paths[] = {
    { "at the top", NULL, "a", "a", NULL },
    { "in folders that nobody announced", NULL, "a/b/c", "a/b/c", NULL },
    { "in a folder that was", "a/", "a/b", "a/b", NULL },
    { "from here", NULL, "./a", "a", NULL },
    { "from here, in the middle", NULL, "a/./b", "a/b", NULL },
    { "slashes in a row", NULL, "a//b", "a/b", NULL },
    { "the root itself", NULL, "./", "", NULL },
    { "a folder again", "a/", "a/", "a", NULL },
    { "a name with dots", NULL, "a/..b/c..", "a/..b/c..", NULL },
    { "bytes that are no UTF-8", NULL, "a\xff", "a\xff", NULL },
    { "a backslash", NULL, "a\\b", "a\\b", NULL },
    { "no path", NULL, "", NULL, "its path is empty" },
    { "absolute", NULL, "/etc/passwd", NULL, "its path is absolute" },
    { "out", NULL, "../a", NULL, "its path leads out of the archive" },
    { "out and in", NULL, "a/../../b", NULL, "its path leads out of the archive" },
    { "out at the end", NULL, "a/..", NULL, "its path leads out of the archive" },
    { "twice", "a", "a", NULL, "another member has the same path" },
    { "twice, spelled otherwise", "a/b", "./a//b", NULL, "another member has the same path" },
    { "a file where a folder is", "a/", "a", NULL, "another member has the same path" },
    { "a folder where a file is", "a", "a/", NULL, "another member has the same path" },
    { "below a file", "a", "a/b", NULL, "its path leads through a file" },
    { "below a link", "a>", "a/b", NULL, "its path leads through a link" },
    { "a link where a folder is", "a/", "a>", NULL, "another member has the same path" },
};

struct bench {
    struct sx_arena *arena;
    struct sx_budget budget;
    struct sx_unpack *unpack;
    struct sx_tree tree;
};

static void begin(struct bench *b, uint64_t members, uint64_t bytes)
{
    b->arena = sx_arena_new();
    b->budget = (struct sx_budget){ .members = members, .bytes = bytes };
    b->unpack = sx_unpack_new(b->arena, &b->budget);
    sx_unpack_tree(b->unpack, SX_STR("box"), &b->tree);
}

static void end(struct bench *b)
{
    sx_tree_close(&b->tree);
    sx_unpack_free(b->unpack);
    sx_arena_free(b->arena);
}

static struct sx_unpack_member member_of(const char *path)
{
    struct sx_unpack_member member = { .path = sx_str_of(path), .uid = -1, .size = UINT64_MAX };
    if (sx_str_ends(member.path, SX_STR("/")))
        member.type = SX_ENTRY_DIRECTORY;
    if (sx_str_ends(member.path, SX_STR(">"))) {
        member.type = SX_ENTRY_SYMLINK;
        member.path.len--;
        member.link = SX_STR("target");
    }
    return member;
}

static bool put(struct bench *b, const char *path, const char *text, struct sx_err *err)
{
    struct sx_unpack_member member = member_of(path);
    bool is_kept = false;
    SX_TRY(sx_unpack_begin(b->unpack, &member, &is_kept, err));
    assert_true(is_kept == (sx_unpack_kept_out(b->unpack)[0] == '\0'));
    SX_TRY(sx_unpack_write(b->unpack, text, strlen(text), err));
    return sx_unpack_end(b->unpack, (struct sx_str){ 0 }, err);
}

static void finds_a_place(void **state)
{
    const struct path_row *row = *state;
    struct bench b;
    struct sx_err err = { 0 };
    struct sx_tree_entry entry;
    begin(&b, 100, 100);
    if (row->before != NULL)
        assert_true(put(&b, row->before, "", &err));
    assert_true(put(&b, row->path, "", &err));
    assert_string_equal(sx_unpack_kept_out(b.unpack), row->why != NULL ? row->why : "");
    if (row->at != NULL)
        assert_true(sx_tree_stat(&b.tree, sx_str_of(row->at), &entry, &err));
    end(&b);
}

static void keeps_long_paths_out(void **state)
{
    (void)state;
    static char path[2 * SX_MAX_MEMBER_PATH];
    struct bench b;
    struct sx_err err = { 0 };
    begin(&b, 100, 100);
    memset(path, 'a', SX_MAX_MEMBER_PATH);
    assert_true(put(&b, path, "", &err));
    assert_string_equal(sx_unpack_kept_out(b.unpack), "");
    path[SX_MAX_MEMBER_PATH] = 'a';
    assert_true(put(&b, path, "", &err));
    assert_string_equal(sx_unpack_kept_out(b.unpack), "its path is too long");
    memset(path, 0, sizeof(path));
    for (size_t i = 0; i <= SX_MAX_MEMBER_DEPTH; i++)
        memcpy(path + 2 * i, "a/", 2);
    path[2 * SX_MAX_MEMBER_DEPTH + 1] = 'b';
    assert_true(put(&b, path, "", &err));
    assert_string_equal(sx_unpack_kept_out(b.unpack), "its path is nested too deep");
    end(&b);
}

static void assert_text(struct bench *b, const char *path, const char *want)
{
    struct sx_source source;
    struct sx_span text;
    struct sx_err err = { 0 };
    assert_true(sx_tree_open(&b->tree, sx_str_of(path), "it", &source, &err));
    assert_true(sx_source_whole(&source, 1000, b->arena, &text, &err));
    assert_true(sx_str_is(sx_str_of_span(text), want));
    sx_source_close(&source);
}

static void put_hidden(struct bench *b, const char *path, const char *text)
{
    struct sx_unpack_member member = member_of(path);
    struct sx_err err = { 0 };
    bool is_kept;
    member.is_hidden = true;
    assert_true(sx_unpack_begin(b->unpack, &member, &is_kept, &err) && is_kept);
    assert_true(sx_unpack_write(b->unpack, text, strlen(text), &err));
    assert_true(sx_unpack_end(b->unpack, (struct sx_str){ 0 }, &err));
}

static void is_a_tree(void **state)
{
    (void)state;
    struct bench b;
    struct sx_err err = { 0 };
    struct sx_tree_entries entries;
    struct sx_str link;
    begin(&b, 100, 100);
    assert_true(put(&b, "z", "last", &err) && put(&b, "a/two", "2", &err));
    assert_true(put(&b, "a/one", "first", &err) && put(&b, "link>", "", &err));
    assert_true(put(&b, "empty", "", &err) && put(&b, "z", "dropped", &err));
    put_hidden(&b, "__MACOSX/._z", "xyz");
    assert_text(&b, "z", "last");
    assert_text(&b, "a/one", "first");
    assert_text(&b, "empty", "");
    assert_text(&b, "__MACOSX/._z", "xyz");
    assert_true(sx_tree_list(&b.tree, SX_STR(""), b.arena, &entries, &err));
    assert_int_equal(entries.n, 4);
    assert_true(sx_str_is(entries.at[0].name, "a") && sx_str_is(entries.at[3].name, "z"));
    assert_true(sx_tree_readlink(&b.tree, SX_STR("link"), b.arena, &link, &err));
    assert_true(sx_str_is(link, "target"));
    struct sx_unpack_stats stats = sx_unpack_stats(b.unpack);
    assert_int_equal(stats.entries, 7);
    assert_int_equal(stats.symlinks, 1);
    assert_int_equal(stats.macosx_entries, 1);
    assert_int_equal(stats.bytes, 13);
    end(&b);
}

static void tells_what_was_cut_short(void **state)
{
    (void)state;
    struct bench b;
    struct sx_err err = { 0 };
    struct sx_source source;
    struct sx_unpack_member member = member_of("a");
    bool is_kept;
    begin(&b, 100, 100);
    assert_true(sx_unpack_begin(b.unpack, &member, &is_kept, &err));
    assert_true(sx_unpack_write(b.unpack, "part", 4, &err));
    assert_true(sx_unpack_end(b.unpack, SX_STR("the archive ends in it"), &err));
    assert_false(sx_tree_open(&b.tree, SX_STR("a"), "a", &source, &err));
    assert_int_equal(err.code, SX_E_TRUNCATED);
    assert_string_equal(err.what, "the archive ends in it");
    end(&b);
}

static void stops_at_its_budget(void **state)
{
    (void)state;
    struct bench b;
    struct sx_err err = { 0 };
    begin(&b, 3, 5);
    assert_true(put(&b, "a/b", "12345", &err)); /* two: the folder counts */
    assert_false(put(&b, "c", "6", &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    assert_string_equal(err.what, "more bytes than sxlint unpacks");
    err = (struct sx_err){ 0 };
    assert_false(put(&b, "d", "", &err));
    assert_string_equal(err.what, "more members than sxlint unpacks");
    assert_text(&b, "a/b", "12345");
    end(&b);
}

/* Contents that are left: a reader that counts how often it is asked. */
struct shelf {
    const char *texts[2];
    unsigned opened;
};

static bool open_from_shelf(void *context, uint64_t id, const char *name, struct sx_source *out,
                            struct sx_err *err)
{
    struct shelf *shelf = context;
    (void)err;
    shelf->opened++;
    const char *text = shelf->texts[id];
    sx_source_memory(name, (struct sx_span){ (const uint8_t *)text, strlen(text), 0 }, out);
    return true;
}

#define CODE "\xcf\xfa\xed\xfe what follows the magic number"

static const struct leave_row {
    const char *name, *text;
    bool is_sequential;
    unsigned opened; /* when it is read twice */
} leaves[] = {
    { "text that can be read at random", "text", false, 2 },
    { "text", "text", true, 2 },
    { "code that can be read at random", CODE, false, 2 },
    { "code", CODE, true, 1 },
    { "a packed file", "\x1f\x8b\x08 what follows the magic number", true, 1 },
};

static void reads_where_it_is(void **state)
{
    const struct leave_row *row = *state;
    struct shelf shelf = { .texts = { "", row->text } };
    struct sx_contents contents = { open_from_shelf, &shelf, row->is_sequential };
    struct sx_unpack_member member = member_of("a");
    bool is_kept;
    struct sx_err err = { 0 };
    struct bench b;
    begin(&b, 100, 100);
    member.size = strlen(row->text);
    assert_true(sx_unpack_leave(b.unpack, &member, &contents, 1, &is_kept, &err) && is_kept);
    assert_text(&b, "a", row->text);
    assert_text(&b, "a", row->text);
    assert_int_equal(shelf.opened, row->opened);
    end(&b);
}

/* What did not fit any more is there, and is no empty or shorter file. */
static void never_shortens_a_file(void **state)
{
    (void)state;
    struct shelf shelf = { .texts = { "", "123456" } };
    struct sx_contents contents = { open_from_shelf, &shelf, false };
    struct sx_unpack_member member = member_of("left");
    static const char *const paths_to_open[] = { "written", "left" };
    struct bench b;
    struct sx_err err = { 0 };
    struct sx_source source;
    bool is_kept;
    begin(&b, 100, 5);
    assert_false(put(&b, "written", "123456", &err));
    member.size = 6;
    assert_false(sx_unpack_leave(b.unpack, &member, &contents, 1, &is_kept, &err));
    for (size_t i = 0; i < 2; i++) {
        err = (struct sx_err){ 0 };
        assert_false(sx_tree_open(&b.tree, sx_str_of(paths_to_open[i]), "it", &source, &err));
        assert_int_equal(err.code, SX_E_UNSUPPORTED);
        assert_string_equal(err.what, "more bytes than sxlint unpacks");
    }
    end(&b);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, paths, finds_a_place);
    ADD_ROWS(&rows, leaves, reads_where_it_is);
    ADD_TEST(&rows, keeps_long_paths_out);
    ADD_TEST(&rows, is_a_tree);
    ADD_TEST(&rows, tells_what_was_cut_short);
    ADD_TEST(&rows, stops_at_its_budget);
    ADD_TEST(&rows, never_shortens_a_file);
    return _cmocka_run_group_tests("unpack", rows.at, rows.n, NULL, NULL);
}

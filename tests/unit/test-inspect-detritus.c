/* SPDX-License-Identifier: MIT */
/* What may not be attached to sealed files, and files that no seal can hold. */
#include "bytes.h"
#include "rows.h"
#include "sealed-app.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

#define RES         "A.app/Contents/Resources/"
#define ADDED(path) "resource-added errSecCSBadResource " path "\n"

/* Detritus: an AppleDouble file beside what it belongs to, which is a file added as well. `id` is
 * that of its one entry, and `data` what that holds. */
#define DOUBLE(id, len, data)                                                                      \
    "!hex 00051607 00020000 4d6163204f532058 2020202020202020 0001 000000" id                      \
    " 00000026 000000" len " " data
#define ZEROS          " 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
#define FINDER         DOUBLE("09", "20", "54455854" ZEROS)
#define FORK           DOUBLE("02", "02", "7171")
#define DETRITUS(path) "detritus errSecCSInvalidAssociatedFileData " path "\n"

static const struct row {
    const char *name;
    struct sealed_app app;
    const char *want;
} rows[] = {
    { "Finder information",
      { .after = EDIT("write: " RES "._a.txt, text: " FINDER) },
      ADDED("Contents/Resources/._a.txt") DETRITUS("Contents/Resources/a.txt") },
    { "a resource fork",
      { .after = EDIT("write: " RES "._a.txt, text: " FORK) },
      ADDED("Contents/Resources/._a.txt") DETRITUS("Contents/Resources/a.txt") },
    { "Finder information of nothing",
      { .after = EDIT("write: " RES "._a.txt, text: " DOUBLE("09", "20", "00000000" ZEROS)) },
      ADDED("Contents/Resources/._a.txt") },
    { "an empty resource fork",
      { .after = EDIT("write: " RES "._a.txt, text: " DOUBLE("02", "00", "")) },
      ADDED("Contents/Resources/._a.txt") },
    { "of nested code",
      { .after = EDIT("write: A.app/Contents/Helpers/._tool, text: " FINDER) },
      "data-in-code-place Contents/Helpers/._tool\n" ADDED("Contents/Helpers/._tool")
          DETRITUS("Contents/Helpers/tool") },
    { "of what is not sealed",
      { .after = EDIT("write: " RES "b/.DS_Store, text: x")
            EDIT("write: " RES "b/._.DS_Store, text: " FINDER) },
      ADDED("Contents/Resources/b/._.DS_Store") },
};

/* Attributes by name, in an AppleDouble file beside a sealed one: what is said of it, but that the
 * file has been added. */
#define UNUSUAL "unusual-xattr Contents/Resources/a.txt\n"
static const struct named {
    const char *name, *want;
} names[] = {
    { "com.apple.quarantine", "" },
    { "com.apple.provenance", "" },
    { "com.apple.cs.CodeDirectory", "" },
    { "com.apple.metadata:kMDItemWhereFroms", UNUSUAL },
    { "com.apple.quarantine2", UNUSUAL },
    { "com.apple.cs", UNUSUAL },
    { "a\nb", UNUSUAL },
};

/* Finder information of nothing, and behind it a table of one attribute, a byte that lies at its
 * end. */
static struct sx_str apple_double(struct sx_arena *arena, const char *name)
{
    enum { INFO = 0x26, TABLE = INFO + 34, ROW = TABLE + 36 };
    struct sx_buf out = { 0 };
    size_t at = (ROW + 11 + strlen(name) + 1 + 3) & ~(size_t)3;
    sx_fx_put_be(&out, 4, 0x00051607);
    sx_fx_put_be(&out, 4, 0x00020000);
    sx_buf_cstr(&out, "Mac OS X        ");
    sx_fx_put_be(&out, 2, 1);
    sx_fx_put_be(&out, 4, 9);
    sx_fx_put_be(&out, 4, INFO);
    sx_fx_put_be(&out, 4, at + 1 - INFO);
    sx_buf_fill(&out, '\0', 34);
    sx_buf_cstr(&out, "ATTR");
    sx_fx_put_be(&out, 4, 0);
    sx_fx_put_be(&out, 4, at + 1);
    sx_fx_put_be(&out, 4, at);
    sx_fx_put_be(&out, 4, 1);
    sx_buf_fill(&out, '\0', 12 + 2);
    sx_fx_put_be(&out, 2, 1);
    sx_fx_put_be(&out, 4, at);
    sx_fx_put_be(&out, 4, 1);
    sx_fx_put_be(&out, 2, 0);
    sx_fx_put_be(&out, 1, strlen(name) + 1);
    sx_buf_cstr(&out, name);
    sx_buf_fill(&out, '\0', at - out.len);
    sx_buf_char(&out, 'x');
    return sx_fx_take(arena, &out);
}

static void write_file(const char *path, struct sx_str bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static const char *resource(const struct examined *e, const char *name)
{
    return sx_str_printf(e->arena, "%s/Contents/Resources/%s", e->path, name).ptr;
}

static void is_named(void **state)
{
    const struct named *row = *state;
    struct examined e;
    sealed_app_examine(&e, &(struct sealed_app){ 0 });
    write_file(resource(&e, "._a.txt"), apple_double(e.arena, row->name));
    examine_again(&e);
    assert_string_equal(
        sealed_problems(&e).ptr,
        sx_str_printf(e.arena, "%s%s", ADDED("Contents/Resources/._a.txt"), row->want).ptr);
    const struct sx_Problem *problem =
        examined_problem(examined_code(&e, "A.app")->problems, "unusual-xattr", "");
    if (problem != NULL)
        assert_string_equal(problem->detail.ptr, sx_escape(e.arena, sx_str_of(row->name)).ptr);
    examined_free(&e);
}

/* What stands beside the artifact itself is not in it, and belongs to it all the same. */
static void looks_beside_the_root(void **state)
{
    (void)state;
    struct examined e;
    sealed_app_examine(&e, &(struct sealed_app){ .after = EDIT("write: ._A.app, text: " FINDER) });
    assert_string_equal(sealed_problems(&e).ptr, DETRITUS("A.app"));
    write_file(sx_str_printf(e.arena, "%s/._A.app", e.folder).ptr,
               apple_double(e.arena, "com.apple.metadata:x"));
    examine_again(&e);
    assert_string_equal(sealed_problems(&e).ptr, "unusual-xattr A.app\n");
    examined_free(&e);
}

/* What a fixture cannot make: files of other types, and a folder that nobody may list. */
static void finds_a_special_file(void **state)
{
    struct examined e;
    (void)state;
    sealed_app_examine(&e, &(struct sealed_app){ 0 });
    assert_int_equal(mkfifo(resource(&e, "pipe"), 0644), 0);
    examine_again(&e);
    assert_string_equal(sealed_problems(&e).ptr,
                        "special-file errSecCSResourceNotSupported Contents/Resources/pipe\n");
    assert_string_equal(sealed_state(&e, "A.app").ptr, "invalid");
    assert_int_equal(unlink(resource(&e, "pipe")), 0);
    examined_free(&e);
}

/* No folder is shut to root, who looks as somebody else here. */
static void examine_as_anybody(struct examined *e)
{
    bool is_root = geteuid() == 0;
    assert_int_equal(chmod(e->folder, 0755), 0);
    if (is_root)
        assert_int_equal(seteuid(65534), 0);
    examine_again(e);
    if (is_root)
        assert_int_equal(seteuid(0), 0);
}

static void finds_a_folder_that_is_shut(void **state)
{
    struct examined e;
    (void)state;
    sealed_app_examine(&e, &(struct sealed_app){ 0 });
    assert_int_equal(chmod(resource(&e, "b"), 0), 0);
    examine_as_anybody(&e);
    assert_string_equal(sealed_problems(&e).ptr,
                        "folder-unreadable errSecCSSignatureNotVerifiable Contents/Resources/b\n"
                        "symlink-leaves errSecCSInvalidSymlink Contents/Resources/link\n");
    assert_string_equal(sealed_state(&e, "A.app").ptr, "invalid");
    assert_int_equal(chmod(resource(&e, "b"), 0755), 0);
    examined_free(&e);
}

#ifdef __linux__
static void finds_attributes_of_the_disk(void **state)
{
    struct examined e;
    (void)state;
    sealed_app_examine(&e, &(struct sealed_app){ 0 });
    bool is_kept = setxattr(resource(&e, "a.txt"), "user.com.apple.FinderInfo", "x", 1, 0) == 0 &&
                   setxattr(e.path, "user.com.apple.ResourceFork", "x", 1, 0) == 0;
    examine_again(&e);
    assert_string_equal(sealed_problems(&e).ptr,
                        is_kept ? DETRITUS("A.app") DETRITUS("Contents/Resources/a.txt") : "");
    examined_free(&e);
}
#endif

static void is_found(void **state)
{
    const struct row *row = *state;
    struct examined e;
    sealed_app_examine(&e, &row->app);
    assert_string_equal(sealed_problems(&e).ptr, row->want);
    assert_string_equal(sealed_state(&e, "A.app").ptr, "invalid");
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_found);
    ADD_ROWS(&list, names, is_named);
    ADD_TEST(&list, looks_beside_the_root);
    ADD_TEST(&list, finds_a_special_file);
    ADD_TEST(&list, finds_a_folder_that_is_shut);
#ifdef __linux__
    ADD_TEST(&list, finds_attributes_of_the_disk);
#endif
    return run_rows("inspect-detritus", &list);
}

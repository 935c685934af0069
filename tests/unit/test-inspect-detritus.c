/* SPDX-License-Identifier: MIT */
/* What may not be attached to sealed files, and files that no seal can hold. */
#include "base/buf.h"
#include "rows.h"
#include "sealed-app.h"

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

/* What a fixture cannot make: files of other types, and a folder that nobody may list. */
static const char *resource(const struct examined *e, const char *name)
{
    return sx_str_printf(e->arena, "%s/Contents/Resources/%s", e->path, name).ptr;
}

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
    ADD_TEST(&list, finds_a_special_file);
    ADD_TEST(&list, finds_a_folder_that_is_shut);
#ifdef __linux__
    ADD_TEST(&list, finds_attributes_of_the_disk);
#endif
    return run_rows("inspect-detritus", &list);
}

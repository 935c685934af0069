/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "base/limits.h"
#include "bundle/look.h"
#include "folder.h"

#include <stdio.h>

#define MACHO                                                                                      \
    "\xcf\xfa\xed\xfe\x0c\x00\x00\x01\x00\x00\x00\x00\x02\x00\x00\x00"                             \
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
#define MACHO_FILE(path)                                                                           \
    {                                                                                              \
        path, MACHO, 32                                                                            \
    }
#define INFO(path, executable)                                                                     \
    {                                                                                              \
        path,                                                                                      \
            "<plist><dict><key>CFBundleExecutable</key><string>" executable                        \
            "</string><key>CFBundlePackageType</key><string>APPL</string></dict></plist>",         \
            0                                                                                      \
    }
#define FOLDER(...)                                                                                \
    (const struct folder_entry[])                                                                  \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL, 0                                                                          \
        }                                                                                          \
    }

/* Resolving links. */
static const struct resolve_row {
    const char *name, *path, *want; /* want NULL: refused */
    enum sx_errc code;
} resolve_rows[] = {
    { "no link", "d/f", "d/f", SX_OK },
    { "a link to a file", "to-f", "d/f", SX_OK },
    { "a link to a folder, and on", "to-d/f", "d/f", SX_OK },
    { "a link upwards within", "d/up", "g", SX_OK },
    { "dots", "./d/./f", "d/f", SX_OK },
    { "out by dots", "out", NULL, SX_E_RANGE },
    { "out by an absolute path", "abs", NULL, SX_E_RANGE },
    { "a loop", "loop", NULL, SX_E_LIMIT },
    { "a link to nothing", "gone", NULL, SX_E_IO },
};

static const struct folder_entry links[] = {
    { "d/f", "f", 0 },       { "g", "g", 0 },          { "to-f", "-> d/f", 0 },
    { "to-d", "-> d", 0 },   { "d/up", "-> ../g", 0 }, { "out", "-> ../../etc", 0 },
    { "abs", "-> /etc", 0 }, { "loop", "-> loop", 0 }, { "gone", "-> nowhere", 0 },
    { NULL, NULL, 0 },
};

static void resolves(void **state)
{
    const struct resolve_row *row = *state;
    char *root = folder_new(links);
    struct sx_arena *arena = sx_arena_new();
    struct sx_tree tree;
    struct sx_str found;
    struct sx_err err = { 0 };
    assert_true(sx_tree_disk(root, SX_STR("t"), &tree, &err));
    bool ok = sx_tree_resolve(&tree, sx_str_of(row->path), arena, &found, &err);
    assert_int_equal(ok, row->want != NULL);
    assert_int_equal(err.code, row->code);
    if (ok)
        assert_true(sx_str_is(found, row->want));
    sx_tree_close(&tree);
    sx_arena_free(arena);
    folder_free(root);
}

/* A file below a link is not opened, whatever the link points at. */
static void opens_below_no_link(void **state)
{
    (void)state;
    char *root = folder_new(links);
    struct sx_tree tree;
    struct sx_source source;
    struct sx_err err = { 0 };
    assert_true(sx_tree_disk(root, SX_STR("t"), &tree, &err));
    assert_false(sx_tree_open(&tree, SX_STR("to-d/f"), "f", &source, &err));
    assert_int_equal(err.code, SX_E_IO);
    err = (struct sx_err){ 0 };
    assert_false(sx_tree_open(&tree, SX_STR("to-f"), "f", &source, &err));
    err = (struct sx_err){ 0 };
    assert_true(sx_tree_open(&tree, SX_STR("d/f"), "f", &source, &err));
    sx_source_close(&source);
    sx_tree_close(&tree);
    folder_free(root);
}

/* Shapes of one bundle. */
static const struct shape_row {
    const char *name, *bundle;
    const struct folder_entry *folder;
    enum sx_bundle_layout layout;
    const char *info, *main; /* below the bundle; NULL: none */
} shape_rows[] = {
    { "an app", "A.app",
      FOLDER(INFO("A.app/Contents/Info.plist", "A"), MACHO_FILE("A.app/Contents/MacOS/A")),
      SX_BUNDLE_CONTENTS, "Contents/Info.plist", "Contents/MacOS/A" },
    { "an iOS app", "A.app", FOLDER(INFO("A.app/Info.plist", "A"), MACHO_FILE("A.app/A")),
      SX_BUNDLE_FLAT, "Info.plist", "A" },
    { "a framework", "F.framework",
      FOLDER(INFO("F.framework/Versions/A/Resources/Info.plist", "F"),
             MACHO_FILE("F.framework/Versions/A/F"), { "F.framework/Versions/Current", "-> A", 0 }),
      SX_BUNDLE_VERSIONS, "Versions/A/Resources/Info.plist", "Versions/A/F" },
    { "a framework that lost its links", "F.framework",
      FOLDER(INFO("F.framework/Versions/A/Resources/Info.plist", "F"),
             MACHO_FILE("F.framework/Versions/A/F")),
      SX_BUNDLE_VERSIONS, "Versions/A/Resources/Info.plist", "Versions/A/F" },
    { "a flat framework", "F.framework",
      FOLDER(INFO("F.framework/Info.plist", "F"), MACHO_FILE("F.framework/F")), SX_BUNDLE_FLAT,
      "Info.plist", "F" },
    { "a framework whose current version leads out", "F.framework",
      FOLDER(MACHO_FILE("F.framework/F"), { "F.framework/Versions/Current", "-> /usr", 0 }),
      SX_BUNDLE_FLAT, NULL, "F" },
    { "Contents beside an Info.plist", "X.dext",
      FOLDER(INFO("X.dext/Info.plist", "X"), INFO("X.dext/Contents/Info.plist", "X"),
             MACHO_FILE("X.dext/Contents/MacOS/X")),
      SX_BUNDLE_MIXED, "Contents/Info.plist", "Contents/MacOS/X" },
    { "Resources only", "P.plugin",
      FOLDER(INFO("P.plugin/Resources/Info.plist", "P"), MACHO_FILE("P.plugin/P")),
      SX_BUNDLE_RESOURCES, "Resources/Info.plist", "P" },
    { "support files", "P.plugin",
      FOLDER(INFO("P.plugin/Support Files/Info.plist", "P"), MACHO_FILE("P.plugin/P")),
      SX_BUNDLE_SUPPORT_FILES, "Support Files/Info.plist", "P" },
    { "no CFBundleExecutable", "A.app",
      FOLDER({ "A.app/Contents/Info.plist", "<plist><dict/></plist>", 0 },
             MACHO_FILE("A.app/Contents/MacOS/A")),
      SX_BUNDLE_CONTENTS, "Contents/Info.plist", "Contents/MacOS/A" },
    { "an executable that is not there", "A.app", FOLDER(INFO("A.app/Contents/Info.plist", "B")),
      SX_BUNDLE_CONTENTS, "Contents/Info.plist", NULL },
    { "an executable with a path is not followed", "A.app",
      FOLDER(INFO("A.app/Contents/Info.plist", "../../B"), MACHO_FILE("B")), SX_BUNDLE_CONTENTS,
      "Contents/Info.plist", NULL },
    { "info.plist in lower case", "A.app",
      FOLDER(INFO("A.app/Contents/info.plist", "A"), MACHO_FILE("A.app/Contents/MacOS/A")),
      SX_BUNDLE_CONTENTS, "Contents/info.plist", "Contents/MacOS/A" },
    { "Info-macos.plist goes first", "A.app",
      FOLDER(INFO("A.app/Contents/Info.plist", "B"), INFO("A.app/Contents/Info-macos.plist", "A"),
             MACHO_FILE("A.app/Contents/MacOS/A")),
      SX_BUNDLE_CONTENTS, "Contents/Info-macos.plist", "Contents/MacOS/A" },
};

static void assert_below(struct sx_str path, const char *bundle, const char *want)
{
    char whole[256];
    if (want == NULL) {
        assert_null(path.ptr);
        return;
    }
    snprintf(whole, sizeof(whole), "%s/%s", bundle, want);
    assert_int_equal(path.len, strlen(whole));
    assert_memory_equal(path.ptr, whole, path.len);
}

static void has_shape(void **state)
{
    const struct shape_row *row = *state;
    char *root = folder_new(row->folder);
    struct sx_arena *arena = sx_arena_new();
    struct sx_tree tree;
    struct sx_bundle bundle;
    struct sx_err err = { 0 };
    assert_true(sx_tree_disk(root, SX_STR("t"), &tree, &err));
    assert_true(sx_bundle_read(&tree, sx_str_of(row->bundle), arena, &bundle, &err));
    assert_string_equal(sx_bundle_layout_name(bundle.layout), sx_bundle_layout_name(row->layout));
    assert_below(bundle.info_path, row->bundle, row->info);
    assert_below(bundle.main, row->bundle, row->main);
    sx_tree_close(&tree);
    sx_arena_free(arena);
    folder_free(root);
}

/* Walks, and looks: every code object as "path<host", in order. */
static const struct walk_row {
    const char *name;
    const struct folder_entry *folder;
    const char *want;
    size_t profiles, jobs;
} walk_rows[] = {
    { "nothing", FOLDER({ "readme", "text", 0 }), "", 0, 0 },
    { "a loose executable", FOLDER(MACHO_FILE("bin/tool")), "bin/tool<;", 0, 0 },
    { "an app with all that apps hold",
      FOLDER(
          INFO("A.app/Contents/Info.plist", "A"), MACHO_FILE("A.app/Contents/MacOS/A"),
          MACHO_FILE("A.app/Contents/MacOS/helper"),
          MACHO_FILE("A.app/Contents/Frameworks/lib.dylib"),
          INFO("A.app/Contents/Library/SystemExtensions/x.systemextension/Contents/Info.plist",
               "x"),
          MACHO_FILE("A.app/Contents/Library/SystemExtensions/x.systemextension/Contents/MacOS/x"),
          { "A.app/Contents/embedded.provisionprofile", "profile", 0 },
          { "A.app/Contents/Library/LaunchDaemons/d.plist", "<plist/>", 0 },
          { "A.app/Contents/Resources/d.plist", "<plist/>", 0 }),
      "A.app<;A.app/Contents/Library/SystemExtensions/x.systemextension<A.app;"
      "A.app/Contents/Frameworks/lib.dylib<A.app;A.app/Contents/MacOS/helper<A.app;",
      1, 1 },
    { "resources that only look like a bundle",
      FOLDER(INFO("A.app/Contents/Info.plist", "A"), MACHO_FILE("A.app/Contents/MacOS/A"),
             { "A.app/Contents/Resources/strings.bundle/en.strings", "x = y;", 0 }),
      "A.app<;", 0, 0 },
    { "a bundle without suffix, by its shape",
      FOLDER(INFO("tool/Contents/Info.plist", "t"), MACHO_FILE("tool/Contents/MacOS/t")), "tool<;",
      0, 0 },
    { "links are not followed",
      FOLDER(MACHO_FILE("F.framework/Versions/A/F"), { "F.framework/Versions/Current", "-> A", 0 },
             { "F.framework/F", "-> Versions/Current/F", 0 }, { "again", "-> F.framework", 0 }),
      "F.framework<;", 0, 0 },
    { "copies where links belong are code of their own",
      FOLDER(MACHO_FILE("F.framework/Versions/A/F"), { "F.framework/Versions/Current", "-> A", 0 },
             MACHO_FILE("F.framework/F")),
      "F.framework<;F.framework/F<F.framework;", 0, 0 },
    { "other versions of a framework",
      FOLDER(MACHO_FILE("F.framework/Versions/A/F"), MACHO_FILE("F.framework/Versions/B/F"),
             { "F.framework/Versions/Current", "-> B", 0 }),
      "F.framework<;F.framework/Versions/A<;", 0, 0 },
    { "a fifo is passed by", FOLDER({ "A.app/Contents/Resources/pipe", "fifo", 0 }), "A.app<;", 0,
      0 },
    { "a Java class file is no code",
      FOLDER({ "A.class", "\xca\xfe\xba\xbe\x00\x00\x00\x41\x00\x16\x0a\x00\x02\x00\x03\x07", 16 }),
      "", 0, 0 },
};

static size_t count(const struct sx_found_file *list)
{
    size_t n = 0;
    for (; list != NULL; list = list->next)
        n++;
    return n;
}

static void look(struct sx_walk *walk, const struct sx_tree *tree)
{
    SX_AUTO(sx_crypto_freep) struct sx_crypto *crypto = sx_crypto_new();
    struct sx_pool *pool = sx_pool_new(2);
    struct sx_looked looked = { 0 };
    sx_walk_look(walk, tree, pool, crypto, NULL, &looked);
    sx_pool_free(pool);
}

/* Every entry is found where it stands, and ends where its folder does at the latest. */
static void assert_listed(const struct sx_walk *walk)
{
    for (size_t i = 0; i < walk->n_entries; i++) {
        const struct sx_walk_entry *entry = &walk->entries[i];
        assert_ptr_equal(sx_walk_find(walk, entry->path), entry);
        assert_in_range(entry->end, i + 1, walk->n_entries);
        for (size_t k = i + 1; k < entry->end; k++)
            assert_true(walk->entries[k].end <= entry->end);
    }
    assert_null(sx_walk_find(walk, SX_STR("no/such/path")));
}

static void walks(void **state)
{
    const struct walk_row *row = *state;
    char *root = folder_new(row->folder);
    struct sx_arena *arena = sx_arena_new();
    struct sx_tree tree;
    struct sx_walk walk;
    struct sx_err err = { 0 };
    char found[4096] = "";
    assert_true(sx_tree_disk(root, SX_STR("t"), &tree, &err));
    assert_true(sx_walk_tree(&tree, arena, &walk, &err));
    look(&walk, &tree);
    sx_walk_add_files(&walk, &tree);
    for (const struct sx_found_code *c = walk.code; c != NULL; c = c->next) {
        struct sx_str host = c->host != NULL ? c->host->path : SX_STR("");
        size_t used = strlen(found);
        snprintf(found + used, sizeof(found) - used, "%.*s<%.*s;", SX_STR_ARG(c->path),
                 SX_STR_ARG(host));
    }
    assert_string_equal(found, row->want);
    assert_int_equal(count(walk.profiles), row->profiles);
    assert_int_equal(count(walk.jobs), row->jobs);
    assert_null(walk.gaps);
    assert_listed(&walk);
    sx_walk_release(&walk);
    sx_tree_close(&tree);
    sx_arena_free(arena);
    folder_free(root);
}

/* Folders nested too deep end the walk with a gap that says so. */
static void too_deep_is_a_gap(void **state)
{
    (void)state;
    char path[2 * SX_MAX_TREE_DEPTH + 64] = "";
    for (int i = 0; i < SX_MAX_TREE_DEPTH + 4; i++)
        memcpy(path + 2 * i, "d/", 3);
    memcpy(path + 2 * (SX_MAX_TREE_DEPTH + 4), "tool", 5);
    const struct folder_entry entries[] = { { path, MACHO, 32 }, { NULL, NULL, 0 } };
    char *root = folder_new(entries);
    struct sx_arena *arena = sx_arena_new();
    struct sx_tree tree;
    struct sx_walk walk;
    struct sx_err err = { 0 };
    assert_true(sx_tree_disk(root, SX_STR("t"), &tree, &err));
    assert_true(sx_walk_tree(&tree, arena, &walk, &err));
    assert_null(walk.code);
    assert_non_null(walk.gaps);
    assert_true(sx_str_is(walk.gaps->reason, "folders nested too deep"));
    sx_walk_release(&walk);
    sx_tree_close(&tree);
    sx_arena_free(arena);
    folder_free(root);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, resolve_rows, resolves);
    ADD_TEST(&list, opens_below_no_link);
    ADD_ROWS(&list, shape_rows, has_shape);
    ADD_ROWS(&list, walk_rows, walks);
    ADD_TEST(&list, too_deep_is_a_gap);
    return run_rows("bundle", &list);
}

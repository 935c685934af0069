/* SPDX-License-Identifier: MIT */
/* Fixture files: what they make, and what is said about those that are wrong. */
#include "base/source.h"
#include "fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static int make_folder(void **state)
{
    char *folder = strdup("/tmp/sx-fixture-XXXXXX");
    *state = mkdtemp(folder);
    return *state == NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st; /* ftw's signature */
    (void)kind;
    (void)place;
    return remove(path);
}

static int remove_folder(void **state)
{
    int left = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return left;
}

static struct sx_str path_in(struct sx_arena *arena, const char *folder, const char *path)
{
    return sx_str_printf(arena, "%s/%s", folder, path);
}

static struct sx_str contents(struct sx_arena *arena, const char *folder, const char *path)
{
    struct sx_str full = path_in(arena, folder, path);
    struct sx_source source;
    struct sx_span bytes = { 0 };
    struct sx_err err = { 0 };
    if (!sx_source_open(AT_FDCWD, full.ptr, full.ptr, false, &source, &err) ||
        !sx_source_whole(&source, 1 << 24, arena, &bytes, &err))
        fail_msg("%s", err.what);
    sx_source_close(&source);
    return sx_str_of_span(bytes);
}

static void build(struct sx_arena *arena, const char *yaml, const char *folder)
{
    struct sx_err err = { 0 };
    if (!sx_fx_build_text(arena, yaml, folder, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.what);
}

static void files_links_and_modes(void **state)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct stat st;
    char link[16] = { 0 };
    build(arena,
          "files:\n"
          "  a/text: hello\n"
          "  a/run: {text: '#!/bin/sh', mode: 755}\n"
          "  a/link: {link: text}\n"
          "  a/empty: {files: {}}\n"
          "  a/copy: {copy: a/text}\n"
          "  a/filler: {size: 5000}\n",
          *state);
    assert_string_equal(contents(arena, *state, "a/text").ptr, "hello");
    assert_string_equal(contents(arena, *state, "a/copy").ptr, "hello");
    assert_int_equal(contents(arena, *state, "a/filler").len, 5000);
    assert_int_equal(stat(path_in(arena, *state, "a/run").ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0755);
    assert_int_equal(readlink(path_in(arena, *state, "a/link").ptr, link, sizeof(link) - 1), 4);
    assert_string_equal(link, "text");
    assert_int_equal(stat(path_in(arena, *state, "a/empty").ptr, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
}

static void edits_come_after(void **state)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    build(arena,
          "files: {a: 'abcd', b: 'b', c: 'c', d: 'abcdef', e: 'x'}\n"
          "after:\n"
          "  - {append: a, text: e}\n"
          "  - {patch: a, at: 1, text: XY}\n"
          "  - {patch: a, at: -1, text: Z}\n"
          "  - {delete: b}\n"
          "  - {move: c, to: f}\n"
          "  - {truncate: d, at: 2}\n"
          "  - {flip: e, at: 0}\n"
          "  - {write: g, text: new, mode: 600}\n",
          *state);
    assert_string_equal(contents(arena, *state, "a").ptr, "aXYdZ");
    assert_int_equal(access(path_in(arena, *state, "b").ptr, F_OK), -1);
    assert_string_equal(contents(arena, *state, "f").ptr, "c");
    assert_string_equal(contents(arena, *state, "d").ptr, "ab");
    assert_string_equal(contents(arena, *state, "e").ptr, "\x87");
    assert_string_equal(contents(arena, *state, "g").ptr, "new");
}

/* What is wrong, and where. */
static const struct mistake {
    const char *name, *yaml, *what;
    uint32_t line, column;
} mistakes[] = {
    { "no files", "about: nothing\n", "a fixture needs files", 1, 1 },
    { "no YAML", "files: [\n", "did not find expected node content", 2, 1 },
    { "a key twice", "files:\n  a: x\n  a: y\n", "the key a stands twice", 3, 3 },
    { "unknown key", "file: {}\n", "no key file here; the nearest is files", 1, 7 },
    { "unknown key of a file", "files:\n  a: {tekst: x}\n",
      "no key tekst here; the nearest is text", 2, 14 },
    { "no content", "files:\n  a: {mode: 644}\n",
      "a file is text, from, copy, size, plist, profile, package, macho, link or "
      "files",
      2, 6 },
    { "path that leaves", "files:\n  a/../../b: x\n", "a path must stay below the output folder", 2,
      14 },
    { "absolute path", "files:\n  /tmp/b: x\n", "a path must stay below the output folder", 2, 11 },
    { "mode not octal", "files:\n  a: {text: x, mode: 9}\n", "mode must be octal, such as 755", 2,
      22 },
    { "unknown architecture", "files:\n  a: {macho: {arch: arm65}}\n", "no architecture arm65", 2,
      21 },
    { "unknown signer", "files:\n  a: {macho: {}, sign: {as: nobody}}\n",
      "no certificate is named nobody", 2, 29 },
    { "unknown flag", "files:\n  a: {macho: {}, sign: {flags: [fast]}}\n", "no flag is named fast",
      2, 33 },
    { "unknown hash", "files:\n  a: {macho: {}, sign: {hashes: md5}}\n", "no hash is named md5", 2,
      33 },
    { "unknown defect",
      "files:\n  a: {macho: {}, sign: {as: self-signed, cms: {defects: [dull]}}}\n",
      "no defect is named dull", 2, 57 },
    { "unknown field", "files:\n  a: {macho: {}, sign: {fields: {limit: 1}}}\n",
      "fields are numbers under Apple's names", 2, 41 },
    { "page size", "files:\n  a: {macho: {}, sign: {page-size: 5000}}\n",
      "page-size must be a power of two, or 0 for one page", 2, 36 },
    { "signed folder", "files:\n  a:\n    sign: {}\n    files: {}\n",
      "a signed folder needs an Info.plist where bundles have it", 3, 5 },
    { "bundle without its code",
      "files:\n  a.app:\n    sign: {}\n    files: {Contents/Info.plist: {plist: "
      "{CFBundleExecutable: "
      "a}}}\n",
      "no main executable Contents/MacOS/a in it", 3, 5 },
    { "time", "files:\n  a: {macho: {}, sign: {as: self-signed, timestamp: soon}}\n",
      "timestamp must be a time such as 2026-11-23T18:04:11Z", 2, 53 },
    { "profile kind", "files:\n  a: {profile: {kind: gratis}}\n",
      "a profile is developer-id, development or app-store", 2, 23 },
    { "unknown edit", "files: {a: x}\nafter:\n  - {paint: a}\n",
      "an edit is write, append, patch, flip, truncate, delete, chmod, move or staple", 3, 5 },
    { "edit outside the file", "files: {a: x}\nafter:\n  - {flip: a, at: 9}\n",
      "this lies outside the file of 1 bytes", 3, 5 },
    { "slice of no file", "files: {a: x}\nafter:\n  - {flip: a, from: slice}\n",
      "no such slice in a", 3, 5 },
    { "from without a folder", "files:\n  a: {from: b}\n", "there is no folder to look for b in", 2,
      13 },
};

static void says_what_is_wrong(void **state)
{
    const struct mistake *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    void *folder;
    assert_int_equal(make_folder(&folder), 0);
    bool done = sx_fx_build_text(arena, row->yaml, folder, &err);
    assert_int_equal(remove_folder(&folder), 0);
    assert_false(done);
    assert_string_equal(err.what, row->what);
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
}

static bool is_fixture(const struct dirent *entry)
{
    return sx_str_ends(sx_str_of(entry->d_name), SX_STR(".yaml"));
}

static void every_fixture_is_made(void **state)
{
    DIR *dir = opendir(SX_FIXTURES);
    struct dirent *entry;
    size_t n = 0;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (!is_fixture(entry))
            continue;
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct sx_str from = path_in(arena, SX_FIXTURES, entry->d_name);
        struct sx_str to = path_in(arena, *state, entry->d_name);
        struct sx_err err = { 0 };
        if (!sx_fx_build(arena, from.ptr, to.ptr, &err))
            fail_msg("%s:%u:%u: %s", entry->d_name, err.line, err.column, err.what);
        n++;
    }
    closedir(dir);
    assert_true(n > 10);
}

/* The same bytes each time, signatures included. */
static void the_sample_is_the_same_each_time(void **state)
{
    static const char *const paths[] = {
        "build/Waffle.app/Contents/MacOS/Waffle",
        "build/Waffle.app/Contents/_CodeSignature/CodeResources",
        "build/Waffle.app/Contents/embedded.provisionprofile",
        "build/Waffle.app/Contents/CodeResources",
    };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    const char *fixture = SX_FIXTURES "/waffle-good.yaml";
    const char *one = path_in(arena, *state, "one").ptr, *two = path_in(arena, *state, "two").ptr;
    assert_true(sx_fx_build(arena, fixture, one, &err));
    assert_true(sx_fx_build(arena, fixture, two, &err));
    for (size_t i = 0; i < SX_LEN(paths); i++)
        assert_true(sx_str_eq(contents(arena, one, paths[i]), contents(arena, two, paths[i])));
}

/* The documentation prints this line and column. */
static void the_sample_names_the_daemon_at_31_13(void **state)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    assert_true(sx_fx_build(arena, SX_FIXTURES "/waffle.yaml", *state, &err));
    struct sx_str text = contents(arena, *state, "mdm/filter.mobileconfig");
    for (int line = 1; line < 31; line++)
        text = sx_str_sub(text, sx_str_find(text, SX_STR("\n")) + 1, text.len);
    assert_true(
        sx_str_starts(sx_str_sub(text, 12, text.len), SX_STR("com.example.waffle.daemon<")));
}

static void roots_are_pem(void **state)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    assert_true(sx_fx_write_roots(arena, *state, &err));
    assert_true(sx_str_starts(contents(arena, *state, "root.pem"),
                              SX_STR("-----BEGIN CERTIFICATE-----\n")));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
static const struct CMUnitTest others[] = {
    IN_FOLDER(files_links_and_modes),
    IN_FOLDER(edits_come_after),
    IN_FOLDER(every_fixture_is_made),
    IN_FOLDER(the_sample_is_the_same_each_time),
    IN_FOLDER(the_sample_names_the_daemon_at_31_13),
    IN_FOLDER(roots_are_pem),
};

int main(void)
{
    struct CMUnitTest tests[SX_LEN(mistakes) + SX_LEN(others)];
    size_t n = 0;
    for (size_t i = 0; i < SX_LEN(mistakes); i++)
        tests[n++] = (struct CMUnitTest){ mistakes[i].name, says_what_is_wrong, NULL, NULL,
                                          (void *)&mistakes[i] };
    for (size_t i = 0; i < SX_LEN(others); i++)
        tests[n++] = others[i];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Members that are read when somebody asks: once, from files that were closed, or not at all. */
#include "base/buf.h"
#include "examined.h"
#include "fixture.h"
#include "folder.h"
#include "inspect/dyld.h"
#include "rows.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char app[] =
    "files:\n"
    "  t/A.app/Contents/Info.plist: {plist: {CFBundleIdentifier: a, CFBundleExecutable: A,"
    " NetworkExtension: {NEProviderClasses: {com.apple.networkextension.packet-tunnel: A.Tunnel,"
    " com.apple.networkextension.dns-proxy: X.Proxy, com.apple.networkextension.app-proxy: No}}}}\n"
    "  t/A.app/Contents/MacOS/A: {macho: {arch: [arm64, x86_64], rpaths: ['@loader_path'],"
    " dylibs: ['@rpath/libx.dylib', '@rpath/liby.dylib', /usr/lib/libSystem.B.dylib],"
    " imports: [_SMJobBless, _a], classes: [A.Tunnel], strings: [hello, /tmp/a.sock, b.sock],"
    " methods: ['startSystemExtensionMode']}}\n"
    "  t/A.app/Contents/MacOS/libx.dylib: {macho: {type: dylib, arch: [arm64, x86_64],"
    " dylibs: ['@rpath/libz9.dylib'], classes: [X.Proxy]}}\n"
    "  t/A.app/Contents/MacOS/liby.dylib: {macho: {type: dylib, arch: x86_64,"
    " dylibs: ['@rpath/libx.dylib', '@rpath/liby.dylib']}}\n"
    "  t/A.app/Contents/MacOS/libz9.dylib: {macho: {type: dylib, arch: arm64}}\n"
    "  t/A.app/Contents/Library/LaunchDaemons/d.plist: {plist: {Label: d,"
    " BundleProgram: Contents/MacOS/A, Sockets: {One: {SockPathName: /var/run/b.sock},"
    " Many: [{SockPathName: /tmp/a.sock}, {SockServiceName: x}, 7]}}}\n";

static struct sx_value member(const struct sx_object *object, const char *name)
{
    return sx_object_get(object, sx_type_member(object->type, sx_str_of(name)));
}

/* A list in a line: texts, or of slices the names of their files. */
static struct sx_str joined(struct sx_arena *arena, struct sx_value list)
{
    struct sx_str out = SX_STR("");
    assert_int_equal(list.kind, SX_LIST);
    for (size_t i = 0; i < list.list.n; i++) {
        struct sx_value v = sx_list_at(list, i);
        struct sx_str text =
            v.kind == SX_OBJECT ? ((const struct sx_Slice *)v.object)->code->name : v.str;
        out =
            sx_str_printf(arena, "%.*s%s%.*s", SX_STR_ARG(out), i > 0 ? " " : "", SX_STR_ARG(text));
    }
    return out;
}

static const struct sx_object *object_of(const struct examined *e, const char *which)
{
    if (strcmp(which, "job") == 0)
        return examined_artifact(e)->jobs.at[0];
    if (strncmp(which, "provider ", 9) == 0)
        return examined_code(e, "t/A.app")->providers.at[which[9] - '0'];
    return &examined_slice(e, "t/A.app", which)->head;
}

static const struct row {
    const char *name, *of, *member, *value;
} rows[] = {
    { "imports", "arm64", "imports", "_SMJobBless _a" },
    { "classes", "arm64", "classes", "A.Tunnel" },
    { "strings", "arm64", "strings", "/tmp/a.sock b.sock hello startSystemExtensionMode" },
    { "loads", "arm64", "loads", "libx.dylib libz9.dylib" },
    { "loads of the other architecture", "x86_64", "loads", "libx.dylib liby.dylib" },
    { "sockets", "job", "socketPaths", "/tmp/a.sock /var/run/b.sock" },
};

static void reads_once(void **state)
{
    const struct row *row = *state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(&e, app, "t");
    const struct sx_object *object = object_of(&e, row->of);
    size_t bit = sx_member_at(object->type, sx_type_member(object->type, sx_str_of(row->member)));
    assert_non_null(object->lazy);
    assert_true(object->lazy->done == 0);
    struct sx_value first = member(object, row->member);
    assert_true(object->lazy->done == (uint64_t)1 << bit);
    assert_true(sx_str_is(joined(arena, first), row->value));
    folder_empty(e.folder);
    struct sx_value again = member(object, row->member);
    assert_ptr_equal(first.list.at, again.list.at);
    examined_free(&e);
}

/* key order: app-proxy, dns-proxy, packet-tunnel */
static void knows_providers(void **state)
{
    (void)state;
    struct examined e;
    examine(&e, app, "t");
    assert_int_equal(member(object_of(&e, "provider 0"), "inBinary").kind, SX_BOOL);
    assert_false(member(object_of(&e, "provider 0"), "inBinary").b);
    assert_int_equal(member(object_of(&e, "provider 0"), "superclass").kind, SX_NULL);
    assert_true(member(object_of(&e, "provider 1"), "inBinary").b);
    assert_true(member(object_of(&e, "provider 2"), "inBinary").b);
    examined_free(&e);
}

/* Nothing that a rule does not ask for is opened a second time. */
static void asks_for_nothing(void **state)
{
    (void)state;
    struct examined e;
    examine(&e, app, "t");
    struct sx_objs code = examined_artifact(&e)->code;
    for (size_t i = 0; i < code.n; i++)
        for (size_t k = 0; k < SX_AT(Code, code, i)->slices.n; k++)
            assert_true(SX_AT(Slice, SX_AT(Code, code, i)->slices, k)->head.lazy->done == 0);
    examined_free(&e);
}

/* What can happen to a file before it is read again. */

static void put_bytes(const char *path, const char *bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fputs(bytes, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void take_file(struct examined *e, const char *file)
{
    (void)e;
    assert_int_equal(remove(file), 0);
}

static void cut_file(struct examined *e, const char *file)
{
    (void)e;
    put_bytes(file, "MZ");
}

static void swap_file(struct examined *e, const char *file)
{
    struct sx_err err = { 0 };
    assert_int_equal(remove(file), 0);
    if (!sx_fx_build_text(e->arena, "files: {t/A.app/Contents/MacOS/A: {macho: {arch: x86_64}}}",
                          e->folder, &err))
        fail_msg("%s", err.what);
}

static void take_folder(struct examined *e, const char *file)
{
    (void)file;
    folder_empty(e->folder);
}

static void swap_folder(struct examined *e, const char *file)
{
    const char *old = sx_str_printf(e->arena, "%s/t", e->folder).ptr;
    const char *new = sx_str_printf(e->arena, "%s/u", e->folder).ptr;
    (void)file;
    assert_int_equal(rename(old, new), 0);
    assert_int_equal(mkdir(old, 0755), 0);
}

static const struct harm {
    const char *name;
    void (*harm)(struct examined *e, const char *file);
    const char *reason;
} harms[] = {
    { "file is gone", take_file, "No such file or directory" },
    { "file is cut", cut_file, "" },
    { "file is another", swap_file, "was changed while it was examined" },
    { "folder is gone", take_folder, "No such file or directory" },
    { "folder is another", swap_folder, "another folder has taken the place" },
};

static void tells_why_not(void **state)
{
    const struct harm *row = *state;
    static const char *const members[] = { "imports", "classes", "strings" };
    struct examined e;
    examine(&e, app, "t");
    const struct sx_object *slice = object_of(&e, "arm64");
    row->harm(&e, sx_str_printf(e.arena, "%s/t/A.app/Contents/MacOS/A", e.folder).ptr);
    for (size_t i = 0; i < SX_LEN(members); i++) {
        struct sx_value v = member(slice, members[i]);
        assert_int_equal(v.kind, SX_UNKNOWN);
        assert_true(sx_str_find(v.unread->reason, sx_str_of(row->reason)) < v.unread->reason.len);
    }
    assert_int_equal(slice->unread.n, SX_LEN(members) + 1); /* and `notarized`: no ticket */
    assert_int_equal(member(object_of(&e, "job"), "socketPaths").kind, SX_UNKNOWN);
    assert_int_equal(member(object_of(&e, "provider 0"), "inBinary").kind, SX_NULL);
    assert_int_equal(member(slice, "loads").kind, SX_LIST); /* known without the file */
    examined_free(&e);
}

/* What is open in this process. */
static size_t n_open(void)
{
    size_t n = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (dir == NULL)
        return 0; /* not on this system */
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n;
}

static void holds_nothing_open(void **state)
{
    (void)state;
    struct examined e;
    size_t before = n_open();
    examine(&e, app, "t");
    assert_int_equal(member(object_of(&e, "arm64"), "imports").kind, SX_LIST);
    assert_int_equal(n_open(), before);
    examined_free(&e);
}

/* The path was relative, and the working directory is another when the file is read. */
static void survives_chdir(void **state)
{
    (void)state;
    struct examined e;
    char was[4096];
    assert_non_null(getcwd(was, sizeof(was)));
    examine(&e, app, "t");
    struct sx_question question = { .now = sx_time_of(2026, 11, 24, 0, 0, 0), .jobs = 1 };
    const char *path = "t";
    assert_int_equal(chdir(e.folder), 0);
    struct sx_run *run = sx_inspect(&question, &path, 1);
    assert_int_equal(chdir(was), 0);
    const struct sx_Code *code = SX_AT(Code, SX_AT(Artifact, run->artifacts, 0)->code, 0);
    assert_int_equal(member(code->slices.at[0], "imports").kind, SX_LIST);
    sx_run_free(run);
    examined_free(&e);
}

/* What would take too long is said not to be known, of every dependency. */
static void gives_up(void **state)
{
    (void)state;
    struct examined e;
    examine(&e, app, "t");
    const struct sx_Slice *slice = examined_slice(&e, "t/A.app", "arm64");
    struct sx_dyld *dyld = ((struct sx_dyld_image *)slice->head.lazy)->dyld;
    dyld->steps = 3;
    sx_dyld_resolve(dyld);
    assert_int_equal(dyld->steps, 0);
    for (size_t i = 0; i < slice->dylibs.n; i++) {
        struct sx_value found = member(slice->dylibs.at[i], "found");
        assert_int_equal(found.kind, SX_UNKNOWN);
        assert_int_equal(found.unread->state, SX_UNREAD_NOT_EXAMINED);
        assert_int_equal(member(slice->dylibs.at[i], "code").kind, SX_UNKNOWN);
    }
    assert_int_equal(member(&slice->head, "loads").kind, SX_UNKNOWN);
    examined_free(&e);
}

int main(void)
{
    static struct rows all;
    ADD_ROWS(&all, rows, reads_once);
    ADD_ROWS(&all, harms, tells_why_not);
    ADD_TEST(&all, knows_providers);
    ADD_TEST(&all, asks_for_nothing);
    ADD_TEST(&all, holds_nothing_open);
    ADD_TEST(&all, survives_chdir);
    ADD_TEST(&all, gives_up);
    return run_rows("inspect-lazy", &all);
}

/* SPDX-License-Identifier: MIT */
/* Every byte counts: whatever changes in a sealed app is found and named, and what no seal covers
 * changes nothing. `test-every-byte every` takes each byte of each file, which takes minutes. */
#include "rows.h"
#include "sealed-app.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_thorough;

/* An app that is signed ad hoc, small enough for each of its bytes. */
static const char small_app[] =
    "defaults: {macho: {arch: arm64, code: 100}, sign: {as: ad-hoc, hashes: [sha1, sha256]}}\n"
    "files:\n"
    "  A.app:\n"
    "    sign: {seal: {sha1: true}}\n"
    "    files:\n"
    "      Contents/Info.plist: {plist: {CFBundleExecutable: A, CFBundlePackageType: APPL}}\n"
    "      Contents/MacOS/A: {macho: {}}\n"
    "      Contents/Resources/a.txt: a text\n"
    "      Contents/Resources/en.lproj/b.txt: another\n"
    "      Contents/Resources/.DS_Store: not sealed\n"
    "      Contents/PkgInfo: not sealed\n";

/* A stretch of a file, and what has to be said when a byte of it changes. */
enum said {
    NOTHING,      /* it is not sealed */
    ALTERED,      /* resource-altered, with its path */
    NOT_VALID,    /* the app is not valid, whatever becomes of it */
    SEAL_ALTERED, /* seal-altered */
    PAGE_ALTERED, /* a page, or something that is found before pages are looked at */
};

struct stretch {
    const char *path; /* whole */
    uint64_t off, len;
    enum said said;
};

static struct {
    struct sx_arena *arena;
    const char *root;
    SX_VEC(struct stretch) stretches;
    uint64_t len; /* of all of them */
} all;

static void add_stretch(const char *path, uint64_t off, uint64_t len, enum said said)
{
    if (len > 0)
        SX_PUSH(all.arena, &all.stretches, (struct stretch){ path, off, len, said });
    all.len += len;
}

/* By name: the apps here have one file of each kind. */
static enum said said_of(struct sx_str path)
{
    static const struct {
        const char *end;
        enum said said;
    } table[] = {
        { "/PkgInfo", NOTHING },
        { "/.DS_Store", NOTHING },
        { "A.app/Contents/Info.plist", NOT_VALID },
        { "/_CodeSignature/CodeResources", SEAL_ALTERED },
    };
    enum said said = ALTERED;
    for (size_t i = 0; i < SX_LEN(table); i++)
        if (sx_str_ends(path, sx_str_of(table[i].end)))
            said = table[i].said;
    return said;
}

static bool is_macho(const char *path)
{
    unsigned char head[4] = { 0 };
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(head, 1, sizeof(head), f);
    fclose(f);
    return n == 4 && ((head[0] == 0xca && head[1] == 0xfe) || (head[0] == 0xcf && head[1] == 0xfa));
}

static int add_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)where;
    const char *kept = sx_str_dup(all.arena, sx_str_of(path)).ptr;
    if (type == FTW_F && !is_macho(path))
        add_stretch(kept, 0, (uint64_t)st->st_size, said_of(sx_str_of(kept)));
    return 0;
}

/* Of Mach-O files what their signatures cover: signatures have bytes that nothing covers. */
static void add_code(const struct examined *e, const struct sx_Code *code)
{
    struct sx_str below = sx_str_sub(code->main->path, strlen("A.app/"), code->main->path.len);
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Slice *slice = SX_AT(Slice, code->slices, i);
        const struct sx_CodeDirectory *cd =
            SX_AT(CodeDirectory, slice->signature->codeDirectories, 0);
        const char *path = sx_str_printf(e->arena, "%s/%.*s", e->path, SX_STR_ARG(below)).ptr;
        add_stretch(path, (uint64_t)slice->offset, (uint64_t)cd->codeLimit, PAGE_ALTERED);
    }
}

static void gather(const struct examined *e)
{
    memset(&all, 0, sizeof(all));
    all.arena = e->arena;
    assert_int_equal(nftw(e->path, add_file, 16, FTW_PHYS), 0);
    struct sx_objs code = examined_artifact(e)->code;
    for (size_t i = 0; i < code.n; i++)
        add_code(e, SX_AT(Code, code, i));
}

/* What has been found */

static bool has(struct sx_objs problems, const char *what, struct sx_str path)
{
    for (size_t i = 0; i < problems.n; i++) {
        const struct sx_Problem *p = SX_AT(Problem, problems, i);
        if (sx_str_is(sx_enum_name(&sx_enumeration_ProblemKind, p->what), what) &&
            (path.ptr == NULL || sx_str_ends(p->path, path)))
            return true;
    }
    return false;
}

static bool is_said(const struct examined *e, const char *what, struct sx_str path)
{
    struct sx_objs code = examined_artifact(e)->code;
    for (size_t i = 0; i < code.n; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        bool said = has(c->problems, what, path);
        for (size_t k = 0; k < c->slices.n; k++)
            said = said || has(SX_AT(Slice, c->slices, k)->signature->problems, what, path);
        if (said)
            return true;
    }
    return false;
}

static bool is_sound(const struct examined *e)
{
    struct sx_str state = sealed_state(e, "A.app");
    return (sx_str_is(state, "valid") || sx_str_is(state, "ad-hoc")) && sealed_problems(e).len == 0;
}

static struct sx_str below_app(const char *path)
{
    const char *found = strstr(path, "/A.app/");
    return sx_str_of(found != NULL ? found + 1 : path);
}

static bool is_found(const struct examined *e, const struct stretch *s)
{
    switch (s->said) {
    case NOTHING:
        return is_sound(e);
    case ALTERED:
        return is_said(e, "resource-altered", below_app(s->path)) &&
               sx_str_is(sealed_state(e, "A.app"), "invalid");
    case SEAL_ALTERED:
        return is_said(e, "seal-altered", (struct sx_str){ 0 }) && !is_sound(e);
    case NOT_VALID:
    case PAGE_ALTERED:
        return !is_sound(e);
    }
    return false;
}

/* Changes */

static void flip(const struct stretch *s, uint64_t at)
{
    unsigned char byte;
    int fd = open(s->path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, (off_t)(s->off + at)), 1);
    byte ^= (unsigned char)(1u << (at % 8));
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)(s->off + at)), 1);
    close(fd);
}

static void check_flip(struct examined *e, const struct stretch *s, uint64_t at)
{
    struct sx_arena_mark mark = sx_arena_mark(e->arena);
    flip(s, at);
    examine_again(e);
    if (!is_found(e, s))
        fail_msg("%s: byte %llu: %s", s->path, (unsigned long long)(s->off + at),
                 sealed_problems(e).ptr);
    flip(s, at);
    sx_arena_rewind(e->arena, mark);
}

static void begin(struct examined *e, const char *yaml)
{
    examine(e, yaml, "A.app");
    assert_true(is_sound(e));
    gather(e);
}

static void end(struct examined *e)
{
    examine_again(e);
    assert_true(is_sound(e));
    examined_free(e);
}

static void each_byte_of_a_small_app(void **state)
{
    (void)state;
    struct examined e;
    begin(&e, small_app);
    for (size_t i = 0; i < all.stretches.n; i++) {
        const struct stretch *s = &all.stretches.at[i];
        bool is_code = s->said == PAGE_ALTERED;
        for (uint64_t at = 0; at < s->len; at += is_code && !is_thorough ? 97 : 1)
            check_flip(&e, s, at);
    }
    end(&e);
}

/* xorshift64; the seed is fixed, so that each run tries the same. */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void bytes_of_a_large_app(void **state)
{
    (void)state;
    enum { TRIES = 2000, THOROUGH = 50000 };
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    uint64_t seed = 20261124;
    begin(&e, sealed_app_yaml(arena, &(struct sealed_app){ 0 }));
    for (int i = 0; i < (is_thorough ? THOROUGH : TRIES); i++) {
        /* half of them anywhere, half in files that are no code, which are small */
        uint64_t at = draw(&seed) % all.len;
        size_t k = 0;
        for (; at >= all.stretches.at[k].len; k++)
            at -= all.stretches.at[k].len;
        while (i % 2 == 0 && all.stretches.at[k].said == PAGE_ALTERED) {
            k = draw(&seed) % all.stretches.n;
            at = draw(&seed) % all.stretches.at[k].len;
        }
        check_flip(&e, &all.stretches.at[k], at);
    }
    end(&e);
}

/* Files that come, go and change into something else. */

static bool is_resource(const struct stretch *s)
{
    return s->said == ALTERED;
}

static const char *other_name(const struct examined *e, const char *path)
{
    return sx_str_printf(e->arena, "%s.moved", path).ptr;
}

static bool may_be_missing(const char *path)
{
    return strstr(path, "/en.lproj/") != NULL;
}

static void each_file_removed(void **state)
{
    (void)state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    begin(&e, sealed_app_yaml(arena, &(struct sealed_app){ 0 }));
    for (size_t i = 0; i < all.stretches.n; i++) {
        const struct stretch *s = &all.stretches.at[i];
        const char *away = sx_str_printf(e.arena, "%s/away", e.folder).ptr;
        if (!is_resource(s))
            continue;
        assert_int_equal(rename(s->path, away), 0);
        examine_again(&e);
        assert_int_equal(is_said(&e, "resource-missing", below_app(s->path)),
                         !may_be_missing(s->path));
        assert_int_equal(is_sound(&e), may_be_missing(s->path));
        assert_int_equal(rename(away, s->path), 0);
    }
    end(&e);
}

static void each_file_renamed(void **state)
{
    (void)state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    begin(&e, sealed_app_yaml(arena, &(struct sealed_app){ 0 }));
    for (size_t i = 0; i < all.stretches.n; i++) {
        const struct stretch *s = &all.stretches.at[i];
        const char *name = other_name(&e, s->path);
        if (!is_resource(s))
            continue;
        assert_int_equal(rename(s->path, name), 0);
        examine_again(&e);
        assert_true(is_said(&e, "resource-added", below_app(name)));
        assert_int_equal(is_said(&e, "resource-missing", below_app(s->path)),
                         !may_be_missing(s->path));
        assert_int_equal(rename(name, s->path), 0);
    }
    end(&e);
}

/* A link to the very same bytes is still no file. */
static void each_file_a_link(void **state)
{
    (void)state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    begin(&e, sealed_app_yaml(arena, &(struct sealed_app){ 0 }));
    for (size_t i = 0; i < all.stretches.n; i++) {
        const struct stretch *s = &all.stretches.at[i];
        const char *name = other_name(&e, s->path);
        if (!is_resource(s))
            continue;
        assert_int_equal(rename(s->path, name), 0);
        assert_int_equal(symlink(strrchr(name, '/') + 1, s->path), 0);
        examine_again(&e);
        assert_true(is_said(&e, "resource-altered", below_app(s->path)));
        assert_true(is_said(&e, "resource-added", below_app(name)));
        assert_int_equal(rename(name, s->path), 0);
    }
    end(&e);
}

static void a_file_added_to_each_folder(void **state)
{
    (void)state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    begin(&e, sealed_app_yaml(arena, &(struct sealed_app){ 0 }));
    for (size_t i = 0; i < all.stretches.n; i++) {
        const struct stretch *s = &all.stretches.at[i];
        struct sx_str folder = { s->path, (size_t)(strrchr(s->path, '/') - s->path) };
        const char *name = sx_str_printf(e.arena, "%.*s/new", SX_STR_ARG(folder)).ptr;
        if (!is_resource(s))
            continue;
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
        assert_true(fd >= 0);
        close(fd);
        examine_again(&e);
        assert_true(is_said(&e, "resource-added", below_app(name)));
        assert_false(is_sound(&e));
        assert_int_equal(unlink(name), 0);
    }
    end(&e);
}

int main(int argc, char *argv[])
{
    static struct rows list;
    is_thorough = argc > 1 && strcmp(argv[1], "every") == 0;
    ADD_TEST(&list, each_byte_of_a_small_app);
    ADD_TEST(&list, bytes_of_a_large_app);
    ADD_TEST(&list, each_file_removed);
    ADD_TEST(&list, each_file_renamed);
    ADD_TEST(&list, each_file_a_link);
    ADD_TEST(&list, a_file_added_to_each_folder);
    return run_rows("every-byte", &list);
}

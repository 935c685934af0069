/* SPDX-License-Identifier: MIT */
/* Files that are there, that are none, and that change under us; and the pool. */
#include "base/pool.h"
#include "base/source.h"
#include "rows.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of our own, open while a test runs. */
static char folder[] = "/tmp/sxlint-source-XXXXXX";
static int dir = -1;

static void write_file(const char *name, const char *text)
{
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    dir = open(folder, O_RDONLY | O_DIRECTORY);
    write_file("plain", "0123456789");
    write_file("empty", "");
    return mkfifoat(dir, "fifo", 0600) != 0 || mkdirat(dir, "sub", 0700) != 0 ||
           symlinkat("plain", dir, "link") != 0 || symlinkat("nowhere", dir, "broken") != 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const files[] = { "plain", "empty", "fifo", "link", "broken", "shrinks" };
    for (size_t i = 0; i < SX_LEN(files); i++)
        unlinkat(dir, files[i], 0);
    unlinkat(dir, "sub", AT_REMOVEDIR);
    close(dir);
    return rmdir(folder);
}

static const struct open_row {
    const char *name, *path;
    bool follow;
    enum sx_errc code;
    const char *what;
} opens[] = {
    { "a file", "plain", false, SX_OK, "" },
    { "an empty file", "empty", false, SX_OK, "" },
    { "a link to be followed", "link", true, SX_OK, "" },
    { "a link", "link", false, SX_E_IO, "cannot open NAME: " },
    { "a link to nothing", "broken", true, SX_E_IO, "cannot open NAME: " },
    { "nothing", "none", false, SX_E_IO, "cannot open NAME: No such file or directory" },
    { "a folder", "sub", false, SX_E_IO, "cannot read NAME: it is not a regular file" },
    { "a fifo without a writer", "fifo", false, SX_E_IO,
      "cannot read NAME: it is not a regular file" },
    { "below a file", "plain/x", false, SX_E_IO, "cannot open NAME: Not a directory" },
};

static void opens_files(void **state)
{
    const struct open_row *row = *state;
    struct sx_source source;
    struct sx_err err = { 0 };
    bool ok = sx_source_open(dir, row->path, "NAME", row->follow, &source, &err);
    assert_int_equal(ok, row->code == SX_OK);
    assert_int_equal(err.code, row->code);
    assert_int_equal(strncmp(err.what, row->what, strlen(row->what)), 0);
    if (ok)
        sx_source_close(&source);
    else
        assert_string_equal(err.file, "NAME");
}

static const struct read_row {
    const char *name;
    uint64_t off;
    size_t len;
    enum sx_errc code;
    const char *want;
} reads[] = {
    { "all of it", 0, 10, SX_OK, "0123456789" },
    { "a part", 3, 4, SX_OK, "3456" },
    { "nothing at the end", 10, 0, SX_OK, "" },
    { "one too many", 0, 11, SX_E_TRUNCATED, "" },
    { "from behind", 11, 0, SX_E_TRUNCATED, "" },
    { "offset that wraps", UINT64_MAX, 2, SX_E_TRUNCATED, "" },
};

/* The same of a file and of memory. */
static void reads_ranges(void **state)
{
    const struct read_row *row = *state;
    static const uint8_t digits[] = "0123456789";
    struct sx_source sources[2];
    struct sx_err err = { 0 };
    assert_true(sx_source_open(dir, "plain", "plain", false, &sources[0], &err));
    sx_source_memory("plain", (struct sx_span){ digits, 10, 0 }, &sources[1]);
    for (size_t i = 0; i < 2; i++) {
        char buf[16] = "";
        err = (struct sx_err){ 0 };
        assert_int_equal(sx_source_pread(&sources[i], row->off, buf, row->len, &err),
                         row->code == SX_OK);
        assert_int_equal(err.code, row->code);
        assert_string_equal(buf, row->want);
        sx_source_close(&sources[i]);
        sx_source_close(&sources[i]); /* a closed one may be closed */
    }
}

static void reads_parts(void **state)
{
    (void)state;
    struct sx_source whole, part, inner;
    struct sx_err err = { 0 };
    char buf[4] = "";
    assert_true(sx_source_open(dir, "plain", "plain", false, &whole, &err));
    assert_true(sx_source_part(&whole, 2, 6, "part", &part, &err));
    assert_true(sx_source_part(&part, 1, 4, "inner", &inner, &err));
    assert_true(sx_source_pread(&inner, 1, buf, 3, &err));
    assert_string_equal(buf, "456");
    assert_false(
        sx_source_pread(&inner, 2, buf, 3, &err)); /* the file goes on, the part does not */
    assert_int_equal(err.code, SX_E_TRUNCATED);
    sx_source_close(&inner);
    sx_source_close(&part);
    err = (struct sx_err){ 0 };
    assert_true(sx_source_pread(&whole, 0, buf, 1, &err)); /* it is still open */
    assert_false(sx_source_part(&whole, 8, 3, "part", &part, &err));
    assert_string_equal(err.what, "a part: bytes 8+3 lie outside the file of 10 bytes");
    sx_source_close(&whole);
}

static void reads_into_an_arena(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_source source;
    struct sx_span out;
    struct sx_err err = { 0 };
    assert_true(sx_source_open(dir, "plain", "plain", false, &source, &err));
    assert_true(sx_source_whole(&source, 10, arena, &out, &err));
    assert_true(out.len == 10 && out.off == 0 && memcmp(out.ptr, "0123456789", 10) == 0);
    assert_true(sx_source_read(&source, 4, 2, 2, "two", arena, &out, &err));
    assert_true(out.len == 2 && out.off == 4 && memcmp(out.ptr, "45", 2) == 0);
    assert_true(sx_source_read(&source, 10, 0, 0, "none", arena, &out, &err));
    assert_true(out.len == 0 && out.ptr == NULL);
    assert_false(sx_source_whole(&source, 9, arena, &out, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    err = (struct sx_err){ 0 };
    assert_false(sx_source_read(&source, 9, 2, 10, "two", arena, &out, &err));
    assert_int_equal(err.code, SX_E_RANGE);
    assert_string_equal(err.file, "plain");
    err = (struct sx_err){ 0 };
    assert_false(sx_source_read(&source, UINT64_MAX, 5, 10, "five", arena, &out, &err));
    assert_int_equal(err.code, SX_E_RANGE);
    sx_source_close(&source);
}

static void a_file_that_shrinks_is_truncated(void **state)
{
    (void)state;
    struct sx_source source;
    struct sx_err err = { 0 };
    char buf[10];
    write_file("shrinks", "0123456789");
    assert_true(sx_source_open(dir, "shrinks", "shrinks", false, &source, &err));
    assert_int_equal(source.size, 10);
    write_file("shrinks", "0123");
    assert_true(sx_source_pread(&source, 0, buf, 4, &err));
    assert_false(sx_source_pread(&source, 0, buf, 10, &err));
    assert_int_equal(err.code, SX_E_TRUNCATED);
    assert_int_equal(err.off, 4);
    sx_source_close(&source);
}

static void a_zeroed_source_may_be_closed(void **state)
{
    (void)state;
    struct sx_source source = { 0 };
    int before = fcntl(0, F_GETFD);
    sx_source_close(&source);
    assert_int_equal(source.fd, -1);
    assert_int_equal(fcntl(0, F_GETFD), before); /* its descriptor 0 was none */
}

/* ------------------------------------------------------------------ pool */

enum { TURNS = 10000 };

struct work {
    atomic_int taken[TURNS];
    atomic_int by[256]; /* turns that are under way, by worker */
    unsigned jobs;
    atomic_bool wrong;
};

static void turn(void *context, size_t i, unsigned worker)
{
    struct work *w = context;
    if (worker >= w->jobs || atomic_fetch_add(&w->by[worker], 1) != 0)
        atomic_store(&w->wrong, true);
    atomic_fetch_add(&w->taken[i], 1);
    atomic_fetch_sub(&w->by[worker], 1);
}

static void every_turn_is_taken_once(void **state)
{
    (void)state;
    static const size_t sizes[] = { 0, 1, 2, 7, TURNS };
    static struct work w;
    for (unsigned jobs = 1; jobs <= 4; jobs++) {
        struct sx_pool *pool = sx_pool_new(jobs);
        w.jobs = sx_pool_jobs(pool);
        assert_true(w.jobs >= 1 && w.jobs <= jobs);
        for (size_t s = 0; s < SX_LEN(sizes); s++)
            for (int round = 0; round < 20; round++) {
                memset(w.taken, 0, sizeof(w.taken));
                sx_pool_for(pool, sizes[s], turn, &w);
                for (size_t i = 0; i < TURNS; i++)
                    assert_int_equal(w.taken[i], i < sizes[s] ? 1 : 0);
            }
        sx_pool_free(pool);
    }
    assert_false(w.wrong);
}

struct order {
    size_t next;
    bool wrong;
};

static void in_order(void *context, size_t i, unsigned worker)
{
    struct order *o = context;
    o->wrong = o->wrong || i != o->next++ || worker != 0;
}

static void a_pool_of_one_keeps_order(void **state)
{
    (void)state;
    struct order o = { 0 };
    struct sx_pool *pool = sx_pool_new(1);
    sx_pool_for(pool, 100, in_order, &o);
    sx_pool_free(pool);
    sx_pool_free(NULL);
    assert_false(o.wrong);
    assert_int_equal(o.next, 100);
}

static void a_pool_finds_the_processors(void **state)
{
    (void)state;
    struct sx_pool *pool = sx_pool_new(0);
    assert_true(sx_pool_jobs(pool) >= 1);
    sx_pool_free(pool);
    pool = sx_pool_new(100000);
    assert_true(sx_pool_jobs(pool) <= 256);
    sx_pool_free(pool);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, opens, opens_files);
    ADD_ROWS(&rows, reads, reads_ranges);
    ADD_TEST(&rows, reads_parts);
    ADD_TEST(&rows, reads_into_an_arena);
    ADD_TEST(&rows, a_file_that_shrinks_is_truncated);
    ADD_TEST(&rows, a_zeroed_source_may_be_closed);
    ADD_TEST(&rows, every_turn_is_taken_once);
    ADD_TEST(&rows, a_pool_of_one_keeps_order);
    ADD_TEST(&rows, a_pool_finds_the_processors);
    return _cmocka_run_group_tests("source", rows.at, rows.n, make_folder, remove_folder);
}

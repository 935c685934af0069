/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "codesign/pages.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

/* The code lies at 100 in its source, with other bytes around it. */
enum { CODE_AT = 100 };

struct paged {
    struct scene scene;
    uint8_t bytes[CODE_AT + sizeof(code_bytes) + 50];
    struct sx_source source;
    struct sx_page_check check;
    struct sx_err err;
    bool ok;
};

static void set_up(struct paged *p, const struct spec *spec)
{
    p->scene = scene_of(spec);
    memset(p->bytes, 0xee, sizeof(p->bytes));
    memcpy(p->bytes + CODE_AT, code_bytes, sizeof(code_bytes));
    sx_source_memory("test", (struct sx_span){ p->bytes, sizeof(p->bytes), 0 }, &p->source);
}

static void check_pages(struct paged *p, uint64_t len, unsigned jobs)
{
    struct sx_pool *pool = sx_pool_new(jobs);
    struct sx_page_check *checks[] = { &p->check };
    p->scene.problems.n = 0;
    p->err = (struct sx_err){ 0 };
    sx_page_check_init(&p->check, p->scene.signature, &p->source, CODE_AT, len, p->scene.arena);
    sx_page_checks_run(checks, 1, pool, p->scene.crypto);
    p->ok = sx_page_check_finish(&p->check, &p->scene.problems, &p->err);
    sx_pool_free(pool);
}

static const struct spec page_specs[] = {
    { { { 0x20400, 2, 1, 12, CODE, "a", NULL } } },
    { { { 0x20400, 2, 1, 12, CODE, "a", NULL }, { 0x20400, 2, 2, 12, CODE, "a", NULL } } },
    { { { 0x20400, 2, 3, 5, CODE, "a", NULL }, { 0x20400, 2, 2, 5, CODE, "a", NULL } } },
    { { { 0x20400, 2, 4, 0, CODE, "a", NULL } } },
    { { { 0x20400, 2, 2, 14, CODE, "a", NULL } } },
};
static const uint64_t page_sizes[] = { 4096, 4096, 32, sizeof(code_bytes), 16384 };

/* Whatever signed byte is flipped, the page it lies in is named, and no other. */
static void any_flipped_byte_is_found(void **state)
{
    (void)state;
    static struct paged p;
    for (size_t k = 0; k < SX_LEN(page_specs); k++) {
        set_up(&p, &page_specs[k]);
        check_pages(&p, sizeof(code_bytes) + 20, 1);
        assert_true(p.ok);
        assert_int_equal(p.scene.problems.n, 0);
        for (size_t at = 0; at < sizeof(code_bytes); at += at < 8990 ? 97 : 1) {
            p.bytes[CODE_AT + at] ^= 0x80;
            check_pages(&p, sizeof(code_bytes) + 20, 1);
            assert_int_equal(p.scene.problems.n, 1);
            assert_int_equal(p.scene.problems.at[0].fault, SX_CODE_FAULT_PAGE);
            assert_int_equal(p.scene.problems.at[0].page, at / page_sizes[k]);
            assert_int_equal(p.scene.problems.at[0].off,
                             CODE_AT + at / page_sizes[k] * page_sizes[k]);
            p.bytes[CODE_AT + at] ^= 0x80;
        }
        scene_release(&p.scene);
    }
}

static void any_flipped_hash_is_found(void **state)
{
    (void)state;
    for (uint32_t at = 200; at < 200 + 3 * 32; at++) {
        static struct paged p;
        struct spec spec = page_specs[1];
        struct sx_code_problems *problems = &p.scene.problems;
        spec.directories[1].patches[0] = (struct patch){ at, 1, 0xa5 };
        set_up(&p, &spec);
        struct sx_span hash =
            sx_code_directory_page(&p.scene.signature->directories[1], (at - 200) / 32);
        check_pages(&p, sizeof(code_bytes), 1);
        bool is_changed = problems->n > 0; /* the byte may have been 0xa5 before */
        if (is_changed) {
            assert_int_equal(problems->n, 1);
            assert_int_equal(problems->at[0].page, (at - 200) / 32);
            assert_true(sx_str_find(problems->at[0].detail, SX_STR(": sha256 differs")) <
                        problems->at[0].detail.len);
        } else {
            assert_int_equal(hash.ptr[(at - 200) % 32], 0xa5);
        }
        scene_release(&p.scene);
    }
}

static void bytes_around_the_code_do_not_count(void **state)
{
    (void)state;
    static struct paged p;
    set_up(&p, &page_specs[0]);
    p.bytes[CODE_AT - 1] ^= 1;
    p.bytes[CODE_AT + sizeof(code_bytes)] ^= 1;
    check_pages(&p, sizeof(code_bytes) + 20, 1);
    assert_int_equal(p.scene.problems.n, 0);
    assert_int_equal(sx_page_check_bytes(&p.check), sizeof(code_bytes));
    scene_release(&p.scene);
}

static void pages_beyond_the_slice_are_said_once(void **state)
{
    (void)state;
    static struct paged p;
    set_up(&p, &page_specs[0]);
    check_pages(&p, 4096 + 10, 1);
    assert_true(p.ok);
    assert_int_equal(p.scene.problems.n, 1);
    assert_int_equal(p.scene.problems.at[0].page, 1);
    assert_int_equal(sx_page_check_bytes(&p.check), 4096);
    check_pages(&p, 0, 1);
    assert_int_equal(p.scene.problems.at[0].page, 0);
    scene_release(&p.scene);
}

/* A file that shrinks while it is read is not altered code, it is not examined. */
static void what_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    static struct paged p;
    set_up(&p, &page_specs[0]);
    p.source.size = CODE_AT + 5000;
    check_pages(&p, sizeof(code_bytes), 1);
    assert_false(p.ok);
    assert_int_equal(p.err.code, SX_E_TRUNCATED);
    assert_int_equal(p.scene.problems.n, 0);
    scene_release(&p.scene);
}

/* A directory with fewer slots than the chosen one has no hash for the last pages. */
static void pages_without_hash_differ(void **state)
{
    (void)state;
    static struct paged p;
    struct spec spec = { { { 0x20400, 2, 2, 12, CODE, "a", NULL },
                           { 0x20400, 2, 1, 12, { code_bytes, 8192 }, "a", NULL } } };
    set_up(&p, &spec);
    check_pages(&p, sizeof(code_bytes), 1);
    assert_int_equal(p.scene.problems.n, 1);
    assert_int_equal(p.scene.problems.at[0].page, 2);
    scene_release(&p.scene);
}

/* Much code, many ranges, several checks and workers: the same pages as with one worker. */
static void workers_find_the_same(void **state)
{
    (void)state;
    enum { LEN = 40 << 20, N = 3 };
    static struct scene scenes[N];
    struct sx_page_check checks[N], *list[N];
    char *bytes = malloc(LEN);
    for (size_t i = 0; i < LEN; i++)
        bytes[i] = (char)(i * i >> 7);
    struct sx_source source;
    unsigned shifts[N] = { 12, 0, 22 };
    sx_source_memory("test", (struct sx_span){ (uint8_t *)bytes, LEN, 0 }, &source);
    for (size_t i = 0; i < N; i++)
        scenes[i] =
            scene_of(&(struct spec){ { { 0x20400, 2, 2, shifts[i], { bytes, LEN }, "a", NULL } } });
    for (size_t at = 1; at < LEN; at += LEN / 10)
        bytes[at] ^= 1;
    struct sx_pool *pool = sx_pool_new(3);
    for (size_t i = 0; i < N; i++) {
        list[i] = &checks[i];
        sx_page_check_init(list[i], scenes[i].signature, &source, 0, LEN, scenes[i].arena);
    }
    sx_page_checks_run(list, N, pool, scenes[0].crypto);
    size_t want[N] = { 10, 1, 10 };
    for (size_t i = 0; i < N; i++) {
        struct sx_err err = { 0 };
        assert_true(sx_page_check_finish(list[i], &scenes[i].problems, &err));
        assert_int_equal(scenes[i].problems.n, want[i]);
        assert_int_equal(scenes[i].problems.at[want[i] - 1].page,
                         i == 1 ? 0 : (LEN / 10 * 9 + 1) >> shifts[i]);
        scene_release(&scenes[i]);
    }
    sx_pool_free(pool);
    free(bytes);
}

static void no_more_problems_than_the_limit(void **state)
{
    (void)state;
    static struct paged p;
    struct spec spec = { { { 0x20400, 2, 2, 1, CODE, "a", NULL } } };
    set_up(&p, &spec);
    memset(p.bytes, 0xaa, sizeof(p.bytes));
    check_pages(&p, sizeof(code_bytes), 2);
    assert_int_equal(p.scene.problems.n, SX_MAX_PROBLEMS);
    assert_int_equal(p.scene.problems.more, sizeof(code_bytes) / 2 - SX_MAX_PROBLEMS);
    scene_release(&p.scene);
}

static void problems_are_sorted_by_slot_and_page(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_code_problems problems = { .arena = arena };
    sx_code_note_page(&problems, SX_CODE_FAULT_PAGE, 7, 0, "c");
    sx_code_note(&problems, SX_CODE_FAULT_CODE_LIMIT, 0, 0, "d");
    sx_code_note(&problems, SX_CODE_FAULT_ENTITLEMENTS, -5, 0, "a");
    sx_code_note_page(&problems, SX_CODE_FAULT_PAGE, 3, 9, "b");
    sx_code_problems_sort(&problems);
    assert_int_equal(problems.at[0].page, 3);
    assert_int_equal(problems.at[1].page, 7);
    assert_int_equal(problems.at[2].slot, -5);
    assert_int_equal(problems.at[3].slot, 0);
    assert_string_equal(sx_code_fault_info(SX_CODE_FAULT_PAGE)->problem, "page-altered");
}

int main(void)
{
    static struct rows tests;
    ADD_TEST(&tests, any_flipped_byte_is_found);
    ADD_TEST(&tests, any_flipped_hash_is_found);
    ADD_TEST(&tests, bytes_around_the_code_do_not_count);
    ADD_TEST(&tests, pages_beyond_the_slice_are_said_once);
    ADD_TEST(&tests, what_cannot_be_read_is_an_error);
    ADD_TEST(&tests, pages_without_hash_differ);
    ADD_TEST(&tests, workers_find_the_same);
    ADD_TEST(&tests, no_more_problems_than_the_limit);
    ADD_TEST(&tests, problems_are_sorted_by_slot_and_page);
    return run_rows("pages", &tests);
}

/* SPDX-License-Identifier: MIT */
/* Expressions that would take too much: of the compiler, of the stack, of time, of memory. */
#include "test-cel.h"
#include "base/limits.h"
#include "macho/symbols.h"

#include <time.h>

/* A text made of `n` times `unit` between `before` and `after`; `then` n times behind `middle`. */
struct shape {
    const char *text; /* the name of the test */
    const char *before, *unit, *middle, *then, *after;
    size_t n;
    const char *refused; /* the beginning of the refusal; NULL: it compiles */
};

#define NODES "the expression has more than 2000 parts"
#define DEEP  "the expression is nested more than 48 deep"

static const struct shape shapes[] = {
    { "2,000 elements", "size([", "1,", "1", "", "])", 1990, NULL },
    { "2,001 elements", "size([", "1,", "1", "", "])", 2000, NODES },
    { "long sums are deep", "1", "+ 1", "", "", "", 46, NULL },
    { "longer sums are too deep", "1", "+ 1", "", "", "", 48, DEEP },
    { "long conjunctions are flat", "true", "&& true", "", "", "", 1500, NULL },
    { "longer conjunctions have too many parts", "true", "&& true", "", "", "", 2000, NODES },
    { "long selections", "any", ".a", "", "", "", 46, NULL },
    { "longer selections", "any", ".a", "", "", "", 48, DEEP },
    { "parentheses", "", "(", "1", ")", "", 46, NULL },
    { "more parentheses", "", "(", "1", ")", "", 48, DEEP },
    { "a hundred thousand parentheses", "", "(", "1", ")", "", 100000, DEEP },
    { "unclosed parentheses", "", "(", "", "", "", 100000, DEEP },
    { "lists", "", "[", "", "]", "", 46, NULL },
    { "a hundred thousand lists", "", "[", "", "]", "", 100000, DEEP },
    { "a hundred thousand maps", "", "{1:", "1", "}", "", 100000, DEEP },
    { "calls", "", "size(", "''", ")", "", 100000, DEEP },
    { "indices", "", "any[", "0", "]", "", 100000, DEEP },
    { "negations", "", "!", "true", "", "", 100000, DEEP },
    { "minus signs", "", "-", "any", "", "", 100000, DEEP },
    { "conditionals", "", "true ? 1 : ", "1", "", "", 100000, DEEP },
    { "five macros", "", "[1].map(x, ", "1", ")", "", 5, NULL },
    { "six macros", "", "[1].map(x, ", "1", ")", "", 6, "macros are nested more than 5 deep" },
    { "macros in a row", "[1]", ".map(x, x)", "", "", "", 40, NULL },
    { "a megabyte of text", "size('", "0123456789", "", "", "')", 100000, NULL },
    { "a megabyte of digits", "", "0123456789", "", "", "", 100000, "the number exceeds 64 bits" },
    { "a megabyte of a fraction", "0.", "0123456789", "", "", "", 100000,
      "the number is too large or too long" },
    { "a megabyte of spaces", "1", "          ", "", "", "", 100000, NULL },
    { "a megabyte of nothing known", "1", "@@@@@@@@@@", "", "", "", 100000, "no part" },
    { "a long name", "any.", "abcdefghij", "", "", "", 100000, NULL },
    { "a long unknown name", "", "abcdefghij", "", "", "", 100000, "no fact abc" },
    { "a long pattern", "''.matches('", "abcdefghij", "", "", "')", 1000,
      "no regular expression: it has more than 4096 bytes" },
    { "deep pattern", "''.matches('", "(", "", ")", "')", 60, "no regular expression" },
};

static void repeat(struct sx_buf *out, const char *unit, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sx_buf_cstr(out, unit);
}

static void keeps_limits(void **state)
{
    const struct shape *s = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_err err = { 0 };
    const struct sx_cel_program *program;
    sx_buf_cstr(&text, s->before);
    repeat(&text, s->unit, s->n);
    sx_buf_cstr(&text, s->middle);
    repeat(&text, s->then, s->n);
    sx_buf_cstr(&text, s->after);
    bool ok = sx_cel_compile(&env, sx_buf_view(&text), arena, &program, &err);
    if (s->refused == NULL ? !ok : ok || strncmp(err.what, s->refused, strlen(s->refused)) != 0)
        fail_msg("%s: %s", ok ? "accepted" : "refused", err.what);
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    struct sx_cel_run run = { .arena = arena, .steps = 200000 };
    if (ok)
        (void)sx_cel_eval(program, &run, values); /* that it returns is the point */
}

#define LIST "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"

/* Each needs more than 200,000 steps, and is an error within a second and a few megabytes. */
static const struct row exhausting[] = {
    { LIST ".all(a, " LIST ".all(b, " LIST ".all(c, " LIST ".all(d, " LIST ".all(e, true)))))",
      "" },
    { LIST ".exists(a, " LIST ".exists(b, " LIST ".exists(c, " LIST ".exists(d, " LIST
           ".exists(e, 1 / 0 == 1)))))",
      "" },
    { LIST ".map(a, " LIST ".map(b, " LIST ".map(c, " LIST ".map(d, " LIST ".map(e, e)))))", "" },
    { LIST ".exists_one(a, " LIST ".map(b, " LIST ".map(c, " LIST ".map(d, " LIST
           ".map(e, e)))).size() == a)",
      "" },
    { LIST ".transformMap(a, v, " LIST ".transformMap(b, v, " LIST ".transformMap(c, v, " LIST
           ".transformMap(d, v, " LIST ".transformMap(e, v, e)))))",
      "" },
    /* doubling: lists of lists, text, text of lists of lists, comparing them */
    { "[[1]].map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x])"
      ".map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x])"
      ".map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x])"
      ".map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x])"
      ".map(x, '%s'.format([x]))",
      "" },
    { "[[[1]].map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x])"
      ".map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x])"
      ".map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x])"
      ".map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x]).map(x, [x, x])]"
      ".exists(y, y == y)",
      "" },
    { "['0123456789abcdef'].map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x)"
      ".map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x)"
      ".map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x)"
      ".map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x)",
      "" },
    { "['a'].map(x, x.replace('', 'aaaaaaaaaaaaaaaa')).map(x, x.replace('', x))"
      ".map(x, x.replace('', x)).map(x, x.replace('', x))",
      "" },
    { "['a,'].map(x, x.replace('', x)).map(x, x.replace('', x)).map(x, x.replace('', x))"
      ".map(x, x.replace('', x)).map(x, x.split('')).map(x, x.join(x.join()))",
      "" },
};

static void exhausts(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    const struct sx_cel_program *program = compile(&env, row->text, arena);
    struct sx_cel_run run = { .arena = arena, .steps = 200000 };
    clock_t before = clock();
    struct sx_value v = sx_cel_eval(program, &run, values);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    if (v.kind != SX_ERROR)
        fail_msg("%s\nfound a %s", row->text, sx_kind_name((enum sx_kind)v.kind));
    assert_int_equal(run.steps, 0);
    assert_true(seconds < 2); /* with sanitizers and all */
    assert_true(sx_arena_bytes(arena) < 64u << 20);
}

/* Patterns on which a backtracking matcher takes for ever: an answer or an error, in time. */
static const struct row bombs[] = {
    { "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a+)+$')", "" },
    { "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a|a)*$')", "" },
    { "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a?){30}a{30}b')", "" },
    { "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(.*)(.*)(.*)(.*)(.*)[^!]$')", "" },
    { "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(a, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(b, "
      "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(c, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(d, "
      "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a|aa)+$') || true))))",
      "" },
    { "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(a, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(b, "
      "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(c, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(d, "
      "''.matches('((((x{1,30}){1,30}){1,3}){1,3})' + string(d)) || true))))",
      "" },
};

static void ends_in_time(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_cel_program *program = compile(&env, row->text, arena);
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    struct sx_cel_run run = { .arena = arena, .steps = 200000 };
    clock_t before = clock();
    struct sx_value v = sx_cel_eval(program, &run, values);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    assert_true(v.kind == SX_ERROR || v.kind == SX_BOOL);
    assert_true(seconds < 5);
    assert_true(sx_arena_bytes(arena) < 256u << 20);
}

/* Conditions that look at each text of a slice, and what none of them has. */
static const struct row searches[] = {
    { "any.all(s, !(s.contains('anchor apple') && s.matches('subject.OU.* = [A-Z0-9]{10}')))", "" },
    { "any.filter(s, s.contains('anchor apple') && s.matches('[A-Z0-9]{10}')).all(s, false)", "" },
    { "!any.exists(s, s.startsWith('/Library/') && s.endsWith('.plist'))", "" },
    { "!('initWithMachServiceName:' in any)", "" },
};

static void suffices_for_all_strings(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const char text[] = "the words of an error, as long as those of real programs: %s";
    struct sx_str *all = SX_NEW_N(arena, struct sx_str, SX_MAX_STRINGS);
    for (size_t i = 0; i < SX_MAX_STRINGS; i++)
        all[i] = SX_STR(text);
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    values[ANY] = sx_list_strs((struct sx_strs){ all, SX_MAX_STRINGS });
    const struct sx_cel_program *program = compile(&env, row->text, arena);
    struct sx_cel_run run = { .arena = arena, .steps = SX_MAX_STEPS };
    struct sx_value v = sx_cel_eval(program, &run, values);
    if (v.kind != SX_BOOL || !v.b)
        fail_msg("%s: a %s", row->text, sx_kind_name((enum sx_kind)v.kind));
}

/* Whatever the budget, the answer is the right one or that it did not suffice. */
static void any_budget(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[3, 2, 1].exists(x, x == 1)",
        "[1, 2].all(x, [3, 4].all(y, x < y))",
        "['ab', 'cd'].map(x, x + x).join('') == 'ababcdcd'",
        "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
        "[1, 2, 3].filter(x, x > 1).size() == 2 && 'abc'.matches('b')",
        "'%s'.format([[1, {'a': 2}]]) == '[1, {a: 2}]'",
        "[1, 2, 3, 1].exists_one(x, x == 2)",
        "2 in [1, 2] && 'a' in {'a': 1} && 'x'.replace('x', 'yy') == 'yy'",
    };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    for (size_t i = 0; i < SX_LEN(texts); i++) {
        const struct sx_cel_program *program = compile(&env, texts[i], arena);
        bool sufficed = false;
        for (uint64_t steps = 0; steps < 200; steps++) {
            struct sx_cel_run run = { .arena = arena, .steps = steps };
            struct sx_value v = sx_cel_eval(program, &run, values);
            if (v.kind == SX_BOOL ? !v.b : v.kind != SX_ERROR || sufficed)
                fail_msg("%s with %u steps: a %s", texts[i], (unsigned)steps,
                         sx_kind_name((enum sx_kind)v.kind));
            sufficed = v.kind == SX_BOOL;
        }
        assert_true(sufficed);
    }
}

int main(void)
{
    static struct CMUnitTest tests[256];
    size_t n = 0;
    ADD_ROWS(tests, n, shapes, keeps_limits);
    ADD_ROWS(tests, n, exhausting, exhausts);
    ADD_ROWS(tests, n, bombs, ends_in_time);
    ADD_ROWS(tests, n, searches, suffices_for_all_strings);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(any_budget);
    return _cmocka_run_group_tests("cel-limits", tests, n, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What is said of a program without running it, and where values stood in their text. */
#include "test-cel.h"

/* An expression, a question, and the answer as text. */
struct question {
    const char *text, *about, *wanted;
};

static const struct question literals[] = {
    { "thing.colour == 'red'", "thing.colour", "['red']" },
    { "'red' == thing.colour", "thing.colour", "['red']" },
    { "thing.colour in ['red', 'green']", "thing.colour", "['red', 'green']" },
    { "thing.size > 1 && thing.colour == 'red' && true", "thing.colour", "['red']" },
    { "thing.size > 1 && (true && thing.colour == 'red')", "thing.colour", "['red']" },
    { "thing.colour == 'red' && thing.name == 'x'", "thing.name", "['x']" },
    { "thing.owner.name == 'x'", "thing.owner.name", "['x']" },
    { "thing.owner.name == 'x'", "thing.name", "[]" },
    { "thing.owner.name == 'x'", "thing.owner", "[]" },
    { "thing.colour != 'red'", "thing.colour", "[]" },
    { "thing.colour == 'red' || thing.size > 1", "thing.colour", "[]" },
    { "!(thing.colour == 'red')", "thing.colour", "[]" },
    { "thing.name in ['a', thing.team]", "thing.name", "[]" },
    { "thing.name in thing.words", "thing.name", "[]" },
    { "thing.name == thing.team", "thing.name", "[]" },
    { "thing.size == 1", "thing.size", "[]" },
    { "[thing].all(thing, thing.name == 'x')", "thing.name", "[]" },
    { "true", "thing.name", "[]" },
};

static void gives_literals(void **state)
{
    const struct question *q = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    const struct sx_cel_program *program = compile(&env, q->text, arena);
    put_value(&found, sx_list_strs(sx_cel_literals(program, q->about, arena)));
    if (!sx_str_is(sx_buf_view(&found), q->wanted))
        fail_msg("%s\nwanted %s\nfound  %.*s", q->text, q->wanted, (int)found.len, found.ptr);
}

/* What offends; "none" when the expression has no such form. */
static const struct row offending[] = {
    { "thing.parts.all(p, has(p.team))", "[Thing(tail)]" },
    { "thing.size > 1 && thing.parts.all(p, has(p.team))", "[Thing(tail)]" },
    { "thing.words.all(w, w != 'two' && w != 'three')", "['two', 'three']" },
    { "thing.info.all(k, k.startsWith('n'))", "['lives']" },
    { "thing.words.all(i, w, i == 0 || w == 'two')", "['three']" },
    { "thing.info.all(k, v, k == 'name' || v == null)", "['lives']" },
    { "thing.parts.all(p, thing.words.all(w, p.name != 'head'))", "[Thing(head)]" },
    { "thing.words.all(w, true) && thing.parts.all(p, true)", "none" },
    { "thing.words.all(w, true) || true", "none" },
    { "!thing.words.all(w, true)", "none" },
    { "thing.words.exists(w, true)", "none" },
    { "[thing.words.all(w, true)] == [true]", "none" },
    { "true", "none" },
};

static void gives_offenders(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    const struct sx_cel_program *program = sx_cel_offending(compile(&env, row->text, arena), arena);
    struct sx_cel_run run = { .arena = arena, .steps = 1000 };
    if (program == NULL)
        sx_buf_cstr(&found, "none");
    else
        put_value(&found, sx_cel_eval(program, &run, values));
    if (!sx_str_is(sx_buf_view(&found), row->wanted))
        fail_msg("%s\nwanted %s\nfound  %.*s", row->text, row->wanted, (int)found.len, found.ptr);
}

static void offenders_have_a_type(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf type = { 0 };
    const struct sx_cel_program *all = compile(&env, "thing.parts.all(p, has(p.team))", arena);
    sx_spec_text(&type, sx_cel_type(sx_cel_offending(all, arena)));
    assert_true(sx_str_is(sx_buf_view(&type), "list(Thing)"));
}

static const struct question mentions[] = {
    { "thing.parts.size() > 0", "parts", "yes" },
    { "has(thing.parts)", "parts", "yes" },
    { "true || thing.words.exists(w, thing.owner.team == w)", "team", "yes" },
    { "[1].map(x, [2].filter(y, thing.parts[0].size == y))", "size", "yes" },
    { "any.size == 1", "size", "yes" },
    { "thing.parts.size() > 0", "size", "no" },
    { "thing.info.size == 1", "size", "no" },
    { "{'size': 1}.size == 1", "size", "no" },
    { "thing.name == 'parts'", "parts", "no" },
};

static void mentions_members(void **state)
{
    const struct question *q = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    bool found = sx_cel_mentions(compile(&env, q->text, arena), &thing_type, q->about);
    assert_int_equal(found, strcmp(q->wanted, "yes") == 0);
}

/* 1 + the offset of a value in its text, or of an error in the expression. */
static const struct position {
    const char *text;
    uint32_t pos;
} positions[] = {
    { "thing.info.name", 31 },
    { "thing.info['name']", 31 },
    { "thing.info.get('name', '')", 31 },
    { "any.info.name", 31 },
    { "[thing.info.name][0]", 31 },
    { "[thing.info].map(i, i.name)[0]", 31 },
    { "thing.info.filter(k, k == 'name')[0]", 11 },
    { "thing.info.map(k, thing.info[k])[0]", 31 },
    { "thing.info.transformMap(k, v, v).name", 31 },
    { "true ? thing.info.name : ''", 31 },
    { "string(thing.info.name)", 31 },
    { "dyn(thing.info.name)", 31 },
    { "thing.info.name + ''", 31 },
    { "thing.info.name + 'x'", 0 },
    { "thing.name", 0 },
    { "1 + 2 / 0", 7 },
    { "thing.info.dogs", 12 },
    { "[1, 2].map(x, 'a'.charAt(x))[1]", 19 },
    { "nobody.name == ''", 8 },
    { "{'a': 1, 'a': 2}", 10 },
};

static void has_position(void **state)
{
    const struct position *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    struct sx_cel_run run = { .arena = arena, .steps = 1000 };
    struct sx_value v = sx_cel_eval(compile(&env, row->text, arena), &run, values);
    assert_int_equal(v.pos, row->pos);
}

/* An unknown value says what it came from. */
static void unknown_has_a_reason(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    struct sx_cel_run run = { .arena = arena, .steps = 1000 };
    struct sx_value v = sx_cel_eval(
        compile(&env, "1 / 0 == 1 || thing.parts.exists(p, p.hidden + 'x' == 'yx')", arena), &run,
        values);
    assert_int_equal(v.kind, SX_UNKNOWN);
    assert_true(sx_str_is(v.unread->what, "hidden"));
}

int main(void)
{
    static struct CMUnitTest tests[256];
    size_t n = 0;
    ADD_ROWS(tests, n, literals, gives_literals);
    ADD_ROWS(tests, n, offending, gives_offenders);
    ADD_ROWS(tests, n, mentions, mentions_members);
    ADD_ROWS(tests, n, positions, has_position);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(offenders_have_a_type);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(unknown_has_a_reason);
    return _cmocka_run_group_tests("cel-query", tests, n, NULL, NULL);
}

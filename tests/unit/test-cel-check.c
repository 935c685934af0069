/* SPDX-License-Identifier: MIT */
/* What is refused when a program is compiled, where the refusal points, and what it offers. */
#include "test-cel.h"

struct refusal {
    const char *text;
    uint32_t line, column;
    const char *what; /* the beginning of it */
};

static const struct refusal syntax[] = {
    { "", 1, 1, "the expression ends where a value should follow" },
    { "1 +", 1, 4, "the expression ends where a value should follow" },
    { "(1", 1, 3, "the expression ends where ')' should follow" },
    { "1 2", 1, 3, "expected an operator or the end" },
    { "[1, 2", 1, 6, "the expression ends where ',' or ']' should follow" },
    { "{1 2}", 1, 4, "expected ':'" },
    { "{'a': 1", 1, 8, "the expression ends where ',' or '}' should follow" },
    { "thing.name(1,)", 1, 14, "expected a value" },
    { "thing.", 1, 7, "the expression ends where a member's name should follow" },
    { "thing.in", 1, 7, "expected a member's name" },
    { "thing.5", 1, 6, "expected an operator or the end" },
    { "true ? 1", 1, 9, "the expression ends where ':' should follow" },
    { "true ? true ? 1 : 2 : 3", 1, 13, "expected ':'" },
    { "if == 1", 1, 1, "'if' is a reserved word" },
    { "a = b", 1, 3, "a comparison is written ==" },
    { "true & false", 1, 6, "and, or are written && and ||" },
    { "\xff", 1, 1, "no part of an expression begins here" },
    { "#", 1, 1, "no part of an expression begins here" },
    { "'abc", 1, 1, "the string does not end" },
    { "'a\nb'", 1, 1, "the string does not end" },
    { "'''a''", 1, 1, "the string does not end" },
    { "'\\", 1, 1, "the string does not end" },
    { "'a\\q'", 1, 3, "no such escape" },
    { "'\\xg0'", 1, 2, "no such escape" },
    { "'\\400'", 1, 2, "no such escape" },
    { "'\\ud800'", 1, 2, "no such escape" },
    { "'\\U00110000'", 1, 2, "no such escape" },
    { "b'\\u0041'", 1, 3, "no such escape" },
    { "'\xc3'", 1, 2, "the text is not UTF-8" },
    { "9223372036854775808", 1, 1, "the number exceeds an int" },
    { "-9223372036854775809", 1, 1, "the number exceeds an int" },
    { "18446744073709551616u", 1, 1, "the number exceeds 64 bits" },
    { "0x10000000000000000", 1, 1, "the number exceeds 64 bits" },
    { "1e999", 1, 1, "the number is too large or too long for a double" },
    { "1u2", 1, 3, "expected an operator or the end" },
    { "{'a': 1}.``", 1, 10, "an empty name" },
    { "{'a': 1}.`a$`", 1, 12, "a name in backquotes" },
    { "{'a': 1}.`a`()", 1, 13, "expected an operator" },
    { "thing{name: 'a'}", 1, 1, "an object cannot be written down" },
    { "thing.name{}", 1, 7, "an object cannot be written down" },
    { "has(thing)", 1, 5, "has() asks for a member" },
    { "has(thing.parts[0])", 1, 16, "has() asks for a member" },
    { "[1].all(x.y, true)", 1, 11, "a macro's variable must be a simple name" },
    { "[1].all(1, true)", 1, 9, "a macro's variable must be a simple name" },
    { "[1].all(.x, true)", 1, 10, "a macro's variable must be a simple name" },
    { "[1].all(x, x, true)", 1, 12, "a macro's two variables need two names" },
};

static const struct refusal names[] = {
    { "thin.name", 1, 1, "no fact thin; the nearest is thing" },
    { "elephant", 1, 1, "no fact elephant" },
    { "thing.parts.all(part, prat.name == '')", 1, 23, "no fact prat; the nearest is part" },
    { "thing.nmae == 'x'", 1, 7, "no fact thing.nmae; the nearest is thing.name" },
    { "thing.owner.teem", 1, 13, "no fact thing.owner.teem; the nearest is thing.owner.team" },
    { "true &&\n  thing.parts.all(p,\n    p.nam == '')", 3, 7,
      "no fact p.nam; the nearest is p.name" },
    { "thing.parts[0].colou", 1, 16, "no fact Thing.colou; the nearest is Thing.colour" },
    { "has(thing.taem)", 1, 11, "no fact thing.taem; the nearest is thing.team" },
    { "thing.elephant", 1, 7, "no fact thing.elephant" },
    { "'é' == thing.nmae", 1, 14, "no fact thing.nmae" },
    { "[1].map(x, x) == [x]", 1, 19, "no fact x" },
    { "[1].map(thing, thing.name)", 1, 22, "a value of type int has no members, and so no 'name'" },
    { "thing.name.length", 1, 12, "a value of type string has no members, and so no 'length'" },
    { "{1: 2}.a", 1, 8, "the keys of this map are no names" },
    { "'a'.startWith('b')", 1, 5, "no function startWith; the nearest is startsWith" },
    { "thing.parts.exist(p, p.nam)", 1, 13, "no function exist; the nearest is exists" },
    { "sizee('a')", 1, 1, "no function sizee; the nearest is size" },
    { "wieght(thing)", 1, 1, "no function wieght; the nearest is weight" },
    { "frobnicate(1)", 1, 1, "no function frobnicate" },
    { "strings.qoute('a')", 1, 1, "no fact strings" },
    { "contains('a', 'b')", 1, 1, "contains() is not called like this" },
    { "[1].all(true)", 1, 5, "all() is not called like this" },
};

static const struct refusal types[] = {
    { "'a' + 1", 1, 5, "there is no string + int, only int + int, string + string, uint + uint" },
    { "-true", 1, 1, "there is no -bool, only -int, -double" },
    { "1.contains('a')", 1, 3, "there is no int.contains(string), only string.contains(string)" },
    { "size(1)", 1, 1, "there is no size(int), only size(string)" },
    { "'a'.replace('b')", 1, 5, "there is no string.replace(string), only" },
    { "'a'.matches('a', 'b', 'c', 'd', 'e')", 1, 5, "there is no string.matches(" },
    { "thing.info.get(1, 2)", 1, 12, "there is no map(string, dyn).get(int, int), only dyn.get(" },
    { "things.get('x', 'y')", 1, 8, "there is no map(string, list(Thing)).get(string, string)" },
    { "weight(1)", 1, 1, "there is no weight(int), only weight(Thing)" },
    { "1 == 'a'", 1, 3, "a value of type int never equals one of type string" },
    { "1 == 1.0", 1, 3, "a value of type int never equals one of type double" },
    { "[1] == ['a']", 1, 5, "a value of type list(int) never equals one of type list(string)" },
    { "thing == 1", 1, 7, "a value of type Thing never equals one of type int" },
    { "thing.name == null", 1, 12, "a value of type string is never null" },
    { "null != thing.parts", 1, 6, "a value of type list(Thing) is never null" },
    { "1 in ['a']", 1, 3, "a value of type int is never among those of type string" },
    { "1 in {'a': 1}", 1, 3, "a value of type int is never among those of type string" },
    { "1 in 2", 1, 6, "expected a list or map after 'in', found int" },
    { "1 < 'a'", 1, 3, "a value of type int is neither less nor more than one of type string" },
    { "[1] < [2]", 1, 5, "a value of type list(int) is neither less" },
    { "1 && true", 1, 1, "expected a bool, found int" },
    { "true || 'x'", 1, 9, "expected a bool, found string" },
    { "!1", 1, 2, "expected a bool, found int" },
    { "1 ? 2 : 3", 1, 1, "expected a bool before '?', found int" },
    { "true ? 1 : 'a'", 1, 6, "the two values of ?: differ in type: int and string" },
    { "[1][1u]", 1, 5, "expected an int as index, found uint" },
    { "{'a': 1}[1]", 1, 10, "expected a key of the map, found int" },
    { "1[0]", 1, 1, "expected a list or map before '[', found int" },
    { "{1.0: 1}", 1, 2, "expected an int, uint, bool or string as key, found double" },
    { "1.all(x, true)", 1, 1, "expected a list or map before the macro, found int" },
    { "[1].all(x, x)", 1, 12, "expected a bool, found int" },
    { "[1].filter(x, 'a')", 1, 15, "expected a bool, found string" },
    { "[1].transformMapEntry(i, v, v)", 1, 29, "expected a map of entries, found int" },
    { "'a'.matches('(')", 1, 13, "no regular expression: missing ) (at byte 2)" },
    { "'a'.matches('a**')", 1, 13, "no regular expression: a repetition of a repetition" },
};

static const struct refusal patterns[] = {
    { "''.matches(r'(a)\\1')", 1, 12, "no regular expression: RE2 has no backreferences" },
    { "''.matches('(?=a)')", 1, 12, "no regular expression: RE2 has no group that begins so" },
    { "''.matches('(?!a)')", 1, 12, "no regular expression: RE2 has no group that begins so" },
    { "''.matches('(?<=a)')", 1, 12, "no regular expression: RE2 has no group that begins so" },
    { "''.matches('(?>a)')", 1, 12, "no regular expression: RE2 has no group that begins so" },
    { "''.matches('(?R)')", 1, 12, "no regular expression: RE2 has no group that begins so" },
    { "''.matches('(?#c)')", 1, 12, "no regular expression: RE2 has no group that begins so" },
    { "''.matches('(?x)a')", 1, 12, "no regular expression: RE2 has no group that begins so" },
    { "''.matches('(*UTF)')", 1, 12, "no regular expression: missing what * repeats" },
    { "''.matches('a*+')", 1, 12, "no regular expression: a repetition of a repetition" },
    { "''.matches('a{2}{3}')", 1, 12, "no regular expression: a repetition of a repetition" },
    { "''.matches('a{1001}')", 1, 12, "no regular expression: a count exceeds 1000" },
    { "''.matches('*a')", 1, 12, "no regular expression: quantifier does not follow" },
    { "''.matches('a)')", 1, 12, "no regular expression: a ) too many" },
    { "''.matches('[a')", 1, 12, "no regular expression: missing ]" },
    { "''.matches('[[:nope:]]')", 1, 12, "no regular expression: unknown POSIX class" },
    { "''.matches(r'\\h')", 1, 12, "no regular expression: RE2 has no \\h" },
    { "''.matches(r'[\\b]')", 1, 12, "no regular expression: RE2 has no \\b in a class" },
    { "''.matches(r'\\C')", 1, 12, "no regular expression: RE2 has no \\C" },
    { "''.matches(r'\\x4')", 1, 12, "no regular expression: \\x takes" },
    { "''.matches(r'\\p{Nope}')", 1, 12, "no regular expression: unknown property" },
    { "''.matches('a\\\\')", 1, 12, "no regular expression: a backslash before nothing" },
    { "''.matches('((a{1,255}){1,255}){1,255}')", 1, 12, "no regular expression: regular" },
};

static const struct refusal enumerations[] = {
    { "thing.colour == 'rad'", 1, 17, "'rad' is no Colour; the nearest is 'red'" },
    { "'lightblue' != thing.colour", 1, 1,
      "'lightblue' is no Colour; the nearest is 'light-blue'" },
    { "thing.colour == 'mauve'", 1, 17, "'mauve' is no Colour: red, green, light-blue" },
    { "thing.colour in ['red', 'gren']", 1, 25, "'gren' is no Colour; the nearest is 'green'" },
    { "'rod' in thing.colours", 1, 1, "'rod' is no Colour; the nearest is 'red'" },
    { "thing.colours.exists(c, c == 'rod')", 1, 30, "'rod' is no Colour" },
    { "thing.colours.exists(i, c, c == 'rod')", 1, 33, "'rod' is no Colour" },
    { "thing.colours.filter(c, c != 'red')[0] == 'rod'", 1, 43, "'rod' is no Colour" },
    { "thing.parts.map(p, p.colour) == ['rod']", 1, 34, "'rod' is no Colour" },
    { "thing.parts.all(p, p.colour in ['red', 'rod'])", 1, 40, "'rod' is no Colour" },
    { "thing.colour == (true ? 'red' : 'rod')", 1, 33, "'rod' is no Colour" },
    { "(true ? thing.colour : thing.parts[0].colour) == 'rod'", 1, 50, "'rod' is no Colour" },
    { "thing.info.get('c', thing.colour) == 'rod'", 1, 38, "'rod' is no Colour" },
    { "thing.colour == ''", 1, 17, "'' is no Colour: red" },
    { "thing.colour == 'a\\n\\u202e'", 1, 17, "'\"a\\n\\u{202e}\"' is no Colour" },
};

static void refuses(void **state)
{
    const struct refusal *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    const struct sx_cel_program *program;
    if (sx_cel_compile(&env, sx_str_of(row->text), arena, &program, &err))
        fail_msg("%s\nwas accepted", row->text);
    if (err.code == SX_OK || err.line != row->line || err.column != row->column ||
        strncmp(err.what, row->what, strlen(row->what)) != 0)
        fail_msg("%s\nwanted %u:%u: %s\nfound  %u:%u: %s", row->text, row->line, row->column,
                 row->what, err.line, err.column, err.what);
}

/* Expressions that are allowed, and the type of their result. */
static const struct row allowed[] = {
    { "thing.colour == 'red'", "bool" },
    { "thing.colour", "string(Colour)" },
    { "thing.team", "string?" },
    { "thing.owner.team", "string?" },
    { "true ? 'a' : thing.team", "string?" },
    { "true ? null : 1", "int?" },
    { "true ? thing.colour : 'mauve'", "string" },
    { "thing.colour + 'x' == 'mauvex'", "bool" },
    { "(thing.colours + ['mauve']).exists(c, c == 'mauve')", "bool" },
    { "thing.colour in thing.words", "bool" },
    { "thing.colour == thing.name", "bool" },
    { "thing.info", "map(string, dyn)" },
    { "thing.info.name == 1", "bool" },
    { "thing.info['a']", "dyn" },
    { "thing.info.get('a', '')", "string" },
    { "thing.info.get('a', {}).get('b', [])", "list(dyn)" },
    { "things.get('x', [])", "list(Thing)" },
    { "things.x", "list(Thing)" },
    { "any.whatever.it[0].is", "dyn" },
    { "any + 1", "int" },
    { "any + any", "dyn" },
    { "size(any)", "int" },
    { "[]", "list(dyn)" },
    { "[1, 2]", "list(int)" },
    { "[1, 'a']", "list(dyn)" },
    { "[1, null]", "list(int?)" },
    { "[[1], []]", "list(list(dyn))" },
    { "{'a': 1, 'b': null}", "map(string, int?)" },
    { "{1: 'a', 'b': 'c'}", "map(dyn, string)" },
    { "[thing, thing.parts[0]]", "list(Thing)" },
    { "[1].map(x, string(x))", "list(string)" },
    { "[1].transformMap(i, v, 'a')", "map(int, string)" },
    { "{'a': 1}.transformMap(k, v, v)", "map(string, int)" },
    { "{'a': 1}.transformMapEntry(k, v, {v: k})", "map(int, string)" },
    { "{'a': 1}.filter(k, k == 'a')", "list(string)" },
    { "type(1)", "type" },
    { "type(1) == int && int != uint", "bool" },
    { "google.protobuf.Timestamp == type(timestamp(0))", "bool" },
    { "timestamp(0) - timestamp(1)", "duration" },
    { "timestamp(0) == null", "bool" },
    { "[1] + [2]", "list(int)" },
    { "[,] + {,}.map(k, k)", "list(dyn)" },
    { "1 // a comment", "int" },
    { "'a' // b\n + 'c'", "string" },
    { "thing\n.\nname", "string" },
    { "strings.quote('a')", "string" },
};

static void has_type(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    sx_spec_text(&found, sx_cel_type(compile(&env, row->text, arena)));
    if (!sx_str_is(sx_buf_view(&found), row->wanted))
        fail_msg("%s\nwanted %s\nfound  %.*s", row->text, row->wanted, (int)found.len, found.ptr);
}

/* Names in a container, and names with dots: the longest, innermost one wins. */
static const struct row contained[] = {
    { "x", "'a.b.x'" },
    { ".x", "'x'" },
    { "y", "'a.y'" },
    { "b.x", "'a.b.x'" },
    { "c.d", "'c.d'" },
    { "c.e", "'e of c'" },
    { "z", "'z'" },
    { "[1].map(x, x)", "[1]" },
    { "[1].map(x, .x)", "['x']" },
    { "f()", "'a.f'" },
    { "a.f()", "'a.f'" },
    { "has(c.e)", "true" },
    { "[{'d': 1}].map(c, c.d)", "[1]" },
};

static struct sx_value call_f(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    (void)args;
    return sx_string(SX_STR("a.f"));
}

static void resolves(void **state)
{
    static const struct sx_cel_variable vars[] = {
        { "a.b.x", { .kind = SX_T_STRING } }, { "x", { .kind = SX_T_STRING } },
        { "a.y", { .kind = SX_T_STRING } },   { "y", { .kind = SX_T_STRING } },
        { "c.d", { .kind = SX_T_STRING } },   { "c", { .kind = SX_T_DYN } },
        { "z", { .kind = SX_T_STRING } }
    };
    static const struct sx_cel_function f = { .name = "a.f",
                                              .result = { .kind = SX_T_STRING },
                                              .call = call_f };
    static const struct sx_cel_env in = { .variables = vars,
                                          .n_variables = SX_LEN(vars),
                                          .functions = &f,
                                          .n_functions = 1,
                                          .container = "a.b" };
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    struct sx_entry entry = { sx_string(SX_STR("e")), sx_string(SX_STR("e of c")) };
    struct sx_value values[SX_LEN(vars)];
    for (size_t i = 0; i < SX_LEN(vars); i++)
        values[i] = sx_string(sx_str_of(vars[i].name));
    values[5] = sx_map_value(sx_map_new(arena, &entry, 1));
    struct sx_cel_run run = { .arena = arena, .steps = 1000 };
    put_value(&found, sx_cel_eval(compile(&in, row->text, arena), &run, values));
    assert_true(sx_str_is(sx_buf_view(&found), row->wanted));
}

/* Without a check, what would have been refused is an error when it is reached. */
static const struct row unchecked[] = {
    { "elephant", "error: no fact elephant" },
    { "elephant || true", "true" },
    { "elephant.trunk[0] && false", "false" },
    { "f(1) || true", "true" },
    { "1 == 'a'", "false" },
    { "1 == 1.0", "true" },
    { "1 < 'a'", "error: no order between a int and a string" },
    { "1 + 'a'", "error: _+_ does not take (int, string)" },
    { "thing.nome", "error: no member 'nome' in a value of type Thing" },
    { "'a'.matches('(') || true", "true" },
    { "true ? 1 : 'a'", "1" },
    { "{1.5: 1}", "error: a double cannot be the key of a map" },
    { "thing.parts.map(p, p.name)", "['head', 'tail']" },
    { "int == type(1)", "true" },
};

static void runs_unchecked(void **state)
{
    const struct row *row = *state;
    struct sx_cel_env loose = env;
    loose.no_check = true;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    struct sx_cel_run run = { .arena = arena, .steps = 1000 };
    put_value(&found, sx_cel_eval(compile(&loose, row->text, arena), &run, values));
    if (!sx_str_is(sx_buf_view(&found), row->wanted))
        fail_msg("%s\nwanted %s\nfound  %.*s", row->text, row->wanted, (int)found.len, found.ptr);
}

static void macros_can_be_off(void **state)
{
    (void)state;
    struct sx_cel_env plain = env;
    plain.no_macros = true;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    const struct sx_cel_program *program;
    assert_false(sx_cel_compile(&plain, SX_STR("has(thing.name)"), arena, &program, &err));
}

int main(void)
{
    static struct CMUnitTest tests[1024];
    size_t n = 0;
    ADD_ROWS(tests, n, syntax, refuses);
    ADD_ROWS(tests, n, names, refuses);
    ADD_ROWS(tests, n, types, refuses);
    ADD_ROWS(tests, n, patterns, refuses);
    ADD_ROWS(tests, n, enumerations, refuses);
    ADD_ROWS(tests, n, allowed, has_type);
    ADD_ROWS(tests, n, contained, resolves);
    ADD_ROWS(tests, n, unchecked, runs_unchecked);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(macros_can_be_off);
    return _cmocka_run_group_tests("cel-check", tests, n, NULL, NULL);
}

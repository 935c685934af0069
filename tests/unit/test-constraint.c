/* SPDX-License-Identifier: MIT */
/* The language of launch constraints: its grammar, what code contradicts, and the layout of a
 * slot. Constraints are spelled as JSON here. */
#include "entitlements/constraint.h"
#include "rows.h"
#include "value/json.h"

static struct sx_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = sx_arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sx_arena_free(arena);
    return 0;
}

static const struct sx_map *map_of(const char *json)
{
    struct sx_value value;
    struct sx_err err = { 0 };
    if (!sx_json_parse(sx_str_of(json), arena, &value, &err))
        fail_msg("%s: %s", json, err.what);
    assert_int_equal(value.kind, SX_MAP);
    return value.map;
}

/* Grammar: NULL when the dictionary is a constraint. */
static const struct sentence {
    const char *name, *json, *why;
} sentences[] = {
    { "a fact", "{\"team-identifier\": \"A\"}", NULL },
    { "a fact nobody knows", "{\"phase-of-the-moon\": 3}", NULL },
    { "$in", "{\"team-identifier\": {\"$in\": [\"A\", \"B\"]}}", NULL },
    { "comparisons", "{\"launch-type\": {\"$gt\": 0, \"$lte\": 3}}", NULL },
    { "$or", "{\"$or\": {\"on-system-volume\": true, \"validation-category\": 6}}", NULL },
    { "nested", "{\"$and\": {\"$or\": {\"a\": 1, \"$and\": {\"b\": 2}}}}", NULL },
    { "$optional", "{\"$optional\": {\"a\": 1}}", NULL },
    { "$or-array", "{\"$or-array\": [[\"$and\", {\"a\": 1}], [\"$optional\", {\"b\": 2}]]}", NULL },
    { "$query", "{\"entitlements\": {\"$query\": [[1, \"k\"], [5, true]]}}", NULL },
    { "every operation",
      "{\"entitlements\": {\"$query\": [[1, \"k\"], [2, 0], [3, \"s\"], [4, \"s\"], [5, true], "
      "[6, \"s\"], [7, 1], [8, \"s\"], [9, \"s\"], [10, 1], [11, 5]]}}",
      NULL },

    { "nothing", "{}", "the constraint is empty" },
    { "unknown operator", "{\"$not\": {\"a\": 1}}", "$not is no known operator" },
    { "unknown operator at a fact", "{\"a\": {\"$ne\": 1}}", "a.$ne is no known operator" },
    { "a dictionary for a value", "{\"a\": {\"b\": 1}}", "a.b is no known operator" },
    { "$or as a value", "{\"launch-type\": {\"$or\": {\"$lt\": 3, \"$gt\": 3}}}",
      "launch-type.$or stands where a value of a fact belongs" },
    { "$in for a fact", "{\"$in\": [\"A\"]}", "$in stands where a fact belongs" },
    { "an array for a value", "{\"a\": [\"A\"]}", "a has an array for a value; $in takes one" },
    { "an empty value", "{\"a\": {}}", "a has an empty dictionary for a value" },
    { "$and of nothing", "{\"$and\": {}}", "$and is empty" },
    { "$and of an array", "{\"$and\": []}", "$and takes a dictionary" },
    { "$optional of two", "{\"$optional\": {\"a\": 1, \"b\": 2}}",
      "$optional takes a single fact or operator" },
    { "$in of nothing", "{\"a\": {\"$in\": []}}", "a.$in takes an array of values" },
    { "$in of a boolean", "{\"a\": {\"$in\": [1, true]}}",
      "a.$in[1] is neither a string nor data nor an integer" },
    { "$lt of a string", "{\"a\": {\"$lt\": \"3\"}}", "a.$lt takes an integer" },
    { "$and-array of a dictionary", "{\"$and-array\": {}}", "$and-array takes an array of pairs" },
    { "$and-array of no pair", "{\"$and-array\": [[\"$and\"]]}",
      "$and-array[0] is no pair of operator and dictionary" },
    { "$and-array of $in", "{\"$and-array\": [[\"$in\", {\"a\": 1}]]}",
      "$and-array[0] has an operator other than $and, $or and $optional" },
    { "$or-array of an empty pair", "{\"$or-array\": [[\"$or\", {}]]}",
      "$or-array[0][1] is empty" },
    { "$query elsewhere", "{\"a\": {\"$query\": [[1, \"k\"]]}}",
      "a.$query stands at another fact than entitlements" },
    { "$query of nothing", "{\"entitlements\": {\"$query\": []}}",
      "entitlements.$query takes an array of operations" },
    { "$query of no pairs", "{\"entitlements\": {\"$query\": [[1, \"k\"], [5]]}}",
      "entitlements.$query[1] is no pair of operation and parameter" },
    { "unknown operation", "{\"entitlements\": {\"$query\": [[14, 1]]}}",
      "entitlements.$query[0] has an operation that is not known" },
    { "wrong parameter", "{\"entitlements\": {\"$query\": [[1, \"k\"], [5, 1]]}}",
      "entitlements.$query[1] has a parameter of another type than its operation takes" },
};

static void checks_grammar(void **state)
{
    const struct sentence *row = *state;
    struct sx_str why = { 0 };
    bool ok = sx_constraint_check(map_of(row->json), arena, &why);
    if (row->why != NULL)
        assert_string_equal(why.ptr, row->why);
    assert_int_equal(ok, row->why == NULL);
}

/* What com.example.sx of team ABCDE12345 contradicts, joined by blanks. It is Developer ID code
 * with the entitlements below. */
static const char held[] = "{\"app\": true, \"groups\": [\"x.a\", \"x.b\"], \"id\": \"T.sx\", "
                           "\"n\": 7, \"com.apple.a\": 1, \"com.apple.ab\": 2, \"ns\": [1, 2]}";
static const struct asked {
    const char *name, *json, *unmet;
} questions[] = {
    { "identifier", "{\"signing-identifier\": \"com.example.sx\"}", "" },
    { "another identifier", "{\"signing-identifier\": \"com.example.sy\"}", "signing-identifier" },
    { "identifier in a list", "{\"signing-identifier\": {\"$in\": [\"a\", \"com.example.sx\"]}}",
      "" },
    { "identifier in no list", "{\"signing-identifier\": {\"$in\": [\"a\", \"b\"]}}",
      "signing-identifier" },
    { "identifier of another type", "{\"signing-identifier\": 5}", "signing-identifier" },
    { "team", "{\"team-identifier\": \"ABCDE12345\"}", "" },
    { "another team", "{\"team-identifier\": \"ABCDE12346\"}", "team-identifier" },
    { "category", "{\"validation-category\": 6}", "" },
    { "another category", "{\"validation-category\": 4}", "validation-category" },
    { "category in a list", "{\"validation-category\": {\"$in\": [3, 6]}}", "" },
    { "category compared", "{\"validation-category\": {\"$gte\": 3, \"$lt\": 7}}", "" },
    { "category too large", "{\"validation-category\": {\"$lt\": 6}}", "validation-category" },
    { "category too small", "{\"validation-category\": {\"$gt\": 6}}", "validation-category" },
    { "category not above", "{\"validation-category\": {\"$lte\": 5}}", "validation-category" },
    { "an operator nobody knows", "{\"validation-category\": {\"$near\": 5}}", "" },
    { "facts of the launch", "{\"launch-type\": 3, \"is-init-proc\": true}", "" },
    { "two of three",
      "{\"team-identifier\": \"X\", \"on-system-volume\": true, "
      "\"validation-category\": 4}",
      "team-identifier validation-category" },
    { "one branch holds",
      "{\"$or\": {\"team-identifier\": \"X\", \"signing-identifier\": \"com.example.sx\"}}", "" },
    { "one branch may hold", "{\"$or\": {\"team-identifier\": \"X\", \"launch-type\": 1}}", "" },
    { "no branch holds", "{\"$or\": {\"team-identifier\": \"X\", \"validation-category\": 1}}",
      "team-identifier validation-category" },
    { "a branch forgotten, another fact not",
      "{\"$or\": {\"team-identifier\": \"X\", \"launch-type\": 1}, \"validation-category\": 1}",
      "validation-category" },
    { "$and in $or",
      "{\"$or\": {\"$and\": {\"team-identifier\": \"X\", \"launch-type\": 1}, "
      "\"validation-category\": 1}}",
      "team-identifier validation-category" },
    { "$optional of what is known", "{\"$optional\": {\"team-identifier\": \"X\"}}",
      "team-identifier" },
    { "$optional of what is not", "{\"$optional\": {\"new-fact\": \"X\"}}", "" },
    { "a fact twice is named once",
      "{\"$and-array\": [[\"$and\", {\"team-identifier\": \"X\"}], "
      "[\"$and\", {\"team-identifier\": \"Y\"}]]}",
      "team-identifier" },
    { "$or-array with a way out",
      "{\"$or-array\": [[\"$and\", {\"team-identifier\": \"X\"}], "
      "[\"$and\", {\"validation-category\": 6}]]}",
      "" },
    { "$or-array without",
      "{\"$or-array\": [[\"$and\", {\"team-identifier\": \"X\"}], "
      "[\"$or\", {\"validation-category\": 5}]]}",
      "team-identifier validation-category" },
    { "malformed parts contradict nothing",
      "{\"$or\": 5, \"$and\": [], \"$or-array\": [5, [\"$or\", 5]], \"$what\": {}}", "" },

    { "key is there", "{\"entitlements\": {\"$query\": [[1, \"app\"]]}}", "" },
    { "key is true", "{\"entitlements\": {\"$query\": [[1, \"app\"], [5, true]]}}", "" },
    { "key is not false", "{\"entitlements\": {\"$query\": [[1, \"app\"], [5, false]]}}",
      "entitlements" },
    { "key is missing", "{\"entitlements\": {\"$query\": [[1, \"camera\"], [5, true]]}}",
      "entitlements" },
    { "element", "{\"entitlements\": {\"$query\": [[1, \"groups\"], [2, 1], [3, \"x.b\"]]}}", "" },
    { "another element",
      "{\"entitlements\": {\"$query\": [[1, \"groups\"], [2, 0], [3, \"x.b\"]]}}", "entitlements" },
    { "no such element", "{\"entitlements\": {\"$query\": [[1, \"groups\"], [2, 2]]}}",
      "entitlements" },
    { "element before the first", "{\"entitlements\": {\"$query\": [[1, \"groups\"], [2, -1]]}}",
      "entitlements" },
    { "element of a string", "{\"entitlements\": {\"$query\": [[1, \"id\"], [2, 0]]}}",
      "entitlements" },
    { "prefix", "{\"entitlements\": {\"$query\": [[1, \"id\"], [4, \"T.\"]]}}", "" },
    { "another prefix", "{\"entitlements\": {\"$query\": [[1, \"id\"], [4, \"S.\"]]}}",
      "entitlements" },
    { "one of a list", "{\"entitlements\": {\"$query\": [[1, \"groups\"], [6, \"x.b\"]]}}", "" },
    { "none of a list", "{\"entitlements\": {\"$query\": [[1, \"groups\"], [6, \"x.c\"]]}}",
      "entitlements" },
    { "a string for a list", "{\"entitlements\": {\"$query\": [[1, \"id\"], [6, \"T.sx\"]]}}", "" },
    { "number", "{\"entitlements\": {\"$query\": [[1, \"n\"], [7, 7]]}}", "" },
    { "another number", "{\"entitlements\": {\"$query\": [[1, \"n\"], [7, 8]]}}", "entitlements" },
    { "prefix in a list", "{\"entitlements\": {\"$query\": [[1, \"groups\"], [8, \"x.\"]]}}", "" },
    { "no prefix in a list", "{\"entitlements\": {\"$query\": [[1, \"groups\"], [8, \"y.\"]]}}",
      "entitlements" },
    { "longest key", "{\"entitlements\": {\"$query\": [[9, \"com.apple.\"], [7, 2]]}}", "" },
    { "no key so", "{\"entitlements\": {\"$query\": [[9, \"org.\"]]}}", "entitlements" },
    { "number in a list", "{\"entitlements\": {\"$query\": [[1, \"ns\"], [10, 2]]}}", "" },
    { "number in no list", "{\"entitlements\": {\"$query\": [[1, \"ns\"], [10, 3]]}}",
      "entitlements" },
    { "type", "{\"entitlements\": {\"$query\": [[11, 1], [1, \"ns\"], [11, 2]]}}", "" },
    { "another type", "{\"entitlements\": {\"$query\": [[1, \"ns\"], [11, 3]]}}", "entitlements" },
    { "type 0", "{\"entitlements\": {\"$query\": [[1, \"ns\"], [11, 0]]}}", "entitlements" },
    { "an operation nobody knows", "{\"entitlements\": {\"$query\": [[99, 0], [1, \"zz\"]]}}", "" },
    { "a query that is none", "{\"entitlements\": {\"$query\": 5}}", "" },
    { "entitlements without a query", "{\"entitlements\": true}", "" },
};

static struct sx_str joined(struct sx_strs list)
{
    struct sx_str text = SX_STR("");
    for (size_t i = 0; i < list.n; i++)
        text = sx_str_printf(arena, "%.*s%s%.*s", SX_STR_ARG(text), i > 0 ? " " : "",
                             SX_STR_ARG(list.at[i]));
    return sx_str_dup(arena, text);
}

static void asks(void **state)
{
    const struct asked *row = *state;
    struct sx_value developer_id = sx_int(6);
    struct sx_constrained code = {
        .identifier = SX_STR("com.example.sx"),
        .team = SX_STR("ABCDE12345"),
        .categories = { &developer_id, 1 },
        .entitlements = map_of(held),
        .has_entitlements = true,
    };
    struct sx_strs unmet = sx_constraint_unmet(map_of(row->json), &code, arena);
    assert_string_equal(joined(unmet).ptr, row->unmet);
}

/* Of code without identity everything that names one is contradicted, of what is not known
 * nothing. */
static void asks_nobody(void **state)
{
    (void)state;
    static const char all[] = "{\"signing-identifier\": \"a\", \"team-identifier\": \"A\", "
                              "\"validation-category\": 6, \"cdhash\": \"?\", "
                              "\"entitlements\": {\"$query\": [[1, \"k\"]]}}";
    struct sx_constrained nobody = { 0 };
    struct sx_strs unmet = sx_constraint_unmet(map_of(all), &nobody, arena);
    assert_string_equal(joined(unmet).ptr, "signing-identifier team-identifier");
}

/* A slot: the bytes are in DER, so a cdhash can stand in it. */
static const uint8_t slot[] = {
    0x70, 0x50, 2,   1,    1,    0xb0, 0x4b, 0x30, 9,   0x0c, 4,   'c', 'c',  'a',  't',  2,  1,
    0,    0x30, 9,   0x0c, 4,    'c',  'o',  'm',  'p', 2,    1,   1,   0x30, 0x28, 0x0c, 4,  'r',
    'e',  'q',  's', 0xb0, 0x20, 0x30, 0x1e, 0x0c, 6,   'c',  'd', 'h', 'a',  's',  'h',  4,  20,
    1,    2,    3,   4,    5,    6,    7,    8,    9,   10,   11,  12,  13,   14,   15,   16, 17,
    18,   19,   20,  0x30, 9,    0x0c, 4,    'v',  'e', 'r',  's', 2,   1,    1,
};

static void reads_a_slot(void **state)
{
    (void)state;
    static const char right[] = "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24";
    static const char wrong[] = "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\25";
    const struct sx_map *requirement = NULL;
    struct sx_err err = { 0 };
    bool ok =
        sx_constraint_parse((struct sx_span){ slot, sizeof(slot), 0 }, arena, &requirement, &err);
    assert_string_equal(err.what, "");
    assert_true(ok);
    struct sx_str hashes[] = { { wrong, 20 }, { right, 20 } };
    struct sx_constrained code = { .cdhashes = { hashes, 2 } };
    assert_int_equal(sx_constraint_unmet(requirement, &code, arena).n, 0);
    code.cdhashes.n = 1;
    assert_string_equal(joined(sx_constraint_unmet(requirement, &code, arena)).ptr, "cdhash");
}

/* Each byte of the layout matters: with any key misspelt or any type changed it is refused. */
static void refuses_other_layouts(void **state)
{
    (void)state;
    static const size_t at[] = { 0, 2, 4, 5, 7, 9, 11, 15, 22, 26, 33, 37, 41, 49, 75, 79 };
    for (size_t i = 0; i < SX_LEN(at); i++) {
        uint8_t bytes[sizeof(slot)];
        const struct sx_map *requirement = NULL;
        struct sx_err err = { 0 };
        memcpy(bytes, slot, sizeof(slot));
        bytes[at[i]] ^= 0x15;
        if (sx_constraint_parse((struct sx_span){ bytes, sizeof(bytes), 0 }, arena, &requirement,
                                &err))
            fail_msg("byte %zu makes no difference", at[i]);
        assert_int_not_equal(err.code, SX_OK);
    }
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, sentences, checks_grammar);
    ADD_ROWS(&rows, questions, asks);
    ADD_TEST(&rows, asks_nobody);
    ADD_TEST(&rows, reads_a_slot);
    ADD_TEST(&rows, refuses_other_layouts);
    return _cmocka_run_group_tests("constraint", rows.at, rows.n, set_up, tear_down);
}

/* SPDX-License-Identifier: MIT */
#include "value/value.h"
#include "rows.h"

#define INT(n)                                                                                     \
    {                                                                                              \
        .kind = SX_INT, .i = (n)                                                                   \
    }
#define UINT(n)                                                                                    \
    {                                                                                              \
        .kind = SX_UINT, .u = (n)                                                                  \
    }
#define DOUBLE(n)                                                                                  \
    {                                                                                              \
        .kind = SX_DOUBLE, .d = (n)                                                                \
    }
#define STRING(s)                                                                                  \
    {                                                                                              \
        .kind = SX_STRING, .str = LIT(s)                                                           \
    }
#define BYTES(s)                                                                                   \
    {                                                                                              \
        .kind = SX_BYTES, .str = LIT(s)                                                            \
    }

static const struct sx_value one_two[] = { INT(1), INT(2) }, two_one[] = { INT(2), INT(1) },
                             one_two_mixed[] = { DOUBLE(1), UINT(2) };
static const struct sx_str texts[] = { LIT("a"), LIT("b") };
static const struct sx_value text_values[] = { STRING("a"), STRING("b") };
static const struct sx_entry ab[] = { { STRING("a"), INT(1) }, { STRING("b"), INT(2) } },
                             ba[] = { { STRING("b"), UINT(2) }, { STRING("a"), DOUBLE(1) } },
                             numbered[] = { { INT(1), INT(1) } },
                             unumbered[] = { { UINT(1), INT(1) } };
static const struct sx_map map_ab = { .at = ab, .n = 2 }, map_ba = { .at = ba, .n = 2 },
                           map_a = { .at = ab, .n = 1 }, map_1 = { .at = numbered, .n = 1 },
                           map_1u = { .at = unumbered, .n = 1 };

#define LIST(v)                                                                                    \
    {                                                                                              \
        .kind = SX_LIST, .list = { v, SX_LEN(v) }                                                  \
    }
#define STRS(v)                                                                                    \
    {                                                                                              \
        .kind = SX_LIST, .list_of = SX_OF_STRS, .list = { v, SX_LEN(v) }                           \
    }
#define MAP(m)                                                                                     \
    {                                                                                              \
        .kind = SX_MAP, .map = &(m)                                                                \
    }
#define TIME(s, n)                                                                                 \
    {                                                                                              \
        .kind = SX_TIMESTAMP, .time = { s, n }                                                     \
    }
#define NAN_VALUE DOUBLE(__builtin_nan(""))
#define TWO_TO_63 0x1p63
#define TWO_TO_64 0x1p64

static const struct eq_row {
    const char *name;
    struct sx_value a, b;
    bool equal;
} eqs[] = {
    { "null and null", { 0 }, { 0 }, true },
    { "null and false", { 0 }, { .kind = SX_BOOL }, false },
    { "null and 0", { 0 }, INT(0), false },
    { "true and true", { .kind = SX_BOOL, .b = true }, { .kind = SX_BOOL, .b = true }, true },
    { "true and false", { .kind = SX_BOOL, .b = true }, { .kind = SX_BOOL }, false },
    { "true and 1", { .kind = SX_BOOL, .b = true }, INT(1), false },
    { "1 and 1u", INT(1), UINT(1), true },
    { "1 and 1.0", INT(1), DOUBLE(1), true },
    { "1u and 1.0", UINT(1), DOUBLE(1), true },
    { "1 and 1.5", INT(1), DOUBLE(1.5), false },
    { "-1 and 2^64 - 1", INT(-1), UINT(UINT64_MAX), false },
    { "0.0 and -0.0", DOUBLE(0), DOUBLE(-0.0), true },
    { "0 and -0.0", INT(0), DOUBLE(-0.0), true },
    { "NaN and NaN", NAN_VALUE, NAN_VALUE, false },
    { "0 and NaN", INT(0), NAN_VALUE, false },
    { "greatest int and infinity", INT(INT64_MAX), DOUBLE(__builtin_inf()), false },
    { "greatest int and 2^63", INT(INT64_MAX), DOUBLE(TWO_TO_63), false },
    { "least int and -2^63", INT(INT64_MIN), DOUBLE(-TWO_TO_63), true },
    { "2^63 and 2^63", UINT((uint64_t)1 << 63), DOUBLE(TWO_TO_63), true },
    { "greatest uint and 2^64", UINT(UINT64_MAX), DOUBLE(TWO_TO_64), false },
    { "0u and -1.0", UINT(0), DOUBLE(-1), false },
    { "2^53 + 1 and 2^53", INT((1LL << 53) + 1), DOUBLE(0x1p53), false },
    { "text and text", STRING("a"), STRING("a"), true },
    { "text and other text", STRING("a"), STRING("b"), false },
    { "text and longer text", STRING("a"), STRING("a\0"), false },
    { "text and bytes", STRING("a"), BYTES("a"), false },
    { "bytes and bytes", BYTES("\0"), BYTES("\0"), true },
    { "times", TIME(1, 2), TIME(1, 2), true },
    { "times apart", TIME(1, 2), TIME(1, 3), false },
    { "time and duration", TIME(1, 2), { .kind = SX_DURATION, .time = { 1, 2 } }, false },
    { "lists", LIST(one_two), LIST(one_two_mixed), true },
    { "lists in another order", LIST(one_two), LIST(two_one), false },
    { "list and empty list", LIST(one_two), { .kind = SX_LIST }, false },
    { "list of texts, kept in two ways", STRS(texts), LIST(text_values), true },
    { "maps in another order", MAP(map_ab), MAP(map_ba), true },
    { "map and a smaller one", MAP(map_ab), MAP(map_a), false },
    { "map and a larger one", MAP(map_a), MAP(map_ab), false },
    { "maps with numbers as keys", MAP(map_1), MAP(map_1u), true },
    { "map and list", MAP(map_a), LIST(one_two), false },
    { "unknown equals nothing", { .kind = SX_UNKNOWN }, { .kind = SX_UNKNOWN }, false },
    { "error equals nothing", { .kind = SX_ERROR }, { .kind = SX_ERROR }, false },
};

static void compares(void **state)
{
    const struct eq_row *row = *state;
    assert_int_equal(sx_value_eq(row->a, row->b), row->equal);
    assert_int_equal(sx_value_eq(row->b, row->a), row->equal);
}

static void objects_are_themselves(void **state)
{
    (void)state;
    const struct sx_object *a = (const void *)&map_a, *b = (const void *)&map_ab;
    assert_true(sx_value_eq(sx_object_value(a), sx_object_value(a)));
    assert_false(sx_value_eq(sx_object_value(a), sx_object_value(b)));
    assert_int_equal(sx_object_value(NULL).kind, SX_NULL);
    const struct sx_object *const list[] = { a, NULL };
    assert_true(sx_list_at(sx_list_objects(list, 2), 0).object == a);
    assert_int_equal(sx_list_at(sx_list_objects(list, 2), 1).kind, SX_NULL);
}

/* Small maps are searched, large ones have an index; both find the same. */
static void maps_find_their_keys(void **state)
{
    (void)state;
    static const size_t sizes[] = { 0, 1, 11, 12, 13, 1000 };
    for (size_t s = 0; s < SX_LEN(sizes); s++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct sx_entry *at = SX_NEW_N(arena, struct sx_entry, sizes[s]);
        for (size_t i = 0; i < sizes[s]; i++)
            at[i] =
                (struct sx_entry){ sx_string(sx_str_printf(arena, "k%zu", i)), sx_int((int64_t)i) };
        const struct sx_map *map = sx_map_new(arena, at, sizes[s]);
        for (size_t i = 0; i < sizes[s]; i++)
            assert_int_equal(sx_map_get(map, at[i].key.str)->i, i);
        assert_null(sx_map_get(map, SX_STR("k")));
        assert_null(sx_map_entry(map, sx_str_printf(arena, "k%zu", sizes[s])));
    }
    assert_null(sx_map_get(NULL, SX_STR("k")));
    assert_int_equal(sx_map_value(NULL).map->n, 0);
}

static void of_repeated_keys_the_first_is_found(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_entry at[40];
    for (int i = 0; i < 40; i++)
        at[i] = (struct sx_entry){ sx_string(sx_str_printf(arena, "k%d", i % 20)), sx_int(i) };
    assert_int_equal(sx_map_get(sx_map_new(arena, at, 40), SX_STR("k3"))->i, 3);
}

static void typed_getters_take_one_type(void **state)
{
    (void)state;
    static const struct sx_value list[] = { STRING("x"), INT(1), STRING("y") };
    static const struct sx_entry at[] = {
        { STRING("s"), STRING("t") }, { STRING("b"), { .kind = SX_BOOL, .b = true } },
        { STRING("i"), INT(-7) },     { STRING("u"), UINT(7) },
        { STRING("m"), MAP(map_a) },  { STRING("l"), LIST(list) },
    };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_map *map = sx_map_new(arena, at, SX_LEN(at)), *inner = NULL;
    struct sx_str s = { 0 };
    bool b = false;
    int64_t i = 0;
    assert_true(sx_map_str(map, "s", &s) && sx_str_is(s, "t"));
    assert_true(sx_map_bool(map, "b", &b) && b);
    assert_true(sx_map_int(map, "i", &i) && i == -7);
    assert_true(sx_map_map(map, "m", &inner) && inner == &map_a);
    assert_false(sx_map_str(map, "i", &s) || sx_map_str(map, "none", &s));
    assert_false(sx_map_bool(map, "i", &b) || sx_map_int(map, "u", &i));
    assert_false(sx_map_map(map, "l", &inner) || sx_map_int(NULL, "i", &i));
    assert_true(sx_str_is(s, "t") && i == -7 && inner == &map_a); /* written on success only */
    struct sx_strs strs = sx_map_strs(map, "l", arena);
    assert_true(strs.n == 2 && sx_str_is(strs.at[0], "x") && sx_str_is(strs.at[1], "y"));
    assert_int_equal(sx_map_strs(map, "s", arena).n, 0);
    assert_int_equal(sx_map_strs(map, "none", arena).n, 0);
}

static const struct line_row {
    const char *name;
    struct sx_str text;
    size_t off;
    uint32_t line, column;
} lines[] = {
    { "line: of nothing", LIT(""), 0, 1, 1 },
    { "line: the first character", LIT("abc"), 0, 1, 1 },
    { "line: the third", LIT("abc"), 2, 1, 3 },
    { "line: the end", LIT("abc"), 3, 1, 4 },
    { "line: behind the end", LIT("abc"), 99, 1, 4 },
    { "line: the line end itself", LIT("ab\ncd"), 2, 1, 3 },
    { "line: the next line", LIT("ab\ncd"), 3, 2, 1 },
    { "line: characters, not bytes", LIT("\n\xc3\xa9\xf0\x9f\x98\x80x"), 7, 2, 3 },
    { "line: an empty line", LIT("\n\n\n"), 2, 3, 1 },
    { "line: CR LF", LIT("a\r\nb"), 3, 2, 1 },
    { "line: invalid bytes count each", LIT("\xff\xff\xff"), 2, 1, 3 },
};

static void counts_lines(void **state)
{
    const struct line_row *row = *state;
    uint32_t line, column;
    sx_line_of(row->text, row->off, &line, &column);
    assert_int_equal(line, row->line);
    assert_int_equal(column, row->column);
}

/* From any place to any other, forwards and back, as from the start. */
static void leads_lines_on(void **state)
{
    static const struct sx_str text = LIT("ab\n\n\xc3\xa9\xff\r\ncd\n");
    (void)state;
    for (size_t from = 0; from <= text.len + 1; from++)
        for (size_t to = 0; to <= text.len + 1; to++) {
            struct sx_line_place place = { 0 };
            uint32_t line, column;
            sx_line_move(&place, text, from);
            sx_line_move(&place, text, to);
            sx_line_of(text, to, &line, &column);
            assert_int_equal(place.line, line);
            assert_int_equal(place.column, column);
        }
}

static void every_kind_has_a_name(void **state)
{
    (void)state;
    for (int kind = SX_NULL; kind <= SX_ERROR; kind++)
        assert_non_null(sx_kind_name((enum sx_kind)kind));
    assert_string_equal(sx_kind_name(SX_TIMESTAMP), "google.protobuf.Timestamp");
    assert_int_equal(sx_string((struct sx_str){ 0 }).kind, SX_NULL);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, eqs, compares);
    ADD_TEST(&rows, objects_are_themselves);
    ADD_TEST(&rows, leads_lines_on);
    ADD_TEST(&rows, maps_find_their_keys);
    ADD_TEST(&rows, of_repeated_keys_the_first_is_found);
    ADD_TEST(&rows, typed_getters_take_one_type);
    ADD_ROWS(&rows, lines, counts_lines);
    ADD_TEST(&rows, every_kind_has_a_name);
    return run_rows("value", &rows);
}

/* SPDX-License-Identifier: MIT */
#include "value/json.h"
#include "base/limits.h"
#include "rows.h"
#include "unread.h"

#include <stdlib.h>

static bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

/* What a writer wrote, as a C string that sx_buf_release frees. */
static const char *written(struct sx_json *json, struct sx_buf *out)
{
    assert_true(sx_json_flush(json));
    sx_buf_char(out, '\0');
    return out->ptr;
}

/* Text in, JSON string out. */
static const struct text_row {
    const char *name;
    struct sx_str in;
    const char *want;
} texts[] = {
    { "plain text", LIT("abc"), "\"abc\"" },
    { "empty text", LIT(""), "\"\"" },
    { "absent text", { NULL, 0 }, "null" },
    { "quote and backslash", LIT("\"\\"), "\"\\\"\\\\\"" },
    { "a slash stays", LIT("</a>"), "\"</a>\"" },
    { "named controls", LIT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"" },
    { "NUL", LIT("a\0b"), "\"a\\u0000b\"" },
    { "escape and delete", LIT("\x1b\x7f"), "\"\\u001b\\u007f\"" },
    { "C1 control", LIT("\xc2\x9b"), "\"\\u009b\"" },
    { "UTF-8 stays", LIT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
      "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
    { "right-to-left override", LIT("\xe2\x80\xae"), "\"\\u202e\"" },
    { "line separator", LIT("\xe2\x80\xa8"), "\"\\u2028\"" },
    { "an invisible tag is a pair", LIT("\xf3\xa0\x80\x81"), "\"\\udb40\\udc01\"" },
    { "stray byte",
      LIT("a\xff"
          "b"),
      "\"a\xef\xbf\xbd"
      "b\"" },
    { "overlong", LIT("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "surrogate", LIT("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "cut short", LIT("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
};

static void writes_text(void **state)
{
    const struct text_row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_json json;
    sx_json_init(&json, append, &out, SX_JSON_COMPACT);
    sx_json_string(&json, row->in);
    assert_string_equal(written(&json, &out), row->want);
}

static const struct double_row {
    const char *name;
    double in;
    const char *want;
} doubles[] = {
    { "1.5", 1.5, "1.5" },
    { "integral", 3, "3" },
    { "zero", 0, "0" },
    { "minus zero", -0.0, "-0" },
    { "0.1", 0.1, "0.1" },
    { "0.1 + 0.2", 0.1 + 0.2, "0.30000000000000004" },
    { "2^53 + 2", 9007199254740994.0, "9007199254740994" },
    { "1e15", 1e15, "1000000000000000" },
    { "1e16", 1e16, "1e+16" },
    { "below 1e16", 9999999999999998.0, "9999999999999998" },
    { "1.25e21", 1.25e21, "1.25e+21" },
    { "2^64", 18446744073709551616.0, "1.8446744073709552e+19" },
    { "small", 0.000001, "0.000001" },
    { "smaller", 0.0000001, "1e-7" },
    { "largest", 1.7976931348623157e308, "1.7976931348623157e+308" },
    { "smallest", 5e-324, "5e-324" },
    { "NaN", 0.0 / 0.0 * -1, "\"NaN\"" },
    { "infinity", 1e308 * 10, "\"Infinity\"" },
    { "minus infinity", -1e308 * 10, "\"-Infinity\"" },
};

static void writes_double(void **state)
{
    const struct double_row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_json json;
    sx_json_init(&json, append, &out, SX_JSON_COMPACT);
    sx_json_double(&json, row->in);
    assert_string_equal(written(&json, &out), row->want);
}

static const struct value_row {
    const char *name;
    struct sx_value in;
    const char *want;
} values[] = {
    { "null", { .kind = SX_NULL }, "null" },
    { "true", { .kind = SX_BOOL, .b = true }, "true" },
    { "false", { .kind = SX_BOOL }, "false" },
    { "least int", { .kind = SX_INT, .i = INT64_MIN }, "-9223372036854775808" },
    { "greatest uint", { .kind = SX_UINT, .u = UINT64_MAX }, "18446744073709551615" },
    { "no bytes", { .kind = SX_BYTES, .str = { "", 0 } }, "\"\"" },
    { "one byte", { .kind = SX_BYTES, .str = { "\xff", 1 } }, "\"/w==\"" },
    { "two bytes", { .kind = SX_BYTES, .str = { "\xff\xfe", 2 } }, "\"//4=\"" },
    { "four bytes", { .kind = SX_BYTES, .str = { "\0\1\2\3", 4 } }, "\"AAECAw==\"" },
    { "time", { .kind = SX_TIMESTAMP, .time = { 0, 500000000 } }, "\"1970-01-01T00:00:00.500Z\"" },
    { "duration", { .kind = SX_DURATION, .time = { 3, 500000000 } }, "\"3.5s\"" },
    { "whole duration", { .kind = SX_DURATION, .time = { 100, 0 } }, "\"100s\"" },
    { "no duration", { .kind = SX_DURATION }, "\"0s\"" },
    { "half a second ago", { .kind = SX_DURATION, .time = { -1, 500000000 } }, "\"-0.5s\"" },
    { "negative duration", { .kind = SX_DURATION, .time = { -20, 0 } }, "\"-20s\"" },
    { "least duration",
      { .kind = SX_DURATION, .time = { INT64_MIN, 0 } },
      "\"-9223372036854775808s\"" },
    { "type", { .kind = SX_TYPE, .str = { "int", 3 } }, "\"int\"" },
    { "error", { .kind = SX_ERROR, .str = { "no such key", 11 } }, "{\"error\":\"no such key\"}" },
    { "unknown for no reason", { .kind = SX_UNKNOWN }, "{\"unknown\":\"\"}" },
};

static void writes_value(void **state)
{
    const struct value_row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_json json;
    sx_json_init(&json, append, &out, SX_JSON_COMPACT);
    sx_json_value(&json, row->in);
    assert_string_equal(written(&json, &out), row->want);
}

static void write_sample(struct sx_json *json)
{
    static const struct sx_entry entries[] = {
        { { .kind = SX_INT, .i = -1 }, { .kind = SX_NULL } },
        { { .kind = SX_BOOL, .b = true }, { .kind = SX_LIST } },
    };
    static const struct sx_map map = { .at = entries, .n = SX_LEN(entries) };
    sx_json_begin_object(json);
    sx_json_key(json, "empty");
    sx_json_begin_object(json);
    sx_json_end_object(json);
    sx_json_key(json, "list");
    sx_json_begin_array(json);
    sx_json_int(json, 1);
    sx_json_hex(json, "\x0a\xff", 2);
    sx_json_begin_array(json);
    sx_json_end_array(json);
    sx_json_end_array(json);
    sx_json_member(json, "absent", sx_null());
    sx_json_member(json, "map", sx_map_value(&map));
    sx_json_end_object(json);
    sx_json_newline(json);
}

static void lays_out_pretty(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_json json;
    sx_json_init(&json, append, &out, SX_JSON_PRETTY);
    write_sample(&json);
    assert_string_equal(written(&json, &out), "{\n"
                                              "  \"empty\": {},\n"
                                              "  \"list\": [\n"
                                              "    1,\n"
                                              "    \"0aff\",\n"
                                              "    []\n"
                                              "  ],\n"
                                              "  \"map\": {\n"
                                              "    \"-1\": null,\n"
                                              "    \"true\": []\n"
                                              "  }\n"
                                              "}\n");
}

static void lays_out_compact_lines(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_json json;
    sx_json_init(&json, append, &out, SX_JSON_COMPACT);
    write_sample(&json);
    write_sample(&json);
    static const char line[] =
        "{\"empty\":{},\"list\":[1,\"0aff\",[]],\"map\":{\"-1\":null,\"true\":[]}}\n";
    const char *text = written(&json, &out);
    assert_int_equal(strlen(text), 2 * strlen(line));
    assert_memory_equal(text, line, strlen(line));
    assert_string_equal(text + strlen(line), line);
}

/* More than the writer's buffer holds, through it in pieces. */
static void writes_long_text(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf in = { 0 }, out = { 0 };
    sx_buf_fill(&in, 'x', 100000);
    struct sx_json json;
    sx_json_init(&json, append, &out, SX_JSON_COMPACT);
    sx_json_string(&json, sx_buf_view(&in));
    assert_true(sx_json_flush(&json));
    assert_int_equal(out.len, 100002);
    assert_memory_equal(out.ptr + 1, in.ptr, in.len);
}

static bool refuse(void *context, const char *bytes, size_t n)
{
    (void)bytes, (void)n;
    ++*(int *)context;
    return false;
}

static void stops_when_the_sink_does(void **state)
{
    (void)state;
    int calls = 0;
    struct sx_json json;
    sx_json_init(&json, refuse, &calls, SX_JSON_COMPACT);
    sx_json_begin_array(&json);
    for (int i = 0; i < 10000; i++)
        sx_json_int(&json, i);
    sx_json_end_array(&json);
    assert_false(sx_json_flush(&json));
    assert_int_equal(calls, 1);
}

/* A small type of our own, with a member of every behaviour. */
struct thing {
    struct sx_object head;
    struct sx_str name, alias, lazy, broken, later;
    const struct sx_map *map;
    struct sx_strs list;
    struct sx_value any;
    const struct sx_object *owner;
    struct sx_objs others;
    struct sx_opt_int size;
};

#define FIELD(f) .name = #f, .offset = offsetof(struct thing, f)
static const struct sx_member thing_members[] = {
    { FIELD(name), .repr = SX_R_STR },
    { FIELD(alias), .repr = SX_R_STR, .flags = SX_M_ALIAS },
    { FIELD(lazy), .repr = SX_R_STR, .flags = SX_M_LAZY },
    { FIELD(broken), .repr = SX_R_STR },
    { .name = "unread",
      .repr = SX_R_REFS,
      .spec = { .elem = &unread_spec },
      .offset = offsetof(struct sx_object, unread) },
    { FIELD(later), .repr = SX_R_STR, .flags = SX_M_UNREACHED },
    { FIELD(map), .repr = SX_R_MAP },
    { FIELD(list), .repr = SX_R_STRS },
    { FIELD(any), .repr = SX_R_DYN },
    { FIELD(owner), .repr = SX_R_REF, .flags = SX_M_REF },
    { FIELD(others), .repr = SX_R_REFS, .flags = SX_M_REF },
    { FIELD(size), .repr = SX_R_OPTINT },
};
static const struct sx_type type_thing = { .name = "Thing",
                                           .members = thing_members,
                                           .n_members = SX_LEN(thing_members),
                                           .size = sizeof(struct thing),
                                           .identity = "name" };

static void fill_lazy(struct sx_lazy *lazy, const struct sx_member *member)
{
    (void)member;
    ((struct thing *)lazy->object)->lazy = SX_STR("computed");
}

static struct thing *new_thing(struct sx_arena *arena, struct sx_lazy *lazy)
{
    struct thing *thing = sx_object_new(arena, &type_thing);
    *lazy = (struct sx_lazy){ .object = &thing->head, .fill = fill_lazy };
    thing->head.lazy = lazy;
    thing->name = SX_STR("it");
    thing->alias = SX_STR("never printed");
    return thing;
}

static const char *object_text(struct thing *thing, struct sx_strs lazy, struct sx_buf *out)
{
    struct sx_json json;
    sx_json_init(&json, append, out, SX_JSON_COMPACT);
    json.lazy = lazy;
    sx_json_value(&json, sx_object_value(&thing->head));
    return written(&json, out);
}

static void leaves_out_what_is_absent(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_lazy lazy;
    struct thing *thing = new_thing(arena, &lazy);
    assert_string_equal(object_text(thing, (struct sx_strs){ 0 }, &out),
                        "{\"name\":\"it\","
                        "\"unread\":[{\"what\":\"later\",\"state\":\"out-of-reach\"}]}");
    assert_int_equal(lazy.done, 0);
}

static void prints_what_is_there(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_lazy lazy;
    struct thing *thing = new_thing(arena, &lazy);
    const struct sx_object *others[] = { &thing->head, &thing->head };
    thing->head.unread_bits = 0;
    thing->later = SX_STR("reached");
    thing->map = sx_map_new(arena, NULL, 0);
    thing->list = (struct sx_strs){ &thing->name, 1 };
    thing->any = sx_bool(false);
    thing->owner = &thing->head;
    thing->others = (struct sx_objs){ others, 2 };
    thing->size = (struct sx_opt_int){ true, 0 };
    assert_string_equal(object_text(thing, (struct sx_strs){ &SX_STR("lazy"), 1 }, &out),
                        "{\"name\":\"it\",\"lazy\":\"computed\",\"later\":\"reached\",\"map\":{},"
                        "\"list\":[\"it\"],\"any\":false,\"owner\":\"it\",\"others\":[\"it\","
                        "\"it\"],\"size\":0}");
}

static void lists_what_is_unread(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_lazy lazy;
    struct thing *thing = new_thing(arena, &lazy);
    static const char *const what[] = { "broken", "lazy", "a/path", "later" };
    for (size_t i = 0; i < SX_LEN(what); i++)
        sx_object_set_unread(&thing->head, arena, &type_unread, what[i], SX_UNREAD_BROKEN,
                             SX_STR("why"), -1);
    assert_string_equal(object_text(thing, (struct sx_strs){ 0 }, &out),
                        "{\"name\":\"it\",\"unread\":["
                        "{\"what\":\"broken\",\"state\":\"broken\"},"
                        "{\"what\":\"a/path\",\"state\":\"broken\"},"
                        "{\"what\":\"later\",\"state\":\"broken\"}]}");
}

/* Text in, compact JSON out. */
static const struct parse_row {
    const char *name;
    struct sx_str in;
    const char *want;
} parses[] = {
    { "parse null", LIT("null"), "null" },
    { "parse white space around", LIT(" \n[ 1 ,\t2 ]\r\n"), "[1,2]" },
    { "parse order of keys", LIT("{\"b\":1,\"a\":2,\"\":3}"), "{\"b\":1,\"a\":2,\"\":3}" },
    { "parse greatest int", LIT("9223372036854775807"), "9223372036854775807" },
    { "parse least int", LIT("-9223372036854775808"), "-9223372036854775808" },
    { "parse real", LIT("[1.5,1e3,-0.0]"), "[1.5,1000,-0]" },
    { "parse escapes", LIT("\"\\u00e9\\ud83d\\ude00\\/\""), "\"\xc3\xa9\xf0\x9f\x98\x80/\"" },
    { "parse brackets in text", LIT("\"[[[{{{\\\"[,\""), "\"[[[{{{\\\"[,\"" },
    { "parse nothing in containers", LIT("[{},[],true,false]"), "[{},[],true,false]" },
};

static void parses_json(void **state)
{
    const struct parse_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_value value;
    struct sx_err err = { 0 };
    assert_true(sx_json_parse(row->in, arena, &value, &err));
    struct sx_json json;
    sx_json_init(&json, append, &out, SX_JSON_COMPACT);
    sx_json_value(&json, value);
    assert_string_equal(written(&json, &out), row->want);
}

static const struct bad_row {
    const char *name;
    struct sx_str in;
    enum sx_errc code;
    uint32_t line, column;
} bad[] = {
    { "bad: nothing", LIT(""), SX_E_TRUNCATED, 1, 0 },
    { "bad: open array", LIT("[1,"), SX_E_TRUNCATED, 1, 3 },
    { "bad: open string", LIT("\"abc"), SX_E_TRUNCATED, 1, 4 },
    { "bad: word", LIT("[\n nope]"), SX_E_FORMAT, 2, 5 },
    { "bad: key twice", LIT("{\"a\":1,\n\"a\":2}"), SX_E_DUPLICATE, 2, 3 },
    { "bad: two documents", LIT("1 2"), SX_E_FORMAT, 1, 3 },
    { "bad: comma at the end", LIT("[1,]"), SX_E_FORMAT, 1, 4 },
    { "bad: comment", LIT("/* */ 1"), SX_E_FORMAT, 1, 1 },
    { "bad: single quotes", LIT("'a'"), SX_E_FORMAT, 1, 1 },
    { "bad: leading zero", LIT("01"), SX_E_FORMAT, 1, 1 },
    { "bad: plus", LIT("+1"), SX_E_FORMAT, 1, 1 },
    { "bad: NaN", LIT("NaN"), SX_E_FORMAT, 1, 3 },
    { "bad: beyond int64", LIT("9223372036854775808"), SX_E_FORMAT, 1, 19 },
    { "bad: beyond double", LIT("1e999"), SX_E_FORMAT, 1, 5 },
    { "bad: control in string", LIT("\"a\x01\""), SX_E_FORMAT, 1, 2 },
    { "bad: NUL in string", LIT("\"a\\u0000\""), SX_E_FORMAT, 1, 9 },
    { "bad: NUL", LIT("1\0"), SX_E_FORMAT, 1, 2 },
    { "bad: NUL between", LIT("[1,\0 2]"), SX_E_FORMAT, 1, 4 },
    { "bad: invalid UTF-8", LIT("\"\xff\""), SX_E_FORMAT, 1, 1 },
    { "bad: overlong UTF-8", LIT("\"\xc0\xaf\""), SX_E_FORMAT, 1, 1 },
    { "bad: lone surrogate", LIT("\"\\ud800\""), SX_E_FORMAT, 1, 8 },
    { "bad: byte order mark",
      LIT("\xef\xbb\xbf"
          "1"),
      SX_E_FORMAT, 1, 1 },
};

static void refuses_json(void **state)
{
    const struct bad_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_value value;
    struct sx_err err = { 0 };
    assert_false(sx_json_parse(row->in, arena, &value, &err));
    assert_int_equal(err.code, row->code);
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
    assert_int_equal(strncmp(err.what, "JSON: ", 6), 0);
}

static enum sx_errc code_of_nested(size_t depth)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf in = { 0 };
    struct sx_value value;
    struct sx_err err = { 0 };
    sx_buf_fill(&in, '[', depth);
    sx_buf_fill(&in, ']', depth);
    (void)!sx_json_parse(sx_buf_view(&in), arena, &value, &err); /* the code is what is asked */
    return err.code;
}

static void limits_depth(void **state)
{
    (void)state;
    assert_int_equal(code_of_nested(SX_MAX_JSON_DEPTH), SX_OK);
    assert_int_equal(code_of_nested(SX_MAX_JSON_DEPTH + 1), SX_E_LIMIT);
    assert_int_equal(code_of_nested(100000), SX_E_LIMIT);
}

static void limits_values(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf in = { 0 };
    struct sx_value value;
    struct sx_err err = { 0 };
    sx_buf_fill(&in, ',', SX_MAX_JSON_NODES);
    assert_false(sx_json_parse(sx_buf_view(&in), arena, &value, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, texts, writes_text);
    ADD_ROWS(&rows, doubles, writes_double);
    ADD_ROWS(&rows, values, writes_value);
    ADD_ROWS(&rows, parses, parses_json);
    ADD_ROWS(&rows, bad, refuses_json);
    ADD_TEST(&rows, limits_depth);
    ADD_TEST(&rows, limits_values);
    ADD_TEST(&rows, lays_out_pretty);
    ADD_TEST(&rows, lays_out_compact_lines);
    ADD_TEST(&rows, writes_long_text);
    ADD_TEST(&rows, stops_when_the_sink_does);
    ADD_TEST(&rows, leaves_out_what_is_absent);
    ADD_TEST(&rows, prints_what_is_there);
    ADD_TEST(&rows, lists_what_is_unread);
    return run_rows("json", &rows);
}

/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "rows.h"
#include "rules/yaml.h"
#include "rules/yaml_value.h"

/* What is refused, and where. */
static const struct bad {
    const char *name, *text;
    enum sx_errc code;
    uint32_t line, column;
    const char *what; /* the beginning */
} refused[] = {
    { "open list", "- a\n- [b\n", SX_E_FORMAT, 3, 1, "not YAML: " },
    { "tab as indentation", "a:\n\tb: c\n", SX_E_FORMAT, 2, 1, "not YAML: " },
    { "colon in plain text", "a: b: c\n", SX_E_FORMAT, 1, 5, "not YAML: " },
    { "bytes that are no UTF-8", "a: \xff\n", SX_E_FORMAT, 0, 0, "not YAML: invalid" },
    { "UTF-16",
      "\xff\xfe"
      "a\0",
      SX_E_FORMAT, 0, 0, "not YAML: invalid" },
    { "anchor", "- &a b\n", SX_E_FORMAT, 1, 3, "anchors" },
    { "anchor on a list", "- &a [b]\n", SX_E_FORMAT, 1, 3, "anchors" },
    { "alias", "- *a\n", SX_E_FORMAT, 1, 3, "anchors" },
    { "tag", "- !!str b\n", SX_E_FORMAT, 1, 3, "anchors" },
    { "tag on a map", "- !x {a: b}\n", SX_E_FORMAT, 1, 3, "anchors" },
    { "two documents", "a: b\n---\nc: d\n", SX_E_FORMAT, 2, 1, "a second document" },
    { "key twice", "a: 1\nb: 2\na: 3\n", SX_E_DUPLICATE, 3, 1, "key \"a\" stands twice" },
    { "key twice, deeper", "x: {a: 1, a: 2}\n", SX_E_DUPLICATE, 1, 11, "key \"a\"" },
    { "key twice, quoted", "a: 1\n'a': 2\n", SX_E_DUPLICATE, 2, 1, "key \"a\"" },
    { "list as a key", "? [a]\n: b\n", SX_E_FORMAT, 1, 3, "a key has to be text" },
};

static void refuses(void **state)
{
    const struct bad *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_yaml yaml;
    struct sx_err err = { 0 };
    assert_false(sx_yaml_read(sx_str_of(row->text), "f", arena, &yaml, &err));
    assert_int_equal(err.code, row->code);
    assert_true(sx_str_starts(sx_str_of(err.what), sx_str_of(row->what)));
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
}

static void refuses_depth(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_yaml yaml;
    struct sx_err err = { 0 };
    sx_buf_fill(&text, '[', 100000);
    assert_false(sx_yaml_read(sx_buf_view(&text), "f", arena, &yaml, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    assert_int_equal(err.column, SX_MAX_YAML_DEPTH + 1);
}

static void refuses_length(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_yaml yaml;
    struct sx_err err = { 0 };
    sx_buf_fill(&text, '#', SX_MAX_RULE_FILE + 1);
    assert_false(sx_yaml_read(sx_buf_view(&text), "f", arena, &yaml, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
}

/* What is read, printed as one line again. */
static const struct good {
    const char *name, *text, *printed;
} accepted[] = {
    { "nothing", "", "" },
    { "a comment", "# nothing\n", "" },
    { "words of YAML 1.1 stay as they are", "[yes, no, on, 010, 1_0]", "[yes, no, on, 010, 1_0]" },
    { "block", "a:\n  - b\n  - c: d\n    e: f\n", "{a: [b, {c: d, e: f}]}" },
    { "quotes", "['it''s', \"a\\tb\"]", "['it''s', 'a\tb']" },
    { "line breaks", "|\n a\n b\n", "\"a\\nb\\n\"" },
    { "folded", ">-\n a\n b\n", "'a b'" },
    { "one document with its marks", "---\na: b\n...\n", "{a: b}" },
    { "empty value", "{a: }", "{a: }" },
    { "same key in two maps", "[{a: 1}, {a: 2}]", "[{a: 1}, {a: 2}]" },
};

static void accepts(void **state)
{
    const struct good *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_yaml yaml;
    struct sx_err err = { 0 };
    assert_true(sx_yaml_read(sx_str_of(row->text), "f", arena, &yaml, &err));
    sx_yaml_print(&out, &yaml, yaml.root);
    sx_buf_char(&out, '\0');
    assert_string_equal(out.ptr, row->printed);
}

/* Types of scalars. */
static const struct scalar {
    const char *name, *text;
    enum sx_kind kind;
} scalars[] = {
    { "null", "null", SX_NULL },
    { "tilde", "~", SX_NULL },
    { "empty", "{a: }", SX_MAP },
    { "Null is text", "Null", SX_STRING },
    { "true", "true", SX_BOOL },
    { "True is text", "True", SX_STRING },
    { "yes is text", "yes", SX_STRING },
    { "quoted true is text", "'true'", SX_STRING },
    { "integer", "42", SX_INT },
    { "negative", "-7", SX_INT },
    { "zero", "0", SX_INT },
    { "leading zero is text", "010", SX_STRING },
    { "hexadecimal is text", "0x10", SX_STRING },
    { "plus is text", "+1", SX_STRING },
    { "nineteen digits are text", "1234567890123456789", SX_STRING },
    { "fraction", "13.5", SX_DOUBLE },
    { "version is text", "10.15.7", SX_STRING },
    { "point without digits is text", "13.", SX_STRING },
    { "quoted number is text", "\"42\"", SX_STRING },
    { "block is text", "|\n 42", SX_STRING },
};

static void types(void **state)
{
    const struct scalar *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_yaml yaml;
    struct sx_err err = { 0 };
    assert_true(sx_yaml_read(sx_str_of(row->text), "f", arena, &yaml, &err));
    assert_int_equal(sx_yaml_value(&yaml, yaml.root, arena).kind, row->kind);
}

/* The character '@' in the text of the first value, and where it stands in the file. */
static const struct place {
    const char *name, *text;
} places[] = {
    { "plain", "a: b == @x\n" },
    { "single quotes", "a: 'b == @x'\n" },
    { "single quotes, escaped before", "a: 'b''s == ''x'' @x'\n" },
    { "double quotes", "a: \"b == @x\"\n" },
    { "double quotes, escapes before", "a: \"\\\"b\\\" \\t\\u00e9\\x41 == @x\"\n" },
    { "double quotes over two lines", "a: \"b ==\n   c && @x\"\n" },
    { "double quotes, a line that goes on", "a: \"b\\\n   c && @x\"\n" },
    { "plain over two lines", "a: b ==\n  c && @x\n" },
    { "literal", "a: |\n  b == c\n  && @x\n" },
    { "literal, deeper", "a: |\n  b == c\n     && @x\n" },
    { "folded", "a: >-\n  b == c\n  && @x\n" },
    { "folded with a paragraph", "a: >\n  b\n\n  c @x\n" },
    { "characters beyond ASCII before", "a: '\xc3\xa9\xc3\xa9 @x'\n" },
};

static void finds_place(void **state)
{
    const struct place *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_yaml yaml;
    struct sx_err err = { 0 };
    struct sx_str text = sx_str_of(row->text);
    uint32_t line, column, wanted_line, wanted_column;
    assert_true(sx_yaml_read(text, "f", arena, &yaml, &err));
    uint32_t node = sx_yaml_get(&yaml, yaml.root, "a");
    sx_yaml_place(&yaml, node, sx_str_find(sx_yaml_text(&yaml, node), SX_STR("@")), &line, &column);
    sx_line_of(text, sx_str_find(text, SX_STR("@")), &wanted_line, &wanted_column);
    assert_int_equal(line, wanted_line);
    assert_int_equal(column, wanted_column);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, refused, refuses);
    ADD_TEST(&rows, refuses_depth);
    ADD_TEST(&rows, refuses_length);
    ADD_ROWS(&rows, accepted, accepts);
    ADD_ROWS(&rows, scalars, types);
    ADD_ROWS(&rows, places, finds_place);
    return run_rows("rules-yaml", &rows);
}

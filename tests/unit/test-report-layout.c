/* SPDX-License-Identifier: MIT */
/* Lines, words, roles, symbols, commands. */
#include "report/frame.h"
#include "report/shell.h"
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define LINE59 "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff"
#define LINE60 LINE59 " "
#define WORD70 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg"

static void text(struct sx_layout *l, const char *in)
{
    sx_layout_hang(l, 2);
    sx_layout_cstr(l, SX_PLAIN, in);
}

static void word(struct sx_layout *l, const char *in)
{
    sx_layout_hang(l, 2);
    sx_layout_word(l, SX_PLAIN, sx_str_of(in));
}

static void name(struct sx_layout *l, const char *in)
{
    sx_layout_cstr(l, SX_PLAIN, "x ");
    sx_layout_name(l, SX_PLAIN, sx_str_of(in));
    sx_layout_cstr(l, SX_PLAIN, " y");
}

static void heading(struct sx_layout *l, const char *in)
{
    sx_layout_heading(l, sx_str_of(in), SX_STR("system extension"));
}

static void label(struct sx_layout *l, const char *in)
{
    sx_layout_label(l, 4, "found", 14);
    sx_layout_cstr(l, SX_PLAIN, in);
}

static void glued(struct sx_layout *l, const char *in)
{
    sx_layout_cstr(l, SX_BAD, "red");
    sx_layout_cstr(l, SX_PLAIN, ",");
    sx_layout_cstr(l, SX_STRONG, in);
    sx_layout_line(l);
    sx_layout_line(l);
    sx_layout_cstr(l, SX_PLAIN, "end");
}

static void command(struct sx_layout *l, const char *in)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    sx_layout_to(l, 2);
    sx_layout_command(l, sx_shell_words(arena, sx_str_of(in)));
}

static const struct row {
    const char *name;
    void (*put)(struct sx_layout *l, const char *in);
    const char *in, *out;
    struct sx_style style;
} rows[] = {
    { "short text", text, "a b", "a b\n", { 0 } },
    { "no text, no line", text, "", "", { 0 } },
    { "no trailing blank", text, "a b ", "a b\n", { 0 } },
    { "a full line is not broken",
      text,
      LINE60 "1234567890 123456789",
      LINE60 "1234567890 123456789\n",
      { 0 } },
    { "one column too many",
      text,
      LINE60 "1234567890 1234567890",
      LINE60 "1234567890\n  1234567890\n",
      { 0 } },
    { "kept line break", text, "a\nb", "a\n  b\n", { 0 } },
    { "a long word runs over",
      text,
      "aa a " WORD70 "1234567890",
      "aa a\n  " WORD70 "1234567890\n",
      { 0 } },
    { "narrow is 60", text, LINE60 "x1", LINE59 "\n  x1\n", { .width = 10 } },
    { "wide is 120", text, LINE60 LINE60 "x1", LINE60 LINE59 "\n  x1\n", { .width = 500 } },
    { "a word keeps its blanks", word, LINE60 LINE60 "x", LINE60 LINE60 "x\n", { 0 } },
    { "wide letters count twice",
      text,
      LINE60 "日本語日本語日本語 日本語",
      LINE60 "日本語日本語日本語\n  日本語\n",
      { 0 } },
    { "marks count nothing",
      text,
      LINE60 "e\xcc\x81 345678901234567890",
      LINE60 "e\xcc\x81 345678901234567890\n",
      { 0 } },
    { "symbols in ASCII", text, "a → b …", "a -> b ...\n", { .ascii = true } },
    { "other letters in ASCII", text, "äöü", "äöü\n", { .ascii = true } },
    { "an escape code", text, "a \x1b[31mb", "a \\x1b[31mb\n", { 0 } },
    { "a carriage return", text, "a\rb", "a\\rb\n", { 0 } },
    { "invalid UTF-8",
      text,
      "a\xff"
      "b",
      "a\\xffb\n",
      { 0 } },
    { "a right-to-left override",
      text,
      "a\xe2\x80\xae"
      "b",
      "a\\u{202e}b\n",
      { 0 } },
    { "a zero-width space",
      text,
      "a\xe2\x80\x8b"
      "b",
      "a\\u{200b}b\n",
      { 0 } },
    { "right-to-left letters end their line", name, "שלום", "x \"שלום\"\ny\n", { 0 } },
    { "a hostile name is quoted", name, "a\nb", "x \"a\\nb\" y\n", { 0 } },
    { "a name that begins with a quote", name, "\"a", "x \"\\\"a\" y\n", { 0 } },
    { "a plain name", name, "a b", "x a b y\n", { 0 } },
    { "colours",
      glued,
      "bold",
      "\x1b[31mred\x1b[0m,\x1b[1mbold\x1b[0m\n\nend\n",
      { .color = true } },
    { "no colours", glued, "bold", "red,bold\n\nend\n", { 0 } },
    { "a label", label, "text", "    found     text\n", { 0 } },
    { "a label's text hangs", label, LINE60 "x", "    found     " LINE60 "x\n", { 0 } },
    { "a label's long word stays", label, WORD70, "    found     " WORD70 "\n", { 0 } },
    { "a heading", heading, "Waffle.app", "Waffle.app  system extension\n", { 0 } },
    { "a heading breaks after a slash",
      heading,
      "Waffle.app/Contents/Library/SystemExtensions/com.example.filter.systemextension",
      "Waffle.app/Contents/Library/SystemExtensions/\n"
      "com.example.filter.systemextension  system extension\n",
      { 0 } },
    { "a heading without slash", heading, WORD70, WORD70 "  system\nextension\n", { 0 } },
    { "a command", command, "codesign -f 'a b'", "  codesign -f 'a b'\n", { 0 } },
    { "a long command",
      command,
      "codesign --sign 'Developer ID Application: Waffle Works' --timestamp --force \"$app\"",
      "  codesign --sign 'Developer ID Application: Waffle Works' --timestamp \\\n"
      "    --force \"$app\"\n",
      { 0 } },
    { "a quote in an escaped word", command, "cp $'it\\'s a' b", "  cp $'it\\'s a' b\n", { 0 } },
    { "a quote that does not close", command, "a 'b c", "  a 'b c\n", { 0 } },
};

static void is_laid_out(void **state)
{
    const struct row *row = *state;
    struct written out = { 0 };
    struct sx_layout l;
    sx_layout_init(&l, &row->style, written_to(&out));
    row->put(&l, row->in);
    assert_true(sx_layout_finish(&l));
    sx_buf_char(&out.buf, '\0');
    assert_string_equal(out.buf.ptr, row->out);
    sx_buf_release(&out.buf);
}

static const struct quoted {
    const char *name, *in, *out;
} quotes[] = {
    { "bare", "build/Waffle.app", "build/Waffle.app" },
    { "empty", "", "''" },
    { "a blank", "a b", "'a b'" },
    { "a quote", "it's", "'it'\\''s'" },
    { "a dollar", "$x", "'$x'" },
    { "a tilde", "~", "'~'" },
    { "letters", "Käse", "'Käse'" },
    { "a line break", "a\nb", "$'a\\nb'" },
    { "an escape code", "\x1b[0m'", "$'\\x1b[0m\\''" },
    { "invalid UTF-8", "\xff", "$'\\xff'" },
    { "an override", "\xe2\x80\xae", "$'\\xe2\\x80\\xae'" },
};

static void is_quoted(void **state)
{
    const struct quoted *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str quoted = sx_shell_quote(arena, sx_str_of(row->in));
    assert_string_equal(sx_str_dup(arena, quoted).ptr, row->out);
}

static const struct quoted paths[] = {
    { "the root", "", "\"$app\"" },
    { "a path below", "Contents/a b", "\"$app/Contents/a b\"" },
    { "a dollar below", "Contents/$x", "\"$app\"/'Contents/$x'" },
    { "an escape code below", "\x1b", "\"$app\"/$'\\x1b'" },
};

static void is_below(void **state)
{
    const struct quoted *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str path = sx_shell_below(arena, "app", sx_str_of(row->in));
    assert_string_equal(sx_str_dup(arena, path).ptr, row->out);
}

/* Frames: a text in which the value stands between brackets. */
static const struct framed {
    const char *name, *text, *out;
} frames[] = {
    { "one line", "<a>[x]</a>\n", "doc, line 1\n1 │ <a>x</a>\n  │    ^\n" },
    { "back to its key", "<b/>\n<key>k</key>\n<a>\n<s>[xy]</s>\n",
      "doc, line 4\n2 │ <key>k</key>\n3 │ <a>\n4 │ <s>xy</s>\n  │    ^^\n" },
    { "four lines at most", "<key>k</key>\n1\n2\n3\n[4]\n",
      "doc, line 5\n2 │ 1\n3 │ 2\n4 │ 3\n5 │ 4\n  │ ^\n" },
    { "common indentation goes", "\t<key>k</key>\n\t\t<s>[x]</s>\n",
      "doc, line 2\n1 │ <key>k</key>\n2 │     <s>x</s>\n  │        ^\n" },
    { "wide letters", "<s>日[本]</s>\n", "doc, line 1\n1 │ <s>日本</s>\n  │      ^^\n" },
    { "no line breaks", "<d><key>k</key><s>a</s><s>[b]</s></d>",
      "doc, byte 26\n│ <key>k</key>\n│ <s>a</s>\n│ <s>b</s>\n│    ^\n" },
    { "carriage returns", "<key>k</key>\r\n<s>[x]</s>\r\n",
      "doc, line 2\n1 │ <key>k</key>\n2 │ <s>x</s>\n  │    ^\n" },
    { "a value that is cut off by its line", "<s>[x\ny]</s>\n",
      "doc, line 1\n1 │ <s>x\n  │    ^\n" },
    { "a hostile line has no carets", "<s>\x1b[x]</s>\n", "doc, line 1\n1 │ <s>\\x1bx</s>\n" },
    { "a value among blanks", "  [ ]<s/>\n", "doc, line 1\n1 │ <s/>\n  │ ^\n" },
    { "a value behind the end", "<s/>[]", "doc, line 1\n" },
};

static void is_framed(void **state)
{
    const struct framed *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str text = sx_str_of(row->text);
    size_t open = sx_str_find(text, SX_STR("[")), close = sx_str_find(text, SX_STR("]"));
    struct sx_str before = sx_str_sub(text, 0, open);
    struct sx_str value = sx_str_sub(text, open + 1, close - open - 1);
    struct sx_str after = sx_str_sub(text, close + 1, text.len);
    struct sx_document document = { .title = SX_STR("doc") };
    struct sx_place place = { .document = &document, .at = before.len, .len = value.len };
    struct sx_style style = { 0 };
    struct written out = { 0 };
    struct sx_layout l;
    document.text = sx_str_printf(arena, "%.*s%.*s%.*s", SX_STR_ARG(before), SX_STR_ARG(value),
                                  SX_STR_ARG(after));
    sx_line_of(document.text, place.at, &place.line, &place.column);
    sx_layout_init(&l, &style, written_to(&out));
    sx_layout_word(&l, SX_PLAIN, sx_frame_place(&place, arena));
    sx_layout_frame(&l, &place, 0);
    assert_true(sx_layout_finish(&l));
    sx_buf_char(&out.buf, '\0');
    assert_string_equal(out.buf.ptr, row->out);
    sx_buf_release(&out.buf);
}

static void long_values_are_cut(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_buf_fill(&buf, 'a', 200);
    assert_int_equal(sx_cut_value(arena, sx_buf_view(&buf)).len, 200);
    sx_buf_fill(&buf, 'a', 3896);
    struct sx_str cut = sx_cut_value(arena, sx_buf_view(&buf));
    assert_string_equal(sx_str_sub(cut, 160, cut.len).ptr, "… (4096 characters)");
}

int main(void)
{
    struct CMUnitTest tests[SX_LEN(rows) + SX_LEN(quotes) + SX_LEN(paths) + SX_LEN(frames) + 1];
    size_t n = 0;
    for (size_t i = 0; i < SX_LEN(rows); i++)
        tests[n++] = (struct CMUnitTest){ rows[i].name, is_laid_out, NULL, NULL, (void *)&rows[i] };
    for (size_t i = 0; i < SX_LEN(quotes); i++)
        tests[n++] =
            (struct CMUnitTest){ quotes[i].name, is_quoted, NULL, NULL, (void *)&quotes[i] };
    for (size_t i = 0; i < SX_LEN(paths); i++)
        tests[n++] = (struct CMUnitTest){ paths[i].name, is_below, NULL, NULL, (void *)&paths[i] };
    for (size_t i = 0; i < SX_LEN(frames); i++)
        tests[n++] =
            (struct CMUnitTest){ frames[i].name, is_framed, NULL, NULL, (void *)&frames[i] };
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(long_values_are_cut);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

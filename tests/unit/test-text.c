/* SPDX-License-Identifier: MIT */
/* Text: str, buf, escape, number, base64, arena, table. */
#include "base/base64.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/table.h"
#include "rows.h"

#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool same(struct sx_str a, struct sx_str b)
{
    return sx_str_eq(a, b);
}

/* ------------------------------------------------------------------- str */

static const struct find_row {
    const char *name;
    struct sx_str in, needle;
    size_t at;
} finds[] = {
    { "find at the front", LIT("abcabc"), LIT("ab"), 0 },
    { "find at the end", LIT("xxabc"), LIT("abc"), 2 },
    { "find after a false start", LIT("aaab"), LIT("aab"), 1 },
    { "find nothing in something", LIT("abc"), LIT(""), 0 },
    { "find what is longer", LIT("ab"), LIT("abc"), 2 },
    { "find in nothing", LIT(""), LIT("a"), 0 },
    { "find in no text", { NULL, 0 }, LIT("a"), 0 },
    { "find behind NUL", LIT("a\0bc"), LIT("bc"), 2 },
    { "find what is cut off", LIT("abca"), LIT("ab\0"), 4 },
};

static void finds_text(void **state)
{
    const struct find_row *row = *state;
    assert_int_equal(sx_str_find(row->in, row->needle), row->at);
}

static void compares_text(void **state)
{
    (void)state;
    struct sx_str none = { 0 }, empty = SX_STR(""), a = SX_STR("a"), ab = SX_STR("ab");
    assert_false(sx_str_eq(none, empty)); /* there is none, or it is empty */
    assert_true(sx_str_eq(none, none));
    assert_true(sx_str_is(a, "a"));
    assert_false(sx_str_is(ab, "a"));
    assert_false(sx_str_is(empty, NULL));
    assert_true(sx_str_cmp(a, ab) < 0 && sx_str_cmp(ab, a) > 0 && sx_str_cmp(a, a) == 0);
    assert_true(sx_str_cmp(SX_STR("\x80"), a) > 0);
    assert_true(sx_str_cmp(none, empty) == 0);
    assert_true(sx_str_starts(ab, a) && sx_str_starts(ab, empty) && sx_str_starts(none, empty));
    assert_false(sx_str_starts(a, ab));
    assert_true(sx_str_ends(ab, SX_STR("b")) && sx_str_ends(ab, empty));
    assert_false(sx_str_ends(a, ab));
    assert_false(sx_str_ends(ab, a));
}

static void takes_parts(void **state)
{
    (void)state;
    struct sx_str s = SX_STR("abcdef");
    assert_true(same(sx_str_sub(s, 2, 3), SX_STR("cde")));
    assert_true(same(sx_str_sub(s, 4, 99), SX_STR("ef")));
    assert_true(same(sx_str_sub(s, 99, SIZE_MAX), SX_STR("")));
    assert_null(sx_str_sub((struct sx_str){ 0 }, 1, 1).ptr);
    assert_true(same(sx_str_base(SX_STR("a/b/c")), SX_STR("c")));
    assert_true(same(sx_str_base(SX_STR("c")), SX_STR("c")));
    assert_true(same(sx_str_base(SX_STR("a/")), SX_STR("")));
    struct sx_strs list = { &s, 1 };
    assert_true(sx_strs_has(list, s));
    assert_false(sx_strs_has(list, SX_STR("abc")));
}

static const struct near_row {
    const char *name;
    struct sx_str in;
    size_t want;
} nears[] = {
    { "near: itself", LIT("bundle"), 0 },
    { "near: a letter missing", LIT("bunle"), 0 },
    { "near: two letters exchanged", LIT("bnudle"), 0 },
    { "near: three letters wrong in a short word", LIT("bxxxle"), 5 },
    { "near: three letters wrong in a long word", LIT("hardenedRuxxxme"), 2 },
    { "near: four letters wrong in a long word", LIT("hardenedxxxxime"), 5 },
    { "near: the nearer one", LIT("code"), 3 },
    { "near: the first of two", LIT("cade"), 3 },
    { "near: another case", LIT("HARDENEDRUNTIME"), 2 },
    { "near: two letters wrong in three", LIT("cdx"), 5 },
    { "near: nothing like it", LIT("zzzz"), 5 },
    { "near: nothing at all", LIT(""), 5 },
};

static void finds_the_nearest(void **state)
{
    static const struct sx_str names[] = { LIT("bundle"), LIT("identifier"), LIT("hardenedRuntime"),
                                           LIT("code"), LIT("cede") };
    const struct near_row *row = *state;
    assert_int_equal(sx_str_nearest(row->in, names, SX_LEN(names)), row->want);
}

static void measures_distance(void **state)
{
    (void)state;
    static const struct {
        struct sx_str a, b;
        size_t cap, want;
    } rows[] = {
        { LIT(""), LIT(""), 3, 0 },
        { LIT("abc"), LIT(""), 3, 3 },
        { LIT("abc"), LIT(""), 2, 3 },
        { LIT("kitten"), LIT("sitting"), 5, 3 },
        { LIT("kitten"), LIT("sitting"), 2, 3 },
        { LIT("ab"), LIT("ba"), 2, 2 },
    };
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        assert_int_equal(sx_str_distance(rows[i].a, rows[i].b, rows[i].cap), rows[i].want);
        assert_int_equal(sx_str_distance(rows[i].b, rows[i].a, rows[i].cap), rows[i].want);
    }
    char longer[300];
    memset(longer, 'a', sizeof(longer));
    assert_int_equal(
        sx_str_distance((struct sx_str){ longer, 300 }, (struct sx_str){ longer, 299 }, 2),
        3); /* too long to compare */
}

static const struct utf8_row {
    const char *name;
    struct sx_str in;
    int32_t want;
    size_t len;
} utf8[] = {
    { "ASCII", LIT("A"), 'A', 1 },
    { "NUL", LIT("\0"), 0, 1 },
    { "first of two bytes", LIT("\xc2\x80"), 0x80, 2 },
    { "last of two bytes", LIT("\xdf\xbf"), 0x7ff, 2 },
    { "first of three bytes", LIT("\xe0\xa0\x80"), 0x800, 3 },
    { "before the surrogates", LIT("\xed\x9f\xbf"), 0xd7ff, 3 },
    { "behind the surrogates", LIT("\xee\x80\x80"), 0xe000, 3 },
    { "last of three bytes", LIT("\xef\xbf\xbf"), 0xffff, 3 },
    { "first of four bytes", LIT("\xf0\x90\x80\x80"), 0x10000, 4 },
    { "last of all", LIT("\xf4\x8f\xbf\xbf"), 0x10ffff, 4 },
    { "stray continuation", LIT("\x80"), -0x80, 1 },
    { "overlong NUL", LIT("\xc0\x80"), -0xc0, 1 },
    { "overlong of two bytes", LIT("\xc1\xbf"), -0xc1, 1 },
    { "overlong of three bytes", LIT("\xe0\x9f\xbf"), -0xe0, 1 },
    { "overlong of four bytes", LIT("\xf0\x8f\xbf\xbf"), -0xf0, 1 },
    { "first surrogate", LIT("\xed\xa0\x80"), -0xed, 1 },
    { "last surrogate", LIT("\xed\xbf\xbf"), -0xed, 1 },
    { "beyond the last", LIT("\xf4\x90\x80\x80"), -0xf4, 1 },
    { "lead of five bytes", LIT("\xf8\x88\x80\x80\x80"), -0xf8, 1 },
    { "0xff", LIT("\xff"), -0xff, 1 },
    { "cut after one of two", LIT("\xc3"), -0xc3, 1 },
    { "cut after two of three", LIT("\xe2\x82"), -0xe2, 1 },
    { "cut after three of four", LIT("\xf0\x9f\x98"), -0xf0, 1 },
    { "lead after lead", LIT("\xc3\xc3\xa9"), -0xc3, 1 },
    { "letter in the middle",
      LIT("\xe2\x82"
          "A"),
      -0xe2, 1 },
};

static void reads_utf8(void **state)
{
    const struct utf8_row *row = *state;
    char *exact = malloc(row->in.len);
    assert_non_null(exact);
    memcpy(exact, row->in.ptr, row->in.len);
    size_t at = 0;
    int32_t c = sx_utf8_next((struct sx_str){ exact, row->in.len }, &at);
    free(exact);
    assert_int_equal(c, row->want);
    assert_int_equal(at, row->len);
}

/* ---------------------------------------------------------------- escape */

static const struct escape_row {
    const char *name;
    struct sx_str in, want;
} escapes[] = {
    { "harmless", LIT("Waffle.app/Contents"), LIT("Waffle.app/Contents") },
    { "harmless beyond ASCII", LIT("\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80"),
      LIT("\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80") },
    { "a backslash alone", LIT("a\\b"), LIT("a\\b") },
    { "a quote inside", LIT("a\"b"), LIT("a\"b") },
    { "nothing to escape", LIT(""), LIT("") },
    { "line end", LIT("a\nb"), LIT("\"a\\nb\"") },
    { "tab and return", LIT("\t\r"), LIT("\"\\t\\r\"") },
    { "terminal escape", LIT("\x1b[31m"), LIT("\"\\x1b[31m\"") },
    { "NUL", LIT("a\0b"), LIT("\"a\\x00b\"") },
    { "delete", LIT("\x7f"), LIT("\"\\x7f\"") },
    { "C1 control", LIT("\xc2\x9b"), LIT("\"\\u{009b}\"") },
    { "invalid byte", LIT("a\xff"), LIT("\"a\\xff\"") },
    { "right-to-left override",
      LIT("a\xe2\x80\xae"
          "b"),
      LIT("\"a\\u{202e}b\"") },
    { "variation selector", LIT("a\xef\xb8\x8f"), LIT("\"a\\u{fe0f}\"") },
    { "Hangul filler", LIT("a\xe3\x85\xa4"), LIT("\"a\\u{3164}\"") },
    { "combining grapheme joiner", LIT("a\xcd\x8f"), LIT("\"a\\u{034f}\"") },
    { "zero-width space", LIT("\xe2\x80\x8b"), LIT("\"\\u{200b}\"") },
    { "line separator", LIT("\xe2\x80\xa8"), LIT("\"\\u{2028}\"") },
    { "not assigned", LIT("\xf3\xa0\x82\x80"), LIT("\"\\u{e0080}\"") },
    { "backslash beside a line end", LIT("\\n\n"), LIT("\"\\\\n\\n\"") },
    { "quote beside a line end", LIT("a\"\n"), LIT("\"a\\\"\\n\"") },
    { "what looks escaped", LIT("\"a\\nb\""), LIT("\"\\\"a\\\\nb\\\"\"") },
    { "a quote at the front", LIT("\"a"), LIT("\"\\\"a\"") },
};

static void escapes_text(void **state)
{
    const struct escape_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_escape_buf(&buf, row->in);
    assert_true(same(sx_escape(arena, row->in), row->want));
    assert_true(same(sx_buf_view(&buf), row->want));
}

static void escapes_no_text(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    assert_null(sx_escape(arena, (struct sx_str){ 0 }).ptr);
}

/* ---------------------------------------------------------------- number */

static const struct number_row {
    const char *name;
    struct sx_str in;
    bool ok;
    double want;
} numbers[] = {
    { "number 0", LIT("0"), true, 0 },
    { "number 1.5", LIT("1.5"), true, 1.5 },
    { "number -1e-3", LIT("-1e-3"), true, -0.001 },
    { "number +.5E+1", LIT("+.5E+1"), true, 5 },
    { "number 1.", LIT("1."), true, 1 },
    { "number too large", LIT("1e999"), true, (double)INFINITY },
    { "number too small", LIT("1e-999"), true, 0 },
    { "number 2^53 + 1", LIT("9007199254740993"), true, 9007199254740992.0 },
    { "no number: nothing", LIT(""), false, 0 },
    { "no number: a point", LIT("."), false, 0 },
    { "no number: a sign", LIT("-"), false, 0 },
    { "no number: two signs", LIT("+-1"), false, 0 },
    { "no number: an exponent", LIT("e5"), false, 0 },
    { "no number: half an exponent", LIT("1e"), false, 0 },
    { "no number: half an exponent with sign", LIT("1e+"), false, 0 },
    { "no number: two points", LIT("1.2.3"), false, 0 },
    { "no number: comma", LIT("1,5"), false, 0 },
    { "no number: space before", LIT(" 1"), false, 0 },
    { "no number: space behind", LIT("1 "), false, 0 },
    { "no number: hexadecimal", LIT("0x10"), false, 0 },
    { "no number: inf", LIT("inf"), false, 0 },
    { "no number: nan", LIT("nan"), false, 0 },
    { "no number: NUL behind", LIT("1\0"), false, 0 },
};

static void parses_numbers(void **state)
{
    const struct number_row *row = *state;
    double d = 0;
    assert_int_equal(sx_double_parse(row->in, &d), row->ok);
    assert_true(d == row->want);
}

/* Doubles of every exponent read back as they were; in a locale with a comma, too, where the
 * machine has one. */
static void numbers_come_back(void **state)
{
    (void)state;
    static const char *const locales[] = { "C", "de_DE.UTF-8" };
    for (size_t l = 0; l < SX_LEN(locales); l++) {
        setlocale(LC_ALL, locales[l]);
        for (int e = -1074; e < 1024; e++) {
            char buf[SX_DOUBLE_TEXT];
            double d = ldexp(1.0 + 1.0 / 3, e), again = 0;
            assert_true(sx_double_parse(sx_double_text(buf, -d), &again));
            assert_true(again == -d);
        }
        setlocale(LC_ALL, "C");
    }
}

/* ---------------------------------------------------------------- base64 */

static const struct base64_row {
    const char *name;
    struct sx_str text;
    bool ok;
    struct sx_str bytes;
} base64[] = {
    { "base64 of nothing", LIT(""), true, LIT("") },
    { "base64 f", LIT("Zg=="), true, LIT("f") },
    { "base64 fo", LIT("Zm8="), true, LIT("fo") },
    { "base64 foo", LIT("Zm9v"), true, LIT("foo") },
    { "base64 foobar", LIT("Zm9vYmFy"), true, LIT("foobar") },
    { "base64 with white space", LIT("\n\tZm 9v\r\n Yg = =\n"), true, LIT("foob") },
    { "base64 of the last digits", LIT("+/+/"), true, LIT("\xfb\xff\xbf") },
    { "base64: one character", LIT("Z"), false, LIT("") },
    { "base64: two characters", LIT("Zg"), false, LIT("") },
    { "base64: three characters", LIT("Zm9"), false, LIT("") },
    { "base64: five characters", LIT("Zm9vY"), false, LIT("foo") },
    { "base64: padding alone", LIT("===="), false, LIT("") },
    { "base64: three of padding", LIT("Z==="), false, LIT("") },
    { "base64: half the padding", LIT("Zg="), false, LIT("") },
    { "base64: too much padding", LIT("Zm9v="), false, LIT("foo") },
    { "base64: behind the padding", LIT("Zg==Zg=="), false, LIT("f") },
    { "base64: in the padding", LIT("Zg=g"), false, LIT("") },
    { "base64: bits that padding drops", LIT("Zh=="), false, LIT("") },
    { "base64: bits that padding drops, of two", LIT("Zm9="), false, LIT("") },
    { "base64: URL digits", LIT("-_-_"), false, LIT("") },
    { "base64: other characters", LIT("Zm9*"), false, LIT("") },
    { "base64: NUL", LIT("Zm9v\0"), false, LIT("foo") },
    { "base64: beyond ASCII", LIT("Zm9v\xc3\xa9"), false, LIT("foo") },
};

static void decodes_base64(void **state)
{
    const struct base64_row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    assert_int_equal(sx_base64_decode(row->text, &out), row->ok);
    assert_true(same(sx_buf_view(&out), row->bytes));
}

static void base64_comes_back(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    char bytes[256];
    for (size_t n = 0; n < sizeof(bytes); n++) {
        SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
        bytes[n] = (char)(n * 7);
        assert_true(sx_base64_decode(sx_base64(arena, bytes, n), &out));
        assert_true(same(sx_buf_view(&out), (struct sx_str){ bytes, n }));
    }
}

/* ----------------------------------------------------------- buf, arena, table */

/* More than any machine has: the process says so and ends, and does not look for it for ever. */
static void no_buffer_is_endless(void **state)
{
    (void)state;
    static const size_t sizes[] = { SIZE_MAX / 2 + 2, SIZE_MAX - 4096, SIZE_MAX };
    for (size_t i = 0; i < SX_LEN(sizes); i++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            struct sx_buf buf = { 0 };
            int nowhere = open("/dev/null", O_WRONLY);
            dup2(nowhere, STDERR_FILENO);
            alarm(20);
            sx_buf_char(&buf, 'a');
            sx_buf_fill(&buf, 'x', sizes[i]);
            _exit(0);
        }
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        assert_false(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
    }
}

static void buffers_grow(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    assert_true(same(sx_buf_view(&buf), SX_STR("")));
    sx_buf_put(&buf, NULL, 0);
    sx_buf_fill(&buf, 'x', 0);
    for (int i = 0; i < 1000; i++)
        sx_buf_printf(&buf, "%03d", i);
    sx_buf_fill(&buf, '-', 5000);
    sx_buf_char(&buf, 'z');
    sx_buf_cstr(&buf, "end");
    assert_int_equal(buf.len, 3000 + 5000 + 1 + 3);
    assert_memory_equal(buf.ptr, "000001002", 9);
    assert_memory_equal(buf.ptr + 7999, "-zend", 5);
}

static void prints_hex(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    assert_true(same(sx_hex(arena, "\x00\x1f\xff", 3), SX_STR("001fff")));
    assert_true(same(sx_hex(arena, NULL, 0), SX_STR("")));
}

static void arenas_give_zeroed_aligned_memory(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const size_t sizes[] = { 0, 1, 15, 16, 17, 16384, 100000, 3 << 20, 1 };
    for (size_t i = 0; i < SX_LEN(sizes); i++) {
        unsigned char *p = sx_arena_alloc(arena, sizes[i]);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t at = 0; at < sizes[i]; at++)
            assert_int_equal(p[at], 0);
        memset(p, 0xaa, sizes[i]);
    }
    assert_true(sx_arena_bytes(arena) >= (3 << 20) + 100000);
}

static void arenas_rewind(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_arena_mark empty = sx_arena_mark(arena);
    char *first = sx_arena_alloc(arena, 10);
    struct sx_arena_mark mark = sx_arena_mark(arena);
    memset(sx_arena_alloc(arena, 100), 0xaa, 100);
    memset(sx_arena_alloc(arena, 5 << 20), 0xaa, 5 << 20);
    sx_arena_rewind(arena, mark);
    char *second = sx_arena_alloc(arena, 100);
    assert_ptr_equal(second, first + 16); /* where the hundred bytes were, zeroed again */
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(second[i], 0);
    sx_arena_rewind(arena, empty);
    assert_non_null(sx_arena_alloc(arena, 1));
    sx_arena_free(NULL);
}

static struct sx_str SX_PRINTF(2, 3) brief(struct sx_arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct sx_str text = sx_str_vbrief(arena, fmt, args);
    va_end(args);
    return text;
}

/* Wherever a long text is cut, it is cut between characters. */
static void details_are_brief(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf faces = { 0 };
    assert_true(sx_str_is(brief(arena, "%d of %s", 7, "a"), "7 of a"));
    assert_int_equal(brief(arena, "%*s", SX_MAX_DETAIL, "x").len, SX_MAX_DETAIL);
    for (int i = 0; i < SX_MAX_DETAIL; i++)
        sx_buf_cstr(&faces, "\xf0\x9f\x98\x80");
    sx_buf_char(&faces, '\0');
    for (int shift = 0; shift < 4; shift++) {
        struct sx_str text = brief(arena, "%*s%s", shift, "", faces.ptr);
        assert_true(text.len <= SX_MAX_DETAIL && text.len > SX_MAX_DETAIL - 4);
        assert_true(sx_str_ends(text, SX_STR("\xf0\x9f\x98\x80...")));
    }
}

static void vectors_grow(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_VEC(struct sx_str) v = { 0 };
    for (size_t i = 0; i < 1000; i++)
        SX_PUSH(arena, &v, sx_str_printf(arena, "%zu", i));
    assert_int_equal(v.n, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(strtoul(v.at[i].ptr, NULL, 10), i);
    assert_null(sx_str_dup(arena, (struct sx_str){ 0 }).ptr);
    assert_string_equal(sx_str_dup(arena, SX_STR("")).ptr, "");
}

static void tables_find_what_was_put(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_table table;
    int values[5000];
    sx_table_init(&table, arena);
    assert_null(sx_table_get(&table, SX_STR("a")));
    for (size_t i = 0; i < SX_LEN(values); i++)
        assert_true(sx_table_put(&table, sx_str_printf(arena, "key %zu", i), &values[i]));
    assert_false(sx_table_put(&table, SX_STR("key 0"), &values[1]));
    for (size_t i = 0; i < SX_LEN(values); i++)
        assert_ptr_equal(sx_table_get(&table, sx_str_printf(arena, "key %zu", i)), &values[i]);
    assert_null(sx_table_get(&table, SX_STR("key 5000")));
    assert_null(sx_table_get(&table, SX_STR("")));
    /* NUL counts, and no text is another key than empty text */
    assert_true(sx_table_put(&table, SX_STR("a\0b"), &values[0]));
    assert_null(sx_table_get(&table, SX_STR("a\0c")));
    assert_true(sx_table_put(&table, SX_STR(""), &values[0]));
    assert_null(sx_table_get(&table, (struct sx_str){ 0 }));
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, finds, finds_text);
    ADD_TEST(&rows, compares_text);
    ADD_TEST(&rows, takes_parts);
    ADD_ROWS(&rows, nears, finds_the_nearest);
    ADD_TEST(&rows, measures_distance);
    ADD_ROWS(&rows, utf8, reads_utf8);
    ADD_ROWS(&rows, escapes, escapes_text);
    ADD_TEST(&rows, escapes_no_text);
    ADD_ROWS(&rows, numbers, parses_numbers);
    ADD_TEST(&rows, numbers_come_back);
    ADD_ROWS(&rows, base64, decodes_base64);
    ADD_TEST(&rows, base64_comes_back);
    ADD_TEST(&rows, buffers_grow);
    ADD_TEST(&rows, no_buffer_is_endless);
    ADD_TEST(&rows, prints_hex);
    ADD_TEST(&rows, arenas_give_zeroed_aligned_memory);
    ADD_TEST(&rows, arenas_rewind);
    ADD_TEST(&rows, details_are_brief);
    ADD_TEST(&rows, vectors_grow);
    ADD_TEST(&rows, tables_find_what_was_put);
    return run_rows("text", &rows);
}

/* SPDX-License-Identifier: MIT */
/* Requirements that are refused: as bytes, as text, and beyond the limits. */
#include "base/buf.h"
#include "base/limits.h"
#include "requirements.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#define MANY                                                                                       \
    "identifier \"com.example.sx\" and anchor apple generic and info[k] = v and platform = 1"      \
    " and certificate 1[field.1.2.840.113635.100.6.2.6] and certificate leaf[subject.OU] = AB"
#define HASH "00112233445566778899aabbccddeeff00112233"

/* Blobs that are refused: why, and where. */
static const struct refused {
    const char *name;
    enum sx_errc code;
    uint64_t off;
    const char *hex;
} refused[] = {
    { "no bytes", SX_E_TRUNCATED, 0, "" },
    { "another magic", SX_E_MAGIC, 0, "fade0c02 00000010 00000001 00000001" },
    { "a length without kind", SX_E_FORMAT, 4, "fade0c00 0000000b 00000001 00000001" },
    { "a length beyond the end", SX_E_RANGE, 0, "fade0c00 00000014 00000001 00000001" },
    { "too long", SX_E_LIMIT, 4, "fade0c00 00040001 00000001 00000001" },
    { "kind 0", SX_E_UNSUPPORTED, 8, "fade0c00 00000010 00000000 00000001" },
    { "kind 3", SX_E_UNSUPPORTED, 8, "fade0c00 00000010 00000003 00000001" },
    { "no expression", SX_E_TRUNCATED, 12, "fade0c00 0000000c 00000001" },
    { "half an operation", SX_E_TRUNCATED, 12, "fade0c00 0000000e 00000001 0000" },
    { "operation 24", SX_E_UNSUPPORTED, 12, "fade0c00 00000010 00000001 00000018" },
    { "an operation with an unknown flag", SX_E_UNSUPPORTED, 12,
      "fade0c00 00000010 00000001 20000018" },
    { "an unknown operation without length", SX_E_TRUNCATED, 16,
      "fade0c00 00000010 00000001 80000018" },
    { "an unknown operation beyond the end", SX_E_TRUNCATED, 20,
      "fade0c00 00000014 00000001 80000018 00000001" },
    { "nothing behind a skipped one", SX_E_TRUNCATED, 20,
      "fade0c00 00000014 00000001 40000018 00000000" },
    { "one side of and", SX_E_TRUNCATED, 20, "fade0c00 00000014 00000001 00000006 00000001" },
    { "no side of or", SX_E_TRUNCATED, 16, "fade0c00 00000010 00000001 00000007" },
    { "not of nothing", SX_E_TRUNCATED, 16, "fade0c00 00000010 00000001 00000009" },
    { "identifier beyond the end", SX_E_TRUNCATED, 20,
      "fade0c00 00000018 00000001 00000002 00000005 61626364" },
    { "identifier of 4 GiB", SX_E_TRUNCATED, 20,
      "fade0c00 00000018 00000001 00000002 ffffffff 61626364" },
    { "no slot", SX_E_TRUNCATED, 16, "fade0c00 00000010 00000001 0000000c" },
    { "no match", SX_E_TRUNCATED, 24, "fade0c00 00000018 00000001 0000000a 00000001 6b000000" },
    { "no value", SX_E_TRUNCATED, 28,
      "fade0c00 0000001c 00000001 0000000a 00000001 6b000000 00000001" },
    { "half a time", SX_E_TRUNCATED, 28,
      "fade0c00 00000020 00000001 0000000a 00000001 6b000000 00000009 00000000" },
    { "no value of an unknown match", SX_E_TRUNCATED, 28,
      "fade0c00 0000001c 00000001 0000000a 00000001 6b000000 000000ff" },
    { "a lightweight one beyond the end", SX_E_TRUNCATED, 16,
      "fade0c00 00000010 00000002 00000001" },
};

static void refuses(void **state)
{
    const struct refused *row = *state;
    struct sx_err err = { 0 };
    assert_false(parse_copy(span_of(from_hex(row->hex)), &err));
    assert_int_equal(err.code, row->code);
    assert_int_equal(err.off, row->off);
}

/* Texts that are refused: line, column, and what is said. */
static const struct wrong {
    const char *text;
    uint32_t line, column;
    const char *what;
} wrong[] = {
    { "", 1, 1, "expected a condition, found the end" },
    { " # nothing\n", 2, 1, "expected a condition, found the end" },
    { "idntifier foo", 1, 1,
      "expected a condition, found idntifier; the nearest word is identifier" },
    { "foo", 1, 1, "expected a condition, found foo" },
    { "always and", 1, 11, "expected a condition, found the end" },
    { "always always", 1, 8, "expected and, or or the end, found always" },
    { "always adn never", 1, 8, "expected and, or or the end, found adn; the nearest word is and" },
    { "always)", 1, 7, "expected and, or or the end, found )" },
    { "(always", 1, 8, "expected and, or or ), found the end" },
    { "(idntifier \"x\")", 1, 2,
      "expected a condition, found idntifier; the nearest word is identifier" },
    { "()", 1, 2, "expected a condition, found )" },
    { "(\"x\" and always)", 1, 6, "expected ), found and" },
    { "!", 1, 2, "expected a condition, found the end" },
    { "identifier", 1, 11, "expected an identifier, found the end" },
    { "identifier apple", 1, 12, "apple is a word of the language; as text it needs quotes" },
    { "identifier 9foo", 1, 12, "text that does not begin with a letter needs quotes" },
    { "identifier 0x61", 1, 12, "expected an identifier, found 0x61" },
    { "identifier com.foo-bar", 1, 19,
      "expected and, or or the end, found -; text with a hyphen needs quotes" },
    { "identifier com.foo_bar", 1, 19, "_ may stand in quotes only" },
    { "identifier com.", 1, 16, "expected a letter or digit behind the dot" },
    { "identifier com..foo", 1, 16, "expected a letter or digit behind the dot" },
    { "identifier com.1foo", 1, 17, "expected and, or or the end, found foo" },
    { "identifier \"foo", 1, 12, "text without end" },
    { "identifier \"f\\oo\"", 1, 14, "a backslash may stand before a quote only" },
    { "identifier \"foo\\", 1, 16, "a backslash may stand before a quote only" },
    { "identifier \"\xc0\x80\"", 1, 13, "a byte that is no UTF-8" },
    { "identifier \"\xf5\"", 1, 13, "a byte that is no UTF-8" },
    { "# \xff\nalways", 1, 3, "a byte that is no UTF-8" },
    { "always\r\n", 1, 7, "\"\\r\" may stand in quotes only" },
    { "\xe2\x80\x9cx\xe2\x80\x9d", 1, 1, "\xe2\x80\x9c may stand in quotes only" },
    { "/* never\nends", 1, 1, "a comment without end" },
    { "always /*/", 1, 8, "a comment without end" },
    { "/**", 1, 1, "a comment without end" },
    { "/ always", 1, 1, "/ may stand in quotes only" },
    { "always,", 1, 7, "expected and, or or the end, found ," },
    { "cdhash", 1, 7, "expected H\"...\", a hash, found the end" },
    { "cdhash foo", 1, 8, "expected H\"...\", a hash, found foo" },
    { "cdhash H\"00\"", 1, 8, "a hash has 40 digits, this one 2" },
    { "cdhash H\"" HASH "00\"", 1, 8, "a hash has 40 digits, this one 42" },
    { "cdhash H\"0x\"", 1, 11, "expected a hexadecimal digit or the end of the hash" },
    { "cdhash H\"\"", 1, 10, "expected a hexadecimal digit" },
    { "info", 1, 5, "expected [ and a key, found the end" },
    { "info[", 1, 6, "expected a key, found the end" },
    { "info[]", 1, 6, "expected a key, found ]" },
    { "info[k", 1, 7, "expected ], found the end" },
    { "info[apple]", 1, 6, "apple is a word of the language; as text it needs quotes" },
    { "info[k] =", 1, 10, "expected text, found the end" },
    { "info[k] = true", 1, 11, "true is a word of the language; as text it needs quotes" },
    { "info[k] = 10.9", 1, 11, "text that does not begin with a letter needs quotes" },
    { "info[k] = 0x1", 1, 11, "an odd number of hexadecimal digits" },
    { "info[k] = 0x", 1, 13, "expected a hexadecimal digit" },
    { "info[k] = **v", 1, 12, "expected text, found *" },
    { "info[k] > v*", 1, 12, "expected and, or or the end, found *" },
    { "info[k] <> v", 1, 10, "expected text, found >" },
    { "info[k] exist", 1, 9,
      "expected and, or or the end, found exist; the nearest word is exists" },
    { "info[k] = timestamp 2019", 1, 21, "expected a time in quotes, found 2019" },
    { "info[k] < timestamp \"2019-04-08\"", 1, 21, "no time; one is written \"YYYYMMDDhhmmssZ\"" },
    { "info[k] < timestamp \"20190431000000Z\"", 1, 21,
      "no time; one is written \"YYYYMMDDhhmmssZ\"" },
    { "info[k] < timestamp \"20190408240000Z\"", 1, 21,
      "no time; one is written \"YYYYMMDDhhmmssZ\"" },
    { "info[k] < timestamp \"20190408000000\"", 1, 21,
      "no time; one is written \"YYYYMMDDhhmmssZ\"" },
    { "info[k] < timestamp \"20190408000000+1:00\"", 1, 21,
      "no time; one is written \"YYYYMMDDhhmmssZ\"" },
    { "info[k] < timestamp \"20190008000000Z\"", 1, 21,
      "no time; one is written \"YYYYMMDDhhmmssZ\"" },
    { "info[k] < timestamp \"20190229000000Z\"", 1, 21,
      "no time; one is written \"YYYYMMDDhhmmssZ\"" },
    { "info[k] ~ timestamp \"20190408000000Z\"", 1, 11,
      "timestamp is a word of the language; as text it needs quotes" },
    { "anchor", 1, 7, "expected apple, trusted, = or [, found the end" },
    { "anchor aple", 1, 8,
      "expected apple, trusted, = or [, found aple; the nearest word is apple" },
    { "anchor =", 1, 9, "expected H\"...\", a hash, found the end" },
    { "anchor /Library/root", 1, 8, "a certificate's file is not read; write H\"...\", its SHA-1" },
    { "anchor apple exists", 1, 14, "expected and, or or the end, found exists" },
    { "anchor generic", 1, 15, "expected apple, found the end" },
    { "anchor = /Library/root", 1, 10,
      "a certificate's file is not read; write H\"...\", its SHA-1" },
    { "anchor = /Library", 1, 18, "expected / and a name" },
    { "certificate", 1, 12, "expected leaf, root or a number, found the end" },
    { "certificate laef[subject.CN]", 1, 13,
      "expected leaf, root or a number, found laef; the nearest word is leaf" },
    { "certificate -x", 1, 14, "expected a number, found x" },
    { "certificate -2147483649 trusted", 1, 14, "a number above 2147483648" },
    { "certificate 2147483648 trusted", 1, 13, "a number above 2147483647" },
    { "certificate leaf", 1, 17, "expected trusted, = or [, found the end" },
    { "certificate leaf = \"file\"", 1, 20,
      "a certificate's file is not read; write H\"...\", its SHA-1" },
    { "certificate leaf[issuer.CN] = x", 1, 18,
      "issuer.CN is no field of a certificate; they begin with subject, field, extension, policy "
      "or timestamp and a dot" },
    { "certificate leaf[subject] = x", 1, 18,
      "subject is no field of a certificate; they begin with subject, field, extension, policy or "
      "timestamp and a dot" },
    { "certificate leaf[field.1]", 1, 18, "field.1 holds no object identifier" },
    { "certificate leaf[field.1.2.x]", 1, 18, "field.1.2.x holds no object identifier" },
    { "certificate leaf[field.3.1]", 1, 18, "field.3.1 holds no object identifier" },
    { "certificate leaf[field.1.40]", 1, 18, "field.1.40 holds no object identifier" },
    { "certificate leaf[\"field.1.2.\"]", 1, 18, "field.1.2. holds no object identifier" },
    { "certificate leaf[\"field.\"]", 1, 18, "field. holds no object identifier" },
    { "certificate leaf[field.1.2.18446744073709551616]", 1, 18,
      "field.1.2.18446744073709551616 holds no object identifier" },
    { "platform", 1, 9, "expected a number, found the end" },
    { "platform = x", 1, 12, "expected a number, found x" },
    { "platform = 4294967297", 1, 12, "a number above 2147483647" },
    { "platform = -1", 1, 12, "expected a number, found -; text with a hyphen needs quotes" },
    { "designated => always", 1, 1, "expected one requirement, found a set of them" },
    { "always\n  and\n  nver", 3, 3,
      "expected a condition, found nver; the nearest word is never" },
    { "always; never", 1, 9, "expected and, or or the end, found never" },
};

static void does_not_read(void **state)
{
    const struct wrong *row = *state;
    struct sx_requirement r;
    struct sx_err err = { 0 };
    assert_false(sx_requirement_read(sx_str_of(row->text), arena, &r, &err));
    assert_int_equal(err.code, SX_E_USAGE);
    assert_string_equal(err.what, row->what);
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
}

static const struct wrong wrong_sets[] = {
    { "designated", 1, 11, "expected =>, found the end" },
    { "designated = always", 1, 12, "expected =>, found =" },
    { "designated =>", 1, 14, "expected a condition, found the end" },
    { "designated => always desigated => never", 1, 22,
      "expected and, or or the end, found desigated; the nearest word is designated" },
    { "always designated => always", 1, 8, "expected and, or or the end, found designated" },
    { "2147483648 => always", 1, 1, "a number above 2147483647" },
};

static void does_not_read_set(void **state)
{
    const struct wrong *row = *state;
    static struct sx_requirements set;
    struct sx_err err = { 0 };
    assert_false(sx_requirements_read(sx_str_of(row->text), arena, &set, &err));
    assert_string_equal(err.what, row->what);
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
}

static void set_of_33(void **state)
{
    (void)state;
    static struct sx_requirements set;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_err err = { 0 };
    for (int i = 0; i < 33; i++)
        sx_buf_printf(&text, "%d => always\n", i);
    assert_false(sx_requirements_read(sx_buf_view(&text), arena, &set, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    assert_int_equal(err.line, 33);
}

/* Levels, each a "!" before "always", and what comes of them. */
static struct sx_str nots(size_t n)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    sx_buf_fill(&text, '!', n);
    sx_buf_cstr(&text, "always");
    return sx_str_dup(arena, sx_buf_view(&text));
}

static struct sx_str ands(size_t n)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    for (size_t i = 0; i < n; i++)
        sx_buf_cstr(&text, "legacy and ");
    sx_buf_cstr(&text, "always");
    return sx_str_dup(arena, sx_buf_view(&text));
}

static void depth(void **state)
{
    (void)state;
    struct sx_requirement r;
    struct sx_str (*const deep[])(size_t n) = { nots, ands };
    for (size_t i = 0; i < SX_LEN(deep); i++) {
        struct sx_err err = { 0 };
        r = read_text(deep[i](SX_MAX_REQUIREMENT_DEPTH - 1));
        struct sx_span blob = sx_requirement_encode(&r, arena);
        assert_true(sx_requirement_parse(blob, arena, &r, &err));
        assert_false(sx_requirement_read(deep[i](SX_MAX_REQUIREMENT_DEPTH), arena, &r, &err));
        assert_int_equal(err.code, SX_E_LIMIT);
    }
}

static void depth_of_blob(void **state)
{
    (void)state;
    struct sx_requirement r;
    for (size_t n = SX_MAX_REQUIREMENT_DEPTH - 1; n <= SX_MAX_REQUIREMENT_DEPTH; n++) {
        SX_AUTO(sx_buf_release) struct sx_buf hex = { 0 };
        struct sx_err err = { 0 };
        sx_buf_printf(&hex, "fade0c00 %08zx 00000001", 12 + (n + 1) * 4);
        for (size_t i = 0; i < n; i++)
            sx_buf_cstr(&hex, " 00000009");
        sx_buf_cstr(&hex, " 00000001");
        struct sx_str blob = from_hex(sx_str_dup(arena, sx_buf_view(&hex)).ptr);
        bool fits = n < SX_MAX_REQUIREMENT_DEPTH;
        assert_int_equal(sx_requirement_parse(span_of(blob), arena, &r, &err), fits);
        assert_int_equal(err.code, fits ? SX_OK : SX_E_FORMAT);
    }
}

static void parentheses(void **state)
{
    (void)state;
    struct sx_requirement r;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_err err = { 0 };
    sx_buf_fill(&text, '(', 30000);
    assert_false(sx_requirement_read(sx_buf_view(&text), arena, &r, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
}

static void text_size(void **state)
{
    (void)state;
    struct sx_requirement r;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_err err = { 0 };
    sx_buf_cstr(&text, "always");
    sx_buf_fill(&text, ' ', SX_MAX_REQUIREMENT_TEXT - text.len);
    assert_true(sx_requirement_read(sx_buf_view(&text), arena, &r, &err));
    sx_buf_char(&text, ' ');
    assert_false(sx_requirement_read(sx_buf_view(&text), arena, &r, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
}

/* A longest text, one that grows most, makes a blob that is not too big. */
static void largest(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_err err = { 0 };
    struct sx_requirement r;
    for (int i = 0; i < 12; i++) {
        sx_buf_cstr(&text, i > 0 ? ")or((a)" : "((a)");
        for (int k = 0; k < 900 && text.len < SX_MAX_REQUIREMENT_TEXT - 16; k++)
            sx_buf_cstr(&text, "or(a)");
    }
    sx_buf_cstr(&text, ")");
    r = read_text(sx_buf_view(&text));
    struct sx_span blob = sx_requirement_encode(&r, arena);
    assert_true(blob.len <= SX_MAX_REQUIREMENT);
    assert_true(sx_requirement_parse(blob, arena, &r, &err));
}

/* Any one byte of a blob changed gives another requirement, or a refusal with a reason: never the
 * same. */
static void damage(void **state)
{
    (void)state;
    struct sx_requirement r = read_text(SX_STR(MANY)), other;
    struct sx_span blob = sx_requirement_encode(&r, arena);
    uint8_t *copy = malloc(blob.len);
    assert_non_null(copy);
    for (size_t i = 0; i < blob.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct sx_err err = { 0 };
            memcpy(copy, blob.ptr, blob.len);
            copy[i] ^= (uint8_t)(1 << bit);
            bool ok =
                sx_requirement_parse((struct sx_span){ copy, blob.len, 0 }, arena, &other, &err);
            assert_int_equal(ok, err.code == SX_OK);
            if (ok && other.stray.len == 0 && sx_str_eq(text_of(&other, NULL), text_of(&r, NULL)))
                assert_int_equal(i % 4, 0); /* a flag of an operation that is known */
        }
    free(copy);
}

int main(void)
{
    static struct rows list;
    begin();
    ADD_ROWS(&list, refused, refuses);
    ADD_TEXTS(&list, wrong, does_not_read);
    ADD_TEXTS(&list, wrong_sets, does_not_read_set);
    ADD_TEST(&list, set_of_33);
    ADD_TEST(&list, depth);
    ADD_TEST(&list, depth_of_blob);
    ADD_TEST(&list, parentheses);
    ADD_TEST(&list, text_size);
    ADD_TEST(&list, largest);
    ADD_TEST(&list, damage);
    int failed = run_rows("requirement-wrong", &list);
    end();
    return failed;
}

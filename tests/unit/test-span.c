/* SPDX-License-Identifier: MIT */
#include "base/span.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t bytes[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
static const struct sx_span whole = { bytes, sizeof(bytes), 100 };

static const struct sub_row {
    const char *name;
    uint64_t at, len;
    bool ok;
    uint64_t off; /* of the result, or of the error */
} subs[] = {
    { "all", 0, 8, true, 100 },
    { "the middle", 2, 3, true, 102 },
    { "nothing at the end", 8, 0, true, 108 },
    { "nothing at the front", 0, 0, true, 100 },
    { "one too many", 0, 9, false, 100 },
    { "from the end", 8, 1, false, 108 },
    { "behind the end", 9, 0, false, 100 },
    { "sum that wraps", 4, UINT64_MAX, false, 104 },
    { "offset that wraps", UINT64_MAX, 1, false, 100 },
    { "offset and length that wrap", UINT64_MAX, UINT64_MAX, false, 100 },
};

static void narrows(void **state)
{
    const struct sub_row *row = *state;
    struct sx_span out = { 0 };
    struct sx_err err = { 0 };
    assert_int_equal(sx_span_sub(whole, row->at, row->len, "part", &out, &err), row->ok);
    assert_int_equal(row->ok ? out.off : err.off, row->off);
    assert_int_equal(err.code, row->ok ? SX_OK : SX_E_RANGE);
    if (!row->ok) {
        assert_null(out.ptr);
        assert_int_equal(strncmp(err.what, "part: ", 6), 0);
        return;
    }
    assert_int_equal(out.len, row->len);
    assert_true(row->len == 0 ? out.ptr == NULL : out.ptr == bytes + row->at);
}

static const struct from_row {
    const char *name;
    uint64_t at;
    bool ok;
    size_t len;
} froms[] = {
    { "from the start", 0, true, 8 },
    { "from the middle", 5, true, 3 },
    { "from the end: nothing", 8, true, 0 },
    { "from behind", 9, false, 0 },
    { "from very far behind", UINT64_MAX, false, 0 },
};

static void takes_the_rest(void **state)
{
    const struct from_row *row = *state;
    struct sx_span out = { 0 };
    struct sx_err err = { 0 };
    assert_int_equal(sx_span_from(whole, row->at, "rest", &out, &err), row->ok);
    assert_int_equal(out.len, row->len);
}

static void compares(void **state)
{
    (void)state;
    static const uint8_t same[] = { 0, 1, 2 }, zeros[] = { 0, 0, 0 };
    struct sx_span a = { bytes, 3, 0 }, b = { same, 3, 77 }, none = { 0 }, z = { zeros, 3, 0 };
    assert_true(sx_span_eq(a, b));
    assert_false(sx_span_eq(a, z));
    assert_false(sx_span_eq(a, none));
    assert_true(sx_span_eq(none, none));
    assert_true(sx_span_is_zero(z));
    assert_true(sx_span_is_zero(none));
    assert_false(sx_span_is_zero(a));
}

/* The same bytes in both orders. */
static void reads_fields(void **state)
{
    (void)state;
    static const uint8_t in[] = { 1, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    const struct {
        struct sx_cursor c;
        uint64_t u16, u32, u64;
    } orders[] = {
        { sx_cursor_be((struct sx_span){ in, 16, 0 }), 0x0102, 0x01020304, 0x0102030405060708 },
        { sx_cursor_le((struct sx_span){ in, 16, 0 }), 0x0201, 0x04030201, 0x0807060504030201 },
    };
    for (size_t i = 0; i < SX_LEN(orders); i++) {
        struct sx_cursor c = orders[i].c;
        struct sx_err err = { 0 };
        assert_int_equal(sx_get_u8(&c, "a"), 1);
        assert_int_equal(sx_get_u16(&c, "b"), orders[i].u16);
        assert_int_equal(sx_get_u32(&c, "c"), orders[i].u32);
        assert_int_equal(sx_get_u64(&c, "d"), orders[i].u64);
        assert_int_equal(sx_cursor_left(&c), 1);
        struct sx_span last = sx_get_bytes(&c, 1, "e");
        assert_true(last.len == 1 && last.ptr == in + 15 && last.off == 15);
        assert_int_equal(sx_get_bytes(&c, 0, "f").len, 0);
        assert_true(sx_cursor_ok(&c, &err));
    }
}

static void remembers_the_first_field_that_is_not_there(void **state)
{
    (void)state;
    struct sx_cursor c = sx_cursor_be((struct sx_span){ bytes, 6, 100 });
    struct sx_err err = { 0 };
    assert_int_equal(sx_get_u32(&c, "first"), 0x00010203);
    assert_int_equal(sx_get_u32(&c, "second"), 0);
    assert_int_equal(sx_get_u8(&c, "third"), 0); /* would fit, but comes after */
    assert_int_equal(sx_get_bytes(&c, 1, "fourth").len, 0);
    assert_false(sx_cursor_ok(&c, &err));
    assert_int_equal(err.code, SX_E_TRUNCATED);
    assert_int_equal(err.off, 104);
    assert_string_equal(err.what, "second: 2 bytes left");
}

static void a_huge_length_is_not_there(void **state)
{
    (void)state;
    struct sx_cursor c = sx_cursor_be(whole);
    struct sx_err err = { 0 };
    sx_get_u8(&c, "one");
    assert_null(sx_get_bytes(&c, SIZE_MAX, "huge").ptr);
    assert_false(sx_cursor_ok(&c, &err));
}

static void the_first_failure_stays(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    assert_false(sx_fail(&err, SX_E_MAGIC, 7, "first %d", 1));
    assert_false(sx_fail_at(&err, SX_E_LIMIT, 8, 2, 3, "second"));
    assert_int_equal(err.code, SX_E_MAGIC);
    assert_int_equal(err.off, 7);
    assert_int_equal(err.line, 0);
    assert_string_equal(err.what, "first 1");
}

static void long_words_are_cut(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    assert_false(sx_fail_at(&err, SX_E_FORMAT, 0, 1, 2, "%0500d", 0));
    assert_int_equal(strlen(err.what), sizeof(err.what) - 1);
    assert_int_equal(err.line, 1);
    assert_int_equal(err.column, 2);
}

static void every_code_has_words(void **state)
{
    (void)state;
    for (int code = SX_OK; code <= SX_E_USAGE; code++)
        assert_string_not_equal(sx_errc_text((enum sx_errc)code), "unknown error");
    assert_string_equal(sx_errc_text((enum sx_errc)9999), "unknown error");
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, subs, narrows);
    ADD_ROWS(&rows, froms, takes_the_rest);
    ADD_TEST(&rows, compares);
    ADD_TEST(&rows, reads_fields);
    ADD_TEST(&rows, remembers_the_first_field_that_is_not_there);
    ADD_TEST(&rows, a_huge_length_is_not_there);
    ADD_TEST(&rows, the_first_failure_stays);
    ADD_TEST(&rows, long_words_are_cut);
    ADD_TEST(&rows, every_code_has_words);
    return run_rows("span", &rows);
}

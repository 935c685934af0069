/* SPDX-License-Identifier: MIT */
/* Binary property lists, made of their objects here. */
#include "value/plist.h"
#include "base/buf.h"
#include "base/limits.h"
#include "value/json.h"
#include "rows.h"

#include <stdlib.h>

enum { MAX_OBJECTS = 32 };

/* Object 0 is the top; offsets take two bytes, references one. */
static void make_list(const struct sx_str *objects, struct sx_buf *out)
{
    uint16_t offsets[MAX_OBJECTS];
    unsigned n = 0;
    sx_buf_cstr(out, "bplist00");
    for (; n < MAX_OBJECTS && objects[n].ptr != NULL; n++) {
        offsets[n] = (uint16_t)out->len;
        sx_buf_str(out, objects[n]);
    }
    unsigned table = (unsigned)out->len;
    for (unsigned i = 0; i < n; i++) {
        sx_buf_char(out, (char)(offsets[i] >> 8));
        sx_buf_char(out, (char)offsets[i]);
    }
    sx_buf_put(out, "\0\0\0\0\0\0\2\1", 8);
    const unsigned numbers[] = { n, 0, table };
    for (unsigned i = 0; i < 3; i++) {
        sx_buf_fill(out, 0, 6);
        sx_buf_char(out, (char)(numbers[i] >> 8));
        sx_buf_char(out, (char)numbers[i]);
    }
}

static bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

static void to_json(struct sx_value value, struct sx_buf *out)
{
    struct sx_json json;
    sx_json_init(&json, append, out, SX_JSON_COMPACT);
    sx_json_value(&json, value);
    assert_true(sx_json_flush(&json));
    sx_buf_char(out, '\0');
}

static bool parse(const struct sx_buf *list, struct sx_arena *arena, struct sx_plist *out,
                  struct sx_err *err)
{
    uint8_t *exact = malloc(list->len > 0 ? list->len : 1);
    assert_non_null(exact);
    if (list->len > 0)
        memcpy(exact, list->ptr, list->len);
    bool ok = sx_plist_parse((struct sx_span){ exact, list->len, 0 }, arena, out, err);
    free(exact);
    assert_true(ok || (err->code != SX_OK && err->what[0] != '\0'));
    return ok;
}

static const struct good_row {
    const char *name;
    struct sx_str objects[MAX_OBJECTS];
    const char *json;
    enum sx_plist_opinion opinion;
} good[] = {
    { "booleans", { LIT("\xa2\1\2"), LIT("\x09"), LIT("\x08") }, "[true,false]" },
    { "a dictionary",
      { LIT("\xd2\1\2\3\4"),
        LIT("\x51"
            "b"),
        LIT("\x51"
            "a"),
        LIT("\x09"), LIT("\x10\x2a") },
      "{\"b\":true,\"a\":42}" },
    { "the first of repeated keys counts",
      { LIT("\xd2\1\1\2\3"),
        LIT("\x51"
            "a"),
        LIT("\x51x"), LIT("\x51y") },
      "{\"a\":\"x\"}",
      SX_PLIST_DIFFERS },
    { "UID", { LIT("\x80\5") }, "{\"CF$UID\":5}" },
    { "UID of four bytes", { LIT("\x83\1\0\0\0") }, "{\"CF$UID\":16777216}" },
    { "small integers are unsigned",
      { LIT("\xa3\1\2\3"), LIT("\x10\xff"), LIT("\x11\xff\xff"), LIT("\x12\xff\xff\xff\xff") },
      "[255,65535,4294967295]" },
    { "integers of eight bytes are signed",
      { LIT("\xa2\1\2"), LIT("\x13\xff\xff\xff\xff\xff\xff\xff\xff"),
        LIT("\x13\x7f\xff\xff\xff\xff\xff\xff\xff") },
      "[-1,9223372036854775807]" },
    { "integers of sixteen bytes",
      { LIT("\xa2\1\2"), LIT("\x14\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"),
        LIT("\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1") },
      "[18446744073709551615,1]" },
    { "reals",
      { LIT("\xa2\1\2"), LIT("\x22\x3f\xc0\0\0"), LIT("\x23\xbf\xf8\0\0\0\0\0\0") },
      "[1.5,-1.5]" },
    { "a date", { LIT("\x33\0\0\0\0\0\0\0\0") }, "\"2001-01-01T00:00:00Z\"" },
    { "half a second before", { LIT("\x33\xbf\xe0\0\0\0\0\0\0") }, "\"2000-12-31T23:59:59.500Z\"" },
    { "a date far away", { LIT("\x33\x41\xf2\xa0\x5f\x20\0\0\0") }, "\"2159-06-12T08:53:20Z\"" },
    { "the first date",
      { LIT("\x33\xc2\x2d\x63\xc3\x7f\x00\x00\x00") },
      "\"0001-01-01T00:00:00Z\"" },
    { "the last date",
      { LIT("\x33\x42\x4d\x62\xd2\x3c\x7f\x80\x00") },
      "\"9999-12-31T23:59:59Z\"" },
    { "data", { LIT("\x43\0\1\2") }, "\"AAEC\"" },
    { "no data", { LIT("\x40") }, "\"\"" },
    { "size in an object of its own",
      { LIT("\x5f\x10\x10"
            "0123456789abcdef") },
      "\"0123456789abcdef\"" },
    { "UTF-16 pair", { LIT("\x62\xd8\x3d\xde\0") }, "\"\xf0\x9f\x98\x80\"" },
    { "UTF-16", { LIT("\x63\0A\0\xe9\x20\xac") }, "\"A\xc3\xa9\xe2\x82\xac\"" },
    { "shared objects",
      { LIT("\xa2\1\1"), LIT("\xa2\2\2"), LIT("\x09") },
      "[[true,true],[true,true]]" },
    { "empty containers", { LIT("\xa2\1\2"), LIT("\xa0"), LIT("\xd0") }, "[[],{}]" },
    { "empty key", { LIT("\xd1\1\2"), LIT("\x50"), LIT("\x50") }, "{\"\":\"\"}" },
    { "NUL in a key",
      { LIT("\xd1\1\2"),
        LIT("\x52"
            "a\0"),
        LIT("\x09") },
      "{\"a\\u0000\":true}",
      SX_PLIST_DIFFERS },
    { "NUL in a string",
      { LIT("\x53"
            "a\0b") },
      "\"a\\u0000b\"",
      SX_PLIST_DIFFERS },
};

static void reads(void **state)
{
    const struct good_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf list = { 0 }, json = { 0 };
    struct sx_plist plist;
    struct sx_err err = { 0 };
    make_list(row->objects, &list);
    if (!parse(&list, arena, &plist, &err))
        fail_msg("+%llu: %s", (unsigned long long)err.off, err.what);
    to_json(plist.root, &json);
    assert_string_equal(json.ptr, row->json);
    assert_int_equal(plist.format, SX_PLIST_BINARY);
    assert_int_equal(plist.root.pos, 0);
    struct sx_str where;
    struct sx_span in = { (const uint8_t *)list.ptr, list.len, 0 };
    assert_int_equal(sx_plist_second_opinion(in, &plist, arena, &where), row->opinion);
}

static const struct bad_row {
    const char *name;
    struct sx_str objects[MAX_OBJECTS];
    enum sx_errc code;
    uint64_t off;
} bad[] = {
    { "a cycle", { LIT("\xa1\0") }, SX_E_FORMAT, 8 },
    { "a cycle of two", { LIT("\xa1\1"), LIT("\xa1\0") }, SX_E_FORMAT, 8 },
    { "a cycle through a dictionary",
      { LIT("\xd1\1\0"), LIT("\x51"
                             "a") },
      SX_E_FORMAT,
      8 },
    { "doubling 24 times",
      { LIT("\xa2\1\1"),     LIT("\xa2\2\2"),     LIT("\xa2\3\3"),     LIT("\xa2\4\4"),
        LIT("\xa2\5\5"),     LIT("\xa2\6\6"),     LIT("\xa2\7\7"),     LIT("\xa2\x8\x8"),
        LIT("\xa2\x9\x9"),   LIT("\xa2\xa\xa"),   LIT("\xa2\xb\xb"),   LIT("\xa2\xc\xc"),
        LIT("\xa2\xd\xd"),   LIT("\xa2\xe\xe"),   LIT("\xa2\xf\xf"),   LIT("\xa2\x10\x10"),
        LIT("\xa2\x11\x11"), LIT("\xa2\x12\x12"), LIT("\xa2\x13\x13"), LIT("\xa2\x14\x14"),
        LIT("\xa2\x15\x15"), LIT("\xa2\x16\x16"), LIT("\xa2\x17\x17"), LIT("\xa2\x18\x18"),
        LIT("\x09") },
      SX_E_LIMIT,
      80 },
    { "reference to no object", { LIT("\xa1\7") }, SX_E_RANGE, 10 },
    { "half a pair", { LIT("\x61\xd8\x3d") }, SX_E_FORMAT, 8 },
    { "half a pair and a letter", { LIT("\x62\xd8\x3d\0A") }, SX_E_FORMAT, 8 },
    { "the other half", { LIT("\x61\xde\0") }, SX_E_FORMAT, 8 },
    { "a byte that is not ASCII", { LIT("\x51\x80") }, SX_E_FORMAT, 8 },
    { "huge data", { LIT("\x4f\x13\x40\0\0\0\0\0\0\0") }, SX_E_TRUNCATED, 18 },
    { "huge UTF-16", { LIT("\x6f\x13\x80\0\0\0\0\0\0\0\0A") }, SX_E_TRUNCATED, 20 },
    { "huge array", { LIT("\xaf\x13\xff\xff\xff\xff\xff\xff\xff\xff") }, SX_E_TRUNCATED, 18 },
    { "huge dictionary", { LIT("\xdf\x13\x80\0\0\0\0\0\0\0\0\0") }, SX_E_TRUNCATED, 18 },
    { "dictionary without values", { LIT("\xd1\0") }, SX_E_TRUNCATED, 10 },
    { "size that is no integer", { LIT("\x4f\x51\x01\0") }, SX_E_FORMAT, 9 },
    { "size of sixteen bytes",
      { LIT("\x4f\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
      SX_E_FORMAT,
      9 },
    { "integer as key", { LIT("\xd1\1\2"), LIT("\x10\1"), LIT("\x51x") }, SX_E_FORMAT, 11 },
    { "data as key", { LIT("\xd1\1\2"), LIT("\x41\1"), LIT("\x51x") }, SX_E_FORMAT, 11 },
    { "array as key", { LIT("\xd1\1\2"), LIT("\xa0"), LIT("\x51x") }, SX_E_FORMAT, 11 },
    { "UID as key", { LIT("\xd1\1\2"), LIT("\x80\1"), LIT("\x51x") }, SX_E_FORMAT, 11 },
    { "integer of thirty-two bytes",
      { LIT("\x15\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
      SX_E_FORMAT,
      8 },
    { "integer beyond 64 bits", { LIT("\x14\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0") }, SX_E_FORMAT, 8 },
    { "negative integer of sixteen bytes",
      { LIT("\x14\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
      SX_E_FORMAT,
      8 },
    { "integer cut short", { LIT("\x13\0\0\0") }, SX_E_TRUNCATED, 12 },
    { "real of two bytes", { LIT("\x21\0\0\0\0\0\0\0\0") }, SX_E_FORMAT, 8 },
    { "date of four bytes", { LIT("\x32\0\0\0\0\0\0\0\0") }, SX_E_FORMAT, 8 },
    { "date that is no number", { LIT("\x33\x7f\xf8\0\0\0\0\0\0") }, SX_E_FORMAT, 8 },
    { "date at no time", { LIT("\x33\x7f\xf0\0\0\0\0\0\0") }, SX_E_FORMAT, 8 },
    { "date in the year 10000", { LIT("\x33\x42\x4d\x62\xd2\x3c\x80\x00\x00") }, SX_E_FORMAT, 8 },
    { "date before year 1", { LIT("\x33\xc2\x2d\x63\xc3\x7f\x02\x00\x00") }, SX_E_FORMAT, 8 },
    { "UID beyond 32 bits", { LIT("\x84\1\0\0\0\0") }, SX_E_FORMAT, 8 },
    { "UID of sixteen bytes", { LIT("\x8f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1") }, SX_E_FORMAT, 8 },
    { "a set", { LIT("\xc1\1"), LIT("\x51x") }, SX_E_FORMAT, 8 },
    { "null", { LIT("\0") }, SX_E_FORMAT, 8 },
    { "fill", { LIT("\x0f") }, SX_E_FORMAT, 8 },
    { "a marker of nothing", { LIT("\xff") }, SX_E_FORMAT, 8 },
};

static void refuses(void **state)
{
    const struct bad_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf list = { 0 };
    struct sx_plist plist;
    struct sx_err err = { 0 };
    make_list(row->objects, &list);
    assert_false(parse(&list, arena, &plist, &err));
    if (err.code != row->code || err.off != row->off)
        fail_msg("code %d at +%llu: %s", err.code, (unsigned long long)err.off, err.what);
}

static const struct sx_str sample[MAX_OBJECTS] = {
    LIT("\xd2\1\2\3\4"),
    LIT("\x51"
        "a"),
    LIT("\x51"
        "b"),
    LIT("\xa3\5\6\4"),
    LIT("\x62\0A\0B"),
    LIT("\x13\0\0\0\0\0\0\0\1"),
    LIT("\x33\0\0\0\0\0\0\0\0"),
};

/* One byte of the header or the trailer of a good list, changed; the trailer counts from -32. */
static const struct trailer_row {
    const char *name;
    int at;
    uint8_t byte;
    enum sx_errc code;
} trailers[] = {
    { "another magic", 0, 'B', SX_E_MAGIC },
    { "another version", 6, '1', SX_E_UNSUPPORTED },
    { "a version that CoreFoundation reads too", 7, '1', SX_OK },
    { "unused bytes may be anything", -32, 1, SX_OK },
    { "no bytes an offset", -26, 0, SX_E_FORMAT },
    { "one byte an offset", -26, 1, SX_E_RANGE },
    { "nine bytes an offset", -26, 9, SX_E_FORMAT },
    { "no bytes a reference", -25, 0, SX_E_FORMAT },
    { "nine bytes a reference", -25, 9, SX_E_FORMAT },
    { "two bytes a reference", -25, 2, SX_E_RANGE },
    { "no objects", -17, 0, SX_E_RANGE },
    { "one object fewer", -17, 6, SX_E_RANGE },
    { "one object more", -17, 8, SX_E_RANGE },
    { "very many objects", -24, 0x80, SX_E_RANGE },
    { "top beyond", -9, 7, SX_E_RANGE },
    { "top far beyond", -16, 0xff, SX_E_RANGE },
    { "another top", -9, 1, SX_OK },
    { "table at the header", -1, 8, SX_E_RANGE },
    { "table far away", -8, 0xff, SX_E_RANGE },
    { "first object in the header", -46, 0, SX_E_RANGE },
    { "first object in the table", -45, 0xff, SX_E_RANGE },
};

static void checks_the_trailer(void **state)
{
    const struct trailer_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf list = { 0 };
    struct sx_plist plist;
    struct sx_err err = { 0 };
    make_list(sample, &list);
    size_t at = row->at >= 0 ? (size_t)row->at : list.len - (size_t)-row->at;
    list.ptr[at] = (char)row->byte;
    if (strcmp(row->name, "first object in the header") == 0)
        list.ptr[at + 1] = 7;
    (void)!parse(&list, arena, &plist, &err); /* its code is compared */
    if (err.code != row->code)
        fail_msg("code %d at +%llu: %s", err.code, (unsigned long long)err.off, err.what);
}

static void refuses_every_prefix(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf list = { 0 };
    make_list(sample, &list);
    size_t whole = list.len;
    for (list.len = 0; list.len < whole; list.len++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct sx_plist plist;
        struct sx_err err = { 0 };
        assert_false(parse(&list, arena, &plist, &err));
    }
}

/* Whatever one byte becomes, what is accepted can be printed. */
static void survives_every_byte(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf list = { 0 };
    make_list(sample, &list);
    for (size_t at = 0; at < list.len; at++)
        for (unsigned to = 0; to < 256; to++) {
            SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
            SX_AUTO(sx_buf_release) struct sx_buf json = { 0 };
            struct sx_plist plist;
            struct sx_err err = { 0 };
            char was = list.ptr[at];
            list.ptr[at] = (char)to;
            if (parse(&list, arena, &plist, &err))
                to_json(plist.root, &json);
            list.ptr[at] = was;
        }
}

/* A megabyte of text, referred to 255 times. */
static void limits_expanded_text(void **state)
{
    (void)state;
    enum { TEXT = 1 << 20 };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf list = { 0 };
    sx_buf_put(&list, "bplist00\xaf\x10\xff", 11);
    sx_buf_fill(&list, 1, 255);
    size_t text = list.len;
    sx_buf_put(&list, "\x5f\x12\0\x10\0\0", 6);
    sx_buf_fill(&list, 'x', TEXT);
    size_t table = list.len;
    const size_t numbers[] = { 8, text, 0, 2, 0, table };
    for (size_t i = 0; i < SX_LEN(numbers); i++) {
        if (i == 2) /* the trailer: here eight bytes hold sizes, then three numbers */
            sx_buf_put(&list, "\0\0\0\0\0\0\x8\1", 8);
        else
            for (int shift = 56; shift >= 0; shift -= 8)
                sx_buf_char(&list, (char)(numbers[i] >> shift));
    }
    struct sx_plist plist;
    struct sx_err err = { 0 };
    assert_false(parse(&list, arena, &plist, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    assert_int_equal(err.off, text);
}

static void limits_depth(void **state)
{
    (void)state;
    for (unsigned depth = SX_MAX_PLIST_DEPTH; depth <= SX_MAX_PLIST_DEPTH + 1; depth++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        SX_AUTO(sx_buf_release) struct sx_buf list = { 0 };
        sx_buf_cstr(&list, "bplist00");
        for (unsigned i = 1; i < depth; i++)
            sx_buf_put(&list, (char[]){ '\xa1', (char)i }, 2);
        sx_buf_char(&list, '\xa0');
        unsigned table = (unsigned)list.len;
        for (unsigned i = 0; i < depth; i++)
            sx_buf_put(&list, (char[]){ (char)((8 + 2 * i) >> 8), (char)(8 + 2 * i) }, 2);
        sx_buf_put(&list, "\0\0\0\0\0\0\2\1\0\0\0\0\0\0\0", 15);
        sx_buf_char(&list, (char)depth);
        sx_buf_fill(&list, 0, 14);
        sx_buf_put(&list, (char[]){ (char)(table >> 8), (char)table }, 2);
        struct sx_plist plist;
        struct sx_err err = { 0 };
        bool ok = parse(&list, arena, &plist, &err);
        assert_int_equal(err.code, depth > SX_MAX_PLIST_DEPTH ? SX_E_LIMIT : SX_OK);
        assert_int_equal(ok, depth <= SX_MAX_PLIST_DEPTH);
    }
}

static void lists_repeated_keys(void **state)
{
    (void)state;
    static const struct sx_str objects[MAX_OBJECTS] = { LIT("\xd2\1\4\2\3"),
                                                        LIT("\x51"
                                                            "a"),
                                                        LIT("\x51x"), LIT("\x51y"),
                                                        LIT("\x61\0a") };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf list = { 0 };
    struct sx_plist plist;
    struct sx_err err = { 0 };
    make_list(objects, &list);
    assert_true(parse(&list, arena, &plist, &err));
    assert_int_equal(plist.n_duplicates, 1);
    assert_true(sx_str_is(plist.duplicates[0].key, "a"));
    assert_int_equal(plist.duplicates[0].kept, 13);
    assert_int_equal(plist.duplicates[0].lost, 19);
    assert_true(sx_str_is(plist.root.map->at[0].value.str, "x"));
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, good, reads);
    ADD_ROWS(&rows, bad, refuses);
    ADD_ROWS(&rows, trailers, checks_the_trailer);
    ADD_TEST(&rows, refuses_every_prefix);
    ADD_TEST(&rows, survives_every_byte);
    ADD_TEST(&rows, limits_expanded_text);
    ADD_TEST(&rows, limits_depth);
    ADD_TEST(&rows, lists_repeated_keys);
    return run_rows("plist-binary", &rows);
}

/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "crypto/ber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define B(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

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

/* One element, which has to be refused. */
static const struct refused {
    const char *name;
    enum sx_ber_rules rules;
    enum sx_errc code;
    uint64_t off;
    const uint8_t *bytes;
    size_t len;
} refused[] = {
    { "nothing", SX_BER, SX_E_TRUNCATED, 0, NULL, 0 },
    { "tag alone", SX_BER, SX_E_TRUNCATED, 1, B(0x30) },
    { "contents cut short", SX_BER, SX_E_TRUNCATED, 2, B(0x04, 2, 'a') },
    { "length cut short", SX_BER, SX_E_TRUNCATED, 3, B(0x04, 0x82, 1) },
    { "length of five bytes", SX_BER, SX_E_RANGE, 1, B(0x04, 0x85, 0, 0, 0, 0, 1, 'a') },
    { "length larger than memory", SX_BER, SX_E_TRUNCATED, 6,
      B(0x04, 0x84, 0xff, 0xff, 0xff, 0xff) },
    { "reserved length 0xff", SX_BER, SX_E_RANGE, 1, B(0x04, 0xff) },
    { "tag 0", SX_BER, SX_E_FORMAT, 0, B(0, 0) },
    { "tag number above 30", SX_BER, SX_E_UNSUPPORTED, 0, B(0x3f, 0x21, 0) },
    { "indefinite and primitive", SX_BER, SX_E_FORMAT, 0, B(0x04, 0x80, 0, 0) },
    { "indefinite without end", SX_BER, SX_E_TRUNCATED, 4, B(0x30, 0x80, 0x05, 0) },
    { "end-of-contents with contents", SX_BER, SX_E_FORMAT, 2, B(0x30, 0x80, 0, 1, 0) },
    { "indefinite in DER", SX_DER, SX_E_FORMAT, 1, B(0x30, 0x80, 0, 0) },
    { "long length for a short one in DER", SX_DER, SX_E_FORMAT, 1, B(0x04, 0x81, 1, 'a') },
    { "leading zero in a DER length", SX_DER, SX_E_FORMAT, 1, B(0x04, 0x82, 0, 1, 'a') },
};

static void refuses(void **state)
{
    const struct refused *row = *state;
    struct sx_err err = { 0 };
    struct sx_ber out;
    struct sx_ber_reader r = sx_ber_reader((struct sx_span){ row->bytes, row->len, 0 }, row->rules);
    assert_false(sx_ber_next(&r, "element", &out, &err));
    assert_int_equal(err.code, row->code);
    assert_int_equal(err.off, row->off);
}

/* One element, and where its contents lie. */
static const struct accepted {
    const char *name;
    enum sx_ber_rules rules;
    size_t at, contents, whole;
    const uint8_t *bytes;
    size_t len;
} accepted[] = {
    { "empty", SX_DER, 2, 0, 2, B(0x05, 0) },
    { "short", SX_DER, 2, 1, 3, B(0x04, 1, 'a', 'x') },
    { "long length for a short one in BER", SX_BER, 3, 1, 4, B(0x04, 0x81, 1, 'a') },
    { "indefinite", SX_BER, 2, 3, 7, B(0x30, 0x80, 0x04, 1, 'a', 0, 0, 'x') },
    { "indefinite in indefinite", SX_BER, 2, 4, 8, B(0x30, 0x80, 0x30, 0x80, 0, 0, 0, 0) },
    { "zeros in a definite element are no end", SX_BER, 2, 4, 8,
      B(0x30, 0x80, 0x04, 2, 0, 0, 0, 0) },
};

static void accepts(void **state)
{
    const struct accepted *row = *state;
    struct sx_err err = { 0 };
    struct sx_ber out;
    struct sx_ber_reader r =
        sx_ber_reader((struct sx_span){ row->bytes, row->len, 100 }, row->rules);
    assert_true(sx_ber_next(&r, "element", &out, &err));
    assert_int_equal(out.contents.off, 100 + row->at);
    assert_int_equal(out.contents.len, row->contents);
    assert_int_equal(out.whole.off, 100);
    assert_int_equal(out.whole.len, row->whole);
    assert_int_equal(r.pos, row->whole);
}

static const struct time_row {
    const char *name;
    uint8_t tag;
    const char *text;
    const char *rfc3339; /* NULL: refused */
} times[] = {
    { "UTCTime", 0x17, "260916141656Z", "2026-09-16T14:16:56Z" },
    { "UTCTime of 1950", 0x17, "500101000000Z", "1950-01-01T00:00:00Z" },
    { "UTCTime of 2049", 0x17, "491231235959Z", "2049-12-31T23:59:59Z" },
    { "GeneralizedTime", 0x18, "20391231000000Z", "2039-12-31T00:00:00Z" },
    { "leap day", 0x18, "20240229000000Z", "2024-02-29T00:00:00Z" },
    { "no leap day", 0x18, "20230229000000Z", NULL },
    { "month 13", 0x18, "20231301000000Z", NULL },
    { "second 60", 0x18, "20231231235960Z", NULL },
    { "fraction", 0x18, "20231231235959.5Z", NULL },
    { "offset", 0x18, "20231231235959+0100", NULL },
    { "lower-case zone", 0x18, "20231231235959z", NULL },
    { "no zone", 0x18, "20231231235959", NULL },
    { "no seconds", 0x17, "2312312359Z", NULL },
    { "blank for a digit", 0x17, " 31231235959Z", NULL },
    { "empty", 0x17, "", NULL },
    { "other tag", 0x16, "20231231235959Z", NULL },
};

static void reads_time(void **state)
{
    const struct time_row *row = *state;
    struct sx_ber element = { .tag = row->tag };
    element.contents = (struct sx_span){ (const uint8_t *)row->text, strlen(row->text), 0 };
    struct sx_time t;
    bool ok = sx_ber_time(&element, &t);
    assert_int_equal(ok, row->rfc3339 != NULL);
    if (ok)
        assert_string_equal(sx_time_text(arena, t).ptr, row->rfc3339);
}

static const struct oid_row {
    const char *name;
    const char *dotted; /* NULL: no identifier */
    const uint8_t *bytes;
    size_t len;
} oids[] = {
    { "signedData", "1.2.840.113549.1.7.2", B(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2) },
    { "2.5.4.3", "2.5.4.3", B(0x55, 4, 3) },
    { "2.100.3", "2.100.3", B(0x81, 0x34, 3) },
    { "0.0", "0.0", B(0) },
    { "2.23.140", "2.23.140", B(0x67, 0x81, 0x0c) },
    { "empty", NULL, NULL, 0 },
    { "cut in an arc", NULL, B(0x2a, 0x86) },
    { "arc with leading zeros", NULL, B(0x2a, 0x80, 1) },
    { "arc of 70 bits", NULL, B(0x2a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f) },
};

static void reads_oid(void **state)
{
    const struct oid_row *row = *state;
    struct sx_span oid = { row->bytes, row->len, 0 };
    struct sx_str text = sx_oid_text(arena, oid);
    if (row->dotted == NULL) {
        assert_null(text.ptr);
        assert_false(sx_oid_is(oid, "1.2"));
        return;
    }
    assert_string_equal(text.ptr, row->dotted);
    assert_true(sx_oid_is(oid, row->dotted));
    assert_false(sx_oid_under(oid, row->dotted));
    assert_false(sx_oid_is(oid, "1.2.840.113549.1.7.2.1"));
    assert_false(sx_oid_is(oid, "1.2.840.113549.1.7"));
}

static void arcs_below(void **state)
{
    (void)state;
    struct sx_span oid = { B(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 6, 1, 13), 0 };
    assert_true(sx_oid_is(oid, "1.2.840.113635.100.6.1.13"));
    assert_true(sx_oid_under(oid, "1.2.840.113635.100.6"));
    assert_true(sx_oid_under(oid, "1.2.840.113635.100.6.1"));
    assert_false(sx_oid_under(oid, "1.2.840.113635.100.6.1.1"));
    assert_false(sx_oid_under(oid, "1.2.840.113635.100.4"));
}

/* Twenty thousand open elements, none of them closed: refused at once, and not by a deep stack. */
static void bomb(void **state)
{
    (void)state;
    size_t len = 40000;
    uint8_t *bytes = malloc(len);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = i % 2 == 0 ? 0x30 : 0x80;
    struct sx_err err = { 0 };
    struct sx_ber out;
    struct sx_ber_reader r = sx_ber_reader((struct sx_span){ bytes, len, 0 }, SX_BER);
    assert_false(sx_ber_next(&r, "bomb", &out, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    assert_int_equal(err.off, 2 * SX_MAX_BER_DEPTH);
    free(bytes);
}

static void joins_pieces(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    struct sx_span in = { B(0x24, 0x80, 0x04, 2, 'a', 'b', 0x04, 0, 0x04, 1, 'c', 0, 0), 7 }, out;
    struct sx_ber_reader r = sx_ber_reader(in, SX_BER);
    assert_true(sx_ber_take_octets(&r, SX_BER_OCTET_STRING, "text", arena, &out, &err));
    assert_int_equal(out.len, 3);
    assert_memory_equal(out.ptr, "abc", 3);

    r = sx_ber_reader(in, SX_DER);
    assert_false(sx_ber_take_octets(&r, SX_BER_OCTET_STRING, "text", arena, &out, &err));
}

static void pieces_in_pieces(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    struct sx_span in = { B(0x24, 4, 0x24, 2, 0x04, 0), 0 }, out;
    struct sx_ber_reader r = sx_ber_reader(in, SX_BER);
    assert_false(sx_ber_take_octets(&r, SX_BER_OCTET_STRING, "text", arena, &out, &err));
    assert_int_equal(err.code, SX_E_FORMAT);
}

static const struct uint_row {
    const char *name;
    bool ok;
    uint64_t value;
    const uint8_t *bytes;
    size_t len;
} uints[] = {
    { "0", true, 0, B(2, 1, 0) },
    { "127", true, 127, B(2, 1, 127) },
    { "128", true, 128, B(2, 2, 0, 128) },
    { "2^64-1", true, UINT64_MAX, B(2, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255) },
    { "-1", false, 0, B(2, 1, 255) },
    { "no digits", false, 0, B(2, 0) },
    { "2^64", false, 0, B(2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0) },
    { "ten bytes", false, 0, B(2, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) },
    { "no INTEGER", false, 0, B(4, 1, 0) },
};

static void reads_uint(void **state)
{
    const struct uint_row *row = *state;
    struct sx_err err = { 0 };
    uint64_t value = 0;
    struct sx_ber_reader r = sx_ber_reader((struct sx_span){ row->bytes, row->len, 0 }, SX_DER);
    assert_int_equal(sx_ber_take_uint(&r, "number", &value, &err), row->ok);
    assert_int_equal(value, row->value);
}

static void take_says_what_it_wants(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    struct sx_ber out;
    struct sx_ber_reader r = sx_ber_reader((struct sx_span){ B(4, 0), 0 }, SX_DER);
    assert_false(sx_ber_take(&r, SX_BER_SEQUENCE, "things", &out, &err));
    assert_string_equal(err.what, "things: want tag 0x30, found 0x04");
    err = (struct sx_err){ 0 };
    assert_true(sx_ber_take(&r, SX_BER_OCTET_STRING, "things", &out, &err));
    assert_false(sx_ber_take(&r, SX_BER_OCTET_STRING, "more", &out, &err));
    assert_string_equal(err.what, "more is missing");
}

enum {
    N_PLAIN = 5,
    N_TESTS =
        N_PLAIN + SX_LEN(refused) + SX_LEN(accepted) + SX_LEN(times) + SX_LEN(oids) + SX_LEN(uints)
};

#define ADD(rows, fn)                                                                              \
    for (size_t i = 0; i < SX_LEN(rows); i++)                                                      \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            rows[i].name, fn, NULL, NULL, (void *)&rows[i]                                         \
        }

int main(void)
{
    struct CMUnitTest tests[N_TESTS] = {
        cmocka_unit_test(arcs_below),
        cmocka_unit_test(bomb),
        cmocka_unit_test(joins_pieces),
        cmocka_unit_test(pieces_in_pieces),
        cmocka_unit_test(take_says_what_it_wants),
    };
    size_t n = N_PLAIN;
    ADD(refused, refuses);
    ADD(accepted, accepts);
    ADD(times, reads_time);
    ADD(oids, reads_oid);
    ADD(uints, reads_uint);
    return cmocka_run_group_tests_name("ber", tests, set_up, tear_down);
}

/* SPDX-License-Identifier: MIT */
#include "crypto/cert.h"
#include "der.h"
#include "pki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct sx_arena *arena;
static struct sx_fx_pki *pki;
static struct sx_crypto *crypto;
static struct sx_hasher *hasher;

static int set_up(void **state)
{
    (void)state;
    arena = sx_arena_new();
    pki = sx_fx_pki_new(arena);
    crypto = sx_crypto_new();
    hasher = sx_hasher_new(crypto);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sx_hasher_free(hasher);
    sx_crypto_free(crypto);
    sx_arena_free(arena);
    return 0;
}

static struct sx_cert parsed(const char *name)
{
    struct sx_err err = { 0 };
    struct sx_cert cert;
    struct sx_span der = sx_fx_span(sx_fx_cert(pki, sx_str_of(name))->der);
    if (!sx_cert_parse(hasher, der, arena, &cert, &err))
        fail_msg("%s: %s", name, err.what);
    return cert;
}

static void leaf(void **state)
{
    (void)state;
    struct sx_cert cert = parsed("developer-id");
    assert_string_equal(cert.subject.text.ptr,
                        "C=US,O=Waffle Works,OU=W4FFLE9K2Q,"
                        "CN=Developer ID Application: Waffle Works (W4FFLE9K2Q),UID=W4FFLE9K2Q");
    assert_string_equal(cert.issuer.text.ptr,
                        "CN=Developer ID Certification Authority,"
                        "OU=sxlint Certification Authority,O=sxlint Tests,C=US");
    assert_string_equal(cert.common_name.ptr,
                        "Developer ID Application: Waffle Works (W4FFLE9K2Q)");
    assert_string_equal(cert.organizational_unit.ptr, "W4FFLE9K2Q");
    assert_int_equal(cert.serial.len, 16);
    assert_string_equal(sx_time_text(arena, cert.not_before.t).ptr, "2022-02-02T00:00:00Z");
    assert_string_equal(sx_time_text(arena, cert.not_after.t).ptr, "2027-02-01T00:00:00Z");
    assert_string_equal(sx_time_text(arena, cert.developer_id_date.t).ptr, "2022-01-31T00:00:00Z");
    assert_int_equal(cert.markers.n, 2);
    assert_string_equal(cert.markers.at[0].ptr, "1.2.840.113635.100.6.1.13");
    assert_string_equal(cert.markers.at[1].ptr, "1.2.840.113635.100.6.1.33");
    assert_true(sx_cert_has_usage(&cert, "1.3.6.1.5.5.7.3.3"));
    assert_false(sx_cert_has_usage(&cert, "1.3.6.1.5.5.7.3.8"));
    assert_true(sx_cert_extension(&cert, "1.2.840.113635.100.6.1.13")->critical);
    assert_false(sx_cert_extension(&cert, "1.2.840.113635.100.6.1.33")->critical);
    assert_null(sx_cert_extension(&cert, "1.2.840.113635.100.6.1"));
    assert_false(sx_cert_extension_time(&cert, "1.2.840.113635.100.6.1.13").has);
    assert_int_equal(cert.key_kind, SX_KEY_EC);
    assert_int_equal(cert.key_bits, 256);
    assert_int_equal(cert.key_usage, SX_USAGE_DIGITAL_SIGNATURE);
    assert_false(cert.is_ca);
    assert_false(cert.is_self_issued);
}

static void root(void **state)
{
    (void)state;
    struct sx_cert cert = parsed("root");
    assert_true(cert.is_ca);
    assert_true(cert.is_self_issued);
    assert_int_equal(cert.markers.n, 0);
    assert_int_equal(cert.extended_key_usages.n, 0);
    assert_false(cert.developer_id_date.has);
}

static void rsa_key(void **state)
{
    (void)state;
    struct sx_cert cert = parsed("developer-id-rsa");
    assert_int_equal(cert.key_kind, SX_KEY_RSA);
    assert_int_equal(cert.key_bits, 2048);
}

static void no_unit(void **state)
{
    (void)state;
    struct sx_cert cert = parsed("no-ou");
    assert_null(cert.organizational_unit.ptr);
}

static void validity_includes_its_ends(void **state)
{
    (void)state;
    struct sx_cert cert = parsed("developer-id");
    struct sx_time before = cert.not_before.t, after = cert.not_after.t;
    assert_true(sx_cert_valid_at(&cert, before));
    assert_true(sx_cert_valid_at(&cert, after));
    before.seconds--;
    after.seconds++;
    assert_false(sx_cert_valid_at(&cert, before));
    assert_false(sx_cert_valid_at(&cert, after));
}

/* Prefixes, and flips of one bit: whatever is made of them, nothing is read outside. */
static void prefixes(void **state)
{
    (void)state;
    struct sx_str der = sx_fx_cert(pki, SX_STR("developer-id"))->der;
    for (size_t n = 0; n < der.len; n++) {
        uint8_t *block = malloc(n > 0 ? n : 1);
        memcpy(block, der.ptr, n);
        struct sx_err err = { 0 };
        struct sx_cert cert;
        assert_false(sx_cert_parse(hasher, (struct sx_span){ block, n, 0 }, arena, &cert, &err));
        assert_int_not_equal(err.code, SX_OK);
        free(block);
    }
}

static void bytes_behind(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    struct sx_cert cert;
    struct sx_str der = sx_fx_cert(pki, SX_STR("developer-id"))->der;
    struct sx_str more = sx_fx_join(arena, SX_FX_PARTS(der, SX_STR("x")));
    assert_false(sx_cert_parse(hasher, sx_fx_span(more), arena, &cert, &err));
    assert_int_equal(err.code, SX_E_FORMAT);
    assert_int_equal(err.off, der.len);
}

/* --- names --- */

#define PART(oid, tag, text)                                                                       \
    SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, oid), SX_FX_DER(arena, tag, text))
#define RDN(...)  SX_FX_DER(arena, SX_FX_SET, __VA_ARGS__)
#define NAME(...) SX_FX_DER(arena, SX_FX_SEQUENCE, __VA_ARGS__)

static struct sx_name name_of(struct sx_str der)
{
    struct sx_err err = { 0 };
    struct sx_name name = { 0 };
    struct sx_ber element;
    struct sx_ber_reader r = sx_ber_reader(sx_fx_span(der), SX_DER);
    assert_true(sx_ber_next(&r, "name", &element, &err));
    if (!sx_name_parse(&element, arena, &name, &err))
        fail_msg("%s", err.what);
    return name;
}

static const struct name_row {
    const char *name;
    unsigned tag;
    struct sx_str value;
    const char *text; /* after CN= */
} name_rows[] = {
    { "plain", 0x0c, { "Waffle Works", 12 }, "Waffle Works" },
    { "UTF-8", 0x0c, { "Caf\xc3\xa9", 5 }, "Caf\xc3\xa9" },
    { "Latin-1", 0x14, { "Caf\xe9", 4 }, "Caf\xc3\xa9" },
    { "two bytes a character", 0x1e, { "\0C\x20\xac", 4 }, "C\xe2\x82\xac" },
    { "two bytes a character, cut", 0x1e, { "\0C\0", 3 }, "C\\00" },
    { "four bytes a character", 0x1c, { "\0\1\xf6\0", 4 }, "\xf0\x9f\x98\x80" },
    { "comma and plus", 0x0c, { "a,b+c", 5 }, "a\\,b\\+c" },
    { "quotes and the like", 0x0c, { "\"<>;\\", 5 }, "\\\"\\<\\>\\;\\\\" },
    { "blank at both ends", 0x0c, { " a b ", 5 }, "\\ a b\\ " },
    { "number sign in front", 0x0c, { "#1#", 3 }, "\\#1#" },
    { "NUL", 0x0c, { "a\0b", 3 }, "a\\00b" },
    { "empty", 0x0c, { "", 0 }, "" },
};

static void writes_value(void **state)
{
    const struct name_row *row = *state;
    struct sx_name name = name_of(NAME(RDN(PART("2.5.4.3", row->tag, row->value))));
    assert_memory_equal(name.text.ptr, "CN=", 3);
    assert_string_equal(name.text.ptr + 3, row->text);
}

static void order_and_types(void **state)
{
    (void)state;
    struct sx_str c = PART("2.5.4.6", 0x13, SX_STR("US")), o = PART("2.5.4.10", 0x0c, SX_STR("O"));
    struct sx_str a = PART("2.5.4.11", 0x0c, SX_STR("a")), b = PART("2.5.4.11", 0x0c, SX_STR("b"));
    struct sx_str x = PART("1.2.3", 0x0c, SX_STR("x"));
    struct sx_name name = name_of(NAME(RDN(c), RDN(o, a), RDN(b), RDN(x)));
    assert_string_equal(name.text.ptr, "1.2.3=x,OU=b,O=O+OU=a,C=US");
    assert_string_equal(sx_name_first(&name, "2.5.4.11").ptr, "a");
    assert_string_equal(sx_name_last(&name, "2.5.4.11").ptr, "b");
    assert_null(sx_name_first(&name, "2.5.4.3").ptr);
    assert_string_equal(name_of(SX_FX_BYTES(0x30, 0)).text.ptr, "");
}

static const struct same_row {
    const char *name;
    const char *a, *b;
    bool same;
} same_rows[] = {
    { "equal", "Apple Root CA", "Apple Root CA", true },
    { "case", "Apple Root CA", "APPLE ROOT ca", true },
    { "runs of blanks", "Apple Root CA", "Apple   Root CA", true },
    { "no blank", "Apple Root CA", "AppleRoot CA", false },
    { "prefix", "Apple Root CA", "Apple Root CA - G2", false },
    { "empty", "", "x", false },
};

static void matches(void **state)
{
    const struct same_row *row = *state;
    struct sx_name a = name_of(NAME(RDN(PART("2.5.4.3", 0x0c, sx_str_of(row->a)))));
    struct sx_name b = name_of(NAME(RDN(PART("2.5.4.3", 0x13, sx_str_of(row->b)))));
    assert_int_equal(sx_name_same(&a, &b), row->same);
    assert_int_equal(sx_name_same(&b, &a), row->same);
}

#define ADD(table, fn)                                                                             \
    for (size_t i = 0; i < SX_LEN(table); i++)                                                     \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            table[i].name, fn, NULL, NULL, (void *)&table[i]                                       \
        }

int main(void)
{
    struct CMUnitTest tests[8 + SX_LEN(name_rows) + SX_LEN(same_rows)] = {
        cmocka_unit_test(leaf),
        cmocka_unit_test(root),
        cmocka_unit_test(rsa_key),
        cmocka_unit_test(no_unit),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(bytes_behind),
        cmocka_unit_test(order_and_types),
        cmocka_unit_test(validity_includes_its_ends),
    };
    size_t n = 8;
    ADD(name_rows, writes_value);
    ADD(same_rows, matches);
    return cmocka_run_group_tests_name("cert", tests, set_up, tear_down);
}

/* SPDX-License-Identifier: MIT */
#include "base/attr.h"
#include "crypto/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Test vectors of FIPS 180 and RFC 1321. */
static const struct row {
    const char *name;
    enum sx_hash hash;
    const char *text;
    const char *hex;
} rows[] = {
    { "md5 abc", SX_HASH_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72" },
    { "sha1 abc", SX_HASH_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
    { "sha1 nothing", SX_HASH_SHA1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
    { "sha256 abc", SX_HASH_SHA256, "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "sha256 nothing", SX_HASH_SHA256, "",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "sha256 truncated", SX_HASH_SHA256_TRUNCATED, "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a3" },
    { "sha384 abc", SX_HASH_SHA384, "abc",
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
      "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7" },
    { "sha512 abc", SX_HASH_SHA512, "abc",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
};

static struct sx_crypto *crypto;
static struct sx_hasher *hasher;

static int set_up(void **state)
{
    (void)state;
    crypto = sx_crypto_new();
    hasher = sx_hasher_new(crypto);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sx_hasher_free(hasher);
    sx_crypto_free(crypto);
    return 0;
}

static void is_hex(const uint8_t *digest, size_t n, const char *hex)
{
    char found[2 * SX_HASH_MAX_LEN + 1] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(found + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(found, hex);
}

static void vector(void **state)
{
    const struct row *row = *state;
    uint8_t out[SX_HASH_MAX_LEN];

    sx_hash_bytes(hasher, row->hash, row->text, strlen(row->text), out);
    is_hex(out, sx_hash_len(row->hash), row->hex);

    sx_hash_begin(hasher, SX_HASH_BIT(row->hash));
    for (const char *p = row->text; *p != '\0'; p++)
        sx_hash_update(hasher, p, 1);
    sx_hash_final(hasher, row->hash, out);
    is_hex(out, sx_hash_len(row->hash), row->hex);
}

/* All digests over one pass, with a one-shot digest between, give what each gives alone. */
static void one_pass(void **state)
{
    (void)state;
    unsigned all = 0;
    for (size_t i = 0; i < SX_LEN(rows); i++)
        all |= SX_HASH_BIT(rows[i].hash);
    uint8_t out[SX_HASH_MAX_LEN];
    sx_hash_begin(hasher, all & ~SX_HASH_BIT(SX_HASH_SHA256_TRUNCATED));
    sx_hash_update(hasher, "a", 1);
    sx_hash_bytes(hasher, SX_HASH_SHA256, "x", 1, out);
    sx_hash_update(hasher, "bc", 2);
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        if (strcmp(rows[i].text, "abc") != 0 || rows[i].hash == SX_HASH_SHA256_TRUNCATED)
            continue;
        sx_hash_final(hasher, rows[i].hash, out);
        is_hex(out, sx_hash_len(rows[i].hash), rows[i].hex);
    }
}

static void begin_drops_what_ran(void **state)
{
    (void)state;
    uint8_t out[SX_HASH_MAX_LEN];
    sx_hash_begin(hasher, SX_HASH_BIT(SX_HASH_SHA1) | SX_HASH_BIT(SX_HASH_SHA256));
    sx_hash_update(hasher, "something else", 14);
    sx_hash_begin(hasher, SX_HASH_BIT(SX_HASH_SHA1));
    sx_hash_final(hasher, SX_HASH_SHA1, out);
    is_hex(out, 20, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

static void numbers_that_name_no_hash(void **state)
{
    (void)state;
    assert_int_equal(sx_hash_len(0), 0);
    assert_int_equal(sx_hash_len(7), 0);
    assert_int_equal(sx_hash_len(~0u), 0);
    assert_null(sx_hash_name(0));
    assert_null(sx_hash_name(7));
}

int main(void)
{
    struct CMUnitTest tests[SX_LEN(rows) + 3] = {
        cmocka_unit_test(one_pass),
        cmocka_unit_test(begin_drops_what_ran),
        cmocka_unit_test(numbers_that_name_no_hash),
    };
    for (size_t i = 0; i < SX_LEN(rows); i++)
        tests[3 + i] = (struct CMUnitTest){ rows[i].name, vector, NULL, NULL, (void *)&rows[i] };
    return cmocka_run_group_tests_name("digest", tests, set_up, tear_down);
}

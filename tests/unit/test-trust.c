/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "crypto/trust.h"
#include "pki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct sx_arena *arena;
static struct sx_fx_pki *pki;
static struct sx_crypto *crypto;

static int set_up(void **state)
{
    (void)state;
    arena = sx_arena_new();
    pki = sx_fx_pki_new(arena);
    crypto = sx_crypto_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sx_crypto_free(crypto);
    sx_arena_free(arena);
    return 0;
}

/* What is compiled in, by the fingerprint that Apple publishes for it or that was seen in real
 * signatures. A certificate more, less or altered shows here. */
static const struct pinned {
    const char *name; /* CN, and OU where that alone is not enough */
    const char *sha256;
    bool is_root;
} pinned[] = {
    { "Apple Root CA", "b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024", true },
    { "Apple Root CA - G2", "c2b9b042dd57830e7d117dac55ac8ae19407d38e41d88f3215bc3a890444a050",
      true },
    { "Apple Root CA - G3", "63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179",
      true },
    { "Apple Code Signing CA of 2007",
      "3afa0bf5027fd0532f436b39363a680aefd6baf7bf6a4f97f17be2937b84b150" },
    { "Apple Code Signing CA of 2011",
      "5bdab1288fc16892fef50c658db54f1e2e19cf8f71cc55f77de2b95e051e2562" },
    { "Apple iPhone CA of 2007",
      "e4e2936d3c076ec4aea8ac37277524950ca005894b39bba2d347fa33155ae5fa" },
    { "Apple iPhone CA of 2017",
      "c6a6f35c3bee9a9413a063919f61b8400f50f708ac867f462c2d029ba9505ed2" },
    { "Apple Software Update CA",
      "1299e9bfe776a29ff452f8c4f5e55f3b4dfd2934349dd1850b8274f35c71745c" },
    { "Apple System Integration CA 4",
      "7da79ba48b1c160852433c15a684dfe4747b81d1720787c339609cab7c68326c" },
    { "Apple Timestamp CA", "66285e2e374d00a8ba3d8d3d04393a48bd16554b284bc88dabec85b479adcd6b" },
    { "WWDR of 2008", "64b302913f11ca1b6806093b76cade7f7b123be0c04924fda87f5f4e8647f051" },
    { "WWDR of 2013", "ce057691d730f89ca25e916f7335f4c8a15713dcd273a658c024023f8eb809c2" },
    { "WWDR CA - G2", "9ed4b3b88c6a339cf1387895bda9ca6ea31a6b5ce9edf7511845923b0c8ac94c" },
    { "WWDR G3", "dcf21878c77f4198e4b4614f03d696d89c66c66008d4244e1b99161aac91601f" },
    { "WWDR G4", "ea4757885538dd8cb59ff4556f676087d83c85e70902c122e42c0808b5bce14c" },
    { "WWDR G5", "53fd008278e5a595fe1e908ae9c5e5675f26243264a5a6438c023e3ce2870760" },
    { "WWDR G6", "bdd4ed6e74691f0c2bfd01be0296197af1379e0418e2d300efa9c3bef642ca30" },
    { "WWDR G7", "0f570d7502373a2102e2106faaa8fa4844944a07ee676198484f4d6ce15bea47" },
    { "WWDR G8", "29901badea37c9f300ce9869956beeb001d7e71bffb2e2d9533e132a4e87e6bd" },
    { "Developer ID CA G2", "f16cd3c54c7f83cea4bf1a3e6a0819c8aaa8e4a1528fd144715f350643d2df3a" },
    { "Developer ID CA", "7afc9d01a62f03a2de9637936d4afe68090d2de18d03f29c88cfb0b1ba63587f" },
};

static size_t count(struct sx_cert_list list, const char *sha256)
{
    size_t n = 0;
    for (size_t i = 0; i < list.n; i++)
        n += sx_str_is(sx_hex(arena, list.at[i].sha256, 32), sha256);
    return n;
}

static void is_compiled_in(void **state)
{
    const struct pinned *row = *state;
    SX_AUTO(sx_trust_freep) struct sx_trust *trust = sx_trust_new(crypto);
    assert_int_equal(count(sx_trust_roots(trust), row->sha256), row->is_root);
    assert_int_equal(count(sx_trust_apple_authorities(trust), row->sha256), !row->is_root);
}

static void nothing_else_is_compiled_in(void **state)
{
    (void)state;
    SX_AUTO(sx_trust_freep) struct sx_trust *trust = sx_trust_new(crypto);
    assert_int_equal(sx_trust_roots(trust).n + sx_trust_apple_authorities(trust).n, SX_LEN(pinned));
    for (size_t i = 0; i < sx_trust_roots(trust).n; i++)
        assert_int_equal(sx_trust_anchor(trust, sx_trust_roots(trust).at[i].sha256),
                         SX_ANCHOR_APPLE);
    for (size_t i = 0; i < sx_trust_apple_authorities(trust).n; i++)
        assert_int_equal(sx_trust_anchor(trust, sx_trust_apple_authorities(trust).at[i].sha256),
                         SX_ANCHOR_NONE);
}

/* The two whose certificates are not at hand, and one that is no anchor although it is Apple's. */
static void anchors_by_fingerprint_alone(void **state)
{
    (void)state;
    static const struct {
        const char *sha256;
        enum sx_anchor anchor;
    } rows[] = {
        { "fb3f6cf69467b5fa9ffa2b3b392b6e5e775bbb09c77b6e759e9038e26bbf9049", SX_ANCHOR_APPLE },
        { "eda23b3f224f45e0952f20e4d2b33e000d49c8044c1168de47b443cd2b3536dc", SX_ANCHOR_APPLE },
        { "0d83b611b648a1a75eb8558400795375cad92e264ed8e9d7a757c1f5ee2bb22d", SX_ANCHOR_NONE },
    };
    SX_AUTO(sx_trust_freep) struct sx_trust *trust = sx_trust_new(crypto);
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        struct sx_str bytes = sx_fx_unhex(arena, sx_str_of(rows[i].sha256));
        assert_int_equal(sx_trust_anchor(trust, sx_fx_span(bytes).ptr), rows[i].anchor);
    }
}

static struct sx_str pem_of(const char *name)
{
    return sx_fx_pem(arena, sx_fx_cert(pki, sx_str_of(name))->der);
}

static void adds_every_root_of_a_file(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    SX_AUTO(sx_trust_freep) struct sx_trust *trust = sx_trust_new(crypto);
    size_t before = sx_trust_roots(trust).n;
    struct sx_str pem =
        sx_fx_join(arena, SX_FX_PARTS(SX_STR("some words\n"), pem_of("root"), pem_of("root-g3")));
    assert_true(sx_trust_add_pem(trust, sx_fx_span(pem), &err));
    assert_int_equal(sx_trust_roots(trust).n, before + 2);
    assert_int_equal(sx_trust_anchor(trust, sx_trust_roots(trust).at[before].sha256),
                     SX_ANCHOR_ADDED);
}

static void an_authority_is_no_anchor(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    SX_AUTO(sx_trust_freep) struct sx_trust *trust = sx_trust_new(crypto);
    size_t before = sx_trust_roots(trust).n;
    struct sx_str pem = sx_fx_join(arena, SX_FX_PARTS(pem_of("root"), pem_of("developer-id-ca")));
    assert_false(sx_trust_add_pem(trust, sx_fx_span(pem), &err));
    assert_int_equal(err.code, SX_E_FORMAT);
    assert_int_equal(sx_trust_roots(trust).n, before);
}

static const struct bad_pem {
    const char *name;
    const char *pem;
} bad_pems[] = {
    { "empty", "" },
    { "no PEM", "hello\n" },
    { "another kind of block", "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n" },
    { "no certificate inside", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n" },
    { "no end", "-----BEGIN CERTIFICATE-----\nMAA=\n" },
    { "no base64", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n" },
    { "encrypted", "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"
                   "00000000000000000000000000000000\n\nMAA=\n-----END CERTIFICATE-----\n" },
};

static void refuses(void **state)
{
    const struct bad_pem *row = *state;
    struct sx_err err = { 0 };
    SX_AUTO(sx_trust_freep) struct sx_trust *trust = sx_trust_new(crypto);
    struct sx_span pem = sx_fx_span(sx_str_of(row->pem));
    assert_false(sx_trust_add_pem(trust, pem, &err));
    assert_int_not_equal(err.code, SX_OK);
}

#define ADD(table, fn)                                                                             \
    for (size_t i = 0; i < SX_LEN(table); i++)                                                     \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            table[i].name, fn, NULL, NULL, (void *)&table[i]                                       \
        }

int main(void)
{
    struct CMUnitTest tests[4 + SX_LEN(pinned) + SX_LEN(bad_pems)] = {
        cmocka_unit_test(nothing_else_is_compiled_in),
        cmocka_unit_test(anchors_by_fingerprint_alone),
        cmocka_unit_test(adds_every_root_of_a_file),
        cmocka_unit_test(an_authority_is_no_anchor),
    };
    size_t n = 4;
    ADD(pinned, is_compiled_in);
    ADD(bad_pems, refuses);
    return cmocka_run_group_tests_name("trust", tests, set_up, tear_down);
}

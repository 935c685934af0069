/* SPDX-License-Identifier: MIT */
/* The factory's certificates and signatures, as libcrypto reads them. */
#include "cms.h"
#include "der.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#define AS_OF 1795478400 /* 2026-11-24 */

static int make_pki(void **state)
{
    *state = sx_fx_pki_new(sx_arena_new());
    return 0;
}

static int free_pki(void **state)
{
    sx_arena_free(sx_fx_pki_arena(*state));
    return 0;
}

/* RFC 6979, A.2.5: the key and the message "sample". */
static const struct vector {
    const char *name;
    enum sx_fx_hash hash;
    const char *r, *s;
} vectors[] = {
    { "RFC 6979 with SHA-1", SX_FX_SHA1,
      "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32",
      "6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB" },
    { "RFC 6979 with SHA-256", SX_FX_SHA256,
      "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
      "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8" },
};

static void signs_by_rfc6979(void **state)
{
    const struct vector *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_key key = {
        .secret = sx_fx_unhex(
            arena, SX_STR("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"))
    };
    struct sx_str wanted = SX_FX_DER(arena, SX_FX_SEQUENCE,
                                     sx_fx_der_uint(arena, sx_fx_unhex(arena, sx_str_of(row->r))),
                                     sx_fx_der_uint(arena, sx_fx_unhex(arena, sx_str_of(row->s))));
    struct sx_str found = sx_fx_key_sign(arena, &key, row->hash, SX_STR("sample"));
    assert_int_equal(found.len, wanted.len);
    assert_memory_equal(found.ptr, wanted.ptr, wanted.len);
}

static X509 *read_cert(const struct sx_fx_cert *cert)
{
    const unsigned char *at = (const unsigned char *)cert->der.ptr;
    X509 *x = d2i_X509(NULL, &at, (long)cert->der.len);
    assert_non_null(x);
    assert_ptr_equal(at, cert->der.ptr + cert->der.len);
    return x;
}

/* verify builds the chain with the root it ends in as the only anchor, on 2026-11-24. Apple's
 * critical markers are unknown to libcrypto. */
static int verify(const struct sx_fx_cert *cert)
{
    X509_STORE *store = X509_STORE_new();
    STACK_OF(X509) *bag = sk_X509_new_null();
    const struct sx_fx_cert *root = cert;
    for (; root->issuer != NULL; root = root->issuer)
        sk_X509_push(bag, read_cert(root));
    X509 *anchor = read_cert(root), *leaf = read_cert(cert);
    X509_STORE_add_cert(store, anchor);
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    X509_STORE_CTX_init(ctx, store, leaf, bag);
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_time(param, AS_OF);
    X509_VERIFY_PARAM_set_auth_level(param, 0);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_IGNORE_CRITICAL | X509_V_FLAG_X509_STRICT);
    X509_verify_cert(ctx);
    int error = X509_STORE_CTX_get_error(ctx);
    X509_STORE_CTX_free(ctx);
    X509_free(anchor);
    X509_free(leaf);
    sk_X509_pop_free(bag, X509_free);
    X509_STORE_free(store);
    return error;
}

/* Those that do not verify on that day; all others do. */
static const struct refused {
    const char *name;
    int error;
} refused[] = {
    { "expired", X509_V_ERR_CERT_HAS_EXPIRED },
    { "not-yet-valid", X509_V_ERR_CERT_NOT_YET_VALID },
    { "tsa-expired", X509_V_ERR_CERT_HAS_EXPIRED },
    { "code-signing-ca", X509_V_ERR_CERT_HAS_EXPIRED },
    { "software-signing", X509_V_ERR_CERT_HAS_EXPIRED },
    { "issued-by-not-a-ca", X509_V_ERR_INVALID_CA },
};

static void every_certificate_verifies(void **state)
{
    for (size_t i = 0; sx_fx_cert_name(i) != NULL; i++) {
        struct sx_str name = sx_str_of(sx_fx_cert_name(i));
        int wanted = X509_V_OK;
        for (size_t k = 0; k < SX_LEN(refused); k++)
            if (sx_str_is(name, refused[k].name))
                wanted = refused[k].error;
        int found = verify(sx_fx_cert(*state, name));
        if (found != wanted)
            fail_msg("%s: %s", name.ptr, X509_verify_cert_error_string(found));
    }
}

static void certificates_are_the_same_each_time(void **state)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_pki *other = sx_fx_pki_new(arena);
    for (size_t i = 0; sx_fx_cert_name(i) != NULL; i++) {
        struct sx_str name = sx_str_of(sx_fx_cert_name(i));
        assert_true(sx_str_eq(sx_fx_cert(*state, name)->der, sx_fx_cert(other, name)->der));
    }
}

static void an_unknown_name_gives_no_certificate(void **state)
{
    assert_null(sx_fx_cert(*state, SX_STR("developer-ID")));
    assert_int_equal(sx_fx_cms_defect_named(SX_STR("no-sense")), 0);
    assert_int_equal(sx_fx_hash_named(SX_STR("md5")), 0);
}

/* What a CodeDirectory would be: some bytes. */
#define CONTENT SX_STR("\xfa\xde\x0c\x02 stands for a CodeDirectory\r\n")

static struct sx_fx_cms good(struct sx_fx_pki *pki, struct sx_fx_cdhash *cdhash)
{
    *cdhash = (struct sx_fx_cdhash){ SX_FX_SHA256, sx_fx_full_digest(sx_fx_pki_arena(pki),
                                                                     SX_FX_SHA256, CONTENT) };
    return (struct sx_fx_cms){
        .signer = sx_fx_cert(pki, SX_STR("developer-id")),
        .content = CONTENT,
        .signing_time = { true, { AS_OF, 0 } },
        .cdhashes = cdhash,
        .n_cdhashes = 1,
        .tsa = sx_fx_cert(pki, SX_STR("tsa")),
        .timestamp = { AS_OF, 0 },
    };
}

static CMS_ContentInfo *read_cms(struct sx_str bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)bytes.len);
    assert_non_null(cms);
    return cms;
}

static bool accepts(struct sx_str bytes, bool attached)
{
    CMS_ContentInfo *cms = read_cms(bytes);
    BIO *content = attached ? NULL : BIO_new_mem_buf(CONTENT.ptr, (int)CONTENT.len);
    BIO *out = BIO_new(BIO_s_mem());
    int ok = CMS_verify(cms, NULL, NULL, content, out, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY);
    ERR_clear_error();
    BIO_free(content);
    BIO_free(out);
    CMS_ContentInfo_free(cms);
    return ok == 1;
}

/* What libcrypto makes of each form; what only Apple minds it accepts. */
static const struct form {
    const char *name, *signer;
    unsigned defects;
    bool attached, der, refused;
} forms[] = {
    { "as codesign writes it", "developer-id" },
    { "in DER", "developer-id", .der = true },
    { "by RSA", "developer-id-rsa" },
    { "with content, in pieces", "developer-id", .attached = true },
    { "with content, in DER", "developer-id", .attached = true, .der = true },
    { "without signed attributes", "developer-id", SX_FX_CMS_NO_SIGNED_ATTRIBUTES },
    { "without attribute 9.1", "developer-id", SX_FX_CMS_NO_CDHASHES_PLIST },
    { "with a wrong attribute 9.2", "developer-id", SX_FX_CMS_WRONG_CDHASHES },
    { "without a root", "developer-id", SX_FX_CMS_NO_ROOT },
    { "with a wrong contentType", "developer-id", SX_FX_CMS_WRONG_CONTENT_TYPE },
    { "with attributes out of order", "developer-id", SX_FX_CMS_UNSORTED_ATTRIBUTES },
    { "signed twice", "developer-id", SX_FX_CMS_TWO_SIGNERS },
    { "wrong signature", "developer-id", SX_FX_CMS_WRONG_SIGNATURE, .refused = true },
    { "wrong messageDigest", "developer-id", SX_FX_CMS_WRONG_MESSAGE_DIGEST, .refused = true },
    { "no messageDigest", "developer-id", SX_FX_CMS_NO_MESSAGE_DIGEST, .refused = true },
    { "no contentType", "developer-id", SX_FX_CMS_NO_CONTENT_TYPE, .refused = true },
    { "no certificates", "developer-id", SX_FX_CMS_NO_CERTIFICATES, .refused = true },
};

static void libcrypto_judges(void **state)
{
    const struct form *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_pki *pki = sx_fx_pki_new(arena);
    struct sx_fx_cdhash cdhash;
    struct sx_fx_cms spec = good(pki, &cdhash);
    spec.signer = sx_fx_cert(pki, sx_str_of(row->signer));
    spec.attached = row->attached;
    spec.der = row->der;
    spec.defects = row->defects;
    assert_int_equal(accepts(sx_fx_cms(pki, &spec), row->attached), !row->refused);
}

static void a_token_verifies(void **state)
{
    struct sx_fx_pki *pki = *state;
    const struct sx_fx_cert *tsa = sx_fx_cert(pki, SX_STR("tsa"));
    struct sx_time t = { AS_OF, 0 };
    assert_true(accepts(sx_fx_token(pki, tsa, t, SX_STR("value"), 0), true));
    assert_false(
        accepts(sx_fx_token(pki, tsa, t, SX_STR("value"), SX_FX_CMS_TOKEN_WRONG_SIGNATURE), true));
}

static void a_signature_carries_token_and_apple_attributes(void **state)
{
    struct sx_fx_cdhash cdhash;
    struct sx_fx_cms spec = good(*state, &cdhash);
    CMS_ContentInfo *cms = read_cms(sx_fx_cms(*state, &spec));
    CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
    assert_int_equal(CMS_signed_get_attr_count(si), 5);
    assert_true(CMS_unsigned_get_attr_by_NID(si, NID_id_smime_aa_timeStampToken, -1) >= 0);
    CMS_ContentInfo_free(cms);
}

/* The values inside attribute 9.2 are in codesign's order, not in DER's: libcrypto sorts them
 * before it hashes, and so refuses what Apple accepts. */
static void two_cdhashes_are_no_der(void **state)
{
    struct sx_fx_cdhash one;
    struct sx_fx_cms spec = good(*state, &one);
    struct sx_fx_cdhash two[] = {
        { SX_FX_SHA1, sx_fx_full_digest(sx_fx_pki_arena(*state), SX_FX_SHA1, CONTENT) }, one
    };
    spec.cdhashes = two;
    spec.n_cdhashes = SX_LEN(two);
    assert_false(accepts(sx_fx_cms(*state, &spec), false));
}

#define WITH_PKI(test) cmocka_unit_test_setup_teardown(test, make_pki, free_pki)
static const struct CMUnitTest others[] = {
    WITH_PKI(every_certificate_verifies),
    WITH_PKI(certificates_are_the_same_each_time),
    WITH_PKI(an_unknown_name_gives_no_certificate),
    WITH_PKI(a_token_verifies),
    WITH_PKI(two_cdhashes_are_no_der),
    WITH_PKI(a_signature_carries_token_and_apple_attributes),
};

int main(void)
{
    struct CMUnitTest tests[SX_LEN(vectors) + SX_LEN(forms) + SX_LEN(others)];
    size_t n = 0;
    for (size_t i = 0; i < SX_LEN(vectors); i++)
        tests[n++] = (struct CMUnitTest){ vectors[i].name, signs_by_rfc6979, NULL, NULL,
                                          (void *)&vectors[i] };
    for (size_t i = 0; i < SX_LEN(forms); i++)
        tests[n++] =
            (struct CMUnitTest){ forms[i].name, libcrypto_judges, NULL, NULL, (void *)&forms[i] };
    for (size_t i = 0; i < SX_LEN(others); i++)
        tests[n++] = others[i];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

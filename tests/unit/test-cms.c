/* SPDX-License-Identifier: MIT */
/* Signatures by the factory's stand-ins for Apple's certificates, whole and with every defect
 * that a verifier has to notice. */
#include "signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct signing rows[] = {
    { "signed" },
    { "signed, definite lengths", .der = true },
    { "signed with SHA-1", .sha1 = true },
    { "signing time", .signing_time = "2025-01-01" },
    { "timestamp", .tsa = "tsa" },
    { "RSA", .signer = "developer-id-rsa", .tsa = "tsa" },
    { "SHA-1 in the chain", .signer = "sha1-signed" },
    { "imprint with SHA-1", .tsa = "tsa", .defects = SX_FX_CMS_TOKEN_SHA1_IMPRINT },
    { "attributes out of order", .defects = SX_FX_CMS_UNSORTED_ATTRIBUTES },
    { "no attributes", .defects = SX_FX_CMS_NO_SIGNED_ATTRIBUTES },
    { "root left out", .defects = SX_FX_CMS_NO_ROOT },
    { "bytes behind", .defects = SX_FX_CMS_TRAILING_BYTES },

    { "second CA", .signer = "developer-id-g2" },
    { "kext", .signer = "developer-id-kext" },
    { "App Store", .signer = "app-store", .kind = SX_IDENTITY_APP_STORE },
    { "TestFlight", .signer = "testflight", .kind = SX_IDENTITY_TESTFLIGHT },
    { "Apple Distribution", .signer = "apple-distribution", .kind = SX_IDENTITY_DISTRIBUTION },
    { "Mac distribution", .signer = "mac-distribution", .kind = SX_IDENTITY_DISTRIBUTION },
    { "development", .signer = "development", .kind = SX_IDENTITY_DEVELOPMENT },
    { "self-signed", .signer = "self-signed", .kind = SX_IDENTITY_SELF_SIGNED },
    { "no marker", .signer = "no-marker", .kind = SX_IDENTITY_OTHER },
    { "Apple's own, expired and without timestamp", .signer = "software-signing",
      .kind = SX_IDENTITY_APPLE, .is_expired = true },
    { "installer package", .signer = "installer", .use = SX_CMS_PACKAGE,
      .kind = SX_IDENTITY_INSTALLER },
    { "store package", .signer = "mac-installer", .use = SX_CMS_PACKAGE,
      .kind = SX_IDENTITY_STORE_INSTALLER },
    { "profile", .signer = "profile-signer", .use = SX_CMS_PROFILE, .attached = true, .der = true,
      .kind = SX_IDENTITY_PROFILE },
    { "profile in pieces", .signer = "profile-signer", .use = SX_CMS_PROFILE, .attached = true,
      .kind = SX_IDENTITY_PROFILE },
    { "profile, DER form", .signer = "profile-signer-der", .use = SX_CMS_PROFILE, .attached = true,
      .kind = SX_IDENTITY_PROFILE },

    { "messageDigest wrong", F(CMS_DIGEST_WRONG), .defects = SX_FX_CMS_WRONG_MESSAGE_DIGEST },
    { "messageDigest missing", F(CMS_ATTRIBUTE_COUNT), .defects = SX_FX_CMS_NO_MESSAGE_DIGEST },
    { "messageDigest twice", F(CMS_ATTRIBUTE_COUNT), .defects = SX_FX_CMS_MESSAGE_DIGEST_TWICE },
    { "contentType missing", F(CMS_ATTRIBUTE_COUNT), .defects = SX_FX_CMS_NO_CONTENT_TYPE },
    { "contentType twice", F(CMS_ATTRIBUTE_COUNT), .defects = SX_FX_CMS_CONTENT_TYPE_TWICE },
    { "contentType wrong", F(CMS_ATTRIBUTE_COUNT), .defects = SX_FX_CMS_WRONG_CONTENT_TYPE },
    { "signature wrong", F(CMS_SIGNATURE_WRONG), .defects = SX_FX_CMS_WRONG_SIGNATURE },
    { "signature wrong, RSA", F(CMS_SIGNATURE_WRONG), .signer = "developer-id-rsa",
      .defects = SX_FX_CMS_WRONG_SIGNATURE },
    { "signature wrong, no attributes", F(CMS_SIGNATURE_WRONG),
      .defects = SX_FX_CMS_WRONG_SIGNATURE | SX_FX_CMS_NO_SIGNED_ATTRIBUTES },
    { "no certificates", F(CMS_SIGNATURE_WRONG), .defects = SX_FX_CMS_NO_CERTIFICATES,
      .kind = SX_IDENTITY_NONE },
    { "two signers", F(SEVERAL_SIGNERS), .defects = SX_FX_CMS_TWO_SIGNERS },

    { "unsigned attributes without token", F(TIMESTAMP_ATTRIBUTE_MISSING), .tsa = "tsa",
      .defects = SX_FX_CMS_TOKEN_MISSING },
    { "token over something else", F(TIMESTAMP_IMPRINT_WRONG), .tsa = "tsa",
      .defects = SX_FX_CMS_TOKEN_WRONG_IMPRINT },
    { "token's signature wrong", F(TIMESTAMP_UNREADABLE), .tsa = "tsa",
      .defects = SX_FX_CMS_TOKEN_WRONG_SIGNATURE },
    { "token names another certificate", F(TIMESTAMP_UNREADABLE), .tsa = "tsa",
      .defects = SX_FX_CMS_TOKEN_WRONG_CERTIFICATE_HASH },
    { "genTime with a fraction", F(TIMESTAMP_UNREADABLE), .tsa = "tsa",
      .defects = SX_FX_CMS_TOKEN_FRACTION },
    { "authority not for timestamps", F(TIMESTAMP_UNREADABLE), .tsa = "tsa-no-usage" },
    { "genTime after the authority's end", F(TIMESTAMP_OUTSIDE_AUTHORITY), .tsa = "tsa-expired" },
    { "genTime before the authority's start", F(TIMESTAMP_OUTSIDE_AUTHORITY), .tsa = "tsa",
      .time = "2026-10-31T23:59:59Z" },
    { "token without root", F(TIMESTAMP_NOT_APPLE), .tsa = "tsa",
      .defects = SX_FX_CMS_TOKEN_NO_ROOT },

    { "intermediate missing", F(CHAIN_INCOMPLETE), .defects = SX_FX_CMS_NO_INTERMEDIATE,
      .kind = SX_IDENTITY_OTHER },
    { "unknown critical extension", F(CHAIN_INVALID), SX_IDENTITY_OTHER, "unknown-critical" },
    { "issuer is no authority", F(CHAIN_INVALID), SX_IDENTITY_OTHER, "issued-by-not-a-ca" },
    { "leaf not for code", F(CERTIFICATE_PURPOSE_WRONG), .signer = "no-usage" },
    { "installer's leaf on code", F(CERTIFICATE_PURPOSE_WRONG), .signer = "installer",
      .kind = SX_IDENTITY_INSTALLER },
    { "look-alike", F(LOOK_ALIKE), .signer = "look-alike", .kind = SX_IDENTITY_OTHER },
    { "self-signed look-alike", F(LOOK_ALIKE), .signer = "self-signed-look-alike",
      .kind = SX_IDENTITY_SELF_SIGNED },

    { "expired, stamped while valid", .signer = "expired", .tsa = "tsa-expired",
      .time = "2020-02-01T00:00:00Z" },
    { "stamped after expiry", F(CERTIFICATE_EXPIRED), .signer = "expired", .tsa = "tsa" },
    { "stamped before it became valid", F(CERTIFICATE_NOT_YET_VALID), .signer = "not-yet-valid",
      .tsa = "tsa" },
    { "expired, signing time while valid", F(EXPIRED_WITHOUT_TIMESTAMP), .signer = "expired",
      .signing_time = "2020-06-01" },
    { "expired, no time at all", F(EXPIRED_WITHOUT_TIMESTAMP), .signer = "expired",
      .is_expired = true },
    { "expired, and the code asks for expiration",
      F(EXPIRED_WITHOUT_TIMESTAMP) | F(CERTIFICATE_EXPIRED), .signer = "expired",
      .check_expiration = true },
    { "not yet valid, no time at all", .signer = "not-yet-valid", .is_expired = true },
    { "not yet valid, and the code asks for expiration", F(CERTIFICATE_NOT_YET_VALID),
      .signer = "not-yet-valid", .check_expiration = true },

    { "profile by a developer", F(CERTIFICATE_PURPOSE_WRONG), .use = SX_CMS_PROFILE,
      .attached = true },
    { "profile without content", F(CMS_UNREADABLE), .signer = "profile-signer",
      .use = SX_CMS_PROFILE, .kind = SX_IDENTITY_NONE },
    { "profile altered", F(CMS_DIGEST_WRONG), .signer = "profile-signer", .use = SX_CMS_PROFILE,
      .attached = true, .kind = SX_IDENTITY_PROFILE, .defects = SX_FX_CMS_WRONG_MESSAGE_DIGEST },
};

static enum sx_identity kind_of(const struct signing *row)
{
    bool nobody =
        (row->defects & SX_FX_CMS_NO_CERTIFICATES) != 0 || (row->want & F(CMS_UNREADABLE)) != 0;
    return nobody                          ? SX_IDENTITY_NONE
           : row->kind == SX_IDENTITY_NONE ? SX_IDENTITY_DEVELOPER_ID
                                           : row->kind;
}

static void judges(void **state)
{
    const struct signing *row = *state;
    struct sx_cms out;
    verify(row, sign(row), &out);
    has_faults(&out.verdict, row->want);
    assert_int_equal(out.signer, kind_of(row));
    assert_int_equal(out.is_expired, row->is_expired);
    for (size_t i = 0; i < out.verdict.n; i++)
        assert_true(out.verdict.at[i].detail.len > 0);
}

static void says_who_and_when(void **state)
{
    (void)state;
    struct signing row = { .tsa = "tsa", .signing_time = "2026-11-20T11:59:58Z" };
    struct sx_str cms = sign(&row);
    struct sx_cms out;
    verify(&row, cms, &out);
    assert_int_equal(out.len, cms.len);
    assert_int_equal(out.n_signers, 1);
    assert_string_equal(out.team.ptr, "W4FFLE9K2Q");
    assert_string_equal(sx_time_text(arena, out.signing_time.t).ptr, "2026-11-20T11:59:58Z");
    assert_true(out.has_timestamp);
    assert_string_equal(sx_time_text(arena, out.timestamp.time).ptr, STAMPED);
    assert_string_equal(out.timestamp.policy.ptr, "1.2.3.4.5.6");
    assert_string_equal(out.timestamp.authority.ptr,
                        "CN=Timestamp Signer 1,OU=Timestamps,O=sxlint Tests,C=US");
    assert_int_equal(out.chain.n, 3);
    assert_int_equal(out.chain.anchor, SX_ANCHOR_ADDED);
    assert_int_equal(out.timestamp.chain.anchor, SX_ANCHOR_ADDED);
    assert_string_equal(out.chain.certs[0].common_name.ptr,
                        "Developer ID Application: Waffle Works (W4FFLE9K2Q)");
    assert_string_equal(sx_time_text(arena, out.chain.certs[0].developer_id_date.t).ptr,
                        "2022-01-31T00:00:00Z");
}

static void carries_its_content(void **state)
{
    const struct signing *row = *state;
    struct sx_cms out;
    verify(row, sign(row), &out);
    has_faults(&out.verdict, 0);
    assert_int_equal(out.content.len, strlen(CONTENT));
    assert_memory_equal(out.content.ptr, CONTENT, strlen(CONTENT));
}

static const struct signing contents[] = {
    { "content", .signer = "profile-signer", .use = SX_CMS_PROFILE, .attached = true, .der = true },
    { "content in pieces", .signer = "profile-signer", .use = SX_CMS_PROFILE, .attached = true },
};

/* Without the roots that stand for Apple's, the same signatures are by nobody known. */
static void another_root_is_nobody(void **state)
{
    (void)state;
    struct signing row = { .tsa = "tsa" };
    SX_AUTO(sx_trust_freep) struct sx_trust *apple = sx_trust_new(crypto);
    struct sx_cms_request request = { .content = sx_fx_span(SX_STR(CONTENT)), .now = time_of(NOW) };
    struct sx_cms out;
    sx_cms_verify(apple, hasher, sx_fx_span(sign(&row)), &request, arena, &out);
    has_faults(&out.verdict, F(LOOK_ALIKE));
    assert_int_equal(out.signer, SX_IDENTITY_OTHER);
    assert_int_equal(out.chain.anchor, SX_ANCHOR_UNKNOWN);
}

static void other_content(void **state)
{
    (void)state;
    struct signing row = { 0 };
    struct sx_cms_request request = { .content = sx_fx_span(SX_STR("another CodeDirectory")),
                                      .now = time_of(NOW) };
    struct sx_cms out;
    sx_cms_verify(trust, hasher, sx_fx_span(sign(&row)), &request, arena, &out);
    has_faults(&out.verdict, F(CMS_DIGEST_WRONG));
}

#define ADD(table, fn)                                                                             \
    for (size_t i = 0; i < SX_LEN(table); i++)                                                     \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            table[i].name, fn, NULL, NULL, (void *)&table[i]                                       \
        }

enum { N_PLAIN = 3, N_TESTS = N_PLAIN + SX_LEN(rows) + SX_LEN(contents) };

int main(void)
{
    struct CMUnitTest tests[N_TESTS] = {
        cmocka_unit_test(says_who_and_when),
        cmocka_unit_test(another_root_is_nobody),
        cmocka_unit_test(other_content),
    };
    size_t n = N_PLAIN;
    ADD(rows, judges);
    ADD(contents, carries_its_content);
    return cmocka_run_group_tests_name("cms", tests, signing_set_up, signing_tear_down);
}

/* SPDX-License-Identifier: MIT */
#include "crypto/signed_bytes.h"
#include "pki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define BYTES "the bytes before the signature"

static struct sx_arena *arena;
static struct sx_fx_pki *pki;
static struct sx_crypto *crypto;
static struct sx_hasher *hasher;
static struct sx_trust *trust;

static int set_up(void **state)
{
    (void)state;
    struct sx_err err = { 0 };
    arena = sx_arena_new();
    pki = sx_fx_pki_new(arena);
    crypto = sx_crypto_new();
    hasher = sx_hasher_new(crypto);
    trust = sx_trust_new(crypto);
    struct sx_str pem =
        sx_fx_join(arena, SX_FX_PARTS(sx_fx_pem(arena, sx_fx_cert(pki, SX_STR("root"))->der),
                                      sx_fx_pem(arena, sx_fx_cert(pki, SX_STR("root-g3"))->der)));
    assert_true(sx_trust_add_pem(trust, sx_fx_span(pem), &err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sx_trust_free(trust);
    sx_hasher_free(hasher);
    sx_crypto_free(crypto);
    sx_arena_free(arena);
    return 0;
}

#define F(name) (1u << SX_FAULT_##name)

/* A ticket's signer and its authority, unless the row says otherwise. */
static const struct row {
    const char *name;
    unsigned want;
    enum sx_identity signer;
    const char *cert, *authority;
    enum sx_key_kind key;
    const char *at;
    const char *signed_text;
    size_t n_certs;
} rows[] = {
    { "ticket", 0, SX_IDENTITY_TICKET },
    { "package", 0, SX_IDENTITY_INSTALLER, "installer-rsa", "developer-id-ca-rsa", SX_KEY_RSA },
    { "other bytes", F(CMS_SIGNATURE_WRONG), SX_IDENTITY_TICKET, .signed_text = "other bytes" },
    { "other kind of key", F(CMS_SIGNATURE_WRONG), SX_IDENTITY_TICKET, .key = SX_KEY_RSA },
    { "before the signer's start", F(CERTIFICATE_NOT_YET_VALID), SX_IDENTITY_TICKET,
      .at = "2025-01-01" },
    { "after the signer's end", F(CERTIFICATE_EXPIRED), SX_IDENTITY_TICKET, .at = "2028-01-01" },
    { "authority missing", F(CHAIN_INCOMPLETE), SX_IDENTITY_OTHER, .n_certs = 1 },
    { "signer's critical extension unknown", F(CHAIN_INVALID), SX_IDENTITY_OTHER,
      "unknown-critical", "developer-id-ca" },
    { "signed by somebody else", 0, SX_IDENTITY_DEVELOPER_ID, "developer-id", "developer-id-ca" },
    { "no certificate", F(CMS_UNREADABLE), SX_IDENTITY_NONE, .n_certs = 3 },
};

static void verifies(void **state)
{
    const struct row *row = *state;
    const struct sx_fx_cert *cert =
        sx_fx_cert(pki, sx_str_of(row->cert != NULL ? row->cert : "ticket-signer"));
    const struct sx_fx_cert *authority = sx_fx_cert(
        pki, sx_str_of(row->authority != NULL ? row->authority : "system-integration-ca"));
    struct sx_str text = sx_str_of(row->signed_text != NULL ? row->signed_text : BYTES);
    struct sx_str signature = sx_fx_key_sign(arena, &cert->key, SX_FX_SHA256, text);
    struct sx_span certs[] = { sx_fx_span(cert->der), sx_fx_span(authority->der) };
    uint8_t digest[SX_HASH_MAX_LEN];
    sx_hash_bytes(hasher, SX_HASH_SHA256, BYTES, strlen(BYTES), digest);
    struct sx_signed_bytes what = {
        .certs = certs,
        .n_certs = row->n_certs == 0 ? 2 : row->n_certs % 3,
        .key = row->key != SX_KEY_OTHER ? row->key : SX_KEY_EC,
        .hash = SX_HASH_SHA256,
        .digest = digest,
        .signature = sx_fx_span(signature),
    };
    assert_true(sx_time_parse(sx_str_of(row->at != NULL ? row->at : "2026-11-24"), true, &what.at));
    struct sx_signed_by out;
    sx_signed_bytes_verify(trust, hasher, &what, arena, &out);
    for (unsigned i = 0; i < SX_N_FAULTS; i++)
        assert_int_equal(sx_verdict_has(&out.verdict, i), row->want >> i & 1);
    assert_int_equal(out.fits, (row->want & (F(CMS_SIGNATURE_WRONG) | F(CMS_UNREADABLE))) == 0);
    assert_int_equal(out.signer, row->signer);
}

int main(void)
{
    struct CMUnitTest tests[SX_LEN(rows)];
    for (size_t i = 0; i < SX_LEN(rows); i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, verifies, NULL, NULL, (void *)&rows[i] };
    return cmocka_run_group_tests_name("signed-bytes", tests, set_up, tear_down);
}

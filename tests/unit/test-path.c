/* SPDX-License-Identifier: MIT */
/* Chains that no authority would issue: each link, and each extension, wrong in its way. */
#include "der.h"
#include "signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* What a certificate may carry. */
enum {
    CA = 1 << 0,         /* basicConstraints */
    CERT_SIGN = 1 << 1,  /* keyUsage keyCertSign */
    SIGNATURE = 1 << 2,  /* keyUsage digitalSignature */
    REPUDIATE = 1 << 3,  /* keyUsage nonRepudiation */
    AGREEMENT = 1 << 4,  /* keyUsage keyAgreement */
    CODE = 1 << 5,       /* extended key usage */
    STAMP = 1 << 6,      /* likewise */
    PATH_LEN_0 = 1 << 7, /* in basicConstraints */
    ANY_PURPOSE = 1 << 8,

    AUTHORITY = CA | CERT_SIGN,
    LEAF = SIGNATURE | CODE,
    MAX_CERTS = 10,
};

struct link {
    const char *name; /* its common name and its key; NULL ends the chain */
    unsigned flags;
    const char *critical;  /* an extension */
    const char *signed_by; /* another key than the next certificate's */
};

struct row {
    const char *name;
    unsigned want;
    struct link chain[MAX_CERTS]; /* leaf first, its root last, which is an anchor */
};

static const struct row signers[] = {
    { "leaf, authority, root", 0, { { "a", LEAF }, { "b", AUTHORITY }, { "c", AUTHORITY } } },
    { "leaf under the root", 0, { { "a", LEAF }, { "c", AUTHORITY } } },
    { "root without basicConstraints",
      0,
      { { "a", LEAF }, { "b", AUTHORITY }, { "c", CERT_SIGN } } },
    { "leaf signed by another",
      F(CHAIN_INVALID),
      { { "a", LEAF, .signed_by = "x" }, { "c", AUTHORITY } } },
    { "authority signed by another",
      F(CHAIN_INVALID),
      { { "a", LEAF }, { "b", AUTHORITY, .signed_by = "x" }, { "c", AUTHORITY } } },
    { "authority without basicConstraints",
      F(CHAIN_INVALID),
      { { "a", LEAF }, { "b", CERT_SIGN }, { "c", AUTHORITY } } },
    { "authority that may not sign certificates",
      F(CHAIN_INVALID),
      { { "a", LEAF }, { "b", CA | SIGNATURE }, { "c", AUTHORITY } } },
    { "leaf as authority", F(CHAIN_INVALID), { { "a", LEAF }, { "b", LEAF }, { "c", AUTHORITY } } },
    { "path length exceeded",
      F(CHAIN_INVALID),
      { { "a", LEAF }, { "b", AUTHORITY }, { "d", AUTHORITY | PATH_LEN_0 }, { "c", AUTHORITY } } },
    { "path length just kept",
      0,
      { { "a", LEAF }, { "d", AUTHORITY | PATH_LEN_0 }, { "c", AUTHORITY } } },
    { "ten certificates",
      F(CHAIN_INVALID),
      { { "a", LEAF },
        { "b", AUTHORITY },
        { "d", AUTHORITY },
        { "e", AUTHORITY },
        { "f", AUTHORITY },
        { "g", AUTHORITY },
        { "h", AUTHORITY },
        { "i", AUTHORITY },
        { "j", AUTHORITY },
        { "c", AUTHORITY } } },

    { "critical marker of Apple's",
      0,
      { { "a", LEAF, "1.2.840.113635.100.6.1.99" }, { "c", AUTHORITY } } },
    { "critical component extension of Apple's",
      0,
      { { "a", LEAF, "1.2.840.113635.100.11.1" }, { "c", AUTHORITY } } },
    { "critical marker in an authority",
      0,
      { { "a", LEAF }, { "b", AUTHORITY, "1.2.840.113635.100.6.2.99" }, { "c", AUTHORITY } } },
    { "critical extension of another arc of Apple's",
      F(CHAIN_INVALID),
      { { "a", LEAF, "1.2.840.113635.100.4.11" }, { "c", AUTHORITY } } },
    { "critical, the arc itself",
      F(CHAIN_INVALID),
      { { "a", LEAF, "1.2.840.113635.100.6" }, { "c", AUTHORITY } } },
    { "critical, nobody's",
      F(CHAIN_INVALID),
      { { "a", LEAF }, { "b", AUTHORITY, "1.2.3.4" }, { "c", AUTHORITY } } },

    { "leaf with nonRepudiation only", 0, { { "a", REPUDIATE | CODE }, { "c", AUTHORITY } } },
    { "leaf without keyUsage", 0, { { "a", CODE }, { "c", AUTHORITY } } },
    { "leaf with another keyUsage",
      F(CERTIFICATE_PURPOSE_WRONG),
      { { "a", AGREEMENT | CODE }, { "c", AUTHORITY } } },
    { "leaf for any purpose",
      F(CERTIFICATE_PURPOSE_WRONG),
      { { "a", SIGNATURE | ANY_PURPOSE }, { "c", AUTHORITY } } },
    { "leaf for timestamps",
      F(CERTIFICATE_PURPOSE_WRONG),
      { { "a", SIGNATURE | STAMP }, { "c", AUTHORITY } } },
};

/* The same, of those who stamp what a good leaf has signed. */
static const struct row authorities[] = {
    { "timestamp authority", 0, { { "a", SIGNATURE | STAMP }, { "c", AUTHORITY } } },
    { "timestamp authority signed by another",
      F(TIMESTAMP_UNREADABLE),
      { { "a", SIGNATURE | STAMP, .signed_by = "x" }, { "c", AUTHORITY } } },
    { "timestamp authority, critical extension",
      F(TIMESTAMP_UNREADABLE),
      { { "a", SIGNATURE | STAMP, "1.2.3.4" }, { "c", AUTHORITY } } },
    { "timestamp authority for code",
      F(TIMESTAMP_UNREADABLE),
      { { "a", LEAF }, { "c", AUTHORITY } } },
};

static struct sx_str extension(const char *oid, bool critical, struct sx_str value)
{
    return SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, oid),
                     critical ? sx_fx_der_bool(arena, true) : SX_STR(""),
                     SX_FX_DER(arena, SX_FX_OCTET_STRING, value));
}

static struct sx_str basic_constraints(unsigned flags)
{
    if ((flags & CA) == 0)
        return SX_STR("");
    struct sx_str path_len = (flags & PATH_LEN_0) != 0 ? sx_fx_der_int(arena, 0) : SX_STR("");
    return extension("2.5.29.19", true,
                     SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_bool(arena, true), path_len));
}

static struct sx_str key_usage(unsigned flags)
{
    unsigned bits = ((flags & SIGNATURE) != 0 ? 0x80 : 0) | ((flags & REPUDIATE) != 0 ? 0x40 : 0) |
                    ((flags & AGREEMENT) != 0 ? 0x08 : 0) | ((flags & CERT_SIGN) != 0 ? 0x04 : 0);
    return bits == 0 ? SX_STR("")
                     : extension("2.5.29.15", true, SX_FX_BYTES(3, 2, 0, (uint8_t)bits));
}

static struct sx_str extended_key_usage(unsigned flags)
{
    const char *oid = (flags & CODE) != 0          ? "1.3.6.1.5.5.7.3.3"
                      : (flags & STAMP) != 0       ? "1.3.6.1.5.5.7.3.8"
                      : (flags & ANY_PURPOSE) != 0 ? "2.5.29.37.0"
                                                   : NULL;
    if (oid == NULL)
        return SX_STR("");
    return extension("2.5.29.37", true,
                     SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, oid)));
}

static struct sx_str name_of(const char *text)
{
    return SX_FX_DER(arena, SX_FX_SEQUENCE,
                     SX_FX_DER(arena, SX_FX_SET,
                               SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, "2.5.4.3"),
                                         SX_FX_DER(arena, SX_FX_UTF8_STRING, sx_str_of(text)))));
}

static struct sx_str extensions_of(const struct link *link)
{
    struct sx_str all = SX_FX_DER(
        arena, SX_FX_SEQUENCE, basic_constraints(link->flags), key_usage(link->flags),
        extended_key_usage(link->flags),
        link->critical != NULL ? extension(link->critical, true, SX_STR("\x05\x00")) : SX_STR(""));
    return SX_FX_DER(arena, SX_FX_CONTEXT + 3, all);
}

static struct sx_fx_cert *issue(const struct link *link, const struct sx_fx_cert *issuer)
{
    struct sx_fx_cert *cert = SX_NEW(arena, struct sx_fx_cert);
    cert->name = link->name;
    cert->key = sx_fx_key_ec(arena, sx_str_of(link->name));
    cert->issuer = issuer;
    cert->subject = name_of(link->name);
    cert->issuer_name = issuer != NULL ? issuer->subject : cert->subject;
    cert->serial = sx_fx_der_int(arena, link->name[0]);
    struct sx_fx_key by = link->signed_by != NULL ? sx_fx_key_ec(arena, sx_str_of(link->signed_by))
                          : issuer != NULL        ? issuer->key
                                                  : cert->key;
    struct sx_str algorithm = sx_fx_key_algorithm(arena, &by, SX_FX_SHA256);
    struct sx_str validity =
        SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_time(arena, time_of("2020-01-01")),
                  sx_fx_der_time(arena, time_of("2030-01-01")));
    struct sx_str tbs =
        SX_FX_DER(arena, SX_FX_SEQUENCE, SX_STR("\xa0\x03\x02\x01\x02"), cert->serial, algorithm,
                  cert->issuer_name, validity, cert->subject, cert->key.spki, extensions_of(link));
    struct sx_str signature = sx_fx_key_sign(arena, &by, SX_FX_SHA256, tbs);
    cert->der = SX_FX_DER(arena, SX_FX_SEQUENCE, tbs, algorithm, sx_fx_der_bits(arena, signature));
    return cert;
}

/* issue_all returns the leaf. */
static const struct sx_fx_cert *issue_all(const struct link *chain)
{
    size_t n = 0;
    while (n < MAX_CERTS && chain[n].name != NULL)
        n++;
    const struct sx_fx_cert *cert = NULL;
    while (n > 0)
        cert = issue(&chain[--n], cert);
    return cert;
}

static const struct sx_fx_cert *root_of(const struct sx_fx_cert *cert)
{
    while (cert->issuer != NULL)
        cert = cert->issuer;
    return cert;
}

/* verify_under takes the root of a chain for an anchor, and the one that stands for Apple's. */
static void verify_under(const struct sx_fx_cert *root, const struct sx_fx_cms *spec,
                         struct sx_cms *out)
{
    struct sx_err err = { 0 };
    struct sx_str pem =
        sx_fx_join(arena, SX_FX_PARTS(sx_fx_pem(arena, root->der),
                                      sx_fx_pem(arena, sx_fx_cert(pki, SX_STR("root"))->der)));
    SX_AUTO(sx_trust_freep) struct sx_trust *with_root = sx_trust_new(crypto);
    assert_true(sx_trust_add_pem(with_root, sx_fx_span(pem), &err));
    struct sx_cms_request request = { .content = sx_fx_span(SX_STR(CONTENT)), .now = time_of(NOW) };
    sx_cms_verify(with_root, hasher, sx_fx_span(sx_fx_cms(pki, spec)), &request, arena, out);
}

static void judges_signer(void **state)
{
    const struct row *row = *state;
    const struct sx_fx_cert *leaf = issue_all(row->chain);
    struct sx_fx_cms spec = { .signer = leaf, .content = SX_STR(CONTENT) };
    struct sx_cms out;
    verify_under(root_of(leaf), &spec, &out);
    has_faults(&out.verdict, row->want);
    /* a link that does not hold leads to nobody */
    bool holds = (row->want & F(CHAIN_INVALID)) == 0;
    assert_int_equal(out.chain.anchor, holds ? SX_ANCHOR_ADDED : SX_ANCHOR_NONE);
}

static void judges_authority(void **state)
{
    const struct row *row = *state;
    const struct sx_fx_cert *leaf = issue_all(row->chain);
    struct sx_fx_cms spec = { .signer = sx_fx_cert(pki, SX_STR("developer-id")),
                              .content = SX_STR(CONTENT),
                              .tsa = leaf,
                              .timestamp = time_of(STAMPED) };
    struct sx_cms out;
    verify_under(root_of(leaf), &spec, &out);
    has_faults(&out.verdict, row->want);
    assert_int_equal(out.has_timestamp, row->want == 0);
}

/* A root that is none of ours may be one, but it has to have signed itself. */
static void unknown_roots(void **state)
{
    (void)state;
    static const struct link honest[MAX_CERTS] = { { "a", LEAF }, { "c", AUTHORITY } };
    static const struct link forged[MAX_CERTS] = { { "a", LEAF },
                                                   { "c", AUTHORITY, .signed_by = "x" } };
    struct sx_cms_request request = { .content = sx_fx_span(SX_STR(CONTENT)), .now = time_of(NOW) };
    struct sx_fx_cms spec = { .signer = issue_all(honest), .content = SX_STR(CONTENT) };
    struct sx_cms out;
    sx_cms_verify(trust, hasher, sx_fx_span(sx_fx_cms(pki, &spec)), &request, arena, &out);
    has_faults(&out.verdict, 0);
    assert_int_equal(out.chain.anchor, SX_ANCHOR_UNKNOWN);
    assert_int_equal(out.signer, SX_IDENTITY_OTHER);

    spec.signer = issue_all(forged);
    sx_cms_verify(trust, hasher, sx_fx_span(sx_fx_cms(pki, &spec)), &request, arena, &out);
    has_faults(&out.verdict, F(CHAIN_INVALID));
    assert_int_equal(out.chain.anchor, SX_ANCHOR_NONE);
}

/* Anybody can put Apple's root into the list of a token and date it as he likes. */
static void foreign_authority(void **state)
{
    (void)state;
    static const struct link tsa = { "a", SIGNATURE | STAMP }, root = { "c", AUTHORITY };
    struct sx_fx_cert *foreign = issue(&root, NULL);
    foreign->issuer = sx_fx_cert(pki, SX_STR("root")); /* only to be carried along */
    struct sx_fx_cms spec = { .signer = sx_fx_cert(pki, SX_STR("developer-id")),
                              .content = SX_STR(CONTENT),
                              .tsa = issue(&tsa, foreign),
                              .timestamp = time_of(STAMPED) };
    struct sx_cms_request request = { .content = sx_fx_span(SX_STR(CONTENT)), .now = time_of(NOW) };
    struct sx_cms out;
    sx_cms_verify(trust, hasher, sx_fx_span(sx_fx_cms(pki, &spec)), &request, arena, &out);
    has_faults(&out.verdict, F(TIMESTAMP_NOT_APPLE));
    assert_true(out.has_token);
    assert_false(out.has_timestamp);
}

#define ADD(table, fn)                                                                             \
    for (size_t i = 0; i < SX_LEN(table); i++)                                                     \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            table[i].name, fn, NULL, NULL, (void *)&table[i]                                       \
        }

int main(void)
{
    struct CMUnitTest tests[2 + SX_LEN(signers) + SX_LEN(authorities)] = {
        cmocka_unit_test(unknown_roots),
        cmocka_unit_test(foreign_authority),
    };
    size_t n = 2;
    ADD(signers, judges_signer);
    ADD(authorities, judges_authority);
    return cmocka_run_group_tests_name("path", tests, signing_set_up, signing_tear_down);
}

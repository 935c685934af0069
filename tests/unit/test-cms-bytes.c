/* SPDX-License-Identifier: MIT */
/* The bytes of a CMS: cut, flipped, exchanged, too many. */
#include "base/limits.h"
#include "der.h"
#include "signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void nesting_bomb(void **state)
{
    (void)state;
    struct signing row = { 0 };
    size_t len = 40000;
    char *bomb = sx_arena_alloc(arena, len);
    for (size_t i = 0; i < len; i++)
        bomb[i] = (char)(i % 2 == 0 ? 0x30 : 0x80);
    struct sx_cms out;
    verify(&row, (struct sx_str){ bomb, len }, &out);
    has_faults(&out.verdict, F(CMS_UNREADABLE));
}

/* Padding behind a CMS is nobody's concern, up to the limit. */
static void too_large(void **state)
{
    (void)state;
    struct signing row = { 0 };
    struct sx_str cms = sign(&row);
    char *padded = sx_arena_alloc(arena, SX_MAX_CMS + 1);
    memcpy(padded, cms.ptr, cms.len);
    struct sx_cms out;
    verify(&row, (struct sx_str){ padded, SX_MAX_CMS }, &out);
    has_faults(&out.verdict, 0);
    verify(&row, (struct sx_str){ padded, SX_MAX_CMS + 1 }, &out);
    has_faults(&out.verdict, F(CMS_UNREADABLE));
}

/* Bytes of a good signature exchanged for others of the same length, the first time they occur
 * or the last. */
static const struct patch_row {
    const char *name;
    unsigned want;
    bool last;
    struct sx_str from, to;
} patch_rows[] = {
    { "no SignedData", F(CMS_UNREADABLE), false, { "\xf7\x0d\1\7\2", 5 }, { "\xf7\x0d\1\7\3", 5 } },
    { "digest algorithm unknown",
      F(CMS_SIGNATURE_WRONG),
      true,
      { "\x60\x86\x48\1\x65\3\4\2\1", 9 },
      { "\x60\x86\x48\1\x65\3\4\2\4", 9 } },
    { "digest algorithm another",
      F(CMS_DIGEST_WRONG) | F(CMS_SIGNATURE_WRONG),
      true,
      { "\x60\x86\x48\1\x65\3\4\2\1", 9 },
      { "\x60\x86\x48\1\x65\3\4\2\3", 9 } },
    { "signature algorithm for another hash",
      F(CMS_SIGNATURE_WRONG),
      true,
      { "\x2a\x86\x48\xce\x3d\4\3\2", 8 },
      { "\x2a\x86\x48\xce\x3d\4\3\3", 8 } },
    { "signature algorithm unknown",
      F(CMS_SIGNATURE_WRONG),
      true,
      { "\x2a\x86\x48\xce\x3d\4\3\2", 8 },
      { "\x2a\x86\x48\xce\x3d\4\3\7", 8 } },
    { "signature algorithm that names no hash",
      0,
      true,
      { "\x30\x0a\6\x08\x2a\x86\x48\xce\x3d\4\3\2", 12 },
      { "\x30\x0a\6\7\x2a\x86\x48\xce\x3d\2\1\5", 12 } },
};

static bool replace(struct sx_str in, const struct patch_row *row, char *out)
{
    size_t at = in.len;
    memcpy(out, in.ptr, in.len);
    for (size_t i = 0; i + row->from.len <= in.len && (at == in.len || row->last); i++)
        if (memcmp(in.ptr + i, row->from.ptr, row->from.len) == 0)
            at = i;
    if (at == in.len)
        return false;
    memcpy(out + at, row->to.ptr, row->to.len);
    return true;
}

static void patched(void **state)
{
    const struct patch_row *row = *state;
    struct signing plain = { 0 };
    struct sx_str cms = sign(&plain);
    char *copy = sx_arena_alloc(arena, cms.len);
    assert_true(replace(cms, row, copy));
    struct sx_cms out;
    verify(&plain, (struct sx_str){ copy, cms.len }, &out);
    has_faults(&out.verdict, row->want);
}

/* with_signer_info gives the same CMS with another SignerInfo, where it had a single one in a SET
 * with a length of two bytes. */
static struct sx_str with_signer_info(struct sx_str cms, struct sx_str signer_info)
{
    struct signing plain = { 0 };
    struct sx_cms good;
    struct sx_err err = { 0 };
    struct sx_ber set;
    verify(&plain, cms, &good);
    struct sx_span all = sx_fx_span(cms), from;
    assert_true(sx_span_from(all, good.off - 4, "set", &from, &err));
    struct sx_ber_reader r = sx_ber_reader(from, SX_BER);
    assert_true(sx_ber_take(&r, SX_BER_SET, "signerInfos", &set, &err));
    size_t before = (size_t)good.off - 4, after = before + set.whole.len;
    return sx_fx_join(arena, SX_FX_PARTS(sx_str_sub(cms, 0, before),
                                         SX_FX_DER(arena, SX_FX_SET, signer_info),
                                         sx_str_sub(cms, after, cms.len)));
}

/* The parts of the only SignerInfo: version, sid, digestAlgorithm, signedAttrs,
 * signatureAlgorithm, signature. */
enum { VERSION, SID, DIGEST_ALGORITHM, SIGNED_ATTRS, SIGNATURE_ALGORITHM, SIGNATURE, N_PARTS };

static size_t take_apart(struct sx_str cms, struct sx_str parts[N_PARTS])
{
    struct signing plain = { 0 };
    struct sx_cms good;
    struct sx_err err = { 0 };
    struct sx_span from;
    struct sx_ber_reader fields;
    verify(&plain, cms, &good);
    assert_true(sx_span_from(sx_fx_span(cms), good.off, "SignerInfo", &from, &err));
    struct sx_ber_reader r = sx_ber_reader(from, SX_BER);
    assert_true(sx_ber_enter(&r, SX_BER_SEQUENCE, "SignerInfo", &fields, &err));
    size_t n = 0;
    for (; n < N_PARTS && !sx_ber_at_end(&fields); n++) {
        struct sx_ber part;
        assert_true(sx_ber_next(&fields, "part", &part, &err));
        parts[n] = sx_str_of_span(part.whole);
    }
    return n;
}

static void verify_parts(struct sx_str cms, const struct sx_str parts[N_PARTS], struct sx_cms *out)
{
    struct signing plain = { 0 };
    struct sx_str info = sx_fx_der(arena, SX_FX_SEQUENCE, N_PARTS, parts);
    verify(&plain, with_signer_info(cms, info), out);
}

static struct sx_str key_id_of(const char *name)
{
    struct sx_err err = { 0 };
    struct sx_cert cert;
    assert_true(sx_cert_parse(hasher, sx_fx_span(sx_fx_cert(pki, sx_str_of(name))->der), arena,
                              &cert, &err));
    struct sx_str value = sx_str_of_span(sx_cert_extension(&cert, "2.5.29.14")->value);
    return sx_str_sub(value, 2, value.len); /* the contents of the OCTET STRING in it */
}

/* What stands in the signer identifier is not signed: it only has to lead to the certificate. */
static const struct sid_row {
    const char *name;
    const char *key_of; /* whose key identifier stands there; NULL: nobody's */
    unsigned want;
} sid_rows[] = {
    { "signer by key identifier", "developer-id", 0 },
    { "signer by the key identifier of another", "developer-id-ca", F(CMS_SIGNATURE_WRONG) },
    { "signer by an unknown key identifier", NULL, F(CMS_SIGNATURE_WRONG) },
};

static void finds_signer(void **state)
{
    const struct sid_row *row = *state;
    struct signing plain = { 0 };
    struct sx_str cms = sign(&plain), parts[N_PARTS];
    take_apart(cms, parts);
    struct sx_str id = row->key_of != NULL ? key_id_of(row->key_of) : SX_STR("nobody");
    parts[SID] = SX_FX_DER(arena, 0x80, id);
    struct sx_cms out;
    verify_parts(cms, parts, &out);
    assert_int_equal(sx_verdict_has(&out.verdict, SX_FAULT_CMS_SIGNATURE_WRONG), row->want != 0);
}

/* Signed attributes have to be DER: an indefinite length there is refused, not guessed. */
static void signed_attributes_in_ber(void **state)
{
    (void)state;
    struct signing plain = { 0 };
    struct sx_str cms = sign(&plain), parts[N_PARTS];
    take_apart(cms, parts);
    struct sx_str inside = sx_str_sub(parts[SIGNED_ATTRS], 2, parts[SIGNED_ATTRS].len);
    parts[SIGNED_ATTRS] = SX_FX_BER(arena, SX_FX_CONTEXT, inside);
    struct sx_cms out;
    verify_parts(cms, parts, &out);
    has_faults(&out.verdict, F(CMS_UNREADABLE));
}

/* Apple's verifier takes an empty set for none, so the signature has to fit the content. */
static void empty_signed_attributes(void **state)
{
    (void)state;
    struct signing plain = { 0 }, without = { .defects = SX_FX_CMS_NO_SIGNED_ATTRIBUTES };
    struct sx_str cms = sign(&plain), parts[N_PARTS], parts_without[N_PARTS];
    struct sx_cms out;
    take_apart(cms, parts);
    size_t n = take_apart(sign(&without), parts_without);
    parts[SIGNED_ATTRS] = SX_FX_BYTES(0xa0, 0);
    parts[SIGNATURE] = parts_without[n - 1];
    verify_parts(cms, parts, &out);
    has_faults(&out.verdict, 0);
}

static void too_many_attributes(void **state)
{
    (void)state;
    struct signing plain = { 0 };
    struct sx_str cms = sign(&plain), parts[N_PARTS], all[SX_MAX_ATTRIBUTES + 1];
    take_apart(cms, parts);
    for (size_t i = 0; i < SX_LEN(all); i++)
        all[i] =
            SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, "1.2.3"), SX_FX_BYTES(0x31, 0));
    parts[SIGNED_ATTRS] = sx_fx_der(arena, SX_FX_CONTEXT, SX_LEN(all), all);
    struct sx_cms out;
    verify_parts(cms, parts, &out);
    has_faults(&out.verdict, F(CMS_UNREADABLE));
}

/* An attribute with two values has none (Security, cmsattr.c). */
static void attribute_with_two_values(void **state)
{
    (void)state;
    struct signing plain = { 0 };
    struct sx_str cms = sign(&plain), parts[N_PARTS];
    take_apart(cms, parts);
    struct sx_str type = sx_fx_der_oid(arena, "1.2.840.113549.1.7.1");
    struct sx_str digest =
        SX_FX_DER(arena, SX_FX_OCTET_STRING, sx_fx_digest(arena, SX_FX_SHA256, SX_STR(CONTENT)));
    parts[SIGNED_ATTRS] =
        SX_FX_DER(arena, SX_FX_CONTEXT,
                  SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, "1.2.840.113549.1.9.3"),
                            SX_FX_DER(arena, SX_FX_SET, type, type)),
                  SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, "1.2.840.113549.1.9.4"),
                            SX_FX_DER(arena, SX_FX_SET, digest)));
    struct sx_cms out;
    verify_parts(cms, parts, &out);
    has_faults(&out.verdict, F(CMS_ATTRIBUTE_COUNT) | F(CMS_SIGNATURE_WRONG));
}

/* A good signature by an RSA key, said to be one by an elliptic curve. */
static void key_of_another_kind(void **state)
{
    (void)state;
    struct signing rsa = { .signer = "developer-id-rsa" };
    struct sx_str cms = sign(&rsa), parts[N_PARTS];
    take_apart(cms, parts);
    parts[SIGNATURE_ALGORITHM] = sx_fx_der_algorithm(arena, "1.2.840.10045.4.3.2", false);
    struct sx_cms out;
    verify_parts(cms, parts, &out);
    has_faults(&out.verdict, F(CMS_SIGNATURE_WRONG));
}

/* Every proper prefix is refused; each in a block of its own size, so that the sanitizer sees a
 * byte too many. */
static void prefixes(void **state)
{
    const struct signing *row = *state;
    struct sx_str cms = sign(row);
    for (size_t n = 0; n < cms.len; n++) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        char *block = malloc(n > 0 ? n : 1);
        memcpy(block, cms.ptr, n);
        struct sx_cms out;
        verify(row, (struct sx_str){ block, n }, &out);
        assert_int_equal(faults_of(&out.verdict), F(CMS_UNREADABLE));
        free(block);
        sx_arena_rewind(arena, mark);
    }
}

static const struct signing prefix_rows[] = {
    { "prefixes, BER", .tsa = "tsa" },
    { "prefixes, DER", .tsa = "tsa", .der = true },
    { "prefixes, profile", .signer = "profile-signer", .use = SX_CMS_PROFILE, .attached = true },
};

static bool says_the_same(const struct sx_cms *a, const struct sx_cms *b)
{
    return a->signer == b->signer && a->chain.n == b->chain.n &&
           memcmp(a->chain.certs[0].sha256, b->chain.certs[0].sha256, 32) == 0 &&
           a->signing_time.has == b->signing_time.has &&
           sx_time_cmp(a->signing_time.t, b->signing_time.t) == 0 &&
           a->has_timestamp == b->has_timestamp &&
           sx_time_cmp(a->timestamp.time, b->timestamp.time) == 0 &&
           sx_str_eq(a->timestamp.authority, b->timestamp.authority);
}

/* A flipped bit is noticed, or lies where it changes nothing of what is said: in a version, in the
 * list of algorithms, in a root that is at hand anyway. Only a token that is no longer recognised
 * as one is noticed by its absence. */
static void flips(void **state)
{
    (void)state;
    struct signing row = { .tsa = "tsa", .signing_time = "2026-11-20" };
    struct sx_str cms = sign(&row);
    char *copy = sx_arena_alloc(arena, cms.len);
    memcpy(copy, cms.ptr, cms.len);
    struct sx_cms good, out;
    verify(&row, cms, &good);
    for (size_t i = 0; i < cms.len; i++) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        copy[i] ^= (char)(1 << i % 8);
        verify(&row, (struct sx_str){ copy, cms.len }, &out);
        if (out.verdict.n == 0 && !says_the_same(&good, &out))
            fail_msg("byte %zu", i);
        copy[i] = cms.ptr[i];
        sx_arena_rewind(arena, mark);
    }
}

#define ADD(table, fn)                                                                             \
    for (size_t i = 0; i < SX_LEN(table); i++)                                                     \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            table[i].name, fn, NULL, NULL, (void *)&table[i]                                       \
        }

enum {
    N_PLAIN = 8,
    N_TESTS = N_PLAIN + SX_LEN(prefix_rows) + SX_LEN(patch_rows) + SX_LEN(sid_rows)
};

int main(void)
{
    struct CMUnitTest tests[N_TESTS] = {
        cmocka_unit_test(nesting_bomb),
        cmocka_unit_test(too_large),
        cmocka_unit_test(flips),
        cmocka_unit_test(signed_attributes_in_ber),
        cmocka_unit_test(empty_signed_attributes),
        cmocka_unit_test(too_many_attributes),
        cmocka_unit_test(attribute_with_two_values),
        cmocka_unit_test(key_of_another_kind),
    };
    size_t n = N_PLAIN;
    ADD(prefix_rows, prefixes);
    ADD(patch_rows, patched);
    ADD(sid_rows, finds_signer);
    return cmocka_run_group_tests_name("cms-bytes", tests, signing_set_up, signing_tear_down);
}

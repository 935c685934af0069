/* SPDX-License-Identifier: MIT */
/* Signatures by the factory's stand-ins for Apple's certificates, whole and with every defect
 * that a verifier has to notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cms.h"
#include "crypto/cdhash.h"

#define CONTENT "the CodeDirectory of slot 0"
#define NOW     "2026-11-24"
#define STAMPED "2026-11-20T12:00:00Z"

static const char *const fault_names[] = {
#define X(name) #name,
    SX_FAULTS(X)
#undef X
};
#define F(name) (1u << SX_FAULT_##name)

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
    static const char *const roots[] = { "root", "root-g3" };
    for (size_t i = 0; i < SX_LEN(roots); i++) {
        struct sx_str pem = sx_fx_pem(arena, sx_fx_cert(pki, sx_str_of(roots[i]))->der);
        assert_true(sx_trust_add_pem(trust, sx_fx_span(pem), &err));
    }
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

static struct sx_time time_of(const char *text)
{
    struct sx_time t = { 0 };
    assert_true(sx_time_parse(sx_str_of(text), true, &t));
    return t;
}

/* What a row does not say: a detached signature over CONTENT in BER by a Developer ID, which
 * has no timestamp and no signing time, verified as code on the day NOW. */
struct row {
    const char *name;
    unsigned want;          /* faults */
    const char *signer;     /* NULL: developer-id */
    const char *tsa, *time; /* of the timestamp; time NULL: STAMPED */
    const char *signing_time;
    unsigned defects;
    enum sx_identity kind; /* NONE: DEVELOPER_ID */
    enum sx_cms_use use;
    bool attached, der, sha1, check_expiration;
    bool is_expired; /* found not valid, and tolerated */
};

static struct sx_fx_cms spec_of(const struct row *row)
{
    return (struct sx_fx_cms){
        .signer = sx_fx_cert(pki, sx_str_of(row->signer != NULL ? row->signer : "developer-id")),
        .content = SX_STR(CONTENT),
        .attached = row->attached,
        .der = row->der,
        .hash = row->sha1 ? SX_FX_SHA1 : 0,
        .signing_time = { row->signing_time != NULL,
                          time_of(row->signing_time != NULL ? row->signing_time : NOW) },
        .tsa = row->tsa != NULL ? sx_fx_cert(pki, sx_str_of(row->tsa)) : NULL,
        .timestamp = time_of(row->time != NULL ? row->time : STAMPED),
        .defects = row->defects,
    };
}

static void verify(const struct row *row, struct sx_str cms, struct sx_cms *out)
{
    struct sx_cms_request request = {
        .use = row->use,
        .content = sx_fx_span(SX_STR(CONTENT)),
        .now = time_of(NOW),
        .check_expiration = row->check_expiration,
    };
    sx_cms_verify(trust, hasher, sx_fx_span(cms), &request, arena, out);
}

static unsigned faults_of(const struct sx_verdict *verdict)
{
    unsigned found = 0;
    for (size_t i = 0; i < verdict->n; i++)
        found |= 1u << verdict->at[i].fault;
    return found;
}

static void has_faults(const struct sx_verdict *verdict, unsigned want)
{
    for (unsigned i = 0; i < SX_N_FAULTS; i++) {
        bool found = sx_verdict_has(verdict, i);
        if (found != ((want >> i & 1) != 0))
            fail_msg("%s: %s", fault_names[i], found ? "found" : "not found");
    }
}

static const struct row rows[] = {
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
    { "unknown critical extension", F(CHAIN_INVALID), .signer = "unknown-critical" },
    { "issuer is no authority", F(CHAIN_INVALID), .signer = "issued-by-not-a-ca" },
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

static enum sx_identity kind_of(const struct row *row)
{
    bool nobody =
        (row->defects & SX_FX_CMS_NO_CERTIFICATES) != 0 || (row->want & F(CMS_UNREADABLE)) != 0;
    return nobody                        ? SX_IDENTITY_NONE
           : row->kind == SX_IDENTITY_NONE ? SX_IDENTITY_DEVELOPER_ID
                                         : row->kind;
}

static void judges(void **state)
{
    const struct row *row = *state;
    struct sx_fx_cms spec = spec_of(row);
    struct sx_cms out;
    verify(row, sx_fx_cms(pki, &spec), &out);
    has_faults(&out.verdict, row->want);
    assert_int_equal(out.signer, kind_of(row));
    assert_int_equal(out.is_expired, row->is_expired);
    for (size_t i = 0; i < out.verdict.n; i++)
        assert_true(out.verdict.at[i].detail.len > 0);
}

static void says_who_and_when(void **state)
{
    (void)state;
    struct row row = { .tsa = "tsa", .signing_time = "2026-11-20T11:59:58Z" };
    struct sx_fx_cms spec = spec_of(&row);
    struct sx_str cms = sx_fx_cms(pki, &spec);
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
    const struct row *row = *state;
    struct sx_fx_cms spec = spec_of(row);
    struct sx_cms out;
    verify(row, sx_fx_cms(pki, &spec), &out);
    has_faults(&out.verdict, 0);
    assert_int_equal(out.content.len, strlen(CONTENT));
    assert_memory_equal(out.content.ptr, CONTENT, strlen(CONTENT));
}

static const struct row contents[] = {
    { "content", .signer = "profile-signer", .use = SX_CMS_PROFILE, .attached = true, .der = true },
    { "content in pieces", .signer = "profile-signer", .use = SX_CMS_PROFILE, .attached = true },
};

/* Without the roots that stand for Apple's, the same signatures are by nobody known. */
static void another_root_is_nobody(void **state)
{
    (void)state;
    struct row row = { .tsa = "tsa" };
    struct sx_fx_cms spec = spec_of(&row);
    SX_AUTO(sx_trust_freep) struct sx_trust *apple = sx_trust_new(crypto);
    struct sx_cms_request request = { .content = sx_fx_span(SX_STR(CONTENT)), .now = time_of(NOW) };
    struct sx_cms out;
    sx_cms_verify(apple, hasher, sx_fx_span(sx_fx_cms(pki, &spec)), &request, arena, &out);
    has_faults(&out.verdict, F(LOOK_ALIKE));
    assert_int_equal(out.signer, SX_IDENTITY_OTHER);
    assert_int_equal(out.chain.anchor, SX_ANCHOR_UNKNOWN);
}

static void other_content(void **state)
{
    (void)state;
    struct row row = { 0 };
    struct sx_fx_cms spec = spec_of(&row);
    struct sx_cms_request request = { .content = sx_fx_span(SX_STR("another CodeDirectory")),
                                      .now = time_of(NOW) };
    struct sx_cms out;
    sx_cms_verify(trust, hasher, sx_fx_span(sx_fx_cms(pki, &spec)), &request, arena, &out);
    has_faults(&out.verdict, F(CMS_DIGEST_WRONG));
}

static void nesting_bomb(void **state)
{
    (void)state;
    enum { N = 20000 };
    struct row row = { 0 };
    char *bomb = sx_arena_alloc(arena, 2 * N);
    for (size_t i = 0; i < N; i++)
        memcpy(bomb + 2 * i, "\x30\x80", 2);
    struct sx_cms out;
    verify(&row, (struct sx_str){ bomb, 2 * N }, &out);
    has_faults(&out.verdict, F(CMS_UNREADABLE));
}

static void too_large(void **state)
{
    (void)state;
    struct row row = { 0 };
    size_t n = (1u << 20) + 1;
    struct sx_cms out;
    verify(&row, (struct sx_str){ sx_arena_alloc(arena, n), n }, &out);
    has_faults(&out.verdict, F(CMS_UNREADABLE));
}

/* Every proper prefix is refused; each in a block of its own size, so that the sanitizer sees a
 * byte too many. */
static void prefixes(void **state)
{
    const struct row *row = *state;
    struct sx_fx_cms spec = spec_of(row);
    struct sx_str cms = sx_fx_cms(pki, &spec);
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

static const struct row prefix_rows[] = {
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
    struct row row = { .tsa = "tsa", .signing_time = "2026-11-20" };
    struct sx_fx_cms spec = spec_of(&row);
    struct sx_str cms = sx_fx_cms(pki, &spec);
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

/* --- the CodeDirectories that a signature binds --- */

enum { N_DIRECTORIES = 2 };
static const char *const directories[N_DIRECTORIES] = { CONTENT, "the alternate one" };

static const struct cdhash_row {
    const char *name;
    unsigned want;
    size_t signed_n, present_n;
    unsigned defects;
    bool unreadable_list;
} cdhash_rows[] = {
    { "one CodeDirectory", 0, 1, 1 },
    { "two, the values of 9.2 out of order", 0, 2, 2 },
    { "neither attribute", 0, 0, 2 },
    { "only 9.1", 0, 2, 2, SX_FX_CMS_NO_CDHASHES },
    { "only 9.2", 0, 2, 2, SX_FX_CMS_NO_CDHASHES_PLIST },
    { "one taken away", F(CDHASH_ATTRIBUTE_WRONG), 2, 1 },
    { "one added", F(CDHASH_ATTRIBUTE_WRONG), 1, 2 },
    { "one taken away, only 9.2", F(CDHASH_ATTRIBUTE_WRONG), 2, 1, SX_FX_CMS_NO_CDHASHES_PLIST },
    { "one taken away, only 9.1", F(CDHASH_ATTRIBUTE_WRONG), 2, 1, SX_FX_CMS_NO_CDHASHES },
    { "digest wrong in 9.1", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, SX_FX_CMS_WRONG_CDHASHES_PLIST },
    { "digest wrong in 9.2", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, SX_FX_CMS_WRONG_CDHASHES },
    { "one fewer in 9.2", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, SX_FX_CMS_FEWER_CDHASHES },
    { "9.1 without list", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, 0, true },
};

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* The texts between <data> and </data>, which is all that the factory's list holds. */
static struct sx_cdhash_list read_list(struct sx_span plist)
{
    struct sx_span *at = SX_NEW_N(arena, struct sx_span, 8);
    struct sx_cdhash_list list = { at, 0 };
    struct sx_str rest = sx_str_of_span(plist);
    for (;;) {
        size_t tag = sx_str_find(rest, SX_STR("<data>"));
        if (tag == rest.len || list.n == 8)
            return list;
        rest = sx_str_sub(rest, tag + 6, rest.len);
        uint8_t *bytes = sx_arena_alloc(arena, rest.len);
        size_t n = 0;
        unsigned bits = 0, value = 0;
        for (size_t i = 0; i < rest.len && rest.ptr[i] != '<'; i++) {
            int digit = base64_digit(rest.ptr[i]);
            if (digit < 0)
                continue;
            value = value << 6 | (unsigned)digit;
            bits += 6;
            if (bits >= 8)
                bytes[n++] = (uint8_t)(value >> (bits -= 8));
        }
        at[list.n++] = (struct sx_span){ bytes, n, 0 };
    }
}

static void binds(void **state)
{
    const struct cdhash_row *row = *state;
    struct row plain = { .defects = row->defects };
    struct sx_fx_cms spec = spec_of(&plain);
    struct sx_fx_cdhash made[N_DIRECTORIES];
    struct sx_code_digest present[N_DIRECTORIES] = { { .hash = SX_HASH_SHA1 },
                                                     { .hash = SX_HASH_SHA256 } };
    for (size_t i = 0; i < N_DIRECTORIES; i++) {
        struct sx_str text = sx_str_of(directories[i]);
        made[i].hash = i == 0 ? SX_FX_SHA1 : SX_FX_SHA256;
        made[i].digest = sx_fx_full_digest(arena, made[i].hash, text);
        sx_hash_bytes(hasher, present[i].hash, text.ptr, text.len, present[i].digest);
    }
    spec.cdhashes = made;
    spec.n_cdhashes = row->signed_n;
    struct sx_cms out;
    verify(&plain, sx_fx_cms(pki, &spec), &out);
    has_faults(&out.verdict, 0);
    struct sx_cdhash_list listed = read_list(out.cdhash_plist);
    sx_cms_check_cdhashes(&out, present, row->present_n, row->unreadable_list ? NULL : &listed,
                          arena);
    has_faults(&out.verdict, row->want);
}

/* --- the team --- */

static const struct team_row {
    const char *name;
    const char *signer;
    const char *team; /* of the CodeDirectory; NULL: it has none */
    unsigned want;
} team_rows[] = {
    { "same team", "developer-id", "W4FFLE9K2Q", 0 },
    { "no team in the CodeDirectory", "developer-id", NULL, 0 },
    { "leaf without OU", "no-ou", "W4FFLE9K2Q", 0 },
    { "no developer of Apple's", "self-signed-look-alike", "P4NC4KE7ZX", 0 },
    { "App Store's leaf", "app-store", "P4NC4KE7ZX", 0 },
    { "another team", "developer-id", "P4NC4KE7ZX", F(TEAM_WRONG) },
    { "leaf of another team", "wrong-ou", "W4FFLE9K2Q", F(TEAM_WRONG) },
    { "another team, development", "development", "P4NC4KE7ZX", F(TEAM_WRONG) },
    { "another team, distribution", "apple-distribution", "P4NC4KE7ZX", F(TEAM_WRONG) },
    { "empty team", "developer-id", "", F(TEAM_WRONG) },
};

static void compares_team(void **state)
{
    const struct team_row *row = *state;
    struct row plain = { .signer = row->signer };
    struct sx_fx_cms spec = spec_of(&plain);
    struct sx_cms out;
    verify(&plain, sx_fx_cms(pki, &spec), &out);
    sx_cms_check_team(&out, sx_str_of(row->team), arena);
    assert_int_equal(sx_verdict_has(&out.verdict, SX_FAULT_TEAM_WRONG), row->want != 0);
}

#define ADD(table, fn)                                                                             \
    for (size_t i = 0; i < SX_LEN(table); i++)                                                     \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            table[i].name, fn, NULL, NULL, (void *)&table[i]                                       \
        }

enum {
    N_PLAIN = 6,
    N_TESTS = N_PLAIN + SX_LEN(rows) + SX_LEN(contents) + SX_LEN(prefix_rows) +
              SX_LEN(cdhash_rows) + SX_LEN(team_rows)
};

int main(void)
{
    struct CMUnitTest tests[N_TESTS] = {
        cmocka_unit_test(says_who_and_when), cmocka_unit_test(another_root_is_nobody),
        cmocka_unit_test(other_content),     cmocka_unit_test(nesting_bomb),
        cmocka_unit_test(too_large),         cmocka_unit_test(flips),
    };
    size_t n = N_PLAIN;
    ADD(rows, judges);
    ADD(contents, carries_its_content);
    ADD(prefix_rows, prefixes);
    ADD(cdhash_rows, binds);
    ADD(team_rows, compares_team);
    return cmocka_run_group_tests_name("cms", tests, set_up, tear_down);
}

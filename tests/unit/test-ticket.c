/* SPDX-License-Identifier: MIT */
/* Stapled tickets: one made by the factory, damaged in one place each; and who signed it. */
#include "base/buf.h"
#include "codesign/ticket.h"
#include "profile.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static struct sx_arena *arena;
static struct sx_fx_pki *pki;
static struct sx_hasher *hasher;
static struct sx_trust *trust;

/* A digest that ends in its number. */
static struct sx_fx_cdhash hash_of(uint8_t number)
{
    char bytes[32] = { 0 };
    bytes[19] = (char)number;
    return (struct sx_fx_cdhash){ SX_FX_SHA256,
                                  sx_str_dup(arena, (struct sx_str){ bytes, sizeof(bytes) }) };
}

static struct sx_str make(const char *signer, const char *issued, bool wrong_signature)
{
    struct sx_fx_cdhash hashes[] = { hash_of(7), hash_of(2) };
    struct sx_fx_ticket spec = {
        .signer = sx_fx_cert(pki, sx_str_of(signer)),
        .flags = 2,
        .cdhashes = hashes,
        .n_cdhashes = SX_LEN(hashes),
        .wrong_signature = wrong_signature,
    };
    assert_true(sx_time_parse(sx_str_of(issued), true, &spec.issued));
    return sx_fx_ticket(pki, &spec);
}

static struct sx_span copy_of(struct sx_str bytes)
{
    struct sx_str copy = sx_str_dup(arena, bytes);
    return (struct sx_span){ (const uint8_t *)copy.ptr, copy.len, 0 };
}

static void reads_what_it_says(void **state)
{
    (void)state;
    struct sx_ticket ticket;
    struct sx_err err = { 0 };
    struct sx_str why = { 0 };
    uint64_t off;
    struct sx_span in = copy_of(make("ticket-signer", "2026-11-23", false));
    assert_true(sx_ticket_is(in));
    assert_true(sx_ticket_parse(in, arena, &ticket, &err));
    assert_int_equal(ticket.n_certs, 2);
    assert_int_equal(ticket.n_entries, 2);
    assert_int_equal(ticket.entries[0].hash_type, SX_HASH_SHA256);
    assert_int_equal(ticket.entries[0].hash.ptr[19], 7);
    assert_int_equal(ticket.entries[1].hash.ptr[19], 2);
    assert_int_equal(ticket.flags, 2);
    assert_string_equal(sx_time_text(arena, ticket.created).ptr, "2026-11-23T00:00:00Z");
    assert_true(sx_ticket_verify(&ticket, trust, hasher, arena, &why, &off));
    assert_null(why.ptr);
}

/* One field set otherwise: at `at`, from the end when negative; from the payload with `payload`. */
static const struct damage {
    const char *name;
    enum sx_errc code;
    long at;
    bool payload;
    size_t n;
    const char *bytes;
    const char *what; /* how the complaint begins */
} damages[] = {
    { "another magic", SX_E_MAGIC, 0, false, 1, "t", "ticket.magic: it is not \"s8ch\"" },
    { "another version", SX_E_UNSUPPORTED, 4, false, 1, "\2", "ticket.version: 2, known is 1" },
    { "certificates too long", SX_E_RANGE, 11, false, 1, "\1", "certificates: " },
    { "payload too long", SX_E_RANGE, 15, false, 1, "\xff", "payload: " },
    { "no certificates", SX_E_FORMAT, 16, false, 1, "\x31", "certificates: " },
    { "payload's magic", SX_E_MAGIC, 0, true, 1, "t", "payload.magic: it is not \"g8tk\"" },
    { "payload's version", SX_E_UNSUPPORTED, 4, true, 1, "\3",
      "payload.version, hashSize: 3, 20, known are 2, 20" },
    { "another size of hash", SX_E_UNSUPPORTED, 6, true, 1, "\x20",
      "payload.version, hashSize: 2, 32, known are 2, 20" },
    { "more hashes", SX_E_FORMAT, 8, true, 1, "\3", "payload.count: 3, and 42 bytes for them" },
    { "fewer hashes", SX_E_FORMAT, 8, true, 1, "\1", "payload.count: 1, and 42 bytes for them" },
    { "too many hashes", SX_E_LIMIT, 11, true, 1, "\1", "payload.count: 16777218, at most 100000" },
    { "a time beyond all", SX_E_FORMAT, 23, true, 1, "\x7f", "payload.time: " },
    { "no signature", SX_E_FORMAT, 66, true, 1, "\x31", "signature: " },
};

static void rejects(void **state)
{
    const struct damage *d = *state;
    struct sx_str bytes = sx_str_dup(arena, make("ticket-signer", "2026-11-23", false));
    struct sx_ticket ticket;
    struct sx_err err = { 0 };
    size_t at = (size_t)d->at;
    if (d->payload)
        at += sx_str_find(bytes, SX_STR("g8tk"));
    struct sx_str damaged =
        sx_fx_join(arena, SX_FX_PARTS(sx_str_sub(bytes, 0, at), ((struct sx_str){ d->bytes, d->n }),
                                      sx_str_sub(bytes, at + d->n, bytes.len)));
    assert_false(sx_ticket_parse(copy_of(damaged), arena, &ticket, &err));
    assert_int_equal(err.code, d->code);
    assert_memory_equal(err.what, d->what, strlen(d->what));
}

static void rejects_what_follows(void **state)
{
    (void)state;
    struct sx_str bytes = make("ticket-signer", "2026-11-23", false);
    struct sx_ticket ticket;
    struct sx_err err = { 0 };
    struct sx_str longer = sx_fx_join(arena, SX_FX_PARTS(bytes, SX_STR("\0\0\0\0")));
    assert_false(sx_ticket_parse(copy_of(longer), arena, &ticket, &err));
    assert_int_equal(err.code, SX_E_FORMAT);
    assert_non_null(strstr(err.what, "bytes behind the signature"));
}

/* However a ticket is cut short, it is refused, and nothing beyond the cut is read. */
static void every_prefix_is_refused(void **state)
{
    (void)state;
    struct sx_str bytes = make("ticket-signer", "2026-11-23", false);
    struct sx_ticket ticket;
    while (bytes.ptr[bytes.len - 1] == 0) /* padding may be missing */
        bytes.len--;
    for (size_t n = 0; n < bytes.len; n++) {
        uint8_t *copy = malloc(n > 0 ? n : 1);
        struct sx_err err = { 0 };
        memcpy(copy, bytes.ptr, n);
        assert_false(sx_ticket_parse((struct sx_span){ copy, n, 0 }, arena, &ticket, &err));
        assert_int_not_equal(err.code, SX_OK);
        free(copy);
    }
}

/* Whichever bit is changed, the ticket is no longer the notary's. */
static void every_bit_counts(void **state)
{
    (void)state;
    struct sx_str bytes = make("ticket-signer", "2026-11-23", false);
    size_t end = bytes.len;
    while (bytes.ptr[end - 1] == 0)
        end--;
    for (size_t i = 0; i < end; i++) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        struct sx_ticket ticket;
        struct sx_err err = { 0 };
        struct sx_str why;
        uint64_t off;
        struct sx_str byte = { (char[]){ (char)(bytes.ptr[i] ^ 1) }, 1 };
        struct sx_str altered = sx_fx_join(
            arena, SX_FX_PARTS(sx_str_sub(bytes, 0, i), byte, sx_str_sub(bytes, i + 1, bytes.len)));
        assert_false(sx_ticket_parse(copy_of(altered), arena, &ticket, &err) &&
                     sx_ticket_verify(&ticket, trust, hasher, arena, &why, &off));
        sx_arena_rewind(arena, mark);
    }
}

/* Who signed it, and when. */
static const struct signer {
    const char *name, *signer, *issued;
    bool wrong_signature;
    const char *why; /* found in the complaint */
} signers[] = {
    { "signature of something else", "ticket-signer", "2026-11-23", true,
      "the signature does not fit what is signed" },
    { "before the signer's time", "ticket-signer", "2020-01-01", false, "not yet valid" },
    { "after the signer's time", "ticket-signer", "2031-01-01", false, "expired" },
    { "a developer", "developer-id", "2026-11-23", false, ", who signs no tickets" },
    { "a chain cut short", "look-alike", "2026-11-23", false, "unable to get local issuer" },
    { "a root that nobody knows", "developer-id-ca-look-alike", "2026-11-23", false,
      ", whose chain does not end at Apple" },
};

static void refuses_signer(void **state)
{
    const struct signer *s = *state;
    struct sx_ticket ticket;
    struct sx_err err = { 0 };
    struct sx_str why = { 0 };
    uint64_t off = 0;
    struct sx_span in = copy_of(make(s->signer, s->issued, s->wrong_signature));
    assert_true(sx_ticket_parse(in, arena, &ticket, &err));
    assert_false(sx_ticket_verify(&ticket, trust, hasher, arena, &why, &off));
    if (sx_str_find(why, sx_str_of(s->why)) == why.len)
        fail_msg("%.*s", SX_STR_ARG(why));
    assert_true(off < in.len);
}

int main(void)
{
    static struct rows tests;
    struct sx_err err = { 0 };
    arena = sx_arena_new();
    pki = sx_fx_pki_new(arena);
    struct sx_crypto *crypto = sx_crypto_new();
    hasher = sx_hasher_new(crypto);
    trust = sx_trust_new(crypto);
    struct sx_str root = sx_fx_pem(arena, sx_fx_cert(pki, SX_STR("root"))->der);
    struct sx_str g3 = sx_fx_pem(arena, sx_fx_cert(pki, SX_STR("root-g3"))->der);
    if (!sx_trust_add_pem(trust, sx_fx_span(sx_fx_join(arena, SX_FX_PARTS(root, g3))), &err))
        return 1;
    ADD_TEST(&tests, reads_what_it_says);
    ADD_ROWS(&tests, damages, rejects);
    ADD_TEST(&tests, rejects_what_follows);
    ADD_TEST(&tests, every_prefix_is_refused);
    ADD_TEST(&tests, every_bit_counts);
    ADD_ROWS(&tests, signers, refuses_signer);
    int failed = run_rows("ticket", &tests);
    sx_trust_free(trust);
    sx_hasher_free(hasher);
    sx_crypto_free(crypto);
    sx_arena_free(arena);
    return failed;
}

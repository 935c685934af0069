/* SPDX-License-Identifier: MIT */
#include "signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const char *const fault_names[] = {
#define X(name) #name,
    SX_FAULTS(X)
#undef X
};

struct sx_arena *arena;
struct sx_fx_pki *pki;
struct sx_crypto *crypto;
struct sx_hasher *hasher;
struct sx_trust *trust;

int signing_set_up(void **state)
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

int signing_tear_down(void **state)
{
    (void)state;
    sx_trust_free(trust);
    sx_hasher_free(hasher);
    sx_crypto_free(crypto);
    sx_arena_free(arena);
    return 0;
}

struct sx_time time_of(const char *text)
{
    struct sx_time t = { 0 };
    assert_true(sx_time_parse(sx_str_of(text), true, &t));
    return t;
}

struct sx_fx_cms spec_of(const struct signing *row)
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

struct sx_str sign(const struct signing *row)
{
    struct sx_fx_cms spec = spec_of(row);
    return sx_fx_cms(pki, &spec);
}

void verify(const struct signing *row, struct sx_str cms, struct sx_cms *out)
{
    struct sx_cms_request request = {
        .use = row->use,
        .content = sx_fx_span(SX_STR(CONTENT)),
        .now = time_of(NOW),
        .check_expiration = row->check_expiration,
    };
    sx_cms_verify(trust, hasher, sx_fx_span(cms), &request, arena, out);
}

unsigned faults_of(const struct sx_verdict *verdict)
{
    unsigned found = 0;
    for (size_t i = 0; i < verdict->n; i++)
        found |= 1u << verdict->at[i].fault;
    return found;
}

void has_faults(const struct sx_verdict *verdict, unsigned want)
{
    for (unsigned i = 0; i < SX_N_FAULTS; i++) {
        bool found = sx_verdict_has(verdict, i);
        if (found != ((want >> i & 1) != 0))
            fail_msg("%s: %s", fault_names[i], found ? "found" : "not found");
    }
}

/* SPDX-License-Identifier: MIT */
#include "crypto/trust.h"

#include "base/limits.h"
#include "crypto/internal.h"
#include "crypto/anchors/apple-certificates.h"

#include <stdio.h>
#include <string.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

/* SHA-256 of Apple's anchors (Security, SecCertificate.c, SecPolicyServer.c, and the list that
 * Apple publishes). The certificates of the last two are not at hand: a chain that ends in one
 * has to carry it. "Apple Root Certificate Authority" of 2005 is no anchor. */
static const char *const apple_anchors[] = {
    "b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024", /* Apple Root CA */
    "c2b9b042dd57830e7d117dac55ac8ae19407d38e41d88f3215bc3a890444a050", /* Apple Root CA - G2 */
    "63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179", /* Apple Root CA - G3 */
    /* Apple Platform Backport RSA Root CA - G1, and the ECC one */
    "fb3f6cf69467b5fa9ffa2b3b392b6e5e775bbb09c77b6e759e9038e26bbf9049",
    "eda23b3f224f45e0952f20e4d2b33e000d49c8044c1168de47b443cd2b3536dc",
};

struct sx_trust {
    struct sx_arena *arena;
    struct sx_hasher *hasher;
    SX_VEC(struct sx_cert) roots; /* Apple's, then the added ones */
    SX_VEC(struct sx_cert) authorities;
    size_t n_apple_roots;
};

static bool is_apple_anchor(const uint8_t sha256[32])
{
    char hex[2 * 32 + 1];
    for (size_t i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
    for (size_t i = 0; i < SX_LEN(apple_anchors); i++)
        if (strcmp(hex, apple_anchors[i]) == 0)
            return true;
    return false;
}

static void take_embedded(struct sx_trust *trust)
{
    for (size_t i = 0; i < SX_LEN(embedded); i++) {
        struct sx_err err = { 0 };
        struct sx_cert cert;
        struct sx_span der = { embedded[i].der, embedded[i].len, 0 };
        if (!sx_cert_parse(trust->hasher, der, trust->arena, &cert, &err))
            sx_crypto_die(embedded[i].file);
        if (is_apple_anchor(cert.sha256))
            SX_PUSH(trust->arena, &trust->roots, cert);
        else
            SX_PUSH(trust->arena, &trust->authorities, cert);
    }
    trust->n_apple_roots = trust->roots.n;
}

struct sx_trust *sx_trust_new(const struct sx_crypto *crypto)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_trust *trust = SX_NEW(arena, struct sx_trust);
    trust->arena = arena;
    trust->hasher = sx_hasher_new(crypto);
    take_embedded(trust);
    return trust;
}

void sx_trust_free(struct sx_trust *trust)
{
    if (trust == NULL)
        return;
    sx_hasher_free(trust->hasher);
    sx_arena_free(trust->arena);
}

void sx_trust_freep(struct sx_trust **trust)
{
    sx_trust_free(*trust);
}

static bool add_root(struct sx_trust *trust, struct sx_span der, struct sx_err *err)
{
    struct sx_cert cert;
    SX_TRY(sx_cert_parse(trust->hasher, der, trust->arena, &cert, err));
    if (!cert.is_self_issued)
        return sx_fail(err, SX_E_FORMAT, der.off, "trust anchor: issued by another certificate");
    if (trust->roots.n - trust->n_apple_roots == SX_MAX_CERTIFICATES)
        return sx_fail(err, SX_E_LIMIT, der.off, "trust anchors: more than %d",
                       SX_MAX_CERTIFICATES);
    SX_PUSH(trust->arena, &trust->roots, cert);
    return true;
}

/* next_block decodes the next PEM block into `arena`; false at the end. PEM_read_bio decrypts
 * nothing and so asks nobody for a password. */
static bool next_block(BIO *in, struct sx_arena *arena, struct sx_span *der)
{
    char *name = NULL, *header = NULL;
    unsigned char *data = NULL;
    long len = 0;
    bool found = false;
    while (!found && PEM_read_bio(in, &name, &header, &data, &len) == 1) {
        found = strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0;
        if (found) {
            uint8_t *copy = sx_arena_alloc(arena, (size_t)len);
            memcpy(copy, data, (size_t)len);
            *der = (struct sx_span){ copy, (size_t)len, 0 };
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(data);
    }
    return found;
}

static bool add_all(struct sx_trust *trust, BIO *in, struct sx_err *err)
{
    struct sx_span der;
    size_t n = trust->roots.n;
    while (next_block(in, trust->arena, &der))
        SX_TRY(add_root(trust, der, err));
    if (trust->roots.n == n)
        return sx_fail(err, SX_E_FORMAT, 0, "trust anchor: no certificate in PEM");
    return true;
}

bool sx_trust_add_pem(struct sx_trust *trust, struct sx_span pem, struct sx_err *err)
{
    size_t n = trust->roots.n;
    if (pem.len == 0 || pem.len > SX_MAX_SMALL_FILE)
        return sx_fail(err, SX_E_LIMIT, pem.off, "trust anchor: %zu bytes", pem.len);
    ERR_set_mark();
    BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    if (in == NULL)
        sx_crypto_die("no memory buffer");
    bool ok = add_all(trust, in, err);
    BIO_free(in);
    ERR_pop_to_mark();
    if (!ok)
        trust->roots.n = n;
    return ok;
}

enum sx_anchor sx_trust_anchor(const struct sx_trust *trust, const uint8_t sha256[32])
{
    if (is_apple_anchor(sha256))
        return SX_ANCHOR_APPLE;
    for (size_t i = trust->n_apple_roots; i < trust->roots.n; i++)
        if (memcmp(trust->roots.at[i].sha256, sha256, sizeof(trust->roots.at[i].sha256)) == 0)
            return SX_ANCHOR_ADDED;
    return SX_ANCHOR_NONE;
}

struct sx_cert_list sx_trust_roots(const struct sx_trust *trust)
{
    return (struct sx_cert_list){ trust->roots.at, trust->roots.n };
}

struct sx_cert_list sx_trust_apple_authorities(const struct sx_trust *trust)
{
    return (struct sx_cert_list){ trust->authorities.at, trust->authorities.n };
}

/* SPDX-License-Identifier: MIT */
#include "crypto/internal.h"
#include "base/limits.h"

#include <stdlib.h>
#include <openssl/err.h>
#include <openssl/x509.h>

/* Reading a certificate costs libcrypto a tenth of a millisecond, most of it for the key, and
 * all code of an app is signed with the same few: so each hasher keeps those it has read last.
 * A slot is chosen by the fingerprint, which is compared whole. */
enum { N_SLOTS = 64 };
struct sx_x509_cache {
    struct {
        X509 *x;
        uint8_t sha256[32];
    } slots[N_SLOTS];
};

void sx_x509_cache_free(struct sx_x509_cache *cache)
{
    for (size_t i = 0; cache != NULL && i < N_SLOTS; i++)
        X509_free(cache->slots[i].x);
    free(cache);
}

static X509 *read_x509(struct sx_hasher *hasher, struct sx_span der)
{
    const unsigned char *p = der.ptr;
    ERR_set_mark();
    X509 *x = X509_new_ex(sx_hasher_lib(hasher), NULL);
    d2i_X509(&x, &p, (long)der.len); /* on failure x is freed, and NULL */
    ERR_pop_to_mark();
    return x;
}

X509 *sx_x509_of(struct sx_hasher *hasher, const struct sx_cert *cert)
{
    struct sx_x509_cache **cache = sx_hasher_x509s(hasher);
    if (*cache == NULL && (*cache = calloc(1, sizeof(**cache))) == NULL)
        sx_crypto_die("no memory for certificates");
    size_t at = cert->sha256[0] % N_SLOTS;
    X509 *x = (*cache)->slots[at].x;
    if (x == NULL || memcmp((*cache)->slots[at].sha256, cert->sha256, 32) != 0) {
        x = read_x509(hasher, cert->der);
        if (x == NULL)
            return NULL;
        X509_free((*cache)->slots[at].x);
        (*cache)->slots[at].x = x;
        memcpy((*cache)->slots[at].sha256, cert->sha256, 32);
    }
    X509_up_ref(x);
    return x;
}

bool sx_certs_add(struct sx_certs *certs, struct sx_hasher *hasher, struct sx_span der,
                  struct sx_arena *arena, struct sx_err *err)
{
    struct sx_cert plain;
    if (certs->n == SX_MAX_CERTIFICATES)
        return sx_fail(err, SX_E_LIMIT, der.off, "more than %d certificates", SX_MAX_CERTIFICATES);
    SX_TRY(sx_cert_parse(hasher, der, arena, &plain, err));
    X509 *x = sx_x509_of(hasher, &plain);
    if (x == NULL)
        return sx_fail(err, SX_E_FORMAT, der.off, "a certificate that libcrypto does not read");
    if (certs->n == certs->cap)
        certs->plain = sx_arena_grow(arena, certs->plain, &certs->cap, sizeof(*certs->plain));
    certs->plain[certs->n] = plain;
    certs->x[certs->n++] = x;
    return true;
}

void sx_certs_release(struct sx_certs *certs)
{
    for (size_t i = 0; i < certs->n; i++)
        X509_free(certs->x[i]);
    certs->n = 0;
}

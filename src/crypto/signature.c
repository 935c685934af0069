/* SPDX-License-Identifier: MIT */
#include "crypto/internal.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static bool verify(EVP_PKEY_CTX *ctx, struct sx_hasher *hasher, enum sx_key_kind kind,
                   enum sx_hash hash, const uint8_t *digest, struct sx_span signature)
{
    return ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
           (kind != SX_KEY_RSA || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
           EVP_PKEY_CTX_set_signature_md(ctx, sx_hasher_md(hasher, hash)) == 1 &&
           EVP_PKEY_verify(ctx, signature.ptr, signature.len, digest, sx_hash_len(hash)) == 1;
}

static bool is_of_kind(const EVP_PKEY *key, enum sx_key_kind kind)
{
    return (kind == SX_KEY_RSA && EVP_PKEY_is_a(key, "RSA")) ||
           (kind == SX_KEY_EC && EVP_PKEY_is_a(key, "EC"));
}

bool sx_signature_fits(struct sx_hasher *hasher, X509 *signer, enum sx_key_kind kind,
                       enum sx_hash hash, const uint8_t *digest, struct sx_span signature)
{
    ERR_set_mark();
    EVP_PKEY *key = X509_get0_pubkey(signer);
    bool fits = false;
    if (key != NULL && is_of_kind(key, kind)) {
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(sx_hasher_lib(hasher), key, NULL);
        fits = verify(ctx, hasher, kind, hash, digest, signature);
        EVP_PKEY_CTX_free(ctx);
    }
    ERR_pop_to_mark();
    return fits;
}

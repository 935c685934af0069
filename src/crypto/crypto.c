/* SPDX-License-Identifier: MIT */
#include "crypto/crypto.h"

#include "crypto/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <openssl/crypto.h>

void sx_crypto_die(const char *what)
{
    fprintf(stderr, "sxlint: libcrypto failed: %s\n", what);
    abort();
}

struct sx_crypto *sx_crypto_new(void)
{
    struct sx_crypto *crypto = calloc(1, sizeof(*crypto));
    if (crypto == NULL || (crypto->lib = OSSL_LIB_CTX_new()) == NULL)
        sx_crypto_die("no library context");
    return crypto;
}

void sx_crypto_free(struct sx_crypto *crypto)
{
    if (crypto == NULL)
        return;
    OSSL_LIB_CTX_free(crypto->lib);
    free(crypto);
}

void sx_crypto_freep(struct sx_crypto **crypto)
{
    sx_crypto_free(*crypto);
}

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

/* Even with a context of its own libcrypto asks the engines first, and reads openssl.cnf to
 * learn of them, unless it is told not to before anybody in the process used it. */
struct sx_crypto *sx_crypto_new(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
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

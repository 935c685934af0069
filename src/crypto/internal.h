/* SPDX-License-Identifier: MIT */
/* What the files of this folder share and nobody else sees: the types of OpenSSL. */
#pragma once
#include <openssl/types.h>
#include "crypto/crypto.h"

struct sx_crypto {
    OSSL_LIB_CTX *lib;
};

/* sx_crypto_die ends the process: OpenSSL could not do what can fail only for want of memory,
 * or of an algorithm that every libcrypto has. No file can cause it. */
SX_NORETURN void sx_crypto_die(const char *what);

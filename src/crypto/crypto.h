/* SPDX-License-Identifier: MIT */
/* The cryptographic library as one run sees it. It is a library context of our own, so that
 * neither the user's openssl.cnf nor what else the process does with OpenSSL can change a
 * verdict or cost start-up time. Make one a run; threads may share it. */
#pragma once
#include "base/attr.h"

struct sx_crypto;

/* sx_crypto_new is cheap: algorithms are looked up when they are first used. Like an arena it
 * does not fail; a machine out of memory ends the process. */
struct sx_crypto *sx_crypto_new(void);
void sx_crypto_free(struct sx_crypto *crypto);
void sx_crypto_freep(struct sx_crypto **crypto); /* serves SX_AUTO */

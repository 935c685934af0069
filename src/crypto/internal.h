/* SPDX-License-Identifier: MIT */
/* What the files of this folder share and nobody else sees: the types of OpenSSL. */
#pragma once
#include <openssl/types.h>
#include "base/limits.h"
#include "crypto/chain.h"
#include "crypto/crypto.h"

struct sx_crypto {
    OSSL_LIB_CTX *lib;
};

/* sx_crypto_die ends the process: OpenSSL could not do what can fail only for want of memory,
 * or of an algorithm that every libcrypto has. No file can cause it. */
SX_NORETURN void sx_crypto_die(const char *what);

OSSL_LIB_CTX *sx_hasher_lib(const struct sx_hasher *hasher);
const EVP_MD *sx_hasher_md(struct sx_hasher *hasher, enum sx_hash hash);

/* sx_x509_of reads a certificate that we have parsed with libcrypto too; the caller frees it.
 * NULL when libcrypto refuses it. The hasher, being one thread's, keeps what was read last. */
X509 *sx_x509_of(struct sx_hasher *hasher, const struct sx_cert *cert);
struct sx_x509_cache;
struct sx_x509_cache **sx_hasher_x509s(struct sx_hasher *hasher);
void sx_x509_cache_free(struct sx_x509_cache *cache);

/* Certificates, each read twice: by us, whose plain data the rest of
 * sxlint sees, and by OpenSSL, which checks signatures and paths. */
struct sx_certs {
    struct sx_cert *plain;
    X509 *x[SX_MAX_CERTIFICATES]; /* as many; each is ours to free */
    size_t n, cap;
};
/* sx_certs_add reads another certificate into a list that starts zeroed; it fails when either
 * reader refuses it, or there are SX_MAX_CERTIFICATES. */
SX_MUST_USE bool sx_certs_add(struct sx_certs *certs, struct sx_hasher *hasher, struct sx_span der,
                              struct sx_arena *arena, struct sx_err *err);
void sx_certs_release(struct sx_certs *certs); /* serves SX_AUTO */

/* What is wrong with a path, whoever asks. */
enum sx_path_fault {
    SX_PATH_INCOMPLETE,    /* an issuer is not among the certificates */
    SX_PATH_INVALID,       /* signature, basic constraints, critical extension, length */
    SX_PATH_EXPIRED,       /* at the time asked for */
    SX_PATH_NOT_YET_VALID, /* likewise */
    SX_N_PATH_FAULTS,
};
struct sx_path {
    struct sx_chain chain;
    struct {
        const struct sx_cert *cert; /* NULL: not so */
        const char *why;
    } faults[SX_N_PATH_FAULTS];
};
/* sx_path_find builds the chain from certs->plain[leaf] and checks it at the time `at`. */
void sx_path_find(struct sx_hasher *hasher, const struct sx_trust *trust,
                  const struct sx_certs *certs, size_t leaf, struct sx_time at,
                  struct sx_arena *arena, struct sx_path *out);

/* A signature over a digest, by a key of this kind: PKCS #1 v1.5 for RSA, ECDSA for EC. */
SX_MUST_USE bool sx_signature_fits(struct sx_hasher *hasher, X509 *signer, enum sx_key_kind kind,
                                   enum sx_hash hash, const uint8_t *digest,
                                   struct sx_span signature);

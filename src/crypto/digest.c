/* SPDX-License-Identifier: MIT */
#include "crypto/digest.h"

#include "crypto/internal.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

/* Hashes that differ in length only share an algorithm. */
enum { MD5, SHA1, SHA256, SHA384, SHA512, N_ALGORITHMS };

static const char *const openssl_name[N_ALGORITHMS] = {
    [MD5] = "MD5", [SHA1] = "SHA1", [SHA256] = "SHA256", [SHA384] = "SHA384", [SHA512] = "SHA512",
};

static const struct {
    const char *name;
    size_t len;
    int algorithm;
} hashes[] = {
    [SX_HASH_SHA1] = { "sha1", 20, SHA1 },
    [SX_HASH_SHA256] = { "sha256", 32, SHA256 },
    [SX_HASH_SHA256_TRUNCATED] = { "sha256-truncated", 20, SHA256 },
    [SX_HASH_SHA384] = { "sha384", 48, SHA384 },
    [SX_HASH_SHA512] = { "sha512", 64, SHA512 },
    [SX_HASH_MD5] = { "md5", 16, MD5 },
};

struct sx_hasher {
    OSSL_LIB_CTX *lib;
    EVP_MD *md[N_ALGORITHMS];         /* fetched at first use */
    EVP_MD_CTX *stream[N_ALGORITHMS]; /* likewise */
    bool running[N_ALGORITHMS];
    EVP_MD_CTX *one_shot;
    struct sx_x509_cache *x509s; /* of certs.c */
};

size_t sx_hash_len(unsigned hash)
{
    return hash < SX_LEN(hashes) ? hashes[hash].len : 0;
}

const char *sx_hash_name(unsigned hash)
{
    return hash < SX_LEN(hashes) ? hashes[hash].name : NULL;
}

static EVP_MD_CTX *new_context(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL)
        sx_crypto_die("no digest context");
    return context;
}

struct sx_hasher *sx_hasher_new(const struct sx_crypto *crypto)
{
    struct sx_hasher *hasher = calloc(1, sizeof(*hasher));
    if (hasher == NULL)
        sx_crypto_die("no hasher");
    hasher->lib = crypto->lib;
    hasher->one_shot = new_context();
    return hasher;
}

void sx_hasher_free(struct sx_hasher *hasher)
{
    if (hasher == NULL)
        return;
    for (int i = 0; i < N_ALGORITHMS; i++) {
        EVP_MD_CTX_free(hasher->stream[i]);
        EVP_MD_free(hasher->md[i]);
    }
    EVP_MD_CTX_free(hasher->one_shot);
    sx_x509_cache_free(hasher->x509s);
    free(hasher);
}

void sx_hasher_freep(struct sx_hasher **hasher)
{
    sx_hasher_free(*hasher);
}

static int algorithm_of(enum sx_hash hash)
{
    assert(sx_hash_len(hash) > 0);
    return hashes[hash].algorithm;
}

/* A fetched EVP_MD makes each digest a tenth faster than EVP_sha256(), which is looked up anew
 * at every use. */
static const EVP_MD *fetch(struct sx_hasher *hasher, int algorithm)
{
    if (hasher->md[algorithm] == NULL)
        hasher->md[algorithm] = EVP_MD_fetch(hasher->lib, openssl_name[algorithm], NULL);
    if (hasher->md[algorithm] == NULL)
        sx_crypto_die(openssl_name[algorithm]);
    return hasher->md[algorithm];
}

OSSL_LIB_CTX *sx_hasher_lib(const struct sx_hasher *hasher)
{
    return hasher->lib;
}

struct sx_x509_cache **sx_hasher_x509s(struct sx_hasher *hasher)
{
    return &hasher->x509s;
}

const EVP_MD *sx_hasher_md(struct sx_hasher *hasher, enum sx_hash hash)
{
    return fetch(hasher, algorithm_of(hash));
}

static void start(struct sx_hasher *hasher, EVP_MD_CTX *context, int algorithm)
{
    if (!EVP_DigestInit_ex2(context, fetch(hasher, algorithm), NULL))
        sx_crypto_die("digest cannot start");
}

static void update(EVP_MD_CTX *context, const void *bytes, size_t n)
{
    if (n > 0 && !EVP_DigestUpdate(context, bytes, n))
        sx_crypto_die("digest cannot go on");
}

static void finish(EVP_MD_CTX *context, enum sx_hash hash, uint8_t out[SX_HASH_MAX_LEN])
{
    unsigned char whole[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!EVP_DigestFinal_ex(context, whole, &len) || len < hashes[hash].len)
        sx_crypto_die("digest cannot finish");
    memcpy(out, whole, hashes[hash].len);
}

void sx_hash_bytes(struct sx_hasher *hasher, enum sx_hash hash, const void *bytes, size_t n,
                   uint8_t out[SX_HASH_MAX_LEN])
{
    start(hasher, hasher->one_shot, algorithm_of(hash));
    update(hasher->one_shot, bytes, n);
    finish(hasher->one_shot, hash, out);
}

void sx_hash_begin(struct sx_hasher *hasher, unsigned bits)
{
    memset(hasher->running, 0, sizeof(hasher->running));
    for (unsigned hash = 0; hash < SX_LEN(hashes); hash++)
        if ((bits & SX_HASH_BIT(hash)) != 0)
            hasher->running[algorithm_of(hash)] = true;
    for (int i = 0; i < N_ALGORITHMS; i++) {
        if (!hasher->running[i])
            continue;
        if (hasher->stream[i] == NULL)
            hasher->stream[i] = new_context();
        start(hasher, hasher->stream[i], i);
    }
}

void sx_hash_update(struct sx_hasher *hasher, const void *bytes, size_t n)
{
    for (int i = 0; i < N_ALGORITHMS; i++)
        if (hasher->running[i])
            update(hasher->stream[i], bytes, n);
}

void sx_hash_final(struct sx_hasher *hasher, enum sx_hash hash, uint8_t out[SX_HASH_MAX_LEN])
{
    int algorithm = algorithm_of(hash);
    assert(hasher->running[algorithm]);
    hasher->running[algorithm] = false;
    finish(hasher->stream[algorithm], hash, out);
}

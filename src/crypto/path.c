/* SPDX-License-Identifier: MIT */
#include "crypto/internal.h"
#include "base/limits.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* Certificates in one path; Apple's have three. */
enum { MAX_PATH = 8 };

/* The search for one path. */
struct search {
    struct sx_hasher *hasher;
    const struct sx_trust *trust;
    struct sx_arena *arena;
    const struct sx_certs *given; /* what the signature carries */
    const struct sx_cert *leaf;   /* one of them */
    struct sx_certs added;        /* what it lacks */
    struct sx_path *path;
};

static void note(struct search *s, enum sx_path_fault fault, const struct sx_cert *cert,
                 const char *why)
{
    if (s->path->faults[fault].cert != NULL)
        return;
    s->path->faults[fault].cert = cert;
    s->path->faults[fault].why = why;
}

/* --- issuers that the signature lacks --- */

static const struct sx_cert *named(const struct sx_cert *certs, size_t n,
                                   const struct sx_name *subject)
{
    for (size_t i = 0; i < n; i++)
        if (sx_name_same(&certs[i].subject, subject))
            return &certs[i];
    return NULL;
}

/* Several certificates may have one name (a renewed authority): libcrypto picks by key. */
static const struct sx_cert *add_named(struct search *s, struct sx_cert_list from,
                                       const struct sx_name *subject)
{
    struct sx_err ignored = { 0 };
    for (size_t i = 0; i < from.n; i++)
        if (sx_name_same(&from.at[i].subject, subject) &&
            !sx_certs_add(&s->added, s->hasher, from.at[i].der, s->arena, &ignored))
            sx_crypto_die("a pinned certificate does not parse");
    return named(from.at, from.n, subject);
}

static void complete(struct search *s)
{
    const struct sx_cert *at = s->leaf;
    for (int depth = 0; depth < MAX_PATH && at != NULL && !at->is_self_issued; depth++) {
        const struct sx_name *issuer = &at->issuer;
        const struct sx_cert *next = named(s->given->plain, s->given->n, issuer);
        if (next == NULL)
            next = add_named(s, sx_trust_roots(s->trust), issuer);
        if (next == NULL) {
            next = add_named(s, sx_trust_apple_authorities(s->trust), issuer);
            note(s, SX_PATH_INCOMPLETE, at, "its issuer is not in the signature");
        }
        at = next;
    }
}

static const struct sx_cert *plain_of(const struct search *s, const X509 *x)
{
    for (size_t i = 0; i < s->given->n; i++)
        if (s->given->x[i] == x)
            return &s->given->plain[i];
    for (size_t i = 0; i < s->added.n; i++)
        if (s->added.x[i] == x)
            return &s->added.plain[i];
    return NULL;
}

/* --- what libcrypto finds wrong --- */

/* Critical extensions that Apple's verifier takes for known besides those of RFC 5280
 * (Security, SecCertificate.c: isAppleExtensionOID). Everything else that is critical and that
 * libcrypto does not know spoils the path. */
static const char *const known_arcs[] = {
    "1.2.840.113635.100.6",  /* Apple certificate extensions */
    "1.2.840.113635.100.11", /* component extensions */
    "1.2.840.113635.100.12", /* signing */
    "1.2.840.113635.100.13", /* encryption */
    "1.2.840.113635.100.15", /* external encryption */
};

static bool is_known(X509_EXTENSION *extension)
{
    if (!X509_EXTENSION_get_critical(extension) || X509_supported_extension(extension))
        return true;
    const ASN1_OBJECT *object = X509_EXTENSION_get_object(extension);
    struct sx_span oid = { OBJ_get0_data(object), OBJ_length(object), 0 };
    for (size_t i = 0; i < SX_LEN(known_arcs); i++)
        if (sx_oid_under(oid, known_arcs[i]))
            return true;
    return false;
}

static bool all_extensions_known(const X509 *x)
{
    for (int i = 0; i < X509_get_ext_count(x); i++)
        if (!is_known(X509_get_ext(x, i)))
            return false;
    return true;
}

static enum sx_path_fault fault_of(int error)
{
    switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return SX_PATH_INCOMPLETE;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return SX_PATH_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return SX_PATH_NOT_YET_VALID;
    default:
        return SX_PATH_INVALID;
    }
}

/* What makes no fault: an unknown root (the anchor is judged by fingerprint, and its own
 * signature by us), and critical extensions that are known one by one. */
static bool is_harmless(int error, const X509 *x)
{
    return error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
           error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
           (error == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION && all_extensions_known(x));
}

/* Every fault is noted and none ends the check, so that one run tells all. */
static int on_result(int ok, X509_STORE_CTX *ctx)
{
    int error = X509_STORE_CTX_get_error(ctx);
    X509 *x = X509_STORE_CTX_get_current_cert(ctx);
    struct search *s = X509_STORE_CTX_get_app_data(ctx);
    if (ok || is_harmless(error, x))
        return 1;
    const struct sx_cert *cert = plain_of(s, x);
    note(s, fault_of(error), cert != NULL ? cert : s->leaf, X509_verify_cert_error_string(error));
    return 1;
}

static void take_chain(struct search *s, X509_STORE_CTX *ctx)
{
    STACK_OF(X509) *found = X509_STORE_CTX_get0_chain(ctx);
    int n = found != NULL ? sk_X509_num(found) : 0;
    struct sx_cert *certs = SX_NEW_N(s->arena, struct sx_cert, (size_t)n);
    for (int i = 0; i < n; i++) {
        const struct sx_cert *cert = plain_of(s, sk_X509_value(found, i));
        if (cert != NULL)
            certs[s->path->chain.n++] = *cert;
    }
    s->path->chain.certs = certs;
}

static STACK_OF(X509) * pool_of(const struct search *s)
{
    STACK_OF(X509) *pool = sk_X509_new_null();
    for (size_t i = 0; i < s->given->n; i++)
        if (pool == NULL || !sk_X509_push(pool, s->given->x[i]))
            sx_crypto_die("no stack of certificates");
    for (size_t i = 0; i < s->added.n; i++)
        if (!sk_X509_push(pool, s->added.x[i]))
            sx_crypto_die("no stack of certificates");
    return pool;
}

/* The store is empty: trust is decided afterwards, by fingerprint. No purpose is set, since
 * libcrypto knows none for code; the caller judges the leaf. The authentication level is 0
 * whatever the build's default, since Apple's old chains are signed with SHA-1. */
static void check(struct search *s, X509 *leaf, struct sx_time at)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(sx_hasher_lib(s->hasher), NULL);
    STACK_OF(X509) *pool = pool_of(s);
    if (store == NULL || ctx == NULL || !X509_STORE_CTX_init(ctx, store, leaf, pool))
        sx_crypto_die("no path check");
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_time(param, at.seconds);
    X509_VERIFY_PARAM_set_depth(param, MAX_PATH);
    X509_VERIFY_PARAM_set_auth_level(param, 0);
    X509_STORE_CTX_set_app_data(ctx, s);
    X509_STORE_CTX_set_verify_cb(ctx, on_result);
    if (X509_verify_cert(ctx) != 1)
        note(s, SX_PATH_INVALID, s->leaf,
             X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
    take_chain(s, ctx);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    sk_X509_free(pool);
}

static bool signs_itself(struct sx_hasher *hasher, const struct sx_cert *root)
{
    X509 *x = sx_x509_of(hasher, root);
    bool ok = x != NULL && X509_get0_pubkey(x) != NULL && X509_verify(x, X509_get0_pubkey(x)) == 1;
    X509_free(x);
    return ok;
}

/* A chain of which a link does not hold ends nowhere: who is named in it need not know of it.
 * Else, where no issuer is missing, the last certificate is a root: pinned by its fingerprint, or
 * unknown, and then it has to have signed itself to be one at all. */
static void find_anchor(struct search *s)
{
    struct sx_chain *chain = &s->path->chain;
    if (chain->n == 0 || s->path->faults[SX_PATH_INVALID].cert != NULL)
        return;
    const struct sx_cert *root = &chain->certs[chain->n - 1];
    chain->anchor = sx_trust_anchor(s->trust, root->sha256);
    if (chain->anchor != SX_ANCHOR_NONE || s->path->faults[SX_PATH_INCOMPLETE].cert != NULL)
        return;
    if (signs_itself(s->hasher, root))
        chain->anchor = SX_ANCHOR_UNKNOWN;
    else
        note(s, SX_PATH_INVALID, root, "a root that did not sign itself");
}

void sx_path_find(struct sx_hasher *hasher, const struct sx_trust *trust,
                  const struct sx_certs *certs, size_t leaf, struct sx_time at,
                  struct sx_arena *arena, struct sx_path *out)
{
    *out = (struct sx_path){ 0 };
    struct search s = { hasher, trust, arena, certs, &certs->plain[leaf], { 0 }, out };
    ERR_set_mark();
    complete(&s);
    check(&s, certs->x[leaf], at);
    find_anchor(&s);
    ERR_pop_to_mark();
    sx_certs_release(&s.added);
}

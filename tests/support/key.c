/* SPDX-License-Identifier: MIT */
#include "key.h"

#include "der.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#define SCALAR_LEN 32 /* bytes of a number below the order of P-256 */
#define PRIME_LEN  128
#define RSA_E      65537

/* All that a computation needs, freed at once. */
struct field {
    BN_CTX *ctx;
    EC_GROUP *group;
    EC_POINT *point;
};

static void field_release(struct field *f)
{
    EC_POINT_free(f->point);
    EC_GROUP_free(f->group);
    BN_CTX_end(f->ctx);
    BN_CTX_free(f->ctx);
}

static struct field field_new(void)
{
    struct field f = { BN_CTX_new(), EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), NULL };
    f.point = f.group != NULL ? EC_POINT_new(f.group) : NULL;
    if (f.ctx == NULL || f.point == NULL)
        sx_fx_die("libcrypto has no P-256");
    BN_CTX_start(f.ctx);
    return f;
}

static void check(bool ok, const char *what)
{
    if (!ok)
        sx_fx_die("libcrypto fails at %s", what);
}

static BIGNUM *number(struct field *f)
{
    BIGNUM *n = BN_CTX_get(f->ctx);
    check(n != NULL, "a number");
    return n;
}

static BIGNUM *number_of(struct field *f, struct sx_str bytes)
{
    BIGNUM *n = number(f);
    check(BN_bin2bn((const unsigned char *)bytes.ptr, (int)bytes.len, n) != NULL, "a number");
    return n;
}

static struct sx_str number_bytes(struct sx_arena *arena, const BIGNUM *n, size_t len)
{
    char *out = sx_arena_alloc(arena, len);
    check(BN_bn2binpad(n, (unsigned char *)out, (int)len) == (int)len, "writing a number");
    return (struct sx_str){ out, len };
}

/* stream makes `len` bytes of a name, as many as a key wants. */
static struct sx_str stream(struct sx_arena *arena, struct sx_str name, unsigned at, size_t len)
{
    struct sx_buf buf = { 0 };
    for (unsigned i = 0; buf.len < len; i++) {
        struct sx_str seed =
            sx_str_printf(arena, "sxlint test key %.*s %u.%u", SX_STR_ARG(name), at, i);
        sx_buf_str(&buf, sx_fx_digest(arena, SX_FX_SHA256, seed));
    }
    return sx_str_sub(sx_fx_take(arena, &buf), 0, len);
}

static struct sx_str ec_point(struct sx_arena *arena, struct field *f, const BIGNUM *scalar)
{
    unsigned char out[1 + 2 * SCALAR_LEN];
    check(EC_POINT_mul(f->group, f->point, scalar, NULL, NULL, f->ctx), "a public key");
    size_t len = EC_POINT_point2oct(f->group, f->point, POINT_CONVERSION_UNCOMPRESSED, out,
                                    sizeof(out), f->ctx);
    return sx_str_dup(arena, (struct sx_str){ (char *)out, len });
}

struct sx_fx_key sx_fx_key_ec(struct sx_arena *arena, struct sx_str name)
{
    SX_AUTO(field_release) struct field f = field_new();
    BIGNUM *scalar = number_of(&f, stream(arena, name, 0, SCALAR_LEN));
    check(BN_nnmod(scalar, scalar, EC_GROUP_get0_order(f.group), f.ctx), "a scalar");

    struct sx_fx_key key = { .name = name, .secret = number_bytes(arena, scalar, SCALAR_LEN) };
    key.public_bits = ec_point(arena, &f, scalar);
    struct sx_str algorithm =
        SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, "1.2.840.10045.2.1"),
                  sx_fx_der_oid(arena, "1.2.840.10045.3.1.7"));
    key.spki = SX_FX_DER(arena, SX_FX_SEQUENCE, algorithm, sx_fx_der_bits(arena, key.public_bits));
    return key;
}

/* prime finds the first one from a point in the stream on that suits the public exponent. */
static BIGNUM *prime(struct sx_arena *arena, struct field *f, struct sx_str name, unsigned at)
{
    BIGNUM *p = number_of(f, stream(arena, name, at, PRIME_LEN));
    check(BN_set_bit(p, 8 * PRIME_LEN - 1) && BN_set_bit(p, 8 * PRIME_LEN - 2) && BN_set_bit(p, 0),
          "a prime");
    while (BN_mod_word(p, RSA_E) == 1 || BN_check_prime(p, f->ctx, NULL) != 1)
        check(BN_add_word(p, 2), "a prime");
    return p;
}

struct sx_fx_key sx_fx_key_rsa(struct sx_arena *arena, struct sx_str name)
{
    SX_AUTO(field_release) struct field f = field_new();
    BIGNUM *p = prime(arena, &f, name, 1), *q = prime(arena, &f, name, 2);
    BIGNUM *n = number(&f), *phi = number(&f), *e = number(&f), *d = number(&f);
    check(BN_mul(n, p, q, f.ctx) && BN_sub_word(p, 1) && BN_sub_word(q, 1) &&
              BN_mul(phi, p, q, f.ctx) && BN_set_word(e, RSA_E) &&
              BN_mod_inverse(d, e, phi, f.ctx) != NULL,
          "an RSA key");

    struct sx_fx_key key = { .rsa = true, .name = name };
    key.secret = number_bytes(arena, d, (size_t)2 * PRIME_LEN);
    key.modulus = number_bytes(arena, n, (size_t)2 * PRIME_LEN);
    key.public_bits = SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_uint(arena, key.modulus),
                                sx_fx_der_int(arena, RSA_E));
    key.spki =
        SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_algorithm(arena, "1.2.840.113549.1.1.1", true),
                  sx_fx_der_bits(arena, key.public_bits));
    return key;
}

static struct sx_str hmac(struct sx_arena *arena, enum sx_fx_hash hash, struct sx_str key, size_t n,
                          const struct sx_str *parts)
{
    static const char *const names[] = { [SX_FX_SHA1] = "SHA1",
                                         [SX_FX_SHA256] = "SHA256",
                                         [SX_FX_SHA384] = "SHA384",
                                         [SX_FX_SHA512] = "SHA512" };
    struct sx_str message = sx_fx_join(arena, n, parts);
    unsigned char out[EVP_MAX_MD_SIZE];
    size_t len = 0;
    check(EVP_Q_mac(NULL, "HMAC", NULL, names[hash], NULL, key.ptr, key.len,
                    (const unsigned char *)message.ptr, message.len, out, sizeof(out),
                    &len) != NULL,
          "HMAC");
    return sx_str_dup(arena, (struct sx_str){ (char *)out, len });
}

/* nonce is RFC 6979, 3.2, step by step; a candidate beyond the order (one in 2^32) is refused
 * there and would be here. */
static BIGNUM *nonce(struct sx_arena *arena, struct field *f, enum sx_fx_hash hash,
                     struct sx_str secret, const BIGNUM *digest)
{
    BIGNUM *reduced = number(f);
    check(BN_nnmod(reduced, digest, EC_GROUP_get0_order(f->group), f->ctx), "a nonce");
    struct sx_str h1 = number_bytes(arena, reduced, SCALAR_LEN);
    size_t len = sx_fx_full_digest(arena, hash, SX_STR("")).len;
    char *ones = sx_arena_alloc(arena, len);
    memset(ones, 1, len);
    struct sx_str v = { ones, len }, k = { sx_arena_alloc(arena, len), len };

    for (char round = 0; round <= 1; round++) {
        k = hmac(arena, hash, k, SX_FX_PARTS(v, { &round, 1 }, secret, h1));
        v = hmac(arena, hash, k, SX_FX_PARTS(v));
    }
    struct sx_str t = SX_STR("");
    while (t.len < SCALAR_LEN) {
        v = hmac(arena, hash, k, SX_FX_PARTS(v));
        t = sx_fx_join(arena, SX_FX_PARTS(t, v));
    }
    BIGNUM *candidate = number_of(f, sx_str_sub(t, 0, SCALAR_LEN));
    check(BN_cmp(candidate, EC_GROUP_get0_order(f->group)) < 0 && !BN_is_zero(candidate),
          "a nonce");
    return candidate;
}

static struct sx_str ec_sign(struct sx_arena *arena, const struct sx_fx_key *key,
                             enum sx_fx_hash hash, struct sx_str digest)
{
    SX_AUTO(field_release) struct field f = field_new();
    const BIGNUM *order = EC_GROUP_get0_order(f.group);
    BIGNUM *z = number_of(&f, sx_str_sub(digest, 0, SCALAR_LEN));
    BIGNUM *k = nonce(arena, &f, hash, key->secret, z);
    BIGNUM *r = number(&f), *s = number(&f), *inverse = number(&f);
    check(EC_POINT_mul(f.group, f.point, k, NULL, NULL, f.ctx) &&
              EC_POINT_get_affine_coordinates(f.group, f.point, r, NULL, f.ctx) &&
              BN_nnmod(r, r, order, f.ctx),
          "ECDSA");
    check(BN_mod_mul(s, r, number_of(&f, key->secret), order, f.ctx) &&
              BN_mod_add(s, s, z, order, f.ctx) &&
              BN_mod_inverse(inverse, k, order, f.ctx) != NULL &&
              BN_mod_mul(s, s, inverse, order, f.ctx),
          "ECDSA");
    return SX_FX_DER(arena, SX_FX_SEQUENCE,
                     sx_fx_der_uint(arena, number_bytes(arena, r, SCALAR_LEN)),
                     sx_fx_der_uint(arena, number_bytes(arena, s, SCALAR_LEN)));
}

static struct sx_str rsa_sign(struct sx_arena *arena, const struct sx_fx_key *key,
                              enum sx_fx_hash hash, struct sx_str digest)
{
    SX_AUTO(field_release) struct field f = field_new();
    struct sx_str info =
        SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_algorithm(arena, sx_fx_hash_oid(hash), true),
                  SX_FX_DER(arena, SX_FX_OCTET_STRING, digest));
    struct sx_buf padded = { 0 };
    sx_buf_put(&padded, "\0\1", 2);
    sx_buf_fill(&padded, (char)0xff, key->modulus.len - 3 - info.len);
    sx_buf_char(&padded, 0);
    sx_buf_str(&padded, info);
    BIGNUM *m = number_of(&f, sx_fx_take(arena, &padded));
    check(BN_mod_exp(m, m, number_of(&f, key->secret), number_of(&f, key->modulus), f.ctx), "RSA");
    return number_bytes(arena, m, key->modulus.len);
}

struct sx_str sx_fx_key_sign(struct sx_arena *arena, const struct sx_fx_key *key,
                             enum sx_fx_hash hash, struct sx_str message)
{
    struct sx_str digest = sx_fx_full_digest(arena, hash, message);
    return key->rsa ? rsa_sign(arena, key, hash, digest) : ec_sign(arena, key, hash, digest);
}

struct sx_str sx_fx_key_algorithm(struct sx_arena *arena, const struct sx_fx_key *key,
                                  enum sx_fx_hash hash)
{
    static const char *const oids[][2] = {
        [SX_FX_SHA1] = { "1.2.840.10045.4.1", "1.2.840.113549.1.1.5" },
        [SX_FX_SHA256] = { "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11" },
        [SX_FX_SHA384] = { "1.2.840.10045.4.3.3", "1.2.840.113549.1.1.12" },
        [SX_FX_SHA512] = { "1.2.840.10045.4.3.4", "1.2.840.113549.1.1.13" },
    };
    return sx_fx_der_algorithm(arena, oids[hash][key->rsa], key->rsa);
}

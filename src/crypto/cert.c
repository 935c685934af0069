/* SPDX-License-Identifier: MIT */
#include "crypto/cert.h"

#include "base/buf.h"
#include "base/limits.h"

#include <stdlib.h>

#define OID_KEY_USAGE          "2.5.29.15"
#define OID_BASIC_CONSTRAINTS  "2.5.29.19"
#define OID_POLICIES           "2.5.29.32"
#define OID_EXTENDED_KEY_USAGE "2.5.29.37"
#define OID_APPLE              "1.2.840.113635.100"
#define OID_DEVELOPER_ID_DATE  "1.2.840.113635.100.6.1.33"
#define OID_RSA                "1.2.840.113549.1.1.1"
#define OID_EC                 "1.2.840.10045.2.1"
#define OID_COMMON_NAME        "2.5.4.3"
#define OID_UNIT               "2.5.4.11"

static struct sx_opt_time time_of(const struct sx_ber *element)
{
    struct sx_opt_time at = { 0 };
    at.has = sx_ber_time(element, &at.t);
    return at;
}

static bool read_validity(struct sx_ber_reader *tbs, struct sx_cert *out, struct sx_err *err)
{
    struct sx_ber_reader validity;
    struct sx_ber not_before, not_after;
    SX_TRY(sx_ber_enter(tbs, SX_BER_SEQUENCE, "validity", &validity, err));
    SX_TRY(sx_ber_next(&validity, "notBefore", &not_before, err));
    SX_TRY(sx_ber_next(&validity, "notAfter", &not_after, err));
    out->not_before = time_of(&not_before);
    out->not_after = time_of(&not_after);
    return true;
}

static bool read_names(struct sx_ber_reader *tbs, struct sx_arena *arena, struct sx_cert *out,
                       struct sx_err *err)
{
    struct sx_ber issuer, subject;
    SX_TRY(sx_ber_take(tbs, SX_BER_SEQUENCE, "issuer", &issuer, err));
    SX_TRY(read_validity(tbs, out, err));
    SX_TRY(sx_ber_take(tbs, SX_BER_SEQUENCE, "subject", &subject, err));
    SX_TRY(sx_name_parse(&issuer, arena, &out->issuer, err));
    SX_TRY(sx_name_parse(&subject, arena, &out->subject, err));
    out->is_self_issued = sx_name_same(&out->issuer, &out->subject);
    out->common_name = sx_name_last(&out->subject, OID_COMMON_NAME);
    out->organizational_unit = sx_name_first(&out->subject, OID_UNIT);
    return true;
}

static unsigned curve_bits(struct sx_span curve)
{
    static const struct {
        const char *oid;
        unsigned bits;
    } curves[] = { { "1.2.840.10045.3.1.7", 256 },
                   { "1.3.132.0.34", 384 },
                   { "1.3.132.0.35", 521 } };
    for (size_t i = 0; i < SX_LEN(curves); i++)
        if (sx_oid_is(curve, curves[i].oid))
            return curves[i].bits;
    return 0;
}

/* The key is a BIT STRING: a byte that counts unused bits, then SEQUENCE { modulus, ... }. */
static unsigned modulus_bits(struct sx_span bit_string)
{
    struct sx_err ignored = { 0 };
    struct sx_span inside;
    struct sx_ber_reader key;
    struct sx_ber modulus;
    if (!sx_span_from(bit_string, 1, "RSAPublicKey", &inside, &ignored))
        return 0;
    struct sx_ber_reader r = sx_ber_reader(inside, SX_DER);
    if (!sx_ber_enter(&r, SX_BER_SEQUENCE, "RSAPublicKey", &key, &ignored) ||
        !sx_ber_take(&key, SX_BER_INTEGER, "modulus", &modulus, &ignored))
        return 0;
    struct sx_cursor c = sx_cursor_be(modulus.contents);
    uint8_t top = 0;
    while (top == 0 && sx_cursor_left(&c) > 0)
        top = sx_get_u8(&c, "modulus");
    unsigned bits = (unsigned)(sx_cursor_left(&c) * 8);
    for (; top != 0; top >>= 1)
        bits++;
    return bits;
}

static bool read_key(struct sx_ber_reader *tbs, struct sx_cert *out, struct sx_err *err)
{
    struct sx_ber_reader info, algorithm;
    struct sx_ber oid, bits, curve;
    SX_TRY(sx_ber_enter(tbs, SX_BER_SEQUENCE, "subjectPublicKeyInfo", &info, err));
    SX_TRY(sx_ber_enter(&info, SX_BER_SEQUENCE, "algorithm", &algorithm, err));
    SX_TRY(sx_ber_take(&algorithm, SX_BER_OID, "algorithm", &oid, err));
    SX_TRY(sx_ber_take(&info, SX_BER_BIT_STRING, "subjectPublicKey", &bits, err));
    if (sx_oid_is(oid.contents, OID_RSA)) {
        out->key_kind = SX_KEY_RSA;
        out->key_bits = modulus_bits(bits.contents);
    } else if (sx_oid_is(oid.contents, OID_EC)) {
        out->key_kind = SX_KEY_EC;
        if (sx_ber_peek(&algorithm) == SX_BER_OID) {
            SX_TRY(sx_ber_next(&algorithm, "curve", &curve, err));
            out->key_bits = curve_bits(curve.contents);
        }
    }
    return true;
}

static bool read_extension(struct sx_ber_reader *list, struct sx_arena *arena,
                           struct sx_extension *out, struct sx_err *err)
{
    struct sx_ber_reader fields;
    struct sx_ber oid, critical, value;
    SX_TRY(sx_ber_enter(list, SX_BER_SEQUENCE, "Extension", &fields, err));
    SX_TRY(sx_ber_take(&fields, SX_BER_OID, "extnID", &oid, err));
    out->critical = sx_ber_peek(&fields) == SX_BER_BOOLEAN;
    if (out->critical) {
        SX_TRY(sx_ber_next(&fields, "critical", &critical, err));
        out->critical = !sx_span_is_zero(critical.contents);
    }
    SX_TRY(sx_ber_take(&fields, SX_BER_OCTET_STRING, "extnValue", &value, err));
    SX_TRY(sx_ber_finish(&fields, "Extension", err));
    out->oid = sx_oid_text(arena, oid.contents);
    out->value = value.contents;
    if (out->oid.ptr == NULL)
        return sx_fail(err, SX_E_FORMAT, oid.whole.off, "extnID: no object identifier");
    return true;
}

static int by_text(const void *a, const void *b)
{
    return sx_str_cmp(*(const struct sx_str *)a, *(const struct sx_str *)b);
}

static struct sx_strs markers_of(const struct sx_cert *cert, struct sx_arena *arena)
{
    struct sx_str *markers = SX_NEW_N(arena, struct sx_str, cert->n_extensions);
    size_t n = 0;
    for (size_t i = 0; i < cert->n_extensions; i++)
        if (sx_str_starts(cert->extensions[i].oid, SX_STR(OID_APPLE ".")))
            markers[n++] = cert->extensions[i].oid;
    if (n > 1)
        qsort(markers, n, sizeof(*markers), by_text);
    return (struct sx_strs){ markers, n };
}

/* A SEQUENCE OF identifiers, or of SEQUENCEs that begin with one: extended key usages and
 * certificate policies. */
static bool read_oids(const struct sx_extension *extension, struct sx_arena *arena,
                      struct sx_strs *out, struct sx_err *err)
{
    if (extension == NULL)
        return true;
    SX_VEC(struct sx_str) oids = { 0 };
    struct sx_ber_reader r = sx_ber_reader(extension->value, SX_DER), list;
    SX_TRY(sx_ber_enter(&r, SX_BER_SEQUENCE, "extension", &list, err));
    while (!sx_ber_at_end(&list)) {
        struct sx_ber_reader inner, *from = &list;
        struct sx_ber oid;
        if (sx_ber_peek(&list) == SX_BER_SEQUENCE) {
            SX_TRY(sx_ber_enter(&list, SX_BER_SEQUENCE, "PolicyInformation", &inner, err));
            from = &inner;
        }
        SX_TRY(sx_ber_take(from, SX_BER_OID, "identifier", &oid, err));
        struct sx_str text = sx_oid_text(arena, oid.contents);
        if (text.ptr == NULL)
            return sx_fail(err, SX_E_FORMAT, oid.whole.off, "no object identifier");
        SX_PUSH(arena, &oids, text);
    }
    *out = (struct sx_strs){ oids.at, oids.n };
    return true;
}

static bool read_basic_constraints(const struct sx_extension *extension, bool *is_ca,
                                   struct sx_err *err)
{
    if (extension == NULL)
        return true;
    struct sx_ber_reader r = sx_ber_reader(extension->value, SX_DER), fields;
    struct sx_ber ca;
    SX_TRY(sx_ber_enter(&r, SX_BER_SEQUENCE, "BasicConstraints", &fields, err));
    if (sx_ber_peek(&fields) != SX_BER_BOOLEAN)
        return true;
    SX_TRY(sx_ber_next(&fields, "cA", &ca, err));
    *is_ca = !sx_span_is_zero(ca.contents);
    return true;
}

static bool read_key_usage(const struct sx_extension *extension, struct sx_cert *out,
                           struct sx_err *err)
{
    if (extension == NULL)
        return true;
    struct sx_ber_reader r = sx_ber_reader(extension->value, SX_DER);
    struct sx_ber bits;
    SX_TRY(sx_ber_take(&r, SX_BER_BIT_STRING, "KeyUsage", &bits, err));
    struct sx_cursor c = sx_cursor_be(bits.contents);
    sx_get_u8(&c, "unused bits");
    out->has_key_usage = true;
    out->key_usage = sx_cursor_left(&c) > 0 ? sx_get_u8(&c, "KeyUsage") : 0;
    return sx_cursor_ok(&c, err);
}

static bool read_extensions(struct sx_ber_reader *tbs, struct sx_arena *arena, struct sx_cert *out,
                            struct sx_err *err)
{
    struct sx_ber skipped;
    struct sx_ber_reader wrapper, list;
    while (sx_ber_peek(tbs) == 0x81 || sx_ber_peek(tbs) == 0x82) /* unique identifiers */
        SX_TRY(sx_ber_next(tbs, "UniqueIdentifier", &skipped, err));
    if (sx_ber_at_end(tbs))
        return true;
    SX_TRY(sx_ber_enter(tbs, 0xa3, "extensions", &wrapper, err));
    SX_TRY(sx_ber_enter(&wrapper, SX_BER_SEQUENCE, "extensions", &list, err));
    SX_VEC(struct sx_extension) extensions = { 0 };
    while (!sx_ber_at_end(&list)) {
        struct sx_extension extension;
        SX_TRY(read_extension(&list, arena, &extension, err));
        SX_PUSH(arena, &extensions, extension);
    }
    out->extensions = extensions.at;
    out->n_extensions = extensions.n;
    out->markers = markers_of(out, arena);
    out->developer_id_date = sx_cert_extension_time(out, OID_DEVELOPER_ID_DATE);
    SX_TRY(read_basic_constraints(sx_cert_extension(out, OID_BASIC_CONSTRAINTS), &out->is_ca, err));
    SX_TRY(read_key_usage(sx_cert_extension(out, OID_KEY_USAGE), out, err));
    SX_TRY(read_oids(sx_cert_extension(out, OID_EXTENDED_KEY_USAGE), arena,
                     &out->extended_key_usages, err));
    return read_oids(sx_cert_extension(out, OID_POLICIES), arena, &out->policies, err);
}

/* A zero byte that only keeps the number positive is not shown. */
struct sx_str sx_cert_serial(struct sx_span number, struct sx_arena *arena)
{
    struct sx_str hex = sx_hex(arena, number.ptr, number.len);
    return hex.len > 2 && sx_str_starts(hex, SX_STR("00")) ? sx_str_sub(hex, 2, hex.len) : hex;
}

/* TBSCertificate: [0] version, serialNumber, signature, issuer, validity, subject,
 * subjectPublicKeyInfo, unique identifiers, [3] extensions (RFC 5280, 4.1). */
static bool read_tbs(struct sx_ber_reader *tbs, struct sx_arena *arena, struct sx_cert *out,
                     struct sx_err *err)
{
    struct sx_ber version, serial, signature;
    if (sx_ber_peek(tbs) == 0xa0)
        SX_TRY(sx_ber_next(tbs, "version", &version, err));
    SX_TRY(sx_ber_take(tbs, SX_BER_INTEGER, "serialNumber", &serial, err));
    out->serial = sx_cert_serial(serial.contents, arena);
    SX_TRY(sx_ber_take(tbs, SX_BER_SEQUENCE, "signature", &signature, err));
    SX_TRY(read_names(tbs, arena, out, err));
    SX_TRY(read_key(tbs, out, err));
    return read_extensions(tbs, arena, out, err);
}

bool sx_cert_parse(struct sx_hasher *hasher, struct sx_span der, struct sx_arena *arena,
                   struct sx_cert *out, struct sx_err *err)
{
    *out = (struct sx_cert){ .der = der };
    if (der.len > SX_MAX_CERTIFICATE_BYTES)
        return sx_fail(err, SX_E_LIMIT, der.off, "certificate: %zu bytes, at most %u", der.len,
                       SX_MAX_CERTIFICATE_BYTES);
    struct sx_ber_reader r = sx_ber_reader(der, SX_DER), outer, tbs;
    SX_TRY(sx_ber_enter(&r, SX_BER_SEQUENCE, "Certificate", &outer, err));
    SX_TRY(sx_ber_finish(&r, "Certificate", err));
    SX_TRY(sx_ber_enter(&outer, SX_BER_SEQUENCE, "TBSCertificate", &tbs, err));
    SX_TRY(read_tbs(&tbs, arena, out, err));

    uint8_t digest[SX_HASH_MAX_LEN];
    sx_hash_bytes(hasher, SX_HASH_SHA256, der.ptr, der.len, digest);
    memcpy(out->sha256, digest, sizeof(out->sha256));
    sx_hash_bytes(hasher, SX_HASH_SHA1, der.ptr, der.len, digest);
    memcpy(out->sha1, digest, sizeof(out->sha1));
    return true;
}

const struct sx_extension *sx_cert_extension(const struct sx_cert *cert, const char *oid)
{
    for (size_t i = 0; i < cert->n_extensions; i++)
        if (sx_str_is(cert->extensions[i].oid, oid))
            return &cert->extensions[i];
    return NULL;
}

struct sx_opt_time sx_cert_extension_time(const struct sx_cert *cert, const char *oid)
{
    struct sx_err ignored = { 0 };
    struct sx_ber text;
    const struct sx_extension *extension = sx_cert_extension(cert, oid);
    if (extension == NULL)
        return (struct sx_opt_time){ 0 };
    struct sx_ber_reader r = sx_ber_reader(extension->value, SX_DER);
    if (!sx_ber_take(&r, SX_BER_UTF8_STRING, "date", &text, &ignored))
        return (struct sx_opt_time){ 0 };
    text.tag = SX_BER_GENERALIZED_TIME;
    return time_of(&text);
}

bool sx_cert_valid_at(const struct sx_cert *cert, struct sx_time t)
{
    return cert->not_before.has && cert->not_after.has && sx_time_cmp(cert->not_before.t, t) <= 0 &&
           sx_time_cmp(t, cert->not_after.t) <= 0;
}

bool sx_cert_has_usage(const struct sx_cert *cert, const char *extended_key_usage)
{
    return sx_strs_has(cert->extended_key_usages, sx_str_of(extended_key_usage));
}

/* SPDX-License-Identifier: MIT */
#include "pki.h"

#include "der.h"

#define APPLE_OID   "1.2.840.113635.100."
#define MAX_MARKERS 3

#define CODE_SIGNING  "1.3.6.1.5.5.7.3.3"
#define TIME_STAMPING "1.3.6.1.5.5.7.3.8"

/* What sets a certificate apart from the common run. */
enum {
    IS_CA = 1 << 0,
    IS_RSA = 1 << 1,
    SIGNED_WITH_SHA1 = 1 << 2,
    UNKNOWN_CRITICAL = 1 << 3, /* carries a critical extension that nobody knows */
};

struct marker {
    const char *oid;  /* below Apple's arc */
    bool critical;    /* Apple's leaf markers are, but for 6.1.33 and the store's 6.1.9 */
    const char *text; /* content as UTF8String instead of NULL */
};

struct recipe {
    const char *name, *issuer, *subject, *from, *to;
    struct marker markers[MAX_MARKERS];
    const char *usage; /* the extended key usage, always critical */
    unsigned flags;
};

#define ORG          "C=US/O=sxlint Tests/"
#define AUTHORITY    ORG "OU=sxlint Certification Authority/CN="
#define WAFFLE       "OU=W4FFLE9K2Q/O=Waffle Works/C=US"
#define PANCAKE      "OU=P4NC4KE7ZX/O=Pancake Press/C=US"
#define WAFFLE_NAME  "Waffle Works (W4FFLE9K2Q)"
#define PANCAKE_NAME "Pancake Press (P4NC4KE7ZX)"
#define DEVELOPER_ID "UID=W4FFLE9K2Q/CN=Developer ID Application: " WAFFLE_NAME "/"

/* What Apple's Developer ID leaves carry; the date is that of the account. */
#define DEVELOPER_ID_MARKERS                                                                       \
    {                                                                                              \
        { "6.1.13", true },                                                                        \
        {                                                                                          \
            "6.1.33", false, "20220131000000Z"                                                     \
        }                                                                                          \
    }

static const struct recipe recipes[] = {
    /* Roots. The first stands for Apple Root CA, the second for Apple Root CA - G3. */
    { "root", NULL, AUTHORITY "sxlint Test Root CA", "2006-04-25", "2035-02-09", .flags = IS_CA },
    { "root-g3", NULL, AUTHORITY "sxlint Test Root CA - G3", "2014-04-30", "2039-04-30",
      .flags = IS_CA },
    { "root-look-alike", NULL,
      "C=US/O=Apple Inc./OU=Apple Certification Authority/CN=Apple Root CA", "2006-04-25",
      "2035-02-09", .flags = IS_CA },

    /* Intermediates. */
    { "developer-id-ca",
      "root",
      AUTHORITY "Developer ID Certification Authority",
      "2012-02-01",
      "2027-02-01",
      { { "6.2.6" } },
      .flags = IS_CA },
    { "developer-id-ca-g2",
      "root",
      ORG "OU=G2/CN=Developer ID Certification Authority",
      "2021-09-22",
      "2031-09-17",
      { { "6.2.6" } },
      .flags = IS_CA },
    { "developer-id-ca-rsa",
      "root",
      ORG "OU=RSA/CN=Developer ID Certification Authority",
      "2012-02-01",
      "2027-02-01",
      { { "6.2.6" } },
      .flags = IS_CA | IS_RSA },
    { "developer-id-ca-look-alike",
      "root-look-alike",
      "C=US/O=Apple Inc./OU=Apple Certification Authority/CN=Developer ID Certification Authority",
      "2012-02-01",
      "2027-02-01",
      { { "6.2.6" } },
      .flags = IS_CA },
    { "not-a-ca",
      "root",
      AUTHORITY "Not a Certification Authority",
      "2012-02-01",
      "2027-02-01",
      { { "6.2.6" } } },
    { "wwdr",
      "root",
      ORG "OU=G3/CN=Worldwide Developer Relations Certification Authority",
      "2020-02-19",
      "2030-02-20",
      { { "6.2.1" } },
      .flags = IS_CA },
    { "timestamp-ca",
      "root",
      AUTHORITY "Timestamp Certification Authority",
      "2012-04-05",
      "2027-04-05",
      { { "6.2.9" } },
      .flags = IS_CA },
    { "code-signing-ca", "root", AUTHORITY "Code Signing Certification Authority", "2011-10-24",
      "2026-10-24", .flags = IS_CA },
    { "system-integration-ca",
      "root-g3",
      AUTHORITY "System Integration CA 4",
      "2017-05-01",
      "2032-05-01",
      { { "6.2.17" } },
      .flags = IS_CA },

    /* Developers. */
    { "developer-id", "developer-id-ca", DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "developer-id-g2", "developer-id-ca-g2", DEVELOPER_ID WAFFLE, "2022-02-02", "2031-09-16",
      DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "developer-id-rsa", "developer-id-ca-rsa", DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING, IS_RSA },
    { "developer-id-kext",
      "developer-id-ca",
      DEVELOPER_ID WAFFLE,
      "2022-02-02",
      "2027-02-01",
      { { "6.1.13", true }, { "6.1.18", true } },
      CODE_SIGNING },
    { "developer-id-other-team", "developer-id-ca",
      "UID=P4NC4KE7ZX/CN=Developer ID Application: " PANCAKE_NAME "/" PANCAKE, "2022-02-02",
      "2027-02-01", DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "installer",
      "developer-id-ca",
      "UID=W4FFLE9K2Q/CN=Developer ID Installer: " WAFFLE_NAME "/" WAFFLE,
      "2022-02-02",
      "2027-02-01",
      { { "6.1.14", true } },
      APPLE_OID "4.13" },
    { "installer-rsa",
      "developer-id-ca-rsa",
      "UID=W4FFLE9K2Q/CN=Developer ID Installer: " WAFFLE_NAME "/" WAFFLE,
      "2022-02-02",
      "2027-02-01",
      { { "6.1.14", true } },
      APPLE_OID "4.13",
      IS_RSA },
    { "development",
      "wwdr",
      "UID=EKF6CY57W8/CN=Apple Development: Ada Baker (EKF6CY57W8)/" WAFFLE,
      "2026-01-15",
      "2027-01-15",
      { { "6.1.2", true }, { "6.1.12", true } },
      CODE_SIGNING },
    { "apple-distribution",
      "wwdr",
      "UID=W4FFLE9K2Q/CN=Apple Distribution: " WAFFLE_NAME "/" WAFFLE,
      "2026-01-15",
      "2027-01-15",
      { { "6.1.7", true }, { "6.1.4", true } },
      CODE_SIGNING },
    { "mac-distribution",
      "wwdr",
      "UID=W4FFLE9K2Q/CN=3rd Party Mac Developer Application: " WAFFLE_NAME "/" WAFFLE,
      "2026-01-15",
      "2027-01-15",
      { { "6.1.7", true } },
      CODE_SIGNING },
    { "mac-installer",
      "wwdr",
      "UID=W4FFLE9K2Q/CN=3rd Party Mac Developer Installer: " WAFFLE_NAME "/" WAFFLE,
      "2026-01-15",
      "2027-01-15",
      { { "6.1.8", true } },
      APPLE_OID "4.9" },

    /* Signers that are Apple's own. */
    { "app-store",
      "wwdr",
      ORG "OU=Store/CN=Apple Mac OS Application Signing",
      "2023-03-01",
      "2029-03-01",
      { { "6.1.9" } },
      CODE_SIGNING },
    { "testflight",
      "wwdr",
      ORG "OU=Store/CN=TestFlight Beta Distribution",
      "2023-03-01",
      "2029-03-01",
      { { "6.1.25.1", true } },
      CODE_SIGNING },
    { "software-signing",
      "code-signing-ca",
      ORG "OU=Software/CN=Software Signing",
      "2013-04-12",
      "2026-10-24",
      { { "6.22", true } },
      CODE_SIGNING },
    { "profile-signer",
      "wwdr",
      ORG "OU=Profiles/CN=Mac OS X Provisioning Profile Signing",
      "2024-01-10",
      "2029-01-10",
      { { "4.11" } } },
    { "profile-signer-der",
      "system-integration-ca",
      ORG "OU=Profiles/CN=WWDR Provisioning Profile Signing",
      "2024-01-10",
      "2029-01-10",
      { { "12.19" } } },
    { "ticket-signer",
      "system-integration-ca",
      ORG "OU=Tickets/CN=Software Ticket Signing",
      "2026-03-01",
      "2027-04-01",
      { { "6.1.30" } } },
    { "tsa", "timestamp-ca", ORG "OU=Timestamps/CN=Timestamp Signer 1", "2026-11-01", "2026-12-15",
      .usage = TIME_STAMPING },
    { "tsa-expired", "timestamp-ca", ORG "OU=Timestamps/CN=Timestamp Signer 0", "2020-01-01",
      "2020-02-15", .usage = TIME_STAMPING },
    { "tsa-no-usage", "timestamp-ca", ORG "OU=Timestamps/CN=Timestamp Signer 2", "2026-11-01",
      "2026-12-15" },

    /* What must not pass, or not for what it says. */
    { "expired", "developer-id-ca", DEVELOPER_ID WAFFLE, "2019-01-01", "2021-01-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "not-yet-valid", "developer-id-ca-g2", DEVELOPER_ID WAFFLE, "2029-01-01", "2031-01-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "unknown-critical", "developer-id-ca", DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING, UNKNOWN_CRITICAL },
    { "no-marker", "developer-id-ca", DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      .usage = CODE_SIGNING },
    { "no-usage", "developer-id-ca", DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS },
    { "no-ou", "developer-id-ca", "UID=W4FFLE9K2Q/CN=Developer ID Application: " WAFFLE_NAME,
      "2022-02-02", "2027-02-01", DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "wrong-ou", "developer-id-ca", DEVELOPER_ID PANCAKE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "sha1-signed", "developer-id-ca", DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING, SIGNED_WITH_SHA1 },
    { "issued-by-not-a-ca", "not-a-ca", DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "look-alike", "developer-id-ca-look-alike", DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "self-signed-look-alike", NULL, DEVELOPER_ID WAFFLE, "2022-02-02", "2027-02-01",
      DEVELOPER_ID_MARKERS, CODE_SIGNING },
    { "self-signed", NULL, "CN=Ada's Signing Certificate", "2022-02-02", "2032-02-02",
      .usage = CODE_SIGNING },
};

struct sx_fx_pki {
    struct sx_arena *arena;
    struct sx_fx_cert made[SX_LEN(recipes)]; /* der is no text until it is */
};

struct sx_fx_pki *sx_fx_pki_new(struct sx_arena *arena)
{
    struct sx_fx_pki *pki = SX_NEW(arena, struct sx_fx_pki);
    pki->arena = arena;
    return pki;
}

struct sx_arena *sx_fx_pki_arena(const struct sx_fx_pki *pki)
{
    return pki->arena;
}

const char *sx_fx_cert_name(size_t at)
{
    return at < SX_LEN(recipes) ? recipes[at].name : NULL;
}

/* cut takes what stands before the first `by` off the front of `*rest`. */
static struct sx_str cut(struct sx_str *rest, char by)
{
    size_t at = sx_str_find(*rest, (struct sx_str){ &by, 1 });
    struct sx_str head = sx_str_sub(*rest, 0, at);
    *rest = sx_str_sub(*rest, at + 1, rest->len);
    return head;
}

static struct sx_str attribute(struct sx_arena *arena, struct sx_str type, struct sx_str value)
{
    static const struct {
        const char *type, *oid;
        unsigned tag;
    } types[] = {
        { "UID", "0.9.2342.19200300.100.1.1", SX_FX_UTF8_STRING },
        { "CN", "2.5.4.3", SX_FX_UTF8_STRING },
        { "OU", "2.5.4.11", SX_FX_UTF8_STRING },
        { "O", "2.5.4.10", SX_FX_UTF8_STRING },
        { "C", "2.5.4.6", SX_FX_PRINTABLE_STRING },
    };
    for (size_t i = 0; i < SX_LEN(types); i++)
        if (sx_str_is(type, types[i].type))
            return SX_FX_DER(arena, SX_FX_SET,
                             SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, types[i].oid),
                                       SX_FX_DER(arena, types[i].tag, value)));
    sx_fx_die("no name attribute %.*s", SX_STR_ARG(type));
}

static struct sx_str name_of(struct sx_arena *arena, const char *subject)
{
    struct sx_buf buf = { 0 };
    for (struct sx_str rest = sx_str_of(subject); rest.len > 0;) {
        struct sx_str value = cut(&rest, '/');
        struct sx_str type = cut(&value, '=');
        sx_buf_str(&buf, attribute(arena, type, value));
    }
    return SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_take(arena, &buf));
}

static struct sx_str value_in(const char *subject, const char *wanted)
{
    for (struct sx_str rest = sx_str_of(subject); rest.len > 0;) {
        struct sx_str value = cut(&rest, '/');
        if (sx_str_is(cut(&value, '='), wanted))
            return value;
    }
    return (struct sx_str){ 0 };
}

static struct sx_str extension(struct sx_arena *arena, const char *oid, bool critical,
                               struct sx_str content)
{
    struct sx_str flag = critical ? sx_fx_der_bool(arena, true) : SX_STR("");
    return SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, oid), flag,
                     SX_FX_DER(arena, SX_FX_OCTET_STRING, content));
}

static struct sx_str marker(struct sx_arena *arena, const struct marker *m)
{
    if (m->oid == NULL)
        return SX_STR("");
    struct sx_str content = m->text != NULL
                                ? SX_FX_DER(arena, SX_FX_UTF8_STRING, sx_str_of(m->text))
                                : SX_STR("\x05\x00");
    struct sx_str oid = sx_str_printf(arena, APPLE_OID "%s", m->oid);
    return extension(arena, oid.ptr, m->critical, content);
}

static struct sx_str key_identifier(struct sx_arena *arena, const struct sx_fx_key *key)
{
    return sx_fx_digest(arena, SX_FX_SHA1, key->public_bits);
}

static struct sx_str extended_usage(struct sx_arena *arena, const char *oid)
{
    if (oid == NULL)
        return SX_STR("");
    return extension(arena, "2.5.29.37", true,
                     SX_FX_DER(arena, SX_FX_SEQUENCE, sx_fx_der_oid(arena, oid)));
}

static struct sx_str extensions(struct sx_arena *arena, const struct recipe *r,
                                const struct sx_fx_key *subject, const struct sx_fx_key *issuer)
{
    bool ca = (r->flags & IS_CA) != 0;
    struct sx_str constraint = ca ? sx_fx_der_bool(arena, true) : SX_STR("");
    /* keyCertSign and cRLSign, or digitalSignature */
    struct sx_str usage = ca ? SX_STR("\x03\x02\x01\x06") : SX_STR("\x03\x02\x07\x80");
    struct sx_str unknown = (r->flags & UNKNOWN_CRITICAL) != 0
                                ? extension(arena, "1.2.3.4.5.6", true, SX_STR("\x05\x00"))
                                : SX_STR("");
    struct sx_str all =
        SX_FX_DER(arena, SX_FX_SEQUENCE,
                  extension(arena, "2.5.29.19", true, SX_FX_DER(arena, SX_FX_SEQUENCE, constraint)),
                  extension(arena, "2.5.29.35", false,
                            SX_FX_DER(arena, SX_FX_SEQUENCE,
                                      SX_FX_DER(arena, 0x80, key_identifier(arena, issuer)))),
                  extended_usage(arena, r->usage),
                  extension(arena, "2.5.29.14", false,
                            SX_FX_DER(arena, SX_FX_OCTET_STRING, key_identifier(arena, subject))),
                  extension(arena, "2.5.29.15", true, usage), marker(arena, &r->markers[0]),
                  marker(arena, &r->markers[1]), marker(arena, &r->markers[2]), unknown);
    return SX_FX_DER(arena, SX_FX_CONTEXT + 3, all);
}

static struct sx_str date(struct sx_arena *arena, const char *text)
{
    struct sx_time t;
    if (!sx_time_parse(sx_str_of(text), true, &t))
        sx_fx_die("no date: %s", text);
    return sx_fx_der_time(arena, t);
}

/* serial makes eight bytes of the name; the first bit is cleared, so that it is positive. */
static struct sx_str serial(struct sx_arena *arena, const char *name)
{
    struct sx_str digest = sx_fx_digest(arena, SX_FX_SHA256, sx_str_of(name));
    char first = (char)((digest.ptr[0] & 0x3f) | 0x40);
    return SX_FX_DER(arena, SX_FX_INTEGER, { &first, 1 }, sx_str_sub(digest, 1, 7));
}

static const struct recipe *recipe_of(const char *name)
{
    for (size_t i = 0; i < SX_LEN(recipes); i++)
        if (name != NULL && strcmp(name, recipes[i].name) == 0)
            return &recipes[i];
    return NULL;
}

static bool is_trusted(const struct recipe *r)
{
    while (r->issuer != NULL)
        r = recipe_of(r->issuer);
    return strcmp(r->name, "root") == 0 || strcmp(r->name, "root-g3") == 0;
}

static void issue(struct sx_fx_pki *pki, const struct recipe *r, struct sx_fx_cert *cert)
{
    struct sx_arena *arena = pki->arena;
    cert->name = r->name;
    cert->key = (r->flags & IS_RSA) != 0 ? sx_fx_key_rsa(arena, sx_str_of(r->name))
                                         : sx_fx_key_ec(arena, sx_str_of(r->name));
    cert->issuer = r->issuer != NULL ? sx_fx_cert(pki, sx_str_of(r->issuer)) : NULL;
    cert->subject = name_of(arena, r->subject);
    cert->issuer_name = cert->issuer != NULL ? cert->issuer->subject : cert->subject;
    cert->serial = serial(arena, r->name);
    cert->common_name = value_in(r->subject, "CN");
    cert->team = value_in(r->subject, "OU");
    cert->issuer_marker = r->issuer != NULL ? recipe_of(r->issuer)->markers[0].oid : NULL;
    cert->trusted = is_trusted(r);

    const struct sx_fx_key *by = cert->issuer != NULL ? &cert->issuer->key : &cert->key;
    enum sx_fx_hash hash = (r->flags & SIGNED_WITH_SHA1) != 0 ? SX_FX_SHA1 : SX_FX_SHA256;
    struct sx_str algorithm = sx_fx_key_algorithm(arena, by, hash);
    struct sx_str validity =
        SX_FX_DER(arena, SX_FX_SEQUENCE, date(arena, r->from), date(arena, r->to));
    struct sx_str tbs =
        SX_FX_DER(arena, SX_FX_SEQUENCE, SX_STR("\xa0\x03\x02\x01\x02"), cert->serial, algorithm,
                  cert->issuer_name, validity, cert->subject, cert->key.spki,
                  extensions(arena, r, &cert->key, by));
    struct sx_str signature = sx_fx_key_sign(arena, by, hash, tbs);
    cert->der = SX_FX_DER(arena, SX_FX_SEQUENCE, tbs, algorithm, sx_fx_der_bits(arena, signature));
}

const struct sx_fx_cert *sx_fx_cert(struct sx_fx_pki *pki, struct sx_str name)
{
    const struct recipe *r = recipe_of(sx_str_dup(pki->arena, name).ptr);
    if (r == NULL)
        return NULL;
    struct sx_fx_cert *cert = &pki->made[r - recipes];
    if (cert->der.ptr == NULL)
        issue(pki, r, cert);
    return cert;
}

struct sx_str sx_fx_pem(struct sx_arena *arena, struct sx_str der)
{
    struct sx_str base64 = sx_fx_base64(arena, der);
    struct sx_buf buf = { 0 };
    sx_buf_cstr(&buf, "-----BEGIN CERTIFICATE-----\n");
    for (size_t at = 0; at < base64.len; at += 64)
        sx_buf_printf(&buf, "%.*s\n", SX_STR_ARG(sx_str_sub(base64, at, 64)));
    sx_buf_cstr(&buf, "-----END CERTIFICATE-----\n");
    return sx_fx_take(arena, &buf);
}

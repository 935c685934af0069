/* SPDX-License-Identifier: MIT */
/* Whether code meets a requirement. */
#include "rows.h"
#include "base/buf.h"
#include "base/limits.h"
#include "codesign/requirement.h"

#include <stdlib.h>
#include <string.h>

#define APPLE "1.2.840.113635.100."
#define DATE  APPLE "6.1.33"

static struct sx_arena *arena;

/* Certificates: made of what a requirement can ask for, and of nothing else. */

#define NAME(...)                                                                                  \
    {                                                                                              \
        .parts = (const struct sx_name_part[]){ __VA_ARGS__ },                                     \
        .n_parts =                                                                                 \
            sizeof((const struct sx_name_part[]){ __VA_ARGS__ }) / sizeof(struct sx_name_part)     \
    }
#define PART(type, value)                                                                          \
    {                                                                                              \
        LIT(type), LIT(value)                                                                      \
    }
#define CN(value)    PART("2.5.4.3", value)
#define O(value)     PART("2.5.4.10", value)
#define OU(value)    PART("2.5.4.11", value)
#define EMAIL(value) PART("1.2.840.113549.1.9.1", value)
#define FIELD(id)                                                                                  \
    {                                                                                              \
        .oid = LIT(id)                                                                             \
    }
#define FIELDS(...)                                                                                \
    .extensions = (const struct sx_extension[]){ __VA_ARGS__ },                                    \
    .n_extensions =                                                                                \
        sizeof((const struct sx_extension[]){ __VA_ARGS__ }) / sizeof(struct sx_extension)

/* 2018-03-01, before accounts had to notarize. */
static const uint8_t account_date[] = "\x0c\x0f"
                                      "20180301000000Z";
static const uint8_t epoch_date[] = "\x0c\x0f"
                                    "20010101000000Z";
static const uint8_t not_a_date[] = "\x0c\x04"
                                    "2018";
static const uint8_t alternative_name[] = "\x30\x0c\x82\x03"
                                          "dns\x81\x05"
                                          "a@b.c";

#define VALUE(id, bytes)                                                                           \
    {                                                                                              \
        .oid = LIT(id), .value = {(bytes), sizeof(bytes) - 1, 0 }                                  \
    }

static const struct sx_str policies[] = { LIT(APPLE "5.1") };

static const struct sx_cert developer_id[] = {
    { .subject = NAME(PART("0.9.2342.19200300.100.1.1", "W4FFLE9K2Q"),
                      CN("Developer ID Application: Waffle (W4FFLE9K2Q)"), OU("W4FFLE9K2Q"),
                      OU("9LAST00000"), O("Waffle Works"), PART("2.5.4.6", "US"),
                      PART("2.5.4.7", "Bern"), PART("2.5.4.8", "BE"), PART("2.5.4.9", "Lane 1"),
                      PART("2.5.4.13", "Bakes"), EMAIL("w@waffle.example")),
      .common_name = LIT("Developer ID Application: Waffle (W4FFLE9K2Q)"),
      .sha1 = { 0x11, 0x22 },
      .policies = { policies, 1 },
      .developer_id_date = { true, { 1519862400, 0 } },
      FIELDS(FIELD(APPLE "6.1.13"), VALUE(DATE, account_date), VALUE("1.2.3.1", epoch_date),
             VALUE("1.2.3.2", not_a_date), VALUE("2.5.29.17", alternative_name)) },
    { .subject = NAME(CN("Developer ID Certification Authority"),
                      OU("Apple Certification Authority"), O("Apple Inc."), PART("2.5.4.6", "US")),
      FIELDS(FIELD(APPLE "6.2.6")) },
    { .subject = NAME(CN("Apple Root CA"), O("Apple Inc.")),
      .common_name = LIT("Apple Root CA"),
      .sha1 = { 0x61, 0x1e } },
};

static const struct sx_cert platform_code[] = {
    { .subject = NAME(CN("Software Signing"), OU("Apple Software"), O("Apple Inc.")),
      FIELDS(FIELD(APPLE "6.22")) },
    { .subject = NAME(CN("Apple Code Signing Certification Authority"),
                      OU("Apple Certification Authority"), O("Apple Inc.")) },
    { .subject = NAME(CN("Apple Root CA"), O("Apple Inc.")) },
};

static const struct sx_cert self_signed[] = {
    { .subject = NAME(CN("Own"), O("Own")), .sha1 = { 0xab } },
};

/* What the code says of itself. */

static const struct sx_value letters[] = {
    { .kind = SX_STRING, .str = LIT("a") },
    { .kind = SX_STRING, .str = LIT("b.c") },
};
static const struct sx_value nested_list[] = {
    { .kind = SX_LIST, .list = { letters, 2 } },
    { .kind = SX_BOOL, .b = false },
};
#define E(name, ...)                                                                               \
    {                                                                                              \
        .key = { .kind = SX_STRING, .str = LIT(name) }, .value = { __VA_ARGS__ }                   \
    }
#define TEXT(value) .kind = SX_STRING, .str = LIT(value)
static const struct sx_entry info_entries[] = {
    E("CFBundleShortVersionString", TEXT("10.10")),
    E("CFBundleIdentifier", TEXT("com.example.waffle")),
    E("LSUIElement", .kind = SX_BOOL, .b = true),
    E("No", .kind = SX_BOOL, .b = false),
    E("Zero", .kind = SX_INT, .i = 0),
    E("Ten", .kind = SX_INT, .i = 10),
    E("Real", .kind = SX_DOUBLE, .d = 1.5),
    E("Data", .kind = SX_BYTES, .str = LIT("abc")),
    E("Date", .kind = SX_TIMESTAMP, .time = { 1000000000, 0 }), /* 2001-09-09T01:46:40Z */
    E("Half", .kind = SX_TIMESTAMP, .time = { 1000000000, 500000000 }),
    E("Empty", TEXT("")),
    E("Cafe", TEXT("caf\xc3\xa9")),
    E("Face", TEXT("\xf0\x9f\x98\x80")),
    E("Private", TEXT("\xee\x80\x80")),
    E("a.b", TEXT("dotted")),
    E("Long", TEXT("18446744073709551617")), /* 2^64 + 1 */
    E("Mixed", TEXT("v1.002b")),
    E("True", TEXT("true")),
    E("None", .kind = SX_LIST, .list = { NULL, 0 }),
    E("List", .kind = SX_LIST, .list = { letters, 2 }),
    E("Lists", .kind = SX_LIST, .list = { nested_list, 2 }),
};
static const struct sx_entry entitlement_entries[] = {
    E("x", .kind = SX_LIST, .list = { letters, 2 }),
    E("com.apple.security.app-sandbox", .kind = SX_BOOL, .b = true),
    E("off", .kind = SX_BOOL, .b = false),
};
static const struct sx_map info = { info_entries, SX_LEN(info_entries), NULL };
static const struct sx_map entitlements = { entitlement_entries, SX_LEN(entitlement_entries),
                                            NULL };
static const uint8_t cdhash[20] = { 0x5f, 0x51 };

#define CODE                                                                                       \
    .identifier = LIT("com.example.waffle"), .cdhash = { cdhash, 20, 0 }, .info = &info,           \
    .entitlements = &entitlements

/* A row has an answer for each, in this order: Yes, No, Unknown, Error. */
static const struct sx_requirement_subject subjects[] = {
    { CODE }, /* ad hoc */
    { CODE, .chain = { developer_id, 3, SX_ANCHOR_APPLE }, .timestamp = { true, { 1546300800, 0 } },
      .notarized = SX_TRI_TRUE },
    { CODE, .chain = { platform_code, 3, SX_ANCHOR_ADDED }, .platform = 13,
      .notarized = SX_TRI_FALSE },
    { CODE, .chain = { self_signed, 1, SX_ANCHOR_UNKNOWN }, .info_unread = "Info.plist is broken",
      .entitlements_unread = "the entitlements are broken" },
};

static const struct row {
    const char *name, *answers;
} rows[] = {
    { "always", "YYYY" },
    { "never", "NNNN" },
    { "! always", "NNNN" },
    { "! never", "YYYY" },

    { "identifier \"com.example.waffle\"", "YYYY" },
    { "identifier \"com.example.Waffle\"", "NNNN" },
    { "identifier \"com.example\"", "NNNN" },
    { "identifier \"com.example.waffle.\"", "NNNN" },
    { "identifier \"\"", "NNNN" },
    { "identifier com", "NNNN" },

    { "anchor apple", "NNYN" },
    { "anchor apple generic", "NYYN" },
    { "! anchor apple generic", "YNNY" },
    { "anchor trusted", "NUUU" },
    { "certificate leaf trusted", "NUUU" },
    { "certificate root trusted", "NUUU" },
    { "certificate 1 trusted", "NUUN" },
    { "certificate 3 trusted", "NNNN" },
    { "anchor apple \"TrustedServer\"", "UUUU" },
    { "(something)", "UUUU" },

    { "certificate leaf = H\"1122000000000000000000000000000000000000\"", "NYNN" },
    { "certificate 0 = H\"1122000000000000000000000000000000000000\"", "NYNN" },
    { "certificate -3 = H\"1122000000000000000000000000000000000000\"", "NYNN" },
    { "certificate leaf = H\"1122000000000000000000000000000000000001\"", "NNNN" },
    { "certificate root = H\"611e000000000000000000000000000000000000\"", "NYNN" },
    { "anchor = H\"611e000000000000000000000000000000000000\"", "NYNN" },
    { "certificate 2 = H\"611e000000000000000000000000000000000000\"", "NYNN" },
    { "certificate 1 = H\"611e000000000000000000000000000000000000\"", "NNNN" },
    { "certificate 3 = H\"0000000000000000000000000000000000000000\"", "NNNN" },
    { "certificate -4 = H\"0000000000000000000000000000000000000000\"", "NNNN" },
    { "certificate leaf = H\"ab00000000000000000000000000000000000000\"", "NNNY" },
    { "certificate root = H\"ab00000000000000000000000000000000000000\"", "NNNY" },
    { "certificate -2147483648 = H\"ab00000000000000000000000000000000000000\"", "NNNN" },
    { "certificate 2147483647 = H\"ab00000000000000000000000000000000000000\"", "NNNN" },

    { "cdhash H\"5f51000000000000000000000000000000000000\"", "YYYY" },
    { "cdhash H\"5f51000000000000000000000000000000000001\"", "NNNN" },

    { "certificate leaf[subject.CN]", "NYYY" },
    { "certificate leaf[subject.CN] absent", "NNNN" },
    { "certificate leaf[subject.UID] = W4FFLE9K2Q", "NYNN" },
    { "certificate leaf[subject.UID] absent", "NNNN" },
    { "certificate leaf[subject.XX]", "NNNN" },
    { "certificate leaf[subject.XX] absent", "NNNN" },
    { "certificate leaf[subject.cn] = Own", "NNNN" },
    { "certificate leaf[subject.CN] = Own", "NNNY" },
    { "certificate leaf[subject.CN] = own", "NNNN" },
    { "certificate leaf[subject.CN] = Ow*", "NNNY" },
    { "certificate leaf[subject.CN] = *wn", "NNNY" },
    { "certificate leaf[subject.CN] ~ w", "NNYY" },
    { "certificate leaf[subject.CN] = \"Developer ID Application: \"*", "NYNN" },
    /* of several, the last */
    { "certificate leaf[subject.OU] = \"9LAST00000\"", "NYNN" },
    { "certificate leaf[subject.OU] = W4FFLE9K2Q", "NNNN" },
    { "certificate leaf[subject.O] = \"Waffle Works\"", "NYNN" },
    { "certificate leaf[subject.C] = US", "NYNN" },
    { "certificate leaf[subject.L] = Bern", "NYNN" },
    { "certificate leaf[subject.ST] = BE", "NYNN" },
    { "certificate leaf[subject.STREET] = \"Lane 1\"", "NYNN" },
    { "certificate leaf[subject.D] = Bakes", "NYNN" },
    { "certificate leaf[\"subject.C-O\"]", "NNNN" },
    { "certificate 1[subject.O] = \"Apple Inc.\"", "NYYN" },
    { "certificate -2[subject.O] = \"Apple Inc.\"", "NYYN" },
    { "certificate root[subject.CN] = \"Apple Root CA\"", "NYYN" },
    { "anchor[subject.CN] = \"Apple Root CA\"", "NYYN" },
    { "certificate 7[subject.CN]", "NNNN" },
    { "certificate 7[subject.CN] absent", "NNNN" },
    { "! certificate 7[subject.CN]", "YYYY" },

    { "certificate leaf[field." APPLE "6.1.13]", "NYNN" },
    { "certificate leaf[field." APPLE "6.1.13] exists", "NYNN" },
    { "certificate leaf[field." APPLE "6.1.13] absent", "NNYY" },
    { "certificate leaf[field." APPLE "6.1]", "NNNN" },
    { "certificate leaf[field." APPLE "6.1.13.1]", "NNNN" },
    { "certificate leaf[field." APPLE "6.1.13] = x", "NNNN" },
    { "certificate leaf[field." APPLE "6.1.13] > x", "NNNN" },
    { "certificate leaf[extension." APPLE "6.1.13]", "NYNN" },
    { "certificate 1[field." APPLE "6.2.6]", "NYNN" },
    { "certificate leaf[field." APPLE "6.2.6]", "NNNN" },
    { "certificate leaf[field.1.2.3] absent", "NYYY" },
    { "certificate 7[field.1.2.3] absent", "NNNN" },
    { "certificate leaf[field." APPLE "6.22]", "NNYN" },
    { "certificate leaf[field." DATE "]", "NYNN" },

    { "certificate leaf[policy." APPLE "5.1]", "NYNN" },
    { "certificate leaf[policy." APPLE "5.1] absent", "NNYY" },
    { "certificate leaf[policy." APPLE "5.2]", "NNNN" },
    { "certificate leaf[policy." APPLE "5.1] = x", "NNNN" },
    { "certificate 9[policy." APPLE "5.1] absent", "NNNN" },

    { "certificate leaf[timestamp." DATE "]", "NYNN" },
    { "certificate leaf[timestamp." DATE "] absent", "YNYY" },
    { "certificate 9[timestamp." DATE "] absent", "YYYY" },
    { "certificate leaf[timestamp." DATE "] < timestamp \"20190408000000Z\"", "NYNN" },
    { "certificate leaf[timestamp." DATE "] > timestamp \"20190408000000Z\"", "NNNN" },
    { "certificate leaf[timestamp." DATE "] = timestamp \"20180301000000Z\"", "NYNN" },
    { "certificate leaf[timestamp." DATE "] <= timestamp \"20180301000000Z\"", "NYNN" },
    { "certificate leaf[timestamp." DATE "] >= timestamp \"20180301000000Z\"", "NYNN" },
    { "certificate leaf[timestamp." DATE "] < timestamp \"20180301000000Z\"", "NNNN" },
    { "certificate leaf[timestamp." DATE "] = \"20180301000000Z\"", "NNNN" },
    { "certificate leaf[timestamp." APPLE "6.1.13] absent", "YYYY" },
    /* the first second of 2001 is no time, and four digits are none */
    { "certificate leaf[timestamp.1.2.3.1] absent", "YYYY" },
    { "certificate leaf[timestamp.1.2.3.2] absent", "YYYY" },

    { "info[CFBundleIdentifier]", "YYYU" },
    { "info[NoSuchKey]", "NNNU" },
    { "info[NoSuchKey] absent", "YYYU" },
    { "info[CFBundleIdentifier] absent", "NNNU" },
    { "info[LSUIElement]", "YYYU" },
    { "info[LSUIElement] = \"true\"", "NNNU" },
    { "info[True] = \"true\"", "YYYU" },
    { "info[No]", "NNNU" },
    { "info[No] absent", "NNNU" },
    { "! info[No]", "YYYU" },
    { "info[Zero]", "YYYU" },
    { "info[Ten] = \"10\"", "NNNU" },
    { "info[Ten] > \"9\"", "NNNU" },
    { "info[Real]", "YYYU" },
    { "info[Data] = abc", "NNNU" },
    { "info[Data]", "YYYU" },
    { "info[a.b] = dotted", "YYYU" },
    { "info[a]", "NNNU" },
    { "info[CFBundleIdentifier] = \"com.example.waffle\"", "YYYU" },
    { "info[CFBundleIdentifier] = \"com.example.\"*", "YYYU" },
    { "info[CFBundleIdentifier] = \"example.\"*", "NNNU" },
    { "info[CFBundleIdentifier] = \"com.example.waffle.irons\"*", "NNNU" },
    { "info[CFBundleIdentifier] = *\".waffle\"", "YYYU" },
    { "info[CFBundleIdentifier] = *\".Waffle\"", "NNNU" },
    { "info[CFBundleIdentifier] = *\"a.com.example.waffle\"", "NNNU" },
    { "info[CFBundleIdentifier] = *\"example\"*", "YYYU" },
    { "info[CFBundleIdentifier] ~ \"e.w\"", "YYYU" },
    { "info[CFBundleIdentifier] ~ \"e.W\"", "NNNU" },
    /* nothing is found where nothing is looked for */
    { "info[CFBundleIdentifier] ~ \"\"", "NNNU" },
    { "info[CFBundleIdentifier] = \"\"*", "NNNU" },
    { "info[CFBundleIdentifier] = *\"\"", "NNNU" },
    { "info[Empty] = \"\"", "YYYU" },
    { "info[Empty] ~ \"\"", "NNNU" },
    { "info[Empty]", "YYYU" },
    { "info[Empty] < a", "YYYU" },

    { "info[CFBundleShortVersionString] > \"10.9\"", "YYYU" },
    { "info[CFBundleShortVersionString] > \"10.10\"", "NNNU" },
    { "info[CFBundleShortVersionString] >= \"10.10\"", "YYYU" },
    { "info[CFBundleShortVersionString] >= \"10.010\"", "YYYU" },
    { "info[CFBundleShortVersionString] <= \"10.010\"", "YYYU" },
    { "info[CFBundleShortVersionString] = \"10.010\"", "NNNU" },
    { "info[CFBundleShortVersionString] > \"10\"", "YYYU" },
    { "info[CFBundleShortVersionString] < \"10.10.0\"", "YYYU" },
    { "info[CFBundleShortVersionString] < \"9.99\"", "NNNU" },
    { "info[CFBundleShortVersionString] < \"10.a\"", "YYYU" },
    { "info[Mixed] > \"v1.2a\"", "YYYU" },
    { "info[Mixed] < \"v1.10\"", "YYYU" },
    { "info[Mixed] >= \"v1.2b\"", "YYYU" },
    { "info[Mixed] < \"v01.3\"", "YYYU" },
    /* numbers wrap at 64 bits */
    { "info[Long] <= \"1\"", "YYYU" },
    { "info[Long] > \"0\"", "YYYU" },
    /* text is compared as it stands: composed or not, case, and by UTF-16 */
    { "info[Cafe] = \"caf\xc3\xa9\"", "YYYU" },
    { "info[Cafe] = \"cafe\xcc\x81\"", "NNNU" },
    { "info[Cafe] = \"CAF\xc3\x89\"", "NNNU" },
    { "info[Face] < \"\xee\x80\x80\"", "YYYU" },
    { "info[Private] > \"\xf0\x9f\x98\x80\"", "YYYU" },
    { "info[Face] < \"\xf0\x9f\x98\x81\"", "YYYU" },
    { "info[Private] > z", "YYYU" },

    { "info[Date] = timestamp \"20010909014640Z\"", "YYYU" },
    { "info[Date] < timestamp \"20010909014641Z\"", "YYYU" },
    { "info[Date] > timestamp \"20010909014639Z\"", "YYYU" },
    { "info[Half] = timestamp \"20010909014640Z\"", "NNNU" },
    { "info[Half] > timestamp \"20010909014640Z\"", "YYYU" },
    { "info[Date] = \"20010909014640Z\"", "NNNU" },
    { "info[CFBundleShortVersionString] < timestamp \"20300101000000Z\"", "NNNU" },
    { "info[NoSuchKey] < timestamp \"20300101000000Z\"", "NNNU" },

    { "info[None]", "YYYU" },
    { "info[None] absent", "NNNU" },
    { "info[None] = a", "NNNU" },
    { "info[List] = a", "YYYU" },
    { "info[List] = c", "NNNU" },
    { "info[List] = b*", "YYYU" },
    { "info[List] absent", "NNNU" },
    { "info[Lists] = a", "YYYU" },
    { "info[Lists] exists", "YYYU" },
    { "info[Lists] = \"b.c\"", "YYYU" },

    { "entitlement[x] = a", "YYYU" },
    { "entitlement[x] = \"b.c\"", "YYYU" },
    { "entitlement[x] = b", "NNNU" },
    { "entitlement[x] absent", "NNNU" },
    { "entitlement[\"com.apple.security.app-sandbox\"]", "YYYU" },
    { "entitlement[off]", "NNNU" },
    { "! entitlement[y]", "YYYU" },

    { "platform = 0", "YYNY" },
    { "platform = 13", "NNYN" },
    { "platform = 269", "NNNN" }, /* 256 + 13 */
    { "notarized", "UYNU" },
    { "! notarized", "UNYU" },
    { "legacy", "NYUU" },

    { "notarized and never", "NNNN" },
    { "notarized and always", "UYNU" },
    { "notarized or always", "YYYY" },
    { "notarized or never", "UYNU" },
    { "never and notarized", "NNNN" },
    { "always or notarized", "YYYY" },
    { "(notarized or never) and (always or never)", "UYNU" },
    { "anchor apple generic and identifier \"com.example.waffle\" and certificate 1[field." APPLE
      "6.2.6] and certificate leaf[field." APPLE "6.1.13]",
      "NYNN" },
    { "anchor apple generic and (certificate leaf[field." APPLE
      "6.1.9] or certificate 1[field." APPLE "6.2.6])",
      "NYNN" },
    { "always or never and never", "YYYY" },
    { "(always or never) and never", "NNNN" },
    { "! (always and never)", "YYYY" },
    { "! always and never", "NNNN" },

    /* operands that are no UTF-8, whatever decides else */
    { "info[CFBundleIdentifier] = 0xff", "EEEU" },
    { "info[CFBundleIdentifier] = 0xff and never", "EEEN" },
    { "always or info[CFBundleIdentifier] = 0xff", "EEEY" },
    { "certificate leaf[subject.CN] = 0xc3", "EEEE" },
    { "certificate leaf[field.1.2.3] = 0xc3", "EEEE" },
    /* and those that end at a NUL */
    { "info[CFBundleIdentifier] = 0x636f6d00*", "YYYU" },
    { "info[CFBundleIdentifier] ~ 0x00", "NNNU" },
};

static struct sx_requirement read_text(const char *text)
{
    struct sx_requirement r = { 0 };
    struct sx_err err = { 0 };
    if (!sx_requirement_read(sx_str_of(text), arena, &r, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.what);
    return r;
}

static char letter(const struct sx_requirement *r, const struct sx_requirement_subject *subject)
{
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(r, subject, 100000, arena, &answer);
    bool has_reason = answer.why != NULL;
    assert_int_equal(has_reason, answer.met == SX_MET_UNKNOWN || answer.met == SX_MET_ERROR);
    assert_int_equal(answer.nodes[r->root->at], answer.met);
    return "NYUE"[answer.met];
}

static void answers(void **state)
{
    const struct row *row = *state;
    struct sx_requirement r = read_text(row->name);
    char found[SX_LEN(subjects) + 1] = "";
    for (size_t i = 0; i < SX_LEN(subjects); i++)
        found[i] = letter(&r, &subjects[i]);
    assert_string_equal(found, row->answers);
}

/* Blobs that no text makes: what follows magic, length and kind. */
static const struct bytes_row {
    const char *name, *answers;
    size_t len;
    uint8_t bytes[48];
} blobs[] = {
    { "unknown, false", "NNNN", 8, { 0x80, 0, 0, 99, 0, 0, 0, 0 } },
    { "not of unknown, false", "YYYY", 12, { 0, 0, 0, 9, 0x80, 0, 0, 99, 0, 0, 0, 0 } },
    { "unknown, skipped", "YYYY", 13, { 0x40, 0, 0, 99, 0, 0, 0, 1, 0xff, 0, 0, 0, 1 } },
    { "unknown with both flags", "NNNN", 12, { 0xc0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0, 1 } },
    { "flags of a known one", "YYYY", 4, { 0xc0, 0, 0, 1 } },
    { "an old info, equal", "YYYU", 20, { 0,   0,   0, 5, 0, 0, 0,   4,   'T', 'r',
                                          'u', 'e', 0, 0, 0, 4, 't', 'r', 'u', 'e' } },
    { "an old info, not equal", "NNNU", 20, { 0,   0,   0, 5, 0, 0, 0,   4,   'T', 'r',
                                              'u', 'e', 0, 0, 0, 4, 'T', 'r', 'u', 'e' } },
    { "an unknown match", "NNNU", 20, { 0,   0,   0, 10, 0, 0,  0, 4, 'T', 'r',
                                        'u', 'e', 0, 0,  0, 15, 0, 0, 0,   0 } },
    { "a key that ends at NUL", "YYYU", 20, { 0,   0,   0, 10,  0, 0, 0, 6, 'T', 'r',
                                              'u', 'e', 0, 'x', 0, 0, 0, 0, 0,   0 } },
    { "a key that is no UTF-8", "EEEE", 16, { 0, 0, 0, 10, 0, 0, 0, 1, 0xff } },
    { "a hash of 19 bytes", "EEEE", 32, { 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 19 } },
    { "a cdhash of 2 bytes", "NNNN", 12, { 0, 0, 0, 8, 0, 0, 0, 2, 0x5f, 0x51 } },
    { "any e-mail address",
      "NYYY",
      24,
      { 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 5, 'e', 'm', 'a', 'i', 'l' } },
    { "an e-mail address of the subject", "NYNN", 36, { 0, 0,   0,   11,  0,   0,   0,   0,   0,
                                                        0, 0,   5,   'e', 'm', 'a', 'i', 'l', 0,
                                                        0, 0,   0,   0,   0,   3,   0,   0,   0,
                                                        5, 'w', '@', 'w', 'a', 'f' } },
    { "another of the alternative name", "NYNN", 36, { 0, 0,   0,   11,  0,   0,   0,   0,   0,
                                                       0, 0,   5,   'e', 'm', 'a', 'i', 'l', 0,
                                                       0, 0,   0,   0,   0,   1,   0,   0,   0,
                                                       5, 'a', '@', 'b', '.', 'c' } },
    { "a field with an empty OID", "NNNN", 16, { 0, 0, 0, 14 } },
    { "an operand of an absent certificate is read all the same",
      "EEEE",
      24,
      { 0, 0, 0, 14, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0xff } },
};

static void answers_blob(void **state)
{
    const struct bytes_row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf blob = { 0 };
    uint8_t header[12] = { 0xfa, 0xde, 0x0c, 0, 0, 0, 0, (uint8_t)(12 + row->len), 0, 0, 0, 1 };
    struct sx_requirement r;
    struct sx_err err = { 0 };
    char found[SX_LEN(subjects) + 1] = "";
    sx_buf_put(&blob, header, sizeof(header));
    sx_buf_put(&blob, row->bytes, row->len);
    struct sx_span span = { (const uint8_t *)blob.ptr, blob.len, 0 };
    if (!sx_requirement_parse(span, arena, &r, &err))
        fail_msg("%s", err.what);
    for (size_t i = 0; i < SX_LEN(subjects); i++)
        found[i] = letter(&r, &subjects[i]);
    assert_string_equal(found, row->answers);
}

/* Accounts and timestamps, and what they make of old software. */
static const struct legacy {
    const char *name, *account, *stamp;
    char answer;
} legacies[] = {
    { "old account, old timestamp", "20190407235959Z", "2019-05-31T23:59:59Z", 'Y' },
    { "old account, new timestamp", "20190407235959Z", "2019-06-01T00:00:00Z", 'U' },
    { "old account, no timestamp", "20190407235959Z", NULL, 'U' },
    { "new account, old timestamp", "20190408000000Z", "2019-05-31T23:59:59Z", 'N' },
    { "no account, old timestamp", NULL, "2019-05-31T23:59:59Z", 'Y' },
    { "no account, no timestamp", NULL, NULL, 'U' },
    { "an account that is no date", "2019", "2019-05-31T23:59:59Z", 'N' },
};

static void is_legacy(void **state)
{
    const struct legacy *row = *state;
    struct sx_extension extension = FIELD(DATE);
    struct sx_cert leaf = { .extensions = &extension, .n_extensions = row->account != NULL };
    struct sx_requirement_subject subject = { CODE, .chain = { &leaf, 1, SX_ANCHOR_APPLE } };
    if (row->account != NULL && strlen(row->account) == 15) {
        struct sx_str a = sx_str_of(row->account);
        struct sx_str iso = sx_str_printf(arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", a.ptr, a.ptr + 4,
                                          a.ptr + 6, a.ptr + 8, a.ptr + 10, a.ptr + 12);
        leaf.developer_id_date.has = true;
        assert_true(sx_time_parse(iso, false, &leaf.developer_id_date.t));
    }
    if (row->stamp != NULL) {
        subject.timestamp.has = true;
        assert_true(sx_time_parse(sx_str_of(row->stamp), false, &subject.timestamp.t));
    }
    struct sx_requirement r = read_text("legacy");
    assert_int_equal(letter(&r, &subject), row->answer);
}

/* Chains that are nearly Apple's own. */
static void nearly_apple(void **state)
{
    (void)state;
    struct sx_requirement r = read_text("anchor apple");
    for (int wrong = 0; wrong < 5; wrong++) {
        struct sx_cert certs[4];
        struct sx_requirement_subject subject = subjects[2];
        memcpy(certs, platform_code, sizeof(platform_code));
        subject.chain.certs = certs;
        if (wrong == 1)
            certs[0].n_extensions = 0;
        if (wrong == 2)
            certs[1].subject = certs[2].subject;
        if (wrong == 3)
            subject.chain.anchor = SX_ANCHOR_UNKNOWN;
        if (wrong == 4)
            subject.chain.n = 2;
        assert_int_equal(letter(&r, &subject), wrong == 0 ? 'Y' : 'N');
    }
}

/* Work is bounded, whatever the code says of itself. */
static void budget(void **state)
{
    (void)state;
    static struct sx_value many[10000];
    for (size_t i = 0; i < SX_LEN(many); i++)
        many[i] = (struct sx_value){ TEXT("value") };
    const struct sx_entry entry = E("k", .kind = SX_LIST, .list = { many, SX_LEN(many) });
    const struct sx_map map = { &entry, 1, NULL };
    struct sx_requirement_subject subject = { .info = &map };
    struct sx_requirement r = read_text("info[k] = other and always");
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(&r, &subject, 20000, arena, &answer);
    assert_int_equal(answer.met, SX_MET_NO);
    assert_in_range(answer.steps, 10000, 10010);
    sx_requirement_evaluate(&r, &subject, 5000, arena, &answer);
    assert_int_equal(answer.met, SX_MET_ERROR);
    assert_string_equal(answer.why, "it takes more work than is allowed");
    assert_int_equal(answer.steps, 5000);
    sx_requirement_evaluate(&r, &subject, 0, arena, &answer);
    assert_int_equal(answer.met, SX_MET_ERROR);
}

static void deepest(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    sx_buf_fill(&text, '!', SX_MAX_REQUIREMENT_DEPTH - 1);
    sx_buf_cstr(&text, "always");
    sx_buf_char(&text, '\0');
    struct sx_requirement r = read_text(text.ptr);
    assert_int_equal(letter(&r, &subjects[0]), 'Y');
}

static void lightweight(void **state)
{
    (void)state;
    struct sx_requirement r = { .lightweight = { cdhash, 2, 0 } };
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(&r, &subjects[0], 100, arena, &answer);
    assert_int_equal(answer.met, SX_MET_UNKNOWN);
}

/* Each part has an answer of its own. */
static void parts(void **state)
{
    (void)state;
    struct sx_requirement r =
        read_text("anchor apple generic and certificate leaf[subject.OU] = W4FFLE9K2R");
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(&r, &subjects[1], 100, arena, &answer);
    assert_int_equal(answer.met, SX_MET_NO);
    assert_int_equal(answer.nodes[r.root->left->at], SX_MET_YES);
    assert_int_equal(answer.nodes[r.root->right->at], SX_MET_NO);
}

/* What is there instead, of Developer ID code; absent where nothing has a value. */
static const struct found {
    const char *name, *text;
} founds[] = {
    { "identifier x", "com.example.waffle" },
    { "cdhash H\"0000000000000000000000000000000000000000\"",
      "5f51000000000000000000000000000000000000" },
    { "platform = 3", "0" },
    { "certificate leaf[subject.OU] = x", "9LAST00000" },
    { "certificate leaf[subject.XX] = x", "none" },
    { "certificate 7[subject.OU] = x", "no such certificate" },
    { "certificate 7[field.1.2] exists", "no such certificate" },
    { "certificate leaf[field.1.2] exists", NULL },
    { "certificate leaf = H\"0000000000000000000000000000000000000000\"",
      "1122000000000000000000000000000000000000" },
    { "certificate leaf[timestamp." DATE "] = x", "2018-03-01T00:00:00Z" },
    { "certificate leaf[timestamp.1.2] = x", "none" },
    { "info[CFBundleShortVersionString] = x", "10.10" },
    { "info[NoSuchKey] = x", "none" },
    { "info[LSUIElement] = x", "true" },
    { "info[Ten] = x", "10" },
    { "info[Real] = x", "(double)" },
    { "info[None] = x", "none" },
    { "info[List] = x", "a, b.c" },
    { "info[Lists] = x", "(list), false" },
    { "entitlement[x] = q", "a, b.c" },
    { "anchor apple", "Apple Root CA" },
    { "notarized", NULL },
    { "always and never", NULL },
};

static void finds(void **state)
{
    const struct found *row = *state;
    struct sx_requirement r = read_text(row->name);
    struct sx_str text = sx_requirement_found(r.root, &subjects[1], arena);
    if (row->text == NULL)
        assert_null(text.ptr);
    else
        assert_true(sx_str_is(text, row->text));
}

/* Default designated requirements. */
#define PREFIX "identifier \"com.example.waffle\" and "

static const struct sx_cert development[] = {
    { .subject = NAME(CN("Apple Development: W (ABC)"), O("Waffle Works")) },
    { FIELDS(FIELD(APPLE "6.2.1")) },
    { .is_ca = true },
};
static const struct sx_cert old_developer_id[] = {
    { .subject = NAME(CN("Developer ID Application: Waffle")) },
    { FIELDS(FIELD(APPLE "6.2.6")) },
    { .is_ca = true },
};
static const struct sx_cert house[] = {
    { .subject = NAME(CN("Leaf"), O("House")), .sha1 = { 1 } },
    { .subject = NAME(CN("Middle"), O("House")), .sha1 = { 2 } },
    { .subject = NAME(CN("Root"), O("Other")), .sha1 = { 3 } },
};
static const struct sx_cert whole_house[] = {
    { .subject = NAME(CN("Leaf"), O("House")), .sha1 = { 1 } },
    { .subject = NAME(CN("Root"), O("House")), .sha1 = { 3 } },
};
static const struct sx_cert nobodys[] = {
    { .subject = NAME(CN("Leaf")), .sha1 = { 1 } },
    { .subject = NAME(CN("Root")), .sha1 = { 3 } },
};

static const struct standard {
    const char *name;
    struct sx_chain chain;
    const char *text;
} standards[] = {
    { "Developer ID",
      { developer_id, 3, SX_ANCHOR_APPLE },
      PREFIX "anchor apple generic and certificate 1[field." APPLE
             "6.2.6] /* exists */ and certificate leaf[field." APPLE
             "6.1.13] /* exists */ and certificate leaf[subject.OU] = \"9LAST00000\"" },
    { "Developer ID without unit",
      { old_developer_id, 3, SX_ANCHOR_ADDED },
      PREFIX "anchor apple generic and certificate 1[field." APPLE
             "6.2.6] /* exists */ and certificate leaf[field." APPLE
             "6.1.13] /* exists */ and certificate leaf[subject.OU] = \"\"" },
    { "development",
      { development, 3, SX_ANCHOR_APPLE },
      PREFIX "anchor apple generic and certificate leaf[subject.CN] = \"Apple Development: W "
             "(ABC)\" and certificate 1[field." APPLE "6.2.1] /* exists */" },
    { "Apple's own", { platform_code, 3, SX_ANCHOR_APPLE }, PREFIX "anchor apple" },
    { "Developer ID, two certificates",
      { developer_id, 2, SX_ANCHOR_APPLE },
      PREFIX "anchor apple" },
    { "a marker under another root",
      { development, 3, SX_ANCHOR_UNKNOWN },
      PREFIX "certificate leaf = H\"0000000000000000000000000000000000000000\"" },
    { "self-signed",
      { self_signed, 1, SX_ANCHOR_UNKNOWN },
      PREFIX "certificate root = H\"ab00000000000000000000000000000000000000\"" },
    { "an authority of the same organisation",
      { house, 3, SX_ANCHOR_UNKNOWN },
      PREFIX "certificate 1 = H\"0200000000000000000000000000000000000000\"" },
    { "a root of the same organisation",
      { whole_house, 2, SX_ANCHOR_NONE },
      PREFIX "certificate root = H\"0300000000000000000000000000000000000000\"" },
    { "no organisation",
      { nobodys, 2, SX_ANCHOR_UNKNOWN },
      PREFIX "certificate leaf = H\"0100000000000000000000000000000000000000\"" },
};

static void is_standard(void **state)
{
    const struct standard *row = *state;
    struct sx_requirement_subject subject = { CODE, .chain = row->chain };
    struct sx_requirement r, again;
    struct sx_err err = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    assert_true(sx_requirement_default(&subject, arena, &r));
    assert_true(sx_requirement_text(&r, &text));
    if (!sx_str_is(sx_buf_view(&text), row->text))
        fail_msg("%.*s", SX_STR_ARG(sx_buf_view(&text)));
    assert_true(sx_requirement_parse(sx_requirement_encode(&r, arena), arena, &again, &err));
    assert_int_equal(again.n_nodes, r.n_nodes);
}

static void ad_hoc(void **state)
{
    (void)state;
    static const uint8_t other[20] = { 1 };
    const struct sx_span hashes[] = { { other, 20, 0 }, { cdhash, 20, 0 }, { other, 20, 0 } };
    struct sx_requirement r;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    assert_false(sx_requirement_default(&subjects[0], arena, &r));
    sx_requirement_default_ad_hoc(hashes, 3, arena, &r);
    assert_true(sx_requirement_text(&r, &text));
    assert_true(sx_str_is(sx_buf_view(&text),
                          "cdhash H\"0100000000000000000000000000000000000000\" or "
                          "cdhash H\"5f51000000000000000000000000000000000000\" or "
                          "cdhash H\"0100000000000000000000000000000000000000\""));
    assert_int_equal(letter(&r, &subjects[0]), 'Y');
    sx_requirement_default_ad_hoc(hashes, 1, arena, &r);
    assert_int_equal(letter(&r, &subjects[0]), 'N');
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, answers);
    ADD_ROWS(&list, blobs, answers_blob);
    ADD_ROWS(&list, legacies, is_legacy);
    ADD_ROWS(&list, founds, finds);
    ADD_ROWS(&list, standards, is_standard);
    ADD_TEST(&list, ad_hoc);
    ADD_TEST(&list, nearly_apple);
    ADD_TEST(&list, budget);
    ADD_TEST(&list, deepest);
    ADD_TEST(&list, lightweight);
    ADD_TEST(&list, parts);
    arena = sx_arena_new();
    int failed = run_rows("requirement-evaluate", &list);
    sx_arena_free(arena);
    return failed;
}

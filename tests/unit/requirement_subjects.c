/* SPDX-License-Identifier: MIT */
#include "requirement_subjects.h"

#include "requirements.h"

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

const struct sx_cert developer_id[] = {
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

const struct sx_cert platform_code[] = {
    { .subject = NAME(CN("Software Signing"), OU("Apple Software"), O("Apple Inc.")),
      FIELDS(FIELD(APPLE "6.22")) },
    { .subject = NAME(CN("Apple Code Signing Certification Authority"),
                      OU("Apple Certification Authority"), O("Apple Inc.")) },
    { .subject = NAME(CN("Apple Root CA"), O("Apple Inc.")) },
};

const struct sx_cert self_signed[] = {
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
const struct sx_map code_info = { info_entries, SX_LEN(info_entries), NULL };
const struct sx_map code_entitlements = { entitlement_entries, SX_LEN(entitlement_entries), NULL };
const uint8_t code_cdhash[20] = { 0x5f, 0x51 };

const struct sx_requirement_subject subjects[N_SUBJECTS] = {
    { CODE },
    { CODE, .chain = { developer_id, 3, SX_ANCHOR_APPLE }, .timestamp = { true, { 1546300800, 0 } },
      .notarized = SX_TRI_TRUE },
    { CODE, .chain = { platform_code, 3, SX_ANCHOR_ADDED }, .platform = 13,
      .notarized = SX_TRI_FALSE },
    { CODE, .chain = { self_signed, 1, SX_ANCHOR_UNKNOWN }, .info_unread = "Info.plist is broken",
      .entitlements_unread = "the entitlements are broken" },
};

char letter(const struct sx_requirement *r, const struct sx_requirement_subject *subject)
{
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(r, subject, 100000, arena, &answer);
    bool has_reason = answer.why != NULL;
    assert_int_equal(has_reason, answer.met == SX_MET_UNKNOWN || answer.met == SX_MET_ERROR);
    assert_int_equal(answer.nodes[r->root->at], answer.met);
    return "NYUE"[answer.met];
}

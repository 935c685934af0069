/* SPDX-License-Identifier: MIT */
/* Whether code meets a requirement. */
#include "base/buf.h"
#include "base/limits.h"
#include "requirement_subjects.h"
#include "requirements.h"

#include <string.h>

static const struct row {
    const char *text, *answers; /* one letter a subject */
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

static void answers(void **state)
{
    const struct row *row = *state;
    struct sx_requirement r = read_text(sx_str_of(row->text));
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
    struct sx_requirement r = read_text(SX_STR("legacy"));
    assert_int_equal(letter(&r, &subject), row->answer);
}

/* Chains that are nearly Apple's own. */
static const struct nearly {
    const char *name;
    enum sx_anchor anchor;
    size_t n;
    bool no_marker, other_authority;
    char answer;
} nearly[] = {
    { "Apple's", SX_ANCHOR_APPLE, 3, false, false, 'Y' },
    { "no marker", SX_ANCHOR_APPLE, 3, true, false, 'N' },
    { "another authority", SX_ANCHOR_APPLE, 3, false, true, 'N' },
    { "another root", SX_ANCHOR_UNKNOWN, 3, false, false, 'N' },
    { "no root", SX_ANCHOR_NONE, 2, false, false, 'N' },
    { "an authority that is the leaf", SX_ANCHOR_APPLE, 2, false, false, 'N' },
    { "a root alone", SX_ANCHOR_APPLE, 1, false, false, 'N' },
    { "an added anchor", SX_ANCHOR_ADDED, 3, false, false, 'Y' },
    { "an added anchor, another authority", SX_ANCHOR_ADDED, 3, false, true, 'Y' },
    { "an added anchor, no marker", SX_ANCHOR_ADDED, 3, true, false, 'N' },
};

static void is_nearly_apple(void **state)
{
    const struct nearly *row = *state;
    struct sx_requirement r = read_text(SX_STR("anchor apple"));
    struct sx_requirement_subject subject = subjects[PLATFORM_CODE];
    struct sx_cert certs[3];
    memcpy(certs, platform_code, sizeof(platform_code));
    if (row->no_marker)
        certs[0].n_extensions = 0;
    if (row->other_authority)
        certs[1].subject = certs[2].subject;
    subject.chain = (struct sx_chain){ certs, row->n, row->anchor };
    assert_int_equal(letter(&r, &subject), row->answer);
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
    struct sx_requirement r = read_text(SX_STR("info[k] = other and always"));
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
    struct sx_requirement r = read_text(sx_buf_view(&text));
    assert_int_equal(letter(&r, &subjects[0]), 'Y');
}

static void lightweight(void **state)
{
    (void)state;
    struct sx_requirement r = { .lightweight = { code_cdhash, 2, 0 } };
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(&r, &subjects[0], 100, arena, &answer);
    assert_int_equal(answer.met, SX_MET_UNKNOWN);
}

/* Each part has an answer of its own. */
static void parts(void **state)
{
    (void)state;
    struct sx_requirement r =
        read_text(SX_STR("anchor apple generic and certificate leaf[subject.OU] = W4FFLE9K2R"));
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(&r, &subjects[1], 100, arena, &answer);
    assert_int_equal(answer.met, SX_MET_NO);
    assert_int_equal(answer.nodes[r.root->left->at], SX_MET_YES);
    assert_int_equal(answer.nodes[r.root->right->at], SX_MET_NO);
}

int main(void)
{
    static struct rows list;
    begin();
    ADD_TEXTS(&list, rows, answers);
    ADD_ROWS(&list, blobs, answers_blob);
    ADD_ROWS(&list, legacies, is_legacy);
    ADD_ROWS(&list, nearly, is_nearly_apple);
    ADD_TEST(&list, budget);
    ADD_TEST(&list, deepest);
    ADD_TEST(&list, lightweight);
    ADD_TEST(&list, parts);
    int failed = run_rows("requirement-evaluate", &list);
    end();
    return failed;
}

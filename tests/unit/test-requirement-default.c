/* SPDX-License-Identifier: MIT */
/* Designated requirements of code that stores none, and what code has where one asks. */
#include "base/buf.h"
#include "requirement_subjects.h"
#include "requirements.h"

/* What is there instead, of Developer ID code; absent where nothing has a value. */
static const struct found {
    const char *text, *found;
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
    struct sx_requirement r = read_text(sx_str_of(row->text));
    struct sx_str text = sx_requirement_found(r.root, &subjects[DEVELOPER_ID], arena);
    if (row->found == NULL)
        assert_null(text.ptr);
    else
        assert_true(sx_str_is(text, row->found));
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
    const struct sx_span hashes[] = { { other, 20, 0 }, { code_cdhash, 20, 0 }, { other, 20, 0 } };
    struct sx_requirement r;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    assert_false(sx_requirement_default(&subjects[AD_HOC], arena, &r));
    sx_requirement_default_ad_hoc(hashes, 3, arena, &r);
    assert_true(sx_requirement_text(&r, &text));
    assert_true(sx_str_is(sx_buf_view(&text),
                          "cdhash H\"0100000000000000000000000000000000000000\" or "
                          "cdhash H\"5f51000000000000000000000000000000000000\" or "
                          "cdhash H\"0100000000000000000000000000000000000000\""));
    assert_int_equal(letter(&r, &subjects[AD_HOC]), 'Y');
    sx_requirement_default_ad_hoc(hashes, 1, arena, &r);
    assert_int_equal(letter(&r, &subjects[AD_HOC]), 'N');
}

int main(void)
{
    static struct rows list;
    begin();
    ADD_TEXTS(&list, founds, finds);
    ADD_ROWS(&list, standards, is_standard);
    ADD_TEST(&list, ad_hoc);
    int failed = run_rows("requirement-default", &list);
    end();
    return failed;
}

/* SPDX-License-Identifier: MIT */
/* Entitlements of built and signed files, as facts: which of the two encodings counts, and what is
 * said of either. */
#include "base/buf.h"
#include "base/limits.h"
#include "examined.h"
#include "rows.h"
#include "value/json.h"

static const char before[] =
    "defaults: {sign: {as: developer-id, flags: [runtime], timestamp: 2026-11-23T18:04:11Z}}\n"
    "files:\n"
    "  tool:\n"
    "    macho: {arch: arm64}\n"
    "    sign:\n"
    "      identifier: com.example.tool\n"
    "      ";

#define PLIST(body)                                                                                \
    "entitlements-xml: \"<?xml version='1.0'?>\\n<plist version='1.0'>\\n<dict>" body              \
    "</dict>\\n</plist>\\n\"\n"
#define AND          "      "
#define SANDBOX      "<key>com.apple.security.app-sandbox</key><true/>"
#define SANDBOX_DER  "entitlements-der: {com.apple.security.app-sandbox: true}\n"
#define SANDBOX_JSON "{\"com.apple.security.app-sandbox\":true}"

static const struct row {
    const char *name, *sign;
    const char *problem, *detail; /* NULL: none of entitlements */
    int64_t slot;
    const char *counts; /* what the kernel reads; NULL when nobody can tell */
} rows[] = {
    { "none", "team: W4FFLE9K2Q\n", NULL, NULL, 0, "{}" },
    { "both agree", "entitlements: {a.b: [x, {n: 200}], c: true}\n", NULL, NULL, 0,
      "{\"a.b\":[\"x\",{\"n\":200}],\"c\":true}" },
    { "both are empty", PLIST("") AND "entitlements-der: {}\n", NULL, NULL, 0, "{}" },
    { "XML alone", PLIST(SANDBOX), NULL, NULL, 0, SANDBOX_JSON },
    { "DER alone", SANDBOX_DER, NULL, NULL, 0, SANDBOX_JSON },
    { "the older DER",
      PLIST("<key>a</key><true/>") AND "entitlements-der: !hex 3108 3006 0c0161 0101ff\n", NULL,
      NULL, 0, "{\"a\":true}" },

    /* the two differ, and the DER counts */
    { "value", PLIST(SANDBOX) AND "entitlements-der: {com.apple.security.app-sandbox: false}\n",
      "entitlements-differ",
      "com.apple.security.app-sandbox: the XML has true at line 3, column 48, the DER false at "
      "byte",
      7, "{\"com.apple.security.app-sandbox\":false}" },
    { "type", PLIST("<key>a</key><integer>1</integer>") AND "entitlements-der: {a: true}\n",
      "entitlements-differ", "a: the XML has 1 at line 3, column 28, the DER true at byte", 7,
      "{\"a\":true}" },
    { "key in the XML alone", PLIST(SANDBOX "<key>z</key><true/>") AND SANDBOX_DER,
      "entitlements-differ", "z: the XML has true at line 3, column 67, the DER nothing", 7,
      SANDBOX_JSON },
    { "key in the DER alone", PLIST("") AND SANDBOX_DER, "entitlements-differ",
      "com.apple.security.app-sandbox: the XML has nothing, the DER true at byte", 7,
      SANDBOX_JSON },
    { "element",
      PLIST("<key>a</key><array><string>x</string><string>y</string></array>") AND
      "entitlements-der: {a: [x, z]}\n",
      "entitlements-differ", "a[1]: the XML has \"y\" at line 3, column 52, the DER \"z\" at byte",
      7, "{\"a\":[\"x\",\"z\"]}" },
    { "length",
      PLIST("<key>a</key><array><string>x</string></array>") AND "entitlements-der: {a: [x, z]}\n",
      "entitlements-differ", "a[1]: the XML has nothing, the DER \"z\" at byte", 7,
      "{\"a\":[\"x\",\"z\"]}" },
    { "deep",
      PLIST("<key>a</key><array><dict><key>b</key><true/></dict></array>") AND
      "entitlements-der: {a: [{b: false}]}\n",
      "entitlements-differ", "a[0].b: the XML has true at line 3, column 44, the DER false at byte",
      7, "{\"a\":[{\"b\":false}]}" },

    /* the DER is broken */
    { "DER cut short", PLIST(SANDBOX) AND "entitlements-der: !hex 7005020101\n",
      "entitlements-der-malformed", "outer element", 7, NULL },
    { "DER with keys out of order",
      PLIST("<key>a</key><true/><key>b</key><true/>") AND
      "entitlements-der: !hex 7015 020101 b010 3006 0c0162 0101ff 3006 0c0161 0101ff\n",
      "entitlements-der-malformed", "ascending", 7, NULL },
    { "DER with bytes", "entitlements-der: !hex 700d 020101 b008 3006 0c0161 040178\n",
      "entitlements-der-malformed", "tag 0x04", 7, NULL },

    /* the XML is broken or odd */
    { "XML that is none", "entitlements-xml: \"<plist><dict><key>a</key></dict></plist>\"\n",
      "entitlements-xml-unparsable", "line 1, column", 5, NULL },
    { "XML broken beside good DER", "entitlements-xml: \"<plist><dict>\"\n" AND SANDBOX_DER,
      "entitlements-xml-unparsable", "", 5, SANDBOX_JSON },
    { "an empty blob", "entitlements-xml: \"\"\n", "entitlements-xml-unparsable", "", 5, NULL },
    { "a binary list",
      "entitlements-xml: !hex 62706c6973743030 d0 08"
      " 0000000000000101000000000000000100000000000000000000000000000009\n",
      "entitlements-xml-unparsable", "a binary property list", 5, NULL },
    { "an array", "entitlements-xml: \"<plist version='1.0'><array/></plist>\"\n",
      "entitlements-xml-unparsable", "no dictionary", 5, NULL },
    { "a byte order mark", "entitlements-xml: \"\\uFEFF<plist version='1.0'><dict/></plist>\"\n",
      "entitlements-xml-unparsable", "a byte order mark, line 1, column 1", 5, "{}" },
    { "a comment", PLIST("\\n<!-- for tests -->"), "entitlements-xml-unusual",
      "a comment, line 4, column 1", 5, "{}" },
    { "CR LF", "entitlements-xml: \"<plist version='1.0'>\\r\\n<dict/></plist>\"\n",
      "entitlements-xml-unusual", "a carriage return, line 1, column 22", 5, "{}" },
    { "text behind the list",
      "entitlements-xml: \"<plist version='1.0'><dict/></plist>\\n</xml>\"\n",
      "entitlements-xml-unusual", "text after the root element, line 2, column 1", 5, "{}" },
    { "beyond ASCII", PLIST("<key>a</key><string>\xc3\xa9</string>"), "entitlements-xml-unusual",
      "a byte that is not ASCII, line 3, column 27", 5, "{\"a\":\"\xc3\xa9\"}" },
    { "a key twice", PLIST("<key>a</key><true/>\\n<key>a</key><false/>"),
      "entitlements-repeated-key",
      "a stands again on line 4, and that one counts, line 3, column 12", 5, "{\"a\":false}" },
    { "a real", PLIST("<key>a</key><dict><key>b</key><real>1.5</real></dict>"), "entitlements-type",
      "a.b is a real number, which DER entitlements cannot hold, line 3", 5,
      "{\"a\":{\"b\":1.5}}" },
    { "a date", PLIST("<key>a</key><array><date>2026-11-24T00:00:00Z</date></array>"),
      "entitlements-type", "a[0] is 2026-11-24T00:00:00Z", 5,
      "{\"a\":[\"2026-11-24T00:00:00Z\"]}" },
    { "data", PLIST("<key>a</key><data>AAEC</data>"), "entitlements-type", "a is data of 3 bytes",
      5, "{\"a\":\"AAEC\"}" },
    { "hostile text", PLIST("<key>a\\tb</key><data></data>"), "entitlements-type", "\"a\\tb\" is",
      5, "{\"a\\tb\":\"\"}" },
};

static bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

static void expect_json(struct sx_value value, const char *wanted)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_json json;
    sx_json_init(&json, append, &text, SX_JSON_COMPACT);
    sx_json_value(&json, value);
    assert_true(sx_json_flush(&json));
    sx_buf_char(&text, '\0');
    assert_string_equal(text.ptr, wanted);
}

static struct sx_value member(const struct sx_object *object, const char *name)
{
    return sx_object_get(object, sx_type_member(object->type, sx_str_of(name)));
}

static bool is_about_entitlements(const struct sx_Problem *p)
{
    return sx_str_starts(sx_enum_name(&sx_enumeration_ProblemKind, p->what),
                         SX_STR("entitlements-"));
}

static void expect_problem(const struct row *row, struct sx_objs problems)
{
    size_t n = 0;
    for (size_t i = 0; i < problems.n; i++)
        n += is_about_entitlements(SX_AT(Problem, problems, i));
    assert_int_equal(n, row->problem != NULL);
    if (row->problem == NULL)
        return;
    const struct sx_Problem *p = examined_problem(problems, row->problem, row->detail);
    for (size_t i = 0; p == NULL && i < problems.n; i++)
        print_message("found: %s\n", SX_AT(Problem, problems, i)->detail.ptr);
    assert_non_null(p);
    assert_int_equal(p->slot.v, row->slot);
    assert_true(p->offset.has);
}

static void examines(void **state)
{
    const struct row *row = *state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(&e, sx_str_printf(arena, "%s%s", before, row->sign).ptr, "tool");
    const struct sx_Code *code = SX_AT(Code, examined_artifact(&e)->code, 0);
    const struct sx_Slice *slice = SX_AT(Slice, code->slices, 0);
    expect_problem(row, slice->signature->problems);
    struct sx_value counts = member(&slice->head, "entitlements");
    assert_int_equal(counts.kind == SX_UNKNOWN, row->counts == NULL);
    assert_int_equal(member(&slice->head, "claims").kind == SX_UNKNOWN, row->counts == NULL);
    assert_int_equal(member(&code->head, "claims").kind == SX_UNKNOWN, row->counts == NULL);
    if (row->counts != NULL) {
        expect_json(counts, row->counts);
        assert_int_equal(slice->claims.n, slice->entitlements != NULL ? counts.map->n : 0);
    }
    examined_free(&e);
}

/* Where DER and XML agree, a value knows its line; where they differ, only the others do. */
static void keeps_positions(void **state)
{
    (void)state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(&e,
            sx_str_printf(arena, "%s%s%s", before,
                          PLIST("\\n<key>a</key>\\n<string>x</string>\\n<key>b</key><true/>"),
                          AND "entitlements-der: {a: x, b: false}\n")
                .ptr,
            "tool");
    const struct sx_Code *code = SX_AT(Code, examined_artifact(&e)->code, 0);
    const struct sx_document *document = code->signature->head.document;
    const struct sx_value *a = sx_map_get(code->entitlements, SX_STR("a"));
    const struct sx_value *b = sx_map_get(code->entitlements, SX_STR("b"));
    assert_non_null(document);
    assert_true(a->pos > 0);
    assert_memory_equal(document->text.ptr + a->pos - 1, "x<", 2);
    assert_int_equal(b->pos, 0);
    assert_false(b->b);
    examined_free(&e);
}

/* Every difference is told, each with the place in either form: what stands at the byte named is
 * the element of the value. */
static void tells_every_difference(void **state)
{
    (void)state;
    static const struct {
        const char *detail;
        int64_t from_der; /* bytes behind the beginning of the DER; -1: it is that in the XML */
    } wanted[] = {
        { "a: the XML has true at line 4, column 13, the DER false at byte ", 12 },
        { "b[0].n: the XML has 5 at line 5, column 47, the DER 6 at byte ", 29 },
        { "b[1]: the XML has \"x\" at line 6, column 9, the DER nothing", -1 },
        { "d: the XML has nothing, the DER \"y\" at byte ", 45 },
    };
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(&e,
            sx_str_printf(arena, "%s%s%s", before,
                          PLIST("\\n<key>a</key><true/>\\n<key>b</key><array><dict><key>n</key>"
                                "<integer>5</integer></dict>\\n<string>x</string></array>"
                                "<key>c</key><false/>"),
                          AND "entitlements-der: {a: false, b: [{n: 6}], c: false, d: y}\n")
                .ptr,
            "tool");
    const struct sx_Signature *signature = SX_AT(Code, examined_artifact(&e)->code, 0)->signature;
    const struct sx_Problem *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < signature->problems.n; i++)
        n += is_about_entitlements(SX_AT(Problem, signature->problems, i));
    assert_int_equal(n, SX_LEN(wanted));
    for (size_t i = 0; i < SX_LEN(wanted); i++) {
        const struct sx_Problem *p =
            examined_problem(signature->problems, "entitlements-differ", wanted[i].detail);
        if (p == NULL)
            fail_msg("nothing says \"%s\"", wanted[i].detail);
        first = first == NULL ? p : first;
        if (wanted[i].from_der < 0)
            assert_true(p->offset.v < first->offset.v);
        else
            assert_int_equal(p->offset.v - first->offset.v,
                             wanted[i].from_der - wanted[0].from_der);
    }
    examined_free(&e);
}

/* A key may stand a hundred thousand times; so many are told, and how many more there are. */
static void has_a_limit(void **state)
{
    (void)state;
    struct examined e;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    sx_buf_cstr(&text, before);
    sx_buf_cstr(&text, "entitlements-xml: \"<plist version='1.0'><dict>");
    for (int i = 0; i < SX_MAX_PROBLEMS + 6; i++)
        sx_buf_cstr(&text, "<key>a</key><true/>");
    sx_buf_cstr(&text, "</dict></plist>\"\n");
    sx_buf_char(&text, '\0');
    examine(&e, text.ptr, "tool");
    const struct sx_Signature *signature = SX_AT(Code, examined_artifact(&e)->code, 0)->signature;
    size_t n = 0;
    for (size_t i = 0; i < signature->problems.n; i++)
        n += is_about_entitlements(SX_AT(Problem, signature->problems, i));
    assert_int_equal(n, SX_MAX_PROBLEMS);
    const struct sx_unread *unread = (const struct sx_unread *)signature->head.unread.at[0];
    assert_true(sx_str_is(unread->reason, "5 repeated keys more than are listed"));
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, examines);
    ADD_TEST(&list, tells_every_difference);
    ADD_TEST(&list, keeps_positions);
    ADD_TEST(&list, has_a_limit);
    return run_rows("inspect-entitlements", &list);
}

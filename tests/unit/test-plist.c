/* SPDX-License-Identifier: MIT */
/* XML property lists: what each text means, what is refused and where, what other readers
 * would stumble over, and what another reader makes of it. */
#include "value/plist.h"
#include "base/buf.h"
#include "base/limits.h"
#include "value/json.h"
#include "rows.h"

#include <stdlib.h>

#define DECL "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define DOCTYPE                                                                                    \
    "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "                                      \
    "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
/* A property list around `x`, which then begins in line 3, column 22. */
#define P(x) LIT(DECL DOCTYPE "<plist version=\"1.0\">" x "</plist>")

#define HAS(trait) (1u << SX_PLIST_HAS_##trait)

static bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

static void to_json(struct sx_value value, struct sx_buf *out)
{
    struct sx_json json;
    sx_json_init(&json, append, out, SX_JSON_COMPACT);
    sx_json_value(&json, value);
    assert_true(sx_json_flush(&json));
    sx_buf_char(out, '\0');
}

/* The text in a block of its own size, so that a sanitizer sees one byte too many. */
static struct sx_span exact(struct sx_str s)
{
    uint8_t *p = malloc(s.len > 0 ? s.len : 1);
    assert_non_null(p);
    memcpy(p, s.ptr, s.len);
    return (struct sx_span){ p, s.len, 0 };
}

static void release(struct sx_span *s)
{
    union {
        const uint8_t *in;
        void *out;
    } p = { .in = s->ptr };
    free(p.out);
}

static const struct good_row {
    const char *name;
    struct sx_str in;
    const char *json;
    unsigned traits;
    enum sx_plist_opinion opinion;
} good[] = {
    { "order is kept",
      P("<dict><key>b</key><string>1</string><key>a</key><string>2</string></dict>"),
      "{\"b\":\"1\",\"a\":\"2\"}" },
    { "the last of repeated keys counts",
      P("<dict><key>a</key><string>1</string><key>b</key><string>x</string>"
        "<key>a</key><string>2</string></dict>"),
      "{\"a\":\"2\",\"b\":\"x\"}" },
    { "comment between elements",
      P("<dict><!-- c --><key>a</key><!--d--><string>y</string></dict>"), "{\"a\":\"y\"}",
      HAS(COMMENT) },
    { "comment with tags", P("<dict><!-- <key>z</key><true/> --><key>a</key><true/></dict>"),
      "{\"a\":true}", HAS(COMMENT) },
    { "comment before the root", LIT(DECL "<!-- c --><plist><true/></plist>"), "true",
      HAS(COMMENT) },
    { "CDATA", P("<string><![CDATA[a<b&c]]></string>"), "\"a<b&c\"", HAS(CDATA) },
    { "predefined entities", P("<string>&lt;&gt;&amp;&quot;&apos;</string>"), "\"<>&\\\"'\"" },
    { "character references", P("<string>&#65;&#x42;&#x1F600;z</string>"),
      "\"AB\xf0\x9f\x98\x80z\"" },
    { "no DOCTYPE", LIT(DECL "<plist version=\"1.0\"><string>a</string></plist>"), "\"a\"" },
    { "no declaration", LIT("<plist version=\"1.0\"><string>a</string></plist>"), "\"a\"" },
    { "no plist element", LIT(DECL "<dict><key>a</key><true/></dict>"), "{\"a\":true}",
      HAS(NO_PLIST_ELEMENT) },
    { "byte order mark",
      LIT("\xef\xbb\xbf" DECL "<plist version=\"1.0\"><string>a</string></plist>"), "\"a\"",
      HAS(BOM) | HAS(NON_ASCII), SX_PLIST_REFUSES },
    { "white space before the declaration", LIT("\n  " DECL "<plist><string>a</string></plist>"),
      "\"a\"", HAS(LEADING_SPACE) },
    { "integers",
      P("<array><integer>-1</integer><integer>18446744073709551615</integer>"
        "<integer>9223372036854775808</integer><integer>0x10</integer>"
        "<integer>-9223372036854775808</integer><integer>-0</integer></array>"),
      "[-1,18446744073709551615,9223372036854775808,16,-9223372036854775808,0]" },
    { "integers with space and sign",
      P("<array><integer> 5</integer><integer>+7</integer><integer>- 7</integer>"
        "<integer>-0XfF</integer><integer>007</integer></array>"),
      "[5,7,-7,-255,7]" },
    { "reals", P("<array><real>1e3</real><real>-1.5</real><real>.5</real><real>7</real></array>"),
      "[1000,-1.5,0.5,7]" },
    { "reals that are no numbers",
      P("<array><real>nan</real><real>+INF</real><real>-Infinity</real></array>"),
      "[\"NaN\",\"Infinity\",\"-Infinity\"]" },
    { "booleans", P("<array><true/><false/><true></true></array>"), "[true,false,true]" },
    { "dates",
      P("<array><date>2026-11-24T01:02:03Z</date><date>1999-12-31T23:59:59Z</date></array>"),
      "[\"2026-11-24T01:02:03Z\",\"1999-12-31T23:59:59Z\"]" },
    { "dates far away",
      P("<array><date>2200-01-01T00:00:00Z</date><date>0001-01-01T00:00:00Z</date></array>"),
      "[\"2200-01-01T00:00:00Z\",\"0001-01-01T00:00:00Z\"]" },
    { "leap day", P("<date>2024-02-29T00:00:00Z</date>"), "\"2024-02-29T00:00:00Z\"" },
    { "data", P("<array><data>AAEC</data><data>\n\tAA\n\tEC\n\t</data><data>AA==</data></array>"),
      "[\"AAEC\",\"AAEC\",\"AA==\"]" },
    { "no data", P("<data></data>"), "\"\"" },
    { "data of white space", P("<data>\n</data>"), "\"\"" },
    { "attributes", P("<dict ID=\"1\"><key x='1'>a</key><string y=\"2\">v</string></dict>"),
      "{\"a\":\"v\"}", HAS(ATTRIBUTE) },
    { "empty key", P("<dict><key></key><string>v</string></dict>"), "{\"\":\"v\"}" },
    { "empty key and empty string", P("<dict><key/><string/></dict>"), "{\"\":\"\"}", 0,
      SX_PLIST_REFUSES },
    { "white space is text", P("<string>  a \n b </string>"), "\"  a \\n b \"" },
    { "CR LF", P("<string>a\r\nb</string>"), "\"a\\nb\"", HAS(CARRIAGE_RETURN), SX_PLIST_DIFFERS },
    { "UID dictionary", P("<dict><key>CF$UID</key><integer>5</integer></dict>"), "{\"CF$UID\":5}" },
    { "ISO-8859-1",
      LIT("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><plist><string>\xe9</string></plist>"),
      "\"\xc3\xa9\"", HAS(ENCODING) | HAS(NON_ASCII), SX_PLIST_DIFFERS },
    { "encoding in small letters",
      LIT("<?xml version=\"1.0\" encoding=\"utf-8\"?><plist><true/></plist>"), "true" },
    { "UTF-16", LIT("\xff\xfe<\0p\0l\0i\0s\0t\0>\0<\0t\0r\0u\0e\0/\0>\0<\0/\0p\0l\0i\0s\0t\0>\0"),
      "true", HAS(BOM) | HAS(NON_ASCII), SX_PLIST_REFUSES },
    { "processing instruction", P("<?foo bar?><string>a</string>"), "\"a\"", HAS(INSTRUCTION) },
    { "another version", LIT(DECL "<plist version=\"2.0\"><string>a</string></plist>"), "\"a\"" },
    { "text behind", LIT(DECL "<plist><string>a</string></plist>\n\n garbage<<<"), "\"a\"",
      HAS(TRAILING) },
    { "NUL behind", LIT(DECL "<plist><string>a</string></plist>\0"), "\"a\"", HAS(TRAILING) },
    { "a second root", LIT(DECL "<true/><false/>"), "true", HAS(TRAILING) | HAS(NO_PLIST_ELEMENT) },
    { "line end behind", LIT(DECL "<plist><string>a</string></plist>\n"), "\"a\"" },
    { "UTF-8", P("<string>\xc3\xa9</string>"), "\"\xc3\xa9\"", HAS(NON_ASCII) },
    { "empty containers", P("<array><dict/><array/><dict></dict><array>\n</array></array>"),
      "[{},[],{},[]]" },
    { "a value alone", P("<integer>1</integer>"), "1" },
    { "spaces in tags", P("<dict ><key >a</key ><true /></dict >"), "{\"a\":true}" },
};

static void reads(void **state)
{
    const struct good_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf json = { 0 };
    SX_AUTO(release) struct sx_span in = exact(row->in);
    struct sx_plist plist;
    struct sx_err err = { 0 };
    if (!sx_plist_parse(in, arena, &plist, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.what);
    to_json(plist.root, &json);
    assert_string_equal(json.ptr, row->json);
    unsigned traits = 0;
    for (unsigned i = 0; i < SX_PLIST_N_TRAITS; i++)
        if (plist.traits.at[i] != 0)
            traits |= 1u << i;
    assert_int_equal(traits, row->traits);
    struct sx_str where;
    assert_int_equal(sx_plist_second_opinion(in, &plist, arena, &where), row->opinion);
}

static const struct bad_row {
    const char *name;
    struct sx_str in;
    enum sx_errc code;
    uint32_t line, column;
} bad[] = {
    { "comment inside of a string", P("<string>x<!-- c -->y</string>"), SX_E_FORMAT, 3, 31 },
    { "instruction inside of a string", P("<string>x<?c?>y</string>"), SX_E_FORMAT, 3, 31 },
    { "reference to NUL", P("<string>&#0;</string>"), SX_E_FORMAT, 3, 30 },
    { "reference to a surrogate", P("<string>&#xd800;</string>"), SX_E_FORMAT, 3, 30 },
    { "entity not declared", P("<string>a&foo;b</string>"), SX_E_FORMAT, 3, 31 },
    { "entity in an attribute", LIT("<plist a='&foo;'><true/></plist>"), SX_E_FORMAT, 1, 1 },
    { "internal subset",
      LIT(DECL "<!DOCTYPE plist [<!ENTITY foo \"bar\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
               "<plist><string>a&foo;b</string></plist>"),
      SX_E_FORMAT, 2, 17 },
    { "internal subset of doubling entities",
      LIT("<!DOCTYPE a [<!ENTITY b 'cc'><!ENTITY d '&b;&b;'>]><plist><string>&d;</string></plist>"),
      SX_E_FORMAT, 1, 13 },
    { "invalid UTF-8",
      P("<string>a\xff\xfe"
        "b</string>"),
      SX_E_FORMAT, 3, 31 },
    { "overlong UTF-8",
      P("<string>a\xc0\xaf"
        "b</string>"),
      SX_E_FORMAT, 3, 31 },
    { "surrogate in UTF-8", P("<string>\xed\xa0\x80</string>"), SX_E_FORMAT, 3, 30 },
    { "NUL in a string", P("<string>a\0b</string>"), SX_E_FORMAT, 3, 31 },
    { "control character", P("<string>\x01</string>"), SX_E_FORMAT, 3, 30 },
    { "integer beyond 64 bits", P("<integer>18446744073709551616</integer>"), SX_E_FORMAT, 3, 22 },
    { "integer below 64 bits", P("<integer>-9223372036854775809</integer>"), SX_E_FORMAT, 3, 22 },
    { "integer with letters behind", P("<integer>12abc</integer>"), SX_E_FORMAT, 3, 22 },
    { "integer with space behind", P("<integer>5 </integer>"), SX_E_FORMAT, 3, 22 },
    { "empty integer", P("<integer></integer>"), SX_E_FORMAT, 3, 22 },
    { "empty integer tag", P("<integer/>"), SX_E_FORMAT, 3, 22 },
    { "integer of a sign", P("<integer>-</integer>"), SX_E_FORMAT, 3, 22 },
    { "integer of 0x", P("<integer>0x</integer>"), SX_E_FORMAT, 3, 22 },
    { "integer in CDATA", P("<integer><![CDATA[1]]></integer>"), SX_E_FORMAT, 3, 31 },
    { "real of letters", P("<real>abc</real>"), SX_E_FORMAT, 3, 22 },
    { "hexadecimal real", P("<real>0x1p3</real>"), SX_E_FORMAT, 3, 22 },
    { "real with a comma", P("<real>1,5</real>"), SX_E_FORMAT, 3, 22 },
    { "empty real", P("<real/>"), SX_E_FORMAT, 3, 22 },
    { "capital letters", P("<TRUE/>"), SX_E_FORMAT, 3, 22 },
    { "boolean with text", P("<true>x</true>"), SX_E_FORMAT, 3, 22 },
    { "boolean with space", P("<true> </true>"), SX_E_FORMAT, 3, 22 },
    { "boolean with an element", P("<true><false/></true>"), SX_E_FORMAT, 3, 28 },
    { "date of words", P("<date>garbage</date>"), SX_E_FORMAT, 3, 22 },
    { "date that does not exist", P("<date>2026-13-45T99:99:99Z</date>"), SX_E_FORMAT, 3, 22 },
    { "leap day of a common year", P("<date>2023-02-29T00:00:00Z</date>"), SX_E_FORMAT, 3, 22 },
    { "date with an offset", P("<date>2026-11-24T01:02:03+01:00</date>"), SX_E_FORMAT, 3, 22 },
    { "date with a fraction", P("<date>2026-11-24T01:02:03.5Z</date>"), SX_E_FORMAT, 3, 22 },
    { "date in small letters", P("<date>2026-11-24t01:02:03z</date>"), SX_E_FORMAT, 3, 22 },
    { "date without time", P("<date>2026-11-24</date>"), SX_E_FORMAT, 3, 22 },
    { "date with space", P("<date> 2026-11-24T01:02:03Z</date>"), SX_E_FORMAT, 3, 22 },
    { "data of other characters", P("<data>A*A!</data>"), SX_E_FORMAT, 3, 22 },
    { "data without padding", P("<data>AAE</data>"), SX_E_FORMAT, 3, 22 },
    { "data padded too early", P("<data>A===</data>"), SX_E_FORMAT, 3, 22 },
    { "data behind padding", P("<data>AA==AAEC</data>"), SX_E_FORMAT, 3, 22 },
    { "data with bits to drop", P("<data>AB==</data>"), SX_E_FORMAT, 3, 22 },
    { "empty data tag", P("<data/>"), SX_E_FORMAT, 3, 22 },
    { "key without value", P("<dict><key>a</key></dict>"), SX_E_FORMAT, 3, 40 },
    { "key after key", P("<dict><key>a</key><key>b</key><true/></dict>"), SX_E_FORMAT, 3, 40 },
    { "value without key", P("<dict><true/></dict>"), SX_E_FORMAT, 3, 28 },
    { "key in an array", P("<array><key>a</key></array>"), SX_E_FORMAT, 3, 29 },
    { "key at the root", LIT("<key>a</key>"), SX_E_FORMAT, 1, 1 },
    { "crossed tags", P("<dict><key>a</key><array></dict></array>"), SX_E_FORMAT, 3, 49 },
    { "not closed", LIT("<plist><dict><key>a</key><true/>"), SX_E_TRUNCATED, 1, 33 },
    { "plist not closed", LIT("<plist><dict><key>a</key><true/></dict>"), SX_E_TRUNCATED, 1, 40 },
    { "two values", P("<string>a</string><string>b</string>"), SX_E_FORMAT, 3, 40 },
    { "unknown element", P("<dict><key>a</key><foo>1</foo></dict>"), SX_E_FORMAT, 3, 40 },
    { "ustring", P("<ustring>a</ustring>"), SX_E_FORMAT, 3, 22 },
    { "no value", P(""), SX_E_FORMAT, 3, 22 },
    { "empty plist tag", LIT("<plist/>"), SX_E_FORMAT, 1, 9 },
    { "plist in plist", P("<plist><true/></plist>"), SX_E_FORMAT, 3, 22 },
    { "text in a dictionary", P("<dict>hello<key>a</key><true/></dict>"), SX_E_FORMAT, 3, 28 },
    { "text in plist", P("hello<true/>"), SX_E_FORMAT, 3, 22 },
    { "CDATA between elements", P("<array><![CDATA[ ]]></array>"), SX_E_FORMAT, 3, 29 },
    { "element in a string", P("<string>a<b/></string>"), SX_E_FORMAT, 3, 31 },
    { "namespace prefix", LIT("<p:plist xmlns:p='x'><p:string>a</p:string></p:plist>"), SX_E_FORMAT,
      1, 1 },
    { "UTF-16 cut short", LIT("\xff\xfe<\0?\0x\0m\0l\0"), SX_E_TRUNCATED, 1, 2 },
    { "encoding nobody knows", LIT("<?xml version=\"1.0\" encoding=\"x-none\"?><plist/>"),
      SX_E_UNSUPPORTED, 1, 31 },
    { "-- in a comment", P("<!-- a -- b --><true/>"), SX_E_FORMAT, 3, 31 },
    { "same attribute twice", P("<dict a='1' a='2'/>"), SX_E_FORMAT, 3, 34 },
    { "text before", LIT("x<plist><true/></plist>"), SX_E_MAGIC, 0, 0 },
    { "nothing", LIT(""), SX_E_TRUNCATED, 0, 0 },
    { "white space", LIT("\n\n"), SX_E_MAGIC, 0, 0 },
    { "JSON", LIT("{\"a\":1}"), SX_E_UNSUPPORTED, 0, 0 },
    { "JSON array", LIT("[]"), SX_E_UNSUPPORTED, 0, 0 },
    { "OpenStep", LIT("{ a = 1; b = (x, y); }"), SX_E_UNSUPPORTED, 0, 0 },
    { "OpenStep with quotes", LIT("{ \"a\\\"\" = 1; }"), SX_E_UNSUPPORTED, 0, 0 },
    { "OpenStep data", LIT("<0fbd 7711>"), SX_E_UNSUPPORTED, 0, 0 },
};

static void refuses(void **state)
{
    const struct bad_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(release) struct sx_span in = exact(row->in);
    struct sx_plist plist;
    struct sx_err err = { 0 };
    assert_false(sx_plist_parse(in, arena, &plist, &err));
    if (err.code != row->code || err.line != row->line || err.column != row->column)
        fail_msg("code %d at %u:%u: %s", err.code, err.line, err.column, err.what);
    assert_true(strlen(err.what) > 0);
}

static void parse(struct sx_str text, struct sx_arena *arena, struct sx_plist *out)
{
    struct sx_err err = { 0 };
    struct sx_span in = { (const uint8_t *)text.ptr, text.len, 0 };
    if (!sx_plist_parse(in, arena, out, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.what);
}

/* The first of each stands where its mark does. */
static void tells_where_traits_are(void **state)
{
    (void)state;
    static const struct sx_str text =
        LIT("\xef\xbb\xbf\n<?xml version='1.0' encoding='iso-8859-1'?>\r\n<!-- a --><?b c?>"
            "<array c=''><string><![CDATA[]]>\xe9</string></array> <!-- behind -->");
    static const char *const marks[] = {
        [SX_PLIST_HAS_BOM] = "\xef",          [SX_PLIST_HAS_LEADING_SPACE] = "\n",
        [SX_PLIST_HAS_ENCODING] = "<?xml",    [SX_PLIST_HAS_CARRIAGE_RETURN] = "\r",
        [SX_PLIST_HAS_NON_ASCII] = "\xef",    [SX_PLIST_HAS_COMMENT] = "<!-- a",
        [SX_PLIST_HAS_INSTRUCTION] = "<?b",   [SX_PLIST_HAS_CDATA] = "<![",
        [SX_PLIST_HAS_ATTRIBUTE] = "<array",  [SX_PLIST_HAS_NO_PLIST_ELEMENT] = "<array",
        [SX_PLIST_HAS_TRAILING] = "<!-- beh",
    };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_plist plist;
    parse(text, arena, &plist);
    for (size_t i = 0; i < SX_PLIST_N_TRAITS; i++) {
        assert_true(strlen(sx_plist_trait_text((enum sx_plist_trait)i)) > 0);
        assert_int_equal(plist.traits.at[i], sx_str_find(text, sx_str_of(marks[i])) + 1);
    }
}

/* Positions of values: of the content, or of the tag where there is none. */
static void values_know_where_they_stood(void **state)
{
    (void)state;
    static const struct sx_str text =
        LIT(DECL "<plist><dict><key>k1</key><string>s1</string><key>k2</key> <integer>42</integer>"
                 "<key>k3</key><array><true/><data>QUJD</data><date>2001-01-01T00:00:00Z</date>"
                 "<string/></array></dict></plist>");
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_plist plist;
    parse(text, arena, &plist);
    const struct sx_map *map = plist.root.map;
    const struct sx_value list = map->at[2].value;
    const struct {
        struct sx_value value;
        const char *mark;
    } marks[] = {
        { plist.root, "<dict>" },         { map->at[0].key, "k1" },
        { map->at[0].value, "s1" },       { map->at[1].value, "42" },
        { map->at[2].key, "k3" },         { list, "<array>" },
        { sx_list_at(list, 0), "<true" }, { sx_list_at(list, 1), "QUJD" },
        { sx_list_at(list, 2), "2001" },  { sx_list_at(list, 3), "<string/>" },
    };
    for (size_t i = 0; i < SX_LEN(marks); i++)
        assert_int_equal(marks[i].value.pos, sx_str_find(text, sx_str_of(marks[i].mark)) + 1);
    assert_int_equal(plist.n_nodes, 11);
}

static void lists_repeated_keys(void **state)
{
    (void)state;
    static const struct sx_str text =
        LIT("<plist><dict><key>a</key><dict><key>x1</key><true/></dict>"
            "<key>b</key><true/><key>a</key><false/><key>a</key><integer>3</integer>"
            "</dict></plist>");
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_plist plist;
    parse(text, arena, &plist);
    assert_int_equal(plist.n_duplicates, 2);
    assert_int_equal(plist.root.map->n, 2);
    const struct sx_plist_duplicate *d = plist.duplicates;
    assert_true(sx_str_is(d[0].key, "a") && sx_str_is(d[1].key, "a"));
    assert_int_equal(d[0].lost, sx_str_find(text, SX_STR("a</key><dict>")));
    assert_int_equal(d[0].kept, sx_str_find(text, SX_STR("a</key><false/>")));
    assert_int_equal(d[1].lost, d[0].kept);
    assert_int_equal(d[1].kept, sx_str_find(text, SX_STR("a</key><integer>")));
    assert_int_equal(plist.root.map->at[0].key.pos, d[1].kept + 1);
    assert_int_equal(plist.root.map->at[0].value.i, 3);
}

/* So many keys that they are looked up in a table. */
static void finds_repeated_keys_among_many(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_plist plist;
    sx_buf_cstr(&text, "<dict>");
    for (int i = 0; i < 20000; i++)
        sx_buf_printf(&text, "<key>k%d</key><integer>%d</integer>", i % 10000, i);
    sx_buf_cstr(&text, "</dict>");
    parse(sx_buf_view(&text), arena, &plist);
    assert_int_equal(plist.n_duplicates, 10000);
    assert_int_equal(plist.root.map->n, 10000);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(plist.root.map->at[i].value.i, 10000 + i);
}

static const struct sx_str sample =
    P("<dict><!-- c --><key>k&amp;</key><array><true/><false></false><integer>-5</integer>"
      "<real>1.5</real><date>2026-11-24T01:02:03Z</date><data>\nAAEC\n</data>"
      "<string><![CDATA[x]]>\xc3\xa9</string><dict/></array></dict>");

static void refuses_every_prefix(void **state)
{
    (void)state;
    for (size_t n = 0; n < sample.len; n++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        SX_AUTO(release) struct sx_span in = exact(sx_str_sub(sample, 0, n));
        struct sx_plist plist;
        struct sx_err err = { 0 };
        assert_false(sx_plist_parse(in, arena, &plist, &err));
        assert_true(err.code != SX_OK && err.what[0] != '\0' && err.off <= n);
    }
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_plist plist;
    parse(sample, arena, &plist);
}

static void errors_count_from_the_file(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const char text[] = "<plist>\n <foo/></plist>";
    struct sx_plist plist;
    struct sx_err err = { 0 };
    struct sx_span in = { (const uint8_t *)text, sizeof(text) - 1, 1000 };
    assert_false(sx_plist_parse(in, arena, &plist, &err));
    assert_int_equal(err.off, 1009);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 2);
}

static enum sx_errc code_of(const struct sx_buf *text)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_plist plist;
    struct sx_err err = { 0 };
    struct sx_span in = { (const uint8_t *)text->ptr, text->len, 0 };
    return sx_plist_parse(in, arena, &plist, &err) ? SX_OK : err.code;
}

static enum sx_errc code_of_nested(int depth)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    for (int i = 0; i < depth; i++)
        sx_buf_cstr(&text, "<array>");
    for (int i = 0; i < depth; i++)
        sx_buf_cstr(&text, "</array>");
    return code_of(&text);
}

static void limits_depth(void **state)
{
    (void)state;
    assert_int_equal(code_of_nested(SX_MAX_PLIST_DEPTH), SX_OK);
    assert_int_equal(code_of_nested(SX_MAX_PLIST_DEPTH + 1), SX_E_LIMIT);
    assert_int_equal(code_of_nested(100000), SX_E_LIMIT);
}

static void limits_nodes(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    sx_buf_cstr(&text, "<array>");
    for (int i = 0; i < SX_MAX_PLIST_NODES; i++)
        sx_buf_cstr(&text, "<true/>");
    sx_buf_cstr(&text, "</array>");
    assert_int_equal(code_of(&text), SX_E_LIMIT);
}

/* A text between two others. */
static enum sx_errc code_of_filled(const char *before, size_t n, const char *after)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    sx_buf_cstr(&text, before);
    sx_buf_fill(&text, 'A', n);
    sx_buf_cstr(&text, after);
    return code_of(&text);
}

static void limits_sizes(void **state)
{
    (void)state;
    const size_t mega = 1 << 20;
    assert_int_equal(code_of_filled("<string>", 10 * mega, "</string>"), SX_OK);
    assert_int_equal(code_of_filled("<data>", 10 * mega, "</data>"), SX_OK);
    assert_int_equal(code_of_filled("<string>", SX_MAX_SMALL_FILE, "</string>"), SX_E_LIMIT);
    assert_int_equal(code_of_filled("<!--", mega / 2, "--><true/>"), SX_OK);
    assert_int_equal(code_of_filled("<!--", 3 * mega, "--><true/>"), SX_E_LIMIT);
    assert_int_equal(code_of_filled("<true a='", 3 * mega, "'/>"), SX_E_LIMIT);
    assert_int_equal(code_of_filled("<", 3 * mega, "/>"), SX_E_LIMIT);
}

/* The stream: what is counted, where it ends. */
struct counter {
    size_t keys, values, containers, ends;
    size_t stop_at; /* the key to stop at; 0 = never */
    bool fail;
    struct sx_plist_event last;
};

static bool count(void *context, const struct sx_plist_event *event, struct sx_err *err)
{
    struct counter *c = context;
    c->last = *event;
    c->keys += event->what == SX_PLIST_KEY;
    c->values += event->what == SX_PLIST_VALUE;
    c->containers += event->what == SX_PLIST_DICT || event->what == SX_PLIST_ARRAY;
    c->ends += event->what == SX_PLIST_END;
    if (c->keys == 0 || c->keys != c->stop_at)
        return true;
    return c->fail ? sx_fail(err, SX_E_USAGE, event->off, "enough") : false;
}

static bool read_text(struct sx_str text, struct counter *c, struct sx_err *err)
{
    struct sx_source source;
    sx_source_memory("text", (struct sx_span){ (const uint8_t *)text.ptr, text.len, 0 }, &source);
    return sx_plist_read(&source, (struct sx_plist_sink){ count, c }, NULL, err);
}

static void streams_events(void **state)
{
    (void)state;
    struct counter c = { 0 };
    struct sx_err err = { 0 };
    static const struct sx_str text = P("<dict>\n<key>a</key><array>\n<true/></array></dict>");
    assert_true(read_text(text, &c, &err));
    assert_int_equal(c.keys, 1);
    assert_int_equal(c.values, 1);
    assert_int_equal(c.containers, 2);
    assert_int_equal(c.ends, 2);
    assert_int_equal(c.last.what, SX_PLIST_END);
    assert_int_equal(c.last.depth, 0);
    assert_int_equal(c.last.off, sx_str_find(text, SX_STR("<dict>")));
    assert_int_equal(c.last.line, 3);
    assert_int_equal(c.last.column, 22);
}

static void the_sink_may_stop(void **state)
{
    (void)state;
    struct counter c = { .stop_at = 2 };
    struct sx_err err = { 0 };
    static const struct sx_str text =
        P("<dict>\n<key>a</key><true/>\n<key>b</key><true/><key>c</key></dict>");
    assert_true(read_text(text, &c, &err));
    assert_int_equal(err.code, SX_OK);
    assert_int_equal(c.last.what, SX_PLIST_KEY);
    assert_int_equal(c.last.depth, 1);
    assert_int_equal(c.last.line, 5);
    assert_int_equal(c.last.column, 1);
    assert_int_equal(c.last.off, sx_str_find(text, SX_STR("b</key>")));
    c = (struct counter){ .stop_at = 1, .fail = true };
    assert_false(read_text(text, &c, &err));
    assert_int_equal(err.code, SX_E_USAGE);
    assert_string_equal(err.file, "text");
}

/* More entries than chunks, so that every place of a boundary occurs; and no limit on nodes. */
static void streams_a_large_seal(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct counter c = { 0 };
    struct sx_err err = { 0 };
    sx_buf_cstr(&text, "<plist><dict>");
    for (int i = 0; i < 120000; i++)
        sx_buf_printf(&text,
                      "<key>Contents/Resources/%d</key><dict><key>hash2</key>"
                      "<data>AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=</data>"
                      "<key>optional</key><true/></dict>\n",
                      i);
    sx_buf_cstr(&text, "</dict></plist>");
    assert_true(text.len > SX_MAX_SMALL_FILE);
    assert_true(read_text(sx_buf_view(&text), &c, &err));
    assert_int_equal(c.keys, 360000);
    assert_int_equal(c.values, 240000);
    assert_int_equal(c.containers, 120001);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, good, reads);
    ADD_ROWS(&rows, bad, refuses);
    ADD_TEST(&rows, tells_where_traits_are);
    ADD_TEST(&rows, values_know_where_they_stood);
    ADD_TEST(&rows, lists_repeated_keys);
    ADD_TEST(&rows, finds_repeated_keys_among_many);
    ADD_TEST(&rows, refuses_every_prefix);
    ADD_TEST(&rows, errors_count_from_the_file);
    ADD_TEST(&rows, limits_depth);
    ADD_TEST(&rows, limits_nodes);
    ADD_TEST(&rows, limits_sizes);
    ADD_TEST(&rows, streams_events);
    ADD_TEST(&rows, the_sink_may_stop);
    ADD_TEST(&rows, streams_a_large_seal);
    return run_rows("plist", &rows);
}

/* SPDX-License-Identifier: MIT */
/* The requirement language as text and as bytes: two forms of one tree. */
#include "base/buf.h"
#include "requirements.h"
#include "rows.h"

#include <string.h>

#define DEVELOPER_ID_TEXT                                                                          \
    "identifier \"com.example.sx\" and anchor apple generic"                                       \
    " and certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */"                              \
    " and certificate leaf[field.1.2.840.113635.100.6.1.13] /* exists */"                          \
    " and certificate leaf[subject.OU] = ABCDE12345"
#define XCODE_TEXT                                                                                 \
    "anchor apple generic and identifier \"com.example.sx\""                                       \
    " and (certificate leaf[field.1.2.840.113635.100.6.1.9] /* exists */"                          \
    " or certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */"                               \
    " and certificate leaf[field.1.2.840.113635.100.6.1.13] /* exists */"                          \
    " and certificate leaf[subject.OU] = ABCDE12345)"
#define STORE_TEXT                                                                                 \
    "(anchor apple generic and certificate leaf[field.1.2.840.113635.100.6.1.9] /* exists */"      \
    " or anchor apple generic and certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */"      \
    " and certificate leaf[field.1.2.840.113635.100.6.1.13] /* exists */"                          \
    " and certificate leaf[subject.OU] = ABCDE12345) and identifier \"com.example.sx\""
#define HASH     "00112233445566778899aabbccddeeff00112233"
#define MARKER   "2a864886 f7636406 "
#define DATE_OID "1.2.840.113635.100.6.1.33"

/* What Apple's compiler makes of a text, and what its printer makes of that; the same text when
 * it is not given. `hex` is what follows magic, length and kind. */
static const struct compiled {
    const char *text, *hex, *printed;
} compiled[] = {
    { "always", "00000001", NULL },
    { "true", "00000001", "always" },
    { "never", "00000000", NULL },
    { "false", "00000000", "never" },
    { "identifier foo", "00000002 00000003 666f6f00", NULL },
    { "identifier = foo", "00000002 00000003 666f6f00", "identifier foo" },
    { "identifier == \"foo\"", "00000002 00000003 666f6f00", "identifier foo" },
    { "identifier \"foo.b\"", "00000002 00000005 666f6f2e 62000000", NULL },
    { "identifier foo.b", "00000002 00000005 666f6f2e 62000000", "identifier \"foo.b\"" },
    { "identifier foo.1", "00000002 00000005 666f6f2e 31000000", "identifier \"foo.1\"" },
    { "identifier \"\"", "00000002 00000000", NULL },
    { "identifier \"apple\"", "00000002 00000005 6170706c 65000000", NULL },
    { "identifier \"9foo\"", "00000002 00000004 39666f6f", NULL },
    { "identifier \"a\\\"b\"", "00000002 00000003 61226200", NULL },
    { "identifier \"a\nb\"", "00000002 00000003 610a6200", NULL },
    { "identifier \"\xc3\xa9\"", "00000002 00000002 c3a90000", "identifier 0xc3a9" },
    { "identifier H", "00000002 00000001 48000000", NULL },
    { "identifier applez", "00000002 00000006 6170706c 657a0000", NULL },
    { "anchor apple", "00000003", NULL },
    { "anchor apple generic", "0000000f", NULL },
    { "anchor generic apple", "0000000f", "anchor apple generic" },
    { "anchor trusted", "0000000d", NULL },
    { "certificate trusted", "0000000d", "anchor trusted" },
    { "cert trusted", "0000000d", "anchor trusted" },
    { "anchor apple foo", "00000012 00000003 666f6f00", NULL },
    { "anchor apple \"a b\"", "00000012 00000003 61206200", NULL },
    { "(foo)", "00000013 00000003 666f6f00", NULL },
    { "(\"and\")", "00000013 00000003 616e6400", NULL },
    { "certificate leaf trusted", "0000000c 00000000", "certificate leaftrusted" },
    { "cert -2 trusted", "0000000c fffffffe", "certificate -2trusted" },
    { "certificate root = H\"" HASH "\"",
      "00000004 ffffffff 00000014 00112233 44556677 8899aabb ccddeeff 00112233", NULL },
    { "anchor H\"00112233445566778899AABBCCDDEEFF00112233\"",
      "00000004 ffffffff 00000014 00112233 44556677 8899aabb ccddeeff 00112233",
      "certificate root = H\"" HASH "\"" },
    { "cert 2 == H\"" HASH "\"",
      "00000004 00000002 00000014 00112233 44556677 8899aabb ccddeeff 00112233",
      "certificate 2 = H\"" HASH "\"" },
    { "cdhash H\"" HASH "\"", "00000008 00000014 00112233 44556677 8899aabb ccddeeff 00112233",
      NULL },
    { "cdhash = H\"" HASH "\"", "00000008 00000014 00112233 44556677 8899aabb ccddeeff 00112233",
      "cdhash H\"" HASH "\"" },
    { "! always", "00000009 00000001", NULL },
    { "!!always", "00000009 00000009 00000001", "! ! always" },
    { "!(always)", "00000009 00000001", "! always" },
    { "! info[LSUIElement] exists",
      "00000009 0000000a 0000000b 4c535549 456c656d 656e7400 00000000",
      "! info[LSUIElement] /* exists */" },
    { "info[k]", "0000000a 00000001 6b000000 00000000", "info[k] /* exists */" },
    { "info[k] absent", "0000000a 00000001 6b000000 0000000e", "info[k] absent " },
    { "info[\"k l\"] = v", "0000000a 00000003 6b206c00 00000001 00000001 76000000", NULL },
    { "info[k.1] = v", "0000000a 00000003 6b2e3100 00000001 00000001 76000000", NULL },
    { "info[\"apple\"] = v", "0000000a 00000005 6170706c 65000000 00000001 00000001 76000000",
      NULL },
    { "info[\"1.k\"] = v", "0000000a 00000003 312e6b00 00000001 00000001 76000000", NULL },
    { "info[k] == v", "0000000a 00000001 6b000000 00000001 00000001 76000000", "info[k] = v" },
    { "info[k] = *v*", "0000000a 00000001 6b000000 00000002 00000001 76000000", "info[k] ~ v" },
    { "info[k] ~ v", "0000000a 00000001 6b000000 00000002 00000001 76000000", NULL },
    { "info[k] = v*", "0000000a 00000001 6b000000 00000003 00000001 76000000", NULL },
    { "info[k] = *v", "0000000a 00000001 6b000000 00000004 00000001 76000000", NULL },
    { "info[k] < v", "0000000a 00000001 6b000000 00000005 00000001 76000000", NULL },
    { "info[k] > v", "0000000a 00000001 6b000000 00000006 00000001 76000000", NULL },
    { "info[k] <= v", "0000000a 00000001 6b000000 00000007 00000001 76000000", NULL },
    { "info[k] >= v", "0000000a 00000001 6b000000 00000008 00000001 76000000", NULL },
    { "info[k] = 0x00ff", "0000000a 00000001 6b000000 00000001 00000002 00ff0000", NULL },
    { "info[k] = 0x00FF*", "0000000a 00000001 6b000000 00000003 00000002 00ff0000",
      "info[k] = 0x00ff*" },
    { "info[k] = 0x6162", "0000000a 00000001 6b000000 00000001 00000002 61620000", "info[k] = ab" },
    { "info[k] = \"1.0\"", "0000000a 00000001 6b000000 00000001 00000003 312e3000", NULL },
    { "info[k] = \"or\"", "0000000a 00000001 6b000000 00000001 00000002 6f720000", NULL },
    { "entitlement[\"a.b-c\"] = d",
      "00000010 00000005 612e622d 63000000 00000001 00000001 64000000", NULL },
    { "entitlement[a.b]", "00000010 00000003 612e6200 00000000", "entitlement[a.b] /* exists */" },
    { "certificate leaf[subject.OU] = ABCDE12345",
      "0000000b 00000000 0000000a 7375626a 6563742e 4f550000 00000001 0000000a 41424344 45313233 "
      "34350000",
      NULL },
    { "anchor[subject.CN] = \"A B\"",
      "0000000b ffffffff 0000000a 7375626a 6563742e 434e0000 00000001 00000003 41204200",
      "certificate root[subject.CN] = \"A B\"" },
    { "cert 0[subject.CN] exists", "0000000b 00000000 0000000a 7375626a 6563742e 434e0000 00000000",
      "certificate leaf[subject.CN] /* exists */" },
    { "cert -1[subject.CN]", "0000000b ffffffff 0000000a 7375626a 6563742e 434e0000 00000000",
      "certificate root[subject.CN] /* exists */" },
    { "cert -0[subject.CN]", "0000000b 00000000 0000000a 7375626a 6563742e 434e0000 00000000",
      "certificate leaf[subject.CN] /* exists */" },
    { "cert -2147483648[subject.CN]",
      "0000000b 80000000 0000000a 7375626a 6563742e 434e0000 00000000",
      "certificate -2147483648[subject.CN] /* exists */" },
    { "certificate leaf[field.1.2.840.113635.100.6.1.13] exists",
      "0000000e 00000000 0000000a " MARKER "010d0000 00000000",
      "certificate leaf[field.1.2.840.113635.100.6.1.13] /* exists */" },
    { "certificate 1[extension.1.2.840.113635.100.6.2.6]",
      "0000000e 00000001 0000000a " MARKER "02060000 00000000",
      "certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */" },
    { "certificate leaf[\"field.1.2\"] absent", "0000000e 00000000 00000001 2a000000 0000000e",
      "certificate leaf[field.1.2] absent " },
    { "certificate leaf[field.2.999.3]", "0000000e 00000000 00000003 88370300 00000000",
      "certificate leaf[field.2.999.3] /* exists */" },
    { "certificate leaf[policy.1.2.3]", "00000011 00000000 00000002 2a030000 00000000",
      "certificate leaf[policy.1.2.3] /* exists */" },
    { "certificate leaf[timestamp." DATE_OID "] < timestamp \"20190408000000Z\"",
      "00000016 00000000 0000000a " MARKER "01210000 0000000a 00000000 225ac680",
      "certificate leaf[timestamp." DATE_OID "] < <2019-04-08 00:00:00 +0000>" },
    { "certificate leaf[timestamp.1.2] = timestamp \"20010101000001Z\"",
      "00000016 00000000 00000001 2a000000 00000009 00000000 00000001",
      "certificate leaf[timestamp.1.2] = <2001-01-01 00:00:01 +0000>" },
    { "certificate leaf[timestamp.1.2] > timestamp \"20001231235959Z\"",
      "00000016 00000000 00000001 2a000000 0000000b ffffffff ffffffff",
      "certificate leaf[timestamp.1.2] > <2000-12-31 23:59:59 +0000>" },
    { "info[k] <= timestamp \"20010101010000+0100\"",
      "0000000a 00000001 6b000000 0000000c 00000000 00000000",
      "info[k] <= <2001-01-01 00:00:00 +0000>" },
    { "info[k] >= timestamp \"20001231235960Z\"",
      "0000000a 00000001 6b000000 0000000d 00000000 00000000",
      "info[k] >= <2001-01-01 00:00:00 +0000>" },
    { "platform = 1", "00000014 00000001", NULL },
    { "platform 2", "00000014 00000002", "platform = 2" },
    { "notarized", "00000015", NULL },
    { "legacy", "00000017", NULL },
    { "always and never", "00000006 00000001 00000000", NULL },
    { "always or never", "00000007 00000001 00000000", NULL },
    { "legacy and always and never", "00000006 00000006 00000017 00000001 00000000", NULL },
    { "legacy and (always and never)", "00000006 00000017 00000006 00000001 00000000",
      "legacy and always and never" },
    { "legacy or always or never", "00000007 00000007 00000017 00000001 00000000", NULL },
    { "legacy or always and never", "00000007 00000017 00000006 00000001 00000000", NULL },
    { "legacy and always or never", "00000007 00000006 00000017 00000001 00000000", NULL },
    { "(legacy or always) and never", "00000006 00000007 00000017 00000001 00000000", NULL },
    { "legacy and (always or never)", "00000006 00000017 00000007 00000001 00000000", NULL },
    { "! (legacy and always)", "00000009 00000006 00000017 00000001", NULL },
    { "! (legacy or always)", "00000009 00000007 00000017 00000001", NULL },
    { "! legacy and always", "00000006 00000009 00000017 00000001", NULL },
    { "((always))", "00000001", "always" },
    { "always;;", "00000001", "always" },
    { "# a comment\nalways // another\n/* and a third */", "00000001", "always" },
    { "\t always/**/", "00000001", "always" },
    { "/* ** * / */always", "00000001", "always" },
    /* "**" are one pair, so that the star of the end is hidden */
    { "/* a **/ always */ never", "00000000", "never" },
    { DEVELOPER_ID_TEXT,
      "00000006 00000006 00000006 00000006 00000002 0000000e 636f6d2e 6578616d 706c652e 73780000 "
      "0000000f 0000000e 00000001 0000000a " MARKER "02060000 00000000 "
      "0000000e 00000000 0000000a " MARKER "010d0000 00000000 "
      "0000000b 00000000 0000000a 7375626a 6563742e 4f550000 00000001 0000000a "
      "41424344 45313233 34350000",
      NULL },
    { "anchor apple generic and (certificate leaf[field.1.2.840.113635.100.6.1.9] or certificate "
      "1[field.1.2.840.113635.100.6.2.6] and certificate leaf[subject.OU] = ABCDE12345)",
      "00000006 0000000f 00000007 0000000e 00000000 0000000a " MARKER "01090000 00000000 "
      "00000006 0000000e 00000001 0000000a " MARKER "02060000 00000000 "
      "0000000b 00000000 0000000a 7375626a 6563742e 4f550000 00000001 0000000a "
      "41424344 45313233 34350000",
      "anchor apple generic and (certificate leaf[field.1.2.840.113635.100.6.1.9] /* exists */ or "
      "certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */ and certificate "
      "leaf[subject.OU] = ABCDE12345)" },
};

static void compiles(void **state)
{
    const struct compiled *row = *state;
    struct sx_requirement r = read_text(sx_str_of(row->text));
    struct sx_str blob = blob_of(row->hex);
    is_hex(sx_requirement_encode(&r, arena), sx_hex(arena, blob.ptr, blob.len).ptr);
    is_text(text_of(&r, NULL), row->printed != NULL ? row->printed : row->text);
}

/* Parsed, a blob is the text's tree: it prints and encodes as that does. */
static void parses_again(void **state)
{
    const struct compiled *row = *state;
    struct sx_requirement r = read_text(sx_str_of(row->text)), again;
    struct sx_span blob = sx_requirement_encode(&r, arena);
    struct sx_err err = { 0 };
    assert_true(sx_requirement_parse(blob, arena, &again, &err));
    assert_int_equal(again.n_nodes, r.n_nodes);
    assert_int_equal(again.stray.len, 0);
    assert_true(sx_span_eq(sx_requirement_encode(&again, arena), blob));
    assert_true(sx_str_eq(text_of(&again, NULL), text_of(&r, NULL)));
}

/* What says that it reads back does: text, tree, text. */
static void reads_back(void **state)
{
    const struct compiled *row = *state;
    struct sx_requirement r = read_text(sx_str_of(row->text)), again;
    struct sx_err err = { 0 };
    bool exact;
    struct sx_str text = text_of(&r, &exact);
    bool reads = sx_requirement_read(text, arena, &again, &err);
    assert_int_equal(exact, reads);
    if (reads)
        assert_true(sx_str_eq(text_of(&again, NULL), text));
}

/* Every proper prefix is refused, in a block of its own size. */
static void refuses_prefixes(void **state)
{
    const struct compiled *row = *state;
    struct sx_requirement r = read_text(sx_str_of(row->text));
    struct sx_span blob = sx_requirement_encode(&r, arena);
    for (size_t n = 0; n < blob.len; n++) {
        struct sx_err err = { 0 };
        assert_false(parse_copy((struct sx_span){ blob.ptr, n, 0 }, &err));
        assert_int_not_equal(err.code, SX_OK);
    }
}

/* Blobs that no text makes. */
static const struct printed {
    const char *name, *hex, *text;
    bool reads_back;
} printed[] = {
    { "flags of a known operation", "80000001", "always", true },
    { "both flags of a known one", "c0000003", "anchor apple", true },
    { "an old info", "00000005 00000001 6b000000 00000001 76000000", "info[k] = v", true },
    { "an unknown operation is false", "800000ff 00000004 deadbeef", "false /* opcode 255 */",
      true },
    { "its length may be odd", "00000006 800000ff 00000001 ee 00000001",
      "false /* opcode 255 */ and always", true },
    { "second of two", "00000006 00000001 800000ff 00000000", "always and  false /* opcode 255 */",
      true },
    { "an unknown operation is skipped", "400000ff 00000004 deadbeef 00000001",
      "/* opcode 255 */ always", true },
    { "an unknown operation with both flags", "c00000ff 00000000", "false /* opcode 255 */", true },
    { "an unknown match", "0000000a 00000001 6b000000 0000000f 00000001 76000000",
      "info[k]MATCH OPCODE 15 NOT UNDERSTOOD", false },
    { "an e-mail address",
      "0000000b 00000000 00000005 656d6169 6c000000 00000001 00000001 76000000",
      "certificate leaf[email] = v", false },
    { "a subject that is a field", "0000000b 00000000 00000009 6669656c 642e312e 32000000 00000000",
      "certificate leaf[field.1.2] /* exists */", false },
    { "a short cdhash", "00000008 00000001 ab000000", "cdhash H\"ab\"", false },
    { "an empty cdhash", "00000008 00000000", "cdhash H\"\"", false },
    { "a backslash", "00000002 00000003 615c6200", "identifier \"a\\\\b\"", false },
    { "a control character", "00000002 00000003 61016200", "identifier 0x610162", false },
    { "a form feed", "00000002 00000003 610c6200", "identifier \"a\fb\"", true },
    { "a control character in a value", "0000000a 00000001 6b000000 00000001 00000001 01000000",
      "info[k] = 0x01", true },
    { "a control character in a key", "0000000a 00000001 01000000 00000000",
      "info[0x01] /* exists */", false },
    { "a key that ends in a dot", "0000000a 00000002 6b2e0000 00000000", "info[k.] /* exists */",
      false },
    { "a key that begins with a dot", "0000000a 00000002 2e6b0000 00000000",
      "info[.k] /* exists */", false },
    { "a key with two dots", "0000000a 00000004 6b2e2e6b 00000000", "info[k..k] /* exists */",
      false },
    { "a key with digits before letters", "0000000a 00000004 6b2e316b 00000000",
      "info[k.1k] /* exists */", false },
    { "a name in hexadecimal", "00000013 00000001 01000000", "(0x01)", false },
    { "a negative platform", "00000014 ffffffff", "platform = -1", false },
    { "an OID without end", "0000000e 00000000 00000002 2a860000 00000000",
      "certificate leaf[field.1.2.768] /* exists */", false },
    { "an empty OID", "0000000e 00000000 00000000 00000000",
      "certificate leaf[field.] /* exists */", false },
    { "a long first arc", "0000000e 00000000 00000005 8fffffff 7f000000 00000000",
      "certificate leaf[field.2.4294967] /* exists */", false },
    { "a long arc", "0000000e 00000000 0000000b 2affffff ffffffff ffff7f00 00000000",
      "certificate leaf[field.1.2.184467440737095516] /* exists */", false },
    { "right-nested", "00000006 00000001 00000006 00000000 00000017", "always and never and legacy",
      true },
    { "a time before the calendar",
      "00000016 00000000 00000001 2a000000 00000009 ffffff00 00000000",
      "certificate leaf[timestamp.1.2] = <-32842-11-12 23:23:44 +0000>", false },
    { "an or on the right", "00000007 00000001 00000007 00000000 00000017",
      "always or never or legacy", true },
    { "not of not", "00000009 00000009 00000006 00000001 00000001", "! ! (always and always)",
      true },
};

static void prints(void **state)
{
    const struct printed *row = *state;
    struct sx_str body = from_hex(row->hex);
    struct sx_str blob =
        from_hex(sx_str_printf(arena, "fade0c00 %08zx 00000001 %s", body.len + 12, row->hex).ptr);
    struct sx_requirement r, again;
    struct sx_err err = { 0 };
    bool exact;
    assert_true(sx_requirement_parse(span_of(blob), arena, &r, &err));
    struct sx_str text = text_of(&r, &exact);
    is_text(text, row->text);
    assert_int_equal(exact, row->reads_back);
    if (exact)
        assert_true(sx_requirement_read(text, arena, &again, &err));
}

/* Sets. */
static const struct set {
    const char *text, *hex, *printed;
} sets[] = {
    { "designated => always",
      "fade0c01 00000024 00000001 00000003 00000014 fade0c00 00000010 00000001 00000001",
      "designated => always\n" },
    { "host => always designated => never",
      "fade0c01 0000003c 00000002 00000001 0000001c 00000003 0000002c "
      "fade0c00 00000010 00000001 00000001 fade0c00 00000010 00000001 00000000",
      "host => always\ndesignated => never\n" },
    { "library => always; guest => never;",
      "fade0c01 0000003c 00000002 00000002 0000001c 00000004 0000002c "
      "fade0c00 00000010 00000001 00000000 fade0c00 00000010 00000001 00000001",
      "guest => never\nlibrary => always\n" },
    { "plugin => always plugin => never",
      "fade0c01 00000024 00000001 00000005 00000014 fade0c00 00000010 00000001 00000000",
      "plugin => never\n" },
    { "17 => always",
      "fade0c01 00000024 00000001 00000011 00000014 fade0c00 00000010 00000001 00000001",
      "/*unknown type*/ 17 => always\n" },
    { "3 => always",
      "fade0c01 00000024 00000001 00000003 00000014 fade0c00 00000010 00000001 00000001",
      "designated => always\n" },
    { "always", "fade0c00 00000010 00000001 00000001", "always" },
};

static struct sx_str set_text(const struct sx_requirements *set)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    assert_true(sx_requirements_text(set, &text));
    return sx_str_dup(arena, sx_buf_view(&text));
}

static void compiles_set(void **state)
{
    const struct set *row = *state;
    static struct sx_requirements set, again;
    struct sx_err err = { 0 };
    assert_true(sx_requirements_read(sx_str_of(row->text), arena, &set, &err));
    struct sx_span blob = sx_requirements_encode(&set, arena);
    is_hex(blob, row->hex);
    is_text(set_text(&set), row->printed);
    assert_true(sx_requirements_parse(blob, arena, &again, &err));
    is_text(set_text(&again), row->printed);
    assert_true(sx_requirements_read(set_text(&set), arena, &again, &err));
    assert_true(sx_span_eq(sx_requirements_encode(&again, arena), blob));
    for (size_t n = 0; n < blob.len; n++) {
        struct sx_err why = { 0 };
        assert_false(parse_copy((struct sx_span){ blob.ptr, n, 0 }, &why));
    }
}

static void empty_set(void **state)
{
    (void)state;
    static struct sx_requirements set;
    struct sx_err err = { 0 };
    struct sx_str blob = from_hex("fade0c01 0000000c 00000000");
    assert_true(sx_requirements_parse(span_of(blob), arena, &set, &err));
    assert_true(set.is_set);
    assert_int_equal(set.n, 0);
    is_text(set_text(&set), "");
    is_hex(sx_requirements_encode(&set, arena), "fade0c01 0000000c 00000000");
}

/* Padding may be missing at the very end only, and what nobody reads is told of. */
static const struct stray {
    const char *name, *hex;
    uint64_t off;
    size_t len;
} strays[] = {
    { "nothing", "fade0c00 00000018 00000001 00000002 00000003 616263 00", 0, 0 },
    { "no padding at the end", "fade0c00 00000017 00000001 00000002 00000003 616263", 0, 0 },
    { "padding", "fade0c00 00000018 00000001 00000002 00000003 616263 01", 23, 1 },
    { "half of the padding", "fade0c00 00000016 00000001 00000002 00000001 61 00", 0, 0 },
    { "zeros behind", "fade0c00 00000014 00000001 00000001 00000000", 0, 0 },
    { "bytes behind", "fade0c00 00000014 00000001 00000001 00000002", 16, 4 },
    { "bytes behind the blob", "fade0c00 00000010 00000001 00000001 00000002", 0, 0 },
    { "behind a lightweight one", "fade0c00 00000018 00000002 00000002 30000000 00000001", 20, 4 },
};

static void tells_stray(void **state)
{
    const struct stray *row = *state;
    struct sx_requirement r;
    struct sx_err err = { 0 };
    assert_true(sx_requirement_parse(span_of(from_hex(row->hex)), arena, &r, &err));
    assert_int_equal(r.stray.len, row->len);
    if (row->len > 0)
        assert_int_equal(r.stray.off, row->off);
}

static void lightweight(void **state)
{
    (void)state;
    struct sx_requirement r;
    struct sx_err err = { 0 };
    const char *hex = "fade0c00 00000014 00000002 00000002 30000000";
    assert_true(sx_requirement_parse(span_of(from_hex(hex)), arena, &r, &err));
    assert_null(r.root);
    is_hex(r.lightweight, "3000");
    is_hex(sx_requirement_encode(&r, arena), hex);
    bool exact;
    is_text(text_of(&r, &exact), "/* lightweight code requirement */");
    assert_false(exact);
}

/* Apple's printer cuts a bare word at 255 bytes. */
static void long_words(void **state)
{
    (void)state;
    bool exact;
    for (size_t n = 255; n <= 256; n++) {
        SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
        sx_buf_cstr(&text, "identifier ");
        sx_buf_fill(&text, 'a', n);
        struct sx_requirement r = read_text(sx_buf_view(&text));
        assert_int_equal(text_of(&r, &exact).len, strlen("identifier ") + 255);
        assert_int_equal(exact, n == 255);
    }
}

/* NUL is a character like others in quotes, and none of the language's outside. */
static void nul(void **state)
{
    (void)state;
    struct sx_requirement r = read_text(SX_STR("identifier \"a\0b\""));
    struct sx_err err = { 0 };
    is_text(text_of(&r, NULL), "identifier 0x610062");
    assert_false(sx_requirement_read(SX_STR("always\0"), arena, &r, &err));
    assert_int_equal(err.column, 7);
}

static void worked_examples(void **state)
{
    (void)state;
    const char *const texts[] = { DEVELOPER_ID_TEXT, XCODE_TEXT, STORE_TEXT };
    for (size_t i = 0; i < SX_LEN(texts); i++) {
        struct sx_requirement r = read_text(sx_str_of(texts[i]));
        bool exact;
        is_text(text_of(&r, &exact), texts[i]);
        assert_true(exact);
    }
}

int main(void)
{
    static struct rows list;
    begin();
    ADD_TEXTS(&list, compiled, compiles);
    ADD_TEXTS(&list, compiled, parses_again);
    ADD_TEXTS(&list, compiled, reads_back);
    ADD_TEXTS(&list, compiled, refuses_prefixes);
    ADD_ROWS(&list, printed, prints);
    ADD_TEXTS(&list, sets, compiles_set);
    ADD_ROWS(&list, strays, tells_stray);
    ADD_TEST(&list, empty_set);
    ADD_TEST(&list, lightweight);
    ADD_TEST(&list, long_words);
    ADD_TEST(&list, nul);
    ADD_TEST(&list, worked_examples);
    int failed = run_rows("requirement", &list);
    end();
    return failed;
}

/* SPDX-License-Identifier: MIT */
/* CodeResources by itself: how it is read, in which order whatever stands in it, and at what cost.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "codesign/seal_scan.h"
#include "rows.h"

#define PLIST(body)  "<?xml version=\"1.0\"?>\n<plist version=\"1.0\">\n" body "\n</plist>\n"
#define DICT(body)   "<dict>" body "</dict>"
#define KEY(k, v)    "<key>" k "</key>" v
#define TEXT(t)      "<string>" t "</string>"
#define DATA(base64) "<data>" base64 "</data>"
#define OLD          KEY("files", DICT("")) KEY("rules", DICT(""))
#define SHA256       DATA("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
#define SHA1         DATA("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
#define FILE2(p)     KEY(p, DICT(KEY("hash2", SHA256)))
#define RULES2       KEY("rules2", DICT(KEY("^.*", "<true/>")))

/* One seal, read; what it has is spelled "v2 a:file b:link? c:code | PROBLEM PROBLEM". */
struct reading {
    struct sx_arena *arena;
    struct sx_seal seal;
    struct sx_seal_problems problems;
    struct sx_err err;
    bool ok;
};

static void read_seal(struct reading *r, struct sx_str text)
{
    struct sx_source source;
    *r = (struct reading){ .arena = sx_arena_new() };
    r->problems.arena = r->arena;
    sx_source_memory("CodeResources", (struct sx_span){ (const uint8_t *)text.ptr, text.len, 0 },
                     &source);
    r->ok = sx_seal_read(&source, r->arena, &r->seal, &r->problems, &r->err);
}

static const char *spelled(struct reading *r)
{
    static const char *const kinds[] = { "file", "link", "code", "broken" };
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    sx_buf_printf(&out, "v%d", (int)r->seal.version);
    for (size_t i = 0; i < r->seal.n_entries; i++) {
        const struct sx_seal_entry *entry = &r->seal.entries[i];
        sx_buf_printf(&out, " %.*s:%s%s", SX_STR_ARG(entry->path), kinds[entry->kind],
                      entry->is_optional ? "?" : "");
    }
    sx_buf_cstr(&out, r->seal.is_usable ? "" : " unusable");
    for (size_t i = 0; i < r->problems.n; i++)
        sx_buf_printf(&out, " | %s", r->problems.at[i].detail.ptr);
    sx_buf_char(&out, '\0');
    return sx_str_dup(r->arena, sx_buf_view(&out)).ptr;
}

static const struct row {
    const char *name, *text, *want;
} rows[] = {
    { "the usual order", PLIST(DICT(OLD KEY("files2", DICT(FILE2("a") FILE2("b"))) RULES2)),
      "v2 a:file b:file" },
    { "files2 goes first", PLIST(DICT(KEY("files2", DICT(FILE2("a"))) OLD RULES2)), "v2 a:file" },
    { "rules2 goes first", PLIST(DICT(RULES2 OLD KEY("files2", DICT(FILE2("a"))))), "v2 a:file" },
    { "rules and files go last",
      PLIST(DICT(RULES2 KEY("files2", DICT(FILE2("a")))
                     KEY("rules", DICT(KEY("(", "<integer>1</integer>")))
                         KEY("files", DICT(KEY("b", TEXT("x")))))),
      "v2 a:file" },
    { "what is wrong in files does not count beside files2",
      PLIST(DICT(KEY("files", DICT(KEY("b", TEXT("x")))) KEY("files2", DICT(FILE2("a")))
                     KEY("rules", DICT(KEY("(", TEXT("x")))) RULES2)),
      "v2 a:file" },
    { "sorted by path",
      PLIST(DICT(OLD KEY("files2", DICT(FILE2("b") FILE2("a/b") FILE2("a"))) RULES2)),
      "v2 a:file a/b:file b:file" },
    { "the last of two counts",
      PLIST(DICT(OLD KEY(
          "files2", DICT(FILE2("a") FILE2("b") KEY("a", DICT(KEY("symlink", TEXT("b")))))) RULES2)),
      "v2 a:link b:file" },
    { "all kinds",
      PLIST(DICT(OLD KEY(
          "files2",
          DICT(KEY("a", DICT(KEY("hash", SHA1) KEY("hash2", SHA256)
                                 KEY("optional", "<true/>"))) KEY("b", SHA1)
                   KEY("c", DICT(KEY("cdhash", SHA1) KEY("requirement", TEXT("anchor apple")))) KEY(
                       "d", DICT(KEY("symlink", TEXT("a")) KEY("optional", "<true/>"))))) RULES2)),
      "v2 a:file? b:file c:code d:link?" },
    { "a requirement goes before a link, a link before hashes",
      PLIST(DICT(OLD KEY("files2", DICT(KEY("a", DICT(KEY("hash2", SHA256) KEY("symlink", TEXT("x"))
                                                          KEY("requirement", TEXT("x"))))
                                            KEY("b", DICT(KEY("hash2", SHA256) KEY(
                                                         "symlink", TEXT("x")))))) RULES2)),
      "v2 a:code b:link" },
    { "unknown keys are passed over",
      PLIST(DICT(KEY("x", DICT(KEY("y", "<array><dict/></array>"))) OLD KEY(
          "files2", DICT(KEY("a", DICT(KEY("hash2", SHA256) KEY("new", "<array><true/></array>")))))
                     RULES2)),
      "v2 a:file" },
    { "version 1",
      PLIST(DICT(KEY("files", DICT(KEY("a", SHA1) KEY(
                                  "b", DICT(KEY("hash", SHA1) KEY("optional", "<true/>")))))
                     KEY("rules", DICT(KEY("^Resources/", "<true/>"))))),
      "v1 a:file b:file?" },
    { "rules2 alone is version 1", PLIST(DICT(OLD RULES2)), "v1" },
    { "no files", PLIST(DICT(KEY("rules", DICT("")) KEY("files2", DICT("")) RULES2)),
      "v0 unusable | it has no dictionary files" },
    { "files2 alone", PLIST(DICT(OLD KEY("files2", DICT(FILE2("a"))))),
      "v2 unusable | rules2 is no dictionary" },
    { "files2 that is a list", PLIST(DICT(OLD KEY("files2", "<array/>") RULES2)),
      "v2 unusable | files2 is no dictionary" },
    { "an empty dictionary", PLIST(DICT("")), "v0 unusable | it has no dictionary files" },
    { "a list", PLIST("<array><dict/></array>"), "v0 unusable | it is no dictionary" },
    { "text", PLIST(TEXT("x")), "v0 unusable | it is no dictionary" },
    { "an entry that is a list",
      PLIST(DICT(OLD KEY("files2", DICT(KEY("a", "<array>" SHA256 "</array>") FILE2("b"))) RULES2)),
      "v2 a:broken b:file | neither a dictionary nor data" },
    { "an entry without anything", PLIST(DICT(OLD KEY("files2", DICT(KEY("a", DICT("")))) RULES2)),
      "v2 a:broken | no hash" },
    { "an entry with a list for a hash",
      PLIST(DICT(OLD KEY("files2", DICT(KEY("a", DICT(KEY("hash2", "<array/>"))))) RULES2)),
      "v2 a:broken | a hash is no data" },
    { "a requirement that is a number",
      PLIST(DICT(OLD KEY("files2", DICT(KEY("a", DICT(KEY("requirement", "<real>2000</real>")))))
                     RULES2)),
      "v2 a:broken | requirement is no string" },
    { "a link that is a list",
      PLIST(DICT(OLD KEY("files2", DICT(KEY("a", DICT(KEY("symlink", "<array/>"))))) RULES2)),
      "v2 a:broken | symlink is no string" },
    { "a rule that is a list",
      PLIST(DICT(OLD KEY("files2", DICT("")) KEY("rules2", DICT(KEY("x", "<array/>"))))),
      "v2 unusable | a rule that is neither a boolean nor a dictionary" },
    { "a rule with a weight that is a list",
      PLIST(DICT(OLD KEY("files2", DICT(""))
                     KEY("rules2", DICT(KEY("x", DICT(KEY("weight", "<array/>"))))))),
      "v2 unusable | a weight that is no number" },
    { "two rules that are none",
      PLIST(DICT(OLD KEY("files2", DICT(""))
                     KEY("rules2", DICT(KEY("(", "<true/>") KEY("[", "<true/>"))))),
      "v2 unusable | regular expression: a parenthesis that does not close"
      " | regular expression: a bracket that does not close" },
    { "no property list", "seal", "v0 unusable | " },
    { "nothing", "", "v0 unusable | " },
    { "XML that ends early", "<plist><dict><key>files</key><dict>", "v0 unusable | " },
};

static void is_read(void **state)
{
    const struct row *row = *state;
    struct reading r;
    read_seal(&r, sx_str_of(row->text));
    assert_true(r.ok);
    assert_int_equal(r.err.code, SX_OK);
    const char *found = spelled(&r);
    if (row->want[strlen(row->want) - 1] == ' ') /* what the reader of property lists says */
        assert_memory_equal(found, row->want, strlen(row->want));
    else
        assert_string_equal(found, row->want);
    sx_arena_free(r.arena);
}

/* Every prefix of a seal is refused, at a place inside of it. */
static void every_prefix(void **state)
{
    (void)state;
    static const char text[] = PLIST(DICT(OLD KEY("files2", DICT(FILE2("a"))) RULES2));
    size_t whole = strlen(text) - strlen("\n</plist>\n");
    for (size_t n = 0; n < whole; n++) {
        struct reading r;
        read_seal(&r, (struct sx_str){ text, n });
        assert_true(r.ok && !r.seal.is_usable);
        assert_int_equal(r.problems.n, 1);
        assert_true(r.problems.at[0].off <= n);
        sx_arena_free(r.arena);
    }
}

static void rules_are_counted(void **state)
{
    (void)state;
    for (int n = SX_MAX_SEAL_RULES; n <= SX_MAX_SEAL_RULES + 1; n++) {
        SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
        struct reading r;
        sx_buf_cstr(&text, "<plist><dict>" OLD KEY("files2", DICT("")) "<key>rules2</key><dict>");
        for (int i = 0; i < n; i++)
            sx_buf_printf(&text, "<key>%d</key><true/>", i);
        sx_buf_cstr(&text, "</dict></dict></plist>");
        read_seal(&r, sx_buf_view(&text));
        assert_int_equal(r.ok, n <= SX_MAX_SEAL_RULES);
        assert_int_equal(r.err.code, r.ok ? SX_OK : SX_E_LIMIT);
        sx_arena_free(r.arena);
    }
}

/* 40,000 entries in both versions; what stays is the second, in some 200 bytes each. */
static void memory_is_bounded(void **state)
{
    (void)state;
    enum { N = 40000 };
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct reading r;
    sx_buf_cstr(&text, "<plist><dict><key>files</key><dict>");
    for (int i = 0; i < N; i++)
        sx_buf_printf(&text, KEY("Resources/folder/file-%05d.txt", SHA1), i);
    sx_buf_cstr(&text, "</dict><key>files2</key><dict>");
    for (int i = 0; i < N; i++)
        sx_buf_printf(&text, FILE2("Resources/folder/file-%05d.txt"), i);
    sx_buf_cstr(&text, "</dict>" KEY("rules", DICT("")) RULES2 "</dict></plist>");
    read_seal(&r, sx_buf_view(&text));
    assert_true(r.ok);
    assert_int_equal(r.seal.n_entries, N);
    sx_arena_free(r.arena);
}

/* Scans of listings that no disk can hold. */
static const struct scan_row {
    const char *name, *files2, *path;
    enum sx_seal_item item;
    enum sx_seal_step step;
    int fault; /* of meeting it; -1 = none */
} scan_rows[] = {
    { "a file", FILE2("a"), "a", SX_ITEM_FILE, SX_STEP_FILE, -1 },
    { "a folder", FILE2("a"), "d", SX_ITEM_FOLDER, SX_STEP_ENTER, -1 },
    { "a folder with a dot, where no code is nested", FILE2("a"), "d.d", SX_ITEM_FOLDER,
      SX_STEP_ENTER, -1 },
    { "a folder with a dot, where code is nested", FILE2("a"), "Frameworks/d.d", SX_ITEM_FOLDER,
      SX_STEP_PASS, SX_SEAL_FAULT_ADDED },
    { "a folder where a file is sealed", FILE2("Frameworks/d.d"), "Frameworks/d.d", SX_ITEM_FOLDER,
      SX_STEP_PASS, SX_SEAL_FAULT_TYPE },
    { "a special file where a file is sealed", FILE2("a"), "a", SX_ITEM_SPECIAL, SX_STEP_PASS,
      SX_SEAL_FAULT_SPECIAL },
    { "the signature", "", "_CodeSignature", SX_ITEM_FOLDER, SX_STEP_PASS, -1 },
    { "a ticket", "", "CodeResources", SX_ITEM_FILE, SX_STEP_PASS, -1 },
    { "no ticket further below", "", "x/CodeResources", SX_ITEM_FILE, SX_STEP_PASS,
      SX_SEAL_FAULT_ADDED },
    { "the main executable", "", "MacOS/main", SX_ITEM_FILE, SX_STEP_PASS, -1 },
    { "a namesake of the main executable", "", "MacOS/mainX", SX_ITEM_FILE, SX_STEP_PASS,
      SX_SEAL_FAULT_ADDED },
    { "a name that is no UTF-8", "", "a\xff", SX_ITEM_FILE, SX_STEP_PASS, SX_SEAL_FAULT_ADDED },
    { "a name with a line break", "", "a\nb", SX_ITEM_FILE, SX_STEP_PASS, SX_SEAL_FAULT_ADDED },
    { "no name", "", "", SX_ITEM_FILE, SX_STEP_PASS, SX_SEAL_FAULT_ADDED },
};

static void is_met(void **state)
{
    const struct scan_row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct reading r;
    struct sx_seal_scan scan;
    struct sx_seal_entry *entry;
    enum sx_seal_step step;
    sx_buf_printf(&text,
                  "<plist><dict>" OLD
                  "<key>files2</key><dict>%s</dict><key>rules2</key><dict>" KEY("^.*", "<true/>")
                      KEY("^Frameworks/",
                          DICT(KEY("nested", "<true/>")
                                   KEY("weight", "<real>10</real>"))) "</dict></dict></plist>",
                  row->files2);
    read_seal(&r, sx_buf_view(&text));
    assert_true(r.ok && r.seal.is_usable);
    sx_seal_scan_init(&scan, &r.seal, SX_STR("MacOS/main"), 1, &r.problems);
    assert_true(sx_seal_meet(&scan, sx_str_of(row->path), row->item, &step, &entry, &r.err));
    assert_int_equal(step, row->step);
    assert_int_equal(r.problems.n, row->fault >= 0);
    if (row->fault >= 0)
        assert_int_equal(r.problems.at[0].fault, row->fault);
    sx_seal_scan_release(&scan);
    sx_arena_free(r.arena);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_read);
    ADD_TEST(&list, every_prefix);
    ADD_TEST(&list, rules_are_counted);
    ADD_TEST(&list, memory_is_bounded);
    ADD_ROWS(&list, scan_rows, is_met);
    return run_rows("seal", &list);
}

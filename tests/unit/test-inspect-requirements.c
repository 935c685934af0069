/* SPDX-License-Identifier: MIT */
/* Requirements of built and signed files, as facts. */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"
#include "codesign/requirement.h"

#define APPLE "1.2.840.113635.100."
#define DEVELOPER_ID                                                                               \
    "identifier \"com.example.tool\" and anchor apple generic and certificate 1[field." APPLE      \
    "6.2.6] /* exists */ and certificate leaf[field." APPLE                                        \
    "6.1.13] /* exists */ and certificate leaf[subject.OU] = W4FFLE9K2Q"

/* One tool. What is not said: signed by a Developer ID with the set that `set` is the text of, or
 * that codesign would make. `raw` is a set in hex, instead of a text. */
static const struct row {
    const char *name, *as, *set, *raw;
    bool is_explicit;
    const char *designated;       /* NULL: not known, "": there is none */
    const char *problem, *detail; /* NULL: none that has to do with requirements */
} rows[] = {
    { "what codesign makes", NULL, NULL, NULL, true, DEVELOPER_ID, NULL, NULL },
    { "none stored", NULL, NULL, "none", false, DEVELOPER_ID, NULL, NULL },
    { "an empty set", NULL, NULL, "empty", false, DEVELOPER_ID, NULL, NULL },
    { "one of one's own", NULL, "designated => anchor apple generic", NULL, true,
      "anchor apple generic", NULL, NULL },
    { "another kind", NULL, "host => anchor apple", NULL, false, DEVELOPER_ID, NULL, NULL },
    { "development", "development", NULL, "empty", false,
      "identifier \"com.example.tool\" and anchor apple generic and certificate leaf[subject.CN] = "
      "\"Apple Development: ",
      NULL, NULL },
    { "Apple's own", "software-signing", NULL, NULL, true,
      "identifier \"com.example.tool\" and anchor apple", NULL, NULL },
    { "self-signed", "self-signed", NULL, "empty", false,
      "identifier \"com.example.tool\" and certificate leaf = H\"", NULL, NULL },
    { "a look-alike", "look-alike", NULL, "empty", false,
      "identifier \"com.example.tool\" and certificate leaf = H\"", NULL, NULL },
    { "ad hoc", "ad-hoc", NULL, NULL, false, "cdhash H\"", NULL, NULL },
    { "signed by the linker", "linker", NULL, NULL, false, "cdhash H\"", NULL, NULL },
    { "unsigned", "none", NULL, NULL, false, "", NULL, NULL },

    /* its own requirement, not met */
    { "another identifier", NULL,
      "designated => identifier \"com.example.other\" and anchor apple generic", NULL, true,
      "identifier \"com.example.other\"", "designated-requirement-failed",
      "not met: identifier \"com.example.other\"; found com.example.tool" },
    { "another team", NULL,
      "designated => anchor apple generic and certificate leaf[subject.OU] = P4NC4KE7ZX", NULL,
      true, "anchor apple generic", "designated-requirement-failed",
      "not met: certificate leaf[subject.OU] = P4NC4KE7ZX; found W4FFLE9K2Q" },
    { "another root", "self-signed", "designated => anchor apple generic", NULL, true,
      "anchor apple generic", "designated-requirement-failed", "not met: anchor apple generic" },
    { "never", NULL, "designated => never", NULL, true, "never", "designated-requirement-failed",
      "not met: never" },
    { "ad hoc, another cdhash", "ad-hoc",
      "designated => cdhash H\"0000000000000000000000000000000000000000\"", NULL, true,
      "cdhash H\"0000", "designated-requirement-failed", "not met: cdhash H\"0000" },
    { "hostile text", NULL, "designated => identifier \"a\tb\"", NULL, true, "identifier \"a\tb\"",
      "designated-requirement-failed", "\"identifier \\\"a\\tb\\\"\"" },

    /* what cannot be read */
    { "no set", NULL, NULL, "!hex fade0c00 00000010 00000001 00000001", false, NULL,
      "requirements-malformed", "one requirement where a set belongs" },
    { "an index that leads nowhere", NULL, NULL,
      "!hex fade0c01 00000014 00000001 00000003 00000040", false, NULL, "requirements-malformed",
      "requirement" },
    { "an expression that ends early", NULL, NULL,
      "!hex fade0c01 00000024 00000001 00000003 00000014 fade0c00 00000010 00000001 00000006",
      false, NULL, "requirements-malformed", "" },
    { "another kind's expression that ends early", NULL, NULL,
      "!hex fade0c01 00000024 00000001 00000005 00000014 fade0c00 00000010 00000001 00000006",
      false, NULL, "requirements-malformed", "" },
    { "an operand that cannot be evaluated", NULL, NULL,
      "!hex fade0c01 0000002c 00000001 00000003 00000014 fade0c00 00000018 00000001 00000004 "
      "00000000 00000000",
      true, "certificate leaf = H\"\"", "requirements-malformed", "another length than SHA-1" },
    { "an operation that nobody knows", NULL, NULL,
      "!hex fade0c01 00000024 00000001 00000003 00000014 fade0c00 00000010 00000001 00000063",
      false, NULL, "requirements-unsupported", "operation 0x63" },
    { "a kind that nobody knows", NULL, NULL,
      "!hex fade0c01 00000024 00000001 00000003 00000014 fade0c00 00000010 00000003 00000001",
      false, NULL, "requirements-unsupported", "requirement.kind: 3" },
    { "bytes behind it", NULL, NULL,
      "!hex fade0c01 00000028 00000001 00000003 00000014 fade0c00 00000014 00000001 00000001 "
      "0000beef",
      true, "always", "reserved-not-zero", "nothing reads" },
};

static const char *set_of(const struct row *row, struct sx_arena *arena)
{
    struct sx_requirements *set = SX_NEW(arena, struct sx_requirements);
    struct sx_err err = { 0 };
    if (row->raw != NULL)
        return row->raw;
    if (row->set == NULL)
        return "default";
    assert_true(sx_requirements_read(sx_str_of(row->set), arena, set, &err));
    struct sx_span blob = sx_requirements_encode(set, arena);
    struct sx_str hex = sx_hex(arena, blob.ptr, blob.len);
    return sx_str_printf(arena, "!hex %.*s", SX_STR_ARG(hex)).ptr;
}

static const char *tool(const struct row *row, const char *arch, struct sx_arena *arena)
{
    const char *as = row->as != NULL ? row->as : "developer-id";
    bool is_ad_hoc = sx_str_is(sx_str_of(as), "ad-hoc");
    return sx_str_printf(arena,
                         "files: {tool: {macho: {arch: %s}, sign: {as: %s, identifier: "
                         "com.example.tool, requirement: %s%s}}}\n",
                         arch, as, is_ad_hoc && row->set == NULL ? "empty" : set_of(row, arena),
                         is_ad_hoc ? ", hashes: [sha256, sha1]" : "")
        .ptr;
}

static const struct sx_Signature *signature_of(const struct examined *e, size_t slice)
{
    const struct sx_Code *code = SX_AT(Code, examined_artifact(e)->code, 0);
    return SX_AT(Slice, code->slices, slice)->signature;
}

static struct sx_str designated_of(const struct sx_Signature *signature)
{
    struct sx_str text = SX_STR("");
    sx_map_str(signature->requirements, "designated", &text);
    return text;
}

static size_t about_requirements(struct sx_objs problems)
{
    static const char *const kinds[] = { "requirements-malformed", "requirements-unsupported",
                                         "designated-requirement-failed", "reserved-not-zero" };
    size_t n = 0;
    for (size_t i = 0; i < SX_LEN(kinds); i++)
        n += examined_problem(problems, kinds[i], "") != NULL;
    return n;
}

static void expect_problem(const struct row *row, const struct sx_Signature *signature)
{
    assert_int_equal(about_requirements(signature->problems), row->problem != NULL);
    if (row->problem == NULL)
        return;
    const struct sx_Problem *p = examined_problem(signature->problems, row->problem, row->detail);
    for (size_t i = 0; p == NULL && i < signature->problems.n; i++)
        print_message("found: %s\n", SX_AT(Problem, signature->problems, i)->detail.ptr);
    assert_non_null(p);
    assert_int_equal(p->slot.v, 2);
    if (!sx_str_is(sx_str_of(row->problem), "reserved-not-zero"))
        assert_int_equal(signature->state, SX_SIGNATURE_STATE_INVALID);
}

static void examines(void **state)
{
    const struct row *row = *state;
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(&e, tool(row, "arm64", arena), "tool");
    const struct sx_Signature *signature = signature_of(&e, 0);
    const struct sx_member *member = sx_type_member(&sx_type_Signature, SX_STR("requirements"));
    expect_problem(row, signature);
    assert_int_equal(sx_object_get(&signature->head, member).kind == SX_UNKNOWN,
                     row->designated == NULL);
    assert_int_equal(signature->explicitRequirement, row->is_explicit);
    struct sx_str text = designated_of(signature);
    if (row->designated != NULL && !sx_str_starts(text, sx_str_of(row->designated)))
        fail_msg("%.*s", SX_STR_ARG(text));
    if (row->designated != NULL && *row->designated == '\0')
        assert_int_equal(text.len, 0);
    examined_free(&e);
}

/* The cdhashes of ad hoc code: of the native slice first, by hash type, then of the others by
 * processor; the same for each. */
static void ad_hoc_slices(void **state)
{
    (void)state;
    static const struct row row = { .as = "ad-hoc" };
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf wanted = { 0 };
    static const size_t order[] = { 1, 2, 0 }; /* arm64, i386, x86_64 */
    examine(&e, tool(&row, "[x86_64, arm64, i386]", arena), "tool");
    for (size_t i = 0; i < SX_LEN(order); i++)
        for (size_t hash = 2; hash > 0; hash--) { /* slot 0 is SHA-256 here, then SHA-1 */
            struct sx_objs all = signature_of(&e, order[i])->codeDirectories;
            assert_int_equal(all.n, 2);
            sx_buf_printf(&wanted, "%scdhash H\"%.*s\"", wanted.len > 0 ? " or " : "",
                          SX_STR_ARG(SX_AT(CodeDirectory, all, hash - 1)->cdhash));
        }
    for (size_t i = 0; i < SX_LEN(order); i++)
        if (!sx_str_eq(designated_of(signature_of(&e, i)), sx_buf_view(&wanted)))
            fail_msg("%.*s", SX_STR_ARG(designated_of(signature_of(&e, i))));
    examined_free(&e);
}

/* All kinds of a set stand in the facts, each once; one without a name does not. */
static void all_kinds(void **state)
{
    (void)state;
    static const struct row row = {
        .set = "host => anchor apple guest => never designated => always library => legacy "
               "plugin => notarized 17 => always"
    };
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(&e, tool(&row, "arm64", arena), "tool");
    const struct sx_map *map = signature_of(&e, 0)->requirements;
    static const char *const texts[][2] = { { "host", "anchor apple" },
                                            { "guest", "never" },
                                            { "designated", "always" },
                                            { "library", "legacy" },
                                            { "plugin", "notarized" } };
    assert_int_equal(map->n, SX_LEN(texts));
    for (size_t i = 0; i < SX_LEN(texts); i++) {
        struct sx_str text = { 0 };
        assert_true(sx_map_str(map, texts[i][0], &text));
        assert_true(sx_str_is(text, texts[i][1]));
    }
    examined_free(&e);
}

/* What only a Mac can tell is no failure, and no silence. */
static void not_known(void **state)
{
    (void)state;
    static const struct row row = { .set = "designated => anchor trusted" };
    struct examined e;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(&e, tool(&row, "arm64", arena), "tool");
    const struct sx_Signature *signature = signature_of(&e, 0);
    const struct sx_member *problems = sx_type_member(&sx_type_Signature, SX_STR("problems"));
    struct sx_value v = sx_object_get(&signature->head, problems);
    assert_int_equal(v.kind, SX_UNKNOWN);
    assert_true(sx_str_is(v.unread->reason, "whether it meets its designated requirement: a Mac's "
                                            "own trust settings decide"));
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, examines);
    ADD_TEST(&list, ad_hoc_slices);
    ADD_TEST(&list, all_kinds);
    ADD_TEST(&list, not_known);
    return run_rows("inspect-requirements", &list);
}

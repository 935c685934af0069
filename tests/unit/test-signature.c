/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "scene.h"

#include <string.h>

#define SET LIT("\xfa\xde\x0c\x01\0\0\0\x0c\0\0\0\0")

#define D(hash)                                                                                    \
    {                                                                                              \
        0x20400, 0x2, hash, 12, CODE, "com.example.sx", "TEAM"                                     \
    }
#define D_FLAGS(hash, flags)                                                                       \
    {                                                                                              \
        0x20400, flags, hash, 12, CODE, "com.example.sx", "TEAM"                                   \
    }

static const struct read_row {
    const char *name;
    struct spec spec;
    enum sx_code_fault fault;
    int64_t slot;
    bool is_usable;
    unsigned chosen; /* hash type */
} reads[] = {
    { "ad hoc", { { D(2) } }, NO_FAULT, 0, true, 2 },
    { "as linkers sign", { { D_FLAGS(2, 0x20002) }, .no_cms = true }, NO_FAULT, 0, true, 2 },
    { "sha1 and sha256", { { D(1), D(2) } }, NO_FAULT, 0, true, 2 },
    { "sha256 first", { { D(2), D(1) } }, NO_FAULT, 0, true, 2 },
    { "sha384 is best", { { D(3), D(4), D(1) } }, NO_FAULT, 0, true, 4 },
    { "a hash nobody computes beside one", { { D(5), D(1) } }, NO_FAULT, 0, true, 1 },
    { "signed",
      { { D_FLAGS(2, 0) }, { { 0x10000, LIT("\xfa\xde\x0b\x01\0\0\0\x09x") } }, true },
      NO_FAULT,
      0,
      true,
      2 },
    { "entitlements absent by offset 0", { { D(2) }, { { 5, { 0 } } } }, NO_FAULT, 0, true, 2 },
    { "a slot nobody knows",
      { { D(2) }, { { 0x77, LIT("whatever\0\0\0\x0c") } }, true },
      SX_CODE_FAULT_SUPERBLOB,
      SX_NO_SLOT,
      false,
      0 },

    { "no CodeDirectory",
      { .parts = { { 2, SET } } },
      SX_CODE_FAULT_DIRECTORY_MISSING,
      0,
      false,
      0 },
    { "two of one hash", { { D(2), D(2) } }, SX_CODE_FAULT_HASH_TYPE_TWICE, 0x1000, true, 2 },
    { "only a hash nobody computes", { { D(5) } }, SX_CODE_FAULT_NO_DIGEST, 0, false, 0 },
    { "a gap before an alternate",
      { { D(2) }, { { 0x1001, LIT("\xfa\xde\x0c\x02\0\0\0\x08") } } },
      SX_CODE_FAULT_ALTERNATE_UNREACHED,
      0x1001,
      true,
      2 },
    { "requirements that are none",
      { { D(2) }, { { 2, LIT("\xfa\xde\x0c\0\0\0\0\x08") } } },
      SX_CODE_FAULT_BLOB_KIND,
      2,
      true,
      2 },
    { "a CMS that is no wrapper",
      { { D(2) }, { { 0x10000, LIT("\xfa\xde\x0c\x01\0\0\0\x08") } }, true },
      SX_CODE_FAULT_BLOB_KIND,
      0x10000,
      true,
      2 },
    { "entitlements twice",
      { { D(2) },
        { { 5, LIT("\xfa\xde\x71\x71\0\0\0\x08") }, { 5, LIT("\xfa\xde\x71\x71\0\0\0\x08") } } },
      SX_CODE_FAULT_BLOB_TWICE,
      5,
      true,
      2 },
    { "no CMS and not ad hoc",
      { { D_FLAGS(2, 0) }, .no_cms = true },
      SX_CODE_FAULT_CMS_MISSING,
      0x10000,
      true,
      2 },
    { "an empty CMS and not ad hoc",
      { { D_FLAGS(2, 0) } },
      SX_CODE_FAULT_CMS_EMPTY,
      0x10000,
      true,
      2 },
    { "a flag of a running process", { { D_FLAGS(2, 0x6) } }, SX_CODE_FAULT_FLAGS, 0, true, 2 },
    { "may host guests", { { D_FLAGS(2, 0x3) } }, SX_CODE_FAULT_FLAGS, 0, true, 2 },
    { "identifiers differ",
      { { { 0x20400, 2, 1, 12, CODE, "a", "TEAM" }, D(2) } },
      SX_CODE_FAULT_DISAGREE,
      0,
      true,
      2 },
    { "teams differ",
      { { D(2), { 0x20400, 2, 1, 12, CODE, "com.example.sx", NULL } } },
      SX_CODE_FAULT_DISAGREE,
      0x1000,
      true,
      2 },
    { "flags differ", { { D(2), D_FLAGS(1, 0x10002) } }, SX_CODE_FAULT_DISAGREE, 0x1000, true, 2 },
    { "page sizes differ",
      { { D(2), { 0x20400, 2, 1, 13, CODE, "com.example.sx", "TEAM" } } },
      SX_CODE_FAULT_DISAGREE,
      0x1000,
      true,
      2 },
};

static void reading(void **state)
{
    const struct read_row *row = *state;
    struct scene s = scene_of(&row->spec);
    assert_fault(&s, row->fault, row->slot);
    assert_int_equal(s.ok, row->is_usable);
    if (s.ok)
        assert_int_equal(s.signature->chosen->hash_type, row->chosen);
    scene_release(&s);
}

static void longer_than_its_place(void **state)
{
    (void)state;
    struct scene s = scene_of(&(struct spec){ { D(2) } });
    s.problems.n = 0;
    s.area.len--;
    assert_false(sx_signature_read(s.area, s.hasher, s.signature, &s.problems));
    assert_fault(&s, SX_CODE_FAULT_SIGNATURE_TOO_LONG, SX_NO_SLOT);
    assert_int_equal(s.signature->superblob.n, 0);
    scene_release(&s);
}

static void parts_are_handed_on(void **state)
{
    (void)state;
    struct scene s = scene_of(&(struct spec){
        { D_FLAGS(2, 0x10002) },
        { { 2, SET },
          { 5, LIT("\xfa\xde\x71\x71\0\0\0\x0a<>") },
          { 7, LIT("\xfa\xde\x71\x72\0\0\0\x09p") },
          { 11, LIT("\xfa\xde\x81\x81\0\0\0\x09q") } },
    });
    const struct sx_signature *g = s.signature;
    assert_true(s.ok);
    assert_int_equal(g->requirements.bytes.len, 12); /* with header */
    assert_int_equal(g->entitlements.bytes.len, 2);  /* without */
    assert_int_equal(g->entitlements_der.bytes.ptr[0], 'p');
    assert_int_equal(g->constraints[3].bytes.ptr[0], 'q');
    assert_false(g->constraints[0].has);
    assert_true(g->cms.has);
    assert_true(g->is_adhoc);
    assert_false(g->is_linker_signed);
    scene_release(&s);
}

/* Generic code keeps its signature in files: the CMS bare, the alternate under an odd name. */
static void files_instead_of_a_superblob(void **state)
{
    (void)state;
    struct scene s = scene_of(&(struct spec){ { D(2) } });
    struct sx_err err = { 0 };
    struct directory d[] = { D_FLAGS(1, 0), D_FLAGS(2, 0) };
    struct sx_signature *g = SX_NEW(s.arena, struct sx_signature);
    assert_true(sx_superblob_part(&g->superblob, sx_slot_of_file("CodeDirectory")->slot,
                                  sx_fx_span(make_directory(s.arena, &d[0])), &err));
    assert_true(sx_superblob_part(&g->superblob, sx_slot_of_file("CodeRequirements-1")->slot,
                                  sx_fx_span(make_directory(s.arena, &d[1])), &err));
    assert_true(sx_superblob_part(&g->superblob, sx_slot_of_file("CodeSignature")->slot,
                                  sx_fx_span(SX_STR("0\x80")), &err));
    assert_true(sx_signature_read_parts(s.hasher, g, &s.problems));
    assert_int_equal(s.problems.n, 0);
    assert_int_equal(g->n_directories, 2);
    assert_int_equal(g->chosen->slot, 0x1000);
    assert_int_equal(g->cms.bytes.len, 2);
    scene_release(&s);
}

/* Special slots: what is sealed, what is there, and what comes of it. */
#define SEALED(...)                                                                                \
    {                                                                                              \
        {                                                                                          \
            0x20400, 0x2, SX_FX_SHA256, 12, CODE, "a", NULL,                                       \
            {                                                                                      \
                __VA_ARGS__                                                                        \
            }                                                                                      \
        }                                                                                          \
    }
#define XML "\xfa\xde\x71\x71\0\0\0\x0a<>"
#define DER "\xfa\xde\x71\x72\0\0\0\x09p"
#define LWC "\xfa\xde\x81\x81\0\0\0\x09q"

static const struct seal_row {
    const char *name;
    struct spec spec;
    const char *info, *resources, *trailer; /* NULL: not there */
    bool is_mapped;
    enum sx_code_fault fault;
    int64_t slot;
} seals[] = {
    { "Info.plist", { SEALED([1] = LIT("hello\n")) }, "hello\n", NULL, NULL, true, NO_FAULT, 0 },
    { "Info.plist altered",
      { SEALED([1] = LIT("hello\n")) },
      "hello",
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_INFO_PLIST,
      -1 },
    { "Info.plist gone",
      { SEALED([1] = LIT("hello\n")) },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_INFO_PLIST,
      -1 },
    { "Info.plist not sealed",
      { SEALED([2] = SET), { { 2, SET } } },
      "x",
      NULL,
      NULL,
      true,
      NO_FAULT,
      0 },
    { "resources", { SEALED([3] = LIT("<plist>")) }, NULL, "<plist>", NULL, true, NO_FAULT, 0 },
    { "resources altered",
      { SEALED([3] = LIT("<plist>")) },
      NULL,
      "<plist >",
      NULL,
      true,
      SX_CODE_FAULT_RESOURCES,
      -3 },
    { "resources gone",
      { SEALED([3] = LIT("<plist>")) },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_RESOURCES,
      -3 },
    { "trailer", { SEALED([6] = LIT("koly")) }, NULL, NULL, "koly", false, NO_FAULT, 0 },
    { "trailer altered",
      { SEALED([6] = LIT("koly")) },
      NULL,
      NULL,
      "kolx",
      false,
      SX_CODE_FAULT_TRAILER,
      -6 },
    { "requirements", { SEALED([2] = SET), { { 2, SET } } }, NULL, NULL, NULL, true, NO_FAULT, 0 },
    { "requirements altered",
      { SEALED([2] = SET), { { 2, LIT("\xfa\xde\x0c\x01\0\0\0\x0c\0\0\0\x01") } } },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_REQUIREMENTS,
      -2 },
    { "requirements gone",
      { SEALED([2] = SET) },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_REQUIREMENTS,
      -2 },
    { "requirements not sealed",
      { SEALED([3] = LIT("<>")), { { 2, SET } } },
      NULL,
      "<>",
      NULL,
      true,
      NO_FAULT,
      0 },
    { "entitlements, hashed with their header",
      { SEALED([5] = LIT(XML), [7] = LIT(DER)), { { 5, LIT(XML) }, { 7, LIT(DER) } } },
      NULL,
      NULL,
      NULL,
      true,
      NO_FAULT,
      0 },
    { "entitlements hashed without header",
      { SEALED([5] = LIT("<>")), { { 5, LIT(XML) } } },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_ENTITLEMENTS,
      -5 },
    { "entitlements gone",
      { SEALED([5] = LIT(XML)) },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_ENTITLEMENTS,
      -5 },
    { "DER entitlements altered",
      { SEALED([7] = LIT(DER)), { { 7, LIT("\xfa\xde\x71\x72\0\0\0\x09q") } } },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_ENTITLEMENTS,
      -7 },
    { "entitlements not sealed",
      { SEALED([7] = LIT(DER)), { { 5, LIT(XML) }, { 7, LIT(DER) } } },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_NOT_SEALED,
      -5 },
    { "DER entitlements above the sealed slots",
      { SEALED([5] = LIT(XML)), { { 5, LIT(XML) }, { 7, LIT(DER) } } },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_NOT_SEALED,
      -7 },
    { "what the kernel does not map need not be sealed",
      { SEALED([2] = SET), { { 2, SET }, { 5, LIT(XML) } } },
      NULL,
      NULL,
      NULL,
      false,
      NO_FAULT,
      0 },
    { "constraint altered",
      { SEALED([9] = LIT(LWC)), { { 9, LIT("\xfa\xde\x81\x81\0\0\0\x08") } } },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_CONSTRAINT,
      -9 },
    { "constraint not sealed",
      { SEALED([8] = LIT(LWC)), { { 8, LIT(LWC) }, { 11, LIT(LWC) } } },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_NOT_SEALED,
      -11 },
    { "top directory",
      { SEALED([2] = SET, [4] = LIT("\0\0\0\0\0\0\0\2\0\0\0\4\0\1\0\0")),
        { { 2, SET }, { 4, LIT("\xfa\xde\x0b\x01\0\0\0\x18\0\0\0\0\0\0\0\2\0\0\0\4\0\1\0\0") } } },
      NULL,
      NULL,
      NULL,
      true,
      NO_FAULT,
      0 },
    { "top directory that lists too little",
      { SEALED([2] = SET, [4] = LIT("\0\0\0\0\0\0\0\4\0\1\0\0")),
        { { 2, SET }, { 4, LIT("\xfa\xde\x0b\x01\0\0\0\x14\0\0\0\0\0\0\0\4\0\1\0\0") } } },
      NULL,
      NULL,
      NULL,
      true,
      SX_CODE_FAULT_TOP_DIRECTORY,
      -4 },
};

static struct sx_component component(uint32_t slot, const char *text, struct sx_source *source)
{
    struct sx_component c = { .slot = slot, .source = source };
    if (text == NULL)
        return c;
    sx_source_memory("test", sx_fx_span(sx_str_of(text)), source);
    c.state = SX_COMPONENT_PRESENT;
    c.len = strlen(text);
    return c;
}

static void sealing(void **state)
{
    const struct seal_row *row = *state;
    struct scene s = scene_of(&row->spec);
    struct sx_err err = { 0 };
    struct sx_source sources[3];
    struct sx_component components[] = {
        component(SX_SLOT_INFO_PLIST, row->info, &sources[0]),
        component(SX_SLOT_RESOURCES, row->resources, &sources[1]),
        component(SX_SLOT_REP_SPECIFIC, row->trailer, &sources[2]),
    };
    assert_true(s.ok);
    s.problems.n = 0; /* rows put odd things into slots */
    assert_true(sx_signature_check_sealed(s.signature, row->is_mapped, components, 3, s.hasher,
                                          &s.problems, &err));
    assert_fault(&s, row->fault, row->slot);
    scene_release(&s);
}

/* A bare Mach-O may hold what bundles and images keep elsewhere. */
static void a_part_that_lies_outside_elsewhere(void **state)
{
    (void)state;
    struct scene s = scene_of(&(struct spec){ SEALED([3] = LIT("<>"), [6] = LIT("koly")),
                                              { { 3, LIT("\xfa\xde\x0b\x01\0\0\0\x0a<>") },
                                                { 6, LIT("\xfa\xde\x0b\x01\0\0\0\x0ckolx") } } });
    struct sx_component info = { .slot = SX_SLOT_INFO_PLIST };
    struct sx_err err = { 0 };
    s.problems.n = 0;
    assert_true(
        sx_signature_check_sealed(s.signature, true, &info, 1, s.hasher, &s.problems, &err));
    assert_fault(&s, SX_CODE_FAULT_TRAILER, -6);
    scene_release(&s);
}

static void a_component_that_cannot_be_read(void **state)
{
    (void)state;
    struct scene s = scene_of(&(struct spec){ SEALED([1] = LIT("hello\n"), [2] = SET) });
    struct sx_source source;
    struct sx_err err = { 0 };
    struct sx_component c = component(SX_SLOT_INFO_PLIST, "hello\n", &source);
    c.len++;
    assert_false(sx_signature_check_sealed(s.signature, true, &c, 1, s.hasher, &s.problems, &err));
    assert_int_equal(err.code, SX_E_TRUNCATED);
    assert_fault(&s, SX_CODE_FAULT_REQUIREMENTS, -2); /* the others are checked all the same */
    s.problems.n = 0;
    c.state = SX_COMPONENT_UNKNOWN;
    err = (struct sx_err){ 0 };
    assert_true(sx_signature_check_sealed(s.signature, true, &c, 1, s.hasher, &s.problems, &err));
    assert_fault(&s, SX_CODE_FAULT_REQUIREMENTS, -2);
    scene_release(&s);
}

#define LINKED                                                                                     \
    0x20600, 2, 2, 12, CODE, "a", NULL,                                                            \
    {                                                                                              \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

static const struct place_row {
    const char *name;
    struct spec spec;
    struct sx_signature_place place;
    enum sx_code_fault fault;
} places[] = {
    { "arm64", { { D(2) } }, { 9000, true, 14 }, NO_FAULT },
    { "16 KiB pages on arm64",
      { { { 0x20400, 2, 2, 14, CODE, "a", NULL } } },
      { 9000, true, 14 },
      NO_FAULT },
    { "16 KiB pages on x86_64",
      { { { 0x20400, 2, 2, 14, CODE, "a", NULL } } },
      { 9000, true, 12 },
      SX_CODE_FAULT_PAGE_SIZE },
    { "8 KiB pages",
      { { { 0x20400, 2, 2, 13, CODE, "a", NULL } } },
      { 9000, true, 14 },
      SX_CODE_FAULT_PAGE_SIZE },
    { "one page in code that is mapped",
      { { { 0x20400, 2, 2, 0, CODE, "a", NULL } } },
      { 9000, true, 14 },
      SX_CODE_FAULT_PAGE_SIZE },
    { "one page in a file",
      { { { 0x20400, 2, 2, 0, CODE, "a", NULL } } },
      { 9000, false, 0 },
      NO_FAULT },
    { "a byte too few signed", { { D(2) } }, { 9001, true, 12 }, SX_CODE_FAULT_CODE_LIMIT },
    { "a byte too many signed", { { D(2) } }, { 8999, true, 12 }, SX_CODE_FAULT_CODE_LIMIT },
    { "zeros behind", { { D(2) }, .slack = 100 }, { 9000, true, 12 }, NO_FAULT },
    { "linkage outside",
      { { { LINKED, { { 96, 1, 2 }, { 100, 4, 400 }, { 104, 4, 9 } } } } },
      { 9000, true, 12 },
      SX_CODE_FAULT_LINKAGE },
    { "linkage of no bytes outside",
      { { { LINKED, { { 96, 1, 2 }, { 100, 4, 4000 } } } } },
      { 9000, true, 12 },
      SX_CODE_FAULT_LINKAGE },
    { "no linkage, wherever it would lie",
      { { { LINKED, { { 100, 4, 400 }, { 104, 4, 9 } } } } },
      { 9000, true, 12 },
      NO_FAULT },
    { "a hash that the kernel does not know, beside one",
      { { D(5), D(1) } },
      { 9000, true, 12 },
      SX_CODE_FAULT_KERNEL_HASH_TYPE },
    { "the same where there is no kernel", { { D(5), D(1) } }, { 9000, false, 0 }, NO_FAULT },
    { "an image", { { D(2) } }, { 9000, false, 0, true }, NO_FAULT },
    { "an image with bytes behind",
      { { D(2) }, .slack = 1 },
      { 9000, false, 0, true },
      SX_CODE_FAULT_IMAGE_LAYOUT },
};

static void placing(void **state)
{
    const struct place_row *row = *state;
    struct scene s = scene_of(&row->spec);
    struct sx_signature_place place = row->place;
    place.area = s.area;
    assert_true(s.ok);
    sx_signature_check_place(s.signature, &place, &s.problems);
    assert_fault(&s, row->fault, row->fault == SX_CODE_FAULT_IMAGE_LAYOUT ? SX_NO_SLOT : 0);
    scene_release(&s);
}

static void bytes_behind_the_superblob(void **state)
{
    (void)state;
    struct scene s = scene_of(&(struct spec){ { D(2) }, .slack = 8 });
    struct patch last[4] = { { (uint32_t)s.area.len - 1, 1, 1 } };
    struct sx_str bytes =
        apply(s.arena, (struct sx_str){ (const char *)s.area.ptr, s.area.len }, last);
    struct sx_signature_place place = { 9000, true, 12, .area = sx_fx_span(bytes) };
    sx_signature_check_place(s.signature, &place, &s.problems);
    assert_fault(&s, SX_CODE_FAULT_SLACK, SX_NO_SLOT);
    scene_release(&s);
}

/* Security takes a CodeDirectory of 96 bytes, the kernel none below 108. */
static void shorter_than_the_kernel_reads(void **state)
{
    (void)state;
    static const uint8_t bytes[96] = { 0xfa, 0xde, 0x0c, 2, 0, 0,  0, 96, 0,  2,  0, 1, 0, 0,
                                       0,    2,    0,    0, 0, 64, 0, 0,  0,  60, 0, 0, 0, 0,
                                       0,    0,    0,    0, 0, 0,  0, 0,  32, 2,  0, 0 };
    struct scene s = scene_of(&(struct spec){ { D(2) } });
    struct sx_signature *g = SX_NEW(s.arena, struct sx_signature);
    struct sx_signature_place place = { 0, true, 12 };
    struct sx_err err = { 0 };
    assert_true(sx_superblob_part(&g->superblob, 0, (struct sx_span){ bytes, 96, 0 }, &err));
    assert_true(sx_signature_read_parts(s.hasher, g, &s.problems));
    assert_int_equal(s.problems.n, 0);
    sx_signature_check_place(g, &place, &s.problems);
    assert_true(sx_code_problems_have(&s.problems, SX_CODE_FAULT_KERNEL_DIRECTORY_SIZE));
    scene_release(&s);
}

static bool is_listed(const void *context, const char *entitlement)
{
    return context != NULL && strcmp(context, entitlement) == 0;
}

static const struct exec_row {
    const char *name, *entitlement;
    uint64_t flags;
    bool is_execute;
    enum sx_code_fault fault;
} execs[] = {
    { "no flags", NULL, 0, true, NO_FAULT },
    { "an executable", NULL, 1, true, NO_FAULT },
    { "a dylib that says it is one", NULL, 1, false, SX_CODE_FAULT_EXEC_FLAGS },
    { "get-task-allow", "get-task-allow", 0x11, true, NO_FAULT },
    { "run-unsigned-code", "run-unsigned-code", 0x11, true, NO_FAULT },
    { "the name macOS uses explains nothing", "com.apple.security.get-task-allow", 0x11, true,
      SX_CODE_FAULT_EXEC_FLAGS },
    { "jit without entitlement", NULL, 0x41, true, SX_CODE_FAULT_EXEC_FLAGS },
};

static void exec_flags(void **state)
{
    const struct exec_row *row = *state;
    struct spec spec = { { D(2) } };
    spec.directories[0].patches[0] = (struct patch){ 80, 8, row->flags };
    struct scene s = scene_of(&spec);
    sx_signature_check_exec(s.signature, row->is_execute, is_listed, row->entitlement, &s.problems);
    assert_fault(&s, row->fault, 0);
    scene_release(&s);
}

int main(void)
{
    static struct rows tests;
    for (size_t i = 0; i < sizeof(code_bytes); i++)
        code_bytes[i] = (char)(i * 7 + i / 256);
    ADD_ROWS(&tests, reads, reading);
    ADD_ROWS(&tests, seals, sealing);
    ADD_ROWS(&tests, places, placing);
    ADD_ROWS(&tests, execs, exec_flags);
    ADD_TEST(&tests, longer_than_its_place);
    ADD_TEST(&tests, parts_are_handed_on);
    ADD_TEST(&tests, files_instead_of_a_superblob);
    ADD_TEST(&tests, a_component_that_cannot_be_read);
    ADD_TEST(&tests, a_part_that_lies_outside_elsewhere);
    ADD_TEST(&tests, bytes_behind_the_superblob);
    ADD_TEST(&tests, shorter_than_the_kernel_reads);
    return run_rows("signature", &tests);
}

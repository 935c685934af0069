/* SPDX-License-Identifier: MIT */
/* The factory's Mach-O files and signatures, against bytes that were worked out by hand and by
 * reading them back without any of sxlint's readers. */
#include "entitlements.h"
#include "requirement.h"
#include "seal.h"
#include "sign.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <plist/plist.h>

static int make_pki(void **state)
{
    *state = sx_fx_pki_new(sx_arena_new());
    return 0;
}

static int free_pki(void **state)
{
    sx_arena_free(sx_fx_pki_arena(*state));
    return 0;
}

static void assert_hex(struct sx_arena *arena, struct sx_str bytes, const char *hex)
{
    struct sx_str wanted = sx_fx_unhex(arena, sx_str_of(hex));
    assert_string_equal(sx_hex(arena, bytes.ptr, bytes.len).ptr,
                        sx_hex(arena, wanted.ptr, wanted.len).ptr);
}

static void developer_id_requirement(void **state)
{
    struct sx_arena *arena = sx_fx_pki_arena(*state);
    struct sx_fx_cert signer = { .team = SX_STR("ABCDE12345"),
                                 .issuer_marker = "6.2.6",
                                 .trusted = true };
    struct sx_fx_requirement r =
        sx_fx_requirement_default(arena, SX_STR("com.example.sx"), &signer);
    assert_string_equal(r.text.ptr,
                        "identifier \"com.example.sx\" and anchor apple generic and certificate "
                        "1[field.1.2.840.113635.100.6.2.6] /* exists */ and certificate "
                        "leaf[field.1.2.840.113635.100.6.1.13] /* exists */ and certificate "
                        "leaf[subject.OU] = ABCDE12345");
    assert_hex(arena, sx_fx_requirement_set(arena, r.code),
               "fade0c01 000000b0 00000001 00000003 00000014"
               "fade0c00 0000009c 00000001 00000006 00000002 0000000e 636f6d2e 6578616d"
               "706c652e 73780000 00000006 0000000f 00000006 0000000e 00000001 0000000a"
               "2a864886 f7636406 02060000 00000000 00000006 0000000e 00000000 0000000a"
               "2a864886 f7636406 010d0000 00000000 0000000b 00000000 0000000a 7375626a"
               "6563742e 4f550000 00000001 0000000a 41424344 45313233 34350000");
}

static void empty_requirements(void **state)
{
    struct sx_arena *arena = sx_fx_pki_arena(*state);
    struct sx_str set = sx_fx_requirement_set(arena, SX_STR(""));
    assert_hex(arena, sx_fx_digest(arena, SX_FX_SHA256, set),
               "987920904eab650e75788c054aa0b0524e6a80bfc71aa32df8d237a61743f986");
}

static struct sx_fx_node *yaml(struct sx_arena *arena, const char *text)
{
    struct sx_fx_node *node = NULL;
    struct sx_err err = { 0 };
    if (!sx_fx_parse(arena, sx_str_of(text), "test", &node, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.what);
    return node;
}

static void der_entitlements(void **state)
{
    struct sx_arena *arena = sx_fx_pki_arena(*state);
    struct sx_fx_node *map = yaml(arena, "x: {n: 200}\n"
                                         "keychain-access-groups: [ABCDE12345.sx]\n"
                                         "com.apple.security.cs.allow-jit: false\n"
                                         "com.apple.security.app-sandbox: true\n");
    struct sx_str blob = sx_fx_entitlements_der(arena, map);
    assert_int_equal(blob.len, 151);
    assert_hex(arena, sx_fx_digest(arena, SX_FX_SHA256, blob),
               "dbcf1b1d333240f315ee8a3da390eb2c8cc8abe54797adb605cb9ab110d9abdc");
}

static void launch_constraint(void **state)
{
    struct sx_arena *arena = sx_fx_pki_arena(*state);
    struct sx_fx_node *map = yaml(arena, "{team-identifier: ABCDE12345, validation-category: 6}");
    assert_hex(arena, sx_fx_constraint(arena, map),
               "fade8181 00000073 7069020101 b064 3009 0c04 63636174 020100 3009 0c04 636f6d70"
               "020101 3041 0c04 72657173 b039 301d 0c0f 7465616d2d6964656e746966696572 0c0a"
               "41424344453132333435 3018 0c13 76616c69646174696f6e2d63617465676f7279 020106"
               "3009 0c04 76657273 020101");
}

static void code_directory(void **state)
{
    struct sx_arena *arena = sx_fx_pki_arena(*state);
    struct sx_buf code = { 0 };
    sx_buf_fill(&code, 'A', 4096);
    sx_buf_fill(&code, 'B', 100);
    struct sx_fx_image image = { .platform = 1, .text_len = 4096 };
    struct sx_fx_signature spec = { .identifier = SX_STR("com.example.sx"),
                                    .flags = SX_FX_FLAG_ADHOC,
                                    .page_shift = 12,
                                    .exec_seg_flags = 1 };
    spec.components[SX_FX_SLOT_INFO] = SX_STR("hello\n");
    spec.components[SX_FX_SLOT_REQUIREMENTS] = sx_fx_requirement_set(arena, SX_STR(""));
    struct sx_str cd =
        sx_fx_code_directory(arena, &spec, SX_FX_SHA256, sx_fx_take(arena, &code), &image);
    assert_int_equal(cd.len, 231);
    assert_hex(arena, sx_fx_digest(arena, SX_FX_SHA256, cd),
               "5f519687df65ab5c8af966d98b2e44df02ad30ea3d520a21d10ee1bf49accd8a");
}

static uint64_t be(struct sx_str bytes, size_t at, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | (uint8_t)bytes.ptr[at + i];
    return value;
}

/* Every combination is linked, signed and hashed again. */
static const struct form {
    const char *name, *arch;
    uint32_t file_type;
    bool big_endian;
    enum sx_fx_hash hash;
    unsigned page_shift;
} forms[] = {
    { "arm64 executable", "arm64", SX_FX_EXECUTE, false, SX_FX_SHA256, 12 },
    { "arm64 executable in 16 KiB pages", "arm64", SX_FX_EXECUTE, false, SX_FX_SHA256, 14 },
    { "x86_64 executable as one page", "x86_64", SX_FX_EXECUTE, false, SX_FX_SHA256, 0 },
    { "x86_64 dylib, SHA-1", "x86_64", SX_FX_DYLIB, false, SX_FX_SHA1, 12 },
    { "i386 bundle, SHA-256 cut to 20", "i386", SX_FX_BUNDLE, false, SX_FX_SHA256_TRUNCATED, 12 },
    { "ppc kext, big-endian, SHA-384", "ppc", SX_FX_KEXT, true, SX_FX_SHA384, 12 },
    { "object file", "arm64", SX_FX_OBJECT, false, SX_FX_SHA256, 12 },
};

static void hashes_cover_every_page(void **state)
{
    const struct form *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_fx_slice slice = { .arch = sx_fx_arch_named(sx_str_of(row->arch)),
                                 .file_type = row->file_type,
                                 .big_endian = row->big_endian,
                                 .platform = 1,
                                 .code_len = 9000,
                                 .code_of = SX_STR("test"),
                                 .to_be_signed = true };
    struct sx_fx_image image = sx_fx_link(arena, &slice);
    struct sx_fx_signature spec = { .identifier = SX_STR("x"),
                                    .hashes = { row->hash },
                                    .n_hashes = 1,
                                    .page_shift = row->page_shift };
    size_t limit = image.len;
    struct sx_fx_signed done = sx_fx_sign(sx_fx_pki_new(arena), &image, &spec);
    assert_int_equal(done.signature_at, limit);

    struct sx_str file = { image.bytes, image.len };
    struct sx_str cd = sx_str_sub(file, limit + be(file, limit + 16, 4), file.len);
    assert_int_equal(be(cd, 0, 4), 0xfade0c02);
    assert_int_equal(be(cd, 32, 4), limit);
    size_t stride = be(cd, 36, 1), page = row->page_shift > 0 ? 1u << row->page_shift : limit;
    assert_int_equal(be(cd, 28, 4), (limit + page - 1) / page);
    for (size_t i = 0; i * page < limit; i++) {
        size_t len = limit - i * page < page ? limit - i * page : page;
        struct sx_str wanted = sx_fx_digest(arena, row->hash, sx_str_sub(file, i * page, len));
        assert_memory_equal(cd.ptr + be(cd, 16, 4) + i * stride, wanted.ptr, wanted.len);
    }
}

static void fields_can_be_wrong(void **state)
{
    struct sx_arena *arena = sx_fx_pki_arena(*state);
    struct sx_fx_field fields[] = { { 0, SX_STR("codeLimit"), 7 },
                                    { SX_FX_SHA1, SX_STR("flags"), 9 } };
    struct sx_fx_signature spec = { .identifier = SX_STR("x"), .fields = fields, .n_fields = 2 };
    struct sx_str cd = sx_fx_code_directory(arena, &spec, SX_FX_SHA256, SX_STR("code"), NULL);
    assert_int_equal(be(cd, 32, 4), 7);
    assert_int_equal(be(cd, 12, 4), 0);
    assert_true(sx_fx_is_field(SX_STR("execSegFlags")));
    assert_false(sx_fx_is_field(SX_STR("execsegflags")));
}

static void libplist_reads_our_plists(void **state)
{
    struct sx_arena *arena = sx_fx_pki_arena(*state);
    struct sx_fx_node *map = yaml(arena, "a <b> & c: [true, 1, \"1\", 2.5, !hex 00ff, {}]\n"
                                         "when: 2026-11-23T18:04:11Z\n");
    struct sx_str xml = sx_fx_plist(arena, map);
    plist_t root = NULL;
    plist_from_xml(xml.ptr, (uint32_t)xml.len, &root);
    assert_non_null(root);
    plist_t list = plist_dict_get_item(root, "a <b> & c");
    assert_int_equal(plist_array_get_size(list), 6);
    const plist_type types[] = { PLIST_BOOLEAN, PLIST_UINT, PLIST_STRING,
                                 PLIST_REAL,    PLIST_DATA, PLIST_DICT };
    for (uint32_t i = 0; i < SX_LEN(types); i++)
        assert_int_equal(plist_get_node_type(plist_array_get_item(list, i)), types[i]);
    assert_int_equal(plist_get_node_type(plist_dict_get_item(root, "when")), PLIST_DATE);
    plist_free(root);
}

#define WITH_PKI(test) cmocka_unit_test_setup_teardown(test, make_pki, free_pki)
static const struct CMUnitTest others[] = {
    WITH_PKI(developer_id_requirement),
    WITH_PKI(empty_requirements),
    WITH_PKI(der_entitlements),
    WITH_PKI(launch_constraint),
    WITH_PKI(code_directory),
    WITH_PKI(fields_can_be_wrong),
    WITH_PKI(libplist_reads_our_plists),
};

int main(void)
{
    struct CMUnitTest tests[SX_LEN(forms) + SX_LEN(others)];
    size_t n = 0;
    for (size_t i = 0; i < SX_LEN(forms); i++)
        tests[n++] = (struct CMUnitTest){ forms[i].name, hashes_cover_every_page, NULL, NULL,
                                          (void *)&forms[i] };
    for (size_t i = 0; i < SX_LEN(others); i++)
        tests[n++] = others[i];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Signatures byte for byte: what the compiler makes of a requirement, what is hashed of a blob, and
 * a whole ad hoc SuperBlob over 4096 times "A" and 100 times "B". */
#include "base/buf.h"
#include "bytes.h"
#include "codesign/pages.h"
#include "codesign/requirement.h"
#include "codesign/requirement_set.h"
#include "crypto/digest.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static struct sx_arena *arena;
static struct sx_crypto *crypto;
static struct sx_hasher *hasher;

static struct sx_span unhex(const char *hex)
{
    struct sx_str bytes = sx_fx_unhex(arena, sx_str_of(hex));
    return (struct sx_span){ (const uint8_t *)bytes.ptr, bytes.len, 0 };
}

static const char *hash_of(struct sx_span bytes)
{
    uint8_t digest[SX_HASH_MAX_LEN];
    sx_hash_begin(hasher, SX_HASH_BIT(SX_HASH_SHA256));
    sx_hash_update(hasher, bytes.ptr, bytes.len);
    sx_hash_final(hasher, SX_HASH_SHA256, digest);
    return sx_hex(arena, digest, 32).ptr;
}

/* Requirements: text to bytes, and bytes to text. */

#define DEVELOPER_ID                                                                               \
    "identifier \"com.example.sx\" and anchor apple generic and certificate "                      \
    "1[field.1.2.840.113635.100.6.2.6] /* exists */ and certificate "                              \
    "leaf[field.1.2.840.113635.100.6.1.13] /* exists */ and certificate leaf[subject.OU] = "       \
    "ABCDE12345"
/* As codesign writes it, nested to the right; the compiler of text nests to the left. */
#define TO_THE_RIGHT                                                                               \
    "fade0c00 0000009c 00000001 00000006 00000002 0000000e 636f6d2e 6578616d 706c652e 73780000 "   \
    "00000006 0000000f 00000006 0000000e 00000001 0000000a 2a864886 f7636406 02060000 00000000 "   \
    "00000006 0000000e 00000000 0000000a 2a864886 f7636406 010d0000 00000000 0000000b 00000000 "   \
    "0000000a 7375626a 6563742e 4f550000 00000001 0000000a 41424344 45313233 34350000"
#define TO_THE_LEFT                                                                                \
    "fade0c00 0000009c 00000001 00000006 00000006 00000006 00000006 00000002 0000000e 636f6d2e "   \
    "6578616d 706c652e 73780000 0000000f 0000000e 00000001 0000000a 2a864886 f7636406 02060000 "   \
    "00000000 0000000e 00000000 0000000a 2a864886 f7636406 010d0000 00000000 0000000b 00000000 "   \
    "0000000a 7375626a 6563742e 4f550000 00000001 0000000a 41424344 45313233 34350000"

static const struct row {
    const char *name, *text, *hex;
    const char *printed; /* NULL: as `text` */
} rows[] = {
    { "Developer ID", DEVELOPER_ID, TO_THE_LEFT, NULL },
    { "a cdhash", "cdhash H\"00112233445566778899aabbccddeeff00112233\"",
      "fade0c00 00000028 00000001 00000008 00000014 00112233 44556677 8899aabb ccddeeff 00112233",
      NULL },
    { "a key that is not there", "! info[LSUIElement] exists",
      "fade0c00 00000028 00000001 00000009 0000000a 0000000b 4c535549 456c656d 656e7400 00000000",
      "! info[LSUIElement] /* exists */" },
    { "Mac App Store or Developer ID",
      "anchor apple generic and (certificate leaf[field.1.2.840.113635.100.6.1.9] /* exists */ or "
      "certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */ and certificate "
      "leaf[subject.OU] = ABCDE12345)",
      "fade0c00 00000080 00000001 00000006 0000000f 00000007 0000000e 00000000 0000000a 2a864886 "
      "f7636406 01090000 00000000 00000006 0000000e 00000001 0000000a 2a864886 f7636406 02060000 "
      "00000000 0000000b 00000000 0000000a 7375626a 6563742e 4f550000 00000001 0000000a 41424344 "
      "45313233 34350000",
      NULL },
    { "Apple", "anchor apple", "fade0c00 00000010 00000001 00000003", NULL },
};

static void compiles(void **state)
{
    const struct row *row = *state;
    struct sx_requirement requirement, again;
    struct sx_err err = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    assert_true(sx_requirement_read(sx_str_of(row->text), arena, &requirement, &err));
    struct sx_span bytes = sx_requirement_encode(&requirement, arena);
    struct sx_span want = unhex(row->hex);
    assert_string_equal(sx_hex(arena, bytes.ptr, bytes.len).ptr,
                        sx_hex(arena, want.ptr, want.len).ptr);
    assert_true(sx_requirement_parse(want, arena, &again, &err));
    assert_true(sx_requirement_text(&again, &text));
    sx_buf_char(&text, '\0');
    assert_string_equal(text.ptr, row->printed != NULL ? row->printed : row->text);
}

static void a_set_is_hashed_whole(void **state)
{
    (void)state;
    struct sx_span set = unhex("fade0c01 000000b0 00000001 00000003 00000014 " TO_THE_RIGHT);
    struct sx_requirement_set read;
    struct sx_requirement requirement;
    struct sx_err err = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    assert_int_equal(set.len, 176);
    assert_true(sx_requirement_set_parse(set, &read, &err));
    struct sx_span designated = sx_requirement_find(&read, SX_REQUIREMENT_DESIGNATED);
    assert_true(sx_requirement_parse(designated, arena, &requirement, &err));
    assert_true(sx_requirement_text(&requirement, &text));
    sx_buf_char(&text, '\0');
    assert_string_equal(text.ptr, DEVELOPER_ID);
    assert_string_equal(hash_of(set),
                        "b2a962c0714732891d17549c321e433379eabbce7e3a9570256921e88b86ad61");
    assert_string_equal(hash_of(unhex("fade0c01 0000000c 00000000")),
                        "987920904eab650e75788c054aa0b0524e6a80bfc71aa32df8d237a61743f986");
}

/* Entitlements are hashed with the header of their blob, Info.plist as it lies there. */
static void components_are_hashed_as_they_are(void **state)
{
    (void)state;
    static const char plist[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                "<plist version=\"1.0\"><dict><key>a</key><true/></dict></plist>\n";
    struct sx_str blob = sx_fx_join(
        arena, SX_FX_PARTS(sx_fx_unhex(arena, SX_STR("fade7171 0000006d")), sx_str_of(plist)));
    assert_string_equal(hash_of((struct sx_span){ (const uint8_t *)blob.ptr, blob.len, 0 }),
                        "98576922f82097d2ae1f0cab56e84e57b020db55ef8713c4fdf5ea44fa979799");
    assert_string_equal(hash_of((struct sx_span){ (const uint8_t *)"hello\n", 6, 0 }),
                        "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
}

/* The SuperBlob */

#define SUPERBLOB                                                                                  \
    "fade0cc0 0000011f 00000003 00000000 00000024 00000002 0000010b 00010000 00000117 "            \
    "fade0c02 000000e7 00020400 00000002 000000a7 00000058 00000002 00000002 00001064 2002000c "   \
    "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00001000 "   \
    "00000000 00000001 636f6d2e 6578616d 706c652e 73780098 7920904e ab650e75 788c054a a0b0524e "   \
    "6a80bfc7 1aa32df8 d237a617 43f98658 91b5b522 d5df086d 0ff0b110 fbd9d21b b4fc7163 af34d082 "   \
    "86a2e846 f6be0368 96d9ea3f 73a4434f 5832bc65 714e7d06 6f177373 f36f34dc 8a6f735d aa41b1cf "   \
    "be7d2db2 f3dcdec7 c2799f0b 7c611e5b dfc145a7 639516e8 ec1e51a6 5c70ac "                       \
    "fade0c01 0000000c 00000000 fade0b01 00000008"

static void memory_source(const char *name, const char *bytes, size_t len, struct sx_source *out)
{
    sx_source_memory(name, (struct sx_span){ (const uint8_t *)bytes, len, 0 }, out);
}

static void an_ad_hoc_signature_holds(void **state)
{
    (void)state;
    struct sx_span area = unhex(SUPERBLOB);
    struct sx_signature *s = SX_NEW(arena, struct sx_signature);
    struct sx_code_problems problems = { .arena = arena };
    struct sx_source code, info;
    struct sx_err err = { 0 };
    struct sx_page_check check, *checks[] = { &check };
    struct sx_pool *pool = sx_pool_new(1);
    char bytes[4196];
    memset(bytes, 'A', 4096);
    memset(bytes + 4096, 'B', 100);
    memory_source("code", bytes, sizeof(bytes), &code);
    memory_source("Info.plist", "hello\n", 6, &info);
    struct sx_component component = {
        .slot = SX_SLOT_INFO_PLIST, .state = SX_COMPONENT_PRESENT, .source = &info, .len = 6
    };
    struct sx_signature_place place = {
        .extent = 4196, .is_mapped = true, .page_shift = 12, .area = area
    };
    assert_int_equal(area.len, 287);
    assert_true(sx_signature_read(area, hasher, s, &problems));
    assert_string_equal(sx_hex(arena, s->chosen->digest, 32).ptr,
                        "5f519687df65ab5c8af966d98b2e44df02ad30ea3d520a21d10ee1bf49accd8a");
    assert_true(s->is_adhoc && s->cms.has && s->cms.bytes.len == 0);
    sx_signature_check_place(s, &place, &problems);
    assert_true(sx_signature_check_sealed(s, true, &component, 1, hasher, &problems, &err));
    sx_page_check_init(&check, s, &code, 0, sizeof(bytes), arena);
    sx_page_checks_run(checks, 1, pool, crypto);
    assert_true(sx_page_check_finish(&check, &problems, &err));
    assert_int_equal(problems.n, 0);
    bytes[4195] ^= 1; /* the last byte of a page that is not whole */
    sx_page_checks_run(checks, 1, pool, crypto);
    assert_true(sx_page_check_finish(&check, &problems, &err));
    assert_int_equal(problems.n, 1);
    assert_int_equal(problems.at[0].page, 1);
    sx_pool_free(pool);
}

static void its_requirement_is_its_cdhash(void **state)
{
    (void)state;
    struct sx_requirement requirement;
    struct sx_span cdhash = unhex("5f519687df65ab5c8af966d98b2e44df02ad30ea");
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    sx_requirement_default_ad_hoc(&cdhash, 1, arena, &requirement);
    assert_true(sx_requirement_text(&requirement, &text));
    sx_buf_char(&text, '\0');
    assert_string_equal(text.ptr, "cdhash H\"5f519687df65ab5c8af966d98b2e44df02ad30ea\"");
}

int main(void)
{
    static struct rows list;
    arena = sx_arena_new();
    crypto = sx_crypto_new();
    hasher = sx_hasher_new(crypto);
    ADD_ROWS(&list, rows, compiles);
    ADD_TEST(&list, a_set_is_hashed_whole);
    ADD_TEST(&list, components_are_hashed_as_they_are);
    ADD_TEST(&list, an_ad_hoc_signature_holds);
    ADD_TEST(&list, its_requirement_is_its_cdhash);
    int failed = run_rows("worked-examples", &list);
    sx_hasher_free(hasher);
    sx_crypto_free(crypto);
    sx_arena_free(arena);
    return failed;
}

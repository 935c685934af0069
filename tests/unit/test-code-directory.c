/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "codesign/code_directory.h"
#include "base/buf.h"
#include "blobs.h"

#include <stdlib.h>
#include <string.h>

#define NO_FAULT SX_CODE_FAULT_END
/* The directory that rows change: 5000 bytes of code, 2 pages; strings at 88, hashes at 264. */
#define GOOD 0x20400, 0x2, SX_FX_SHA256, 12, CODE, "com.example.sx", "ABCDE12345"
#define CODE                                                                                       \
    {                                                                                              \
        zeros, sizeof(zeros)                                                                       \
    }

static const char zeros[5000];

/* A directory being read, in a block of exactly its size. */
struct parsed {
    struct sx_arena *arena;
    struct sx_crypto *crypto;
    struct sx_hasher *hasher;
    uint8_t *bytes;
    struct sx_code_directory cd;
    struct sx_code_problems problems;
    bool ok;
};

static struct parsed parse_bytes(struct sx_str bytes)
{
    struct parsed p = { .arena = sx_arena_new(), .crypto = sx_crypto_new() };
    p.hasher = sx_hasher_new(p.crypto);
    p.problems.arena = p.arena;
    p.bytes = malloc(bytes.len > 0 ? bytes.len : 1);
    memcpy(p.bytes, bytes.ptr, bytes.len);
    p.ok = sx_code_directory_parse((struct sx_span){ p.bytes, bytes.len, 0 }, 0, p.hasher, &p.cd,
                                   &p.problems);
    return p;
}

static struct parsed parse(const struct directory *d)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    return parse_bytes(make_directory(arena, d));
}

static void release(struct parsed *p)
{
    sx_hasher_free(p->hasher);
    sx_crypto_free(p->crypto);
    sx_arena_free(p->arena);
    free(p->bytes);
}

#define SPECIAL                                                                                    \
    {                                                                                              \
        [2] = LIT("x")                                                                             \
    }

static const struct row {
    const char *name;
    struct directory d;
    enum sx_code_fault fault;
    bool is_usable;
} rows[] = {
    { "as signers write it", { GOOD, SPECIAL }, NO_FAULT, true },
    { "version 0x20100", { 0x20100, 0, SX_FX_SHA1, 12, CODE, "a", NULL, SPECIAL }, NO_FAULT, true },
    { "version 0x20001 of another signer",
      { 0x20001, 0, SX_FX_SHA1, 12, CODE, "a", NULL, SPECIAL },
      NO_FAULT,
      true },
    { "version 0x20600",
      { 0x20600, 0, SX_FX_SHA384, 14, CODE, "a", "T", SPECIAL },
      NO_FAULT,
      true },
    { "a version to come",
      { 0x20600, 0, SX_FX_SHA256, 12, CODE, "a", NULL, SPECIAL, { { 8, 4, 0x2f000 } } },
      NO_FAULT,
      true },
    { "one page", { 0x20100, 0, SX_FX_SHA256, 0, CODE, "a", NULL, SPECIAL }, NO_FAULT, true },
    { "no code in one page",
      { 0x20100, 0, SX_FX_SHA256, 0, LIT(""), "a", NULL, SPECIAL },
      NO_FAULT,
      true },
    { "truncated SHA-256",
      { 0x20100, 0, SX_FX_SHA256_TRUNCATED, 12, CODE, "a", NULL, SPECIAL },
      NO_FAULT,
      true },
    { "a hash nobody computes",
      { 0x20100, 0, SX_FX_SHA512, 12, CODE, "a", NULL, SPECIAL },
      NO_FAULT,
      true },
    { "a hash nobody knows", { GOOD, SPECIAL, { { 37, 1, 9 } } }, NO_FAULT, true },
    { "MD5 is no hash type", { GOOD, SPECIAL, { { 37, 1, 6 }, { 36, 1, 16 } } }, NO_FAULT, true },
    { "codeLimit64 of 0 means codeLimit", { GOOD, SPECIAL, { { 56, 8, 0 } } }, NO_FAULT, true },
    { "codeLimit64",
      { GOOD, SPECIAL, { { 32, 4, 0xffffffff }, { 56, 8, 8192 } } },
      NO_FAULT,
      true },
    { "a scatter list",
      { GOOD, SPECIAL, { { 44, 4, 120 }, { 120, 4, 2 }, { 144, 4, 0 } } },
      NO_FAULT,
      true },

    { "another magic",
      { GOOD, SPECIAL, { { 0, 4, 0xfade0c01 } } },
      SX_CODE_FAULT_DIRECTORY_BLOB,
      false },
    { "longer than its place",
      { GOOD, SPECIAL, { { 4, 4, 10000 } } },
      SX_CODE_FAULT_DIRECTORY_BLOB,
      false },
    { "shorter than its place",
      { GOOD, SPECIAL, { { 4, 4, 200 } } },
      SX_CODE_FAULT_DIRECTORY_BLOB,
      false },
    { "version 0x20000",
      { GOOD, SPECIAL, { { 8, 4, 0x20000 } } },
      SX_CODE_FAULT_DIRECTORY_VERSION,
      false },
    { "version 0x2f001",
      { GOOD, SPECIAL, { { 8, 4, 0x2f001 } } },
      SX_CODE_FAULT_DIRECTORY_VERSION,
      false },
    { "identifier in the header",
      { GOOD, SPECIAL, { { 20, 4, 7 } } },
      SX_CODE_FAULT_IDENTIFIER,
      false },
    { "identifier outside",
      { GOOD, SPECIAL, { { 20, 4, 0xffffffff } } },
      SX_CODE_FAULT_IDENTIFIER,
      false },
    { "identifier without end",
      { GOOD, SPECIAL, { { 20, 4, 295 } } },
      SX_CODE_FAULT_IDENTIFIER,
      false },
    { "team in the header", { GOOD, SPECIAL, { { 48, 4, 1 } } }, SX_CODE_FAULT_TEAM, false },
    { "team outside", { GOOD, SPECIAL, { { 48, 4, 328 } } }, SX_CODE_FAULT_TEAM, false },
    { "hashes outside", { GOOD, SPECIAL, { { 16, 4, 265 } } }, SX_CODE_FAULT_HASH_ARRAY, false },
    { "special hashes before the blob",
      { GOOD, SPECIAL, { { 24, 4, 9 } } },
      SX_CODE_FAULT_HASH_ARRAY,
      false },
    { "special hashes in the header",
      { GOOD, SPECIAL, { { 16, 4, 71 } } },
      SX_CODE_FAULT_HASH_ARRAY,
      false },
    { "4 billion special slots",
      { GOOD, SPECIAL, { { 24, 4, 0xffffffff } } },
      SX_CODE_FAULT_HASH_ARRAY,
      false },
    { "4 billion code slots",
      { GOOD, SPECIAL, { { 28, 4, 0xffffffff } } },
      SX_CODE_FAULT_HASH_ARRAY,
      false },
    { "pre-encrypt hashes outside",
      { 0x20500, 0, SX_FX_SHA256, 12, CODE, "a", NULL, SPECIAL, { { 92, 4, 300 } } },
      SX_CODE_FAULT_PRE_ENCRYPT_ARRAY,
      false },
    { "pre-encrypt hashes in the header",
      { 0x20500, 0, SX_FX_SHA256, 12, CODE, "a", NULL, SPECIAL, { { 92, 4, 4 } } },
      SX_CODE_FAULT_PRE_ENCRYPT_ARRAY,
      false },
    { "scatter outside", { GOOD, SPECIAL, { { 44, 4, 5000 } } }, SX_CODE_FAULT_SCATTER, false },
    { "scatter without end", { GOOD, SPECIAL, { { 44, 4, 280 } } }, SX_CODE_FAULT_SCATTER, false },
    { "scatter over more pages than hashes",
      { GOOD, SPECIAL, { { 44, 4, 120 }, { 120, 4, 3 }, { 144, 4, 0 } } },
      SX_CODE_FAULT_SCATTER,
      false },
    { "scatter over more pages than pre-encrypt hashes",
      { 0x20500,
        0,
        SX_FX_SHA256,
        12,
        CODE,
        "a",
        NULL,
        SPECIAL,
        { { 44, 4, 120 }, { 120, 4, 3 }, { 16, 4, 220 }, { 92, 4, 260 } } },
      SX_CODE_FAULT_SCATTER,
      false },
    { "a page too few", { GOOD, SPECIAL, { { 28, 4, 1 } } }, SX_CODE_FAULT_PAGE_COUNT, false },
    { "no limit", { GOOD, SPECIAL, { { 32, 4, 0 } } }, SX_CODE_FAULT_PAGE_COUNT, false },
    { "a limit of one page",
      { GOOD, SPECIAL, { { 32, 4, 4096 } } },
      SX_CODE_FAULT_PAGE_COUNT,
      false },
    { "two pages of any size",
      { GOOD, SPECIAL, { { 39, 1, 0 } } },
      SX_CODE_FAULT_PAGE_COUNT,
      false },
    { "pages of 2^32", { GOOD, SPECIAL, { { 39, 1, 32 } } }, SX_CODE_FAULT_PAGE_COUNT, false },
    { "pages of 2^255", { GOOD, SPECIAL, { { 39, 1, 255 } } }, SX_CODE_FAULT_PAGE_COUNT, false },
    { "a limit near 2^64",
      { GOOD, SPECIAL, { { 56, 8, UINT64_MAX } } },
      SX_CODE_FAULT_PAGE_COUNT,
      false },
    { "hashSize of another algorithm",
      { GOOD, SPECIAL, { { 36, 1, 20 } } },
      SX_CODE_FAULT_HASH_SIZE,
      true },
    { "hashSize 0", { GOOD, SPECIAL, { { 36, 1, 0 } } }, SX_CODE_FAULT_HASH_SIZE, true },
    { "spare2", { GOOD, SPECIAL, { { 40, 4, 1 } } }, SX_CODE_FAULT_RESERVED, true },
    { "spare3", { GOOD, SPECIAL, { { 52, 4, 1 } } }, SX_CODE_FAULT_RESERVED, true },
};

static void integrity(void **state)
{
    const struct row *row = *state;
    struct parsed p = parse(&row->d);
    for (size_t i = 0; i < p.problems.n; i++)
        if (p.problems.at[i].fault != row->fault)
            print_message("unexpected: %.*s\n", SX_STR_ARG(p.problems.at[i].detail));
    assert_int_equal(p.ok, row->is_usable);
    assert_int_equal(p.problems.n, row->fault != NO_FAULT);
    if (row->fault != NO_FAULT) {
        assert_int_equal(p.problems.at[0].fault, row->fault);
        assert_int_equal(p.problems.at[0].slot, 0);
    }
    release(&p);
}

/* Security takes no CodeDirectory below 96 bytes, whatever its version. */
static void shorter_than_security_reads(void **state)
{
    (void)state;
    for (size_t n = 0; n < 96; n++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct directory d = { 0x20001, 0,         SX_FX_SHA1,     0, LIT(""), "a",
                               NULL,    { { 0 } }, { { 4, 4, n } } };
        struct parsed p = parse_bytes(sx_str_sub(make_directory(arena, &d), 0, n));
        assert_false(p.ok);
        assert_int_equal(p.problems.n, 1);
        release(&p);
    }
}

static void every_prefix_is_refused(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct directory d = { GOOD, SPECIAL };
    struct sx_str whole = make_directory(arena, &d);
    for (size_t n = 0; n < whole.len; n++)
        for (int says_so = 0; says_so < 2; says_so++) {
            struct patch length[4] = { { 4, 4, n } };
            struct sx_str part = sx_str_sub(whole, 0, n);
            struct parsed p = parse_bytes(says_so ? apply(arena, part, length) : part);
            assert_false(p.ok);
            assert_int_equal(p.problems.n, 1);
            release(&p);
        }
}

/* The worked example: an ad hoc CodeDirectory over 4096 times A and 100 times B, whose digests
 * were computed by hand. */
static const char example[] =
    "fade0c02 000000e7 00020400 00000002 000000a7 00000058 00000002 00000002"
    "00001064 2002000c 00000000 00000000 00000000 00000000 00000000 00000000"
    "00000000 00000000 00000000 00001000 00000000 00000001 636f6d2e 6578616d"
    "706c652e 73780098 7920904e ab650e75 788c054a a0b0524e 6a80bfc7 1aa32df8 d237a617 43f98658"
    "91b5b522 d5df086d 0ff0b110 fbd9d21b b4fc7163 af34d082 86a2e846 f6be0368 96d9ea3f 73a4434f"
    "5832bc65 714e7d06 6f177373 f36f34dc 8a6f735d aa41b1cf be7d2db2 f3dcdec7 c2799f0b 7c611e5b"
    "dfc145a7 639516e8 ec1e51a6 5c70ac";

static void a_directory_computed_by_hand(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct parsed p = parse_bytes(sx_fx_unhex(arena, sx_str_of(example)));
    const struct sx_code_directory *cd = &p.cd;
    assert_true(p.ok);
    assert_int_equal(p.problems.n, 0);
    assert_true(sx_str_is(cd->identifier, "com.example.sx"));
    assert_null(cd->team.ptr);
    assert_int_equal(cd->code_limit, 0x1064);
    assert_int_equal(sx_code_directory_page_size(cd), 4096);
    assert_int_equal(cd->exec_seg_limit, 4096);
    assert_int_equal(cd->exec_seg_flags, SX_EXEC_FLAG_MAIN_BINARY);
    assert_true(sx_str_is(sx_hex(arena, cd->digest, cd->digest_len),
                          "5f519687df65ab5c8af966d98b2e44df02ad30ea3d520a21d10ee1bf49accd8a"));
    assert_int_equal(sx_code_directory_special(cd, 0).len, 0);
    assert_int_equal(sx_code_directory_special(cd, 1).ptr[0], 0x58);
    assert_int_equal(sx_code_directory_special(cd, 2).ptr[0], 0x98);
    assert_int_equal(sx_code_directory_special(cd, 3).len, 0);
    assert_int_equal(sx_code_directory_page(cd, 0).ptr[0], 0x68);
    assert_int_equal(sx_code_directory_page(cd, 1).off, 0xc7);
    assert_int_equal(sx_code_directory_page(cd, 2).len, 0);
    struct sx_strs flags = sx_code_flag_names(arena, cd->flags);
    assert_int_equal(flags.n, 1);
    assert_true(sx_str_is(flags.at[0], "adhoc"));
    assert_true(sx_str_is(sx_exec_flag_names(arena, 0x11).at[1], "allow-unsigned"));
    release(&p);
}

/* A newer field is not read from an older CodeDirectory, even where its bytes would be. */
static void older_versions_lack_newer_fields(void **state)
{
    (void)state;
    struct directory d = { GOOD, SPECIAL };
    d.patches[0] = (struct patch){ 8, 4, 0x20100 };
    d.patches[1] = (struct patch){ 56, 8, 1 };
    struct parsed p = parse(&d);
    assert_true(p.ok);
    assert_null(p.cd.team.ptr);
    assert_int_equal(p.cd.code_limit, 5000);
    release(&p);
}

static void zeros_mean_nothing_is_sealed(void **state)
{
    (void)state;
    struct directory d = { GOOD, { [3] = LIT("x") } };
    struct parsed p = parse(&d);
    assert_int_equal(p.cd.n_special_slots, 3);
    assert_int_equal(sx_code_directory_special(&p.cd, 1).len, 0);
    assert_int_equal(sx_code_directory_special(&p.cd, 3).len, 32);
    release(&p);
}

static void ranks_of_hashes(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    assert_true(sx_hash_rank(SX_HASH_SHA384) > sx_hash_rank(SX_HASH_SHA256));
    assert_true(sx_hash_rank(SX_HASH_SHA256) > sx_hash_rank(SX_HASH_SHA256_TRUNCATED));
    assert_true(sx_hash_rank(SX_HASH_SHA256_TRUNCATED) > sx_hash_rank(SX_HASH_SHA1));
    assert_int_equal(sx_hash_rank(SX_HASH_SHA512), 0);
    assert_int_equal(sx_hash_rank(SX_HASH_MD5), 0);
    assert_int_equal(sx_hash_rank(0), 0);
    assert_true(sx_str_is(sx_runtime_version_text(arena, 0x0f0200), "15.2.0"));
    assert_null(sx_runtime_version_text(arena, 0).ptr);
}

int main(void)
{
    static struct rows tests;
    ADD_ROWS(&tests, rows, integrity);
    ADD_TEST(&tests, shorter_than_security_reads);
    ADD_TEST(&tests, every_prefix_is_refused);
    ADD_TEST(&tests, a_directory_computed_by_hand);
    ADD_TEST(&tests, older_versions_lack_newer_fields);
    ADD_TEST(&tests, zeros_mean_nothing_is_sealed);
    ADD_TEST(&tests, ranks_of_hashes);
    return run_rows("code-directory", &tests);
}

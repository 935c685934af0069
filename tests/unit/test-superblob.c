/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "codesign/requirement_set.h"
#include "codesign/superblob.h"

#include <stdlib.h>
#include <string.h>

#define U32(n) (uint8_t)((n) >> 24), (uint8_t)((n) >> 16), (uint8_t)((n) >> 8), (uint8_t)(n)

struct row {
    const char *name;
    enum sx_errc code;
    uint64_t off; /* where the error must point */
    size_t len;
    uint8_t bytes[48];
};

static const struct row bad_superblobs[] = {
    { "empty", SX_E_TRUNCATED, 0, 0, { 0 } },
    { "no count", SX_E_TRUNCATED, 8, 8, { U32(0xfade0cc0), U32(8) } },
    { "a bare CodeDirectory", SX_E_MAGIC, 0, 12, { U32(0xfade0c02), U32(12), U32(0) } },
    { "detached", SX_E_MAGIC, 0, 12, { U32(0xfade0cc1), U32(12), U32(0) } },
    { "too many blobs", SX_E_LIMIT, 8, 12, { U32(0xfade0cc0), U32(12), U32(0xffffffff) } },
    { "129 blobs", SX_E_LIMIT, 8, 12, { U32(0xfade0cc0), U32(12), U32(129) } },
    { "shorter than its header", SX_E_FORMAT, 4, 12, { U32(0xfade0cc0), U32(11), U32(1) } },
    { "longer than its place", SX_E_RANGE, 0, 12, { U32(0xfade0cc0), U32(13), U32(0) } },
    { "index cut off", SX_E_TRUNCATED, 16, 16, { U32(0xfade0cc0), U32(16), U32(1), U32(0) } },
    { "index behind the end",
      SX_E_TRUNCATED,
      12,
      20,
      { U32(0xfade0cc0), U32(12), U32(1), U32(0), U32(20) } },
    { "a blob in the index",
      SX_E_RANGE,
      0,
      28,
      { U32(0xfade0cc0), U32(28), U32(1), U32(0), U32(19), U32(0xfade0c02), U32(8) } },
    { "a blob behind the end",
      SX_E_RANGE,
      0,
      20,
      { U32(0xfade0cc0), U32(20), U32(1), U32(0), U32(21) } },
    { "a blob without length",
      SX_E_TRUNCATED,
      24,
      24,
      { U32(0xfade0cc0), U32(24), U32(1), U32(0), U32(20), U32(0xfade0c02) } },
    { "a blob of 7 bytes",
      SX_E_FORMAT,
      20,
      28,
      { U32(0xfade0cc0), U32(28), U32(1), U32(0), U32(20), U32(0xfade0c02), U32(7) } },
    { "a blob too long",
      SX_E_RANGE,
      20,
      28,
      { U32(0xfade0cc0), U32(28), U32(1), U32(0), U32(20), U32(0xfade0c02), U32(9) } },
};

static void rejects_superblob(void **state)
{
    const struct row *r = *state;
    static struct sx_superblob sb;
    struct sx_err err = { 0 };
    assert_false(sx_superblob_parse((struct sx_span){ r->bytes, r->len, 0 }, &sb, &err));
    assert_int_equal(err.code, r->code);
    assert_int_equal(err.off, r->off);
}

static const struct row bad_sets[] = {
    { "set: empty", SX_E_TRUNCATED, 0, 0, { 0 } },
    { "set: a requirement", SX_E_MAGIC, 0, 12, { U32(0xfade0c00), U32(12), U32(0) } },
    { "set: 33 entries", SX_E_LIMIT, 8, 12, { U32(0xfade0c01), U32(12), U32(33) } },
    { "set: length 11", SX_E_FORMAT, 4, 12, { U32(0xfade0c01), U32(11), U32(0) } },
    { "set: too long", SX_E_RANGE, 0, 12, { U32(0xfade0c01), U32(13), U32(0) } },
    { "set: in the index",
      SX_E_RANGE,
      0,
      28,
      { U32(0xfade0c01), U32(28), U32(1), U32(3), U32(12), U32(0xfade0c00), U32(8) } },
    { "set: leaves it",
      SX_E_RANGE,
      20,
      28,
      { U32(0xfade0c01), U32(28), U32(1), U32(3), U32(20), U32(0xfade0c00), U32(9) } },
};

static void rejects_set(void **state)
{
    const struct row *r = *state;
    struct sx_requirement_set set;
    struct sx_err err = { 0 };
    assert_false(sx_requirement_set_parse((struct sx_span){ r->bytes, r->len, 0 }, &set, &err));
    assert_int_equal(err.code, r->code);
    assert_int_equal(err.off, r->off);
}

static const uint8_t good[] = {
    U32(0xfade0cc0), U32(60),         U32(4),  U32(0x10000),    U32(44), U32(2),
    U32(0),          U32(5),          U32(52), U32(5),          U32(52), U32(0xfade0b01),
    U32(8),          U32(0xfade7171), U32(8),  U32(0x01000000),
};

static void reads_the_index(void **state)
{
    (void)state;
    static struct sx_superblob sb;
    struct sx_err err = { 0 };
    assert_true(sx_superblob_parse((struct sx_span){ good, sizeof(good), 1000 }, &sb, &err));
    assert_int_equal(sb.data.len, 60);
    assert_int_equal(sb.count, 4);
    assert_int_equal(sb.n, 3); /* offset 0: not there */
    assert_null(sx_blob_find(&sb, 2));
    assert_int_equal(sx_blob_find(&sb, 0x10000)->data.off, 1044);
    assert_int_equal(sx_blob_find(&sb, 0x10000)->payload.len, 0);
    assert_ptr_equal(sx_blob_find(&sb, 5), &sb.blobs[1]); /* the first of two */
    assert_int_equal(sx_blob_find(&sb, 5)->payload.len, 8);
    assert_false(sx_superblob_is_tight(&sb));
}

/* The first entry of a slot counts, if it says that there is nothing. */
static void what_is_absent_does_not_come_back(void **state)
{
    (void)state;
    static struct sx_superblob sb;
    static const uint8_t bytes[] = { U32(0xfade0cc0), U32(52), U32(4),  U32(0x10000),
                                     U32(0),          U32(2),  U32(44), U32(0x10000),
                                     U32(44),         U32(2),  U32(0),  U32(0xfade0b01),
                                     U32(8) };
    struct sx_err err = { 0 };
    assert_true(sx_superblob_parse((struct sx_span){ bytes, sizeof(bytes), 0 }, &sb, &err));
    assert_int_equal(sb.n, 1);
    assert_null(sx_blob_find(&sb, 0x10000));
    assert_non_null(sx_blob_find(&sb, 2));
}

/* However a SuperBlob is cut short, it is refused, and nothing beyond the cut is read. */
static void every_prefix_is_refused(void **state)
{
    (void)state;
    static struct sx_superblob sb;
    for (size_t n = 0; n < 60; n++) {
        uint8_t *copy = malloc(n > 0 ? n : 1);
        struct sx_err err = { 0 };
        memcpy(copy, good, n);
        assert_false(sx_superblob_parse((struct sx_span){ copy, n, 0 }, &sb, &err));
        assert_int_not_equal(err.code, SX_OK);
        free(copy);
    }
}

static void only_contiguous_blobs_are_tight(void **state)
{
    (void)state;
    static struct sx_superblob sb;
    uint8_t bytes[] = { U32(0xfade0cc0), U32(45),         U32(2), U32(0),          U32(36), U32(2),
                        U32(28),         U32(0xfade0c01), U32(8), U32(0xfade0c02), U32(9),  0 };
    struct sx_span in = { bytes, sizeof(bytes), 0 };
    struct sx_err err = { 0 };
    assert_true(sx_superblob_parse(in, &sb, &err));
    assert_true(sx_superblob_is_tight(&sb));
    bytes[43] = 8; /* the last blob ends before the SuperBlob */
    assert_true(sx_superblob_parse(in, &sb, &err));
    assert_false(sx_superblob_is_tight(&sb));
    bytes[43] = 9;
    bytes[19] = 28; /* both at one place */
    assert_true(sx_superblob_parse(in, &sb, &err));
    assert_false(sx_superblob_is_tight(&sb));
}

static void parts_come_as_files(void **state)
{
    (void)state;
    static struct sx_superblob sb;
    static const uint8_t blob[] = { U32(0xfade0c01), U32(12), U32(0) };
    struct sx_err err = { 0 };
    sb.n = 0;
    assert_true(sx_superblob_part(&sb, sx_slot_of_file("CodeRequirements")->slot,
                                  (struct sx_span){ blob, sizeof(blob), 0 }, &err));
    assert_true(sx_superblob_part(&sb, sx_slot_of_file("CodeSignature")->slot,
                                  (struct sx_span){ 0 }, &err));
    assert_int_equal(sx_blob_find(&sb, SX_SLOT_REQUIREMENTS)->magic, 0xfade0c01);
    assert_int_equal(sx_blob_find(&sb, SX_SLOT_CMS)->magic, 0);
    while (sb.n < SX_MAX_BLOBS)
        assert_true(sx_superblob_part(&sb, 2, (struct sx_span){ blob, 12, 0 }, &err));
    assert_false(sx_superblob_part(&sb, 2, (struct sx_span){ blob, 12, 0 }, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    assert_int_equal(sx_slot_of_file("CodeRequirements-1")->slot, SX_SLOT_ALTERNATE_0);
    assert_null(sx_slot_of_file("CodeNothing"));
}

static void requirements_by_kind(void **state)
{
    (void)state;
    static const uint8_t bytes[] = { U32(0xfade0c01), U32(52),         U32(3),  U32(3),
                                     U32(36),         U32(1),          U32(44), U32(5),
                                     U32(0),          U32(0xfade0c00), U32(8),  U32(0xfade0c00),
                                     U32(8) };
    struct sx_requirement_set set;
    struct sx_err err = { 0 };
    assert_true(sx_requirement_set_parse((struct sx_span){ bytes, sizeof(bytes), 0 }, &set, &err));
    assert_int_equal(set.n, 2);
    assert_int_equal(sx_requirement_find(&set, SX_REQUIREMENT_DESIGNATED).off, 36);
    assert_int_equal(sx_requirement_find(&set, SX_REQUIREMENT_HOST).len, 8);
    assert_int_equal(sx_requirement_find(&set, SX_REQUIREMENT_PLUGIN).len, 0);
    assert_string_equal(sx_requirement_kind_name(3), "designated");
    assert_null(sx_requirement_kind_name(6));
}

int main(void)
{
    static struct rows tests;
    ADD_ROWS(&tests, bad_superblobs, rejects_superblob);
    ADD_ROWS(&tests, bad_sets, rejects_set);
    ADD_TEST(&tests, reads_the_index);
    ADD_TEST(&tests, what_is_absent_does_not_come_back);
    ADD_TEST(&tests, every_prefix_is_refused);
    ADD_TEST(&tests, only_contiguous_blobs_are_tight);
    ADD_TEST(&tests, parts_come_as_files);
    ADD_TEST(&tests, requirements_by_kind);
    return run_rows("superblob", &tests);
}

/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "base/limits.h"
#include "thin.h"

#include <string.h>

/* A universal file: each entry of the header, and where slices really are put. */
static const struct fat_row {
    const char *name;
    uint32_t magic, nfat_arch;
    struct {
        uint32_t cputype, cpusubtype, offset, size, align;
    } arch[3];
    uint32_t size;
    enum sx_macho_fault fault, slice_fault; /* of the file; of the last slice */
    uint32_t n_slices;                      /* 0: it cannot be opened, for `code` */
    enum sx_errc code;
} fats[] = {
#define A(off, size) ARM64, off, size, 12
#define I(off, size) X86_64, off, size, 12
    { "two slices",
      0xcafebabe,
      2,
      { { I(0x1000, 0x800) }, { A(0x2000, 0x800) } },
      0x2800,
      NO_FAULT,
      NO_FAULT,
      2 },
    { "out of order",
      0xcafebabe,
      2,
      { { A(0x2000, 0x800) }, { I(0x1000, 0x800) } },
      0x2800,
      NO_FAULT,
      NO_FAULT,
      2 },
    { "a wide header",
      0xcafebabf,
      1,
      { { A(0x1000, 0x800) } },
      0x1800,
      SX_MACHO_FAULT_FAT_64,
      NO_FAULT,
      1 },
    { "a hidden slice",
      0xcafebabe,
      1,
      { { I(0x1000, 0x800) }, { A(0x2000, 0x800) } },
      0x2800,
      NO_FAULT,
      SX_MACHO_FAULT_HIDDEN_SLICE,
      2 },
    { "an x86_64 entry behind the declared ones",
      0xcafebabe,
      1,
      { { A(0x1000, 0x800) }, { I(0x2000, 0x800) } },
      0x1800,
      SX_MACHO_FAULT_GAP_NOT_ZERO,
      NO_FAULT,
      1 },
    { "two slices at one offset",
      0xcafebabe,
      2,
      { { I(0x1000, 0x800) }, { A(0x1000, 0x800) } },
      0x1800,
      SX_MACHO_FAULT_SLICES_COINCIDE,
      SX_MACHO_FAULT_END,
      2 },
    { "overlap",
      0xcafebabe,
      2,
      { { I(0x1000, 0x1800) }, { A(0x2000, 0x800) } },
      0x2800,
      SX_MACHO_FAULT_SLICES_OVERLAP,
      NO_FAULT,
      2 },
    { "a wide gap",
      0xcafebabe,
      2,
      { { I(0x1000, 0x800) }, { A(0x3000, 0x800) } },
      0x3800,
      SX_MACHO_FAULT_GAP_TOO_WIDE,
      NO_FAULT,
      2 },
    { "a wide gap before the first",
      0xcafebabe,
      1,
      { { A(0x3000, 0x800) } },
      0x3800,
      NO_FAULT,
      NO_FAULT,
      1 },
    { "an alignment of 2^31",
      0xcafebabe,
      2,
      { { I(0x1000, 0x800) }, { ARM64, 0x2000, 0x800, 31 } },
      0x2800,
      SX_MACHO_FAULT_SLICE_ALIGN,
      NO_FAULT,
      2 },
    { "an alignment of 2^255",
      0xcafebabe,
      2,
      { { I(0x1000, 0x800) }, { ARM64, 0x2000, 0x800, 255 } },
      0x2800,
      SX_MACHO_FAULT_SLICE_ALIGN,
      NO_FAULT,
      2 },
    { "an alignment of 2^31 of the first",
      0xcafebabe,
      1,
      { { ARM64, 0x1000, 0x800, 31 } },
      0x1800,
      NO_FAULT,
      NO_FAULT,
      1 },
    { "trailing data",
      0xcafebabe,
      1,
      { { A(0x1000, 0x800) } },
      0x1801,
      SX_MACHO_FAULT_TRAILING_DATA,
      NO_FAULT,
      1 },
    { "a slice in the header",
      0xcafebabe,
      1,
      { { A(16, 0x800) } },
      0x810,
      SX_MACHO_FAULT_SLICE_IN_HEADER,
      SX_MACHO_FAULT_SLICE_UNREADABLE,
      1 },
    { "one processor twice",
      0xcafebabe,
      2,
      { { A(0x1000, 0x800) }, { A(0x2000, 0x800) } },
      0x2800,
      SX_MACHO_FAULT_SLICE_TWICE,
      NO_FAULT,
      2 },
    { "capabilities make another processor",
      0xcafebabe,
      2,
      { { A(0x1000, 0x800) }, { SX_CPU_ARM64, 0x80000000, 0x2000, 0x800, 12 } },
      0x2800,
      NO_FAULT,
      NO_FAULT,
      2 },
    { "a slice leaves the file",
      0xcafebabe,
      1,
      { { A(0x1000, 0x801) } },
      0x1800,
      NO_FAULT,
      SX_MACHO_FAULT_SLICE_UNREADABLE,
      1 },
    { "a slice behind the file",
      0xcafebabe,
      1,
      { { A(0xfffff000, 0xfffff000) } },
      0x1800,
      NO_FAULT,
      SX_MACHO_FAULT_SLICE_UNREADABLE,
      1 },
    { "an empty slice",
      0xcafebabe,
      1,
      { { A(0x1000, 0) } },
      0x1000,
      NO_FAULT,
      SX_MACHO_FAULT_SLICE_UNREADABLE,
      1 },
    { "no slices", 0xcafebabe, 0, { { 0 } }, 0x100, NO_FAULT, NO_FAULT, 0, SX_E_FORMAT },
    { "header cut short",
      0xcafebabe,
      2,
      { { A(0x1000, 0x800) } },
      30,
      NO_FAULT,
      NO_FAULT,
      0,
      SX_E_TRUNCATED },
    { "swapped magic",
      0xbebafeca,
      0x01000000,
      { { A(0x1000, 0x800) } },
      0x1800,
      NO_FAULT,
      NO_FAULT,
      0,
      SX_E_LIMIT },
    { "more slices than Security reads",
      0xcafebabe,
      101,
      { { A(0x1000, 0x800) } },
      0x1800,
      NO_FAULT,
      NO_FAULT,
      0,
      SX_E_LIMIT },
#undef A
#undef I
};

static void put_fat_header(struct sx_buf *buf, const struct fat_row *row)
{
    unsigned word = row->magic == 0xcafebabf ? 8 : 4;
    sx_fx_put_be(buf, 4, row->magic);
    sx_fx_put_be(buf, 4, row->nfat_arch);
    for (size_t i = 0; i < 3 && row->arch[i].cputype != 0; i++) {
        sx_fx_put_be(buf, 4, row->arch[i].cputype);
        sx_fx_put_be(buf, 4, row->arch[i].cpusubtype);
        sx_fx_put_be(buf, word, row->arch[i].offset);
        sx_fx_put_be(buf, word, row->arch[i].size);
        sx_fx_put_be(buf, 4, row->arch[i].align);
        if (word == 8)
            sx_fx_put_be(buf, 4, 0);
    }
}

static struct opened open_fat(const struct fat_row *row)
{
    struct sx_buf buf = { 0 };
    put_fat_header(&buf, row);
    if (buf.len < row->size)
        sx_buf_fill(&buf, '\0', row->size - buf.len);
    buf.len = row->size;
    for (size_t i = 0; i < 3; i++) {
        struct sx_buf slice = { 0 };
        thin_put(&slice, &(struct thin){ row->arch[i].cputype, row->arch[i].cpusubtype,
                                         SX_MH_OBJECT, 0, "", 0x20 });
        uint32_t off = row->arch[i].offset;
        if (off >= 0x100 && off < row->size && slice.len < row->size - off)
            memcpy(buf.ptr + off, slice.ptr, slice.len);
        sx_buf_release(&slice);
    }
    return open_bytes(&buf);
}

static void fat_faults(void **state)
{
    const struct fat_row *row = *state;
    struct opened o = open_fat(row);
    assert_int_equal(o.ok, row->n_slices > 0);
    if (!o.ok) {
        assert_int_equal(o.err.code, row->code);
        close_opened(&o);
        return;
    }
    assert_int_equal(o.macho.n_slices, row->n_slices);
    assert_fault(&o.macho.anomalies, row->fault);
    if (row->fault != SX_MACHO_FAULT_SLICES_COINCIDE)
        assert_fault(&o.macho.slices[row->n_slices - 1].anomalies, row->slice_fault);
    close_opened(&o);
}

static void another_processor_than_the_header_says(void **state)
{
    (void)state;
    struct fat_row row = fats[0];
    struct sx_buf buf = { 0 };
    put_fat_header(&buf, &row);
    sx_buf_fill(&buf, '\0', 0x1000 - buf.len);
    thin_put(&buf, &(struct thin){ ARM64, SX_MH_OBJECT, 0, "", 0x1000 });
    thin_put(&buf, &(struct thin){ ARM64, SX_MH_DYLIB, 0, "seg __LINKEDIT 0 0x800", 0x800 });
    struct opened o = open_bytes(&buf);
    assert_true(o.ok);
    assert_fault(&o.macho.slices[0].anomalies, SX_MACHO_FAULT_CPU_DIFFERS);
    assert_fault(&o.macho.slices[1].anomalies, NO_FAULT);
    assert_true(sx_str_is(o.macho.slices[0].arch, "x86_64"));
    assert_false(o.macho.is_signable);
    close_opened(&o);
}

static void a_gap_must_be_zero(void **state)
{
    (void)state;
    for (size_t at = 0x30; at < 0x1000; at += 0xfcf) {
        struct sx_buf buf = { 0 };
        put_fat_header(&buf, &fats[0]);
        sx_buf_fill(&buf, '\0', 0x2800 - buf.len);
        buf.ptr[at] = 1;
        struct opened o = open_bytes(&buf);
        assert_fault(&o.macho.anomalies, SX_MACHO_FAULT_GAP_NOT_ZERO);
        close_opened(&o);
    }
}

static struct opened open_libraries(const char *second)
{
    struct sx_buf buf = { 0 };
    put_fat_header(&buf, &fats[0]);
    sx_buf_fill(&buf, '\0', 0x2800 - buf.len);
    memcpy(buf.ptr + 0x1000, "!<arch>\n", 8);
    memcpy(buf.ptr + 0x2000, second, 8);
    return open_bytes(&buf);
}

static bool is_code(const struct opened *o)
{
    return sx_macho_is_code(o->source, (struct sx_span){ o->bytes, SX_MACHO_SNIFF, 0 });
}

static void static_libraries_are_told_apart(void **state)
{
    (void)state;
    struct opened o = open_libraries("!<arch>\n");
    assert_true(o.ok);
    assert_true(o.macho.is_archive);
    assert_false(is_code(&o));
    assert_int_equal(o.macho.slices[0].err.code, SX_E_UNSUPPORTED);
    assert_int_equal(o.macho.slices[0].anomalies.n, 0);
    close_opened(&o);
}

/* The other slice would run. */
static void code_beside_a_static_library_is_code(void **state)
{
    (void)state;
    struct opened o = open_libraries("\xcf\xfa\xed\xfe\0\0\0\0");
    assert_false(o.macho.is_archive);
    assert_true(is_code(&o));
    close_opened(&o);
}

static void a_broken_slice_spoils_no_other(void **state)
{
    (void)state;
    struct sx_buf buf = { 0 };
    put_fat_header(&buf, &fats[0]);
    sx_buf_fill(&buf, '\0', 0x2000 - buf.len);
    thin_put(&buf, &(struct thin){ ARM64, SX_MH_DYLIB, 0, "seg __LINKEDIT 0 0x800", 0x800 });
    struct opened o = open_bytes(&buf);
    assert_true(o.ok);
    assert_int_equal(o.macho.slices[0].err.code, SX_E_MAGIC);
    assert_int_equal(o.macho.slices[1].err.code, SX_OK);
    assert_int_equal(o.macho.slices[1].n_segments, 1);
    close_opened(&o);
}

/* A hundred slices that share one place may not make us read it a hundred times. */
static void load_commands_have_one_budget(void **state)
{
    (void)state;
    enum { COMMANDS = 1 << 20, N = 40 };
    struct sx_buf buf = { 0 };
    sx_fx_put_be(&buf, 4, 0xcafebabe);
    sx_fx_put_be(&buf, 4, N);
    for (unsigned i = 0; i < N; i++) {
        uint32_t arch[] = { SX_CPU_ARM64, i, 0x1000, 0x1000 + COMMANDS, 12 };
        for (size_t k = 0; k < 5; k++)
            sx_fx_put_be(&buf, 4, arch[k]);
    }
    sx_buf_fill(&buf, '\0', 0x1000 - buf.len);
    thin_put(&buf, &(struct thin){ ARM64, SX_MH_OBJECT, 0, "", 0x1000 + COMMANDS });
    sx_fx_set_le(buf.ptr + 0x1000 + 20, 4, COMMANDS);
    struct opened o = open_bytes(&buf);
    assert_true(o.ok);
    assert_int_equal(o.macho.slices[0].err.code, SX_OK);
    assert_int_equal(o.macho.slices[N - 1].err.code, SX_E_LIMIT);
    assert_true(sx_arena_bytes(o.arena) < UINT64_C(2) * SX_MAX_LOAD_COMMANDS);
    close_opened(&o);
}

int main(void)
{
    static struct rows tests;
    ADD_ROWS(&tests, fats, fat_faults);
    ADD_TEST(&tests, another_processor_than_the_header_says);
    ADD_TEST(&tests, a_gap_must_be_zero);
    ADD_TEST(&tests, static_libraries_are_told_apart);
    ADD_TEST(&tests, code_beside_a_static_library_is_code);
    ADD_TEST(&tests, a_broken_slice_spoils_no_other);
    ADD_TEST(&tests, load_commands_have_one_budget);
    return run_rows("fat", &tests);
}

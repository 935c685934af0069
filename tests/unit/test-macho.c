/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "thin.h"

#define PIE      0x200000
#define EXECUTE  SX_MH_EXECUTE, PIE
#define SEGMENTS "seg __TEXT 0 0x4000; seg __LINKEDIT 0x4000 0x1000; "
#define DYNAMIC  "main; dylinker /usr/lib/dyld"
#define SIZE     0x5000

static const struct slice_row {
    const char *name;
    struct thin thin;
    enum sx_macho_fault fault;
} slices[] = {
    { "a plain arm64 executable", { ARM64, EXECUTE, SEGMENTS DYNAMIC, SIZE }, NO_FAULT },
    { "32 bits, big-endian",
      { SX_CPU_POWERPC, 0, SX_MH_EXECUTE, 0,
        "seg32 __TEXT 0 0x4000; seg32 __LINKEDIT 0x4000 0x1000; thread; dylinker /d", SIZE, true,
        true },
      NO_FAULT },
    { "a dylib without entry point", { ARM64, SX_MH_DYLIB, 0, SEGMENTS "id /a", SIZE }, NO_FAULT },
    { "a driver without entry point",
      { ARM64, EXECUTE, SEGMENTS "build 10; dylinker /d", SIZE },
      NO_FAULT },
    { "a zippered dylib has two versions",
      { ARM64, SX_MH_DYLIB, 0, SEGMENTS "id /a; build 1; build 6", SIZE },
      NO_FAULT },
    { "static code on x86_64", { X86_64, EXECUTE, SEGMENTS "thread", SIZE }, NO_FAULT },
    { "an object file ends anywhere",
      { ARM64, SX_MH_OBJECT, 0, "symtab 0 0 0 0", SIZE },
      NO_FAULT },
    { "segments at 4 KiB on x86_64",
      { X86_64, EXECUTE, "seg __TEXT 0 0x1000; seg __LINKEDIT 0x1000 0x4000; " DYNAMIC, SIZE },
      NO_FAULT },
    { "signed", { ARM64, EXECUTE, SEGMENTS "sig 0x4800 0x800; " DYNAMIC, SIZE }, NO_FAULT },
    { "unknown commands", { ARM64, EXECUTE, SEGMENTS "raw 0x77 16 8; " DYNAMIC, SIZE }, NO_FAULT },
    { "the string table ends the file",
      { X86_64, EXECUTE, "seg __TEXT 0 0x4000; symtab 0 0 0x4000 0x1000; " DYNAMIC, SIZE },
      NO_FAULT },

    { "cmdsize 0",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; raw 0x77 0 8", SIZE },
      SX_MACHO_FAULT_COMMAND_LIST },
    { "cmdsize 7",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; raw 0x77 7 8", SIZE },
      SX_MACHO_FAULT_COMMAND_LIST },
    { "a command leaves the list",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; raw 0x77 24 8", SIZE },
      SX_MACHO_FAULT_COMMAND_LIST },
    { "cmdsize near 2^32",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; raw 1 0xfffffff8 8", SIZE },
      SX_MACHO_FAULT_COMMAND_LIST },
    { "a symtab of 8 bytes",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; raw 2 8 0", SIZE },
      SX_MACHO_FAULT_COMMAND_FORMAT },
    { "a segment of 16 bytes",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; raw 0x19 16 8", SIZE },
      SX_MACHO_FAULT_COMMAND_FORMAT },
    { "more tools than room",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; tool 1 2 3 2", SIZE },
      SX_MACHO_FAULT_COMMAND_FORMAT },
    { "a path before its command's fields",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; raw 0x8000001c 16 8", SIZE },
      SX_MACHO_FAULT_COMMAND_FORMAT },
    { "a narrow segment in a wide file",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC "; seg32 __A 0 0", SIZE },
      SX_MACHO_FAULT_SEGMENT_WIDTH },
    { "a wide segment in a narrow file",
      { SX_CPU_ARM, 9, SX_MH_EXECUTE, 0,
        "seg32 __TEXT 0 0x4000; seg __A 0 0; seg32 __LINKEDIT 0x4000 0x1000; main; dylinker /d",
        SIZE, true },
      SX_MACHO_FAULT_SEGMENT_WIDTH },
    { "segments at 4 KiB on arm64",
      { ARM64, EXECUTE, "seg __TEXT 0 0x1000; seg __LINKEDIT 0x1000 0x4000; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SEGMENT_ALIGN },
    { "a segment leaves the slice",
      { ARM64, EXECUTE, "seg __TEXT 0 0x5001; seg __LINKEDIT 0x4000 0x1000; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SEGMENT_OUTSIDE },
    { "a segment wraps around",
      { ARM64, EXECUTE, SEGMENTS "seg __A 0xffffffffffffc000 0x4000; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SEGMENT_OUTSIDE },
    { "sections that do not fit",
      { ARM64, EXECUTE, SEGMENTS "seg __A 0 0 1; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SECTION_COUNT },
    { "4 billion sections",
      { ARM64, EXECUTE, SEGMENTS "seg __A 0 0 0xffffffff; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SECTION_COUNT },
    { "two version commands",
      { ARM64, EXECUTE, SEGMENTS "build 1; min; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_VERSION_TWICE },
    { "two entry points",
      { ARM64, EXECUTE, SEGMENTS "thread; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_ENTRY_TWICE },
    { "no entry point",
      { ARM64, EXECUTE, SEGMENTS "dylinker /d", SIZE },
      SX_MACHO_FAULT_ENTRY_MISSING },
    { "two dynamic linkers",
      { ARM64, EXECUTE, SEGMENTS "dylinker /d; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_DYLINKER_TWICE },
    { "static code on arm64",
      { ARM64, EXECUTE, SEGMENTS "thread", SIZE },
      SX_MACHO_FAULT_DYLINKER_MISSING },
    { "arm64 at a fixed place",
      { ARM64, SX_MH_EXECUTE, 0, SEGMENTS DYNAMIC, SIZE },
      SX_MACHO_FAULT_NOT_PIE },
    { "two signatures",
      { ARM64, EXECUTE, SEGMENTS "sig 0x4800 0x800; sig 0x4800 0x800; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SIGNATURE_TWICE },
    { "a signature leaves the slice",
      { ARM64, EXECUTE, SEGMENTS "sig 0x4800 0x801; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SIGNATURE_OUTSIDE },
    { "a signature wraps around",
      { ARM64, EXECUTE, SEGMENTS "sig 0xfffffff0 0xfffffff0; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SIGNATURE_OUTSIDE },
    { "a signature in another segment",
      { ARM64, EXECUTE, SEGMENTS "seg __A 0x4000 0x801; sig 0x4800 0x800; " DYNAMIC, SIZE },
      SX_MACHO_FAULT_SIGNATURE_OVERLAPS },
    { "a segment behind the signed bytes",
      { ARM64, EXECUTE,
        "seg __TEXT 0 0x4000; seg __LINKEDIT 0x4000 0x5000; seg __A 0x8000 1; "
        "sig 0x4800 0x800; " DYNAMIC,
        0x9000 },
      SX_MACHO_FAULT_SEGMENT_UNSIGNED },
    { "appended data",
      { ARM64, EXECUTE, SEGMENTS DYNAMIC, SIZE + 1 },
      SX_MACHO_FAULT_LINKEDIT_NOT_LAST },
    { "__LINKEDIT longer than the file on x86_64",
      { X86_64, SX_MH_PRELOAD, 0, "seg __LINKEDIT 0xffffffffffffffff 2", SIZE },
      SX_MACHO_FAULT_LINKEDIT_NOT_LAST },
    { "nothing says where the file ends",
      { ARM64, SX_MH_DYLIB, 0, "seg __TEXT 0 0x4000", SIZE },
      SX_MACHO_FAULT_LINKEDIT_NOT_LAST },
    { "the first of two ends decides",
      { X86_64, SX_MH_DYLIB, 0, "symtab 0 0 0 1; seg __LINKEDIT 0x4000 0x1000", SIZE },
      SX_MACHO_FAULT_LINKEDIT_NOT_LAST },
};

static void slice_faults(void **state)
{
    const struct slice_row *row = *state;
    struct opened o = open_thin(&row->thin);
    assert_true(o.ok);
    assert_int_equal(o.macho.container, SX_MACHO_THIN);
    assert_int_equal(o.macho.n_slices, 1);
    assert_int_equal(o.macho.anomalies.n, 0);
    const struct sx_macho_slice *s = &o.macho.slices[0];
    assert_true(s->has_header);
    assert_int_equal(s->err.code != SX_OK, row->fault == SX_MACHO_FAULT_COMMAND_LIST);
    assert_fault(&s->anomalies, row->fault);
    close_opened(&o);
}

/* A signature command that is not 16 bytes long is wrong on its own. */
static void signature_command_of_24_bytes(void **state)
{
    (void)state;
    struct opened o =
        open_thin(&(struct thin){ ARM64, EXECUTE, SEGMENTS "raw 0x1d 24 16; " DYNAMIC, SIZE });
    assert_true(sx_macho_has(&o.macho.slices[0].anomalies, SX_MACHO_FAULT_SIGNATURE_COMMAND));
    assert_true(o.macho.slices[0].code_signature.has);
    close_opened(&o);
}

static void every_command_is_read(void **state)
{
    (void)state;
    struct opened o = open_thin(&(struct thin){
        .cputype = SX_CPU_ARM64,
        .cpusubtype = 0x80000002,
        .filetype = SX_MH_EXECUTE,
        .flags = PIE,
        .commands =
            "seg __TEXT 0 0x4000 2 0x800 0x10 2 0x900 0x20 1; "
            "seg __LINKEDIT 0x4000 0x1000; symtab 0x4000 3 0x4100 0x20; "
            "dysymtab 0 0 0 1 1 2; uuid 0x03020100 0x07060504 0x0b0a0908 0x0f0e0d0c; "
            "tool 1 0xb0000 0xd0100 1 3 0x10203; min 0xa0b04; source 0x400 0x1000000; "
            "main 0x700; dylinker /usr/lib/dyld; dylib /a 1 0x10000 0x20000; weak @rpath/b; "
            "reexport /c; upward /d; lazy /e; rpath @loader_path/..; rpath /f; "
            "environment DYLD_A=b; encryption 0x800 0x10 1; info 0 0 1 2 3 4 5 6 7 8; "
            "sig 0x4800 0x800; sig 0 1; drs 0x4200 8; exports 0x4300 9; fixups 0x4400 10",
        .size = SIZE,
    });
    assert_true(o.ok);
    const struct sx_macho_slice *s = &o.macho.slices[0];
    assert_true(sx_str_is(s->arch, "arm64e"));
    assert_int_equal(s->n_segments, 2);
    assert_int_equal(s->n_sections, 2);
    assert_true(sx_str_is(s->segments[1].name, "__LINKEDIT"));
    assert_int_equal(s->segments[1].fileoff, 0x4000);
    assert_int_equal(s->n_dylibs, 5);
    assert_true(sx_str_is(s->dylibs[1].path, "@rpath/b"));
    assert_string_equal(sx_macho_link_name(s->dylibs[0].link), "load");
    assert_int_equal(s->dylibs[0].current_version, 0x10000);
    assert_string_equal(sx_macho_link_name(s->dylibs[1].link), "weak");
    assert_string_equal(sx_macho_link_name(s->dylibs[2].link), "reexport");
    assert_string_equal(sx_macho_link_name(s->dylibs[3].link), "upward");
    assert_string_equal(sx_macho_link_name(s->dylibs[4].link), "lazy");
    assert_null(s->id.path.ptr);
    assert_int_equal(s->rpaths.n, 2);
    assert_true(sx_str_is(s->rpaths.at[0], "@loader_path/.."));
    assert_true(sx_str_is(s->dyld_environment.at[0], "DYLD_A=b"));
    assert_true(sx_str_is(s->dylinker, "/usr/lib/dyld"));
    assert_int_equal(s->uuid.len, 16);
    assert_int_equal(s->uuid.ptr[15], 0x0f);
    assert_true(s->version.is_build_version);
    assert_string_equal(sx_macho_platform_name(s->version.platform), "macos");
    assert_true(sx_str_is(sx_macho_version_text(o.arena, s->version.minos), "11.0"));
    assert_int_equal(s->version.n_tools, 1);
    assert_int_equal(s->version.tools[0].version, 0x10203);
    assert_true(sx_str_is(sx_macho_source_version_text(o.arena, s->source_version), "65536.0.0.1"));
    assert_string_equal(sx_macho_entry_name(s->entry), "main");
    assert_int_equal(s->entryoff, 0x700);
    assert_int_equal(s->symtab.nsyms, 3);
    assert_int_equal(s->dysymtab.iundefsym, 1);
    assert_int_equal(s->encryption.cryptid, 1);
    assert_int_equal(s->dyld_info.lazy_bind.off, 5);
    assert_int_equal(s->dyld_info.lazy_bind.len, 6);
    assert_int_equal(s->code_signature.off, 0x4800);
    assert_int_equal(s->code_sign_drs.len, 8);
    assert_int_equal(s->exports_trie.len, 9);
    assert_int_equal(s->chained_fixups.len, 10);
    assert_int_equal(s->counts.code_signature, 2);
    assert_int_equal(s->counts.version_min, 1);
    assert_int_equal(sx_macho_page_shift(s), 14);
    assert_true(o.macho.is_signable);
    close_opened(&o);
}

static void sections_are_ranges(void **state)
{
    (void)state;
    struct opened o = open_thin(&(struct thin){
        ARM64, EXECUTE,
        "seg __TEXT 0 0x4000 3 0x800 0x10 2 0x900 0x20 1 0x4fff 2 0; " SEGMENTS DYNAMIC, SIZE });
    const struct sx_macho_slice *s = &o.macho.slices[0];
    struct sx_macho_range r = sx_macho_section_range(s, "__TEXT", "__s0");
    assert_true(r.has);
    assert_int_equal(r.off, 0x800);
    assert_int_equal(r.len, 0x10);
    assert_false(sx_macho_section_range(s, "__TEXT", "__s1").has); /* zero-fill */
    assert_false(sx_macho_section_range(s, "__TEXT", "__s2").has); /* leaves the slice */
    assert_false(sx_macho_section_range(s, "__DATA", "__s0").has);
    struct sx_span bytes;
    struct sx_err err = { 0 };
    assert_true(sx_macho_read(s, r, 16, "section", o.arena, &bytes, &err));
    assert_int_equal(bytes.off, 0x800);
    assert_false(sx_macho_read(s, r, 15, "section", o.arena, &bytes, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    err = (struct sx_err){ 0 };
    r.off = UINT64_MAX;
    assert_false(sx_macho_read(s, r, 16, "section", o.arena, &bytes, &err));
    assert_int_equal(err.code, SX_E_RANGE);
    close_opened(&o);
}

/* However a file is cut short, what is read of it stays inside, and something says so. */
static void every_prefix_is_noticed(void **state)
{
    (void)state;
    struct sx_buf whole = { 0 };
    thin_put(&whole, &(struct thin){ X86_64, EXECUTE,
                                     "seg __TEXT 0 0x200; seg __LINKEDIT 0x200 0x20; "
                                     "rpath /a; build 1; uuid; sig 0x210 0x10; " DYNAMIC,
                                     0x220 });
    for (size_t n = 0; n < whole.len; n++) {
        struct sx_buf part = { 0 };
        sx_buf_put(&part, whole.ptr, n);
        struct opened o = open_bytes(&part);
        if (o.ok)
            assert_true(o.macho.slices[0].anomalies.n > 0);
        else
            assert_int_not_equal(o.err.code, SX_OK);
        close_opened(&o);
    }
    sx_buf_release(&whole);
}

static const struct sniff_row {
    const char *name;
    bool is_macho;
    size_t len;
    uint8_t bytes[16];
} sniffs[] = {
    { "empty", false, 0, { 0 } },
    { "three bytes", false, 3, { 0xcf, 0xfa, 0xed } },
    { "64 bits", true, 4, { 0xcf, 0xfa, 0xed, 0xfe } },
    { "32 bits", true, 4, { 0xce, 0xfa, 0xed, 0xfe } },
    { "64 bits, big-endian", true, 4, { 0xfe, 0xed, 0xfa, 0xcf } },
    { "32 bits, big-endian", true, 4, { 0xfe, 0xed, 0xfa, 0xce } },
    { "wide fat", true, 4, { 0xca, 0xfe, 0xba, 0xbf } },
    { "swapped fat", true, 4, { 0xbe, 0xba, 0xfe, 0xca } },
    { "fat", true, 12, { 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2, 1, 0, 0, 7 } },
    { "fat with 60 slices", true, 12, { 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 60, 1, 0, 0, 12 } },
    { "Java 1.1", false, 12, { 0xca, 0xfe, 0xba, 0xbe, 0, 3, 0, 45, 0, 20, 10, 0 } },
    { "Java 17", false, 12, { 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 1, 0, 7, 0 } },
    { "ELF", false, 12, { 0x7f, 'E', 'L', 'F', 2, 1, 1 } },
};

static void sniffing(void **state)
{
    const struct sniff_row *row = *state;
    assert_int_equal(sx_macho_sniff((struct sx_span){ row->bytes, row->len, 0 }), row->is_macho);
}

static const struct arch_row {
    const char *name;
    uint32_t cputype, cpusubtype;
} archs[] = {
    { "arm64", SX_CPU_ARM64, 0 },
    { "arm64e", SX_CPU_ARM64, 0x80000002 },
    { "x86_64", SX_CPU_X86_64, 0x80000003 },
    { "x86_64h", SX_CPU_X86_64, 8 },
    { "i386", SX_CPU_I386, 3 },
    { "armv7", SX_CPU_ARM, 9 },
    { "armv7s", SX_CPU_ARM, 11 },
    { "armv7k", SX_CPU_ARM, 12 },
    { "arm64_32", SX_CPU_ARM64_32, 1 },
    { "ppc", SX_CPU_POWERPC, 0 },
    { "ppc64", SX_CPU_POWERPC64, 0 },
    { "cputype 99 subtype 1", 99, 1 },
};

static void arch_names(void **state)
{
    const struct arch_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    assert_true(sx_str_is(sx_macho_arch(arena, row->cputype, row->cpusubtype), row->name));
}

static void versions_as_apple_prints_them(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    assert_true(sx_str_is(sx_macho_version_text(arena, 0x000d0000), "13.0"));
    assert_true(sx_str_is(sx_macho_version_text(arena, 0x000a0b04), "10.11.4"));
    assert_string_equal(sx_macho_type_name(11), "kext");
    assert_string_equal(sx_macho_type_name(99), "other");
    assert_string_equal(sx_macho_platform_name(99), "unknown");
}

int main(void)
{
    static struct rows tests;
    ADD_ROWS(&tests, slices, slice_faults);
    ADD_ROWS(&tests, sniffs, sniffing);
    ADD_ROWS(&tests, archs, arch_names);
    ADD_TEST(&tests, signature_command_of_24_bytes);
    ADD_TEST(&tests, every_command_is_read);
    ADD_TEST(&tests, sections_are_ranges);
    ADD_TEST(&tests, every_prefix_is_noticed);
    ADD_TEST(&tests, versions_as_apple_prints_them);
    return run_rows("macho", &tests);
}

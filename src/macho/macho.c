/* SPDX-License-Identifier: MIT */
#include "macho/macho.h"

#include "macho/internal.h"

#include <string.h>

/* The first four bytes of a file, read big-endian. */
#define FAT_MAGIC    0xcafebabeu
#define FAT_CIGAM    0xbebafecau
#define FAT_MAGIC_64 0xcafebabfu

enum { FAT_HEADER = 8, FAT_ARCH = 20, FAT_ARCH_64 = 32 };

/* A class file has its version, 45 and up, where a fat file has the number of slices (Java
 * Virtual Machine Specification, 4.1). */
enum { JAVA_FIRST_VERSION = 45 };

static bool is_class_file(struct sx_cursor c)
{
    uint32_t n = sx_get_u32(&c, "fat_header.nfat_arch");
    (void)sx_get_u16(&c, "constant_pool_count");
    uint8_t tag = sx_get_u8(&c, "cp_info.tag");
    return n >= JAVA_FIRST_VERSION && tag != 0;
}

bool sx_macho_sniff(struct sx_span head)
{
    struct sx_cursor c = sx_cursor_be(head);
    switch (sx_get_u32(&c, "magic")) {
    case 0xfeedface:
    case 0xfeedfacf:
    case 0xcefaedfe:
    case 0xcffaedfe:
    case FAT_CIGAM:
    case FAT_MAGIC_64:
        return true;
    case FAT_MAGIC:
        return !is_class_file(c);
    default:
        return false;
    }
}

static struct sx_macho_slice get_fat_arch(struct sx_cursor *c, bool is_64)
{
    struct sx_macho_slice s = { .cputype = sx_get_u32(c, "fat_arch.cputype") };
    s.cpusubtype = sx_get_u32(c, "fat_arch.cpusubtype");
    s.off = is_64 ? sx_get_u64(c, "fat_arch.offset") : sx_get_u32(c, "fat_arch.offset");
    s.size = is_64 ? sx_get_u64(c, "fat_arch.size") : sx_get_u32(c, "fat_arch.size");
    s.align = sx_get_u32(c, "fat_arch.align");
    if (is_64)
        (void)sx_get_u32(c, "fat_arch.reserved");
    return s;
}

/* Security reads one fat_arch more than the header declares and takes it for a slice when it is
 * arm64 (macho++.cpp, Universal::Universal). */
static bool get_hidden_arch(struct sx_cursor c, struct sx_macho_slice *out)
{
    struct sx_err unused = { 0 };
    *out = get_fat_arch(&c, false);
    out->hidden = true;
    return sx_cursor_ok(&c, &unused) && out->cputype == SX_CPU_ARM64;
}

static bool read_fat_header(const struct sx_source *source, struct sx_arena *arena,
                            struct sx_macho *macho, uint64_t *header_end, struct sx_err *err)
{
    struct sx_span in;
    bool is_64 = macho->container == SX_MACHO_FAT_64;
    uint64_t most = FAT_HEADER + (uint64_t)SX_MACHO_MAX_ARCHS * (is_64 ? FAT_ARCH_64 : FAT_ARCH);
    uint64_t len = source->size < most ? source->size : most;
    SX_TRY(sx_source_read(source, 0, len, most, "fat_header", arena, &in, err));
    struct sx_cursor c = sx_cursor_be(in);
    uint32_t magic = sx_get_u32(&c, "fat_header.magic");
    macho->nfat_arch = sx_get_u32(&c, "fat_header.nfat_arch");
    SX_TRY(sx_cursor_ok(&c, err));
    if (macho->nfat_arch > SX_MAX_SLICES)
        return sx_fail(err, SX_E_LIMIT, 4, "fat_header.nfat_arch: %u slices, at most %d",
                       macho->nfat_arch, SX_MAX_SLICES);
    macho->slices = SX_NEW_N(arena, struct sx_macho_slice, SX_MACHO_MAX_ARCHS);
    while (macho->n_slices < macho->nfat_arch)
        macho->slices[macho->n_slices++] = get_fat_arch(&c, is_64);
    SX_TRY(sx_cursor_ok(&c, err));
    if (!is_64 && get_hidden_arch(c, &macho->slices[macho->n_slices]))
        macho->n_slices++;
    *header_end = FAT_HEADER + macho->n_slices * (is_64 ? FAT_ARCH_64 : FAT_ARCH);
    if (macho->n_slices == 0)
        return sx_fail(err, SX_E_FORMAT, 4, "fat_header.nfat_arch: no slice");
    if (magic != FAT_MAGIC)
        sx_macho_note(arena, &macho->anomalies,
                      is_64 ? SX_MACHO_FAULT_FAT_64 : SX_MACHO_FAULT_FAT_SWAPPED, 0,
                      "fat_header.magic: 0x%08x", magic);
    return true;
}

static void check_cpu(struct sx_macho_slice *slice, struct sx_arena *arena)
{
    uint32_t bits = SX_CPU_SUBTYPE_BITS;
    if (slice->has_header && (slice->cputype != slice->header_cputype ||
                              (slice->cpusubtype & bits) != (slice->header_cpusubtype & bits)))
        sx_macho_note(arena, &slice->anomalies, SX_MACHO_FAULT_CPU_DIFFERS, slice->off,
                      "the fat header says 0x%x/0x%x, the Mach-O header 0x%x/0x%x", slice->cputype,
                      slice->cpusubtype, slice->header_cputype, slice->header_cpusubtype);
}

static void read_fat_slice(struct sx_macho_slice *slice, const struct sx_source *source,
                           struct sx_arena *arena, uint64_t *budget)
{
    slice->source = source;
    slice->arch = sx_macho_arch(arena, slice->cputype, slice->cpusubtype);
    if (slice->hidden)
        sx_macho_note(arena, &slice->anomalies, SX_MACHO_FAULT_HIDDEN_SLICE, slice->off,
                      "%.*s slice behind the declared number of slices", SX_STR_ARG(slice->arch));
    if (slice->off <= source->size && slice->size <= source->size - slice->off) {
        sx_macho_read_slice(slice, arena, budget);
        check_cpu(slice, arena);
        return;
    }
    sx_fail(&slice->err, SX_E_RANGE, slice->off, "bytes %llu+%llu leave the file of %llu",
            (unsigned long long)slice->off, (unsigned long long)slice->size,
            (unsigned long long)source->size);
    sx_macho_note(arena, &slice->anomalies, SX_MACHO_FAULT_SLICE_UNREADABLE, slice->off, "%s",
                  slice->err.what);
}

static bool open_fat(const struct sx_source *source, struct sx_arena *arena, struct sx_macho *macho,
                     struct sx_err *err)
{
    uint64_t header_end = 0;
    uint64_t budget = SX_MAX_LOAD_COMMANDS;
    SX_TRY(read_fat_header(source, arena, macho, &header_end, err));
    for (size_t i = 0; i < macho->n_slices; i++)
        read_fat_slice(&macho->slices[i], source, arena, &budget);
    sx_macho_check_layout(source, header_end, arena, macho);
    return true;
}

static void open_thin(const struct sx_source *source, struct sx_arena *arena,
                      struct sx_macho *macho)
{
    uint64_t budget = SX_MAX_LOAD_COMMANDS;
    struct sx_macho_slice *slice = SX_NEW(arena, struct sx_macho_slice);
    slice->source = source;
    slice->size = source->size;
    sx_macho_read_slice(slice, arena, &budget);
    slice->cputype = slice->header_cputype;
    slice->cpusubtype = slice->header_cpusubtype;
    slice->arch = sx_macho_arch(arena, slice->cputype, slice->cpusubtype);
    macho->slices = slice;
    macho->n_slices = 1;
}

/* Security signs a file as Mach-O when all slices agree on one signable type (macho++.cpp,
 * Universal's constructor; machorep.cpp, candidate). Old kexts have an object file for i386 beside
 * a kext for x86_64 and are signed as any other file. */
static void compare_types(struct sx_macho *macho)
{
    const struct sx_macho_slice *first = &macho->slices[0];
    macho->is_archive = true;
    macho->is_signable = first->has_header && sx_macho_type_is_signable(first->filetype);
    for (size_t i = 0; i < macho->n_slices; i++) {
        const struct sx_macho_slice *s = &macho->slices[i];
        macho->is_archive = macho->is_archive && s->is_archive;
        if (s->has_header && s->filetype != first->filetype)
            macho->is_signable = false;
    }
}

bool sx_macho_open(const struct sx_source *source, struct sx_arena *arena, struct sx_macho *out,
                   struct sx_err *err)
{
    uint8_t head[16] = { 0 };
    size_t len = source->size < sizeof(head) ? (size_t)source->size : sizeof(head);
    SX_TRY(sx_source_pread(source, 0, head, len, err));
    struct sx_span in = { head, len, 0 };
    if (len < 4)
        return sx_fail(err, SX_E_TRUNCATED, 0, "the file has %zu bytes", len);
    if (!sx_macho_sniff(in))
        return sx_fail(err, SX_E_MAGIC, 0, "no Mach-O");

    *out = (struct sx_macho){ .container = SX_MACHO_THIN };
    struct sx_cursor c = sx_cursor_be(in);
    uint32_t magic = sx_get_u32(&c, "magic");
    if (magic == FAT_MAGIC || magic == FAT_CIGAM)
        out->container = SX_MACHO_FAT;
    if (magic == FAT_MAGIC_64)
        out->container = SX_MACHO_FAT_64;
    if (out->container == SX_MACHO_THIN)
        open_thin(source, arena, out);
    else
        SX_TRY(open_fat(source, arena, out, err));
    compare_types(out);
    return true;
}

/* Is there an archive of object files at `at`? */
static bool starts_archive(const struct sx_source *source, uint64_t at)
{
    static const char magic[] = "!<arch>\n";
    char found[sizeof(magic) - 1];
    struct sx_err ignored = { 0 };
    return sx_source_pread(source, at, found, sizeof(found), &ignored) &&
           memcmp(found, magic, sizeof(found)) == 0;
}

/* Whether a universal file holds object files for a linker in all of its slices. */
static bool is_static_library(const struct sx_source *source, struct sx_span head)
{
    struct sx_cursor c = sx_cursor_be(head);
    struct sx_err ignored = { 0 };
    struct sx_macho macho = { 0 };
    uint32_t magic = sx_get_u32(&c, "magic");
    if (magic != FAT_MAGIC && magic != FAT_MAGIC_64)
        return false;
    (void)sx_get_u32(&c, "fat_header.nfat_arch");
    uint64_t first = get_fat_arch(&c, magic == FAT_MAGIC_64).off;
    if (!sx_cursor_ok(&c, &ignored) || !starts_archive(source, first))
        return false;
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    return sx_macho_open(source, scratch, &macho, &ignored) && macho.is_archive;
}

bool sx_macho_is_code(const struct sx_source *source, struct sx_span head)
{
    return sx_macho_sniff(head) && !is_static_library(source, head);
}

/* SPDX-License-Identifier: MIT */
/* What the kernel refuses to execute or map (XNU, mach_loader.c: parse_machfile, load_segment,
 * load_main, load_version, load_dylinker, load_code_signature), and where Security wants the
 * end of the slice (machorep.cpp, validateStructure). */
#include "macho/internal.h"

enum { MH_FLAG_PIE = 0x200000 };

static void note(const struct sx_macho_reader *r, enum sx_macho_fault fault, uint64_t off,
                 const char *detail)
{
    sx_macho_note(r->arena, &r->slice->anomalies, fault, off, "%s", detail);
}

/* Object files, cores, debug companions and stubs are never mapped by the kernel or dyld. */
static bool is_mapped(const struct sx_macho_slice *slice)
{
    switch (slice->filetype) {
    case SX_MH_EXECUTE:
    case SX_MH_DYLIB:
    case SX_MH_DYLINKER:
    case SX_MH_BUNDLE:
        return true;
    default:
        return false;
    }
}

static void check_segment_place(const struct sx_macho_reader *r, const struct sx_macho_segment *s)
{
    const struct sx_macho_slice *slice = r->slice;
    uint64_t page = UINT64_C(1) << sx_macho_page_shift(slice);
    bool has_pages = slice->header_cputype == SX_CPU_ARM64 ||
                     slice->header_cputype == SX_CPU_X86_64 || slice->header_cputype == SX_CPU_I386;
    if (has_pages && s->fileoff % page != 0)
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_SEGMENT_ALIGN, s->off,
                      "segment %.*s: fileoff %llu is no multiple of %llu",
                      SX_STR_ARG(sx_escape(r->arena, s->name)), (unsigned long long)s->fileoff,
                      (unsigned long long)page);
    if (s->fileoff > slice->size || s->filesize > slice->size - s->fileoff)
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_SEGMENT_OUTSIDE, s->off,
                      "segment %.*s: bytes %llu+%llu leave the slice of %llu",
                      SX_STR_ARG(sx_escape(r->arena, s->name)), (unsigned long long)s->fileoff,
                      (unsigned long long)s->filesize, (unsigned long long)slice->size);
}

static void check_segment_signature(const struct sx_macho_reader *r,
                                    const struct sx_macho_segment *s)
{
    const struct sx_macho_slice *slice = r->slice;
    uint64_t begin = slice->code_signature.off - slice->off;
    uint64_t end = begin + slice->code_signature.len;
    struct sx_str name = sx_escape(r->arena, s->name);
    if (s->filesize == 0)
        return;
    if (s->fileoff > begin) {
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_SEGMENT_UNSIGNED, s->off,
                      "segment %.*s begins at %llu, behind the signed %llu bytes", SX_STR_ARG(name),
                      (unsigned long long)s->fileoff, (unsigned long long)begin);
        return;
    }
    if (!sx_str_is(s->name, "__LINKEDIT") && s->filesize > begin - s->fileoff && end > begin)
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_SIGNATURE_OVERLAPS, s->off,
                      "segment %.*s: bytes %llu+%llu reach into the signature at %llu",
                      SX_STR_ARG(name), (unsigned long long)s->fileoff,
                      (unsigned long long)s->filesize, (unsigned long long)begin);
}

static void check_segments(const struct sx_macho_reader *r)
{
    for (size_t i = 0; is_mapped(r->slice) && i < r->slice->n_segments; i++) {
        check_segment_place(r, &r->slice->segments[i]);
        if (r->slice->code_signature.has)
            check_segment_signature(r, &r->slice->segments[i]);
    }
}

static void check_signature(const struct sx_macho_reader *r)
{
    const struct sx_macho_slice *slice = r->slice;
    const struct sx_macho_range *s = &slice->code_signature;
    if (!s->has)
        return;
    if (slice->counts.code_signature > 1)
        note(r, SX_MACHO_FAULT_SIGNATURE_TWICE, slice->off,
             "LC_CODE_SIGNATURE occurs more than once; the first is read");
    uint64_t at = s->off - slice->off;
    if (at > slice->size || s->len > slice->size - at)
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_SIGNATURE_OUTSIDE, s->off,
                      "LC_CODE_SIGNATURE: bytes %llu+%llu leave the slice of %llu",
                      (unsigned long long)at, (unsigned long long)s->len,
                      (unsigned long long)slice->size);
}

/* A driver is entered through DriverKit: the kernel gives its thread a start of its own (XNU,
 * mach_loader.c, setup_driver_main). */
static bool is_driver(const struct sx_macho_slice *slice)
{
    return slice->version.has && slice->version.platform == SX_MACHO_PLATFORM_DRIVERKIT;
}

static void check_execute(const struct sx_macho_reader *r)
{
    const struct sx_macho_slice *slice = r->slice;
    const struct sx_macho_counts *n = &slice->counts;
    if (n->build_version + n->version_min > 1)
        note(r, SX_MACHO_FAULT_VERSION_TWICE, slice->off,
             "more than one LC_BUILD_VERSION or LC_VERSION_MIN_*");
    if (n->main + n->unixthread > 1)
        note(r, SX_MACHO_FAULT_ENTRY_TWICE, slice->off, "more than one LC_MAIN or LC_UNIXTHREAD");
    if (n->main + n->unixthread == 0 && !is_driver(slice))
        note(r, SX_MACHO_FAULT_ENTRY_MISSING, slice->off, "neither LC_MAIN nor LC_UNIXTHREAD");
    if (n->dylinker > 1)
        note(r, SX_MACHO_FAULT_DYLINKER_TWICE, slice->off, "more than one LC_LOAD_DYLINKER");
}

/* Static and position-dependent executables run on x86_64 only. */
static void check_execute_arm64(const struct sx_macho_reader *r)
{
    const struct sx_macho_slice *slice = r->slice;
    if (slice->counts.dylinker == 0)
        note(r, SX_MACHO_FAULT_DYLINKER_MISSING, slice->off, "no LC_LOAD_DYLINKER");
    if ((slice->flags & MH_FLAG_PIE) == 0)
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_NOT_PIE, slice->off,
                      "mach_header.flags: 0x%x lacks MH_PIE (0x%x)", slice->flags, MH_FLAG_PIE);
}

static void check_end(const struct sx_macho_reader *r)
{
    const struct sx_macho_slice *slice = r->slice;
    if (!sx_macho_type_is_signable(slice->filetype))
        return;
    if (!r->anchor.has)
        note(r, SX_MACHO_FAULT_LINKEDIT_NOT_LAST, slice->off,
             "neither a segment __LINKEDIT nor LC_SYMTAB says where the slice ends");
    else if (r->anchor.end != slice->size)
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_LINKEDIT_NOT_LAST,
                      r->anchor.off, "%s ends at %llu, the slice at %llu", r->anchor.what,
                      (unsigned long long)r->anchor.end, (unsigned long long)slice->size);
}

void sx_macho_check_slice(const struct sx_macho_reader *r)
{
    check_segments(r);
    check_signature(r);
    if (r->slice->filetype == SX_MH_EXECUTE)
        check_execute(r);
    if (r->slice->filetype == SX_MH_EXECUTE && r->slice->header_cputype == SX_CPU_ARM64)
        check_execute_arm64(r);
    check_end(r);
}

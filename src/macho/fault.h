/* SPDX-License-Identifier: MIT */
/* Everything that can be odd about a Mach-O file: what Apple's readers refuse and what they
 * pass over in silence. An anomaly is observed here and judged elsewhere; the second column
 * is the kind of problem under which it is told, the third what the row means.
 *
 * Sources: Security, macho++.cpp and machorep.cpp (Universal, MachOBase, validateStructure);
 * XNU, mach_fat.c and mach_loader.c. */
#pragma once
#include "base/arena.h"

#define SX_MACHO_FAULTS(X)                                                                         \
    /* of the file: sx_macho.anomalies */                                                          \
    X(FAT_64, "fat-64", "FAT_MAGIC_64, which Security and the kernel do not know")                 \
    X(FAT_SWAPPED, "load-commands-refused", "FAT_CIGAM, which the kernel does not accept")         \
    X(SLICES_COINCIDE, "fat-slices-coincide", "two slices at one offset")                          \
    X(SLICES_OVERLAP, "fat-layout-suspicious", "a slice begins before the one below it ends")      \
    X(SLICE_ALIGN, "fat-layout-suspicious", "an alignment above 2^30")                             \
    X(GAP_TOO_WIDE, "fat-layout-suspicious", "a gap of a whole alignment unit or more")            \
    X(GAP_NOT_ZERO, "fat-layout-suspicious", "bytes other than 0 between slices")                  \
    X(TRAILING_DATA, "fat-layout-suspicious", "the last slice does not end with the file")         \
    X(SLICE_IN_HEADER, "load-commands-refused", "a slice begins within the fat header")            \
    X(SLICE_TWICE, "load-commands-refused", "two slices of one cputype and cpusubtype")            \
    /* of a slice: sx_macho_slice.anomalies */                                                     \
    X(HIDDEN_SLICE, "hidden-slice", "an arm64 fat_arch behind the declared count")                 \
    X(SLICE_UNREADABLE, "macho-malformed", "outside the file, no Mach-O, or cut short")            \
    X(COMMAND_LIST, "macho-malformed", "a load command leaves the list, or is shorter than 8")     \
    X(CPU_DIFFERS, "load-commands-refused", "fat header and Mach-O header name different CPUs")    \
    X(COMMAND_FORMAT, "load-commands-refused", "a load command too short for what it holds")       \
    X(SEGMENT_WIDTH, "load-commands-refused", "LC_SEGMENT in a 64-bit file, or the reverse")       \
    X(SEGMENT_ALIGN, "load-commands-refused", "a segment does not begin at a page of the file")    \
    X(SEGMENT_OUTSIDE, "load-commands-refused", "a segment leaves the slice")                      \
    X(SEGMENT_UNSIGNED, "load-commands-refused", "a segment leaves the signed range")              \
    X(SECTION_COUNT, "load-commands-refused", "more sections than the command has room for")       \
    X(VERSION_TWICE, "load-commands-refused", "a second version command in an executable")         \
    X(ENTRY_TWICE, "load-commands-refused", "a second LC_MAIN or LC_UNIXTHREAD")                   \
    X(ENTRY_MISSING, "load-commands-refused", "an executable without entry point")                 \
    X(DYLINKER_TWICE, "load-commands-refused", "a second LC_LOAD_DYLINKER")                        \
    X(DYLINKER_MISSING, "load-commands-refused", "an executable without dynamic linker")           \
    X(NOT_PIE, "load-commands-refused", "an arm64 executable without MH_PIE")                      \
    X(SIGNATURE_TWICE, "load-commands-refused", "a second LC_CODE_SIGNATURE")                      \
    X(SIGNATURE_COMMAND, "load-commands-refused", "LC_CODE_SIGNATURE is not 16 bytes long")        \
    X(SIGNATURE_OUTSIDE, "signature-out-of-bounds", "LC_CODE_SIGNATURE leaves the slice")          \
    X(SIGNATURE_OVERLAPS, "signature-overlaps", "the signature lies in another segment too")       \
    X(LINKEDIT_NOT_LAST, "linkedit-not-last", "__LINKEDIT does not end with the slice")

enum sx_macho_fault {
#define X(name, problem, text) SX_MACHO_FAULT_##name,
    SX_MACHO_FAULTS(X)
#undef X
        SX_MACHO_FAULT_END
};

struct sx_macho_fault_info {
    const char *problem; /* the kind of problem it is told as */
    const char *text;    /* what the fault means */
};

const struct sx_macho_fault_info *sx_macho_fault_info(enum sx_macho_fault fault);

struct sx_macho_anomaly {
    enum sx_macho_fault fault;
    uint64_t off;         /* where in the file it is seen, bytes */
    struct sx_str detail; /* found and wanted, complete enough to print, escaped */
};

/* At most SX_MAX_PROBLEMS are kept; `more` counts those beyond. */
struct sx_macho_anomalies {
    struct sx_macho_anomaly *at;
    size_t n, cap;
    uint64_t more;
};

/* sx_macho_note records an anomaly; the detail is formatted into `arena`. */
void sx_macho_note(struct sx_arena *arena, struct sx_macho_anomalies *anomalies,
                   enum sx_macho_fault fault, uint64_t off, const char *detail, ...)
    SX_PRINTF(5, 6);
/* sx_macho_has tells whether `fault` was noted. */
bool sx_macho_has(const struct sx_macho_anomalies *anomalies, enum sx_macho_fault fault);

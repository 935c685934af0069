/* SPDX-License-Identifier: MIT */
/* Mach-O files, thin and universal: which slices there are, and what their load commands say.
 *
 *     fat_header | fat_arch x n | gap | slice | gap | slice ...
 *     slice:  mach_header | load commands ... | contents of segments ... | __LINKEDIT
 *
 * Only headers and load commands are read into memory, once; contents are named as ranges of
 * the file. Nothing here knows what a signature is: LC_CODE_SIGNATURE is a range like others.
 * What is odd is recorded as an anomaly (macho/fault.h), in the file or in the slice where it
 * was seen; a slice that cannot be read does not spoil the others. */
#pragma once
#include "base/arena.h"
#include "base/source.h"
#include "macho/fault.h"
#include "macho/names.h"

/* A range of bytes of the file. Offsets count from the start of the file, not of the slice,
 * unless a comment says so. */
struct sx_macho_range {
    bool has;     /* false: the load command is not there */
    uint64_t off; /* bytes from the start of the file; may lie outside it, as written */
    uint64_t len; /* bytes */
};

struct sx_macho_segment {
    struct sx_str name; /* segname, up to the first NUL */
    uint64_t vmaddr, vmsize;
    uint64_t fileoff, filesize; /* bytes from the start of the slice, as written */
    uint32_t maxprot, initprot, flags;
    size_t first_section, n_sections; /* in sx_macho_slice.sections */
    uint64_t off;                     /* of the load command in the file */
};

struct sx_macho_section {
    struct sx_str name, segment; /* sectname, segname of the section itself */
    size_t segment_at;           /* the segment whose command lists it */
    uint64_t addr, size;
    uint32_t offset; /* bytes from the start of the slice, as written; 0 for zero-fill */
    uint32_t align, flags, reserved1, reserved2;
};

enum sx_macho_link {
    SX_MACHO_LINK_LOAD,
    SX_MACHO_LINK_WEAK,
    SX_MACHO_LINK_REEXPORT,
    SX_MACHO_LINK_UPWARD,
    SX_MACHO_LINK_LAZY,
};
/* sx_macho_link_name is "load" and the like. */
const char *sx_macho_link_name(enum sx_macho_link link);

struct sx_macho_dylib {
    struct sx_str path; /* as written */
    enum sx_macho_link link;
    uint32_t timestamp, current_version, compatibility_version; /* versions: 16.8.8 bits */
    uint64_t off;                                               /* of the command in the file */
};

struct sx_macho_tool {
    uint32_t tool; /* 1 clang, 2 swift, 3 ld, 4 lld */
    uint32_t version;
};

/* LC_BUILD_VERSION, or one of LC_VERSION_MIN_* mapped to its platform. */
struct sx_macho_version {
    bool has;
    bool is_build_version;
    uint32_t platform, minos, sdk; /* 16.8.8 bits; sdk 0 = not said */
    const struct sx_macho_tool *tools;
    size_t n_tools;
    uint64_t off; /* of the command in the file */
};

enum sx_macho_entry { SX_MACHO_ENTRY_NONE, SX_MACHO_ENTRY_MAIN, SX_MACHO_ENTRY_UNIXTHREAD };
/* sx_macho_entry_name is "main" and the like. */
const char *sx_macho_entry_name(enum sx_macho_entry entry);

struct sx_macho_symtab {
    bool has;
    uint32_t symoff, nsyms, stroff, strsize; /* offsets from the start of the slice */
};

struct sx_macho_dysymtab {
    bool has;
    uint32_t ilocalsym, nlocalsym, iextdefsym, nextdefsym, iundefsym, nundefsym;
};

struct sx_macho_encryption {
    bool has;
    uint32_t cryptoff, cryptsize, cryptid; /* cryptoff from the start of the slice */
};

/* Opcode streams of LC_DYLD_INFO and LC_DYLD_INFO_ONLY. */
struct sx_macho_dyld_info {
    bool has;
    struct sx_macho_range rebase, bind, weak_bind, lazy_bind, exports;
};

/* LC_NOTE (owner) and LC_FILESET_ENTRY (entry id): a name and what it points at. */
struct sx_macho_item {
    struct sx_str name;
    uint64_t off;  /* bytes from the start of the slice, as written */
    uint64_t size; /* bytes; 0 for a fileset entry */
};

/* How often a command that must not be repeated is there. */
struct sx_macho_counts {
    uint32_t code_signature, uuid, build_version, version_min, main, unixthread, dylinker, symtab;
};

struct sx_macho_slice {
    /* From the fat header; of a thin file, the whole file. */
    const struct sx_source *source; /* borrowed from sx_macho_open */
    uint64_t off, size;             /* bytes, in the file */
    uint32_t cputype, cpusubtype;   /* of a thin file: of its Mach-O header */
    uint32_t align;                 /* log2; 0 for a thin file */
    bool hidden;                    /* the fat_arch behind the declared count */
    struct sx_str arch;             /* sx_macho_arch */

    /* What could be read. When `err.code` is not SX_OK the load commands are known only up to
     * the place where reading stopped, or not at all (`has_header` false). */
    bool has_header;
    bool is_archive; /* it is a static library: no Mach-O, and nothing wrong with it */
    struct sx_err err;
    struct sx_macho_anomalies anomalies;

    enum sx_order order;
    bool is_64;
    uint32_t header_cputype, header_cpusubtype;
    uint32_t filetype, ncmds, sizeofcmds, flags; /* flags: MH_* */
    struct sx_span header;                       /* the mach_header itself */
    struct sx_span commands;                     /* all load commands, in memory */

    const struct sx_macho_segment *segments;
    size_t n_segments;
    const struct sx_macho_section *sections;
    size_t n_sections;
    const struct sx_macho_dylib *dylibs; /* dependencies in load order, without LC_ID_DYLIB */
    size_t n_dylibs;
    struct sx_macho_dylib id;        /* LC_ID_DYLIB; path.ptr NULL when there is none */
    struct sx_strs rpaths;           /* in order */
    struct sx_strs dyld_environment; /* LC_DYLD_ENVIRONMENT, in order */
    struct sx_str dylinker;          /* LC_LOAD_DYLINKER; ptr NULL when there is none */
    struct sx_span uuid;             /* 16 bytes; empty when there is none */
    struct sx_macho_version version; /* the first LC_BUILD_VERSION, else LC_VERSION_MIN_* */
    uint64_t source_version;         /* 0 when there is none */
    enum sx_macho_entry entry;
    uint64_t entryoff; /* of LC_MAIN, bytes from the start of the slice */
    struct sx_macho_symtab symtab;
    struct sx_macho_dysymtab dysymtab;
    struct sx_macho_encryption encryption;
    struct sx_macho_dyld_info dyld_info;
    struct sx_macho_range code_signature; /* the first, as Security reads it */
    struct sx_macho_range split_info, function_starts, data_in_code, code_sign_drs;
    struct sx_macho_range linker_hints, exports_trie, chained_fixups;
    const struct sx_macho_item *notes, *fileset;
    size_t n_notes, n_fileset;
    struct sx_macho_counts counts;
};

enum sx_macho_container { SX_MACHO_THIN, SX_MACHO_FAT, SX_MACHO_FAT_64 };

struct sx_macho {
    enum sx_macho_container container;
    uint32_t nfat_arch;            /* as declared; 0 for a thin file */
    struct sx_macho_slice *slices; /* in the order of the header, a hidden one last */
    size_t n_slices;               /* at least 1 */
    bool is_archive;               /* every slice is a static library */
    bool is_signable;              /* every slice is of one and the same signable file type */
    struct sx_macho_anomalies anomalies;
};

/* SX_MACHO_SNIFF bytes from the start of a file, or the whole of a shorter one, are enough for
 * sx_macho_sniff. */
#define SX_MACHO_SNIFF 4096

/* sx_macho_sniff tells from the first bytes whether a file is a Mach-O, thin or universal. Java
 * class files share a magic number with universal files and are told apart: where a class file
 * has the tag of its first constant, never 0, a cputype has a zero byte. It promises no more
 * than that sx_macho_open is the right function to say what is wrong with the file. */
bool sx_macho_sniff(struct sx_span head);

/* sx_macho_is_code tells of what sx_macho_sniff calls a Mach-O whether it is more than a universal
 * static library, which nobody signs, runs or notarizes. `head` is as for sx_macho_sniff. */
bool sx_macho_is_code(const struct sx_source *source, struct sx_span head);

/* sx_macho_open reads all headers and load commands of a file for which sx_macho_sniff said
 * yes. `source` is borrowed for as long as `*out` is used; everything else lives in `arena`.
 * Fails with MAGIC, TRUNCATED, LIMIT (more than SX_MAX_SLICES, as in Security), FORMAT (no
 * slice at all) or IO when the file as a whole cannot be read; what is wrong with one slice
 * stands in that slice. The load commands of all slices together may take
 * SX_MAX_LOAD_COMMANDS bytes. */
SX_MUST_USE bool sx_macho_open(const struct sx_source *source, struct sx_arena *arena,
                               struct sx_macho *out, struct sx_err *err);

/* sx_macho_section finds a section by the name of the segment whose command lists it and its own
 * name, as Security does (macho++.cpp, findSection); NULL when there is none. */
const struct sx_macho_section *sx_macho_section(const struct sx_macho_slice *slice,
                                                const char *segment, const char *section);
/* sx_macho_section_range gives its bytes in the file: has = false when there is no such section,
 * it has no bytes there (zero-fill, debug companions), or it leaves the slice.
 * `__TEXT,__info_plist` and `__TEXT,__launchd_plist` hold the property lists of bare executables.
 */
struct sx_macho_range sx_macho_section_range(const struct sx_macho_slice *slice,
                                             const char *segment, const char *section);
/* sx_macho_read reads a range into `arena`. Fails with RANGE when it leaves the slice, with
 * LIMIT when it is longer than `limit`, and with IO; a range without `has` is a bug. */
SX_MUST_USE bool sx_macho_read(const struct sx_macho_slice *slice, struct sx_macho_range range,
                               uint64_t limit, const char *what, struct sx_arena *arena,
                               struct sx_span *out, struct sx_err *err);

/* sx_macho_segment finds a segment by name; NULL when there is none. */
const struct sx_macho_segment *sx_macho_segment(const struct sx_macho_slice *slice,
                                                const char *name);
/* sx_macho_page_shift is log2 of the pages with which the kernel maps this processor's files: 14
 * for arm64, 12 for the others. */
unsigned sx_macho_page_shift(const struct sx_macho_slice *slice);

/* SPDX-License-Identifier: MIT */
/* A linker for tests: Mach-O files whose code is filler and whose load commands are whatever a
 * test asks for. */
#pragma once
#include "bytes.h"

enum {
    SX_FX_OBJECT = 1,
    SX_FX_EXECUTE = 2,
    SX_FX_DYLIB = 6,
    SX_FX_DYLINKER = 7,
    SX_FX_BUNDLE = 8,
    SX_FX_DSYM = 10,
    SX_FX_KEXT = 11,
};

enum sx_fx_start { SX_FX_NO_ENTRY, SX_FX_MAIN, SX_FX_UNIXTHREAD };

struct sx_fx_arch {
    const char *name;
    uint32_t cpu_type, cpu_subtype;
    bool is64;
    unsigned page_shift; /* segments begin at multiples of it */
};
/* sx_fx_arch_named returns NULL for a name that is none. */
const struct sx_fx_arch *sx_fx_arch_named(struct sx_str name);

struct sx_fx_section {
    struct sx_str segment, name, content;
    uint32_t flags; /* SX_FX_CSTRINGS, or 0 */
};
#define SX_FX_CSTRINGS 2u

struct sx_fx_dylib {
    uint32_t command; /* LC_LOAD_DYLIB and its kin */
    struct sx_str path;
    uint32_t current, compatibility;
};

struct sx_fx_symbol {
    struct sx_str name;
    bool defined;
};

/* What a slice is to hold. Zero means "none" or what a linker would do. */
struct sx_fx_slice {
    const struct sx_fx_arch *arch;
    uint32_t file_type;
    bool big_endian;
    uint32_t flags;                /* added to those of the header */
    uint32_t platform, minos, sdk; /* platform 0: no version command */
    bool version_min;              /* LC_VERSION_MIN_… instead of LC_BUILD_VERSION */
    enum sx_fx_start entry;
    struct sx_str uuid_of;      /* a text that LC_UUID is made of; no text: no LC_UUID */
    struct sx_str install_name; /* LC_ID_DYLIB */
    struct sx_str dylinker;     /* LC_LOAD_DYLINKER */
    size_t code_len;            /* bytes of __text */
    struct sx_str code_of;      /* a text that they are made of */
    const struct sx_fx_dylib *dylibs;
    size_t n_dylibs;
    struct sx_strs rpaths;
    const struct sx_fx_section *sections;
    size_t n_sections;
    const struct sx_fx_symbol *symbols;
    size_t n_symbols;
    struct sx_strs commands; /* more load commands, whole, as bytes */
    bool to_be_signed;       /* with LC_CODE_SIGNATURE, which sx_fx_image_attach fills */
};

/* A slice as a file, and what signing it needs to know. */
struct sx_fx_image {
    const struct sx_fx_arch *arch;
    uint32_t file_type, platform, minos, sdk;
    bool big_endian;
    char *bytes;
    size_t len;          /* before the signature is attached: what it covers */
    size_t linkedit_at;  /* offset of the __LINKEDIT segment command, 0 = none */
    size_t signature_at; /* offset of LC_CODE_SIGNATURE, 0 = none */
    uint64_t text_off, text_len;
    struct sx_str uuid; /* 16 bytes, or none */
};

struct sx_fx_image sx_fx_link(struct sx_arena *arena, const struct sx_fx_slice *slice);

/* sx_fx_image_reserve writes the place of a signature of `len` bytes into the load commands, which
 * the hashes cover; sx_fx_image_attach puts it there, filled up with zeros. */
void sx_fx_image_reserve(struct sx_fx_image *image, size_t len);
void sx_fx_image_attach(struct sx_arena *arena, struct sx_fx_image *image, struct sx_str signature,
                        size_t reserved);

struct sx_fx_fat {
    bool wide;   /* FAT_MAGIC_64 */
    bool hidden; /* one slice more than nfat_arch counts */
};
/* sx_fx_universal writes where each slice begins into `offsets`, unless that is NULL. */
struct sx_str sx_fx_universal(struct sx_arena *arena, const struct sx_fx_image *images, size_t n,
                              struct sx_fx_fat how, uint64_t *offsets);

/* sx_fx_version reads "13.0.1" as the number that load commands hold. */
uint32_t sx_fx_version(struct sx_str dotted);
/* sx_fx_cstrings lays out strings as a section of literals does. */
struct sx_str sx_fx_cstrings(struct sx_arena *arena, struct sx_strs strings);
/* sx_fx_filler is as many bytes as wanted, the same for the same text. */
struct sx_str sx_fx_filler(struct sx_arena *arena, struct sx_str text, size_t len);

/* SPDX-License-Identifier: MIT */
/* Reading the contents of a slice, for macho/symbols.h: names, addresses, pointers. */
#pragma once
#include "base/limits.h"
#include "macho/macho.h"

/* Bytes of one table (symbols, strings, fixups) that are read; Chrome's largest, unstripped, have
 * some 100 MB. */
#define SX_MAX_SYMBOL_BYTES (128u << 20)

/* Names being collected. They are borrowed until sx_macho_names_take copies them. */
struct sx_macho_names {
    SX_VEC(struct sx_str) list;
    uint64_t bytes;
};
/* Names added to one list, repeated ones included. All of them together may have
 * SX_MAX_SYMBOL_BYTES: a million symbols can share one text that is as long as the file. */
#define SX_MAX_NAMES 1000000
SX_MUST_USE bool sx_macho_names_add(struct sx_arena *arena, struct sx_macho_names *names,
                                    struct sx_str name, struct sx_err *err);
/* sx_macho_names_take sorts, drops repeated names and copies the rest to `arena`. Fails with
 * LIMIT when more than `limit` are left. */
SX_MUST_USE bool sx_macho_names_take(struct sx_macho_names *names, size_t limit,
                                     struct sx_arena *arena, struct sx_strs *out,
                                     struct sx_err *err);

/* sx_macho_c_string is the text at `at` of a table of strings, up to its NUL. Fails with RANGE
 * where there is none. */
SX_MUST_USE bool sx_macho_c_string(struct sx_span table, uint64_t at, const char *what,
                                   struct sx_str *out, struct sx_err *err);

enum sx_macho_symbol_kind { SX_MACHO_SYMBOL_UNDEFINED, SX_MACHO_SYMBOL_DEFINED };
/* sx_macho_symbols_named adds the external or private symbols of a kind whose name begins with
 * `prefix`; none when the slice has no symbol table. Names borrow from `arena`. */
SX_MUST_USE bool sx_macho_symbols_named(const struct sx_macho_slice *slice,
                                        enum sx_macho_symbol_kind kind, struct sx_str prefix,
                                        struct sx_arena *arena, struct sx_macho_names *names,
                                        struct sx_err *err);

/* Chained fixups: a pointer in the file is a number of bits that say where it leads, to an
 * address or to one of the imports, and where the next such pointer is. */
struct sx_macho_import {
    struct sx_str name;
    bool is_weak_lookup; /* found among all images, may be defined here */
};
struct sx_macho_fixups {
    unsigned pointer_format; /* DYLD_CHAINED_PTR_*; 0: there are no chained fixups */
    struct sx_macho_import *imports;
    uint32_t n_imports;
};
SX_MUST_USE bool sx_macho_fixups_read(const struct sx_macho_slice *slice, struct sx_arena *arena,
                                      struct sx_macho_fixups *out, struct sx_err *err);

/* Bind opcodes: a small machine whose program says which symbol is bound where. */
struct sx_macho_bind {
    uint64_t address;
    struct sx_str name;
};
struct sx_macho_binds {
    SX_VEC(struct sx_macho_bind) list; /* only names that begin with `prefix` */
    struct sx_macho_names names;       /* all of them */
    struct sx_str prefix;
};
SX_MUST_USE bool sx_macho_binds_read(const struct sx_macho_slice *slice, struct sx_arena *arena,
                                     struct sx_macho_binds *out, struct sx_err *err);

/* sx_macho_section_is_filled tells whether a section has bytes in the file: zero-fill has none, nor
 * have the sections of a debug companion, which lie at offset 0. */
bool sx_macho_section_is_filled(const struct sx_macho_section *section);

/* Segments of a slice whose memory is read; real ones have fewer than thirty. */
#define SX_MAX_MEMORY_SEGMENTS 256

/* The slice as it is in memory, read through a window. */
struct sx_macho_memory {
    const struct sx_macho_slice *slice;
    struct sx_arena *arena;
    struct sx_macho_fixups fixups;
    struct sx_macho_binds binds;
    uint64_t base; /* address of the Mach-O header */
    uint8_t *window;
    uint64_t window_at, window_len; /* bytes from the start of the slice */
};
/* sx_macho_memory_open keeps binds of names that begin with `prefix`. */
SX_MUST_USE bool sx_macho_memory_open(const struct sx_macho_slice *slice, struct sx_str prefix,
                                      struct sx_arena *arena, struct sx_macho_memory *out,
                                      struct sx_err *err);

/* Where a pointer leads: to an address, or to an import when name.ptr is not NULL. */
struct sx_macho_pointer {
    uint64_t address;
    struct sx_str name;
};
/* sx_macho_pointer_at reads the pointer at an address. */
SX_MUST_USE bool sx_macho_pointer_at(struct sx_macho_memory *memory, uint64_t address,
                                     struct sx_macho_pointer *out, struct sx_err *err);
/* sx_macho_text_at reads a text of at most `limit` bytes that ends in NUL, or is `limit` long. */
SX_MUST_USE bool sx_macho_text_at(struct sx_macho_memory *memory, uint64_t address, size_t limit,
                                  struct sx_str *out, struct sx_err *err);
static inline unsigned sx_macho_pointer_size(const struct sx_macho_slice *slice)
{
    return slice->is_64 ? 8 : 4;
}

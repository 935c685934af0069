/* SPDX-License-Identifier: MIT */
/* What a slice takes from others, which classes it defines and which texts it holds: read from
 * the contents of the file when someone asks, since most rules do not.
 *
 * All lists are sorted by bytes and hold each name once. They live in `arena`. Each function
 * fails with LIMIT when there is more than it reads, and with RANGE, FORMAT, TRUNCATED or IO
 * when the file does not hold what its load commands promise; there is no half list. */
#pragma once
#include "macho/macho.h"

/* sx_macho_imports lists undefined symbols, with the leading underscore: those of the symbol
 * table where it has any, else those bound by chained fixups (LC_DYLD_CHAINED_FIXUPS), else
 * those of the bind opcodes of LC_DYLD_INFO. */
SX_MUST_USE bool sx_macho_imports(const struct sx_macho_slice *slice, struct sx_arena *arena,
                                  struct sx_strs *out, struct sx_err *err);

struct sx_macho_class {
    struct sx_str name;       /* Swift's as Module.Class where the old mangling is used */
    struct sx_str superclass; /* ptr NULL when not known; imported ones too */
};

struct sx_macho_classes {
    const struct sx_macho_class *at;
    size_t n;
};

/* sx_macho_classes lists the classes that the slice defines, best effort: those of
 * __objc_classlist, read through class_ro_t, and the defined symbols _OBJC_CLASS_$_NAME.
 * Superclasses are followed within the slice and, where the symbol table or the fixups name an
 * imported one, to that name. Classes that exist only in Swift metadata are not found. */
SX_MUST_USE bool sx_macho_classes(const struct sx_macho_slice *slice, struct sx_arena *arena,
                                  struct sx_macho_classes *out, struct sx_err *err);

/* At most so many texts of one slice are listed. */
#define SX_MAX_STRINGS 200000

/* sx_macho_strings lists the C strings of __TEXT,__cstring and __TEXT,__objc_methname. */
SX_MUST_USE bool sx_macho_strings(const struct sx_macho_slice *slice, struct sx_arena *arena,
                                  struct sx_strs *out, struct sx_err *err);

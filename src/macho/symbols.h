/* SPDX-License-Identifier: MIT */
/* What a slice takes from others, which classes it defines and which texts it holds: read from
 * the contents of the file when someone asks, since most rules do not.
 *
 * All lists are sorted by bytes and hold each name once. They live in `arena`. Each function
 * fails with LIMIT when there is more than it reads, with UNSUPPORTED for an encoding that it does
 * not know, and with RANGE, FORMAT, TRUNCATED or IO when the file does not hold what its load
 * commands promise; there is no half list. */
#pragma once
#include "macho/macho.h"

/* sx_macho_imports lists what dyld has to find elsewhere, with the leading underscore: the
 * undefined symbols of the symbol table, which may be stripped, those bound by chained fixups
 * (LC_DYLD_CHAINED_FIXUPS) and those of the bind opcodes of LC_DYLD_INFO. */
SX_MUST_USE bool sx_macho_imports(const struct sx_macho_slice *slice, struct sx_arena *arena,
                                  struct sx_strs *out, struct sx_err *err);

struct sx_macho_class {
    struct sx_str name;       /* Swift's as Module.Class */
    struct sx_str superclass; /* ptr NULL when not known; may be an imported one */
};

struct sx_macho_classes {
    const struct sx_macho_class *at;
    size_t n;
};

/* sx_macho_classes lists the classes that the slice defines: those of __objc_classlist, which
 * has Swift's too; DriverKit's of __osclassinfo; and the symbols _OBJC_CLASS_$_NAME that are
 * defined. Swift's generic classes, which come to be only at run time, are not found. */
SX_MUST_USE bool sx_macho_classes(const struct sx_macho_slice *slice, struct sx_arena *arena,
                                  struct sx_macho_classes *out, struct sx_err *err);

/* At most so many texts of one slice are listed: the framework of Chromium has some 190,000. */
#define SX_MAX_STRINGS 500000

/* sx_macho_strings lists the C strings of __TEXT,__cstring and __TEXT,__objc_methname. */
SX_MUST_USE bool sx_macho_strings(const struct sx_macho_slice *slice, struct sx_arena *arena,
                                  struct sx_strs *out, struct sx_err *err);

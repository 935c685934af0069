/* SPDX-License-Identifier: MIT */
/* The slots of a signature: which blob lies where, under which name it lies when a signature is
 * kept as files or extended attributes, and which special slot of the CodeDirectory seals it.
 *
 * Sources: Security, codedirectory.h, CSCommonPriv.h and diskrep.cpp (names, blob or wrapped);
 * XNU, cs_blobs.h (CSSLOT_*, CSMAGIC_*). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Magics without a slot of their own. */
#define SX_MAGIC_REQUIREMENT        0xfade0c00u
#define SX_MAGIC_LIBRARY_DRS        0xfade0c05u /* LC_DYLIB_CODE_SIGN_DRS */
#define SX_MAGIC_EMBEDDED_SIGNATURE 0xfade0cc0u
#define SX_MAGIC_DETACHED_SIGNATURE 0xfade0cc1u

/*  name, slot, magic of its blob, native, file name, title
 *
 * A native blob is handed on, and hashed, with its 8 byte header; the content of a wrapper
 * without. As extended attributes the files are called com.apple.cs.NAME. That alternates are
 * called CodeRequirements-N is no slip of ours. */
#define SX_SLOTS(X)                                                                                \
    X(CODE_DIRECTORY, 0x0, 0xfade0c02, true, "CodeDirectory", "CodeDirectory")                     \
    X(INFO_PLIST, 0x1, 0xfade0b01, false, "Info.plist", "Info.plist")                              \
    X(REQUIREMENTS, 0x2, 0xfade0c01, true, "CodeRequirements", "internal requirements")            \
    X(RESOURCES, 0x3, 0xfade0b01, false, "CodeResources", "resource seal")                         \
    X(TOP_DIRECTORY, 0x4, 0xfade0b01, false, "CodeTopDirectory", "top directory")                  \
    X(ENTITLEMENTS, 0x5, 0xfade7171, true, "CodeEntitlements", "entitlements")                     \
    X(REP_SPECIFIC, 0x6, 0xfade0b01, false, "CodeRepSpecific", "disk image trailer")               \
    X(ENTITLEMENTS_DER, 0x7, 0xfade7172, true, "CodeEntitlementDER", "DER entitlements")           \
    X(CONSTRAINT_SELF, 0x8, 0xfade8181, true, "LaunchConstraintSelf", "own launch constraint")     \
    X(CONSTRAINT_PARENT, 0x9, 0xfade8181, true, "LaunchConstraintParent",                          \
      "parent launch constraint")                                                                  \
    X(CONSTRAINT_RESPONSIBLE, 0xa, 0xfade8181, true, "LaunchConstraintResponsible",                \
      "responsible launch constraint")                                                             \
    X(CONSTRAINT_LIBRARY, 0xb, 0xfade8181, true, "LibraryConstraint", "library constraint")        \
    X(ALTERNATE_0, 0x1000, 0xfade0c02, true, "CodeRequirements-1", "alternate CodeDirectory 1")    \
    X(ALTERNATE_1, 0x1001, 0xfade0c02, true, "CodeRequirements-2", "alternate CodeDirectory 2")    \
    X(ALTERNATE_2, 0x1002, 0xfade0c02, true, "CodeRequirements-3", "alternate CodeDirectory 3")    \
    X(ALTERNATE_3, 0x1003, 0xfade0c02, true, "CodeRequirements-4", "alternate CodeDirectory 4")    \
    X(ALTERNATE_4, 0x1004, 0xfade0c02, true, "CodeRequirements-5", "alternate CodeDirectory 5")    \
    X(CMS, 0x10000, 0xfade0b01, false, "CodeSignature", "CMS signature")                           \
    X(IDENTIFICATION, 0x10001, 0xfade0b01, false, "CodeIdentification", "identification")          \
    X(TICKET, 0x10002, 0xfade0b01, false, "CodeTicket", "notarization ticket")

#define SX_ATTRIBUTE_OF_PARTS "com.apple.cs."

enum sx_slot {
#define X(name, slot, magic, native, file, title) SX_SLOT_##name = slot,
    SX_SLOTS(X)
#undef X
};

enum {
    SX_SLOT_SPECIAL_MAX = SX_SLOT_CONSTRAINT_LIBRARY, /* highest slot that is sealed by a hash */
    SX_N_ALTERNATES = 5,
};

struct sx_slot_info {
    uint32_t slot;
    uint32_t magic;
    bool is_native;    /* else in a BlobWrapper */
    const char *file;  /* name as a file in _CodeSignature */
    const char *title; /* as a message names it */
};

/* sx_slot_info returns the row of `slot`, NULL for a slot that is not known. */
const struct sx_slot_info *sx_slot_info(uint32_t slot);
/* sx_slot_of_file finds a row by file name, NULL when no slot is kept under it. */
const struct sx_slot_info *sx_slot_of_file(const char *file);

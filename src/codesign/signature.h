/* SPDX-License-Identifier: MIT */
/* The signature of one slice, or of one file that is no Mach-O: its parts, read and checked
 * against each other and against what lies around them. This folder has never heard of a load
 * command; what it must know of the file, its caller says.
 *
 *     sx_signature_read         parts -> CodeDirectories, requirements, entitlements, CMS
 *     sx_signature_check_place  does it cover what it should, where it lies?
 *     sx_signature_check_sealed do the special slots match what they seal?
 *     codesign/pages.h          do the page hashes match the code?
 *
 * Not asked here: who signed (CMS), what entitlements and requirements say, the resource seal. */
#pragma once
#include "base/source.h"
#include "codesign/code_directory.h"
#include "codesign/superblob.h"

struct sx_signature {
    struct sx_superblob superblob;

    /* The CodeDirectories that Security loads: slot 0, then alternates up to the first gap. Slot
     * 0 is the content that the CMS signs, whatever its hash. */
    struct sx_code_directory directories[1 + SX_N_ALTERNATES];
    size_t n_directories;
    /* The one that speaks for the code, by rank of its hash: identifier, flags, cdhash. NULL
     * when there is none that can be used; the code then counts as unsigned or broken. */
    const struct sx_code_directory *chosen;

    /* Payloads as SX_SLOTS says, has = false when the slot is not there. XML and DER payloads
     * come without blob header; `requirements` whole, as it is hashed. */
    struct sx_signature_part {
        bool has;
        struct sx_span bytes;
    } requirements, entitlements, entitlements_der, cms, ticket;
    struct sx_signature_part constraints[4]; /* DER of slots 8 to 11 */

    bool is_adhoc;         /* flag adhoc of the chosen CodeDirectory: then no CMS is looked at */
    bool is_linker_signed; /* flag linker-signed likewise */
};

/* sx_signature_read reads an embedded signature. `area` is all that LC_CODE_SIGNATURE (or the
 * image's trailer) points at; it is borrowed, as everything in `*out` points into it. `*out` is
 * filled as far as it goes; what is wrong is in `problems`. It fails only when there is nothing
 * to go on: no SuperBlob, or no CodeDirectory that can be read; `out->superblob` may hold parts
 * all the same. */
SX_MUST_USE bool sx_signature_read(struct sx_span area, struct sx_hasher *hasher,
                                   struct sx_signature *out, struct sx_code_problems *problems);

/* sx_signature_read_parts does the same for parts kept as files or extended attributes, given in
 * `out->superblob` by sx_superblob_part on a zeroed `*out`. The bare CMS may be empty. */
SX_MUST_USE bool sx_signature_read_parts(struct sx_hasher *hasher, struct sx_signature *out,
                                         struct sx_code_problems *problems);

/* What lies around a signature. */
struct sx_signature_place {
    /* Bytes that must be signed, and no others: up to LC_CODE_SIGNATURE's dataoff, or the size of
     * a file whose signature lies elsewhere. */
    uint64_t extent;
    /* The kernel maps it, so that the kernel's rules hold: a Mach-O. */
    bool is_mapped;
    unsigned page_shift; /* log2 of the kernel's pages for its processor, 12 or 14 */
    /* Disk image: blobs must fill the SuperBlob, the SuperBlob its area. */
    bool is_image;
    struct sx_span area; /* as given to sx_signature_read; empty for parts */
};

/* sx_signature_check_place looks at the code limit, the page size, the bytes behind the
 * SuperBlob and, for an image, at gaps between blobs. */
void sx_signature_check_place(const struct sx_signature *signature,
                              const struct sx_signature_place *place,
                              struct sx_code_problems *problems);

/* One thing that lies outside the signature and is sealed by a special slot: Info.plist (1),
 * CodeResources (3), the image's trailer (6). It is a range of some source, hashed as it is;
 * a text in memory is a source too (sx_source_memory). */
enum sx_component_state {
    SX_COMPONENT_ABSENT,  /* it is not there */
    SX_COMPONENT_PRESENT, /* it is `len` bytes at `off` of `source` */
    SX_COMPONENT_UNKNOWN, /* could not be examined: its slot is not checked */
};

struct sx_component {
    uint32_t slot;
    enum sx_component_state state;
    const struct sx_source *source;
    uint64_t off, len;
};

/* sx_signature_check_sealed compares every special slot of the chosen CodeDirectory with what it
 * seals (Security, StaticCode.cpp, validateNonResourceComponents and validateTopDirectory):
 * what `components` lists lies outside, present or not; all else is a part of the signature or
 * absent (bundlediskrep.cpp and machorep.cpp, component).
 * A component without hash is passed over, as Security does, but for the blobs that the kernel
 * wants sealed (`is_mapped`). Fails when a component cannot be read (IO, TRUNCATED), naming the
 * first; the other slots are checked all the same. */
SX_MUST_USE bool sx_signature_check_sealed(const struct sx_signature *signature, bool is_mapped,
                                           const struct sx_component *components, size_t n,
                                           struct sx_hasher *hasher,
                                           struct sx_code_problems *problems, struct sx_err *err);

/* sx_signature_check_exec compares the exec-segment flags with what explains them: the file type,
 * and entitlements, of which `is_true` tells whether one is boolean true. */
void sx_signature_check_exec(const struct sx_signature *signature, bool is_execute,
                             bool (*is_true)(const void *context, const char *entitlement),
                             const void *context, struct sx_code_problems *problems);

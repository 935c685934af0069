/* SPDX-License-Identifier: MIT */
/* A codesign for tests: CodeDirectories of every version, SuperBlobs, and each field that a test
 * wants otherwise. */
#pragma once
#include "cms.h"
#include "macho.h"

enum {
    SX_FX_SLOT_INFO = 1,
    SX_FX_SLOT_REQUIREMENTS = 2,
    SX_FX_SLOT_RESOURCES = 3,
    SX_FX_SLOT_TOP = 4,
    SX_FX_SLOT_ENTITLEMENTS = 5,
    SX_FX_SLOT_REP = 6,
    SX_FX_SLOT_DER_ENTITLEMENTS = 7,
    SX_FX_SLOT_SELF_CONSTRAINT = 8,
    SX_FX_SLOT_PARENT_CONSTRAINT = 9,
    SX_FX_SLOT_RESPONSIBLE_CONSTRAINT = 10,
    SX_FX_SLOT_LIBRARY_CONSTRAINT = 11,
    SX_FX_N_SLOTS,
    SX_FX_SLOT_ALTERNATE = 0x1000,
    SX_FX_SLOT_CMS = 0x10000,
    SX_FX_SLOT_TICKET = 0x10002,
    SX_FX_MAX_HASHES = 4,
    SX_FX_CMS_RESERVE = 18000, /* what codesign keeps free for the CMS */
};

enum {
    SX_FX_FLAG_ADHOC = 0x2,
    SX_FX_FLAG_RUNTIME = 0x10000,
    SX_FX_FLAG_LINKER_SIGNED = 0x20000,
};

/* One field of a CodeDirectory, by its name in Apple's header, set to what it should not be. */
struct sx_fx_field {
    enum sx_fx_hash hash; /* of which CodeDirectory; 0 = of all */
    struct sx_str name;
    uint64_t value;
};

/* A hash in a special slot that is not that of its component; no bytes = zeros. */
struct sx_fx_slot_hash {
    uint32_t slot;
    struct sx_str bytes;
};

/* A blob added to the SuperBlob, or with no bytes, one left out of it. */
struct sx_fx_extra_blob {
    uint32_t slot;
    struct sx_str bytes;
};

struct sx_fx_signature {
    struct sx_str identifier, team; /* no team: no text */
    uint32_t version;               /* 0 = the one codesign would choose */
    uint32_t flags, runtime;
    uint8_t platform;
    unsigned page_shift; /* 0 = one page over everything */
    uint64_t exec_seg_flags;
    enum sx_fx_hash hashes[SX_FX_MAX_HASHES]; /* one CodeDirectory each, the first in slot 0 */
    size_t n_hashes;
    struct sx_str components[SX_FX_N_SLOTS]; /* by slot: what is hashed there; no text = absent */
    bool scatter;                            /* with a scatter vector over all pages */
    const struct sx_fx_field *fields;
    size_t n_fields;
    const struct sx_fx_slot_hash *slot_hashes;
    size_t n_slot_hashes;
    const struct sx_fx_extra_blob *blobs;
    size_t n_blobs;
    const uint32_t *order; /* slots that the index names first, in this order */
    size_t n_order;
    size_t gap;                  /* zeros between the index and the first blob */
    const struct sx_fx_cms *cms; /* signer, times and defects; NULL: ad hoc */
    bool no_cms_slot;            /* ad hoc as linkers write it, without an empty CMS */
    struct sx_str slack;         /* behind the SuperBlob instead of zeros */
    size_t reserve;              /* bytes kept for the CMS; 0 = as codesign */
};

struct sx_fx_signed {
    struct sx_fx_cdhash cdhashes[SX_FX_MAX_HASHES]; /* in the order of `hashes` */
    size_t n;
    size_t signature_at; /* offset in the image */
};

/* sx_fx_sign signs an image that was linked to_be_signed. */
struct sx_fx_signed sx_fx_sign(struct sx_fx_pki *pki, struct sx_fx_image *image,
                               const struct sx_fx_signature *spec);
/* sx_fx_sign_bytes signs what is no Mach-O, and returns the SuperBlob. */
struct sx_str sx_fx_sign_bytes(struct sx_fx_pki *pki, struct sx_str code,
                               const struct sx_fx_signature *spec, struct sx_fx_signed *done);
/* sx_fx_code_directory makes one CodeDirectory over bytes; `image` is for its exec segment, NULL
 * for what is no Mach-O. */
struct sx_str sx_fx_code_directory(struct sx_arena *arena, const struct sx_fx_signature *spec,
                                   enum sx_fx_hash hash, struct sx_str code,
                                   const struct sx_fx_image *image);
/* sx_fx_is_field tells whether a CodeDirectory has a field of this name. */
bool sx_fx_is_field(struct sx_str name);

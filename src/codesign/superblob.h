/* SPDX-License-Identifier: MIT */
/* A SuperBlob is a signature as it is embedded: an index of slots and, behind it, one blob a
 * slot. Every blob says itself what it is and how long:
 *
 *     SuperBlob   fade0cc0 | length | count | count x { slot, offset } | blobs ...
 *     blob        magic | length, header included | payload
 *
 * The same parts can lie in files or extended attributes, one a slot; then there is no
 * SuperBlob, and the parts make the list by themselves. All numbers are big-endian. */
#pragma once
#include "base/limits.h"
#include "codesign/fault.h"
#include "codesign/slot.h"

struct sx_blob {
    uint32_t slot;          /* as in the index, known or not */
    uint32_t magic;         /* of the blob; 0 for a wrapped part that came as a file */
    struct sx_span data;    /* the whole blob, header included */
    struct sx_span payload; /* the part as it is handed on and hashed: see SX_SLOTS, native */
};

struct sx_superblob {
    struct sx_span data; /* the SuperBlob itself; empty when the parts came as files */
    uint32_t count;      /* entries of the index, absent ones included */
    struct sx_blob blobs[SX_MAX_BLOBS];
    size_t n; /* entries present, in index order; a repeated slot is listed again */
};

/* sx_superblob_parse reads what LC_CODE_SIGNATURE, or the signature field of a disk image, points
 * at: `in` may be longer than the SuperBlob, since signers leave padding. The rules are those of
 * Security's validateBlob: an offset of 0 says that the slot is absent, even if a later entry
 * names it again; order and overlap do not matter. Blobs borrow from `in` and are not looked into
 * but for their header. Fails with TRUNCATED, MAGIC, RANGE, FORMAT or LIMIT. */
SX_MUST_USE bool sx_superblob_parse(struct sx_span in, struct sx_superblob *out,
                                    struct sx_err *err);

/* sx_superblob_part adds a part that came as a file or extended attribute. Native parts hold a
 * blob with its header, wrapped ones bare bytes. Fails with LIMIT. */
SX_MUST_USE bool sx_superblob_part(struct sx_superblob *superblob, uint32_t slot,
                                   struct sx_span bytes, struct sx_err *err);

/* sx_blob_find returns the blob of `slot`, the first when the index repeats it, or NULL. */
const struct sx_blob *sx_blob_find(const struct sx_superblob *superblob, uint32_t slot);

/* sx_superblob_is_tight tells whether the blobs fill the SuperBlob without gap or overlap, the
 * first right behind the index. Disk images must be so (Security, strictValidateBlob). */
bool sx_superblob_is_tight(const struct sx_superblob *superblob);

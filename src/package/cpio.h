/* SPDX-License-Identifier: MIT */
/* cpio archives, in the portable (odc) and the new (newc) form (cpio(5) of libarchive): a header of
 * ASCII digits, a name that ends in NUL, content; the last entry is called TRAILER!!!. */
#pragma once
#include "bundle/tree.h"
#include "package/payload.h"

struct sx_cpio_entry {
    struct sx_str name; /* as stored; valid until the next entry */
    enum sx_entry_type type;
    uint32_t mode; /* permission bits 07777 */
    int64_t uid;
    uint64_t size; /* bytes of content; 0 for a symbolic link */
    struct sx_str link;
    bool is_linked; /* a file with several names, by which number on which device */
    uint64_t device, inode;
    bool is_hard_link; /* without content, which another entry for the same file has */
};

struct sx_cpio;

/* sx_cpio_new borrows `payload`. */
struct sx_cpio *sx_cpio_new(struct sx_payload *payload);
void sx_cpio_free(struct sx_cpio *cpio);
void sx_cpio_freep(struct sx_cpio **cpio); /* serves SX_AUTO */

/* sx_cpio_next reads the next header and passes over what is left of the entry before. `*is_end`
 * is set behind the last. Fails with MAGIC, FORMAT, LIMIT or TRUNCATED, with the offset in the
 * unpacked archive; and as sx_payload_read does. */
SX_MUST_USE bool sx_cpio_next(struct sx_cpio *cpio, struct sx_cpio_entry *out, bool *is_end,
                              struct sx_err *err);
/* sx_cpio_read reads content of the entry; `*n` is 0 at its end. */
SX_MUST_USE bool sx_cpio_read(struct sx_cpio *cpio, void *buf, size_t cap, size_t *n,
                              struct sx_err *err);

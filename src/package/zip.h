/* SPDX-License-Identifier: MIT */
/* The central directory of a zip archive (PKWARE, APPNOTE.TXT 6.3), entry by entry.
 *
 * Of a zip archive more is wanted here than what is in it: whether the two headers that each member
 * has agree, since tools differ in which one they believe, and where its bytes are, so that many
 * threads can unpack members and stored ones are read in place. */
#pragma once
#include "base/source.h"

struct sx_zip_entry {
    struct sx_str name;    /* bytes as stored; borrowed until the next entry is read */
    uint64_t at;           /* of the entry in the file */
    uint64_t packed, size; /* bytes */
    uint64_t header;       /* offset of its local header */
    uint32_t crc, attributes;
    uint16_t flags, method;
    uint8_t host; /* what made it, which tells what `attributes` are */
};

enum {
    SX_ZIP_ENCRYPTED = 1 << 0, /* flags */
    SX_ZIP_SIZES_BEHIND =
        1 << 3, /* sizes and CRC-32 stand behind the data, not in the local header */
    SX_ZIP_UTF8 = 1 << 11,
    SX_ZIP_HOST_UNIX = 3, /* hosts: the upper 16 bits of `attributes` are st_mode */
    SX_ZIP_HOST_DARWIN = 19,
};

/* A directory that is being read; zero what is not filled by sx_zip_open. */
struct sx_zip {
    const struct sx_source *source;
    uint64_t n;       /* entries that it promises */
    uint64_t base;    /* bytes in front of the archive: offsets in it count from here */
    uint64_t at, end; /* of the entry that is next, and of the directory */
    uint8_t *buffer;
    size_t len;
    uint64_t off; /* of what is in the buffer */
};

/* sx_zip_open finds the directory. Fails with TRUNCATED when there is none, FORMAT, RANGE,
 * UNSUPPORTED for one in several files, IO. sx_zip_close accepts a zeroed one. */
SX_MUST_USE bool sx_zip_open(const struct sx_source *source, struct sx_zip *out,
                             struct sx_err *err);
void sx_zip_close(struct sx_zip *zip); /* serves SX_AUTO */

/* sx_zip_next reads one entry; fails with FORMAT, TRUNCATED or IO, and then there is no next. */
SX_MUST_USE bool sx_zip_next(struct sx_zip *zip, struct sx_zip_entry *out, struct sx_err *err);

/* sx_zip_data finds the bytes of a member behind its local header, and says in `*differs` what of
 * that is not what the directory has; NULL when nothing is. Fails with FORMAT or RANGE when there
 * is no local header, or the bytes do not lie in the file; or with IO. */
SX_MUST_USE bool sx_zip_data(const struct sx_zip *zip, const struct sx_zip_entry *entry,
                             uint64_t *off, const char **differs, struct sx_err *err);

/* SPDX-License-Identifier: MIT */
/* UDIF, the container of a disk image: a disk, cut into tables of chunks, each stored in one of
 * several ways.
 *
 *     data fork: chunks | XML property list: tables | signature | trailer "koly", 512 bytes
 *
 * The trailer says where everything lies; the order varies. A table covers a range of sectors (a
 * partition, say) and has a checksum over it; the trailer has one over the data fork, and one over
 * the checksums of all tables. A signature lies at offset 0x128 of the trailer.
 *
 * Sources: Security, diskimagerep.h and diskimagerep.cpp (trailer, signature). Apple describes the
 * tables nowhere; independent readers (7-Zip DmgHandler.cpp, libdmg-hfsplus) agree on them. */
#pragma once
#include "base/pool.h"
#include "base/source.h"

enum {
    SX_SECTOR = 512,
    SX_UDIF_TRAILER = 512,
    SX_UDIF_SIGNATURE_OFF = 0x128, /* places of fields in the trailer */
    SX_UDIF_SIGNATURE_LENGTH_OFF = 0x130,
};

/* How a chunk is stored. */
#define SX_UDIF_METHODS(X)                                                                         \
    X(ZERO, 0x00000000u, "zero")                                                                   \
    X(RAW, 0x00000001u, "raw")                                                                     \
    X(IGNORE, 0x00000002u, "unused") /* zeros that no checksum covers */                           \
    X(ADC, 0x80000004u, "ADC")                                                                     \
    X(ZLIB, 0x80000005u, "zlib")                                                                   \
    X(BZIP2, 0x80000006u, "bzip2")                                                                 \
    X(LZFSE, 0x80000007u, "LZFSE")                                                                 \
    X(LZMA, 0x80000008u, "xz")

enum sx_udif_method {
#define X(name, number, text) SX_UDIF_##name,
    SX_UDIF_METHODS(X)
#undef X
        SX_UDIF_METHODS_END
};

/* sx_udif_method_name is "zlib" and the like. */
const char *sx_udif_method_name(enum sx_udif_method method);
static inline bool sx_udif_is_compressed(enum sx_udif_method method)
{
    return method >= SX_UDIF_ADC;
}

struct sx_udif_checksum {
    uint32_t type, bits; /* type 2: CRC-32; 0: none */
    uint32_t crc;        /* the first four bytes */
};
enum { SX_UDIF_NO_CHECKSUM = 0, SX_UDIF_CRC32 = 2 };

struct sx_udif_trailer {
    uint64_t off; /* of itself in the file */
    uint64_t data_off, data_len, resources_off, resources_len, plist_off, plist_len;
    uint64_t signature_off, signature_len; /* 0 when not signed */
    uint32_t segment, n_segments;
    struct sx_udif_checksum data, master;
    uint64_t sectors;
};

/* sx_udif_has_trailer tells whether a file ends as Security wants a disk image to end. */
bool sx_udif_has_trailer(const struct sx_source *source);
/* sx_udif_trailer_read fails with TRUNCATED, MAGIC, FORMAT or IO. */
SX_MUST_USE bool sx_udif_trailer_read(const struct sx_source *source, struct sx_udif_trailer *out,
                                      struct sx_err *err);

struct sx_udif_table {
    struct sx_str name; /* as stored: "disk image (Apple_HFS : 4)"; absent when there is none */
    uint64_t first, sectors;
    struct sx_udif_checksum checksum;
};

/* One chunk as the file says. */
struct sx_udif_chunk {
    uint64_t first, sectors; /* of the disk */
    uint64_t off, len;       /* in the file */
    enum sx_udif_method method;
    uint32_t table;
};

/* The tables of an image, and its chunks in the order of the disk. */
struct sx_udif_layout {
    struct sx_udif_table *tables;
    size_t n_tables;
    struct sx_udif_chunk *chunks;
    size_t n_chunks;
    uint64_t sectors;
    uint64_t compressed; /* bytes that all compressed chunks unpack to */
    uint64_t raw;        /* bytes of all raw chunks */
};

/* sx_udif_layout_read reads the tables. No two chunks overlap, and all lie in the disk and in the
 * file. Fails as its parts do: FORMAT, RANGE, LIMIT, UNSUPPORTED, ... */
SX_MUST_USE bool sx_udif_layout_read(const struct sx_source *source,
                                     const struct sx_udif_trailer *trailer, struct sx_arena *arena,
                                     struct sx_udif_layout *out, struct sx_err *err);

/* sx_udif_decode unpacks one compressed chunk into exactly `len` bytes. Fails with FORMAT, RANGE or
 * TRUNCATED. */
SX_MUST_USE bool sx_udif_decode(enum sx_udif_method method, struct sx_span in, void *out,
                                size_t len, struct sx_err *err);

/* The disk, as a source that one thread reads. Chunks are unpacked as they are asked for, some
 * ahead when reading goes from front to back; a few are kept. */
struct sx_udif;

/* sx_udif_open borrows all that it is given. At most `most` bytes are unpacked before reading fails
 * with LIMIT, so that no file keeps a reader busy for ever. Nothing is read. */
struct sx_udif *sx_udif_open(const struct sx_source *source, const struct sx_udif_layout *layout,
                             struct sx_pool *pool, uint64_t most);
void sx_udif_close(struct sx_udif *udif);
void sx_udif_closep(struct sx_udif **udif); /* serves SX_AUTO */
/* sx_udif_disk makes the source; `name` is borrowed. */
void sx_udif_disk(struct sx_udif *udif, const char *name, struct sx_source *out);

/* What a check finds. `off` is in the file, or SX_UDIF_NOWHERE; `detail` is complete and escaped.
 */
#define SX_UDIF_NOWHERE UINT64_MAX
struct sx_udif_finding {
    bool is_broken; /* a chunk that does not unpack, else a checksum that differs */
    uint64_t off;
    struct sx_str detail;
};
struct sx_udif_findings {
    const struct sx_udif_finding *at;
    size_t n;
    uint64_t more;   /* beyond those listed */
    bool is_partial; /* some checksum is of a kind that is not computed */
};

/* sx_udif_check unpacks what has not been unpacked, and compares all checksums. Fails with LIMIT or
 * IO when it cannot. */
SX_MUST_USE bool sx_udif_check(struct sx_udif *udif, const struct sx_udif_trailer *trailer,
                               struct sx_arena *arena, struct sx_udif_findings *out,
                               struct sx_err *err);

/* SPDX-License-Identifier: MIT */
/* Disk images as hdiutil makes them: a disk cut into chunks, tables over them, a trailer; signed on
 * demand. */
#pragma once
#include "sign.h"

/* How a chunk is stored, by the number in the file. */
enum {
    SX_FX_ZERO = 0,
    SX_FX_RAW = 1,
    SX_FX_IGNORE = 2,
};
#define SX_FX_ADC   0x80000004u
#define SX_FX_ZLIB  0x80000005u
#define SX_FX_BZIP2 0x80000006u
#define SX_FX_LZFSE 0x80000007u
#define SX_FX_XZ    0x80000008u

struct sx_fx_udif {
    const uint32_t *methods; /* of chunk after chunk, over and over; none: zlib */
    size_t n_methods;
    unsigned chunk_sectors; /* 0: 512, as hdiutil */
    unsigned n_tables;      /* over which the disk is divided; 0: 1 */
    bool keep_zeros;        /* else a chunk of zeros is stored as such */
    bool resource_fork;     /* the tables in a resource fork instead of a property list */
};

struct sx_str sx_fx_udif(struct sx_arena *arena, struct sx_str disk, const struct sx_fx_udif *spec);
/* sx_fx_udif_sign puts a signature before the trailer. `spec` needs no component in slot 6. */
struct sx_str sx_fx_udif_sign(struct sx_fx_pki *pki, struct sx_str image,
                              const struct sx_fx_signature *spec, struct sx_fx_signed *done);

/* Encoders, simple ones: every match is one that the formats can say, few are the best. */
struct sx_str sx_fx_adc(struct sx_arena *arena, struct sx_str bytes);
struct sx_str sx_fx_lzvn(struct sx_arena *arena, struct sx_str bytes);
/* LZVN blocks and plain ones in turns, in an LZFSE stream. */
struct sx_str sx_fx_lzfse(struct sx_arena *arena, struct sx_str bytes);
struct sx_str sx_fx_zlib(struct sx_arena *arena, struct sx_str bytes);

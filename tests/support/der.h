/* SPDX-License-Identifier: MIT */
/* DER, and the BER with indefinite lengths that codesign writes. Each function returns one whole
 * element. */
#pragma once
#include "bytes.h"

enum {
    SX_FX_BOOLEAN = 0x01,
    SX_FX_INTEGER = 0x02,
    SX_FX_BIT_STRING = 0x03,
    SX_FX_OCTET_STRING = 0x04,
    SX_FX_UTF8_STRING = 0x0c,
    SX_FX_PRINTABLE_STRING = 0x13,
    SX_FX_UTC_TIME = 0x17,
    SX_FX_GENERALIZED_TIME = 0x18,
    SX_FX_SEQUENCE = 0x30,
    SX_FX_SET = 0x31,
    SX_FX_CONTEXT = 0xa0, /* constructed; add the number */
};

/* SX_FX_DER(arena, SX_FX_SEQUENCE, a, b) wraps what it is given. */
#define SX_FX_DER(arena, tag, ...) sx_fx_der((arena), (tag), SX_FX_PARTS(__VA_ARGS__))
#define SX_FX_BER(arena, tag, ...) sx_fx_ber((arena), (tag), SX_FX_PARTS(__VA_ARGS__))
struct sx_str sx_fx_der(struct sx_arena *arena, unsigned tag, size_t n, const struct sx_str *parts);
struct sx_str sx_fx_ber(struct sx_arena *arena, unsigned tag, size_t n, const struct sx_str *parts);
/* sx_fx_der_set_of orders its parts by their encoding, as DER wants. */
struct sx_str sx_fx_der_set_of(struct sx_arena *arena, unsigned tag, size_t n,
                               const struct sx_str *parts);

struct sx_str sx_fx_der_int(struct sx_arena *arena, int64_t value);
/* sx_fx_der_uint reads its bytes as an unsigned number, most significant first. */
struct sx_str sx_fx_der_uint(struct sx_arena *arena, struct sx_str bytes);
struct sx_str sx_fx_der_bool(struct sx_arena *arena, bool value);
struct sx_str sx_fx_der_oid(struct sx_arena *arena, const char *dotted);
/* sx_fx_oid_content is the OID without tag and length, as requirements hold it. */
struct sx_str sx_fx_oid_content(struct sx_arena *arena, const char *dotted);
struct sx_str sx_fx_der_bits(struct sx_arena *arena, struct sx_str bytes);
/* sx_fx_der_time is UTCTime up to 2049 and GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
struct sx_str sx_fx_der_time(struct sx_arena *arena, struct sx_time t);
struct sx_str sx_fx_der_general_time(struct sx_arena *arena, struct sx_time t);
/* sx_fx_der_algorithm is AlgorithmIdentifier with NULL for parameters, or with none. */
struct sx_str sx_fx_der_algorithm(struct sx_arena *arena, const char *oid, bool null);

/* SPDX-License-Identifier: MIT */
/* A reader of ASN.1 in BER and DER (ITU-T X.690), strict, and no wider than signed code needs:
 * tags below 31, no value interpreted that nobody asked for.
 *
 * An element is a tag and its contents. A reader walks the elements of a span in order; the
 * caller names the tag it expects and descends where the format says so, so that a nesting
 * bomb is never followed. Only DER has one encoding for a value; BER also allows indefinite
 * lengths (codesign writes its CMS so) and strings in pieces. */
#pragma once
#include "base/arena.h"
#include "base/span.h"
#include "base/timestamp.h"

/* The identifier octet: class, the bit for "constructed", and the number. */
enum {
    SX_BER_CONSTRUCTED = 0x20,
    SX_BER_BOOLEAN = 0x01,
    SX_BER_INTEGER = 0x02,
    SX_BER_BIT_STRING = 0x03,
    SX_BER_OCTET_STRING = 0x04,
    SX_BER_NULL = 0x05,
    SX_BER_OID = 0x06,
    SX_BER_UTF8_STRING = 0x0c,
    SX_BER_UTC_TIME = 0x17,
    SX_BER_GENERALIZED_TIME = 0x18,
    SX_BER_SEQUENCE = 0x30,
    SX_BER_SET = 0x31,
};
#define SX_BER_CONTEXT(n) (0x80 | (n)) /* [n] IMPLICIT, primitive */

enum sx_ber_rules { SX_BER, SX_DER };

struct sx_ber {
    uint8_t tag;
    bool indefinite;      /* the contents end in two zero bytes, which belong to `whole` only */
    struct sx_span whole; /* header and contents */
    struct sx_span contents;
};

struct sx_ber_reader {
    struct sx_span in;
    size_t pos; /* bytes consumed */
    enum sx_ber_rules rules;
};

struct sx_ber_reader sx_ber_reader(struct sx_span in, enum sx_ber_rules rules);
static inline bool sx_ber_at_end(const struct sx_ber_reader *r)
{
    return r->pos == r->in.len;
}
/* sx_ber_peek returns the next identifier octet, 0 at the end (and 0 is no element's tag). */
uint8_t sx_ber_peek(const struct sx_ber_reader *r);

/* In what follows `what` names the element in errors. All fail with TRUNCATED, RANGE, FORMAT,
 * LIMIT (indefinite lengths nest too deep) or UNSUPPORTED (a tag of several bytes). */

/* sx_ber_next reads the next element, whatever its tag. */
SX_MUST_USE bool sx_ber_next(struct sx_ber_reader *r, const char *what, struct sx_ber *out,
                             struct sx_err *err);
/* sx_ber_take reads the next element, which must carry `tag`. */
SX_MUST_USE bool sx_ber_take(struct sx_ber_reader *r, uint8_t tag, const char *what,
                             struct sx_ber *out, struct sx_err *err);
/* sx_ber_enter is sx_ber_take for a constructed element, whose contents `*inner` reads. */
SX_MUST_USE bool sx_ber_enter(struct sx_ber_reader *r, uint8_t tag, const char *what,
                              struct sx_ber_reader *inner, struct sx_err *err);
/* sx_ber_finish fails when something is left. */
SX_MUST_USE bool sx_ber_finish(const struct sx_ber_reader *r, const char *what, struct sx_err *err);

/* sx_ber_take_octets reads a string of bytes with the (primitive) tag `tag`. In BER it may be
 * in pieces, which are then joined in `arena`; else `*out` borrows from the input. */
SX_MUST_USE bool sx_ber_take_octets(struct sx_ber_reader *r, uint8_t tag, const char *what,
                                    struct sx_arena *arena, struct sx_span *out,
                                    struct sx_err *err);
/* sx_ber_take_uint reads a non-negative INTEGER of at most 64 bits. */
SX_MUST_USE bool sx_ber_take_uint(struct sx_ber_reader *r, const char *what, uint64_t *out,
                                  struct sx_err *err);

/* sx_ber_time reads an element that is a UTCTime or a GeneralizedTime in the form that DER
 * demands: to the second, with Z. (Years 50 to 99 of a UTCTime are of the last century, RFC
 * 5280.) */
SX_MUST_USE bool sx_ber_time(const struct sx_ber *element, struct sx_time *out);

/* sx_oid_is compares the contents of an OBJECT IDENTIFIER with dotted decimals. */
bool sx_oid_is(struct sx_span oid, const char *dotted);
/* sx_oid_under tells whether the identifier continues the dotted one by at least one arc. */
bool sx_oid_under(struct sx_span oid, const char *dotted);
/* sx_oid_text writes dotted decimals into `arena`; none (ptr NULL) when the contents are no
 * identifier or an arc needs more than 63 bits. */
struct sx_str sx_oid_text(struct sx_arena *arena, struct sx_span oid);

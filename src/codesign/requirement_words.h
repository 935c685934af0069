/* SPDX-License-Identifier: MIT */
/* What the readers and writers of the requirement language share. */
#pragma once
#include "codesign/requirement.h"

/* The blobs: magic, length, kind; and for a set magic, length, count, index. */
#define SX_REQUIREMENT_MAGIC     0xfade0c00u
#define SX_REQUIREMENT_SET_MAGIC 0xfade0c01u
enum {
    SX_REQUIREMENT_HEADER = 12,
    SX_REQUIREMENT_SET_HEADER = 12,
    SX_REQUIREMENT_SET_ENTRY = 8,
    SX_REQUIREMENT_KIND_EXPRESSION = 1,
    SX_REQUIREMENT_KIND_LIGHTWEIGHT = 2,
};

/* The low three bytes of an operation are its number. Of the high one, two bits tell how to pass
 * over a number that is not known; they mean nothing for one that is. */
#define SX_REQUIREMENT_NUMBER        0x00ffffffu
#define SX_REQUIREMENT_UNKNOWN_FALSE 0x80000000u
#define SX_REQUIREMENT_UNKNOWN_SKIP  0x40000000u

/* What follows a match in a blob; one that nobody knows is taken to have text (Security,
 * reqinterp.cpp, Match). */
static inline bool sx_match_has_time(uint32_t op)
{
    return op >= SX_MATCH_ON && op <= SX_MATCH_ON_OR_AFTER;
}
static inline bool sx_match_has_text(uint32_t op)
{
    return op != SX_MATCH_EXISTS && op != SX_MATCH_ABSENT && !sx_match_has_time(op);
}

/* The words of the language, which text must be quoted to be. */
extern const struct sx_str sx_requirement_keywords[];
extern const size_t sx_n_requirement_keywords;
bool sx_requirement_is_keyword(struct sx_str word);

/* What stands in the brackets of a certificate, before the first dot, and the operation that it
 * makes; "extension" is another name of "field". */
struct sx_requirement_field {
    struct sx_str prefix; /* with the dot */
    enum sx_requirement_op op;
};
extern const struct sx_requirement_field sx_requirement_fields[];
extern const size_t sx_n_requirement_fields;

/* sx_requirement_oid appends the contents of the OBJECT IDENTIFIER that dotted decimals name. */
SX_MUST_USE bool sx_requirement_oid(struct sx_str dotted, struct sx_buf *out);
/* sx_requirement_oid_text appends the reverse as Apple prints it, whatever the bytes are. */
void sx_requirement_oid_text(struct sx_str contents, struct sx_buf *out);

/* sx_requirement_time is the operand of a match as a point in time; the end of time for what
 * lies beyond. */
struct sx_time sx_requirement_time(int64_t since_2001);
/* sx_requirement_time_parse reads the text of a GeneralizedTime in the two forms that Apple's
 * compiler knows: YYYYMMDDhhmmss, then Z, or + or - and hhmm (Security, SecCertificate.c). */
SX_MUST_USE bool sx_requirement_time_parse(struct sx_str text, int64_t *since_2001);

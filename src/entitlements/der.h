/* SPDX-License-Identifier: MIT */
/* Entitlements in DER, and what is written in the same way: launch constraints, and the DER form
 * of provisioning profiles.
 *
 *     Entitlements ::= [APPLICATION 16] { version INTEGER (1), Dictionary }         70 …
 *     Dictionary   ::= [16] { Pair … }, keys ascending by their bytes               b0 …
 *     Pair         ::= SEQUENCE { key UTF8String, Value }                           30 …
 *     Value        ::= BOOLEAN | INTEGER of 64 bits | UTF8String | SEQUENCE { Value … } |
 * Dictionary
 *
 * An older form has neither version nor Dictionary: every dictionary is a SET of pairs, in the
 * order that DER demands of a SET OF, which is that of the encodings. Its true may be
 * 01, as codesign wrote it (Security, utilities/der_boolean.c). Profiles are such a SET to this
 * day, with dates and bytes in it, and entitlements of the newer form.
 *
 * Each value has one encoding, and any other is refused, as the kernel refuses it (XNU's
 * CoreEntitlements; that its library wants keys sorted is derived from what it and every signer
 * write). */
#pragma once
#include "base/span.h"
#include "entitlements/where.h"

enum sx_der_form {
    SX_DER_ENTITLEMENTS, /* either form of dictionary; neither bytes nor dates */
    SX_DER_CONSTRAINT,   /* the newer form; bytes too */
    SX_DER_PROFILE,      /* a SET; bytes, dates and an Entitlements too */
};

/* sx_der_parse reads one object, which must fill `in` exactly. Strings are copied into `arena`;
 * values have no `pos`. Fails with TRUNCATED, RANGE, FORMAT, DUPLICATE or LIMIT at the offset of
 * the element that is wrong. */
SX_MUST_USE bool sx_der_parse(struct sx_span in, enum sx_der_form form, struct sx_arena *arena,
                              const struct sx_map **out, struct sx_err *err);

/* sx_der_find gives the offset of the value at a step of an object that sx_der_parse has read;
 * false when nothing stands there. */
bool sx_der_find(struct sx_span in, const struct sx_step *at, uint64_t *off);

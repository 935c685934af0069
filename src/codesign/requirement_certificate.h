/* SPDX-License-Identifier: MIT */
/* What a requirement asks of certificates. */
#pragma once
#include "codesign/requirement_words.h"

/* sx_requirement_cert finds a certificate of the chain by its slot; NULL when there is none. */
const struct sx_cert *sx_requirement_cert(const struct sx_chain *chain, int32_t slot);

/* sx_requirement_is_apple tells whether the chain is that of Apple's own code: an anchor, an
 * intermediate of that name below it, and a leaf with the mark (Security, reqinterp.cpp,
 * appleSigned). */
bool sx_requirement_is_apple(const struct sx_chain *chain);

/* sx_requirement_subject_value is the last attribute for a key like "subject.OU", the list of all
 * e-mail addresses for "email"; null when there is none, or for another key. */
struct sx_value sx_requirement_subject_value(const struct sx_cert *cert, struct sx_str key,
                                             struct sx_arena *arena);

/* In what follows `oid` is the contents of an OBJECT IDENTIFIER. */
const struct sx_extension *sx_requirement_extension(const struct sx_cert *cert, struct sx_str oid,
                                                    struct sx_arena *arena);
bool sx_requirement_has_policy(const struct sx_cert *cert, struct sx_str oid,
                               struct sx_arena *arena);
/* sx_requirement_date is the time that an extension holds, or null. */
struct sx_value sx_requirement_date(const struct sx_cert *cert, struct sx_str oid,
                                    struct sx_arena *arena);

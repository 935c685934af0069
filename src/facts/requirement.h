/* SPDX-License-Identifier: MIT */
/* Signed code as a requirement sees it, out of the facts. */
#pragma once
#include "codesign/requirement.h"
#include "facts/run.h"

/* A certificate as it stands in the run, since facts hold less than requirements ask for. */
struct sx_whole_cert {
    struct sx_cert cert;
    enum sx_anchor anchor; /* what it is where a chain ends in it */
};

/* sx_requirement_subject_of makes what a requirement is asked of out of a slice of a code object
 * (NULL: one without Info.plist). It returns why that is not known, or NULL. `*out` borrows from
 * the facts and lives in `arena`.
 *
 * `run` has the certificates whole. Where it has not, or is NULL, a certificate is what its facts
 * say: so examples in rule files can be asked, too. */
const struct sx_unread *sx_requirement_subject_of(const struct sx_run *run,
                                                  const struct sx_Code *code,
                                                  const struct sx_Slice *slice,
                                                  struct sx_arena *arena,
                                                  struct sx_requirement_subject *out);
/* sx_digest_bytes is a digest that a fact holds as hex digits; empty when it is none. */
struct sx_span sx_digest_bytes(struct sx_str hex, struct sx_arena *arena);
/* sx_is_signed tells whether there is anything to ask: a signature with a CodeDirectory that can
 * be used. Unsigned code meets no requirement. */
bool sx_is_signed(const struct sx_Slice *slice);

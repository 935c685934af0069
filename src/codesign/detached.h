/* SPDX-License-Identifier: MIT */
/* A detached signature: a file that holds the signature of code kept elsewhere (codesign
 * --detached). Of what has no slices it is a SuperBlob as it would be embedded; of a Mach-O a list
 * of these, one a processor, and under 0 what all of them share, a bundle's seal among it:
 *
 *     fade0cc1 | length | count | count x { cputype, offset } | SuperBlobs ...
 *
 * Source: Security, detachedrep.cpp and sigblob.h. */
#pragma once
#include "codesign/superblob.h"

/* sx_detached_parse reads what is meant for a processor, 0 for code without slices: the parts of
 * its own, then those that all share. Everything borrows from `in`. Fails as sx_superblob_parse
 * does, and with FORMAT when there is nothing for the processor. */
SX_MUST_USE bool sx_detached_parse(struct sx_span in, uint32_t cputype, struct sx_superblob *out,
                                   struct sx_err *err);

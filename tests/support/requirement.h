/* SPDX-License-Identifier: MIT */
/* Code requirements, as bytes and as the text that Apple's tools print for them. */
#pragma once
#include "cms.h"

struct sx_fx_requirement {
    struct sx_str text; /* canonical */
    struct sx_str code; /* the expression's prefix code, without a blob around it */
};

/* sx_fx_requirement_default is the designated requirement that codesign stores (Security,
 * drmaker.cpp): by who issued the certificate. */
struct sx_fx_requirement sx_fx_requirement_default(struct sx_arena *arena, struct sx_str identifier,
                                                   const struct sx_fx_cert *signer);
/* sx_fx_requirement_cdhash is that of ad hoc code: any one of its CodeDirectories. */
struct sx_fx_requirement sx_fx_requirement_cdhash(struct sx_arena *arena,
                                                  const struct sx_fx_cdhash *cdhashes, size_t n);

/* sx_fx_blob puts magic and length before a payload. */
struct sx_str sx_fx_blob(struct sx_arena *arena, uint32_t magic, struct sx_str payload);
/* sx_fx_requirement_set is slot 2: with a designated requirement, or empty when `code` is. */
struct sx_str sx_fx_requirement_set(struct sx_arena *arena, struct sx_str code);

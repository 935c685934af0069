/* SPDX-License-Identifier: MIT */
/* The set of internal requirements (slot 2): requirement blobs by kind. What they say is another
 * file's matter; here they are bytes.
 *
 *     fade0c01 | length | count | count x { kind, offset } | requirement blobs (fade0c00) ... */
#pragma once
#include "codesign/fault.h"

/* Kinds (Security, CSCommon.h, SecRequirementType) and their names in requirement text. */
#define SX_REQUIREMENT_KINDS(X)                                                                    \
    X(HOST, 1, "host")                                                                             \
    X(GUEST, 2, "guest")                                                                           \
    X(DESIGNATED, 3, "designated")                                                                 \
    X(LIBRARY, 4, "library")                                                                       \
    X(PLUGIN, 5, "plugin")

enum sx_requirement_kind {
#define X(name, value, text) SX_REQUIREMENT_##name = value,
    SX_REQUIREMENT_KINDS(X)
#undef X
};

/* sx_requirement_kind_name is "designated" and the like, NULL for a kind that is not known. */
const char *sx_requirement_kind_name(uint32_t kind);

enum { SX_MAX_REQUIREMENTS = 32 }; /* of one set; there are five kinds */

struct sx_requirement_set {
    struct {
        uint32_t kind;       /* as in the index, known or not */
        struct sx_span blob; /* header included */
    } at[SX_MAX_REQUIREMENTS];
    size_t n; /* in index order */
};

/* sx_requirement_set_parse reads the index of a set; `blob` is the whole blob, header included,
 * and is borrowed. Each entry is the header's length long; it is not looked into. Fails with
 * TRUNCATED, MAGIC, RANGE, FORMAT or LIMIT. */
SX_MUST_USE bool sx_requirement_set_parse(struct sx_span blob, struct sx_requirement_set *out,
                                          struct sx_err *err);

/* sx_requirement_find returns the blob of a kind, the first when it is repeated; empty when
 * there is none. */
struct sx_span sx_requirement_find(const struct sx_requirement_set *set, uint32_t kind);

/* SPDX-License-Identifier: MIT */
/* What can be wrong with a signature, as data. The names are those of the facts (the CS3xx
 * problems), so that a verdict becomes a fact by its name. */
#pragma once
#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

#define SX_FAULTS(X)                                                                               \
    X(CMS_UNREADABLE)                                                                              \
    X(CMS_DIGEST_WRONG)                                                                            \
    X(CMS_SIGNATURE_WRONG)                                                                         \
    X(CMS_ATTRIBUTE_COUNT)                                                                         \
    X(CDHASH_ATTRIBUTE_WRONG)                                                                      \
    X(TIMESTAMP_ATTRIBUTE_MISSING)                                                                 \
    X(TIMESTAMP_UNREADABLE)                                                                        \
    X(TIMESTAMP_IMPRINT_WRONG)                                                                     \
    X(TIMESTAMP_OUTSIDE_AUTHORITY)                                                                 \
    X(TIMESTAMP_NOT_APPLE)                                                                         \
    X(CHAIN_INCOMPLETE)                                                                            \
    X(CHAIN_INVALID)                                                                               \
    X(CERTIFICATE_PURPOSE_WRONG)                                                                   \
    X(CERTIFICATE_EXPIRED)                                                                         \
    X(CERTIFICATE_NOT_YET_VALID)                                                                   \
    X(TEAM_WRONG)                                                                                  \
    X(EXPIRED_WITHOUT_TIMESTAMP)                                                                   \
    X(LOOK_ALIKE)                                                                                  \
    X(SEVERAL_SIGNERS)

enum sx_fault {
#define X(name) SX_FAULT_##name,
    SX_FAULTS(X)
#undef X
};
#define X(name) +1
enum { SX_N_FAULTS = 0 SX_FAULTS(X) };
#undef X

struct sx_fault_at {
    enum sx_fault fault;
    uint64_t off;         /* in the file, where the bytes that are wrong begin */
    struct sx_str detail; /* expected and found, complete enough to print; text is escaped */
};

/* Faults in the order found, at most one of a kind: the first. */
struct sx_verdict {
    struct sx_fault_at at[SX_N_FAULTS];
    size_t n;
};

bool sx_verdict_has(const struct sx_verdict *verdict, enum sx_fault fault);
/* sx_verdict_add formats the detail into `arena`. It returns false, so that a check can end
 * with it. */
bool sx_verdict_add(struct sx_verdict *verdict, struct sx_arena *arena, enum sx_fault fault,
                    uint64_t off, const char *fmt, ...) SX_PRINTF(5, 6);

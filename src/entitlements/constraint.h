/* SPDX-License-Identifier: MIT */
/* Launch and library constraints (Apple, "Defining launch environment and library constraints"):
 * a dictionary of facts and operators that code must satisfy, kept as DER in the slots 8 to 11 of
 * a signature, or as SpawnConstraint in a launchd property list.
 *
 *     { signing-identifier: com.example.sx, team-identifier: {$in: [A, B]},
 *       $or: { on-system-volume: true, validation-category: 6 } }
 *
 * Most facts are about the moment of the launch. Those that the code itself settles can be
 * compared beforehand, and what contradicts them will fail whatever happens. */
#pragma once
#include "base/span.h"
#include "value/schema.h"

/* sx_constraint_parse reads the DER of one slot and gives the developer's dictionary in it. The
 * layout around it (ccat, comp, reqs, vers) is what signers write; keys beside these are passed
 * over. Fails as sx_der_parse does, or with FORMAT. */
SX_MUST_USE bool sx_constraint_parse(struct sx_span der, struct sx_arena *arena,
                                     const struct sx_map **out, struct sx_err *err);

/* sx_constraint_check tells whether a dictionary is a constraint: operators known, where they may
 * stand, with what they take. Else `*why` says what is wrong, and where. Facts that are not known
 * are none of its business, as every system brings new ones. */
bool sx_constraint_check(const struct sx_map *requirement, struct sx_arena *arena,
                         struct sx_str *why);

/* What is known of code that a constraint is asked of. */
struct sx_constrained {
    struct sx_str identifier, team; /* none: it has none */
    struct sx_strs cdhashes;        /* 20 bytes each */
    struct sx_values categories;    /* validation categories it may have; none: not known */
    const struct sx_map *entitlements;
    bool has_entitlements; /* they could be read */
};

/* sx_constraint_unmet names the facts of a constraint that the code contradicts, each once; none
 * when it may satisfy the constraint. */
struct sx_strs sx_constraint_unmet(const struct sx_map *requirement,
                                   const struct sx_constrained *code, struct sx_arena *arena);

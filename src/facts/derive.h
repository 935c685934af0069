/* SPDX-License-Identifier: MIT */
/* Facts that follow from other facts of the same object: no bytes are read here. */
#pragma once
#include "facts/run.h"

/* sx_derive_code fills the aliases and the derived members of a code object whose slices,
 * Info.plist and claims stand: signature, entitlements, claims, neValues, appGroups,
 * categories, providers, the mach services and minos. A member whose ground is unread is
 * marked unread for the same reason. */
void sx_derive_code(struct sx_Code *code, struct sx_arena *arena);

/* sx_derive_run fills what concerns several artifacts: payloads and shipped. */
void sx_derive_run(struct sx_run *run);

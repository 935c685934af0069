/* SPDX-License-Identifier: MIT */
/* APFS containers for tests, with one volume that is filled at once. */
#pragma once
#include "hfs.h"

/* sx_fx_apfs takes what sx_fx_hfs does, but for links to folders, which APFS has not. With
 * `has_hashes` names carry a hash, as on volumes of macOS, which ours is not. */
struct sx_str sx_fx_apfs(struct sx_arena *arena, const struct sx_fx_hfs_entry *entries, size_t n,
                         bool has_hashes);
/* sx_fx_apfs_seal writes the checksum of the block at `at` anew. */
void sx_fx_apfs_seal(char *block);

/* SPDX-License-Identifier: MIT */
/* What a file is, by its content. Internal to inspect/. */
#pragma once
#include "base/source.h"
#include "facts/facts.h"

/* sx_kind_of_head tells from the first bytes what a file is: a Mach-O, one of the containers, or
 * SX_ARTIFACT_KIND_PLIST for anything that may be a property list, plain or signed; OTHER else.
 * `source` is asked for its end too: a disk image is told by its trailer. */
enum sx_ArtifactKind sx_kind_of_file(const struct sx_source *source);

/* sx_kind_promised tells what the end of a name says that a file is, in words; NULL when nothing.
 */
const char *sx_kind_promised(struct sx_str name);

/* sx_kind_of_plist tells what a property list is for, by its keys: a provisioning profile, a
 * configuration profile, entitlements, or PLIST. */
enum sx_ArtifactKind sx_kind_of_plist(const struct sx_map *plist);

/* SPDX-License-Identifier: MIT */
/* What a file is, by its content. Internal to inspect/. */
#pragma once
#include "base/source.h"
#include "facts/facts.h"
#include "package/container.h"

/* sx_kind_of_file tells what a file is: a Mach-O, of the format that it was found to have (NULL: of
 * none), or SX_ARTIFACT_KIND_PLIST for anything that may be a property list, plain or signed; OTHER
 * else. */
enum sx_ArtifactKind sx_kind_of_file(const struct sx_source *source,
                                     const struct sx_container_format *format);

/* sx_kind_promised tells what the end of a name says that a file is, in words; NULL when nothing.
 */
const char *sx_kind_promised(struct sx_str name);

/* sx_kind_of_plist tells what a property list is for, by its keys: a provisioning profile, a
 * configuration profile, entitlements, or PLIST. */
enum sx_ArtifactKind sx_kind_of_plist(const struct sx_map *plist);

/* SPDX-License-Identifier: MIT */
/* A product that is not signed yet, out of its sources. Internal to inspect/. */
#pragma once
#include "inspect/inspector.h"

/* A target on its way to facts. */
struct sx_target_work {
    struct sx_subject *s;
    struct sx_arena *arena;
    const struct sx_target *target;
    struct sx_Code *code;
    enum sx_FileType file_type;
    enum sx_Platform platform;
    SX_VEC(const struct sx_object *) nested;
};

/* sx_inspect_target makes an artifact of kind `source` out of what a target names. It does not
 * fail: what cannot be read is unread, as in any artifact. */
const struct sx_Artifact *sx_inspect_target(struct sx_inspector *in, const struct sx_target *target,
                                            struct sx_examined *examined);
/* inspect.c: a bundle that lies anywhere on the disk, whose paths begin with `name`, into what the
 * artifact lists; and a profile, likewise. */
void sx_inspect_bundle_at(struct sx_subject *s, const char *path, struct sx_str name);
const struct sx_Profile *sx_inspect_profile_at(struct sx_subject *s, struct sx_str path);

/* SPDX-License-Identifier: MIT */
/* A fixture spelled in YAML, built in a folder of its own and examined on 2026-11-24, with the
 * fixtures' roots trusted. */
#pragma once
#include "inspect/inspect.h"

struct examined {
    struct sx_arena *arena;
    char *folder;
    struct sx_run *run;
};

/* examine builds and examines `path`, below the fixture's folder; "" is the folder itself. A
 * fixture that cannot be built fails the test. examined_free removes it all. */
void examine(struct examined *e, const char *yaml, const char *path);
void examined_free(struct examined *e);

static inline const struct sx_Artifact *examined_artifact(const struct examined *e)
{
    return SX_AT(Artifact, e->run->artifacts, 0);
}

/* examined_problem finds a problem of this kind whose detail holds `detail`; NULL when there is
 * none. "none" asks that there be no problem at all but of kinds that have to do with something
 * else. */
const struct sx_Problem *examined_problem(struct sx_objs problems, const char *what,
                                          const char *detail);

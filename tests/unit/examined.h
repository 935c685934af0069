/* SPDX-License-Identifier: MIT */
/* A fixture spelled in YAML, built in a folder of its own and examined on 2026-11-24, with the
 * fixtures' roots trusted. */
#pragma once
#include "inspect/inspect.h"

struct examined {
    struct sx_arena *arena;
    char *folder;
    const char *path; /* what is examined */
    struct sx_str roots;
    struct sx_str detached; /* a detached signature for examine_again; absent: none */
    struct sx_run *run;
};

/* examine builds and examines `path`, below the fixture's folder; "" is the folder itself. A
 * fixture that cannot be built fails the test. examine_again examines what has been changed since.
 * examined_free removes it all. */
void examine(struct examined *e, const char *yaml, const char *path);
void examine_again(struct examined *e);
/* examine_file examines a file that is part of the project, by its path in it. */
void examine_file(struct examined *e, const char *path);
/* examine_bytes examines a file of these bytes. */
void examine_bytes(struct examined *e, const char *name, struct sx_str bytes);
void examined_free(struct examined *e);

static inline const struct sx_Artifact *examined_artifact(const struct examined *e)
{
    return SX_AT(Artifact, e->run->artifacts, 0);
}

/* examined_code finds the code object at a path of the facts, examined_slice its slice for an
 * architecture. One that is not there fails the test. */
const struct sx_Code *examined_code(const struct examined *e, const char *path);
const struct sx_Slice *examined_slice(const struct examined *e, const char *path, const char *arch);

/* examined_problem finds a problem of this kind whose detail holds `detail`; NULL when there is
 * none. */
const struct sx_Problem *examined_problem(struct sx_objs problems, const char *what,
                                          const char *detail);

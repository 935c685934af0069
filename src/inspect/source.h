/* SPDX-License-Identifier: MIT */
/* Sources before a build, judged as the code that a build would make of them. Internal to
 * inspect/. */
#pragma once
#include "entitlements/fit.h"
#include "inspect/inspector.h"
#include "inspect/kind.h"

enum sx_piece_kind { SX_PIECE_CLAIMS, SX_PIECE_INFO, SX_PIECE_PROFILE };

/* One file of the sources. */
struct sx_piece {
    enum sx_piece_kind kind;
    struct sx_subject *s; /* whose tree it is in */
    struct sx_str path;
    struct sx_span text;      /* of a property list */
    const struct sx_map *map; /* NULL when it cannot be read */
    const struct sx_document *document;
    const struct sx_Profile *profile;
    const void *folder; /* which it is from; NULL: an argument. Others have nothing to do with it */
};

/* Files that may go together: those of one folder, and the arguments of one command. */
struct sx_sources {
    SX_VEC(struct sx_piece) pieces;
};

/* sx_sources_add takes a property list, by name or by keys, when it is part of sources; true for
 * entitlements. `map` is NULL for one that cannot be read. `s` must live as long as the sources. */
bool sx_sources_add(struct sx_sources *sources, struct sx_subject *s, struct sx_str path,
                    struct sx_span text, const struct sx_map *map);
void sx_sources_add_profile(struct sx_sources *sources, struct sx_subject *s, struct sx_str path,
                            const struct sx_Profile *profile);

/* sx_sources_build adds to the artifact of each entitlements file the code object that would be
 * built with it, and takes the profiles that such code has from the artifacts they stood in. */
void sx_sources_build(const struct sx_sources *sources);

/* sx_sources_add_folder takes what there is in a folder in which no code was found; false when
 * there are no entitlements in it either. */
bool sx_sources_add_folder(struct sx_sources *sources, struct sx_subject *s,
                           const struct sx_walk *walk);

/* The parts of it. sx_sources_best is the Info.plist or profile that goes with entitlements, NULL
 * when none does; sx_source_code the code object of all three. */
struct sx_str sx_piece_stem(const struct sx_piece *piece);
const struct sx_piece *sx_sources_best(const struct sx_sources *sources, enum sx_piece_kind kind,
                                       const struct sx_piece *claims, struct sx_str identifier);
const struct sx_Code *sx_source_code(const struct sx_sources *sources,
                                     const struct sx_piece *claims);

/* source_variable.c: what a build puts for $(NAME) where it is known; what is not stays open. */
struct sx_variables {
    struct sx_arena *arena;
    struct sx_str team, prefix, identifier; /* absent: not known */
};
const struct sx_map *sx_expand_map(const struct sx_variables *v, const struct sx_map *map);
bool sx_is_open(struct sx_str text);
bool sx_has_open(struct sx_value value);

/* SPDX-License-Identifier: MIT */
/* What a report says about the whole: which artifacts it speaks of together, and what was looked
 * at. */
#pragma once
#include "report/words.h"

/* What one report speaks of. A configuration profile, provisioning profile or property list named
 * beside the one product is judged with it; several products get a report each. */
struct sx_part {
    const struct sx_judgements *all;
    const struct sx_judgement *judged; /* verdicts, counts and sentence of the part */
    const struct sx_judgement *at;     /* one an artifact */
    size_t n;
    const struct sx_judgement *product; /* the one that ships, else the first */
};

/* sx_parts divides a run; returns how many there are. */
size_t sx_parts(const struct sx_judgements *all, struct sx_arena *arena,
                const struct sx_part **out);
/* sx_part_of is one judgement for itself. */
struct sx_part sx_part_of(const struct sx_judgements *all, const struct sx_judgement *at);

/* What was looked at. */
struct sx_census {
    uint64_t code[SX_CodeKind_END], code_objects, slices;
    uint64_t containers[SX_ContainerKind_END];
    uint64_t profiles, jobs, tickets, ticket_entries, configurations;
    uint64_t signatures, page_hashes, sealed_files, files, bytes_read, rules;
};
struct sx_census sx_census_of(const struct sx_part *part);

/* sx_part_is_ready tells whether nothing was found that stops it, and everything examined. */
bool sx_part_is_ready(const struct sx_part *part);

/* sx_first_code is the first object that lies in no other: a disk image itself, else the first app
 * in it; NULL when there is no code. */
const struct sx_Code *sx_first_code(const struct sx_Artifact *artifact);

/* sx_path_words is how a report names the file of an artifact: a product by its last component
 * (that is how paths below it begin), a file beside it as it was given. `path` is
 * a finding's, escaped as findings have it. */
struct sx_str sx_path_words(const struct sx_judgement *at, struct sx_str path,
                            struct sx_arena *arena);

/* SPDX-License-Identifier: MIT */
/* Claims against profiles: what each code object claims, what the profile in its own bundle
 * grants, and how the two agree. */
#pragma once
#include "base/table.h"
#include "report/words.h"

enum sx_cell {
    SX_CELL_NOTHING,
    SX_CELL_GRANTED,
    SX_CELL_MISMATCH,
    SX_CELL_MISSING,
    SX_CELL_UNCLAIMED,
    SX_CELL_FREE,
    SX_N_CELLS
};
extern const char *const sx_cell_words[SX_N_CELLS];
extern const char *const sx_cell_meanings[SX_N_CELLS];

struct sx_claims_cell {
    enum sx_cell state;
    const struct sx_Claim *claim; /* NULL: nothing is claimed */
};

struct sx_claims_row {
    struct sx_str key, prefix, rest; /* the key, and the same in two parts */
};

struct sx_claims_column {
    const struct sx_Code *code;
    struct sx_str name; /* in short, told apart from the others; escaped */
    size_t width;
    struct sx_table cells; /* of keys to struct sx_claims_cell */
};

struct sx_claims {
    struct sx_arena *arena;
    SX_VEC(struct sx_claims_column) columns; /* objects that claim, or are granted, something */
    SX_VEC(struct sx_claims_row) rows;       /* by prefix, then key */
    struct sx_table keys;
    size_t key_width;
};

/* sx_claims_init makes an empty table, sx_claims_add adds the objects of an artifact,
 * sx_claims_close puts everything in order; of four or more columns that show the same one is
 * left, which says how many there are. */
void sx_claims_init(struct sx_claims *t, struct sx_arena *arena);
void sx_claims_add(struct sx_claims *t, const struct sx_Artifact *artifact);
void sx_claims_close(struct sx_claims *t);
struct sx_claims_cell sx_claims_at(const struct sx_claims *t, size_t column, size_t row);

/* sx_claim_cell is how a claim agrees with what is granted. */
enum sx_cell sx_claim_cell(const struct sx_Claim *claim);
/* sx_claim_is_foreign tells whether something other than key and value does not fit: certificate,
 * date, App ID, ... */
bool sx_claim_is_foreign(const struct sx_Claim *claim);
/* sx_profile_is_for tells whether a profile is made for the App ID of a code object. */
bool sx_profile_is_for(const struct sx_Profile *profile, const struct sx_Code *code);

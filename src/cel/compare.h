/* SPDX-License-Identifier: MIT */
/* Equality and order, as the language defines them at run time: numbers of all three types
 * lie on one line, values of other types differ. */
#pragma once
#include "cel/cel.h"

enum sx_cel_order {
    SX_CEL_LESS = -1,
    SX_CEL_SAME = 0,
    SX_CEL_GREATER = 1,
    SX_CEL_UNORDERED,    /* a NaN is among them */
    SX_CEL_INCOMPARABLE, /* the types have no order between them */
};

/* Both charge the run for what they compare and return false when it is exhausted. */
SX_MUST_USE bool sx_cel_equal(struct sx_cel_run *run, struct sx_value a, struct sx_value b,
                              bool *out);
SX_MUST_USE bool sx_cel_compare(struct sx_cel_run *run, struct sx_value a, struct sx_value b,
                                enum sx_cel_order *out);

bool sx_cel_is_number(struct sx_value v);

/* sx_cel_find looks a key up; `*out` is NULL when the map does not have it. */
SX_MUST_USE bool sx_cel_find(struct sx_cel_run *run, const struct sx_map *map, struct sx_value key,
                             const struct sx_entry **out);
/* sx_cel_contains tells whether a list has an element. */
SX_MUST_USE bool sx_cel_contains(struct sx_cel_run *run, struct sx_value list, struct sx_value v,
                                 bool *out);

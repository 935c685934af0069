/* SPDX-License-Identifier: MIT */
/* Static types: struct sx_spec, compared, joined and matched against signatures. */
#pragma once
#include "cel/compile.h"

/* One type a kind, where the kind says all: &sx_cel_types[SX_T_INT]. */
extern const struct sx_spec sx_cel_types[SX_T_ERROR + 1];
/* list(A), map(A, B), list(string). */
extern const struct sx_spec sx_cel_list_of_a, sx_cel_map_of_a_b, sx_cel_list_of_strings;

/* SX_CEL_T(INT) for tables. */
#define SX_CEL_T(KIND) (&sx_cel_types[SX_T_##KIND])

/* The type of elements or of keys, dyn where it is not known. */
const struct sx_spec *sx_cel_elem_of(const struct sx_spec *type);
const struct sx_spec *sx_cel_key_of(const struct sx_spec *type);
const struct sx_spec *sx_cel_list_type(struct sx_arena *arena, const struct sx_spec *elem);
const struct sx_spec *sx_cel_map_type(struct sx_arena *arena, const struct sx_spec *key,
                                      const struct sx_spec *elem);

/* May values of the two types be equal? Null only equals what may be null. */
bool sx_cel_comparable(const struct sx_spec *a, const struct sx_spec *b);

/* sx_cel_join is the type of a place that holds values of either type; dyn when there is no
 * narrower one. */
const struct sx_spec *sx_cel_join(struct sx_arena *arena, const struct sx_spec *a,
                                  const struct sx_spec *b);

/* What the type parameters of one call stand for; NULL while they are free. */
enum { SX_CEL_MAX_PARAMS = 4 };
struct sx_cel_binding {
    const struct sx_spec *of[SX_CEL_MAX_PARAMS];
};

/* sx_cel_accepts tells whether an argument of type `actual` fits a parameter of type `formal`,
 * and binds its type parameters. What may be null fits: it is an error when it is. */
bool sx_cel_accepts(struct sx_cel_binding *binding, const struct sx_spec *formal,
                    const struct sx_spec *actual);
/* sx_cel_substitute replaces type parameters by what they stand for. */
const struct sx_spec *sx_cel_substitute(struct sx_arena *arena,
                                        const struct sx_cel_binding *binding,
                                        const struct sx_spec *formal);

/* sx_cel_fits tells at run time whether a value fits a parameter, elements not looked at. */
bool sx_cel_fits(const struct sx_spec *formal, struct sx_value value);

/* sx_cel_type_text prints a type for a message. */
struct sx_str sx_cel_type_text(struct sx_arena *arena, const struct sx_spec *type);

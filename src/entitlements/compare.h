/* SPDX-License-Identifier: MIT */
/* Two encodings of one thing, compared: entitlements as XML and as DER, a profile's property list
 * and its DER form. They are compared as trees: types and values, arrays in order, dictionaries
 * without. All maps are such as sx_plist_parse and sx_der_parse make. */
#pragma once
#include "entitlements/where.h"

struct sx_difference {
    struct sx_str where;                  /* the way to it, escaped */
    const struct sx_value *first, *other; /* what stands there; NULL = nothing */
};

/* sx_compare finds the first difference in the order of `first`; false when there is none. A map
 * that is NULL is empty. */
bool sx_compare(const struct sx_map *first, const struct sx_map *other, struct sx_arena *arena,
                struct sx_difference *out);

/* sx_compare_all finds every difference in the order of `first`, then what stands in `other`
 * alone, and calls `tell` for each until that returns false. Where one of both has nothing, its
 * value is NULL. */
typedef bool sx_tell_difference(void *context, const struct sx_step *at,
                                const struct sx_value *first, const struct sx_value *other);
void sx_compare_all(const struct sx_map *first, const struct sx_map *other,
                    sx_tell_difference *tell, void *context);

/* sx_difference_text says it: "keychain-access-groups[1]: the XML has "a", the DER nothing". */
struct sx_str sx_difference_text(const struct sx_difference *difference, const char *first,
                                 const char *other, struct sx_arena *arena);

/* sx_with_positions is `der` with every value that `xml` agrees with taken from there, so that it
 * knows its place in a text; `xml` itself when both agree in all. `xml` may be NULL. */
const struct sx_map *sx_with_positions(const struct sx_map *der, const struct sx_map *xml,
                                       struct sx_arena *arena);

/* sx_find_untyped finds the first value that DER entitlements cannot hold: a real number, a date,
 * data, an integer of more than 64 bits with sign. False when there is none. */
bool sx_find_untyped(const struct sx_map *xml, struct sx_arena *arena, struct sx_difference *out);

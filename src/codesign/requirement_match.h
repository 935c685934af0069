/* SPDX-License-Identifier: MIT */
/* Whether a value is what a requirement asks for (Security, reqinterp.cpp, Match). */
#pragma once
#include "codesign/requirement_words.h"

/* Work left; when it runs out, whatever is answered from then on means nothing. */
struct sx_requirement_budget {
    uint64_t left;
    bool spent;
};

/* sx_requirement_charge takes steps, at least one; false when there are not so many. */
bool sx_requirement_charge(struct sx_requirement_budget *budget, uint64_t steps);

/* sx_requirement_is_utf8 tells whether Apple's evaluator can make a string of an operand; it ends
 * at the first NUL, and sx_requirement_c_text is what it then is. */
bool sx_requirement_is_utf8(struct sx_str text);
struct sx_str sx_requirement_c_text(struct sx_str text);

/* sx_requirement_matches compares a value with the operand of a node; null is no value, and a
 * list is any of its elements, or itself. */
bool sx_requirement_matches(const struct sx_requirement_node *node, struct sx_value value,
                            struct sx_requirement_budget *budget);

/* SPDX-License-Identifier: MIT */
/* Texts that would harm whoever shows them, and the sample with one of them in every place. */
#pragma once
#include "waffle.h"

extern const struct hostile {
    const char *name;
    struct sx_str text;
} hostiles[];
extern const size_t n_hostiles;
enum { MOST_HOSTILES = 64 };

/* waffle_poison makes every name and value of the facts and findings that text, and adds what was
 * not examined. */
void waffle_poison(struct waffle *w, struct sx_str text);

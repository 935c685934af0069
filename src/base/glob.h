/* SPDX-License-Identifier: MIT */
/* Patterns for whole strings, as rules, waivers and the App IDs of profiles write them: `*` is
 * any characters but '/', `**` any at all, `?` one character but '/', `[a-z]` one of a set and
 * `[!a-z]` one outside it. A bracket that does not close stands for itself. */
#pragma once
#include "base/str.h"

/* sx_glob tells whether all of `text` matches. Its time is bounded by the square of the text's
 * length, whatever the pattern. */
bool sx_glob(struct sx_str pattern, struct sx_str text);

/* SPDX-License-Identifier: MIT */
/* What things are called when a person reads about them, and how numbers, dates and lists are
 * written. The same words in every format. */
#pragma once
#include "report/report.h"

struct sx_noun {
    const char *one, *many;
};

/* sx_count writes "no files", "1 file", "2 files". */
struct sx_str sx_count(struct sx_arena *arena, uint64_t n, struct sx_noun noun);
/* sx_shown says how many of a list are told before "and so many more": five or fewer are told all,
 * of more the first three. */
size_t sx_shown(size_t n);
/* sx_below is a path below a folder, without the '/' between. */
struct sx_str sx_below(struct sx_str path, struct sx_str folder);
/* sx_join puts `between` between texts; sx_join_and ends "a, b and c". */
struct sx_str sx_join(struct sx_arena *arena, struct sx_strs texts, const char *between);
struct sx_str sx_join_and(struct sx_arena *arena, struct sx_strs texts);

/* The kinds of code object in the order in which they are counted, and what they are called. */
extern const struct sx_kind_noun {
    enum sx_CodeKind kind;
    struct sx_noun noun;
} sx_kind_nouns[];
extern const size_t sx_n_kind_nouns;
struct sx_noun sx_code_noun(uint16_t kind);
struct sx_noun sx_artifact_noun(uint16_t kind);
const char *sx_signer_words(uint16_t signer);

/* sx_code_words says what a code object is: "system extension, content filter". */
struct sx_str sx_code_words(struct sx_arena *arena, const struct sx_Code *code);
/* sx_owner_words does so for whatever a finding points at. */
struct sx_str sx_owner_words(struct sx_arena *arena, const struct sx_object *owner);
/* sx_configuration_words: "configuration profile, 1 content filter". */
struct sx_str sx_configuration_words(struct sx_arena *arena, const struct sx_Configuration *c);

/* sx_build_words: "arm64 and x86_64, macOS 13.0 or later, SDK 15.2". */
struct sx_str sx_build_words(struct sx_arena *arena, const struct sx_Code *code);

/* sx_version_words reads "1.4.0 (207)" out of an Info.plist; absent when it holds neither. */
struct sx_str sx_version_words(struct sx_arena *arena, const struct sx_map *info);
/* "2026-11-24", "2026-11-24 18:04:52 UTC". */
struct sx_str sx_day_text(struct sx_arena *arena, struct sx_time t);
struct sx_str sx_moment_text(struct sx_arena *arena, struct sx_time t);
/* sx_days_words: "in 69 days", "today", "3 days ago". */
struct sx_str sx_days_words(struct sx_arena *arena, struct sx_time t, struct sx_time now);
/* A reference of a rule: "Title <https://…>", or either; the other is absent. */
struct sx_reference {
    struct sx_str title, address;
};
struct sx_reference sx_reference_of(struct sx_str reference);
/* sx_quoted puts a name from a file in quotes; absent text gives "none". */
struct sx_str sx_quoted(struct sx_arena *arena, struct sx_str text);

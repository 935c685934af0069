/* SPDX-License-Identifier: MIT */
/* The parts of the page in HTML: same words, same order and same care as the text.
 *
 * One file, no script, no request (its Content-Security-Policy allows none). Whatever comes from a
 * file is escaped by the pen; names stand in <bdi>, so that letters that run from right to left
 * move nothing around them. */
#pragma once
#include "base/table.h"
#include "report/brief.h"
#include "report/group.h"
#include "report/pen.h"

/* A chip, a mark, a word: what colour repeats. */
enum sx_tone { SX_TONE_IDLE, SX_TONE_BAD, SX_TONE_WARN, SX_TONE_GOOD };

/* How many findings an object has, and where they begin. */
struct sx_html_tally {
    size_t count[SX_N_SEVERITIES];
    struct sx_str anchor;
};

struct sx_html {
    struct sx_pen *pen;
    struct sx_arena *arena;
    const struct sx_part *part;
    const struct sx_style *style;
    struct sx_groups groups;
    size_t number;          /* of the part on the page, from 1; 0: there is one only */
    struct sx_table *ids;   /* of the page: rule to how many anchors it has */
    struct sx_table first;  /* of the part: rule to its first anchor */
    struct sx_table anchor; /* of a finding */
    struct sx_table tally;  /* of an object: struct sx_html_tally */
};

/* Sections, in their order; each writes nothing when it has nothing to say. */
void sx_html_verdict(struct sx_html *h);
void sx_html_bundle(struct sx_html *h);
void sx_html_findings(struct sx_html *h);
void sx_html_mend(struct sx_html *h);
void sx_html_claims(struct sx_html *h);
void sx_html_dates(struct sx_html *h);
void sx_html_examined(struct sx_html *h);

/* sx_html_section begins a section with a heading that nav leads to. sx_html_level is the number of
 * a heading so far below the page's title, which is one lower where it has several reports. */
void sx_html_section(struct sx_html *h, const char *id, const char *title);
void sx_html_section_end(struct sx_html *h);
unsigned sx_html_level(const struct sx_html *h, unsigned below);

/* Pieces. sx_html_raw is markup of ours. */
void sx_html_raw(struct sx_html *h, const char *markup);
void sx_html_text(struct sx_html *h, struct sx_str text);
void sx_html_cstr(struct sx_html *h, const char *text);
/* sx_html_name is text from a file, sx_html_path a path or key that may be broken behind '/' and
 * '.'; sx_html_prose a sentence, in which what looks like a key, an
 * identifier or a path is set as code. */
void sx_html_name(struct sx_html *h, struct sx_str text);
void sx_html_path(struct sx_html *h, struct sx_str path);
void sx_html_prose(struct sx_html *h, struct sx_str text);
/* sx_html_ids turns ids of rules into links, where the part has such findings. */
void sx_html_ids(struct sx_html *h, struct sx_str text);
void sx_html_number(struct sx_html *h, uint64_t n);
void sx_html_icon(struct sx_html *h, const char *symbol);
void sx_html_chip(struct sx_html *h, enum sx_tone tone, const char *symbol, struct sx_str word);
const char *sx_html_tone(enum sx_tone tone);

/* sx_html_anchor is the id of a finding, absent when there is none. */
struct sx_str sx_html_anchor(const struct sx_html *h, const struct sx_finding *f);
/* sx_html_tally is what is found of an object; NULL when nothing is. */
const struct sx_html_tally *sx_html_tally(const struct sx_html *h, const struct sx_object *object);
/* sx_html_subject is what a finding counts for: its code object, else its owner. */
const struct sx_object *sx_html_subject(const struct sx_finding *f);

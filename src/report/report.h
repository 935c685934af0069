/* SPDX-License-Identifier: MIT */
/* Findings and facts as text and data: one file a format, looked up by name. Reports are pure
 * functions of their input: no clock, no environment, the same bytes each time. */
#pragma once
#include "rules/judge.h"

struct sx_style {
    unsigned width; /* 60 to 120 */
    bool color, ascii, quiet, verbose, lenient;
    enum sx_severity fail_on; /* what --quiet names: findings of at least this severity, which
                                 fail the run; SX_N_SEVERITIES = none does */
    struct sx_str show_at;    /* a source file to show findings at that have none; may be absent */
    struct sx_str folder;     /* that relative paths begin in, absolute; may be absent */
};

/* Where bytes go; false from `write` ends the report. */
struct sx_out {
    bool (*write)(void *context, const char *bytes, size_t n);
    void *context;
};

struct sx_format {
    const char *name;
    bool (*write)(const struct sx_judgements *judgements, const struct sx_style *style,
                  struct sx_out out);
};

extern const struct sx_format sx_formats[];
extern const size_t sx_n_formats;
extern const char *const sx_format_names[]; /* the same names, ended by NULL */

/* sx_write_baseline writes the findings as sx_baseline_read reads them, sorted, but for those that
 * are waived; sx_baseline_new counts those that are in no baseline yet. sx_write_starter writes a
 * configuration to begin with. */
bool sx_write_baseline(const struct sx_judgements *judgements, struct sx_out out);
size_t sx_baseline_new(const struct sx_judgements *judgements);
bool sx_write_starter(const struct sx_judgements *judgements, struct sx_out out);

/* The views without judgement; each returns false when `out` stopped. */
bool sx_write_facts(const struct sx_run *run, struct sx_str section, struct sx_out out);
bool sx_write_schema(struct sx_out out);
/* sx_write_schema_page writes the same as a page in Markdown. */
bool sx_write_schema_page(struct sx_out out);
/* sx_write_show: `section` absent = overview. Fails with USAGE for a section that is none. */
bool sx_write_show(const struct sx_run *run, struct sx_str section, struct sx_str format,
                   const struct sx_style *style, struct sx_out out, struct sx_err *err);
/* sx_write_profiles writes every profile of a run, as "text" (absent means that) or "json". Fails
 * with USAGE for another format and when there is none. */
bool sx_write_profiles(const struct sx_run *run, struct sx_str format, const struct sx_style *style,
                       struct sx_out out, struct sx_err *err);
/* sx_write_catalogue writes the catalogue of entitlements: one key, the keys that hold a text, or
 * all when `key` is absent. Fails with USAGE, naming the nearest, when there is none. */
bool sx_write_catalogue(struct sx_str key, const struct sx_style *style, struct sx_out out,
                        struct sx_err *err);
bool sx_write_rule(const struct sx_ruleset *rules, const struct sx_rule *rule,
                   const struct sx_style *style, struct sx_out out);
bool sx_write_rule_list(const struct sx_ruleset *rules, const struct sx_selection *selection,
                        const struct sx_style *style, struct sx_out out);
/* sx_write_examples writes the examples that failed, and how many passed. */
bool sx_write_examples(const struct sx_example_report *report, const struct sx_style *style,
                       struct sx_out out);
/* sx_write_symptom finds rules by what the user saw; `*found` tells whether there are any. */
bool sx_write_symptom(const struct sx_ruleset *rules, struct sx_str text,
                      const struct sx_style *style, struct sx_out out, bool *found);

/* Where the pages of a folder go; false from `take` ends it. */
struct sx_pages {
    bool (*take)(void *context, const char *name, struct sx_str text);
    void *context;
};
/* sx_write_pages writes the documentation of rules in Markdown: README.md, symptoms.md, and a page
 * named by its id for each rule. */
bool sx_write_pages(const struct sx_ruleset *rules, struct sx_pages out);

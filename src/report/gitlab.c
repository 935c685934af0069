/* SPDX-License-Identifier: MIT */
/* GitLab's code quality report: the findings that a merge request brings or takes away. It reads
 * description, check_name, fingerprint, severity and location; the rest is for people. */
#include "report/formats.h"
#include "report/gaps.h"
#include "report/json_parts.h"

static const char *severity_of(const struct sx_finding *f)
{
    static const char *const words[SX_N_SEVERITIES] = {
        [SX_SEVERITY_ERROR] = "critical",
        [SX_SEVERITY_WARNING] = "minor",
        [SX_SEVERITY_NOTE] = "info",
    };
    return words[f->severity];
}

/* A report may not hold a fingerprint twice. */
static struct sx_str fingerprint_of(const struct sx_finding *f, struct sx_table *seen,
                                    struct sx_arena *arena)
{
    unsigned n = sx_occurrence(seen, f);
    if (n == 1)
        return f->fingerprint;
    return sx_str_printf(arena, "%.*s-%u", SX_STR_ARG(f->fingerprint), n);
}

static void write_location(struct sx_json *json, const struct sx_spot *spot)
{
    sx_json_key(json, "location");
    sx_json_begin_object(json);
    sx_member_text(json, "path", spot->file);
    sx_json_key(json, "lines");
    sx_json_begin_object(json);
    sx_member_count(json, "begin", spot->line > 0 ? spot->line : 1);
    sx_json_end_object(json);
    sx_json_end_object(json);
}

static void write_finding(struct sx_json *json, const struct sx_judgement *at,
                          const struct sx_finding *f, const struct sx_style *style,
                          struct sx_str fingerprint)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_spot spot = sx_spot_of(f, at, style);
    sx_json_begin_object(json);
    sx_member_text(json, "description", sx_spot_message(&spot, f, at, arena));
    sx_member_text(json, "check_name", sx_brief_title(f->rule, arena));
    sx_member_text(json, "fingerprint", fingerprint);
    sx_member_name(json, "severity", severity_of(f));
    write_location(json, &spot);
    sx_json_end_object(json);
}

/* What was not examined; its own words tell it from others. */
static void write_gap(struct sx_json *json, const struct sx_gap *gap, const struct sx_style *style)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_spot spot = sx_spot_beside(gap->at, style);
    struct sx_str words = sx_gap_words(gap, arena), given = gap->at->artifact->path;
    sx_json_begin_object(json);
    sx_member_text(json, "description",
                   sx_str_printf(arena, "not examined: %.*s", SX_STR_ARG(words)));
    sx_member_name(json, "check_name", "not examined");
    sx_member_text(
        json, "fingerprint",
        sx_str_printf(arena, "not-examined %.*s %.*s", SX_STR_ARG(given), SX_STR_ARG(words)));
    sx_member_name(json, "severity", "minor");
    write_location(json, &spot);
    sx_json_end_object(json);
}

static void write_gaps(struct sx_json *json, const struct sx_judgement *at,
                       const struct sx_style *style, struct sx_arena *arena)
{
    const struct sx_gap *gaps;
    size_t n = sx_gaps(at, arena, &gaps);
    for (size_t i = 0; i < n && !json->stopped; i++)
        if (gaps[i].is_incomplete)
            write_gap(json, &gaps[i], style);
}

bool sx_write_gitlab(const struct sx_judgements *judgements, const struct sx_style *style,
                     struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_table seen;
    struct sx_json json;
    sx_table_init(&seen, arena);
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    sx_json_begin_array(&json);
    for (size_t i = 0; i < judgements->n; i++) {
        const struct sx_judgement *at = &judgements->at[i];
        for (size_t k = 0; k < at->n_findings && !json.stopped; k++)
            if (sx_is_open(at->findings[k]))
                write_finding(&json, at, at->findings[k], style,
                              fingerprint_of(at->findings[k], &seen, arena));
        write_gaps(&json, at, style, arena);
    }
    sx_json_end_array(&json);
    sx_json_newline(&json);
    return sx_json_flush(&json);
}

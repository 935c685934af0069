/* SPDX-License-Identifier: MIT */
/* One run, whatever was checked: GitHub takes one run of a tool a file. */
#include "report/sarif.h"

#include "report/formats.h"
#include "report/gaps.h"
#include "report/pen.h"

#include <stdlib.h>

void sx_sarif_message(struct sx_json *json, const char *key, struct sx_str text)
{
    sx_json_key(json, key);
    sx_json_begin_object(json);
    sx_member_text(json, "text", text);
    sx_json_end_object(json);
}

const char *sx_sarif_level(enum sx_severity severity)
{
    return sx_severity_name(severity); /* SARIF has the same three words */
}

void sx_sarif_artifact(struct sx_json *json, struct sx_str path, struct sx_arena *arena)
{
    sx_json_key(json, "artifactLocation");
    sx_json_begin_object(json);
    sx_member_text(json, "uri", sx_uri_of(arena, path));
    sx_json_end_object(json);
}

static int by_id(const void *a, const void *b)
{
    const struct sx_rule *const *x = a, *const *y = b;
    return sx_str_cmp((*x)->id, (*y)->id);
}

/* Rules are counted once, by the table of their ids. */
static void gather_rules(struct sx_sarif *s)
{
    struct sx_table ids;
    sx_table_init(&ids, s->arena);
    for (size_t i = 0; i < s->all->n; i++) {
        const struct sx_judgement *at = &s->all->at[i];
        for (size_t k = 0; k < at->n_findings; k++)
            if (sx_table_put(&ids, at->findings[k]->rule->id, s))
                SX_PUSH(s->arena, &s->rules, at->findings[k]->rule);
    }
    if (s->rules.n > 0)
        qsort(s->rules.at, s->rules.n, sizeof(struct sx_rule *), by_id);
}

static void write_tool(struct sx_sarif *s)
{
    struct sx_json *json = &s->json;
    sx_json_key(json, "tool");
    sx_json_begin_object(json);
    sx_json_key(json, "driver");
    sx_json_begin_object(json);
    sx_member_name(json, "name", "sxlint");
    sx_member_name(json, "version", SX_VERSION);
    sx_member_name(json, "semanticVersion", SX_VERSION);
    sx_json_key(json, "rules");
    sx_json_begin_array(json);
    for (size_t i = 0; i < s->rules.n; i++)
        sx_sarif_rule(s, s->rules.at[i]);
    sx_json_end_array(json);
    sx_json_end_object(json);
    sx_json_end_object(json);
}

/* What was not checked is told as a notification: no result, but no silence either. */
static void write_notification(struct sx_sarif *s, const char *level, struct sx_str text,
                               struct sx_str path)
{
    struct sx_json *json = &s->json;
    sx_json_begin_object(json);
    sx_member_name(json, "level", level);
    sx_sarif_message(json, "message", text);
    if (path.ptr != NULL) {
        sx_json_key(json, "locations");
        sx_json_begin_array(json);
        sx_json_begin_object(json);
        sx_json_key(json, "physicalLocation");
        sx_json_begin_object(json);
        sx_sarif_artifact(json, path, s->arena);
        sx_json_end_object(json);
        sx_json_end_object(json);
        sx_json_end_array(json);
    }
    sx_json_end_object(json);
}

static void write_not_checked(struct sx_sarif *s, const struct sx_judgement *at)
{
    const struct sx_gap *gaps;
    size_t n = sx_gaps(at, s->arena, &gaps);
    for (size_t i = 0; i < n; i++) {
        struct sx_str words = sx_gap_words(&gaps[i], s->arena);
        write_notification(s, gaps[i].is_incomplete ? "error" : "note",
                           sx_str_printf(s->arena, "not checked: %.*s", SX_STR_ARG(words)),
                           at->artifact->path);
    }
}

static void write_invocation(struct sx_sarif *s)
{
    struct sx_json *json = &s->json;
    sx_json_key(json, "invocations");
    sx_json_begin_array(json);
    sx_json_begin_object(json);
    sx_json_key(json, "executionSuccessful");
    sx_json_bool(json, !s->all->whole.is_incomplete);
    sx_json_key(json, "toolExecutionNotifications");
    sx_json_begin_array(json);
    for (size_t i = 0; i < s->all->n; i++)
        write_not_checked(s, &s->all->at[i]);
    if (s->n_left_out > 0)
        write_notification(s, "warning",
                           sx_str_printf(s->arena,
                                         "%zu more findings, the least of them, do not fit",
                                         s->n_left_out),
                           (struct sx_str){ 0 });
    sx_json_end_array(json);
    sx_json_end_object(json);
    sx_json_end_array(json);
}

/* Errors go first where not all have room; else the order is that of the report. */
static void write_results_of(struct sx_sarif *s, unsigned severities)
{
    for (size_t i = 0; i < s->all->n; i++) {
        const struct sx_judgement *at = &s->all->at[i];
        for (size_t k = 0; k < at->n_findings && !s->json.stopped; k++) {
            const struct sx_finding *f = at->findings[k];
            if ((severities >> f->severity & 1) == 0)
                continue;
            if (s->n_results == SX_SARIF_MOST_RESULTS) {
                s->n_left_out++;
                continue;
            }
            s->n_results++;
            sx_sarif_result(s, at, f);
        }
    }
}

static void write_results(struct sx_sarif *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->all->n; i++)
        n += s->all->at[i].n_findings;
    sx_json_key(&s->json, "results");
    sx_json_begin_array(&s->json);
    if (n <= SX_SARIF_MOST_RESULTS)
        write_results_of(s, ~0u);
    for (size_t i = 0; n > SX_SARIF_MOST_RESULTS && i < SX_N_SEVERITIES; i++)
        write_results_of(s, 1u << sx_severities[i]);
    sx_json_end_array(&s->json);
}

static void write_properties(struct sx_sarif *s)
{
    struct sx_json *json = &s->json;
    sx_json_key(json, "properties");
    sx_json_begin_object(json);
    sx_member_text(json, "asOf", sx_time_text(s->arena, s->all->run->question.now));
    sx_json_key(json, "artifacts");
    sx_json_begin_array(json);
    for (size_t i = 0; i < s->all->n; i++) {
        sx_json_begin_object(json);
        sx_member_text(json, "path", s->all->at[i].artifact->path);
        sx_json_artifact(json, &s->all->at[i]);
        sx_member_text(json, "sentence", s->all->at[i].sentence);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
    sx_json_end_object(json);
}

static void write_run(struct sx_sarif *s)
{
    sx_json_begin_object(&s->json);
    write_tool(s);
    sx_member_name(&s->json, "columnKind", "unicodeCodePoints");
    write_results(s);
    write_invocation(s);
    write_properties(s);
    sx_json_end_object(&s->json);
}

bool sx_write_sarif(const struct sx_judgements *judgements, const struct sx_style *style,
                    struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_sarif s = { .all = judgements, .style = style, .arena = arena };
    sx_table_init(&s.seen, arena);
    gather_rules(&s);
    sx_json_init(&s.json, out.write, out.context, SX_JSON_PRETTY);
    sx_json_begin_object(&s.json);
    sx_member_name(&s.json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    sx_member_name(&s.json, "version", "2.1.0");
    sx_json_key(&s.json, "runs");
    sx_json_begin_array(&s.json);
    write_run(&s);
    sx_json_end_array(&s.json);
    sx_json_end_object(&s.json);
    sx_json_newline(&s.json);
    return sx_json_flush(&s.json);
}

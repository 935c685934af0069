/* SPDX-License-Identifier: MIT */
/* The report as data; docs/schema/report.schema.json describes it. Members that do not apply are
 * left out. */
#include "report/formats.h"
#include "report/json_parts.h"

static void write_findings(struct sx_json *json, const struct sx_judgement *at)
{
    sx_json_key(json, "findings");
    sx_json_begin_array(json);
    for (size_t i = 0; i < at->n_findings && !json->stopped; i++) {
        sx_json_begin_object(json);
        sx_json_finding(json, at, at->findings[i]);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
}

static void write_artifact(struct sx_json *json, const struct sx_judgements *all,
                           const struct sx_judgement *at)
{
    sx_json_begin_object(json);
    sx_member_text(json, "path", at->artifact->path);
    sx_json_artifact(json, at);
    write_findings(json, at);
    sx_json_examined(json, all, at);
    sx_json_end_object(json);
}

static void write_tool(struct sx_json *json)
{
    sx_json_key(json, "tool");
    sx_json_begin_object(json);
    sx_member_name(json, "name", "sxlint");
    sx_member_name(json, "version", SX_VERSION);
    sx_json_end_object(json);
}

bool sx_write_json(const struct sx_judgements *judgements, const struct sx_style *style,
                   struct sx_out out)
{
    (void)style; /* data has none */
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_json json;
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    sx_json_begin_object(&json);
    sx_member_count(&json, "schemaVersion", 1);
    write_tool(&json);
    sx_member_text(&json, "asOf", sx_time_text(arena, judgements->run->question.now));
    sx_json_key(&json, "artifacts");
    sx_json_begin_array(&json);
    for (size_t i = 0; i < judgements->n; i++)
        write_artifact(&json, judgements, &judgements->at[i]);
    sx_json_end_array(&json);
    sx_json_summary(&json, &judgements->whole);
    sx_json_end_object(&json);
    sx_json_newline(&json);
    return sx_json_flush(&json);
}

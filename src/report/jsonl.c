/* SPDX-License-Identifier: MIT */
/* JSON, a line each: every finding, and behind those of an artifact a line with its verdicts, so
 * that who reads the lines of many machines knows which artifacts were looked at. The members are
 * those of the JSON report, and `artifact`, the path as it was given. */
#include "report/formats.h"
#include "report/json_parts.h"

static void begin_line(struct sx_json *json, const struct sx_judgement *at)
{
    sx_json_begin_object(json);
    sx_member_text(json, "artifact", at->artifact->path);
}

static void end_line(struct sx_json *json)
{
    sx_json_end_object(json);
    sx_json_newline(json);
}

static void write_artifact(struct sx_json *json, const struct sx_judgements *all,
                           const struct sx_judgement *at)
{
    for (size_t i = 0; i < at->n_findings && !json->stopped; i++) {
        begin_line(json, at);
        sx_json_finding(json, at, at->findings[i]);
        end_line(json);
    }
    begin_line(json, at);
    sx_json_artifact(json, at);
    sx_json_examined(json, all, at);
    sx_json_summary(json, at);
    end_line(json);
}

bool sx_write_jsonl(const struct sx_judgements *judgements, const struct sx_style *style,
                    struct sx_out out)
{
    (void)style; /* data has none */
    struct sx_json json;
    sx_json_init(&json, out.write, out.context, SX_JSON_COMPACT);
    for (size_t i = 0; i < judgements->n; i++)
        write_artifact(&json, judgements, &judgements->at[i]);
    return sx_json_flush(&json);
}

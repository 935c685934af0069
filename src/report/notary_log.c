/* SPDX-License-Identifier: MIT */
/* The log that Apple's notary would write of an upload: what a script that reads real ones can read
 * before there is one. What only Apple knows is null; so is `status` when not everything was
 * examined, and `statusSummary` then says why. Of several artifacts it is a list of logs. */
#include "report/formats.h"
#include "report/json_parts.h"
#include "report/notary.h"

/* As the others, but null when there is no text. */
static void text_or_null(struct sx_json *json, const char *key, struct sx_str text)
{
    sx_json_key(json, key);
    sx_json_string(json, text);
}

static void code_or_null(struct sx_json *json, const char *key, struct sx_opt_int code)
{
    sx_json_key(json, key);
    if (code.has)
        sx_json_int(json, code.v);
    else
        sx_json_null(json);
}

static void write_issue(struct sx_json *json, const struct sx_notary_issue *issue)
{
    sx_json_begin_object(json);
    text_or_null(json, "severity", issue->severity);
    text_or_null(json, "code", (struct sx_str){ 0 }); /* no published log has one */
    text_or_null(json, "path", issue->path);
    text_or_null(json, "message", issue->message);
    text_or_null(json, "docUrl", issue->url);
    text_or_null(json, "architecture", issue->arch);
    sx_json_end_object(json);
}

static void write_issues(struct sx_json *json, const struct sx_notary_log *log)
{
    sx_json_key(json, "issues");
    if (log->n_issues == 0) {
        sx_json_null(json);
        return;
    }
    sx_json_begin_array(json);
    for (size_t i = 0; i < log->n_issues && !json->stopped; i++)
        write_issue(json, &log->issues[i]);
    sx_json_end_array(json);
}

static void write_hash(struct sx_json *json, const struct sx_notary_hash *hash)
{
    sx_json_begin_object(json);
    sx_member_text(json, "path", hash->path);
    sx_member_text(json, "digestAlgorithm", hash->algorithm);
    sx_member_text(json, "cdhash", hash->cdhash);
    sx_member_text(json, "arch", hash->arch);
    sx_json_end_object(json);
}

/* There is a ticket for what is accepted, and for nothing else. */
static void write_ticket(struct sx_json *json, const struct sx_notary_log *log)
{
    sx_json_key(json, "ticketContents");
    if (!sx_str_is(log->status, "Accepted")) {
        sx_json_null(json);
        return;
    }
    sx_json_begin_array(json);
    for (size_t i = 0; i < log->n_hashes && !json->stopped; i++)
        write_hash(json, &log->hashes[i]);
    sx_json_end_array(json);
}

static void write_log(struct sx_json *json, const struct sx_judgement *at)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_notary_log log = sx_forecast(at, arena);
    sx_json_begin_object(json);
    sx_member_count(json, "logFormatVersion", 1);
    text_or_null(json, "jobId", log.job);
    text_or_null(json, "status", log.status);
    text_or_null(json, "statusSummary", log.summary);
    code_or_null(json, "statusCode", log.code);
    text_or_null(json, "archiveFilename", log.archive);
    text_or_null(json, "uploadDate", log.uploaded);
    text_or_null(json, "sha256", log.sha256);
    write_ticket(json, &log);
    write_issues(json, &log);
    sx_json_end_object(json);
}

bool sx_write_notary_log(const struct sx_judgements *judgements, const struct sx_style *style,
                         struct sx_out out)
{
    (void)style; /* data has none */
    size_t n = 0;
    struct sx_json json;
    for (size_t i = 0; i < judgements->n; i++)
        n += sx_is_upload(&judgements->at[i]);
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    if (n != 1)
        sx_json_begin_array(&json);
    for (size_t i = 0; i < judgements->n; i++)
        if (sx_is_upload(&judgements->at[i]))
            write_log(&json, &judgements->at[i]);
    if (n != 1)
        sx_json_end_array(&json);
    sx_json_newline(&json);
    return sx_json_flush(&json);
}

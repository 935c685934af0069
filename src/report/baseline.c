/* SPDX-License-Identifier: MIT */
/* The baseline: what is found today, so that only what comes on top counts from now on. */
#include "report/report.h"
#include "value/json.h"

#include <stdlib.h>

/* What is waived has its own term; what the rules say about waivers and baselines passes. */
static bool belongs(const struct sx_finding *f)
{
    return f->status != SX_WAIVED && f->rule->scope != SX_SCOPE_WAIVER &&
           f->rule->scope != SX_SCOPE_BASELINE;
}

size_t sx_baseline_new(const struct sx_judgements *judgements)
{
    size_t n = 0;
    for (size_t i = 0; i < judgements->whole.n_findings; i++) {
        const struct sx_finding *f = judgements->whole.findings[i];
        n += belongs(f) && f->status == SX_OPEN;
    }
    return n;
}

static int by_fingerprint(const void *a, const void *b)
{
    return sx_str_cmp((*(const struct sx_finding *const *)a)->fingerprint,
                      (*(const struct sx_finding *const *)b)->fingerprint);
}

static void member(struct sx_json *json, const char *key, struct sx_str text)
{
    sx_json_key(json, key);
    sx_json_string(json, text);
}

static void write_entry(struct sx_json *json, const struct sx_finding *f)
{
    sx_json_begin_object(json);
    member(json, "fingerprint", f->fingerprint);
    member(json, "rule", f->rule->id);
    member(json, "path", f->path);
    sx_json_end_object(json);
}

bool sx_write_baseline(const struct sx_judgements *judgements, struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_judgement *whole = &judgements->whole;
    const struct sx_finding **at = SX_NEW_N(arena, const struct sx_finding *, whole->n_findings);
    size_t n = 0;
    for (size_t i = 0; i < whole->n_findings; i++)
        if (belongs(whole->findings[i]))
            at[n++] = whole->findings[i];
    if (n > 0)
        qsort(at, n, sizeof(struct sx_finding *), by_fingerprint);
    struct sx_json json;
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    sx_json_begin_object(&json);
    sx_json_key(&json, "schemaVersion");
    sx_json_int(&json, 1);
    sx_json_key(&json, "findings");
    sx_json_begin_array(&json);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !sx_str_eq(at[i - 1]->fingerprint, at[i]->fingerprint))
            write_entry(&json, at[i]);
    sx_json_end_array(&json);
    sx_json_end_object(&json);
    sx_json_newline(&json);
    return sx_json_flush(&json);
}

/* SPDX-License-Identifier: MIT */
/* Two releases side by side, as data. */
#include "report/changes.h"
#include "report/diff.h"
#include "report/json_parts.h"

static void write_findings(struct sx_json *json, const struct sx_judgement *at)
{
    sx_json_key(json, "findings");
    sx_json_begin_array(json);
    for (size_t i = 0; i < at->n_findings; i++) {
        sx_json_begin_object(json);
        sx_json_finding(json, at, at->findings[i]);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
}

static void write_facts(struct sx_json *json, const struct sx_changed_code *c)
{
    sx_json_key(json, "facts");
    sx_json_begin_array(json);
    for (size_t i = 0; i < c->changes.n; i++) {
        sx_json_begin_object(json);
        sx_member_text(json, "what", c->changes.at[i].what);
        sx_member_text(json, "old", c->changes.at[i].old);
        sx_member_text(json, "new", c->changes.at[i].new);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
}

static void write_changed(struct sx_json *json, const struct sx_changes *changes)
{
    sx_json_key(json, "changed");
    sx_json_begin_array(json);
    for (size_t i = 0; i < changes->code.n; i++) {
        const struct sx_changed_code *c = &changes->code.at[i];
        sx_json_begin_object(json);
        sx_member_text(json, "oldPath", c->old->path);
        sx_member_text(json, "path", c->new->path);
        sx_json_key(json, "altered");
        sx_json_bool(json, c->is_altered);
        write_facts(json, c);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
}

static void write_paths(struct sx_json *json, const char *key, const struct sx_Code *const *at,
                        size_t n)
{
    sx_json_key(json, key);
    sx_json_begin_array(json);
    for (size_t i = 0; i < n; i++)
        sx_json_string(json, at[i]->path);
    sx_json_end_array(json);
}

bool sx_write_diff_json(const struct sx_judgements *judged, const struct sx_Artifact *old,
                        struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_json json;
    const struct sx_judgement *at = judged->at;
    struct sx_changes changes = sx_changes_of(old, at->artifact, arena);
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    sx_json_begin_object(&json);
    sx_member_count(&json, "schemaVersion", 1);
    sx_member_text(&json, "asOf", sx_time_text(arena, judged->run->question.now));
    sx_member_text(&json, "old", old->path);
    sx_member_text(&json, "new", at->artifact->path);
    write_findings(&json, at);
    write_changed(&json, &changes);
    write_paths(&json, "added", changes.added.at, changes.added.n);
    write_paths(&json, "removed", changes.removed.at, changes.removed.n);
    sx_json_not_checked(&json, at);
    sx_json_summary(&json, at);
    sx_member_text(&json, "sentence", sx_diff_sentence(at, arena));
    sx_json_end_object(&json);
    sx_json_newline(&json);
    return sx_json_flush(&json);
}

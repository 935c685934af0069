/* SPDX-License-Identifier: MIT */
#include "report/json_parts.h"

void sx_member_text(struct sx_json *json, const char *key, struct sx_str text)
{
    sx_json_member(json, key, sx_string(text));
}

void sx_member_name(struct sx_json *json, const char *key, const char *name)
{
    sx_member_text(json, key, sx_str_of(name));
}

void sx_member_list(struct sx_json *json, const char *key, struct sx_strs texts)
{
    if (texts.n > 0)
        sx_json_member(json, key, sx_list_strs(texts));
}

void sx_member_count(struct sx_json *json, const char *key, uint64_t n)
{
    sx_json_key(json, key);
    sx_json_uint(json, n);
}

static void write_gates(struct sx_json *json, unsigned gates)
{
    sx_json_key(json, "gates");
    sx_json_begin_array(json);
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        if ((gates >> gate & 1) != 0)
            sx_json_cstr(json, sx_gate_name(gate));
    sx_json_end_array(json);
}

/* The slices it holds for, when not every slice of the object has it. */
static void write_slices(struct sx_json *json, const struct sx_finding *f, struct sx_arena *arena)
{
    if (f->slices.n > 0)
        sx_member_text(json, "slice", sx_join(arena, f->slices, ","));
}

static void write_consequences(struct sx_json *json, const struct sx_finding *f,
                               struct sx_arena *arena)
{
    if (f->n_consequences == 0)
        return;
    sx_json_key(json, "consequences");
    sx_json_begin_array(json);
    for (size_t i = 0; i < f->n_consequences; i++) {
        const struct sx_finding *c = f->consequences[i];
        sx_json_begin_object(json);
        sx_member_text(json, "rule", c->rule->id);
        sx_member_text(json, "name", c->rule->name);
        sx_member_text(json, "path", c->path);
        write_slices(json, c, arena);
        sx_member_text(json, "message", c->message);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
}

static void write_repair(struct sx_json *json, const struct sx_repair *repair,
                         struct sx_arena *arena)
{
    bool has_edit = repair->minus.n + repair->plus.n > 0;
    if (!has_edit && repair->run.ptr == NULL && !repair->resign)
        return;
    sx_json_key(json, "repair");
    sx_json_begin_object(json);
    if (has_edit) {
        sx_json_key(json, "edits");
        sx_json_begin_array(json);
        sx_json_begin_object(json);
        sx_member_text(json, "file", repair->file);
        if (repair->minus.n > 0)
            sx_member_text(json, "minus", sx_join(arena, repair->minus, "\n"));
        if (repair->plus.n > 0)
            sx_member_text(json, "plus", sx_join(arena, repair->plus, "\n"));
        sx_json_end_object(json);
        sx_json_end_array(json);
    }
    if (repair->run.ptr != NULL)
        sx_member_list(json, "commands", (struct sx_strs){ &repair->run, 1 });
    sx_json_key(json, "resign");
    sx_json_bool(json, repair->resign);
    sx_json_end_object(json);
}

static void write_files(struct sx_json *json, const struct sx_finding *f)
{
    if (f->files.n == 0)
        return;
    sx_json_key(json, "files");
    sx_json_begin_object(json);
    sx_json_key_str(json, f->files_label.len > 0 ? f->files_label : SX_STR("files"));
    sx_json_value(json, sx_list_strs(f->files));
    sx_json_end_object(json);
}

static void write_waiver(struct sx_json *json, const struct sx_Waiver *waiver,
                         struct sx_arena *arena)
{
    if (waiver == NULL)
        return;
    sx_json_key(json, "waiver");
    sx_json_begin_object(json);
    sx_member_text(json, "reason", waiver->reason);
    sx_member_text(json, "expires", sx_day_text(arena, waiver->expires.t));
    sx_json_end_object(json);
}

void sx_json_finding(struct sx_json *json, const struct sx_judgement *at,
                     const struct sx_finding *f)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    sx_member_text(json, "rule", f->rule->id);
    sx_member_text(json, "name", f->rule->name);
    sx_member_name(json, "severity", sx_severity_name(f->severity));
    write_gates(json, f->gates);
    sx_member_name(json, "status", sx_status_name(f->status));
    write_waiver(json, f->waiver, arena);
    sx_member_text(json, "path", sx_path_words(at, f->path, arena));
    write_slices(json, f, arena);
    if (f->offset.has)
        sx_json_member(json, "offset", sx_int(f->offset.v));
    sx_member_text(json, "symbol", f->symbol);
    sx_member_text(json, "message", f->message);
    write_files(json, f);
    sx_member_text(json, "why", f->why);
    sx_member_text(json, "fix", sx_brief_fix(&f->repair, arena));
    sx_member_list(json, "references", f->rule->references);
    sx_member_text(json, "fingerprint", f->fingerprint);
    if (f->place.document != NULL && f->place.line > 0) {
        sx_member_count(json, "line", f->place.line);
        sx_member_count(json, "column", f->place.column);
    }
    sx_member_text(json, "found", f->found);
    sx_member_text(json, "wanted", f->wanted);
    sx_member_text(json, "profile", f->profile);
    sx_member_list(json, "seenAs", f->seen_as);
    sx_member_name(json, "basis", sx_basis_name(f->rule->basis));
    write_consequences(json, f, arena);
    write_repair(json, &f->repair, arena);
}

static void write_verdicts(struct sx_json *json, const struct sx_judgement *at)
{
    sx_json_key(json, "verdicts");
    sx_json_begin_object(json);
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        sx_member_name(json, sx_gate_name(gate), sx_verdict_name(at->verdicts[gate].state));
    sx_json_end_object(json);
}

static void write_examined(struct sx_json *json, const struct sx_part *part)
{
    struct sx_census census = sx_census_of(part);
    sx_json_key(json, "examined");
    sx_json_begin_object(json);
    sx_member_count(json, "codeObjects", census.code_objects);
    sx_member_count(json, "slices", census.slices);
    sx_member_count(json, "signatures", census.signatures);
    sx_member_count(json, "pages", census.page_hashes);
    sx_member_count(json, "sealedFiles", census.sealed_files);
    sx_member_count(json, "profiles", census.profiles);
    sx_member_count(json, "jobs", census.jobs);
    sx_member_count(json, "tickets", census.tickets);
    sx_member_count(json, "configurations", census.configurations);
    sx_member_count(json, "files", census.files);
    sx_member_count(json, "rules", census.rules);
    sx_json_end_object(json);
}

void sx_json_not_checked(struct sx_json *json, const struct sx_judgement *at)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    sx_json_key(json, "notChecked");
    sx_json_begin_array(json);
    for (size_t i = 0; i < at->n_not_checked; i++) {
        sx_json_begin_object(json);
        sx_member_text(json, "path", sx_path_words(at, at->not_checked[i].path, arena));
        sx_member_text(json, "what", at->not_checked[i].what);
        sx_member_text(json, "reason", at->not_checked[i].reason);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
}

void sx_json_artifact(struct sx_json *json, const struct sx_judgement *at)
{
    sx_member_text(json, "kind", sx_ArtifactKind_name(at->artifact->kind));
    sx_member_text(json, "channel", sx_Channel_name(at->channel));
    write_verdicts(json, at);
}

void sx_json_examined(struct sx_json *json, const struct sx_judgements *all,
                      const struct sx_judgement *at)
{
    struct sx_part part = sx_part_of(all, at);
    write_examined(json, &part);
    sx_member_text(json, "sentence", at->sentence);
    sx_json_not_checked(json, at);
}

void sx_json_summary(struct sx_json *json, const struct sx_judgement *judged)
{
    sx_json_key(json, "summary");
    sx_json_begin_object(json);
    for (size_t i = 0; i < SX_N_SEVERITIES; i++) {
        enum sx_severity severity = sx_severities[i];
        sx_member_count(json, sx_severity_name(severity), judged->count[severity]);
    }
    sx_member_count(json, "waived", judged->n_waived);
    if (judged->n_baseline > 0)
        sx_member_count(json, "baseline", judged->n_baseline);
    sx_json_end_object(json);
}

/* SPDX-License-Identifier: MIT */
/* The report as data; docs/schema/report.schema.json describes it. Members that do not apply are
 * left out. */
#include "report/formats.h"
#include "report/frame.h"
#include "report/summary.h"
#include "value/json.h"

static void member_text(struct sx_json *json, const char *key, struct sx_str text)
{
    sx_json_member(json, key, sx_string(text));
}

static void member_name(struct sx_json *json, const char *key, const char *name)
{
    member_text(json, key, sx_str_of(name));
}

static void member_list(struct sx_json *json, const char *key, struct sx_strs texts)
{
    if (texts.n > 0)
        sx_json_member(json, key, sx_list_strs(texts));
}

static void member_count(struct sx_json *json, const char *key, uint64_t n)
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
        member_text(json, "slice", sx_join(arena, f->slices, ","));
}

/* The fix as one text, for who shows a finding in a line or two. */
static struct sx_str fix_text(const struct sx_repair *repair, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_buf_str(&buf, repair->instruction);
    if (repair->minus.n + repair->plus.n > 0 && repair->file.ptr != NULL)
        sx_buf_printf(&buf, "%sin %.*s:", buf.len > 0 ? "\n" : "", SX_STR_ARG(repair->file));
    for (size_t i = 0; i < repair->minus.n; i++)
        sx_buf_printf(&buf, "%s- %.*s", buf.len > 0 ? "\n" : "", SX_STR_ARG(repair->minus.at[i]));
    for (size_t i = 0; i < repair->plus.n; i++)
        sx_buf_printf(&buf, "%s+ %.*s", buf.len > 0 ? "\n" : "", SX_STR_ARG(repair->plus.at[i]));
    if (repair->run.ptr != NULL)
        sx_buf_printf(&buf, "%s%.*s", buf.len > 0 ? "\n" : "", SX_STR_ARG(repair->run));
    return buf.len > 0 ? sx_str_dup(arena, sx_buf_view(&buf)) : (struct sx_str){ 0 };
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
        member_text(json, "rule", c->rule->id);
        member_text(json, "name", c->rule->name);
        member_text(json, "path", c->path);
        write_slices(json, c, arena);
        member_text(json, "message", c->message);
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
        member_text(json, "file", repair->file);
        if (repair->minus.n > 0)
            member_text(json, "minus", sx_join(arena, repair->minus, "\n"));
        if (repair->plus.n > 0)
            member_text(json, "plus", sx_join(arena, repair->plus, "\n"));
        sx_json_end_object(json);
        sx_json_end_array(json);
    }
    if (repair->run.ptr != NULL)
        member_list(json, "commands", (struct sx_strs){ &repair->run, 1 });
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
    member_text(json, "reason", waiver->reason);
    member_text(json, "expires", sx_day_text(arena, waiver->expires.t));
    sx_json_end_object(json);
}

static void write_finding(struct sx_json *json, const struct sx_judgement *at,
                          const struct sx_finding *f, struct sx_arena *arena)
{
    sx_json_begin_object(json);
    member_text(json, "rule", f->rule->id);
    member_text(json, "name", f->rule->name);
    member_name(json, "severity", sx_severity_name(f->severity));
    write_gates(json, f->gates);
    member_name(json, "status", sx_status_name(f->status));
    write_waiver(json, f->waiver, arena);
    member_text(json, "path", sx_path_words(at, f->path, arena));
    write_slices(json, f, arena);
    if (f->offset.has)
        sx_json_member(json, "offset", sx_int(f->offset.v));
    member_text(json, "symbol", f->symbol);
    member_text(json, "message", f->message);
    write_files(json, f);
    member_text(json, "why", f->why);
    member_text(json, "fix", fix_text(&f->repair, arena));
    member_list(json, "references", f->rule->references);
    member_text(json, "fingerprint", f->fingerprint);
    if (f->place.document != NULL && f->place.line > 0) {
        member_count(json, "line", f->place.line);
        member_count(json, "column", f->place.column);
    }
    member_text(json, "found", f->found);
    member_text(json, "wanted", f->wanted);
    member_text(json, "profile", f->profile);
    member_list(json, "seenAs", f->seen_as);
    member_name(json, "basis", sx_basis_name(f->rule->basis));
    write_consequences(json, f, arena);
    write_repair(json, &f->repair, arena);
    sx_json_end_object(json);
}

static void write_findings(struct sx_json *json, const struct sx_judgement *at)
{
    sx_json_key(json, "findings");
    sx_json_begin_array(json);
    for (size_t i = 0; i < at->n_findings && !json->stopped; i++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        write_finding(json, at, at->findings[i], arena);
    }
    sx_json_end_array(json);
}

static void write_verdicts(struct sx_json *json, const struct sx_judgement *at)
{
    static const char *const words[] = {
        [SX_NOT_CHECKED] = "not-checked", [SX_PASS] = "pass", [SX_FAIL] = "fail"
    };
    sx_json_key(json, "verdicts");
    sx_json_begin_object(json);
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        member_name(json, sx_gate_name(gate), words[at->verdicts[gate].state]);
    sx_json_end_object(json);
}

static void write_examined(struct sx_json *json, const struct sx_part *part)
{
    struct sx_census census = sx_census_of(part);
    sx_json_key(json, "examined");
    sx_json_begin_object(json);
    member_count(json, "codeObjects", census.code_objects);
    member_count(json, "slices", census.slices);
    member_count(json, "signatures", census.signatures);
    member_count(json, "pages", census.page_hashes);
    member_count(json, "sealedFiles", census.sealed_files);
    member_count(json, "profiles", census.profiles);
    member_count(json, "jobs", census.jobs);
    member_count(json, "tickets", census.tickets);
    member_count(json, "configurations", census.configurations);
    member_count(json, "files", census.files);
    member_count(json, "rules", census.rules);
    sx_json_end_object(json);
}

static void write_not_checked(struct sx_json *json, const struct sx_judgement *at)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    sx_json_key(json, "notChecked");
    sx_json_begin_array(json);
    for (size_t i = 0; i < at->n_not_checked; i++) {
        sx_json_begin_object(json);
        member_text(json, "path", sx_path_words(at, at->not_checked[i].path, arena));
        member_text(json, "what", at->not_checked[i].what);
        member_text(json, "reason", at->not_checked[i].reason);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
}

static void write_artifact(struct sx_json *json, const struct sx_judgements *all,
                           const struct sx_judgement *at)
{
    struct sx_part part = sx_part_of(all, at);
    sx_json_begin_object(json);
    member_text(json, "path", at->artifact->path);
    member_text(json, "kind", sx_ArtifactKind_name(at->artifact->kind));
    member_text(json, "channel", sx_Channel_name(at->channel));
    write_verdicts(json, at);
    write_findings(json, at);
    write_examined(json, &part);
    member_text(json, "sentence", at->sentence);
    write_not_checked(json, at);
    sx_json_end_object(json);
}

static void write_tool(struct sx_json *json)
{
    sx_json_key(json, "tool");
    sx_json_begin_object(json);
    member_name(json, "name", "sxlint");
    member_name(json, "version", SX_VERSION);
    sx_json_end_object(json);
}

static void write_summary(struct sx_json *json, const struct sx_judgements *all)
{
    static const enum sx_severity order[] = { SX_SEVERITY_ERROR, SX_SEVERITY_WARNING,
                                              SX_SEVERITY_NOTE };
    sx_json_key(json, "summary");
    sx_json_begin_object(json);
    for (size_t i = 0; i < SX_LEN(order); i++)
        member_count(json, sx_severity_name(order[i]), all->whole.count[order[i]]);
    member_count(json, "waived", all->whole.n_waived);
    if (all->whole.n_baseline > 0)
        member_count(json, "baseline", all->whole.n_baseline);
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
    member_count(&json, "schemaVersion", 1);
    write_tool(&json);
    member_text(&json, "asOf", sx_time_text(arena, judgements->run->question.now));
    sx_json_key(&json, "artifacts");
    sx_json_begin_array(&json);
    for (size_t i = 0; i < judgements->n; i++)
        write_artifact(&json, judgements, &judgements->at[i]);
    sx_json_end_array(&json);
    write_summary(&json, judgements);
    sx_json_end_object(&json);
    sx_json_newline(&json);
    return sx_json_flush(&json);
}

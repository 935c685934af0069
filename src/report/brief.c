/* SPDX-License-Identifier: MIT */
#include "report/brief.h"

enum { MOST_FILES = 5 };

const enum sx_severity sx_severities[SX_N_SEVERITIES] = { SX_SEVERITY_ERROR, SX_SEVERITY_WARNING,
                                                          SX_SEVERITY_NOTE };

struct sx_noun sx_severity_noun(enum sx_severity severity)
{
    static const struct sx_noun nouns[SX_N_SEVERITIES] = {
        [SX_SEVERITY_ERROR] = { "error", "errors" },
        [SX_SEVERITY_WARNING] = { "warning", "warnings" },
        [SX_SEVERITY_NOTE] = { "note", "notes" },
    };
    return nouns[severity];
}

struct sx_str sx_findings_words(const struct sx_judgement *judged, struct sx_arena *arena)
{
    struct sx_str texts[SX_N_SEVERITIES];
    size_t n = 0;
    for (size_t i = 0; i < SX_N_SEVERITIES; i++)
        if (judged->count[sx_severities[i]] > 0)
            texts[n++] = sx_count(arena, judged->count[sx_severities[i]],
                                  sx_severity_noun(sx_severities[i]));
    if (n > 0)
        return sx_join(arena, (struct sx_strs){ texts, n }, ", ");
    return judged->n_waived + judged->n_baseline > 0 ? SX_STR("No open findings")
                                                     : SX_STR("No findings");
}

struct sx_str sx_objects_words(const struct sx_part *part, struct sx_arena *arena)
{
    struct sx_census census = sx_census_of(part);
    const struct {
        uint64_t n;
        struct sx_noun noun;
    } counts[] = {
        { census.code_objects, { "code object", "code objects" } },
        { census.slices, { "slice", "slices" } },
        { census.configurations, { "configuration profile", "configuration profiles" } },
    };
    struct sx_str texts[SX_LEN(counts)];
    size_t n = 0;
    for (size_t i = 0; i < SX_LEN(counts); i++)
        if (counts[i].n > 0)
            texts[n++] = sx_count(arena, counts[i].n, counts[i].noun);
    return sx_join(arena, (struct sx_strs){ texts, n }, ", ");
}

struct sx_str sx_status_words(const struct sx_finding *f, struct sx_arena *arena)
{
    if (f->waiver != NULL)
        return sx_str_printf(arena, "waived until %s",
                             sx_day_text(arena, f->waiver->expires.t).ptr);
    return f->status == SX_BASELINE ? SX_STR("in the baseline") : SX_STR("waived");
}

struct sx_str sx_excuse(const struct sx_finding *f, struct sx_arena *arena)
{
    struct sx_str words = sx_status_words(f, arena);
    if (f->waiver == NULL)
        return words;
    struct sx_str reason = sx_escape(arena, f->waiver->reason);
    return sx_str_printf(arena, "%.*s: %.*s", SX_STR_ARG(words), SX_STR_ARG(reason));
}

const char *sx_verdict_name(enum sx_verdict_state state)
{
    static const char *const names[] = {
        [SX_NOT_CHECKED] = "not-checked", [SX_PASS] = "pass", [SX_FAIL] = "fail"
    };
    return names[state];
}

struct sx_str sx_brief_message(const struct sx_finding *f, struct sx_arena *arena)
{
    if (f->slices.n == 0)
        return f->message;
    struct sx_str slices = sx_join_and(arena, f->slices);
    return sx_str_printf(arena, "%.*s, %.*s only", SX_STR_ARG(f->message), SX_STR_ARG(slices));
}

struct sx_str sx_brief_title(const struct sx_rule *rule, struct sx_arena *arena)
{
    return sx_str_printf(arena, "%.*s %.*s", SX_STR_ARG(rule->id), SX_STR_ARG(rule->name));
}

/* Lines under construction. */
static void line(struct sx_buf *buf, const char *label, struct sx_str text)
{
    if (text.ptr != NULL)
        sx_buf_printf(buf, "%s%s%.*s", buf->len > 0 ? "\n" : "", label, SX_STR_ARG(text));
}

/* Of a sentence that points at the commands under a report, what makes sense without them. */
static struct sx_str without_pointer(struct sx_str instruction)
{
    static const struct sx_str pointer = SX_LIT(", see the end");
    if (!sx_str_ends(instruction, pointer))
        return instruction;
    return sx_str_sub(instruction, 0, instruction.len - pointer.len);
}

/* "in filter.entitlements, and likewise in NEMachServiceName:" */
static void edit_head(struct sx_buf *buf, const struct sx_repair *repair, struct sx_arena *arena)
{
    struct sx_str instruction = without_pointer(repair->instruction);
    bool goes_on = sx_str_starts(instruction, SX_STR("and "));
    if (!goes_on)
        line(buf, "", instruction);
    if (repair->minus.n + repair->plus.n == 0 || repair->file.ptr == NULL)
        return;
    const char *between = goes_on ? ", " : "";
    struct sx_str rest = goes_on ? instruction : SX_STR("");
    line(buf, "in ",
         sx_str_printf(arena, "%.*s%s%.*s:", SX_STR_ARG(repair->file), between, SX_STR_ARG(rest)));
}

struct sx_str sx_brief_fix_head(const struct sx_repair *repair, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    edit_head(&buf, repair, arena);
    return buf.len > 0 ? sx_str_dup(arena, sx_buf_view(&buf)) : (struct sx_str){ 0 };
}

struct sx_str sx_brief_fix(const struct sx_repair *repair, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    edit_head(&buf, repair, arena);
    for (size_t i = 0; i < repair->minus.n; i++)
        line(&buf, "- ", repair->minus.at[i]);
    for (size_t i = 0; i < repair->plus.n; i++)
        line(&buf, "+ ", repair->plus.at[i]);
    line(&buf, "", repair->run);
    return buf.len > 0 ? sx_str_dup(arena, sx_buf_view(&buf)) : (struct sx_str){ 0 };
}

struct sx_str sx_gates_words(const struct sx_finding *f, struct sx_arena *arena)
{
    static const char *const verbs[SX_N_SEVERITIES] = {
        [SX_SEVERITY_ERROR] = "stops", [SX_SEVERITY_WARNING] = "risks"
    };
    struct sx_str names[SX_N_GATES];
    size_t n = 0;
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        if ((f->gates >> gate & 1) != 0)
            names[n++] = sx_str_of(sx_gate_name(gate));
    if (n == 0 || verbs[f->severity] == NULL)
        return (struct sx_str){ 0 };
    struct sx_str list = sx_join(arena, (struct sx_strs){ names, n }, ", ");
    return sx_str_printf(arena, "%s %.*s", verbs[f->severity], SX_STR_ARG(list));
}

static struct sx_str some_files(const struct sx_finding *f, struct sx_arena *arena)
{
    size_t n = f->files.n < MOST_FILES ? f->files.n : MOST_FILES;
    struct sx_str list = sx_join(arena, (struct sx_strs){ f->files.at, n }, ", ");
    if (n == f->files.n)
        return list;
    return sx_str_printf(arena, "%.*s and %zu more", SX_STR_ARG(list), f->files.n - n);
}

static struct sx_str text_under(struct sx_str message, const struct sx_finding *f,
                                struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    line(&buf, "", message);
    if (f->files.n > 0)
        line(&buf, "",
             sx_str_printf(arena, "%.*s: %.*s", SX_STR_ARG(f->files_label),
                           SX_STR_ARG(some_files(f, arena))));
    line(&buf, "found: ", f->found);
    line(&buf, "wanted: ", f->wanted);
    line(&buf, "profile: ", f->profile);
    line(&buf, "why: ", f->why);
    for (size_t i = 0; i < f->n_consequences; i++) {
        const struct sx_finding *c = f->consequences[i];
        struct sx_str id = c->rule->id;
        line(&buf, "so: ",
             sx_str_printf(arena, "%.*s %.*s", SX_STR_ARG(id),
                           SX_STR_ARG(sx_brief_message(c, arena))));
    }
    line(&buf, "fix: ", sx_brief_fix(&f->repair, arena));
    return sx_str_dup(arena, sx_buf_view(&buf));
}

struct sx_str sx_brief_text(const struct sx_finding *f, struct sx_arena *arena)
{
    return text_under(sx_brief_message(f, arena), f, arena);
}

unsigned sx_occurrence(struct sx_table *seen, const struct sx_finding *f)
{
    unsigned *n = sx_table_get(seen, f->fingerprint);
    if (n == NULL) {
        n = SX_NEW(seen->arena, unsigned);
        sx_table_put(seen, f->fingerprint, n);
    }
    return ++*n;
}

struct sx_spot sx_spot_beside(const struct sx_judgement *at, const struct sx_style *style)
{
    bool is_told = style->show_at.ptr != NULL;
    return (struct sx_spot){ is_told ? style->show_at : at->artifact->path, 0, 0, 0 };
}

struct sx_spot sx_spot_of(const struct sx_finding *f, const struct sx_judgement *at,
                          const struct sx_style *style)
{
    const struct sx_place *place = &f->place;
    if (place->document == NULL || !place->document->is_file || place->line == 0)
        return sx_spot_beside(at, style);
    uint32_t line, column;
    sx_line_of(place->document->text, place->at + place->len, &line, &column);
    return (struct sx_spot){ place->document->path, place->line, place->column,
                             line == place->line ? column : 0 };
}

struct sx_str sx_spot_message(const struct sx_spot *spot, const struct sx_finding *f,
                              const struct sx_judgement *at, struct sx_arena *arena)
{
    struct sx_str message = sx_brief_message(f, arena);
    if (spot->line > 0)
        return message;
    struct sx_str path = sx_path_words(at, f->path, arena);
    return sx_str_printf(arena, "%.*s: %.*s", SX_STR_ARG(path), SX_STR_ARG(message));
}

struct sx_str sx_spot_text(const struct sx_spot *spot, const struct sx_finding *f,
                           const struct sx_judgement *at, struct sx_arena *arena)
{
    return text_under(sx_spot_message(spot, f, at, arena), f, arena);
}

struct sx_str sx_spot_absolute(const struct sx_spot *spot, const struct sx_style *style,
                               struct sx_arena *arena)
{
    if (style->folder.ptr == NULL || sx_str_starts(spot->file, SX_STR("/")))
        return spot->file;
    return sx_str_printf(arena, "%.*s/%.*s", SX_STR_ARG(style->folder), SX_STR_ARG(spot->file));
}

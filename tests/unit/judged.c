/* SPDX-License-Identifier: MIT */
#include "judged.h"

#include "base/limits.h"
#include "base/source.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

void judged_start(struct judged *j, const char *facts, const char *rules)
{
    struct sx_err err = { 0 };
    *j = (struct judged){ .rules = sx_ruleset_empty() };
    told_facts(&j->told, facts);
    bool ok = rules == NULL ? sx_ruleset_add_built_in(j->rules, &err)
                            : sx_ruleset_add_text(j->rules, sx_str_of(rules), "rules.yaml", &err);
    if (!ok)
        fail_msg("%s:%u:%u: %s", err.file, (unsigned)err.line, (unsigned)err.column, err.what);
}

struct sx_str judged_source(const char *path, struct sx_arena *arena)
{
    struct sx_str whole = sx_str_printf(arena, "%s/%s", SX_SOURCE, path);
    struct sx_source source;
    struct sx_span text = { 0 };
    struct sx_err err = { 0 };
    if (!sx_source_open(AT_FDCWD, whole.ptr, whole.ptr, true, &source, &err) ||
        !sx_source_whole(&source, SX_MAX_SMALL_FILE, arena, &text, &err))
        fail_msg("%s: %s", whole.ptr, err.what);
    sx_source_close(&source);
    return sx_str_dup(arena, sx_str_of_span(text));
}

void judged_start_file(struct judged *j, const char *name)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str path = sx_str_printf(arena, "tests/unit/facts/%s", name);
    judged_start(j, judged_source(path.ptr, arena).ptr, NULL);
}

void judged_finish(struct judged *j, const struct sx_selection *selection)
{
    static const struct sx_selection all;
    struct sx_err err = { 0 };
    if (!sx_judge(&j->told.run, j->rules, selection != NULL ? selection : &all, &j->all, &err))
        fail_msg("%s", err.what);
}

void judged_free(struct judged *j)
{
    sx_judgements_free(j->all);
    sx_ruleset_free(j->rules);
    told_free(&j->told);
}

static void put_gates(struct sx_buf *out, unsigned gates)
{
    const char *between = "[";
    for (int gate = 0; gate < SX_N_GATES; gate++)
        if ((gates & 1u << gate) != 0) {
            sx_buf_printf(out, "%s%s", between, sx_gate_name((enum sx_gate)gate));
            between = ",";
        }
    sx_buf_cstr(out, gates == 0 ? "[]" : "]");
}

static void put_strs(struct sx_buf *out, struct sx_strs list)
{
    for (size_t i = 0; i < list.n; i++)
        sx_buf_printf(out, "%s%.*s", i > 0 ? ", " : "", SX_STR_ARG(list.at[i]));
}

static void put_where(struct sx_buf *out, const struct sx_finding *f)
{
    sx_buf_printf(out, " %.*s", SX_STR_ARG(f->path));
    if (f->slices.n > 0) {
        sx_buf_cstr(out, " (");
        put_strs(out, f->slices);
        sx_buf_char(out, ')');
    }
    sx_buf_printf(out, ": %.*s\n", SX_STR_ARG(f->message));
}

static void put_label(struct sx_buf *out, const char *label, struct sx_str text)
{
    if (text.ptr != NULL)
        sx_buf_printf(out, "  %s %.*s\n", label, SX_STR_ARG(text));
}

static void put_list(struct sx_buf *out, struct sx_str label, struct sx_strs list)
{
    if (list.n == 0)
        return;
    sx_buf_printf(out, "  %.*s ", SX_STR_ARG(label));
    put_strs(out, list);
    sx_buf_char(out, '\n');
}

static void put_finding(struct sx_buf *out, const struct sx_finding *f)
{
    sx_buf_printf(out, "%.*s %s ", SX_STR_ARG(f->rule->id), sx_severity_name(f->severity));
    put_gates(out, f->gates);
    put_where(out, f);
    put_list(out, f->files_label, f->files);
    if (f->place.document != NULL)
        sx_buf_printf(out, "  at %.*s:%u:%u+%zu\n", SX_STR_ARG(f->place.document->title),
                      (unsigned)f->place.line, (unsigned)f->place.column, f->place.len);
    put_label(out, "found", f->found);
    put_label(out, "wanted", f->wanted);
    put_label(out, "profile", f->profile);
    put_label(out, "why", f->why);
    for (size_t i = 0; i < f->n_consequences; i++) {
        sx_buf_printf(out, "  so %.*s", SX_STR_ARG(f->consequences[i]->rule->id));
        put_where(out, f->consequences[i]);
    }
    put_list(out, SX_STR("seen"), f->seen_as);
    put_label(out, "do", f->repair.instruction);
    put_label(out, "run", f->repair.run);
    put_label(out, "in", f->repair.file);
    put_list(out, SX_STR("-"), f->repair.minus);
    put_list(out, SX_STR("+"), f->repair.plus);
}

struct sx_str judged_findings(struct judged *j)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    const struct sx_judgement *whole = &j->all->whole;
    for (size_t i = 0; i < whole->n_findings; i++)
        put_finding(&out, whole->findings[i]);
    for (size_t i = 0; i < whole->n_not_checked; i++) {
        const struct sx_not_checked *entry = &whole->not_checked[i];
        sx_buf_cstr(&out, "? ");
        put_gates(&out, entry->gates);
        sx_buf_printf(&out, " %.*s: %.*s: %.*s\n", SX_STR_ARG(entry->path), SX_STR_ARG(entry->what),
                      SX_STR_ARG(entry->reason));
    }
    return sx_str_dup(j->told.arena, sx_buf_view(&out));
}

struct sx_str judged_verdicts(struct judged *j)
{
    static const char *const states[] = { "?", "pass", "fail" };
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    for (int gate = 0; gate < SX_N_GATES; gate++) {
        const struct sx_verdict *v = &j->all->whole.verdicts[gate];
        sx_buf_printf(&out, "%s %s%s %.*s\n", sx_gate_name((enum sx_gate)gate), states[v->state],
                      v->incomplete ? "!" : "", SX_STR_ARG(v->sentence));
    }
    return sx_str_dup(j->told.arena, sx_buf_view(&out));
}

/* SPDX-License-Identifier: MIT */
/* The page of a rule, and the list of rules. */
#include "report/layout.h"
#include "report/page.h"
#include "rules/ruleset.h"

enum { LABEL_AT = 11 };

/* "error, stops launch and activation; basis: documented" */
static void write_nature(struct sx_layout *l, const struct sx_rule *rule, struct sx_arena *arena)
{
    static const enum sx_role roles[SX_N_SEVERITIES] = {
        [SX_SEVERITY_ERROR] = SX_BAD, [SX_SEVERITY_WARNING] = SX_CAUTION
    };
    if (rule->is_advice)
        sx_layout_cstr(l, SX_PLAIN, "advice: nothing checks it");
    else
        sx_layout_cstr(l, roles[rule->severity], sx_severity_name(rule->severity));
    sx_layout_text(l, SX_PLAIN, sx_rule_effect(arena, rule));
    sx_layout_line(l);
}

static void write_section(struct sx_layout *l, const char *title, struct sx_str text)
{
    if (text.len == 0)
        return;
    sx_layout_cstr(l, SX_STRONG, title);
    sx_layout_line(l);
    sx_layout_to(l, 2);
    sx_layout_hang(l, 2);
    sx_layout_text(l, SX_PLAIN, text);
    sx_layout_line(l);
}

static void write_edit(struct sx_buf *buf, const char *sign, struct sx_str lines)
{
    for (size_t at = 0; at < lines.len;) {
        size_t end = at + sx_str_find(sx_str_sub(lines, at, lines.len), SX_STR("\n"));
        sx_buf_printf(buf, "%s%s %.*s", buf->len > 0 ? "\n" : "", sign,
                      SX_STR_ARG(sx_str_sub(lines, at, end - at)));
        at = end + 1;
    }
}

/* At length where the page says it so, else what a finding says. */
static void write_mending(struct sx_layout *l, const struct sx_rule *rule, struct sx_arena *arena)
{
    struct sx_mending_words words = sx_mending_words(arena, rule);
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_buf_str(&buf, words.sentence);
    write_edit(&buf, "-", words.minus);
    write_edit(&buf, "+", words.plus);
    if (words.run.len > 0)
        sx_buf_printf(&buf, "%s%.*s", buf.len > 0 ? "\n" : "", SX_STR_ARG(words.run));
    write_section(l, "How to mend", sx_buf_view(&buf));
}

static void write_labelled(struct sx_layout *l, const char *label, struct sx_str text)
{
    if (text.len == 0)
        return;
    sx_layout_label(l, 0, label, LABEL_AT);
    sx_layout_text(l, SX_PLAIN, text);
    sx_layout_line(l);
}

static void write_sources(struct sx_layout *l, struct sx_strs references)
{
    for (size_t i = 0; i < references.n; i++) {
        struct sx_reference reference = sx_reference_of(references.at[i]);
        sx_layout_label(l, 0, i == 0 ? "Sources" : "", LABEL_AT);
        sx_layout_text(l, SX_PLAIN, reference.title);
        if (reference.title.len > 0 && reference.address.len > 0)
            sx_layout_break(l);
        sx_layout_word(l, SX_PLAIN, reference.address);
        sx_layout_line(l);
    }
}

bool sx_write_rule(const struct sx_ruleset *rules, const struct sx_rule *rule,
                   const struct sx_style *style, struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_layout l;
    sx_layout_init(&l, style, out);
    sx_layout_text(&l, SX_STRONG, rule->id);
    sx_layout_cstr(&l, SX_PLAIN, " ");
    sx_layout_text(&l, SX_FAINT, rule->name);
    sx_layout_line(&l);
    write_nature(&l, rule, arena);
    sx_layout_line(&l);
    sx_layout_text(&l, SX_PLAIN, sx_rule_summary(arena, rule));
    sx_layout_line(&l);
    sx_layout_line(&l);
    write_section(&l, "Why", rule->page.why);
    write_section(&l, "What you see", sx_join(arena, rule->seen_as, "; "));
    write_mending(&l, rule, arena);
    write_labelled(&l, "Fails on", sx_rule_value(rules, rule, true));
    write_labelled(&l, "Passes on", sx_rule_value(rules, rule, false));
    write_labelled(&l, "See also", sx_join(arena, sx_related_rules(arena, rules, rule), ", "));
    write_labelled(&l, "Replaces", sx_join(arena, rule->aliases, ", "));
    write_sources(&l, rule->references);
    return sx_layout_finish(&l);
}

/* The list. */

struct list {
    struct sx_layout l;
    struct sx_arena *arena;
    size_t id_width, severity_width, gates_width;
};

static bool is_named(const struct sx_rule *rule, struct sx_strs words)
{
    for (size_t i = 0; i < words.n; i++)
        if (sx_rule_matches(rule, words.at[i]))
            return true;
    return false;
}

static bool is_selected(const struct sx_rule *rule, const struct sx_selection *selection)
{
    return !rule->is_advice && !is_named(rule, selection->ignore) &&
           (selection->select.n == 0 || is_named(rule, selection->select));
}

static enum sx_severity severity_of(const struct sx_rule *rule,
                                    const struct sx_selection *selection)
{
    enum sx_severity severity = rule->severity;
    for (size_t i = 0; i < selection->n_changes; i++)
        if (sx_rule_matches(rule, selection->changes[i].rule))
            severity = selection->changes[i].severity;
    return severity;
}

static struct sx_str gates_cell(const struct sx_rule *rule, struct sx_arena *arena)
{
    return rule->gates == 0 ? SX_STR("-") : sx_join(arena, sx_gate_words(arena, rule->gates), ", ");
}

static size_t wider(size_t width, size_t n)
{
    return n > width ? n : width;
}

static void measure(struct list *list, const struct sx_rule *rule, enum sx_severity severity)
{
    list->id_width = wider(list->id_width, sx_columns(rule->id));
    list->severity_width = wider(list->severity_width, strlen(sx_severity_name(severity)));
    list->gates_width = wider(list->gates_width, gates_cell(rule, list->arena).len);
}

static void write_row(struct list *list, struct sx_str id, const char *severity,
                      struct sx_str gates, struct sx_str name, enum sx_role role)
{
    size_t at = list->id_width + 2;
    sx_layout_unbroken(&list->l, true);
    sx_layout_text(&list->l, role, id);
    sx_layout_to(&list->l, at);
    sx_layout_cstr(&list->l, role, severity);
    at += list->severity_width + 2;
    sx_layout_to(&list->l, at);
    sx_layout_text(&list->l, role, gates);
    at += list->gates_width + 2;
    sx_layout_to(&list->l, at);
    sx_layout_text(&list->l, role, name);
    sx_layout_line(&list->l);
}

bool sx_write_rule_list(const struct sx_ruleset *rules, const struct sx_selection *selection,
                        const struct sx_style *style, struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct list list = { .arena = arena, .id_width = 2, .severity_width = 8, .gates_width = 5 };
    size_t shown = 0, all = 0;
    sx_layout_init(&list.l, style, out);
    for (size_t i = 0; i < sx_ruleset_count(rules); i++) {
        const struct sx_rule *rule = sx_ruleset_at(rules, i);
        if (is_selected(rule, selection))
            measure(&list, rule, severity_of(rule, selection));
    }
    write_row(&list, SX_STR("id"), "severity", SX_STR("gates"), SX_STR("name"), SX_FAINT);
    for (size_t i = 0; i < sx_ruleset_count(rules); i++) {
        const struct sx_rule *rule = sx_ruleset_at(rules, i);
        all += !rule->is_advice;
        if (!is_selected(rule, selection))
            continue;
        write_row(&list, rule->id, sx_severity_name(severity_of(rule, selection)),
                  gates_cell(rule, arena), rule->name, SX_PLAIN);
        shown++;
    }
    sx_layout_printf(&list.l, SX_PLAIN, "%zu of %zu rules; sxlint explain ID tells more", shown,
                     all);
    return sx_layout_finish(&list.l);
}

/* Examples: failures only, and how many passed. */
bool sx_write_examples(const struct sx_example_report *report, const struct sx_style *style,
                       struct sx_out out)
{
    struct sx_layout l;
    sx_layout_init(&l, style, out);
    for (size_t i = 0; i < report->n_failures; i++) {
        const struct sx_example_failure *failure = &report->failures[i];
        sx_layout_cstr(&l, SX_BAD, sx_symbol_text(style, SX_SYMBOL_CROSS));
        sx_layout_cstr(&l, SX_PLAIN, " ");
        sx_layout_hang(&l, 2);
        sx_layout_text(&l, SX_PLAIN, failure->rule->id);
        sx_layout_cstr(&l, SX_PLAIN, " ");
        sx_layout_text(&l, SX_FAINT, failure->rule->name);
        sx_layout_printf(&l, SX_PLAIN,
                         ", example %s %zu: ", failure->wants_failure ? "fail" : "pass",
                         failure->number);
        sx_layout_text(&l, SX_PLAIN, failure->what);
        sx_layout_line(&l);
    }
    sx_layout_printf(&l, SX_STRONG, "%zu of %zu examples pass", report->passed, report->run);
    return sx_layout_finish(&l);
}

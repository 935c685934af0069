/* SPDX-License-Identifier: MIT */
/* A notary log beside the artifact that it is about. */
#include "report/brief.h"
#include "report/notary_page.h"
#include "report/words.h"

/* What the log says of a file, once however many slices it says it of. */
struct effect {
    const struct sx_notary_issue *first;
    SX_VEC(struct sx_str) archs;
};

/* What findings of one rule lead to, in the order of the log. What Apple says once may have several
 * causes, of which the report folds it under the first. */
struct cause {
    const struct sx_finding *first;
    SX_VEC(const struct sx_rule *) rules; /* the first is its own */
    size_t n_issues;
    SX_VEC(struct effect *) effects;
};

struct causes {
    SX_VEC(struct cause *) list;
    struct sx_table by_rule, by_words;
};

static bool follows(const struct sx_rule *rule, const struct sx_rule *cause)
{
    for (size_t i = 0; i < rule->follows.n; i++)
        if (sx_str_starts(cause->id, rule->follows.at[i]))
            return true;
    return false;
}

static bool has_rule(const struct cause *cause, const struct sx_rule *rule)
{
    for (size_t i = 0; i < cause->rules.n; i++)
        if (cause->rules.at[i] == rule)
            return true;
    return false;
}

/* What else is wrong with the same object, and would lead to the same issue. */
static void add_rules(struct cause *cause, const struct sx_judgement *judged,
                      const struct sx_rule *issue, struct sx_arena *arena)
{
    SX_PUSH(arena, &cause->rules, cause->first->rule);
    for (size_t i = 0; issue != cause->first->rule && i < judged->n_findings; i++) {
        const struct sx_finding *f = judged->findings[i];
        if (f->owner == cause->first->owner && !has_rule(cause, f->rule) && follows(issue, f->rule))
            SX_PUSH(arena, &cause->rules, f->rule);
    }
}

static struct cause *cause_of(struct causes *causes, const struct sx_notary_page *p,
                              const struct sx_notary_issue *foreseen)
{
    const struct sx_finding *finding = foreseen->cause;
    struct cause *cause = sx_table_get(&causes->by_rule, finding->rule->id);
    if (cause != NULL)
        return cause;
    cause = SX_NEW(p->arena, struct cause);
    *cause = (struct cause){ .first = finding };
    add_rules(cause, p->judged, foreseen->rule, p->arena);
    if (sx_table_put(&causes->by_rule, finding->rule->id, cause))
        SX_PUSH(p->arena, &causes->list, cause);
    return cause;
}

static void add(struct causes *causes, struct cause *cause, const struct sx_notary_issue *issue,
                struct sx_arena *arena)
{
    struct sx_str words =
        sx_str_printf(arena, "%.*s\n%.*s\n%.*s", SX_STR_ARG(cause->first->rule->id),
                      SX_STR_ARG(issue->path), SX_STR_ARG(issue->message));
    struct effect *effect = sx_table_get(&causes->by_words, words);
    if (effect == NULL) {
        effect = SX_NEW(arena, struct effect);
        *effect = (struct effect){ .first = issue };
        if (sx_table_put(&causes->by_words, words, effect))
            SX_PUSH(arena, &cause->effects, effect);
    }
    cause->n_issues++;
    if (issue->arch.len > 0)
        SX_PUSH(arena, &effect->archs, issue->arch);
}

static struct causes causes_of(const struct sx_notary_page *p)
{
    struct causes causes = { 0 };
    sx_table_init(&causes.by_rule, p->arena);
    sx_table_init(&causes.by_words, p->arena);
    for (size_t i = 0; i < p->log->n_issues; i++) {
        const struct sx_notary_issue *foreseen = p->difference.foreseen[i];
        if (foreseen != NULL)
            add(&causes, cause_of(&causes, p, foreseen), &p->log->issues[i], p->arena);
    }
    return causes;
}

size_t sx_notary_causes(const struct sx_notary_page *p)
{
    struct causes causes = causes_of(p);
    struct sx_table seen;
    size_t n = 0;
    sx_table_init(&seen, p->arena);
    for (size_t i = 0; i < causes.list.n; i++)
        for (size_t k = 0; k < causes.list.at[i]->rules.n; k++)
            n += sx_table_put(&seen, causes.list.at[i]->rules.at[k]->id, p->arena);
    return n;
}

/* "The binary is not signed. (arm64, x86_64)" */
static void tell_effect(const struct sx_notary_page *p, const struct effect *effect)
{
    sx_layout_to(p->l, SX_AT_MESSAGE + 2);
    sx_layout_hang(p->l, SX_AT_MESSAGE + 2);
    sx_layout_text(p->l, SX_PLAIN, sx_notary_safe(p, effect->first->message));
    for (size_t i = 0; i < effect->archs.n; i++)
        sx_layout_printf(p->l, SX_PLAIN, "%s%.*s", i == 0 ? " (" : ", ",
                         SX_STR_ARG(sx_notary_safe(p, effect->archs.at[i])));
    sx_layout_cstr(p->l, SX_PLAIN, effect->archs.n > 0 ? ")" : "");
    sx_layout_line(p->l);
}

static void tell_path(const struct sx_notary_page *p, struct sx_str path)
{
    sx_layout_to(p->l, SX_AT_MESSAGE);
    sx_layout_hang(p->l, SX_AT_MESSAGE);
    sx_layout_path(p->l, SX_PLAIN, sx_escape(p->arena, path));
    sx_layout_line(p->l);
}

static void tell_effects(const struct sx_notary_page *p, const struct cause *cause)
{
    size_t shown = sx_notary_shown(p, cause->effects.n);
    for (size_t i = 0; i < shown; i++) {
        const struct sx_notary_issue *issue = cause->effects.at[i]->first;
        if (i == 0 || !sx_str_eq(cause->effects.at[i - 1]->first->path, issue->path))
            tell_path(p, issue->path);
        tell_effect(p, cause->effects.at[i]);
    }
    if (shown == cause->effects.n)
        return;
    sx_layout_hang(p->l, SX_AT_MESSAGE);
    sx_layout_to(p->l, SX_AT_MESSAGE);
    sx_notary_more(p, cause->effects.n - shown);
    sx_layout_line(p->l);
}

/* Rules of a kind are mended alike. */
static void tell_fixes(const struct sx_notary_page *p, const struct cause *cause)
{
    struct sx_str last = { 0 };
    for (size_t i = 0; i < cause->rules.n; i++) {
        struct sx_str fix = sx_notary_fix(p, cause->rules.at[i]);
        if (last.ptr == NULL || !sx_str_eq(fix, last))
            sx_notary_tell_fix(p, fix);
        last = fix;
    }
}

/* "✗ error CS501 resource-added, CS502 resource-altered, 2 issues, foreseen" */
static void tell_cause(const struct sx_notary_page *p, const struct cause *cause)
{
    sx_layout_line(p->l);
    sx_layout_to(p->l, SX_AT_FINDING);
    sx_layout_hang(p->l, SX_AT_MESSAGE);
    sx_text_mark(p->l, cause->first->severity);
    for (size_t i = 0; i < cause->rules.n; i++) {
        sx_layout_printf(p->l, SX_PLAIN, " %.*s ", SX_STR_ARG(cause->rules.at[i]->id));
        sx_layout_text(p->l, SX_FAINT, cause->rules.at[i]->name);
        sx_layout_cstr(p->l, SX_PLAIN, ",");
    }
    sx_layout_printf(
        p->l, SX_PLAIN, " %s, foreseen",
        sx_count(p->arena, cause->n_issues, (struct sx_noun){ "issue", "issues" }).ptr);
    sx_layout_line(p->l);
    tell_effects(p, cause);
    tell_fixes(p, cause);
}

void sx_notary_tell_causes(const struct sx_notary_page *p)
{
    struct causes causes = causes_of(p);
    for (size_t i = 0; i < causes.list.n; i++)
        tell_cause(p, causes.list.at[i]);
}

/* What a log says of one slice, as one of several lines. */
static void tell_line(const struct sx_notary_page *p, size_t at, struct sx_str path,
                      struct sx_str arch, struct sx_str what)
{
    if (at > 0)
        sx_layout_break(p->l);
    sx_notary_path(p, path, arch);
    sx_layout_printf(p->l, SX_PLAIN, ": %.*s", SX_STR_ARG(sx_notary_safe(p, what)));
}

static void tell_surplus(const struct sx_notary_page *p)
{
    struct sx_notary_issues surplus = p->difference.surplus;
    size_t shown = sx_notary_shown(p, surplus.n);
    if (surplus.n == 0)
        return;
    sx_notary_label(p, "too many");
    for (size_t i = 0; i < shown; i++)
        tell_line(p, i, surplus.at[i]->path, surplus.at[i]->arch, surplus.at[i]->message);
    sx_notary_more(p, surplus.n - shown);
    sx_layout_line(p->l);
}

static void tell_hashes(const struct sx_notary_page *p, const char *name,
                        struct sx_notary_hashes hashes)
{
    size_t shown = sx_notary_shown(p, hashes.n);
    if (hashes.n == 0)
        return;
    sx_notary_label(p, name);
    for (size_t i = 0; i < shown; i++)
        tell_line(p, i, hashes.at[i]->path, hashes.at[i]->arch, hashes.at[i]->cdhash);
    sx_notary_more(p, hashes.n - shown);
    sx_layout_line(p->l);
}

/* "8 of 8 issues foreseen, none too many" */
static void tell_counts(const struct sx_notary_page *p)
{
    sx_layout_label(p->l, 0, "Forecast", SX_AT_FINDING + 8);
    if (p->log->n_issues == 0)
        sx_layout_cstr(p->l, SX_PLAIN, "no issues to foresee");
    else
        sx_layout_printf(
            p->l, SX_PLAIN, "%zu of %s foreseen", p->difference.n_foreseen,
            sx_count(p->arena, p->log->n_issues, (struct sx_noun){ "issue", "issues" }).ptr);
    if (p->difference.surplus.n == 0)
        sx_layout_cstr(p->l, SX_PLAIN, ", none too many");
    else
        sx_layout_printf(p->l, SX_PLAIN, ", %zu too many", p->difference.surplus.n);
    sx_layout_line(p->l);
}

void sx_notary_tell_forecast(const struct sx_notary_page *p)
{
    const struct sx_notary_log *log = p->log;
    sx_layout_line(p->l);
    tell_counts(p);
    tell_surplus(p);
    if (log->n_hashes == 0)
        return;
    sx_layout_label(p->l, 0, "Ticket", SX_AT_FINDING + 8);
    sx_layout_printf(p->l, SX_PLAIN, "%zu of its %s are of ",
                     log->n_hashes - p->difference.foreign.n,
                     sx_count(p->arena, log->n_hashes, (struct sx_noun){ "hash", "hashes" }).ptr);
    sx_layout_name(p->l, SX_PLAIN, p->judged->artifact->path);
    sx_layout_line(p->l);
    tell_hashes(p, "foreign", p->difference.foreign);
    tell_hashes(p, "unlisted", p->difference.bare);
}

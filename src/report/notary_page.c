/* SPDX-License-Identifier: MIT */
/* A notary log explained: each message once, with the files and slices it names, the rules behind
 * it, why, and how to mend it; then what an artifact has of it. */
#include "report/notary.h"
#include "report/page.h"
#include "report/text.h"
struct page {
    struct sx_layout *l;
    struct sx_arena *arena;
    const struct sx_ruleset *rules;
    const struct sx_notary_log *log;
};

static void label(const struct page *p, const char *text)
{
    sx_layout_label(p->l, SX_AT_MESSAGE, text, SX_AT_TEXT);
}

static void tell(const struct page *p, const char *name, struct sx_str text)
{
    if (text.len == 0)
        return;
    label(p, name);
    sx_layout_text(p->l, SX_PLAIN, text);
    sx_layout_line(p->l);
}

static struct sx_str safe(const struct page *p, struct sx_str text)
{
    return sx_escape(p->arena, sx_cut_value(p->arena, text));
}

/* "Waffle.zip: Invalid, Archive contains critical validation errors" */
static void tell_head(const struct page *p)
{
    const struct sx_notary_log *log = p->log;
    sx_layout_name(p->l, SX_STRONG, log->archive.len > 0 ? log->archive : SX_STR("notary log"));
    if (log->status.ptr != NULL)
        sx_layout_printf(p->l, SX_PLAIN, ": %.*s", SX_STR_ARG(safe(p, log->status)));
    if (log->summary.len > 0)
        sx_layout_printf(p->l, SX_PLAIN, ", %.*s", SX_STR_ARG(safe(p, log->summary)));
    sx_layout_line(p->l);
    if (log->uploaded.len > 0)
        sx_layout_printf(p->l, SX_FAINT, "uploaded %.*s, job %.*s",
                         SX_STR_ARG(safe(p, log->uploaded)),
                         SX_STR_ARG(log->job.len > 0 ? safe(p, log->job) : SX_STR("not named")));
    if (log->uploaded.len > 0)
        sx_layout_line(p->l);
}

/* Lists are cut, unless the user wants all of it. */
static size_t shown_of(const struct page *p, size_t n)
{
    return p->l->style->verbose ? n : sx_shown(n);
}

static void tell_more(const struct page *p, size_t n)
{
    if (n == 0)
        return;
    sx_layout_break(p->l);
    sx_layout_printf(p->l, SX_FAINT, "%s and %zu more; --verbose lists them",
                     sx_symbol_text(p->l->style, SX_SYMBOL_ELLIPSIS), n);
}

static void tell_path(const struct page *p, struct sx_str path, struct sx_str arch)
{
    sx_layout_path(p->l, SX_PLAIN, sx_escape(p->arena, path));
    if (arch.len > 0)
        sx_layout_printf(p->l, SX_PLAIN, " (%.*s)", SX_STR_ARG(safe(p, arch)));
}

/* Issues in the same words. */
struct alike {
    const struct sx_notary_issue **at;
    size_t n;
};

static void tell_paths(const struct page *p, const struct alike *alike)
{
    size_t shown = shown_of(p, alike->n);
    label(p, "in");
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            sx_layout_break(p->l);
        tell_path(p, alike->at[i]->path, alike->at[i]->arch);
    }
    tell_more(p, alike->n - shown);
    sx_layout_line(p->l);
}

static void tell_rule(const struct page *p, const struct sx_rule *rule)
{
    struct sx_mending_words mending = sx_mending_words(p->arena, rule);
    label(p, "rule");
    sx_layout_text(p->l, SX_PLAIN, rule->id);
    sx_layout_cstr(p->l, SX_PLAIN, " ");
    sx_layout_text(p->l, SX_FAINT, rule->name);
    sx_layout_line(p->l);
    tell(p, "why", rule->why.len > 0 ? rule->why : rule->page.why);
    tell(p, "fix", mending.sentence.len > 0 ? mending.sentence : mending.run);
}

static void tell_severity(const struct page *p, struct sx_str severity)
{
    if (sx_str_is(severity, "error"))
        sx_text_mark(p->l, SX_SEVERITY_ERROR);
    else if (sx_str_is(severity, "warning"))
        sx_text_mark(p->l, SX_SEVERITY_WARNING);
    else
        sx_layout_name(p->l, SX_PLAIN, severity);
}

static void tell_alike(const struct page *p, const struct alike *alike)
{
    const struct sx_notary_issue *first = alike->at[0];
    struct sx_notary_rules rules = sx_notary_rules_of(first, p->rules, p->arena);
    sx_layout_line(p->l);
    sx_layout_to(p->l, SX_AT_FINDING);
    sx_layout_hang(p->l, SX_AT_MESSAGE);
    tell_severity(p, first->severity);
    sx_layout_printf(p->l, SX_PLAIN, ", %zu %s: ", alike->n, alike->n == 1 ? "issue" : "issues");
    sx_layout_text(p->l, SX_STRONG, safe(p, first->message));
    sx_layout_line(p->l);
    tell_paths(p, alike);
    for (size_t i = 0; i < rules.n; i++)
        tell_rule(p, rules.at[i]);
    if (rules.n == 0)
        tell(p, "rule", SX_STR("none knows these words"));
    tell(p, "page", sx_escape(p->arena, first->url));
}

/* Issues by severity, words and whether they are of a slice, in the order of the log. */
static struct sx_str words_of(const struct page *p, const struct sx_notary_issue *issue)
{
    return sx_str_printf(p->arena, "%.*s\n%d%.*s", SX_STR_ARG(issue->severity),
                         issue->arch.ptr != NULL, SX_STR_ARG(issue->message));
}

struct growing {
    SX_VEC(const struct sx_notary_issue *) issues;
};

static void tell_issues(const struct page *p)
{
    struct sx_table by_words;
    SX_VEC(struct growing *) groups = { 0 };
    sx_table_init(&by_words, p->arena);
    for (size_t i = 0; i < p->log->n_issues; i++) {
        struct sx_str words = words_of(p, &p->log->issues[i]);
        struct growing *group = sx_table_get(&by_words, words);
        if (group == NULL) {
            group = SX_NEW(p->arena, struct growing);
            *group = (struct growing){ 0 };
            sx_table_put(&by_words, words, group);
            SX_PUSH(p->arena, &groups, group);
        }
        SX_PUSH(p->arena, &group->issues, &p->log->issues[i]);
    }
    if (groups.n == 0) {
        sx_layout_cstr(p->l, SX_PLAIN, "no issues");
        sx_layout_line(p->l);
    }
    for (size_t i = 0; i < groups.n; i++) {
        struct alike alike = { groups.at[i]->issues.at, groups.at[i]->issues.n };
        tell_alike(p, &alike);
    }
}

/* The artifact. */

static void tell_differing(const struct page *p, const char *name, struct sx_notary_issues issues)
{
    size_t shown = shown_of(p, issues.n);
    if (issues.n == 0)
        return;
    label(p, name);
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            sx_layout_break(p->l);
        tell_path(p, issues.at[i]->path, issues.at[i]->arch);
        sx_layout_printf(p->l, SX_PLAIN, ": %.*s", SX_STR_ARG(safe(p, issues.at[i]->message)));
    }
    tell_more(p, issues.n - shown);
    sx_layout_line(p->l);
}

static void tell_hashes(const struct page *p, const char *name, struct sx_notary_hashes hashes)
{
    size_t shown = shown_of(p, hashes.n);
    if (hashes.n == 0)
        return;
    label(p, name);
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            sx_layout_break(p->l);
        tell_path(p, hashes.at[i]->path, hashes.at[i]->arch);
        sx_layout_printf(p->l, SX_PLAIN, ": %.*s", SX_STR_ARG(safe(p, hashes.at[i]->cdhash)));
    }
    tell_more(p, hashes.n - shown);
    sx_layout_line(p->l);
}

static void tell_difference(const struct page *p, const struct sx_judgement *judged,
                            const struct sx_notary_difference *d)
{
    const struct sx_notary_log *log = p->log;
    sx_layout_line(p->l);
    sx_layout_cstr(p->l, SX_STRONG, "Beside ");
    sx_layout_name(p->l, SX_STRONG, judged->artifact->path);
    sx_layout_line(p->l);
    label(p, "issues");
    if (log->n_issues == 0)
        sx_layout_printf(p->l, SX_PLAIN, "none, and %zu forecast", d->surplus.n);
    else
        sx_layout_printf(p->l, SX_PLAIN, "%zu of %zu were forecast", log->n_issues - d->missed.n,
                         log->n_issues);
    sx_layout_line(p->l);
    tell_differing(p, "missed", d->missed);
    tell_differing(p, "surplus", d->surplus);
    if (log->n_hashes == 0)
        return;
    label(p, "ticket");
    sx_layout_printf(p->l, SX_PLAIN, "%zu of its %zu hashes are of this artifact",
                     log->n_hashes - d->foreign.n, log->n_hashes);
    sx_layout_line(p->l);
    tell_hashes(p, "foreign", d->foreign);
    tell_hashes(p, "unlisted", d->bare);
}

/* The list of issues alone has no status. */
static bool is_accepted(const struct sx_notary_log *log)
{
    for (size_t i = 0; i < log->n_issues; i++)
        if (sx_str_is(log->issues[i].severity, "error"))
            return false;
    return log->status.ptr == NULL || sx_str_is(log->status, "Accepted");
}

bool sx_write_notary_page(const struct sx_notary_log *log, const struct sx_ruleset *rules,
                          const struct sx_judgement *judged, const struct sx_style *style,
                          struct sx_out out, bool *agrees)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_layout l;
    struct page p = { &l, arena, rules, log };
    *agrees = is_accepted(log);
    sx_layout_init(&l, style, out);
    tell_head(&p);
    tell_issues(&p);
    if (judged != NULL) {
        struct sx_notary_log forecast = sx_forecast(judged, arena);
        struct sx_notary_difference difference =
            sx_notary_compare(log, &forecast, judged->artifact, rules, arena);
        tell_difference(&p, judged, &difference);
        *agrees = *agrees && difference.foreign.n + difference.bare.n == 0;
    }
    return sx_layout_finish(&l);
}

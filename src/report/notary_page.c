/* SPDX-License-Identifier: MIT */
/* A notary log explained: with the artifact by what causes its issues, without by what it says,
 * each message once with the files and slices that it names; and what to do, in the last sentence.
 */
#include "report/notary_page.h"

#include "report/page.h"
#include "report/words.h"

void sx_notary_label(const struct sx_notary_page *p, const char *text)
{
    sx_layout_label(p->l, SX_AT_MESSAGE, text, SX_AT_TEXT);
}

static void tell(const struct sx_notary_page *p, const char *name, struct sx_str text)
{
    if (text.len == 0)
        return;
    sx_notary_label(p, name);
    sx_layout_text(p->l, SX_PLAIN, text);
    sx_layout_line(p->l);
}

struct sx_str sx_notary_safe(const struct sx_notary_page *p, struct sx_str text)
{
    return sx_escape(p->arena, sx_cut_value(p->arena, text));
}

static struct sx_str count(const struct sx_notary_page *p, size_t n, const char *one,
                           const char *many)
{
    return sx_count(p->arena, n, (struct sx_noun){ one, many });
}

/* "foo.zip, uploaded 2021-03-15T16:19:39Z, job 411fc5d8-9af1-423f-a7f5-0dae1383b1e4" */
static void tell_upload(const struct sx_notary_page *p)
{
    const struct sx_notary_log *log = p->log;
    const struct {
        const char *before;
        struct sx_str text;
    } parts[] = { { "", log->archive }, { "uploaded ", log->uploaded }, { "job ", log->job } };
    const char *between = "";
    for (size_t i = 0; i < SX_LEN(parts); i++) {
        if (parts[i].text.len == 0)
            continue;
        sx_layout_printf(p->l, SX_FAINT, "%s%s", between, parts[i].before);
        sx_layout_name(p->l, SX_FAINT, parts[i].text);
        between = ", ";
    }
    if (between[0] != '\0')
        sx_layout_line(p->l);
}

/* "Invalid: Archive contains critical validation errors; 8 issues from 3 causes" */
static void tell_head(const struct sx_notary_page *p)
{
    const struct sx_notary_log *log = p->log;
    size_t n_causes = p->judged != NULL ? sx_notary_causes(p) : 0;
    sx_layout_text(p->l, SX_STRONG,
                   log->status.len > 0 ? sx_notary_safe(p, log->status) : SX_STR("Notary log"));
    if (log->summary.len > 0)
        sx_layout_printf(p->l, SX_STRONG, ": %.*s", SX_STR_ARG(sx_notary_safe(p, log->summary)));
    sx_layout_printf(p->l, SX_STRONG, "; %s", count(p, log->n_issues, "issue", "issues").ptr);
    if (n_causes > 0)
        sx_layout_printf(p->l, SX_STRONG, " from %s", count(p, n_causes, "cause", "causes").ptr);
    sx_layout_line(p->l);
    tell_upload(p);
}

/* Lists are cut, unless the user wants all of it. */
size_t sx_notary_shown(const struct sx_notary_page *p, size_t n)
{
    return p->l->style->verbose ? n : sx_shown(n);
}

void sx_notary_more(const struct sx_notary_page *p, size_t n)
{
    if (n == 0)
        return;
    sx_layout_break(p->l);
    sx_layout_printf(p->l, SX_FAINT, "%s and %zu more; --verbose lists them",
                     sx_symbol_text(p->l->style, SX_SYMBOL_ELLIPSIS), n);
}

void sx_notary_path(const struct sx_notary_page *p, struct sx_str path, struct sx_str arch)
{
    sx_layout_path(p->l, SX_PLAIN, sx_escape(p->arena, path));
    if (arch.len > 0)
        sx_layout_printf(p->l, SX_PLAIN, " (%.*s)", SX_STR_ARG(sx_notary_safe(p, arch)));
}

/* Issues in the same words. */
struct alike {
    const struct sx_notary_issue **at;
    size_t n;
};

static void tell_paths(const struct sx_notary_page *p, const struct alike *alike)
{
    size_t shown = sx_notary_shown(p, alike->n);
    sx_notary_label(p, "in");
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            sx_layout_break(p->l);
        sx_notary_path(p, alike->at[i]->path, alike->at[i]->arch);
    }
    sx_notary_more(p, alike->n - shown);
    sx_layout_line(p->l);
}

struct sx_str sx_notary_fix(const struct sx_notary_page *p, const struct sx_rule *rule)
{
    struct sx_mending_words mending = sx_mending_words(p->arena, rule);
    return mending.sentence.len > 0 ? mending.sentence : mending.run;
}

void sx_notary_tell_fix(const struct sx_notary_page *p, struct sx_str fix)
{
    tell(p, "fix", fix);
}

static void tell_rule(const struct sx_notary_page *p, const struct sx_rule *rule)
{
    sx_notary_label(p, "rule");
    sx_layout_text(p->l, SX_PLAIN, rule->id);
    sx_layout_cstr(p->l, SX_PLAIN, " ");
    sx_layout_text(p->l, SX_FAINT, rule->name);
    sx_layout_line(p->l);
    tell(p, "why", rule->why.len > 0 ? rule->why : rule->page.why);
    sx_notary_tell_fix(p, sx_notary_fix(p, rule));
}

static void tell_severity(const struct sx_notary_page *p, struct sx_str severity)
{
    if (sx_str_is(severity, "error"))
        sx_text_mark(p->l, SX_SEVERITY_ERROR);
    else if (sx_str_is(severity, "warning"))
        sx_text_mark(p->l, SX_SEVERITY_WARNING);
    else
        sx_layout_name(p->l, SX_PLAIN, severity);
}

static void tell_alike(const struct sx_notary_page *p, const struct alike *alike)
{
    const struct sx_notary_issue *first = alike->at[0];
    struct sx_notary_rules rules = sx_notary_rules_of(first, p->rules, p->arena);
    sx_layout_line(p->l);
    sx_layout_to(p->l, SX_AT_FINDING);
    sx_layout_hang(p->l, SX_AT_MESSAGE);
    tell_severity(p, first->severity);
    sx_layout_printf(p->l, SX_PLAIN, ", %s%s: ", count(p, alike->n, "issue", "issues").ptr,
                     p->judged != NULL ? ", not foreseen" : "");
    sx_layout_text(p->l, SX_STRONG, sx_notary_safe(p, first->message));
    sx_layout_line(p->l);
    tell_paths(p, alike);
    for (size_t i = 0; i < rules.n; i++)
        tell_rule(p, rules.at[i]);
    if (rules.n == 0)
        tell(p, "rule", SX_STR("none knows these words"));
    tell(p, "page", sx_escape(p->arena, first->url));
}

/* Issues by severity, words and whether they are of a slice, in the order of the log. */
static struct sx_str words_of(const struct sx_notary_page *p, const struct sx_notary_issue *issue)
{
    return sx_str_printf(p->arena, "%.*s\n%d%.*s", SX_STR_ARG(issue->severity),
                         issue->arch.ptr != NULL, SX_STR_ARG(issue->message));
}

struct growing {
    SX_VEC(const struct sx_notary_issue *) issues;
};

static void tell_issues(const struct sx_notary_page *p)
{
    struct sx_table by_words;
    SX_VEC(struct growing *) groups = { 0 };
    sx_table_init(&by_words, p->arena);
    for (size_t i = 0; i < p->log->n_issues; i++) {
        if (p->judged != NULL && p->difference.foreseen[i] != NULL)
            continue;
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
    for (size_t i = 0; i < groups.n; i++) {
        struct alike alike = { groups.at[i]->issues.at, groups.at[i]->issues.n };
        tell_alike(p, &alike);
    }
}

/* What the answer means, by how it begins. */

static size_t count_severity(const struct sx_notary_log *log, const char *severity)
{
    size_t n = 0;
    for (size_t i = 0; i < log->n_issues; i++)
        n += sx_str_is(log->issues[i].severity, severity);
    return n;
}

/* The list of issues alone has no status. */
static bool is_accepted(const struct sx_notary_log *log)
{
    return count_severity(log, "error") == 0 &&
           (log->status.ptr == NULL || sx_str_is(log->status, "Accepted"));
}

/* What is accepted and has warnings is told as a warning itself. */
static void tell_warnings(const struct sx_notary_page *p)
{
    const struct sx_rule *rule = sx_notary_rule_of(p->log, p->rules);
    if (rule == NULL || !sx_str_is(p->log->status, "Accepted") ||
        count_severity(p->log, "warning") == 0)
        return;
    sx_layout_line(p->l);
    sx_layout_to(p->l, SX_AT_FINDING);
    sx_layout_hang(p->l, SX_AT_MESSAGE);
    sx_text_mark(p->l, SX_SEVERITY_WARNING);
    sx_layout_cstr(p->l, SX_PLAIN, ": ");
    sx_layout_text(p->l, SX_STRONG, rule->summary);
    sx_layout_line(p->l);
    tell_rule(p, rule);
}

/* Status 7000. Newer logs say whom to ask: "Please contact Developer Programs Support at
 * developer.apple.com". */
static const char *const unready =
    "Not accepted: Apple has not set up this team for notarization. Nothing in the upload is to "
    "blame; ask Developer Programs Support, https://developer.apple.com/contact/";

static struct sx_str sentence_of(const struct sx_notary_page *p)
{
    const struct sx_notary_log *log = p->log;
    size_t n_errors = count_severity(log, "error"), n_warnings = count_severity(log, "warning"),
           n_foreign = p->difference.foreign.n, n_bare = p->difference.bare.n;
    if (sx_str_starts(log->summary, SX_STR("Team is not yet configured")))
        return sx_str_of(unready);
    if (n_errors > 0)
        return sx_str_printf(p->arena,
                             "Not accepted: mend the %s, sign again from the inside out, and "
                             "upload again.",
                             n_errors == 1 ? "error" : "errors");
    if (!is_accepted(log))
        return SX_STR("Not accepted, and the log does not say why.");
    if (n_bare > 0)
        return sx_str_printf(p->arena, "Not what Apple accepted: %s of it not in the ticket.",
                             count(p, n_bare, "hash is", "hashes are").ptr);
    if (n_foreign > 0)
        return sx_str_printf(p->arena, "Not all that Apple accepted: %s of the ticket not in it.",
                             count(p, n_foreign, "hash is", "hashes are").ptr);
    if (log->status.ptr == NULL)
        return SX_STR("No error stands in it.");
    if (n_warnings > 0)
        return sx_str_printf(p->arena, "Accepted, with %s: Gatekeeper may still refuse what %s.",
                             count(p, n_warnings, "warning", "warnings").ptr,
                             n_warnings == 1 ? "it names" : "they name");
    return log->n_hashes > 0 && p->judged != NULL
               ? SX_STR("Accepted, and this is what Apple accepted.")
               : SX_STR("Accepted.");
}

bool sx_write_notary_page(const struct sx_notary_log *log, const struct sx_ruleset *rules,
                          const struct sx_judgement *judged, const struct sx_style *style,
                          struct sx_out out, bool *agrees)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_layout l;
    struct sx_notary_page p = {
        .l = &l, .arena = arena, .rules = rules, .log = log, .judged = judged
    };
    sx_layout_init(&l, style, out);
    if (judged != NULL) {
        struct sx_notary_log forecast = sx_forecast(judged, arena);
        p.difference = sx_notary_compare(log, &forecast, judged->artifact, rules, arena);
    }
    *agrees = is_accepted(log) && p.difference.foreign.n + p.difference.bare.n == 0;
    tell_head(&p);
    tell_warnings(&p);
    if (judged != NULL)
        sx_notary_tell_causes(&p);
    tell_issues(&p);
    if (judged != NULL)
        sx_notary_tell_forecast(&p);
    sx_layout_line(&l);
    sx_layout_text(&l, SX_STRONG, sentence_of(&p));
    sx_layout_line(&l);
    return sx_layout_finish(&l);
}

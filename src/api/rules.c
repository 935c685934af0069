/* SPDX-License-Identifier: MIT */
/* Rules: listed, tested, type-checked, explained. */
#include "api/handles.h"
#include "report/layout.h"
#include "report/words.h"
#include "rules/ruleset.h"

static bool no_such_rule(const struct sx_ruleset *rules, struct sx_str word,
                         struct sxlint_error *error)
{
    SX_AUTO(sx_buf_release) struct sx_buf safe = { 0 };
    struct sx_str near = sx_ruleset_nearest(rules, word);
    sx_escape_buf(&safe, word);
    return api_fail(error, SXLINT_USAGE, "no rule %.*s%s%.*s", SX_STR_ARG(sx_buf_view(&safe)),
                    near.len > 0 ? "; the nearest is " : "", SX_STR_ARG(near));
}

static bool is_known(const struct sx_ruleset *rules, struct sx_str word)
{
    for (size_t i = 0; i < sx_ruleset_count(rules); i++)
        if (sx_rule_matches(sx_ruleset_at(rules, i), word))
            return true;
    return false;
}

static bool check_words(const struct sx_ruleset *rules, struct sx_strs words,
                        struct sxlint_error *error)
{
    for (size_t i = 0; i < words.n; i++)
        if (!is_known(rules, words.at[i]))
            return no_such_rule(rules, words.at[i], error);
    return true;
}

bool sxlint_rules_list(const struct sxlint_policy *policy, const struct sxlint_style *style,
                       struct sxlint_writer out, struct sxlint_error *error)
{
    const struct sx_ruleset *rules = api_rules(policy);
    struct sx_selection selection = api_selection(policy);
    struct sx_style with = api_style(style, policy->fail_on);
    SX_TRY(check_words(rules, selection.select, error));
    SX_TRY(check_words(rules, selection.ignore, error));
    return sx_write_rule_list(rules, &selection, &with, api_out(&out)) || api_stopped(error);
}

/* The rules of the policy and those of the files, in a set of their own. */
static bool read_rules(struct sx_ruleset *rules, const char *const *paths, size_t n,
                       struct sxlint_error *error)
{
    for (size_t i = 0; i < n; i++) {
        struct sx_err err = { 0 };
        if (!sx_ruleset_add(rules, paths[i], &err))
            return api_fail_usage(error, &err);
    }
    return true;
}

static void add_report(struct sx_example_report *sum, struct sx_example_report more,
                       struct sx_arena *arena)
{
    struct sx_example_failure *all =
        SX_NEW_N(arena, struct sx_example_failure, sum->n_failures + more.n_failures);
    if (sum->n_failures > 0)
        memcpy(all, sum->failures, sum->n_failures * sizeof(*all));
    if (more.n_failures > 0)
        memcpy(all + sum->n_failures, more.failures, more.n_failures * sizeof(*all));
    *sum = (struct sx_example_report){ .run = sum->run + more.run,
                                       .passed = sum->passed + more.passed,
                                       .failures = all,
                                       .n_failures = sum->n_failures + more.n_failures };
}

static bool test_rules(struct sx_ruleset *rules, const char *const *paths, size_t n,
                       const struct sx_style *style, struct sxlint_writer out,
                       struct sxlint_error *error)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_example_report report = { 0 };
    SX_TRY(read_rules(rules, paths, n, error));
    if (n == 0)
        report = sx_ruleset_test(rules, NULL);
    for (size_t i = 0; i < n; i++)
        add_report(&report, sx_ruleset_test(rules, paths[i]), arena);
    if (!sx_write_examples(&report, style, api_out(&out)))
        return api_stopped(error);
    if (report.n_failures > 0)
        return api_fail(error, SXLINT_FINDINGS, "%zu of %zu examples fail",
                        report.run - report.passed, report.run);
    return true;
}

bool sxlint_rules_test(const struct sxlint_policy *policy, const char *const *paths, size_t n_paths,
                       const struct sxlint_style *style, struct sxlint_writer out,
                       struct sxlint_error *error)
{
    struct sx_style with = api_style(style, policy->fail_on);
    if (n_paths == 0)
        return test_rules(api_rules(policy), paths, 0, &with, out, error);
    struct sx_ruleset *rules = sx_ruleset_new();
    bool ok = test_rules(rules, paths, n_paths, &with, out, error);
    sx_ruleset_free(rules);
    return ok;
}

static bool write_line(struct sxlint_writer out, struct sx_str line, struct sxlint_error *error)
{
    return (out.write(out.context, line.ptr, line.len) && out.write(out.context, "\n", 1)) ||
           api_stopped(error);
}

/* Every file for itself: one that is wrong does not hide what is wrong with the next. */
bool sxlint_rules_check(const struct sxlint_policy *policy, const char *const *paths,
                        size_t n_paths, const struct sxlint_style *style, struct sxlint_writer out,
                        struct sxlint_error *error)
{
    (void)style; /* a mistake is one line, like a compiler's */
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_ruleset *rules = n_paths == 0 ? api_rules(policy) : sx_ruleset_new();
    size_t built_in = n_paths == 0 ? 0 : sx_ruleset_count(rules), wrong = 0;
    bool ok = true;
    for (size_t i = 0; i < n_paths && ok; i++) {
        struct sxlint_error mistake;
        if (read_rules(rules, &paths[i], 1, &mistake))
            continue;
        ok = write_line(out, sx_str_of(mistake.text), error);
        wrong++;
    }
    size_t n = sx_ruleset_count(rules) - built_in;
    if (ok && wrong == 0)
        ok = write_line(
            out, sx_str_printf(arena, "%zu rule%s, nothing wrong", n, n == 1 ? "" : "s"), error);
    if (n_paths > 0)
        sx_ruleset_free(rules);
    if (ok && wrong > 0)
        return api_fail(error, SXLINT_USAGE, "%zu of %zu rule files cannot be used", wrong,
                        n_paths);
    return ok;
}

bool sxlint_explain(const struct sxlint_policy *policy, const char *word,
                    const struct sxlint_style *style, struct sxlint_writer out,
                    struct sxlint_error *error)
{
    const struct sx_ruleset *rules = api_rules(policy);
    struct sx_str near = sx_ruleset_nearest(rules, sx_str_of(word));
    bool is_meant = sx_str_eq_but_case(sx_str_of(word), near); /* ne103 */
    const struct sx_rule *rule = sx_ruleset_find(rules, is_meant ? near : sx_str_of(word));
    struct sx_style with = api_style(style, policy->fail_on);
    if (rule == NULL)
        return no_such_rule(rules, sx_str_of(word), error);
    return sx_write_rule(rules, rule, &with, api_out(&out)) || api_stopped(error);
}

bool sxlint_explain_symptom(const struct sxlint_policy *policy, const char *text,
                            const struct sxlint_style *style, struct sxlint_writer out,
                            struct sxlint_error *error)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_style with = api_style(style, policy->fail_on);
    bool found;
    if (!sx_write_symptom(api_rules(policy), sx_str_of(text), &with, api_out(&out), &found))
        return api_stopped(error);
    if (found)
        return true;
    struct sx_str told = sx_quoted(arena, sx_cut_value(arena, sx_str_of(text)));
    return api_fail(error, SXLINT_FINDINGS,
                    "no known symptom is like %.*s; try a shorter part of the line",
                    SX_STR_ARG(told));
}

static bool take_page(void *context, const char *name, struct sx_str text)
{
    const struct sxlint_pages *pages = context;
    return pages->take(pages->context, name, text.ptr, text.len);
}

bool sxlint_rules_document(const struct sxlint_policy *policy, struct sxlint_pages pages,
                           struct sxlint_error *error)
{
    struct sx_pages out = { take_page, &pages };
    return sx_write_pages(api_rules(policy), out) || api_stopped(error);
}

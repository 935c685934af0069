/* SPDX-License-Identifier: MIT */
/* Apple's log beside the forecast. Paths are compared below the upload, whose name may have changed
 * since, and an app may have been packed for the upload only. */
#include "base/buf.h"
#include "report/notary.h"

enum { SHORTEST = 12 }; /* bytes of words that are found within a message */

/* Whether an issue says what a rule is seen as. Numbers at the end, as of lines, differ. */
static bool speaks(struct sx_str message, struct sx_str words)
{
    while (words.len > 0 && words.ptr[words.len - 1] >= '0' && words.ptr[words.len - 1] <= '9')
        words.len--;
    return words.len >= SHORTEST && sx_str_find(message, words) < message.len;
}

static bool is_seen_as(const struct sx_rule *rule, struct sx_str message)
{
    for (size_t i = 0; i < rule->seen_as.n; i++)
        if (speaks(message, rule->seen_as.at[i]))
            return true;
    return false;
}

static bool fits_arch(const struct sx_notary_row *row, const struct sx_notary_issue *issue)
{
    return row->arch == SX_ARCH_OR_NONE || (row->arch == SX_WITH_ARCH) == (issue->arch.ptr != NULL);
}

struct sx_notary_rules sx_notary_rules_of(const struct sx_notary_issue *issue,
                                          const struct sx_ruleset *rules, struct sx_arena *arena)
{
    SX_VEC(const struct sx_rule *) found = { 0 };
    for (size_t i = 0; i < sx_n_notary_rows; i++) {
        const struct sx_rule *rule = sx_ruleset_find(rules, sx_str_of(sx_notary_rows[i].rule));
        if (rule != NULL && fits_arch(&sx_notary_rows[i], issue) &&
            is_seen_as(rule, issue->message))
            SX_PUSH(arena, &found, rule);
    }
    return (struct sx_notary_rules){ found.at, found.n };
}

const struct sx_rule *sx_notary_rule_of(const struct sx_notary_log *log,
                                        const struct sx_ruleset *rules)
{
    for (size_t i = 0; log->summary.len > 0 && i < sx_ruleset_count(rules); i++)
        if (is_seen_as(sx_ruleset_at(rules, i), log->summary))
            return sx_ruleset_at(rules, i);
    return NULL;
}

/* Two logs side by side. */
struct comparison {
    struct sx_arena *arena;
    const struct sx_ruleset *rules;
    const struct sx_Artifact *artifact;
};

/* The next component of a path, which moves on behind it. */
static struct sx_str next_component(struct sx_str *path)
{
    size_t end = sx_str_find(*path, SX_STR("/"));
    struct sx_str component = sx_str_sub(*path, 0, end);
    *path = sx_str_sub(*path, end + 1, path->len);
    return component;
}

/* An upload's name says nothing; what was packed for the upload begins with its own. */
static struct sx_str below_upload(const struct comparison *c, struct sx_str path)
{
    struct sx_str name = sx_str_base(c->artifact->path), rest = path;
    if (c->artifact->container.n > 0) {
        next_component(&rest);
        return rest;
    }
    while (rest.len > 0) {
        struct sx_str from = rest;
        if (sx_str_eq(next_component(&rest), name))
            return from;
    }
    next_component(&path);
    return path;
}

/* The log names a framework's code by its link or by its version. */
static void put_path(const struct comparison *c, struct sx_str path, struct sx_buf *key)
{
    struct sx_str rest = below_upload(c, path), before = { 0 };
    while (rest.len > 0) {
        struct sx_str component = next_component(&rest);
        if (sx_str_is(component, "Versions") && sx_str_ends(before, SX_STR(".framework")))
            next_component(&rest);
        else
            sx_buf_printf(key, "/%.*s", SX_STR_ARG(component));
        before = component;
    }
}

static struct sx_str key_of(const struct comparison *c, const struct sx_notary_issue *issue,
                            const struct sx_rule *rule)
{
    SX_AUTO(sx_buf_release) struct sx_buf key = { 0 };
    sx_buf_printf(&key, "%.*s %.*s ", SX_STR_ARG(rule->id), SX_STR_ARG(issue->arch));
    put_path(c, issue->path, &key);
    return sx_str_dup(c->arena, sx_buf_view(&key));
}

static void take_keys(const struct comparison *c, const struct sx_notary_issue *issue,
                      struct sx_table *table)
{
    struct sx_notary_rules rules = sx_notary_rules_of(issue, c->rules, c->arena);
    for (size_t i = 0; i < rules.n; i++)
        sx_table_put(table, key_of(c, issue, rules.at[i]), (void *)(uintptr_t)issue);
}

static const struct sx_notary_issue *find(const struct comparison *c,
                                          const struct sx_notary_issue *issue,
                                          const struct sx_table *table)
{
    struct sx_notary_rules rules = sx_notary_rules_of(issue, c->rules, c->arena);
    for (size_t i = 0; i < rules.n; i++) {
        const struct sx_notary_issue *found = sx_table_get(table, key_of(c, issue, rules.at[i]));
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* For each issue of one log that of the other which says the same, or NULL. */
static const struct sx_notary_issue **pair(const struct comparison *c,
                                           const struct sx_notary_log *one,
                                           const struct sx_notary_log *other)
{
    const struct sx_notary_issue **at =
        SX_NEW_N(c->arena, const struct sx_notary_issue *, one->n_issues);
    struct sx_table keys;
    sx_table_init(&keys, c->arena);
    for (size_t i = 0; i < other->n_issues; i++)
        take_keys(c, &other->issues[i], &keys);
    for (size_t i = 0; i < one->n_issues; i++)
        at[i] = find(c, &one->issues[i], &keys);
    return at;
}

static void compare_issues(const struct comparison *c, const struct sx_notary_log *log,
                           const struct sx_notary_log *forecast, struct sx_notary_difference *out)
{
    const struct sx_notary_issue **listed = pair(c, forecast, log);
    SX_VEC(const struct sx_notary_issue *) surplus = { 0 };
    out->foreseen = pair(c, log, forecast);
    for (size_t i = 0; i < log->n_issues; i++)
        out->n_foreseen += out->foreseen[i] != NULL;
    for (size_t i = 0; i < forecast->n_issues; i++)
        if (listed[i] == NULL)
            SX_PUSH(c->arena, &surplus, &forecast->issues[i]);
    out->surplus = (struct sx_notary_issues){ surplus.at, surplus.n };
}

static struct sx_notary_hashes hashes_only_in(const struct comparison *c,
                                              const struct sx_notary_log *one,
                                              const struct sx_notary_log *other)
{
    SX_VEC(const struct sx_notary_hash *) only = { 0 };
    struct sx_table known;
    sx_table_init(&known, c->arena);
    for (size_t i = 0; i < other->n_hashes; i++)
        sx_table_put(&known, other->hashes[i].cdhash, (void *)(uintptr_t)&other->hashes[i]);
    for (size_t i = 0; i < one->n_hashes; i++)
        if (sx_table_get(&known, one->hashes[i].cdhash) == NULL)
            SX_PUSH(c->arena, &only, &one->hashes[i]);
    return (struct sx_notary_hashes){ only.at, only.n };
}

struct sx_notary_difference sx_notary_compare(const struct sx_notary_log *log,
                                              const struct sx_notary_log *forecast,
                                              const struct sx_Artifact *artifact,
                                              const struct sx_ruleset *rules,
                                              struct sx_arena *arena)
{
    struct comparison c = { arena, rules, artifact };
    struct sx_notary_difference difference = { 0 };
    compare_issues(&c, log, forecast, &difference);
    if (log->n_hashes > 0) {
        difference.foreign = hashes_only_in(&c, log, forecast);
        difference.bare = hashes_only_in(&c, forecast, log);
    }
    return difference;
}

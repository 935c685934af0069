/* SPDX-License-Identifier: MIT */
/* How to judge: every key of a policy, and what its values may be. */
#include "api/handles.h"
#include "base/limits.h"
#include "base/source.h"
#include "inspect/inspect.h"

#include <fcntl.h>

struct sxlint_policy *sxlint_policy_new(void)
{
    struct sx_arena *arena = sx_arena_new();
    struct sxlint_policy *policy = SX_NEW(arena, struct sxlint_policy);
    policy->arena = arena;
    policy->fail_on = SX_SEVERITY_ERROR;
    policy->rules = SX_NEW(arena, struct sx_ruleset *);
    return policy;
}

void sxlint_policy_free(struct sxlint_policy *policy)
{
    if (policy == NULL)
        return;
    sx_ruleset_free(*policy->rules);
    sx_arena_free(policy->arena);
}

struct sx_ruleset *api_rules(const struct sxlint_policy *policy)
{
    if (*policy->rules == NULL)
        *policy->rules = sx_ruleset_new();
    return *policy->rules;
}

struct sx_selection api_selection(const struct sxlint_policy *policy)
{
    return (struct sx_selection){ .select = { policy->select.at, policy->select.n },
                                  .ignore = { policy->ignore.at, policy->ignore.n },
                                  .changes = policy->changes.at,
                                  .n_changes = policy->changes.n,
                                  .exceptions = &policy->exceptions };
}

void sxlint_policy_set_progress(struct sxlint_policy *policy, struct sxlint_progress progress)
{
    policy->progress = progress;
    policy->question.progress = progress.report;
    policy->question.progress_context = progress.context;
}

/* The keys. Each setter takes a value that it may keep. */

/* Seconds since 1970, as clocks count them. */
static bool parse_seconds(struct sx_str digits, struct sx_time *out)
{
    *out = (struct sx_time){ 0 };
    if (digits.len == 0 || digits.len > 11)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
        out->seconds = out->seconds * 10 + (digits.ptr[i] - '0');
    }
    return true;
}

static bool set_time(struct sxlint_policy *policy, struct sx_str value, struct sxlint_error *error)
{
    struct sx_time *now = &policy->question.now;
    policy->has_time = sx_str_starts(value, SX_STR("@"))
                           ? parse_seconds(sx_str_sub(value, 1, value.len), now)
                           : sx_time_parse(value, true, now);
    if (policy->has_time)
        return true;
    SX_AUTO(sx_buf_release) struct sx_buf safe = { 0 };
    sx_escape_buf(&safe, value);
    return api_fail(error, SXLINT_USAGE, "no date %.*s; write 2026-11-24 or 2026-11-24T18:00:00Z",
                    SX_STR_ARG(sx_buf_view(&safe)));
}

static bool set_channel(struct sxlint_policy *policy, struct sx_str value,
                        struct sxlint_error *error)
{
    struct sx_str names[SX_Channel_END] = { SX_STR("auto") }; /* the number 0 */
    for (int i = 1; i < SX_Channel_END; i++)
        names[i] = sx_Channel_name((uint16_t)i);
    for (int i = 0; i < SX_Channel_END; i++) {
        if (sx_str_eq(value, names[i])) {
            policy->question.channel = (uint16_t)i;
            return true;
        }
    }
    return api_no_such(error, "channel", value, (struct sx_strs){ names, SX_Channel_END });
}

/* The severities by name, and "never" behind them. */
static bool find_severity(struct sx_str value, size_t n, enum sx_severity *out,
                          struct sxlint_error *error)
{
    struct sx_str names[SX_N_SEVERITIES + 1] = { [SX_N_SEVERITIES] = SX_STR("never") };
    for (size_t i = 0; i < SX_N_SEVERITIES; i++)
        names[i] = sx_str_of(sx_severity_name((enum sx_severity)i));
    for (size_t i = 0; i < n; i++) {
        if (sx_str_eq(value, names[i])) {
            *out = (enum sx_severity)i;
            return true;
        }
    }
    return api_no_such(error, "severity", value, (struct sx_strs){ names, n });
}

static bool set_fail_on(struct sxlint_policy *policy, struct sx_str value,
                        struct sxlint_error *error)
{
    return find_severity(value, SX_N_SEVERITIES + 1, &policy->fail_on, error);
}

static bool set_rules(struct sxlint_policy *policy, struct sx_str value, struct sxlint_error *error)
{
    struct sx_err err = { 0 };
    return sx_ruleset_add(api_rules(policy), value.ptr, &err) || api_fail_usage(error, &err);
}

/* The words of a list, divided by commas. */
static struct sx_str next_word(struct sx_str *rest)
{
    size_t end = sx_str_find(*rest, SX_STR(","));
    struct sx_str word = sx_str_sub(*rest, 0, end);
    *rest = sx_str_sub(*rest, end + 1, rest->len);
    while (word.len > 0 && word.ptr[0] == ' ')
        word = sx_str_sub(word, 1, word.len);
    while (word.len > 0 && word.ptr[word.len - 1] == ' ')
        word.len--;
    return word;
}

/* Whether there are such rules is known when all rules are. */
static bool add_words(struct sxlint_policy *policy, struct api_words *words, struct sx_str value)
{
    while (value.len > 0) {
        struct sx_str word = next_word(&value);
        if (word.len > 0)
            SX_PUSH(policy->arena, words, word);
    }
    return true;
}

static bool set_select(struct sxlint_policy *policy, struct sx_str value,
                       struct sxlint_error *error)
{
    (void)error;
    return add_words(policy, &policy->select, value);
}

static bool set_ignore(struct sxlint_policy *policy, struct sx_str value,
                       struct sxlint_error *error)
{
    (void)error;
    return add_words(policy, &policy->ignore, value);
}

static bool change_severity(struct sxlint_policy *policy, struct sx_str value,
                            struct sxlint_error *error)
{
    size_t sign = sx_str_find(value, SX_STR("="));
    struct sx_severity_change change = { .rule = sx_str_sub(value, 0, sign) };
    if (sign == value.len || sign == 0)
        return api_fail(error, SXLINT_USAGE, "severity needs a rule and a level: NE103=warning");
    SX_TRY(find_severity(sx_str_sub(value, sign + 1, value.len), SX_N_SEVERITIES, &change.severity,
                         error));
    SX_PUSH(policy->arena, &policy->changes, change);
    return true;
}

static bool set_severity(struct sxlint_policy *policy, struct sx_str value,
                         struct sxlint_error *error)
{
    do
        SX_TRY(change_severity(policy, next_word(&value), error));
    while (value.len > 0);
    return true;
}

static bool set_oldest_macos(struct sxlint_policy *policy, struct sx_str value,
                             struct sxlint_error *error)
{
    bool ok = value.len > 0 && value.ptr[0] != '.' && value.ptr[value.len - 1] != '.';
    for (size_t i = 0; i < value.len; i++)
        ok = ok && (value.ptr[i] == '.' || (value.ptr[i] >= '0' && value.ptr[i] <= '9'));
    if (!ok)
        return api_fail(error, SXLINT_USAGE, "oldest-macos needs a version: 12.0");
    policy->question.oldest_macos = value;
    return true;
}

/* Files are read here, so that a wrong one is wrong usage and no surprise of a run. */
static bool read_file(struct sx_arena *arena, const char *path, uint64_t limit, struct sx_str *out,
                      struct sx_err *err)
{
    struct sx_source source = { 0 };
    struct sx_span bytes;
    SX_TRY(sx_source_open(AT_FDCWD, path, path, true, &source, err));
    bool ok = sx_source_whole(&source, limit, arena, &bytes, err);
    sx_source_close(&source);
    SX_TRY(ok);
    *out = sx_str_of_span(bytes);
    return true;
}

static bool set_trust_anchor(struct sxlint_policy *policy, struct sx_str value,
                             struct sxlint_error *error)
{
    struct sx_str pem;
    struct sx_err err = { 0 };
    if (!read_file(policy->arena, value.ptr, SX_MAX_SMALL_FILE, &pem, &err) ||
        !sx_anchor_check(pem, &err)) {
        struct sx_str path = sx_escape(policy->arena, value);
        return api_fail(error, SXLINT_USAGE, "trust-anchor %.*s: %s", SX_STR_ARG(path), err.what);
    }
    SX_PUSH(policy->arena, &policy->anchors, pem);
    policy->question.anchors = (struct sx_strs){ policy->anchors.at, policy->anchors.n };
    return true;
}

static bool set_detached(struct sxlint_policy *policy, struct sx_str value,
                         struct sxlint_error *error)
{
    struct sx_err err = { 0 };
    if (read_file(policy->arena, value.ptr, SX_MAX_SIGNATURE, &policy->question.detached, &err))
        return true;
    return api_fail(error, SXLINT_USAGE, "detached %.*s: %s",
                    SX_STR_ARG(sx_escape(policy->arena, value)), err.what);
}

static bool set_notary_log(struct sxlint_policy *policy, struct sx_str value,
                           struct sxlint_error *error)
{
    struct sx_str text;
    struct sx_err err = { 0 };
    if (!read_file(policy->arena, value.ptr, SX_MAX_SMALL_FILE, &text, &err))
        return api_fail(error, SXLINT_USAGE, "notary-log: %s", err.what);
    return sxlint_policy_add_log(policy, value.ptr, text.ptr, text.len, error);
}

static bool set_show_at(struct sxlint_policy *policy, struct sx_str value,
                        struct sxlint_error *error)
{
    if (value.len == 0)
        return api_fail(error, SXLINT_USAGE,
                        "show-at needs a file: Waffle.xcodeproj/project.pbxproj");
    policy->show_at = value;
    return true;
}

static bool set_jobs(struct sxlint_policy *policy, struct sx_str value, struct sxlint_error *error)
{
    unsigned jobs = 0;
    bool ok = value.len > 0 && value.len <= 3;
    for (size_t i = 0; ok && i < value.len; i++) {
        ok = value.ptr[i] >= '0' && value.ptr[i] <= '9';
        jobs = jobs * 10 + (unsigned)(value.ptr[i] - '0');
    }
    if (!ok)
        return api_fail(error, SXLINT_USAGE, "jobs needs a number from 0 to 999");
    policy->question.jobs = jobs;
    return true;
}

static bool set_baseline(struct sxlint_policy *policy, struct sx_str value,
                         struct sxlint_error *error)
{
    struct sx_str text;
    struct sx_objs accepted;
    struct sx_err err = { 0 };
    if (!read_file(policy->arena, value.ptr, SX_MAX_SMALL_FILE, &text, &err))
        return api_fail(error, SXLINT_USAGE, "baseline: %s", err.what);
    if (!sx_baseline_read(text, value.ptr, policy->arena, &accepted, &err))
        return api_fail_usage(error, &err);
    for (size_t i = 0; i < accepted.n; i++)
        SX_PUSH(policy->arena, &policy->accepted, accepted.at[i]);
    policy->exceptions.accepted = (struct sx_objs){ policy->accepted.at, policy->accepted.n };
    return true;
}

static bool set_baseline_strict(struct sxlint_policy *policy, struct sx_str value,
                                struct sxlint_error *error)
{
    policy->exceptions.may_only_shrink = sx_str_is(value, "true");
    if (policy->exceptions.may_only_shrink || sx_str_is(value, "false"))
        return true;
    return api_fail(error, SXLINT_USAGE, "baseline-strict is true or false");
}

static const struct key {
    const char *name;
    bool (*set)(struct sxlint_policy *policy, struct sx_str value, struct sxlint_error *error);
} keys[] = {
    { "as-of", set_time },
    { "channel", set_channel },
    { "fail-on", set_fail_on },
    { "rules", set_rules },
    { "select", set_select },
    { "ignore", set_ignore },
    { "severity", set_severity },
    { "oldest-macos", set_oldest_macos },
    { "trust-anchor", set_trust_anchor },
    { "detached", set_detached },
    { "notary-log", set_notary_log },
    { "show-at", set_show_at },
    { "jobs", set_jobs },
    { "baseline", set_baseline },
    { "baseline-strict", set_baseline_strict },
};

bool sxlint_policy_set(struct sxlint_policy *policy, const char *key, const char *value,
                       struct sxlint_error *error)
{
    struct sx_str names[SX_LEN(keys)];
    for (size_t i = 0; i < SX_LEN(keys); i++) {
        names[i] = sx_str_of(keys[i].name);
        if (strcmp(key, keys[i].name) == 0)
            return keys[i].set(policy, sx_str_dup(policy->arena, sx_str_of(value)), error);
    }
    return api_no_such(error, "policy key", sx_str_of(key),
                       (struct sx_strs){ names, SX_LEN(names) });
}

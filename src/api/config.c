/* SPDX-License-Identifier: MIT */
/* Configuration, which comes as a text: where it lies, and what goes before it, is the caller's. */
#include "api/handles.h"
#include "report/words.h"

bool sxlint_policy_configure(struct sxlint_policy *policy, const char *text, size_t n,
                             const char *name, struct sxlint_error *error)
{
    struct sx_err err = { 0 };
    struct sx_config config;
    struct sx_str copy = sx_str_dup(policy->arena, (struct sx_str){ text, n });
    const char *file = sx_str_dup(policy->arena, sx_str_of(name)).ptr;
    if (!policy->has_time)
        return api_fail(error, SXLINT_USAGE, "the policy says no time to judge at: as-of");
    if (!sx_config_read(copy, file, policy->question.now, policy->arena, &config, &err))
        return api_fail_usage(error, &err);
    for (size_t i = 0; i < config.waivers.n; i++)
        SX_PUSH(policy->arena, &policy->waivers, config.waivers.at[i]);
    policy->exceptions.waivers = (struct sx_objs){ policy->waivers.at, policy->waivers.n };
    policy->config = config;
    return true;
}

size_t sxlint_policy_settings(const struct sxlint_policy *policy)
{
    return policy->config.n;
}

/* Texts of a policy live in its arena, and a copy there ends in NUL. */
static const char *c_string(const struct sxlint_policy *policy, struct sx_str text)
{
    return sx_str_dup(policy->arena, text).ptr;
}

struct sxlint_setting sxlint_policy_setting(const struct sxlint_policy *policy, size_t at)
{
    const struct sx_setting *setting = &policy->config.settings[at];
    return (struct sxlint_setting){ .key = c_string(policy, setting->key),
                                    .value = c_string(policy, setting->value),
                                    .line = setting->line,
                                    .column = setting->column };
}

size_t sxlint_policy_waivers(const struct sxlint_policy *policy)
{
    return policy->exceptions.waivers.n;
}

struct sxlint_waiver sxlint_policy_waiver(const struct sxlint_policy *policy, size_t at)
{
    const struct sx_Waiver *waiver = SX_AT(Waiver, policy->exceptions.waivers, at);
    const struct sx_value *rule = sx_map_get(waiver->entry, SX_STR("rule"));
    struct sxlint_waiver out = {
        .rule = c_string(policy, waiver->rule),
        .path = c_string(policy, waiver->path),
        .reason = c_string(policy, waiver->reason),
        .expires = c_string(policy, sx_day_text(policy->arena, waiver->expires.t)),
    };
    sx_line_of(waiver->head.document->text, rule->pos - 1, &out.line, &out.column);
    return out;
}

static bool is_checked(const struct sxlint_run *run, struct sxlint_error *error)
{
    return run->judged != NULL ||
           api_fail(error, SXLINT_USAGE, "the run was examined, not checked");
}

bool sxlint_baseline(const struct sxlint_run *run, struct sxlint_writer out,
                     struct sxlint_error *error)
{
    SX_TRY(is_checked(run, error));
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    size_t n = sx_baseline_new(run->judged);
    if (run->policy->exceptions.may_only_shrink && n > 0)
        return api_fail(
            error, SXLINT_FINDINGS, "%.*s not in the baseline, which may only shrink",
            SX_STR_ARG(sx_str_printf(arena, "%zu %s", n, n == 1 ? "finding is" : "findings are")));
    return sx_write_baseline(run->judged, api_out(&out)) || api_stopped(error);
}

bool sxlint_starter(const struct sxlint_run *run, struct sxlint_writer out,
                    struct sxlint_error *error)
{
    SX_TRY(is_checked(run, error));
    return sx_write_starter(run->judged, api_out(&out)) || api_stopped(error);
}

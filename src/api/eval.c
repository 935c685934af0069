/* SPDX-License-Identifier: MIT */
/* Expressions over the facts. */
#include "api/handles.h"
#include "base/limits.h"
#include "rules/requirement.h"
#include "rules/scope.h"
#include "value/json.h"

/* The names an expression may use, and what they stand for. */
struct names {
    struct sx_arena *arena;
    const struct sx_run *run; /* NULL when there are no facts */
    SX_VEC(struct sx_cel_variable) variables;
    SX_VEC(struct sx_value) values;
};

static void add(struct names *names, const struct sx_cel_variable *variable, struct sx_value value)
{
    for (size_t i = 0; i < names->variables.n; i++) {
        if (strcmp(names->variables.at[i].name, variable->name) != 0)
            continue;
        names->variables.at[i] = *variable; /* a binding speaks instead of a fact */
        names->values.at[i] = value;
        return;
    }
    SX_PUSH(names->arena, &names->variables, *variable);
    SX_PUSH(names->arena, &names->values, value);
}

static void add_facts(struct names *names, const struct sx_run *run,
                      const struct sx_Artifact *artifact)
{
    const struct sx_cel_env *env = sx_scope_env(SX_SCOPE_ARTIFACT);
    struct sx_value values[SX_MAX_VARIABLES];
    struct sx_bound bound = { 0 };
    bound.of[SX_NAME_ARTIFACT] = sx_object_value(&artifact->head);
    bound.of[SX_NAME_NOW] = sx_timestamp(run->question.now);
    bound.of[SX_NAME_CHANNEL] = sx_string(sx_Channel_name(sx_channel_of(run, artifact)));
    bound.of[SX_NAME_OLDEST_MACOS] = sx_string(run->question.oldest_macos);
    bound.of[SX_NAME_SHIPPED] = sx_map_value(run->shipped);
    bound.of[SX_NAME_PAYLOADS] = sx_list_objects(run->payloads.at, run->payloads.n);
    sx_scope_bind(SX_SCOPE_ARTIFACT, &bound, values);
    for (size_t i = 0; i < env->n_variables; i++)
        add(names, &env->variables[i], values[i]);
}

static bool add_bindings(struct names *names, const char *json, struct sxlint_error *error)
{
    struct sx_err err = { 0 };
    struct sx_value bindings;
    if (json == NULL)
        return true;
    if (!sx_json_parse(sx_str_of(json), names->arena, &bindings, &err))
        return api_fail(error, SXLINT_USAGE, "bindings:%u:%u: %s", err.line, err.column, err.what);
    if (bindings.kind != SX_MAP)
        return api_fail(error, SXLINT_USAGE, "bindings: want a JSON object of names");
    for (size_t i = 0; i < bindings.map->n; i++) {
        struct sx_cel_variable variable = {
            sx_str_dup(names->arena, bindings.map->at[i].key.str).ptr,
            { .kind = SX_T_DYN, .nullable = true }
        };
        add(names, &variable, bindings.map->at[i].value);
    }
    return true;
}

static bool write_value(struct sx_value value, struct sxlint_writer out, struct sxlint_error *error)
{
    struct sx_json json;
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    sx_json_value(&json, value);
    sx_json_newline(&json);
    return sx_json_flush(&json) || api_stopped(error);
}

static bool finish(struct sx_value value, struct sxlint_writer out, struct sxlint_error *error)
{
    if (value.kind == SX_ERROR)
        return api_fail(error, SXLINT_USAGE, "%.*s", SX_STR_ARG(value.str));
    SX_TRY(write_value(value, out, error));
    if (value.kind == SX_UNKNOWN)
        return api_fail(error, SXLINT_UNREADABLE, "the answer depends on what was not read");
    return true;
}

static bool evaluate(struct names *names, struct sx_str expression, struct sxlint_writer out,
                     struct sxlint_error *error)
{
    const struct sx_cel_env *rules = sx_scope_env(SX_SCOPE_ARTIFACT);
    struct sx_cel_env env = { .variables = names->variables.at,
                              .n_variables = names->variables.n,
                              .functions = rules->functions,
                              .n_functions = rules->n_functions };
    struct sx_requirement_asker asker;
    struct sx_cel_run run = { .arena = names->arena,
                              .steps = SX_MAX_ARTIFACT_STEPS,
                              .context = &asker };
    const struct sx_cel_program *program;
    struct sx_err err = { 0 };
    if (!sx_cel_compile(&env, expression, names->arena, &program, &err))
        return api_fail(error, SXLINT_USAGE, "%u:%u: %s", err.line, err.column, err.what);
    sx_requirement_asker_init(&asker, names->arena, names->run);
    return finish(sx_cel_eval(program, &run, names->values.at), out, error);
}

bool sxlint_eval(const struct sxlint_run *run, const char *expression, const char *bindings_json,
                 struct sxlint_writer out, struct sxlint_error *error)
{
    size_t n = run != NULL ? run->facts->artifacts.n : 1;
    for (size_t i = 0; i < n; i++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct names names = { .arena = arena, .run = run != NULL ? run->facts : NULL };
        if (run != NULL)
            add_facts(&names, run->facts, SX_AT(Artifact, run->facts->artifacts, i));
        SX_TRY(add_bindings(&names, bindings_json, error));
        SX_TRY(evaluate(&names, sx_str_of(expression), out, error));
    }
    return true;
}

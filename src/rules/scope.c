/* SPDX-License-Identifier: MIT */
#include "rules/scope.h"

#include "rules/judge.h"
#include "rules/names.h"

/* The names: number, text, type. */
#define OBJECT_OF(Type) .kind = SX_T_OBJECT, .object = &sx_type_##Type
static const struct sx_spec string = { .kind = SX_T_STRING }, code = { OBJECT_OF(Code) },
                            payload = { OBJECT_OF(Payload) }, dyn = { .kind = SX_T_DYN },
                            codes = { .kind = SX_T_LIST, .elem = &code };

#define ARTIFACT                                                                                   \
    "artifact",                                                                                    \
    {                                                                                              \
        OBJECT_OF(Artifact)                                                                        \
    }
#define CODE                                                                                       \
    "code",                                                                                        \
    {                                                                                              \
        OBJECT_OF(Code)                                                                            \
    }
#define HOST                                                                                       \
    "host",                                                                                        \
    {                                                                                              \
        OBJECT_OF(Code)                                                                            \
    }
#define SLICE                                                                                      \
    "slice",                                                                                       \
    {                                                                                              \
        OBJECT_OF(Slice)                                                                           \
    }
#define CLAIM                                                                                      \
    "claim",                                                                                       \
    {                                                                                              \
        OBJECT_OF(Claim)                                                                           \
    }
#define PROBLEM                                                                                    \
    "problem",                                                                                     \
    {                                                                                              \
        OBJECT_OF(Problem)                                                                         \
    }
#define PROFILE                                                                                    \
    "profile",                                                                                     \
    {                                                                                              \
        OBJECT_OF(Profile)                                                                         \
    }
#define JOB                                                                                        \
    "job",                                                                                         \
    {                                                                                              \
        OBJECT_OF(Job)                                                                             \
    }
#define PAYLOAD                                                                                    \
    "payload",                                                                                     \
    {                                                                                              \
        OBJECT_OF(Payload)                                                                         \
    }
#define CONFIGURATION                                                                              \
    "configuration",                                                                               \
    {                                                                                              \
        OBJECT_OF(Configuration)                                                                   \
    }
#define MEMBER                                                                                     \
    "member",                                                                                      \
    {                                                                                              \
        OBJECT_OF(Member)                                                                          \
    }
#define OLD                                                                                        \
    "old",                                                                                         \
    {                                                                                              \
        OBJECT_OF(Code)                                                                            \
    }
#define NEW                                                                                        \
    "new",                                                                                         \
    {                                                                                              \
        OBJECT_OF(Code)                                                                            \
    }
#define WAIVER                                                                                     \
    "waiver",                                                                                      \
    {                                                                                              \
        OBJECT_OF(Waiver)                                                                          \
    }
#define ACCEPTED                                                                                   \
    "accepted",                                                                                    \
    {                                                                                              \
        OBJECT_OF(Accepted)                                                                        \
    }
#define NOW                                                                                        \
    "now",                                                                                         \
    {                                                                                              \
        .kind = SX_T_TIMESTAMP                                                                     \
    }
#define CHANNEL                                                                                    \
    "channel",                                                                                     \
    {                                                                                              \
        .kind = SX_T_STRING, .enumeration = &sx_enumeration_Channel                                \
    }
#define OLDEST_MACOS                                                                               \
    "oldestMacos",                                                                                 \
    {                                                                                              \
        .kind = SX_T_STRING, .nullable = true                                                      \
    }
#define SHIPPED                                                                                    \
    "shipped",                                                                                     \
    {                                                                                              \
        .kind = SX_T_MAP, .key = &string, .elem = &codes                                           \
    }
#define PAYLOADS                                                                                   \
    "payloads",                                                                                    \
    {                                                                                              \
        .kind = SX_T_LIST, .elem = &payload                                                        \
    }
#define COUNT                                                                                      \
    "count",                                                                                       \
    {                                                                                              \
        .kind = SX_T_INT                                                                           \
    }
#define OFFENDING                                                                                  \
    "offending",                                                                                   \
    {                                                                                              \
        .kind = SX_T_LIST, .elem = &dyn                                                            \
    }
/* of a problem, which may hang elsewhere, or of a profile, which may lie loose */
#define SX_NAME_CODE_OR_NONE  SX_NAME_CODE
#define SX_NAME_SLICE_OR_NONE SX_NAME_SLICE
#define CODE_OR_NONE                                                                               \
    "code",                                                                                        \
    {                                                                                              \
        OBJECT_OF(Code), .nullable = true                                                          \
    }
#define SLICE_OR_NONE                                                                              \
    "slice",                                                                                       \
    {                                                                                              \
        OBJECT_OF(Slice), .nullable = true                                                         \
    }

static const struct sx_cel_variable names[SX_N_NAMES] = {
#define X(NAME) [SX_NAME_##NAME] = { NAME },
    X(ARTIFACT) X(CODE) X(HOST) X(SLICE) X(CLAIM) X(PROBLEM) X(PROFILE) X(JOB) X(PAYLOAD)
        X(CONFIGURATION) X(MEMBER) X(OLD) X(NEW) X(WAIVER) X(ACCEPTED) X(NOW) X(CHANNEL)
            X(OLDEST_MACOS) X(SHIPPED) X(PAYLOADS) X(COUNT) X(OFFENDING)
#undef X
};

/* The names of each scope, its subject first. */
#define SCOPES(SCOPE)                                                                              \
    SCOPE(ARTIFACT, "artifact", X(ARTIFACT))                                                       \
    SCOPE(CODE, "code", X(CODE) X(ARTIFACT))                                                       \
    SCOPE(SLICE, "slice", X(SLICE) X(CODE) X(ARTIFACT))                                            \
    SCOPE(EXTENSION, "extension", X(CODE) X(HOST) X(ARTIFACT))                                     \
    SCOPE(CLAIM, "claim", X(CLAIM) X(SLICE) X(CODE) X(ARTIFACT))                                   \
    SCOPE(PROBLEM, "problem", X(PROBLEM) X(SLICE_OR_NONE) X(CODE_OR_NONE) X(ARTIFACT))             \
    SCOPE(PROFILE, "profile", X(PROFILE) X(CODE_OR_NONE) X(ARTIFACT))                              \
    SCOPE(JOB, "job", X(JOB) X(ARTIFACT))                                                          \
    SCOPE(PAYLOAD, "payload", X(PAYLOAD) X(CONFIGURATION) X(ARTIFACT))                             \
    SCOPE(MEMBER, "member", X(MEMBER) X(ARTIFACT))                                                 \
    SCOPE(RELEASE, "release", X(NEW) X(OLD) X(ARTIFACT))                                           \
    SCOPE(REMOVAL, "removal", X(OLD) X(ARTIFACT))                                                  \
    SCOPE(WAIVER, "waiver", X(WAIVER))                                                             \
    SCOPE(BASELINE, "baseline", X(ACCEPTED))
/* What is bound everywhere; the last two in texts only. */
#define EVERYWHERE X(NOW) X(CHANNEL) X(OLDEST_MACOS) X(SHIPPED) X(PAYLOADS) X(COUNT) X(OFFENDING)

#define X(NAME) { NAME },
#define SCOPE(Scope, text, own)                                                                    \
    static const struct sx_cel_variable variables_##Scope[] = { own EVERYWHERE };                  \
    _Static_assert(SX_LEN(variables_##Scope) <= SX_MAX_VARIABLES, "room for every variable");
SCOPES(SCOPE)
#undef X
#undef SCOPE

#define X(NAME)                 SX_NAME_##NAME,
#define SCOPE(Scope, text, own) static const uint8_t numbers_##Scope[] = { own EVERYWHERE };
SCOPES(SCOPE)
#undef X
#undef SCOPE

const char *const sx_scope_names[SX_N_SCOPES] = {
#define SCOPE(Scope, text, own) [SX_SCOPE_##Scope] = text,
    SCOPES(SCOPE)
#undef SCOPE
};

static const struct scope {
    const uint8_t *numbers; /* enum sx_name */
    size_t n;
} scopes[SX_N_SCOPES] = {
#define SCOPE(Scope, text, own) [SX_SCOPE_##Scope] = { numbers_##Scope, SX_LEN(numbers_##Scope) },
    SCOPES(SCOPE)
#undef SCOPE
};

/* The last two names come with the later stages. */
#define STAGE(of, left_out)                                                                        \
    {                                                                                              \
        .variables = (of), .n_variables = SX_LEN(of) - (left_out), .functions = sx_rule_functions, \
        .n_functions = SX_N_RULE_FUNCTIONS                                                         \
    }
static const struct sx_cel_env envs[SX_N_SCOPES][SX_N_STAGES] = {
#define SCOPE(Scope, text, own)                                                                    \
    [SX_SCOPE_##Scope] = { [SX_STAGE_CONDITION] = STAGE(variables_##Scope, 2),                     \
                           [SX_STAGE_TEXT] = STAGE(variables_##Scope, 1),                          \
                           [SX_STAGE_OFFENDING] = STAGE(variables_##Scope, 0) },
    SCOPES(SCOPE)
#undef SCOPE
};

const struct sx_cel_env *sx_scope_env_at(enum sx_scope scope, enum sx_stage stage)
{
    return &envs[scope][stage];
}

const struct sx_cel_env *sx_scope_env(enum sx_scope scope)
{
    return sx_scope_env_at(scope, SX_STAGE_CONDITION);
}

void sx_scope_bind(enum sx_scope scope, const struct sx_bound *bound,
                   struct sx_value out[SX_MAX_VARIABLES])
{
    for (size_t i = 0; i < scopes[scope].n; i++)
        out[i] = bound->of[scopes[scope].numbers[i]];
}

enum sx_name sx_name_find(struct sx_str text)
{
    for (int i = 0; i < SX_NAME_COUNT; i++)
        if (sx_str_is(text, names[i].name))
            return (enum sx_name)i;
    return SX_N_NAMES;
}

const char *sx_name_text(enum sx_name name)
{
    return names[name].name;
}

const struct sx_spec *sx_name_spec(enum sx_name name)
{
    return &names[name].spec;
}

enum sx_name sx_scope_subject(enum sx_scope scope)
{
    return (enum sx_name)scopes[scope].numbers[0];
}

/* SPDX-License-Identifier: MIT */
/* The description tables, made from the rows of members.def, enums.def and problems.def. */
#include "facts/facts.h"

/* Enumerations: a table of values each. */
#define ENUMERATION(Name, PREFIX)        static const struct sx_enum_value values_##Name[] = {
#define V(PREFIX, C_NAME, name, meaning) { name, meaning },
#define END(Name)                                                                                  \
    }                                                                                              \
    ;                                                                                              \
    const struct sx_enumeration sx_enumeration_##Name = { #Name, values_##Name,                    \
                                                          SX_LEN(values_##Name) };
#include "facts/enums.def"
#undef ENUMERATION
#undef V
#undef END

static const struct sx_enum_value values_ProblemKind[] = {
#define P(C_NAME, name, symbol, owner, by, found) { name, found },
#include "facts/problems.def"
#undef P
};
const struct sx_enumeration sx_enumeration_ProblemKind = { "ProblemKind", values_ProblemKind,
                                                           SX_LEN(values_ProblemKind) };

const struct sx_enumeration *const sx_fact_enumerations[] = {
#define ENUMERATION(Name, PREFIX) &sx_enumeration_##Name,
#define V(PREFIX, C_NAME, name, meaning)
#define END(Name)
#include "facts/enums.def"
#undef ENUMERATION
#undef V
#undef END
    &sx_enumeration_ProblemKind,
};
const size_t sx_n_fact_enumerations = SX_LEN(sx_fact_enumerations);

/* Types of members. */
static const struct sx_spec dyn = { .kind = SX_T_DYN }, string = { .kind = SX_T_STRING },
                            integer = { .kind = SX_T_INT };

#define SPEC_STR(arg)    .kind = SX_T_STRING
#define SPEC_ENUM(arg)   .kind = SX_T_STRING, .enumeration = &sx_enumeration_##arg
#define SPEC_BOOL(arg)   .kind = SX_T_BOOL
#define SPEC_TRI(arg)    .kind = SX_T_BOOL
#define SPEC_INT(arg)    .kind = SX_T_INT
#define SPEC_OPTINT(arg) .kind = SX_T_INT
#define SPEC_TIME(arg)   .kind = SX_T_TIMESTAMP
#define SPEC_STRS(arg)   .kind = SX_T_LIST, .elem = &string
#define SPEC_ENUMS(arg)  .kind = SX_T_LIST, .elem = &spec_##arg
#define SPEC_INTS(arg)   .kind = SX_T_LIST, .elem = &integer
#define SPEC_DYNS(arg)   .kind = SX_T_LIST, .elem = &dyn
#define SPEC_MAP(arg)    .kind = SX_T_MAP, .key = &string, .elem = &dyn
#define SPEC_STRMAP(arg) .kind = SX_T_MAP, .key = &string, .elem = &string
#define SPEC_DYN(arg)    .kind = SX_T_DYN
#define SPEC_REF(arg)    .kind = SX_T_OBJECT, .object = &sx_type_##arg
#define SPEC_REFS(arg)   .kind = SX_T_LIST, .elem = &object_##arg

#define ENUMERATION(Name, PREFIX)                                                                  \
    static const struct sx_spec spec_##Name                                                        \
        __attribute__((unused)) = { .kind = SX_T_STRING, .enumeration = &sx_enumeration_##Name };
#define V(PREFIX, C_NAME, name, meaning)
#define END(Name)
#include "facts/enums.def"
#undef ENUMERATION
#undef V
#undef END

#define OBJECT(Type, meaning, identity, label)                                                     \
    static const struct sx_spec object_##Type                                                      \
        __attribute__((unused)) = { .kind = SX_T_OBJECT, .object = &sx_type_##Type };
#define MN(Type, field, member, REPR, arg, need, flags, meaning, source)
#define UNREAD(Type, meaning)
#define END(Type)
#include "facts/members.def"
#undef OBJECT
#undef MN
#undef UNREAD
#undef END

/* Members and types. */
#define REPR_STR    SX_R_STR
#define REPR_ENUM   SX_R_ENUM
#define REPR_BOOL   SX_R_BOOL
#define REPR_TRI    SX_R_TRI
#define REPR_INT    SX_R_INT
#define REPR_OPTINT SX_R_OPTINT
#define REPR_TIME   SX_R_TIME
#define REPR_STRS   SX_R_STRS
#define REPR_ENUMS  SX_R_STRS
#define REPR_INTS   SX_R_VALUES
#define REPR_DYNS   SX_R_VALUES
#define REPR_MAP    SX_R_MAP
#define REPR_STRMAP SX_R_MAP
#define REPR_DYN    SX_R_DYN
#define REPR_REF    SX_R_REF
#define REPR_REFS   SX_R_REFS
#define NEED_REQ    false
#define NEED_OPT    true
#define sx_Unread   sx_unread /* its struct stands in value/schema.h */

#define OBJECT(Type, meaning, identity, label) static const struct sx_member members_##Type[] = {
#define MN(Type, field, member, REPR, arg, need, member_flags, what, whence)                       \
    { .name = member,                                                                              \
      .spec = { SPEC_##REPR(arg), .nullable = NEED_##need },                                       \
      .repr = REPR_##REPR,                                                                         \
      .flags = (member_flags),                                                                     \
      .offset = offsetof(struct sx_##Type, field),                                                 \
      .meaning = what,                                                                             \
      .source = whence },
#define UNREAD(Type, what)                                                                         \
    { .name = "unread",                                                                            \
      .spec = { SPEC_REFS(Unread) },                                                               \
      .repr = SX_R_REFS,                                                                           \
      .offset = offsetof(struct sx_##Type, head.unread),                                           \
      .meaning = what,                                                                             \
      .source = "sxlint" },
#define END(Type)                                                                                  \
    }                                                                                              \
    ;                                                                                              \
    _Static_assert(SX_LEN(members_##Type) <= 64, "one bit a member in sx_object.unread_bits");
#include "facts/members.def"
#undef OBJECT
#undef MN
#undef UNREAD
#undef END

#define OBJECT(Type, what, id, tag)                                                                \
    const struct sx_type sx_type_##Type = { .name = #Type,                                         \
                                            .meaning = what,                                       \
                                            .members = members_##Type,                             \
                                            .n_members = SX_LEN(members_##Type),                   \
                                            .size = sizeof(struct sx_##Type),                      \
                                            .identity = id,                                        \
                                            .label = tag };
#define MN(Type, field, member, REPR, arg, need, flags, meaning, source)
#define UNREAD(Type, meaning)
#define END(Type)
#include "facts/members.def"
#undef OBJECT
#undef MN
#undef END

const struct sx_type *const sx_fact_types[] = {
#define OBJECT(Type, meaning, identity, label) &sx_type_##Type,
#define MN(Type, field, member, REPR, arg, need, flags, meaning, source)
#define END(Type)
#include "facts/members.def"
};
const size_t sx_n_fact_types = SX_LEN(sx_fact_types);

const struct sx_problem_kind *sx_problem_kind(enum sx_ProblemKind kind)
{
    enum {
        NOBODY = SX_BY_NOBODY,
        CODESIGN = SX_BY_CODESIGN,
        STRICT = SX_BY_STRICT,
        INSTALLER = SX_BY_INSTALLER,
        KERNEL = SX_BY_KERNEL,
        NOTARY = SX_BY_NOTARY,
        GATEKEEPER = SX_BY_GATEKEEPER
    };
    static const struct sx_problem_kind kinds[] = {
#define P(C_NAME, name, symbol, owner, by, found) { name, symbol, by },
#include "facts/problems.def"
#undef P
    };
    return &kinds[kind - 1];
}

void sx_fact_unread(struct sx_object *object, struct sx_arena *arena, const char *member,
                    enum sx_unread_state state, struct sx_str reason, int64_t offset)
{
    sx_object_set_unread(object, arena, &sx_type_Unread, member, state, reason, offset);
}

struct sx_str sx_enum_name(const struct sx_enumeration *enumeration, uint16_t number)
{
    if (number == 0)
        return (struct sx_str){ 0 };
    return sx_str_of(enumeration->at[number - 1].name);
}

uint16_t sx_enum_number(const struct sx_enumeration *enumeration, const char *name)
{
    for (size_t i = 0; i < enumeration->n; i++)
        if (strcmp(enumeration->at[i].name, name) == 0)
            return (uint16_t)(i + 1);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* What is known of an artifact: plain structs, described row by row in members.def.
 *
 * Facts hold no judgement ("flags are adhoc", not "this is bad"), keep the place they came
 * from, live in the arena of a run and are const once filled, but for lazy members, which
 * fill on first use. Members are spelled as the schema spells them, so that one name is
 * searched for everywhere. */
#pragma once
#include "value/schema.h"

/* One enum an enumeration, 0 = absent: enum sx_CodeKind { SX_CODE_KIND_APP = 1, ... }. */
#define ENUMERATION(Name, PREFIX)                                                                  \
    enum sx_##Name                                                                                 \
    {                                                                                              \
        SX_##PREFIX##_ABSENT = 0,
#define V(PREFIX, C_NAME, name, meaning) SX_##PREFIX##_##C_NAME,
#define END(Name)                                                                                  \
    SX_##Name##_END                                                                                \
    }                                                                                              \
    ;
#include "facts/enums.def"
#undef ENUMERATION
#undef V
#undef END

enum sx_ProblemKind {
    SX_PROBLEM_ABSENT = 0,
#define P(C_NAME, name, symbol, owner, by, found) SX_PROBLEM_##C_NAME,
#include "facts/problems.def"
#undef P
    SX_ProblemKind_END
};

/* Who refuses code for a problem. */
enum sx_refused_by {
    SX_BY_NOBODY = 0,
    SX_BY_CODESIGN = 1,
    SX_BY_STRICT = 2,
    SX_BY_INSTALLER = 4,
    SX_BY_KERNEL = 8,
    SX_BY_NOTARY = 16,
    SX_BY_GATEKEEPER = 32,
};

struct sx_problem_kind {
    const char *name, *symbol; /* symbol: NULL where Apple has none */
    unsigned refused_by;       /* enum sx_refused_by, or-ed */
};
const struct sx_problem_kind *sx_problem_kind(enum sx_ProblemKind kind);

/* How each representation is stored; the argument names the object of REF. */
#define SX_FIELD_STR(name, arg)    struct sx_str name;
#define SX_FIELD_ENUM(name, arg)   uint16_t name; /* enum sx_<arg> */
#define SX_FIELD_BOOL(name, arg)   bool name;
#define SX_FIELD_TRI(name, arg)    uint8_t name; /* enum sx_tri */
#define SX_FIELD_INT(name, arg)    int64_t name;
#define SX_FIELD_OPTINT(name, arg) struct sx_opt_int name;
#define SX_FIELD_TIME(name, arg)   struct sx_opt_time name;
#define SX_FIELD_STRS(name, arg)   struct sx_strs name;
#define SX_FIELD_ENUMS(name, arg)  struct sx_strs name; /* names of values of <arg> */
#define SX_FIELD_INTS(name, arg)   struct sx_values name;
#define SX_FIELD_DYNS(name, arg)   struct sx_values name;
#define SX_FIELD_MAP(name, arg)    const struct sx_map *name;
#define SX_FIELD_STRMAP(name, arg) const struct sx_map *name;
#define SX_FIELD_DYN(name, arg)    struct sx_value name;
#define SX_FIELD_REF(name, arg)    const struct sx_##arg *name;
#define SX_FIELD_REFS(name, arg)   struct sx_objs name; /* struct sx_<arg> each */

#define SX_STRUCTS
#define OBJECT(Type, meaning, identity, label) struct sx_##Type;
#define MN(Type, field, member, REPR, arg, need, flags, meaning, source)
#define UNREAD(Type, meaning)
#define END(Type)
#include "facts/members.def"
#undef OBJECT
#undef MN
#undef UNREAD
#undef END

#define OBJECT(Type, meaning, identity, label)                                                     \
    struct sx_##Type {                                                                             \
        struct sx_object head;
#define MN(Type, field, member, REPR, arg, need, flags, meaning, source) SX_FIELD_##REPR(field, arg)
#define UNREAD(Type, meaning)                                            /* head.unread */
#define END(Type)                                                                                  \
    }                                                                                              \
    ;
#include "facts/members.def"
#undef OBJECT
#undef MN
#undef UNREAD
#undef END
#undef SX_STRUCTS

/* The types: sx_type_Code and so on. */
#define OBJECT(Type, meaning, identity, label) extern const struct sx_type sx_type_##Type;
#define MN(Type, field, member, REPR, arg, need, flags, meaning, source)
#define UNREAD(Type, meaning)
#define END(Type)
#include "facts/members.def"
#undef OBJECT
#undef MN
#undef UNREAD
#undef END

/* All of them, in the order of members.def. */
extern const struct sx_type *const sx_fact_types[];
extern const size_t sx_n_fact_types;
extern const struct sx_enumeration *const sx_fact_enumerations[];
extern const size_t sx_n_fact_enumerations;

/* SX_FACT(arena, Code) is a new struct sx_Code with nothing known of it. */
#define SX_FACT(arena, Type) ((struct sx_##Type *)sx_object_new((arena), &sx_type_##Type))
/* SX_AT(Code, list, i) is the i-th object of a list of facts. */
#define SX_AT(Type, list, i) ((const struct sx_##Type *)(list).at[i])

/* sx_fact_unread marks a member of any fact unread: its state is BROKEN, NOT_EXAMINED or
 * OUT_OF_REACH, and `reason` complete enough to print. `offset` is -1 when there is none. */
void sx_fact_unread(struct sx_object *object, struct sx_arena *arena, const char *member,
                    enum sx_unread_state state, struct sx_str reason, int64_t offset);

/* sx_enum_number finds a value of an enumeration by name; 0 when there is none. */
uint16_t sx_enum_number(const struct sx_enumeration *enumeration, const char *name);
/* sx_enum_name gives the name of an enumeration's value, absent text for 0. */
struct sx_str sx_enum_name(const struct sx_enumeration *enumeration, uint16_t number);
#define ENUMERATION(Name, PREFIX)                                                                  \
    extern const struct sx_enumeration sx_enumeration_##Name;                                      \
    static inline struct sx_str sx_##Name##_name(enum sx_##Name v)                                 \
    {                                                                                              \
        return sx_enum_name(&sx_enumeration_##Name, (uint16_t)v);                                  \
    }
#define V(PREFIX, C_NAME, name, meaning)
#define END(Name)
#include "facts/enums.def"
#undef ENUMERATION
#undef V
#undef END
extern const struct sx_enumeration sx_enumeration_ProblemKind;

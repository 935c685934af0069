/* SPDX-License-Identifier: MIT */
/* A small world for the tests of cel: one type of object with a member of each kind, an
 * environment around it, and values as text. Each test file includes this once. */
#pragma once
#include "cel/cel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include <stdio.h>

static const struct sx_enum_value colour_values[] = { { "red", "" },
                                                      { "green", "" },
                                                      { "light-blue", "" } };
static const struct sx_enumeration colour = { "Colour", colour_values, SX_LEN(colour_values) };

struct thing {
    struct sx_object head;
    struct sx_str name, team;
    uint16_t colour;
    struct sx_strs colours, words;
    const struct sx_map *info;
    struct sx_objs parts;
    const struct thing *owner;
    int64_t size;
    struct sx_opt_time made;
    uint8_t tame;
    struct sx_str hidden; /* unread in every thing of these tests */
};

extern const struct sx_type thing_type;
static const struct sx_spec t_string = { .kind = SX_T_STRING };
static const struct sx_spec t_dyn = { .kind = SX_T_DYN };
static const struct sx_spec t_thing = { .kind = SX_T_OBJECT, .object = &thing_type };
static const struct sx_spec t_colour = { .kind = SX_T_STRING, .enumeration = &colour };

#define MEMBER(member, repr, ...)                                                                  \
    {                                                                                              \
#member, __VA_ARGS__, repr, 0, offsetof(struct thing, member), "", ""                      \
    }
static const struct sx_member thing_members[] = {
    MEMBER(name, SX_R_STR, { .kind = SX_T_STRING }),
    MEMBER(team, SX_R_STR, { .kind = SX_T_STRING, .nullable = true }),
    MEMBER(colour, SX_R_ENUM, { .kind = SX_T_STRING, .enumeration = &colour }),
    MEMBER(colours, SX_R_STRS, { .kind = SX_T_LIST, .elem = &t_colour }),
    MEMBER(words, SX_R_STRS, { .kind = SX_T_LIST, .elem = &t_string }),
    MEMBER(info, SX_R_MAP, { .kind = SX_T_MAP, .key = &t_string, .elem = &t_dyn }),
    MEMBER(parts, SX_R_REFS, { .kind = SX_T_LIST, .elem = &t_thing }),
    MEMBER(owner, SX_R_REF, { .kind = SX_T_OBJECT, .nullable = true, .object = &thing_type }),
    MEMBER(size, SX_R_INT, { .kind = SX_T_INT }),
    MEMBER(made, SX_R_TIME, { .kind = SX_T_TIMESTAMP, .nullable = true }),
    MEMBER(tame, SX_R_TRI, { .kind = SX_T_BOOL, .nullable = true }),
    MEMBER(hidden, SX_R_STR, { .kind = SX_T_STRING, .nullable = true }),
};
#undef MEMBER
const struct sx_type thing_type = { .name = "Thing",
                                    .meaning = "",
                                    .members = thing_members,
                                    .n_members = SX_LEN(thing_members),
                                    .size = sizeof(struct thing),
                                    .identity = "name",
                                    .label = "name" };

/* A list of things by name, for functions with type parameters. */
static const struct sx_spec t_things = { .kind = SX_T_LIST, .elem = &t_thing };

static const struct sx_cel_variable variables[] = {
    { "thing", { .kind = SX_T_OBJECT, .object = &thing_type } },
    { "nobody", { .kind = SX_T_OBJECT, .nullable = true, .object = &thing_type } },
    { "unknown", { .kind = SX_T_DYN } },
    { "things", { .kind = SX_T_MAP, .key = &t_string, .elem = &t_things } },
    { "any", { .kind = SX_T_DYN } },
};
enum { THING, NOBODY, UNKNOWN, THINGS, ANY, N_VARIABLES };

/* x.get(string, A) -> A */
static inline struct sx_value get(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    const struct sx_value *found =
        args[0].kind == SX_MAP ? sx_map_get(args[0].map, args[1].str) : NULL;
    return found != NULL && found->kind == args[2].kind ? *found : args[2];
}

/* weight(Thing) -> int, for overloads on objects */
static inline struct sx_value weight(struct sx_cel_run *run, const struct sx_value *args)
{
    const struct thing *t = (const struct thing *)args[0].object;
    return t->size < 0 ? sx_cel_error(run, "no weight") : sx_int(t->size * 2);
}

static const struct sx_cel_function functions[] = {
    { .name = "get",
      .is_member = true,
      .n_args = 3,
      .args = { { .kind = SX_T_DYN }, { .kind = SX_T_STRING }, { .kind = SX_T_PARAM } },
      .result = { .kind = SX_T_PARAM },
      .call = get },
    { .name = "weight",
      .n_args = 1,
      .args = { { .kind = SX_T_OBJECT, .object = &thing_type } },
      .result = { .kind = SX_T_INT },
      .call = weight },
};

static const struct sx_cel_env env = { .variables = variables,
                                       .n_variables = SX_LEN(variables),
                                       .functions = functions,
                                       .n_functions = SX_LEN(functions) };

static inline struct thing *new_thing(struct sx_arena *arena, const char *name)
{
    static const struct sx_unread unread = { .what = { "hidden", 6 },
                                             .state = SX_UNREAD_NOT_EXAMINED,
                                             .reason = { "too deep", 8 } };
    static const struct sx_object *const unreads[] = { &unread.head };
    struct thing *t = sx_object_new(arena, &thing_type);
    t->name = sx_str_of(name);
    t->head.unread_bits = (uint64_t)1 << (SX_LEN(thing_members) - 1);
    t->head.unread = (struct sx_objs){ unreads, 1 };
    return t;
}

/* The value of each variable: a red thing with two parts, of which the second has no team. */
static inline void fill(struct sx_arena *arena, struct sx_value values[N_VARIABLES])
{
    static const struct sx_str colours[] = { { "red", 3 }, { "green", 5 } };
    static const struct sx_str words[] = { { "one", 3 }, { "two", 3 }, { "three", 5 } };
    struct thing *thing = new_thing(arena, "cat"), *head = new_thing(arena, "head"),
                 *tail = new_thing(arena, "tail");
    thing->team = head->team = sx_str_of("A1");
    thing->colour = 1;
    head->colour = 2;
    thing->size = 7;
    thing->colours = (struct sx_strs){ colours, SX_LEN(colours) };
    thing->words = (struct sx_strs){ words, SX_LEN(words) };
    thing->tame = SX_TRI_TRUE;
    const struct sx_object **parts = SX_NEW_N(arena, const struct sx_object *, 2);
    parts[0] = &head->head;
    parts[1] = &tail->head;
    thing->parts = (struct sx_objs){ parts, 2 };
    head->owner = tail->owner = thing;

    struct sx_entry *info = SX_NEW_N(arena, struct sx_entry, 3);
    info[0] = (struct sx_entry){ sx_string(SX_STR("name")), sx_string(SX_STR("Tom")) };
    info[0].value.pos = 31;
    info[0].key.pos = 11;
    info[1] = (struct sx_entry){ sx_string(SX_STR("lives")), sx_int(9) };
    info[2] = (struct sx_entry){ sx_string(SX_STR("nothing")), sx_null() };
    thing->info = sx_map_new(arena, info, 3);

    struct sx_entry *by_name = SX_NEW(arena, struct sx_entry);
    *by_name = (struct sx_entry){ sx_string(SX_STR("cat")), sx_list_objects(parts, 2) };
    values[THING] = sx_object_value(&thing->head);
    values[NOBODY] = sx_null();
    values[UNKNOWN] = (struct sx_value){ .kind = SX_UNKNOWN };
    values[THINGS] = sx_map_value(sx_map_new(arena, by_name, 1));
    values[ANY] = values[THING];
}

/* A value as text: true, 1, 1u, 'a', b'a', [..], {..}, Thing(cat), type int, unknown, error: .. */
static inline void put_value(struct sx_buf *out, struct sx_value v)
{
    switch ((enum sx_kind)v.kind) {
    case SX_NULL:
        sx_buf_cstr(out, "null");
        break;
    case SX_BOOL:
        sx_buf_cstr(out, v.b ? "true" : "false");
        break;
    case SX_INT:
        sx_buf_printf(out, "%lld", (long long)v.i);
        break;
    case SX_UINT:
        sx_buf_printf(out, "%lluu", (unsigned long long)v.u);
        break;
    case SX_DOUBLE:
        sx_buf_printf(out, "%g", v.d);
        break;
    case SX_STRING:
    case SX_BYTES:
        sx_buf_printf(out, "%s'%.*s'", v.kind == SX_BYTES ? "b" : "", SX_STR_ARG(v.str));
        break;
    case SX_TIMESTAMP:
    case SX_DURATION:
        sx_buf_printf(out, "%lld.%09d", (long long)v.time.seconds, (int)v.time.nanos);
        break;
    case SX_LIST:
        sx_buf_char(out, '[');
        for (size_t i = 0; i < v.list.n; i++) {
            sx_buf_cstr(out, i > 0 ? ", " : "");
            put_value(out, sx_list_at(v, i));
        }
        sx_buf_char(out, ']');
        break;
    case SX_MAP:
        sx_buf_char(out, '{');
        for (size_t i = 0; i < v.map->n; i++) {
            sx_buf_cstr(out, i > 0 ? ", " : "");
            put_value(out, v.map->at[i].key);
            sx_buf_cstr(out, ": ");
            put_value(out, v.map->at[i].value);
        }
        sx_buf_char(out, '}');
        break;
    case SX_OBJECT:
        sx_buf_printf(out, "%s(%.*s)", v.object->type->name, SX_STR_ARG(sx_object_label(v.object)));
        break;
    case SX_TYPE:
        sx_buf_printf(out, "type %.*s", SX_STR_ARG(v.str));
        break;
    case SX_UNKNOWN:
        sx_buf_cstr(out, "unknown");
        break;
    case SX_ERROR:
        sx_buf_printf(out, "error: %.*s", SX_STR_ARG(v.str));
        break;
    }
}

static inline const struct sx_cel_program *compile(const struct sx_cel_env *e, const char *text,
                                                   struct sx_arena *arena)
{
    struct sx_err err = { 0 };
    const struct sx_cel_program *program = NULL;
    if (!sx_cel_compile(e, sx_str_of(text), arena, &program, &err))
        fail_msg("%s\n%u:%u: %s", text, err.line, err.column, err.what);
    return program;
}

/* A row: an expression, and what it evaluates to. One that begins with "error" matches a
 * beginning. */
struct row {
    const char *text, *wanted;
};

static inline void evaluates(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf found = { 0 };
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    const struct sx_cel_program *program = compile(&env, row->text, arena);
    struct sx_cel_run run = { .arena = arena, .steps = 200000 };
    put_value(&found, sx_cel_eval(program, &run, values));
    sx_buf_char(&found, '\0');
    size_t n = strncmp(row->wanted, "error", 5) == 0 ? strlen(row->wanted) : found.len;
    if (strncmp(found.ptr, row->wanted, n) != 0)
        fail_msg("%s\nwanted %s\nfound  %s", row->text, row->wanted, found.ptr);
}

/* The name of a test whose row is a text: one line, and nothing that means something in TAP. */
static inline const char *test_name(const char *text)
{
    static char names[1024][64];
    static size_t n;
    char *name = names[n++];
    snprintf(name, sizeof(names[0]), "%s", text);
    for (size_t i = 0; name[i] != '\0'; i++)
        if (name[i] < ' ' || name[i] > '~' || name[i] == '#')
            name[i] = '_';
    return name;
}

/* Adds a test for each row of a table. */
#define ADD_ROWS(tests, n, rows, function)                                                         \
    for (size_t i = 0; i < SX_LEN(rows); i++)                                                      \
        (tests)[(n)++] = (struct CMUnitTest)                                                       \
        {                                                                                          \
            test_name((rows)[i].text), function, NULL, NULL, (void *)&(rows)[i]                    \
        }

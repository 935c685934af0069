/* SPDX-License-Identifier: MIT */
/* Any text as an expression, in a small world of objects. What must hold of it:
 *
 *   - a refusal says why, and points into the text;
 *   - a program gives the same result each time;
 *   - a result has the type that the checker promised;
 *   - without the check, it is the same result: the checker only refuses;
 *   - with fewer steps, it is the same result, or an error, or unknown. */
#include "cel/cel.h"

#include <stdlib.h>

enum { STEPS = 4000 };

static const struct sx_enum_value colours[] = { { "red", "" }, { "blue", "" } };
static const struct sx_enumeration colour = { "Colour", colours, SX_LEN(colours) };

struct thing {
    struct sx_object head;
    struct sx_str name, team, hidden;
    uint16_t colour;
    int64_t size;
    struct sx_strs words;
    struct sx_objs parts;
    const struct sx_map *info;
};

static const struct sx_type thing_type;
static const struct sx_spec t_string = { .kind = SX_T_STRING };
static const struct sx_spec t_dyn = { .kind = SX_T_DYN };
static const struct sx_spec t_thing = { .kind = SX_T_OBJECT, .object = &thing_type };

#define MEMBER(member, repr, ...)                                                                  \
    {                                                                                              \
#member, __VA_ARGS__, repr, 0, offsetof(struct thing, member), "", ""                      \
    }
static const struct sx_member members[] = {
    MEMBER(hidden, SX_R_STR, { .kind = SX_T_STRING, .nullable = true }),
    MEMBER(name, SX_R_STR, { .kind = SX_T_STRING }),
    MEMBER(team, SX_R_STR, { .kind = SX_T_STRING, .nullable = true }),
    MEMBER(colour, SX_R_ENUM, { .kind = SX_T_STRING, .enumeration = &colour }),
    MEMBER(size, SX_R_INT, { .kind = SX_T_INT }),
    MEMBER(words, SX_R_STRS, { .kind = SX_T_LIST, .elem = &t_string }),
    MEMBER(parts, SX_R_REFS, { .kind = SX_T_LIST, .elem = &t_thing }),
    MEMBER(info, SX_R_MAP, { .kind = SX_T_MAP, .key = &t_string, .elem = &t_dyn }),
};
static const struct sx_type thing_type = { .name = "Thing",
                                           .meaning = "",
                                           .members = members,
                                           .n_members = SX_LEN(members),
                                           .size = sizeof(struct thing),
                                           .label = "name" };

static const struct sx_cel_variable variables[] = {
    { "t", { .kind = SX_T_OBJECT, .object = &thing_type } },
    { "none", { .kind = SX_T_OBJECT, .nullable = true, .object = &thing_type } },
    { "u", { .kind = SX_T_DYN } },
    { "s", { .kind = SX_T_STRING } },
    { "a.b", { .kind = SX_T_INT } },
};
enum { THING, NONE, UNKNOWN, TEXT, DOTTED, N_VARIABLES };

static struct sx_value get(struct sx_cel_run *run, const struct sx_value *args)
{
    (void)run;
    const struct sx_value *found =
        args[0].kind == SX_MAP ? sx_map_get(args[0].map, args[1].str) : NULL;
    return found != NULL && found->kind == args[2].kind ? *found : args[2];
}

static const struct sx_cel_function functions[] = {
    { .name = "get",
      .is_member = true,
      .n_args = 3,
      .args = { { .kind = SX_T_DYN }, { .kind = SX_T_STRING }, { .kind = SX_T_PARAM } },
      .result = { .kind = SX_T_PARAM },
      .call = get },
};

static const struct sx_cel_env checked = { .variables = variables,
                                           .n_variables = SX_LEN(variables),
                                           .functions = functions,
                                           .n_functions = SX_LEN(functions) };

static struct thing *new_thing(struct sx_arena *arena, const char *name)
{
    struct thing *t = sx_object_new(arena, &thing_type);
    t->name = sx_str_of(name);
    t->colour = 1;
    t->head.unread_bits = 1; /* hidden */
    return t;
}

static void fill(struct sx_arena *arena, struct sx_value values[N_VARIABLES])
{
    static const struct sx_str words[] = { { "one", 3 }, { "two", 3 }, { "\xff", 1 } };
    struct thing *t = new_thing(arena, "cat"), *part = new_thing(arena, "tail");
    t->team = sx_str_of("A1");
    t->size = 3;
    t->words = (struct sx_strs){ words, SX_LEN(words) };
    const struct sx_object **parts = SX_NEW(arena, const struct sx_object *);
    parts[0] = &part->head;
    t->parts = (struct sx_objs){ parts, 1 };
    struct sx_entry *info = SX_NEW_N(arena, struct sx_entry, 2);
    info[0] = (struct sx_entry){ sx_string(SX_STR("a")), sx_int(1) };
    info[1] = (struct sx_entry){ sx_string(SX_STR("b")), sx_list_strs(t->words) };
    t->info = sx_map_new(arena, info, 2);
    values[THING] = sx_object_value(&t->head);
    values[NONE] = sx_null();
    values[UNKNOWN] = (struct sx_value){ .kind = SX_UNKNOWN };
    values[TEXT] = sx_string(SX_STR("a\xc3\xa9\xf0\x9f\x90\xb1"));
    values[DOTTED] = sx_int(7);
}

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Equal, as far as `*left` comparisons show: lists may share their elements without end. */
static bool same(struct sx_value a, struct sx_value b, unsigned *left)
{
    if (a.kind != b.kind)
        return false;
    if (*left == 0 || --*left == 0)
        return true;
    bool equal = true;
    if (a.kind == SX_DOUBLE)
        return memcmp(&a.d, &b.d, sizeof(a.d)) == 0 || a.d == b.d || (a.d != a.d && b.d != b.d);
    if (a.kind == SX_UNKNOWN || a.kind == SX_ERROR)
        return true;
    if (a.kind == SX_LIST) {
        equal = a.list.n == b.list.n;
        for (size_t i = 0; equal && i < a.list.n; i++)
            equal = same(sx_list_at(a, i), sx_list_at(b, i), left);
        return equal;
    }
    if (a.kind != SX_MAP)
        return sx_value_eq(a, b);
    equal = a.map->n == b.map->n;
    for (size_t i = 0; equal && i < a.map->n; i++)
        equal = same(a.map->at[i].key, b.map->at[i].key, left) &&
                same(a.map->at[i].value, b.map->at[i].value, left);
    return equal;
}

/* Has the value the type, and what it holds the types in it? */
static bool has_type(struct sx_value v, const struct sx_spec *type, unsigned *left)
{
    static const uint8_t kinds[] = {
        [SX_T_NULL] = SX_NULL,         [SX_T_BOOL] = SX_BOOL,
        [SX_T_INT] = SX_INT,           [SX_T_UINT] = SX_UINT,
        [SX_T_DOUBLE] = SX_DOUBLE,     [SX_T_STRING] = SX_STRING,
        [SX_T_BYTES] = SX_BYTES,       [SX_T_TIMESTAMP] = SX_TIMESTAMP,
        [SX_T_DURATION] = SX_DURATION, [SX_T_LIST] = SX_LIST,
        [SX_T_MAP] = SX_MAP,           [SX_T_OBJECT] = SX_OBJECT,
        [SX_T_TYPE] = SX_TYPE,
    };
    if (type->kind == SX_T_DYN || *left == 0 || --*left == 0)
        return true;
    if (v.kind == SX_NULL && type->nullable)
        return true;
    bool ok = v.kind == kinds[type->kind] &&
              (type->kind != SX_T_OBJECT || v.object->type == type->object);
    for (size_t i = 0; ok && v.kind == SX_LIST && i < v.list.n; i++)
        ok = has_type(sx_list_at(v, i), type->elem, left);
    for (size_t i = 0; ok && v.kind == SX_MAP && i < v.map->n; i++)
        ok = has_type(v.map->at[i].key, type->key, left) &&
             has_type(v.map->at[i].value, type->elem, left);
    return ok;
}

/* Evaluates; an answer for which the steps may not have sufficed counts as an error. */
static struct sx_value eval(const struct sx_cel_program *program, struct sx_arena *arena,
                            uint64_t steps, const struct sx_value *values)
{
    struct sx_cel_run run = { .arena = arena, .steps = steps };
    struct sx_value v = sx_cel_eval(program, &run, values);
    if (v.kind == SX_ERROR)
        must(v.str.len > 0 && v.pos > 0);
    return v.kind == SX_UNKNOWN && run.steps == 0 ? sx_cel_error(&run, "exhausted") : v;
}

static bool is_answer(struct sx_value v)
{
    return v.kind != SX_ERROR && v.kind != SX_UNKNOWN;
}

static void judge(const struct sx_cel_program *program, struct sx_str text, struct sx_arena *arena)
{
    struct sx_value values[N_VARIABLES];
    fill(arena, values);
    struct sx_value v = eval(program, arena, STEPS, values);
    unsigned left = 1000;
    must(same(v, eval(program, arena, STEPS, values), &left));
    left = 1000;
    must(!is_answer(v) || has_type(v, sx_cel_type(program), &left));

    struct sx_value early = eval(program, arena, STEPS / 50, values);
    left = 1000;
    must(!is_answer(early) || same(v, early, &left));

    struct sx_cel_env env = checked;
    env.no_check = true;
    struct sx_err err = { 0 };
    const struct sx_cel_program *loose;
    must(sx_cel_compile(&env, text, arena, &loose, &err));
    struct sx_value again = eval(loose, arena, 4 * STEPS, values);
    left = 1000;
    must(!is_answer(v) || same(v, again, &left));

    const struct sx_cel_program *offending = sx_cel_offending(program, arena);
    if (offending != NULL)
        (void)eval(offending, arena, STEPS, values); /* that it ends is the point */
    (void)sx_cel_literals(program, "t.name", arena);
    (void)sx_cel_mentions(program, &thing_type, "name");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str text = sx_str_of_span((struct sx_span){ data, size, 0 });
    struct sx_err err = { 0 };
    const struct sx_cel_program *program;
    if (sx_cel_compile(&checked, text, arena, &program, &err))
        judge(program, text, arena);
    else
        must(err.code != SX_OK && err.what[0] != '\0' && err.line > 0 && err.column > 0 &&
             err.off <= size);
    return 0;
}

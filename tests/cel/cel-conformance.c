/* SPDX-License-Identifier: MIT */
/* Runs conformance cases of the Common Expression Language: the .jsonl files of
 * FOLDER, one JSON object a line (README.md in tests/cel/cases says what a case holds).
 *
 *   cel-conformance FOLDER
 *
 * Prints each failure, then "N passed, N failed". Exits with 1 when any case failed, or when there
 * were none. */
#include "cel/cel.h"
#include "cel/number.h"

#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_BINDINGS = 32, STEPS = 200000 };

struct tally {
    unsigned passed, failed;
};

SX_NORETURN static void die(const char *what, const char *why)
{
    fprintf(stderr, "cel-conformance: %s: %s\n", what, why != NULL ? why : "");
    exit(2);
}

static struct sx_str text_of(struct sx_arena *arena, const json_t *v)
{
    return sx_str_dup(arena, (struct sx_str){ json_string_value(v), json_string_length(v) });
}

static struct sx_value null_of(struct sx_arena *arena, const json_t *v)
{
    (void)arena;
    (void)v;
    return sx_null();
}

static struct sx_value bool_of(struct sx_arena *arena, const json_t *v)
{
    (void)arena;
    return sx_bool(json_is_true(v));
}

/* Numbers are written as text, so that 64 bits survive JSON. */
static struct sx_value int_of(struct sx_arena *arena, const json_t *v)
{
    int64_t i;
    if (!sx_cel_int_of(text_of(arena, v), &i))
        die("no int", json_dumps(v, JSON_ENCODE_ANY));
    return sx_int(i);
}

static struct sx_value uint_of(struct sx_arena *arena, const json_t *v)
{
    uint64_t u;
    if (!sx_cel_uint_of(text_of(arena, v), &u))
        die("no uint", json_dumps(v, JSON_ENCODE_ANY));
    return sx_uint(u);
}

static struct sx_value double_of(struct sx_arena *arena, const json_t *v)
{
    double d;
    if (!sx_cel_double_of(text_of(arena, v), &d))
        die("no double", json_dumps(v, JSON_ENCODE_ANY));
    return sx_double(d);
}

static struct sx_value string_of(struct sx_arena *arena, const json_t *v)
{
    return sx_string(text_of(arena, v));
}

static struct sx_value type_of(struct sx_arena *arena, const json_t *v)
{
    return (struct sx_value){ .kind = SX_TYPE, .str = text_of(arena, v) };
}

static int digit_of(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c);
    return c != '\0' && at != NULL ? (int)(at - digits) : 0;
}

static struct sx_value bytes_of(struct sx_arena *arena, const json_t *v)
{
    size_t n = json_string_length(v) / 2;
    char *bytes = sx_arena_alloc(arena, n + 1);
    const char *hex = json_string_value(v);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1]));
    return sx_bytes((struct sx_str){ bytes, n });
}

static struct sx_value value_of(struct sx_arena *arena, const json_t *typed);

static struct sx_value list_of(struct sx_arena *arena, const json_t *v)
{
    size_t n = json_array_size(v);
    struct sx_value *items = SX_NEW_N(arena, struct sx_value, n);
    for (size_t i = 0; i < n; i++)
        items[i] = value_of(arena, json_array_get(v, i));
    return sx_list_values(items, n);
}

static struct sx_value map_of(struct sx_arena *arena, const json_t *v)
{
    size_t n = json_array_size(v);
    struct sx_entry *entries = SX_NEW_N(arena, struct sx_entry, n);
    for (size_t i = 0; i < n; i++) {
        const json_t *pair = json_array_get(v, i);
        entries[i] = (struct sx_entry){ value_of(arena, json_array_get(pair, 0)),
                                        value_of(arena, json_array_get(pair, 1)) };
    }
    return sx_map_value(sx_map_new(arena, entries, n));
}

/* {"int": "42"} */
static struct sx_value value_of(struct sx_arena *arena, const json_t *typed)
{
    static const struct {
        const char *type;
        struct sx_value (*read)(struct sx_arena *arena, const json_t *v);
    } types[] = {
        { "null", null_of },   { "bool", bool_of },     { "int", int_of },
        { "uint", uint_of },   { "double", double_of }, { "string", string_of },
        { "bytes", bytes_of }, { "list", list_of },     { "map", map_of },
        { "type", type_of },
    };
    for (size_t i = 0; i < SX_LEN(types); i++) {
        const json_t *v = json_object_get(typed, types[i].type);
        if (v != NULL)
            return types[i].read(arena, v);
    }
    die("a value of no known type", json_dumps(typed, JSON_ENCODE_ANY));
}

/* The same value of the same type; a NaN is a NaN. */
static bool same(struct sx_value a, struct sx_value b)
{
    if (a.kind != b.kind)
        return false;
    if (a.kind == SX_DOUBLE)
        return a.d == b.d || (isnan(a.d) && isnan(b.d));
    if (a.kind == SX_LIST) {
        for (size_t i = 0; a.list.n == b.list.n && i < a.list.n; i++)
            if (!same(sx_list_at(a, i), sx_list_at(b, i)))
                return false;
        return a.list.n == b.list.n;
    }
    if (a.kind != SX_MAP)
        return sx_value_eq(a, b);
    for (size_t i = 0; a.map->n == b.map->n && i < a.map->n; i++) {
        const struct sx_value *other = NULL;
        for (size_t j = 0; other == NULL && j < b.map->n; j++)
            if (same(a.map->at[i].key, b.map->at[j].key))
                other = &b.map->at[j].value;
        if (other == NULL || !same(a.map->at[i].value, *other))
            return false;
    }
    return a.map->n == b.map->n;
}

/* Variables are dyn: a case says what is bound, not what was declared. */
static size_t bind(struct sx_arena *arena, const json_t *test, struct sx_cel_variable *variables,
                   struct sx_value *values)
{
    size_t n = 0;
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(test, "bindings"), name, value)
    {
        if (n == MAX_BINDINGS)
            die(name, "too many bindings");
        variables[n] = (struct sx_cel_variable){ name, { .kind = SX_T_DYN } };
        values[n++] = value_of(arena, value);
    }
    return n;
}

/* Evaluates a case; a program that does not compile is an error too. */
static struct sx_value run_case(struct sx_arena *arena, const json_t *test)
{
    struct sx_cel_variable variables[MAX_BINDINGS];
    struct sx_value values[MAX_BINDINGS];
    struct sx_cel_env env = {
        .variables = variables,
        .n_variables = bind(arena, test, variables, values),
        .container = json_string_value(json_object_get(test, "container")),
        .no_check = json_is_true(json_object_get(test, "disable_check")),
        .no_macros = json_is_true(json_object_get(test, "disable_macros")),
    };
    struct sx_cel_run run = { .arena = arena, .steps = STEPS };
    struct sx_err err = { 0 };
    const struct sx_cel_program *program;
    if (sx_cel_compile(&env, text_of(arena, json_object_get(test, "expr")), arena, &program, &err))
        return sx_cel_eval(program, &run, values);
    return sx_cel_error(&run, "%u:%u: %s", err.line, err.column, err.what);
}

static bool is_right(struct sx_arena *arena, const json_t *test, struct sx_value v)
{
    if (json_object_get(test, "error") != NULL)
        return v.kind == SX_ERROR;
    return same(v, value_of(arena, json_object_get(test, "value")));
}

static void report(const char *file, const json_t *test, struct sx_value v)
{
    char *wanted = json_dumps(json_object_get(test, "value"), JSON_COMPACT | JSON_ENCODE_ANY);
    printf("%s: %s/%s: %s\n    wanted %s, found %s%s%.*s\n", file,
           json_string_value(json_object_get(test, "section")),
           json_string_value(json_object_get(test, "name")),
           json_string_value(json_object_get(test, "expr")), wanted != NULL ? wanted : "an error",
           sx_kind_name((enum sx_kind)v.kind), v.kind == SX_ERROR ? ": " : "",
           v.kind == SX_ERROR ? (int)v.str.len : 0, v.kind == SX_ERROR ? v.str.ptr : "");
    free(wanted);
}

static void try_case(struct tally *t, const char *file, const json_t *test)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_value v = run_case(arena, test);
    if (is_right(arena, test, v)) {
        t->passed++;
    } else {
        t->failed++;
        report(file, test, v);
    }
    sx_arena_free(arena);
}

static void run_file(struct tally *t, const char *folder, const char *file)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        die(path, "cannot be opened");
    json_error_t error;
    for (json_t *test; (test = json_loadf(f, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error));) {
        try_case(t, file, test);
        json_decref(test);
    }
    if (!feof(f))
        die(path, error.text);
    fclose(f);
}

static int is_cases(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".jsonl") == 0;
}

int main(int argc, char **argv)
{
    struct tally t = { 0 };
    struct dirent **files;
    if (argc != 2)
        die("usage", "cel-conformance FOLDER");
    int n = scandir(argv[1], &files, is_cases, alphasort);
    if (n < 0)
        die(argv[1], "cannot be listed");
    for (int i = 0; i < n; i++) {
        run_file(&t, argv[1], files[i]->d_name);
        free(files[i]);
    }
    free(files);
    printf("%u passed, %u failed\n", t.passed, t.failed);
    return t.failed > 0 || t.passed == 0;
}

/* SPDX-License-Identifier: MIT */
#include "value/json.h"
#include "base/limits.h"

#include <jansson.h>

static bool fail_here(struct sx_str text, size_t at, enum sx_errc code, const char *what,
                      struct sx_err *err)
{
    uint32_t line, column;
    sx_line_of(text, at, &line, &column);
    return sx_fail_at(err, code, at, line, column, "JSON: %s", what);
}

/* jansson keeps a node of forty bytes and more for two bytes of text, and recurses to a depth
 * of its own. So the structure is measured before it is built: brackets and commas outside of
 * strings bound the nodes and the nesting of any document that parses. It also passes over NUL
 * bytes between tokens, as if they were not there. */
static bool measure(struct sx_str text, struct sx_err *err)
{
    size_t nodes = 1, depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\0')
            return fail_here(text, i, SX_E_FORMAT, "a NUL byte", err);
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        if (in_string)
            continue;
        nodes += c == '[' || c == '{' || c == ',';
        depth += c == '[' || c == '{';
        depth -= depth > 0 && (c == ']' || c == '}');
        if (nodes > SX_MAX_JSON_NODES)
            return fail_here(text, i, SX_E_LIMIT, "too many values", err);
        if (depth > SX_MAX_JSON_DEPTH)
            return fail_here(text, i, SX_E_LIMIT, "nested too deep", err);
    }
    return true;
}

static struct sx_value value_of(const json_t *json, struct sx_arena *arena);

static struct sx_value list_of(const json_t *json, struct sx_arena *arena)
{
    size_t n = json_array_size(json);
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, n);
    for (size_t i = 0; i < n; i++)
        at[i] = value_of(json_array_get(json, i), arena);
    return sx_list_values(at, n);
}

/* jansson's iterators want an object they may change. */
static struct sx_value map_of(json_t *json, struct sx_arena *arena)
{
    struct sx_entry *at = SX_NEW_N(arena, struct sx_entry, json_object_size(json));
    size_t n = 0;
    for (void *i = json_object_iter(json); i != NULL; i = json_object_iter_next(json, i)) {
        struct sx_str key = sx_str_of(json_object_iter_key(i));
        at[n++] = (struct sx_entry){ sx_string(sx_str_dup(arena, key)),
                                     value_of(json_object_iter_value(i), arena) };
    }
    return sx_map_value(sx_map_new(arena, at, n));
}

static struct sx_str text_of(const json_t *json)
{
    return (struct sx_str){ json_string_value(json), json_string_length(json) };
}

/* Recurses no deeper than `measure` allowed. */
static struct sx_value value_of(const json_t *json, struct sx_arena *arena)
{
    union {
        const json_t *in;
        json_t *out;
    } object = { .in = json };
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return map_of(object.out, arena);
    case JSON_ARRAY:
        return list_of(json, arena);
    case JSON_STRING:
        return sx_string(sx_str_dup(arena, text_of(json)));
    case JSON_INTEGER:
        return sx_int(json_integer_value(json));
    case JSON_REAL:
        return sx_double(json_real_value(json));
    case JSON_TRUE:
    case JSON_FALSE:
        return sx_bool(json_is_true(json));
    case JSON_NULL:
        break;
    }
    return sx_null();
}

static bool fail_jansson(const json_error_t *said, struct sx_arena *arena, struct sx_err *err)
{
    enum json_error_code code = json_error_code(said);
    enum sx_errc errc = code == json_error_premature_end_of_input ? SX_E_TRUNCATED
                        : code == json_error_duplicate_key        ? SX_E_DUPLICATE
                                                                  : SX_E_FORMAT;
    struct sx_str text = sx_escape(arena, sx_str_of(said->text));
    return sx_fail_at(err, errc, said->position > 0 ? (uint64_t)said->position : 0,
                      said->line > 0 ? (uint32_t)said->line : 0,
                      said->column > 0 ? (uint32_t)said->column : 0, "JSON: %.*s",
                      SX_STR_ARG(text));
}

static void release(json_t **json)
{
    json_decref(*json);
}

bool sx_json_parse(struct sx_str text, struct sx_arena *arena, struct sx_value *out,
                   struct sx_err *err)
{
    if (text.len > SX_MAX_SMALL_FILE)
        return sx_fail(err, SX_E_LIMIT, 0, "JSON: %zu bytes, at most %u are read", text.len,
                       SX_MAX_SMALL_FILE);
    SX_TRY(measure(text, err));
    json_error_t said;
    SX_AUTO(release)
    json_t *json = json_loadb(text.len > 0 ? text.ptr : "", text.len,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &said);
    if (json == NULL)
        return fail_jansson(&said, arena, err);
    *out = value_of(json, arena);
    return true;
}

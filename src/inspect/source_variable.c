/* SPDX-License-Identifier: MIT */
/* Variables of the build that profile and Info.plist settle (Xcode, "Build settings reference"). */
#include "base/buf.h"
#include "inspect/source.h"

bool sx_is_open(struct sx_str text)
{
    return sx_str_find(text, SX_STR("$(")) < text.len || sx_str_find(text, SX_STR("${")) < text.len;
}

static struct sx_str value_of_variable(const struct sx_variables *v, struct sx_str name)
{
    const struct {
        const char *name;
        struct sx_str value;
        const char *behind;
    } table[] = {
        { "TeamIdentifierPrefix", v->team, "." },
        { "AppIdentifierPrefix", v->prefix, "." },
        { "DEVELOPMENT_TEAM", v->team, "" },
        { "CFBundleIdentifier", v->identifier, "" },
        { "PRODUCT_BUNDLE_IDENTIFIER", v->identifier, "" },
    };
    for (size_t i = 0; i < SX_LEN(table); i++)
        if (sx_str_is(name, table[i].name) && table[i].value.ptr != NULL)
            return sx_str_printf(v->arena, "%.*s%s", SX_STR_ARG(table[i].value), table[i].behind);
    return (struct sx_str){ 0 };
}

/* A variable at the start of a text: its name, and all of it. */
static bool is_variable(struct sx_str text, struct sx_str *name, size_t *len)
{
    enum { LONGEST = 64 }; /* no name that has a value here is longer */
    bool is_round = sx_str_starts(text, SX_STR("$("));
    if (!is_round && !sx_str_starts(text, SX_STR("${")))
        return false;
    struct sx_str rest = sx_str_sub(text, 2, 2 + LONGEST);
    size_t end = sx_str_find(rest, is_round ? SX_STR(")") : SX_STR("}"));
    *name = sx_str_sub(rest, 0, end);
    *len = 2 + end + 1;
    return end < rest.len;
}

/* Variables that are not known stay as they are written. */
static struct sx_str expand(const struct sx_variables *v, struct sx_str text)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    while (text.len > 0) {
        size_t at = sx_str_find(text, SX_STR("$")), taken = 1;
        struct sx_str rest = sx_str_sub(text, at, text.len), name, value = { 0 };
        if (is_variable(rest, &name, &taken))
            value = value_of_variable(v, name);
        sx_buf_str(&out, sx_str_sub(text, 0, at));
        sx_buf_str(&out, value.ptr != NULL ? value : sx_str_sub(rest, 0, taken));
        text = sx_str_sub(rest, taken, rest.len);
    }
    return sx_str_dup(v->arena, sx_buf_view(&out));
}

/* Property lists nest SX_MAX_PLIST_DEPTH deep at most. */
static struct sx_value expand_value(const struct sx_variables *v, struct sx_value value)
{
    struct sx_value out = value;
    if (value.kind == SX_STRING) {
        out.str = expand(v, value.str);
    } else if (value.kind == SX_MAP) {
        out.map = sx_expand_map(v, value.map);
    } else if (value.kind == SX_LIST) {
        struct sx_value *at = SX_NEW_N(v->arena, struct sx_value, value.list.n);
        for (size_t i = 0; i < value.list.n; i++)
            at[i] = expand_value(v, sx_list_at(value, i));
        out.list.at = at;
    }
    return out;
}

const struct sx_map *sx_expand_map(const struct sx_variables *v, const struct sx_map *map)
{
    if (map == NULL)
        return NULL;
    struct sx_entry *at = SX_NEW_N(v->arena, struct sx_entry, map->n);
    for (size_t i = 0; i < map->n; i++)
        at[i] = (struct sx_entry){ map->at[i].key, expand_value(v, map->at[i].value) };
    return sx_map_new(v->arena, at, map->n);
}

bool sx_has_open(struct sx_value value)
{
    for (size_t i = 0; value.kind == SX_LIST && i < value.list.n; i++)
        if (sx_has_open(sx_list_at(value, i)))
            return true;
    for (size_t i = 0; value.kind == SX_MAP && i < value.map->n; i++)
        if (sx_has_open(value.map->at[i].value))
            return true;
    return value.kind == SX_STRING && sx_is_open(value.str);
}

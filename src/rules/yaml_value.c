/* SPDX-License-Identifier: MIT */
#include "rules/yaml_value.h"

#include "base/number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* -?(0|[1-9][0-9]*), at most 18 digits: longer ones are text. */
static bool integer(struct sx_str text, int64_t *out)
{
    size_t at = text.len > 0 && text.ptr[0] == '-' ? 1 : 0;
    size_t digits = text.len - at;
    if (digits == 0 || digits > 18 || (digits > 1 && text.ptr[at] == '0'))
        return false;
    int64_t n = 0;
    for (; at < text.len; at++) {
        if (!is_digit(text.ptr[at]))
            return false;
        n = n * 10 + (text.ptr[at] - '0');
    }
    *out = text.ptr[0] == '-' ? -n : n;
    return true;
}

/* -?[0-9]+\.[0-9]+ and nothing else, so that a version like 10.15.7 stays text. */
static bool fraction(struct sx_str text, double *out)
{
    size_t dots = 0, from = text.len > 0 && text.ptr[0] == '-' ? 1 : 0;
    if (text.len < from + 3)
        return false;
    for (size_t i = from; i < text.len; i++) {
        dots += text.ptr[i] == '.';
        if (text.ptr[i] != '.' && !is_digit(text.ptr[i]))
            return false;
    }
    return dots == 1 && is_digit(text.ptr[from]) && is_digit(text.ptr[text.len - 1]) &&
           sx_double_parse(text, out);
}

static struct sx_value plain(struct sx_str text)
{
    int64_t i;
    double d;
    if (text.len == 0 || sx_str_is(text, "~") || sx_str_is(text, "null"))
        return sx_null();
    if (sx_str_is(text, "true") || sx_str_is(text, "false"))
        return sx_bool(text.ptr[0] == 't');
    if (integer(text, &i))
        return sx_int(i);
    return fraction(text, &d) ? sx_double(d) : sx_string(text);
}

static struct sx_value list(const struct sx_yaml *yaml, uint32_t node, struct sx_arena *arena)
{
    size_t n = sx_yaml_count(yaml, node), i = 0;
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, n);
    for (uint32_t c = sx_yaml_at(yaml, node)->child; c != 0; c = sx_yaml_at(yaml, c)->next)
        at[i++] = sx_yaml_value(yaml, c, arena);
    return sx_list_values(at, n);
}

static struct sx_value map(const struct sx_yaml *yaml, uint32_t node, struct sx_arena *arena)
{
    size_t n = sx_yaml_count(yaml, node), i = 0;
    struct sx_entry *at = SX_NEW_N(arena, struct sx_entry, n);
    for (uint32_t key = sx_yaml_at(yaml, node)->child; key != 0; i++) {
        uint32_t value = sx_yaml_at(yaml, key)->next;
        at[i].key = sx_string(sx_yaml_text(yaml, key));
        at[i].key.pos = key + 1;
        at[i].value = sx_yaml_value(yaml, value, arena);
        key = sx_yaml_at(yaml, value)->next;
    }
    return sx_map_value(sx_map_new(arena, at, n));
}

struct sx_value sx_yaml_value(const struct sx_yaml *yaml, uint32_t node, struct sx_arena *arena)
{
    const struct sx_yaml_node *n = sx_yaml_at(yaml, node);
    struct sx_value v;
    if (n->kind == SX_YAML_LIST)
        v = list(yaml, node, arena);
    else if (n->kind == SX_YAML_MAP)
        v = map(yaml, node, arena);
    else if (n->style == SX_YAML_PLAIN)
        v = plain(sx_yaml_text(yaml, node));
    else
        v = sx_string(sx_yaml_text(yaml, node));
    v.pos = node + 1;
    return v;
}

/* Text that holds a line break needs double quotes; other quoted text gets single ones. */
static void print_scalar(struct sx_buf *out, const struct sx_yaml *yaml, uint32_t node)
{
    struct sx_str text = sx_yaml_text(yaml, node);
    bool is_plain = sx_yaml_at(yaml, node)->style == SX_YAML_PLAIN;
    bool is_broken = sx_str_find(text, SX_STR("\n")) < text.len;
    if (is_plain && !is_broken) {
        sx_buf_str(out, text);
        return;
    }
    char quote = is_broken ? '"' : '\'';
    sx_buf_char(out, quote);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == quote || (is_broken && text.ptr[i] == '\\'))
            sx_buf_char(out, is_broken ? '\\' : quote);
        if (text.ptr[i] == '\n')
            sx_buf_cstr(out, "\\n");
        else
            sx_buf_char(out, text.ptr[i]);
    }
    sx_buf_char(out, quote);
}

void sx_yaml_print(struct sx_buf *out, const struct sx_yaml *yaml, uint32_t node)
{
    const struct sx_yaml_node *n = sx_yaml_at(yaml, node);
    if (n->kind == SX_YAML_SCALAR) {
        print_scalar(out, yaml, node);
        return;
    }
    bool is_map = n->kind == SX_YAML_MAP, is_key = true;
    sx_buf_char(out, is_map ? '{' : '[');
    for (uint32_t at = n->child; at != 0; at = sx_yaml_at(yaml, at)->next, is_key = !is_key) {
        if (at != n->child)
            sx_buf_cstr(out, is_map && !is_key ? ": " : ", ");
        sx_yaml_print(out, yaml, at);
    }
    sx_buf_char(out, is_map ? '}' : ']');
}

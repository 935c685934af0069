/* SPDX-License-Identifier: MIT */
#include "rules/template.h"
#include "base/number.h"

#include <inttypes.h>

enum { LONGEST = 200, KEPT = 160, MOST_ELEMENTS = 8 };

static size_t count_characters(struct sx_str s, size_t limit, size_t *bytes)
{
    size_t n = 0;
    for (*bytes = 0; *bytes < s.len && n < limit; n++)
        (void)sx_utf8_next(s, bytes); /* only its width matters */
    return n;
}

static void put_string(struct sx_buf *out, struct sx_str s)
{
    size_t all, kept;
    size_t n = count_characters(s, SIZE_MAX, &all);
    if (n <= LONGEST) {
        sx_escape_buf(out, s);
        return;
    }
    count_characters(s, KEPT, &kept);
    sx_escape_buf(out, sx_str_sub(s, 0, kept));
    sx_buf_printf(out, "… (%zu characters)", n);
}

static void put_date(struct sx_buf *out, struct sx_time t)
{
    struct sx_date d = sx_time_date(t);
    sx_buf_printf(out, "%04" PRId64 "-%02d-%02d", d.year, d.month, d.day);
}

static void put_duration(struct sx_buf *out, struct sx_time t)
{
    int64_t days = t.seconds / 86400;
    sx_buf_printf(out, "%" PRId64 " day%s", days, days == 1 ? "" : "s");
}

static void put_list(struct sx_buf *out, struct sx_value list, const char *between)
{
    size_t n = list.list.n, shown = n > MOST_ELEMENTS ? MOST_ELEMENTS : n;
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            sx_buf_cstr(out, between);
        sx_value_text(out, sx_list_at(list, i), ", ");
    }
    if (n > shown)
        sx_buf_printf(out, "%sand %zu more", between[0] == '\n' ? between : " ", n - shown);
    if (n == 0)
        sx_buf_cstr(out, "none");
}

/* A map is told by its keys. */
static void put_map(struct sx_buf *out, const struct sx_map *map)
{
    size_t shown = map->n > MOST_ELEMENTS ? MOST_ELEMENTS : map->n;
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            sx_buf_cstr(out, ", ");
        sx_value_text(out, map->at[i].key, ", ");
    }
    if (map->n > shown)
        sx_buf_printf(out, " and %zu more", map->n - shown);
    if (map->n == 0)
        sx_buf_cstr(out, "none");
}

void sx_value_text(struct sx_buf *out, struct sx_value v, const char *between)
{
    switch ((enum sx_kind)v.kind) {
    case SX_NULL:
        sx_buf_cstr(out, "none");
        break;
    case SX_BOOL:
        sx_buf_cstr(out, v.b ? "true" : "false");
        break;
    case SX_INT:
        sx_buf_printf(out, "%" PRId64, v.i);
        break;
    case SX_UINT:
        sx_buf_printf(out, "%" PRIu64, v.u);
        break;
    case SX_DOUBLE:
        sx_buf_str(out, sx_double_text((char[SX_DOUBLE_TEXT]){ 0 }, v.d));
        break;
    case SX_STRING:
    case SX_TYPE:
        put_string(out, v.str);
        break;
    case SX_BYTES:
        sx_buf_printf(out, "%zu bytes", v.str.len);
        break;
    case SX_TIMESTAMP:
        put_date(out, v.time);
        break;
    case SX_DURATION:
        put_duration(out, v.time);
        break;
    case SX_LIST:
        put_list(out, v, between);
        break;
    case SX_MAP:
        put_map(out, v.map);
        break;
    case SX_OBJECT:
        put_string(out, sx_object_label(v.object));
        break;
    case SX_UNKNOWN:
    case SX_ERROR:
        sx_buf_cstr(out, "not read");
        break;
    }
}

void sx_value_whole(struct sx_buf *out, struct sx_value v, const char *between)
{
    if (v.kind == SX_STRING)
        sx_escape_buf(out, v.str);
    else if (v.kind != SX_LIST)
        sx_value_text(out, v, between);
    for (size_t i = 0; v.kind == SX_LIST && i < v.list.n; i++) {
        sx_buf_cstr(out, i > 0 ? between : "");
        sx_value_whole(out, sx_list_at(v, i), between);
    }
}

/* Characters that no shell gives a meaning. */
static bool is_bare(struct sx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i], lower = (char)(c | 32);
        bool is_word = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
        if (!is_word && strchr("_./@%+=:,-", c) == NULL)
            return false;
    }
    return s.len > 0;
}

static bool has_control(struct sx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return true;
    return false;
}

static void put_quoted(struct sx_buf *out, struct sx_str s)
{
    sx_buf_char(out, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\'')
            sx_buf_cstr(out, "'\\''");
        else
            sx_buf_char(out, s.ptr[i]);
    }
    sx_buf_char(out, '\'');
}

/* Outside ASCII everything is written in octal: no terminal shows it as something else. */
static void put_dollar_quoted(struct sx_buf *out, struct sx_str s)
{
    sx_buf_cstr(out, "$'");
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '\'' || c == '\\')
            sx_buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            sx_buf_printf(out, "\\%03o", c);
        else
            sx_buf_char(out, (char)c);
    }
    sx_buf_char(out, '\'');
}

static void put_word(struct sx_buf *out, struct sx_str s)
{
    SX_AUTO(sx_buf_release) struct sx_buf escaped = { 0 };
    sx_escape_buf(&escaped, s);
    bool is_plain = !has_control(s) && sx_str_eq(sx_buf_view(&escaped), s);
    if (is_bare(s))
        sx_buf_str(out, s);
    else if (is_plain)
        put_quoted(out, s);
    else
        put_dollar_quoted(out, s);
}

static bool is_at_or_below(struct sx_str s, struct sx_str folder)
{
    return folder.len > 0 && sx_str_starts(s, folder) &&
           (s.len == folder.len || s.ptr[folder.len] == '/');
}

/* What stands before a path in the innermost container that it lies in; 0 when it lies in none. */
static size_t packed_len(struct sx_str s, const struct sx_shell_root *root)
{
    size_t len = 0;
    for (size_t i = 0; i < root->containers.n; i++) {
        struct sx_str path = SX_AT(Container, root->containers, i)->path;
        if (path.len < s.len && path.len >= len && is_at_or_below(s, path))
            len = path.len + 1;
    }
    return len;
}

static void put_path(struct sx_buf *out, struct sx_str s, const struct sx_shell_root *root)
{
    SX_AUTO(sx_buf_release) struct sx_buf path = { 0 };
    size_t packed = root != NULL ? packed_len(s, root) : 0;
    if (packed == 0 && root != NULL && is_at_or_below(s, root->name)) {
        sx_buf_str(&path, root->path);
        packed = root->name.len;
    }
    s = sx_str_sub(s, packed, s.len);
    sx_buf_str(&path, s);
    put_word(out, sx_buf_view(&path));
}

void sx_value_shell(struct sx_buf *out, struct sx_value v, const struct sx_shell_root *root)
{
    if (v.kind == SX_STRING) {
        put_path(out, v.str, root);
        return;
    }
    if (v.kind == SX_OBJECT) {
        put_path(out, sx_object_label(v.object), root);
        return;
    }
    for (size_t i = 0; v.kind == SX_LIST && i < v.list.n; i++) {
        sx_buf_cstr(out, i > 0 ? " " : "");
        sx_value_shell(out, sx_list_at(v, i), root);
    }
}

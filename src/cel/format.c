/* SPDX-License-Identifier: MIT */
/* format() and strings.quote() (cel-spec, doc/extensions/strings.md). */
#include "cel/function.h"
#include "cel/moment.h"
#include "cel/number.h"
#include "cel/utf8.h"

#include <stdlib.h>

/* Text under construction; `failed` is null until something goes wrong, and then stays. */
struct writer {
    struct sx_cel_run *run;
    struct sx_buf text;
    struct sx_value failed;
};

static bool fail(struct writer *w, struct sx_value error)
{
    if (w->failed.kind == SX_NULL)
        w->failed = error;
    return false;
}

static bool put(struct writer *w, struct sx_str s)
{
    if (!sx_cel_charge(w->run, 1 + s.len / 64))
        return fail(w, sx_cel_exhausted());
    sx_buf_str(&w->text, s);
    return true;
}

static bool put_wrong(struct writer *w, const char *clause, struct sx_value v)
{
    return fail(w, sx_cel_error(w->run, "%%%s cannot print a %s", clause,
                                sx_kind_name((enum sx_kind)v.kind)));
}

/* Bytes as text; runs of what is not UTF-8 become one replacement character. */
static bool put_utf8(struct writer *w, struct sx_str s)
{
    bool was_bad = false;
    if (!sx_cel_charge_bytes(w->run, s.len))
        return fail(w, sx_cel_exhausted());
    for (size_t at = 0; at < s.len;) {
        size_t before = at;
        bool bad = sx_utf8_next(s, &at) < 0;
        if (!bad)
            sx_buf_str(&w->text, sx_str_sub(s, before, at - before));
        else if (!was_bad)
            sx_buf_cstr(&w->text, "\xef\xbf\xbd");
        was_bad = bad;
    }
    return true;
}

static struct sx_str integer_text(struct writer *w, struct sx_value v, unsigned base)
{
    bool negative = v.kind == SX_INT && v.i < 0;
    return sx_cel_digits(w->run->arena, negative ? 0 - v.u : v.u, negative, base);
}

static bool put_value(struct writer *w, struct sx_value v);

static bool put_list(struct writer *w, struct sx_value list)
{
    SX_TRY(put(w, SX_STR("[")));
    for (size_t i = 0; i < list.list.n; i++)
        SX_TRY((i == 0 || put(w, SX_STR(", "))) && put_value(w, sx_list_at(list, i)));
    return put(w, SX_STR("]"));
}

struct line {
    struct sx_str key;
    struct sx_value value;
};

static int by_key(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return sx_str_cmp(x->key, y->key);
}

static bool put_map(struct writer *w, const struct sx_map *map)
{
    if (!sx_cel_charge(w->run, 2 * map->n))
        return fail(w, sx_cel_exhausted());
    struct line *lines = SX_NEW_N(w->run->arena, struct line, map->n);
    for (size_t i = 0; i < map->n; i++) {
        struct writer key = { .run = w->run };
        bool ok = put_value(&key, map->at[i].key);
        lines[i] =
            (struct line){ sx_str_dup(w->run->arena, sx_buf_view(&key.text)), map->at[i].value };
        sx_buf_release(&key.text);
        if (!ok)
            return fail(w, key.failed);
    }
    qsort(lines, map->n, sizeof(*lines), by_key);
    SX_TRY(put(w, SX_STR("{")));
    for (size_t i = 0; i < map->n; i++)
        SX_TRY((i == 0 || put(w, SX_STR(", "))) && put(w, lines[i].key) && put(w, SX_STR(": ")) &&
               put_value(w, lines[i].value));
    return put(w, SX_STR("}"));
}

/* %s */
static bool put_value(struct writer *w, struct sx_value v)
{
    struct sx_arena *arena = w->run->arena;
    switch ((enum sx_kind)v.kind) {
    case SX_NULL:
        return put(w, SX_STR("null"));
    case SX_BOOL:
        return put(w, v.b ? SX_STR("true") : SX_STR("false"));
    case SX_INT:
    case SX_UINT:
        return put(w, integer_text(w, v, 10));
    case SX_DOUBLE:
        return put(w, sx_cel_double_text(arena, v.d));
    case SX_STRING:
    case SX_TYPE:
        return put(w, v.str);
    case SX_BYTES:
        return put_utf8(w, v.str);
    case SX_TIMESTAMP:
        return put(w, sx_time_text(arena, v.time));
    case SX_DURATION:
        return put(w, sx_cel_duration_text(arena, v.time));
    case SX_LIST:
        return put_list(w, v);
    case SX_MAP:
        return put_map(w, v.map);
    case SX_OBJECT:
    case SX_UNKNOWN:
    case SX_ERROR:
        break;
    }
    return put_wrong(w, "s", v);
}

/* %d, %s of a double: without a precision. */
static bool put_decimal(struct writer *w, struct sx_value v, int precision)
{
    (void)precision;
    if (v.kind != SX_INT && v.kind != SX_UINT && v.kind != SX_DOUBLE)
        return put_wrong(w, "d", v);
    return put_value(w, v);
}

static bool put_string(struct writer *w, struct sx_value v, int precision)
{
    (void)precision;
    return put_value(w, v);
}

static bool as_double(struct sx_value v, double *out)
{
    *out = v.kind == SX_INT ? (double)v.i : v.kind == SX_UINT ? (double)v.u : v.d;
    return v.kind == SX_INT || v.kind == SX_UINT || v.kind == SX_DOUBLE;
}

static bool put_fixed(struct writer *w, struct sx_value v, int precision)
{
    double d;
    return as_double(v, &d) ? put(w, sx_cel_double_fixed(w->run->arena, d, precision))
                            : put_wrong(w, "f", v);
}

static bool put_exponent(struct writer *w, struct sx_value v, int precision)
{
    double d;
    return as_double(v, &d) ? put(w, sx_cel_double_exponent(w->run->arena, d, precision))
                            : put_wrong(w, "e", v);
}

static bool put_based(struct writer *w, struct sx_value v, unsigned base, const char *clause)
{
    if (v.kind != SX_INT && v.kind != SX_UINT)
        return put_wrong(w, clause, v);
    return put(w, integer_text(w, v, base));
}

static bool put_octal(struct writer *w, struct sx_value v, int precision)
{
    (void)precision;
    return put_based(w, v, 8, "o");
}

static bool put_binary(struct writer *w, struct sx_value v, int precision)
{
    (void)precision;
    return v.kind == SX_BOOL ? put(w, v.b ? SX_STR("1") : SX_STR("0")) : put_based(w, v, 2, "b");
}

static bool put_hex(struct writer *w, struct sx_value v, int precision)
{
    (void)precision;
    if (v.kind != SX_STRING && v.kind != SX_BYTES)
        return put_based(w, v, 16, "x");
    if (!sx_cel_charge_bytes(w->run, v.str.len))
        return fail(w, sx_cel_exhausted());
    return put(w, sx_hex(w->run->arena, v.str.ptr, v.str.len));
}

static bool put_upper_hex(struct writer *w, struct sx_value v, int precision)
{
    size_t from = w->text.len;
    SX_TRY(put_hex(w, v, precision));
    for (size_t i = from; i < w->text.len; i++)
        if (w->text.ptr[i] >= 'a' && w->text.ptr[i] <= 'f')
            w->text.ptr[i] = (char)(w->text.ptr[i] ^ 0x20);
    return true;
}

static const struct clause {
    char letter;
    bool has_precision;
    bool (*put)(struct writer *w, struct sx_value v, int precision);
} clauses[] = {
    { 's', false, put_string },  { 'd', false, put_decimal }, { 'f', true, put_fixed },
    { 'e', true, put_exponent }, { 'x', false, put_hex },     { 'X', false, put_upper_hex },
    { 'o', false, put_octal },   { 'b', false, put_binary },
};

/* A format under reading: what remains of it, and which argument is next. */
struct format {
    struct sx_str rest;
    struct sx_value args;
    size_t next;
};

static bool next_arg(struct writer *w, struct format *f, struct sx_value *out)
{
    if (f->next >= f->args.list.n)
        return fail(w, sx_cel_error(w->run, "the format wants more than %zu values", f->next));
    *out = sx_list_at(f->args, f->next++);
    return true;
}

/* ".3"; 6 when it is not given. */
static bool read_precision(struct writer *w, struct format *f, int *out)
{
    *out = 6;
    if (f->rest.len == 0 || f->rest.ptr[0] != '.')
        return true;
    size_t n = 1;
    *out = 0;
    for (; n < f->rest.len && f->rest.ptr[n] >= '0' && f->rest.ptr[n] <= '9'; n++)
        if (*out <= SX_CEL_MAX_PRECISION)
            *out = *out * 10 + (f->rest.ptr[n] - '0');
    f->rest = sx_str_sub(f->rest, n, f->rest.len);
    if (n == 1 || *out > SX_CEL_MAX_PRECISION)
        return fail(w,
                    sx_cel_error(w->run, "a precision is a number up to %d", SX_CEL_MAX_PRECISION));
    return true;
}

/* What follows a "%". */
static bool put_clause(struct writer *w, struct format *f)
{
    int precision;
    bool explicit = f->rest.len > 0 && f->rest.ptr[0] == '.';
    SX_TRY(read_precision(w, f, &precision));
    char letter = f->rest.len > 0 ? f->rest.ptr[0] : '\0';
    f->rest = sx_str_sub(f->rest, 1, f->rest.len);
    if (letter == '%' && !explicit)
        return put(w, SX_STR("%"));
    for (size_t i = 0; i < SX_LEN(clauses); i++) {
        struct sx_value v;
        if (clauses[i].letter != letter || (explicit && !clauses[i].has_precision))
            continue;
        return next_arg(w, f, &v) && clauses[i].put(w, v, precision);
    }
    return fail(w, sx_cel_failed("a format has %s %d %f %e %x %X %o %b and %% only"));
}

static bool put_format(struct writer *w, struct format *f)
{
    while (f->rest.len > 0) {
        size_t plain = sx_str_find(f->rest, SX_STR("%"));
        SX_TRY(put(w, sx_str_sub(f->rest, 0, plain)));
        f->rest = sx_str_sub(f->rest, plain, f->rest.len);
        if (f->rest.len == 0)
            break;
        f->rest = sx_str_sub(f->rest, 1, f->rest.len);
        SX_TRY(put_clause(w, f));
    }
    return true;
}

static struct sx_value finish(struct writer *w, bool ok)
{
    struct sx_value text = ok ? sx_cel_text_new(w->run, sx_buf_view(&w->text)) : w->failed;
    sx_buf_release(&w->text);
    return text;
}

static struct sx_value format(struct sx_cel_run *run, const struct sx_value *args)
{
    struct writer w = { .run = run };
    struct format f = { .rest = args[0].str, .args = args[1] };
    return finish(&w, put_format(&w, &f));
}

/* One character as a quoted text spells it; NULL: as it is. */
static const char *quoted(int32_t c)
{
    static const char *const escapes[] = {
        ['\a'] = "\\a", ['\b'] = "\\b", ['\f'] = "\\f",  ['\n'] = "\\n", ['\r'] = "\\r",
        ['\t'] = "\\t", ['\v'] = "\\v", ['\\'] = "\\\\", ['"'] = "\\\"",
    };
    if (c < 0)
        return "\xef\xbf\xbd";
    return (size_t)c < SX_LEN(escapes) ? escapes[c] : NULL;
}

static struct sx_value quote(struct sx_cel_run *run, const struct sx_value *args)
{
    struct writer w = { .run = run };
    struct sx_str s = args[0].str;
    if (!sx_cel_charge_bytes(run, s.len))
        return sx_cel_exhausted();
    sx_buf_char(&w.text, '"');
    for (size_t at = 0; at < s.len;) {
        size_t before = at;
        const char *as = quoted(sx_utf8_next(s, &at));
        sx_buf_str(&w.text, as != NULL ? sx_str_of(as) : sx_str_sub(s, before, at - before));
    }
    sx_buf_char(&w.text, '"');
    return finish(&w, true);
}

static const struct sx_cel_overload table[] = {
    { SX_CEL_NAMED("format"),
      SX_CEL_MEMBER,
      2,
      { SX_CEL_T(STRING), SX_CEL_T(LIST) },
      SX_CEL_T(STRING),
      format },
    { SX_CEL_NAMED("strings.quote"),
      SX_CEL_GLOBAL,
      1,
      { SX_CEL_T(STRING) },
      SX_CEL_T(STRING),
      quote },
};
const struct sx_cel_functions sx_cel_formats = { table, SX_LEN(table) };

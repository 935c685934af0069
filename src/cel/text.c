/* SPDX-License-Identifier: MIT */
/* The strings extension (cel-go, ext/strings: version 3). Positions count characters from 0. */
#include "cel/function.h"
#include "cel/utf8.h"

static struct sx_value no_such_index(struct sx_cel_run *run, int64_t index)
{
    return sx_cel_error(run, "index %lld lies outside the string", (long long)index);
}

/* The byte at which character `index` begins; its end for the number of characters. */
static bool offset_of(struct sx_str s, int64_t index, size_t *out)
{
    return index >= 0 && sx_utf8_offset(s, index, out);
}

static struct sx_value part_of(struct sx_str s, size_t from, size_t to)
{
    return sx_string(sx_str_sub(s, from, to - from));
}

static struct sx_value char_at(struct sx_cel_run *run, const struct sx_value *args)
{
    struct sx_str s = args[0].str;
    size_t from;
    if (!sx_cel_charge_bytes(run, s.len))
        return sx_cel_exhausted();
    if (!offset_of(s, args[1].i, &from))
        return no_such_index(run, args[1].i);
    size_t to = from;
    if (from < s.len)
        (void)sx_utf8_next(s, &to); /* only its width matters here */
    return part_of(s, from, to);
}

static struct sx_value substring_between(struct sx_cel_run *run, struct sx_str s, int64_t first,
                                         int64_t last)
{
    size_t from, to;
    if (!sx_cel_charge_bytes(run, s.len))
        return sx_cel_exhausted();
    if (!offset_of(s, first, &from))
        return no_such_index(run, first);
    if (!offset_of(s, last, &to))
        return no_such_index(run, last);
    if (last < first)
        return sx_cel_error(run, "a substring from %lld to %lld", (long long)first,
                            (long long)last);
    return part_of(s, from, to);
}

static struct sx_value substring_from(struct sx_cel_run *run, const struct sx_value *args)
{
    struct sx_str s = args[0].str;
    size_t from;
    if (!sx_cel_charge_bytes(run, s.len))
        return sx_cel_exhausted();
    if (!offset_of(s, args[1].i, &from))
        return no_such_index(run, args[1].i);
    return part_of(s, from, s.len);
}

static struct sx_value substring(struct sx_cel_run *run, const struct sx_value *args)
{
    return substring_between(run, args[0].str, args[1].i, args[2].i);
}

/* The character at which `needle` begins at or after byte `from`, -1 for none. */
static struct sx_value first_from(struct sx_str s, struct sx_str needle, size_t from)
{
    struct sx_str rest = sx_str_sub(s, from, s.len);
    size_t at = sx_str_find(rest, needle);
    if (at == rest.len && needle.len > 0)
        return sx_int(-1);
    return sx_int((int64_t)sx_utf8_count(sx_str_sub(s, 0, from + at)));
}

static struct sx_value index_of(struct sx_cel_run *run, const struct sx_value *args)
{
    if (!sx_cel_charge_search(run, args[0].str, args[1].str))
        return sx_cel_exhausted();
    return first_from(args[0].str, args[1].str, 0);
}

static struct sx_value index_of_from(struct sx_cel_run *run, const struct sx_value *args)
{
    size_t from;
    if (!sx_cel_charge_search(run, args[0].str, args[1].str))
        return sx_cel_exhausted();
    if (!offset_of(args[0].str, args[2].i, &from))
        return no_such_index(run, args[2].i);
    return first_from(args[0].str, args[1].str, from);
}

/* The same from the back: `needle` begins at or before byte `from`. */
static struct sx_value last_from(struct sx_str s, struct sx_str needle, size_t from)
{
    if (needle.len > s.len)
        return sx_int(-1);
    if (from > s.len - needle.len)
        from = s.len - needle.len;
    for (size_t at = from + 1; at-- > 0;)
        if (needle.len == 0 || memcmp(s.ptr + at, needle.ptr, needle.len) == 0)
            return sx_int((int64_t)sx_utf8_count(sx_str_sub(s, 0, at)));
    return sx_int(-1);
}

static struct sx_value last_index_of(struct sx_cel_run *run, const struct sx_value *args)
{
    if (!sx_cel_charge_search(run, args[0].str, args[1].str))
        return sx_cel_exhausted();
    return last_from(args[0].str, args[1].str, args[0].str.len);
}

static struct sx_value last_index_of_from(struct sx_cel_run *run, const struct sx_value *args)
{
    size_t from;
    if (!sx_cel_charge_search(run, args[0].str, args[1].str))
        return sx_cel_exhausted();
    if (!offset_of(args[0].str, args[2].i, &from))
        return no_such_index(run, args[2].i);
    return last_from(args[0].str, args[1].str, from);
}

/* Changes the case of the letters between `first` and `last`, which are ASCII. */
static struct sx_value change_case(struct sx_cel_run *run, struct sx_str s, char first, char last)
{
    if (!sx_cel_charge_bytes(run, s.len))
        return sx_cel_exhausted();
    char *to = sx_arena_alloc(run->arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        to[i] = s.ptr[i] >= first && s.ptr[i] <= last ? (char)(s.ptr[i] ^ 0x20) : s.ptr[i];
    return sx_string((struct sx_str){ to, s.len });
}

static struct sx_value lower_ascii(struct sx_cel_run *run, const struct sx_value *args)
{
    return change_case(run, args[0].str, 'A', 'Z');
}

static struct sx_value upper_ascii(struct sx_cel_run *run, const struct sx_value *args)
{
    return change_case(run, args[0].str, 'a', 'z');
}

/* Unicode's White_Space property (PropList.txt). */
static bool is_space(int32_t c)
{
    return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

static struct sx_value trim(struct sx_cel_run *run, const struct sx_value *args)
{
    struct sx_str s = args[0].str;
    size_t from = 0, to = 0;
    if (!sx_cel_charge_bytes(run, s.len))
        return sx_cel_exhausted();
    for (size_t at = 0; at < s.len;) {
        size_t before = at;
        if (is_space(sx_utf8_next(s, &at)))
            continue;
        if (to == 0)
            from = before;
        to = at;
    }
    return part_of(s, from, to > from ? to : from);
}

static struct sx_value reverse(struct sx_cel_run *run, const struct sx_value *args)
{
    struct sx_str s = args[0].str;
    if (!sx_cel_charge_bytes(run, s.len))
        return sx_cel_exhausted();
    char *to = sx_arena_alloc(run->arena, s.len + 1);
    for (size_t at = 0; at < s.len;) {
        size_t before = at;
        (void)sx_utf8_next(s, &at); /* only its width matters here */
        memcpy(to + s.len - at, s.ptr + before, at - before);
    }
    return sx_string((struct sx_str){ to, s.len });
}

/* Moves `*at` to where `needle` is found next; false when it is found no more. An empty needle is
 * found between any two characters, and at both ends. */
static bool next_match(struct sx_str s, struct sx_str needle, bool is_first, size_t *at)
{
    struct sx_str rest = sx_str_sub(s, *at, s.len);
    if (needle.len == 0) {
        if (rest.len == 0)
            return is_first;
        if (!is_first)
            (void)sx_utf8_next(s, at); /* only its width matters here */
        return true;
    }
    size_t found = sx_str_find(rest, needle);
    *at += found;
    return found < rest.len;
}

/* A negative limit is none. */
static struct sx_value replace_at_most(struct sx_cel_run *run, const struct sx_value *args,
                                       int64_t limit)
{
    struct sx_str s = args[0].str, from = args[1].str, to = args[2].str;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    size_t copied = 0, at = 0;
    if (!sx_cel_charge_search(run, s, from))
        return sx_cel_exhausted();
    for (int64_t i = 0; i != limit && next_match(s, from, i == 0, &at); i++) {
        if (!sx_cel_charge(run, 1 + to.len / 64))
            return sx_cel_exhausted();
        sx_buf_str(&text, sx_str_sub(s, copied, at - copied));
        sx_buf_str(&text, to);
        at += from.len;
        copied = at;
    }
    if (copied == 0 && text.len == 0)
        return args[0];
    sx_buf_str(&text, sx_str_sub(s, copied, s.len));
    return sx_cel_text_new(run, sx_buf_view(&text));
}

static struct sx_value replace_all(struct sx_cel_run *run, const struct sx_value *args)
{
    return replace_at_most(run, args, -1);
}

static struct sx_value replace(struct sx_cel_run *run, const struct sx_value *args)
{
    return replace_at_most(run, args, args[3].i);
}

struct strings {
    struct sx_str *at;
    size_t n, cap;
};

/* The end of the piece that begins at `at`: the next separator, or one character when the
 * separator is empty. */
static size_t piece_end(struct sx_str s, struct sx_str separator, size_t at)
{
    if (separator.len > 0)
        return at + sx_str_find(sx_str_sub(s, at, s.len), separator);
    if (at < s.len)
        (void)sx_utf8_next(s, &at); /* only its width matters here */
    return at;
}

static struct sx_value split_at_most(struct sx_cel_run *run, const struct sx_value *args,
                                     int64_t limit)
{
    struct sx_str s = args[0].str, separator = args[1].str;
    struct strings pieces = { 0 };
    bool explode = separator.len == 0;
    if (!sx_cel_charge_search(run, s, separator))
        return sx_cel_exhausted();
    if (limit == 0 || (explode && s.len == 0))
        return sx_list_strs((struct sx_strs){ 0 });
    for (size_t at = 0;;) {
        size_t end = pieces.n + 1 == (uint64_t)limit ? s.len : piece_end(s, separator, at);
        if (!sx_cel_charge(run, 1))
            return sx_cel_exhausted();
        SX_PUSH(run->arena, &pieces, sx_str_sub(s, at, end - at));
        if (end == s.len)
            return sx_list_strs((struct sx_strs){ pieces.at, pieces.n });
        at = end + separator.len;
    }
}

static struct sx_value split_all(struct sx_cel_run *run, const struct sx_value *args)
{
    return split_at_most(run, args, -1);
}

static struct sx_value split(struct sx_cel_run *run, const struct sx_value *args)
{
    return split_at_most(run, args, args[2].i);
}

static struct sx_value join_by(struct sx_cel_run *run, struct sx_value list, struct sx_str by)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    for (size_t i = 0; i < list.list.n; i++) {
        struct sx_value item = sx_list_at(list, i);
        if (item.kind != SX_STRING)
            return sx_cel_failed("join() takes a list of strings only");
        if (!sx_cel_charge(run, 1 + (item.str.len + by.len) / 64))
            return sx_cel_exhausted();
        if (i > 0)
            sx_buf_str(&text, by);
        sx_buf_str(&text, item.str);
    }
    return sx_cel_text_new(run, sx_buf_view(&text));
}

static struct sx_value join(struct sx_cel_run *run, const struct sx_value *args)
{
    return join_by(run, args[0], SX_STR(""));
}

static struct sx_value join_with(struct sx_cel_run *run, const struct sx_value *args)
{
    return join_by(run, args[0], args[1].str);
}

#define S SX_CEL_T(STRING)
#define I SX_CEL_T(INT)
#define L &sx_cel_list_of_strings
#define MEMBER(name, n, ...)                                                                       \
    {                                                                                              \
        SX_CEL_NAMED(name), SX_CEL_MEMBER, n, __VA_ARGS__                                          \
    }

static const struct sx_cel_overload table[] = {
    MEMBER("charAt", 2, { S, I }, S, char_at),
    MEMBER("indexOf", 2, { S, S }, I, index_of),
    MEMBER("indexOf", 3, { S, S, I }, I, index_of_from),
    MEMBER("lastIndexOf", 2, { S, S }, I, last_index_of),
    MEMBER("lastIndexOf", 3, { S, S, I }, I, last_index_of_from),
    MEMBER("lowerAscii", 1, { S }, S, lower_ascii),
    MEMBER("upperAscii", 1, { S }, S, upper_ascii),
    MEMBER("replace", 3, { S, S, S }, S, replace_all),
    MEMBER("replace", 4, { S, S, S, I }, S, replace),
    MEMBER("split", 2, { S, S }, L, split_all),
    MEMBER("split", 3, { S, S, I }, L, split),
    MEMBER("join", 1, { L }, S, join),
    MEMBER("join", 2, { L, S }, S, join_with),
    MEMBER("substring", 2, { S, I }, S, substring_from),
    MEMBER("substring", 3, { S, I, I }, S, substring),
    MEMBER("trim", 1, { S }, S, trim),
    MEMBER("reverse", 1, { S }, S, reverse),
};
const struct sx_cel_functions sx_cel_texts = { table, SX_LEN(table) };

/* SPDX-License-Identifier: MIT */
#include "cel/re2.h"

#include <stdarg.h>
#include <stdio.h>

/* RE2 refuses counts above this; so do we, which also bounds what PCRE2 makes of them. */
enum { MAX_REPEAT = 1000 };

struct reader {
    struct sx_str in;
    size_t at;
    struct sx_buf *out;
    char *why;
    int depth; /* of parentheses */
};

SX_PRINTF(2, 3) static bool refuse(struct reader *r, const char *fmt, ...)
{
    char reason[120];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(reason, sizeof(reason), fmt, ap);
    va_end(ap);
    snprintf(r->why, 160, "%s (at byte %zu)", reason, r->at + 1);
    return false;
}

static int peek(const struct reader *r, size_t ahead)
{
    return r->at + ahead < r->in.len ? (unsigned char)r->in.ptr[r->at + ahead] : -1;
}

static bool here(const struct reader *r, const char *text)
{
    return sx_str_starts(sx_str_sub(r->in, r->at, r->in.len), sx_str_of(text));
}

static bool copy(struct reader *r, size_t n)
{
    sx_buf_put(r->out, r->in.ptr + r->at, n);
    r->at += n;
    return true;
}

static bool replace(struct reader *r, size_t n, const char *by)
{
    sx_buf_cstr(r->out, by);
    r->at += n;
    return true;
}

static bool is_octal(int c)
{
    return c >= '0' && c <= '7';
}

static bool is_hex(int c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool is_letter_or_digit(int c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* \123: one digit that is not 0 would be a backreference. */
static bool read_octal(struct reader *r)
{
    if (peek(r, 1) != '0' && !is_octal(peek(r, 2)))
        return refuse(r, "RE2 has no backreferences");
    unsigned v = 0;
    size_t n = 1;
    for (; n < 4 && is_octal(peek(r, n)); n++)
        v = v * 8 + (unsigned)(peek(r, n) - '0');
    sx_buf_printf(r->out, "\\x{%x}", v);
    r->at += n;
    return true;
}

/* \x7f, \x{10ffff} */
static bool read_hex(struct reader *r)
{
    if (is_hex(peek(r, 2)) && is_hex(peek(r, 3)))
        return copy(r, 4);
    size_t n = 3;
    while (is_hex(peek(r, n)))
        n++;
    if (peek(r, 2) != '{' || n == 3 || peek(r, n) != '}')
        return refuse(r, "\\x takes two hex digits or braces");
    return copy(r, n + 1);
}

/* \pL, \p{Greek}, \p{^Greek} */
static bool read_property(struct reader *r)
{
    if (is_letter_or_digit(peek(r, 2)))
        return copy(r, 3);
    size_t n = peek(r, 3) == '^' ? 4 : 3;
    while (is_letter_or_digit(peek(r, n)) || peek(r, n) == '_')
        n++;
    if (peek(r, 2) != '{' || peek(r, n) != '}')
        return refuse(r, "\\p takes the name of a property");
    return copy(r, n + 1);
}

/* \Q...\E stands for itself; the \E may be left out at the end. */
static bool read_quoted(struct reader *r)
{
    size_t n = sx_str_find(sx_str_sub(r->in, r->at, r->in.len), SX_STR("\\E"));
    copy(r, n);
    return r->at < r->in.len ? copy(r, 2) : replace(r, 0, "\\E");
}

/* Escapes that are one letter. Where both libraries agree, the text stays (NULL). RE2 has no
 * vertical tab among its white space, and calls that character \v. */
static const struct escape {
    char letter;
    bool in_class;                /* is it allowed in [...]? */
    const char *outside, *inside; /* what is written instead */
} escapes[] = {
    { 'd', true, NULL, NULL },
    { 'D', true, NULL, NULL },
    { 'w', true, NULL, NULL },
    { 'W', true, NULL, NULL },
    { 's', true, "[\\t\\n\\f\\r ]", "\\t\\n\\f\\r " },
    { 'S', true, "[^\\t\\n\\f\\r ]", NULL },
    { 'a', true, NULL, NULL },
    { 'f', true, NULL, NULL },
    { 'n', true, NULL, NULL },
    { 'r', true, NULL, NULL },
    { 't', true, NULL, NULL },
    { 'v', true, "\\x0b", "\\x0b" },
    { 'b', false, NULL, NULL },
    { 'B', false, NULL, NULL },
    { 'A', false, NULL, NULL },
    { 'z', false, NULL, NULL },
};

static bool read_letter(struct reader *r, bool in_class)
{
    for (size_t i = 0; i < SX_LEN(escapes); i++) {
        const struct escape *e = &escapes[i];
        const char *by = in_class ? e->inside : e->outside;
        if (e->letter == peek(r, 1) && (e->in_class || !in_class))
            return by != NULL ? replace(r, 2, by) : copy(r, 2);
    }
    return refuse(r, "RE2 has no \\%c%s", peek(r, 1), in_class ? " in a class" : "");
}

static bool read_escape(struct reader *r, bool in_class)
{
    int c = peek(r, 1);
    if (c >= '0' && c <= '9')
        return read_octal(r);
    if (c == 'x')
        return read_hex(r);
    if (c == 'p' || c == 'P')
        return read_property(r);
    if (c == 'Q')
        return read_quoted(r);
    if (is_letter_or_digit(c))
        return read_letter(r, in_class);
    if (c < 0 || c >= 0x80)
        return refuse(r, "a backslash before nothing that needs one");
    return copy(r, 2);
}

/* [^]a-z[:alpha:]\d] */
static bool read_class(struct reader *r)
{
    copy(r, peek(r, 1) == '^' ? 2 : 1);
    for (bool first = true; peek(r, 0) != ']' || first; first = false) {
        if (peek(r, 0) == -1)
            return refuse(r, "missing ]");
        if (peek(r, 0) == '\\')
            SX_TRY(read_escape(r, true));
        else if (here(r, "[:"))
            copy(r, 2 + sx_str_find(sx_str_sub(r->in, r->at + 2, r->in.len), SX_STR(":]")));
        else
            copy(r, 1);
    }
    return copy(r, 1);
}

/* (?i), (?i-s:, (?U) */
static bool read_flags(struct reader *r)
{
    size_t n = 2;
    while (peek(r, n) > 0 && strchr("imsU-", peek(r, n)) != NULL)
        n++;
    if (peek(r, n) != ')' && peek(r, n) != ':')
        return refuse(r, "RE2 has no group that begins so");
    r->depth += peek(r, n) == ':';
    return copy(r, n + 1);
}

/* A group with a name is one without: nothing asks what it matched. */
static bool read_named(struct reader *r, size_t n)
{
    size_t from = n;
    while (is_letter_or_digit(peek(r, n)) || peek(r, n) == '_')
        n++;
    if (n == from || peek(r, n) != '>')
        return refuse(r, "RE2 has no group that begins so");
    r->depth++;
    return replace(r, n + 1, "(");
}

static bool read_group(struct reader *r)
{
    if (here(r, "(?P<"))
        return read_named(r, 4);
    if (here(r, "(?<"))
        return read_named(r, 3);
    if (here(r, "(?"))
        return read_flags(r);
    if (here(r, "(*"))
        return refuse(r, "missing what * repeats");
    r->depth++;
    return copy(r, 1);
}

/* The length of {2}, {2,} or {2,3} here; 0 when this brace is none of them. */
static size_t count_len(const struct reader *r, unsigned *most)
{
    unsigned v[2] = { 0, 0 };
    size_t n = 1, digits[2] = { 0, 0 }, part = 0;
    for (int c; (c = peek(r, n)) != '}'; n++) {
        if (c == ',' && part == 0 && digits[0] > 0)
            part = 1;
        else if (c < '0' || c > '9')
            return 0;
        else if (digits[part]++ < 6)
            v[part] = v[part] * 10 + (unsigned)(c - '0');
    }
    *most = v[0] > v[1] ? v[0] : v[1];
    return digits[0] > 0 ? n + 1 : 0;
}

static size_t repeat_len(struct reader *r, unsigned *most)
{
    *most = 0;
    int c = peek(r, 0);
    if (c == '{')
        return count_len(r, most);
    return c == '*' || c == '+' || c == '?';
}

/* a*, a+?, a{2,3}; a second repetition would be possessive to PCRE2 and is an error to RE2. */
static bool read_repeat(struct reader *r, size_t len, unsigned most)
{
    if (most > MAX_REPEAT)
        return refuse(r, "a count exceeds %d", MAX_REPEAT);
    copy(r, len);
    if (peek(r, 0) == '?')
        copy(r, 1);
    return repeat_len(r, &most) == 0 || refuse(r, "a repetition of a repetition");
}

static bool read_item(struct reader *r)
{
    unsigned most;
    size_t len = repeat_len(r, &most);
    if (len > 0)
        return read_repeat(r, len, most);
    switch (peek(r, 0)) {
    case '\\':
        return read_escape(r, false);
    case '[':
        return read_class(r);
    case '(':
        return read_group(r);
    case ')':
        return --r->depth >= 0 ? copy(r, 1) : refuse(r, "a ) too many");
    case '{':
        return replace(r, 1, "\\{");
    default:
        return copy(r, 1);
    }
}

bool sx_cel_re2_translate(struct sx_str pattern, struct sx_buf *out, char why[static 160])
{
    struct reader r = { .in = pattern, .out = out, .why = why };
    while (r.at < pattern.len)
        SX_TRY(read_item(&r));
    return r.depth == 0 || refuse(&r, "missing )");
}

/* SPDX-License-Identifier: MIT */
/* String and bytes literals. What needs no decoding is borrowed from the text. */
#include "cel/lex.h"
#include "cel/utf8.h"

struct literal {
    struct sx_cel_compiler *c;
    struct sx_str text;
    size_t at;
    bool is_bytes, is_raw;
    char quote;
    size_t n_quotes; /* 1 or 3 */
};

static bool quotes_here(const struct literal *l, size_t at)
{
    for (size_t i = 0; i < l->n_quotes; i++)
        if (at + i >= l->text.len || l->text.ptr[at + i] != l->quote)
            return false;
    return true;
}

static void read_prefix(struct literal *l)
{
    if ((l->text.ptr[l->at] | 0x20) == 'b') {
        l->is_bytes = true;
        l->at++;
    }
    if ((l->text.ptr[l->at] | 0x20) == 'r') {
        l->is_raw = true;
        l->at++;
    }
    l->quote = l->text.ptr[l->at];
    l->n_quotes = 3;
    if (!quotes_here(l, l->at))
        l->n_quotes = 1;
    l->at += l->n_quotes;
}

/* Finds the closing quotes; `*escapes` tells whether there is anything to decode. */
static bool find_end(const struct literal *l, size_t *end, bool *escapes)
{
    *escapes = false;
    for (size_t at = l->at; at < l->text.len;) {
        char c = l->text.ptr[at];
        if (quotes_here(l, at)) {
            *end = at;
            return true;
        }
        if (l->n_quotes == 1 && (c == '\n' || c == '\r'))
            break;
        size_t from = at;
        if (c == '\\' && !l->is_raw) {
            *escapes = true;
            at += 2;
        } else if (sx_utf8_next(l->text, &at) < 0) {
            return sx_cel_refuse(l->c, SX_E_FORMAT, from, "the text is not UTF-8");
        }
    }
    return sx_cel_refuse(l->c, SX_E_FORMAT, l->at - l->n_quotes, "the string does not end");
}

static int digit_of(char c, int base)
{
    int v = c >= '0' && c <= '9'   ? c - '0'
            : c >= 'a' && c <= 'f' ? c - 'a' + 10
            : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                   : -1;
    return v < base ? v : -1;
}

/* Reads exactly `n` digits from `*at`; -1 when they are not there. */
static int64_t digits(struct sx_str s, size_t *at, size_t n, int base)
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++, ++*at) {
        int digit = *at < s.len ? digit_of(s.ptr[*at], base) : -1;
        if (digit < 0)
            return -1;
        v = v * base + digit;
    }
    return v;
}

/* The character after the backslash at body[*at - 1], as a code point or, of bytes, an octet. */
static int64_t escaped(const struct literal *l, struct sx_str body, size_t *at)
{
    static const char marks[] = "\\?\"'`abfnrtv", meant[] = "\\?\"'`\a\b\f\n\r\t\v";
    char c = *at < body.len ? body.ptr[*at] : '\0';
    const char *mark = c != '\0' ? strchr(marks, c) : NULL;
    ++*at;
    if (mark != NULL)
        return meant[mark - marks];
    if (c == 'x' || c == 'X')
        return digits(body, at, 2, 16);
    if (c == 'u' && !l->is_bytes)
        return digits(body, at, 4, 16);
    if (c == 'U' && !l->is_bytes)
        return digits(body, at, 8, 16);
    --*at;
    int64_t octal = digits(body, at, 3, 8);
    return octal <= 0377 ? octal : -1;
}

static bool decode(const struct literal *l, struct sx_str body, struct sx_str *out)
{
    /* no escape is shorter than what it stands for */
    char *to = sx_arena_alloc(l->c->arena, body.len + 1);
    size_t n = 0;
    for (size_t at = 0; at < body.len;) {
        if (body.ptr[at] != '\\') {
            to[n++] = body.ptr[at++];
            continue;
        }
        size_t from = at++;
        int64_t c = escaped(l, body, &at);
        if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
            return sx_cel_refuse(l->c, SX_E_FORMAT, l->at + from, "no such escape in a string");
        if (l->is_bytes)
            to[n++] = (char)c;
        else
            n += sx_utf8_put(to + n, (int32_t)c);
    }
    *out = (struct sx_str){ to, n };
    return true;
}

bool sx_lex_string(struct sx_cel_compiler *c, struct sx_token *out)
{
    struct literal l = { .c = c, .text = c->text, .at = out->at };
    read_prefix(&l);
    size_t end = 0;
    bool escapes = false;
    SX_TRY(find_end(&l, &end, &escapes));
    struct sx_str body = sx_str_sub(l.text, l.at, end - l.at);
    out->kind = l.is_bytes ? SX_TOKEN_BYTES : SX_TOKEN_STRING;
    out->end = end + l.n_quotes;
    out->str = body;
    return !escapes || decode(&l, body, &out->str);
}

/* SPDX-License-Identifier: MIT */
#include "report/layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <utf8proc.h>

enum { LONG_VALUE = 200, CUT_VALUE = 160, FLUSH_AT = 1 << 16 };

static const char *const symbols[SX_N_SYMBOLS][2] = {
    [SX_SYMBOL_CHECK] = { "✓", "+" },  [SX_SYMBOL_CROSS] = { "✗", "x" },
    [SX_SYMBOL_BAR] = { "│", "|" },    [SX_SYMBOL_ELLIPSIS] = { "…", "..." },
    [SX_SYMBOL_ARROW] = { "→", "->" },
};

const char *sx_symbol_text(const struct sx_style *style, enum sx_symbol symbol)
{
    return symbols[symbol][style->ascii];
}

static size_t char_columns(int32_t c)
{
    return c < 0 ? 1 : (size_t)utf8proc_charwidth(c);
}

bool sx_is_safe(struct sx_str text)
{
    for (size_t at = 0; at < text.len;) {
        int32_t c = sx_utf8_next(text, &at);
        if (c < 0 || sx_is_hostile(c))
            return false;
    }
    return true;
}

size_t sx_columns(struct sx_str text)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.len;)
        columns += char_columns(sx_utf8_next(text, &at));
    return columns;
}

static bool is_rtl(int32_t c)
{
    if (c < 0x590)
        return false;
    utf8proc_propval_t class = utf8proc_get_property(c)->bidi_class;
    return class == UTF8PROC_BIDI_CLASS_R || class == UTF8PROC_BIDI_CLASS_AL;
}

struct sx_str sx_cut_value(struct sx_arena *arena, struct sx_str value)
{
    size_t n = 0, cut = 0;
    for (size_t at = 0; at < value.len; n++) {
        if (n == CUT_VALUE)
            cut = at;
        sx_utf8_next(value, &at);
    }
    if (n <= LONG_VALUE)
        return value;
    return sx_str_printf(arena, "%.*s… (%zu characters)", (int)cut, value.ptr, n);
}

void sx_layout_init(struct sx_layout *l, const struct sx_style *style, struct sx_out out)
{
    unsigned width = style->width == 0 ? 80 : style->width;
    *l = (struct sx_layout){ .style = style,
                             .out = out,
                             .width = width < 60    ? 60
                                      : width > 120 ? 120
                                                    : width };
}

static void hand_over(struct sx_layout *l)
{
    if (!l->stopped && l->done.len > 0)
        l->stopped = !l->out.write(l->out.context, l->done.ptr, l->done.len);
    l->done.len = 0;
}

static void show_role(struct sx_layout *l, enum sx_role role)
{
    static const char *const sgr[SX_N_ROLES] = {
        [SX_PLAIN] = "0", [SX_BAD] = "31",   [SX_CAUTION] = "33",
        [SX_GOOD] = "32", [SX_STRONG] = "1", [SX_FAINT] = "2"
    };
    if (!l->style->color || role == l->shown)
        return;
    if (l->shown != SX_PLAIN)
        sx_buf_cstr(&l->done, "\x1b[0m");
    if (role != SX_PLAIN)
        sx_buf_printf(&l->done, "\x1b[%sm", sgr[role]);
    l->shown = role;
}

static void new_line(struct sx_layout *l)
{
    show_role(l, SX_PLAIN);
    sx_buf_char(&l->done, '\n');
    l->column = l->blanks = 0;
    l->must_break = false;
    if (l->done.len >= FLUSH_AT)
        hand_over(l);
}

/* Writes the word without its role bytes, each of which says how what follows is shown. */
static void put_word(struct sx_layout *l)
{
    const char *p = l->word.ptr;
    for (size_t i = 0; i < l->word.len; i++) {
        if ((unsigned char)p[i] < SX_N_ROLES)
            show_role(l, (enum sx_role)p[i]);
        else
            sx_buf_char(&l->done, p[i]);
    }
}

static bool is_quoted(const struct sx_buf *word)
{
    return word->len > 1 && word->ptr[1] == '"'; /* behind the role byte */
}

/* Blanks at the end of a word wait for what follows it; returns how many. */
static size_t trim_word(struct sx_layout *l)
{
    size_t trailing = 0;
    for (; l->word.len > 0; l->word.len--) {
        char last = l->word.ptr[l->word.len - 1];
        if (last != ' ' && (unsigned char)last >= SX_N_ROLES)
            break;
        trailing += last == ' ';
    }
    l->word_columns -= trailing;
    return trailing;
}

/* The end of a word: it goes on the line if it fits there, else on the next one. Right-to-left
 * letters would carry what follows them with them, so they are quoted and end their line. */
static void end_word(struct sx_layout *l)
{
    size_t trailing = trim_word(l);
    if (l->word.len == 0)
        return;
    bool quote = l->word_is_rtl && !is_quoted(&l->word);
    size_t columns = l->word_columns + (quote ? 2 : 0);
    size_t from = l->column + l->blanks;
    if (!l->unbroken && from > l->hang && (l->must_break || from + columns > l->width)) {
        new_line(l);
        l->blanks = l->hang;
    }
    if ((enum sx_role)l->word.ptr[0] != l->shown)
        show_role(l, SX_PLAIN);
    sx_buf_fill(&l->done, ' ', l->blanks);
    if (quote)
        sx_buf_char(&l->done, '"');
    put_word(l);
    if (quote)
        sx_buf_char(&l->done, '"');
    l->column += l->blanks + columns;
    l->blanks = trailing;
    l->word.len = l->word_columns = 0;
    l->must_break = l->word_is_rtl;
    l->word_is_rtl = false;
}

/* A symbol of the rules' texts in a terminal without UTF-8. */
static const char *ascii_of(struct sx_str s)
{
    for (size_t i = 0; i < SX_N_SYMBOLS; i++)
        if (sx_str_is(s, symbols[i][0]))
            return symbols[i][1];
    return NULL;
}

/* What stands for a character that would harm: sx_escape's word for it, without the quotes. */
static struct sx_str harmless(struct sx_buf *buf, struct sx_str bytes)
{
    sx_escape_buf(buf, bytes);
    return (struct sx_str){ buf->ptr + 1, buf->len - 2 };
}

static void add_char(struct sx_layout *l, struct sx_str bytes, int32_t c)
{
    const char *ascii = l->style->ascii && c >= 0x80 ? ascii_of(bytes) : NULL;
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    if (ascii != NULL)
        bytes = sx_str_of(ascii);
    else if (c < 0 || sx_is_hostile(c))
        bytes = harmless(&buf, bytes);
    else
        l->word_is_rtl = l->word_is_rtl || is_rtl(c);
    sx_buf_str(&l->word, bytes);
    l->word_columns += sx_columns(bytes);
}

static void add_unbroken(struct sx_layout *l, enum sx_role role, struct sx_str text)
{
    if (text.len == 0)
        return;
    if (l->word.len == 0 || l->role != role)
        sx_buf_char(&l->word, (char)role);
    l->role = role;
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        int32_t c = sx_utf8_next(text, &at);
        add_char(l, sx_str_sub(text, from, at - from), c);
    }
}

void sx_layout_word(struct sx_layout *l, enum sx_role role, struct sx_str text)
{
    add_unbroken(l, role, text);
}

void sx_layout_name(struct sx_layout *l, enum sx_role role, struct sx_str name)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_escape_buf(&buf, name);
    add_unbroken(l, role, sx_buf_view(&buf));
}

/* Offset of the first `c` at or behind `from`; the text's length when there is none. */
static size_t find(struct sx_str text, size_t from, char c)
{
    const char *hit = from < text.len ? memchr(text.ptr + from, c, text.len - from) : NULL;
    return hit != NULL ? (size_t)(hit - text.ptr) : text.len;
}

static void add_cut(struct sx_layout *l, enum sx_role role, struct sx_str word)
{
    if (word.len <= LONG_VALUE) {
        add_unbroken(l, role, word);
        return;
    }
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    add_unbroken(l, role, sx_cut_value(arena, word));
}

static void add_words(struct sx_layout *l, enum sx_role role, struct sx_str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t end = find(s, at, ' ');
        add_cut(l, role, sx_str_sub(s, at, end - at));
        if (end < s.len)
            sx_layout_blanks(l, 1);
        at = end + 1;
    }
}

void sx_layout_text(struct sx_layout *l, enum sx_role role, struct sx_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = find(text, at, '\n');
        add_words(l, role, sx_str_sub(text, at, end - at));
        if (end + 1 < text.len)
            sx_layout_break(l);
        at = end + 1;
    }
}

void sx_layout_cstr(struct sx_layout *l, enum sx_role role, const char *text)
{
    sx_layout_text(l, role, sx_str_of(text));
}

void sx_layout_printf(struct sx_layout *l, enum sx_role role, const char *fmt, ...)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    char small[256];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int len = vsnprintf(small, sizeof(small), fmt, ap);
    va_end(ap);
    if (len >= (int)sizeof(small)) {
        sx_buf_fill(&buf, 0, (size_t)len + 1);
        vsnprintf(buf.ptr, (size_t)len + 1, fmt, again);
    }
    va_end(again);
    sx_layout_cstr(l, role, buf.ptr != NULL ? buf.ptr : small);
}

void sx_layout_path(struct sx_layout *l, enum sx_role role, struct sx_str path)
{
    for (size_t at = 0; at < path.len;) {
        size_t end = find(path, at, '/');
        add_unbroken(l, role, sx_str_sub(path, at, end + 1 - at));
        if (end + 1 < path.len)
            end_word(l);
        at = end + 1;
    }
}

void sx_layout_raw(struct sx_layout *l, struct sx_str text)
{
    end_word(l);
    sx_buf_str(&l->done, text);
    if (l->done.len >= FLUSH_AT)
        hand_over(l);
}

void sx_layout_blanks(struct sx_layout *l, size_t n)
{
    end_word(l);
    l->blanks += n;
}

void sx_layout_to(struct sx_layout *l, size_t column)
{
    end_word(l);
    l->blanks = l->column + 2 <= column || l->column == 0 ? column - l->column : 2;
}

void sx_layout_hang(struct sx_layout *l, size_t column)
{
    l->hang = column;
}

void sx_layout_unbroken(struct sx_layout *l, bool unbroken)
{
    end_word(l);
    l->unbroken = unbroken;
}

void sx_layout_line(struct sx_layout *l)
{
    end_word(l);
    new_line(l);
    l->hang = 0;
    l->unbroken = false;
}

void sx_layout_break(struct sx_layout *l)
{
    if (l->unbroken) {
        sx_layout_blanks(l, 1);
        return;
    }
    end_word(l);
    if (l->column > 0)
        new_line(l);
    l->blanks = l->hang;
}

void sx_layout_label(struct sx_layout *l, size_t indent, const char *label, size_t column)
{
    sx_layout_to(l, indent);
    sx_layout_cstr(l, SX_FAINT, label);
    sx_layout_to(l, column);
    sx_layout_hang(l, column);
}

/* Breaks a long path so that its last component and the words stand together, if they fit. */
static void break_path(struct sx_layout *l, struct sx_str path, struct sx_str words)
{
    struct sx_str last = sx_str_base(path);
    size_t together = sx_columns(last) + 2 + sx_columns(words);
    sx_layout_path(l, SX_STRONG, sx_str_sub(path, 0, path.len - last.len));
    end_word(l);
    if (together <= l->width && l->column + together > l->width)
        sx_layout_break(l);
    sx_layout_word(l, SX_STRONG, last);
}

void sx_layout_heading(struct sx_layout *l, struct sx_str path, struct sx_str words)
{
    if (sx_columns(path) + 2 + sx_columns(words) <= l->width)
        sx_layout_word(l, SX_STRONG, path);
    else
        break_path(l, path, words);
    if (words.len > 0)
        sx_layout_blanks(l, 2);
    sx_layout_text(l, SX_FAINT, words);
    sx_layout_line(l);
}

bool sx_layout_finish(struct sx_layout *l)
{
    end_word(l);
    if (l->column > 0)
        new_line(l);
    hand_over(l);
    sx_buf_release(&l->done);
    sx_buf_release(&l->word);
    return !l->stopped;
}

/* SPDX-License-Identifier: MIT */
#include "report/shell.h"

/* What the shell reads as itself, without quotes. */
static bool is_bare(struct sx_str word)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && (c == '\0' || strchr("_@%+=:,./-", c) == NULL))
            return false;
    }
    return word.len > 0;
}

/* $'…' with every byte that is not plain ASCII spelled out: \x is known to each of the shells. */
static void quote_bytes(struct sx_buf *buf, struct sx_str word)
{
    sx_buf_cstr(buf, "$'");
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.ptr[i];
        if (c == '\n')
            sx_buf_cstr(buf, "\\n");
        else if (c == '\'' || c == '\\')
            sx_buf_printf(buf, "\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            sx_buf_printf(buf, "\\x%02x", c);
        else
            sx_buf_char(buf, (char)c);
    }
    sx_buf_char(buf, '\'');
}

static void quote_single(struct sx_buf *buf, struct sx_str word)
{
    sx_buf_char(buf, '\'');
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] == '\'')
            sx_buf_cstr(buf, "'\\''");
        else
            sx_buf_char(buf, word.ptr[i]);
    }
    sx_buf_char(buf, '\'');
}

struct sx_str sx_shell_quote(struct sx_arena *arena, struct sx_str word)
{
    if (is_bare(word))
        return word;
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    if (sx_is_safe(word))
        quote_single(&buf, word);
    else
        quote_bytes(&buf, word);
    return sx_str_dup(arena, sx_buf_view(&buf));
}

struct sx_str sx_shell_below(struct sx_arena *arena, const char *variable, struct sx_str path)
{
    bool fits = sx_is_safe(path);
    for (size_t i = 0; i < path.len; i++)
        fits = fits && strchr("\"$`\\!", path.ptr[i]) == NULL;
    if (path.len == 0)
        return sx_str_printf(arena, "\"$%s\"", variable);
    if (fits)
        return sx_str_printf(arena, "\"$%s/%.*s\"", variable, SX_STR_ARG(path));
    struct sx_str quoted = sx_shell_quote(arena, path);
    return sx_str_printf(arena, "\"$%s\"/%.*s", variable, SX_STR_ARG(quoted));
}

/* The end of the word that begins at `at`. A backslash hides what follows it, but not in '…'. */
static size_t word_end(struct sx_str s, size_t at)
{
    enum { BARE, SINGLE, DOUBLE, ESCAPED } state = BARE;
    for (; at < s.len && (state != BARE || s.ptr[at] != ' '); at++) {
        char c = s.ptr[at];
        if (c == '\\' && state != SINGLE)
            at++;
        else if (c == '\'' && state == BARE)
            state = at > 0 && s.ptr[at - 1] == '$' ? ESCAPED : SINGLE;
        else if (c == '"' && (state == BARE || state == DOUBLE))
            state = state == BARE ? DOUBLE : BARE;
        else if (c == '\'' && (state == SINGLE || state == ESCAPED))
            state = BARE;
    }
    return at < s.len ? at : s.len;
}

struct sx_strs sx_shell_words(struct sx_arena *arena, struct sx_str command)
{
    SX_VEC(struct sx_str) words = { 0 };
    for (size_t at = 0; at < command.len;) {
        if (command.ptr[at] == ' ') {
            at++;
            continue;
        }
        size_t end = word_end(command, at);
        SX_PUSH(arena, &words, sx_str_sub(command, at, end - at));
        at = end;
    }
    return (struct sx_strs){ words.at, words.n };
}

/* The last column stays free, lest a terminal that wraps there breaks what is pasted. A word
 * goes on the line when it fits there together with the backslash that may have to follow. */
void sx_layout_command(struct sx_layout *l, struct sx_strs words)
{
    size_t indent = l->column + l->blanks, column = indent;
    for (size_t i = 0; i < words.n; i++) {
        bool is_last = i + 1 == words.n;
        size_t n = sx_columns(words.at[i]);
        if (i > 0 && column + 1 + n + (is_last ? 0 : 2) > l->width - 1) {
            sx_layout_blanks(l, 1);
            sx_layout_word(l, SX_PLAIN, SX_STR("\\"));
            sx_layout_line(l);
            column = indent + 2;
            sx_layout_to(l, column);
        } else if (i > 0) {
            sx_layout_blanks(l, 1);
            column++;
        }
        sx_layout_unbroken(l, true);
        sx_layout_word(l, SX_PLAIN, words.at[i]);
        column += n;
    }
    sx_layout_unbroken(l, false);
}

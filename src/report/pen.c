/* SPDX-License-Identifier: MIT */
#include "report/pen.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

/* What stands for a character of ASCII in each place. Workflow commands: their runner replaces
 * nothing but these (actions/toolkit, packages/core/src/command.ts). Markdown: what begins
 * emphasis, code, links, tables, HTML and mentions. */
static const char *const marks[SX_N_PLACES_IN][128] = {
    [SX_IN_MARKUP] = { ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['\n'] = "\n" },
    [SX_IN_ATTRIBUTE] = { ['&'] = "&amp;",
                          ['<'] = "&lt;",
                          ['>'] = "&gt;",
                          ['"'] = "&quot;",
                          ['\n'] = "&#10;" },
    [SX_IN_LINE] = { ['\n'] = " " },
    [SX_IN_COMMAND] = { ['%'] = "%25", ['\n'] = "%0A" },
    [SX_IN_PROPERTY] = { ['%'] = "%25", ['\n'] = "%0A", [':'] = "%3A", [','] = "%2C" },
    [SX_IN_MARKDOWN] = { ['&'] = "&amp;",
                         ['<'] = "&lt;",
                         ['>'] = "&gt;",
                         ['\\'] = "\\\\",
                         ['`'] = "\\`",
                         ['*'] = "\\*",
                         ['_'] = "\\_",
                         ['['] = "\\[",
                         [']'] = "\\]",
                         ['|'] = "\\|",
                         ['~'] = "\\~",
                         ['#'] = "\\#",
                         ['!'] = "\\!",
                         ['@'] = "&#64;",
                         ['$'] = "&#36;",
                         ['\n'] = "<br>" },
    [SX_IN_ADDRESS] = { ['"'] = "%22", ['<'] = "%3C", ['>'] = "%3E", [' '] = "%20", ['\n'] = "" },
};

void sx_pen_init(struct sx_pen *pen, struct sx_out out)
{
    *pen = (struct sx_pen){ .out = out };
}

static void flush(struct sx_pen *pen)
{
    if (pen->n > 0 && !pen->stopped)
        pen->stopped = !pen->out.write(pen->out.context, pen->buf, pen->n);
    pen->n = 0;
}

void sx_pen_bytes(struct sx_pen *pen, struct sx_str bytes)
{
    while (bytes.len > 0 && !pen->stopped) {
        size_t room = sizeof(pen->buf) - pen->n;
        size_t n = bytes.len < room ? bytes.len : room;
        memcpy(pen->buf + pen->n, bytes.ptr, n);
        pen->n += n;
        bytes = sx_str_sub(bytes, n, bytes.len);
        if (pen->n == sizeof(pen->buf))
            flush(pen);
    }
}

bool sx_pen_finish(struct sx_pen *pen)
{
    flush(pen);
    return !pen->stopped;
}

void sx_pen_raw(struct sx_pen *pen, const char *text)
{
    sx_pen_bytes(pen, sx_str_of(text));
}

void sx_pen_printf(struct sx_pen *pen, const char *fmt, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, arguments);
    va_end(arguments);
    assert(n >= 0 && (size_t)n < sizeof(text)); /* numbers and short words of ours */
    sx_pen_bytes(pen, (struct sx_str){ text, (size_t)n });
}

static void put_hostile(struct sx_pen *pen, enum sx_place_in place, struct sx_str bytes)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_escape_buf(&buf, bytes);
    struct sx_str bare = sx_str_sub(sx_buf_view(&buf), 1, buf.len - 2); /* without its quotes */
    if (place == SX_IN_MARKDOWN)
        sx_pen_bytes(pen, SX_STR("\\"));
    sx_pen_bytes(pen, bare);
}

/* GitHub makes links of bare addresses: of "://" and "www." (GFM, 6.9). */
static const char *link_mark(struct sx_str text, size_t at)
{
    struct sx_str rest = sx_str_sub(text, at, text.len);
    if (sx_str_starts(rest, SX_STR("://")))
        return "&#58;";
    if (at >= 3 && text.ptr[at] == '.' && (text.ptr[at - 1] | 32) == 'w')
        return "&#46;";
    return NULL;
}

static const char *mark_of(enum sx_place_in place, struct sx_str text, size_t at, int32_t c)
{
    const char *mark = c >= 0 && c < 128 ? marks[place][c] : NULL;
    return mark == NULL && place == SX_IN_MARKDOWN ? link_mark(text, at) : mark;
}

void sx_pen_text(struct sx_pen *pen, enum sx_place_in place, struct sx_str text)
{
    for (size_t at = 0; at < text.len && !pen->stopped;) {
        size_t from = at;
        int32_t c = sx_utf8_next(text, &at);
        struct sx_str bytes = sx_str_sub(text, from, at - from);
        const char *mark = mark_of(place, text, from, c);
        if (mark != NULL)
            sx_pen_raw(pen, mark);
        else if (c < 0 || sx_is_hostile(c))
            put_hostile(pen, place, bytes);
        else
            sx_pen_bytes(pen, bytes);
    }
}

void sx_pen_cstr(struct sx_pen *pen, enum sx_place_in place, const char *text)
{
    sx_pen_text(pen, place, sx_str_of(text));
}

void sx_pen_attribute(struct sx_pen *pen, const char *name, struct sx_str value)
{
    if (value.ptr == NULL)
        return;
    sx_pen_printf(pen, " %s=\"", name);
    sx_pen_text(pen, SX_IN_ATTRIBUTE, value);
    sx_pen_raw(pen, "\"");
}

void sx_pen_number(struct sx_pen *pen, const char *name, uint64_t value)
{
    sx_pen_printf(pen, " %s=\"%llu\"", name, (unsigned long long)value);
}

static bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

struct sx_out sx_buf_out(struct sx_buf *buf)
{
    return (struct sx_out){ append, buf };
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && strchr("-._~/", c) != NULL);
}

struct sx_str sx_uri_of(struct sx_arena *arena, struct sx_str path)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    if (sx_str_starts(path, SX_STR("/")))
        sx_buf_cstr(&buf, "file://");
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (is_unreserved(c))
            sx_buf_char(&buf, (char)c);
        else
            sx_buf_printf(&buf, "%%%02X", c);
    }
    return sx_str_dup(arena, sx_buf_view(&buf));
}

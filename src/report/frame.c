/* SPDX-License-Identifier: MIT */
#include "report/frame.h"

enum { MOST_LINES = SX_MOST_FRAME_LINES, LONG_LINE = 400, TAB = 4 };

/* Where the lines of a text end: at line breaks, or, where it has none to speak of, between the
 * tags of its elements. */
struct lines {
    struct sx_str text;
    bool by_element;
};

static bool begins_line(const struct lines *lines, size_t at)
{
    const char *p = lines->text.ptr;
    if (at == 0)
        return true;
    return lines->by_element ? p[at - 1] == '>' && p[at] == '<' : p[at - 1] == '\n';
}

static size_t line_start(const struct lines *lines, size_t at)
{
    while (!begins_line(lines, at))
        at--;
    return at;
}

/* The line that begins at `from`, without its end. */
static struct sx_str line_at(const struct lines *lines, size_t from)
{
    size_t end = from + 1;
    while (end < lines->text.len && !begins_line(lines, end))
        end++;
    while (end > from && strchr("\r\n\t ", lines->text.ptr[end - 1]) != NULL)
        end--;
    return sx_str_sub(lines->text, from, end - from);
}

static struct lines lines_of(const struct sx_place *place)
{
    struct lines lines = { place->document->text, false };
    size_t start = line_start(&lines, place->at);
    lines.by_element = line_at(&lines, start).len > LONG_LINE ||
                       memchr(lines.text.ptr, '\n', lines.text.len) == NULL;
    return lines;
}

static bool is_inside(const struct sx_place *place)
{
    return place->document != NULL && place->at < place->document->text.len;
}

struct sx_str sx_frame_place(const struct sx_place *place, struct sx_arena *arena)
{
    const struct sx_document *document = place->document;
    struct sx_str path = sx_escape(arena, document->path);
    if (document->is_file)
        return sx_str_printf(arena, "%.*s:%u:%u", SX_STR_ARG(path), place->line, place->column);
    struct sx_str title = document->title.ptr != NULL ? sx_escape(arena, document->title) : path;
    if (is_inside(place) && lines_of(place).by_element)
        return sx_str_printf(arena, "%.*s, byte %zu", SX_STR_ARG(title), place->at);
    return sx_str_printf(arena, "%.*s, line %u", SX_STR_ARG(title), place->line);
}

/* The lines of the frame, as offsets of their first bytes; returns how many. */
static size_t choose(const struct lines *lines, size_t at, size_t starts[MOST_LINES])
{
    size_t back[MOST_LINES], n = 0;
    for (size_t from = line_start(lines, at);; from = line_start(lines, from - 1)) {
        struct sx_str line = line_at(lines, from);
        back[n++] = from;
        if (n == MOST_LINES || from == 0 || sx_str_find(line, SX_STR("<key>")) < line.len)
            break;
    }
    for (size_t i = 0; i < n; i++)
        starts[i] = back[n - 1 - i];
    return n;
}

static struct sx_str expand_tabs(struct sx_str line, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == '\t')
            sx_buf_fill(&buf, ' ', TAB);
        else
            sx_buf_char(&buf, line.ptr[i]);
    }
    return sx_str_dup(arena, sx_buf_view(&buf));
}

static size_t indent_of(struct sx_str line)
{
    size_t n = 0;
    while (n < line.len && line.ptr[n] == ' ')
        n++;
    return n;
}

struct frame {
    const struct sx_place *place;
    struct lines lines;
    size_t starts[MOST_LINES], n;
    size_t common;    /* indentation of all lines */
    int number_width; /* of line numbers; 0 = none */
    size_t column;
    struct sx_arena *arena;
};

static int digits_of(uint32_t n)
{
    int digits = 1;
    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

/* The start of a line: its number, or blanks, and the bar. */
static void margin(struct sx_layout *l, const struct frame *frame, uint32_t number)
{
    const char *bar = sx_symbol_text(l->style, SX_SYMBOL_BAR);
    sx_layout_hang(l, frame->column);
    sx_layout_unbroken(l, false);
    sx_layout_break(l);
    struct sx_str text = sx_str_of(bar);
    if (number > 0)
        text = sx_str_printf(frame->arena, "%*u %s", frame->number_width, number, bar);
    else if (frame->number_width > 0)
        text = sx_str_printf(frame->arena, "%*s %s", frame->number_width, "", bar);
    sx_layout_word(l, SX_FAINT, text);
    sx_layout_unbroken(l, true); /* what carets stand under stays where it is */
}

/* Carets under the value. What was escaped does not stand where it stood, so it has none. */
static void carets(struct sx_layout *l, const struct frame *frame, size_t start,
                   struct sx_str shown)
{
    const struct sx_place *place = frame->place;
    size_t end = start + line_at(&frame->lines, start).len;
    if (place->at >= end || !sx_is_safe(shown))
        return;
    size_t len = place->len < end - place->at ? place->len : end - place->at;
    struct sx_str before = sx_str_sub(frame->lines.text, start, place->at - start);
    struct sx_str value = sx_str_sub(frame->lines.text, place->at, len);
    size_t n = sx_columns(expand_tabs(value, frame->arena));
    size_t from = sx_columns(expand_tabs(before, frame->arena));
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_buf_fill(&buf, '^', n > 0 ? n : 1);
    margin(l, frame, 0);
    sx_layout_blanks(l, from > frame->common ? 1 + from - frame->common : 1);
    sx_layout_word(l, SX_CAUTION, sx_buf_view(&buf));
}

static struct frame frame_of(const struct sx_place *place, size_t column, struct sx_arena *arena)
{
    struct frame frame = {
        .place = place, .lines = lines_of(place), .column = column, .arena = arena
    };
    frame.n = choose(&frame.lines, place->at, frame.starts);
    frame.common = SIZE_MAX;
    for (size_t i = 0; i < frame.n; i++) {
        size_t indent = indent_of(expand_tabs(line_at(&frame.lines, frame.starts[i]), arena));
        frame.common = indent < frame.common ? indent : frame.common;
    }
    frame.number_width = frame.lines.by_element ? 0 : digits_of(place->line);
    return frame;
}

void sx_layout_frame(struct sx_layout *l, const struct sx_place *place, size_t column)
{
    if (!is_inside(place))
        return;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct frame frame = frame_of(place, column, arena);
    for (size_t i = 0; i < frame.n; i++) {
        struct sx_str line = expand_tabs(line_at(&frame.lines, frame.starts[i]), arena);
        struct sx_str shown = sx_str_sub(line, frame.common, line.len);
        margin(l, &frame, frame.number_width > 0 ? place->line - (uint32_t)(frame.n - 1 - i) : 0);
        sx_layout_blanks(l, 1 + indent_of(shown));
        sx_layout_word(l, SX_PLAIN,
                       sx_cut_value(arena, sx_str_sub(shown, indent_of(shown), shown.len)));
        if (i + 1 == frame.n)
            carets(l, &frame, frame.starts[i], shown);
    }
    sx_layout_unbroken(l, false);
}

size_t sx_frame_lines(const struct sx_place *place, struct sx_arena *arena,
                      struct sx_frame_line out[SX_MOST_FRAME_LINES])
{
    if (!is_inside(place))
        return 0;
    struct frame frame = frame_of(place, 0, arena);
    for (size_t i = 0; i < frame.n; i++) {
        struct sx_str line = line_at(&frame.lines, frame.starts[i]);
        bool has_value = i + 1 == frame.n;
        size_t at = has_value ? place->at - frame.starts[i] : line.len;
        struct sx_str before = expand_tabs(sx_str_sub(line, 0, at), arena);
        struct sx_str value = sx_str_sub(line, at, has_value ? place->len : 0);
        out[i] = (struct sx_frame_line){
            .number = frame.number_width > 0 ? place->line - (uint32_t)(frame.n - 1 - i) : 0,
            .before = sx_str_sub(before, frame.common, before.len),
            .value = sx_cut_value(arena, value),
            .after = sx_cut_value(arena, sx_str_sub(line, at + value.len, line.len)),
        };
    }
    return frame.n;
}

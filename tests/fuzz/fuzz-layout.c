/* SPDX-License-Identifier: MIT */
/* Text of any kind, laid out in every way. What comes out must be harmless, hold no blank at the
 * end of a line, and, as a word of the shell, hold together. */
#include "report/frame.h"
#include "report/shell.h"

#include <stdint.h>
#include <stdlib.h>

static bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

static void expect_harmless(struct sx_str text)
{
    int32_t before = 0;
    for (size_t at = 0; at < text.len;) {
        int32_t c = sx_utf8_next(text, &at);
        if (c < 0 || (c != '\n' && sx_is_hostile(c)))
            abort();
        if (c == '\n' && before == ' ')
            abort();
        before = c;
    }
}

/* A quoted word is one word, and harmless. */
static void expect_one_word(struct sx_arena *arena, struct sx_str text)
{
    struct sx_str quoted = sx_shell_quote(arena, text);
    if (!sx_is_safe(quoted) || sx_shell_words(arena, quoted).n != 1)
        abort();
    if (sx_shell_words(arena, sx_shell_below(arena, "app", text)).n != 1)
        abort();
}

static void put(struct sx_layout *l, struct sx_arena *arena, struct sx_str text)
{
    sx_layout_heading(l, text, SX_STR("app"));
    sx_layout_label(l, 4, "found", 14);
    sx_layout_text(l, SX_STRONG, text);
    sx_layout_break(l);
    sx_layout_name(l, SX_PLAIN, text);
    sx_layout_line(l);
    sx_layout_path(l, SX_FAINT, text);
    sx_layout_to(l, 30);
    sx_layout_word(l, SX_PLAIN, text);
    sx_layout_line(l);
    sx_layout_command(l, sx_shell_words(arena, text));
    sx_layout_line(l);
}

/* The byte before the text says where in it the value of a frame stands. */
static void put_frame(struct sx_layout *l, struct sx_arena *arena, struct sx_str text, uint8_t at)
{
    struct sx_document document = { .title = text, .text = text };
    struct sx_place place = { .document = &document, .at = at, .len = at / 2 };
    if (place.at >= text.len)
        return;
    sx_line_of(text, place.at, &place.line, &place.column);
    sx_layout_word(l, SX_PLAIN, sx_frame_place(&place, arena));
    sx_layout_frame(l, &place, 14);
    sx_layout_line(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_style style = { .width = 60 + data[0] % 64, .ascii = (data[0] & 128) != 0 };
    struct sx_str text = { (const char *)data + 2, size - 2 };
    struct sx_layout l;
    sx_layout_init(&l, &style, (struct sx_out){ append, &out });
    put(&l, arena, text);
    put_frame(&l, arena, text, data[1]);
    if (!sx_layout_finish(&l))
        abort();
    expect_harmless(sx_buf_view(&out));
    expect_one_word(arena, text);
    return 0;
}

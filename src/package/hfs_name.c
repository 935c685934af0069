/* SPDX-License-Identifier: MIT */
/* Names are UTF-16, decomposed. A '/' in one is the ':' of whoever asks through BSD. */
#include "package/hfs.h"

static void put_utf8(char *to, size_t *n, uint32_t c)
{
    static const struct {
        uint32_t below;
        uint8_t lead, more;
    } forms[] = {
        { 0x80, 0x00, 0 }, { 0x800, 0xc0, 1 }, { 0x10000, 0xe0, 2 }, { 0x110000, 0xf0, 3 }
    };
    size_t form = 0;
    while (c >= forms[form].below)
        form++;
    unsigned more = forms[form].more;
    to[(*n)++] = (char)(forms[form].lead | c >> (6 * more));
    while (more-- > 0)
        to[(*n)++] = (char)(0x80 | (c >> (6 * more) & 0x3f));
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

/* A half of a pair without the other half stays what it is, three bytes that are no UTF-8. */
struct sx_str hfs_name(struct sx_arena *arena, struct sx_span utf16)
{
    char *to = sx_arena_alloc(arena, utf16.len / 2 * 3 + 1);
    struct sx_cursor c = sx_cursor_be(utf16);
    size_t n = 0;
    while (sx_cursor_left(&c) >= 2) {
        uint32_t unit = sx_get_u16(&c, "name");
        if (is_high(unit) && sx_cursor_left(&c) >= 2) {
            struct sx_cursor ahead = c;
            uint32_t low = sx_get_u16(&ahead, "name");
            if (low >= 0xdc00 && low < 0xe000) {
                unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                c = ahead;
            }
        }
        put_utf8(to, &n, unit == '/' ? ':' : unit);
    }
    return (struct sx_str){ to, n };
}

/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <utf8proc.h>

/* By Unicode general category: controls, format characters (bidirectional and zero-width ones
 * among them), line and paragraph separators, surrogates, private and unassigned characters; and
 * what is drawn as nothing (Default_Ignorable_Code_Point): variation selectors, Hangul fillers. */
bool sx_is_hostile(int32_t c)
{
    static const uint32_t hostile = 1u << UTF8PROC_CATEGORY_CC | 1u << UTF8PROC_CATEGORY_CF |
                                    1u << UTF8PROC_CATEGORY_ZL | 1u << UTF8PROC_CATEGORY_ZP |
                                    1u << UTF8PROC_CATEGORY_CS | 1u << UTF8PROC_CATEGORY_CO |
                                    1u << UTF8PROC_CATEGORY_CN;
    if (c >= 0x20 && c < 0x7f)
        return false;
    return (hostile >> utf8proc_category(c) & 1) != 0 || utf8proc_get_property(c)->ignorable;
}

/* Text that begins with a quote would look like text that was escaped. */
static bool is_harmless(struct sx_str s)
{
    if (s.len > 0 && s.ptr[0] == '"')
        return false;
    for (size_t at = 0; at < s.len;) {
        int32_t c = sx_utf8_next(s, &at);
        if (c < 0 || sx_is_hostile(c))
            return false;
    }
    return true;
}

static void escape_char(struct sx_buf *buf, int32_t c)
{
    static const char named[] = { ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
    if (c < (int32_t)sizeof(named) && named[c] != 0)
        sx_buf_printf(buf, "\\%c", named[c]);
    else if (c < 0x80)
        sx_buf_printf(buf, "\\x%02x", (unsigned)c);
    else
        sx_buf_printf(buf, "\\u{%04x}", (unsigned)c);
}

void sx_escape_buf(struct sx_buf *buf, struct sx_str s)
{
    if (is_harmless(s)) {
        sx_buf_str(buf, s);
        return;
    }
    sx_buf_char(buf, '"');
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        int32_t c = sx_utf8_next(s, &at);
        if (c < 0)
            sx_buf_printf(buf, "\\x%02x", (unsigned)-c);
        else if (c == '\\' || c == '"')
            sx_buf_printf(buf, "\\%c", (char)c);
        else if (sx_is_hostile(c))
            escape_char(buf, c);
        else
            sx_buf_put(buf, s.ptr + from, at - from);
    }
    sx_buf_char(buf, '"');
}

struct sx_str sx_escape(struct sx_arena *arena, struct sx_str s)
{
    if (s.ptr == NULL || is_harmless(s))
        return s;
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_escape_buf(&buf, s);
    return sx_str_dup(arena, sx_buf_view(&buf));
}

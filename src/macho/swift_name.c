/* SPDX-License-Identifier: MIT */
#include "macho/swift_name.h"

#include "base/buf.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* An identifier is its length in decimal and so many characters. */
static bool take_identifier(struct sx_str *rest, struct sx_str *out)
{
    size_t len = 0, at = 0;
    while (at < rest->len && is_digit(rest->ptr[at]) && len <= rest->len)
        len = len * 10 + (size_t)(rest->ptr[at++] - '0');
    if (len == 0 || len > rest->len - at)
        return false;
    *out = sx_str_sub(*rest, at, len);
    *rest = sx_str_sub(*rest, at + len, rest->len);
    return true;
}

/* The standard library is abbreviated. P and an identifier name the file to which a declaration is
 * private. */
static bool take_part(struct sx_str *rest, struct sx_str *out)
{
    if (rest->len > 0 && rest->ptr[0] == 's') {
        *out = SX_STR("Swift");
        *rest = sx_str_sub(*rest, 1, rest->len);
        return true;
    }
    if (rest->len > 0 && rest->ptr[0] == 'P') {
        *rest = sx_str_sub(*rest, 1, rest->len);
        if (!take_identifier(rest, out))
            return false;
    }
    return take_identifier(rest, out);
}

struct sx_str sx_macho_swift_name(struct sx_arena *arena, struct sx_str name)
{
    struct sx_str prefix = SX_STR("_TtC");
    if (!sx_str_starts(name, prefix))
        return name;
    struct sx_str rest = sx_str_sub(name, prefix.len, name.len);
    while (rest.len > 0 && (rest.ptr[0] == 'C' || rest.ptr[0] == 'V' || rest.ptr[0] == 'O'))
        rest = sx_str_sub(rest, 1, rest.len); /* the kinds of the enclosing types */
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    size_t n = 0;
    for (struct sx_str part; rest.len > 0; n++) {
        if (!take_part(&rest, &part))
            return name;
        if (n > 0)
            sx_buf_char(&text, '.');
        sx_buf_str(&text, part);
    }
    return n >= 2 ? sx_str_dup(arena, sx_buf_view(&text)) : name;
}

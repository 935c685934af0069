/* SPDX-License-Identifier: MIT */
#include "package/names.h"

#include "base/buf.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool is_ascii(struct sx_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

static bool is_utf8(struct sx_str text)
{
    for (size_t at = 0; at < text.len;)
        if (sx_utf8_next(text, &at) < 0)
            return false;
    return true;
}

/* Tells whether composing (NFC) and decomposing (NFD) give different bytes: then a file system or
 * tool that does either breaks what another has sealed. */
static bool has_two_forms(struct sx_str text)
{
    static const utf8proc_option_t forms[] = { UTF8PROC_STABLE | UTF8PROC_COMPOSE,
                                               UTF8PROC_STABLE | UTF8PROC_DECOMPOSE };
    utf8proc_uint8_t *out[2] = { NULL, NULL };
    utf8proc_ssize_t n[2];
    for (size_t i = 0; i < 2; i++)
        n[i] = utf8proc_map((const utf8proc_uint8_t *)text.ptr, (utf8proc_ssize_t)text.len, &out[i],
                            forms[i]);
    bool differ =
        n[0] >= 0 && n[1] >= 0 && (n[0] != n[1] || memcmp(out[0], out[1], (size_t)n[0]) != 0);
    free(out[0]);
    free(out[1]);
    return differ;
}

void sx_container_check_name(struct sx_container *container, struct sx_arena *arena,
                             struct sx_str path)
{
    if (!is_ascii(path) && !is_utf8(path))
        sx_container_note(container, arena, "name-not-utf8", path, UINT64_MAX,
                          "the name is no UTF-8");
    else if (!is_ascii(path) && has_two_forms(path))
        sx_container_note(container, arena, "name-not-normalised", path, UINT64_MAX,
                          "the name has two spellings in Unicode, composed and decomposed");
    if (!sx_str_starts(path, SX_STR("__MACOSX/")) &&
        sx_str_starts(sx_str_base(path), SX_STR("._")) && sx_str_base(path).len > 2)
        sx_container_note(container, arena, "appledouble-file", path, UINT64_MAX,
                          "an AppleDouble file, unpacked as a file of its own");
}

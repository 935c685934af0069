/* SPDX-License-Identifier: MIT */
#include "requirements.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct sx_arena *arena;

void begin(void)
{
    arena = sx_arena_new();
}

void end(void)
{
    sx_arena_free(arena);
}

struct sx_span span_of(struct sx_str s)
{
    return (struct sx_span){ (const uint8_t *)s.ptr, s.len, 0 };
}

struct sx_str from_hex(const char *hex)
{
    char *bytes = sx_arena_alloc(arena, strlen(hex) / 2 + 1);
    size_t n = 0;
    for (; *hex != '\0'; hex++) {
        if (*hex == ' ')
            continue;
        char pair[3] = { hex[0], hex[1], '\0' };
        bytes[n++] = (char)strtoul(pair, NULL, 16);
        hex++;
    }
    return (struct sx_str){ bytes, n };
}

struct sx_str text_of(const struct sx_requirement *r, bool *reads_back)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    bool exact = sx_requirement_text(r, &text);
    if (reads_back != NULL)
        *reads_back = exact;
    return sx_str_dup(arena, sx_buf_view(&text));
}

struct sx_requirement read_text(struct sx_str text)
{
    struct sx_requirement r = { 0 };
    struct sx_err err = { 0 };
    if (!sx_requirement_read(text, arena, &r, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.what);
    return r;
}

void is_hex(struct sx_span blob, const char *hex)
{
    struct sx_str want = from_hex(hex);
    struct sx_str found = sx_str_of_span(blob);
    if (!sx_str_eq(found, want))
        fail_msg("%s", sx_hex(arena, found.ptr, found.len).ptr);
}

void is_text(struct sx_str found, const char *want)
{
    assert_string_equal(sx_str_dup(arena, found).ptr, want);
}

struct sx_str blob_of(const char *expression)
{
    size_t len = 12 + from_hex(expression).len;
    return from_hex(sx_str_printf(arena, "fade0c00 %08zx 00000001 %s", len, expression).ptr);
}

bool parse_copy(struct sx_span blob, struct sx_err *err)
{
    struct sx_requirements *set = SX_NEW(arena, struct sx_requirements);
    uint8_t *copy = malloc(blob.len > 0 ? blob.len : 1);
    assert_non_null(copy);
    if (blob.len > 0)
        memcpy(copy, blob.ptr, blob.len);
    bool ok = sx_requirements_parse((struct sx_span){ copy, blob.len, 0 }, arena, set, err);
    free(copy);
    return ok;
}

const char *row_name(const char *text)
{
    struct sx_str name = sx_str_dup(arena, sx_escape(arena, sx_str_of(text)));
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '#')
            sx_buf_cstr(&out, "\\x23");
        else
            sx_buf_char(&out, name.ptr[i]);
    return out.len > 0 ? sx_str_dup(arena, sx_buf_view(&out)).ptr : "(nothing)";
}

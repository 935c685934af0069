/* SPDX-License-Identifier: MIT */
#include "value/json.h"

#include "base/base64.h"
#include "base/number.h"

#include <stdio.h>

void sx_json_init(struct sx_json *json, bool (*write)(void *context, const char *bytes, size_t n),
                  void *context, enum sx_json_form form)
{
    /* not the buffer, whose bytes are written before they are read */
    json->lazy = (struct sx_strs){ 0 };
    json->write = write;
    json->context = context;
    json->form = form;
    json->stopped = json->has_item = json->after_key = false;
    json->depth = 0;
    json->n = 0;
}

bool sx_json_flush(struct sx_json *json)
{
    if (!json->stopped && json->n > 0)
        json->stopped = !json->write(json->context, json->buf, json->n);
    json->n = 0;
    return !json->stopped;
}

static void put(struct sx_json *json, const char *bytes, size_t n)
{
    while (n > 0) {
        size_t room = sizeof(json->buf) - json->n, part = n < room ? n : room;
        memcpy(json->buf + json->n, bytes, part);
        json->n += part;
        bytes += part;
        n -= part;
        if (json->n == sizeof(json->buf))
            sx_json_flush(json);
    }
}

static void put_char(struct sx_json *json, char c)
{
    put(json, &c, 1);
}

void sx_json_newline(struct sx_json *json)
{
    put_char(json, '\n');
    json->has_item = false;
}

static void new_line(struct sx_json *json)
{
    if (json->form != SX_JSON_PRETTY)
        return;
    put_char(json, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        put(json, "  ", 2);
}

/* What stands before a member or an element. */
static void begin_item(struct sx_json *json)
{
    if (json->depth > 0) {
        if (json->has_item)
            put_char(json, ',');
        new_line(json);
    }
    json->has_item = true;
}

/* What stands before a value. */
static void begin_value(struct sx_json *json)
{
    if (!json->after_key)
        begin_item(json);
    json->after_key = false;
}

static void open(struct sx_json *json, char bracket)
{
    begin_value(json);
    put_char(json, bracket);
    json->depth++;
    json->has_item = false;
}

static void close(struct sx_json *json, char bracket)
{
    json->depth--;
    if (json->has_item)
        new_line(json);
    put_char(json, bracket);
    json->has_item = true;
}

void sx_json_begin_object(struct sx_json *json)
{
    open(json, '{');
}

void sx_json_end_object(struct sx_json *json)
{
    close(json, '}');
}

void sx_json_begin_array(struct sx_json *json)
{
    open(json, '[');
}

void sx_json_end_array(struct sx_json *json)
{
    close(json, ']');
}

static void put_unit(struct sx_json *json, unsigned unit)
{
    char text[8];
    put(json, text, (size_t)snprintf(text, sizeof(text), "\\u%04x", unit));
}

static void put_escape(struct sx_json *json, int32_t c)
{
    static const char named[] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['"'] = '"'
    };
    if (c == '\\')
        put(json, "\\\\", 2);
    else if (c < (int32_t)sizeof(named) && named[c] != 0)
        put(json, (char[]){ '\\', named[c] }, 2);
    else if (c < 0x10000)
        put_unit(json, (unsigned)c);
    else { /* a surrogate pair */
        put_unit(json, 0xd800 + ((unsigned)(c - 0x10000) >> 10));
        put_unit(json, 0xdc00 + ((unsigned)(c - 0x10000) & 0x3ff));
    }
}

static void put_text(struct sx_json *json, struct sx_str s)
{
    put_char(json, '"');
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        int32_t c = sx_utf8_next(s, &at);
        if (c < 0)
            put(json, "\xef\xbf\xbd", 3); /* U+FFFD */
        else if (c == '"' || c == '\\' || sx_is_hostile(c))
            put_escape(json, c);
        else
            put(json, s.ptr + from, at - from);
    }
    put_char(json, '"');
}

void sx_json_key_str(struct sx_json *json, struct sx_str key)
{
    begin_item(json);
    put_text(json, key);
    put(json, ": ", json->form == SX_JSON_PRETTY ? 2 : 1);
    json->after_key = true;
}

void sx_json_key(struct sx_json *json, const char *key)
{
    sx_json_key_str(json, sx_str_of(key));
}

static void put_word(struct sx_json *json, struct sx_str word)
{
    begin_value(json);
    put(json, word.ptr, word.len);
}

void sx_json_null(struct sx_json *json)
{
    put_word(json, SX_STR("null"));
}

void sx_json_bool(struct sx_json *json, bool b)
{
    put_word(json, b ? SX_STR("true") : SX_STR("false"));
}

void sx_json_int(struct sx_json *json, int64_t i)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "%lld", (long long)i);
    put_word(json, (struct sx_str){ text, (size_t)n });
}

void sx_json_uint(struct sx_json *json, uint64_t u)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "%llu", (unsigned long long)u);
    put_word(json, (struct sx_str){ text, (size_t)n });
}

void sx_json_double(struct sx_json *json, double d)
{
    char buf[SX_DOUBLE_TEXT];
    struct sx_str text = sx_double_text(buf, d);
    if (d - d == 0) /* finite */
        put_word(json, text);
    else
        sx_json_string(json, text);
}

void sx_json_string(struct sx_json *json, struct sx_str s)
{
    if (s.ptr == NULL) {
        sx_json_null(json);
        return;
    }
    begin_value(json);
    put_text(json, s);
}

void sx_json_cstr(struct sx_json *json, const char *s)
{
    sx_json_string(json, sx_str_of(s));
}

void sx_json_hex(struct sx_json *json, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *in = bytes;
    begin_value(json);
    put_char(json, '"');
    for (size_t i = 0; i < n; i++)
        put(json, (char[]){ digits[in[i] >> 4], digits[in[i] & 15] }, 2);
    put_char(json, '"');
}

void sx_json_base64(struct sx_json *json, const void *bytes, size_t n)
{
    char group[4];
    begin_value(json);
    put_char(json, '"');
    for (size_t i = 0; i < n; i += 3) {
        sx_base64_group((const uint8_t *)bytes + i, n - i < 3 ? n - i : 3, group);
        put(json, group, sizeof(group));
    }
    put_char(json, '"');
}

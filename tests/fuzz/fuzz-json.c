/* SPDX-License-Identifier: MIT */
/* What is read as JSON is written as JSON, and read again as the same value. */
#include "base/buf.h"
#include "value/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

static void write_json(struct sx_value value, enum sx_json_form form, struct sx_buf *out)
{
    struct sx_json json;
    sx_json_init(&json, append, out, form);
    sx_json_value(&json, value);
    if (!sx_json_flush(&json))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_value value, again;
    struct sx_err err = { 0 };
    struct sx_str text = { (const char *)data, size };
    if (!sx_json_parse(text, arena, &value, &err)) {
        if (err.code == SX_OK || err.what[0] == '\0' || err.off > size)
            abort();
        return 0;
    }
    for (int form = SX_JSON_COMPACT; form <= SX_JSON_PRETTY; form++) {
        SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
        write_json(value, (enum sx_json_form)form, &out);
        if (!sx_json_parse(sx_buf_view(&out), arena, &again, &err) || !sx_value_eq(value, again))
            abort();
    }
    return 0;
}

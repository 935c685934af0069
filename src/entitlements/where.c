/* SPDX-License-Identifier: MIT */
#include "entitlements/where.h"

#include "base/buf.h"

#include <inttypes.h>

enum { LONG_TEXT = 60 };

static void put_step(struct sx_buf *out, const struct sx_step *step)
{
    if (step->up != NULL)
        put_step(out, step->up);
    if (step->key.ptr == NULL) {
        sx_buf_printf(out, "[%zu]", step->index);
        return;
    }
    if (out->len > 0)
        sx_buf_char(out, '.');
    sx_escape_buf(out, step->key);
}

struct sx_str sx_step_text(const struct sx_step *step, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    if (step != NULL)
        put_step(&out, step);
    return sx_str_dup(arena, sx_buf_view(&out));
}

/* Text in quotes, its beginning when it is long. */
static struct sx_str quoted(struct sx_str text, struct sx_arena *arena)
{
    size_t end = 0;
    while (end < text.len && end < LONG_TEXT)
        sx_utf8_next(text, &end);
    struct sx_str shown = sx_escape(arena, sx_str_sub(text, 0, end));
    const char *rest = end < text.len ? "…" : "";
    if (sx_str_starts(shown, SX_STR("\"")))
        return sx_str_printf(arena, "%.*s%s", SX_STR_ARG(shown), rest);
    return sx_str_printf(arena, "\"%.*s%s\"", SX_STR_ARG(shown), rest);
}

struct sx_str sx_value_phrase(const struct sx_value *v, struct sx_arena *arena)
{
    if (v == NULL)
        return SX_STR("nothing");
    switch ((enum sx_kind)v->kind) {
    case SX_BOOL:
        return v->b ? SX_STR("true") : SX_STR("false");
    case SX_INT:
        return sx_str_printf(arena, "%" PRId64, v->i);
    case SX_UINT:
        return sx_str_printf(arena, "%" PRIu64, v->u);
    case SX_STRING:
        return quoted(v->str, arena);
    case SX_BYTES:
        return sx_str_printf(arena, "data of %zu bytes", v->str.len);
    case SX_TIMESTAMP:
        return sx_time_text(arena, v->time);
    case SX_LIST:
        return sx_str_printf(arena, "an array of %zu", v->list.n);
    case SX_MAP:
        return sx_str_printf(arena, "a dictionary of %zu", v->map->n);
    case SX_DOUBLE:
        return SX_STR("a real number");
    case SX_NULL: /* the rest comes out of no property list */
    case SX_DURATION:
    case SX_OBJECT:
    case SX_TYPE:
    case SX_UNKNOWN:
    case SX_ERROR:
        break;
    }
    return SX_STR("nothing");
}

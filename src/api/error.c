/* SPDX-License-Identifier: MIT */
#include "api/handles.h"

#include <stdarg.h>
#include <stdio.h>

bool api_fail(struct sxlint_error *error, enum sxlint_code code, const char *fmt, ...)
{
    if (error == NULL)
        return false;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(error->text, sizeof(error->text), fmt, ap);
    va_end(ap);
    error->code = code;
    return false;
}

static enum sxlint_code code_of(enum sx_errc code)
{
    return code == SX_E_IO ? SXLINT_UNREADABLE : SXLINT_USAGE;
}

bool api_fail_err(struct sxlint_error *error, const struct sx_err *err)
{
    if (err->file == NULL)
        return api_fail(error, code_of(err->code), "%s", err->what);
    if (err->line == 0)
        return api_fail(error, code_of(err->code), "%s: %s", err->file, err->what);
    return api_fail(error, code_of(err->code), "%s:%u:%u: %s", err->file, err->line, err->column,
                    err->what);
}

bool api_fail_usage(struct sxlint_error *error, const struct sx_err *err)
{
    api_fail_err(error, err);
    if (error != NULL)
        error->code = SXLINT_USAGE;
    return false;
}

const char *sxlint_nearest(const char *word, const char *const *candidates)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_VEC(struct sx_str) names = { 0 };
    for (size_t i = 0; candidates[i] != NULL; i++)
        SX_PUSH(arena, &names, sx_str_of(candidates[i]));
    return candidates[sx_str_nearest(sx_str_of(word), names.at, names.n)];
}

size_t sxlint_escape(const char *text, char *out, size_t size)
{
    SX_AUTO(sx_buf_release) struct sx_buf safe = { 0 };
    sx_escape_buf(&safe, sx_str_of(text));
    size_t n = safe.len < size ? safe.len : size > 0 ? size - 1 : 0;
    if (n > 0)
        memcpy(out, safe.ptr, n);
    if (size > 0)
        out[n] = '\0';
    return safe.len;
}

bool api_no_such(struct sxlint_error *error, const char *what, struct sx_str word,
                 struct sx_strs right)
{
    SX_AUTO(sx_buf_release) struct sx_buf safe = { 0 }, all = { 0 };
    size_t nearest = sx_str_nearest(word, right.at, right.n);
    sx_escape_buf(&safe, word);
    if (nearest < right.n)
        return api_fail(error, SXLINT_USAGE, "no %s %.*s; the nearest is %.*s", what,
                        SX_STR_ARG(sx_buf_view(&safe)), SX_STR_ARG(right.at[nearest]));
    if (right.n == 0)
        return api_fail(error, SXLINT_USAGE, "no %s %.*s", what, SX_STR_ARG(sx_buf_view(&safe)));
    for (size_t i = 0; i < right.n; i++)
        sx_buf_printf(&all, "%s%.*s", i > 0 ? ", " : "", SX_STR_ARG(right.at[i]));
    return api_fail(error, SXLINT_USAGE, "no %s %.*s; there are %.*s", what,
                    SX_STR_ARG(sx_buf_view(&safe)), SX_STR_ARG(sx_buf_view(&all)));
}

bool api_stopped(struct sxlint_error *error)
{
    return api_fail(error, SXLINT_INTERNAL, "the report could not be written");
}

/* SPDX-License-Identifier: MIT */
/* Code requirements: compiled, printed, put to code. */
#include "api/handles.h"
#include "codesign/requirement.h"
#include "report/requirement.h"

/* Blobs begin so, texts never. */
static bool is_blob(struct sx_span bytes)
{
    return bytes.len >= 3 && memcmp(bytes.ptr, "\xfa\xde\x0c", 3) == 0;
}

/* codesign marks text on its command line with a sign that is no part of it. */
static struct sx_str text_of(struct sx_span bytes)
{
    struct sx_str text = sx_str_of_span(bytes);
    return sx_str_starts(text, SX_STR("=")) ? sx_str_sub(text, 1, text.len) : text;
}

static bool read_any(const void *bytes, size_t n, struct sx_arena *arena,
                     struct sx_requirements *out, struct sxlint_error *error)
{
    struct sx_span span = { bytes, n, 0 };
    struct sx_err err = { 0 };
    bool ok = is_blob(span) ? sx_requirements_parse(span, arena, out, &err)
                            : sx_requirements_read(text_of(span), arena, out, &err);
    if (ok)
        return true;
    if (err.line > 0)
        return api_fail(error, SXLINT_USAGE, "%u:%u: %s", err.line, err.column, err.what);
    return api_fail(error, SXLINT_USAGE, "%s, at byte %llu", err.what, (unsigned long long)err.off);
}

static bool write_text(struct sxlint_writer out, struct sx_str text, struct sxlint_error *error)
{
    return out.write(out.context, text.ptr, text.len) || api_stopped(error);
}

bool sxlint_requirement_compile(const void *bytes, size_t n, const char *format,
                                struct sxlint_writer out, struct sxlint_error *error)
{
    static const struct sx_str formats[] = { SX_LIT("hex"), SX_LIT("binary") };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_requirements *set = SX_NEW(arena, struct sx_requirements);
    struct sx_str wanted = format != NULL ? sx_str_of(format) : formats[0];
    if (!sx_strs_has((struct sx_strs){ formats, SX_LEN(formats) }, wanted))
        return api_no_such(error, "format", wanted, (struct sx_strs){ formats, SX_LEN(formats) });
    SX_TRY(read_any(bytes, n, arena, set, error));
    struct sx_span blob = sx_requirements_encode(set, arena);
    if (sx_str_eq(wanted, formats[1]))
        return write_text(out, sx_str_of_span(blob), error);
    struct sx_str hex = sx_hex(arena, blob.ptr, blob.len);
    return write_text(out, sx_str_printf(arena, "%.*s\n", SX_STR_ARG(hex)), error);
}

bool sxlint_requirement_print(const void *bytes, size_t n, bool *reads_back,
                              struct sxlint_writer out, struct sxlint_error *error)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_requirements *set = SX_NEW(arena, struct sx_requirements);
    SX_TRY(read_any(bytes, n, arena, set, error));
    *reads_back = sx_requirements_text(set, &text);
    if (!set->is_set)
        sx_buf_char(&text, '\n');
    return write_text(out, sx_buf_view(&text), error);
}

bool sxlint_requirement_test(const struct sxlint_run *run, const void *bytes, size_t n,
                             const struct sxlint_style *style, struct sxlint_writer out,
                             enum sxlint_code *answer, struct sxlint_error *error)
{
    static const enum sxlint_code codes[] = {
        [SX_MET_YES] = SXLINT_OK,
        [SX_MET_NO] = SXLINT_FINDINGS,
        [SX_MET_UNKNOWN] = SXLINT_UNREADABLE,
        [SX_MET_ERROR] = SXLINT_UNREADABLE,
    };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_requirements *set = SX_NEW(arena, struct sx_requirements);
    struct sx_style with = api_style(style, run->policy->fail_on);
    enum sx_met worst;
    SX_TRY(read_any(bytes, n, arena, set, error));
    if (set->is_set)
        return api_fail(error, SXLINT_USAGE,
                        "a set of requirements; code is asked about one of them");
    if (!sx_write_requirement_test(run->facts, &set->at[0].requirement, &with, api_out(&out),
                                   &worst))
        return api_stopped(error);
    *answer = codes[worst];
    return true;
}

/* SPDX-License-Identifier: MIT */
/* Runs as text and data. */
#include "api/handles.h"

struct sx_out api_out(const struct sxlint_writer *writer)
{
    return (struct sx_out){ writer->write, writer->context };
}

struct sx_style api_style(const struct sxlint_style *style, enum sx_severity fail_on)
{
    if (style == NULL)
        return (struct sx_style){ .width = 80, .fail_on = fail_on };
    return (struct sx_style){ .width = style->width,
                              .color = style->color,
                              .ascii = style->ascii,
                              .quiet = style->quiet,
                              .verbose = style->verbose,
                              .lenient = style->lenient,
                              .folder = sx_str_of(style->folder),
                              .fail_on = fail_on };
}

const char *const *sxlint_report_formats(void)
{
    return sx_format_names;
}

static const struct sx_format *find_format(const char *name, struct sxlint_error *error)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str *names = SX_NEW_N(arena, struct sx_str, sx_n_formats);
    for (size_t i = 0; i < sx_n_formats; i++) {
        names[i] = sx_str_of(sx_formats[i].name);
        if (sx_str_is(names[i], name))
            return &sx_formats[i];
    }
    api_no_such(error, "format", sx_str_of(name), (struct sx_strs){ names, sx_n_formats });
    return NULL;
}

bool sxlint_report(const struct sxlint_run *run, const char *format,
                   const struct sxlint_style *style, struct sxlint_writer out,
                   struct sxlint_error *error)
{
    const struct sx_format *chosen = find_format(format, error);
    if (chosen == NULL)
        return false;
    if (run->judged == NULL)
        return api_fail(error, SXLINT_USAGE, "the run was examined, not checked");
    struct sx_style with = api_style(style, run->policy->fail_on);
    with.show_at = run->policy->show_at;
    return chosen->write(run->judged, &with, api_out(&out)) || api_stopped(error);
}

bool sxlint_show(const struct sxlint_run *run, const char *section, const char *format,
                 const struct sxlint_style *style, struct sxlint_writer out,
                 struct sxlint_error *error)
{
    struct sx_err err = { 0 };
    struct sx_style with = api_style(style, run->policy->fail_on);
    if (sx_write_show(run->facts, sx_str_of(section), sx_str_of(format), &with, api_out(&out),
                      &err))
        return true;
    return err.code != SX_OK ? api_fail_err(error, &err) : api_stopped(error);
}

bool sxlint_profile(const struct sxlint_run *run, const char *format,
                    const struct sxlint_style *style, struct sxlint_writer out,
                    struct sxlint_error *error)
{
    struct sx_err err = { 0 };
    struct sx_style with = api_style(style, run->policy->fail_on);
    if (sx_write_profiles(run->facts, sx_str_of(format), &with, api_out(&out), &err))
        return true;
    return err.code != SX_OK ? api_fail_err(error, &err) : api_stopped(error);
}

bool sxlint_entitlements(const char *key, const struct sxlint_style *style,
                         struct sxlint_writer out, struct sxlint_error *error)
{
    struct sx_err err = { 0 };
    struct sx_style with = api_style(style, SX_N_SEVERITIES);
    if (sx_write_catalogue(sx_str_of(key), &with, api_out(&out), &err))
        return true;
    return err.code != SX_OK ? api_fail_err(error, &err) : api_stopped(error);
}

/* The names of the lazy members, each once. */
static struct sx_strs lazy_members(struct sx_arena *arena)
{
    SX_VEC(struct sx_str) names = { 0 };
    for (size_t i = 0; i < sx_n_fact_types; i++) {
        for (size_t k = 0; k < sx_fact_types[i]->n_members; k++) {
            const struct sx_member *member = &sx_fact_types[i]->members[k];
            struct sx_str name = sx_str_of(member->name);
            if ((member->flags & SX_M_LAZY) != 0 &&
                !sx_strs_has((struct sx_strs){ names.at, names.n }, name))
                SX_PUSH(arena, &names, name);
        }
    }
    return (struct sx_strs){ names.at, names.n };
}

bool sxlint_facts(const struct sxlint_run *run, const char *section, struct sxlint_writer out,
                  struct sxlint_error *error)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_strs lazy = lazy_members(arena);
    if (section != NULL && !sx_strs_has(lazy, sx_str_of(section)))
        return api_no_such(error, "section", sx_str_of(section), lazy);
    return sx_write_facts(run->facts, sx_str_of(section), api_out(&out)) || api_stopped(error);
}

bool sxlint_schema(const char *format, struct sxlint_writer out, struct sxlint_error *error)
{
    static const struct sx_str formats[] = { SX_LIT("json"), SX_LIT("markdown") };
    if (format == NULL || strcmp(format, "json") == 0)
        return sx_write_schema(api_out(&out)) || api_stopped(error);
    if (strcmp(format, "markdown") == 0)
        return sx_write_schema_page(api_out(&out)) || api_stopped(error);
    return api_no_such(error, "format", sx_str_of(format),
                       (struct sx_strs){ formats, SX_LEN(formats) });
}

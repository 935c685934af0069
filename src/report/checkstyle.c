/* SPDX-License-Identifier: MIT */
/* What Checkstyle writes, and a great many tools read: the findings by file. */
#include "report/formats.h"
#include "report/gaps.h"
#include "report/pen.h"

/* A file and its findings, in the order in which they were met. */
struct file {
    struct sx_str path;
    SX_VEC(const struct sx_finding *) findings;
    SX_VEC(const struct sx_judgement *) judgements;
    SX_VEC(const struct sx_gap *) gaps;
};

struct files {
    struct sx_arena *arena;
    struct sx_table by_path;
    SX_VEC(struct file *) at;
};

static struct file *file_of(struct files *files, struct sx_str path)
{
    struct file *file = sx_table_get(&files->by_path, path);
    if (file == NULL) {
        file = SX_NEW(files->arena, struct file);
        file->path = path;
        sx_table_put(&files->by_path, path, file);
        SX_PUSH(files->arena, &files->at, file);
    }
    return file;
}

static void gather_gaps(struct files *files, const struct sx_judgement *at,
                        const struct sx_style *style)
{
    const struct sx_gap *gaps;
    size_t n = sx_gaps(at, files->arena, &gaps);
    for (size_t i = 0; i < n; i++) {
        if (!gaps[i].is_incomplete)
            continue;
        struct file *file = file_of(files, sx_spot_beside(at, style).file);
        SX_PUSH(files->arena, &file->gaps, &gaps[i]);
    }
}

static void gather(struct files *files, const struct sx_judgement *at, const struct sx_style *style)
{
    for (size_t i = 0; i < at->n_findings; i++) {
        if (!sx_is_open(at->findings[i]))
            continue;
        struct file *file = file_of(files, sx_spot_of(at->findings[i], at, style).file);
        SX_PUSH(files->arena, &file->findings, at->findings[i]);
        SX_PUSH(files->arena, &file->judgements, at);
    }
    gather_gaps(files, at, style);
}

static void write_finding(struct sx_pen *pen, const struct sx_judgement *at,
                          const struct sx_finding *f, const struct sx_style *style)
{
    static const char *const severities[SX_N_SEVERITIES] = {
        [SX_SEVERITY_ERROR] = "error",
        [SX_SEVERITY_WARNING] = "warning",
        [SX_SEVERITY_NOTE] = "info",
    };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_spot spot = sx_spot_of(f, at, style);
    struct sx_str id = f->rule->id;
    sx_pen_raw(pen, "    <error");
    sx_pen_number(pen, "line", spot.line > 0 ? spot.line : 1);
    if (spot.column > 0)
        sx_pen_number(pen, "column", spot.column);
    sx_pen_attribute(pen, "severity", sx_str_of(severities[f->severity]));
    sx_pen_attribute(pen, "message", sx_spot_message(&spot, f, at, arena));
    sx_pen_attribute(pen, "source", sx_str_printf(arena, "sxlint.%.*s", SX_STR_ARG(id)));
    sx_pen_raw(pen, "/>\n");
}

/* What was not examined, which is no silence. */
static void write_gap(struct sx_pen *pen, const struct sx_gap *gap)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str words = sx_gap_words(gap, arena);
    sx_pen_raw(pen, "    <error");
    sx_pen_number(pen, "line", 1);
    sx_pen_attribute(pen, "severity", SX_STR("warning"));
    sx_pen_attribute(pen, "message", sx_str_printf(arena, "not examined: %.*s", SX_STR_ARG(words)));
    sx_pen_attribute(pen, "source", SX_STR("sxlint.not-examined"));
    sx_pen_raw(pen, "/>\n");
}

static void write_file(struct sx_pen *pen, const struct file *file, const struct sx_style *style)
{
    sx_pen_raw(pen, "  <file");
    sx_pen_attribute(pen, "name", file->path);
    sx_pen_raw(pen, ">\n");
    for (size_t i = 0; i < file->findings.n && !pen->stopped; i++)
        write_finding(pen, file->judgements.at[i], file->findings.at[i], style);
    for (size_t i = 0; i < file->gaps.n && !pen->stopped; i++)
        write_gap(pen, file->gaps.at[i]);
    sx_pen_raw(pen, "  </file>\n");
}

bool sx_write_checkstyle(const struct sx_judgements *judgements, const struct sx_style *style,
                         struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct files files = { .arena = arena };
    struct sx_pen pen;
    sx_pen_init(&pen, out);
    sx_table_init(&files.by_path, arena);
    for (size_t i = 0; i < judgements->n; i++)
        gather(&files, &judgements->at[i], style);
    sx_pen_raw(&pen, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    for (size_t i = 0; i < files.at.n; i++)
        write_file(&pen, files.at.at[i], style);
    sx_pen_raw(&pen, "</checkstyle>\n");
    return sx_pen_finish(&pen);
}

/* SPDX-License-Identifier: MIT */
/* Workflow commands of GitHub Actions, which shows them at the lines of a change. It shows ten of
 * a level a step, so the tenth says how many are left. */
#include "report/formats.h"
#include "report/gaps.h"
#include "report/pen.h"

enum { MOST = 9 };

struct writer {
    struct sx_pen pen;
    const struct sx_judgements *all;
    const struct sx_style *style;
};

static const char *command_of(enum sx_severity severity)
{
    static const char *const commands[SX_N_SEVERITIES] = {
        [SX_SEVERITY_ERROR] = "error",
        [SX_SEVERITY_WARNING] = "warning",
        [SX_SEVERITY_NOTE] = "notice",
    };
    return commands[severity];
}

static void write_place(struct sx_pen *pen, const struct sx_spot *spot)
{
    sx_pen_raw(pen, " file=");
    sx_pen_text(pen, SX_IN_PROPERTY, spot->file);
    if (spot->line == 0)
        return;
    sx_pen_printf(pen, ",line=%u,col=%u", spot->line, spot->column);
    if (spot->end_column > spot->column)
        sx_pen_printf(pen, ",endColumn=%u", spot->end_column);
}

static void write_more(struct sx_pen *pen, const char *label, struct sx_str text)
{
    if (text.ptr == NULL)
        return;
    sx_pen_printf(pen, "%%0A%s: ", label);
    sx_pen_text(pen, SX_IN_COMMAND, text);
}

static void write_finding(struct writer *w, const struct sx_judgement *at,
                          const struct sx_finding *f)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_spot spot = sx_spot_of(f, at, w->style);
    sx_pen_printf(&w->pen, "::%s", command_of(f->severity));
    write_place(&w->pen, &spot);
    sx_pen_raw(&w->pen, ",title=");
    sx_pen_text(&w->pen, SX_IN_PROPERTY, sx_brief_title(f->rule, arena));
    sx_pen_raw(&w->pen, "::");
    sx_pen_text(&w->pen, SX_IN_COMMAND, sx_spot_message(&spot, f, at, arena));
    write_more(&w->pen, "why", f->why);
    write_more(&w->pen, "fix", sx_brief_fix(&f->repair, arena));
    sx_pen_raw(&w->pen, "\n");
}

static void write_gap(struct writer *w, const struct sx_gap *gap, struct sx_arena *arena)
{
    struct sx_spot spot = sx_spot_beside(gap->at, w->style);
    sx_pen_raw(&w->pen, "::warning");
    write_place(&w->pen, &spot);
    sx_pen_raw(&w->pen, ",title=not examined::");
    sx_pen_text(&w->pen, SX_IN_COMMAND, sx_gap_words(gap, arena));
    sx_pen_raw(&w->pen, "\n");
}

/* What was not examined is no error of the product, and no silence either. Writes what has room
 * beside `n` warnings; returns how many there are then. */
static size_t write_gaps(struct writer *w, size_t n)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    for (size_t i = 0; i < w->all->n; i++) {
        const struct sx_gap *gaps;
        size_t n_gaps = sx_gaps(&w->all->at[i], arena, &gaps);
        for (size_t k = 0; k < n_gaps; k++)
            if (gaps[k].is_incomplete && n++ < MOST)
                write_gap(w, &gaps[k], arena);
    }
    return n;
}

/* Writes those of a level that have room. */
static void write_level(struct writer *w, enum sx_severity severity)
{
    size_t n = 0;
    for (size_t i = 0; i < w->all->n; i++) {
        const struct sx_judgement *at = &w->all->at[i];
        for (size_t k = 0; k < at->n_findings; k++)
            if (sx_is_open(at->findings[k]) && at->findings[k]->severity == severity && n++ < MOST)
                write_finding(w, at, at->findings[k]);
    }
    if (severity == SX_SEVERITY_WARNING)
        n = write_gaps(w, n);
    if (n > MOST)
        sx_pen_printf(&w->pen, "::%s title=sxlint::and %zu more, see the job summary\n",
                      command_of(severity), n - MOST);
}

bool sx_write_github(const struct sx_judgements *judgements, const struct sx_style *style,
                     struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct writer w = { .all = judgements, .style = style };
    const struct sx_part *parts;
    size_t n = sx_parts(judgements, arena, &parts);
    sx_pen_init(&w.pen, out);
    for (size_t i = 0; i < SX_N_SEVERITIES; i++)
        write_level(&w, sx_severities[i]);
    for (size_t i = 0; i < n; i++) {
        sx_pen_raw(&w.pen, "::notice title=sxlint::");
        sx_pen_text(&w.pen, SX_IN_COMMAND, parts[i].judged->sentence);
        sx_pen_raw(&w.pen, "\n");
    }
    return sx_pen_finish(&w.pen);
}

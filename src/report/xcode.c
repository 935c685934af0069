/* SPDX-License-Identifier: MIT */
/* Lines that Xcode turns into issues, as it does with a compiler's:
 * "/abs/path:line:col: error: text [ID]", then `why` and `fix` as notes of the same place; last
 * the answer, without a place. */
#include "report/formats.h"
#include "report/gaps.h"
#include "report/pen.h"

static struct sx_str place_of(const struct sx_spot *spot, const struct sx_style *style,
                              struct sx_arena *arena)
{
    struct sx_str file = sx_spot_absolute(spot, style, arena);
    if (spot->line == 0)
        return file;
    return sx_str_printf(arena, "%.*s:%u:%u", SX_STR_ARG(file), spot->line, spot->column);
}

static void write_note(struct sx_pen *pen, struct sx_str place, const char *label,
                       struct sx_str text)
{
    if (text.ptr == NULL)
        return;
    sx_pen_text(pen, SX_IN_LINE, place);
    sx_pen_printf(pen, ": note: %s: ", label);
    sx_pen_text(pen, SX_IN_LINE, text);
    sx_pen_raw(pen, "\n");
}

/* An error ends the build; where that is not wanted, it is told as a warning. */
static const char *word_of(enum sx_severity severity, const struct sx_style *style)
{
    bool is_softened = style->lenient && severity == SX_SEVERITY_ERROR;
    return sx_severity_name(is_softened ? SX_SEVERITY_WARNING : severity);
}

static void write_finding(struct sx_pen *pen, const struct sx_judgement *at,
                          const struct sx_finding *f, const struct sx_style *style)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_spot spot = sx_spot_of(f, at, style);
    struct sx_str place = place_of(&spot, style, arena);
    sx_pen_text(pen, SX_IN_LINE, place);
    sx_pen_printf(pen, ": %s: ", word_of(f->severity, style));
    sx_pen_text(pen, SX_IN_LINE, sx_spot_message(&spot, f, at, arena));
    sx_pen_raw(pen, " [");
    sx_pen_text(pen, SX_IN_LINE, f->rule->id);
    sx_pen_raw(pen, "]\n");
    write_note(pen, place, "why", f->why);
    write_note(pen, place, "fix", sx_brief_fix(&f->repair, arena));
}

/* What was not examined, at the artifact. */
static void write_gaps(struct sx_pen *pen, const struct sx_judgement *at,
                       const struct sx_style *style)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_gap *gaps;
    struct sx_spot spot = sx_spot_beside(at, style);
    size_t n = sx_gaps(at, arena, &gaps);
    for (size_t i = 0; i < n; i++) {
        if (!gaps[i].is_incomplete)
            continue;
        sx_pen_text(pen, SX_IN_LINE, sx_spot_absolute(&spot, style, arena));
        sx_pen_raw(pen, ": warning: not examined: ");
        sx_pen_text(pen, SX_IN_LINE, sx_gap_words(&gaps[i], arena));
        sx_pen_raw(pen, "\n");
    }
}

static void write_answer(struct sx_pen *pen, const struct sx_part *part,
                         const struct sx_style *style)
{
    const char *word = part->judged->count[SX_SEVERITY_ERROR] > 0
                           ? word_of(SX_SEVERITY_ERROR, style)
                       : part->judged->is_incomplete ? "warning"
                                                     : "note";
    sx_pen_printf(pen, "%s: sxlint: ", word);
    sx_pen_text(pen, SX_IN_LINE, part->judged->sentence);
    sx_pen_raw(pen, "\n");
}

bool sx_write_xcode(const struct sx_judgements *judgements, const struct sx_style *style,
                    struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_part *parts;
    size_t n = sx_parts(judgements, arena, &parts);
    struct sx_pen pen;
    sx_pen_init(&pen, out);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < parts[i].n; k++) {
            for (size_t j = 0; j < parts[i].at[k].n_findings && !pen.stopped; j++)
                if (sx_is_open(parts[i].at[k].findings[j]))
                    write_finding(&pen, &parts[i].at[k], parts[i].at[k].findings[j], style);
            write_gaps(&pen, &parts[i].at[k], style);
        }
        write_answer(&pen, &parts[i], style);
    }
    return sx_pen_finish(&pen);
}

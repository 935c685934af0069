/* SPDX-License-Identifier: MIT */
#include "report/quiet.h"

static void tell_finding(struct sx_layout *l, const struct sx_judgement *at,
                         const struct sx_finding *f)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const enum sx_role roles[SX_N_SEVERITIES] = {
        [SX_SEVERITY_ERROR] = SX_BAD, [SX_SEVERITY_WARNING] = SX_CAUTION
    };
    sx_layout_unbroken(l, true);
    sx_layout_word(l, SX_PLAIN, sx_path_words(at, f->path, arena));
    sx_layout_cstr(l, SX_PLAIN, ": ");
    sx_layout_cstr(l, roles[f->severity], sx_severity_name(f->severity));
    sx_layout_cstr(l, SX_PLAIN, ": ");
    sx_layout_text(l, SX_PLAIN, f->message);
    sx_layout_printf(l, SX_PLAIN, " [%.*s]", SX_STR_ARG(f->rule->id));
    sx_layout_line(l);
}

static size_t tell_findings(struct sx_layout *l, const struct sx_judgement *at)
{
    size_t told = 0;
    for (size_t i = 0; i < at->n_findings; i++) {
        const struct sx_finding *f = at->findings[i];
        if (f->status != SX_OPEN || f->severity < l->style->fail_on)
            continue;
        tell_finding(l, at, f);
        told++;
    }
    return told;
}

bool sx_write_quiet(struct sx_layout *l, const struct sx_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t told = 0;
        for (size_t k = 0; k < parts[i].n; k++)
            told += tell_findings(l, &parts[i].at[k]);
        if (told == 0 && !parts[i].judged->is_incomplete)
            continue;
        sx_layout_unbroken(l, true);
        sx_layout_text(l, SX_STRONG, parts[i].judged->sentence);
        sx_layout_line(l);
    }
    return sx_layout_finish(l);
}

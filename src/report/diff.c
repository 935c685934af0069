/* SPDX-License-Identifier: MIT */
#include "report/diff.h"

#include "report/brief.h"
#include "report/changes.h"
#include "report/text.h"

/* Who will notice, by the gates that a finding bears on. What bears on none and is more than a note
 * is a loss at run time, which users meet; the notes that are left are for those who ship. */
enum { USERS, MACHINES, NOBODY, N_AUDIENCES };
static const struct audience {
    const char *notice, *ignore; /* what stands above its findings, or above none */
    unsigned gates;
} audiences[N_AUDIENCES] = {
    [USERS] = { "Users will notice", "Users will not notice",
                1u << SX_GATE_LAUNCH | 1u << SX_GATE_ACTIVATION },
    [MACHINES] = { "MDM and Gatekeeper will notice", "MDM and Gatekeeper will not notice",
                   1u << SX_GATE_POLICY | 1u << SX_GATE_GATEKEEPER | 1u << SX_GATE_SIGNATURE |
                       1u << SX_GATE_NOTARIZATION | 1u << SX_GATE_STORE },
    [NOBODY] = { "Worth knowing", NULL, 0 },
};

struct telling {
    struct sx_layout *l;
    struct sx_arena *arena;
    const struct sx_judgement *at;
};

static const struct audience *audience_of(const struct sx_finding *f)
{
    for (size_t i = 0; i < N_AUDIENCES; i++)
        if ((f->rule->gates & audiences[i].gates) != 0)
            return &audiences[i];
    return &audiences[f->severity == SX_SEVERITY_NOTE ? NOBODY : USERS];
}

/* The gravest first. */
static size_t tell_findings(const struct telling *t, const struct audience *audience)
{
    size_t n = 0;
    for (size_t k = 0; k < SX_N_SEVERITIES; k++)
        for (size_t i = 0; i < t->at->n_findings; i++) {
            const struct sx_finding *f = t->at->findings[i];
            if (audience_of(f) != audience || f->severity != sx_severities[k] ||
                (!sx_is_open(f) && !t->l->style->verbose))
                continue;
            if (n++ == 0)
                sx_layout_cstr(t->l, SX_STRONG, audience->notice);
            sx_layout_line(t->l);
            sx_text_finding(t->l, f);
        }
    return n;
}

static void tell_audiences(const struct telling *t)
{
    for (size_t i = 0; i < N_AUDIENCES; i++) {
        size_t n = tell_findings(t, &audiences[i]);
        if (n == 0 && audiences[i].ignore == NULL)
            continue;
        if (n == 0) {
            sx_layout_cstr(t->l, SX_STRONG, audiences[i].ignore);
            sx_layout_line(t->l);
        }
        if (n > 0 || i == MACHINES)
            sx_layout_line(t->l);
    }
}

static struct sx_str or_none(struct sx_str text)
{
    return text.ptr != NULL ? text : SX_STR("none");
}

/* Of long texts, such as requirements, what both begin with is left out, clause by clause. */
enum { LONG = 120 };

static size_t common_start(struct sx_str a, struct sx_str b)
{
    const struct sx_str between = SX_STR(" and ");
    size_t start = 0;
    for (size_t i = 0; i < a.len && i < b.len && a.ptr[i] == b.ptr[i]; i++)
        if (sx_str_starts(sx_str_sub(a, i, a.len), between) &&
            sx_str_starts(sx_str_sub(b, i, b.len), between))
            start = i + between.len;
    return a.len > LONG && b.len > LONG ? start : 0;
}

static void tell_value(const struct telling *t, struct sx_str text, size_t start)
{
    if (start > 0)
        sx_layout_printf(t->l, SX_PLAIN, "%s ", sx_symbol_text(t->l->style, SX_SYMBOL_ELLIPSIS));
    text = sx_str_sub(or_none(text), start, SIZE_MAX);
    sx_layout_text(t->l, SX_PLAIN, sx_cut_value(t->arena, text));
}

static void tell_change(const struct telling *t, const struct sx_change *change)
{
    size_t start = common_start(change->old, change->new);
    sx_layout_to(t->l, SX_AT_MESSAGE);
    sx_layout_hang(t->l, SX_AT_MESSAGE + 2);
    sx_layout_word(t->l, SX_FAINT, change->what);
    sx_layout_cstr(t->l, SX_PLAIN, "  ");
    tell_value(t, change->old, start);
    sx_layout_printf(t->l, SX_PLAIN, " %s ", sx_symbol_text(t->l->style, SX_SYMBOL_ARROW));
    tell_value(t, change->new, start);
    sx_layout_line(t->l);
}

static void tell_object(const struct telling *t, const char *sign, const struct sx_Code *code,
                        const char *words)
{
    sx_layout_to(t->l, SX_AT_FINDING);
    sx_layout_hang(t->l, SX_AT_MESSAGE);
    sx_layout_cstr(t->l, SX_PLAIN, sign);
    sx_layout_path(t->l, SX_STRONG, sx_escape(t->arena, code->path));
    sx_layout_printf(t->l, SX_FAINT, "  %.*s%s", SX_STR_ARG(sx_code_words(t->arena, code)), words);
    sx_layout_line(t->l);
}

static void tell_changes(const struct telling *t, const struct sx_changes *changes)
{
    sx_layout_cstr(t->l, SX_STRONG, "Changed");
    sx_layout_line(t->l);
    for (size_t i = 0; i < changes->code.n; i++) {
        const struct sx_changed_code *c = &changes->code.at[i];
        tell_object(t, "", c->new, c->is_altered ? ", code changed" : "");
        for (size_t k = 0; k < c->changes.n; k++)
            tell_change(t, &c->changes.at[k]);
    }
    for (size_t i = 0; i < changes->added.n; i++)
        tell_object(t, "+ ", changes->added.at[i], ", added");
    for (size_t i = 0; i < changes->removed.n; i++)
        tell_object(t, "- ", changes->removed.at[i], ", gone");
    if (changes->code.n + changes->added.n + changes->removed.n == 0) {
        sx_layout_cstr(t->l, SX_PLAIN, "  nothing");
        sx_layout_line(t->l);
    }
    if (changes->kept.n > 0) {
        sx_layout_printf(t->l, SX_PLAIN, "  as before: %.*s",
                         SX_STR_ARG(sx_join_and(t->arena, changes->kept)));
        sx_layout_line(t->l);
    }
    sx_layout_line(t->l);
}

static void tell_doubts(const struct telling *t)
{
    for (size_t i = 0; i < t->at->n_not_checked; i++) {
        const struct sx_not_checked *entry = &t->at->not_checked[i];
        sx_layout_printf(t->l, SX_CAUTION, "not checked: %.*s%s%.*s: %.*s", SX_STR_ARG(entry->path),
                         entry->what.len > 0 ? " " : "", SX_STR_ARG(entry->what),
                         SX_STR_ARG(entry->reason));
        sx_layout_line(t->l);
    }
}

/* What stops the update, by who meets it first. */
static const struct sx_finding *gravest(const struct sx_judgement *at)
{
    for (size_t k = 0; k < N_AUDIENCES; k++)
        for (size_t i = 0; i < at->n_findings; i++) {
            const struct sx_finding *f = at->findings[i];
            if (f->severity == SX_SEVERITY_ERROR && sx_is_open(f) &&
                audience_of(f) == &audiences[k])
                return f;
        }
    return NULL;
}

struct sx_str sx_diff_sentence(const struct sx_judgement *at, struct sx_arena *arena)
{
    const struct sx_noun warnings = { "warning", "warnings" };
    const struct sx_finding *f = gravest(at);
    if (f != NULL)
        return sx_str_printf(arena, "Not a safe update: %.*s.", SX_STR_ARG(f->why));
    if (at->n_not_checked == 1 && at->is_incomplete && at->not_checked[0].what.len > 0)
        return sx_str_printf(arena, "Not cleared: %.*s.", SX_STR_ARG(at->not_checked[0].reason));
    if (at->is_unreadable || at->is_incomplete)
        return SX_STR("Not cleared: not everything could be examined.");
    if (at->count[SX_SEVERITY_WARNING] > 0)
        return sx_str_printf(arena, "A safe update, with %s.",
                             sx_count(arena, at->count[SX_SEVERITY_WARNING], warnings).ptr);
    return SX_STR("A safe update: nothing found that users, MDM or Gatekeeper would stumble over.");
}

bool sx_write_diff(const struct sx_judgements *judged, const struct sx_Artifact *old,
                   const struct sx_style *style, struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_layout l;
    sx_layout_init(&l, style, out);
    struct telling t = { &l, arena, judged->at };
    struct sx_changes changes = sx_changes_of(old, t.at->artifact, arena);
    if (!t.at->is_unreadable) {
        tell_audiences(&t);
        tell_changes(&t, &changes);
    }
    tell_doubts(&t);
    sx_text_exceptions(&l, t.at, arena);
    sx_layout_text(&l, SX_STRONG, sx_diff_sentence(t.at, arena));
    sx_layout_line(&l);
    return sx_layout_finish(&l);
}

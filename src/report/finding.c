/* SPDX-License-Identifier: MIT */
/* One finding: what, where, found and wanted, why, what follows, how to mend it. */
#include "report/brief.h"
#include "report/frame.h"
#include "report/shell.h"
#include "report/text.h"

/* A finding, or a fold of many, on its way out. */
struct telling {
    struct sx_layout *l;
    const struct sx_finding *f;
    const struct sx_fold *fold; /* NULL when the finding stands alone */
    struct sx_arena *arena;
};

void sx_text_mark(struct sx_layout *l, enum sx_severity severity)
{
    switch (severity) {
    case SX_SEVERITY_ERROR:
        sx_layout_printf(l, SX_BAD, "%s error", sx_symbol_text(l->style, SX_SYMBOL_CROSS));
        break;
    case SX_SEVERITY_WARNING:
        sx_layout_cstr(l, SX_CAUTION, "! warning");
        break;
    case SX_SEVERITY_NOTE:
    case SX_N_SEVERITIES:
        sx_layout_cstr(l, SX_PLAIN, "- note");
        break;
    }
}

/* "stops signature, notarization", kept together where the line allows it. */
static void tell_gates(const struct telling *t)
{
    struct sx_str gates = sx_gates_words(t->f, t->arena);
    if (gates.ptr == NULL)
        return;
    sx_layout_cstr(t->l, SX_PLAIN, ", ");
    sx_layout_word(t->l, SX_PLAIN, gates);
}

static void tell_head(const struct telling *t)
{
    const struct sx_rule *rule = t->f->rule;
    sx_layout_to(t->l, SX_AT_FINDING);
    sx_layout_hang(t->l, SX_AT_MESSAGE);
    sx_text_mark(t->l, t->f->severity);
    sx_layout_cstr(t->l, SX_PLAIN, " ");
    sx_layout_text(t->l, SX_PLAIN, rule->id);
    sx_layout_cstr(t->l, SX_PLAIN, " ");
    sx_layout_text(t->l, SX_FAINT, rule->name);
    if (rule->basis == SX_UNVERIFIED)
        sx_layout_cstr(t->l, SX_FAINT, ", unverified");
    if (!sx_is_open(t->f))
        sx_layout_printf(t->l, SX_FAINT, ", %s", sx_status_words(t->f, t->arena).ptr);
    tell_gates(t);
    sx_layout_line(t->l);
}

static void tell_message(const struct telling *t)
{
    const struct sx_block block = { t->f, t->fold };
    sx_layout_to(t->l, SX_AT_MESSAGE);
    sx_layout_hang(t->l, SX_AT_MESSAGE);
    sx_layout_text(t->l, SX_STRONG, sx_block_message(&block, t->arena));
    sx_layout_line(t->l);
}

static void tell_label(const struct telling *t, const char *label)
{
    sx_layout_label(t->l, SX_AT_MESSAGE, label, SX_AT_TEXT);
}

static void tell(const struct telling *t, const char *label, struct sx_str text)
{
    if (text.ptr == NULL)
        return;
    tell_label(t, label);
    sx_layout_text(t->l, SX_PLAIN, text);
    sx_layout_line(t->l);
}

/* Up to five whole, else three and how many more. */
static void tell_list(const struct telling *t, struct sx_str label, const struct sx_str *at,
                      size_t n)
{
    size_t shown = t->l->style->verbose ? n : sx_shown(n);
    if (n == 0)
        return;
    sx_layout_to(t->l, SX_AT_MESSAGE);
    sx_layout_text(t->l, SX_FAINT, label);
    sx_layout_to(t->l, SX_AT_TEXT);
    sx_layout_hang(t->l, SX_AT_TEXT);
    for (size_t i = 0; i < shown; i++) {
        sx_layout_word(t->l, SX_PLAIN, at[i]);
        if (i + 1 < shown)
            sx_layout_break(t->l);
    }
    if (shown < n) {
        sx_layout_break(t->l);
        sx_layout_printf(t->l, SX_PLAIN, "%s and %zu more files",
                         sx_symbol_text(t->l->style, SX_SYMBOL_ELLIPSIS), n - shown);
    }
    sx_layout_line(t->l);
}

static void tell_place(const struct telling *t)
{
    if (t->f->place.document == NULL)
        return;
    tell_label(t, "at");
    sx_layout_word(t->l, SX_PLAIN, sx_frame_place(&t->f->place, t->arena));
    sx_layout_frame(t->l, &t->f->place, SX_AT_TEXT);
    sx_layout_line(t->l);
}

/* "arm64 signed entitlements at 0x1a4c0": for who wants to look at the bytes. */
static struct sx_str where(const struct telling *t)
{
    const struct sx_finding *f = t->f;
    struct sx_str texts[3];
    size_t n = 0;
    if (f->slices.n > 0)
        texts[n++] = sx_join_and(t->arena, f->slices);
    if (f->place.document != NULL && f->place.document->title.len > 0)
        texts[n++] = f->place.document->title;
    if (f->offset.has)
        texts[n++] = sx_str_printf(t->arena, "at 0x%llx", (unsigned long long)f->offset.v);
    return sx_join(t->arena, (struct sx_strs){ texts, n }, " ");
}

static void tell_offset(const struct telling *t)
{
    const struct sx_finding *f = t->f;
    struct sx_str texts[2];
    size_t n = 0;
    if (!t->l->style->verbose || (!f->offset.has && f->slices.n == 0 && f->symbol.ptr == NULL))
        return;
    texts[n] = where(t);
    n += texts[n].len > 0;
    if (f->symbol.ptr != NULL)
        texts[n++] = f->symbol;
    tell_label(t, f->place.document != NULL ? "" : "at");
    sx_layout_text(t->l, SX_PLAIN, sx_join(t->arena, (struct sx_strs){ texts, n }, ", "));
    sx_layout_line(t->l);
}

static void tell_consequences(const struct telling *t)
{
    if (t->f->n_consequences == 0)
        return;
    tell_label(t, "so");
    for (size_t i = 0; i < t->f->n_consequences; i++) {
        const struct sx_finding *c = t->f->consequences[i];
        if (i > 0)
            sx_layout_break(t->l);
        sx_layout_text(t->l, SX_PLAIN, c->rule->id);
        sx_layout_cstr(t->l, SX_PLAIN, " ");
        sx_layout_text(t->l, SX_PLAIN, c->message);
    }
    sx_layout_line(t->l);
}

static void tell_symptoms(const struct telling *t)
{
    struct sx_str issues = sx_issues_words(t->fold, t->arena);
    if (t->f->seen_as.n == 0)
        return;
    tell_label(t, "seen as");
    for (size_t i = 0; i < t->f->seen_as.n; i++) {
        if (i > 0)
            sx_layout_break(t->l);
        sx_layout_text(t->l, SX_PLAIN, t->f->seen_as.at[i]);
        if (i == 0)
            sx_layout_text(t->l, SX_PLAIN, issues);
    }
    sx_layout_line(t->l);
}

/* The file of an edit, unless the finding's place has named it just now. */
static bool names_file(const struct sx_finding *f)
{
    const struct sx_document *document = f->place.document;
    if (f->repair.file.ptr == NULL || f->repair.minus.n + f->repair.plus.n == 0)
        return false;
    return document == NULL || !document->is_file ||
           !sx_str_eq(sx_str_base(document->path), sx_str_base(f->repair.file));
}

static void tell_lines(const struct telling *t, enum sx_role role, char sign, struct sx_strs lines,
                       bool *first)
{
    for (size_t i = 0; i < lines.n; i++) {
        if (!*first)
            sx_layout_break(t->l);
        *first = false;
        sx_layout_word(t->l, role,
                       sx_str_printf(t->arena, "%c %.*s", sign, SX_STR_ARG(lines.at[i])));
    }
}

/* "in filter.entitlements, and likewise in NEMachServiceName:" */
static void tell_edit_head(const struct telling *t, bool *first)
{
    const struct sx_repair *repair = &t->f->repair;
    bool goes_on = sx_str_starts(repair->instruction, SX_STR("and "));
    if (repair->instruction.ptr != NULL && !(goes_on && names_file(t->f))) {
        sx_layout_text(t->l, SX_PLAIN, repair->instruction);
        *first = false;
    }
    if (!names_file(t->f))
        return;
    if (!*first)
        sx_layout_break(t->l);
    sx_layout_cstr(t->l, SX_PLAIN, "in ");
    sx_layout_word(t->l, SX_PLAIN, repair->file);
    if (goes_on)
        sx_layout_printf(t->l, SX_PLAIN, ", %.*s", SX_STR_ARG(repair->instruction));
    sx_layout_cstr(t->l, SX_PLAIN, ":");
    *first = false;
}

static void tell_command(const struct telling *t, struct sx_strs words, bool *first)
{
    if (words.n == 0)
        return;
    if (!*first)
        sx_layout_break(t->l);
    *first = false;
    sx_layout_command(t->l, words);
}

static void tell_fix(const struct telling *t)
{
    const struct sx_repair *repair = &t->f->repair;
    struct sx_strs fold_command = { 0 };
    bool first = true;
    if (t->fold != NULL && repair->resign)
        fold_command = sx_fold_command(t->fold, t->arena);
    if (repair->instruction.ptr == NULL && repair->run.ptr == NULL && !repair->resign &&
        repair->minus.n + repair->plus.n == 0)
        return;
    tell_label(t, "fix");
    if (fold_command.n == 0) {
        tell_edit_head(t, &first);
        tell_lines(t, SX_BAD, '-', repair->minus, &first);
        tell_lines(t, SX_GOOD, '+', repair->plus, &first);
    }
    if (repair->run.ptr != NULL)
        tell_command(t, sx_shell_words(t->arena, repair->run), &first);
    tell_command(t, fold_command, &first);
    if (first)
        sx_layout_cstr(t->l, SX_PLAIN, "sign it again, see the end");
    sx_layout_line(t->l);
}

static void tell_basis(const struct telling *t)
{
    const struct sx_rule *rule = t->f->rule;
    if (!t->l->style->verbose)
        return;
    tell_label(t, "basis");
    sx_layout_cstr(t->l, SX_PLAIN, sx_basis_name(rule->basis));
    for (size_t i = 0; i < rule->references.n; i++) {
        struct sx_reference reference = sx_reference_of(rule->references.at[i]);
        if (i > 0)
            sx_layout_break(t->l);
        sx_layout_cstr(t->l, SX_PLAIN, i == 0 ? ": " : "");
        sx_layout_text(t->l, SX_PLAIN, reference.title);
        if (reference.title.len > 0 && reference.address.len > 0)
            sx_layout_break(t->l);
        sx_layout_word(t->l, SX_PLAIN, reference.address);
    }
    sx_layout_line(t->l);
}

/* Where the objects of a fold lie. */
static void tell_fold(const struct telling *t)
{
    struct sx_str *paths = SX_NEW_N(t->arena, struct sx_str, t->fold->n);
    for (size_t i = 0; i < t->fold->n; i++)
        paths[i] = sx_below(t->fold->findings[i]->path, t->fold->folder);
    tell_list(t, SX_STR("found"), paths, t->fold->n);
}

static void tell_block(const struct telling *t)
{
    tell_head(t);
    tell_message(t);
    tell_list(t, t->f->files_label, t->f->files.at, t->f->files.n);
    tell_place(t);
    tell_offset(t);
    if (t->fold != NULL)
        tell_fold(t);
    tell(t, "found", t->f->found);
    tell(t, "wanted", t->f->wanted);
    tell(t, "profile", t->f->profile);
    tell(t, "why", t->f->why);
    tell_consequences(t);
    tell_symptoms(t);
    tell_fix(t);
    tell_basis(t);
}

void sx_text_group(struct sx_layout *l, const struct sx_group *group)
{
    sx_layout_heading(l, group->path, group->words);
    for (size_t i = 0; i < group->n; i++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct telling t = { l, group->at[i].finding, group->at[i].fold, arena };
        if (i > 0)
            sx_layout_line(l);
        tell_block(&t);
    }
}

void sx_text_finding(struct sx_layout *l, const struct sx_finding *finding)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct telling t = { l, finding, NULL, arena };
    tell_block(&t);
}

/* SPDX-License-Identifier: MIT */
/* The report for people: what was read, the findings, how to mend it, and, last, the answer. */
#include "report/text.h"

#include "report/brief.h"
#include "report/formats.h"
#include "report/quiet.h"

struct report {
    struct sx_layout *l;
    struct sx_part part;
    struct sx_groups groups;
    struct sx_arena *arena;
};

/* "com.example.waffle 1.4.0 (207), Developer ID, W4FFLE9K2Q" */
static struct sx_str code_summary(const struct sx_Artifact *artifact, struct sx_arena *arena)
{
    const struct sx_Code *code = sx_first_code(artifact);
    bool is_code =
        artifact->kind == SX_ARTIFACT_KIND_BUNDLE || artifact->kind == SX_ARTIFACT_KIND_MACHO;
    const char *noun = sx_artifact_noun(artifact->kind).one;
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    if (code == NULL)
        return sx_str_printf(arena, "%s, no code in it", noun);
    struct sx_str version = sx_version_words(arena, code->info);
    if (!is_code)
        sx_buf_cstr(&buf, noun);
    else if (code->identifier.ptr != NULL)
        sx_escape_buf(&buf, code->identifier);
    else
        sx_buf_str(&buf, sx_code_words(arena, code));
    if (is_code && version.ptr != NULL)
        sx_buf_printf(&buf, " %.*s", SX_STR_ARG(version));
    bool is_source = artifact->kind == SX_ARTIFACT_KIND_ENTITLEMENTS ||
                     artifact->kind == SX_ARTIFACT_KIND_SOURCE;
    bool has_no_signer = is_source && code->signature->signer == SX_SIGNER_ABSENT;
    if (code->signature != NULL && !has_no_signer) {
        sx_buf_printf(&buf, ", %s", sx_signer_words(code->signature->signer));
        if (code->signature->teamIdentifier.len > 0)
            sx_buf_cstr(&buf, ", ");
        sx_escape_buf(&buf, code->signature->teamIdentifier);
    }
    return sx_str_dup(arena, sx_buf_view(&buf));
}

static struct sx_str artifact_summary(const struct sx_judgement *at, struct sx_arena *arena)
{
    const struct sx_Artifact *artifact = at->artifact;
    if (at->is_unreadable)
        return SX_STR("not examined");
    if (artifact->code.n == 0 && artifact->configurations.n == 1)
        return sx_configuration_words(arena, SX_AT(Configuration, artifact->configurations, 0));
    if (artifact->code.n == 0 && artifact->profiles.n == 1) {
        struct sx_str name = sx_quoted(arena, SX_AT(Profile, artifact->profiles, 0)->name);
        return sx_str_printf(arena, "provisioning profile, %.*s", SX_STR_ARG(name));
    }
    return code_summary(artifact, arena);
}

static const struct sx_unread *entry_at(struct sx_objs unread, size_t i)
{
    return (const struct sx_unread *)unread.at[i];
}

/* The reason without its place, which stands in a line of its own. */
static struct sx_str reason_of(const struct report *r, const struct sx_unread *entry)
{
    if (!entry->offset.has)
        return entry->reason;
    struct sx_str place = sx_str_printf(r->arena, ", at byte %lld", (long long)entry->offset.v);
    bool is_told = sx_str_ends(entry->reason, place);
    return sx_str_sub(entry->reason, 0, entry->reason.len - (is_told ? place.len : 0));
}

/* Why an artifact could not be read: "the zip archive ends too early; 212 of 3310 members". */
static void tell_reason(struct report *r, const struct sx_unread *entry)
{
    struct sx_str reason = reason_of(r, entry);
    size_t end = sx_str_find(reason, SX_STR("; "));
    bool is_told = sx_str_starts(reason, SX_STR("cannot "));
    sx_layout_to(r->l, SX_AT_FINDING);
    sx_layout_hang(r->l, SX_AT_MESSAGE);
    sx_layout_cstr(r->l, SX_CAUTION, "? ");
    sx_layout_cstr(r->l, SX_STRONG, is_told ? "" : "cannot read: ");
    sx_layout_text(r->l, SX_STRONG, sx_str_sub(reason, 0, end));
    sx_layout_line(r->l);
    if (entry->offset.has && entry->offset.v > 0) {
        sx_layout_label(r->l, SX_AT_MESSAGE, "at", SX_AT_TEXT);
        sx_layout_printf(r->l, SX_PLAIN, "byte %lld", (long long)entry->offset.v);
        sx_layout_line(r->l);
    }
    if (end < reason.len) {
        sx_layout_label(r->l, SX_AT_MESSAGE, "found", SX_AT_TEXT);
        sx_layout_text(r->l, SX_PLAIN, sx_str_sub(reason, end + 2, reason.len));
        sx_layout_line(r->l);
    }
}

static void tell_unreadable(struct report *r, const struct sx_judgement *at)
{
    const struct sx_objs unread = at->artifact->head.unread;
    for (size_t i = 0; i < unread.n; i++) {
        bool is_new =
            i == 0 || !sx_str_eq(entry_at(unread, i)->reason, entry_at(unread, i - 1)->reason);
        if (is_new) /* one reason leaves many members unread */
            tell_reason(r, entry_at(unread, i));
    }
}

static void tell_artifacts(struct report *r)
{
    for (size_t i = 0; i < r->part.n; i++) {
        const struct sx_judgement *at = &r->part.at[i];
        sx_layout_heading(r->l, sx_escape(r->arena, at->artifact->path),
                          artifact_summary(at, r->arena));
        if (at->is_unreadable)
            tell_unreadable(r, at);
    }
    sx_layout_line(r->l);
}

static void tell_groups(struct report *r)
{
    for (size_t i = 0; i < r->groups.n; i++) {
        sx_text_group(r->l, &r->groups.at[i]);
        sx_layout_line(r->l);
    }
}

/* How many members of one object were not read for one reason, from an entry on. */
static size_t n_alike(const struct sx_judgement *at, size_t from)
{
    const struct sx_not_checked *first = &at->not_checked[from];
    size_t n = 1;
    while (first->what.len > 0 && from + n < at->n_not_checked &&
           sx_str_eq(first[n].path, first->path) && sx_str_eq(first[n].reason, first->reason))
        n++;
    return n;
}

static void tell_doubt(struct report *r, const struct sx_judgement *at,
                       const struct sx_not_checked *entry, size_t n)
{
    sx_layout_to(r->l, SX_AT_FINDING);
    sx_layout_hang(r->l, SX_AT_MESSAGE);
    sx_layout_cstr(r->l, SX_CAUTION, "? ");
    sx_layout_word(r->l, SX_PLAIN, sx_path_words(at, entry->path, r->arena));
    sx_layout_break(r->l);
    sx_layout_text(r->l, SX_PLAIN, entry->what);
    if (n > 1)
        sx_layout_printf(r->l, SX_PLAIN, " and %zu more", n - 1);
    if (entry->what.len > 0)
        sx_layout_cstr(r->l, SX_PLAIN, ": ");
    sx_layout_text(r->l, SX_PLAIN, entry->reason);
    sx_layout_line(r->l);
}

static void tell_not_checked(struct report *r)
{
    if (!r->part.judged->is_incomplete)
        return;
    sx_layout_cstr(r->l, SX_STRONG, "Not examined");
    sx_layout_line(r->l);
    for (size_t i = 0; i < r->part.n; i++) {
        const struct sx_judgement *at = &r->part.at[i];
        for (size_t k = 0, n = 1; k < at->n_not_checked; k += n) {
            n = n_alike(at, k);
            if (at->not_checked[k].state ==
                SX_UNREAD_NOT_EXAMINED) /* the rest shows in the verdicts */
                tell_doubt(r, at, &at->not_checked[k], n);
        }
    }
    sx_layout_line(r->l);
}

static void tell_verdict(struct report *r, enum sx_gate gate)
{
    static const enum sx_symbol symbols[] = {
        [SX_PASS] = SX_SYMBOL_CHECK, [SX_FAIL] = SX_SYMBOL_CROSS
    };
    static const char *const words[] = { [SX_PASS] = "pass", [SX_FAIL] = "fail" };
    static const enum sx_role roles[] = { [SX_PASS] = SX_GOOD, [SX_FAIL] = SX_BAD };
    const struct sx_verdict verdict = r->part.judged->verdicts[gate];
    bool decided = verdict.state != SX_NOT_CHECKED;
    enum sx_role other = verdict.incomplete ? SX_CAUTION : SX_FAINT;
    sx_layout_to(r->l, 2);
    sx_layout_cstr(r->l, decided || verdict.incomplete ? SX_PLAIN : SX_FAINT, sx_gate_name(gate));
    sx_layout_to(r->l, 16);
    if (decided)
        sx_layout_printf(r->l, roles[verdict.state], "%s %s",
                         sx_symbol_text(r->l->style, symbols[verdict.state]), words[verdict.state]);
    else
        sx_layout_cstr(r->l, other, "? not checked");
    sx_layout_to(r->l, 31);
    sx_layout_hang(r->l, 31);
    sx_layout_text(r->l, decided || verdict.incomplete ? SX_PLAIN : SX_FAINT, verdict.sentence);
    sx_layout_line(r->l);
}

static void tell_verdicts(struct report *r)
{
    sx_layout_cstr(r->l, SX_STRONG, "Verdict");
    sx_layout_line(r->l);
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        tell_verdict(r, (enum sx_gate)gate);
    sx_layout_line(r->l);
}

void sx_text_exceptions(struct sx_layout *l, const struct sx_judgement *at, struct sx_arena *arena)
{
    const struct sx_noun noun = { "finding", "findings" };
    if (at->n_waived > 0)
        sx_layout_printf(l, SX_PLAIN, "%s waived, the next waiver ends %s",
                         sx_count(arena, at->n_waived, noun).ptr,
                         sx_day_text(arena, at->waived_until.t).ptr);
    if (at->n_baseline > 0)
        sx_layout_printf(l, SX_PLAIN, "%s%s in the baseline", at->n_waived > 0 ? "; " : "",
                         sx_count(arena, at->n_baseline, noun).ptr);
    if (at->n_waived + at->n_baseline > 0)
        sx_layout_line(l);
}

static void tell_counts(struct report *r)
{
    struct sx_str findings = sx_findings_words(r->part.judged, r->arena);
    struct sx_str objects = sx_objects_words(&r->part, r->arena);
    bool found = !sx_str_starts(findings, SX_STR("No "));
    sx_layout_text(r->l, SX_PLAIN, findings);
    if (found && objects.len > 0)
        sx_layout_printf(r->l, SX_PLAIN, "; %.*s", SX_STR_ARG(objects));
    sx_layout_line(r->l);
    sx_text_exceptions(r->l, r->part.judged, r->arena);
}

/* --verbose: every code object with the hash that Apple knows it by. */
static void tell_cdhashes(struct report *r, const struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Code *code = SX_AT(Code, artifact->code, i);
        sx_layout_to(r->l, SX_AT_FINDING);
        sx_layout_hang(r->l, SX_AT_MESSAGE);
        sx_layout_name(r->l, SX_PLAIN, code->path);
        for (size_t k = 0; k < code->slices.n; k++) {
            const struct sx_Slice *slice = SX_AT(Slice, code->slices, k);
            if (slice->signature == NULL || slice->signature->cdhash.ptr == NULL)
                continue;
            sx_layout_break(r->l);
            sx_layout_name(r->l, SX_FAINT, slice->arch);
            sx_layout_to(r->l, SX_AT_TEXT);
            sx_layout_text(r->l, SX_PLAIN, slice->signature->cdhash);
        }
        sx_layout_line(r->l);
    }
}

static void tell_question(struct report *r)
{
    const struct sx_question *question = &r->part.all->run->question;
    sx_layout_cstr(r->l, SX_STRONG, "Judged");
    sx_layout_line(r->l);
    sx_layout_to(r->l, 2);
    sx_layout_hang(r->l, 4);
    struct sx_str now = sx_time_text(r->arena, question->now);
    struct sx_str channel = sx_Channel_name(r->part.product->channel);
    sx_layout_printf(r->l, SX_PLAIN, "as of %.*s, channel %.*s%s", SX_STR_ARG(now),
                     SX_STR_ARG(channel), question->channel == 0 ? " (auto)" : "");
    if (question->oldest_macos.ptr != NULL)
        sx_layout_printf(r->l, SX_PLAIN, ", oldest macOS %.*s", SX_STR_ARG(question->oldest_macos));
    sx_layout_line(r->l);
}

static void tell_more(struct report *r)
{
    if (!r->l->style->verbose)
        return;
    sx_layout_cstr(r->l, SX_STRONG, "Code objects");
    sx_layout_line(r->l);
    for (size_t i = 0; i < r->part.n; i++)
        tell_cdhashes(r, r->part.at[i].artifact);
    sx_layout_line(r->l);
    tell_question(r);
    sx_layout_line(r->l);
}

static void tell_part(struct report *r)
{
    tell_artifacts(r);
    if (!r->part.product->is_unreadable) {
        tell_groups(r);
        sx_text_mend(r->l, &r->part, &r->groups, r->arena);
        tell_not_checked(r);
        if (r->part.judged->count[SX_SEVERITY_ERROR] == 0)
            sx_text_examined(r->l, &r->part, r->arena);
        tell_more(r);
        tell_verdicts(r);
        tell_counts(r);
    }
    sx_layout_text(r->l, SX_STRONG, r->part.judged->sentence);
    sx_layout_line(r->l);
}

/* "✗ 8 errors  build/Waffle.app" */
static void tell_in_one_line(struct report *r)
{
    bool ready = sx_part_is_ready(&r->part);
    bool broken = r->part.judged->count[SX_SEVERITY_ERROR] > 0;
    if (ready)
        sx_layout_printf(r->l, SX_GOOD, "%s ready", sx_symbol_text(r->l->style, SX_SYMBOL_CHECK));
    else if (broken) {
        struct sx_str errors = sx_count(r->arena, r->part.judged->count[SX_SEVERITY_ERROR],
                                        sx_severity_noun(SX_SEVERITY_ERROR));
        sx_layout_printf(r->l, SX_BAD, "%s %.*s", sx_symbol_text(r->l->style, SX_SYMBOL_CROSS),
                         SX_STR_ARG(errors));
    } else
        sx_layout_cstr(r->l, SX_CAUTION, "? not cleared");
    sx_layout_blanks(r->l, 2);
    sx_layout_name(r->l, SX_PLAIN, r->part.product->artifact->path);
    sx_layout_line(r->l);
}

static struct report report_of(struct sx_layout *l, const struct sx_part *part,
                               struct sx_arena *arena)
{
    return (struct report){ .l = l,
                            .part = *part,
                            .groups = sx_groups_of(part, !l->style->verbose, arena),
                            .arena = arena };
}

static bool write_parts(struct sx_layout *l, const struct sx_part *parts, size_t n,
                        struct sx_arena *arena)
{
    size_t ready = 0;
    for (size_t i = 0; i < n && !l->stopped; i++) {
        struct report r = report_of(l, &parts[i], arena);
        tell_part(&r);
        ready += sx_part_is_ready(&parts[i]);
        if (n > 1)
            sx_layout_line(l);
    }
    for (size_t i = 0; n > 1 && i < n; i++) {
        struct report r = report_of(l, &parts[i], arena);
        tell_in_one_line(&r);
    }
    if (n > 1) {
        sx_layout_printf(l, SX_STRONG, "%zu of %zu ready", ready, n);
        sx_layout_line(l);
    }
    return sx_layout_finish(l);
}

bool sx_write_text(const struct sx_judgements *judgements, const struct sx_style *style,
                   struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_layout l;
    const struct sx_part *parts;
    size_t n = sx_parts(judgements, arena, &parts);
    sx_layout_init(&l, style, out);
    if (style->quiet)
        return sx_write_quiet(&l, parts, n);
    return write_parts(&l, parts, n, arena);
}

/* SPDX-License-Identifier: MIT */
/* Gate by gate: fail, pass, or not checked and why. */
#include "rules/verdict.h"

enum { MOST_WORDS = 4 };

struct sx_str sx_plural(struct sx_arena *arena, size_t n, const char *one)
{
    if (n == 0)
        return sx_str_printf(arena, "no %ss", one);
    return sx_str_printf(arena, "%zu %s%s", n, one, n == 1 ? "" : "s");
}

/* Whether a finding stops a gate, or would if its status did not say otherwise. */
static bool stops(const struct sx_finding *finding, enum sx_gate gate, enum sx_status status)
{
    return finding->status == status && finding->severity == SX_SEVERITY_ERROR &&
           (finding->gates & 1u << gate) != 0;
}

bool sx_fails(const struct sx_finding *finding, enum sx_gate gate)
{
    return stops(finding, gate, SX_OPEN);
}

/* Words */

static bool has_stopping_consequence(const struct sx_finding *f, enum sx_gate gate,
                                     enum sx_status status)
{
    for (size_t i = 0; i < f->n_consequences; i++)
        if (stops(f->consequences[i], gate, status))
            return true;
    return false;
}

/* The causes that stop the gate, by themselves or by what follows from them. */
static struct sx_str stopping_ids(const struct sx_tally *t, enum sx_gate gate,
                                  enum sx_status status, size_t most)
{
    SX_VEC(struct sx_str) ids = { 0 };
    for (size_t i = 0; i < t->out->n_findings; i++) {
        const struct sx_finding *f = t->out->findings[i];
        bool counts = stops(f, gate, status) || has_stopping_consequence(f, gate, status);
        if (counts && !sx_strs_has((struct sx_strs){ ids.at, ids.n }, f->rule->id))
            SX_PUSH(t->arena, &ids, f->rule->id);
    }
    sx_strs_sort(ids.at, ids.n);
    return sx_join_words(t->arena, ids.at, ids.n, most);
}

struct sx_str sx_phrase(const struct sx_tally *t, enum sx_gate gate)
{
    switch (gate) {
    case SX_GATE_SIGNATURE:
        return SX_STR("codesign --verify would refuse it");
    case SX_GATE_NOTARIZATION:
        return SX_STR("Apple would reject the upload");
    case SX_GATE_GATEKEEPER:
        return SX_STR("a downloaded copy would not open");
    case SX_GATE_LAUNCH:
        if (t->n_killed == 0)
            return SX_STR("a process would not start");
        return sx_str_printf(t->arena, "%zu of %s would be killed", t->n_killed,
                             sx_plural(t->arena, t->n_executables, "executable").ptr);
    case SX_GATE_ACTIVATION:
        if (t->n_extensions == 0 && t->n_app_extensions > 0)
            return SX_STR("an app extension would not start");
        if (t->n_extensions < 2)
            return SX_STR("the system extension would not activate");
        return sx_str_printf(t->arena, "%zu of %zu system extensions would not activate",
                             t->n_stopped, t->n_extensions);
    case SX_GATE_STORE:
        return SX_STR("App Store validation would refuse it");
    case SX_GATE_POLICY:
    case SX_N_GATES:
        break;
    }
    return sx_str_printf(t->arena, "%zu of %s %s broken", t->n_policy_broken,
                         sx_plural(t->arena, t->out->n_policy_rules, "policy rule").ptr,
                         t->n_policy_broken == 1 ? "is" : "are");
}

static struct sx_str pass_of_launch(const struct sx_tally *t)
{
    const char *granted = t->n_claims == 0 ? "" : t->n_claims == 1 ? ", granted" : ", all granted";
    return sx_str_printf(t->arena, "%s, %s%s",
                         sx_plural(t->arena, t->n_executables, "executable").ptr,
                         sx_plural(t->arena, t->n_claims, "restricted claim").ptr, granted);
}

/* What a ticket covers: slices, by the name that the head of a report gives them, as long as
 * nothing else is signed. */
static const char *signable(const struct sx_tally *t)
{
    return sx_plural(t->arena, t->n_signable, t->has_codeless ? "signature" : "slice").ptr;
}

static struct sx_str pass_of_gatekeeper(const struct sx_tally *t)
{
    const char *ticket = t->is_stapled ? "ticket stapled, covers" : "Apple has a ticket for";
    if (t->n_signable == 1)
        return sx_str_printf(t->arena, "%s its slice", ticket);
    return sx_str_printf(t->arena, "%s all %s", ticket, signable(t));
}

static struct sx_str pass_of(const struct sx_tally *t, enum sx_gate gate)
{
    switch (gate) {
    case SX_GATE_SIGNATURE:
        return SX_STR("every hash, seal, signer and requirement holds");
    case SX_GATE_NOTARIZATION:
        return SX_STR("nothing that Apple's log would list");
    case SX_GATE_GATEKEEPER:
        return pass_of_gatekeeper(t);
    case SX_GATE_LAUNCH:
        return pass_of_launch(t);
    case SX_GATE_ACTIVATION:
        return t->n_extensions == 1
                   ? SX_STR("the system extension would activate")
                   : sx_str_printf(t->arena, "%zu system extensions would activate",
                                   t->n_extensions);
    case SX_GATE_STORE:
        return SX_STR("nothing that App Store validation would list");
    case SX_GATE_POLICY:
    case SX_N_GATES:
        break;
    }
    return sx_str_printf(t->arena, "%s %s",
                         sx_plural(t->arena, t->out->n_policy_rules, "policy rule").ptr,
                         t->out->n_policy_rules == 1 ? "holds" : "hold");
}

/* Reasons for having no verdict, the first that holds */

static enum sx_Channel channel_of(const struct sx_tally *t)
{
    for (size_t i = 0; i < t->n_cases; i++)
        if (t->cases[i]->artifact->code.n > 0)
            return t->cases[i]->channel;
    return t->cases[0]->channel;
}

static struct sx_str not_readable(const struct sx_tally *t, enum sx_gate gate,
                                  enum sx_silence *silence)
{
    (void)gate;
    *silence = SX_NOT_EXAMINED;
    return t->out->is_unreadable ? SX_STR("not readable") : (struct sx_str){ 0 };
}

static struct sx_str does_not_apply(const struct sx_tally *t, enum sx_gate gate,
                                    enum sx_silence *silence)
{
    *silence = SX_DOES_NOT_APPLY;
    if (gate == SX_GATE_POLICY)
        return t->out->n_policy_rules == 0 ? SX_STR("no policy given") : (struct sx_str){ 0 };
    if ((t->gates & 1u << gate) == 0)
        return sx_str_printf(t->arena, "channel is %.*s",
                             SX_STR_ARG(sx_Channel_name(channel_of(t))));
    if (gate == SX_GATE_ACTIVATION && t->n_extensions == 0)
        return SX_STR("no system extension in it");
    if (t->n_code == 0)
        return SX_STR("no code in it");
    if (gate == SX_GATE_LAUNCH && t->n_executables == 0)
        return SX_STR("no executable in it");
    return (struct sx_str){ 0 };
}

static struct sx_str not_examined(const struct sx_tally *t, enum sx_gate gate,
                                  enum sx_silence *silence)
{
    size_t n_files = 0, n_others = 0;
    *silence = SX_IN_DOUBT;
    for (size_t i = 0; i < t->out->n_not_checked; i++) {
        const struct sx_not_checked *entry = &t->out->not_checked[i];
        if ((entry->gates & 1u << gate) == 0)
            continue;
        n_files += entry->what.ptr == NULL;
        n_others += entry->what.ptr != NULL && entry->state == SX_UNREAD_NOT_EXAMINED;
        if (entry->state == SX_UNREAD_NOT_EXAMINED)
            *silence = SX_NOT_EXAMINED;
    }
    if (n_files > 0)
        return sx_str_printf(t->arena, "%s not examined", sx_plural(t->arena, n_files, "file").ptr);
    if (n_others > 0)
        return gate == SX_GATE_SIGNATURE ? SX_STR("not readable whole")
                                         : sx_str_printf(t->arena, "%s not examined",
                                                         sx_plural(t->arena, n_others, "part").ptr);
    return (struct sx_str){ 0 };
}

static struct sx_str in_doubt(const struct sx_tally *t, enum sx_gate gate, enum sx_silence *silence)
{
    SX_VEC(struct sx_str) words = { 0 };
    *silence = SX_IN_DOUBT;
    for (size_t i = 0; i < t->out->n_not_checked; i++) {
        const struct sx_not_checked *entry = &t->out->not_checked[i];
        struct sx_strs known = { words.at, words.n };
        if ((entry->gates & 1u << gate) != 0 && !sx_strs_has(known, entry->what))
            SX_PUSH(t->arena, &words, entry->what);
    }
    if (words.n == 0)
        return (struct sx_str){ 0 };
    return sx_str_printf(t->arena, "not known: %s",
                         sx_join_words(t->arena, words.at, words.n, MOST_WORDS).ptr);
}

/* A gate that cannot say anything for want of a ticket. */
static bool waits_for_ticket(const struct sx_tally *t, enum sx_gate gate)
{
    if (gate == SX_GATE_GATEKEEPER)
        return true;
    for (size_t i = 0; i < t->out->n_not_checked; i++) {
        const struct sx_not_checked *entry = &t->out->not_checked[i];
        if ((entry->gates & 1u << gate) != 0 && sx_str_is(entry->what, "notarized"))
            return true;
    }
    return false;
}

static struct sx_str before_ticket(const struct sx_tally *t, enum sx_gate gate,
                                   enum sx_silence *silence)
{
    *silence = t->has_ticket ? SX_IN_DOUBT : SX_BEFORE_TICKET;
    if (!waits_for_ticket(t, gate) || (t->has_ticket && t->n_covered == t->n_signable))
        return (struct sx_str){ 0 };
    if (!t->has_ticket)
        return SX_STR("no ticket yet: check again after stapling");
    return sx_str_printf(t->arena, "%zu of %s not known to the ticket",
                         t->n_signable - t->n_covered, signable(t));
}

/* A signature that is not there neither holds nor fails. */
static struct sx_str not_signed(const struct sx_tally *t, enum sx_gate gate,
                                enum sx_silence *silence)
{
    *silence = SX_IN_DOUBT;
    if (gate != SX_GATE_SIGNATURE || t->n_unsigned == 0)
        return (struct sx_str){ 0 };
    if (t->n_code == 1)
        return SX_STR("not signed");
    return sx_str_printf(t->arena, "%zu of %s not signed", t->n_unsigned,
                         sx_plural(t->arena, t->n_code, "code object").ptr);
}

/* "waived: CS501; in the baseline: NT130". What someone has decided not to count still stops a
 * gate, so that does not pass. */
static struct sx_str excepted(const struct sx_tally *t, enum sx_gate gate, enum sx_silence *silence)
{
    static const struct {
        enum sx_status status;
        const char *words;
    } kinds[] = { { SX_WAIVED, "waived" }, { SX_BASELINE, "in the baseline" } };
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    *silence = SX_IN_DOUBT;
    for (size_t k = 0; k < SX_LEN(kinds); k++) {
        struct sx_str ids = stopping_ids(t, gate, kinds[k].status, MOST_WORDS);
        if (ids.len > 0)
            sx_buf_printf(&out, "%s%s: %.*s", out.len > 0 ? "; " : "", kinds[k].words,
                          SX_STR_ARG(ids));
    }
    return out.len > 0 ? sx_str_dup(t->arena, sx_buf_view(&out)) : (struct sx_str){ 0 };
}

/* Sources can be wrong, and cannot be right: a build adds to them. */
static struct sx_str not_built(const struct sx_tally *t, enum sx_gate gate,
                               enum sx_silence *silence)
{
    static const unsigned asked = 1u << SX_GATE_LAUNCH | 1u << SX_GATE_ACTIVATION;
    *silence = SX_IN_DOUBT;
    if (!t->is_source)
        return (struct sx_str){ 0 };
    return (asked >> gate & 1) != 0 ? SX_STR("nothing against it in the sources")
                                    : SX_STR("not built yet");
}

static struct sx_str reason(struct sx_tally *t, enum sx_gate gate)
{
    static struct sx_str (*const reasons[])(
        const struct sx_tally *, enum sx_gate,
        enum sx_silence *) = { not_readable, does_not_apply, not_examined,  excepted,
                               not_built,    not_signed,     before_ticket, in_doubt };
    for (size_t i = 0; i < SX_LEN(reasons); i++) {
        struct sx_str text = reasons[i](t, gate, &t->silence[gate]);
        if (text.ptr != NULL)
            return text;
    }
    t->silence[gate] = SX_HAS_VERDICT;
    return (struct sx_str){ 0 };
}

static void decide(struct sx_tally *t, enum sx_gate gate)
{
    struct sx_verdict *verdict = &t->out->verdicts[gate];
    struct sx_str ids = stopping_ids(t, gate, SX_OPEN, SIZE_MAX), silence;
    if (ids.len > 0) {
        SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
        sx_buf_str(&out, sx_phrase(t, gate));
        if (gate == SX_GATE_NOTARIZATION && t->n_issues > 0)
            sx_buf_printf(&out, ", %s", sx_plural(t->arena, t->n_issues, "issue").ptr);
        sx_buf_printf(&out, ": %.*s", SX_STR_ARG(ids));
        *verdict = (struct sx_verdict){ SX_FAIL, sx_str_dup(t->arena, sx_buf_view(&out)), false };
        return;
    }
    silence = reason(t, gate);
    verdict->state = silence.ptr != NULL ? SX_NOT_CHECKED : SX_PASS;
    verdict->sentence = silence.ptr != NULL ? silence : pass_of(t, gate);
    verdict->incomplete = t->silence[gate] == SX_NOT_EXAMINED;
}

void sx_conclude(struct sx_case *const *cases, size_t n, struct sx_judgement *out)
{
    struct sx_tally t = { .arena = cases[0]->arena, .cases = cases, .n_cases = n, .out = out };
    sx_tally_count(&t);
    for (int gate = 0; gate < SX_N_GATES; gate++)
        decide(&t, (enum sx_gate)gate);
    for (size_t i = 0; i < out->n_not_checked; i++)
        out->is_incomplete |= out->not_checked[i].state == SX_UNREAD_NOT_EXAMINED;
    out->is_incomplete |= out->is_unreadable;
    out->sentence = sx_last_sentence(&t);
}

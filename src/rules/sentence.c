/* SPDX-License-Identifier: MIT */
/* The last sentence is the answer: whether to ship, and what would happen. */
#include "rules/verdict.h"

/* Phrases and names are joined as they come. */
struct list {
    struct sx_arena *arena;
    SX_VEC(struct sx_str) at;
};

static void add(struct list *list, struct sx_str s)
{
    SX_PUSH(list->arena, &list->at, s);
}

static struct sx_str join(const struct list *list, const char *between, const char *last)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    for (size_t i = 0; i < list->at.n; i++) {
        if (i > 0)
            sx_buf_cstr(&out, i + 1 == list->at.n ? last : between);
        sx_buf_str(&out, list->at.at[i]);
    }
    return sx_str_dup(list->arena, sx_buf_view(&out));
}

/* A broken signature shows at the other gates, and a broken policy often does: they are named
 * for what no other gate's phrase stands for. */
static bool is_covered(const struct sx_tally *t, enum sx_gate gate)
{
    if (gate != SX_GATE_SIGNATURE && gate != SX_GATE_POLICY)
        return false;
    for (size_t i = 0; i < t->out->n_findings; i++) {
        const struct sx_finding *f = t->out->findings[i];
        bool elsewhere = false;
        for (int other = 0; other < SX_N_GATES; other++)
            elsewhere |= other != SX_GATE_SIGNATURE && other != SX_GATE_POLICY &&
                         sx_fails(f, (enum sx_gate)other);
        if (sx_fails(f, gate) && !elsewhere)
            return false;
    }
    return true;
}

/* An app whose extension is refused starts all the same, and the developer looks for the fault in
 * what he sees running: so that is said. */
static bool starts_without_extension(const struct sx_tally *t)
{
    const struct sx_verdict *v = t->out->verdicts;
    return v[SX_GATE_ACTIVATION].state == SX_FAIL && v[SX_GATE_LAUNCH].state == SX_PASS &&
           v[SX_GATE_SIGNATURE].state != SX_FAIL && v[SX_GATE_GATEKEEPER].state != SX_FAIL;
}

static struct sx_str not_ready(const struct sx_tally *t)
{
    struct list phrases = { .arena = t->arena };
    for (int gate = 0; gate < SX_N_GATES; gate++) {
        if (t->out->verdicts[gate].state == SX_FAIL && !is_covered(t, (enum sx_gate)gate))
            add(&phrases, sx_phrase(t, (enum sx_gate)gate));
        if (gate == SX_GATE_LAUNCH && starts_without_extension(t))
            add(&phrases, SX_STR("the app would start"));
    }
    if (phrases.at.n == 0)
        add(&phrases, sx_plural(t->arena, t->out->count[SX_SEVERITY_ERROR], "error"));
    return sx_str_printf(t->arena, "Not ready: %s.", join(&phrases, "; ", "; ").ptr);
}

/* The artifact that is going to be shipped: the first one with code in it. */
static struct sx_str name(const struct sx_tally *t)
{
    size_t at = 0;
    while (at + 1 < t->n_cases && t->cases[at]->artifact->code.n == 0)
        at++;
    at = t->cases[at]->artifact->code.n > 0 ? at : 0;
    struct sx_str base = sx_str_base(t->cases[at]->artifact->path);
    return sx_str_dup(t->arena, sx_escape(t->arena, base));
}

/* "signature and launch are" */
static struct sx_str silent_gates(const struct sx_tally *t, enum sx_silence least)
{
    struct list gates = { .arena = t->arena };
    for (int gate = 0; gate < SX_N_GATES; gate++)
        if (t->silence[gate] >= least)
            add(&gates, sx_str_of(sx_gate_name((enum sx_gate)gate)));
    if (gates.at.n == 0)
        return (struct sx_str){ 0 };
    return sx_str_printf(t->arena, "%s %s", join(&gates, ", ", " and ").ptr,
                         gates.at.n == 1 ? "is" : "are");
}

static struct sx_str unreadable(const struct sx_tally *t)
{
    size_t first = 0;
    while (first + 1 < t->n_cases && !t->cases[first]->judgement->is_unreadable)
        first++;
    struct sx_str path = sx_escape(t->arena, t->cases[first]->artifact->path);
    if (t->n_cases == 1)
        return sx_str_printf(t->arena,
                             "Not cleared: %.*s could not be read, so no gate was checked.",
                             SX_STR_ARG(path));
    return sx_str_printf(t->arena, "Not cleared: %.*s could not be read.", SX_STR_ARG(path));
}

static size_t count_files(const struct sx_tally *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->out->n_not_checked; i++)
        n += t->out->not_checked[i].what.ptr == NULL;
    return n;
}

static struct sx_str not_cleared(const struct sx_tally *t)
{
    const struct sx_judgement *j = t->out;
    const char *found = j->n_findings == 0 ? "nothing found" : "no error found";
    size_t files = count_files(t), parts = j->n_not_checked - files;
    struct sx_str what =
        files > 0 ? sx_plural(t->arena, files, "file") : sx_plural(t->arena, parts, "part");
    bool is_one = files > 0 ? files == 1 : parts == 1;
    struct sx_str gates = silent_gates(t, SX_NOT_EXAMINED);
    if (gates.ptr == NULL)
        return sx_str_printf(t->arena, "Not cleared: %s, but %s %s not examined.", found, what.ptr,
                             is_one ? "was" : "were");
    return sx_str_printf(t->arena, "Not cleared: %s, but %s %s not examined, so %s not checked.",
                         found, what.ptr, is_one ? "was" : "were", gates.ptr);
}

/* Not even one gate had something to look at. */
static bool is_nothing(const struct sx_tally *t)
{
    for (int gate = 0; gate < SX_N_GATES; gate++)
        if (t->silence[gate] != SX_DOES_NOT_APPLY)
            return false;
    return true;
}

static struct sx_str so_far(const struct sx_tally *t)
{
    size_t warnings = t->out->count[SX_SEVERITY_WARNING];
    struct sx_str with = { "", 0 };
    if (warnings > 0)
        with = sx_str_printf(t->arena, ", with %s", sx_plural(t->arena, warnings, "warning").ptr);
    return sx_str_printf(
        t->arena,
        "Good so far%s: nothing found in %s that would stop what is built with it; "
        "check that as well.",
        with.ptr, name(t).ptr);
}

static struct sx_str ready(const struct sx_tally *t)
{
    if (t->is_source)
        return so_far(t);
    if (is_nothing(t))
        return sx_str_printf(t->arena, "Nothing to judge: %s holds nothing that a gate looks at.",
                             name(t).ptr);
    size_t warnings = t->out->count[SX_SEVERITY_WARNING];
    struct sx_str with = { "", 0 }, gates = silent_gates(t, SX_IN_DOUBT);
    bool is_before = t->silence[SX_GATE_GATEKEEPER] == SX_BEFORE_TICKET;
    if (warnings > 0)
        with = sx_str_printf(t->arena, ", with %s", sx_plural(t->arena, warnings, "warning").ptr);
    if (gates.ptr != NULL)
        return sx_str_printf(t->arena,
                             "Ready%s%s: nothing found that would stop %s at a gate that was "
                             "checked; %s not checked.",
                             is_before ? " to upload" : "", with.ptr, name(t).ptr, gates.ptr);
    return sx_str_printf(t->arena,
                         "Ready%s%s: nothing found that would stop %s at a gate it has to pass.",
                         is_before ? " to upload" : "", with.ptr, name(t).ptr);
}

struct sx_str sx_last_sentence(const struct sx_tally *t)
{
    const struct sx_judgement *j = t->out;
    for (int gate = 0; gate < SX_N_GATES; gate++)
        if (j->verdicts[gate].state == SX_FAIL)
            return not_ready(t);
    if (j->count[SX_SEVERITY_ERROR] > 0)
        return not_ready(t);
    if (j->is_unreadable)
        return unreadable(t);
    return j->is_incomplete ? not_cleared(t) : ready(t);
}

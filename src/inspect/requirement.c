/* SPDX-License-Identifier: MIT */
/* The requirements of a signature: what it stores, which requirement stands for the code, and
 * whether the code meets it (Security, StaticCode.cpp, designatedRequirement). */
#include "base/buf.h"
#include "base/limits.h"
#include "codesign/signature.h"
#include "facts/requirement.h"
#include "inspect/inspector.h"

#include <stdlib.h>

static const char *const members[] = { "requirements", "explicitRequirement" };

static void add_problem(struct sx_problems *problems, enum sx_ProblemKind what, uint64_t off,
                        struct sx_str detail)
{
    sx_problem_add(problems, what, (struct sx_str){ 0 }, off, detail)->slot =
        (struct sx_opt_int){ true, SX_SLOT_REQUIREMENTS };
}

/* What the set holds, of each kind that has a name the first, as text in the order of the set. */
static bool texts_of(const struct sx_requirements *set, struct sx_arena *arena,
                     const struct sx_map **out, struct sx_err *err)
{
    struct sx_entry *at = SX_NEW_N(arena, struct sx_entry, SX_MAX_REQUIREMENTS);
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
        struct sx_str kind = sx_str_of(sx_requirement_kind_name(set->at[i].kind));
        if (kind.ptr == NULL || sx_map_get(sx_map_new(arena, at, n), kind) != NULL)
            continue;
        (void)sx_requirement_text(&set->at[i].requirement, &text); /* shown, not read again */
        if (text.len > SX_MAX_REQUIREMENT_TEXT)
            return sx_fail(err, SX_E_LIMIT, 0, "%s requirement: %zu bytes of text", kind.ptr,
                           text.len);
        at[n].key = sx_string(kind);
        at[n++].value = sx_string(sx_str_dup(arena, sx_buf_view(&text)));
    }
    *out = sx_map_new(arena, at, n);
    return true;
}

static void note_stray(const struct sx_requirements *set, struct sx_problems *problems)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct sx_requirement *r = &set->at[i].requirement;
        if (r->stray.len > 0)
            add_problem(problems, SX_PROBLEM_RESERVED_NOT_ZERO, r->stray.off,
                        SX_STR("bytes of a requirement that nothing reads are not zero"));
    }
}

/* The whole blob of the first designated requirement of a set that has been read. */
static struct sx_span designated_of(struct sx_span blob, struct sx_arena *arena)
{
    struct sx_requirement_set set;
    struct sx_err ignored = { 0 };
    if (!sx_requirement_set_parse(blob, &set, &ignored))
        return (struct sx_span){ 0 };
    struct sx_span found = sx_requirement_find(&set, SX_REQUIREMENT_DESIGNATED);
    struct sx_str copy = sx_str_dup(arena, sx_str_of_span(found));
    return (struct sx_span){ (const uint8_t *)copy.ptr, copy.len, found.off };
}

static bool read_set(struct sx_subject *s, struct sx_span blob, struct sx_subject_slice *slice,
                     struct sx_problems *problems, struct sx_err *err)
{
    struct sx_requirements *set = SX_NEW(s->in->scratch, struct sx_requirements);
    SX_TRY(sx_requirements_parse(blob, s->in->scratch, set, err));
    if (!set->is_set)
        return sx_fail(err, SX_E_MAGIC, blob.off, "one requirement where a set belongs");
    SX_TRY(texts_of(set, s->in->arena, &slice->signature->requirements, err));
    note_stray(set, problems);
    slice->designated = designated_of(blob, s->in->arena);
    slice->signature->explicitRequirement = slice->designated.len > 0;
    return true;
}

void sx_inspect_requirements(struct sx_subject *s, const struct sx_signature *read,
                             struct sx_subject_slice *slice, struct sx_problems *problems)
{
    struct sx_err err = { 0 };
    slice->has_requirements =
        !read->requirements.has || read_set(s, read->requirements.bytes, slice, problems, &err);
    if (slice->has_requirements)
        return;
    sx_unread_all(&slice->signature->head, s->in->arena, members, SX_LEN(members), &err);
    if (err.code == SX_E_UNSUPPORTED)
        add_problem(problems, SX_PROBLEM_REQUIREMENTS_UNSUPPORTED, err.off,
                    sx_reason_of(s->in->arena, &err));
    else if (sx_is_broken(&err))
        add_problem(problems, SX_PROBLEM_REQUIREMENTS_MALFORMED, err.off,
                    sx_reason_of(s->in->arena, &err));
}

/* The designated requirement, once all slices stand. */

/* One slice of the code object that is being looked at. */
struct work {
    struct sx_subject *s;
    struct sx_subject_code *code;
    struct sx_subject_slice *slice;
    const struct sx_Slice *facts;
    struct sx_requirement_subject subject;
};

static void add_slice_problem(struct work *w, enum sx_ProblemKind what, struct sx_str detail)
{
    struct sx_objs old = w->slice->signature->problems;
    struct sx_problems problems = { .arena = w->s->in->arena };
    for (size_t i = 0; i < old.n; i++)
        SX_PUSH(problems.arena, &problems.list, old.at[i]);
    add_problem(&problems, what, SX_NOWHERE, detail);
    w->slice->signature->problems = sx_problems_list(&problems);
    sx_settle_signature(w->slice);
}

/* The part that decides against the code: of "and" the first that is not met. */
static const struct sx_requirement_node *culprit(const struct sx_requirement_node *node,
                                                 const uint8_t *met)
{
    while (node->op == SX_REQ_AND)
        node = met[node->left->at] == SX_MET_NO ? node->left : node->right;
    return node;
}

static struct sx_str why_not(struct sx_subject *s, const struct sx_requirement *requirement,
                             const struct sx_requirement_subject *subject, const uint8_t *met)
{
    enum { SHOWN = 160 };
    struct sx_arena *arena = s->in->arena;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    const struct sx_requirement_node *node = culprit(requirement->root, met);
    struct sx_str found = sx_requirement_found(node, subject, s->in->scratch);
    (void)sx_requirement_node_text(node, &text); /* shown, not read again */
    struct sx_str wanted = sx_escape(arena, sx_str_sub(sx_buf_view(&text), 0, SHOWN));
    if (found.ptr == NULL)
        return sx_str_printf(arena, "not met: %.*s", SX_STR_ARG(wanted));
    return sx_str_printf(arena, "not met: %.*s; found %.*s", SX_STR_ARG(wanted),
                         SX_STR_ARG(sx_escape(arena, sx_str_sub(found, 0, SHOWN))));
}

enum sx_met sx_ask_requirement(struct sx_subject *s, const struct sx_requirement *requirement,
                               const struct sx_requirement_subject *subject, struct sx_str *why)
{
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(requirement, subject, SX_MAX_STEPS, s->in->scratch, &answer);
    *why = answer.met == SX_MET_NO ? why_not(s, requirement, subject, answer.nodes)
                                   : sx_str_dup(s->in->arena, sx_str_of(answer.why));
    return answer.met;
}

static void test(struct work *w, const struct sx_requirement *requirement)
{
    struct sx_arena *arena = w->s->in->arena;
    struct sx_str why;
    switch (sx_ask_requirement(w->s, requirement, &w->subject, &why)) {
    case SX_MET_NO:
        add_slice_problem(w, SX_PROBLEM_DESIGNATED_REQUIREMENT_FAILED, why);
        break;
    case SX_MET_ERROR:
        add_slice_problem(w, SX_PROBLEM_REQUIREMENTS_MALFORMED, why);
        break;
    case SX_MET_UNKNOWN:
        sx_fact_unread(&w->slice->signature->head, arena, "problems", SX_UNREAD_OUT_OF_REACH,
                       sx_str_printf(arena, "whether it meets its designated requirement: %.*s",
                                     SX_STR_ARG(why)),
                       -1);
        break;
    case SX_MET_YES:
        break;
    }
}

static void test_own(struct work *w)
{
    struct sx_requirement requirement;
    struct sx_err ignored = { 0 }; /* it has been parsed before */
    if (sx_requirement_parse(w->slice->designated, w->s->in->scratch, &requirement, &ignored))
        test(w, &requirement);
}

/* Slices as Security lists them: the native one, then the others by processor. */
struct ordered {
    const struct sx_macho_slice *macho; /* NULL for the only slice of what is no Mach-O */
    const struct sx_Slice *facts;
    bool is_primary;
};

static int by_processor(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    if (x->is_primary != y->is_primary)
        return x->is_primary ? -1 : 1;
    if (x->macho->cputype != y->macho->cputype)
        return x->macho->cputype < y->macho->cputype ? -1 : 1;
    return (x->macho->cpusubtype > y->macho->cpusubtype) -
           (x->macho->cpusubtype < y->macho->cpusubtype);
}

static int by_hash_type(const void *a, const void *b)
{
    const struct sx_CodeDirectory *x = *(const struct sx_CodeDirectory *const *)a;
    const struct sx_CodeDirectory *y = *(const struct sx_CodeDirectory *const *)b;
    return (x->hashType > y->hashType) - (x->hashType < y->hashType);
}

struct cdhashes {
    SX_VEC(struct sx_span) list;
};

static void add_cdhashes(const struct sx_Signature *signature, struct sx_arena *arena,
                         struct cdhashes *out)
{
    size_t n = signature->codeDirectories.n;
    const struct sx_CodeDirectory **at = SX_NEW_N(arena, const struct sx_CodeDirectory *, n);
    for (size_t i = 0; i < n; i++)
        at[i] = SX_AT(CodeDirectory, signature->codeDirectories, i);
    if (n > 1)
        qsort(at, n, sizeof(*at), by_hash_type);
    for (size_t i = 0; i < n; i++) {
        struct sx_span cdhash = sx_digest_bytes(at[i]->cdhash, arena);
        if (cdhash.len > 0)
            SX_PUSH(arena, &out->list, cdhash);
    }
}

static void default_ad_hoc(const struct work *w, const struct sx_macho *macho,
                           struct sx_requirement *out)
{
    struct sx_arena *arena = w->s->in->scratch;
    const struct sx_Code *code = w->code->facts;
    struct ordered *at = SX_NEW_N(arena, struct ordered, code->slices.n);
    struct cdhashes cdhashes = { 0 };
    for (size_t i = 0; i < code->slices.n; i++)
        at[i] = (struct ordered){ macho != NULL ? &macho->slices[i] : NULL,
                                  SX_AT(Slice, code->slices, i),
                                  SX_AT(Slice, code->slices, i) == sx_primary_slice(code) };
    qsort(at, code->slices.n, sizeof(*at), by_processor);
    for (size_t i = 0; i < code->slices.n; i++)
        add_cdhashes(at[i].facts->signature, arena, &cdhashes);
    sx_requirement_default_ad_hoc(cdhashes.list.at, cdhashes.list.n, arena, out);
}

static bool default_of(const struct work *w, const struct sx_macho *macho,
                       struct sx_requirement *out)
{
    bool is_ad_hoc = w->slice->signature->signer == SX_SIGNER_AD_HOC;
    if (!is_ad_hoc)
        return sx_requirement_default(&w->subject, w->s->in->scratch, out);
    default_ad_hoc(w, macho, out);
    return true;
}

/* Adds what stands for the code beside what the signature stores. */
static void add_default(struct work *w, const struct sx_macho *macho)
{
    struct sx_arena *arena = w->s->in->arena;
    const struct sx_map *stored = w->slice->signature->requirements;
    size_t n = stored != NULL ? stored->n : 0;
    struct sx_requirement requirement;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    if (!default_of(w, macho, &requirement))
        return;
    (void)sx_requirement_text(&requirement, &text); /* shown, not read again */
    struct sx_entry *at = SX_NEW_N(arena, struct sx_entry, n + 1);
    for (size_t i = 0; i < n; i++)
        at[i] = stored->at[i];
    at[n].key = sx_string(SX_STR("designated"));
    at[n].value = sx_string(sx_str_dup(arena, sx_buf_view(&text)));
    w->slice->signature->requirements = sx_map_new(arena, at, n + 1);
}

void sx_settle_requirements(struct sx_subject *s, struct sx_subject_code *code,
                            const struct sx_macho *macho)
{
    for (size_t i = 0; i < code->n_slices; i++) {
        struct sx_arena_mark mark = sx_arena_mark(s->in->scratch);
        struct work w = { .s = s,
                          .code = code,
                          .slice = &code->slices[i],
                          .facts = SX_AT(Slice, code->facts->slices, i) };
        if (!w.slice->has_directory || !w.slice->has_requirements)
            continue;
        if (sx_requirement_subject_of(s->in->run, code->facts, w.facts, s->in->scratch,
                                      &w.subject) == NULL) {
            if (w.slice->designated.len > 0)
                test_own(&w);
            else if (macho != NULL) /* what else is ad hoc has none */
                add_default(&w, macho);
        }
        sx_arena_rewind(s->in->scratch, mark);
    }
}

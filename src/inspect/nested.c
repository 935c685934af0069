/* SPDX-License-Identifier: MIT */
/* Code that a seal holds as code (Security, StaticCode.cpp, validateNestedCode): it has to be
 * signed, whole, and what the seal's requirement says. */
#include "inspect/sealing.h"
#include "base/buf.h"
#include "codesign/code_directory.h"
#include "facts/requirement.h"

/* One nested item, and the host whose seal holds it. */
struct nesting {
    struct sx_subject *s;
    struct sx_subject_code *host;
    const struct sx_sealed_item *item;
};

static struct sx_Problem *note(const struct nesting *n, enum sx_ProblemKind what,
                               struct sx_str path, struct sx_str detail)
{
    return sx_problem_add(&n->host->problems, what, path, SX_NOWHERE, detail);
}

static struct sx_str path_of(const struct nesting *n)
{
    return sx_subject_path(n->s, n->item->there->path);
}

static const struct sx_Signature *signature_at(const struct sx_Code *code, size_t i)
{
    return SX_AT(Slice, code->slices, i)->signature;
}

static bool has_state(const struct sx_Code *code, enum sx_SignatureState state)
{
    for (size_t i = 0; i < code->slices.n; i++)
        if (signature_at(code, i)->state == state)
            return true;
    return false;
}

static const struct sx_Problem *first_refused(struct sx_objs problems)
{
    for (size_t i = 0; i < problems.n; i++)
        if (sx_is_refused((struct sx_objs){ problems.at + i, 1 }))
            return SX_AT(Problem, problems, i);
    return NULL;
}

/* What Security would meet first: signatures go before what lies around them. */
static const struct sx_Problem *why_invalid(const struct sx_Code *code)
{
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Problem *p = first_refused(signature_at(code, i)->problems);
        if (p != NULL)
            return p;
    }
    return first_refused(code->problems);
}

/* The cdhash in the seal is that of whichever slice the signing Mac would have run. */
static bool has_cdhash(const struct sx_Code *code, struct sx_str cdhash)
{
    for (size_t i = 0; i < code->slices.n; i++) {
        struct sx_objs directories = signature_at(code, i)->codeDirectories;
        for (size_t k = 0; k < directories.n; k++)
            if (sx_str_eq(SX_AT(CodeDirectory, directories, k)->cdhash, cdhash))
                return true;
    }
    return false;
}

/* Security goes by the requirement alone; that the cdhash is another shows that the code was
 * signed again behind the seal's back. Code that could not be read has none to compare. */
static bool check_cdhash(const struct nesting *n, const struct sx_Code *code)
{
    struct sx_arena *arena = n->s->in->arena;
    struct sx_str sealed = sx_seal_hash(n->item->entry, SX_HASH_SHA1);
    struct sx_str cdhash = sx_hex(arena, sealed.ptr, sealed.len);
    const struct sx_Slice *slice = sx_primary_slice(code);
    if (sealed.ptr == NULL || slice->signature == NULL || slice->signature->cdhash.ptr == NULL)
        return false;
    if (has_cdhash(code, cdhash))
        return true;
    note(n, SX_PROBLEM_NESTED_CDHASH_DIFFERS, path_of(n),
         sx_str_printf(arena, "the seal has cdhash %.*s, the code %.*s", SX_STR_ARG(cdhash),
                       SX_STR_ARG(slice->signature->cdhash)));
    return false;
}

static enum sx_met ask_slice(const struct nesting *n, const struct sx_requirement *requirement,
                             const struct sx_Code *code, const struct sx_Slice *slice,
                             struct sx_str *why)
{
    struct sx_requirement_subject subject;
    const struct sx_unread *unread =
        sx_requirement_subject_of(n->s->in->run, code, slice, n->s->in->scratch, &subject);
    if (unread == NULL)
        return sx_ask_requirement(n->s, requirement, &subject, why);
    *why = unread->reason;
    return SX_MET_UNKNOWN;
}

/* Every slice has to meet the requirement; the first that does not is told. */
static enum sx_met ask_slices(const struct nesting *n, const struct sx_requirement *requirement,
                              const struct sx_Code *code, struct sx_str *why)
{
    enum sx_met all = SX_MET_YES;
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Slice *slice = SX_AT(Slice, code->slices, i);
        struct sx_str said;
        enum sx_met met = ask_slice(n, requirement, code, slice, &said);
        if (met == SX_MET_YES)
            continue;
        all = met;
        *why = said;
        if (met != SX_MET_UNKNOWN) {
            *why = sx_str_printf(n->s->in->arena, "%.*s: %.*s", SX_STR_ARG(slice->arch),
                                 SX_STR_ARG(said));
            break;
        }
    }
    return all;
}

static void note_unknown(const struct nesting *n, struct sx_str why)
{
    sx_fact_unread(
        &n->host->facts->head, n->s->in->arena, "problems", SX_UNREAD_OUT_OF_REACH,
        sx_str_printf(n->s->in->arena, "whether nested code meets the seal: %.*s", SX_STR_ARG(why)),
        -1);
}

/* What nobody can tell of code that has the sealed cdhash held when the seal was made. */
static void check_requirement(const struct nesting *n, const struct sx_Code *code, bool is_same)
{
    struct sx_arena_mark mark = sx_arena_mark(n->s->in->scratch);
    struct sx_requirement requirement;
    struct sx_err err = { 0 };
    struct sx_str why;
    enum sx_met met = SX_MET_YES;
    if (sx_requirement_read(n->item->entry->text, n->s->in->scratch, &requirement, &err))
        met = ask_slices(n, &requirement, code, &why);
    else
        note(n, SX_PROBLEM_NESTED_REQUIREMENT_UNREADABLE, path_of(n),
             sx_reason_of(n->s->in->arena, &err));
    if (met == SX_MET_UNKNOWN && !is_same)
        note_unknown(n, why);
    else if (met == SX_MET_NO || met == SX_MET_ERROR)
        note(n, SX_PROBLEM_NESTED_REQUIREMENT_FAILED, path_of(n), why);
    sx_arena_rewind(n->s->in->scratch, mark);
}

static void check_code(const struct nesting *n, const struct sx_Code *code)
{
    struct sx_arena *arena = n->s->in->arena;
    const struct sx_Problem *why = why_invalid(code);
    if (has_state(code, SX_SIGNATURE_STATE_UNSIGNED))
        note(n, SX_PROBLEM_NESTED_UNSIGNED, path_of(n), SX_STR("code that is not signed"));
    else if (why != NULL)
        note(n, SX_PROBLEM_NESTED_INVALID, path_of(n),
             sx_str_printf(arena, "broken itself: %.*s",
                           SX_STR_ARG(sx_enum_name(&sx_enumeration_ProblemKind, why->what))))
            ->symbol = why->symbol;
    else
        check_requirement(n, code, check_cdhash(n, code));
}

/* A folder of a framework's Versions has to be a bundle that is signed, whole, and what the seal
 * says of the framework (Security, StaticCode.cpp, validateOtherVersions). */
static void check_version(const struct nesting *n, const struct sx_Code *code)
{
    struct sx_requirement requirement;
    struct sx_err ignored = { 0 }; /* told of the framework already */
    struct sx_str why = { 0 };
    enum sx_met met = SX_MET_NO;
    if (sx_has_problem(code->problems, SX_PROBLEM_BUNDLE_UNRECOGNISED))
        why = SX_STR("a version that is no bundle");
    else if (has_state(code, SX_SIGNATURE_STATE_UNSIGNED))
        why = SX_STR("a version that is not signed");
    else if (why_invalid(code) != NULL)
        why = SX_STR("a version that is broken");
    else if (sx_requirement_read(n->item->entry->text, n->s->in->scratch, &requirement, &ignored))
        met = ask_slices(n, &requirement, code, &why);
    else
        return;
    if (met == SX_MET_UNKNOWN)
        note_unknown(n, why);
    else if (met != SX_MET_YES)
        note(n, SX_PROBLEM_FRAMEWORK_VERSION_INVALID, code->path, why);
}

/* The strict check of a nested framework is one of all its versions. */
static void check_versions(const struct nesting *n, const struct sx_found_code *framework)
{
    for (size_t i = framework->at + 1; i < n->s->n_code; i++) {
        const struct sx_found_code *found = n->s->code[i].found;
        if (sx_path_below(found->path, framework->path).ptr == NULL)
            break; /* what lies in the framework stands directly behind it */
        struct sx_arena_mark mark = sx_arena_mark(n->s->in->scratch);
        if (found->is_version && sx_str_eq(found->bundle->path, framework->path))
            check_version(n, n->s->code[i].facts);
        sx_arena_rewind(n->s->in->scratch, mark);
    }
}

/* A file that is no Mach-O is signed in extended attributes, which few containers and copies keep:
 * that is told even while they are there. Without them it is not signed, unless they cannot be seen
 * from here. */
static void note_attributes(const struct nesting *n)
{
    note(n, SX_PROBLEM_XATTR_SIGNATURE, path_of(n),
         SX_STR("sealed as code, and no Mach-O file: its signature lies in extended attributes"));
}

static void check_other(const struct nesting *n)
{
    if (n->item->there->type == SX_ENTRY_DIRECTORY) {
        note(n, SX_PROBLEM_BUNDLE_UNRECOGNISED, path_of(n),
             SX_STR("sealed as code, and no bundle"));
        return;
    }
    note_attributes(n);
    sx_fact_unread(
        &n->host->facts->head, n->s->in->arena, "problems", SX_UNREAD_OUT_OF_REACH,
        SX_STR("extended attributes, and with them the signature of a file, are not here"), -1);
}

static void check_item(const struct nesting *n)
{
    const struct sx_found_code *found = n->item->there->code;
    if (found == NULL) {
        if (!n->item->there->is_unreadable) /* which is told already */
            check_other(n);
        return;
    }
    if (found->bundle == NULL && !found->main_is_macho)
        note_attributes(n);
    check_code(n, n->s->code[found->at].facts);
    if (found->bundle != NULL && found->suffix == SX_SUFFIX_FRAMEWORK)
        check_versions(n, found);
}

void sx_check_nested(struct sx_subject *s, struct sx_sealing *sealing)
{
    for (size_t i = 0; i < sealing->code.n; i++)
        check_item(&(struct nesting){ s, &s->code[sealing->at], &sealing->code.at[i] });
}

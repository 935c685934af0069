/* SPDX-License-Identifier: MIT */
#include "report/summary.h"

#include <stdlib.h>

/* Files that ship nothing of their own: they are judged beside a product. */
static bool is_companion(const struct sx_judgement *at)
{
    switch ((enum sx_ArtifactKind)at->artifact->kind) {
    case SX_ARTIFACT_KIND_PROFILE:
    case SX_ARTIFACT_KIND_MOBILECONFIG:
    case SX_ARTIFACT_KIND_ENTITLEMENTS:
    case SX_ARTIFACT_KIND_PLIST:
    case SX_ARTIFACT_KIND_SOURCE:
        return true;
    case SX_ARTIFACT_KIND_ABSENT:
    case SX_ARTIFACT_KIND_BUNDLE:
    case SX_ARTIFACT_KIND_MACHO:
    case SX_ARTIFACT_KIND_FOLDER:
    case SX_ARTIFACT_KIND_ZIP:
    case SX_ARTIFACT_KIND_TAR:
    case SX_ARTIFACT_KIND_JAR:
    case SX_ARTIFACT_KIND_GZIP:
    case SX_ARTIFACT_KIND_ARCHIVE:
    case SX_ARTIFACT_KIND_INSTALLER_PACKAGE:
    case SX_ARTIFACT_KIND_DISK_IMAGE:
    case SX_ARTIFACT_KIND_XCARCHIVE:
    case SX_ARTIFACT_KIND_IPA:
    case SX_ARTIFACT_KIND_OTHER:
    case SX_ArtifactKind_END:
        break;
    }
    return false;
}

struct sx_part sx_part_of(const struct sx_judgements *all, const struct sx_judgement *at)
{
    return (struct sx_part){ .all = all, .at = at, .n = 1, .product = at };
}

size_t sx_parts(const struct sx_judgements *all, struct sx_arena *arena, const struct sx_part **out)
{
    size_t products = 0, n = all->n;
    const struct sx_judgement *product = all->at;
    for (size_t i = 0; i < all->n; i++) {
        if (is_companion(&all->at[i]))
            continue;
        if (products++ == 0)
            product = &all->at[i];
    }
    if (products < 2)
        n = all->n > 0 ? 1 : 0;
    struct sx_part *parts = SX_NEW_N(arena, struct sx_part, n);
    for (size_t i = 0; i < n; i++)
        parts[i] = sx_part_of(all, &all->at[i]);
    if (n == 1)
        parts[0] = (struct sx_part){ all, all->at, all->n, product };
    *out = parts;
    return n;
}

static void count_code(struct sx_census *census, const struct sx_Code *code)
{
    if (code->kind < SX_CodeKind_END)
        census->code[code->kind]++;
    census->code_objects++;
    for (size_t i = 0; i < code->slices.n; i++)
        census->slices += SX_AT(Slice, code->slices, i)->arch.ptr != NULL;
    census->profiles += code->profile != NULL;
    if (code->ticket != NULL) {
        census->tickets++;
        census->ticket_entries += code->ticket->hashes.n;
    }
}

static void count_artifact(struct sx_census *census, const struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->code.n; i++)
        count_code(census, SX_AT(Code, artifact->code, i));
    for (size_t i = 0; i < artifact->container.n; i++) {
        uint16_t kind = SX_AT(Container, artifact->container, i)->kind;
        if (kind < SX_ContainerKind_END)
            census->containers[kind]++;
    }
    census->profiles += artifact->profiles.n;
    census->jobs += artifact->jobs.n;
    census->configurations += artifact->configurations.n;
}

/* What the run counted while it looked at this artifact. */
static const struct sx_examined *examined_of(const struct sx_run *run,
                                             const struct sx_Artifact *artifact)
{
    for (size_t i = 0; run->examined != NULL && i < run->artifacts.n; i++)
        if (run->artifacts.at[i] == &artifact->head)
            return &run->examined[i];
    return NULL;
}

static void add_examined(struct sx_census *census, const struct sx_examined *examined)
{
    if (examined == NULL)
        return;
    census->signatures += examined->signatures;
    census->page_hashes += examined->page_hashes;
    census->sealed_files += examined->sealed_files;
    census->files += examined->files;
    census->bytes_read += examined->bytes_read;
}

struct sx_census sx_census_of(const struct sx_part *part)
{
    struct sx_census census = { 0 };
    for (size_t i = 0; i < part->n; i++) {
        const struct sx_judgement *at = &part->at[i];
        count_artifact(&census, at->artifact);
        add_examined(&census, examined_of(part->all->run, at->artifact));
        census.rules = at->n_rules > census.rules ? at->n_rules : census.rules;
    }
    return census;
}

struct sx_tally sx_tally_of(const struct sx_part *part)
{
    struct sx_tally tally = { 0 };
    for (size_t i = 0; i < part->n; i++) {
        const struct sx_judgement *at = &part->at[i];
        for (size_t s = 0; s < SX_N_SEVERITIES; s++)
            tally.count[s] += at->count[s];
        tally.waived += at->n_waived;
        for (size_t k = 0; k < at->n_not_checked; k++) {
            tally.not_examined += at->not_checked[k].state == SX_UNREAD_NOT_EXAMINED;
            tally.rules_in_error += at->not_checked[k].state == SX_UNREAD_NONE;
        }
    }
    return tally;
}

/* The ids of the errors that fail a gate, sorted, each once. */
static int by_text(const void *a, const void *b)
{
    return sx_str_cmp(*(const struct sx_str *)a, *(const struct sx_str *)b);
}

static struct sx_strs failing_ids(const struct sx_part *part, enum sx_gate gate,
                                  struct sx_arena *arena)
{
    SX_VEC(struct sx_str) ids = { 0 };
    for (size_t i = 0; i < part->n; i++) {
        for (size_t k = 0; k < part->at[i].n_findings; k++) {
            const struct sx_finding *f = part->at[i].findings[k];
            if (f->severity == SX_SEVERITY_ERROR && f->status == SX_OPEN &&
                (f->gates >> gate & 1) != 0)
                SX_PUSH(arena, &ids, f->rule->id);
        }
    }
    size_t n = 0;
    if (ids.n > 0)
        qsort(ids.at, ids.n, sizeof(*ids.at), by_text);
    for (size_t i = 0; i < ids.n; i++)
        if (n == 0 || !sx_str_eq(ids.at[n - 1], ids.at[i]))
            ids.at[n++] = ids.at[i];
    return (struct sx_strs){ ids.at, n };
}

/* The verdict that decides for the part, product first. */
static const struct sx_verdict *deciding(const struct sx_part *part, enum sx_gate gate)
{
    const struct sx_verdict *verdict = &part->product->verdicts[gate];
    for (size_t i = 0; i < part->n && verdict->state != SX_FAIL; i++) {
        const struct sx_verdict *other = &part->at[i].verdicts[gate];
        if (other->state == SX_FAIL || (other->incomplete && !verdict->incomplete))
            verdict = other;
    }
    return verdict;
}

struct sx_verdict sx_part_verdict(const struct sx_part *part, enum sx_gate gate,
                                  struct sx_arena *arena)
{
    struct sx_verdict verdict = *deciding(part, gate);
    if (verdict.state != SX_FAIL || part->n == 1)
        return verdict;
    struct sx_str clause =
        sx_str_sub(verdict.sentence, 0, sx_str_find(verdict.sentence, SX_STR(": ")));
    struct sx_str ids = sx_join(arena, failing_ids(part, gate, arena), ", ");
    verdict.sentence = sx_str_printf(arena, "%.*s: %.*s", SX_STR_ARG(clause), SX_STR_ARG(ids));
    return verdict;
}

/* The clause of a verdict's sentence that can stand alone: what comes before the details. */
static struct sx_str clause_of(struct sx_str sentence)
{
    struct sx_str head = sx_str_sub(sentence, 0, sx_str_find(sentence, SX_STR(": ")));
    return sx_str_sub(head, 0, sx_str_find(head, SX_STR(", ")));
}

/* What would happen, gate by gate. That codesign would refuse it, or the user's own policy,
 * goes without saying where Apple or macOS does too. */
static struct sx_str consequences(const struct sx_part *part, struct sx_arena *arena)
{
    static const unsigned minor = 1u << SX_GATE_SIGNATURE | 1u << SX_GATE_POLICY;
    unsigned failed = 0;
    struct sx_str clauses[SX_N_GATES];
    size_t n = 0;
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        failed |= (unsigned)(deciding(part, gate)->state == SX_FAIL) << gate;
    if ((failed & ~minor) != 0)
        failed &= ~minor;
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        if ((failed >> gate & 1) != 0)
            clauses[n++] = clause_of(deciding(part, gate)->sentence);
    return sx_join(arena, (struct sx_strs){ clauses, n }, "; ");
}

static struct sx_strs incomplete_gates(const struct sx_part *part, struct sx_arena *arena)
{
    struct sx_str *names = SX_NEW_N(arena, struct sx_str, SX_N_GATES);
    size_t n = 0;
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        if (deciding(part, gate)->incomplete)
            names[n++] = sx_str_of(sx_gate_name(gate));
    return (struct sx_strs){ names, n };
}

static const struct sx_judgement *unreadable(const struct sx_part *part)
{
    if (part->product->is_unreadable)
        return part->product;
    for (size_t i = 0; i < part->n; i++)
        if (part->at[i].is_unreadable)
            return &part->at[i];
    return NULL;
}

/* "2 files were not examined", "1 rule could not be applied". */
static struct sx_str what_is_missing(const struct sx_tally *tally, struct sx_arena *arena)
{
    static const struct sx_noun file = { "file was", "files were" }, rule = { "rule", "rules" };
    struct sx_str texts[2];
    size_t n = 0;
    if (tally->not_examined > 0) {
        struct sx_str s = sx_count(arena, tally->not_examined, file);
        texts[n++] = sx_str_printf(arena, "%.*s not examined", SX_STR_ARG(s));
    }
    if (tally->rules_in_error > 0) {
        struct sx_str s = sx_count(arena, tally->rules_in_error, rule);
        texts[n++] = sx_str_printf(arena, "%.*s could not be applied", SX_STR_ARG(s));
    }
    return sx_join_and(arena, (struct sx_strs){ texts, n });
}

static struct sx_str warnings_words(const struct sx_tally *tally, struct sx_arena *arena)
{
    return sx_count(arena, tally->count[SX_SEVERITY_WARNING],
                    (struct sx_noun){ "warning", "warnings" });
}

static struct sx_str not_cleared(const struct sx_part *part, const struct sx_tally *tally,
                                 struct sx_arena *arena)
{
    const struct sx_judgement *lost = unreadable(part);
    if (lost != NULL) {
        struct sx_str path = sx_escape(arena, lost->artifact->path);
        return sx_str_printf(arena, "Not cleared: %.*s could not be read%s.", SX_STR_ARG(path),
                             lost == part->product ? ", so no gate was checked" : "");
    }
    struct sx_str found = tally->count[SX_SEVERITY_WARNING] > 0 ? warnings_words(tally, arena)
                                                                : SX_STR("nothing found");
    struct sx_str missing = what_is_missing(tally, arena);
    struct sx_strs gates = incomplete_gates(part, arena);
    struct sx_str names = sx_join_and(arena, gates);
    if (gates.n == 0)
        return sx_str_printf(arena, "Not cleared: %.*s, but %.*s.", SX_STR_ARG(found),
                             SX_STR_ARG(missing));
    return sx_str_printf(arena, "Not cleared: %.*s, but %.*s, so %.*s %s not checked.",
                         SX_STR_ARG(found), SX_STR_ARG(missing), SX_STR_ARG(names),
                         gates.n == 1 ? "is" : "are");
}

/* Gatekeeper has not spoken, and for no fault of the input: the ticket comes after the upload. */
static bool is_before_stapling(const struct sx_part *part)
{
    bool has_gatekeeper = part->product->channel == SX_CHANNEL_DEVELOPER_ID ||
                          part->product->channel == SX_CHANNEL_ENTERPRISE_MDM;
    return has_gatekeeper && deciding(part, SX_GATE_GATEKEEPER)->state == SX_NOT_CHECKED &&
           deciding(part, SX_GATE_NOTARIZATION)->state == SX_PASS;
}

static struct sx_str ready(const struct sx_part *part, const struct sx_tally *tally,
                           struct sx_arena *arena)
{
    struct sx_str name = sx_escape(arena, sx_str_base(part->product->artifact->path));
    struct sx_str warnings = SX_STR("");
    if (tally->count[SX_SEVERITY_WARNING] > 0) {
        warnings = warnings_words(tally, arena);
        warnings = sx_str_printf(arena, ", with %.*s", SX_STR_ARG(warnings));
    }
    return sx_str_printf(
        arena, "Ready%s%.*s: nothing found that would stop %.*s at a gate it has to pass.",
        is_before_stapling(part) ? " to upload" : "", SX_STR_ARG(warnings), SX_STR_ARG(name));
}

static bool is_incomplete(const struct sx_part *part, const struct sx_tally *tally)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    return unreadable(part) != NULL || tally->not_examined + tally->rules_in_error > 0 ||
           incomplete_gates(part, arena).n > 0;
}

bool sx_part_is_ready(const struct sx_part *part)
{
    struct sx_tally tally = sx_tally_of(part);
    return tally.count[SX_SEVERITY_ERROR] == 0 && !is_incomplete(part, &tally);
}

struct sx_str sx_part_sentence(const struct sx_part *part, struct sx_arena *arena)
{
    struct sx_tally tally = sx_tally_of(part);
    struct sx_str happens = consequences(part, arena);
    if (happens.len > 0)
        return sx_str_printf(arena, "Not ready: %.*s.", SX_STR_ARG(happens));
    if (tally.count[SX_SEVERITY_ERROR] > 0) {
        struct sx_str errors =
            sx_count(arena, tally.count[SX_SEVERITY_ERROR], (struct sx_noun){ "error", "errors" });
        return sx_str_printf(arena, "Not ready: %.*s.", SX_STR_ARG(errors));
    }
    if (is_incomplete(part, &tally))
        return not_cleared(part, &tally, arena);
    return ready(part, &tally, arena);
}

struct sx_str sx_path_words(const struct sx_judgement *at, struct sx_str path)
{
    struct sx_str given = at->artifact->path;
    return is_companion(at) && sx_str_eq(path, sx_str_base(given)) ? given : path;
}

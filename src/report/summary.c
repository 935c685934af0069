/* SPDX-License-Identifier: MIT */
#include "report/summary.h"

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
    return (struct sx_part){ .all = all, .judged = at, .at = at, .n = 1, .product = at };
}

/* The artifacts of a run with one product at most. */
static struct sx_part whole_of(const struct sx_judgements *all, const struct sx_judgement *product)
{
    return (struct sx_part){
        .all = all, .judged = &all->whole, .at = all->at, .n = all->n, .product = product
    };
}

size_t sx_parts(const struct sx_judgements *all, struct sx_arena *arena, const struct sx_part **out)
{
    struct sx_part *parts = SX_NEW_N(arena, struct sx_part, all->n);
    const struct sx_judgement *product = NULL;
    size_t products = 0;
    for (size_t i = 0; i < all->n; i++) {
        parts[i] = sx_part_of(all, &all->at[i]);
        if (!is_companion(&all->at[i]) && products++ == 0)
            product = &all->at[i];
    }
    *out = parts;
    if (products > 1 || all->n < 2)
        return all->n;
    parts[0] = whole_of(all, product != NULL ? product : all->at);
    return 1;
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

bool sx_part_is_ready(const struct sx_part *part)
{
    return part->judged->count[SX_SEVERITY_ERROR] == 0 && !part->judged->is_incomplete;
}

const struct sx_Code *sx_first_code(const struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->code.n; i++)
        if (SX_AT(Code, artifact->code, i)->host == NULL)
            return SX_AT(Code, artifact->code, i);
    return NULL;
}

struct sx_str sx_path_words(const struct sx_judgement *at, struct sx_str path,
                            struct sx_arena *arena)
{
    struct sx_str given = at->artifact->path;
    if (!is_companion(at) || !sx_str_eq(path, sx_escape(arena, sx_str_base(given))))
        return path;
    return sx_escape(arena, given);
}

/* SPDX-License-Identifier: MIT */
#include "inspect/source.h"

#include "base/limits.h"
#include "inspect/sealing.h"
#include "value/plist.h"

/* What goes together */

static struct sx_str folder_of(const struct sx_piece *piece)
{
    return sx_path_parent(piece->path);
}

struct sx_str sx_piece_stem(const struct sx_piece *piece)
{
    struct sx_str name = sx_str_base(piece->path);
    return sx_str_sub(name, 0, sx_str_find(name, SX_STR(".")));
}

/* In the same folder, or in one around it. */
static bool is_around(const struct sx_piece *piece, const struct sx_piece *of)
{
    struct sx_str folder = folder_of(piece), inner = folder_of(of);
    return folder.len == 0 || sx_str_eq(folder, inner) || sx_path_below(inner, folder).ptr != NULL;
}

/* That of the innermost folder, and there the one of the same name. */
static size_t fit_of_info(const struct sx_piece *info, const struct sx_piece *claims)
{
    bool has_name = sx_str_starts(sx_str_base(info->path), sx_piece_stem(claims));
    return is_around(info, claims) ? 2 * folder_of(info).len + 1 + has_name : 0;
}

/* A profile for the identifier wherever it lies, else the one beside the entitlements. */
static size_t fit_of_profile(const struct sx_piece *piece, const struct sx_piece *claims,
                             struct sx_str identifier)
{
    struct sx_fit fit = { .app_id = piece->profile->appId, .identifier = identifier };
    bool is_for = (sx_misfits(&fit) & SX_PART_BIT(SX_PART_APP_ID)) == 0;
    bool is_exact = identifier.ptr != NULL && sx_str_eq(fit.app_id, identifier);
    bool is_known = identifier.ptr != NULL;
    return (is_exact ? 4u : 0u) + (is_known && is_for ? 2u : 0u) + is_around(piece, claims);
}

const struct sx_piece *sx_sources_best(const struct sx_sources *sources, enum sx_piece_kind kind,
                                       const struct sx_piece *claims, struct sx_str identifier)
{
    const struct sx_piece *found = NULL;
    size_t most = 0;
    for (size_t i = 0; i < sources->pieces.n; i++) {
        const struct sx_piece *piece = &sources->pieces.at[i];
        if (piece->kind != kind || piece->folder != claims->folder)
            continue;
        size_t fit = kind == SX_PIECE_INFO ? fit_of_info(piece, claims)
                                           : fit_of_profile(piece, claims, identifier);
        if (fit > most) {
            most = fit;
            found = piece;
        }
    }
    return found;
}

/* A profile that code has is told with the code alone. */
static void take_profile(const struct sx_sources *sources, const struct sx_Profile *profile)
{
    for (size_t i = 0; i < sources->pieces.n; i++) {
        const struct sx_piece *piece = &sources->pieces.at[i];
        if (profile == NULL || piece->profile != profile)
            continue;
        struct sx_objs *list = &piece->s->artifact->profiles;
        const struct sx_object **at =
            SX_NEW_N(piece->s->in->arena, const struct sx_object *, list->n);
        size_t n = 0;
        for (size_t k = 0; k < list->n; k++)
            if (list->at[k] != &profile->head)
                at[n++] = list->at[k];
        *list = (struct sx_objs){ at, n };
    }
}

void sx_sources_build(const struct sx_sources *sources)
{
    for (size_t i = 0; i < sources->pieces.n; i++) {
        const struct sx_piece *claims = &sources->pieces.at[i];
        if (claims->kind != SX_PIECE_CLAIMS)
            continue;
        struct sx_Artifact *artifact = claims->s->artifact;
        struct sx_arena *arena = claims->s->in->arena;
        const struct sx_object **at =
            SX_NEW_N(arena, const struct sx_object *, artifact->code.n + 1);
        const struct sx_Code *code = sx_source_code(sources, claims);
        if (artifact->code.n > 0)
            memcpy(at, artifact->code.at, artifact->code.n * sizeof(*at));
        at[artifact->code.n] = &code->head;
        artifact->code = (struct sx_objs){ at, artifact->code.n + 1 };
        take_profile(sources, code->profile);
    }
}

/* What a file is for */

static bool is_claims_name(struct sx_str name)
{
    return sx_str_ends(name, SX_STR(".entitlements")) || sx_str_ends(name, SX_STR(".xcent"));
}

static bool is_info(const struct sx_map *map)
{
    return sx_map_get(map, SX_STR("CFBundleIdentifier")) != NULL ||
           sx_map_get(map, SX_STR("CFBundlePackageType")) != NULL ||
           sx_map_get(map, SX_STR("CFBundleExecutable")) != NULL;
}

/* That of an artifact lives no longer than its inspection. */
static struct sx_subject *subject_of(const struct sx_subject *s)
{
    struct sx_subject *kept = SX_NEW(s->in->arena, struct sx_subject);
    *kept = *s;
    kept->all = NULL;
    return kept;
}

bool sx_sources_add(struct sx_sources *sources, struct sx_subject *s, struct sx_str path,
                    struct sx_span text, const struct sx_map *map)
{
    struct sx_piece piece = { .s = subject_of(s),
                              .path = sx_str_dup(s->in->arena, path),
                              .text = text,
                              .map = map,
                              .kind = SX_PIECE_INFO };
    bool is_claims = is_claims_name(path) ||
                     (map != NULL && sx_kind_of_plist(map) == SX_ARTIFACT_KIND_ENTITLEMENTS);
    if (is_claims)
        piece.kind = SX_PIECE_CLAIMS;
    else if (map == NULL || !is_info(map))
        return false;
    piece.document = sx_document_new(s, piece.path, sx_str_of_span(text));
    SX_PUSH(s->in->arena, &sources->pieces, piece);
    return is_claims;
}

void sx_sources_add_profile(struct sx_sources *sources, struct sx_subject *s, struct sx_str path,
                            const struct sx_Profile *profile)
{
    SX_PUSH(s->in->arena, &sources->pieces,
            (struct sx_piece){ .s = subject_of(s),
                               .path = sx_str_dup(s->in->arena, path),
                               .kind = SX_PIECE_PROFILE,
                               .profile = profile });
}

/* A folder of sources */

/* Entitlements that are not read are a gap; an Info.plist only says more of what is built. */
static bool add_file(struct sx_sources *sources, struct sx_subject *s, struct sx_str path)
{
    struct sx_span text;
    struct sx_plist plist;
    struct sx_err err = { 0 };
    bool is_claims = is_claims_name(path);
    if (!is_claims && !sx_str_ends(path, SX_STR("Info.plist")))
        return false;
    if (sources->pieces.n >= SX_MAX_SOURCES)
        sx_fail(&err, SX_E_LIMIT, 0, "more than %d files of sources", SX_MAX_SOURCES);
    if (err.code != SX_OK || !sx_subject_read(s, path, SX_MAX_SOURCE_FILE, &text, &err)) {
        if (is_claims)
            sx_subject_gap(s, path, err.code, sx_reason_of(s->in->arena, &err));
        return is_claims;
    }
    bool is_map = sx_plist_parse(text, s->in->arena, &plist, &err) && plist.root.kind == SX_MAP;
    return sx_sources_add(sources, s, path, text, is_map ? plist.root.map : NULL);
}

bool sx_sources_add_folder(struct sx_sources *sources, struct sx_subject *s,
                           const struct sx_walk *walk)
{
    size_t from = sources->pieces.n;
    bool has_claims = false;
    for (size_t i = 0; i < walk->n_entries; i++)
        if (walk->entries[i].type == SX_ENTRY_FILE && add_file(sources, s, walk->entries[i].path))
            has_claims = true;
    for (size_t i = 0; has_claims && i < s->all->profiles.n && i < SX_MAX_SOURCES; i++) {
        const struct sx_Profile *profile = (const struct sx_Profile *)s->all->profiles.at[i];
        sx_sources_add_profile(sources, s, sx_path_below(profile->path, s->prefix), profile);
    }
    for (size_t i = from; i < sources->pieces.n; i++)
        sources->pieces.at[i].folder = s->artifact;
    return has_claims;
}

/* SPDX-License-Identifier: MIT */
/* A finding as a result: where in a source, where in the product, and what makes it the same in
 * the next build. */
#include "report/pen.h"
#include "report/sarif.h"

#include <stdlib.h>

static int by_id(const void *key, const void *item)
{
    const struct sx_rule *const *rule = item;
    return sx_str_cmp(*(const struct sx_str *)key, (*rule)->id);
}

static size_t index_of(const struct sx_sarif *s, const struct sx_rule *rule)
{
    const struct sx_rule *const *found =
        bsearch(&rule->id, s->rules.at, s->rules.n, sizeof(*s->rules.at), by_id);
    return (size_t)(found - s->rules.at);
}

/* A code object, and each slice of it when not all have it. */
static void write_logical(struct sx_sarif *s, struct sx_str path, const char *kind,
                          struct sx_str name)
{
    struct sx_json *json = &s->json;
    sx_json_begin_object(json);
    sx_member_text(json, "name", name);
    sx_member_text(json, "fullyQualifiedName", path);
    sx_member_name(json, "kind", kind);
    sx_json_end_object(json);
}

static void write_logicals(struct sx_sarif *s, const struct sx_judgement *at,
                           const struct sx_finding *f, struct sx_arena *arena)
{
    struct sx_str path = sx_path_words(at, f->path, arena);
    sx_json_key(&s->json, "logicalLocations");
    sx_json_begin_array(&s->json);
    write_logical(s, path, "module", sx_str_base(path));
    for (size_t i = 0; i < f->slices.n; i++) {
        struct sx_str arch = f->slices.at[i];
        write_logical(s, sx_str_printf(arena, "%.*s (%.*s)", SX_STR_ARG(path), SX_STR_ARG(arch)),
                      "slice", arch);
    }
    sx_json_end_array(&s->json);
}

static void write_region(struct sx_json *json, const struct sx_spot *spot)
{
    sx_json_key(json, "region");
    sx_json_begin_object(json);
    sx_member_count(json, "startLine", spot->line > 0 ? spot->line : 1);
    if (spot->line > 0)
        sx_member_count(json, "startColumn", spot->column);
    if (spot->end_column > spot->column)
        sx_member_count(json, "endColumn", spot->end_column);
    sx_json_end_object(json);
}

static void write_location(struct sx_sarif *s, const struct sx_judgement *at,
                           const struct sx_finding *f, const struct sx_spot *spot,
                           struct sx_arena *arena)
{
    sx_json_key(&s->json, "locations");
    sx_json_begin_array(&s->json);
    sx_json_begin_object(&s->json);
    sx_json_key(&s->json, "physicalLocation");
    sx_json_begin_object(&s->json);
    sx_sarif_artifact(&s->json, spot->file, arena);
    write_region(&s->json, spot);
    sx_json_end_object(&s->json);
    write_logicals(s, at, f, arena);
    sx_json_end_object(&s->json);
    sx_json_end_array(&s->json);
}

static void write_related(struct sx_sarif *s, uint64_t id, struct sx_str path,
                          struct sx_opt_int offset, struct sx_str message)
{
    struct sx_json *json = &s->json;
    sx_json_begin_object(json);
    sx_member_count(json, "id", id);
    sx_json_key(json, "physicalLocation");
    sx_json_begin_object(json);
    sx_sarif_artifact(json, path, s->arena);
    if (offset.has && offset.v >= 0) {
        sx_json_key(json, "region");
        sx_json_begin_object(json);
        sx_member_count(json, "byteOffset", (uint64_t)offset.v);
        sx_json_end_object(json);
    }
    sx_json_end_object(json);
    sx_sarif_message(json, "message", message);
    sx_json_end_object(json);
}

/* The code object, and the files that are added, altered or missing. */
static void write_product(struct sx_sarif *s, const struct sx_finding *f, struct sx_arena *arena)
{
    struct sx_str path = sx_object_identity(f->owner);
    size_t n = f->files.n < SX_SARIF_MOST_PLACES ? f->files.n : SX_SARIF_MOST_PLACES;
    sx_json_key(&s->json, "relatedLocations");
    sx_json_begin_array(&s->json);
    write_related(s, 1, path, f->offset, SX_STR("in the built product"));
    for (size_t i = 0; i < n; i++) {
        struct sx_str file = f->files.at[i];
        write_related(s, i + 2,
                      sx_str_printf(arena, "%.*s/%.*s", SX_STR_ARG(path), SX_STR_ARG(file)),
                      (struct sx_opt_int){ 0 }, f->files_label);
    }
    sx_json_end_array(&s->json);
}

/* GitHub tells an alert by primaryLocationLineHash, which it writes as a digest of 64 bits and the
 * how-manieth with that digest. */
static void write_fingerprints(struct sx_sarif *s, const struct sx_finding *f)
{
    enum { HASH_DIGITS = 16 };
    struct sx_str hash = sx_str_sub(f->fingerprint, 0, HASH_DIGITS);
    unsigned n = sx_occurrence(&s->seen, f);
    sx_json_key(&s->json, "partialFingerprints");
    sx_json_begin_object(&s->json);
    sx_member_text(&s->json, "primaryLocationLineHash",
                   sx_str_printf(s->arena, "%.*s:%u", SX_STR_ARG(hash), n));
    sx_member_text(&s->json, "sxlint/v1", f->fingerprint);
    sx_json_end_object(&s->json);
}

static void write_suppression(struct sx_json *json, const struct sx_finding *f)
{
    if (sx_is_open(f))
        return;
    sx_json_key(json, "suppressions");
    sx_json_begin_array(json);
    sx_json_begin_object(json);
    sx_member_name(json, "kind", "external");
    sx_member_name(json, "status", "accepted");
    sx_member_name(json, "justification", sx_status_words(f->status));
    sx_json_end_object(json);
    sx_json_end_array(json);
}

static void write_properties(struct sx_json *json, const struct sx_finding *f)
{
    sx_json_key(json, "properties");
    sx_json_begin_object(json);
    sx_member_text(json, "symbol", f->symbol);
    sx_member_list(json, "seenAs", f->seen_as);
    sx_json_key(json, "gates");
    sx_json_begin_array(json);
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        if ((f->gates >> gate & 1) != 0)
            sx_json_cstr(json, sx_gate_name(gate));
    sx_json_end_array(json);
    sx_json_end_object(json);
}

void sx_sarif_result(struct sx_sarif *s, const struct sx_judgement *at, const struct sx_finding *f)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_json *json = &s->json;
    struct sx_spot spot = sx_spot_of(f, at, s->style);
    sx_json_begin_object(json);
    sx_member_text(json, "ruleId", f->rule->id);
    sx_member_count(json, "ruleIndex", index_of(s, f->rule));
    sx_member_name(json, "level", sx_sarif_level(f->severity));
    sx_sarif_message(json, "message", sx_spot_text(&spot, f, at, arena));
    write_location(s, at, f, &spot, arena);
    write_product(s, f, arena);
    write_fingerprints(s, f);
    write_suppression(json, f);
    write_properties(json, f);
    sx_json_end_object(json);
}

/* SPDX-License-Identifier: MIT */
/* Any file through the Mach-O reader and its lazy helpers. What is accepted stays inside the
 * file; what is refused says why; memory stays in proportion. */
#include "base/limits.h"
#include "macho/symbols.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static void check_anomalies(const struct sx_macho_anomalies *a)
{
    require(a->n <= SX_MAX_PROBLEMS);
    for (size_t i = 0; i < a->n; i++)
        require(a->at[i].detail.len > 0 && sx_macho_fault_info(a->at[i].fault)->problem != NULL);
}

static void check_sorted(struct sx_strs list)
{
    for (size_t i = 1; i < list.n; i++)
        require(sx_str_cmp(list.at[i - 1], list.at[i]) < 0);
}

/* What is read of the contents lives in an arena of its own: other limits hold there. */
static void check_contents(const struct sx_macho_slice *s)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_strs list;
    struct sx_macho_classes classes;
    struct sx_err err = { 0 };
    if (sx_macho_imports(s, arena, &list, &err))
        check_sorted(list);
    else
        require(err.code != SX_OK);
    if (sx_macho_strings(s, arena, &list, &err))
        check_sorted(list);
    if (sx_macho_classes(s, arena, &classes, &err))
        for (size_t i = 1; i < classes.n; i++)
            require(sx_str_cmp(classes.at[i - 1].name, classes.at[i].name) < 0);
    sx_arena_free(arena);
}

static void check_slice(const struct sx_macho_slice *s, size_t size, struct sx_arena *arena)
{
    check_anomalies(&s->anomalies);
    require(s->arch.len > 0);
    if (s->err.code == SX_OK)
        require(s->has_header && s->off <= size && s->size <= size - s->off);
    for (size_t i = 0; i < s->n_segments; i++)
        require(s->segments[i].first_section + s->segments[i].n_sections <= s->n_sections);
    for (size_t i = 0; i < s->n_sections; i++) {
        require(s->sections[i].segment_at < s->n_segments);
        require(s->sections[i].name.len <= 16);
    }
    struct sx_macho_range r = sx_macho_section_range(s, "__TEXT", "__info_plist");
    struct sx_span bytes;
    struct sx_err err = { 0 };
    if (r.has && r.len < 100)
        require(sx_macho_read(s, r, 100, "section", arena, &bytes, &err) && bytes.len == r.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_source source;
    struct sx_macho macho;
    struct sx_err err = { 0 };
    struct sx_span in = { data, size, 0 };
    sx_source_memory("input", in, &source);
    bool ok = sx_macho_open(&source, arena, &macho, &err);
    require(ok == (err.code == SX_OK));
    require(!ok || sx_macho_sniff(in));
    if (ok) {
        require(macho.n_slices >= 1 && macho.n_slices <= SX_MAX_SLICES + 1);
        check_anomalies(&macho.anomalies);
        for (size_t i = 0; i < macho.n_slices; i++) {
            check_slice(&macho.slices[i], size, arena);
            check_contents(&macho.slices[i]);
        }
    }
    require(sx_arena_bytes(arena) < (1 << 20) + 64 * (uint64_t)size);
    sx_arena_free(arena);
    return 0;
}

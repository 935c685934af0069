/* SPDX-License-Identifier: MIT */
/* How slices lie in a fat file. Security sorts them by offset and wants what is between them to
 * be narrow and zero (macho++.cpp, Universal::Universal and validateSlices); the kernel wants
 * them behind the header and each processor once (mach_fat.c, fatfile_validate_fatarches). */
#include "macho/internal.h"

#include <stdlib.h>

enum { MAX_ALIGN = 30, CHUNK = 64 << 10 };

struct layout {
    const struct sx_source *source;
    struct sx_arena *arena;
    struct sx_macho *macho;
};

static void note(const struct layout *l, enum sx_macho_fault fault, const struct sx_macho_slice *s,
                 uint64_t at, const char *than)
{
    sx_macho_note(l->arena, &l->macho->anomalies, fault, s->off, "slice %.*s at %llu: %s (%llu)",
                  SX_STR_ARG(s->arch), (unsigned long long)s->off, than, (unsigned long long)at);
}

/* A gap may be as long as the file, so it is read in pieces; it is read once, since gaps do not
 * overlap. What cannot be read is not complained of here: the slice behind it will be. */
static bool find_nonzero(const struct layout *l, uint64_t from, uint64_t to, uint64_t *at)
{
    struct sx_arena_mark mark = sx_arena_mark(l->arena);
    uint8_t *buffer = sx_arena_alloc(l->arena, CHUNK);
    struct sx_err err = { 0 };
    bool found = false;
    for (uint64_t off = from; !found && off < to; off += CHUNK) {
        size_t n = to - off < CHUNK ? (size_t)(to - off) : CHUNK;
        if (!sx_source_pread(l->source, off, buffer, n, &err))
            break;
        for (size_t i = 0; i < n && !found; i++) {
            found = buffer[i] != 0;
            *at = off + i;
        }
    }
    sx_arena_rewind(l->arena, mark);
    return found;
}

static void check_gap(const struct layout *l, const struct sx_macho_slice *s, uint64_t end,
                      bool is_first)
{
    uint64_t at;
    if (s->off < end && is_first)
        note(l, SX_MACHO_FAULT_SLICE_IN_HEADER, s, end, "the header ends behind it");
    else if (s->off < end)
        note(l, SX_MACHO_FAULT_SLICES_OVERLAP, s, end, "the slice below it ends behind it");
    else if (!is_first && s->align > MAX_ALIGN)
        note(l, SX_MACHO_FAULT_SLICE_ALIGN, s, s->align, "the alignment is over 2^30");
    else if (!is_first && (s->off - end) >> s->align != 0)
        note(l, SX_MACHO_FAULT_GAP_TOO_WIDE, s, s->off - end, "the gap before it is too wide");
    else if (find_nonzero(l, end, s->off, &at))
        note(l, SX_MACHO_FAULT_GAP_NOT_ZERO, s, at, "the gap before it is not zero");
}

static int by_offset(const void *a, const void *b)
{
    const struct sx_macho_slice *x = *(const struct sx_macho_slice *const *)a;
    const struct sx_macho_slice *y = *(const struct sx_macho_slice *const *)b;
    if (x->off != y->off)
        return x->off < y->off ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* The end of a slice; one that leaves the file ends with it. */
static uint64_t end_of(const struct layout *l, const struct sx_macho_slice *s)
{
    uint64_t size = l->source->size;
    return s->off > size || s->size > size - s->off ? size : s->off + s->size;
}

static void check_order(const struct layout *l, uint64_t header_end)
{
    const struct sx_macho_slice *sorted[SX_MACHO_MAX_ARCHS];
    size_t n = l->macho->n_slices;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &l->macho->slices[i];
    qsort(sorted, n, sizeof(sorted[0]), by_offset);
    uint64_t end = header_end;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && sorted[i]->off == sorted[i - 1]->off)
            note(l, SX_MACHO_FAULT_SLICES_COINCIDE, sorted[i], sorted[i]->off,
                 "another slice lies at the same offset");
        else
            check_gap(l, sorted[i], end, i == 0);
        end = end_of(l, sorted[i]);
    }
    if (end != l->source->size)
        sx_macho_note(l->arena, &l->macho->anomalies, SX_MACHO_FAULT_TRAILING_DATA, end,
                      "the last slice ends at %llu, the file at %llu", (unsigned long long)end,
                      (unsigned long long)l->source->size);
}

static void check_twice(const struct layout *l)
{
    const struct sx_macho_slice *s = l->macho->slices;
    for (size_t i = 1; i < l->macho->n_slices; i++)
        for (size_t k = 0; k < i; k++)
            if (s[i].cputype == s[k].cputype && s[i].cpusubtype == s[k].cpusubtype) {
                note(l, SX_MACHO_FAULT_SLICE_TWICE, &s[i], s[k].off,
                     "another slice is for the same processor");
                break;
            }
}

void sx_macho_check_layout(const struct sx_source *source, uint64_t header_end,
                           struct sx_arena *arena, struct sx_macho *macho)
{
    struct layout l = { source, arena, macho };
    check_order(&l, header_end);
    check_twice(&l);
}

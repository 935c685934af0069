/* SPDX-License-Identifier: MIT */
#include "macho/contents.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW = 16 << 10 };

/* Formats of chained pointers (mach-o/fixup-chains.h). Bits not listed say where the next
 * pointer is, or how it is authenticated. */
static const struct format {
    unsigned number;      /* DYLD_CHAINED_PTR_* */
    unsigned bind_bit;    /* 1: an import, its ordinal in the low bits */
    unsigned ordinal_len; /* bits */
    unsigned target_len;  /* bits of an address, in the low bits */
    bool is_offset;       /* the address counts from the header */
    unsigned auth_bit;    /* 1: authenticated, 32 bits that count from the header; 0: no such */
} formats[] = {
    { 1, 62, 16, 43, false, 63 }, /* ARM64E */
    { 2, 63, 24, 36, false, 0 },  /* 64 */
    { 3, 31, 20, 26, false, 0 },  /* 32 */
    { 6, 63, 24, 36, true, 0 },   /* 64_OFFSET */
    { 9, 62, 16, 43, true, 63 },  /* ARM64E_USERLAND */
    { 12, 62, 24, 43, true, 63 }, /* ARM64E_USERLAND24 */
};

static int by_address(const void *a, const void *b)
{
    uint64_t x = ((const struct sx_macho_bind *)a)->address;
    uint64_t y = ((const struct sx_macho_bind *)b)->address;
    return x < y ? -1 : x > y;
}

static int find_address(const void *key, const void *bind)
{
    return by_address(key, bind);
}

bool sx_macho_memory_open(const struct sx_macho_slice *slice, struct sx_str prefix,
                          struct sx_arena *arena, struct sx_macho_memory *out, struct sx_err *err)
{
    *out = (struct sx_macho_memory){ .slice = slice, .arena = arena, .binds.prefix = prefix };
    if (slice->n_segments > SX_MAX_MEMORY_SEGMENTS)
        return sx_fail(err, SX_E_LIMIT, slice->off, "%zu segments, at most %d are read",
                       slice->n_segments, SX_MAX_MEMORY_SEGMENTS);
    out->window = sx_arena_alloc(arena, WINDOW);
    for (size_t i = slice->n_segments; i-- > 0;)
        if (slice->segments[i].fileoff == 0 && slice->segments[i].filesize > 0)
            out->base = slice->segments[i].vmaddr;
    SX_TRY(sx_macho_fixups_read(slice, arena, &out->fixups, err));
    SX_TRY(sx_macho_binds_read(slice, arena, &out->binds, err));
    if (out->binds.list.n > 1)
        qsort(out->binds.list.at, out->binds.list.n, sizeof(struct sx_macho_bind), by_address);
    return true;
}

/* Bytes from an address to the end of what its segment has in the file; 0 when it is nowhere. */
static uint64_t find_place(const struct sx_macho_slice *slice, uint64_t address, uint64_t *at)
{
    for (size_t i = 0; i < slice->n_segments; i++) {
        const struct sx_macho_segment *s = &slice->segments[i];
        if (address < s->vmaddr || address - s->vmaddr >= s->filesize || s->fileoff > slice->size ||
            s->filesize > slice->size - s->fileoff)
            continue;
        *at = s->fileoff + (address - s->vmaddr);
        return s->filesize - (address - s->vmaddr);
    }
    return 0;
}

/* A piece of at most `most` bytes at an address, at least one. */
static bool look(struct sx_macho_memory *m, uint64_t address, size_t most, struct sx_span *out,
                 struct sx_err *err)
{
    uint64_t at = 0;
    uint64_t there = find_place(m->slice, address, &at);
    if (there == 0)
        return sx_fail(err, SX_E_RANGE, m->slice->off, "address 0x%llx is in no segment",
                       (unsigned long long)address);
    uint64_t len = there < most ? there : most;
    if (at < m->window_at || at + len > m->window_at + m->window_len) {
        m->window_len = 0;
        uint64_t n = m->slice->size - at < WINDOW ? m->slice->size - at : WINDOW;
        SX_TRY(sx_source_pread(m->slice->source, m->slice->off + at, m->window, (size_t)n, err));
        m->window_at = at;
        m->window_len = n;
    }
    struct sx_span window = { m->window, (size_t)m->window_len, m->slice->off + m->window_at };
    return sx_span_sub(window, at - m->window_at, len, "memory", out, err);
}

static uint64_t low_bits(uint64_t bits, unsigned n)
{
    return bits & ((UINT64_C(1) << n) - 1);
}

static bool decode(const struct sx_macho_memory *m, const struct format *f, uint64_t bits,
                   struct sx_macho_pointer *out, struct sx_err *err)
{
    bool is_auth = f->auth_bit != 0 && (bits >> f->auth_bit & 1) != 0;
    if ((bits >> f->bind_bit & 1) != 0) {
        uint64_t ordinal = low_bits(bits, f->ordinal_len);
        if (ordinal >= m->fixups.n_imports)
            return sx_fail(err, SX_E_RANGE, m->slice->off, "import %llu of %u",
                           (unsigned long long)ordinal, m->fixups.n_imports);
        *out = (struct sx_macho_pointer){ .name = m->fixups.imports[ordinal].name };
        return true;
    }
    out->address = low_bits(bits, is_auth ? 32 : f->target_len);
    if ((is_auth || f->is_offset) && bits != 0)
        out->address += m->base;
    return true;
}

/* Without chained fixups a pointer is the address itself, but for what the opcodes bind. */
static void find_bind(const struct sx_macho_memory *m, uint64_t address,
                      struct sx_macho_pointer *out)
{
    struct sx_macho_bind key = { .address = address };
    if (m->binds.list.n == 0)
        return;
    const struct sx_macho_bind *b = bsearch(&key, m->binds.list.at, m->binds.list.n,
                                            sizeof(struct sx_macho_bind), find_address);
    if (b != NULL)
        out->name = b->name;
}

bool sx_macho_pointer_at(struct sx_macho_memory *m, uint64_t address, struct sx_macho_pointer *out,
                         struct sx_err *err)
{
    struct sx_span bytes;
    SX_TRY(look(m, address, sx_macho_pointer_size(m->slice), &bytes, err));
    struct sx_cursor c = { .in = bytes, .order = m->slice->order };
    uint64_t bits = m->slice->is_64 ? sx_get_u64(&c, "pointer") : sx_get_u32(&c, "pointer");
    SX_TRY(sx_cursor_ok(&c, err));
    *out = (struct sx_macho_pointer){ .address = bits };
    if (m->fixups.pointer_format == 0) {
        find_bind(m, address, out);
        return true;
    }
    for (size_t i = 0; i < SX_LEN(formats); i++)
        if (formats[i].number == m->fixups.pointer_format)
            return decode(m, &formats[i], bits, out, err);
    return sx_fail(err, SX_E_UNSUPPORTED, m->slice->off, "pointer_format %u",
                   m->fixups.pointer_format);
}

bool sx_macho_text_at(struct sx_macho_memory *m, uint64_t address, size_t limit, struct sx_str *out,
                      struct sx_err *err)
{
    struct sx_span bytes = { 0 };
    SX_TRY(look(m, address, limit, &bytes, err));
    struct sx_str text = sx_str_of_span(bytes);
    size_t len = sx_str_find(text, SX_STR("\0"));
    if (len == text.len && len < limit)
        return sx_fail(err, SX_E_FORMAT, bytes.off, "text without end");
    *out = sx_str_dup(m->arena, sx_str_sub(text, 0, len));
    return true;
}

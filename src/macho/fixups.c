/* SPDX-License-Identifier: MIT */
/* LC_DYLD_CHAINED_FIXUPS (mach-o/fixup-chains.h):
 *
 *     version | starts_offset | imports_offset | symbols_offset | imports_count |
 *     imports_format | symbols_format | starts in segments | imports | names */
#include "macho/contents.h"

enum imports_format { IMPORT = 1, IMPORT_ADDEND = 2, IMPORT_ADDEND64 = 3 };

struct header {
    uint32_t starts, imports, symbols, count, imports_format, symbols_format;
};

static bool read_header(struct sx_cursor *c, struct header *h, struct sx_err *err)
{
    (void)sx_get_u32(c, "chained_fixups.fixups_version");
    h->starts = sx_get_u32(c, "chained_fixups.starts_offset");
    h->imports = sx_get_u32(c, "chained_fixups.imports_offset");
    h->symbols = sx_get_u32(c, "chained_fixups.symbols_offset");
    h->count = sx_get_u32(c, "chained_fixups.imports_count");
    h->imports_format = sx_get_u32(c, "chained_fixups.imports_format");
    h->symbols_format = sx_get_u32(c, "chained_fixups.symbols_format");
    SX_TRY(sx_cursor_ok(c, err));
    if (h->symbols_format != 0)
        return sx_fail(err, SX_E_UNSUPPORTED, c->in.off, "chained_fixups.symbols_format: %u",
                       h->symbols_format);
    if (h->count > SX_MAX_NAMES)
        return sx_fail(err, SX_E_LIMIT, c->in.off, "chained_fixups.imports_count: %u", h->count);
    return true;
}

/* The ordinal -3 asks for a look-up in all images, this one among them. */
static bool get_import(struct sx_cursor *c, uint32_t format, uint64_t *name_at, bool *is_weak)
{
    uint64_t bits;
    switch (format) {
    case IMPORT:
    case IMPORT_ADDEND:
        bits = sx_get_u32(c, "chained_import");
        if (format == IMPORT_ADDEND)
            (void)sx_get_u32(c, "chained_import.addend");
        *name_at = bits >> 9;
        *is_weak = (bits & 0xff) == 0xfd;
        return true;
    case IMPORT_ADDEND64:
        bits = sx_get_u64(c, "chained_import");
        (void)sx_get_u64(c, "chained_import.addend");
        *name_at = bits >> 32;
        *is_weak = (bits & 0xffff) == 0xfffd;
        return true;
    default:
        return false;
    }
}

static bool read_imports(struct sx_span data, const struct header *h, enum sx_order order,
                         struct sx_arena *arena, struct sx_macho_fixups *out, struct sx_err *err)
{
    struct sx_span imports, names;
    SX_TRY(sx_span_from(data, h->imports, "chained imports", &imports, err));
    SX_TRY(sx_span_from(data, h->symbols, "chained symbols", &names, err));
    struct sx_cursor c = { .in = imports, .order = order };
    if (h->count > imports.len / 4)
        return sx_fail(err, SX_E_RANGE, data.off, "chained_fixups.imports_count: %u in %zu bytes",
                       h->count, imports.len);
    uint64_t bytes = 0; /* of all names: a million can share one long text */
    out->imports = SX_NEW_N(arena, struct sx_macho_import, h->count);
    for (uint32_t i = 0; i < h->count; i++) {
        uint64_t at;
        struct sx_macho_import *import = &out->imports[i];
        if (!get_import(&c, h->imports_format, &at, &import->is_weak_lookup))
            return sx_fail(err, SX_E_UNSUPPORTED, data.off, "chained_fixups.imports_format: %u",
                           h->imports_format);
        SX_TRY(sx_cursor_ok(&c, err));
        SX_TRY(sx_macho_c_string(names, at, "chained import", &import->name, err));
        bytes += import->name.len;
        if (bytes > SX_MAX_SYMBOL_BYTES)
            return sx_fail(err, SX_E_LIMIT, data.off, "chained imports: names of %llu bytes",
                           (unsigned long long)bytes);
    }
    out->n_imports = h->count;
    return true;
}

/* Every segment with pointers says its format; one slice has one. */
static bool read_format(struct sx_span data, uint32_t starts, enum sx_order order,
                        struct sx_macho_fixups *out, struct sx_err *err)
{
    struct sx_span in;
    SX_TRY(sx_span_from(data, starts, "chained starts", &in, err));
    struct sx_cursor c = { .in = in, .order = order };
    uint32_t n = sx_get_u32(&c, "chained_starts.seg_count");
    SX_TRY(sx_cursor_ok(&c, err));
    for (uint32_t i = 0; i < n && out->pointer_format == 0; i++) {
        struct sx_span segment;
        uint32_t at = sx_get_u32(&c, "chained_starts.seg_info_offset");
        SX_TRY(sx_cursor_ok(&c, err));
        if (at == 0) /* no pointers in this segment */
            continue;
        SX_TRY(sx_span_from(in, at, "chained starts of a segment", &segment, err));
        struct sx_cursor s = { .in = segment, .order = order };
        (void)sx_get_u32(&s, "chained_starts.size");
        (void)sx_get_u16(&s, "chained_starts.page_size");
        out->pointer_format = sx_get_u16(&s, "chained_starts.pointer_format");
        SX_TRY(sx_cursor_ok(&s, err));
    }
    return true;
}

bool sx_macho_fixups_read(const struct sx_macho_slice *slice, struct sx_arena *arena,
                          struct sx_macho_fixups *out, struct sx_err *err)
{
    struct sx_span data;
    struct header h;
    *out = (struct sx_macho_fixups){ 0 };
    if (!slice->chained_fixups.has || slice->chained_fixups.len == 0)
        return true;
    SX_TRY(sx_macho_read(slice, slice->chained_fixups, SX_MAX_SYMBOL_BYTES, "chained fixups", arena,
                         &data, err));
    struct sx_cursor c = { .in = data, .order = slice->order };
    SX_TRY(read_header(&c, &h, err));
    SX_TRY(read_format(data, h.starts, slice->order, out, err));
    return read_imports(data, &h, slice->order, arena, out, err);
}

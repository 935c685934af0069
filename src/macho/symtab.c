/* SPDX-License-Identifier: MIT */
/* The symbol table (mach-o/nlist.h): nsyms entries, each an offset into the string table, a
 * type and a value. */
#include "macho/contents.h"

enum { NLIST_32 = 12, NLIST_64 = 16 };
enum { N_STAB = 0xe0, N_TYPE = 0x0e, N_UNDF = 0x0, N_SECT = 0xe };

struct nlist {
    uint32_t strx;
    uint8_t type;
    uint64_t value;
};

static struct nlist get_nlist(struct sx_cursor *c, bool is_64)
{
    struct nlist n = { .strx = sx_get_u32(c, "nlist.n_strx") };
    n.type = sx_get_u8(c, "nlist.n_type");
    (void)sx_get_u8(c, "nlist.n_sect");
    (void)sx_get_u16(c, "nlist.n_desc");
    n.value = is_64 ? sx_get_u64(c, "nlist.n_value") : sx_get_u32(c, "nlist.n_value");
    return n;
}

/* An undefined symbol with a value is a common one: the linker makes room for it here. */
static bool is_of_kind(const struct nlist *n, enum sx_macho_symbol_kind kind)
{
    if ((n->type & N_STAB) != 0)
        return false;
    if (kind == SX_MACHO_SYMBOL_UNDEFINED)
        return (n->type & N_TYPE) == N_UNDF && n->value == 0;
    return (n->type & N_TYPE) == N_SECT;
}

static bool read_table(const struct sx_macho_slice *slice, uint64_t at, uint64_t len,
                       const char *what, struct sx_arena *arena, struct sx_span *out,
                       struct sx_err *err)
{
    struct sx_macho_range range = { .has = true, .off = slice->off + at, .len = len };
    return sx_macho_read(slice, range, SX_MAX_SYMBOL_BYTES, what, arena, out, err);
}

bool sx_macho_symbols_named(const struct sx_macho_slice *slice, enum sx_macho_symbol_kind kind,
                            struct sx_str prefix, struct sx_arena *arena,
                            struct sx_macho_names *names, struct sx_err *err)
{
    const struct sx_macho_symtab *s = &slice->symtab;
    struct sx_span symbols, strings;
    if (!s->has || s->nsyms == 0)
        return true;
    uint64_t size = (uint64_t)s->nsyms * (slice->is_64 ? NLIST_64 : NLIST_32);
    SX_TRY(read_table(slice, s->symoff, size, "symbol table", arena, &symbols, err));
    SX_TRY(read_table(slice, s->stroff, s->strsize, "string table", arena, &strings, err));
    struct sx_cursor c = { .in = symbols, .order = slice->order };
    for (uint32_t i = 0; i < s->nsyms; i++) {
        struct nlist n = get_nlist(&c, slice->is_64);
        struct sx_span rest;
        struct sx_str name;
        if (!is_of_kind(&n, kind) || n.strx == 0) /* offset 0 is no name */
            continue;
        SX_TRY(sx_span_from(strings, n.strx, "symbol", &rest, err));
        if (!sx_str_starts(sx_str_of_span(rest), prefix))
            continue;
        SX_TRY(sx_macho_c_string(rest, 0, "symbol", &name, err));
        SX_TRY(sx_macho_names_add(arena, names, name, err));
    }
    return sx_cursor_ok(&c, err);
}

/* SPDX-License-Identifier: MIT */
#include "macho/symbols.h"

#include "macho/contents.h"

static bool add_fixups(const struct sx_macho_slice *slice, struct sx_arena *arena,
                       struct sx_macho_names *names, struct sx_err *err)
{
    struct sx_macho_fixups fixups;
    SX_TRY(sx_macho_fixups_read(slice, arena, &fixups, err));
    for (uint32_t i = 0; i < fixups.n_imports; i++)
        if (!fixups.imports[i].is_weak_lookup)
            SX_TRY(sx_macho_names_add(arena, names, fixups.imports[i].name, err));
    return true;
}

static bool add_binds(const struct sx_macho_slice *slice, struct sx_arena *arena,
                      struct sx_macho_names *names, struct sx_err *err)
{
    struct sx_macho_binds binds = { .prefix = SX_STR("\0") }; /* no place is asked for */
    SX_TRY(sx_macho_binds_read(slice, arena, &binds, err));
    for (size_t i = 0; i < binds.names.list.n; i++)
        SX_TRY(sx_macho_names_add(arena, names, binds.names.list.at[i], err));
    return true;
}

bool sx_macho_imports(const struct sx_macho_slice *slice, struct sx_arena *arena,
                      struct sx_strs *out, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *work = sx_arena_new();
    struct sx_macho_names names = { 0 };
    SX_TRY(sx_macho_symbols_named(slice, SX_MACHO_SYMBOL_UNDEFINED, SX_STR(""), work, &names, err));
    SX_TRY(add_fixups(slice, work, &names, err));
    SX_TRY(add_binds(slice, work, &names, err));
    return sx_macho_names_take(&names, SX_MAX_LIST, arena, out, err);
}

static bool add_strings(const struct sx_macho_slice *slice, const char *section,
                        struct sx_arena *arena, struct sx_macho_names *names, struct sx_err *err)
{
    struct sx_macho_range range = sx_macho_section_range(slice, "__TEXT", section);
    struct sx_span bytes;
    if (!range.has)
        return true;
    SX_TRY(sx_macho_read(slice, range, SX_MAX_SYMBOL_BYTES, section, arena, &bytes, err));
    struct sx_str rest = sx_str_of_span(bytes);
    while (rest.len > 0) {
        size_t len = sx_str_find(rest, SX_STR("\0"));
        if (len > 0)
            SX_TRY(sx_macho_names_add(arena, names, sx_str_sub(rest, 0, len), err));
        rest = sx_str_sub(rest, len + 1, rest.len);
    }
    return true;
}

bool sx_macho_strings(const struct sx_macho_slice *slice, struct sx_arena *arena,
                      struct sx_strs *out, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *work = sx_arena_new();
    struct sx_macho_names names = { 0 };
    SX_TRY(add_strings(slice, "__cstring", work, &names, err));
    SX_TRY(add_strings(slice, "__objc_methname", work, &names, err));
    return sx_macho_names_take(&names, SX_MAX_STRINGS, arena, out, err);
}

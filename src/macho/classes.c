/* SPDX-License-Identifier: MIT */
/* Classes, by the tables that the Objective-C runtime and DriverKit read at start:
 *
 *     __objc_classlist: pointers to   isa | superclass | cache | vtable | data
 *                       data leads to flags | ... | ivar layout | name | ...
 *     __osclassinfo:    pointers to   pointer to size u32 | name[96] | superclass[96] | ...
 *
 * (objc4, objc-runtime-new.h; XNU, DriverKit's IORPC.h and what iig writes.) */
#include "macho/symbols.h"
#include "macho/contents.h"
#include "macho/swift_name.h"

#include <stdlib.h>

enum { DRIVER_NAME = 96, MAX_CLASS_NAME = 4096 };
/* Bytes of all names of one slice; the largest apps have some 3 MB. */
enum { MAX_CLASS_BYTES = 32 << 20 };

static const struct sx_str class_symbol = SX_LIT("_OBJC_CLASS_$_");

struct reading {
    struct sx_macho_memory memory;
    struct sx_arena *work;
    SX_VEC(struct sx_macho_class) list;
    uint64_t bytes; /* of all names */
};

static bool add(struct reading *r, struct sx_str name, struct sx_str superclass, struct sx_err *err)
{
    r->bytes += name.len + superclass.len;
    if (r->list.n == SX_MAX_LIST || r->bytes > MAX_CLASS_BYTES)
        return sx_fail(err, SX_E_LIMIT, r->memory.slice->off,
                       "more than %d classes, or more than %d bytes of names", SX_MAX_LIST,
                       MAX_CLASS_BYTES);
    SX_PUSH(r->work, &r->list, (struct sx_macho_class){ name, superclass });
    return true;
}

/* The low bits of the data pointer are flags. */
static bool class_name(struct reading *r, uint64_t class, struct sx_str *out, struct sx_err *err)
{
    unsigned word = sx_macho_pointer_size(r->memory.slice);
    uint64_t name_at = word == 8 ? 24 : 16;
    struct sx_macho_pointer data, name;
    SX_TRY(sx_macho_pointer_at(&r->memory, class + UINT64_C(4) * word, &data, err));
    SX_TRY(sx_macho_pointer_at(&r->memory, (data.address & ~UINT64_C(7)) + name_at, &name, err));
    SX_TRY(sx_macho_text_at(&r->memory, name.address, MAX_CLASS_NAME, out, err));
    *out = sx_macho_swift_name(r->work, *out);
    return true;
}

static struct sx_str symbol_class(struct reading *r, struct sx_str symbol)
{
    if (!sx_str_starts(symbol, class_symbol))
        return (struct sx_str){ 0 };
    return sx_macho_swift_name(r->work, sx_str_sub(symbol, class_symbol.len, symbol.len));
}

static bool superclass_name(struct reading *r, uint64_t class, struct sx_str *out,
                            struct sx_err *err)
{
    struct sx_macho_pointer super;
    SX_TRY(sx_macho_pointer_at(&r->memory, class + sx_macho_pointer_size(r->memory.slice), &super,
                               err));
    *out = (struct sx_str){ 0 };
    if (super.name.ptr != NULL)
        *out = symbol_class(r, super.name);
    else if (super.address != 0)
        return class_name(r, super.address, out, err);
    return true;
}

static bool add_objc_class(struct reading *r, uint64_t class, struct sx_err *err)
{
    struct sx_str name, superclass;
    SX_TRY(class_name(r, class, &name, err));
    SX_TRY(superclass_name(r, class, &superclass, err));
    return add(r, name, superclass, err);
}

static bool add_driver_class(struct reading *r, uint64_t info, struct sx_err *err)
{
    struct sx_macho_pointer d;
    struct sx_str name, superclass;
    SX_TRY(sx_macho_pointer_at(&r->memory, info, &d, err));
    SX_TRY(sx_macho_text_at(&r->memory, d.address + 4, DRIVER_NAME, &name, err));
    SX_TRY(
        sx_macho_text_at(&r->memory, d.address + 4 + DRIVER_NAME, DRIVER_NAME, &superclass, err));
    return add(r, name, superclass, err);
}

static const struct table {
    const char *section;
    bool (*add)(struct reading *r, uint64_t address, struct sx_err *err);
} tables[] = {
    { "__objc_classlist", add_objc_class },
    { "__osclassinfo", add_driver_class },
};

static bool read_table(struct reading *r, const struct sx_macho_section *s,
                       const struct table *table, struct sx_err *err)
{
    unsigned word = sx_macho_pointer_size(r->memory.slice);
    for (uint64_t at = 0; s->size - at >= word; at += word) {
        struct sx_macho_pointer entry;
        SX_TRY(sx_macho_pointer_at(&r->memory, s->addr + at, &entry, err));
        SX_TRY(table->add(r, entry.address, err));
    }
    return true;
}

/* The tables lie in __DATA, __DATA_CONST or __DATA_DIRTY, whichever the linker chose. */
static bool read_tables(struct reading *r, struct sx_err *err)
{
    const struct sx_macho_slice *slice = r->memory.slice;
    for (size_t i = 0; i < slice->n_sections; i++)
        for (size_t k = 0; k < SX_LEN(tables); k++)
            if (sx_macho_section_is_filled(&slice->sections[i]) &&
                sx_str_is(slice->sections[i].name, tables[k].section))
                SX_TRY(read_table(r, &slice->sections[i], &tables[k], err));
    return true;
}

static bool add_symbols(struct reading *r, struct sx_err *err)
{
    struct sx_macho_names names = { 0 };
    SX_TRY(sx_macho_symbols_named(r->memory.slice, SX_MACHO_SYMBOL_DEFINED, class_symbol, r->work,
                                  &names, err));
    for (size_t i = 0; i < names.list.n; i++)
        SX_TRY(add(r, symbol_class(r, names.list.at[i]), (struct sx_str){ 0 }, err));
    return true;
}

/* By name, and of one name first who knows its superclass. */
static int compare(const void *a, const void *b)
{
    const struct sx_macho_class *x = a;
    const struct sx_macho_class *y = b;
    int order = sx_str_cmp(x->name, y->name);
    if (order != 0)
        return order;
    if ((x->superclass.ptr == NULL) != (y->superclass.ptr == NULL))
        return x->superclass.ptr == NULL ? 1 : -1;
    return x->superclass.ptr == NULL ? 0 : sx_str_cmp(x->superclass, y->superclass);
}

static struct sx_macho_classes take(struct reading *r, struct sx_arena *arena)
{
    struct sx_macho_class *kept = SX_NEW_N(arena, struct sx_macho_class, r->list.n);
    size_t n = 0;
    if (r->list.n > 1)
        qsort(r->list.at, r->list.n, sizeof(r->list.at[0]), compare);
    for (size_t i = 0; i < r->list.n; i++) {
        const struct sx_macho_class *c = &r->list.at[i];
        if (n > 0 && sx_str_eq(kept[n - 1].name, c->name))
            continue;
        kept[n].name = sx_str_dup(arena, c->name);
        if (c->superclass.ptr != NULL)
            kept[n].superclass = sx_str_dup(arena, c->superclass);
        n++;
    }
    return (struct sx_macho_classes){ kept, n };
}

bool sx_macho_classes(const struct sx_macho_slice *slice, struct sx_arena *arena,
                      struct sx_macho_classes *out, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *work = sx_arena_new();
    struct reading r = { .work = work };
    SX_TRY(sx_macho_memory_open(slice, class_symbol, work, &r.memory, err));
    SX_TRY(read_tables(&r, err));
    SX_TRY(add_symbols(&r, err));
    *out = take(&r, arena);
    return true;
}

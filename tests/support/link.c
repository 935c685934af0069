/* SPDX-License-Identifier: MIT */
#include "macho.h"

#define MAX_SEGMENTS 12
#define MAX_SECTIONS 40

enum {
    LC_SEGMENT = 0x1,
    LC_SYMTAB = 0x2,
    LC_UNIXTHREAD = 0x5,
    LC_DYSYMTAB = 0xb,
    LC_ID_DYLIB = 0xd,
    LC_LOAD_DYLINKER = 0xe,
    LC_ID_DYLINKER = 0xf,
    LC_SEGMENT_64 = 0x19,
    LC_UUID = 0x1b,
    LC_CODE_SIGNATURE = 0x1d,
    LC_BUILD_VERSION = 0x32,
};
#define LC_RPATH 0x8000001cu
#define LC_MAIN  0x80000028u

#define MH_DYLDLINK_TWOLEVEL 0x84u
#define MH_PIE               0x200000u
#define HEADER_PAD           256u /* room behind the load commands, as linkers leave it */

struct segment {
    struct sx_str name;
    uint64_t addr, addr_len, off, len;
    uint32_t protection;
    size_t first, n; /* its sections */
};

struct section {
    struct sx_fx_section what;
    uint64_t addr, off;
};

/* The load commands depend on where things lie, and where things lie on the size of the load
 * commands. So they are written twice: once to be measured, once for good. */
struct linker {
    struct sx_arena *arena;
    const struct sx_fx_slice *slice;
    struct segment segments[MAX_SEGMENTS];
    size_t n_segments;
    struct section sections[MAX_SECTIONS];
    size_t n_sections;
    struct sx_buf commands;
    uint32_t n_commands;
    struct sx_str names; /* the string table */
    uint64_t symbols_off, names_off;
    struct sx_fx_image image;
};

static size_t header_len(const struct linker *l)
{
    return l->slice->arch->is64 ? 32 : 28;
}

static void set(const struct linker *l, char *at, unsigned n, uint64_t value)
{
    if (l->slice->big_endian)
        sx_fx_set_be(at, n, value);
    else
        sx_fx_set_le(at, n, value);
}

static void put(const struct linker *l, struct sx_buf *buf, unsigned n, uint64_t value)
{
    char bytes[8];
    set(l, bytes, n, value);
    sx_buf_put(buf, bytes, n);
}

static void put32(struct linker *l, uint64_t value)
{
    put(l, &l->commands, 4, value);
}

/* An address or length, as wide as the architecture. */
static void put_word(struct linker *l, uint64_t value)
{
    put(l, &l->commands, l->slice->arch->is64 ? 8 : 4, value);
}

static void put_name(struct linker *l, struct sx_str name)
{
    sx_buf_str(&l->commands, sx_str_sub(name, 0, 16));
    sx_buf_fill(&l->commands, 0, name.len < 16 ? 16 - name.len : 0);
}

static size_t begin(struct linker *l, uint32_t command)
{
    size_t at = l->commands.len;
    l->n_commands++;
    put32(l, command);
    put32(l, 0);
    return at;
}

static void end(struct linker *l, size_t at)
{
    size_t unit = l->slice->arch->is64 ? 8 : 4;
    sx_buf_fill(&l->commands, 0, (unit - (l->commands.len - at) % unit) % unit);
    set(l, l->commands.ptr + at + 4, 4, l->commands.len - at);
}

/* A command whose string follows its fields, which the caller has written. */
static void end_with_string(struct linker *l, size_t at, struct sx_str text)
{
    sx_buf_str(&l->commands, text);
    sx_buf_char(&l->commands, 0);
    end(l, at);
}

static void put_section(struct linker *l, const struct section *s)
{
    put_name(l, s->what.name);
    put_name(l, s->what.segment);
    put_word(l, s->addr);
    put_word(l, s->what.content.len);
    put32(l, s->off);
    put32(l, 4); /* aligned to 16 */
    put32(l, 0);
    put32(l, 0);
    put32(l, s->what.flags);
    put32(l, 0);
    put32(l, 0);
    if (l->slice->arch->is64)
        put32(l, 0);
}

static void put_segment(struct linker *l, const struct segment *s)
{
    if (sx_str_is(s->name, "__LINKEDIT"))
        l->image.linkedit_at = header_len(l) + l->commands.len;
    size_t at = begin(l, l->slice->arch->is64 ? LC_SEGMENT_64 : LC_SEGMENT);
    put_name(l, s->name);
    put_word(l, s->addr);
    put_word(l, s->addr_len);
    put_word(l, s->off);
    put_word(l, s->len);
    put32(l, s->protection);
    put32(l, s->protection);
    put32(l, s->n);
    put32(l, 0);
    for (size_t i = 0; i < s->n; i++)
        put_section(l, &l->sections[s->first + i]);
    end(l, at);
}

static void put_dylib(struct linker *l, const struct sx_fx_dylib *d)
{
    size_t at = begin(l, d->command);
    put32(l, 24);
    put32(l, 2);
    put32(l, d->current);
    put32(l, d->compatibility);
    end_with_string(l, at, d->path);
}

static void put_path(struct linker *l, uint32_t command, struct sx_str path)
{
    size_t at = begin(l, command);
    put32(l, 12);
    end_with_string(l, at, path);
}

/* LC_VERSION_MIN_MACOSX and its kin, by platform. */
static uint32_t version_min_command(uint32_t platform)
{
    static const uint32_t commands[] = { [1] = 0x24, [2] = 0x25, [3] = 0x2f, [4] = 0x30 };
    return platform < SX_LEN(commands) ? commands[platform] : commands[1];
}

static void put_version(struct linker *l)
{
    const struct sx_fx_slice *s = l->slice;
    if (s->platform == 0)
        return;
    size_t at = begin(l, s->version_min ? version_min_command(s->platform) : LC_BUILD_VERSION);
    if (!s->version_min)
        put32(l, s->platform);
    put32(l, s->minos);
    put32(l, s->sdk);
    if (!s->version_min)
        put32(l, 0);
    end(l, at);
}

static void put_uuid(struct linker *l)
{
    if (l->slice->uuid_of.ptr == NULL)
        return;
    size_t at = begin(l, LC_UUID);
    l->image.uuid = sx_str_sub(sx_fx_digest(l->arena, SX_FX_SHA256, l->slice->uuid_of), 0, 16);
    sx_buf_str(&l->commands, l->image.uuid);
    end(l, at);
}

static uint64_t code_off(const struct linker *l)
{
    return l->n_sections > 0 ? l->sections[0].off : 0;
}

static void put_entry(struct linker *l)
{
    /* flavour and length in words of a thread state, by CPU type */
    static const struct {
        uint32_t cpu, flavor, n_words;
    } states[] = { { 7, 1, 16 },          { 0x01000007, 4, 42 }, { 12, 1, 17 },
                   { 0x0100000c, 6, 68 }, { 18, 1, 40 },         { 0x01000012, 5, 76 },
                   { 0x0200000c, 6, 68 } };

    size_t at;
    if (l->slice->entry == SX_FX_MAIN) {
        at = begin(l, LC_MAIN);
        put(l, &l->commands, 8, code_off(l));
        put(l, &l->commands, 8, 0);
        end(l, at);
    }
    for (size_t i = 0; l->slice->entry == SX_FX_UNIXTHREAD && i < SX_LEN(states); i++) {
        if (l->slice->arch->cpu_type != states[i].cpu)
            continue;
        at = begin(l, LC_UNIXTHREAD);
        put32(l, states[i].flavor);
        put32(l, states[i].n_words);
        sx_buf_fill(&l->commands, 0, (size_t)4 * states[i].n_words);
        end(l, at);
    }
}

static size_t n_defined(const struct linker *l)
{
    size_t n = 0;
    while (n < l->slice->n_symbols && l->slice->symbols[n].defined)
        n++;
    return n;
}

static void put_symbol_tables(struct linker *l)
{
    if (l->slice->n_symbols == 0)
        return;
    size_t at = begin(l, LC_SYMTAB);
    put32(l, l->symbols_off);
    put32(l, l->slice->n_symbols);
    put32(l, l->names_off);
    put32(l, l->names.len);
    end(l, at);

    at = begin(l, LC_DYSYMTAB);
    put32(l, 0); /* local ones: none */
    put32(l, 0);
    put32(l, 0); /* defined ones: at, count */
    put32(l, n_defined(l));
    put32(l, n_defined(l)); /* undefined ones */
    put32(l, l->slice->n_symbols - n_defined(l));
    for (int i = 0; i < 12; i++)
        put32(l, 0);
    end(l, at);
}

static void put_commands(struct linker *l)
{
    const struct sx_fx_slice *s = l->slice;
    l->commands.len = 0;
    l->n_commands = 0;
    for (size_t i = 0; i < l->n_segments; i++)
        put_segment(l, &l->segments[i]);
    put_symbol_tables(l);
    if (s->dylinker.ptr != NULL)
        put_path(l, s->file_type == SX_FX_DYLINKER ? LC_ID_DYLINKER : LC_LOAD_DYLINKER,
                 s->dylinker);
    if (s->install_name.ptr != NULL)
        put_dylib(l, &(struct sx_fx_dylib){ LC_ID_DYLIB, s->install_name, 0x10000, 0x10000 });
    put_uuid(l);
    put_version(l);
    put_entry(l);
    for (size_t i = 0; i < s->n_dylibs; i++)
        put_dylib(l, &s->dylibs[i]);
    for (size_t i = 0; i < s->rpaths.n; i++)
        put_path(l, LC_RPATH, s->rpaths.at[i]);
    for (size_t i = 0; i < s->commands.n; i++, l->n_commands++)
        sx_buf_str(&l->commands, s->commands.at[i]);
    if (s->to_be_signed) {
        l->image.signature_at = header_len(l) + l->commands.len;
        size_t at = begin(l, LC_CODE_SIGNATURE);
        put32(l, 0);
        put32(l, 0);
        end(l, at);
    }
}

static struct segment *add_segment(struct linker *l, const char *name, uint32_t protection)
{
    if (l->n_segments == MAX_SEGMENTS)
        sx_fx_die("too many segments");
    struct segment *s = &l->segments[l->n_segments++];
    *s = (struct segment){ .name = sx_str_of(name), .protection = protection };
    s->first = l->n_sections;
    return s;
}

static void add_section(struct linker *l, struct segment *segment, struct sx_fx_section what)
{
    if (l->n_sections == MAX_SECTIONS)
        sx_fx_die("too many sections");
    l->sections[l->n_sections++] = (struct section){ .what = what };
    segment->n++;
}

static bool already_has(const struct linker *l, struct sx_str segment)
{
    for (size_t i = 0; i < l->n_segments; i++)
        if (sx_str_eq(l->segments[i].name, segment))
            return true;
    return false;
}

static void add_sections_of(struct linker *l, struct segment *segment, struct sx_str name)
{
    for (size_t i = 0; i < l->slice->n_sections; i++)
        if (sx_str_eq(l->slice->sections[i].segment, name))
            add_section(l, segment, l->slice->sections[i]);
}

static struct sx_fx_section text_section(const struct linker *l)
{
    const struct sx_fx_slice *s = l->slice;
    return (struct sx_fx_section){ SX_STR("__TEXT"), SX_STR("__text"),
                                   sx_fx_filler(l->arena, s->code_of, s->code_len), 0x80000400 };
}

/* An object file has one segment without a name for all its sections. */
static void plan_object(struct linker *l)
{
    struct segment *all = add_segment(l, "", 7);
    add_section(l, all, text_section(l));
    for (size_t i = 0; i < l->slice->n_sections; i++)
        add_section(l, all, l->slice->sections[i]);
}

static void plan(struct linker *l)
{
    if (l->slice->file_type == SX_FX_EXECUTE)
        add_segment(l, "__PAGEZERO", 0);
    struct segment *text = add_segment(l, "__TEXT", 5);
    add_section(l, text, text_section(l));
    add_sections_of(l, text, text->name);
    for (size_t i = 0; i < l->slice->n_sections; i++) {
        struct sx_str name = l->slice->sections[i].segment;
        if (already_has(l, name))
            continue;
        add_sections_of(l, add_segment(l, name.ptr, 3), name);
    }
    add_segment(l, "__LINKEDIT", 1);
}

static uint64_t round_up(uint64_t n, uint64_t to)
{
    return (n + to - 1) / to * to;
}

/* place gives every section and segment its offset and address; `at` is where sections begin. */
static uint64_t place(struct linker *l, uint64_t at)
{
    const struct sx_fx_arch *arch = l->slice->arch;
    uint64_t page = l->slice->file_type == SX_FX_OBJECT ? 16 : 1u << arch->page_shift;
    bool is_main = l->slice->file_type == SX_FX_EXECUTE;
    uint64_t base = is_main ? (arch->is64 ? 0x100000000 : 0x4000) : 0;
    bool first = true;
    for (size_t i = 0; i < l->n_segments; i++) {
        struct segment *s = &l->segments[i];
        if (sx_str_is(s->name, "__PAGEZERO")) {
            s->addr_len = base;
            continue;
        }
        s->off = first && l->slice->file_type != SX_FX_OBJECT ? 0 : at;
        s->addr = base + s->off;
        for (size_t k = s->first; k < s->first + s->n; k++) {
            at = round_up(at, 16);
            l->sections[k].off = at;
            l->sections[k].addr = base + at;
            at += l->sections[k].what.content.len;
        }
        if (!sx_str_is(s->name, "__LINKEDIT"))
            at = round_up(at, page);
        s->len = s->addr_len = at - s->off;
        first = false;
    }
    return at;
}

static void collect_names(struct linker *l)
{
    struct sx_buf buf = { 0 };
    sx_buf_char(&buf, ' '); /* as linkers do, so that 0 is no name */
    sx_buf_char(&buf, 0);
    for (size_t i = 0; i < l->slice->n_symbols; i++) {
        sx_buf_str(&buf, l->slice->symbols[i].name);
        sx_buf_char(&buf, 0);
    }
    sx_fx_align(&buf, 8);
    l->names = sx_fx_take(l->arena, &buf);
}

static void place_symbols(struct linker *l, uint64_t at)
{
    uint64_t entry = l->slice->arch->is64 ? 16 : 12;
    l->symbols_off = at;
    l->names_off = at + entry * l->slice->n_symbols;
    struct segment *last = &l->segments[l->n_segments - 1];
    if (sx_str_is(last->name, "__LINKEDIT") && l->slice->n_symbols > 0) {
        last->len = l->names_off + l->names.len - last->off;
        last->addr_len = round_up(last->len, 1u << l->slice->arch->page_shift);
    }
}

static void put_symbols(const struct linker *l, struct sx_buf *out)
{
    uint64_t name_at = 2;
    for (size_t i = 0; i < l->slice->n_symbols; i++) {
        const struct sx_fx_symbol *s = &l->slice->symbols[i];
        put(l, out, 4, name_at);
        put(l, out, 1, s->defined ? 0x0f : 0x01); /* N_SECT or N_UNDF, both N_EXT */
        put(l, out, 1, s->defined ? 1 : 0);
        put(l, out, 2, s->defined ? 0 : 0x100); /* from the first dylib */
        put(l, out, l->slice->arch->is64 ? 8 : 4, s->defined ? l->sections[0].addr : 0);
        name_at += s->name.len + 1;
    }
    if (l->slice->n_symbols > 0)
        sx_buf_str(out, l->names);
}

static void put_header(const struct linker *l, struct sx_buf *out)
{
    const struct sx_fx_slice *s = l->slice;
    uint32_t flags = s->flags;
    if (s->file_type != SX_FX_OBJECT)
        flags |= MH_DYLDLINK_TWOLEVEL | (s->file_type == SX_FX_EXECUTE ? MH_PIE : 0);
    const uint64_t fields[] = { s->arch->is64 ? 0xfeedfacf : 0xfeedface,
                                s->arch->cpu_type,
                                s->arch->cpu_subtype,
                                s->file_type,
                                l->n_commands,
                                l->commands.len,
                                flags,
                                0 };
    for (size_t i = 0; i < header_len(l) / 4; i++)
        put(l, out, 4, fields[i]);
}

static void fill_to(struct sx_buf *out, uint64_t off)
{
    if (out->len > off)
        sx_fx_die("sections overlap");
    sx_buf_fill(out, 0, off - out->len);
}

static struct sx_str assemble(struct linker *l)
{
    struct sx_buf out = { 0 };
    put_header(l, &out);
    sx_buf_str(&out, sx_buf_view(&l->commands));
    for (size_t i = 0; i < l->n_sections; i++) {
        fill_to(&out, l->sections[i].off);
        sx_buf_str(&out, l->sections[i].what.content);
    }
    fill_to(&out, l->symbols_off);
    put_symbols(l, &out);
    if (l->slice->to_be_signed)
        sx_fx_align(&out, 16);
    return sx_fx_take(l->arena, &out);
}

static void describe(struct linker *l, struct sx_str bytes)
{
    const struct sx_fx_slice *s = l->slice;
    struct sx_fx_image *image = &l->image;
    image->arch = s->arch;
    image->file_type = s->file_type;
    image->platform = s->platform;
    image->minos = s->minos;
    image->sdk = s->sdk;
    image->big_endian = s->big_endian;
    image->bytes = sx_arena_alloc(l->arena, bytes.len);
    memcpy(image->bytes, bytes.ptr, bytes.len);
    image->len = bytes.len;
    for (size_t i = 0; i < l->n_segments; i++) {
        if (!sx_str_is(l->segments[i].name, "__TEXT"))
            continue;
        image->text_off = l->segments[i].off;
        image->text_len = l->segments[i].len;
    }
}

struct sx_fx_image sx_fx_link(struct sx_arena *arena, const struct sx_fx_slice *slice)
{
    struct linker l = { .arena = arena, .slice = slice };
    if (slice->file_type == SX_FX_OBJECT)
        plan_object(&l);
    else
        plan(&l);
    collect_names(&l);
    put_commands(&l);
    place_symbols(&l, place(&l, header_len(&l) + l.commands.len + HEADER_PAD));
    put_commands(&l);
    describe(&l, assemble(&l));
    sx_buf_release(&l.commands);
    return l.image;
}

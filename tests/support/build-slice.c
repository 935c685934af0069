/* SPDX-License-Identifier: MIT */
/* From the description of a Mach-O file to what the linker is told. */
#include "build.h"

#define MAX_SECTIONS 24
#define LC_REQ_DYLD  0x80000000u

struct named {
    const char *name;
    uint64_t value;
};

static const struct named file_types[] = {
    { "object", SX_FX_OBJECT },     { "execute", SX_FX_EXECUTE }, { "dylib", SX_FX_DYLIB },
    { "dylinker", SX_FX_DYLINKER }, { "bundle", SX_FX_BUNDLE },   { "dsym", SX_FX_DSYM },
    { "kext", SX_FX_KEXT },
};

static const struct named platforms[] = {
    { "none", 0 },
    { "macos", 1 },
    { "ios", 2 },
    { "tvos", 3 },
    { "watchos", 4 },
    { "bridgeos", 5 },
    { "catalyst", 6 },
    { "ios-simulator", 7 },
    { "tvos-simulator", 8 },
    { "driverkit", 10 },
    { "watchos-simulator", 9 },
    { "visionos", 11 },
};

static const struct named entries[] = {
    { "none", SX_FX_NO_ENTRY },
    { "main", SX_FX_MAIN },
    { "unixthread", SX_FX_UNIXTHREAD },
};

static const struct named link_kinds[] = {
    { "load", 0xc },  { "weak", 0x18 | LC_REQ_DYLD },   { "reexport", 0x1f | LC_REQ_DYLD },
    { "lazy", 0x20 }, { "upward", 0x23 | LC_REQ_DYLD },
};

/* One of a list of words, or a number. */
static bool read_named(struct sx_fx_build *b, const struct sx_fx_node *map, const char *key,
                       size_t n, const struct named *names, uint64_t *inout)
{
    const struct sx_fx_node *node = sx_fx_get(map, key);
    if (node == NULL || node->kind == SX_FX_NODE_INT)
        return sx_fx_read_int(b, map, key, inout);
    struct sx_str text = node->kind == SX_FX_NODE_NULL ? SX_STR("none") : node->text;
    for (size_t i = 0; i < n; i++) {
        if (!sx_str_is(text, names[i].name))
            continue;
        *inout = names[i].value;
        return true;
    }
    return sx_fx_fail(b->err, node, "no %s is named %.*s", key, SX_STR_ARG(text));
}

struct plan {
    struct sx_fx_build *b;
    struct sx_str path;
    const struct sx_fx_node *macho;
    struct sx_fx_slice slice;
    struct sx_fx_section sections[MAX_SECTIONS];
    size_t n_sections;
};

static bool add_section(struct plan *p, const struct sx_fx_node *at, struct sx_fx_section section)
{
    if (p->n_sections == MAX_SECTIONS)
        return sx_fx_fail(p->b->err, at, "too many sections");
    p->sections[p->n_sections++] = section;
    return true;
}

static bool read_version(struct plan *p, const char *key, uint32_t *inout)
{
    struct sx_str text = { 0 };
    SX_TRY(sx_fx_read_text(p->b, p->macho, key, &text));
    if (sx_fx_get(p->macho, key) != NULL)
        *inout = text.ptr != NULL ? sx_fx_version(text) : 0;
    return true;
}

static bool read_header(struct plan *p)
{
    struct sx_fx_slice *s = &p->slice;
    uint64_t type = SX_FX_EXECUTE, flags = 0, platform = 1, code = 5000;
    struct sx_str command = SX_STR("build");
    SX_TRY(read_named(p->b, p->macho, "type", SX_LEN(file_types), file_types, &type));
    SX_TRY(read_named(p->b, p->macho, "platform", SX_LEN(platforms), platforms, &platform));
    SX_TRY(sx_fx_read_int(p->b, p->macho, "flags", &flags));
    SX_TRY(sx_fx_read_int(p->b, p->macho, "code", &code));
    SX_TRY(sx_fx_read_bool(p->b, p->macho, "big-endian", &s->big_endian));
    SX_TRY(sx_fx_read_text(p->b, p->macho, "version-command", &command));
    s->file_type = (uint32_t)type;
    s->flags = (uint32_t)flags;
    s->platform = sx_str_is(command, "build") || sx_str_is(command, "min") ? (uint32_t)platform : 0;
    s->version_min = sx_str_is(command, "min");
    s->minos = sx_fx_version(SX_STR("13.0"));
    s->sdk = sx_fx_version(SX_STR("15.2"));
    SX_TRY(read_version(p, "minos", &s->minos));
    SX_TRY(read_version(p, "sdk", &s->sdk));
    if (code > 1u << 30)
        return sx_fx_fail(p->b->err, sx_fx_get(p->macho, "code"), "too much code");
    s->code_len = (size_t)code;
    return true;
}

/* What a linker adds to each type unless told otherwise. */
static bool read_defaults(struct plan *p)
{
    struct sx_fx_slice *s = &p->slice;
    struct sx_arena *arena = p->b->arena;
    bool is_main = s->file_type == SX_FX_EXECUTE;
    uint64_t entry = is_main && s->platform != 10 ? SX_FX_MAIN : SX_FX_NO_ENTRY;
    SX_TRY(read_named(p->b, p->macho, "entry", SX_LEN(entries), entries, &entry));
    s->entry = (enum sx_fx_start)entry;
    s->code_of = sx_str_printf(arena, "%.*s %s", SX_STR_ARG(p->path), s->arch->name);
    s->uuid_of = s->code_of;
    SX_TRY(sx_fx_read_text(p->b, p->macho, "uuid", &s->uuid_of));
    if (is_main)
        s->dylinker = SX_STR("/usr/lib/dyld");
    SX_TRY(sx_fx_read_text(p->b, p->macho, "dylinker", &s->dylinker));
    if (s->file_type == SX_FX_DYLIB)
        s->install_name = sx_str_printf(arena, "@rpath/%.*s", SX_STR_ARG(sx_str_base(p->path)));
    SX_TRY(sx_fx_read_text(p->b, p->macho, "id", &s->install_name));
    SX_TRY(sx_fx_read_texts(p->b, p->macho, "rpaths", &s->rpaths));
    return sx_fx_read_texts(p->b, p->macho, "commands", &s->commands);
}

static bool read_dylib(struct plan *p, const struct sx_fx_node *node, struct sx_fx_dylib *d)
{
    static const char *const keys[] = { "path", "kind", "current", "compatibility" };
    uint64_t command = link_kinds[0].value;
    *d = (struct sx_fx_dylib){ .path = node->text, .current = 0x10000, .compatibility = 0x10000 };
    if (node->kind != SX_FX_NODE_STRING) {
        SX_TRY(sx_fx_check_keys(p->b, node, SX_LEN(keys), keys));
        SX_TRY(sx_fx_read_text(p->b, node, "path", &d->path));
        SX_TRY(read_named(p->b, node, "kind", SX_LEN(link_kinds), link_kinds, &command));
    }
    d->command = (uint32_t)command;
    return true;
}

static bool read_dylibs(struct plan *p)
{
    static struct sx_fx_dylib system = {
        0xc, { "/usr/lib/libSystem.B.dylib", 26 }, 0x5270000, 0x10000
    };
    const struct sx_fx_node *list = sx_fx_get(p->macho, "dylibs");
    if (list == NULL) {
        p->slice.dylibs = &system;
        p->slice.n_dylibs = p->slice.file_type == SX_FX_OBJECT ? 0 : 1;
        return true;
    }
    struct sx_fx_dylib *dylibs = SX_NEW_N(p->b->arena, struct sx_fx_dylib, list->entries.n);
    for (size_t i = 0; i < list->entries.n; i++)
        SX_TRY(read_dylib(p, list->entries.at[i].node, &dylibs[i]));
    p->slice.dylibs = dylibs;
    p->slice.n_dylibs = list->entries.n;
    return true;
}

/* A property list inside the file: a map, or text as it is. */
static bool read_plist_section(struct plan *p, const char *key, const char *name)
{
    const struct sx_fx_node *node = sx_fx_get(p->macho, key);
    if (node == NULL || sx_fx_is_none(node))
        return true;
    struct sx_str content =
        node->kind == SX_FX_NODE_MAP ? sx_fx_plist(p->b->arena, node) : sx_fx_node_bytes(node);
    return add_section(p, node,
                       (struct sx_fx_section){ SX_STR("__TEXT"), sx_str_of(name), content, 0 });
}

static bool read_string_section(struct plan *p, const char *key, const char *name)
{
    struct sx_strs strings = { 0 };
    SX_TRY(sx_fx_read_texts(p->b, p->macho, key, &strings));
    return strings.n == 0 ||
           add_section(p, p->macho,
                       (struct sx_fx_section){ SX_STR("__TEXT"), sx_str_of(name),
                                               sx_fx_cstrings(p->b->arena, strings),
                                               SX_FX_CSTRINGS });
}

static bool read_section(struct plan *p, const struct sx_fx_node *node)
{
    static const char *const keys[] = { "segment", "name", "text", "size" };
    struct sx_fx_section section = { SX_STR("__TEXT"), SX_STR("__const"), SX_STR(""), 0 };
    SX_TRY(sx_fx_check_keys(p->b, node, SX_LEN(keys), keys));
    SX_TRY(sx_fx_read_text(p->b, node, "segment", &section.segment));
    SX_TRY(sx_fx_read_text(p->b, node, "name", &section.name));
    if (sx_fx_get(node, "text") != NULL)
        section.content = sx_fx_node_bytes(sx_fx_get(node, "text"));
    if (sx_fx_get(node, "size") != NULL)
        SX_TRY(sx_fx_build_content(p->b, node, section.name, &section.content));
    return add_section(p, node, section);
}

static bool read_sections(struct plan *p)
{
    const struct sx_fx_node *list = sx_fx_get(p->macho, "sections");
    SX_TRY(read_string_section(p, "strings", "__cstring"));
    SX_TRY(read_string_section(p, "methods", "__objc_methname"));
    SX_TRY(read_plist_section(p, "info-plist", "__info_plist"));
    SX_TRY(read_plist_section(p, "launchd-plist", "__launchd_plist"));
    for (size_t i = 0; list != NULL && i < list->entries.n; i++)
        SX_TRY(read_section(p, list->entries.at[i].node));
    return true;
}

/* Defined symbols come first, as symbol tables have it. */
static bool read_symbols(struct plan *p, struct sx_strs classes)
{
    struct sx_strs defined = { 0 }, undefined = { 0 };
    SX_TRY(sx_fx_read_texts(p->b, p->macho, "exports", &defined));
    SX_TRY(sx_fx_read_texts(p->b, p->macho, "imports", &undefined));
    struct sx_fx_symbol *symbols =
        SX_NEW_N(p->b->arena, struct sx_fx_symbol, classes.n + defined.n + undefined.n);
    size_t n = 0;
    for (size_t i = 0; i < classes.n; i++) {
        struct sx_str name =
            sx_str_printf(p->b->arena, "_OBJC_CLASS_$_%.*s", SX_STR_ARG(classes.at[i]));
        symbols[n++] = (struct sx_fx_symbol){ name, true };
    }
    for (size_t i = 0; i < defined.n; i++)
        symbols[n++] = (struct sx_fx_symbol){ defined.at[i], true };
    for (size_t i = 0; i < undefined.n; i++)
        symbols[n++] = (struct sx_fx_symbol){ undefined.at[i], false };
    p->slice.symbols = symbols;
    p->slice.n_symbols = n;
    return true;
}

/* Swift's classes are known to Objective-C under a mangled name: Module.Class is
 * _TtC6Module5Class. */
static struct sx_str mangled(struct sx_arena *arena, struct sx_str name)
{
    size_t dot = sx_str_find(name, SX_STR("."));
    if (dot == name.len)
        return name;
    struct sx_str class = sx_str_sub(name, dot + 1, name.len);
    return sx_str_printf(arena, "_TtC%zu%.*s%zu%.*s", dot, (int)dot, name.ptr, class.len,
                         SX_STR_ARG(class));
}

/* Classes leave their names in __objc_classname and in the symbol table. */
static bool read_classes(struct plan *p, struct sx_strs *classes)
{
    SX_TRY(sx_fx_read_texts(p->b, p->macho, "classes", classes));
    struct sx_str *names = SX_NEW_N(p->b->arena, struct sx_str, classes->n);
    for (size_t i = 0; i < classes->n; i++)
        names[i] = mangled(p->b->arena, classes->at[i]);
    *classes = (struct sx_strs){ names, classes->n };
    return classes->n == 0 ||
           add_section(p, p->macho,
                       (struct sx_fx_section){ SX_STR("__TEXT"), SX_STR("__objc_classname"),
                                               sx_fx_cstrings(p->b->arena, *classes),
                                               SX_FX_CSTRINGS });
}

bool sx_fx_build_slice(struct sx_fx_build *b, struct sx_str path, const struct sx_fx_arch *arch,
                       struct sx_fx_node *macho, bool to_be_signed, struct sx_fx_image *out,
                       const struct sx_fx_node **info)
{
    struct plan p = { .b = b, .path = path, .macho = macho };
    struct sx_strs classes = { 0 };
    p.slice.arch = arch;
    p.slice.to_be_signed = to_be_signed;
    SX_TRY(read_header(&p));
    SX_TRY(read_defaults(&p));
    SX_TRY(read_dylibs(&p));
    SX_TRY(read_sections(&p));
    SX_TRY(read_classes(&p, &classes));
    SX_TRY(read_symbols(&p, classes));
    p.slice.sections = p.sections;
    p.slice.n_sections = p.n_sections;
    *out = sx_fx_link(b->arena, &p.slice);
    *info = sx_fx_get(macho, "info-plist");
    return true;
}

/* SPDX-License-Identifier: MIT */
/* One reader for each kind of load command (mach-o/loader.h), found through one table. */
#include "macho/internal.h"

#include <stddef.h>

/* The string of a load command lies within the command and ends at its end at the latest. */
static bool command_text(const struct sx_macho_command *c, uint32_t at, const char *what,
                         struct sx_str *out, struct sx_err *err)
{
    if (at < c->fields.pos)
        return sx_fail(err, SX_E_RANGE, c->bytes.off, "%s: offset %u lies before the text", what,
                       at);
    struct sx_span bytes;
    SX_TRY(sx_span_from(c->bytes, at, what, &bytes, err));
    struct sx_str text = sx_str_of_span(bytes);
    *out = sx_str_sub(text, 0, sx_str_find(text, SX_STR("\0")));
    return true;
}

static bool full(size_t n, const struct sx_macho_command *c, const char *what, struct sx_err *err)
{
    if (n < SX_MAX_LIST)
        return true;
    return sx_fail(err, SX_E_LIMIT, c->bytes.off, "%s: more than %d", what, SX_MAX_LIST);
}

/* LC_RPATH and its like: an offset to the text, and nothing else. */
static bool text_command(struct sx_macho_command *c, const char *what, struct sx_str *out,
                         struct sx_err *err)
{
    uint32_t at = sx_get_u32(&c->fields, what);
    SX_TRY(sx_cursor_ok(&c->fields, err));
    return command_text(c, at, what, out, err);
}

static bool read_dylib(struct sx_macho_command *c, enum sx_macho_link link,
                       struct sx_macho_dylib *out, struct sx_err *err)
{
    uint32_t name = sx_get_u32(&c->fields, "dylib.name");
    *out = (struct sx_macho_dylib){ .link = link, .off = c->bytes.off };
    out->timestamp = sx_get_u32(&c->fields, "dylib.timestamp");
    out->current_version = sx_get_u32(&c->fields, "dylib.current_version");
    out->compatibility_version = sx_get_u32(&c->fields, "dylib.compatibility_version");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    return command_text(c, name, "dylib.name", &out->path, err);
}

static bool dylib(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_macho_dylib d;
    SX_TRY(full(r->dylibs.n, c, "dylibs", err));
    SX_TRY(read_dylib(c, (enum sx_macho_link)c->argument, &d, err));
    SX_PUSH(r->arena, &r->dylibs, d);
    return true;
}

static bool id_dylib(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    if (r->slice->id.path.ptr != NULL)
        return true;
    return read_dylib(c, SX_MACHO_LINK_LOAD, &r->slice->id, err);
}

static bool rpath(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_str path;
    SX_TRY(full(r->rpaths.n, c, "rpaths", err));
    SX_TRY(text_command(c, "rpath.path", &path, err));
    SX_PUSH(r->arena, &r->rpaths, path);
    return true;
}

static bool dyld_environment(struct sx_macho_reader *r, struct sx_macho_command *c,
                             struct sx_err *err)
{
    struct sx_str text;
    SX_TRY(full(r->environment.n, c, "dyld environment", err));
    SX_TRY(text_command(c, "LC_DYLD_ENVIRONMENT.name", &text, err));
    SX_PUSH(r->arena, &r->environment, text);
    return true;
}

static bool dylinker(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    if (r->slice->counts.dylinker++ > 0)
        return true;
    return text_command(c, "dylinker.name", &r->slice->dylinker, err);
}

static bool uuid(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_span bytes = sx_get_bytes(&c->fields, 16, "uuid");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    if (r->slice->counts.uuid++ == 0)
        r->slice->uuid = bytes;
    return true;
}

static bool build_version(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_macho_version v = { .has = true, .is_build_version = true, .off = c->bytes.off };
    v.platform = sx_get_u32(&c->fields, "build_version.platform");
    v.minos = sx_get_u32(&c->fields, "build_version.minos");
    v.sdk = sx_get_u32(&c->fields, "build_version.sdk");
    v.n_tools = sx_get_u32(&c->fields, "build_version.ntools");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    if (r->slice->counts.build_version++ > 0)
        return true;
    if (v.n_tools > sx_cursor_left(&c->fields) / 8)
        return sx_fail(err, SX_E_RANGE, c->bytes.off, "build_version.ntools: %zu, room for %zu",
                       v.n_tools, sx_cursor_left(&c->fields) / 8);
    struct sx_macho_tool *tools = SX_NEW_N(r->arena, struct sx_macho_tool, v.n_tools);
    for (size_t i = 0; i < v.n_tools; i++) {
        tools[i].tool = sx_get_u32(&c->fields, "build_tool.tool");
        tools[i].version = sx_get_u32(&c->fields, "build_tool.version");
    }
    v.tools = tools;
    r->slice->version = v;
    return true;
}

static bool version_min(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_macho_version v = { .has = true, .off = c->bytes.off };
    v.platform = (uint32_t)c->argument;
    v.minos = sx_get_u32(&c->fields, "version_min.version");
    v.sdk = sx_get_u32(&c->fields, "version_min.sdk");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    r->slice->counts.version_min++;
    if (!r->slice->version.has)
        r->slice->version = v;
    return true;
}

static bool source_version(struct sx_macho_reader *r, struct sx_macho_command *c,
                           struct sx_err *err)
{
    r->slice->source_version = sx_get_u64(&c->fields, "source_version.version");
    return sx_cursor_ok(&c->fields, err);
}

static bool main_entry(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    uint64_t entryoff = sx_get_u64(&c->fields, "LC_MAIN.entryoff");
    (void)sx_get_u64(&c->fields, "LC_MAIN.stacksize");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    if (r->slice->counts.main++ == 0)
        r->slice->entryoff = entryoff;
    r->slice->entry = SX_MACHO_ENTRY_MAIN;
    return true;
}

static bool unixthread(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    (void)c, (void)err; /* the state of a processor; that it is there is enough */
    r->slice->counts.unixthread++;
    if (r->slice->entry == SX_MACHO_ENTRY_NONE)
        r->slice->entry = SX_MACHO_ENTRY_UNIXTHREAD;
    return true;
}

static bool symtab(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_macho_symtab s = { .has = true };
    s.symoff = sx_get_u32(&c->fields, "symtab.symoff");
    s.nsyms = sx_get_u32(&c->fields, "symtab.nsyms");
    s.stroff = sx_get_u32(&c->fields, "symtab.stroff");
    s.strsize = sx_get_u32(&c->fields, "symtab.strsize");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    if (r->slice->counts.symtab++ == 0)
        r->slice->symtab = s;
    if (!r->anchor.has) {
        r->anchor.has = true;
        r->anchor.what = "the string table";
        r->anchor.end = (uint64_t)s.stroff + s.strsize;
        r->anchor.off = c->bytes.off;
    }
    return true;
}

static bool dysymtab(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_macho_dysymtab d = { .has = true };
    d.ilocalsym = sx_get_u32(&c->fields, "dysymtab.ilocalsym");
    d.nlocalsym = sx_get_u32(&c->fields, "dysymtab.nlocalsym");
    d.iextdefsym = sx_get_u32(&c->fields, "dysymtab.iextdefsym");
    d.nextdefsym = sx_get_u32(&c->fields, "dysymtab.nextdefsym");
    d.iundefsym = sx_get_u32(&c->fields, "dysymtab.iundefsym");
    d.nundefsym = sx_get_u32(&c->fields, "dysymtab.nundefsym");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    r->slice->dysymtab = d;
    return true;
}

static bool encryption(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_macho_encryption e = { .has = true };
    e.cryptoff = sx_get_u32(&c->fields, "encryption_info.cryptoff");
    e.cryptsize = sx_get_u32(&c->fields, "encryption_info.cryptsize");
    e.cryptid = sx_get_u32(&c->fields, "encryption_info.cryptid");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    r->slice->encryption = e;
    return true;
}

/* Offsets of linkedit data count from the start of the slice, which lies in the file. */
static struct sx_macho_range get_range(struct sx_macho_reader *r, struct sx_macho_command *c,
                                       const char *what)
{
    struct sx_macho_range range = { .has = true };
    range.off = r->slice->off + sx_get_u32(&c->fields, what);
    range.len = sx_get_u32(&c->fields, what);
    return range;
}

static bool dyld_info(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_macho_dyld_info info = { .has = true };
    info.rebase = get_range(r, c, "dyld_info.rebase");
    info.bind = get_range(r, c, "dyld_info.bind");
    info.weak_bind = get_range(r, c, "dyld_info.weak_bind");
    info.lazy_bind = get_range(r, c, "dyld_info.lazy_bind");
    info.exports = get_range(r, c, "dyld_info.export");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    r->slice->dyld_info = info;
    return true;
}

/* linkedit_data_command: the argument says where in the slice its range goes. The
 * first one counts. */
static bool linkedit_data(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    struct sx_macho_range *out = (void *)((char *)r->slice + c->argument);
    struct sx_macho_range range = get_range(r, c, "linkedit_data.dataoff");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    if (!out->has)
        *out = range;
    return true;
}

static bool code_signature(struct sx_macho_reader *r, struct sx_macho_command *c,
                           struct sx_err *err)
{
    r->slice->counts.code_signature++;
    if (c->bytes.len != 16)
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_SIGNATURE_COMMAND,
                      c->bytes.off, "LC_CODE_SIGNATURE.cmdsize is %zu, must be 16", c->bytes.len);
    return linkedit_data(r, c, err);
}

static bool note(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    SX_TRY(full(r->notes.n, c, "notes", err));
    struct sx_str owner = sx_str_of_span(sx_get_bytes(&c->fields, 16, "note.data_owner"));
    struct sx_macho_item item = { 0 };
    item.off = sx_get_u64(&c->fields, "note.offset");
    item.size = sx_get_u64(&c->fields, "note.size");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    item.name = sx_str_sub(owner, 0, sx_str_find(owner, SX_STR("\0")));
    SX_PUSH(r->arena, &r->notes, item);
    return true;
}

static bool fileset_entry(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    SX_TRY(full(r->fileset.n, c, "fileset entries", err));
    (void)sx_get_u64(&c->fields, "fileset_entry.vmaddr");
    struct sx_macho_item item = { 0 };
    item.off = sx_get_u64(&c->fields, "fileset_entry.fileoff");
    uint32_t name = sx_get_u32(&c->fields, "fileset_entry.entry_id");
    (void)sx_get_u32(&c->fields, "fileset_entry.reserved");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    SX_TRY(command_text(c, name, "fileset_entry.entry_id", &item.name, err));
    SX_PUSH(r->arena, &r->fileset, item);
    return true;
}

static bool segment(struct sx_macho_reader *r, struct sx_macho_command *c, struct sx_err *err)
{
    SX_TRY(full(r->segments.n, c, "segments", err));
    SX_TRY(full(r->sections.n, c, "sections", err));
    return sx_macho_read_segment(r, c, err);
}

#define RANGE(member) (int)offsetof(struct sx_macho_slice, member)

static const struct {
    uint32_t cmd;
    int argument;
    bool (*read)(struct sx_macho_reader *, struct sx_macho_command *, struct sx_err *);
} commands[] = {
    { 0x1, 0, segment },
    { 0x19, 0, segment },
    { 0x2, 0, symtab },
    { 0xb, 0, dysymtab },
    { 0x5, 0, unixthread },
    { 0x80000028, 0, main_entry },
    { 0xc, SX_MACHO_LINK_LOAD, dylib },
    { 0x80000018, SX_MACHO_LINK_WEAK, dylib },
    { 0x8000001f, SX_MACHO_LINK_REEXPORT, dylib },
    { 0x80000023, SX_MACHO_LINK_UPWARD, dylib },
    { 0x20, SX_MACHO_LINK_LAZY, dylib },
    { 0xd, 0, id_dylib },
    { 0xe, 0, dylinker },
    { 0x8000001c, 0, rpath },
    { 0x27, 0, dyld_environment },
    { 0x1b, 0, uuid },
    { 0x32, 0, build_version },
    { 0x24, SX_MACHO_PLATFORM_MACOS, version_min },
    { 0x25, SX_MACHO_PLATFORM_IOS, version_min },
    { 0x2f, SX_MACHO_PLATFORM_TVOS, version_min },
    { 0x30, SX_MACHO_PLATFORM_WATCHOS, version_min },
    { 0x2a, 0, source_version },
    { 0x21, 0, encryption },
    { 0x2c, 0, encryption },
    { 0x22, 0, dyld_info },
    { 0x80000022, 0, dyld_info },
    { 0x1d, RANGE(code_signature), code_signature },
    { 0x1e, RANGE(split_info), linkedit_data },
    { 0x26, RANGE(function_starts), linkedit_data },
    { 0x29, RANGE(data_in_code), linkedit_data },
    { 0x2b, RANGE(code_sign_drs), linkedit_data },
    { 0x2e, RANGE(linker_hints), linkedit_data },
    { 0x80000033, RANGE(exports_trie), linkedit_data },
    { 0x80000034, RANGE(chained_fixups), linkedit_data },
    { 0x31, 0, note },
    { 0x80000035, 0, fileset_entry },
};

bool sx_macho_read_command(struct sx_macho_reader *r, struct sx_macho_command *c,
                           struct sx_err *err)
{
    for (size_t i = 0; i < SX_LEN(commands); i++)
        if (commands[i].cmd == c->cmd) {
            c->argument = commands[i].argument;
            return commands[i].read(r, c, err);
        }
    return true;
}

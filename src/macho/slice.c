/* SPDX-License-Identifier: MIT */
#include "macho/internal.h"

#include <assert.h>

/* The first four bytes of a slice, read big-endian. */
#define MAGIC_32_BE   0xfeedfaceu
#define MAGIC_64_BE   0xfeedfacfu
#define MAGIC_32_LE   0xcefaedfeu
#define MAGIC_64_LE   0xcffaedfeu
#define MAGIC_ARCHIVE 0x213c6172u /* "!<ar" */

enum { HEADER_32 = 28, HEADER_64 = 32 };

static bool read_magic(struct sx_macho_slice *slice, struct sx_err *err)
{
    uint8_t bytes[4];
    if (slice->size < sizeof(bytes))
        return sx_fail(err, SX_E_TRUNCATED, slice->off, "the slice has %llu bytes",
                       (unsigned long long)slice->size);
    SX_TRY(sx_source_pread(slice->source, slice->off, bytes, sizeof(bytes), err));
    struct sx_cursor c = sx_cursor_be((struct sx_span){ bytes, sizeof(bytes), slice->off });
    uint32_t magic = sx_get_u32(&c, "mach_header.magic");
    slice->is_archive = magic == MAGIC_ARCHIVE;
    if (slice->is_archive)
        return sx_fail(err, SX_E_UNSUPPORTED, slice->off, "a static library");
    bool is_le = magic == MAGIC_32_LE || magic == MAGIC_64_LE;
    bool is_64 = magic == MAGIC_64_LE || magic == MAGIC_64_BE;
    if (!is_le && magic != MAGIC_32_BE && magic != MAGIC_64_BE)
        return sx_fail(err, SX_E_MAGIC, slice->off, "mach_header.magic: 0x%08x is no Mach-O",
                       magic);
    slice->order = is_le ? SX_LITTLE_ENDIAN : SX_BIG_ENDIAN;
    slice->is_64 = is_64;
    return true;
}

static bool read_header(struct sx_macho_slice *slice, struct sx_arena *arena, struct sx_err *err)
{
    size_t len = slice->is_64 ? HEADER_64 : HEADER_32;
    if (slice->size < len)
        return sx_fail(err, SX_E_TRUNCATED, slice->off, "mach_header: %llu of %zu bytes",
                       (unsigned long long)slice->size, len);
    SX_TRY(sx_source_read(slice->source, slice->off, len, len, "mach_header", arena, &slice->header,
                          err));
    struct sx_cursor c = { .in = slice->header, .order = slice->order };
    (void)sx_get_u32(&c, "mach_header.magic");
    slice->header_cputype = sx_get_u32(&c, "mach_header.cputype");
    slice->header_cpusubtype = sx_get_u32(&c, "mach_header.cpusubtype");
    slice->filetype = sx_get_u32(&c, "mach_header.filetype");
    slice->ncmds = sx_get_u32(&c, "mach_header.ncmds");
    slice->sizeofcmds = sx_get_u32(&c, "mach_header.sizeofcmds");
    slice->flags = sx_get_u32(&c, "mach_header.flags");
    slice->has_header = true;
    return sx_cursor_ok(&c, err);
}

static bool read_commands(struct sx_macho_slice *slice, struct sx_arena *arena, uint64_t *budget,
                          struct sx_err *err)
{
    uint64_t at = slice->off + slice->header.len;
    if (slice->sizeofcmds > slice->size - slice->header.len)
        return sx_fail(err, SX_E_RANGE, at,
                       "mach_header.sizeofcmds: %u bytes, the slice has %llu more",
                       slice->sizeofcmds, (unsigned long long)(slice->size - slice->header.len));
    SX_TRY(sx_source_read(slice->source, at, slice->sizeofcmds, *budget, "load commands", arena,
                          &slice->commands, err));
    *budget -= slice->sizeofcmds;
    return true;
}

/* Security's iterator and the kernel stop where a command is too short to be one or leaves the
 * list (macho++.cpp, nextCommand; mach_loader.c, parse_machfile). */
static bool next_command(struct sx_cursor *list, uint32_t at, struct sx_macho_command *c,
                         struct sx_err *err)
{
    struct sx_span rest;
    SX_TRY(sx_span_from(list->in, list->pos, "load command", &rest, err));
    c->cmd = sx_get_u32(list, "load_command.cmd");
    uint32_t size = sx_get_u32(list, "load_command.cmdsize");
    SX_TRY(sx_cursor_ok(list, err));
    if (size < 8)
        return sx_fail(err, SX_E_FORMAT, rest.off, "load command %u: cmdsize is %u", at, size);
    SX_TRY(sx_span_sub(rest, 0, size, "load command", &c->bytes, err));
    (void)sx_get_bytes(list, size - 8, "load command");
    c->fields = (struct sx_cursor){ .in = c->bytes, .pos = 8, .order = list->order };
    return true;
}

/* A command that does not hold what it says spoils itself only; a limit ends the walk. */
static bool walk_commands(struct sx_macho_reader *r, struct sx_err *err)
{
    struct sx_macho_slice *slice = r->slice;
    struct sx_cursor list = { .in = slice->commands, .order = slice->order };
    for (uint32_t i = 0; i < slice->ncmds; i++) {
        struct sx_macho_command c;
        if (!next_command(&list, i, &c, err)) {
            sx_macho_note(r->arena, &slice->anomalies, SX_MACHO_FAULT_COMMAND_LIST, err->off, "%s",
                          err->what);
            return false;
        }
        struct sx_err why = { 0 };
        if (sx_macho_read_command(r, &c, &why))
            continue;
        if (why.code == SX_E_LIMIT) {
            *err = why;
            return false;
        }
        sx_macho_note(r->arena, &slice->anomalies, SX_MACHO_FAULT_COMMAND_FORMAT, why.off,
                      "load command %u (0x%x): %s", i, c.cmd, why.what);
    }
    return true;
}

static void keep_lists(struct sx_macho_reader *r)
{
    struct sx_macho_slice *slice = r->slice;
    slice->segments = r->segments.at;
    slice->n_segments = r->segments.n;
    slice->sections = r->sections.at;
    slice->n_sections = r->sections.n;
    slice->dylibs = r->dylibs.at;
    slice->n_dylibs = r->dylibs.n;
    slice->rpaths = (struct sx_strs){ r->rpaths.at, r->rpaths.n };
    slice->dyld_environment = (struct sx_strs){ r->environment.at, r->environment.n };
    slice->notes = r->notes.at;
    slice->n_notes = r->notes.n;
    slice->fileset = r->fileset.at;
    slice->n_fileset = r->fileset.n;
}

static bool read_slice(struct sx_macho_reader *r, uint64_t *budget, struct sx_err *err)
{
    SX_TRY(read_magic(r->slice, err));
    SX_TRY(read_header(r->slice, r->arena, err));
    SX_TRY(read_commands(r->slice, r->arena, budget, err));
    return walk_commands(r, err);
}

/* What is unreadable for want of a limit or a disk is not the file's fault. */
static bool is_malformed(enum sx_errc code)
{
    return code != SX_E_LIMIT && code != SX_E_IO && code != SX_E_UNSUPPORTED;
}

void sx_macho_read_slice(struct sx_macho_slice *slice, struct sx_arena *arena, uint64_t *budget)
{
    struct sx_macho_reader r = { .arena = arena, .slice = slice };
    bool ok = read_slice(&r, budget, &slice->err);
    keep_lists(&r);
    if (ok)
        sx_macho_check_slice(&r);
    else if (is_malformed(slice->err.code) &&
             !sx_macho_has(&slice->anomalies, SX_MACHO_FAULT_COMMAND_LIST))
        sx_macho_note(arena, &slice->anomalies, SX_MACHO_FAULT_SLICE_UNREADABLE, slice->err.off,
                      "%s", slice->err.what);
}

bool sx_macho_read(const struct sx_macho_slice *slice, struct sx_macho_range range, uint64_t limit,
                   const char *what, struct sx_arena *arena, struct sx_span *out,
                   struct sx_err *err)
{
    assert(range.has);
    uint64_t at = range.off - slice->off;
    if (range.off < slice->off || at > slice->size || range.len > slice->size - at)
        return sx_fail(err, SX_E_RANGE, range.off, "%s: bytes %llu+%llu leave the slice of %llu",
                       what, (unsigned long long)at, (unsigned long long)range.len,
                       (unsigned long long)slice->size);
    return sx_source_read(slice->source, range.off, range.len, limit, what, arena, out, err);
}

unsigned sx_macho_page_shift(const struct sx_macho_slice *slice)
{
    return slice->header_cputype == SX_CPU_ARM64 ? 14 : 12;
}

const char *sx_macho_link_name(enum sx_macho_link link)
{
    static const char *const names[] = {
        [SX_MACHO_LINK_LOAD] = "load",         [SX_MACHO_LINK_WEAK] = "weak",
        [SX_MACHO_LINK_REEXPORT] = "reexport", [SX_MACHO_LINK_UPWARD] = "upward",
        [SX_MACHO_LINK_LAZY] = "lazy",
    };
    return names[link];
}

const char *sx_macho_entry_name(enum sx_macho_entry entry)
{
    static const char *const names[] = {
        [SX_MACHO_ENTRY_NONE] = "none",
        [SX_MACHO_ENTRY_MAIN] = "main",
        [SX_MACHO_ENTRY_UNIXTHREAD] = "unixthread",
    };
    return names[entry];
}

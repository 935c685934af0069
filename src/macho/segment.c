/* SPDX-License-Identifier: MIT */
#include "macho/contents.h"
#include "macho/internal.h"

/* Names are 16 bytes, filled up with NUL; one of 16 characters has none. */
static struct sx_str get_name(struct sx_cursor *c, const char *field)
{
    struct sx_str name = sx_str_of_span(sx_get_bytes(c, 16, field));
    return sx_str_sub(name, 0, sx_str_find(name, SX_STR("\0")));
}

/* Addresses and sizes are as wide as the file's pointers. */
static uint64_t get_word(struct sx_cursor *c, bool is_64, const char *field)
{
    return is_64 ? sx_get_u64(c, field) : sx_get_u32(c, field);
}

static struct sx_macho_section get_section(struct sx_cursor *c, bool is_64)
{
    struct sx_macho_section s = { .name = get_name(c, "section.sectname") };
    s.segment = get_name(c, "section.segname");
    s.addr = get_word(c, is_64, "section.addr");
    s.size = get_word(c, is_64, "section.size");
    s.offset = sx_get_u32(c, "section.offset");
    s.align = sx_get_u32(c, "section.align");
    (void)sx_get_u32(c, "section.reloff");
    (void)sx_get_u32(c, "section.nreloc");
    s.flags = sx_get_u32(c, "section.flags");
    s.reserved1 = sx_get_u32(c, "section.reserved1");
    s.reserved2 = sx_get_u32(c, "section.reserved2");
    if (is_64)
        (void)sx_get_u32(c, "section.reserved3");
    return s;
}

static void anchor_at(struct sx_macho_reader *r, const struct sx_macho_segment *s)
{
    uint64_t end;
    if (r->anchor.has || !sx_str_is(s->name, "__LINKEDIT"))
        return;
    r->anchor.has = true;
    r->anchor.what = "__LINKEDIT";
    r->anchor.off = s->off;
    r->anchor.end = __builtin_add_overflow(s->fileoff, s->filesize, &end) ? UINT64_MAX : end;
}

static bool read_sections(struct sx_macho_reader *r, struct sx_macho_command *c, bool is_64,
                          struct sx_macho_segment *s, uint32_t nsects, struct sx_err *err)
{
    size_t room = sx_cursor_left(&c->fields) / (is_64 ? 80 : 68);
    s->first_section = r->sections.n;
    if (nsects > room) {
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_SECTION_COUNT, c->bytes.off,
                      "segment.nsects: %u sections, the command has room for %zu", nsects, room);
        return true;
    }
    for (uint32_t i = 0; i < nsects; i++) {
        struct sx_macho_section section = get_section(&c->fields, is_64);
        section.segment_at = r->segments.n;
        SX_PUSH(r->arena, &r->sections, section);
    }
    s->n_sections = nsects;
    return sx_cursor_ok(&c->fields, err);
}

bool sx_macho_read_segment(struct sx_macho_reader *r, struct sx_macho_command *c,
                           struct sx_err *err)
{
    bool is_64 = c->cmd == 0x19;
    struct sx_macho_segment s = { .off = c->bytes.off };
    s.name = get_name(&c->fields, "segment.segname");
    s.vmaddr = get_word(&c->fields, is_64, "segment.vmaddr");
    s.vmsize = get_word(&c->fields, is_64, "segment.vmsize");
    s.fileoff = get_word(&c->fields, is_64, "segment.fileoff");
    s.filesize = get_word(&c->fields, is_64, "segment.filesize");
    s.maxprot = sx_get_u32(&c->fields, "segment.maxprot");
    s.initprot = sx_get_u32(&c->fields, "segment.initprot");
    uint32_t nsects = sx_get_u32(&c->fields, "segment.nsects");
    s.flags = sx_get_u32(&c->fields, "segment.flags");
    SX_TRY(sx_cursor_ok(&c->fields, err));
    if (is_64 != r->slice->is_64)
        sx_macho_note(r->arena, &r->slice->anomalies, SX_MACHO_FAULT_SEGMENT_WIDTH, c->bytes.off,
                      "%s in a %d-bit file", is_64 ? "LC_SEGMENT_64" : "LC_SEGMENT",
                      r->slice->is_64 ? 64 : 32);
    anchor_at(r, &s);
    SX_TRY(read_sections(r, c, is_64, &s, nsects, err));
    SX_PUSH(r->arena, &r->segments, s);
    return true;
}

const struct sx_macho_segment *sx_macho_segment(const struct sx_macho_slice *slice,
                                                const char *name)
{
    for (size_t i = 0; i < slice->n_segments; i++)
        if (sx_str_is(slice->segments[i].name, name))
            return &slice->segments[i];
    return NULL;
}

const struct sx_macho_section *sx_macho_section(const struct sx_macho_slice *slice,
                                                const char *segment, const char *section)
{
    for (size_t i = 0; i < slice->n_sections; i++) {
        const struct sx_macho_section *s = &slice->sections[i];
        if (sx_str_is(s->name, section) && sx_str_is(slice->segments[s->segment_at].name, segment))
            return s;
    }
    return NULL;
}

bool sx_macho_section_is_filled(const struct sx_macho_section *s)
{
    enum { TYPE = 0xff, ZEROFILL = 1, GB_ZEROFILL = 12, THREAD_LOCAL_ZEROFILL = 18 };
    uint32_t type = s->flags & TYPE;
    return s->offset != 0 && type != ZEROFILL && type != GB_ZEROFILL &&
           type != THREAD_LOCAL_ZEROFILL;
}

struct sx_macho_range sx_macho_section_range(const struct sx_macho_slice *slice,
                                             const char *segment, const char *section)
{
    const struct sx_macho_section *s = sx_macho_section(slice, segment, section);
    if (s == NULL || !sx_macho_section_is_filled(s) || s->offset > slice->size ||
        s->size > slice->size - s->offset)
        return (struct sx_macho_range){ 0 };
    return (struct sx_macho_range){ .has = true, .off = slice->off + s->offset, .len = s->size };
}

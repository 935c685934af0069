/* SPDX-License-Identifier: MIT */
#include "bundle/apple_double.h"

#include "base/str.h"

/* The file is a table of entries; that of the Finder's information goes on, behind 32 bytes of its
 * own and 2 of padding, with a table of attributes:
 *
 *     u32 "ATTR"  u32 debug tag  u32 total size  u32 data start  u32 data length
 *     u32 reserved[3]  u16 flags  u16 number of attributes
 *     then for each  u32 offset  u32 length  u16 flags  u8 length of the name and its NUL, name,
 *     and padding to a multiple of 4
 *
 * Offsets count from the start of the file. */
enum {
    MAGIC = 0x00051607,
    RESOURCE_FORK = 2,
    FINDER_INFO = 9,
    FINDER_INFO_LEN = 32,
    FINDER_INFO_PADDED = 34,
    ATTRIBUTES_MAGIC = 0x41545452,
    ATTRIBUTES_HEADER_LEN = 36,
};

/* Where something lies in the file. */
struct range {
    uint32_t off, len;
};

static bool find_range(struct sx_span in, uint32_t wanted, struct range *out)
{
    struct sx_cursor c = sx_cursor_be(in);
    uint32_t magic = sx_get_u32(&c, "magic");
    sx_get_bytes(&c, 20, "version and filler");
    unsigned n = sx_get_u16(&c, "number of entries");
    for (unsigned i = 0; i < n && c.bad == NULL; i++) {
        uint32_t id = sx_get_u32(&c, "entry id");
        out->off = sx_get_u32(&c, "entry offset");
        out->len = sx_get_u32(&c, "entry length");
        if (c.bad == NULL && magic == MAGIC && id == wanted)
            return true;
    }
    return false;
}

static bool find_entry(struct sx_span in, uint32_t wanted, struct sx_span *out)
{
    struct sx_err ignored = { 0 }; /* an entry that lies outside is no entry */
    struct range range;
    return find_range(in, wanted, &range) &&
           sx_span_sub(in, range.off, range.len, "entry", out, &ignored);
}

/* The table of attributes in the entry of the Finder's information; `*n` of them. */
static bool open_table(struct sx_span entry, struct sx_cursor *out, unsigned *n)
{
    struct sx_err ignored = { 0 };
    struct sx_span table;
    if (!sx_span_from(entry, FINDER_INFO_PADDED, "attributes", &table, &ignored))
        return false;
    *out = sx_cursor_be(table);
    uint32_t magic = sx_get_u32(out, "ATTR");
    sx_get_bytes(out, ATTRIBUTES_HEADER_LEN - 6, "sizes and reserved fields");
    *n = sx_get_u16(out, "number of attributes");
    return magic == ATTRIBUTES_MAGIC;
}

static bool next_attribute(struct sx_cursor *c, struct sx_str *name, struct range *out)
{
    out->off = sx_get_u32(c, "offset");
    out->len = sx_get_u32(c, "length");
    sx_get_bytes(c, 2, "flags");
    size_t len = sx_get_u8(c, "length of the name");
    *name = sx_str_of_span(sx_get_bytes(c, len, "name"));
    bool is_whole = c->bad == NULL;
    *name = sx_str_sub(*name, 0, len > 0 ? len - 1 : 0); /* without its NUL */
    sx_get_bytes(c, (4 - (c->pos - ATTRIBUTES_HEADER_LEN) % 4) % 4, "padding");
    return is_whole;
}

bool sx_apple_double_find(struct sx_span in, const char *attribute, struct sx_span *out)
{
    struct sx_err ignored = { 0 };
    struct sx_span entry;
    struct sx_cursor c;
    struct sx_str name;
    struct range range;
    unsigned n;
    if (strcmp(attribute, SX_RESOURCE_FORK) == 0)
        return find_entry(in, RESOURCE_FORK, out) && out->len > 0;
    if (!find_entry(in, FINDER_INFO, &entry))
        return false;
    if (strcmp(attribute, SX_FINDER_INFO) == 0)
        return sx_span_sub(entry, 0, FINDER_INFO_LEN, "Finder information", out, &ignored) &&
               !sx_span_is_zero(*out);
    bool is_table = open_table(entry, &c, &n);
    for (unsigned i = 0; is_table && i < n && next_attribute(&c, &name, &range); i++)
        if (sx_str_is(name, attribute))
            return sx_span_sub(in, range.off, range.len, "attribute", out, &ignored);
    return false;
}

struct sx_strs sx_apple_double_names(struct sx_span head, uint64_t size, struct sx_arena *arena)
{
    SX_VEC(struct sx_str) names = { 0 };
    struct sx_span entry, info;
    struct sx_cursor c;
    struct sx_str name;
    struct range range;
    unsigned n;
    if (find_range(head, RESOURCE_FORK, &range) && range.len > 0 &&
        (uint64_t)range.off + range.len <= size)
        SX_PUSH(arena, &names, SX_STR(SX_RESOURCE_FORK));
    if (sx_apple_double_find(head, SX_FINDER_INFO, &info))
        SX_PUSH(arena, &names, SX_STR(SX_FINDER_INFO));
    bool is_table = find_entry(head, FINDER_INFO, &entry) && open_table(entry, &c, &n);
    for (unsigned i = 0; is_table && i < n && next_attribute(&c, &name, &range); i++)
        if (name.len > 0 && (uint64_t)range.off + range.len <= size)
            SX_PUSH(arena, &names, name);
    return (struct sx_strs){ names.at, names.n };
}

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

static bool find_entry(struct sx_span in, uint32_t wanted, struct sx_span *out)
{
    struct sx_err ignored = { 0 }; /* an entry that lies outside is no entry */
    struct sx_cursor c = sx_cursor_be(in);
    uint32_t magic = sx_get_u32(&c, "magic");
    sx_get_bytes(&c, 20, "version and filler");
    unsigned n = sx_get_u16(&c, "number of entries");
    for (unsigned i = 0; i < n && c.bad == NULL; i++) {
        uint32_t id = sx_get_u32(&c, "entry id");
        uint32_t off = sx_get_u32(&c, "entry offset"), len = sx_get_u32(&c, "entry length");
        if (c.bad == NULL && magic == MAGIC && id == wanted)
            return sx_span_sub(in, off, len, "entry", out, &ignored);
    }
    return false;
}

static bool find_in_table(struct sx_span in, struct sx_span table, const char *attribute,
                          struct sx_span *out)
{
    struct sx_err ignored = { 0 }; /* an attribute that lies outside is none */
    struct sx_cursor c = sx_cursor_be(table);
    uint32_t magic = sx_get_u32(&c, "ATTR");
    sx_get_bytes(&c, ATTRIBUTES_HEADER_LEN - 6, "sizes and reserved fields");
    unsigned n = sx_get_u16(&c, "number of attributes");
    for (unsigned i = 0; magic == ATTRIBUTES_MAGIC && i < n && c.bad == NULL; i++) {
        uint32_t off = sx_get_u32(&c, "offset"), data_len = sx_get_u32(&c, "length");
        sx_get_bytes(&c, 2, "flags");
        size_t len = sx_get_u8(&c, "length of the name");
        struct sx_str name = sx_str_of_span(sx_get_bytes(&c, len, "name"));
        if (c.bad == NULL && len > 0 && sx_str_is(sx_str_sub(name, 0, len - 1), attribute))
            return sx_span_sub(in, off, data_len, "attribute", out, &ignored);
        sx_get_bytes(&c, (4 - (c.pos - ATTRIBUTES_HEADER_LEN) % 4) % 4, "padding");
    }
    return false;
}

bool sx_apple_double_find(struct sx_span in, const char *attribute, struct sx_span *out)
{
    struct sx_err ignored = { 0 };
    struct sx_span entry, table;
    if (strcmp(attribute, SX_RESOURCE_FORK) == 0)
        return find_entry(in, RESOURCE_FORK, out) && out->len > 0;
    if (!find_entry(in, FINDER_INFO, &entry))
        return false;
    if (strcmp(attribute, SX_FINDER_INFO) == 0)
        return sx_span_sub(entry, 0, FINDER_INFO_LEN, "Finder information", out, &ignored) &&
               !sx_span_is_zero(*out);
    return sx_span_from(entry, FINDER_INFO_PADDED, "attributes", &table, &ignored) &&
           find_in_table(in, table, attribute, out);
}

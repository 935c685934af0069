/* SPDX-License-Identifier: MIT */
/* AppleDouble (Apple, copyfile.c; RFC 1740 for the frame), big-endian:
 *
 *     0005 1607 | 0002 0000 | 16 filler | entries | { type, offset, length } of each
 *     type 9: Finder info, 32 bytes; 2 of padding; "ATTR", table and bytes of attributes
 *     type 2: resource fork
 */
#include "package/volume_attributes.h"

#include "base/buf.h"
#include "bundle/apple_double.h"

#include <string.h>

enum { FINDER = 32, FINDER_AT = 50, TABLE = 36, MAX_ATTRIBUTES = 128 };

/* The attributes of one file, sorted out. */
struct attributes {
    uint8_t finder[FINDER];
    struct sx_source resources;
    size_t n;
    struct sx_volume_attribute at[MAX_ATTRIBUTES];
    struct sx_span bytes[MAX_ATTRIBUTES];
    uint64_t total;
};

static bool read_one(struct sx_volume *volume, const struct sx_volume_node *node,
                     struct sx_volume_attribute attribute, struct sx_span *out, struct sx_err *err)
{
    struct sx_source source;
    return volume->ops->attribute(volume, node, attribute.name, &source, err) &&
           sx_source_whole(&source, SX_MAX_APPLE_DOUBLE, volume->scratch, out, err);
}

/* What cannot be read, or would be too much, is left out: nothing is decided by it. */
static void add(struct sx_volume *volume, const struct sx_volume_node *node,
                struct sx_volume_attribute attribute, struct attributes *out)
{
    struct sx_err ignored = { 0 };
    struct sx_span bytes;
    if (sx_str_is(attribute.name, "com.apple.decmpfs"))
        return;
    if (sx_str_is(attribute.name, "com.apple.ResourceFork")) {
        if (!node->is_compressed &&
            !volume->ops->attribute(volume, node, attribute.name, &out->resources, &ignored))
            out->resources = (struct sx_source){ .fd = -1 };
        return;
    }
    if (attribute.name.len > 127 || out->total + attribute.size > SX_MAX_APPLE_DOUBLE / 2 ||
        !read_one(volume, node, attribute, &bytes, &ignored))
        return;
    if (sx_str_is(attribute.name, "com.apple.FinderInfo") && bytes.len == FINDER) {
        memcpy(out->finder, bytes.ptr, FINDER);
        return;
    }
    out->at[out->n] = attribute;
    out->bytes[out->n++] = bytes;
    out->total += attribute.size;
}

static void put_be(struct sx_buf *buf, unsigned n, uint64_t value)
{
    while (n-- > 0)
        sx_buf_char(buf, (char)(value >> (8 * n)));
}

static size_t row_len(struct sx_str name)
{
    return (11 + name.len + 1 + 3) & ~(size_t)3;
}

static void put_table(struct sx_buf *buf, const struct attributes *a)
{
    size_t rows = 0, at = FINDER_AT + FINDER + 2 + TABLE;
    for (size_t i = 0; i < a->n; i++)
        rows += row_len(a->at[i].name);
    at += rows;
    sx_buf_fill(buf, '\0', 2);
    sx_buf_cstr(buf, "ATTR");
    put_be(buf, 4, 0);
    put_be(buf, 4, at + a->total);
    put_be(buf, 4, at);
    put_be(buf, 4, a->total);
    sx_buf_fill(buf, '\0', 12 + 2);
    put_be(buf, 2, a->n);
    for (size_t i = 0; i < a->n; i++) {
        struct sx_str name = a->at[i].name;
        put_be(buf, 4, at);
        put_be(buf, 4, a->bytes[i].len);
        put_be(buf, 2, 0);
        put_be(buf, 1, name.len + 1);
        sx_buf_str(buf, name);
        sx_buf_fill(buf, '\0', row_len(name) - 11 - name.len);
        at += a->bytes[i].len;
    }
    for (size_t i = 0; i < a->n; i++)
        sx_buf_put(buf, a->bytes[i].ptr, a->bytes[i].len);
}

static void put_file(struct sx_buf *buf, const struct attributes *a)
{
    struct sx_buf table = { 0 };
    if (a->n > 0)
        put_table(&table, a);
    put_be(buf, 4, 0x00051607);
    put_be(buf, 4, 0x00020000);
    sx_buf_cstr(buf, "Mac OS X        ");
    put_be(buf, 2, 2);
    put_be(buf, 4, 9);
    put_be(buf, 4, FINDER_AT);
    put_be(buf, 4, FINDER + table.len);
    put_be(buf, 4, 2);
    put_be(buf, 4, FINDER_AT + FINDER + table.len);
    put_be(buf, 4, a->resources.size);
    sx_buf_put(buf, a->finder, FINDER);
    sx_buf_put(buf, table.ptr, table.len);
    sx_buf_release(&table);
}

static bool write_member(const struct attributes *a, struct sx_str path, struct sx_unpack *unpack,
                         struct sx_err *err)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    bool is_kept;
    put_file(&buf, a);
    struct sx_unpack_member member = { .path = path,
                                       .type = SX_ENTRY_FILE,
                                       .mode = 0644,
                                       .uid = -1,
                                       .size = buf.len + a->resources.size,
                                       .is_hidden = true,
                                       .is_made_up = true };
    SX_TRY(sx_unpack_begin(unpack, &member, &is_kept, err));
    SX_TRY(sx_unpack_write(unpack, buf.ptr, buf.len, err));
    SX_TRY(sx_volume_copy(&a->resources, unpack, err));
    return sx_unpack_end(unpack, (struct sx_str){ 0 }, err);
}

bool sx_volume_apple_double(struct sx_volume *volume, const struct sx_volume_node *node,
                            struct sx_str path, struct sx_unpack *unpack, struct sx_err *err)
{
    struct sx_volume_attribute attribute;
    struct attributes *a = SX_NEW(volume->scratch, struct attributes);
    a->resources.fd = -1;
    for (size_t i = 0; i < MAX_ATTRIBUTES && volume->ops->attribute_at(volume, node, i, &attribute);
         i++)
        add(volume, node, attribute, a);
    struct sx_span finder = { a->finder, FINDER, 0 };
    if (a->n == 0 && a->resources.size == 0 && sx_span_is_zero(finder))
        return true;
    struct sx_str name = sx_str_printf(volume->scratch, "._%.*s", SX_STR_ARG(sx_str_base(path)));
    struct sx_str folder = sx_path_join(volume->scratch, SX_STR("__MACOSX"), sx_path_parent(path));
    return write_member(a, sx_path_join(volume->scratch, folder, name), unpack, err);
}

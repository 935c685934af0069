/* SPDX-License-Identifier: MIT */
/* AppleDouble (Apple, copyfile.c; RFC 1740 for the frame), big-endian:
 *
 *     0005 1607 | 0002 0000 | 16 filler | entries | { type, offset, length } of each
 *     type 9: Finder info, 32 bytes; 2 of padding; "ATTR", table and bytes of attributes
 *     type 2: resource fork
 */
#include "package/kept_attributes.h"

#include "base/buf.h"
#include "bundle/apple_double.h"

#include <string.h>

enum { FINDER_AT = 50, TABLE = 36, MAX_NAME = 127 };

bool sx_kept_attributes_has_room(const struct sx_kept_attributes *kept, struct sx_str name,
                                 uint64_t len)
{
    return name.len > 0 && name.len <= MAX_NAME && kept->n < SX_MAX_KEPT_ATTRIBUTES &&
           len <= SX_MAX_APPLE_DOUBLE / 2 - kept->total;
}

void sx_kept_attributes_take(struct sx_kept_attributes *kept, struct sx_str name,
                             struct sx_span bytes)
{
    if (sx_str_is(name, SX_RESOURCE_FORK)) {
        sx_source_memory("resource fork", bytes, &kept->resources);
    } else if (sx_str_is(name, SX_FINDER_INFO) && bytes.len == sizeof(kept->finder)) {
        memcpy(kept->finder, bytes.ptr, bytes.len);
    } else if (sx_kept_attributes_has_room(kept, name, bytes.len)) {
        kept->at[kept->n++] = (struct sx_kept_attribute){ name, bytes };
        kept->total += bytes.len;
    }
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

static void put_table(struct sx_buf *buf, const struct sx_kept_attributes *a)
{
    size_t rows = 0, at = FINDER_AT + SX_FINDER_INFO_LEN + 2 + TABLE;
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
        put_be(buf, 4, a->at[i].bytes.len);
        put_be(buf, 2, 0);
        put_be(buf, 1, name.len + 1);
        sx_buf_str(buf, name);
        sx_buf_fill(buf, '\0', row_len(name) - 11 - name.len);
        at += a->at[i].bytes.len;
    }
    for (size_t i = 0; i < a->n; i++)
        sx_buf_put(buf, a->at[i].bytes.ptr, a->at[i].bytes.len);
}

static void put_file(struct sx_buf *buf, const struct sx_kept_attributes *a)
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
    put_be(buf, 4, SX_FINDER_INFO_LEN + table.len);
    put_be(buf, 4, 2);
    put_be(buf, 4, FINDER_AT + SX_FINDER_INFO_LEN + table.len);
    put_be(buf, 4, a->resources.size);
    sx_buf_put(buf, a->finder, sizeof(a->finder));
    sx_buf_put(buf, table.ptr, table.len);
    sx_buf_release(&table);
}

bool sx_kept_attributes_write(const struct sx_kept_attributes *kept, struct sx_str path,
                              struct sx_arena *scratch, struct sx_unpack *unpack,
                              struct sx_err *err)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    struct sx_span finder = { kept->finder, sizeof(kept->finder), 0 };
    bool is_kept;
    if (kept->n == 0 && kept->resources.size == 0 && sx_span_is_zero(finder))
        return true;
    put_file(&buf, kept);
    while (sx_str_ends(path, SX_STR("/"))) /* of a folder in a tar archive */
        path.len--;
    struct sx_str name = sx_str_printf(scratch, "._%.*s", SX_STR_ARG(sx_str_base(path)));
    struct sx_str folder = sx_path_join(scratch, SX_STR("__MACOSX"), sx_path_parent(path));
    struct sx_unpack_member member = { .path = sx_path_join(scratch, folder, name),
                                       .type = SX_ENTRY_FILE,
                                       .mode = 0644,
                                       .uid = -1,
                                       .size = buf.len + kept->resources.size,
                                       .is_hidden = true,
                                       .is_made_up = true };
    SX_TRY(sx_unpack_begin(unpack, &member, &is_kept, err));
    SX_TRY(sx_unpack_write(unpack, buf.ptr, buf.len, err));
    SX_TRY(sx_unpack_copy(unpack, &kept->resources, err));
    return sx_unpack_end(unpack, (struct sx_str){ 0 }, err);
}

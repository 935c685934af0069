/* SPDX-License-Identifier: MIT */
/* The tables of a disk image.
 *
 *     "mish" | version 1 | first sector | sectors | data offset | buffers | table number |
 *     24 reserved | checksum | count | count chunks of 40 bytes
 *
 * All numbers are big-endian; sectors of a chunk are counted from the table's first, offsets from
 * the data fork's. */
#include "package/udif.h"
#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "package/resource_fork.h"
#include "value/plist.h"

#include <stdlib.h>

enum { MISH = 0x6d697368, CHUNK = 40, COMMENT = 0x7ffffffe };
#define END UINT32_MAX

static const struct {
    uint32_t number;
    const char *name;
} methods[] = {
#define X(name, number, text) { number, text },
    SX_UDIF_METHODS(X)
#undef X
};

const char *sx_udif_method_name(enum sx_udif_method method)
{
    return methods[method].name;
}

/* A layout in the making. */
struct making {
    const struct sx_udif_trailer *trailer;
    struct sx_arena *arena;
    uint64_t end; /* bytes of the file that chunks may lie in */
    SX_VEC(struct sx_udif_table) tables;
    SX_VEC(struct sx_udif_chunk) chunks;
    struct sx_udif_layout *out;
};

static bool check_sectors(uint64_t first, uint64_t n, uint64_t end, uint64_t off, const char *what,
                          struct sx_err *err)
{
    if (first > end || n > end - first)
        return sx_fail(err, SX_E_RANGE, off, "%s: sectors %llu+%llu lie outside of %llu", what,
                       (unsigned long long)first, (unsigned long long)n, (unsigned long long)end);
    return true;
}

static bool check_stored(const struct making *m, const struct sx_udif_chunk *chunk, uint64_t off,
                         struct sx_err *err)
{
    if (chunk->off > m->end || chunk->len > m->end - chunk->off)
        return sx_fail(err, SX_E_RANGE, off, "chunk: bytes %llu+%llu lie outside the %llu of data",
                       (unsigned long long)chunk->off, (unsigned long long)chunk->len,
                       (unsigned long long)m->end);
    if (chunk->method == SX_UDIF_RAW && chunk->len != chunk->sectors * SX_SECTOR)
        return sx_fail(err, SX_E_FORMAT, off, "raw chunk: %llu sectors in %llu bytes",
                       (unsigned long long)chunk->sectors, (unsigned long long)chunk->len);
    if (sx_udif_is_compressed(chunk->method) &&
        (chunk->sectors > SX_MAX_IMAGE_CHUNK / SX_SECTOR || chunk->len > SX_MAX_IMAGE_CHUNK))
        return sx_fail(err, SX_E_LIMIT, off,
                       "%s chunk: %llu sectors in %llu bytes, at most %u bytes",
                       sx_udif_method_name(chunk->method), (unsigned long long)chunk->sectors,
                       (unsigned long long)chunk->len, SX_MAX_IMAGE_CHUNK);
    return true;
}

static bool method_of(uint32_t number, uint64_t off, enum sx_udif_method *out, struct sx_err *err)
{
    for (size_t i = 0; i < SX_LEN(methods); i++)
        if (methods[i].number == number) {
            *out = (enum sx_udif_method)i;
            return true;
        }
    return sx_fail(err, SX_E_UNSUPPORTED, off, "chunk: stored in a way that is not known, 0x%08x",
                   number);
}

static bool add_chunk(struct making *m, struct sx_cursor *c, uint64_t data_off, struct sx_err *err)
{
    const struct sx_udif_table *table = &m->tables.at[m->tables.n - 1];
    uint64_t off = c->in.off + c->pos;
    uint32_t number = sx_get_u32(c, "chunk type");
    sx_get_u32(c, "chunk comment");
    struct sx_udif_chunk chunk = { .first = sx_get_u64(c, "chunk sector"),
                                   .sectors = sx_get_u64(c, "chunk sectors"),
                                   .off = sx_get_u64(c, "chunk offset"),
                                   .len = sx_get_u64(c, "chunk length"),
                                   .table = (uint32_t)(m->tables.n - 1) };
    SX_TRY(sx_cursor_ok(c, err));
    if (number == COMMENT || number == END || chunk.sectors == 0)
        return true;
    SX_TRY(method_of(number, off, &chunk.method, err));
    SX_TRY(check_sectors(chunk.first, chunk.sectors, table->sectors, off, "chunk", err));
    chunk.first += table->first;
    if (chunk.method == SX_UDIF_ZERO || chunk.method == SX_UDIF_IGNORE)
        chunk.off = chunk.len = 0;
    else if (!sx_add_u64(chunk.off, data_off, &chunk.off))
        return sx_fail(err, SX_E_RANGE, off, "chunk: its offset is beyond every file");
    SX_TRY(check_stored(m, &chunk, off, err));
    if (sx_udif_is_compressed(chunk.method))
        m->out->compressed += chunk.sectors * SX_SECTOR;
    else
        m->out->raw += chunk.len;
    SX_PUSH(m->arena, &m->chunks, chunk);
    return true;
}

static bool add_chunks(struct making *m, struct sx_cursor *c, uint64_t data_off, struct sx_err *err)
{
    uint32_t n = sx_get_u32(c, "chunk count");
    SX_TRY(sx_cursor_ok(c, err));
    if (n > SX_MAX_IMAGE_CHUNKS - m->chunks.n)
        return sx_fail(err, SX_E_LIMIT, c->in.off, "table: %u chunks more, at most %u in all", n,
                       SX_MAX_IMAGE_CHUNKS);
    if (n > sx_cursor_left(c) / CHUNK)
        return sx_fail(err, SX_E_TRUNCATED, c->in.off,
                       "table: %u chunks, and bytes for %zu of them", n, sx_cursor_left(c) / CHUNK);
    for (uint32_t i = 0; i < n; i++)
        SX_TRY(add_chunk(m, c, data_off, err));
    return true;
}

static bool add_table(struct making *m, struct sx_span in, struct sx_str name, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(in);
    struct sx_udif_table table = { .name = name };
    uint32_t magic = sx_get_u32(&c, "mish"), version = sx_get_u32(&c, "table version");
    table.first = sx_get_u64(&c, "first sector");
    table.sectors = sx_get_u64(&c, "sector count");
    uint64_t data_off = sx_get_u64(&c, "data offset");
    sx_get_bytes(&c, 4 + 4 + 24, "reserved");
    table.checksum.type = sx_get_u32(&c, "checksum type");
    table.checksum.bits = sx_get_u32(&c, "checksum size");
    table.checksum.crc = sx_get_u32(&c, "checksum");
    sx_get_bytes(&c, 124, "checksum");
    SX_TRY(sx_cursor_ok(&c, err));
    if (magic != MISH || version != 1)
        return sx_fail(err, SX_E_MAGIC, in.off,
                       "table: begins with 0x%08x and version %u, not mish 1", magic, version);
    if (!sx_add_u64(data_off, m->trailer->data_off, &data_off))
        return sx_fail(err, SX_E_RANGE, in.off, "table: its data is beyond every file");
    SX_TRY(check_sectors(table.first, table.sectors, SX_MAX_IMAGE_SECTORS, in.off, "table", err));
    SX_PUSH(m->arena, &m->tables, table);
    return add_chunks(m, &c, data_off, err);
}

static bool add_plist_tables(struct making *m, const struct sx_source *source, struct sx_err *err)
{
    const struct sx_udif_trailer *t = m->trailer;
    struct sx_span xml;
    struct sx_plist plist;
    SX_TRY(sx_source_read(source, t->plist_off, t->plist_len, SX_MAX_SMALL_FILE, "property list",
                          m->arena, &xml, err));
    SX_TRY(sx_plist_parse(xml, m->arena, &plist, err));
    const struct sx_value *forks =
        plist.root.kind == SX_MAP ? sx_map_get(plist.root.map, SX_STR("resource-fork")) : NULL;
    const struct sx_value *tables =
        forks != NULL && forks->kind == SX_MAP ? sx_map_get(forks->map, SX_STR("blkx")) : NULL;
    if (tables == NULL || tables->kind != SX_LIST)
        return sx_fail(err, SX_E_FORMAT, t->plist_off, "property list: no tables (blkx)");
    for (size_t i = 0; i < tables->list.n; i++) {
        struct sx_value row = sx_list_at(*tables, i);
        const struct sx_value *data =
            row.kind == SX_MAP ? sx_map_get(row.map, SX_STR("Data")) : NULL;
        struct sx_str name = { 0 };
        if (data == NULL || data->kind != SX_BYTES)
            return sx_fail(err, SX_E_FORMAT, t->plist_off, "property list: table %zu has no data",
                           i);
        if (!sx_map_str(row.map, "Name", &name))
            sx_map_str(row.map, "CFName", &name);
        SX_TRY(add_table(m, (struct sx_span){ (const uint8_t *)data->str.ptr, data->str.len, 0 },
                         name, err));
    }
    return true;
}

static bool add_resource(void *context, struct sx_str name, struct sx_span data, struct sx_err *err)
{
    return add_table(context, data, name, err);
}

/* Images of Mac OS X 10.0 and 10.1 keep the tables in a resource fork, and have no property list.
 */
static bool add_resource_tables(struct making *m, const struct sx_source *source,
                                struct sx_err *err)
{
    const struct sx_udif_trailer *t = m->trailer;
    struct sx_span fork;
    SX_TRY(sx_source_read(source, t->resources_off, t->resources_len, SX_MAX_SMALL_FILE,
                          "resource fork", m->arena, &fork, err));
    return sx_resource_fork_each(fork, 0x626c6b78 /* blkx */, add_resource, m, err);
}

static int by_sector(const void *a, const void *b)
{
    const struct sx_udif_chunk *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

static bool check_order(const struct making *m, struct sx_err *err)
{
    for (size_t i = 1; i < m->chunks.n; i++) {
        const struct sx_udif_chunk *before = &m->chunks.at[i - 1], *chunk = &m->chunks.at[i];
        if (chunk->first < before->first + before->sectors)
            return sx_fail(err, SX_E_FORMAT, chunk->off, "two chunks hold sector %llu",
                           (unsigned long long)chunk->first);
    }
    return true;
}

bool sx_udif_layout_read(const struct sx_source *source, const struct sx_udif_trailer *trailer,
                         struct sx_arena *arena, struct sx_udif_layout *out, struct sx_err *err)
{
    struct making m = { .trailer = trailer, .arena = arena, .end = trailer->off, .out = out };
    *out = (struct sx_udif_layout){ .sectors = trailer->sectors };
    if (trailer->n_segments > 1)
        return sx_fail(err, SX_E_UNSUPPORTED, trailer->off,
                       "disk image: segment %u of %u, the others are files of their own",
                       trailer->segment, trailer->n_segments);
    if (trailer->sectors > SX_MAX_IMAGE_SECTORS)
        return sx_fail(err, SX_E_LIMIT, trailer->off, "disk image: %llu sectors, at most %llu",
                       (unsigned long long)trailer->sectors, SX_MAX_IMAGE_SECTORS);
    SX_TRY(trailer->plist_len > 0 ? add_plist_tables(&m, source, err)
                                  : add_resource_tables(&m, source, err));
    if (out->raw / SX_MAX_IMAGE_PASSES > source->size)
        return sx_fail(err, SX_E_LIMIT, trailer->off,
                       "disk image: %llu bytes of raw chunks in a file of %llu",
                       (unsigned long long)out->raw, (unsigned long long)source->size);
    for (size_t i = 0; i < m.tables.n; i++)
        SX_TRY(check_sectors(m.tables.at[i].first, m.tables.at[i].sectors, trailer->sectors,
                             trailer->off, "table", err));
    if (m.chunks.n > 1)
        qsort(m.chunks.at, m.chunks.n, sizeof(*m.chunks.at), by_sector);
    SX_TRY(check_order(&m, err));
    out->tables = m.tables.at;
    out->n_tables = m.tables.n;
    out->chunks = m.chunks.at;
    out->n_chunks = m.chunks.n;
    return true;
}

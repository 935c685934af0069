/* SPDX-License-Identifier: MIT */
#include "udif.h"

#include "base/base64.h"
#include "requirement.h"

#include <bzlib.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>

enum { SECTOR = 512, KOLY = 512, CHECKSUM = 128 };

static struct sx_str bzip2(struct sx_arena *arena, struct sx_str bytes)
{
    unsigned n = (unsigned)(bytes.len + bytes.len / 100 + 600);
    char *out = sx_arena_alloc(arena, n);
    char *in = sx_arena_alloc(arena, bytes.len);
    memcpy(in, bytes.ptr, bytes.len);
    if (BZ2_bzBuffToBuffCompress(out, &n, in, (unsigned)bytes.len, 9, 0, 0) != BZ_OK)
        sx_fx_die("bzip2");
    return (struct sx_str){ out, n };
}

static struct sx_str xz(struct sx_arena *arena, struct sx_str bytes)
{
    size_t cap = lzma_stream_buffer_bound(bytes.len), n = 0;
    uint8_t *out = sx_arena_alloc(arena, cap);
    if (lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, (const uint8_t *)bytes.ptr, bytes.len,
                                out, &n, cap) != LZMA_OK)
        sx_fx_die("xz");
    return (struct sx_str){ (const char *)out, n };
}

static struct sx_str stored(struct sx_arena *arena, uint32_t method, struct sx_str bytes)
{
    switch (method) {
    case SX_FX_RAW:
        return bytes;
    case SX_FX_ADC:
        return sx_fx_adc(arena, bytes);
    case SX_FX_ZLIB:
        return sx_fx_zlib(arena, bytes);
    case SX_FX_BZIP2:
        return bzip2(arena, bytes);
    case SX_FX_LZFSE:
        return sx_fx_lzfse(arena, bytes);
    case SX_FX_XZ:
        return xz(arena, bytes);
    default:
        return SX_STR("");
    }
}

static uint32_t crc_of(uint32_t crc, struct sx_str bytes)
{
    return (uint32_t)crc32(crc, (const Bytef *)bytes.ptr, (uInt)bytes.len);
}

static void put_checksum(struct sx_buf *out, uint32_t crc)
{
    sx_fx_put_be(out, 4, 2); /* CRC-32 */
    sx_fx_put_be(out, 4, 32);
    sx_fx_put_be(out, 4, crc);
    sx_buf_fill(out, 0, CHECKSUM - 4);
}

static void put_chunk(struct sx_buf *out, uint32_t method, uint64_t sector, uint64_t n, uint64_t at,
                      uint64_t len)
{
    sx_fx_put_be(out, 4, method);
    sx_fx_put_be(out, 4, 0);
    sx_fx_put_be(out, 8, sector);
    sx_fx_put_be(out, 8, n);
    sx_fx_put_be(out, 8, at);
    sx_fx_put_be(out, 8, len);
}

/* An image in the making. */
struct making {
    struct sx_arena *arena;
    const struct sx_fx_udif *spec;
    struct sx_buf data;
    size_t n_chunks; /* so far: which method comes next */
    uint32_t master;
    SX_VEC(struct sx_str) tables;
};

static bool is_zero(struct sx_str bytes)
{
    return sx_span_is_zero(sx_fx_span(bytes));
}

static uint32_t method_of(struct making *m, struct sx_str bytes)
{
    uint32_t method =
        m->spec->n_methods > 0 ? m->spec->methods[m->n_chunks++ % m->spec->n_methods] : SX_FX_ZLIB;
    return !m->spec->keep_zeros && is_zero(bytes) && method != SX_FX_IGNORE ? SX_FX_ZERO : method;
}

static void add_table(struct making *m, struct sx_str disk, uint64_t first)
{
    size_t chunk = (m->spec->chunk_sectors != 0 ? m->spec->chunk_sectors : 512u) * SECTOR;
    struct sx_buf rows = { 0 }, table = { 0 };
    uint32_t crc = 0, n = 1;
    for (size_t at = 0; at < disk.len; at += chunk, n++) {
        struct sx_str bytes = sx_str_sub(disk, at, chunk);
        uint32_t method = method_of(m, bytes);
        struct sx_str packed = stored(m->arena, method, bytes);
        if (method != SX_FX_IGNORE)
            crc = crc_of(crc, bytes);
        put_chunk(&rows, method, at / SECTOR, bytes.len / SECTOR, m->data.len, packed.len);
        sx_buf_str(&m->data, packed);
    }
    put_chunk(&rows, UINT32_MAX, disk.len / SECTOR, 0, m->data.len, 0);
    sx_buf_cstr(&table, "mish");
    sx_fx_put_be(&table, 4, 1);
    sx_fx_put_be(&table, 8, first);
    sx_fx_put_be(&table, 8, disk.len / SECTOR);
    sx_fx_put_be(&table, 8, 0);
    sx_fx_put_be(&table, 4, chunk / SECTOR + 8);
    sx_fx_put_be(&table, 4, m->tables.n);
    sx_buf_fill(&table, 0, 24);
    put_checksum(&table, crc);
    sx_fx_put_be(&table, 4, n);
    sx_buf_put(&table, rows.ptr, rows.len);
    sx_buf_release(&rows);
    uint8_t stored_crc[4] = { (uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8),
                              (uint8_t)crc };
    m->master = crc_of(m->master, (struct sx_str){ (const char *)stored_crc, 4 });
    SX_PUSH(m->arena, &m->tables, sx_fx_take(m->arena, &table));
}

static struct sx_str plist_of(struct making *m)
{
    struct sx_buf out = { 0 };
    sx_buf_cstr(&out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n"
                "<key>resource-fork</key>\n<dict>\n<key>blkx</key>\n<array>\n");
    for (size_t i = 0; i < m->tables.n; i++) {
        struct sx_str data = sx_base64(m->arena, m->tables.at[i].ptr, m->tables.at[i].len);
        sx_buf_printf(&out,
                      "<dict>\n<key>Attributes</key>\n<string>0x0050</string>\n<key>CFName</key>\n"
                      "<string>part %zu</string>\n<key>Data</key>\n<data>%.*s</data>\n"
                      "<key>ID</key>\n<string>%zu</string>\n<key>Name</key>\n"
                      "<string>part %zu</string>\n</dict>\n",
                      i, SX_STR_ARG(data), i, i);
    }
    sx_buf_cstr(&out, "</array>\n<key>plst</key>\n<array/>\n</dict>\n</dict>\n</plist>\n");
    return sx_fx_take(m->arena, &out);
}

/* Data, then a map with one type. */
static struct sx_str resources_of(struct making *m)
{
    struct sx_buf data = { 0 }, map = { 0 }, out = { 0 };
    sx_buf_fill(&map, 0, 24);
    sx_fx_put_be(&map, 2, 28);
    sx_fx_put_be(&map, 2, 28 + 2 + 8 + 12 * m->tables.n);
    sx_fx_put_be(&map, 2, 0);
    sx_buf_cstr(&map, "blkx");
    sx_fx_put_be(&map, 2, m->tables.n - 1);
    sx_fx_put_be(&map, 2, 10);
    for (size_t i = 0; i < m->tables.n; i++) {
        sx_fx_put_be(&map, 2, i);
        sx_fx_put_be(&map, 2, 0xffff);
        sx_fx_put_be(&map, 4, 0x50u << 24 | data.len);
        sx_fx_put_be(&map, 4, 0);
        sx_fx_put_be(&data, 4, m->tables.at[i].len);
        sx_buf_str(&data, m->tables.at[i]);
    }
    sx_fx_put_be(&out, 4, 256);
    sx_fx_put_be(&out, 4, 256 + data.len);
    sx_fx_put_be(&out, 4, data.len);
    sx_fx_put_be(&out, 4, map.len);
    sx_buf_fill(&out, 0, 240);
    sx_buf_put(&out, data.ptr, data.len);
    sx_buf_put(&out, map.ptr, map.len);
    sx_buf_release(&data);
    sx_buf_release(&map);
    return sx_fx_take(m->arena, &out);
}

static void put_trailer(struct making *m, struct sx_buf *out, size_t data_len, size_t tables_len,
                        size_t sectors)
{
    bool fork = m->spec->resource_fork;
    uint32_t data_crc = crc_of(0, (struct sx_str){ out->ptr, data_len });
    sx_buf_cstr(out, "koly");
    sx_fx_put_be(out, 4, 4);
    sx_fx_put_be(out, 4, KOLY);
    sx_fx_put_be(out, 4, 1);
    sx_fx_put_be(out, 8, 0);
    sx_fx_put_be(out, 8, 0);
    sx_fx_put_be(out, 8, data_len);
    sx_fx_put_be(out, 8, fork ? data_len : 0);
    sx_fx_put_be(out, 8, fork ? tables_len : 0);
    sx_fx_put_be(out, 4, 1);
    sx_fx_put_be(out, 4, 1);
    sx_buf_fill(out, 1, 16);
    put_checksum(out, data_crc);
    sx_fx_put_be(out, 8, fork ? 0 : data_len);
    sx_fx_put_be(out, 8, fork ? 0 : tables_len);
    sx_buf_fill(out, 0, 64 + 16 + 40);
    put_checksum(out, m->master);
    sx_fx_put_be(out, 4, 1);
    sx_fx_put_be(out, 8, sectors);
    sx_buf_fill(out, 0, 12);
}

struct sx_str sx_fx_udif(struct sx_arena *arena, struct sx_str disk, const struct sx_fx_udif *spec)
{
    struct making m = { .arena = arena, .spec = spec };
    size_t n_tables = spec->n_tables > 0 ? spec->n_tables : 1, sectors = disk.len / SECTOR;
    for (size_t i = 0; i < n_tables; i++) {
        size_t first = sectors * i / n_tables, end = sectors * (i + 1) / n_tables;
        add_table(&m, sx_str_sub(disk, first * SECTOR, (end - first) * SECTOR), first);
    }
    size_t data_len = m.data.len;
    struct sx_str tables = spec->resource_fork ? resources_of(&m) : plist_of(&m);
    sx_buf_str(&m.data, tables);
    put_trailer(&m, &m.data, data_len, tables.len, sectors);
    return sx_fx_take(arena, &m.data);
}

struct sx_str sx_fx_udif_sign(struct sx_fx_pki *pki, struct sx_str image,
                              const struct sx_fx_signature *spec, struct sx_fx_signed *done)
{
    struct sx_arena *arena = sx_fx_pki_arena(pki);
    struct sx_fx_signature signature = *spec;
    size_t at = image.len - KOLY;
    char *koly = sx_arena_alloc(arena, KOLY);
    memcpy(koly, image.ptr + at, KOLY);
    sx_fx_set_be(koly + 0x128, 8, at);
    sx_fx_set_be(koly + 0x130, 8, 0); /* as it is hashed */
    signature.components[SX_FX_SLOT_REP] = (struct sx_str){ koly, KOLY };
    struct sx_str superblob = sx_fx_sign_bytes(pki, sx_str_sub(image, 0, at), &signature, done);
    char *whole = sx_arena_alloc(arena, KOLY);
    memcpy(whole, koly, KOLY);
    sx_fx_set_be(whole + 0x130, 8, superblob.len);
    return sx_fx_join(arena, SX_FX_PARTS(sx_str_sub(image, 0, at), superblob, { whole, KOLY }));
}

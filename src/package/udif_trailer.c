/* SPDX-License-Identifier: MIT */
/* The trailer of a disk image (Security, diskimagerep.h, UDIFFileHeader). */
#include "package/udif.h"

#include <string.h>

enum { VERSION = 4, CHECKSUM_BYTES = 128 };

static const char magic[4] = { 'k', 'o', 'l', 'y' };

bool sx_udif_has_trailer(const struct sx_source *source)
{
    uint8_t head[8];
    struct sx_err ignored = { 0 };
    if (source->size < SX_UDIF_TRAILER ||
        !sx_source_pread(source, source->size - SX_UDIF_TRAILER, head, sizeof(head), &ignored))
        return false;
    struct sx_cursor c = sx_cursor_be((struct sx_span){ head, sizeof(head), 0 });
    struct sx_span found = sx_get_bytes(&c, sizeof(magic), "koly");
    return memcmp(found.ptr, magic, sizeof(magic)) == 0 && sx_get_u32(&c, "version") == VERSION;
}

static struct sx_udif_checksum get_checksum(struct sx_cursor *c)
{
    struct sx_udif_checksum sum = { .type = sx_get_u32(c, "checksum type") };
    sum.bits = sx_get_u32(c, "checksum size");
    sum.crc = sx_get_u32(c, "checksum");
    sx_get_bytes(c, CHECKSUM_BYTES - 4, "checksum");
    return sum;
}

static void read_fields(struct sx_cursor *c, struct sx_udif_trailer *t)
{
    sx_get_u32(c, "header size");
    sx_get_u32(c, "flags");
    sx_get_u64(c, "running data fork offset");
    t->data_off = sx_get_u64(c, "data fork offset");
    t->data_len = sx_get_u64(c, "data fork length");
    t->resources_off = sx_get_u64(c, "resource fork offset");
    t->resources_len = sx_get_u64(c, "resource fork length");
    t->segment = sx_get_u32(c, "segment number");
    t->n_segments = sx_get_u32(c, "segment count");
    sx_get_bytes(c, 16, "segment id");
    t->data = get_checksum(c);
    t->plist_off = sx_get_u64(c, "property list offset");
    t->plist_len = sx_get_u64(c, "property list length");
    sx_get_bytes(c, 64, "reserved");
    t->signature_off = sx_get_u64(c, "signature offset");
    t->signature_len = sx_get_u64(c, "signature length");
    sx_get_bytes(c, 40, "reserved");
    t->master = get_checksum(c);
    sx_get_u32(c, "image variant");
    t->sectors = sx_get_u64(c, "sector count");
}

bool sx_udif_trailer_read(const struct sx_source *source, struct sx_udif_trailer *out,
                          struct sx_err *err)
{
    uint8_t bytes[SX_UDIF_TRAILER];
    if (source->size < SX_UDIF_TRAILER)
        return sx_fail(err, SX_E_TRUNCATED, 0, "disk image: %llu bytes, the trailer alone has %d",
                       (unsigned long long)source->size, SX_UDIF_TRAILER);
    *out = (struct sx_udif_trailer){ .off = source->size - SX_UDIF_TRAILER };
    SX_TRY(sx_source_pread(source, out->off, bytes, sizeof(bytes), err));
    struct sx_cursor c = sx_cursor_be((struct sx_span){ bytes, sizeof(bytes), out->off });
    struct sx_span found = sx_get_bytes(&c, sizeof(magic), "koly");
    uint32_t version = sx_get_u32(&c, "version");
    read_fields(&c, out);
    SX_TRY(sx_cursor_ok(&c, err));
    if (memcmp(found.ptr, magic, sizeof(magic)) != 0)
        return sx_fail(err, SX_E_MAGIC, out->off, "disk image: no trailer \"koly\" at its end");
    if (version != VERSION)
        return sx_fail(err, SX_E_UNSUPPORTED, out->off + 4,
                       "disk image: trailer version %u, not %d", version, VERSION);
    return true;
}

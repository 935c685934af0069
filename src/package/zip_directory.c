/* SPDX-License-Identifier: MIT */
#include "package/zip.h"
#include "base/arith.h"

#include <stdlib.h>

enum {
    LOCAL = 0x04034b50, /* signatures */
    ENTRY = 0x02014b50,
    END = 0x06054b50,
    END_64 = 0x06064b50,
    LOCATOR_64 = 0x07064b50,
    LOCAL_LEN = 30,
    ENTRY_LEN = 46,
    END_LEN = 22,
    END_64_LEN = 56,
    LOCATOR_LEN = 20,
    EXTRA_64 = 1,         /* extra field with what does not fit into 32 bits */
    COMMENT = 0xffff,     /* bytes of the longest comment */
    BUFFER = 256 << 10,   /* more than the longest entry: three texts of 64 KiB */
    ALL_ONES_16 = 0xffff, /* stands in the zip64 part instead */
};
#define ALL_ONES_32 0xffffffffu

static bool fail(const struct sx_zip *zip, enum sx_errc code, uint64_t off, const char *what,
                 struct sx_err *err)
{
    sx_fail(err, code, off, "%s", what);
    err->file = zip->source->name;
    return false;
}

static uint32_t signature(struct sx_span in)
{
    struct sx_cursor c = sx_cursor_le(in);
    return sx_get_u32(&c, "signature");
}

/* The end of the directory is at the end of the file, in front of a comment. */
static bool find_end(struct sx_zip *zip, struct sx_arena *arena, struct sx_span *out,
                     struct sx_err *err)
{
    struct sx_span tail;
    uint64_t len = sx_min_u64(zip->source->size, END_LEN + COMMENT);
    SX_TRY(sx_source_read(zip->source, zip->source->size - len, len, len, "the end", arena, &tail,
                          err));
    for (size_t back = END_LEN; back <= tail.len; back++) {
        struct sx_span end;
        SX_TRY(sx_span_sub(tail, tail.len - back, back, "the end", &end, err));
        if (signature(end) == END) {
            *out = end;
            return true;
        }
    }
    return fail(zip, SX_E_TRUNCATED, zip->source->size,
                "the zip archive ends too early: no end of central directory", err);
}

/* What the end says, or the zip64 end that stands in front of it. */
struct said {
    uint64_t disk, n, len, off;
    uint64_t behind; /* where the directory should end */
};

static void read_end(struct sx_span end, struct said *out)
{
    struct sx_cursor c = sx_cursor_le(end);
    sx_get_u32(&c, "signature");
    out->disk = sx_get_u16(&c, "disk") | sx_get_u16(&c, "disk of the directory");
    sx_get_u16(&c, "entries on this disk");
    out->n = sx_get_u16(&c, "entries");
    out->len = sx_get_u32(&c, "length of the directory");
    out->off = sx_get_u32(&c, "offset of the directory");
    out->behind = end.off;
}

static bool is_64(const struct said *said)
{
    return said->n == ALL_ONES_16 || said->len == ALL_ONES_32 || said->off == ALL_ONES_32;
}

static bool read_end_64(struct sx_zip *zip, struct sx_arena *arena, struct said *said,
                        struct sx_err *err)
{
    struct sx_span locator, end;
    if (!is_64(said) || said->behind < LOCATOR_LEN)
        return true;
    SX_TRY(sx_source_read(zip->source, said->behind - LOCATOR_LEN, LOCATOR_LEN, LOCATOR_LEN,
                          "zip64 locator", arena, &locator, err));
    if (signature(locator) != LOCATOR_64) /* the numbers are what they are: 65535 members */
        return true;
    struct sx_cursor c = sx_cursor_le(locator);
    sx_get_u32(&c, "signature");
    sx_get_u32(&c, "disk");
    uint64_t off = sx_get_u64(&c, "offset");
    SX_TRY(sx_source_read(zip->source, off, END_64_LEN, END_64_LEN, "zip64 end", arena, &end, err));
    if (signature(end) != END_64)
        return fail(zip, SX_E_FORMAT, off,
                    "no zip64 end of central directory where one is said to be", err);
    c = sx_cursor_le(end);
    sx_get_bytes(&c, 16, "signature, length, versions");
    said->disk = sx_get_u32(&c, "disk") | sx_get_u32(&c, "disk of the directory");
    sx_get_u64(&c, "entries on this disk");
    said->n = sx_get_u64(&c, "entries");
    said->len = sx_get_u64(&c, "length of the directory");
    said->off = sx_get_u64(&c, "offset of the directory");
    said->behind = off;
    return true;
}

/* The directory ends where its end begins; whatever stands in front of the archive (a script that
 * unpacks it) has moved all offsets. */
static bool place(struct sx_zip *zip, const struct said *said, struct sx_err *err)
{
    if (said->disk != 0)
        return fail(zip, SX_E_UNSUPPORTED, said->behind, "one of several files of a zip archive",
                    err);
    if (said->len > said->behind || said->off > said->behind - said->len)
        return fail(zip, SX_E_RANGE, said->behind, "the central directory lies outside the file",
                    err);
    zip->n = said->n;
    zip->at = said->behind - said->len;
    zip->end = said->behind;
    zip->base = zip->at - said->off;
    return true;
}

bool sx_zip_open(const struct sx_source *source, struct sx_zip *out, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span end;
    struct said said;
    *out = (struct sx_zip){ .source = source };
    SX_TRY(find_end(out, arena, &end, err));
    read_end(end, &said);
    SX_TRY(read_end_64(out, arena, &said, err));
    SX_TRY(place(out, &said, err));
    out->buffer = malloc(BUFFER);
    if (out->buffer == NULL)
        abort(); /* as in an arena: the machine's state, and no file's doing */
    return true;
}

void sx_zip_close(struct sx_zip *zip)
{
    free(zip->buffer);
    zip->buffer = NULL;
}

/* Entries */

/* What of the directory is in the buffer, from the next entry on; all of the entry is. */
static bool rest(struct sx_zip *zip, struct sx_span *out, struct sx_err *err)
{
    size_t have = (size_t)(zip->off + zip->len - zip->at);
    uint64_t left = zip->end - zip->at;
    if (zip->len == 0 || (have < ENTRY_LEN + 3 * COMMENT && have < left)) {
        zip->off = zip->at;
        zip->len = 0;
        size_t len = (size_t)sx_min_u64(left, BUFFER);
        SX_TRY(sx_source_pread(zip->source, zip->at, zip->buffer, len, err));
        zip->len = len;
    }
    struct sx_span all = { zip->buffer, zip->len, zip->off };
    size_t at = (size_t)(zip->at - zip->off);
    return sx_span_sub(all, at, all.len - at, "the directory", out, err);
}

/* Numbers of 64 bits, in this order, each only where the short one is all ones. */
static void read_extra_64(struct sx_span extra, struct sx_zip_entry *entry)
{
    struct sx_cursor c = sx_cursor_le(extra);
    uint64_t *const wide[] = { &entry->size, &entry->packed, &entry->header };
    for (size_t i = 0; i < SX_LEN(wide); i++) {
        if (*wide[i] != ALL_ONES_32)
            continue;
        uint64_t value = sx_get_u64(&c, "zip64 number");
        if (c.bad != NULL)
            return;
        *wide[i] = value;
    }
}

static void read_extras(struct sx_span extras, struct sx_zip_entry *entry)
{
    struct sx_cursor c = sx_cursor_le(extras);
    while (c.bad == NULL && sx_cursor_left(&c) >= 4) {
        unsigned id = sx_get_u16(&c, "id");
        struct sx_span extra = sx_get_bytes(&c, sx_get_u16(&c, "length"), "extra field");
        if (c.bad == NULL && id == EXTRA_64)
            read_extra_64(extra, entry);
    }
}

bool sx_zip_next(struct sx_zip *zip, struct sx_zip_entry *out, struct sx_err *err)
{
    struct sx_span in;
    *out = (struct sx_zip_entry){ .at = zip->at };
    SX_TRY(rest(zip, &in, err));
    if (in.len < ENTRY_LEN || signature(in) != ENTRY)
        return fail(zip, SX_E_FORMAT, zip->at, "the central directory is damaged: no entry here",
                    err);
    struct sx_cursor c = sx_cursor_le(in);
    sx_get_bytes(&c, 5, "signature and version");
    out->host = sx_get_u8(&c, "host");
    sx_get_u16(&c, "version needed");
    out->flags = sx_get_u16(&c, "flags");
    out->method = sx_get_u16(&c, "method");
    sx_get_u32(&c, "time");
    out->crc = sx_get_u32(&c, "CRC-32");
    out->packed = sx_get_u32(&c, "packed size");
    out->size = sx_get_u32(&c, "size");
    unsigned name = sx_get_u16(&c, "length of the name"), extra = sx_get_u16(&c, "of extra fields");
    unsigned comment = sx_get_u16(&c, "length of the comment");
    sx_get_u32(&c, "disk and internal attributes");
    out->attributes = sx_get_u32(&c, "attributes");
    out->header = sx_get_u32(&c, "offset of the local header");
    out->name = sx_str_of_span(sx_get_bytes(&c, name, "name"));
    read_extras(sx_get_bytes(&c, extra, "extra fields"), out);
    sx_get_bytes(&c, comment, "comment");
    SX_TRY(sx_cursor_ok(&c, err));
    zip->at += c.pos;
    return true;
}

/* The local header has to say what the directory says. Sizes may be left to what stands behind the
 * data, then they are zero here; in an archive with long numbers, all ones. */
static const char *compare(struct sx_span header, struct sx_str name, const struct sx_zip_entry *e)
{
    struct sx_cursor c = sx_cursor_le(header);
    sx_get_bytes(&c, 6, "signature and version");
    uint16_t flags = sx_get_u16(&c, "flags"), method = sx_get_u16(&c, "method");
    sx_get_u32(&c, "time");
    uint32_t crc = sx_get_u32(&c, "CRC-32"), packed = sx_get_u32(&c, "packed size");
    uint32_t size = sx_get_u32(&c, "size");
    if (!sx_str_eq(name, e->name))
        return "another name";
    if (method != e->method)
        return "another method";
    if (((flags ^ e->flags) & SX_ZIP_ENCRYPTED) != 0)
        return "another word on encryption";
    if ((flags & SX_ZIP_SIZES_BEHIND) != 0)
        return NULL;
    if ((packed != e->packed && packed != ALL_ONES_32) || (size != e->size && size != ALL_ONES_32))
        return "another size";
    return crc != e->crc ? "another CRC-32" : NULL;
}

bool sx_zip_data(const struct sx_zip *zip, const struct sx_zip_entry *entry, uint64_t *off,
                 const char **differs, struct sx_err *err)
{
    uint8_t bytes[LOCAL_LEN + COMMENT];
    uint64_t at;
    if (!sx_add_u64(zip->base, entry->header, &at) || at > zip->end || zip->end - at < LOCAL_LEN)
        return fail(zip, SX_E_RANGE, entry->at, "its local header lies outside the archive", err);
    size_t want = (size_t)sx_min_u64(LOCAL_LEN + entry->name.len, zip->end - at);
    SX_TRY(sx_source_pread(zip->source, at, bytes, want, err));
    struct sx_span header = { bytes, want, at };
    if (signature(header) != LOCAL)
        return fail(zip, SX_E_FORMAT, at, "no local header where the directory has it", err);
    struct sx_cursor c = sx_cursor_le(header);
    sx_get_bytes(&c, 26, "all up to the length of the name");
    size_t name_len = sx_get_u16(&c, "length of the name");
    size_t extra_len = sx_get_u16(&c, "length of extra fields");
    struct sx_str name =
        sx_str_of_span(sx_get_bytes(&c, sx_min_u64(name_len, want - LOCAL_LEN), "name"));
    *differs = name_len != entry->name.len ? "another name" : compare(header, name, entry);
    *off = at + LOCAL_LEN + name_len + extra_len;
    if (*off > zip->end || entry->packed > zip->end - *off)
        return fail(zip, SX_E_RANGE, at, "its bytes go on behind the end of the archive", err);
    return true;
}

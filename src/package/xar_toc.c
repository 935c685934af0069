/* SPDX-License-Identifier: MIT */
/* The table of contents of a xar: where an element may stand is a table, and what its text says
 * another. Elements that stand elsewhere are passed over with all that is in them. */
#include "base/base64.h"
#include "base/buf.h"
#include "base/limits.h"
#include "package/xar.h"
#include "package/xml.h"

#include <ctype.h>

enum place {
    OUTSIDE, /* not in the table */
    DOCUMENT,
    XAR,
    TOC,
    CHECKSUM,
    CHECKSUM_OFFSET,
    CHECKSUM_SIZE,
    SIGNATURE,
    SIGNATURE_OFFSET,
    SIGNATURE_SIZE,
    KEY_INFO,
    X509_DATA,
    CERTIFICATE,
    FILE_,
    NAME,
    TYPE,
    MODE,
    UID,
    LINK,
    DATA,
    LENGTH,
    OFFSET,
    SIZE,
    ENCODING,
    ARCHIVED,
    EXTRACTED,
};

static const struct step {
    enum place in, place;
    const char *name;
} steps[] = {
    { DOCUMENT, XAR, "xar" },
    { XAR, TOC, "toc" },
    { TOC, CHECKSUM, "checksum" },
    { CHECKSUM, CHECKSUM_OFFSET, "offset" },
    { CHECKSUM, CHECKSUM_SIZE, "size" },
    { TOC, SIGNATURE, "signature" },
    { TOC, SIGNATURE, "x-signature" },
    { SIGNATURE, SIGNATURE_OFFSET, "offset" },
    { SIGNATURE, SIGNATURE_SIZE, "size" },
    { SIGNATURE, KEY_INFO, "KeyInfo" },
    { KEY_INFO, X509_DATA, "X509Data" },
    { X509_DATA, CERTIFICATE, "X509Certificate" },
    { TOC, FILE_, "file" },
    { FILE_, FILE_, "file" },
    { FILE_, NAME, "name" },
    { FILE_, TYPE, "type" },
    { FILE_, MODE, "mode" },
    { FILE_, UID, "uid" },
    { FILE_, LINK, "link" },
    { FILE_, DATA, "data" },
    { DATA, LENGTH, "length" },
    { DATA, OFFSET, "offset" },
    { DATA, SIZE, "size" },
    { DATA, ENCODING, "encoding" },
    { DATA, ARCHIVED, "archived-checksum" },
    { DATA, EXTRACTED, "extracted-checksum" },
};

struct reader {
    struct sx_arena *arena;
    struct sx_xar *out;
    SX_VEC(struct sx_xar_file) files;
    SX_VEC(struct sx_span) certs;
    struct sx_xar_signature *signature; /* at hand */
    enum place stack[SX_MAX_PLIST_DEPTH + 2];
    size_t depth;
    size_t file;    /* 1 + index of the one at hand; 0: none */
    bool is_base64; /* the name at hand */
};

static struct sx_xar_file *file_of(struct reader *r)
{
    return &r->files.at[r->file - 1];
}

static enum place place_of(enum place in, const char *name)
{
    for (size_t i = 0; i < SX_LEN(steps); i++)
        if (steps[i].in == in && strcmp(steps[i].name, name) == 0)
            return steps[i].place;
    return OUTSIDE;
}

static struct sx_str lower(struct sx_arena *arena, struct sx_str text)
{
    if (text.ptr == NULL)
        return text;
    char *copy = SX_NEW_N(arena, char, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = (char)tolower((unsigned char)text.ptr[i]);
    return (struct sx_str){ copy, text.len };
}

enum sx_hash sx_xar_hash_of(struct sx_str style)
{
    static const struct {
        const char *style;
        enum sx_hash hash;
    } table[] = {
        { "sha1", SX_HASH_SHA1 },     { "sha-1", SX_HASH_SHA1 },     { "md5", SX_HASH_MD5 },
        { "sha256", SX_HASH_SHA256 }, { "sha-256", SX_HASH_SHA256 }, { "sha384", SX_HASH_SHA384 },
        { "sha512", SX_HASH_SHA512 }, { "sha-512", SX_HASH_SHA512 },
    };
    for (size_t i = 0; i < SX_LEN(table); i++)
        if (sx_str_is(style, table[i].style))
            return table[i].hash;
    return 0;
}

static void begin_checksum(struct reader *r, const char *const *attributes,
                           struct sx_xar_checksum *out)
{
    struct sx_str style = sx_xml_attribute(attributes, "style");
    *out = (struct sx_xar_checksum){ .style = lower(r->arena, style) };
    out->hash = sx_xar_hash_of(out->style);
}

/* `application/x-gzip` is a zlib stream: so xar writes it (xar, zlib.c). */
static void begin_encoding(struct reader *r, const char *const *attributes)
{
    static const struct {
        const char *style;
        enum sx_packing packing;
    } table[] = {
        { "application/octet-stream", SX_PACKING_NONE },
        { "application/x-gzip", SX_PACKING_ZLIB },
        { "application/zlib", SX_PACKING_ZLIB },
        { "application/x-bzip2", SX_PACKING_BZIP2 },
        { "application/x-lzma", SX_PACKING_XZ },
        { "application/x-xz", SX_PACKING_XZ },
    };
    struct sx_xar_file *file = file_of(r);
    file->encoding = sx_str_dup(r->arena, sx_xml_attribute(attributes, "style"));
    file->is_readable = false;
    for (size_t i = 0; i < SX_LEN(table); i++)
        if (sx_str_is(file->encoding, table[i].style)) {
            file->is_readable = true;
            file->packing = table[i].packing;
        }
}

static bool begin_file(struct reader *r, struct sx_err *err)
{
    if (r->files.n == SX_MAX_XAR_FILES)
        return sx_fail(err, SX_E_LIMIT, 0, "more than %d files", SX_MAX_XAR_FILES);
    SX_PUSH(r->arena, &r->files,
            (struct sx_xar_file){ .parent = r->file, .uid = -1, .is_readable = true });
    r->file = r->files.n;
    return true;
}

static void begin_signature(struct reader *r, const char *name, const char *const *attributes)
{
    r->signature = name[0] == 'x' ? &r->out->x_signature : &r->out->signature;
    *r->signature = (struct sx_xar_signature){
        .style = sx_str_dup(r->arena, sx_xml_attribute(attributes, "style")),
    };
    r->certs.n = 0;
    r->certs.cap = 0;
    r->certs.at = NULL;
}

static bool begin(void *context, const char *name, const char *const *attributes,
                  struct sx_err *err)
{
    struct reader *r = context;
    enum place place = place_of(r->stack[r->depth], name);
    r->stack[++r->depth] = place;
    if (place == FILE_)
        return begin_file(r, err);
    if (place == CHECKSUM)
        begin_checksum(r, attributes, &r->out->checksum);
    else if (place == SIGNATURE)
        begin_signature(r, name, attributes);
    else if (place == NAME)
        r->is_base64 = sx_str_is(sx_xml_attribute(attributes, "enctype"), "base64");
    else if (place == DATA)
        file_of(r)->has_data = true;
    else if (place == ENCODING)
        begin_encoding(r, attributes);
    else if (place == ARCHIVED)
        begin_checksum(r, attributes, &file_of(r)->archived);
    else if (place == EXTRACTED)
        begin_checksum(r, attributes, &file_of(r)->extracted);
    return true;
}

static bool number(struct sx_str text, unsigned base, const char *what, uint64_t *out,
                   struct sx_err *err)
{
    uint64_t n = 0;
    bool ok = text.len > 0 && text.len < 21;
    for (size_t i = 0; ok && i < text.len; i++) {
        unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';
        ok = digit < base && !__builtin_mul_overflow(n, base, &n) &&
             !__builtin_add_overflow(n, digit, &n);
    }
    *out = n;
    return ok || sx_fail(err, SX_E_FORMAT, 0, "%s: no number", what);
}

/* Base64 as bytes of the arena; false when it is none. */
static bool decoded(struct reader *r, struct sx_str text, struct sx_str *out)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    bool ok = sx_base64_decode(text, &buf);
    *out = sx_str_dup(r->arena, sx_buf_view(&buf));
    return ok;
}

static bool add_certificate(struct reader *r, struct sx_str text, struct sx_err *err)
{
    struct sx_str der;
    if (!decoded(r, text, &der))
        return sx_fail(err, SX_E_FORMAT, 0, "X509Certificate: no base64");
    if (r->certs.n == SX_MAX_CERTIFICATES)
        return sx_fail(err, SX_E_LIMIT, 0, "more than %d certificates", SX_MAX_CERTIFICATES);
    SX_PUSH(r->arena, &r->certs, (struct sx_span){ (const uint8_t *)der.ptr, der.len, 0 });
    r->signature->certs = r->certs.at;
    r->signature->n_certs = r->certs.n;
    return true;
}

static enum sx_entry_type type_of(struct sx_str text)
{
    if (sx_str_is(text, "file") || sx_str_is(text, "hardlink"))
        return SX_ENTRY_FILE;
    if (sx_str_is(text, "directory"))
        return SX_ENTRY_DIRECTORY;
    return sx_str_is(text, "symlink") ? SX_ENTRY_SYMLINK : SX_ENTRY_SPECIAL;
}

static bool take_name(struct reader *r, struct sx_str text, struct sx_err *err)
{
    struct sx_xar_file *file = file_of(r);
    file->name = sx_str_dup(r->arena, text);
    if (r->is_base64 && !decoded(r, text, &file->name))
        return sx_fail(err, SX_E_FORMAT, 0, "name: no base64");
    bool is_plain = file->name.len > 0 && memchr(file->name.ptr, '/', file->name.len) == NULL;
    return is_plain || sx_fail(err, SX_E_FORMAT, 0, "name: \"%.*s\" is none",
                               SX_STR_ARG(sx_escape(r->arena, file->name)));
}

static bool take_file_text(struct reader *r, enum place place, struct sx_str text,
                           struct sx_err *err)
{
    struct sx_xar_file *file = file_of(r);
    uint64_t n;
    switch (place) {
    case NAME:
        return take_name(r, text, err);
    case TYPE:
        file->type = type_of(text);
        file->is_hard_link = sx_str_is(text, "hardlink");
        return true;
    case LINK:
        file->link = sx_str_dup(r->arena, text);
        return true;
    case MODE:
        SX_TRY(number(text, 8, "mode", &n, err));
        file->mode = n & 07777;
        return true;
    case UID:
        SX_TRY(number(text, 10, "uid", &n, err));
        file->uid = n <= UINT32_MAX ? (int64_t)n : -1;
        return true;
    case LENGTH:
        return number(text, 10, "data length", &file->packed.len, err);
    case OFFSET:
        return number(text, 10, "data offset", &file->packed.off, err);
    case SIZE:
        return number(text, 10, "data size", &file->size, err);
    case ARCHIVED:
        file->archived.hex = lower(r->arena, text);
        return true;
    case EXTRACTED:
        file->extracted.hex = lower(r->arena, text);
        return true;
    case OUTSIDE:
    case DOCUMENT:
    case XAR:
    case TOC:
    case CHECKSUM:
    case CHECKSUM_OFFSET:
    case CHECKSUM_SIZE:
    case SIGNATURE:
    case SIGNATURE_OFFSET:
    case SIGNATURE_SIZE:
    case KEY_INFO:
    case X509_DATA:
    case CERTIFICATE:
    case FILE_:
    case DATA:
    case ENCODING:
        break;
    }
    return true;
}

static bool end(void *context, struct sx_str text, struct sx_err *err)
{
    struct reader *r = context;
    enum place place = r->stack[r->depth--];
    if (place == FILE_)
        r->file = file_of(r)->parent;
    else if (place == CHECKSUM_OFFSET)
        return number(text, 10, "checksum offset", &r->out->stored.off, err);
    else if (place == CHECKSUM_SIZE)
        return number(text, 10, "checksum size", &r->out->stored.len, err);
    else if (place == SIGNATURE_OFFSET)
        return number(text, 10, "signature offset", &r->signature->range.off, err);
    else if (place == SIGNATURE_SIZE)
        return number(text, 10, "signature size", &r->signature->range.len, err);
    else if (place == CERTIFICATE)
        return add_certificate(r, text, err);
    else if (place > FILE_)
        return take_file_text(r, place, text, err);
    return true;
}

/* Names are only known when a file ends, so paths are made last; parents stand before children. */
static bool name_files(struct reader *r, struct sx_err *err)
{
    uint64_t total = 0;
    for (size_t i = 0; i < r->files.n; i++) {
        struct sx_xar_file *file = &r->files.at[i];
        if (file->name.len == 0)
            return sx_fail(err, SX_E_FORMAT, 0, "file %zu has no name", i + 1);
        struct sx_str above =
            file->parent > 0 ? r->files.at[file->parent - 1].path : (struct sx_str){ "", 0 };
        total += above.len + file->name.len;
        if (total > SX_MAX_PLIST_TEXT)
            return sx_fail(err, SX_E_LIMIT, 0, "paths of more than %u bytes", SX_MAX_PLIST_TEXT);
        file->path = sx_path_join(r->arena, above, file->name);
    }
    r->out->files = r->files.at;
    r->out->n_files = r->files.n;
    return true;
}

bool sx_xar_toc_parse(struct sx_stream *stream, uint64_t len, struct sx_arena *arena,
                      struct sx_xar *out, struct sx_err *err)
{
    uint8_t chunk[16 << 10];
    size_t n = sizeof(chunk);
    uint64_t total = 0;
    struct reader r = { .arena = arena, .out = out, .stack = { DOCUMENT } };
    struct sx_xml_events events = { &r, begin, end };
    SX_AUTO(sx_xml_freep) struct sx_xml *xml = sx_xml_new(&events);
    while (n == sizeof(chunk)) {
        SX_TRY(sx_stream_read(stream, chunk, sizeof(chunk), &n, err));
        total += n;
        if (total > len || (n < sizeof(chunk) && total < len))
            return sx_fail(err, SX_E_FORMAT, 16, "it unpacks to %s%llu bytes, %llu are listed",
                           total > len ? "at least " : "", (unsigned long long)total,
                           (unsigned long long)len);
        SX_TRY(sx_xml_feed(xml, chunk, n, n < sizeof(chunk), err));
    }
    return name_files(&r, err);
}

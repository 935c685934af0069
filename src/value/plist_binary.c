/* SPDX-License-Identifier: MIT */
/* Binary property lists.
 *
 *     "bplist00" | objects ... | offset table | trailer (32 bytes)
 *
 * An object is a marker byte, its high half the kind and its low half a size, and what that
 * kind holds; containers hold references, which are numbers into the offset table. Objects
 * may be shared, so a file of a hundred bytes can stand for a tree of billions: what is walked
 * is bounded as it expands. Checks of the trailer and meanings of markers are CoreFoundation's
 * (CFBinaryPList.c: __CFBinaryPlistGetTopLevelInfo, __CFBinaryPlistCreateObjectFiltered). */
#include "value/plist_reader.h"
#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "value/plist_scalar.h"

enum { HEADER = 8, TRAILER = 32 };

struct bplist {
    struct sx_span in;
    struct sx_span objects; /* header and objects: all before the offset table */
    struct sx_span table;
    uint64_t n, top;
    unsigned offset_size, ref_size; /* bytes */

    struct sx_plist_sink sink;
    struct sx_err *err;
    struct sx_buf text;
    uint64_t path[SX_MAX_PLIST_DEPTH]; /* the containers that are open */
    unsigned depth;
    size_t nodes, bytes; /* so far, as expanded */
};

/* An object before its contents are read. */
struct object {
    uint64_t off;
    unsigned kind, low; /* the halves of its marker */
    uint64_t count;     /* of characters, bytes, or elements, where it has such */
    struct sx_cursor c; /* behind marker and count */
};

enum {
    SIMPLE = 0x0,
    INTEGER = 0x1,
    REAL = 0x2,
    DATE = 0x3,
    DATA = 0x4,
    ASCII = 0x5,
    UTF16 = 0x6,
    UID = 0x8,
    ARRAY = 0xa,
    DICT = 0xd,
};

/* Big-endian, of any width up to eight bytes. */
static uint64_t get_uint(struct sx_cursor *c, size_t width, const char *field)
{
    uint64_t v = 0;
    for (size_t i = 0; i < width; i++)
        v = v << 8 | sx_get_u8(c, field);
    return v;
}

/* Whether numbers of `width` bytes reach up to `n`. */
static bool reaches(unsigned width, uint64_t n)
{
    return width >= 8 || n >> (8 * width) == 0;
}

static bool read_trailer(struct bplist *b, struct sx_err *err)
{
    struct sx_span in = b->in, trailer;
    if (in.len < HEADER + 1 + TRAILER)
        return sx_fail(err, SX_E_TRUNCATED, in.len, "binary property list: only %zu bytes", in.len);
    SX_TRY(sx_span_from(in, in.len - TRAILER, "trailer", &trailer, err));
    struct sx_cursor c = sx_cursor_be(trailer);
    sx_get_bytes(&c, 6, "trailer");
    b->offset_size = sx_get_u8(&c, "offsetIntSize");
    b->ref_size = sx_get_u8(&c, "objectRefSize");
    b->n = sx_get_u64(&c, "numObjects");
    b->top = sx_get_u64(&c, "topObject");
    uint64_t table = sx_get_u64(&c, "offsetTableOffset"), size;
    SX_TRY(sx_cursor_ok(&c, err));
    if (b->offset_size < 1 || b->offset_size > 8 || b->ref_size < 1 || b->ref_size > 8)
        return sx_fail(err, SX_E_FORMAT, trailer.off + 6,
                       "binary property list: offsets of %u bytes, references of %u",
                       b->offset_size, b->ref_size);
    if (b->top >= b->n)
        return sx_fail(err, SX_E_RANGE, trailer.off + 16,
                       "binary property list: topObject %llu of %llu objects",
                       (unsigned long long)b->top, (unsigned long long)b->n);
    if (!sx_mul_u64(b->n, b->offset_size, &size) || table < HEADER + 1 ||
        table > in.len - TRAILER || size != in.len - TRAILER - table)
        return sx_fail(err, SX_E_RANGE, trailer.off + 24,
                       "binary property list: %llu offsets from %llu do not end at the trailer",
                       (unsigned long long)b->n, (unsigned long long)table);
    if (!reaches(b->ref_size, b->n) || !reaches(b->offset_size, table))
        return sx_fail(err, SX_E_FORMAT, trailer.off + 6,
                       "binary property list: its references cannot reach all of it");
    SX_TRY(sx_span_sub(in, 0, table, "objects", &b->objects, err));
    return sx_span_sub(in, table, size, "offset table", &b->table, err);
}

static bool read_count(struct object *o, struct sx_err *err)
{
    o->count = o->low;
    if (o->low != 0xf)
        return true;
    unsigned marker = sx_get_u8(&o->c, "size");
    if (marker >> 4 != INTEGER || (marker & 0xf) > 3) {
        SX_TRY(sx_cursor_ok(&o->c, err));
        return sx_fail(err, SX_E_FORMAT, o->off + 1, "binary property list: a size is no integer");
    }
    o->count = get_uint(&o->c, (size_t)1 << (marker & 0xf), "size");
    return sx_cursor_ok(&o->c, err);
}

static bool open_object(const struct bplist *b, uint64_t number, struct object *o,
                        struct sx_err *err)
{
    struct sx_span entry, body;
    if (number >= b->n)
        return sx_fail(err, SX_E_RANGE, b->table.off,
                       "binary property list: reference to object %llu of %llu",
                       (unsigned long long)number, (unsigned long long)b->n);
    SX_TRY(sx_span_sub(b->table, number * b->offset_size, b->offset_size, "offset", &entry, err));
    struct sx_cursor c = sx_cursor_be(entry);
    o->off = get_uint(&c, b->offset_size, "offset");
    SX_TRY(sx_cursor_ok(&c, err));
    if (o->off < HEADER || o->off >= b->objects.len)
        return sx_fail(err, SX_E_RANGE, entry.off,
                       "binary property list: object %llu lies at %llu, outside the objects",
                       (unsigned long long)number, (unsigned long long)o->off);
    SX_TRY(sx_span_from(b->objects, o->off, "object", &body, err));
    o->c = sx_cursor_be(body);
    unsigned marker = sx_get_u8(&o->c, "marker");
    o->kind = marker >> 4;
    o->low = marker & 0xf;
    bool is_counted = o->kind == DATA || o->kind == ASCII || o->kind == UTF16 || o->kind == ARRAY ||
                      o->kind == DICT;
    return !is_counted || read_count(o, err);
}

/* ------------------------------------------------------------------------ */

static bool read_integer(struct object *o, struct sx_value *out)
{
    /* one, two and four bytes are unsigned, eight are signed, sixteen serve for what is beyond
     * int64: CoreFoundation writes a high half of 0 and reads none */
    uint64_t high = o->low == 4 ? sx_get_u64(&o->c, "integer") : 0;
    uint64_t n = get_uint(&o->c, o->low < 4 ? (size_t)1 << o->low : 8, "integer");
    if (o->low > 4 || high != 0)
        return false;
    bool is_signed = o->low == 3 || n <= INT64_MAX;
    *out = is_signed ? sx_int((int64_t)n) : sx_uint(n);
    return true;
}

static double get_double(struct sx_cursor *c)
{
    uint64_t bits = sx_get_u64(c, "real");
    double d;
    memcpy(&d, &bits, sizeof(d));
    return d;
}

static double get_float(struct sx_cursor *c)
{
    uint32_t bits = sx_get_u32(c, "real");
    float f;
    memcpy(&f, &bits, sizeof(f));
    return (double)f;
}

static bool read_bytes(struct object *o, struct sx_value *out, struct sx_err *err)
{
    struct sx_span bytes = sx_get_bytes(&o->c, (size_t)sx_min_u64(o->count, SIZE_MAX),
                                        o->kind == DATA ? "data" : "string");
    SX_TRY(sx_cursor_ok(&o->c, err));
    struct sx_str text = sx_str_of_span(bytes);
    for (size_t i = 0; o->kind == ASCII && i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return sx_fail(err, SX_E_FORMAT, o->off,
                           "binary property list: byte 0x%02x in an ASCII string",
                           (unsigned char)text.ptr[i]);
    *out = o->kind == ASCII ? sx_string(text) : sx_bytes(text);
    return true;
}

static void put_utf8(struct sx_buf *out, uint32_t c)
{
    if (c < 0x80) {
        sx_buf_char(out, (char)c);
        return;
    }
    unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned lead[] = { 0, 0xc0, 0xe0, 0xf0 };
    sx_buf_char(out, (char)(lead[more] | c >> (6 * more)));
    while (more-- > 0)
        sx_buf_char(out, (char)(0x80 | (c >> (6 * more) & 0x3f)));
}

static bool read_utf16(struct bplist *b, struct object *o, struct sx_value *out)
{
    b->text.len = 0;
    for (uint64_t i = 0; i < o->count; i++) {
        uint32_t c = sx_get_u16(&o->c, "string");
        if (!sx_cursor_ok(&o->c, b->err))
            return false;
        if (c >= 0xd800 && c < 0xdc00 && i + 1 < o->count) {
            uint32_t low = sx_get_u16(&o->c, "string");
            bool is_pair = low >= 0xdc00 && low < 0xe000;
            c = is_pair ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : c;
            i++;
        }
        if (c >= 0xd800 && c < 0xe000)
            return sx_fail(b->err, SX_E_FORMAT, o->off,
                           "binary property list: half a surrogate pair in a string");
        put_utf8(&b->text, c);
    }
    *out = sx_string(sx_buf_view(&b->text));
    return true;
}

static bool read_simple(const struct object *o, struct sx_value *out)
{
    *out = sx_bool(o->low == 9);
    return o->low == 8 || o->low == 9;
}

static bool read_real(struct object *o, struct sx_value *out)
{
    *out = sx_double(o->low == 2 ? get_float(&o->c) : get_double(&o->c));
    return o->low == 2 || o->low == 3;
}

static bool read_date(struct object *o, struct sx_value *out)
{
    return o->low == 3 && sx_plist_date_of(get_double(&o->c), out);
}

/* Reads an object that is no container; false with nothing in b->err when it means nothing. */
static bool read_scalar(struct bplist *b, struct object *o, struct sx_value *out)
{
    switch (o->kind) {
    case SIMPLE:
        return read_simple(o, out);
    case INTEGER:
        return read_integer(o, out);
    case REAL:
        return read_real(o, out);
    case DATE:
        return read_date(o, out);
    case DATA:
    case ASCII:
        return read_bytes(o, out, b->err);
    case UTF16:
        return read_utf16(b, o, out);
    default: /* null, fill, URL, UUID, sets: no values of a property list */
        return false;
    }
}

/* ------------------------------------------------------------------------ */

static bool spend(struct bplist *b, const struct object *o, size_t bytes)
{
    b->nodes++;
    b->bytes += bytes;
    if (bytes > SX_MAX_PLIST_TEXT || b->bytes > SX_MAX_PLIST_EXPANDED ||
        b->nodes > SX_MAX_PLIST_NODES)
        return sx_fail(b->err, SX_E_LIMIT, o->off,
                       "binary property list: more than %d values or %u bytes of text when "
                       "shared objects are expanded",
                       SX_MAX_PLIST_NODES, SX_MAX_PLIST_EXPANDED);
    return true;
}

static bool emit(struct bplist *b, enum sx_plist_what what, uint64_t off, struct sx_value value)
{
    struct sx_plist_event event = { what, b->depth, value, off, 0, 0 };
    return b->sink.take(b->sink.context, &event, b->err);
}

static bool emit_scalar(struct bplist *b, struct object *o, enum sx_plist_what what)
{
    struct sx_value value = { 0 };
    if (!read_scalar(b, o, &value) || !sx_cursor_ok(&o->c, b->err))
        return sx_fail(b->err, SX_E_FORMAT, o->off,
                       "binary property list: object 0x%x%x is no value, or beyond its range",
                       o->kind, o->low);
    if (what == SX_PLIST_KEY && value.kind != SX_STRING)
        return sx_fail(b->err, SX_E_FORMAT, o->off, "binary property list: a key is no string");
    bool has_text = value.kind == SX_STRING || value.kind == SX_BYTES;
    SX_TRY(spend(b, o, has_text ? value.str.len : 0));
    return emit(b, what, o->off, value);
}

/* As CoreFoundation writes it in XML. */
static bool emit_uid(struct bplist *b, struct object *o)
{
    uint64_t uid = get_uint(&o->c, o->low + 1, "UID");
    SX_TRY(sx_cursor_ok(&o->c, b->err));
    if (uid > UINT32_MAX || o->low > 7)
        return sx_fail(b->err, SX_E_FORMAT, o->off, "binary property list: a UID beyond 32 bits");
    SX_TRY(spend(b, o, 0) && spend(b, o, 0) && spend(b, o, 0));
    SX_TRY(emit(b, SX_PLIST_DICT, o->off, sx_null()));
    b->depth++;
    bool ok = emit(b, SX_PLIST_KEY, o->off, sx_string(SX_STR("CF$UID"))) &&
              emit(b, SX_PLIST_VALUE, o->off, sx_int((int64_t)uid));
    b->depth--;
    return ok && emit(b, SX_PLIST_END, o->off, sx_null());
}

static bool enter(struct bplist *b, uint64_t number, const struct object *o)
{
    for (unsigned i = 0; i < b->depth; i++)
        if (b->path[i] == number)
            return sx_fail(b->err, SX_E_FORMAT, o->off,
                           "binary property list: object %llu contains itself",
                           (unsigned long long)number);
    if (b->depth == SX_MAX_PLIST_DEPTH)
        return sx_fail(b->err, SX_E_LIMIT, o->off, "binary property list: nested deeper than %d",
                       SX_MAX_PLIST_DEPTH);
    b->path[b->depth] = number;
    return true;
}

static bool emit_object(struct bplist *b, uint64_t number, enum sx_plist_what what);

/* References of a container stand in rows: of a dictionary all keys, then all values. */
static bool emit_children(struct bplist *b, struct object *o)
{
    bool is_dict = o->kind == DICT;
    uint64_t bytes;
    if (!sx_mul_u64(o->count, b->ref_size, &bytes))
        bytes = UINT64_MAX;
    size_t size = (size_t)sx_min_u64(bytes, SIZE_MAX);
    struct sx_cursor keys = sx_cursor_be(sx_get_bytes(&o->c, is_dict ? size : 0, "keys"));
    struct sx_cursor values = sx_cursor_be(sx_get_bytes(&o->c, size, "elements"));
    SX_TRY(sx_cursor_ok(&o->c, b->err));
    for (uint64_t i = 0; i < o->count; i++) {
        if (is_dict)
            SX_TRY(emit_object(b, get_uint(&keys, b->ref_size, "key"), SX_PLIST_KEY));
        SX_TRY(emit_object(b, get_uint(&values, b->ref_size, "value"), SX_PLIST_VALUE));
    }
    return true;
}

static bool emit_container(struct bplist *b, uint64_t number, struct object *o)
{
    SX_TRY(enter(b, number, o));
    SX_TRY(spend(b, o, 0));
    SX_TRY(emit(b, o->kind == DICT ? SX_PLIST_DICT : SX_PLIST_ARRAY, o->off, sx_null()));
    b->depth++;
    SX_TRY(emit_children(b, o));
    b->depth--;
    return emit(b, SX_PLIST_END, o->off, sx_null());
}

/* Recurses no deeper than b->path is long. */
static bool emit_object(struct bplist *b, uint64_t number, enum sx_plist_what what)
{
    struct object o = { 0 };
    SX_TRY(open_object(b, number, &o, b->err));
    bool is_container = o.kind == DICT || o.kind == ARRAY;
    if (is_container || o.kind == UID) {
        if (what == SX_PLIST_KEY)
            return sx_fail(b->err, SX_E_FORMAT, o.off, "binary property list: a key is no string");
        return is_container ? emit_container(b, number, &o) : emit_uid(b, &o);
    }
    return emit_scalar(b, &o, what);
}

bool sx_plist_read_binary(struct sx_span in, struct sx_plist_sink sink, struct sx_err *err)
{
    struct bplist b = { .in = in, .sink = sink, .err = err };
    if (!sx_str_starts(sx_str_of_span(in), SX_STR("bplist0")))
        return sx_fail(err, SX_E_UNSUPPORTED, 0,
                       "binary property list: a version other than bplist00");
    SX_TRY(read_trailer(&b, err));
    bool ok = emit_object(&b, b.top, SX_PLIST_VALUE);
    sx_buf_release(&b.text);
    return ok || err->code == SX_OK; /* the sink may have had enough */
}

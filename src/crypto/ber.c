/* SPDX-License-Identifier: MIT */
#include "crypto/ber.h"

#include "base/buf.h"
#include "base/limits.h"

struct sx_ber_reader sx_ber_reader(struct sx_span in, enum sx_ber_rules rules)
{
    return (struct sx_ber_reader){ .in = in, .rules = rules };
}

uint8_t sx_ber_peek(const struct sx_ber_reader *r)
{
    return sx_ber_at_end(r) ? 0 : r->in.ptr[r->pos];
}

/* Header: identifier octet, then the length: below 0x80 itself, 0x80 indefinite, else the
 * number of bytes that hold it. */
struct header {
    uint8_t tag;
    bool indefinite;
    uint64_t len;
};

static bool read_length(struct sx_cursor *c, enum sx_ber_rules rules, const char *what,
                        struct header *h, struct sx_err *err)
{
    uint64_t at = c->in.off + c->pos;
    uint8_t first = sx_get_u8(c, what);
    unsigned n = first & 0x7f;
    h->len = 0;
    h->indefinite = first == 0x80;
    if (first < 0x80) {
        h->len = first;
        return sx_cursor_ok(c, err);
    }
    if (n > sizeof(uint32_t))
        return sx_fail(err, SX_E_RANGE, at, "%s: a length of %u bytes", what, n);
    for (unsigned i = 0; i < n; i++)
        h->len = h->len << 8 | sx_get_u8(c, what);
    SX_TRY(sx_cursor_ok(c, err));
    if (rules == SX_DER && h->indefinite)
        return sx_fail(err, SX_E_FORMAT, at, "%s: an indefinite length, which DER forbids", what);
    if (rules == SX_DER && (h->len < 0x80 || h->len >> 8 * (n - 1) == 0))
        return sx_fail(err, SX_E_FORMAT, at, "%s: a length longer than needed, which DER forbids",
                       what);
    return true;
}

static bool read_header(struct sx_cursor *c, enum sx_ber_rules rules, const char *what,
                        struct header *h, struct sx_err *err)
{
    uint64_t at = c->in.off + c->pos;
    h->tag = sx_get_u8(c, what);
    SX_TRY(sx_cursor_ok(c, err));
    if ((h->tag & 0x1f) == 0x1f)
        return sx_fail(err, SX_E_UNSUPPORTED, at, "%s: a tag number above 30", what);
    SX_TRY(read_length(c, rules, what, h, err));
    if (h->indefinite && (h->tag & SX_BER_CONSTRUCTED) == 0)
        return sx_fail(err, SX_E_FORMAT, at, "%s: primitive, with an indefinite length", what);
    return true;
}

/* The contents of an indefinite length reach to the first end-of-contents (two zero bytes) of
 * the same level. What has a definite length is stepped over and not looked into. */
static bool skip_to_end_of_contents(struct sx_cursor *c, const char *what, size_t *end,
                                    struct sx_err *err)
{
    for (unsigned depth = 1; depth > 0;) {
        struct header h = { 0 };
        *end = c->pos;
        SX_TRY(read_header(c, SX_BER, what, &h, err));
        if (h.tag == 0 && h.len > 0)
            return sx_fail(err, SX_E_FORMAT, c->in.off + *end,
                           "%s: an end-of-contents with contents", what);
        if (h.tag == 0)
            depth--;
        else if (h.indefinite && ++depth > SX_MAX_BER_DEPTH)
            return sx_fail(err, SX_E_LIMIT, c->in.off + *end,
                           "%s: more than %d indefinite lengths nest", what, SX_MAX_BER_DEPTH);
        sx_get_bytes(c, h.len, what);
    }
    return sx_cursor_ok(c, err);
}

bool sx_ber_next(struct sx_ber_reader *r, const char *what, struct sx_ber *out, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(r->in);
    c.pos = r->pos;
    struct header h = { 0 };
    SX_TRY(read_header(&c, r->rules, what, &h, err));
    if (h.tag == 0)
        return sx_fail(err, SX_E_FORMAT, r->in.off + r->pos, "%s: a tag of 0", what);

    size_t start = c.pos, end = 0;
    if (h.indefinite) {
        SX_TRY(skip_to_end_of_contents(&c, what, &end, err));
    } else {
        sx_get_bytes(&c, h.len, what);
        SX_TRY(sx_cursor_ok(&c, err));
        end = c.pos;
    }
    *out = (struct sx_ber){ .tag = h.tag, .indefinite = h.indefinite };
    SX_TRY(sx_span_sub(r->in, start, end - start, what, &out->contents, err));
    SX_TRY(sx_span_sub(r->in, r->pos, c.pos - r->pos, what, &out->whole, err));
    r->pos = c.pos;
    return true;
}

bool sx_ber_take(struct sx_ber_reader *r, uint8_t tag, const char *what, struct sx_ber *out,
                 struct sx_err *err)
{
    uint64_t at = r->in.off + r->pos;
    if (sx_ber_at_end(r))
        return sx_fail(err, SX_E_TRUNCATED, at, "%s is missing", what);
    if (sx_ber_peek(r) != tag)
        return sx_fail(err, SX_E_FORMAT, at, "%s: want tag 0x%02x, found 0x%02x", what, tag,
                       sx_ber_peek(r));
    return sx_ber_next(r, what, out, err);
}

bool sx_ber_enter(struct sx_ber_reader *r, uint8_t tag, const char *what,
                  struct sx_ber_reader *inner, struct sx_err *err)
{
    struct sx_ber element = { 0 };
    SX_TRY(sx_ber_take(r, tag, what, &element, err));
    *inner = sx_ber_reader(element.contents, r->rules);
    return true;
}

bool sx_ber_finish(const struct sx_ber_reader *r, const char *what, struct sx_err *err)
{
    if (sx_ber_at_end(r))
        return true;
    return sx_fail(err, SX_E_FORMAT, r->in.off + r->pos, "%s: %zu bytes too many", what,
                   r->in.len - r->pos);
}

/* The pieces of a string are strings of bytes themselves, never in pieces again: nobody writes
 * that, and so no depth has to be counted. */
static bool join(const struct sx_ber *whole, const char *what, struct sx_arena *arena,
                 struct sx_span *out, struct sx_err *err)
{
    uint8_t *joined = sx_arena_alloc(arena, whole->contents.len);
    size_t len = 0;
    struct sx_ber_reader r = sx_ber_reader(whole->contents, SX_BER);
    while (!sx_ber_at_end(&r)) {
        struct sx_ber piece = { 0 };
        SX_TRY(sx_ber_take(&r, SX_BER_OCTET_STRING, what, &piece, err));
        if (piece.contents.len > 0)
            memcpy(joined + len, piece.contents.ptr, piece.contents.len);
        len += piece.contents.len;
    }
    *out = (struct sx_span){ joined, len, whole->contents.off };
    return true;
}

bool sx_ber_take_octets(struct sx_ber_reader *r, uint8_t tag, const char *what,
                        struct sx_arena *arena, struct sx_span *out, struct sx_err *err)
{
    struct sx_ber element = { 0 };
    if (r->rules == SX_BER && sx_ber_peek(r) == (tag | SX_BER_CONSTRUCTED)) {
        SX_TRY(sx_ber_next(r, what, &element, err));
        return join(&element, what, arena, out, err);
    }
    SX_TRY(sx_ber_take(r, tag, what, &element, err));
    *out = element.contents;
    return true;
}

bool sx_ber_take_uint(struct sx_ber_reader *r, const char *what, uint64_t *out, struct sx_err *err)
{
    struct sx_ber element = { 0 };
    SX_TRY(sx_ber_take(r, SX_BER_INTEGER, what, &element, err));
    struct sx_cursor c = sx_cursor_be(element.contents);
    uint64_t value = sx_get_u8(&c, what);
    if (c.bad != NULL || value >= 0x80 || element.contents.len > 9 ||
        (element.contents.len == 9 && value > 0))
        return sx_fail(err, SX_E_FORMAT, element.whole.off, "%s: no integer of 0 to 2^64", what);
    while (sx_cursor_left(&c) > 0)
        value = value << 8 | sx_get_u8(&c, what);
    *out = value;
    return true;
}

bool sx_ber_time(const struct sx_ber *element, struct sx_time *out)
{
    char text[] = "####-##-##T##:##:###"; /* RFC 3339, the last one the zone */
    struct sx_cursor c = sx_cursor_be(element->contents);
    size_t at = 0;
    if (element->tag == SX_BER_UTC_TIME) {
        bool is_2000s = sx_cursor_left(&c) > 0 && element->contents.ptr[0] < '5';
        text[at++] = is_2000s ? '2' : '1';
        text[at++] = is_2000s ? '0' : '9';
    } else if (element->tag != SX_BER_GENERALIZED_TIME) {
        return false;
    }
    for (; at < sizeof(text) - 1; at++)
        if (text[at] == '#')
            text[at] = (char)sx_get_u8(&c, "time");
    return c.bad == NULL && sx_cursor_left(&c) == 0 && text[sizeof(text) - 2] == 'Z' &&
           sx_time_parse((struct sx_str){ text, sizeof(text) - 1 }, false, out);
}

/* An identifier's arcs, each in base 128, most significant first; the first number holds the
 * first two arcs (X.690, 8.19). */
struct arcs {
    struct sx_cursor c;
    bool any;        /* a number was read */
    bool has_second; /* `second` is the next arc */
    uint64_t second;
    bool bad;
};

static struct arcs arcs_of(struct sx_span oid)
{
    return (struct arcs){ .c = sx_cursor_be(oid), .bad = oid.len == 0 };
}

static bool read_number(struct arcs *a, uint64_t *out)
{
    uint64_t value = 0;
    uint8_t byte = 0;
    do {
        byte = sx_get_u8(&a->c, "arc");
        if (a->c.bad != NULL || value >> 56 != 0 || (value == 0 && byte == 0x80)) {
            a->bad = true;
            return false;
        }
        value = value << 7 | (byte & 0x7f);
    } while (byte >= 0x80);
    *out = value;
    return true;
}

/* next_arc returns false at the end, and when the encoding is no identifier (`bad`). */
static bool next_arc(struct arcs *a, uint64_t *out)
{
    if (a->has_second) {
        a->has_second = false;
        *out = a->second;
        return true;
    }
    uint64_t number = 0;
    if (a->bad || sx_cursor_left(&a->c) == 0 || !read_number(a, &number))
        return false;
    if (!a->any) {
        a->any = a->has_second = true;
        uint64_t root = number < 80 ? number / 40 : 2;
        a->second = number - root * 40;
        number = root;
    }
    *out = number;
    return true;
}

/* starts_with consumes the arcs of `dotted` from `a`. */
static bool starts_with(struct arcs *a, const char *dotted)
{
    while (*dotted != '\0') {
        uint64_t want = 0, found = 0;
        for (; *dotted >= '0' && *dotted <= '9'; dotted++)
            want = want * 10 + (uint64_t)(*dotted - '0');
        if (*dotted == '.')
            dotted++;
        if (!next_arc(a, &found) || found != want)
            return false;
    }
    return true;
}

bool sx_oid_is(struct sx_span oid, const char *dotted)
{
    struct arcs a = arcs_of(oid);
    uint64_t more = 0;
    return starts_with(&a, dotted) && !next_arc(&a, &more) && !a.bad;
}

bool sx_oid_under(struct sx_span oid, const char *dotted)
{
    struct arcs a = arcs_of(oid);
    uint64_t more = 0;
    return starts_with(&a, dotted) && next_arc(&a, &more);
}

struct sx_str sx_oid_text(struct sx_arena *arena, struct sx_span oid)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct arcs a = arcs_of(oid);
    uint64_t arc = 0;
    while (next_arc(&a, &arc))
        sx_buf_printf(&text, text.len > 0 ? ".%llu" : "%llu", (unsigned long long)arc);
    return a.bad ? (struct sx_str){ 0 } : sx_str_dup(arena, sx_buf_view(&text));
}

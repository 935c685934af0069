/* SPDX-License-Identifier: MIT */
#include "entitlements/der.h"

#include "base/buf.h"
#include "base/limits.h"
#include "crypto/ber.h"

enum { TAG_OBJECT = 0x70, TAG_DICTIONARY = 0xb0 };

struct decoder {
    struct sx_arena *arena;
    enum sx_der_form form;
    bool has_sets;    /* dictionaries are SETs */
    unsigned n_nodes; /* values and keys */
    struct sx_err *err;
};

/* How one element of a value is read; `depth` counts the containers around it. */
typedef bool reader(struct decoder *d, const struct sx_ber *element, unsigned depth,
                    struct sx_value *out);

static bool read_value(struct decoder *d, struct sx_ber_reader *r, unsigned depth,
                       struct sx_value *out);

static bool count_node(struct decoder *d, uint64_t off)
{
    if (++d->n_nodes > SX_MAX_PLIST_NODES)
        return sx_fail(d->err, SX_E_LIMIT, off, "more than %d values", SX_MAX_PLIST_NODES);
    return true;
}

static bool read_bool(struct decoder *d, const struct sx_ber *e, unsigned depth,
                      struct sx_value *out)
{
    (void)depth;
    uint8_t byte = e->contents.len == 1 ? e->contents.ptr[0] : 0x02;
    bool is_older_true = byte == 0x01 && d->has_sets;
    if (byte != 0x00 && byte != 0xff && !is_older_true)
        return sx_fail(d->err, SX_E_FORMAT, e->whole.off, "a BOOLEAN is one byte, 00 or ff");
    *out = sx_bool(byte != 0x00);
    return true;
}

/* Two's complement, and not one byte more than the number needs. */
static bool read_int(struct decoder *d, const struct sx_ber *e, unsigned depth,
                     struct sx_value *out)
{
    (void)depth;
    struct sx_span in = e->contents;
    if (in.len == 0 || in.len > sizeof(uint64_t))
        return sx_fail(d->err, SX_E_FORMAT, e->whole.off, "an INTEGER of %zu bytes", in.len);
    bool is_negative = (in.ptr[0] & 0x80) != 0;
    if (in.len > 1 && in.ptr[0] == (is_negative ? 0xff : 0x00) &&
        ((in.ptr[1] & 0x80) != 0) == is_negative)
        return sx_fail(d->err, SX_E_FORMAT, e->whole.off,
                       "an INTEGER longer than needed, which DER forbids");
    uint64_t bits = is_negative ? UINT64_MAX : 0;
    for (size_t i = 0; i < in.len; i++)
        bits = bits << 8 | in.ptr[i];
    *out = sx_int((int64_t)bits);
    return true;
}

static bool read_text(struct decoder *d, const struct sx_ber *e, struct sx_str *out)
{
    struct sx_str text = sx_str_of_span(e->contents);
    for (size_t at = 0; at < text.len;) {
        size_t here = at;
        if (sx_utf8_next(text, &at) < 0)
            return sx_fail(d->err, SX_E_FORMAT, e->contents.off + here,
                           "a UTF8String that is no UTF-8");
    }
    *out = sx_str_dup(d->arena, text);
    return true;
}

static bool read_string(struct decoder *d, const struct sx_ber *e, unsigned depth,
                        struct sx_value *out)
{
    (void)depth;
    struct sx_str text;
    SX_TRY(read_text(d, e, &text));
    *out = sx_string(text);
    return true;
}

static bool read_bytes(struct decoder *d, const struct sx_ber *e, unsigned depth,
                       struct sx_value *out)
{
    (void)depth;
    *out = sx_bytes(sx_str_dup(d->arena, sx_str_of_span(e->contents)));
    return true;
}

static bool read_time(struct decoder *d, const struct sx_ber *e, unsigned depth,
                      struct sx_value *out)
{
    (void)depth;
    struct sx_time t;
    if (!sx_ber_time(e, &t))
        return sx_fail(d->err, SX_E_FORMAT, e->whole.off, "a time that is none");
    *out = sx_timestamp(t);
    return true;
}

/* How many elements a container holds, without looking into them. */
static bool count_elements(struct decoder *d, struct sx_span contents, const char *what, size_t *n)
{
    struct sx_ber_reader r = sx_ber_reader(contents, SX_DER);
    struct sx_ber element;
    for (*n = 0; !sx_ber_at_end(&r); ++*n) {
        SX_TRY(count_node(d, contents.off + r.pos));
        SX_TRY(sx_ber_next(&r, what, &element, d->err));
    }
    return true;
}

static bool read_list(struct decoder *d, const struct sx_ber *e, unsigned depth,
                      struct sx_value *out)
{
    size_t n = 0;
    SX_TRY(count_elements(d, e->contents, "element", &n));
    struct sx_value *at = SX_NEW_N(d->arena, struct sx_value, n);
    struct sx_ber_reader r = sx_ber_reader(e->contents, SX_DER);
    for (size_t i = 0; i < n; i++)
        SX_TRY(read_value(d, &r, depth + 1, &at[i]));
    *out = sx_list_values(at, n);
    return true;
}

static bool read_pair(struct decoder *d, const struct sx_ber *pair, unsigned depth,
                      struct sx_entry *out)
{
    struct sx_ber_reader r = sx_ber_reader(pair->contents, SX_DER);
    struct sx_ber key;
    struct sx_str text = { 0 };
    SX_TRY(sx_ber_take(&r, SX_BER_UTF8_STRING, "key", &key, d->err));
    SX_TRY(read_text(d, &key, &text));
    out->key = sx_string(text);
    SX_TRY(read_value(d, &r, depth + 1, &out->value));
    return sx_ber_finish(&r, "pair of key and value", d->err);
}

static bool is_key_twice(struct decoder *d, struct sx_str key, uint64_t off)
{
    SX_AUTO(sx_buf_release) struct sx_buf name = { 0 };
    sx_escape_buf(&name, key);
    return sx_fail(d->err, SX_E_DUPLICATE, off, "key %.*s stands twice",
                   SX_STR_ARG(sx_buf_view(&name)));
}

/* Keys of a dictionary ascend, so that none stands twice. */
static bool check_keys(struct decoder *d, const struct sx_entry *before,
                       const struct sx_entry *entry, uint64_t off)
{
    int order = sx_str_cmp(before->key.str, entry->key.str);
    if (order == 0)
        return is_key_twice(d, entry->key.str, off);
    if (order > 0)
        return sx_fail(d->err, SX_E_FORMAT, off, "keys are not in ascending order");
    return true;
}

/* Elements of a SET OF ascend by their encoding (X.690, 11.6); none is a prefix of another. */
static bool check_encodings(struct decoder *d, struct sx_span before, struct sx_span pair)
{
    if (sx_str_cmp(sx_str_of_span(before), sx_str_of_span(pair)) >= 0)
        return sx_fail(d->err, SX_E_FORMAT, pair.off,
                       "elements of a SET are not in ascending order");
    return true;
}

/* One key can stand in a SET with two values, anywhere. */
static bool check_set(struct decoder *d, const struct sx_entry *at, size_t n, uint64_t off)
{
    struct sx_table seen;
    sx_table_init(&seen, d->arena);
    for (size_t i = 0; i < n; i++)
        if (!sx_table_put(&seen, at[i].key.str, d))
            return is_key_twice(d, at[i].key.str, off);
    return true;
}

static bool read_map(struct decoder *d, const struct sx_ber *e, unsigned depth,
                     struct sx_value *out)
{
    bool is_set = e->tag == SX_BER_SET;
    size_t n = 0;
    SX_TRY(count_elements(d, e->contents, "pair of key and value", &n));
    struct sx_entry *at = SX_NEW_N(d->arena, struct sx_entry, n);
    struct sx_ber_reader r = sx_ber_reader(e->contents, SX_DER);
    struct sx_ber pair, before = { 0 };
    for (size_t i = 0; i < n; i++, before = pair) {
        SX_TRY(sx_ber_take(&r, SX_BER_SEQUENCE, "pair of key and value", &pair, d->err));
        SX_TRY(read_pair(d, &pair, depth, &at[i]));
        if (i > 0 && is_set)
            SX_TRY(check_encodings(d, before.whole, pair.whole));
        if (i > 0 && !is_set)
            SX_TRY(check_keys(d, &at[i - 1], &at[i], pair.whole.off));
    }
    if (is_set)
        SX_TRY(check_set(d, at, n, e->whole.off));
    *out = sx_map_value(sx_map_new(d->arena, at, n));
    return true;
}

static bool read_object(struct decoder *d, const struct sx_ber *e, unsigned depth,
                        struct sx_value *out)
{
    struct sx_ber_reader r = sx_ber_reader(e->contents, SX_DER);
    struct sx_ber dictionary;
    uint64_t version = 0;
    SX_TRY(sx_ber_take_uint(&r, "version", &version, d->err));
    if (version != 1)
        return sx_fail(d->err, SX_E_FORMAT, e->contents.off, "version %llu, must be 1",
                       (unsigned long long)version);
    SX_TRY(sx_ber_take(&r, TAG_DICTIONARY, "dictionary", &dictionary, d->err));
    SX_TRY(sx_ber_finish(&r, "entitlements", d->err));
    return read_map(d, &dictionary, depth, out);
}

/* Which element may stand for a value, and in which forms. */
#define IN(form) (1u << SX_DER_##form)
enum { EVERYWHERE = IN(ENTITLEMENTS) | IN(CONSTRAINT) | IN(PROFILE) };
static const struct {
    uint8_t tag;
    unsigned forms;
    const char *what;
    reader *read;
} elements[] = {
    { SX_BER_BOOLEAN, EVERYWHERE, "BOOLEAN", read_bool },
    { SX_BER_INTEGER, EVERYWHERE, "INTEGER", read_int },
    { SX_BER_UTF8_STRING, EVERYWHERE, "UTF8String", read_string },
    { SX_BER_SEQUENCE, EVERYWHERE, "array", read_list },
    { TAG_DICTIONARY, EVERYWHERE, "dictionary", read_map },
    { SX_BER_SET, IN(ENTITLEMENTS) | IN(PROFILE), "dictionary", read_map },
    { SX_BER_OCTET_STRING, IN(CONSTRAINT) | IN(PROFILE), "bytes", read_bytes },
    { SX_BER_UTC_TIME, IN(PROFILE), "date", read_time },
    { SX_BER_GENERALIZED_TIME, IN(PROFILE), "date", read_time },
    { TAG_OBJECT, IN(PROFILE), "entitlements", read_object },
};

/* The two kinds of dictionary do not mix, but for the entitlements in a profile. */
static bool is_mixed(const struct decoder *d, uint8_t tag)
{
    return (tag == SX_BER_SET && !d->has_sets) || (tag == TAG_DICTIONARY && d->has_sets);
}

static bool read_value(struct decoder *d, struct sx_ber_reader *r, unsigned depth,
                       struct sx_value *out)
{
    uint64_t off = r->in.off + r->pos;
    uint8_t tag = sx_ber_peek(r);
    struct sx_ber element;
    if (sx_ber_at_end(r))
        return sx_fail(d->err, SX_E_TRUNCATED, off, "a key without a value");
    if (depth > SX_MAX_PLIST_DEPTH)
        return sx_fail(d->err, SX_E_LIMIT, off, "nested more than %d deep", SX_MAX_PLIST_DEPTH);
    for (size_t i = 0; i < SX_LEN(elements); i++) {
        if (elements[i].tag != tag || (elements[i].forms & 1u << d->form) == 0 || is_mixed(d, tag))
            continue;
        bool had_sets = d->has_sets;
        d->has_sets = had_sets && tag != TAG_OBJECT;
        bool ok = sx_ber_next(r, elements[i].what, &element, d->err) &&
                  elements[i].read(d, &element, depth, out);
        d->has_sets = had_sets;
        return ok;
    }
    return sx_fail(d->err, SX_E_FORMAT, off, "tag 0x%02x is that of no value here", tag);
}

bool sx_der_parse(struct sx_span in, enum sx_der_form form, struct sx_arena *arena,
                  const struct sx_map **out, struct sx_err *err)
{
    struct decoder d = { .arena = arena, .form = form, .err = err };
    struct sx_ber_reader r = sx_ber_reader(in, SX_DER);
    struct sx_ber whole;
    struct sx_value root = { 0 };
    bool may_be_set = form != SX_DER_CONSTRAINT;
    d.has_sets = form == SX_DER_PROFILE || (may_be_set && sx_ber_peek(&r) == SX_BER_SET);
    SX_TRY(sx_ber_take(&r, d.has_sets ? SX_BER_SET : TAG_OBJECT, "outer element", &whole, err));
    SX_TRY(sx_ber_finish(&r, "outer element", err));
    SX_TRY((d.has_sets ? read_map : read_object)(&d, &whole, 0, &root));
    *out = root.map;
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "crypto/name.h"

#include "base/buf.h"

/* RFC 4514 section 3, and two types that certificates for code use besides. */
static const struct {
    const char *type;
    const char *short_name;
} short_names[] = {
    { "2.5.4.3", "CN" },
    { "2.5.4.6", "C" },
    { "2.5.4.7", "L" },
    { "2.5.4.8", "ST" },
    { "2.5.4.9", "STREET" },
    { "2.5.4.10", "O" },
    { "2.5.4.11", "OU" },
    { "0.9.2342.19200300.100.1.1", "UID" },
    { "0.9.2342.19200300.100.1.25", "DC" },
    { "1.2.840.113549.1.9.1", "emailAddress" },
    { "2.5.4.5", "serialNumber" },
};

static const char *short_name(struct sx_str type)
{
    for (size_t i = 0; i < SX_LEN(short_names); i++)
        if (sx_str_is(type, short_names[i].type))
            return short_names[i].short_name;
    return NULL;
}

static void put_utf8(struct sx_buf *text, uint32_t c)
{
    if (c < 0x80) {
        sx_buf_char(text, (char)c);
    } else if (c < 0x800) {
        sx_buf_char(text, (char)(0xc0 | c >> 6));
        sx_buf_char(text, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        sx_buf_char(text, (char)(0xe0 | c >> 12));
        sx_buf_char(text, (char)(0x80 | (c >> 6 & 0x3f)));
        sx_buf_char(text, (char)(0x80 | (c & 0x3f)));
    } else {
        sx_buf_char(text, (char)(0xf0 | (c >> 18 & 7)));
        sx_buf_char(text, (char)(0x80 | (c >> 12 & 0x3f)));
        sx_buf_char(text, (char)(0x80 | (c >> 6 & 0x3f)));
        sx_buf_char(text, (char)(0x80 | (c & 0x3f)));
    }
}

/* Strings with a fixed width a character; all other types are UTF-8 or a part of it. A
 * TeletexString is read as Latin-1, as everyone does. */
enum { TELETEX_STRING = 0x14, UNIVERSAL_STRING = 0x1c, BMP_STRING = 0x1e };

static struct sx_str utf8(const struct sx_ber *string, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_cursor c = sx_cursor_be(string->contents);
    while (sx_cursor_left(&c) > 0) {
        if (string->tag == TELETEX_STRING)
            put_utf8(&text, sx_get_u8(&c, "character"));
        else if (string->tag == BMP_STRING && sx_cursor_left(&c) >= 2)
            put_utf8(&text, sx_get_u16(&c, "character"));
        else if (string->tag == UNIVERSAL_STRING && sx_cursor_left(&c) >= 4)
            put_utf8(&text, sx_get_u32(&c, "character"));
        else
            sx_buf_char(&text, (char)sx_get_u8(&c, "character"));
    }
    return sx_str_dup(arena, sx_buf_view(&text));
}

static bool read_part(struct sx_ber_reader *set, struct sx_arena *arena, struct sx_name_part *out,
                      struct sx_err *err)
{
    struct sx_ber_reader pair;
    struct sx_ber type, value;
    SX_TRY(sx_ber_enter(set, SX_BER_SEQUENCE, "AttributeTypeAndValue", &pair, err));
    SX_TRY(sx_ber_take(&pair, SX_BER_OID, "AttributeType", &type, err));
    SX_TRY(sx_ber_next(&pair, "AttributeValue", &value, err));
    SX_TRY(sx_ber_finish(&pair, "AttributeTypeAndValue", err));
    out->type = sx_oid_text(arena, type.contents);
    out->value = utf8(&value, arena);
    if (out->type.ptr == NULL)
        return sx_fail(err, SX_E_FORMAT, type.whole.off, "AttributeType: no object identifier");
    return true;
}

/* RFC 4514, 2.4: what would end or begin something else gets a backslash. */
static void put_escaped(struct sx_buf *text, struct sx_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        bool edge_space = c == ' ' && (i == 0 || i == value.len - 1);
        if (c == '\0') {
            sx_buf_cstr(text, "\\00");
            continue;
        }
        if (edge_space || (c == '#' && i == 0) || strchr("\"+,;<>\\", c) != NULL)
            sx_buf_char(text, '\\');
        sx_buf_char(text, c);
    }
}

static void put_part(struct sx_buf *text, const struct sx_name_part *part)
{
    const char *name = short_name(part->type);
    sx_buf_str(text, name != NULL ? sx_str_of(name) : part->type);
    sx_buf_char(text, '=');
    put_escaped(text, part->value);
}

/* The line starts with the last RDN; the attributes of one RDN keep their order. */
static struct sx_str one_line(const struct sx_name_part *parts, size_t n, const bool *starts_rdn,
                              struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    for (size_t end = n; end > 0;) {
        size_t start = end - 1;
        while (!starts_rdn[start])
            start--;
        if (end < n)
            sx_buf_char(&text, ',');
        for (size_t i = start; i < end; i++) {
            if (i > start)
                sx_buf_char(&text, '+');
            put_part(&text, &parts[i]);
        }
        end = start;
    }
    return sx_str_dup(arena, sx_buf_view(&text));
}

bool sx_name_parse(const struct sx_ber *der, struct sx_arena *arena, struct sx_name *out,
                   struct sx_err *err)
{
    SX_VEC(struct sx_name_part) parts = { 0 };
    SX_VEC(bool) starts_rdn = { 0 };
    if (der->tag != SX_BER_SEQUENCE)
        return sx_fail(err, SX_E_FORMAT, der->whole.off, "Name: tag 0x%02x", der->tag);
    struct sx_ber_reader rdns = sx_ber_reader(der->contents, SX_DER);
    while (!sx_ber_at_end(&rdns)) {
        struct sx_ber_reader set;
        SX_TRY(sx_ber_enter(&rdns, SX_BER_SET, "RelativeDistinguishedName", &set, err));
        for (bool first = true; !sx_ber_at_end(&set); first = false) {
            struct sx_name_part part;
            SX_TRY(read_part(&set, arena, &part, err));
            SX_PUSH(arena, &parts, part);
            SX_PUSH(arena, &starts_rdn, first);
        }
    }
    *out = (struct sx_name){ .text = one_line(parts.at, parts.n, starts_rdn.at, arena),
                             .parts = parts.at,
                             .n_parts = parts.n };
    return true;
}

/* next_folded returns the next character in the form in which names are compared, -1 at the
 * end. */
static int next_folded(struct sx_str text, size_t *at)
{
    if (*at >= text.len)
        return -1;
    char c = text.ptr[(*at)++];
    while (c == ' ' && *at < text.len && text.ptr[*at] == ' ')
        (*at)++;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

bool sx_name_same(const struct sx_name *a, const struct sx_name *b)
{
    int found = 0;
    for (size_t i = 0, k = 0; found >= 0;) {
        found = next_folded(a->text, &i);
        if (found != next_folded(b->text, &k))
            return false;
    }
    return true;
}

struct sx_str sx_name_first(const struct sx_name *name, const char *type)
{
    for (size_t i = 0; i < name->n_parts; i++)
        if (sx_str_is(name->parts[i].type, type))
            return name->parts[i].value;
    return (struct sx_str){ 0 };
}

struct sx_str sx_name_last(const struct sx_name *name, const char *type)
{
    for (size_t i = name->n_parts; i > 0; i--)
        if (sx_str_is(name->parts[i - 1].type, type))
            return name->parts[i - 1].value;
    return (struct sx_str){ 0 };
}

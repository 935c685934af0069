/* SPDX-License-Identifier: MIT */
#include "cel/zone.h"

#include "base/source.h"
#include "cel/posix_tz.h"

#include <fcntl.h>

enum { MAX_ZONE_FILE = 256 * 1024, MAX_ZONE_NAME = 64 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "+02:00"; the sign may be left out. */
static bool fixed_offset(struct sx_str zone, int64_t *out)
{
    bool negative = zone.len > 0 && zone.ptr[0] == '-';
    if (negative || (zone.len > 0 && zone.ptr[0] == '+'))
        zone = sx_str_sub(zone, 1, zone.len);
    const char *p = zone.ptr;
    if (zone.len != 5 || !is_digit(p[0]) || !is_digit(p[1]) || p[2] != ':' || !is_digit(p[3]) ||
        !is_digit(p[4]))
        return false;
    int64_t hours = (p[0] - '0') * 10 + p[1] - '0', minutes = (p[3] - '0') * 10 + p[4] - '0';
    *out = (negative ? -60 : 60) * (hours * 60 + minutes);
    return hours < 24 && minutes < 60;
}

/* A name is letters, digits and a few marks between slashes, so that it cannot lead outside the
 * database. */
static bool is_zone_name(struct sx_str zone)
{
    char before = '/';
    for (size_t i = 0; i < zone.len; before = zone.ptr[i++]) {
        char c = zone.ptr[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (before == '/' ? !letter : !letter && !is_digit(c) && strchr("/_+-", c) == NULL)
            return false;
    }
    return zone.len > 0 && zone.len <= MAX_ZONE_NAME && before != '/';
}

/* The six counts of a TZif header, in its order. */
struct header {
    uint32_t is_ut, is_std, leap, time, type, chars;
};

static bool read_header(struct sx_cursor *c, struct header *out, struct sx_err *err)
{
    uint32_t magic = sx_get_u32(c, "TZif.magic");
    uint8_t version = sx_get_u8(c, "TZif.version");
    sx_get_bytes(c, 15, "TZif.reserved");
    out->is_ut = sx_get_u32(c, "TZif.isutcnt");
    out->is_std = sx_get_u32(c, "TZif.isstdcnt");
    out->leap = sx_get_u32(c, "TZif.leapcnt");
    out->time = sx_get_u32(c, "TZif.timecnt");
    out->type = sx_get_u32(c, "TZif.typecnt");
    out->chars = sx_get_u32(c, "TZif.charcnt");
    SX_TRY(sx_cursor_ok(c, err));
    if (magic != 0x545a6966 || version < '2')
        return sx_fail(err, SX_E_MAGIC, c->in.off, "not a TZif file of version 2");
    if (out->time > MAX_ZONE_FILE || out->type > MAX_ZONE_FILE || out->chars > MAX_ZONE_FILE ||
        out->leap > MAX_ZONE_FILE || out->is_ut > MAX_ZONE_FILE || out->is_std > MAX_ZONE_FILE)
        return sx_fail(err, SX_E_LIMIT, c->in.off, "TZif counts exceed the file");
    return true;
}

static size_t tail_len(const struct header *h, size_t time_size)
{
    return h->chars + (size_t)h->leap * (time_size + 4) + h->is_std + h->is_ut;
}

/* The second block has times of 64 bits: transitions, the type of each, the types, then the rule
 * for what comes after, between two line feeds. */
static bool read_block(struct sx_cursor *c, const struct header *h, int64_t seconds, int64_t *out,
                       struct sx_err *err)
{
    struct sx_cursor times = sx_cursor_be(sx_get_bytes(c, (size_t)h->time * 8, "TZif times"));
    struct sx_cursor which = sx_cursor_be(sx_get_bytes(c, h->time, "TZif types of times"));
    struct sx_cursor types = sx_cursor_be(sx_get_bytes(c, (size_t)h->type * 6, "TZif types"));
    sx_get_bytes(c, tail_len(h, 8), "TZif names");
    SX_TRY(sx_cursor_ok(c, err));

    uint32_t passed = 0, type = 0;
    while (passed < h->time && (int64_t)sx_get_u64(&times, "TZif time") <= seconds) {
        type = sx_get_u8(&which, "TZif type");
        passed++;
    }
    struct sx_str rule = sx_str_of_span(sx_get_bytes(c, sx_cursor_left(c), "TZif rule"));
    if (passed == h->time && rule.len > 2)
        return sx_posix_tz_offset(sx_str_sub(rule, 1, rule.len - 2), seconds, out) ||
               sx_fail(err, SX_E_FORMAT, c->in.off, "the rule cannot be read");
    sx_get_bytes(&types, (size_t)type * 6, "TZif types");
    *out = (int32_t)sx_get_u32(&types, "TZif offset");
    return sx_cursor_ok(&types, err);
}

static bool read_zone(struct sx_span file, int64_t seconds, int64_t *out, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(file);
    struct header h;
    SX_TRY(read_header(&c, &h, err));
    sx_get_bytes(&c, (size_t)h.time * 5 + (size_t)h.type * 6 + tail_len(&h, 4), "TZif block");
    SX_TRY(read_header(&c, &h, err));
    return read_block(&c, &h, seconds, out, err);
}

static bool named_offset(struct sx_arena *arena, struct sx_str zone, int64_t seconds, int64_t *out)
{
    struct sx_str path = sx_str_printf(arena, "/usr/share/zoneinfo/%.*s", SX_STR_ARG(zone));
    struct sx_err err = { 0 };
    SX_AUTO(sx_source_close) struct sx_source source = { .fd = -1 };
    struct sx_span file;
    return sx_source_open(AT_FDCWD, path.ptr, path.ptr, true, &source, &err) &&
           sx_source_whole(&source, MAX_ZONE_FILE, arena, &file, &err) &&
           read_zone(file, seconds, out, &err);
}

bool sx_cel_zone_offset(struct sx_arena *arena, struct sx_str zone, struct sx_time t, int64_t *out)
{
    *out = 0;
    if (sx_str_is(zone, "UTC") || fixed_offset(zone, out))
        return true;
    return is_zone_name(zone) && named_offset(arena, zone, t.seconds, out);
}

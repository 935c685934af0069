/* SPDX-License-Identifier: MIT */
/* A value in DER, as entitlements, launch constraints and profiles write it: the other direction
 * of what src/entitlements/der.c reads, for tests that compare the two. */
#pragma once
#include "base/buf.h"
#include "value/value.h"

#include <stdlib.h>

static inline void put_der_element(struct sx_buf *out, uint8_t tag, struct sx_str contents)
{
    sx_buf_char(out, (char)tag);
    if (contents.len < 0x80) {
        sx_buf_char(out, (char)contents.len);
    } else {
        int n = 1;
        while (n < 4 && contents.len >> 8 * n != 0)
            n++;
        sx_buf_char(out, (char)(0x80 | n));
        while (n-- > 0)
            sx_buf_char(out, (char)(contents.len >> 8 * n & 0xff));
    }
    sx_buf_str(out, contents);
}

static inline void put_der_int(struct sx_buf *out, int64_t i)
{
    char bytes[8];
    size_t n = 0;
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes[n++] = (char)((uint64_t)i >> shift & 0xff);
    size_t skip = 0;
    while (skip < 7 && bytes[skip] == (i < 0 ? '\xff' : '\0') &&
           ((bytes[skip + 1] & 0x80) != 0) == (i < 0))
        skip++;
    put_der_element(out, 0x02, (struct sx_str){ bytes + skip, 8 - skip });
}

static inline void put_der_time(struct sx_buf *out, struct sx_time t)
{
    struct sx_date d = sx_time_date(t);
    bool is_short = d.year >= 1950 && d.year < 2050;
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    if (is_short)
        sx_buf_printf(&text, "%02d", (int)(d.year % 100));
    else
        sx_buf_printf(&text, "%04d", (int)d.year);
    sx_buf_printf(&text, "%02d%02d%02d%02d%02dZ", d.month, d.day, d.hour, d.minute, d.second);
    put_der_element(out, is_short ? 0x17 : 0x18, sx_buf_view(&text));
}

static inline void put_der_value(struct sx_buf *out, struct sx_value v);

static inline int by_der_key(const void *a, const void *b)
{
    return sx_str_cmp(((const struct sx_entry *)a)->key.str, ((const struct sx_entry *)b)->key.str);
}

static inline void put_der_map(struct sx_buf *out, const struct sx_map *map)
{
    SX_AUTO(sx_buf_release) struct sx_buf pairs = { 0 };
    struct sx_entry *sorted = calloc(map->n + 1, sizeof(*sorted));
    if (sorted == NULL)
        abort();
    for (size_t i = 0; i < map->n; i++)
        sorted[i] = map->at[i];
    qsort(sorted, map->n, sizeof(*sorted), by_der_key);
    for (size_t i = 0; i < map->n; i++) {
        SX_AUTO(sx_buf_release) struct sx_buf pair = { 0 };
        put_der_element(&pair, 0x0c, sorted[i].key.str);
        put_der_value(&pair, sorted[i].value);
        put_der_element(&pairs, 0x30, sx_buf_view(&pair));
    }
    free(sorted);
    put_der_element(out, 0xb0, sx_buf_view(&pairs));
}

static inline void put_der_value(struct sx_buf *out, struct sx_value v)
{
    SX_AUTO(sx_buf_release) struct sx_buf inner = { 0 };
    if (v.kind == SX_BOOL) {
        put_der_element(out, 0x01, (struct sx_str){ v.b ? "\xff" : "\0", 1 });
    } else if (v.kind == SX_INT) {
        put_der_int(out, v.i);
    } else if (v.kind == SX_STRING) {
        put_der_element(out, 0x0c, v.str);
    } else if (v.kind == SX_BYTES) {
        put_der_element(out, 0x04, v.str);
    } else if (v.kind == SX_TIMESTAMP) {
        put_der_time(out, v.time);
    } else if (v.kind == SX_MAP) {
        put_der_map(out, v.map);
    } else if (v.kind == SX_LIST) {
        for (size_t i = 0; i < v.list.n; i++)
            put_der_value(&inner, sx_list_at(v, i));
        put_der_element(out, 0x30, sx_buf_view(&inner));
    } else {
        abort(); /* no such value comes out of DER */
    }
}

/* put_der_object writes a whole object of the newer form. */
static inline void put_der_object(struct sx_buf *out, const struct sx_map *map)
{
    SX_AUTO(sx_buf_release) struct sx_buf inner = { 0 };
    put_der_int(&inner, 1);
    put_der_map(&inner, map);
    put_der_element(out, 0x70, sx_buf_view(&inner));
}

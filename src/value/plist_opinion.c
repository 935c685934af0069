/* SPDX-License-Identifier: MIT */
/* What libplist makes of a property list that this house has read.
 *
 * libplist is no reader for hostile bytes: shared objects of a binary list expand without
 * bound, its dictionaries can be made to collide, and it says neither why nor where it
 * refuses. So it is asked only about small lists that our own readers have walked. */
#include "value/plist.h"
#include "base/buf.h"

#include <math.h>
#include <plist/plist.h>
#include <stdlib.h>

/* Six thousand keys that collide cost it a third of a second. */
enum { MAX_BYTES = 128 * 1024, MAX_NODES = 20000 };

/* Seconds from 1970 to 2001, which libplist counts from. */
enum { EPOCH = 978307200 };

struct comparison {
    struct sx_buf path; /* where both walks are: `a.b[2]` */
    const char *what;   /* differs there */
};

static void release(struct comparison *c)
{
    sx_buf_release(&c->path);
}

static bool differs(struct comparison *c, const char *what)
{
    c->what = what;
    return false;
}

static bool same_value(struct comparison *c, struct sx_value ours, plist_t theirs);

static bool same_at_index(struct comparison *c, struct sx_value ours, plist_t theirs, uint32_t i)
{
    size_t len = c->path.len;
    sx_buf_printf(&c->path, "[%u]", (unsigned)i);
    if (!same_value(c, sx_list_at(ours, i), plist_array_get_item(theirs, i)))
        return false;
    c->path.len = len;
    return true;
}

static bool same_list(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    if (plist_array_get_size(theirs) != ours.list.n)
        return differs(c, "number of elements");
    for (uint32_t i = 0; i < ours.list.n; i++)
        SX_TRY(same_at_index(c, ours, theirs, i));
    return true;
}

static bool same_entry(struct comparison *c, const struct sx_entry *ours, const char *key,
                       plist_t value)
{
    size_t len = c->path.len;
    sx_buf_cstr(&c->path, len > 0 ? "." : "");
    sx_escape_buf(&c->path, sx_str_sub(ours->key.str, 0, 256));
    if (key == NULL || value == NULL || !sx_str_is(ours->key.str, key))
        return differs(c, "key");
    SX_TRY(same_value(c, ours->value, value));
    c->path.len = len;
    return true;
}

static void free_iter(plist_dict_iter *iter)
{
    free(*iter);
}

/* libplist ends the process when it meets such a key (plist_get_key_val asserts that there is
 * none). Only binary lists can have it. */
static bool has_key_with_nul(const struct sx_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        struct sx_str key = map->at[i].key.str;
        if (key.len > 0 && memchr(key.ptr, '\0', key.len) != NULL)
            return true;
    }
    return false;
}

/* Both keep the order of the file. */
static bool same_dict(struct comparison *c, const struct sx_map *ours, plist_t theirs)
{
    if (plist_dict_get_size(theirs) != ours->n)
        return differs(c, "number of keys");
    if (has_key_with_nul(ours))
        return differs(c, "key");
    SX_AUTO(free_iter) plist_dict_iter iter = NULL;
    plist_dict_new_iter(theirs, &iter);
    for (size_t i = 0; i < ours->n; i++) {
        char *key = NULL;
        plist_t value = NULL;
        plist_dict_next_item(theirs, iter, &key, &value);
        bool same = same_entry(c, &ours->at[i], key, value);
        free(key);
        SX_TRY(same);
    }
    return true;
}

/* libplist keeps UIDs of binary lists apart from dictionaries. */
static bool same_map(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    if (plist_get_node_type(theirs) != PLIST_UID)
        return same_dict(c, ours.map, theirs);
    const struct sx_value *n = sx_map_get(ours.map, SX_STR("CF$UID"));
    uint64_t uid = 0;
    plist_get_uid_val(theirs, &uid);
    if (ours.map->n != 1 || n == NULL || n->u != uid)
        return differs(c, "UID");
    return true;
}

static bool same_text(struct comparison *c, struct sx_str ours, const char *ptr, uint64_t len)
{
    if (len != ours.len || (len > 0 && memcmp(ptr, ours.ptr, ours.len) != 0))
        return differs(c, "content");
    return true;
}

static bool same_string(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    uint64_t len = 0;
    const char *ptr = plist_get_string_ptr(theirs, &len);
    return same_text(c, ours.str, ptr, len);
}

static bool same_bytes(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    uint64_t len = 0;
    const char *ptr = plist_get_data_ptr(theirs, &len);
    return same_text(c, ours.str, ptr, len);
}

static bool same_bool(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    uint8_t b = 0;
    plist_get_bool_val(theirs, &b);
    return (b != 0) == ours.b || differs(c, "content");
}

/* It cannot tell -1 from 2^64 - 1: only the bits are compared. */
static bool same_integer(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    uint64_t n = 0;
    plist_get_uint_val(theirs, &n);
    return n == ours.u || differs(c, "content");
}

static bool same_real(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    double d = 0;
    plist_get_real_val(theirs, &d);
    return d == ours.d || (isnan(d) && isnan(ours.d)) || differs(c, "content");
}

/* It counts seconds in 32 bits: dates from 2069 and before 1932 are not compared. Before 2001
 * its microseconds lie towards zero, without a sign. */
static bool same_date(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    int32_t seconds = 0, micros = 0;
    int64_t want = ours.time.seconds - EPOCH;
    plist_get_date_val(theirs, &seconds, &micros);
    if (want >= INT32_MAX || want <= INT32_MIN)
        return true;
    double here = (double)want + ours.time.nanos * 1e-9;
    double there = seconds + (here < 0 ? -1e-6 : 1e-6) * micros;
    return fabs(here - there) < 1e-5 || differs(c, "content");
}

/* How each of our kinds is compared, and which of theirs it is. */
static const struct {
    plist_type type;
    bool (*same)(struct comparison *c, struct sx_value ours, plist_t theirs);
} kinds[] = {
    [SX_BOOL] = { PLIST_BOOLEAN, same_bool },    [SX_INT] = { PLIST_UINT, same_integer },
    [SX_UINT] = { PLIST_UINT, same_integer },    [SX_DOUBLE] = { PLIST_REAL, same_real },
    [SX_STRING] = { PLIST_STRING, same_string }, [SX_BYTES] = { PLIST_DATA, same_bytes },
    [SX_TIMESTAMP] = { PLIST_DATE, same_date },  [SX_LIST] = { PLIST_ARRAY, same_list },
    [SX_MAP] = { PLIST_DICT, same_map },
};

/* Recurses as deep as `ours` is, which its reader has bounded. */
static bool same_value(struct comparison *c, struct sx_value ours, plist_t theirs)
{
    plist_type type = plist_get_node_type(theirs);
    bool is_uid = ours.kind == SX_MAP && type == PLIST_UID;
    if (ours.kind >= SX_LEN(kinds) || kinds[ours.kind].same == NULL ||
        (kinds[ours.kind].type != type && !is_uid))
        return differs(c, "type");
    return kinds[ours.kind].same(c, ours, theirs);
}

static void free_plist(plist_t *plist)
{
    plist_free(*plist);
}

enum sx_plist_opinion sx_plist_second_opinion(struct sx_span in, const struct sx_plist *first,
                                              struct sx_arena *arena, struct sx_str *where)
{
    *where = (struct sx_str){ 0 };
    if (in.len > MAX_BYTES || first->n_nodes > MAX_NODES)
        return SX_PLIST_NOT_ASKED;
    SX_AUTO(free_plist) plist_t theirs = NULL;
    struct sx_str text = sx_str_of_span(in);
    if (first->format == SX_PLIST_BINARY)
        plist_from_bin(text.ptr, (uint32_t)text.len, &theirs);
    else
        plist_from_xml(text.ptr, (uint32_t)text.len, &theirs);
    if (theirs == NULL)
        return SX_PLIST_REFUSES;
    SX_AUTO(release) struct comparison c = { 0 };
    if (same_value(&c, first->root, theirs))
        return SX_PLIST_AGREES;
    *where = sx_str_printf(arena, "%s%s%.*s", c.what, c.path.len > 0 ? " of " : "",
                           SX_STR_ARG(sx_buf_view(&c.path)));
    return SX_PLIST_DIFFERS;
}

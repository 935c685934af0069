/* SPDX-License-Identifier: MIT */
/* The one dynamic value that property lists, facts, CEL and JSON share.
 *
 * Values are small, immutable once built, and copied freely; what they point at lives in an
 * arena or in the facts. `pos` says where in a text the value stood, so that a finding can
 * show the line. */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "base/table.h"
#include "base/timestamp.h"

enum sx_kind {
    SX_NULL, /* zero: a zeroed value is null */
    SX_BOOL,
    SX_INT,
    SX_UINT,
    SX_DOUBLE,
    SX_STRING,
    SX_BYTES,
    SX_TIMESTAMP,
    SX_DURATION,
    SX_LIST,
    SX_MAP,
    SX_OBJECT,  /* a typed object of value/schema.h */
    SX_TYPE,    /* the type of a value, as CEL's type() gives it: its name in `str` */
    SX_UNKNOWN, /* CEL: not examined, or broken; `unread` says why, NULL when nobody knows */
    SX_ERROR,   /* CEL: what went wrong, in `str` */
};

/* How a list keeps its elements, so that a list of facts is read in place. */
enum sx_list_of { SX_OF_VALUES, SX_OF_STRS, SX_OF_OBJECTS };

struct sx_map;
struct sx_object;
struct sx_unread;

struct sx_value {
    uint8_t kind;    /* enum sx_kind */
    uint8_t list_of; /* enum sx_list_of, of a list */
    uint32_t pos;    /* 1 + byte offset of the value's text in its document; 0 = not from a text */
    union {
        bool b;
        int64_t i;
        uint64_t u;
        double d;
        struct sx_str str;   /* string, bytes, type, error */
        struct sx_time time; /* timestamp; duration (seconds and nanos of one sign when
                                nanos are read as added to seconds: -0.5 s is {-1, 5e8}) */
        struct {
            const void *at; /* by list_of: struct sx_value[], struct sx_str[],
                               const struct sx_object *const[] */
            size_t n;
        } list;
        const struct sx_map *map; /* never NULL */
        const struct sx_object *object;
        const struct sx_unread *unread;
    };
};

struct sx_entry {
    struct sx_value key, value;
};

/* Entries in file order. Keys of a map from a file are strings, each once. */
struct sx_map {
    const struct sx_entry *at;
    size_t n;
    const struct sx_table *index; /* of string keys to entries; NULL for small maps */
};

static inline struct sx_value sx_null(void)
{
    return (struct sx_value){ .kind = SX_NULL };
}
static inline struct sx_value sx_bool(bool b)
{
    return (struct sx_value){ .kind = SX_BOOL, .b = b };
}
static inline struct sx_value sx_int(int64_t i)
{
    return (struct sx_value){ .kind = SX_INT, .i = i };
}
static inline struct sx_value sx_uint(uint64_t u)
{
    return (struct sx_value){ .kind = SX_UINT, .u = u };
}
static inline struct sx_value sx_double(double d)
{
    return (struct sx_value){ .kind = SX_DOUBLE, .d = d };
}
/* sx_string of absent text is null. */
static inline struct sx_value sx_string(struct sx_str s)
{
    return s.ptr != NULL ? (struct sx_value){ .kind = SX_STRING, .str = s } : sx_null();
}
static inline struct sx_value sx_bytes(struct sx_str s)
{
    return (struct sx_value){ .kind = SX_BYTES, .str = s };
}
static inline struct sx_value sx_timestamp(struct sx_time t)
{
    return (struct sx_value){ .kind = SX_TIMESTAMP, .time = t };
}
static inline struct sx_value sx_duration(struct sx_time t)
{
    return (struct sx_value){ .kind = SX_DURATION, .time = t };
}
static inline struct sx_value sx_list_values(const struct sx_value *at, size_t n)
{
    return (struct sx_value){ .kind = SX_LIST, .list_of = SX_OF_VALUES, .list = { at, n } };
}
static inline struct sx_value sx_list_strs(struct sx_strs strs)
{
    return (struct sx_value){ .kind = SX_LIST, .list_of = SX_OF_STRS, .list = { strs.at, strs.n } };
}
static inline struct sx_value sx_list_objects(const void *at, size_t n)
{
    return (struct sx_value){ .kind = SX_LIST, .list_of = SX_OF_OBJECTS, .list = { at, n } };
}
/* sx_map_value of NULL is an empty map: maps are never null (docs/rules: "four answers"). */
struct sx_value sx_map_value(const struct sx_map *map);
static inline struct sx_value sx_object_value(const struct sx_object *object)
{
    return object != NULL ? (struct sx_value){ .kind = SX_OBJECT, .object = object } : sx_null();
}

/* sx_list_at reads one element; `i` must be below the list's n. */
struct sx_value sx_list_at(struct sx_value list, size_t i);

/* sx_map_new makes a map of `n` entries, which it borrows; string keys are indexed when there
 * are many. Keys must differ: the caller decides what a repeated key means. */
const struct sx_map *sx_map_new(struct sx_arena *arena, const struct sx_entry *at, size_t n);
/* sx_map_get finds a string key; NULL when it is not there. `map` may be NULL. */
const struct sx_value *sx_map_get(const struct sx_map *map, struct sx_str key);
/* sx_map_entry is the same, and gives the key's own position too. */
const struct sx_entry *sx_map_entry(const struct sx_map *map, struct sx_str key);

/* sx_map_str, sx_map_bool, ... read a key of one type; `*out` is written only when the key is
 * there and holds that type, which is what they return. */
bool sx_map_str(const struct sx_map *map, const char *key, struct sx_str *out);
bool sx_map_bool(const struct sx_map *map, const char *key, bool *out);
bool sx_map_int(const struct sx_map *map, const char *key, int64_t *out);
bool sx_map_map(const struct sx_map *map, const char *key, const struct sx_map **out);
/* sx_map_strs collects the strings of an array (other elements are left out); an absent key or
 * another type gives an empty list. */
struct sx_strs sx_map_strs(const struct sx_map *map, const char *key, struct sx_arena *arena);

/* sx_value_eq compares as CEL does: numbers by value across int, uint and double; lists in
 * order; maps without order; objects by identity. Unknown and error equal nothing. */
bool sx_value_eq(struct sx_value a, struct sx_value b);
/* sx_kind_name is CEL's name of the type of such a value: "int", "map", ... */
const char *sx_kind_name(enum sx_kind kind);

/* A place in a text; all zeros is its start. */
struct sx_line_place {
    size_t off;            /* bytes */
    uint32_t line, column; /* both from 1; columns count characters */
};

/* sx_line_move leads a place on to `off`. Going forwards costs no more than what lies between, so
 * that a thousand places of one text are found in one pass; going back starts over. */
void sx_line_move(struct sx_line_place *place, struct sx_str text, size_t off);
/* sx_line_of does so from the start, for one place alone. */
void sx_line_of(struct sx_str text, size_t off, uint32_t *line, uint32_t *column);

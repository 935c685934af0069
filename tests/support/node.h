/* SPDX-License-Identifier: MIT */
/* The one tree behind everything that is written down: a fixture file, and the property lists that
 * come out of it. */
#pragma once
#include "base/err.h"
#include "bytes.h"

enum sx_fx_kind {
    SX_FX_NODE_NULL,
    SX_FX_NODE_BOOL,
    SX_FX_NODE_INT,
    SX_FX_NODE_REAL,
    SX_FX_NODE_STRING,
    SX_FX_NODE_DATA,
    SX_FX_NODE_DATE,
    SX_FX_NODE_LIST,
    SX_FX_NODE_MAP,
};

struct sx_fx_entry {
    struct sx_str key; /* empty in a list */
    struct sx_fx_node *node;
};

struct sx_fx_node {
    enum sx_fx_kind kind;
    struct sx_str text; /* of a scalar: as written */
    int64_t number;     /* of a bool or int */
    struct sx_time time;
    struct sx_str data;
    SX_VEC(struct sx_fx_entry) entries; /* of a list or map, in written order */
    const char *file;                   /* where it stands; NULL when it was made */
    uint32_t line, column;
};

struct sx_fx_node *sx_fx_map(struct sx_arena *arena);
struct sx_fx_node *sx_fx_list(struct sx_arena *arena);
struct sx_fx_node *sx_fx_string(struct sx_arena *arena, struct sx_str text);
struct sx_fx_node *sx_fx_bool(struct sx_arena *arena, bool value);
struct sx_fx_node *sx_fx_int(struct sx_arena *arena, int64_t value);
struct sx_fx_node *sx_fx_real(struct sx_arena *arena, struct sx_str text);
struct sx_fx_node *sx_fx_data(struct sx_arena *arena, struct sx_str bytes);
struct sx_fx_node *sx_fx_date(struct sx_arena *arena, struct sx_time t);
/* sx_fx_put sets a key of a map, replacing what was there; sx_fx_append adds to a list. Both
 * return what they put in. */
struct sx_fx_node *sx_fx_put(struct sx_arena *arena, struct sx_fx_node *map, struct sx_str key,
                             struct sx_fx_node *node);
struct sx_fx_node *sx_fx_append(struct sx_arena *arena, struct sx_fx_node *list,
                                struct sx_fx_node *node);

/* sx_fx_get returns NULL for a key that is not there, or when there is no map. */
struct sx_fx_node *sx_fx_get(const struct sx_fx_node *map, const char *key);
/* sx_fx_merge lays `over` upon `under`: maps key by key, where null takes a key away; anything
 * else is replaced. Neither is changed. */
struct sx_fx_node *sx_fx_merge(struct sx_arena *arena, struct sx_fx_node *under,
                               struct sx_fx_node *over);
void sx_fx_sort(struct sx_fx_node *map);

/* sx_fx_parse reads YAML. Plain true, false, null, integers, decimals and RFC 3339 times have
 * their types; !hex gives data; whatever is quoted is text. Fails with FORMAT at line and column,
 * also where a key stands twice. `name` is borrowed. */
SX_MUST_USE bool sx_fx_parse(struct sx_arena *arena, struct sx_str text, const char *name,
                             struct sx_fx_node **out, struct sx_err *err);
/* sx_fx_load reads a file and lays it upon the one that its key `extends` names. */
SX_MUST_USE bool sx_fx_load(struct sx_arena *arena, const char *path, struct sx_fx_node **out,
                            struct sx_err *err);
/* sx_fx_beside is the path of a file that lies beside another. */
struct sx_str sx_fx_beside(struct sx_arena *arena, const char *path, struct sx_str name);
/* sx_fx_fail complains about a node. */
bool sx_fx_fail(struct sx_err *err, const struct sx_fx_node *at, const char *fmt, ...)
    SX_PRINTF(3, 4);

/* sx_fx_plist writes an XML property list as Apple's tools lay it out. */
struct sx_str sx_fx_plist(struct sx_arena *arena, const struct sx_fx_node *node);

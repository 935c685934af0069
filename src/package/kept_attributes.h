/* SPDX-License-Identifier: MIT */
/* Extended attributes that a container keeps in a way of its own, as the AppleDouble file below
 * __MACOSX in which archives of macOS keep them, and where a tree of what has been unpacked looks
 * for them. */
#pragma once
#include "package/unpack.h"

enum { SX_FINDER_INFO_LEN = 32, SX_MAX_KEPT_ATTRIBUTES = 128 };

/* The attributes of one file, sorted out. */
struct sx_kept_attributes {
    uint8_t finder[SX_FINDER_INFO_LEN];
    struct sx_source resources; /* without bytes: none */
    size_t n;
    struct sx_kept_attribute {
        struct sx_str name;
        struct sx_span bytes;
    } at[SX_MAX_KEPT_ATTRIBUTES];
    uint64_t total; /* bytes of them */
};

/* sx_kept_attributes_take adds one, which is borrowed. What would be too much is left out: nothing
 * is decided by it. */
void sx_kept_attributes_take(struct sx_kept_attributes *kept, struct sx_str name,
                             struct sx_span bytes);
/* sx_kept_attributes_has_room tells whether one of so many bytes would be taken. */
bool sx_kept_attributes_has_room(const struct sx_kept_attributes *kept, struct sx_str name,
                                 uint64_t len);
/* sx_kept_attributes_write makes a hidden member for `path`, if there are any. Fails as
 * sx_unpack_write does. */
SX_MUST_USE bool sx_kept_attributes_write(const struct sx_kept_attributes *kept, struct sx_str path,
                                          struct sx_arena *scratch, struct sx_unpack *unpack,
                                          struct sx_err *err);

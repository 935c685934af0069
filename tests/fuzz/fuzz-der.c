/* SPDX-License-Identifier: MIT */
/* Any bytes as DER of entitlements, of a constraint and of a profile. What is accepted has one
 * encoding, and that is the input; what is refused is refused at a place inside it. */
#include "der_value.h"
#include "entitlements/compare.h"
#include "entitlements/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

enum {
    OFF = 4096,     /* where the input is said to lie in its file */
    MAX_SOUGHT = 50 /* each search begins at the beginning */
};

static struct sx_span span_of(struct sx_str in)
{
    return (struct sx_span){ (const uint8_t *)in.ptr, in.len, OFF };
}

/* An object of the newer form can be written by what tests write them with. */
static void check_same_bytes(struct sx_str in, const struct sx_map *map)
{
    SX_AUTO(sx_buf_release) struct sx_buf again = { 0 };
    if (in.ptr[0] != 0x70)
        return;
    put_der_object(&again, map);
    require(sx_str_eq(sx_buf_view(&again), in));
}

static void check_accepted(struct sx_str in, const struct sx_map *map, struct sx_arena *arena)
{
    struct sx_difference d;
    check_same_bytes(in, map);
    require(!sx_compare(map, map, arena, &d));
    for (size_t i = 0; i < map->n && i < MAX_SOUGHT; i++) {
        struct sx_step at = { .key = map->at[i].key.str };
        uint64_t off = 0;
        require(sx_map_entry(map, at.key) == &map->at[i]);
        require(sx_der_find(span_of(in), &at, &off) && off > OFF && off < OFF + in.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_str in = { (const char *)data, size };
    for (enum sx_der_form form = SX_DER_ENTITLEMENTS; form <= SX_DER_PROFILE; form++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        const struct sx_map *map = NULL;
        struct sx_err err = { 0 };
        if (sx_der_parse(span_of(in), form, arena, &map, &err))
            check_accepted(in, map, arena);
        else
            require(err.code != SX_OK && err.what[0] != '\0' && err.off >= OFF &&
                    err.off <= OFF + size);
    }
    return 0;
}

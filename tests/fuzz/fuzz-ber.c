/* SPDX-License-Identifier: MIT */
#include "crypto/ber.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool so)
{
    if (!so)
        abort();
}

/* The elements of a span follow one another without a gap, inside it, and so do theirs. */
static void walk(struct sx_arena *arena, struct sx_span in, enum sx_ber_rules rules, int depth)
{
    struct sx_ber_reader r = sx_ber_reader(in, rules);
    uint64_t at = in.off;
    while (!sx_ber_at_end(&r)) {
        struct sx_err err = { 0 };
        struct sx_ber e;
        struct sx_time t;
        if (!sx_ber_next(&r, "element", &e, &err)) {
            demand(err.code != SX_OK && err.off >= at && err.off <= in.off + in.len);
            return;
        }
        demand(e.whole.off == at && e.whole.len >= e.contents.len + 2);
        demand(e.contents.off > at && e.contents.off + e.contents.len <= at + e.whole.len);
        demand(rules == SX_BER || !e.indefinite);
        at += e.whole.len;
        if (sx_ber_time(&e, &t)) /* what is a time has a text that is one */
            demand(sx_time_parse(sx_time_text(arena, t), false, &t));
        if (e.tag == SX_BER_OID) {
            struct sx_str oid = sx_oid_text(arena, e.contents);
            demand(oid.ptr == NULL || sx_oid_is(e.contents, oid.ptr));
        }
        if ((e.tag & SX_BER_CONSTRUCTED) != 0 && depth > 0)
            walk(arena, e.contents, rules, depth - 1);
    }
    demand(at == in.off + in.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span in = { data, size, 0 };
    walk(arena, in, SX_BER, 16);
    walk(arena, in, SX_DER, 16);
    return 0;
}

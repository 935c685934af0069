/* SPDX-License-Identifier: MIT */
/* Any bytes as a stapled ticket: what is accepted lies inside, and nobody but Apple has signed it.
 */
#include "codesign/ticket.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool so)
{
    if (!so)
        abort();
}

static void is_inside(struct sx_span part, size_t size)
{
    demand(part.off <= size && part.len <= size - part.off);
}

static void is_sound(const struct sx_ticket *ticket, size_t size)
{
    is_inside(ticket->is_signed, size);
    is_inside(ticket->signature, size);
    demand(ticket->is_signed.len + ticket->signature.len <= size);
    for (size_t i = 0; i < ticket->n_certs; i++)
        is_inside(ticket->certs[i], size);
    for (size_t i = 0; i < ticket->n_entries; i++) {
        is_inside(ticket->entries[i].hash, size);
        demand(ticket->entries[i].hash.len == 20);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_crypto *crypto;
    static struct sx_hasher *hasher;
    static struct sx_trust *trust;
    if (crypto == NULL) {
        crypto = sx_crypto_new();
        hasher = sx_hasher_new(crypto);
        trust = sx_trust_new(crypto);
    }
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span in = { data, size, 0 };
    struct sx_ticket ticket;
    struct sx_err err = { 0 };
    struct sx_str why = { 0 };
    uint64_t off = 0;
    if (!sx_ticket_parse(in, arena, &ticket, &err)) {
        demand(err.code != SX_OK && err.off <= size);
        return 0;
    }
    demand(sx_ticket_is(in));
    is_sound(&ticket, size);
    demand(!sx_ticket_verify(&ticket, trust, hasher, arena, &why, &off));
    demand(why.len > 0 && off <= size);
    return 0;
}

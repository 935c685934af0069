/* SPDX-License-Identifier: MIT */
#include "base/table.h"

#include <assert.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

struct sx_table_slot {
    struct sx_str key;
    uint64_t hash;
    void *value; /* NULL = free */
};

static inline uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

/* SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF"). */
static void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
}

static uint64_t hash(const uint64_t key[2], struct sx_str s)
{
    uint64_t v[4] = { key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                      key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u };
    uint64_t word = 0;
    for (size_t i = 0; i < s.len; i++) {
        word |= (uint64_t)(unsigned char)s.ptr[i] << (i % 8 * 8);
        if (i % 8 == 7) {
            v[3] ^= word;
            sip_round(v);
            v[0] ^= word;
            word = 0;
        }
    }
    word |= (uint64_t)s.len << 56;
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void sx_table_init(struct sx_table *table, struct sx_arena *arena)
{
    *table = (struct sx_table){ .arena = arena };
    if (getentropy(table->key, sizeof(table->key)) != 0) /* only in a sandbox that forbids it */
        table->key[0] = (uintptr_t)table ^ (uintptr_t)arena;
}

static struct sx_table_slot *find(const struct sx_table *table, struct sx_str key, uint64_t h)
{
    size_t at = (size_t)h & (table->cap - 1);
    while (table->slots[at].value != NULL &&
           !(table->slots[at].hash == h && sx_str_eq(table->slots[at].key, key)))
        at = (at + 1) & (table->cap - 1);
    return &table->slots[at];
}

void *sx_table_get(const struct sx_table *table, struct sx_str key)
{
    return table->cap > 0 ? find(table, key, hash(table->key, key))->value : NULL;
}

static void grow(struct sx_table *table)
{
    struct sx_table old = *table;
    table->cap = old.cap > 0 ? old.cap * 2 : 16;
    table->slots = SX_NEW_N(table->arena, struct sx_table_slot, table->cap);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].value != NULL)
            *find(table, old.slots[i].key, old.slots[i].hash) = old.slots[i];
}

bool sx_table_put(struct sx_table *table, struct sx_str key, void *value)
{
    assert(value != NULL);
    if (table->n * 4 >= table->cap * 3)
        grow(table);
    uint64_t h = hash(table->key, key);
    struct sx_table_slot *slot = find(table, key, h);
    if (slot->value != NULL)
        return false;
    *slot = (struct sx_table_slot){ key, h, value };
    table->n++;
    return true;
}

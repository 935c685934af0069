/* SPDX-License-Identifier: MIT */
/* A hash table from text to a pointer. The hash is keyed with a random number, so that names
 * in a hostile file cannot be made to collide; nothing iterates over a table, so that chance
 * never reaches any output. */
#pragma once
#include "base/arena.h"

struct sx_table {
    struct sx_arena *arena;
    struct sx_table_slot *slots;
    size_t n, cap;
    uint64_t key[2];
};

/* sx_table_init borrows `arena`, where the table lives and dies; keys are borrowed too. */
void sx_table_init(struct sx_table *table, struct sx_arena *arena);
/* sx_table_get returns NULL for a key that is not there. */
void *sx_table_get(const struct sx_table *table, struct sx_str key);
/* sx_table_put returns false, changing nothing, when the key is there already. `value` is not
 * NULL. */
bool sx_table_put(struct sx_table *table, struct sx_str key, void *value);

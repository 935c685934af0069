/* SPDX-License-Identifier: MIT */
#include "package/fse.h"

#include <string.h>

static unsigned log2_of(unsigned n)
{
    return 31u - (unsigned)__builtin_clz(n);
}

/* A symbol that occurs f times has f states of n: the first of them take k bits to the next state,
 * the rest k - 1, so that together they reach every state once. */
static void fill(struct sx_fse_entry *at, unsigned n, unsigned f, uint8_t symbol)
{
    unsigned k = log2_of(n) - log2_of(f);
    unsigned longer = (2 * n >> k) - f;
    for (unsigned j = 0; j < f; j++) {
        bool is_longer = j < longer;
        int delta = is_longer ? (int)((f + j) << k) - (int)n : (int)((j - longer) << (k - 1));
        at[j] = (struct sx_fse_entry){ (int16_t)delta, symbol, (uint8_t)(is_longer ? k : k - 1) };
    }
}

bool sx_fse_table_init(struct sx_fse_table *table, uint16_t n_states, const uint16_t *frequencies,
                       size_t n_symbols, const char *what, uint64_t off, struct sx_err *err)
{
    unsigned sum = 0;
    memset(table->at, 0, n_states * sizeof(*table->at));
    table->n_states = n_states;
    for (size_t i = 0; i < n_symbols; i++) {
        if (frequencies[i] > n_states - sum)
            return sx_fail(err, SX_E_FORMAT, off, "LZFSE %s: frequencies exceed %u states", what,
                           n_states);
        if (frequencies[i] > 0)
            fill(table->at + sum, n_states, frequencies[i], (uint8_t)i);
        sum += frequencies[i];
    }
    return true;
}

/* Bytes are loaded below those that are held. */
static void load(struct sx_fse_bits *bits)
{
    while (bits->n <= 56 && bits->in.len > 0) {
        bits->held |= (uint64_t)bits->in.ptr[--bits->in.len] << (56 - bits->n);
        bits->n += 8;
    }
}

bool sx_fse_bits_init(struct sx_fse_bits *bits, struct sx_span in, unsigned spare,
                      struct sx_err *err)
{
    *bits = (struct sx_fse_bits){ .in = in };
    if (sx_fse_take(bits, spare) != 0)
        return sx_fail(err, SX_E_FORMAT, in.off + in.len, "LZFSE: the last %u bits are not 0",
                       spare);
    return true;
}

uint32_t sx_fse_take(struct sx_fse_bits *bits, unsigned n)
{
    if (n == 0)
        return 0;
    if (bits->n < n)
        load(bits);
    if (bits->n < n) {
        bits->is_short = true;
        bits->n = n;
    }
    uint32_t taken = (uint32_t)(bits->held >> (64 - n));
    bits->held <<= n;
    bits->n -= n;
    return taken;
}

uint8_t sx_fse_next(const struct sx_fse_table *table, uint16_t *state, struct sx_fse_bits *bits)
{
    const struct sx_fse_entry *entry = &table->at[*state];
    *state = (uint16_t)(entry->delta + (int)sx_fse_take(bits, entry->n_bits));
    return entry->symbol;
}
